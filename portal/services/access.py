"""Which consultation a comment or a theme belongs to: officials reach only those that are open to them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Comment, Consultation, Draft, Theme
from portal.services.identifiers import comment_number
from portal.services.themes import theme_number


def of_comment(session: Session, public_id: str) -> str | None:
    """Slug of a comment's consultation, None where there is no such comment."""
    return _slug(session, Comment, comment_number(public_id) or 0)


def of_theme(session: Session, name: str) -> str | None:
    """Slug of a theme's consultation. Raises NotFound for what is no theme's name."""
    return _slug(session, Theme, theme_number(name))


def _slug(session: Session, model: type[Comment] | type[Theme], number: int) -> str | None:
    return session.scalar(
        select(Consultation.slug)
        .join(Draft, Draft.consultation_id == Consultation.id)
        .join(model, model.draft_id == Draft.id)
        .where(model.id == number)
    )
