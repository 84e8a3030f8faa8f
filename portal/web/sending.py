"""What a form says about a comment and its sender, and how the form comes back."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request

from portal.errors import InvalidInput, PortalError
from portal.services.checking import NewSubmission
from portal.web import forms
from portal.web.forms import Form
from portal.web.state import portal_of

ABOUT = "about_"
OF_SENDER = ("submitter", "name", "organisation", "organisation_kind", "name_public", "email", "tell_me")
OF_COMMENT = ("body", "position", "suggested_wording")


def sender(typed: Mapping[str, str], language: str) -> NewSubmission:
    """What a form says about the sender, without comments. A name is shown unless the form says no."""
    return NewSubmission(
        comments=(),
        submitter=typed.get("submitter"),
        name=typed.get("name"),
        organisation=typed.get("organisation"),
        organisation_kind=typed.get("organisation_kind"),
        name_public=typed.get("name_public") != "no",
        email=typed.get("email"),
        tell_me=typed.get("tell_me") == "yes",
        about={name.removeprefix(ABOUT): v for name, v in typed.items() if name.startswith(ABOUT)},
        ui_language=language,
    )


def kept_values(typed: Mapping[str, str], *, of_comment: bool = True) -> dict[str, str]:
    """Everything typed that a form shows again."""
    names = (*OF_COMMENT, *OF_SENDER) if of_comment else OF_SENDER
    about = [name for name in typed if name.startswith(ABOUT)]
    return forms.printable({name: typed.get(name, "") for name in (*names, *about)})


def field_errors(error: InvalidInput) -> dict[str, tuple[str, ...]]:
    """Message keys by the name that the field has in a form with one comment."""
    return {
        name.removeprefix("comments.0.").replace("about.", ABOUT): keys for name, keys in error.fields.items()
    }


def returned(request: Request, values: Mapping[str, str], error: PortalError) -> Form:
    """The form as it was typed, with a new token and what is wrong: beside its fields, or on top."""
    hole = portal_of(request).pages.hole
    if not isinstance(error, InvalidInput):
        return Form(hole, values=values, summary=error.key)
    fields = field_errors(error)
    stale = fields.pop("token", None)
    return Form(hole, values=values, errors=fields, summary="error.token" if stale else None)
