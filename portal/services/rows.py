"""Frozen plain data that services return and pages, feeds and programs show. Rows run no queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

LANGUAGES = ("en", "ur")
POSITIONS = ("support", "oppose", "mixed", "question")
COMMENT_LANGUAGES = ("en", "ur", "ur-Latn", "other")
SUBMITTERS = ("anonymous", "individual", "organisation")
CHANNELS = ("web", "api", "letter", "email", "meeting", "bulk")
STATES = ("pending", "published", "withheld", "withdrawn", "spam", "erased")
ORGANISATION_KINDS = (
    "company",
    "university",
    "civil_society",
    "professional",
    "media",
    "government",
    "other",
)
HIDDEN = ("withheld", "spam")
"""States in which an official keeps a comment from the public: its sender may object, once."""
REASONS = ("personal_data", "links", "abuse", "off_topic", "duplicate_of", "legal", "other")

Text = Mapping[str, str]
"""A text by language: {"en": …, "ur": …}; a language that the draft does not have is missing."""

Counts = Mapping[str, int]
"""Numbers by value; null has the key "none"."""


@dataclass(frozen=True)
class QuestionRow:
    """A question about the sender with its choices; "prefer not to say" is always possible, as ""."""

    key: str
    label: Text
    choices: tuple[tuple[str, Text], ...]
    reference: Mapping[str, float] = field(default_factory=dict)
    """Shares of the population by choice, between 0 and 1."""
    reference_source: Text = field(default_factory=dict)


@dataclass(frozen=True)
class ConsultationRow:
    """One consultation with its current draft. Times are UTC; counts are of published comments."""

    slug: str
    title: Text
    summary: Text
    ministry: Text
    contact: str
    opens_at: datetime
    closes_at: datetime
    open: bool
    current: str
    """Version of the current draft, for example "v1"."""
    languages: tuple[str, ...]
    restatement: bool
    demonstration: bool
    moderation: str
    """"after": published at once unless something must be looked at; "before": everything waits."""
    clauses: int
    parts: int
    comments: int
    people: int
    """Submissions."""
    questions: tuple[QuestionRow, ...] = ()
    """What senders may say about themselves."""
    banner: Text = field(default_factory=dict)
    """A line on top of the consultation's public pages; empty: none."""


@dataclass(frozen=True)
class Entry:
    """One line of the contents: a part, a section or a clause."""

    eid: str
    number: str | None
    kind: str
    """preface, part, section or clause."""
    parent: str | None
    heading: Text
    commentable: bool
    comments: int = 0
    """Published comments on this entry and everything below it."""
    children: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class ClauseRow:
    """One clause (or the document as a whole: eid "whole") with its text and its neighbours."""

    eid: str
    number: str | None
    kind: str
    parent: str | None
    commentable: bool
    heading: Text
    markdown: Text
    html: Text
    """Cleaned HTML of the text below the heading."""
    sha256: Text
    ancestors: tuple[Entry, ...] = ()
    """Part, then section."""
    around: tuple[Entry, ...] = ()
    """Clauses near this one, this one among them, in reading order."""
    previous: Entry | None = None
    next: Entry | None = None


@dataclass(frozen=True)
class CommentRow:
    """One comment as the public may see it. `body` is plain text, never markup.

    Name and organisation are None where their sender did not want them shown; rows for the desk have them.
    """

    id: str
    """For example "C-0418"."""
    consultation: str
    draft: str
    clause: str | None
    """eId; None: the document as a whole."""
    number: str | None
    heading: Text
    body: str
    position: str | None
    language: str
    submitter: str
    name: str | None
    organisation: str | None
    channel: str
    received_at: datetime
    status: str
    sha256: str
    demonstration: bool
    suggested_wording: str | None = None
    wording_language: str | None = None
    """Which of the draft's languages the wording is to replace."""
    organisation_kind: str | None = None
    name_public: bool = True
    revisions: int = 0
    redacted_for: tuple[str, ...] = ()
    """Reason codes of parts that officials took out of the shown text."""
    twins: int = 1
    """How many near-identical comments it stands for, itself among them."""


@dataclass(frozen=True)
class Excerpt:
    """Part of a comment's text for a result list: runs of text, each marked as hit or not."""

    runs: tuple[tuple[str, bool], ...]
    cut_before: bool = False
    cut_after: bool = False


@dataclass(frozen=True)
class FoundComment:
    comment: CommentRow
    excerpt: Excerpt


