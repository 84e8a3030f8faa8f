"""Suggested wordings: the clause's own text that they are to replace, and the change as a redline."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from policy_text.redline import Runs, is_same, plain_text, redline
from portal.models import ClauseText
from portal.services.rows import ClauseRow, CommentRow
from search_index.analysis import detect_language


def base_text(clause: ClauseRow, language: str) -> str:
    """The clause's text without markup, in this language or in the one there is; "" for the whole."""
    html = clause.html.get(language) or next(iter(clause.html.values()), "")
    return plain_text(html)


def base_texts(session: Session, clause_id: int | None) -> dict[str, str]:
    """The same by language, from the database."""
    rows = session.execute(
        select(ClauseText.language, ClauseText.html).where(ClauseText.clause_id == clause_id)
    )
    return {language: plain_text(html) for language, html in rows}


def changed(session: Session, clause_id: int | None, wording: str | None) -> tuple[str | None, str | None]:
    """(wording, language it is to replace); (None, None) where it says what the clause says already.

    On the document as a whole there is no text to be held against: the wording stands for itself.
    """
    if wording is None:
        return None, None
    if clause_id is None:
        return wording, None
    texts = base_texts(session, clause_id)
    if any(is_same(text, wording) for text in texts.values()):
        return None, None
    spoken = "ur" if detect_language(wording) == "ur" else "en"
    return wording, spoken if spoken in texts else next(iter(texts), None)


def change(session: Session, clause_id: int | None, wording: str | None) -> tuple[Runs, str | None] | None:
    """The change that a wording suggests and the language it is in; None where it changes nothing."""
    text, language = changed(session, clause_id, wording)
    if text is None:
        return None
    return redline(base_texts(session, clause_id).get(language or "", ""), text), language


def runs(clause: ClauseRow | None, comment: CommentRow) -> Runs:
    """The change that a comment suggests; empty where it suggests none."""
    if comment.suggested_wording is None:
        return ()
    before = base_text(clause, comment.wording_language or "en") if clause is not None else ""
    return redline(before, comment.suggested_wording)
