"""What senders may say about themselves: the consultation's questions, and whether answers fit them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Consultation, Draft
from portal.models.database import connection_of
from portal.services.rows import QuestionRow

_known: WeakKeyDictionary[object, dict[int, tuple[QuestionRow, ...]]] = WeakKeyDictionary()
"""Questions by draft; they are stored with the consultation and never change."""


def rows(stored: list[Any]) -> tuple[QuestionRow, ...]:
    """The questions as the consultation's table holds them."""
    return tuple(
        QuestionRow(
            key=item["key"],
            label=item["label"],
            choices=tuple((choice["value"], choice["label"]) for choice in item["choices"]),
            reference=item.get("reference", {}),
            reference_source=item.get("reference_source", {}),
        )
        for item in stored
    )


def problems(session: Session, draft_id: int, about: Mapping[str, str]) -> dict[str, list[str]]:
    """Message keys by field for answers that no question asks for, or that are none of its choices."""
    if not about:
        return {}
    asked = {question.key: {value for value, _ in question.choices} for question in _of(session, draft_id)}
    found = {}
    for key, choice in about.items():
        if key not in asked:
            found[f"about.{key}"] = ["error.about.unknown"]
        elif choice not in asked[key]:
            found[f"about.{key}"] = ["error.about.choice"]
    return found


def _of(session: Session, draft_id: int) -> tuple[QuestionRow, ...]:
    drafts = _known.setdefault(connection_of(session).engine, {})
    if draft_id not in drafts:
        stored = session.scalar(
            select(Consultation.questions)
            .join(Draft, Draft.consultation_id == Consultation.id)
            .where(Draft.id == draft_id)
        )
        drafts[draft_id] = rows(stored or [])
    return drafts[draft_id]
