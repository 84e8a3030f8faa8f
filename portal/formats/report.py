"""The frozen Report: every number, theme and quote of one draft's feedback, for every format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

Text = Mapping[str, str]
Counts = Mapping[str, int]

SCHEMA = "mashwara-report/1"


@dataclass(frozen=True)
class ReportQuote:
    """`text` stands literally in the published comment `comment_id`."""

    comment_id: str
    text: str
    position: str | None
    language: str


@dataclass(frozen=True)
class Sentence:
    """A sentence of the report, by language, and the comments it rests on."""

    text: Text
    comment_ids: tuple[str, ...]


@dataclass(frozen=True)
class ReportTheme:
    """A theme over the whole draft (`clause` None) or over one clause."""

    id: str
    title: str
    language: str
    """Of the title: en, ur, ur-Latn or other."""
    status: str
    """candidate or accepted."""
    clause: str | None
    number: str | None
    keyphrases: tuple[str, ...]
    comments: int
    distinct: int
    positions: Counts
    languages: Counts
    comment_ids: tuple[str, ...]
    quotes: tuple[ReportQuote, ...]
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class ReportClause:
    """One clause (the last row, eid "whole", is the document as a whole) and what was said on it."""

    eid: str
    number: str | None
    heading: Text
    part: str | None
    """eId of the part it lies in."""
    comments: int
    positions: Counts
    themes: tuple[str, ...]


@dataclass(frozen=True)
class ReportCampaign:
    """Near-identical texts from several people; `distinct` counts the exact wordings."""

    id: str
    comments: int
    distinct: int
    comment_ids: tuple[str, ...]


@dataclass(frozen=True)
class ReportComment:
    """One published comment, for the table and for tracing."""

    id: str
    clause: str | None
    number: str | None
    heading: Text
    position: str | None
    language: str
    submitter: str
    name: str | None
    organisation: str | None
    channel: str
    received_at: datetime
    demonstration: bool
    themes: tuple[str, ...]
    body: str
    sha256: str


@dataclass(frozen=True)
class Report:
    """Counts and texts are of published comments; the other states appear in `totals` only."""

    consultation: str
    title: Text
    ministry: Text
    notice: Text
    """This is a restatement, not the official text; empty where it is the official text."""
    contact: str
    draft: str
    draft_sha256: str
    languages_of_draft: tuple[str, ...]
    opens_at: datetime
    closes_at: datetime
    language: str
    """en, ur or both: the language the report is written in."""
    generated_at: datetime
    input_sha256: str
    demonstration: bool
    accepted_only: bool
    """True for what is published: candidates are left out."""
    totals: Counts
    """received, published, pending, withheld, withdrawn, spam, erased, distinct, people."""
    parts: tuple[tuple[str, str | None, Text], ...]
    """(eid, number, heading) in reading order."""
    clauses: tuple[ReportClause, ...]
    positions: Counts
    languages: Counts
    channels: Counts
    by_day: tuple[tuple[str, int], ...]
    """Days in Pakistan with comments: ("2026-11-23", 14)."""
    themes: tuple[ReportTheme, ...]
    campaigns: tuple[ReportCampaign, ...]
    themes_made_at: datetime | None
    """When the summarizer last ran; None: never."""
    method: Text
    limits: Text
    comments: tuple[ReportComment, ...]
