"""What citizens see: consultations, contents, clauses with form and comments, one comment, search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from portal.errors import NotFound
from portal.models.database import Session
from portal.services import comments, consultations, drafts, identifiers, search, steering, wordings
from portal.services import listing as listing_of
from portal.services.rows import COMMENT_LANGUAGES, POSITIONS, ConsultationRow, SearchResults
from portal.templating import address
from portal.web import door, forms, pages, side_by_side
from portal.web.cache import Stamp
from portal.web.forms import Form
from portal.web.state import Portal, portal_of
from portal.words import PAKISTAN
from search_index.documents import Filters

PAGE = 50
RESULTS = 20


@dataclass(frozen=True)
class Place:
    """Where on the site a clause page is: consultation, version, clause."""

    slug: str
    version: str
    eid: str

    def address(self, language: str) -> str:
        """Its path."""
        return f"/{language}/{self.slug}/{self.version}/{self.eid}"


@dataclass(frozen=True)
class View:
    """What of a clause page is asked for: which comments, from where on, the text in one language or both."""

    narrowed: listing_of.Narrowed = listing_of.ALL
    cursor: str | None = None
    both: bool = False

    def parameters(self) -> dict[str, str]:
        """The query that asks for this, without the cursor."""
        asked = self.narrowed
        named = {"position": asked.position, "language": asked.language, "submitter": asked.submitter}
        named["twins"] = identifiers.comment_id(asked.twins) if asked.twins else None
        named["view"] = "both" if self.both else None
        return {name: value for name, value in named.items() if value}

    def address(self, path: str) -> str:
        """The path with the query that asks for this."""
        return address(path, **self.parameters(), cursor=self.cursor)


PLAIN = View()


def view_of(request: Request) -> View:
    """What the address asks for; what there is not is passed over, so that few pages can be asked for."""
    asked = request.query_params
    return View(listing_of.narrowed(asked), asked.get("cursor") or None, asked.get("view") == "both")


async def home(request: Request) -> Response:
    """/ leads to the list in the reader's language."""
    language = pages.preferred(request.headers.get("accept-language", ""))
    return RedirectResponse(f"/{language}/", status_code=303, headers={"Vary": "Accept-Language"})


async def listing(request: Request) -> Response:
    """Every consultation."""
    now = portal_of(request).clock()
    rows = await door.read(request, lambda session: consultations.listing(session, now))
    return pages.answer(
        pages.page(request, "public/consultations.html", nav="consultations", consultations=rows)
    )


async def consultation(request: Request) -> Response:
    """One consultation with its contents."""
    slug, language = request.path_params["slug"], pages.language_of(request)
    unfolded = request.query_params.get("open") == "all"
    key = ("contents", language, slug, unfolded)
    page = await kept(request, slug, key, lambda session: _contents_page(request, session, slug, unfolded))
    return pages.kept_answer(request, page)


async def clause(request: Request) -> Response:
    """One clause, or the document as a whole: text, form, comments."""
    place, asked = place_of(request), view_of(request)
    form = Form(token=portal_of(request).pages.hole)
    key = ("clause", pages.language_of(request), place, asked)
    page = await kept(
        request, place.slug, key, lambda session: clause_page(request, session, place, form, asked)
    )
    return pages.kept_answer(request, page, headers=pages.PRIVATE)


async def comment(request: Request) -> Response:
    """One published comment with its clause."""
    slug, public_id = request.path_params["slug"], request.path_params["id"]
    now = portal_of(request).clock()

    def ask(session: Session) -> str | None:
        row = comments.get(session, slug, public_id)
        if row.id != public_id:
            return None
        _, draft = consultations.find_draft(session, slug, row.draft)
        return pages.page(
            request,
            "public/comment.html",
            nav="consultations",
            consultation=consultations.get(session, slug, now),
            comment=replace(row, twins=listing_of.twins(session, row.id)),
            clause=(clause := drafts.clause(session, draft, row.clause) if row.clause else None),
            change=wordings.runs(clause, row),
        )

    html = await door.read(request, ask)
    if html is None:
        number = identifiers.comment_number(public_id) or 0
        return pages.moved(f"/{pages.language_of(request)}/{slug}/comments/{identifiers.comment_id(number)}")
    return pages.answer(html)


async def find(request: Request) -> Response:
    """Search clauses and published comments of one consultation."""
    portal, slug = portal_of(request), request.path_params["slug"]
    asked = asked_of(request, ("q", "clause", "position", "language", "order"))
    now = portal.clock()

    def ask(session: Session) -> str:
        row = consultations.get(session, slug, now)
        _, draft = consultations.find_draft(session, slug, row.current)
        narrowed = any(asked[name] for name in ("q", "clause", "position", "language"))
        results = _search(portal, session, row, asked) if narrowed else SearchResults("", (), 0, None)
        return pages.page(
            request,
            "public/search.html",
            nav="search",
            consultation=row,
            results=results,
            asked=asked,
            clause_labels=clause_labels(session, draft.id, pages.language_of(request)),
        )

    return pages.answer(await door.read(request, ask))


