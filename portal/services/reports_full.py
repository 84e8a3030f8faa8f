"""The whole report, wherever one is made: figures, themes, what was decided, and how good the themes are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.formats.report import EVERYTHING, Report, ReportOutcome, Scope
from portal.services import coding, outcomes, reports, themes


def gather(
    session: Session,
    slug: str,
    version: str | None = None,
    *,
    language: str = "en",
    accepted_only: bool = False,
    scope: Scope = EVERYTHING,
    now: datetime,
) -> Report:
    """The Report on one draft (default: the current one) with its outcomes and its quality.

    Both are of accepted themes only, also in an official's report. Raises as `reports.gather` does.
    """
    draft = themes.find_draft(session, slug, version)
    return reports.gather(
        session,
        slug,
        draft.version,
        language=language,
        accepted_only=accepted_only,
        scope=scope,
        quality=coding.quality(session, draft.id),
        outcomes=tuple(
            ReportOutcome(row.on, row.decision, row.reason)
            for row in outcomes.shown(session, draft.id).values()
        ),
        now=now,
    )
