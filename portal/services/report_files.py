"""Reports that the worker makes: what was asked for, how far each one is, and taking one away."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from portal.errors import Conflict, InvalidInput, NotFound, Unavailable
from portal.formats import FORMATS
from portal.formats.report import EVERYTHING, WHOLE, Scope
from portal.models import Consultation, Draft, ReportFile, Reviewer, Theme
from portal.services import audit, consultations, jobs, narrowing, saved_searches, search_export, synonyms
from portal.services import themes as themes_of
from portal.services.acting import By
from portal.services.identifiers import official_name
from portal.services.reports import REPORT_LANGUAGES
from portal.services.saved_searches import SavedRow
from search_index.documents import Filters
from search_index.engines import IndexUnavailable, SearchEngine

FOLDER = "reports"
"""Where the files lie, in the data dir."""
MOST = 50
"""So many reports of one consultation are waiting or kept: they take room on the disk."""
ERASED = "error.report_file.erased"
_BETWEEN = re.compile(r"[\s,;،؛]+")
_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")


@dataclass(frozen=True)
class Wanted:
    """What a report is to be: a format, a language, and what it covers."""

    format: str
    language: str
    scope: Scope = EVERYTHING
    search: Mapping[str, str] | None = None
    """What the saved search called `scope.name` asks: its comments are looked for when the report is made."""

    def as_json(self) -> dict[str, Any]:
        """As the table holds it."""
        return {
            "format": self.format,
            "language": self.language,
            "scope": self.scope.as_json(),
            "search": None if self.search is None else dict(self.search),
        }


@dataclass(frozen=True)
class FileRow:
    """One report as it stands. `clauses`: by number where they have one; `scope` names them by eId."""

    key: int
    wanted: Wanted
    clauses: tuple[str, ...]
    asked_at: datetime
    by: str
    begun_at: datetime | None
    progress: int
    made_at: datetime | None
    name: str | None
    fault: str | None

    @property
    def state(self) -> str:
        """failed, ready, making or waiting."""
        if self.fault:
            return "failed"
        if self.made_at:
            return "ready"
        return "making" if self.begun_at else "waiting"


def wanted_of(held: Mapping[str, Any]) -> Wanted:
    """What `Wanted.as_json` wrote down."""
    scope = held["scope"]
    first, last = (scope[name] and date.fromisoformat(scope[name]) for name in ("first", "last"))
    limits = Scope(tuple(scope["clauses"]), tuple(scope["themes"]), first, last, name=scope["name"])
    return Wanted(held["format"], held["language"], limits, held["search"])


def read(
    session: Session, slug: str, typed: Mapping[str, str], themes: Sequence[str], *, reviewer_id: int
) -> Wanted:
    """What a form asks for: format, language, clauses (numbers or eIds), from, to, saved; and these themes.

    Raises NotFound for the consultation, InvalidInput by the form's fields.
    """
    draft = themes_of.find_draft(session, slug, None)
    problems: dict[str, list[str]] = {}
    if typed.get("format") not in FORMATS:
        problems["format"] = ["error.format.unknown"]
    if typed.get("language") not in REPORT_LANGUAGES:
        problems["language"] = ["error.language.unknown"]
    clauses = _clauses(session, draft.id, typed.get("clauses", ""))
    if clauses is None:
        problems["clauses"] = ["error.scope.clause"]
    if not {name for name, _ in accepted(session, draft.id, "en")}.issuperset(themes):
        problems["themes"] = ["error.scope.theme"]
    first, last = (_day(typed.get(name, ""), name, problems) for name in ("from", "to"))
    if first and last and first > last:
        problems["to"] = ["error.scope.dates"]
    saved = _saved(session, slug, typed.get("saved", ""), reviewer_id, problems)
    if problems:
        raise InvalidInput(problems)
    scope = Scope(clauses or (), tuple(themes), first, last, name=saved.name if saved else "")
    return Wanted(typed["format"], typed["language"], scope, saved.asked if saved else None)


def covered(
    session: Session,
    engine: SearchEngine,
    slug: str,
    wanted: Wanted,
    *,
    version: str | None = None,
    reviewer_id: int,
) -> Scope:
    """The scope with the published comments that its search finds now. Raises Unavailable."""
    if wanted.search is None:
        return wanted.scope
    draft = themes_of.find_draft(session, slug, version)
    among = narrowing.among(session, draft.id, wanted.search, reviewer_id=reviewer_id)
    found = search_export.ids(
        engine,
        q=wanted.search.get("q", ""),
        filters=Filters(consultations=(slug,), statuses=("published",), among=among),
        synonyms=synonyms.in_force(session),
    )
    try:
        return replace(wanted.scope, comments=tuple(found))
    except IndexUnavailable:
        raise Unavailable from None


def searches(session: Session, slug: str, reviewer_id: int) -> tuple[SavedRow, ...]:
    """One's saved searches that say which comments belong; "more like this" has no end, so it does not."""
    return tuple(
        row for row in saved_searches.listing(session, slug, reviewer_id) if not row.asked.get("like")
    )


