"""The audit records at the desk: narrowed, in sentences, with their hashes; and all of them as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from datetime import date
from functools import partial

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from portal.formats.to_csv import guarded
from portal.models.database import Session
from portal.services import audit, audit_trail
from portal.services.audit_trail import COLUMNS, Asked
from portal.services.reviewers import SignedIn
from portal.templating import address
from portal.web import door, pages, public
from portal.web.forms import Form

PAGE = 50
BATCH = 2000
AT_ONCE = 20_000
"""As many records are checked whenever the page is opened, more only when asked: 100,000 take a second."""
ASKED = ("act", "actor", "subject", "from", "to", "check")


async def trail(request: Request, who: SignedIn) -> Response:  # noqa: ARG001
    """A page of records, newest first, and whether the chain holds."""
    typed = public.asked_of(request, ASKED)
    asked, shown = _asked(typed), {name: typed[name] for name in ASKED if name != "check"}

    def ask(session: Session) -> str:
        total = audit.count(session)
        checked = bool(typed["check"]) or (not typed["cursor"] and not asked and total <= AT_ONCE)
        records, following = audit_trail.find(session, asked, limit=PAGE, cursor=typed["cursor"] or None)
        return pages.page(
            request,
            "desk/audit.html",
            nav="audit",
            records=records,
            next_cursor=following,
            total=total,
            found=audit_trail.count(session, asked) if asked else total,
            asked=shown,
            form=Form("", values=shown),
            acts=audit_trail.acts(session),
            officials=audit_trail.officials(session),
            checked=checked,
            broken=audit.first_break(session) if checked else None,
            table=address(f"/{pages.language_of(request)}/desk/audit.csv", **shown),
        )

    return pages.unkept_answer(request, await door.export_read(request, ask))


async def table(request: Request, who: SignedIn) -> Response:  # noqa: ARG001
    """The records asked for as CSV, in the order of the chain, sent as they are read."""
    asked = _asked(public.asked_of(request, ASKED))
    headers = {**pages.NO_STORE, "Content-Disposition": 'attachment; filename="audit.csv"'}
    return StreamingResponse(_rows(request, asked), media_type="text/csv; charset=utf-8", headers=headers)


async def _rows(request: Request, asked: Asked) -> AsyncIterator[bytes]:
    """UTF-8 with a byte order mark; records that are added meanwhile are left out."""
    yield _written([COLUMNS]).encode("utf-8-sig")
    newest = await door.read(request, audit.newest)
    last, end = 0, newest.number if newest else 0
    while last < end:
        read = partial(audit_trail.batch, asked=asked, after=last, limit=BATCH)
        found = await door.export_read(request, read)
        rows = [row for row in found if int(row[0]) <= end]
        if rows:
            yield _written(rows).encode("utf-8")
        last = int(rows[-1][0]) if len(rows) == BATCH else end


def _written(rows: list[tuple[str, ...]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([[guarded(cell) for cell in row] for row in rows])
    return text.getvalue()


def _asked(typed: dict[str, str]) -> Asked:
    """What the address asks for; days that are none and actors that there cannot be narrow nothing."""
    return Asked(
        act=typed["act"],
        actor=audit_trail.actor_of(typed["actor"]),
        subject=audit_trail.subject_of(typed["subject"]),
        first=_day(typed["from"]),
        last=_day(typed["to"]),
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    return day if day and 1970 <= day.year <= 9990 else None
