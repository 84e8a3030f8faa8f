"""What the message about an answered consultation says: what was decided on its reader's themes, clauses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from portal.models import Consultation, Draft, Submission
from portal.services import answering, consultations, outcomes, results
from portal.services.drafts import WHOLE
from portal.services.outcomes import OutcomeRow
from portal.services.rows import Text
from portal.words import Words

MOST_DECISIONS = 20


def paragraphs(session: Session, submission: Submission, public_url: str, words: Words) -> list[str]:
    """The message's own paragraphs; none where it was taken back that the consultation is answered."""
    consultation = session.get_one(Consultation, submission.consultation_id)
    if consultation.answered_at is None or not submission.tell_me:
        return []
    draft = session.get_one(Draft, submission.draft_id)
    decided = outcomes.shown(session, draft.id)
    places = answering.places_of(session, draft.id, submission.id).get(submission.id, [])
    mine = [decided[place] for place in places if place in decided]
    return [
        _opening(consultation, consultation.answered_at, words),
        words.plain("mail.answer.yours" if mine else "mail.answer.none"),
        *_decisions(session, draft.id, mine, words),
        f"{words.plain('mail.answer.all')}\n{public_url}/{words.language}/{consultation.slug}/results"
        f"?draft={draft.version}",
    ]


def _opening(consultation: Consultation, answered_at: datetime, words: Words) -> str:
    title = _in(consultation.title, words)
    return words.plain("mail.answer.text", title=title, date=words.date(answered_at))


def _decisions(session: Session, draft_id: int, mine: Sequence[OutcomeRow], words: Words) -> list[str]:
    """One paragraph a decision: what it is on, what was decided, and why."""
    headings = {entry.eid: entry for entry in consultations.entries(session, draft_id)}
    said = []
    for outcome in mine[:MOST_DECISIONS]:
        if outcome.on in headings:
            entry = headings[outcome.on]
            name = f"{entry.number or ''} {_in(entry.heading, words)}".strip()
        elif outcome.on == WHOLE:
            name = words.plain("clause.whole_title")
        else:
            (theme,) = results.theme_rows(session, [outcome.on], words.language).values()
            name = theme.title
        said.append(f"{name}\n{words.plain(f'outcome.{outcome.decision}')}\n{_in(outcome.reason, words)}")
    if len(mine) > MOST_DECISIONS:
        said.append(words.plain("mail.answer.more", n=len(mine) - MOST_DECISIONS))
    return said


def _in(text: Text, words: Words) -> str:
    return text.get(words.language) or next(iter(text.values()), "")
