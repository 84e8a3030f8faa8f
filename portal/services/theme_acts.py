"""Acts on themes: how things were before each, so that it can be undone, and a record of every one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from portal.errors import Conflict, NotFound
from portal.models import Comment, Reviewer, Theme, ThemeAct, ThemeExclusion, ThemeMember
from portal.services import audit
from portal.services.acting import By
from portal.services.canonical import timestamp
from portal.services.identifiers import official_name
from portal.services.themes import theme_id

Snapshot = dict[str, Any]


@dataclass(frozen=True)
class ActRow:
    """One act on themes; `undoable` where nobody has touched its themes since."""

    id: int
    act: str
    themes: tuple[str, ...]
    by: str
    at: datetime
    undone_at: datetime | None
    undoable: bool


def undo(session: Session, act_id: int, draft_id: int, *, by: By) -> None:
    """Put everything back as it was before an act.

    Raises NotFound, Conflict (its themes were touched since).
    """
    act = session.get(ThemeAct, act_id)
    if act is None or act.draft_id != draft_id:
        raise NotFound("error.not_found.act")
    if act.undone_at is not None or not _undoable(session, act):
        raise Conflict("error.conflict.undo")
    stood = _snapshots(session, act.theme_ids)
    for before in act.before:
        restore(session, before, by.now)
    act.undone_at = by.now
    session.flush()
    proof = audit.change(stood, _snapshots(session, act.theme_ids))
    details = {"act": act.act, "themes": act.theme_ids, **proof}
    subject = f"draft/{draft_id}"
    audit.record(session, "themes.undo", subject, actor=by.actor, now=by.now, details=details)


def acts(session: Session, draft_id: int, *, limit: int = 20) -> list[ActRow]:
    """The newest acts on a draft's themes."""
    rows = session.execute(
        select(ThemeAct, Reviewer.email)
        .join(Reviewer, Reviewer.id == ThemeAct.reviewer_id)
        .where(ThemeAct.draft_id == draft_id)
        .order_by(ThemeAct.id.desc())
        .limit(limit)
    )
    return [
        ActRow(
            id=act.id,
            act=act.act,
            themes=tuple(theme_id(number) for number in act.theme_ids),
            by=official_name(email),
            at=act.at,
            undone_at=act.undone_at,
            undoable=act.undone_at is None and _undoable(session, act),
        )
        for act, email in rows
    ]


class Act:
    """Notes how themes were before an act; after it, the record that undoing needs, and the audit's."""

    def __init__(
        self, session: Session, act: str, touched: Sequence[Theme], by: By, *, draft_id: int | None = None
    ) -> None:
        self._session, self._act, self._by = session, act, by
        self._draft_id = draft_id if draft_id is not None else touched[0].draft_id
        self._ids = [theme.id for theme in touched]
        self._before = [snapshot(session, theme) for theme in touched]

    def __enter__(self) -> Act:
        return self

    def made(self, theme: Theme) -> None:
        """A theme that this act made: undoing takes it away."""
        self._ids.append(theme.id)
        self._before.append({"id": theme.id, "made": True})

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            return
        self._session.flush()
        self._session.add(
            ThemeAct(
                draft_id=self._draft_id,
                at=self._by.now,
                reviewer_id=self._by.reviewer_id,
                act=self._act,
                theme_ids=self._ids,
                before=self._before,
            )
        )
        proof = audit.change(self._before, _snapshots(self._session, self._ids))
        details = {"themes": self._ids, **proof}
        subject = f"theme/{self._ids[0]}" if self._ids else f"draft/{self._draft_id}"
        by = self._by
        audit.record(
            self._session, f"themes.{self._act}", subject, actor=by.actor, now=by.now, details=details
        )


def snapshot(session: Session, theme: Theme) -> Snapshot:
    """A theme as it is: numbers, states and titles; no text of a comment but the machine's title."""
    members = member_rows(session, [theme.id])
    out = session.scalars(
        select(ThemeExclusion.comment_id)
        .where(ThemeExclusion.theme_id == theme.id)
        .order_by(ThemeExclusion.comment_id)
    ).all()
    return {
        "id": theme.id,
        "status": theme.status,
        "names": dict(theme.names),
        "kept": theme.kept,
        "accepted_at": timestamp(theme.accepted_at) if theme.accepted_at else None,
        "accepted_by": theme.accepted_by,
        "retired_at": timestamp(theme.retired_at) if theme.retired_at else None,
        "members": [[row["comment_id"], row["by"], row["reviewer_id"]] for row in members],
        "out": list(out),
    }


def _snapshots(session: Session, keys: Sequence[int]) -> list[Snapshot]:
    return [snapshot(session, session.get_one(Theme, key)) for key in keys]


def restore(session: Session, before: Snapshot, now: datetime) -> None:
    """Make a theme what it was; one that the act made is taken away."""
    theme = session.get_one(Theme, before["id"])
    if before.get("made"):
        theme.retired_at, theme.status = now, "candidate"
        theme.accepted_at = theme.accepted_by = None
        session.execute(delete(ThemeMember).where(ThemeMember.theme_id == theme.id))
        return
    theme.status, theme.names, theme.kept = before["status"], before["names"], before["kept"]
    theme.accepted_at, theme.accepted_by = _moment(before["accepted_at"]), before["accepted_by"]
    theme.retired_at = _moment(before["retired_at"])
    alive = set(session.scalars(select(Comment.id).where(Comment.status != "erased")))
    rows = [
        {"theme_id": theme.id, "comment_id": number, "by": by, "reviewer_id": reviewer_id}
        for number, by, reviewer_id in before["members"]
        if number in alive
    ]
    replace_members(session, theme.id, rows)
    back = [number for number in before["out"] if number in alive]
    session.execute(
        delete(ThemeExclusion).where(
            ThemeExclusion.theme_id == theme.id, ThemeExclusion.comment_id.not_in(back)
        )
    )


def _undoable(session: Session, act: ThemeAct) -> bool:
    """Whether nobody has touched its themes since, and all of them are still there."""
    later = session.scalars(
        select(ThemeAct).where(
            ThemeAct.draft_id == act.draft_id, ThemeAct.id > act.id, ThemeAct.undone_at.is_(None)
        )
    )
    if any(set(one.theme_ids) & set(act.theme_ids) for one in later):
        return False
    there = set(session.scalars(select(Theme.id).where(Theme.id.in_(act.theme_ids))))
    return there == set(act.theme_ids)


def member_rows(session: Session, keys: Sequence[int]) -> list[dict[str, Any]]:
    """The members of some themes, and who put them there."""
    rows = session.execute(
        select(ThemeMember.theme_id, ThemeMember.comment_id, ThemeMember.by, ThemeMember.reviewer_id)
        .where(ThemeMember.theme_id.in_(keys))
        .order_by(ThemeMember.theme_id, ThemeMember.comment_id)
    )
    return [dict(row._mapping) for row in rows]


def replace_members(session: Session, key: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Make these its only members."""
    session.execute(delete(ThemeMember).where(ThemeMember.theme_id == key))
    if rows:
        session.execute(insert(ThemeMember), [dict(row) for row in rows])


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
