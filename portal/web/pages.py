"""Rendering: a template in a language for an address, and the answers that carry a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from portal.services.rows import ConsultationRow
from portal.templating import render, static_url
from portal.web.state import portal_of
from portal.words import UI_LANGUAGES, words_for

NASTALIQ = "nastaliq"
_URDU_LINK = re.compile(r'(<a (?!class="font-choice")[^>]*?href=")(/ur/(?!desk)[^"]*)"')
_URDU_QUESTION = re.compile(r'(<form [^>]*?method="get" action="/ur/(?!desk)[^>]*>)')
_FONT = re.compile(r"[?&]font=\w*")
PRIVATE = {"Cache-Control": "private, no-cache"}
NO_STORE = {"Cache-Control": "no-store"}
SHARED = {"Cache-Control": "no-cache"}


@dataclass(frozen=True)
class Here:
    """Where the reader is: this address, the same page in the other language, the entry of the navigation."""

    path: str
    other: str
    nav: str


@dataclass(frozen=True)
class Notice:
    """What every page about a consultation must say."""

    restatement: bool = False
    demonstration: bool = False


def language_of(request: Request) -> str:
    """The language that the address names; where it names none, the one the browser prefers."""
    first = request.url.path.split("/")[1].lower()
    return first if first in UI_LANGUAGES else preferred(request.headers.get("accept-language", ""))


def preferred(header: str) -> str:
    """The better of our languages for an Accept-Language header (RFC 9110, 12.5.4); else English."""
    best, weight = "en", 0.0
    for part in header[:500].split(","):
        name, _, parameters = part.strip().partition(";")
        language = name.strip().lower().split("-")[0]
        try:
            q = float(parameters.strip().removeprefix("q=")) if parameters else 1.0
        except ValueError:
            continue
        if language in UI_LANGUAGES and q > weight:
            best, weight = language, q
    return best


def page(
    request: Request,
    template: str,
    *,
    nav: str,
    path: str | None = None,
    consultation: ConsultationRow | None = None,
    **context: object,
) -> str:
    """The HTML of a template. `path`: the page's own address where it is another than the request's."""
    language = language_of(request)
    own = path or _address(request)
    html = render(
        template,
        words_for(language),
        here=Here(path=own, other=_other(own, language), nav=nav),
        notice=_notice(consultation),
        consultation=consultation,
        today=words_for(language).local_day(portal_of(request).clock()),
        font_choice=_font_choice(request, own),
        who=getattr(request.state, "who", None),
        **context,
    )
    return _in_nastaliq(html) if wants_nastaliq(request) else html


def wants_nastaliq(request: Request) -> bool:
    """Whether the reader of an Urdu page chose the font that comes with the portal."""
    return request.query_params.get("font") == NASTALIQ and language_of(request) == "ur"


def _font_choice(request: Request, own: str) -> tuple[str, str] | None:
    """(message key, address) of the link that changes the font of an Urdu page; else None."""
    if language_of(request) != "ur" or request.url.path.startswith("/ur/desk"):
        return None
    path = _FONT.sub("", own)
    if wants_nastaliq(request):
        return "font.system", path
    return "font.nastaliq", f"{path}{'&' if '?' in path else '?'}font={NASTALIQ}"


def _in_nastaliq(html: str) -> str:
    """The page with its extra sheet; its links and searches carry the choice on, for nothing else can."""
    sheet = f'<link rel="stylesheet" href="{static_url("nastaliq.css")}">\n</head>'
    carried = _URDU_LINK.sub(lambda found: found.group(1) + _carrying(found.group(2)) + '"', html)
    asking = _URDU_QUESTION.sub(rf'\1<input type="hidden" name="font" value="{NASTALIQ}">', carried)
    return asking.replace("</head>", sheet, 1)


def _carrying(address: str) -> str:
    path, mark, fragment = address.partition("#")
    joined = f"{path}{'&amp;' if '?' in path else '?'}font={NASTALIQ}"
    return joined + mark + fragment


def answer(html: str, *, status: int = 200, headers: Mapping[str, str] = SHARED) -> HTMLResponse:
    """A page as a response."""
    return HTMLResponse(html, status_code=status, headers=dict(headers))


def kept_answer(
    request: Request, page: tuple[bytes, ...], *, headers: Mapping[str, str] = SHARED
) -> HTMLResponse:
    """A page from the cache; a fresh token goes into its hole where it has one."""
    tokens = portal_of(request).tokens
    body = page[0] if len(page) == 1 else tokens.new().encode("ascii").join(page)
    return HTMLResponse(body, headers=dict(headers))


def form_answer(request: Request, html: str, *, status: int = 200) -> HTMLResponse:
    """A page with a form: a fresh token in its hole, private, never the same twice."""
    portal = portal_of(request)
    return answer(html.replace(portal.pages.hole, portal.tokens.new()), status=status, headers=PRIVATE)


def unkept_answer(request: Request, html: str, *, status: int = 200) -> HTMLResponse:
    """A page with a form that nobody may keep: a receipt, the desk, answers that are not sent."""
    response = form_answer(request, html, status=status)
    response.headers.update(NO_STORE)
    return response


def see_other(address: str) -> RedirectResponse:
    """303: the answer to a post stands at another address."""
    return RedirectResponse(address, status_code=303, headers=dict(NO_STORE))


def moved(address: str) -> RedirectResponse:
    """308: the same page under its own spelling."""
    return RedirectResponse(address, status_code=308)


def _address(request: Request) -> str:
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")


def _other(path: str, language: str) -> str:
    other = words_for(language).other
    head = f"/{language}/"
    return f"/{other}/{path[len(head) :]}" if path.startswith(head) else f"/{other}/"


def _notice(consultation: ConsultationRow | None) -> Notice:
    if consultation is None:
        return Notice()
    return Notice(consultation.restatement, consultation.demonstration)
