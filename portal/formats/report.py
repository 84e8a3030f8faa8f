"""The frozen Report: every number, theme and quote of one draft's feedback, for every format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

Text = Mapping[str, str]
Counts = Mapping[str, int]

SCHEMA = "mashwara-report/1"
WHOLE = "whole"
"""Stands for the document as a whole where an eId would stand."""
FEWEST_REVIEWED = 30
OUTCOMES = ("accepted", "partly", "not", "out_of_scope")


@dataclass(frozen=True)
class Scope:
    """What a report covers of a draft; everything where nothing is named. Each limit narrows further."""

    clauses: tuple[str, ...] = ()
    """eIds, "whole" among them; a part or section stands for everything below it."""
    themes: tuple[str, ...] = ()
    """Names as T-0007: the comments of any of them."""
    first: date | None = None
    """Days in Pakistan on which comments were received, both included."""
    last: date | None = None
    comments: tuple[str, ...] | None = None
    """A collection of named comments, such as what a saved search found."""
    name: str = ""
    """What that collection is called."""

    @property
    def everything(self) -> bool:
        return self == Scope()

    def as_json(self) -> dict[str, Any]:
        """As plain objects, as the manifest holds it."""
        return {
            "clauses": list(self.clauses),
            "themes": list(self.themes),
            "first": self.first.isoformat() if self.first else None,
            "last": self.last.isoformat() if self.last else None,
            "comments": None if self.comments is None else list(self.comments),
            "name": self.name,
        }


EVERYTHING = Scope()


@dataclass(frozen=True)
class ReportQuote:
    """`text` stands literally in the published comment `comment_id`."""

    comment_id: str
    text: str
    position: str | None
    language: str
    dissents: bool = False
    """It comes from a comment that takes another position than most in its theme."""


@dataclass(frozen=True)
class Sentence:
    """A sentence of the report, by language, and the comments it rests on."""

    text: Text
    comment_ids: tuple[str, ...]
    query: str = ""
    """Finds the same comments within the report, as `theme:T-0007 position:oppose`; "" finds all."""
    lead: Text = field(default_factory=dict)
    """A word of scale with which the text begins."""


@dataclass(frozen=True)
class Cell:
    """How many people gave one answer; None where fewer than five did, or where that could be worked out."""

    value: str
    label: Text
    people: int | None
    percent: int | None
    """Of those who answered."""
    reference: float | None = None
    """Per cent of the population, as consultation.toml gives it."""


@dataclass(frozen=True)
class Panel:
    """The answers to one question about the sender, by people."""

    key: str
    label: Text
    people: int
    """Who could have answered."""
    answered: int | None
    cells: tuple[Cell, ...]
    source: Text = field(default_factory=dict)
    """Where the reference shares come from; empty where there are none."""


@dataclass(frozen=True)
class Interval:
    """A measured value and its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class QualityRow:
    """How well machine and reviewer agree in one language, over `reviewed` comments coded blind."""

    language: str
    reviewed: int
    f1: Interval | None
    agreement: Interval | None
    """Between two reviewers."""

    @property
    def judged(self) -> bool:
        """Whether enough was reviewed to say anything."""
        return self.reviewed >= FEWEST_REVIEWED


@dataclass(frozen=True)
class ReportQuality:
    """A blind sample of the assignments, by language."""

    sampled_at: datetime
    rows: tuple[QualityRow, ...]


@dataclass(frozen=True)
class ReportOutcome:
    """What the ministry decided on a theme (`on` is T-0007) or a clause (its eId, or "whole")."""

    on: str
    code: str
    """One of OUTCOMES."""
    reason: Text


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
    people: int = 0
    """Submissions."""
    about: tuple[Panel, ...] = ()
    names: Text = field(default_factory=dict)
    """What reviewers call it, by language; empty where they have not named it."""


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
    people: int = 0
    sentences: tuple[Sentence, ...] = ()


@dataclass(frozen=True)
class ReportCampaign:
    """Near-identical texts from several people; `distinct` counts the exact wordings."""

    id: str
    comments: int
    distinct: int
    comment_ids: tuple[str, ...]
    people: int = 0
    """Submissions."""
    added: tuple[str, ...] = ()
    """Those that added words of their own to the common text."""
    text: ReportQuote | None = None
    """The wording most of them sent, from the first comment that has it."""
    sentences: tuple[Sentence, ...] = ()


@dataclass(frozen=True)
class Rare:
    """A view that few hold: a theme of one to three distinct texts, or a comment like no other."""

    theme: str | None
    title: str
    language: str
    comment_ids: tuple[str, ...]
    quote: ReportQuote
    names: Text = field(default_factory=dict)
    """Of the theme, as with ReportTheme."""


class ReportComment(NamedTuple):
    """One published comment, for the table and for tracing. A tuple: there may be many of them."""

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
    received_at: str
    """RFC 3339 in UTC."""
    demonstration: bool
    themes: tuple[str, ...]
    body: str
    sha256: str
    campaign: str | None = None


class Comments(Protocol):
    """Published comments by number, to be gone through as often as needed; they need not be in memory."""

    def __iter__(self) -> Iterator[ReportComment]: ...

    def __len__(self) -> int: ...


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
    comments: Comments
    """Those in scope."""
    chosen: Counts
    """comments, distinct and people in scope."""
    scope: Scope = EVERYTHING
    scope_names: Mapping[str, Text] = field(default_factory=dict)
    """What the clauses and themes of the scope are called."""
    summary: tuple[Sentence, ...] = ()
    submitters: Counts = field(default_factory=dict)
    """People by how they wrote: anonymous, individual, organisation."""
    kinds: Counts = field(default_factory=dict)
    """Organisations by their kind."""
    about: tuple[Panel, ...] = ()
    rare: tuple[Rare, ...] = ()
    alone: tuple[str, ...] = ()
    """Comments in no theme and like no other."""
    unassigned: tuple[str, ...] = ()
    """Comments in no theme."""
    leftovers: tuple[ReportQuote, ...] = ()
    """A random sample of them, drawn by `input_sha256`."""
    quality: ReportQuality | None = None
    outcomes: tuple[ReportOutcome, ...] = ()