@dataclass(frozen=True)
class FoundClause:
    eid: str
    number: str | None
    heading: Text
    excerpt: Excerpt
    language: str = "en"
    """Of the text that was found."""


@dataclass(frozen=True)
class SearchResults:
    """What a search found. `total` counts comments; facets are over all of them, not over the page."""

    q: str
    comments: tuple[FoundComment, ...]
    total: int
    next: str | None
    clauses: tuple[FoundClause, ...] = ()
    facets: Mapping[str, Counts] = field(default_factory=dict)
    """"clause", "position", "language", "submitter", "channel", "status" -> value -> count."""
    did_you_mean: str | None = None
    also_looked_for: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(word as typed, other spellings and writings that were looked for too)."""
    by_day: tuple[tuple[str, int], ...] = ()
    """("2026-11-23", 4): comments received on that day in Pakistan, among all found."""
    rebuilding: bool = False
    notes: tuple[str, ...] = ()
    """What was done to what was typed, such as "shortened" or "value:position:maybe"."""


@dataclass(frozen=True)
class AppealRow:
    """An objection to the withholding of a comment; `outcome` None: not decided yet."""

    at: datetime
    text: str
    decided_at: datetime | None
    outcome: str | None
    note: str | None


@dataclass(frozen=True)
class ReceiptComment:
    id: str
    clause: str | None
    number: str | None
    heading: Text
    body: str | None
    position: str | None
    status: str
    reason: str | None
    sha256: str
    revisions: int
    withdrawn_at: datetime | None
    note: str | None = None
    """The official's note to the sender, with the reason."""
    suggested_wording: str | None = None
    wording_language: str | None = None
    wording_base: str | None = None
    """The clause's own text that the wording is to replace."""
    redacted_for: tuple[str, ...] = ()
    """Reason codes of the parts that others do not see."""
    runs: tuple[tuple[str, bool], ...] = ()
    """The body in runs, each with whether others do not see it; empty: they see all of it."""
    editable: bool = False
    """Whether the sender can change it now."""
    appeal: AppealRow | None = None


@dataclass(frozen=True)
class ReceiptRow:
    receipt: str
    """The code in groups of five."""
    consultation: ConsultationRow
    draft: str
    received_at: datetime
    submitter: str
    demonstration: bool
    comments: tuple[ReceiptComment, ...]
    name: str | None = None
    organisation: str | None = None
    organisation_kind: str | None = None
    name_public: bool = True
    email_given: bool = False
    tell_me: bool = False
    erased_at: datetime | None = None
    channel: str = "web"


@dataclass(frozen=True)
class LogRow:
    """One line of a comment's status log."""

    at: datetime
    before: str | None
    after: str
    reason: str | None
    note: str | None
    by: str | None
    """Name part of the reviewer, None for the system."""


@dataclass(frozen=True)
class DeskComment:
    """One comment as an official sees it: every state, the clause beside it, its log."""

    seen: str
    """How it stands now; an act on it carries this, so that nobody overwrites another's decision."""

    comment: CommentRow
    clause: ClauseRow | None
    flags: tuple[str, ...]
    """Reason codes for which it was held: "personal_data", "links"."""
    log: tuple[LogRow, ...]
    themes: tuple[tuple[str, str], ...]
    """(theme id, title)."""


@dataclass(frozen=True)
class QuoteRow:
    comment_id: str
    text: str
    position: str | None = None
    language: str = "en"


@dataclass(frozen=True)
class ThemeRow:
    id: str
    """For example "T-0007"."""
    title: str
    status: str
    """candidate, accepted."""
    clause: str | None
    """eId for a theme of one clause; None: over the whole draft."""
    number: str | None
    heading: Text
    keyphrases: tuple[str, ...]
    comments: int
    distinct: int
    positions: Counts
    languages: Counts
    comment_ids: tuple[str, ...]
    quotes: tuple[QuoteRow, ...]
    machine_title: str
    """The title the machine gave; differs from `title` once a reviewer renamed the theme."""
    language: str = "en"
    """Language of the title: en, ur, ur-Latn or other."""
    accepted_at: datetime | None = None
    accepted_by: str | None = None
    names: Text = field(default_factory=dict)
    """Titles that a reviewer gave, by language."""
    kind: str = "theme"
    """theme, other, no_reason."""
    origin: str = "machine"
    """machine or human: who thought of it."""
    kept: bool = False
    """Whether a reviewer decided on its members: runs keep them."""
    people: int = 0
    """Submissions with a comment in it."""
    by_hand: int = 0
    """Members that a reviewer put there."""
