"""What only the tables know of comments, as limits of a search: theme, tag, whose task, read or not, new."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.models import Assignment, Comment, Reading, Tagging, ThemeMember
from portal.services.identifiers import comment_id, key_of
from portal.services.themes import theme_number

NAMES = ("theme", "tag", "assigned", "read", "redacted", "after")


def among(
    session: Session, draft_id: int, asked: Mapping[str, str], *, reviewer_id: int
) -> frozenset[str] | None:
    """Ids of the draft's comments that keep to every limit asked for; None: no limit was asked for."""
    limits = [(name, asked[name]) for name in NAMES if asked.get(name)]
    if not limits:
        return None
    query = select(Comment.id).where(Comment.draft_id == draft_id)
    for name, value in limits:
        query = query.where(_LIMITS[name](value, reviewer_id))
    return frozenset(comment_id(number) for number in session.scalars(query))


def _theme(value: str, _: int) -> ColumnElement[bool]:
    try:
        number = theme_number(value)
    except NotFound:
        number = 0
    return Comment.id.in_(select(ThemeMember.comment_id).where(ThemeMember.theme_id == number))


def _tag(value: str, _: int) -> ColumnElement[bool]:
    return Comment.id.in_(select(Tagging.comment_id).where(Tagging.tag_id == key_of(value)))


def _assigned(value: str, reviewer_id: int) -> ColumnElement[bool]:
    given = select(Assignment.comment_id)
    if value == "none":
        return Comment.id.not_in(given)
    whose = reviewer_id if value == "me" else key_of(value)
    return Comment.id.in_(given.where(Assignment.reviewer_id == whose))


def _read(value: str, reviewer_id: int) -> ColumnElement[bool]:
    read = select(Reading.comment_id).where(Reading.reviewer_id == reviewer_id)
    return Comment.id.in_(read) if value == "yes" else Comment.id.not_in(read)


def _redacted(value: str, _: int) -> ColumnElement[bool]:
    return Comment.redacted_for != [] if value == "yes" else Comment.redacted_for == []


def _after(value: str, _: int) -> ColumnElement[bool]:
    return Comment.id > key_of(value)


_LIMITS: dict[str, Callable[[str, int], ColumnElement[bool]]] = {
    "theme": _theme,
    "tag": _tag,
    "assigned": _assigned,
    "read": _read,
    "redacted": _redacted,
    "after": _after,
}
