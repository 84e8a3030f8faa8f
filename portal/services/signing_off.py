"""Signing themes off: accept, name, merge, split, move, write, take away; every act can be undone.

Nothing is public before a theme is accepted. What a reviewer decides, later runs keep.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from portal.errors import Conflict, InvalidInput, NotFound
from portal.models import (
    Comment,
    Theme,
    ThemeExclusion,
    ThemeMember,
    ThemeRun,
)
from portal.services.acting import By
from portal.services.canonical import sha256_of
from portal.services.texts import clean, line_fault
from portal.services.theme_acts import Act, member_rows, replace_members, snapshot
from portal.services.themes import CLASSES, called, theme_id, theme_number

LONGEST_TITLE = 300


@dataclass(frozen=True)
class SignOff:
    """How far the signing off of a draft is; `placed`: published comments in an accepted theme or a class."""

    accepted: int
    candidates: int
    placed: int
    published: int
    other: int
    no_reason: int


def mark(session: Session, name: str) -> str:
    """How a theme stands now; a form carries it, an act compares it."""
    return sha256_of(snapshot(session, _theme(session, name)))[:16]


def accept(session: Session, name: str, *, seen: str | None = None, by: By) -> None:
    """Take a candidate as a theme of the report. Raises NotFound, Conflict."""
    theme = _seen(session, name, seen)
    if theme.status != "candidate":
        raise Conflict("error.conflict.theme")
    with Act(session, "accept", [theme], by):
        theme.status, theme.accepted_at, theme.accepted_by = "accepted", by.now, by.reviewer_id
        theme.kept = True


def reopen(session: Session, name: str, *, seen: str | None = None, by: By) -> None:
    """Make an accepted theme a candidate again: it is public no more. Raises NotFound, Conflict."""
    theme = _seen(session, name, seen)
    if theme.status != "accepted":
        raise Conflict("error.conflict.theme_candidate")
    with Act(session, "reopen", [theme], by):
        theme.status, theme.accepted_at, theme.accepted_by = "candidate", None, None


def rename(
    session: Session, name: str, titles: Mapping[str, str], *, seen: str | None = None, by: By
) -> None:
    """Give a theme a title in English, in Urdu or both; the machine's stays on record.

    Raises NotFound, InvalidInput, Conflict.
    """
    names = _titles(titles)
    theme = _seen(session, name, seen)
    with Act(session, "rename", [theme], by):
        theme.names = names


def merge(session: Session, name: str, others: Sequence[str], *, seen: str | None = None, by: By) -> None:
    """Put everything in other themes of the same scope into this one.

    Raises NotFound, InvalidInput, Conflict.
    """
    theme = _seen(session, name, seen)
    gone = [_theme(session, other) for other in dict.fromkeys(others) if theme_number(other) != theme.id]
    if not gone:
        raise InvalidInput({"others": ["error.themes.others"]})
    if any((one.draft_id, one.clause_id) != (theme.draft_id, theme.clause_id) for one in gone):
        raise InvalidInput({"others": ["error.themes.scope"]})
    for one in gone:
        _check_there(one)
    if any(one.kind != "theme" for one in (theme, *gone)):
        raise Conflict("error.conflict.theme_class")
    with Act(session, "merge", [theme, *gone], by):
        members = member_rows(session, [theme.id, *(one.id for one in gone)])
        kept = {row["comment_id"]: row for row in members if row["theme_id"] != theme.id}
        kept.update({row["comment_id"]: row for row in members if row["theme_id"] == theme.id})
        replace_members(session, theme.id, [{**row, "theme_id": theme.id} for row in kept.values()])
        theme.kept = True
        for one in gone:
            one.retired_at = by.now
            one.status, one.accepted_at, one.accepted_by = "candidate", None, None


def split(
    session: Session,
    name: str,
    numbers: Sequence[int],
    titles: Mapping[str, str],
    *,
    seen: str | None = None,
    by: By,
) -> str:
    """Take some comments of a theme into a new one; its name. Raises NotFound, InvalidInput, Conflict."""
    names = _titles(titles)
    theme = _seen(session, name, seen)
    here = {row["comment_id"] for row in member_rows(session, [theme.id])}
    chosen = [number for number in dict.fromkeys(numbers) if number in here]
    if not chosen or len(chosen) == len(here):
        raise InvalidInput({"chosen": ["error.themes.split"]})
    with Act(session, "split", [theme], by) as act:
        made = _new(session, theme.draft_id, theme.clause_id, names, chosen, by=by)
        act.made(made)
        _take_out(session, theme.id, chosen, by)
        theme.kept = True
    return theme_id(made.id)


def move(
    session: Session, name: str, numbers: Sequence[int], to: str | None, *, seen: str | None = None, by: By
) -> None:
    """Take comments out of a theme and put them into another (None: into none of that scope).

    Raises NotFound, InvalidInput, Conflict.
    """
    theme = _seen(session, name, seen)
    here = {row["comment_id"] for row in member_rows(session, [theme.id])}
    chosen = [number for number in dict.fromkeys(numbers) if number in here]
    target = _theme(session, to) if to else None
    if not chosen:
        raise InvalidInput({"chosen": ["error.bulk.chosen"]})
    if target is not None:
        if (target.draft_id, target.clause_id) != (theme.draft_id, theme.clause_id) or target is theme:
            raise InvalidInput({"to": ["error.themes.scope"]})
        _check_there(target)
    with Act(session, "move", [theme] if target is None else [theme, target], by):
        _take_out(session, theme.id, chosen, by)
        if target is not None:
            _put_in(session, target.id, chosen, by)


def put(session: Session, name: str, numbers: Sequence[int], *, by: By) -> None:
    """Put comments into a theme, or confirm those in it. Raises NotFound, InvalidInput, Conflict."""
    theme = _theme(session, name)
    _check_there(theme)
    fitting = _of_scope(session, theme.draft_id, theme.clause_id, numbers)
    if not fitting:
        raise InvalidInput({"chosen": ["error.themes.examples"]})
    with Act(session, "put", [theme], by):
        _put_in(session, theme.id, fitting, by)


def write(
    session: Session,
    draft_id: int,
    titles: Mapping[str, str],
    numbers: Sequence[int],
    *,
    clause_id: int | None = None,
    by: By,
) -> str:
    """A new theme with examples, over the whole draft or one clause; its name. Raises InvalidInput.

    The same theme once more (a form sent twice) is the one that there is.
    """
    names = _titles(titles)
    fitting = _of_scope(session, draft_id, clause_id, numbers)
    if not fitting:
        raise InvalidInput({"chosen": ["error.themes.examples"]})
    if (known := _written(session, draft_id, clause_id, names, fitting)) is not None:
        return theme_id(known)
    with Act(session, "write", [], by, draft_id=draft_id) as act:
        made = _new(session, draft_id, clause_id, names, fitting, by=by)
        act.made(made)
    return theme_id(made.id)


def classify(session: Session, draft_id: int, kind: str, numbers: Sequence[int], *, by: By) -> None:
    """Say of comments that they fit no theme (other) or give no reason (no_reason). Raises InvalidInput.

    They leave every theme that no reviewer put them in, and runs leave them out.
    """
    if kind not in CLASSES:
        raise InvalidInput({"kind": ["error.themes.class"]})
    fitting = _of_scope(session, draft_id, None, numbers)
    if not fitting:
        raise InvalidInput({"chosen": ["error.bulk.chosen"]})
    found = session.scalar(
        select(Theme).where(Theme.draft_id == draft_id, Theme.kind == kind, Theme.retired_at.is_(None))
    )
    leaving = _machine_themes_of(session, draft_id, fitting)
    touched = [*leaving, *([found] if found else [])]
    with Act(session, "classify", touched, by, draft_id=draft_id) as act:
        if found is None:
            found = _new(session, draft_id, None, {}, fitting, by=by, kind=kind)
            act.made(found)
        else:
            _put_in(session, found.id, fitting, by)
        for theme in leaving:
            session.execute(
                delete(ThemeMember).where(
                    ThemeMember.theme_id == theme.id,
                    ThemeMember.comment_id.in_(fitting),
                    ThemeMember.by == "machine",
                )
            )


def take_away(session: Session, name: str, *, seen: str | None = None, by: By) -> None:
    """Take a candidate away; a theme that continues it in a later run is taken away too.

    Raises NotFound, Conflict (it is accepted: reopen it first).
    """
    theme = _seen(session, name, seen)
    if theme.status != "candidate":
        raise Conflict("error.conflict.theme")
    with Act(session, "take_away", [theme], by):
        theme.retired_at = by.now


def progress(session: Session, draft_id: int) -> SignOff:
    """How far the signing off is."""
    found = session.execute(
        select(Theme.id, Theme.status, Theme.kind).where(
            Theme.draft_id == draft_id, Theme.retired_at.is_(None)
        )
    ).all()
    published = select(Comment.id).where(Comment.draft_id == draft_id, Comment.status == "published")

    def members(keys: list[int]) -> int:
        rows = session.scalars(
            select(ThemeMember.comment_id)
            .where(ThemeMember.theme_id.in_(keys), ThemeMember.comment_id.in_(published))
            .distinct()
        )
        return len(rows.all())

    def of_kind(kind: str) -> list[int]:
        return [row.id for row in found if row.kind == kind]

    accepted = [row.id for row in found if row.status == "accepted" and row.kind == "theme"]
    return SignOff(
        accepted=len(accepted),
        candidates=sum(row.status == "candidate" and row.kind == "theme" for row in found),
        placed=members([*accepted, *of_kind("other"), *of_kind("no_reason")]),
        published=len(session.scalars(published).all()),
        other=members(of_kind("other")),
        no_reason=members(of_kind("no_reason")),
    )


def _new(
    session: Session,
    draft_id: int,
    clause_id: int | None,
    names: Mapping[str, str],
    numbers: Sequence[int],
    *,
    by: By,
    kind: str = "theme",
) -> Theme:
    title = called(kind, names, "en")
    made = Theme(
        run_id=_run(session, draft_id, by.now),
        draft_id=draft_id,
        clause_id=clause_id,
        ordinal=1000,
        status="candidate",
        title=title,
        machine_title="",
        title_comment_id=numbers[0],
        language=next(iter(names), "en"),
        keyphrases=[],
        quotes=[],
        names=dict(names),
        kind=kind,
        origin="human",
        kept=True,
    )
    session.add(made)
    session.flush()
    _put_in(session, made.id, numbers, by)
    return made


def _written(
    session: Session, draft_id: int, clause_id: int | None, names: Mapping[str, str], numbers: Sequence[int]
) -> int | None:
    """The theme that an official wrote with this title over these comments and no others."""
    rows = session.scalars(
        select(Theme).where(
            Theme.draft_id == draft_id,
            Theme.clause_id.is_(None) if clause_id is None else Theme.clause_id == clause_id,
            Theme.kind == "theme",
            Theme.origin == "human",
            Theme.retired_at.is_(None),
        )
    )
    for one in rows:
        here = {row["comment_id"] for row in member_rows(session, [one.id])} if one.names == names else ()
        if here == set(numbers):
            return one.id
    return None


def _run(session: Session, draft_id: int, now: datetime) -> int:
    """The last run's key; without one a run that read nothing, so that a theme can be written before any."""
    found = session.scalar(
        select(ThemeRun.id).where(ThemeRun.draft_id == draft_id).order_by(ThemeRun.id.desc()).limit(1)
    )
    if found is not None:
        return found
    made = ThemeRun(
        draft_id=draft_id,
        made_at=now,
        summarizer="none",
        comments=0,
        distinct_texts=0,
        campaigns=[],
        unassigned=[],
    )
    session.add(made)
    session.flush()
    return made.id