def asked_of(request: Request, names: tuple[str, ...]) -> dict[str, str]:
    """What a search page was asked, bounded; values that cannot be shown again are replaced."""
    values = {name: request.query_params.get(name, "")[:300] for name in (*names, "cursor")}
    return forms.printable(values)


def clause_labels(session: Session, draft_id: int, language: str) -> dict[str, str]:
    """ "5.4.2 Heading" by eId, for facets."""
    labels = {}
    for entry in consultations.entries(session, draft_id):
        heading = entry.heading.get(language) or next(iter(entry.heading.values()), "")
        labels[entry.eid] = f"{entry.number or ''} {heading}".strip()
    return labels


def _search(portal: Portal, session: Session, row: ConsultationRow, asked: dict[str, str]) -> SearchResults:
    filters = Filters(
        consultations=(row.slug,),
        statuses=("published",),
        clauses=(asked["clause"],) if asked["clause"] else (),
        positions=(asked["position"],) if asked["position"] in (*POSITIONS, "none") else (),
        languages=(asked["language"],) if asked["language"] in COMMENT_LANGUAGES else (),
    )
    order = asked["order"] if asked["order"] in ("relevance", "newest", "oldest") else ""
    return search.find(
        session,
        portal.engine,
        asked["q"],
        filters,
        order=order or ("relevance" if asked["q"] else "newest"),
        limit=RESULTS,
        cursor=asked["cursor"] or None,
        clauses_of=(row.slug, row.current) if asked["q"] else None,
    )


async def kept(
    request: Request, slug: str, key: tuple[object, ...], build: Callable[[Session], str]
) -> tuple[bytes, ...]:
    """A page from the cache while nothing it shows has changed; only a new one needs a thread."""
    portal, key = portal_of(request), (*key, pages.wants_nastaliq(request))
    known = portal.stamps.recall(slug)
    page = portal.pages.peek(key, _moment(portal, known)) if known else None
    if page is not None:
        return page

    def ask(session: Session) -> tuple[bytes, ...]:
        found = consultations.revision(session, slug)
        if found is None:
            raise NotFound("error.not_found.consultation")
        stamp = Stamp(*found)
        portal.stamps.note(slug, stamp)
        return portal.pages.get(key, _moment(portal, stamp), lambda: build(session))

    return await door.read(request, ask)


def _moment(portal: Portal, stamp: Stamp) -> tuple[object, ...]:
    """What a cached page must agree with: revision, open or not, the day in Pakistan."""
    now = portal.clock()
    return stamp.revision, stamp.opens_at <= now < stamp.closes_at, now.astimezone(PAKISTAN).date()


def place_of(request: Request) -> Place:
    return Place(*(request.path_params[name] for name in ("slug", "version", "eid")))


def _contents_page(request: Request, session: Session, slug: str, unfolded: bool) -> str:
    row = consultations.get(session, slug, portal_of(request).clock())
    _, draft = consultations.find_draft(session, slug, row.current)
    counts = consultations.comment_counts(session, draft.id)
    return pages.page(
        request,
        "public/consultation.html",
        nav="consultations",
        path=f"/{pages.language_of(request)}/{slug}/" + ("?open=all" if unfolded else ""),
        consultation=row,
        contents=consultations.contents(session, draft.id),
        whole_comments=counts.get(drafts.WHOLE, 0),
        largest=max(counts.values(), default=0),
        unfolded=unfolded,
        extensions=steering.extensions(session, slug),
    )


def clause_page(request: Request, session: Session, place: Place, form: Form, asked: View = PLAIN) -> str:
    """The page of a clause with its form and a page of comments."""
    row, draft = consultations.find_draft(session, place.slug, place.version)
    clause = drafts.clause(session, draft, place.eid)
    eid = None if place.eid == drafts.WHOLE else place.eid
    said = listing_of.of_clause(
        session, draft, eid, limit=PAGE, cursor=asked.cursor, asked=asked.narrowed, folded=True
    )
    language = pages.language_of(request)
    return pages.page(
        request,
        "public/clause.html",
        nav="consultations",
        path=asked.address(place.address(language)),
        consultation=consultations.get(session, row.slug, portal_of(request).clock()),
        version=draft.version,
        clause=clause,
        aligned=asked.both and side_by_side.alike(clause.html.values()),
        clause_text=wordings.base_text(clause, language),
        comments=said.comments,
        changes={comment.id: wordings.runs(clause, comment) for comment in said.comments},
        total=said.total,
        found=said.found,
        positions=said.positions,
        next_cursor=said.next,
        asked=asked,
        form=form,
    )