def accepted(session: Session, draft_id: int, language: str) -> list[tuple[str, str]]:
    """(name, title) of a draft's accepted themes."""
    rows = session.execute(
        select(Theme.id, Theme.title, Theme.names)
        .where(
            Theme.draft_id == draft_id,
            Theme.status == "accepted",
            Theme.kind == "theme",
            Theme.retired_at.is_(None),
        )
        .order_by(Theme.ordinal, Theme.id)
    )
    return [(themes_of.theme_id(row.id), themes_of.called(row.title, row.names, language)) for row in rows]


def ask(session: Session, slug: str, wanted: Wanted, *, by: By) -> int:
    """Have the worker make a report; its key. Asked for twice by one official, it is still made once.

    Raises NotFound, Conflict where too many are kept.
    """
    draft = themes_of.find_draft(session, slug, None)
    for row in session.scalars(_open(draft.id).where(ReportFile.reviewer_id == by.reviewer_id)):
        if wanted_of(row.asked) == wanted:
            return row.id
    kept = select(func.count(ReportFile.id)).join(Draft, Draft.id == ReportFile.draft_id)
    of_all = kept.where(Draft.consultation_id == draft.consultation_id, ReportFile.fault.is_(None))
    if (session.scalar(of_all) or 0) >= MOST:
        raise Conflict("error.conflict.report_files")
    row = ReportFile(
        draft_id=draft.id,
        reviewer_id=by.reviewer_id,
        asked=wanted.as_json(),
        asked_at=by.now,
        progress=0,
    )
    session.add(row)
    session.flush()
    jobs.promise(session, jobs.REPORT, {"report": row.id}, now=by.now)
    details = {"format": wanted.format, "language": wanted.language, **audit.change(None, row.asked)}
    subject = f"{slug}/{draft.version}"
    audit.record(session, "reports.ask", subject, actor=by.actor, now=by.now, details=details)
    return row.id


def listing(session: Session, slug: str) -> tuple[FileRow, ...]:
    """The reports of a consultation, the newest first."""
    numbers: dict[int, dict[str, str]] = {}
    rows = session.execute(
        select(ReportFile, Reviewer.email)
        .join(Draft, Draft.id == ReportFile.draft_id)
        .join(Consultation, Consultation.id == Draft.consultation_id)
        .join(Reviewer, Reviewer.id == ReportFile.reviewer_id)
        .where(Consultation.slug == slug)
        .order_by(ReportFile.asked_at.desc(), ReportFile.id.desc())
    ).all()
    for draft_id in {row.ReportFile.draft_id for row in rows if row.ReportFile.asked["scope"]["clauses"]}:
        numbers[draft_id] = _numbers(session, draft_id)
    return tuple(
        _row(row.ReportFile, official_name(row.email), numbers.get(row.ReportFile.draft_id, {}))
        for row in rows
    )


