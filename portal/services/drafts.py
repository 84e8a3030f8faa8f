"""Publishing a draft, and reading its clauses. A published draft never changes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from policy_text.reader import ConsultationText, DraftText
from portal.errors import Conflict, InvalidInput, NotFound
from portal.models import Clause, ClauseText, Consultation, Draft
from portal.services import audit, consultations, jobs
from portal.services.rows import ClauseRow, Entry

AROUND = 3
WHOLE = "whole"


def publish(session: Session, text: DraftText, *, slug: str, version: str, actor: str, now: datetime) -> bool:
    """Publish a draft, making the consultation where the slug is new. False: the same bytes were there.

    Raises Conflict where the version exists with other bytes, InvalidInput for names unfit for addresses.
    """
    for field, name in (("consultation", slug), ("draft", version)):
        if not consultations.NAME.fullmatch(name) or name in consultations.RESERVED:
            raise InvalidInput({field: ["error.name.form"]}, name=name)
    consultation = session.scalar(select(Consultation).where(Consultation.slug == slug))
    if consultation is None:
        consultation = _new_consultation(session, text.consultation, slug, now)
    present = session.scalar(
        select(Draft).where(Draft.consultation_id == consultation.id, Draft.version == version)
    )
    if present is not None:
        if present.sha256 == text.sha256:
            return False
        raise Conflict("error.conflict.draft", version=version)
    draft = Draft(
        consultation_id=consultation.id,
        version=version,
        languages=list(text.languages),
        sha256=text.sha256,
        published_at=now,
    )
    session.add(draft)
    session.flush()
    _add_clauses(session, draft.id, text)
    details = {"sha256": text.sha256, **audit.change(None, text.sha256)}
    audit.record(session, "drafts.publish", f"{slug}/{version}", actor=actor, now=now, details=details)
    jobs.promise(session, jobs.INDEX, {"draft": draft.id}, now=now)
    return True


def clause(session: Session, draft: Draft, eid: str) -> ClauseRow:
    """One entry with its text, its neighbours and what it lies in. Raises NotFound."""
    flat = consultations.entries(session, draft.id)
    if eid == WHOLE:
        return _whole(flat)
    places = {entry.eid: index for index, entry in enumerate(flat)}
    if eid not in places:
        raise NotFound("error.not_found.clause")
    return _clause_row(session, draft, flat, flat[places[eid]])


def clauses(session: Session, draft: Draft) -> list[ClauseRow]:
    """Every entry with its text, in reading order, without neighbours."""
    texts = _texts(session, draft.id)
    return [_with_text(entry, texts.get(entry.eid, {})) for entry in consultations.entries(session, draft.id)]


def clause_id(session: Session, draft_id: int, eid: str) -> int | None:
    """Key of a commentable clause by eId or by number; None where there is none."""
    return session.scalar(
        select(Clause.id).where(
            Clause.draft_id == draft_id,
            Clause.commentable,
            (Clause.eid == eid.lower()) | (Clause.number == eid),
        )
    )


def count(session: Session) -> int:
    """How many drafts are published."""
    return session.execute(select(func.count(Draft.id))).scalar_one()


def _new_consultation(session: Session, text: ConsultationText, slug: str, now: datetime) -> Consultation:
    opens_at = text.opens_at or now
    closes_at = opens_at + text.closes_at if isinstance(text.closes_at, timedelta) else text.closes_at
    if closes_at <= opens_at:
        raise InvalidInput({"closes_at": ["error.closes_before_opens"]})
    consultation = Consultation(
        banner={},
        slug=slug,
        title=dict(text.title),
        summary=dict(text.summary),
        ministry=dict(text.ministry),
        source=dict(text.source),
        notice=dict(text.notice),
        contact=text.contact,
        restatement=text.restatement,
        moderation=text.moderation,
        questions=[question.as_json() for question in text.questions],
        opens_at=opens_at,
        closes_at=closes_at,
        created_at=now,
    )
    session.add(consultation)
    session.flush()
    return consultation


def _add_clauses(session: Session, draft_id: int, text: DraftText) -> None:
    for ordinal, item in enumerate(text.clauses):
        row = Clause(
            draft_id=draft_id,
            eid=item.eid,
            number=item.number,
            kind=item.kind,
            parent_eid=item.parent,
            commentable=item.commentable,
            ordinal=ordinal,
        )
        session.add(row)
        session.flush()
        session.execute(
            insert(ClauseText),
            [
                {
                    "clause_id": row.id,
                    "language": language,
                    "heading": item.heading[language],
                    "markdown": item.markdown[language],
                    "html": item.html[language],
                    "sha256": item.sha256[language],
                }
                for language in item.markdown
            ],
        )


def _texts(session: Session, draft_id: int, eid: str | None = None) -> dict[str, dict[str, ClauseText]]:
    query = (
        select(Clause.eid, ClauseText)
        .join(ClauseText, ClauseText.clause_id == Clause.id)
        .where(Clause.draft_id == draft_id)
    )
    if eid is not None:
        query = query.where(Clause.eid == eid)
    found: dict[str, dict[str, ClauseText]] = {}
    for row_eid, text in session.execute(query):
        found.setdefault(row_eid, {})[text.language] = text
    return found


def _with_text(
    entry: Entry,
    texts: dict[str, ClauseText],
    *,
    ancestors: tuple[Entry, ...] = (),
    around: tuple[Entry, ...] = (),
    previous: Entry | None = None,
    following: Entry | None = None,
) -> ClauseRow:
    return ClauseRow(
        eid=entry.eid,
        number=entry.number,
        kind=entry.kind,
        parent=entry.parent,
        commentable=entry.commentable,
        heading=entry.heading,
        markdown={language: text.markdown for language, text in texts.items()},
        html={language: text.html for language, text in texts.items()},
        sha256={language: text.sha256 for language, text in texts.items()},
        ancestors=ancestors,
        around=around,
        previous=previous,
        next=following,
    )


def _clause_row(session: Session, draft: Draft, flat: list[Entry], entry: Entry) -> ClauseRow:
    by_eid = {other.eid: other for other in flat}
    readable = [other for other in flat if other.commentable or other.eid == entry.eid]
    place = readable.index(entry)
    return _with_text(
        entry,
        _texts(session, draft.id, entry.eid).get(entry.eid, {}),
        ancestors=_ancestors(by_eid, entry),
        around=tuple(readable[max(0, place - AROUND) : place + AROUND + 1]),
        previous=readable[place - 1] if place else None,
        following=readable[place + 1] if place + 1 < len(readable) else None,
    )


def _ancestors(by_eid: dict[str, Entry], entry: Entry) -> tuple[Entry, ...]:
    chain: list[Entry] = []
    while entry.parent is not None and entry.parent in by_eid:
        entry = by_eid[entry.parent]
        chain.append(entry)
    return tuple(reversed(chain))


def _whole(flat: list[Entry]) -> ClauseRow:
    first = next((entry for entry in flat if entry.commentable), None)
    return ClauseRow(
        eid=WHOLE,
        number=None,
        kind=WHOLE,
        parent=None,
        commentable=True,
        heading={},
        markdown={},
        html={},
        sha256={},
        next=first,
    )
