"""A consultation's dates and the line on top of its pages, changed by admins: four forms on one page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time

from starlette.requests import Request
from starlette.responses import Response

from portal.errors import Conflict, InvalidInput, PortalError
from portal.models.database import Session
from portal.services import steering
from portal.services.reviewers import SignedIn
from portal.services.steering import Actor
from portal.templating import address
from portal.web import desk, door, forms, pages, sending, troubles
from portal.web.forms import Form
from portal.web.state import portal_of
from portal.words import PAKISTAN

FIELDS = (
    *("when", "opens_on", "opens_hour", "closes_on", "closes_hour", "reason_en", "reason_ur"),
    *("confirm", "banner_en", "banner_ur"),
)
Act = Callable[[Session, str, Actor], None]


async def settings(request: Request, who: SignedIn) -> Response:
    """What can be changed, and what was."""
    return await _page(request, who, Form(portal_of(request).pages.hole), None)


async def post_open(request: Request, who: SignedIn) -> Response:
    """Open now or at a later moment."""
    typed = await forms.read_form(request)

    def act(session: Session, slug: str, by: Actor) -> None:
        later = typed.get("when") == "later"
        opens_at = _moment(typed, "opens_on", "opens_hour") if later else None
        steering.open(session, slug, opens_at=opens_at, by=by)

    return await _act(request, who, typed, act)


async def post_extend(request: Request, who: SignedIn) -> Response:
    """Let it close later."""
    typed = await forms.read_form(request)

    def act(session: Session, slug: str, by: Actor) -> None:
        closes_at = _moment(typed, "closes_on", "closes_hour")
        steering.extend(session, slug, closes_at=closes_at, reason=_lines(typed, "reason"), by=by)

    return await _act(request, who, typed, act)


async def post_close(request: Request, who: SignedIn) -> Response:
    """Close it now."""
    typed = await forms.read_form(request)

    def act(session: Session, slug: str, by: Actor) -> None:
        steering.close(session, slug, confirm=typed.get("confirm", ""), by=by)

    return await _act(request, who, typed, act)


async def post_banner(request: Request, who: SignedIn) -> Response:
    """Show a line on top of its pages, or none."""
    typed = await forms.read_form(request)

    def act(session: Session, slug: str, by: Actor) -> None:
        steering.set_banner(session, slug, banner=_lines(typed, "banner"), by=by)

    return await _act(request, who, typed, act)


async def _act(request: Request, who: SignedIn, typed: Mapping[str, str], act: Act) -> Response:
    """Do it and lead back to the page; where it cannot be done, the page as it is now with what was typed."""
    slug = typed.get("consultation", "")
    by = Actor(f"reviewer:{who.reviewer_id}", portal_of(request).clock(), typed.get("seen", ""))

    def write(session: Session) -> None:
        row, _ = desk.scope(request, session, who, slug)
        act(session, row.slug, by)

    try:
        forms.require_token(request, typed)
        await door.write(request, write)
    except (InvalidInput, Conflict) as error:
        return await _again(request, who, typed, error)
    return pages.see_other(_place(request, slug))


async def _again(request: Request, who: SignedIn, typed: Mapping[str, str], error: PortalError) -> Response:
    values = forms.printable({name: typed[name] for name in FIELDS if name in typed})
    form = sending.returned(request, values, error)
    if form.summary is None:
        form = replace(form, summary="error.steering.not_done")
    return await _page(request, who, form, typed, status=troubles.status_of(error))


async def _page(
    request: Request, who: SignedIn, form: Form, typed: Mapping[str, str] | None, *, status: int = 200
) -> Response:
    slug = typed.get("consultation", "") if typed is not None else None

    def ask(session: Session) -> str:
        row, rows = desk.scope(request, session, who, slug)
        steered = steering.get(session, row.slug, now=portal_of(request).clock())
        return pages.page(
            request,
            "desk/consultation.html",
            nav="consultation",
            path=_place(request, row.slug),
            consultation=row,
            consultations=rows,
            steered=steered,
            form=replace(form, values={**_present(steered), **form.values}),
        )

    return pages.unkept_answer(request, await door.read(request, ask), status=status)


def _present(steered: steering.Steered) -> dict[str, str]:
    """What the fields hold before anybody types: the moments and the line as they are."""
    shown = {f"banner_{language}": line for language, line in steered.banner.items()}
    for name, moment in (("opens", steered.opens_at), ("closes", steered.closes_at)):
        local = moment.astimezone(PAKISTAN)
        shown |= {f"{name}_on": local.date().isoformat(), f"{name}_hour": f"{local:%H:%M}"}
    return shown


def _place(request: Request, slug: str) -> str:
    return address(f"/{pages.language_of(request)}/desk/consultation", consultation=slug)


def _lines(typed: Mapping[str, str], name: str) -> dict[str, str]:
    return {language: typed.get(f"{name}_{language}", "") for language in ("en", "ur")}


def _moment(typed: Mapping[str, str], day: str, hour: str) -> datetime:
    """A day and an hour in Pakistan. Raises InvalidInput."""
    try:
        on = date.fromisoformat(typed.get(day, "").strip())
        if not 1970 <= on.year <= 9000:
            raise ValueError(on)
    except ValueError:
        raise InvalidInput({day: ["error.steering.day"]}) from None
    try:
        at = time.fromisoformat(typed.get(hour, "").strip())
    except ValueError:
        raise InvalidInput({hour: ["error.steering.hour"]}) from None
    return datetime.combine(on, at.replace(tzinfo=None), PAKISTAN)