def _take_out(session: Session, key: int, numbers: Sequence[int], by: By) -> None:
    session.execute(
        delete(ThemeMember).where(ThemeMember.theme_id == key, ThemeMember.comment_id.in_(numbers))
    )
    has = set(session.scalars(select(ThemeExclusion.comment_id).where(ThemeExclusion.theme_id == key)))
    rows = [
        {"theme_id": key, "comment_id": number, "reviewer_id": by.reviewer_id, "at": by.now}
        for number in numbers
        if number not in has
    ]
    if rows:
        session.execute(insert(ThemeExclusion), rows)


def _put_in(session: Session, key: int, numbers: Sequence[int], by: By) -> None:
    for table in (ThemeMember, ThemeExclusion):
        session.execute(delete(table).where(table.theme_id == key, table.comment_id.in_(numbers)))
    rows = [
        {"theme_id": key, "comment_id": number, "by": "human", "reviewer_id": by.reviewer_id}
        for number in numbers
    ]
    session.execute(insert(ThemeMember), rows)


def _machine_themes_of(session: Session, draft_id: int, numbers: Sequence[int]) -> list[Theme]:
    keys = (
        select(ThemeMember.theme_id)
        .where(ThemeMember.comment_id.in_(numbers), ThemeMember.by == "machine")
        .distinct()
    )
    return list(
        session.scalars(
            select(Theme)
            .where(Theme.draft_id == draft_id, Theme.id.in_(keys), Theme.retired_at.is_(None))
            .order_by(Theme.id)
        )
    )


