"""Gathering a draft's feedback into the frozen Report. Reads stored themes; never clusters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.errors import InvalidInput
from portal.formats.report import (
    EVERYTHING,
    WHOLE,
    Interval,
    Report,
    ReportClause,
    ReportOutcome,
    ReportQuality,
    ReportTheme,
    Scope,
    Text,
)
from portal.models import AuditRecord, Consultation, Draft
from portal.services import (
    audit,
    audit_trail,
    comments,
    consultations,
    moderation,
    report_rows,
    report_scope,
    themes,
)
from portal.services.canonical import sha256_of, timestamp
from portal.services.questions import rows as question_rows
from portal.services.report_campaigns import campaigns
from portal.services.report_rows import Fact, Scan, one_a_person
from portal.services.report_texts import Chosen, choose_texts
from portal.services.representativeness import panels, panels_within
from portal.services.rows import LANGUAGES, SUBMITTERS, Entry, QuestionRow, ThemeRow
from portal.services.summary import (
    STANCES,
    Group,
    clause_sentences,
    counted,
    draft_sentences,
    kinds_of,
    said,
    theme_sentences,
)
from portal.words import words_for


@dataclass(frozen=True)
class Export:
    """One report that was made; `by` is None for the command line."""

    at: datetime
    by: str | None
    format: str


@dataclass(frozen=True)
class _Basis:
    """What figures are counted from."""

    scan: Scan
    on_clause: Mapping[str, Sequence[Fact]]


METHOD = (
    "report.method",
    "report.method.scale",
    "report.method.quotes",
    "report.method.campaigns",
    "report.method.about",
)
"""The paragraphs of the method, in every format."""
REPORT_LANGUAGES = (*LANGUAGES, "both")


def gather(
    session: Session,
    slug: str,
    version: str | None = None,
    *,
    language: str = "en",
    accepted_only: bool = False,
    scope: Scope = EVERYTHING,
    quality: ReportQuality | None = None,
    outcomes: tuple[ReportOutcome, ...] = (),
    now: datetime,
) -> Report:
    """The Report on one draft (default: the current one), or on a part of what was said about it.

    Raises NotFound, InvalidInput for the language or, by its fields, for the scope.
    """
    if language not in REPORT_LANGUAGES:
        raise InvalidInput({"language": ["error.language.unknown"]})
    consultation = consultations.find(session, slug)
    draft = themes.find_draft(session, slug, version)
    entries = consultations.entries(session, draft.id)
    found = themes.listing(session, draft.id, accepted_only=accepted_only)
    run = themes.last_run(session, draft.id)
    scan = report_rows.read(
        session,
        draft,
        entries=entries,
        whole=_in_both("report.whole"),
        found=found,
        run=run,
        keep=report_scope.resolve(scope, entries, found).has,
    )
    distinct = report_rows.distinct(session, draft, scan, run)
    chosen = {"comments": len(scan.facts), "distinct": distinct, "people": scan.people()}
    totals = _totals(session, draft, chosen, scope)
    found = report_scope.narrowed(found, scan, scope)
    outcomes = _on_these(outcomes, found, entries)
    input_sha256 = _input_sha256(
        consultation,
        draft,
        scan,
        found,
        totals=totals,
        language=language,
        scope=scope,
        added=[_quality_json(quality), [[o.on, o.code, dict(o.reason)] for o in outcomes]],
    )
    basis = _Basis(scan, _by_clause(scan.facts))
    texts = choose_texts(scan, found, seed=input_sha256)
    clauses = tuple(_clauses(entries, basis.on_clause, found))
    asked = _asked(question_rows(consultation.questions), scope)
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
        input_sha256=input_sha256,
        demonstration=scan.demonstration,
        accepted_only=accepted_only,
        totals=totals,
        parts=tuple(
            (e.eid, e.number, e.heading) for e in entries if e.parent is None and e.kind != "preface"
        ),
        clauses=clauses,
        positions=counted((fact.position for fact in scan.facts), STANCES),
        languages=counted(fact.language for fact in scan.facts),
        channels=counted(fact.channel for fact in scan.facts),
        by_day=tuple(sorted(Counter(fact.day for fact in scan.facts).items())),
        themes=tuple(_theme(row, basis, texts, asked) for row in found),
        campaigns=campaigns(run.campaigns if run else (), scan.members, texts.wordings),
        themes_made_at=run.made_at if run else None,
        method=_paragraphs(*METHOD),
        limits=_in_both("report.limits"),
        comments=scan.stored,
        chosen=chosen,
        scope=scope,
        scope_names=report_scope.names(scope, entries, found, _in_both("report.whole")),
        summary=draft_sentences(
            Group.of(scan.facts, ""),
            distinct=distinct,
            clauses=[(clause.eid, clause.number, clause.comments) for clause in clauses],
        ),
        submitters=counted((fact.submitter for fact in one_a_person(scan.facts)), SUBMITTERS),
        kinds=kinds_of(scan.facts),
        about=panels(asked, scan.about, (fact.person for fact in scan.facts)),
        rare=texts.rare,
        alone=texts.alone,
        unassigned=texts.unassigned,
        leftovers=texts.leftovers,
        quality=quality,
        outcomes=outcomes,
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
    names = audit_trail.officials(session)
    return [Export(row.at, names.get(row.actor), row.details["format"]) for row in rows]


def file_name(report: Report, kind: str) -> str:
    """For example national-ai-policy-v1-en.html."""
    return f"{report.consultation}-{report.draft}-{report.language}.{kind}"


def _totals(session: Session, draft: Draft, chosen: Mapping[str, int], scope: Scope) -> dict[str, int]:
    """Of the whole draft, whatever the scope; only the distinct texts of a part are those of the part."""
    states = moderation.states(session, draft_id=draft.id)
    return {
        "received": sum(states.values()),
        "published": states["published"],
        "pending": states["pending"],
        "withheld": states["withheld"],
        "withdrawn": states["withdrawn"],
        "spam": states["spam"],
        "erased": states["erased"],
        "distinct": chosen["distinct"],
        "people": chosen["people"] if scope.everything else comments.people(session, draft.id),
    }


def _asked(asked: Sequence[QuestionRow], scope: Scope) -> Sequence[QuestionRow]:
    """Answers about senders are told for all comments only: two scopes side by side could give one away."""
    return asked if scope.everything else ()


def _by_clause(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        found.setdefault(fact.eid, []).append(fact)
    return found


def _clauses(
    entries: Sequence[Entry], on_clause: Mapping[str, Sequence[Fact]], found: Sequence[ThemeRow]
) -> list[ReportClause]:
    parents = {entry.eid: entry.parent for entry in entries}
    clauses = [
        _clause(entry, _part(parents, entry.eid), on_clause.get(entry.eid, ()), found)
        for entry in entries
        if entry.commentable
    ]
    whole = Entry(WHOLE, None, "clause", None, _in_both("report.whole"), commentable=True)
    return [*clauses, _clause(whole, None, on_clause.get(WHOLE, ()), ())]


def _clause(entry: Entry, part: str | None, facts: Sequence[Fact], found: Sequence[ThemeRow]) -> ReportClause:
    group = Group.of(facts, f"clause:{entry.number or entry.eid}")
    return ReportClause(
        eid=entry.eid,
        number=entry.number,
        heading=entry.heading,
        part=part,
        comments=len(group.ids),
        positions=group.positions(),
        themes=tuple(theme.id for theme in found if theme.clause == entry.eid),
        people=group.people(),
        sentences=clause_sentences(group),
    )


def _part(parents: Mapping[str, str | None], eid: str) -> str | None:
    part = None
    parent = parents.get(eid)
    while parent is not None:
        part, parent = parent, parents.get(parent)
    return part


def _theme(row: ThemeRow, basis: _Basis, texts: Chosen, asked: Sequence[QuestionRow]) -> ReportTheme:
    members = basis.scan.members[row.id]
    group = Group.of(members, f"theme:{row.id}")
    place = basis.scan.facts if row.clause is None else basis.on_clause.get(row.clause, ())
    everyone = (fact.person for fact in basis.scan.facts)
    return ReportTheme(
        id=row.id,
        title=row.title,
        names=row.names,
        language=row.language,
        status=row.status,
        clause=row.clause,
        number=row.number,
        keyphrases=row.keyphrases,
        comments=len(members),
        distinct=row.distinct,
        positions=group.positions(),
        languages=counted(fact.language for fact in members),
        comment_ids=group.ids,
        quotes=texts.quotes[row.id],
        sentences=theme_sentences(group, distinct=row.distinct, place=row.number, around=len(place)),
        people=group.people(),
        about=panels_within(asked, basis.scan.about, (fact.person for fact in members), everyone),
    )


def _input_sha256(
    consultation: Consultation,
    draft: Draft,
    scan: Scan,
    found: Sequence[ThemeRow],
    *,
    totals: Mapping[str, int],
    language: str,
    scope: Scope,
    added: Sequence[object],
) -> str:
    """What the report is made of: the same input gives the same report."""
    return sha256_of(
        {
            "consultation": consultation.slug,
            "draft": draft.sha256,
            "language": language,
            "comments": scan.fingerprint,
            "themes": [[t.id, t.title, t.status, list(t.comment_ids)] for t in found],
            "totals": dict(totals),
            "scope": scope.as_json(),
            "added": list(added),
        }
    )


def _on_these(
    outcomes: Sequence[ReportOutcome], found: Sequence[ThemeRow], entries: Sequence[Entry]
) -> tuple[ReportOutcome, ...]:
    """The outcomes on themes and clauses that the report has: what it leaves out is not answered in it."""
    there = {WHOLE, *(theme.id for theme in found), *(entry.eid for entry in entries)}
    return tuple(outcome for outcome in outcomes if outcome.on in there)


def _quality_json(quality: ReportQuality | None) -> object:
    """As it is hashed: figures as they are printed."""
    if quality is None:
        return None
    rows = [
        [row.language, row.reviewed, *(_printed(one) for one in (row.f1, row.agreement))]
        for row in quality.rows
    ]
    return [timestamp(quality.sampled_at), rows]


def _printed(one: Interval | None) -> str | None:
    return f"{one.value:.2f} ({one.low:.2f}–{one.high:.2f})" if one else None


def _paragraphs(*keys: str) -> Text:
    return {each: "\n\n".join(words_for(each).plain(key) for key in keys) for each in LANGUAGES}


def _in_both(key: str) -> Text:
    return said(lambda words: words.text(key))
