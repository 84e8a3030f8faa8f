"""Taking a comment from a clause page: sent at once, or added to the answers that go on."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from portal.errors import Conflict, ConsultationClosed, InvalidInput, NotFound, PortalError, TooMany
from portal.models.database import Session
from portal.services import consultations, drafts, submissions
from portal.services.checking import NewComment
from portal.web import answers, door, forms, limits, pages, sending, troubles
from portal.web.public import Place, clause_page, place_of
from portal.web.state import Portal, portal_of

KEEP = "keep"


async def post_comment(request: Request) -> Response:
    """Take a comment: 303 to its receipt, or the form again with everything typed still in it."""
    portal, place = portal_of(request), place_of(request)
    typed = await forms.read_form(request)
    token = typed.get("token", "")
    try:
        if not portal.tokens.is_ours(token):
            await door.read(request, lambda session: _commentable(session, place))
            raise InvalidInput({"token": ["error.token"]})
        keeping = typed.get("act") == KEEP
        is_submitted = limits.is_submitted(place.slug, token)
        await limits.refuse_too_many(
            request, answers.is_begun(request, place, token) if keeping else is_submitted
        )
        if keeping:
            return await answers.keep_from_clause(request, place, typed)
        language = pages.language_of(request)
        acknowledged = await door.write(
            request, lambda session: _submit(portal, session, place, typed, language)
        )
    except (InvalidInput, Conflict, TooMany, ConsultationClosed) as error:
        return await _again(request, place, typed, error)
    limits.count(request, acknowledged)
    return pages.see_other(f"/{language}/receipts/{acknowledged.receipt}")


def _commentable(session: Session, place: Place) -> str | None:
    """The clause as a submission names it; raises NotFound where nothing can be said at this address."""
    _, draft = consultations.find_draft(session, place.slug, place.version)
    if place.eid == drafts.WHOLE:
        return None
    if drafts.clause_id(session, draft.id, place.eid) is None:
        raise NotFound("error.not_found.clause")
    return place.eid


def _submit(
    portal: Portal, session: Session, place: Place, typed: dict[str, str], language: str
) -> submissions.Acknowledgement:
    comment = NewComment(
        typed.get("body", ""),
        _commentable(session, place),
        typed.get("position"),
        typed.get("suggested_wording"),
    )
    return submissions.submit(
        session,
        place.slug,
        place.version,
        replace(sending.sender(typed, language), comments=(comment,)),
        channel="web",
        key=typed["token"],
        secret_key=portal.settings.secret_key,
        now=portal.clock(),
    )


async def _again(request: Request, place: Place, typed: dict[str, str], error: PortalError) -> Response:
    """The clause page with the form as it was typed, what is wrong, and a new token."""
    values = sending.kept_values(typed)
    if isinstance(error, ConsultationClosed):
        address = place.address(pages.language_of(request))
        kept = "\n\n".join(text for text in (values["body"], values["suggested_wording"]) if text.strip())
        return troubles.answer(request, "closed", 403, kept=kept, back=address)
    form = sending.returned(request, values, error)
    status = troubles.status_of(error)
    html = await door.read(request, lambda session: clause_page(request, session, place, form))
    response = pages.form_answer(request, html, status=status)
    if status in troubles.RETRY_AFTER:
        response.headers["Retry-After"] = troubles.RETRY_AFTER[status]
    return response