def _of_scope(session: Session, draft_id: int, clause_id: int | None, numbers: Sequence[int]) -> list[int]:
    query = select(Comment.id).where(
        Comment.draft_id == draft_id, Comment.id.in_(numbers), Comment.status == "published"
    )
    if clause_id is not None:
        query = query.where(Comment.clause_id == clause_id)
    return list(session.scalars(query.order_by(Comment.id)))


def _titles(titles: Mapping[str, str]) -> dict[str, str]:
    names = {language: clean(titles.get(language, "")).strip() for language in ("en", "ur")}
    names = {language: text for language, text in names.items() if text}
    if not names:
        raise InvalidInput({"title_en": ["error.title.empty"]})
    problems = {
        f"title_{language}": [key]
        for language, text in names.items()
        if (key := line_fault(text, LONGEST_TITLE, "title")) is not None
    }
    if problems:
        raise InvalidInput(problems)
    return names


def _theme(session: Session, name: str) -> Theme:
    theme = session.get(Theme, theme_number(name))
    if theme is None:
        raise NotFound("error.not_found.theme")
    return theme


def _check_there(theme: Theme) -> None:
    """Raise Conflict for a theme that was merged or taken away: what is done to it nobody would find."""
    if theme.retired_at is not None:
        raise Conflict("error.conflict.theme_gone")


def _seen(session: Session, name: str, seen: str | None) -> Theme:
    theme = _theme(session, name)
    _check_there(theme)
    if seen and seen != mark(session, name):
        raise Conflict("error.conflict.theme_seen")
    return theme
