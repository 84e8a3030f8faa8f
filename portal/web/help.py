"""How to take part, what becomes of what people write, and how accessible the pages are."""

from __future__ import annotations

from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from portal.services import consultations
from portal.services.rows import REASONS
from portal.web import door, pages

SECTIONS = {
    "help": {
        "read": 3,
        "answer": 4,
        "receipt": 3,
        "later": 4,
        "paper": 2,
        "shown": 3,
        "after": 3,
        "phone": 2,
    },
    "privacy": {"who": 3, "how_long": 4, "erase": 4, "not": 3},
    "accessibility": {"how": 4, "limits": 4, "complain": 2},
}
"""The sections of each page, and how many paragraphs they have in the catalogues."""
FIELDS = (
    ("text", "always"),
    ("wording", "always"),
    ("position", "always"),
    ("language", "always"),
    ("time", "always"),
    ("kind", "always"),
    ("name", "choice"),
    ("organisation", "choice"),
    ("email", "never"),
    ("about", "never"),
    ("receipt", "never"),
    ("answers", "never"),
    ("address", "never"),
)
"""Everything the portal takes of a person, and who sees it."""
STATED = date(2026, 11, 24)
"""The day on which the accessibility statement was last gone through."""


async def take_part(request: Request) -> Response:
    """How to take part."""
    return await _page(request, "help")


async def privacy(request: Request) -> Response:
    """Privacy: every field, who sees it, how long it is kept, how to have it erased."""
    return await _page(request, "privacy")


async def accessibility(request: Request) -> Response:
    """The accessibility statement."""
    return await _page(request, "accessibility")


async def _page(request: Request, name: str) -> Response:
    contacts = await door.read(request, consultations.contacts)
    html = pages.page(
        request,
        "public/help.html",
        nav=name,
        name=name,
        sections=SECTIONS[name],
        fields=FIELDS if name == "privacy" else (),
        reasons=REASONS if name == "help" else (),
        stated=STATED,
        contacts=contacts,
    )
    return pages.answer(html)
