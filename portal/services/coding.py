"""How good the themes are: comments drawn by chance, coded by two reviewers blind, compared with the machine.

Drawn are published comments whose themes no reviewer has decided on: the others would measure the reviewer.
The themes that can be chosen, and what the machine had said, are kept as they were at the drawing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.errors import Conflict, InvalidInput, NotFound
from portal.formats.report import QualityRow, ReportQuality
from portal.models import (
    Coding,
    CodingSample,
    Comment,
    Reviewer,
    Theme,
    ThemeExclusion,
    ThemeMember,
)
from portal.services import audit, coding_figures, comments, outcomes
from portal.services.acting import By
from portal.services.coding_figures import Coded, FigureRow
from portal.services.identifiers import comment_id, official_name
from portal.services.rows import CommentRow, Text
from portal.services.themes import theme_id, theme_number

MOST_DRAWN = 300
CODERS = 2


@dataclass(frozen=True)
class Choice:
    """A theme that can be chosen for a comment."""

    id: str
    """T-0007."""
    title: str
    language: str
    names: Text


@dataclass(frozen=True)
class Coder:
    """A reviewer who codes, and how many comments were done."""

    reviewer_id: int
    name: str
    """Name part of the address."""
    coded: int


@dataclass(frozen=True)
class SampleRow:
    """The sample in work. `changed`: other themes are accepted now than when it was drawn."""

    id: int
    drawn_at: datetime
    size: int
    """Drawn comments that are still published."""
    changed: bool
    coders: tuple[Coder, ...]
    """In the order in which they began."""

    def is_open_to(self, reviewer_id: int) -> bool:
        """Whether this reviewer may code: one of the two, or not yet two."""
        return len(self.coders) < CODERS or any(one.reviewer_id == reviewer_id for one in self.coders)

    def coded_by(self, reviewer_id: int) -> int:
        """How many comments a reviewer has coded."""
        return sum(one.coded for one in self.coders if one.reviewer_id == reviewer_id)


@dataclass(frozen=True)
class Comparison:
    """What the sample in work says; `rows` is empty while nothing was coded."""

    sample: SampleRow
    rows: tuple[FigureRow, ...]


def draw(session: Session, draft_id: int, *, size: int, chance: Random, by: By, anew: bool = False) -> int:
    """Draw comments, in the order of chance, and put any older sample aside; how many.

    `anew`: also where the sample in work has codings. Raises InvalidInput, Conflict.
    """
    if not 1 <= size <= MOST_DRAWN:
        raise InvalidInput({"size": ["error.coding.size"]})
    before = current(session, draft_id)
    if before is not None and before.coders and not anew:
        raise InvalidInput({"anew": ["error.coding.anew"]})
    codebook = _accepted(session, draft_id)
    if not codebook:
        raise Conflict("error.conflict.coding.themes")
    drawable = _drawable(session, draft_id, codebook)
    if not drawable:
        raise Conflict("error.conflict.coding.comments")
    chosen = chance.sample(drawable, min(size, len(drawable)))
    sample = CodingSample(
        draft_id=draft_id,
        drawn_at=by.now,
        reviewer_id=by.reviewer_id,
        comment_ids=chosen,
        machine={"themes": codebook, "comments": _machine(session, codebook, chosen)},
    )
    session.add(sample)
    session.flush()
    proof = audit.change(before.id if before else None, [sample.id, chosen])
    details = {"sample": sample.id, "asked": size, "drawn": len(chosen), **proof}
    audit.record(session, "coding.draw", f"draft/{draft_id}", actor=by.actor, now=by.now, details=details)
    return len(chosen)


def current(session: Session, draft_id: int) -> SampleRow | None:
    """The newest sample of a draft and how far it is; None where none was drawn."""
    sample = _newest(session, draft_id)
    if sample is None:
        return None
    shown = _published(session, sample)
    begun: dict[int, int] = {}
    for coding in _codings(session, sample.id):
        begun[coding.reviewer_id] = begun.get(coding.reviewer_id, 0) + (coding.comment_id in shown)
    emails = {
        row.id: row.email
        for row in session.execute(select(Reviewer.id, Reviewer.email).where(Reviewer.id.in_(begun)))
    }
    return SampleRow(
        id=sample.id,
        drawn_at=sample.drawn_at,
        size=len(shown),
        changed=sample.machine["themes"] != _accepted(session, draft_id),
        coders=tuple(Coder(key, official_name(emails[key]), n) for key, n in begun.items()),
    )


def choices(session: Session, draft_id: int) -> list[Choice]:
    """The themes of the sample in work: those that were accepted over the whole draft when it was drawn."""
    sample = _newest(session, draft_id)
    keys = sample.machine["themes"] if sample else []
    found = session.scalars(select(Theme).where(Theme.id.in_(keys)).order_by(Theme.id))
    return [Choice(theme_id(one.id), one.title, one.language, dict(one.names)) for one in found]


def next_for(session: Session, draft_id: int, reviewer_id: int) -> CommentRow | None:
    """The next comment of the sample in work that this reviewer has not coded; None where all are."""
    sample = _newest(session, draft_id)
    if sample is None:
        return None
    done = {coding.comment_id for coding in _codings(session, sample.id) if coding.reviewer_id == reviewer_id}
    shown = _published(session, sample)
    left = [number for number in sample.comment_ids if number in shown and number not in done]
    return comments.by_ids(session, [comment_id(left[0])])[0] if left else None


def coded_by(session: Session, draft_id: int, reviewer_id: int) -> dict[str, tuple[str, ...]]:
    """What one reviewer gave: the themes of each comment of the sample in work, the newest answer last.

    Names as C-0012 and T-0007; no themes: none of them. Comments that are no longer published are left out.
    """
    sample = _newest(session, draft_id)
    if sample is None:
        return {}
    shown = _published(session, sample)
    return {
        comment_id(coding.comment_id): tuple(theme_id(key) for key in coding.theme_ids)
        for coding in sorted(_codings(session, sample.id), key=lambda one: (one.at, one.id))
        if coding.reviewer_id == reviewer_id and coding.comment_id in shown
    }


def code(
    session: Session, draft_id: int, *, sample: int, comment: int, themes: Sequence[str], by: By
) -> None:
    """Note the themes (none: none of them) that a reviewer gives one comment, or gives it instead.

    `sample`: the one that was shown. The same answer once more changes nothing. Raises NotFound where the
    comment or a theme is none of the sample's, Conflict where another was drawn since or two others code.
    The record says that there is an answer, not which: colleagues who read it still code blind.
    """
    found = _newest(session, draft_id)
    if found is not None and found.id != sample:
        raise Conflict("error.conflict.coding.sample")
    if found is None or comment not in _published(session, found):
        raise NotFound("error.not_found.comment")
    keys = sorted({theme_number(name) for name in themes})
    if not set(keys) <= set(found.machine["themes"]):
        raise NotFound("error.not_found.theme")
    codings = _codings(session, found.id)
    coders = {coding.reviewer_id for coding in codings}
    if by.reviewer_id not in coders and len(coders) >= CODERS:
        raise Conflict("error.conflict.coding.two")
    mine = (coding for coding in codings if coding.reviewer_id == by.reviewer_id)
    before = next((coding for coding in mine if coding.comment_id == comment), None)
    if before is not None and before.theme_ids == keys:
        return
    if before is None:
        session.add(
            Coding(
                sample_id=sample, comment_id=comment, reviewer_id=by.reviewer_id, theme_ids=keys, at=by.now
            )
        )
    else:
        before.theme_ids, before.at = keys, by.now
    session.flush()
    details = {"sample": sample, "corrected": before is not None}
    audit.record(session, "coding.code", f"comment/{comment}", actor=by.actor, now=by.now, details=details)


def results(session: Session, draft_id: int) -> Comparison | None:
    """How far machine and reviewers agree on the sample in work; None where none was drawn.

    The same codings always give the same intervals.
    """
    sample, row = _newest(session, draft_id), current(session, draft_id)
    if sample is None or row is None:
        return None
    chance = Random(f"coding/{sample.id}")  # noqa: S311 (nothing secret: the same figures every time)
    return Comparison(
        row, coding_figures.rows(_coded(session, sample, [one.reviewer_id for one in row.coders]), chance)
    )


def quality(session: Session, draft_id: int) -> ReportQuality | None:
    """The same as reports print it; None while nothing was coded."""
    found = results(session, draft_id)
    if found is None or not found.rows:
        return None
    rows = tuple(QualityRow(row.language, row.once, row.mean, row.agreement) for row in found.rows)
    return ReportQuality(found.sample.drawn_at, rows)


def _newest(session: Session, draft_id: int) -> CodingSample | None:
    return session.scalar(
        select(CodingSample)
        .where(CodingSample.draft_id == draft_id)
        .order_by(CodingSample.id.desc())
        .limit(1)
    )


def _accepted(session: Session, draft_id: int) -> list[int]:
    """Accepted themes over the whole draft."""
    rows = select(Theme.id).where(*outcomes.accepted(draft_id), Theme.clause_id.is_(None))
    return list(session.scalars(rows.order_by(Theme.id)))


def _drawable(session: Session, draft_id: int, codebook: Sequence[int]) -> list[int]:
    """Published comments that no reviewer put into a theme over the whole draft, or took out of one."""
    over_all = select(Theme.id).where(
        Theme.draft_id == draft_id, Theme.clause_id.is_(None), Theme.retired_at.is_(None)
    )
    put = select(ThemeMember.comment_id).where(ThemeMember.theme_id.in_(over_all), ThemeMember.by == "human")
    taken_out = select(ThemeExclusion.comment_id).where(ThemeExclusion.theme_id.in_(codebook))
    rows = select(Comment.id).where(
        Comment.draft_id == draft_id,
        Comment.status == "published",
        Comment.id.not_in(put),
        Comment.id.not_in(taken_out),
    )
    return list(session.scalars(rows.order_by(Comment.id)))


def _machine(session: Session, codebook: Sequence[int], numbers: Sequence[int]) -> dict[str, list[int]]:
    """The themes of the codebook that each comment is in."""
    rows = session.execute(
        select(ThemeMember.comment_id, ThemeMember.theme_id)
        .where(ThemeMember.theme_id.in_(codebook), ThemeMember.comment_id.in_(numbers))
        .order_by(ThemeMember.comment_id, ThemeMember.theme_id)
    )
    found: dict[str, list[int]] = {}
    for number, key in rows:
        found.setdefault(str(number), []).append(key)
    return found


def _published(session: Session, sample: CodingSample) -> set[int]:
    """Comments of a sample that are public now; the others are neither shown nor counted."""
    rows = select(Comment.id).where(Comment.id.in_(sample.comment_ids), Comment.status == "published")
    return set(session.scalars(rows))


def _codings(session: Session, sample_id: int) -> list[Coding]:
    return list(session.scalars(select(Coding).where(Coding.sample_id == sample_id).order_by(Coding.id)))


def _coded(session: Session, sample: CodingSample, coders: Sequence[int]) -> list[Coded]:
    """Every drawn comment that is public, with what the machine and each coder gave."""
    given = {
        (coding.comment_id, coding.reviewer_id): frozenset(coding.theme_ids)
        for coding in _codings(session, sample.id)
    }
    rows = session.execute(
        select(Comment.id, Comment.language)
        .where(Comment.id.in_(_published(session, sample)))
        .order_by(Comment.id)
    )
    machine = sample.machine["comments"]
    return [
        Coded(
            language=row.language,
            machine=frozenset(machine.get(str(row.id), ())),
            humans=tuple(given.get((row.id, coder)) for coder in coders),
        )
        for row in rows
    ]
