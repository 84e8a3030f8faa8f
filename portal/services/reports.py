"""Gathering a draft's feedback into the frozen Report. Reads stored themes; never clusters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.errors import InvalidInput
from portal.formats.report import (
    Report,
    ReportCampaign,
    ReportClause,
    ReportComment,
    ReportQuote,
    ReportTheme,
    Sentence,
)
from portal.models import AuditRecord, Comment, Consultation, Draft, Reviewer
from portal.services import audit, comments, consultations, moderation, themes
from portal.services.canonical import sha256_of
from portal.services.identifiers import comment_id
from portal.services.rows import LANGUAGES, POSITIONS, CommentRow, Entry, Text, ThemeRow
from portal.words import PAKISTAN, words_for
from search_index.summarizer import distinct_texts


@dataclass(frozen=True)
class Export:
    """One report that was made; `by` is None for the command line."""

    at: datetime
    by: str | None
    format: str


REPORT_LANGUAGES = (*LANGUAGES, "both")


def gather(
    session: Session,
    slug: str,
    version: str | None = None,
    *,
    language: str = "en",
    accepted_only: bool = False,
    now: datetime,
) -> Report:
    """The Report on one draft (default: the current one). Raises NotFound, InvalidInput for the language."""
    if language not in REPORT_LANGUAGES:
        raise InvalidInput({"language": ["error.language.unknown"]})
    consultation = consultations.find(session, slug)
    draft = themes.find_draft(session, slug, version)
    rows = _published(session, draft)
    found = themes.listing(session, draft.id, accepted_only=accepted_only)
    run = themes.last_run(session, draft.id)
    entries = consultations.entries(session, draft.id)
    totals = _totals(session, draft, rows)
    return Report(
        consultation=slug,
        title=consultation.title,
        ministry=consultation.ministry,
        notice=consultation.notice if consultation.restatement else {},
        contact=consultation.contact,
        draft=draft.version,
        draft_sha256=draft.sha256,
        languages_of_draft=tuple(draft.languages),
        opens_at=consultation.opens_at,
        closes_at=consultation.closes_at,
        language=language,
        generated_at=now,
        input_sha256=_input_sha256(consultation, draft, rows, found, totals=totals, language=language),
        demonstration=any(row.demonstration for row in rows),
        accepted_only=accepted_only,
        totals=totals,
        parts=tuple(
            (e.eid, e.number, e.heading) for e in entries if e.parent is None and e.kind != "preface"
        ),
        clauses=tuple(_clauses(entries, rows, found)),
        positions=_counts((row.position or "none" for row in rows), (*POSITIONS, "none")),
        languages=_counts((row.language for row in rows), ()),
        channels=_counts((row.channel for row in rows), ()),
        by_day=tuple(sorted(Counter(_day(row.received_at) for row in rows).items())),
        themes=tuple(_theme(theme) for theme in found),
        campaigns=tuple(
            ReportCampaign(name, len(ids), wordings, ids)
            for name, ids, wordings in (run.campaigns if run else ())
        ),
        themes_made_at=run.made_at if run else None,
        method=_in_both("report.method"),
        limits=_in_both("report.limits"),
        comments=tuple(_comments(rows, found)),
    )


def note_export(session: Session, report: Report, *, format: str, actor: str, now: datetime) -> None:
    """Put an export on the audit record."""
    audit.record(
        session,
        "reports.export",
        f"{report.consultation}/{report.draft}",
        actor=actor,
        now=now,
        details={"format": format, "language": report.language, "input_sha256": report.input_sha256},
    )


def exports(session: Session, slug: str, *, limit: int = 20) -> list[Export]:
    """The newest exports of a consultation, from the audit record."""
    rows = session.execute(
        select(AuditRecord.at, AuditRecord.actor, AuditRecord.details)
        .where(
            AuditRecord.act == "reports.export", AuditRecord.subject.startswith(f"{slug}/", autoescape=True)
        )
        .order_by(AuditRecord.id.desc())
        .limit(limit)
    ).all()
    names = {f"reviewer:{r.id}": r.email.partition("@")[0] for r in session.scalars(select(Reviewer))}
    return [Export(row.at, names.get(row.actor), row.details["format"]) for row in rows]


def file_name(report: Report, kind: str) -> str:
    """For example national-ai-policy-v1-en.html."""
    return f"{report.consultation}-{report.draft}-{report.language}.{kind}"


def _published(session: Session, draft: Draft) -> list[CommentRow]:
    numbers = session.scalars(
        select(Comment.id)
        .where(Comment.draft_id == draft.id, Comment.status == "published")
        .order_by(Comment.id)
    ).all()
    rows: list[CommentRow] = []
    for start in range(0, len(numbers), 500):
        rows += comments.by_ids(session, [comment_id(n) for n in numbers[start : start + 500]])
    return rows


def _totals(session: Session, draft: Draft, rows: Sequence[CommentRow]) -> dict[str, int]:
    states = moderation.states(session, draft_id=draft.id)
    return {
        "received": sum(states.values()),
        "published": states["published"],
        "pending": states["pending"],
        "withheld": states["withheld"],
        "withdrawn": states["withdrawn"],
        "spam": states["spam"],
        "erased": states["erased"],
        "distinct": distinct_texts([row.body for row in rows]),
        "people": comments.people(session, draft.id),
    }


def _counts(values: object, always: Sequence[str]) -> dict[str, int]:
    counted = Counter(values)  # type: ignore[call-overload]
    named = {key: counted.pop(key, 0) for key in always}
    return {**named, **dict(sorted(counted.items()))}


def _clauses(
    entries: Sequence[Entry], rows: Sequence[CommentRow], found: Sequence[ThemeRow]
) -> list[ReportClause]:
    by_clause: dict[str | None, list[CommentRow]] = {}
    for row in rows:
        by_clause.setdefault(row.clause, []).append(row)
    parents = {entry.eid: entry.parent for entry in entries}
    clauses = [
        _clause(
            entry.eid,
            entry.number,
            entry.heading,
            part=_part(parents, entry.eid),
            rows=by_clause.get(entry.eid, []),
            found=found,
        )
        for entry in entries
        if entry.commentable
    ]
    whole = _clause(
        "whole", None, _in_both("report.whole"), part=None, rows=by_clause.get(None, []), found=()
    )
    return [*clauses, whole]


def _clause(
    eid: str,
    number: str | None,
    heading: Text,
    *,
    part: str | None,
    rows: Sequence[CommentRow],
    found: Sequence[ThemeRow],
) -> ReportClause:
    return ReportClause(
        eid=eid,
        number=number,
        heading=heading,
        part=part,
        comments=len(rows),
        positions=_counts((row.position or "none" for row in rows), (*POSITIONS, "none")),
        themes=tuple(theme.id for theme in found if theme.clause == eid),
    )


def _part(parents: Mapping[str, str | None], eid: str) -> str | None:
    part = None
    parent = parents.get(eid)
    while parent is not None:
        part, parent = parent, parents.get(parent)
    return part


def _theme(row: ThemeRow) -> ReportTheme:
    return ReportTheme(
        id=row.id,
        title=row.title,
        language=row.language,
        status=row.status,
        clause=row.clause,
        number=row.number,
        keyphrases=row.keyphrases,
        comments=row.comments,
        distinct=row.distinct,
        positions=row.positions,
        languages=row.languages,
        comment_ids=row.comment_ids,
        quotes=tuple(ReportQuote(q.comment_id, q.text, q.position, q.language) for q in row.quotes),
        sentences=(_size_sentence(row), _position_sentence(row)),
    )


def _size_sentence(row: ThemeRow) -> Sentence:
    return Sentence(
        {
            language: _plain(
                words_for(language).plural("report.sentence.size", row.comments, distinct=row.distinct)
            )
            for language in LANGUAGES
        },
        row.comment_ids,
    )


def _position_sentence(row: ThemeRow) -> Sentence:
    positions = {key: row.positions.get(key, 0) for key in (*POSITIONS, "none")}
    return Sentence(
        {
            language: _plain(words_for(language).text("report.sentence.positions", **positions))
            for language in LANGUAGES
        },
        row.comment_ids,
    )


def _comments(rows: Sequence[CommentRow], found: Sequence[ThemeRow]) -> list[ReportComment]:
    member_of: dict[str, list[str]] = {}
    for theme in found:
        for name in theme.comment_ids:
            member_of.setdefault(name, []).append(theme.id)
    return [
        ReportComment(
            id=row.id,
            clause=row.clause,
            number=row.number,
            heading=row.heading,
            position=row.position,
            language=row.language,
            submitter=row.submitter,
            name=row.name,
            organisation=row.organisation,
            channel=row.channel,
            received_at=row.received_at,
            demonstration=row.demonstration,
            themes=tuple(member_of.get(row.id, ())),
            body=row.body,
            sha256=row.sha256,
        )
        for row in rows
    ]


def _input_sha256(
    consultation: Consultation,
    draft: Draft,
    rows: Sequence[CommentRow],
    found: Sequence[ThemeRow],
    *,
    totals: Mapping[str, int],
    language: str,
) -> str:
    """What the report is made of: the same input gives the same report."""
    return sha256_of(
        {
            "consultation": consultation.slug,
            "draft": draft.sha256,
            "language": language,
            "comments": [[row.id, row.sha256] for row in rows],
            "themes": [[t.id, t.title, t.status, list(t.comment_ids)] for t in found],
            "totals": dict(totals),
        }
    )


def _day(moment: datetime) -> str:
    return moment.astimezone(PAKISTAN).date().isoformat()


def _in_both(key: str) -> dict[str, str]:
    return {language: _plain(words_for(language).text(key)) for language in LANGUAGES}


def _plain(text: object) -> str:
    """A catalogue sentence as plain text: it goes into JSON and is escaped again where it goes into pages."""
    return unescape(str(text))
