"""What programs send: the members of a body, each of the right kind, and every problem by member."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.errors import InvalidInput
from portal.services.checking import MOST_COMMENTS, NewComment, NewSubmission
from portal.web import forms

TEXTS_OF_SUBMISSION = ("submitter", "name", "organisation", "organisation_kind", "email", "language")
FLAGS_OF_SUBMISSION = {"name_public": True, "tell_me": False}
OF_SUBMISSION = (*TEXTS_OF_SUBMISSION, *FLAGS_OF_SUBMISSION, "about", "comments")
OF_COMMENT = ("clause", "body", "position", "suggested_wording")


def submission_of(body: dict[str, Any]) -> NewSubmission:
    """The body's members, each of the right kind. Raises InvalidInput with every problem by member."""
    problems = {name: ["error.field.unknown"] for name in body if name not in OF_SUBMISSION}
    texts = _texts(body, TEXTS_OF_SUBMISSION, "", problems)
    sent = body.get("comments")
    if not isinstance(sent, list) or not 1 <= len(sent) <= MOST_COMMENTS:
        problems["comments"] = ["error.comments.count"]
        sent = []
    new = tuple(_comment(item, f"comments.{place}", problems) for place, item in enumerate(sent))
    flags = {name: _flag(body, name, default, problems) for name, default in FLAGS_OF_SUBMISSION.items()}
    about = _about(body, problems)
    if problems:
        raise InvalidInput(forms.printable_names(problems))
    return NewSubmission(
        comments=new,
        submitter=texts["submitter"],
        name=texts["name"],
        organisation=texts["organisation"],
        email=texts["email"],
        language=texts["language"],
        organisation_kind=texts["organisation_kind"],
        name_public=flags["name_public"],
        tell_me=flags["tell_me"],
        about=about,
    )


def _comment(item: Any, place: str, problems: dict[str, list[str]]) -> NewComment:
    if not isinstance(item, dict):
        problems[place] = ["error.json.object"]
        return NewComment("")
    problems.update({f"{place}.{name}": ["error.field.unknown"] for name in item if name not in OF_COMMENT})
    texts = _texts(item, OF_COMMENT, f"{place}.", problems)
    return NewComment(texts["body"] or "", texts["clause"], texts["position"], texts["suggested_wording"])


def _texts(
    holder: dict[str, Any], names: tuple[str, ...], prefix: str, problems: dict[str, list[str]]
) -> dict[str, str | None]:
    for name in names:
        if holder.get(name) is not None and not isinstance(holder[name], str):
            problems[f"{prefix}{name}"] = ["error.field.text"]
    return {name: holder[name] if isinstance(holder.get(name), str) else None for name in names}


def texts_of(
    body: dict[str, Any],
    names: tuple[str, ...],
    *,
    needed: tuple[str, ...] = (),
    said: tuple[str, ...] = (),
) -> Mapping[str, Any]:
    """The body's members, all texts or null; `said` ones may be null but must be there.

    Raises InvalidInput: unknown, of another kind, or missing.
    """
    problems = {name: ["error.field.unknown"] for name in body if name not in names}
    texts = _texts(body, names, "", problems)
    problems |= {name: ["error.field.text"] for name in needed if texts[name] is None}
    problems |= {name: ["error.field.missing"] for name in said if name not in body}
    if problems:
        raise InvalidInput(forms.printable_names(problems))
    return texts


def _flag(body: dict[str, Any], name: str, default: bool, problems: dict[str, list[str]]) -> bool:
    value = body.get(name)
    if value is None:
        return default
    if not isinstance(value, bool):
        problems[name] = ["error.field.flag"]
    return value is True


def _about(body: dict[str, Any], problems: dict[str, list[str]]) -> dict[str, str]:
    value = body.get("about")
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(choice, str) for choice in value.values()):
        problems["about"] = ["error.field.texts"]
        return {}
    return value
