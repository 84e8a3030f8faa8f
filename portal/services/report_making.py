"""Making a report that was asked for: gathered, written beside, moved into place, and then on record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import update

from portal.errors import Conflict, InvalidInput, NotFound, PortalError
from portal.formats import write_to
from portal.formats.report import Comments, Report, ReportComment
from portal.models import Draft, ReportFile
from portal.models.database import Database
from portal.services import consultations, report_files, reports, reports_full
from portal.services.report_files import Wanted
from search_index.engines import SearchEngine

MOST_BEGUN = 5
"""So often a report is begun anew after a fault, or after the worker was ended in the middle."""
GIVEN_UP = "error.report_file.given_up"
STEP = 5
"""Of 100: progress is told when it is so much further."""
FOUND, GATHERED, WRITTEN = 10, 60, 95


@dataclass(frozen=True)
class _Begun:
    key: int
    at: datetime
    slug: str
    version: str
    reviewer_id: int
    wanted: Wanted

    @property
    def name(self) -> str:
        """Of the file; it says nothing about a person."""
        return f"{self.slug}-{self.version}-{self.wanted.language}-r{self.key}.{self.wanted.format}"


def make(
    database: Database, engine: SearchEngine, folder: Path, key: int, *, clock: Callable[[], datetime]
) -> None:
    """Make a report where it is still wanted. What cannot be made stands in its row as a message key.

    Made twice, or begun anew after a cut, it ends the same. Raises whatever may be gone at another try.
    """
    begun = _begin(database, key, now=clock())
    if begun is None:
        return
    tell = _Teller(database, begun)
    beside = folder / f".{begun.name}.part"
    try:
        report = _gathered(database, engine, begun, tell)
        folder.mkdir(mode=0o700, exist_ok=True)
        with beside.open("wb") as file:
            write_to(replace(report, comments=_Counted(report.comments, tell)), begun.wanted.format, file)
        _finish(database, begun, report, beside, now=clock())
    except (InvalidInput, NotFound, Conflict) as no:
        _give_up(database, begun, _key_of(no))
    finally:
        beside.unlink(missing_ok=True)


def _begin(database: Database, key: int, *, now: datetime) -> _Begun | None:
    """Note that it is begun; None where it is made, given up, or no longer wanted."""
    with database.write() as session:
        row = session.get(ReportFile, key)
        if row is None or row.made_at is not None or row.fault is not None:
            return None
        times = int(row.asked.get("begun", 0))
        if times >= MOST_BEGUN:
            row.fault = GIVEN_UP
            return None
        row.asked = {**row.asked, "begun": times + 1}
        row.begun_at, row.progress = now, 1
        draft = session.get_one(Draft, row.draft_id)
        slug = consultations.slug_of(session, draft)
        return _Begun(key, now, slug, draft.version, row.reviewer_id, report_files.wanted_of(row.asked))


def _gathered(database: Database, engine: SearchEngine, begun: _Begun, tell: _Teller) -> Report:
    with database.read() as session:
        scope = report_files.covered(
            session,
            engine,
            begun.slug,
            begun.wanted,
            version=begun.version,
            reviewer_id=begun.reviewer_id,
        )
        tell(FOUND)
        report = reports_full.gather(
            session, begun.slug, begun.version, language=begun.wanted.language, scope=scope, now=begun.at
        )
    tell(GATHERED)
    return report


def _finish(database: Database, begun: _Begun, report: Report, beside: Path, *, now: datetime) -> None:
    """Move the file into place and note it, where nobody took it back or erased a text meanwhile."""
    with database.write() as session:
        row = session.get(ReportFile, begun.key)
        if row is None or row.fault is not None or row.begun_at != begun.at:
            return
        beside.replace(beside.with_name(begun.name))
        row.name, row.made_at, row.progress = begun.name, now, 100
        actor = f"reviewer:{begun.reviewer_id}"
        reports.note_export(session, report, format=begun.wanted.format, actor=actor, now=now)


def _give_up(database: Database, begun: _Begun, key: str) -> None:
    with database.write() as session:
        session.execute(
            update(ReportFile)
            .where(ReportFile.id == begun.key, ReportFile.begun_at == begun.at, ReportFile.fault.is_(None))
            .values(fault=key)
        )


def _key_of(error: PortalError) -> str:
    """The sentence that says what was wrong."""
    if isinstance(error, InvalidInput):
        return next(iter(error.fields.values()))[0]
    return error.key


class _Teller:
    """Writes down how far a report is, and not too often."""

    def __init__(self, database: Database, begun: _Begun) -> None:
        self._database, self._begun, self._told = database, begun, 1

    def __call__(self, progress: int) -> None:
        if progress < self._told + STEP:
            return
        self._told = progress
        with self._database.write() as session:
            session.execute(
                update(ReportFile)
                .where(ReportFile.id == self._begun.key, ReportFile.begun_at == self._begun.at)
                .values(progress=progress)
            )


class _Counted:
    """A report's comments, telling how many of them a writer has taken; most take each of them once."""

    def __init__(self, comments: Comments, tell: _Teller) -> None:
        self._comments, self._tell = comments, tell

    def __len__(self) -> int:
        return len(self._comments)

    def __iter__(self) -> Iterator[ReportComment]:
        for place, comment in enumerate(self._comments):
            self._tell(GATHERED + (WRITTEN - GATHERED) * place // len(self))
            yield comment
