"""Reading a draft's published comments once, for a report: facts to count by, texts kept out of memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from operator import attrgetter
from sys import intern
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.formats.report import WHOLE, Text
from portal.formats.stored_comments import Stored, StoredComments
from portal.models import Comment, Draft, Revision, StatusChange, Submission
from portal.services import comments
from portal.services.canonical import timestamp
from portal.services.once import once
from portal.services.rows import CommentRow, Entry, ThemeRow
from portal.services.themes import RunRow
from portal.words import PAKISTAN
from search_index.summarizer import distinct_texts

AT_ONCE = 500
"""Rows that are read from the database together."""


class Fact(NamedTuple):
    """What the report counts a comment by."""

    id: str
    eid: str
    """The clause's, or "whole"."""
    position: str
    """"none" where it takes none."""
    language: str
    submitter: str
    kind: str | None
    """Of the organisation."""
    channel: str
    day: str
    """In Pakistan."""
    person: int
    """Number of the submission."""
    themes: tuple[str, ...]
    campaign: str | None


def one_a_person(facts: Iterable[Fact]) -> Iterator[Fact]:
    """The first of the facts of each person."""
    return once(facts, attrgetter("person"))


@dataclass
class Scan:
    """The comments in scope, by number: facts, texts, and what their senders said about themselves."""

    stored: StoredComments
    facts: list[Fact] = field(default_factory=list)
    about: dict[int, Mapping[str, str]] = field(default_factory=dict)
    """Answers by person, where there are any."""
    members: dict[str, list[Fact]] = field(default_factory=dict)
    """The facts of each theme and of each campaign, by its name."""
    demonstration: bool = False
    fingerprint: str = ""
    """SHA-256 over the comments' names and fingerprints, a line each."""

    def take(self, fact: Fact) -> None:
        """Count a comment, and let its themes and its campaign know it."""
        self.facts.append(fact)
        for name in (*fact.themes, *((fact.campaign,) if fact.campaign else ())):
            self.members.setdefault(name, []).append(fact)

    def people(self) -> int:
        return sum(1 for _ in one_a_person(self.facts))


def read(
    session: Session,
    draft: Draft,
    *,
    entries: Sequence[Entry],
    whole: Text,
    found: Sequence[ThemeRow],
    run: RunRow | None,
    keep: Callable[[Fact], bool],
) -> Scan:
    """Go through the published comments once, by number; take those that `keep` keeps."""
    places: dict[str | None, tuple[str | None, Text]] = {e.eid: (e.number, e.heading) for e in entries}
    scan = Scan(StoredComments({**places, None: (None, whole)}))
    groups = _Groups.of(found, run)
    query = (
        comments.columns()
        .add_columns(Comment.submission_id, Submission.about)
        .where(Comment.draft_id == draft.id, Comment.status == "published")
        .order_by(Comment.id)
        .execution_options(yield_per=AT_ONCE)
    )
    headings: dict[int, dict[str, dict[str, str]]] = {draft.id: {}}
    digest = sha256()
    known_answers: dict[tuple[tuple[str, str], ...], Mapping[str, str]] = {}
    for row in session.execute(query):
        shown = comments.row_of(row, headings)
        fact = _fact(shown, row.submission_id, groups)
        if not keep(fact):
            continue
        scan.take(fact)
        digest.update(f"{fact.id} {shown.sha256}\n".encode())
        scan.demonstration = scan.demonstration or shown.demonstration
        if row.about:
            key = tuple(sorted(row.about.items()))
            scan.about[fact.person] = known_answers.setdefault(key, dict(key))
        scan.stored.add(_stored(shown, fact))
    scan.fingerprint = digest.hexdigest()
    return scan


@dataclass(frozen=True)
class _Groups:
    """What comments belong to, by their names."""

    names: Mapping[str, str]
    """Each name by itself: the one that themes have, so that no second one is kept."""
    themes: Mapping[str, tuple[str, ...]]
    campaigns: Mapping[str, str]

    @classmethod
    def of(cls, found: Sequence[ThemeRow], run: RunRow | None) -> _Groups:
        campaigns = {name: group for group, ids, _ in (run.campaigns if run else ()) for name in ids}
        themes = _memberships((theme.id, theme.comment_ids) for theme in found)
        return cls({name: name for name in (*campaigns, *themes)}, themes, campaigns)


def _fact(shown: CommentRow, person: int, groups: _Groups) -> Fact:
    """A row from the database has a text of its own for every value: of a fact, equal ones are one."""
    return Fact(
        id=groups.names.get(shown.id, shown.id),
        eid=intern(shown.clause or WHOLE),
        position=intern(shown.position or "none"),
        language=intern(shown.language),
        submitter=intern(shown.submitter),
        kind=shown.organisation_kind and intern(shown.organisation_kind),
        channel=intern(shown.channel),
        day=intern(_day(shown.received_at)),
        person=person,
        themes=groups.themes.get(shown.id, ()),
        campaign=groups.campaigns.get(shown.id),
    )


def _stored(shown: CommentRow, fact: Fact) -> Stored:
    return Stored(
        id=fact.id,
        clause=shown.clause,
        position=shown.position,
        language=fact.language,
        submitter=fact.submitter,
        name=shown.name,
        organisation=shown.organisation,
        channel=fact.channel,
        received_at=timestamp(shown.received_at),
        demonstration=shown.demonstration,
        themes=fact.themes,
        body=shown.body,
        sha256=shown.sha256,
        campaign=fact.campaign,
    )


def distinct(session: Session, draft: Draft, scan: Scan, run: RunRow | None) -> int:
    """Distinct texts in scope: as the last run counted them where nothing has changed since, else counted.

    Comparing many texts takes long and much memory, so a count that still holds is taken.
    """
    if run is not None and run.comments == len(scan.facts) and not _changed_since(session, draft, run):
        return run.distinct
    return distinct_texts([comment.body for comment in scan.stored])


def _changed_since(session: Session, draft: Draft, run: RunRow) -> bool:
    of_draft = Comment.draft_id == draft.id
    states = (
        select(StatusChange.id)
        .join(Comment, Comment.id == StatusChange.comment_id)
        .where(of_draft, StatusChange.at >= run.made_at)
    )
    texts = (
        select(Revision.id)
        .join(Comment, Comment.id == Revision.comment_id)
        .where(of_draft, Revision.replaced_at >= run.made_at)
    )
    came = select(Comment.id).where(of_draft, Comment.received_at >= run.made_at)
    return any(session.scalar(query.limit(1)) is not None for query in (states, texts, came))


def _memberships(themes: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    """Comment -> its themes. Few combinations are many comments': each is held once."""
    found: dict[str, tuple[str, ...]] = {}
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    for theme, ids in themes:
        for name in ids:
            together = (*found.get(name, ()), theme)
            found[name] = known.setdefault(together, together)
    return found


def _day(moment: datetime) -> str:
    return moment.astimezone(PAKISTAN).date().isoformat()