def find(session: Session, key: int) -> tuple[str, ReportFile]:
    """(consultation, the row). Raises NotFound."""
    row = session.get(ReportFile, key)
    if row is None:
        raise NotFound("error.not_found.report_file")
    return consultations.slug_of(session, session.get_one(Draft, row.draft_id)), row


def remove(session: Session, key: int, *, by: By) -> str | None:
    """Forget a report; the name of its file, which the caller deletes after the commit. Raises NotFound."""
    slug, row = find(session, key)
    name, version = row.name, session.get_one(Draft, row.draft_id).version
    details = {**_kind(row), **audit.change(row.asked, None)}
    session.delete(row)
    session.flush()
    audit.record(session, "reports.remove", f"{slug}/{version}", actor=by.actor, now=by.now, details=details)
    return name


def note_download(session: Session, row: ReportFile, *, by: By) -> None:
    """Put on record that an official took a report along."""
    draft = session.get_one(Draft, row.draft_id)
    subject = f"{consultations.slug_of(session, draft)}/{draft.version}"
    details = {"report": row.id, **_kind(row)}
    audit.record(session, "reports.download", subject, actor=by.actor, now=by.now, details=details)


def forget_texts(session: Session, draft_id: int, *, since: datetime) -> tuple[str, ...]:
    """Give up the draft's reports that may hold what was received `since`; files for the caller to delete.

    A report that is being made read the texts before: it is thrown away when it is done.
    """
    rows = session.scalars(
        select(ReportFile).where(
            ReportFile.draft_id == draft_id,
            ReportFile.begun_at.is_not(None),
            ReportFile.fault.is_(None),
            or_(ReportFile.made_at.is_(None), ReportFile.made_at >= since),
        )
    ).all()
    names = tuple(row.name for row in rows if row.name)
    for row in rows:
        row.name, row.fault = None, ERASED
    session.flush()
    return names


def _kind(row: ReportFile) -> dict[str, str]:
    return {"format": row.asked["format"], "language": row.asked["language"]}


def _open(draft_id: int) -> Select[ReportFile]:
    query: Select[ReportFile] = select(ReportFile).where(
        ReportFile.draft_id == draft_id, ReportFile.made_at.is_(None), ReportFile.fault.is_(None)
    )
    return query


def _row(row: ReportFile, by: str, numbers: Mapping[str, str]) -> FileRow:
    wanted = wanted_of(row.asked)
    return FileRow(
        key=row.id,
        wanted=wanted,
        clauses=tuple(numbers.get(eid, eid) for eid in wanted.scope.clauses),
        asked_at=row.asked_at,
        by=by,
        begun_at=row.begun_at,
        progress=row.progress,
        made_at=row.made_at,
        name=row.name,
        fault=row.fault,
    )


def _numbers(session: Session, draft_id: int) -> dict[str, str]:
    return {entry.eid: entry.number for entry in consultations.entries(session, draft_id) if entry.number}


def _clauses(session: Session, draft_id: int, typed: str) -> tuple[str, ...] | None:
    """eIds of what was typed, each once; None where one of them is not in the draft."""
    words = [word for word in _BETWEEN.split(typed.translate(_DIGITS).strip()) if word]
    if not words:
        return ()
    known = {WHOLE: WHOLE}
    for entry in consultations.entries(session, draft_id):
        known[entry.eid] = entry.eid
        if entry.number:
            known.setdefault(entry.number.casefold(), entry.eid)
    found = [known.get(word.casefold().rstrip(".")) for word in words]
    return None if None in found else tuple(dict.fromkeys(_given(found)))


def _given(found: Sequence[str | None]) -> Iterator[str]:
    return (one for one in found if one is not None)


def _day(text: str, name: str, problems: dict[str, list[str]]) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        problems[name] = ["error.report_file.day"]
        return None


def _saved(
    session: Session, slug: str, key: str, reviewer_id: int, problems: dict[str, list[str]]
) -> SavedRow | None:
    if not key:
        return None
    found = [row for row in searches(session, slug, reviewer_id) if str(row.id) == key]
    if not found:
        problems["saved"] = ["error.not_found.saved"]
    return found[0] if found else None
