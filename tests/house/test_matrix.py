"""Every address of the desk is tried by everybody: strangers, officials of another consultation, reviewers,

admins, the disabled, and those whose session is over. Who is not named by the table is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

import httpx
import pytest
from sqlalchemy import select

from portal.models import Reviewer
from portal.services import (
    coding,
    concerns,
    desk_sessions,
    report_files,
    reviewers,
    saved_searches,
    signing_off,
    theme_runs,
    themes,
    work,
)
from portal.services.acting import By
from portal.web.routes import TABLE, Address, Audience
from tests import make
from tests.accounts import HERE
from tests.make import CLAUSE, SLUG, VERSION, House

DESK = [row for row in TABLE if row.path.startswith("/{lang}/desk/")]
SCOPED = "work on one consultation: refused to officials to whom it is not open"
OWN = "one's own account or session: open to every official"
ADMINS = "accounts of others, and what holds for all: open to admins"
MINE = "a thing of one's own: not there for anybody else"
WAY_IN = "the way in: open to everybody"

NATURE = {
    "GET /sign-in": WAY_IN,
    "POST /sign-in": WAY_IN,
    "GET /sign-in/{token}": WAY_IN,
    "POST /sign-in/{token}": WAY_IN,
    "GET /": OWN,
    "POST /sign-out": OWN,
    "GET /account": OWN,
    "GET /account/setup": OWN,
    "POST /account/setup/password": OWN,
    "POST /account/setup/authenticator": OWN,
    "GET /account/password": OWN,
    "POST /account/password": OWN,
    "GET /account/authenticator": OWN,
    "POST /account/authenticator": OWN,
    "GET /account/recovery-codes": OWN,
    "POST /account/recovery-codes": OWN,
    "POST /account/sign-out-others": OWN,
    "POST /account/sign-out-everywhere": OWN,
    "GET /colleagues": ADMINS,
    "GET /colleagues/invite": ADMINS,
    "POST /colleagues/invite": ADMINS,
    "GET /colleagues/{id}": ADMINS,
    "POST /colleagues/{id}/rights": ADMINS,
    "POST /colleagues/{id}/disable": ADMINS,
    "POST /colleagues/{id}/enable": ADMINS,
    "POST /colleagues/{id}/reset": ADMINS,
    "GET /queue": SCOPED,
    "GET /overview": SCOPED,
    "GET /audit": ADMINS,
    "GET /audit.csv": ADMINS,
    "GET /consultation": ADMINS,
    "POST /consultation/open": ADMINS,
    "POST /consultation/extend": ADMINS,
    "POST /consultation/close": ADMINS,
    "POST /consultation/banner": ADMINS,
    "GET /outcomes": SCOPED,
    "GET /outcomes/theme/{id}": SCOPED,
    "POST /outcomes/theme/{id}": SCOPED,
    "GET /outcomes/clause/{slug}/{eid}": SCOPED,
    "POST /outcomes/clause/{slug}/{eid}": SCOPED,
    "POST /outcomes/answered": ADMINS,
    "POST /outcomes/reopen": ADMINS,
    "POST /outcomes/threshold": ADMINS,
    "GET /figures": SCOPED,
    "GET /figures/{chart}.csv": SCOPED,
    "GET /search": SCOPED,
    "GET /comments/{id}": SCOPED,
    "POST /comments/{id}/publish": SCOPED,
    "POST /comments/{id}/keep": SCOPED,
    "POST /comments/{id}/withhold": SCOPED,
    "POST /comments/{id}/appeal": SCOPED,
    "POST /comments/{id}/spam": SCOPED,
    "POST /comments/{id}/redact": SCOPED,
    "POST /comments/{id}/restore": SCOPED,
    "POST /comments/{id}/original": SCOPED,
    "POST /comments/{id}/note": SCOPED,
    "POST /comments/{id}/tag": SCOPED,
    "POST /comments/{id}/untag": SCOPED,
    "POST /comments/{id}/assign": SCOPED,
    "POST /comments/{id}/read": SCOPED,
    "POST /many": SCOPED,
    "POST /search/export": SCOPED,
    "POST /search/many": SCOPED,
    "GET /saved": SCOPED,
    "POST /saved": SCOPED,
    "POST /saved/{key}/open": MINE,
    "POST /saved/{key}/remove": MINE,
    "GET /words": SCOPED,
    "POST /words": ADMINS,
    "GET /tags": SCOPED,
    "POST /tags": SCOPED,
    "GET /clauses": SCOPED,
    "GET /clauses/{slug}/{eid}": SCOPED,
    "POST /clauses/{slug}/{eid}/notes": SCOPED,
    "GET /second-look": SCOPED,
    "POST /second-look": SCOPED,
    "GET /coding": SCOPED,
    "POST /coding": SCOPED,
    "POST /coding/draw": SCOPED,
    "GET /coding/results": SCOPED,
    "GET /letters": SCOPED,
    "POST /letters": SCOPED,
    "GET /themes": SCOPED,
    "POST /themes/suggest": SCOPED,
    "GET /themes/{id}": SCOPED,
    "POST /themes/{id}/accept": SCOPED,
    "POST /themes/{id}/rename": SCOPED,
    "POST /themes/{id}/reword": SCOPED,
    "POST /themes/{id}/reopen": SCOPED,
    "POST /themes/{id}/merge": SCOPED,
    "POST /themes/{id}/members": SCOPED,
    "POST /themes/{id}/take-away": SCOPED,
    "POST /themes/undo": SCOPED,
    "GET /reports": SCOPED,
    "POST /reports/export": SCOPED,
    "POST /reports/files": SCOPED,
    "GET /reports/files/{key}": SCOPED,
    "POST /reports/files/{key}/remove": SCOPED,
}
"""What each address below /{lang}/desk is. A new one is thought about here, or the first test fails."""

FORMS = {
    "POST /letters": {"channel": "letter", "body": "Plant more trees."},
    "POST /reports/export": {"format": "json", "language": "en"},
    "POST /reports/files": {"format": "json", "language": "en"},
    "POST /search/export": {"format": "csv"},
    "POST /comments/{id}/tag": {"tag": "1"},
    "POST /comments/{id}/untag": {"tag": "1"},
    "POST /themes/undo": {"undo": "1"},
    "POST /coding": {"comment": "C-0001", "sample": "1", "none": "yes"},
    "POST /colleagues/{id}/rights": {"role": "reviewer", "access": "all"},
}
ALLOWED = (200, 303, 409, 422)
"""What is answered where the guard lets through: forms here are mostly empty, so many are refused by them."""


@dataclass(frozen=True)
class Person:
    """Somebody who asks: a session, or none, and what they may reach."""

    name: str
    secret: str
    is_official: bool
    reaches: frozenset[str]


def short(row: Address) -> str:
    return f"{row.method} {row.path.removeprefix('/{lang}/desk')}"


def test_every_address_of_the_desk_was_thought_about() -> None:
    assert set(NATURE) == {short(row) for row in DESK}


@pytest.mark.parametrize("row", DESK, ids=short)
def test_the_audience_in_the_table_says_the_same(row: Address) -> None:
    expected = {
        WAY_IN: Audience.PUBLIC,
        OWN: Audience.OFFICIALS,
        MINE: Audience.OFFICIALS,
        SCOPED: Audience.OFFICIALS,
        ADMINS: Audience.ADMINS,
    }
    assert row.audience is expected[NATURE[short(row)]]


@pytest.mark.parametrize("row", [row for row in DESK if NATURE[short(row)] != WAY_IN], ids=short)
async def test_an_address_is_refused_to_all_who_are_not_named(house: House, row: Address) -> None:
    make.consultation(house, slug="second")
    comment = make.comment(house).comments[0].id
    theme = suggested(house) if "/theme" in row.path else ""
    prepare(house, row, theme)
    people, target = everybody(house), added(house, "target@ministry.example")
    path = row.path.replace("{lang}", "en").replace("/colleagues/{id}", f"/colleagues/{target}")
    path = (
        path.replace("/themes/{id}", f"/themes/{theme}")
        .replace("/theme/{id}", f"/theme/{theme}")
        .replace("{id}", comment)
    )
    path = path.replace("{slug}", SLUG).replace("{eid}", CLAUSE).replace("{key}", "1")
    path = path.replace("{chart}", "days")
    for person in people:
        if path.endswith("/keep"):
            with house.database.write() as session:
                concerns.raise_one(session, SLUG, comment, reason="abuse", note="", now=house.clock())
        if "/reports/files/" in path:
            have_report(house)
        status, location = await ask(house, person, row, path)
        allowed = NATURE[short(row)] in person.reaches
        assert (status in ALLOWED and location != "/en/desk/sign-in") == allowed, (person.name, status)
        assert status == expected_refusal(person, row) or allowed, (person.name, status)


def expected_refusal(person: Person, row: Address) -> int:
    """Strangers are led to the sign-in page, or may not; what is not open to an official is not there."""
    if not person.is_official:
        return 303 if row.method == "GET" else 403
    return 404 if NATURE[short(row)] in (SCOPED, MINE) else 403


def prepare(house: House, row: Address, theme: str) -> None:
    """What an address needs to act on: a tag, an act that can be undone, somebody's saved search."""
    if row.path.endswith("/coding"):
        make.theme(house, ["Water in summer."])
    with house.database.write() as session:
        by = By(make.reviewer(session, house, "first@ministry.example"), house.clock())
        if row.path.endswith("tag"):
            work.make_tag(session, SLUG, name="courts", meaning="", by=by)
        if row.path.endswith("/coding"):
            coding.draw(session, 1, size=9, chance=Random(1), by=by)
        if "/outcomes/theme/" in row.path:
            signing_off.accept(session, theme, by=by)
        if row.path.endswith("/undo"):
            signing_off.rename(session, theme, {"en": "Water in summer"}, by=by)
        if "/saved/" in row.path:
            saved_searches.save(session, SLUG, name="courts", asked={"q": "court"}, by=by)


def have_report(house: House) -> None:
    """Somebody's report, made by the worker: it is asked for anew where it was taken away."""
    with house.database.write() as session:
        if report_files.listing(session, SLUG) == ():
            by = By(make.reviewer(session, house, "first@ministry.example"), house.clock())
            report_files.ask(session, SLUG, report_files.Wanted("csv", "en"), by=by)
    house.worker.keep_all()


async def ask(house: House, person: Person, row: Address, path: str) -> tuple[int, str | None]:
    async with make.client(house) as browser:
        browser.headers.update(HERE)
        if person.secret:
            browser.cookies.set("__Host-desk", person.secret)
        if row.method == "GET":
            answer = await browser.get(path, params={"consultation": SLUG})
        else:
            token = house.app.state.portal.tokens.new()
            form = {"consultation": SLUG, "token": token, **FORMS.get(short(row), {})}
            answer = await browser.post(path, data=form)
    return answer.status_code, answer.headers.get("location")


def everybody(house: House) -> list[Person]:
    """The refused before the admitted, so that nobody has changed anything before they ask."""
    now = house.clock()
    admin = person(house, "admin", frozenset({OWN, SCOPED, ADMINS}), role="admin", at=now)
    disabled = person(house, "disabled", frozenset(), role="admin", at=now)
    with house.database.write() as session:
        reviewers.disable(session, "disabled@ministry.example", now=now)
    return [
        Person("stranger", "", False, frozenset()),
        Person("forger", "0" * 43, False, frozenset()),
        replace(disabled, is_official=False),
        replace(
            person(house, "late", frozenset(), role="admin", at=now - timedelta(hours=12)), is_official=False
        ),
        person(house, "elsewhere", frozenset({OWN}), slugs=["second"], at=now),
        person(house, "reviewer", frozenset({OWN, SCOPED}), at=now),
        admin,
    ]


def person(
    house: House,
    name: str,
    reaches: frozenset[str],
    *,
    at: datetime,
    role: str = "reviewer",
    slugs: list[str] | None = None,
) -> Person:
    """An official whose session began at a time."""
    number = added(house, f"{name}@ministry.example", role=role, slugs=slugs)
    with house.database.write() as session:
        opened = desk_sessions.open_session(session, number, devices=(), by="link", now=at)
    return Person(name, opened.secret, True, reaches)


def added(house: House, email: str, role: str = "reviewer", slugs: list[str] | None = None) -> int:
    with house.database.write() as session:
        reviewers.add(session, email, role=role, slugs=slugs, now=house.clock())
        return session.scalars(select(Reviewer.id).where(Reviewer.email == email)).one()


def suggested(house: House) -> str:
    """The name of a candidate theme over some comments on the consultation."""
    for number in range(4):
        make.comment(house, f"Plant more mango trees near schools, number {number}.")
    with house.database.read() as session:
        draft = themes.find_draft(session, SLUG, VERSION)
    theme_runs.suggest(house.database, house.worker.summarizer(), draft.id, now=house.clock())
    with house.database.read() as session:
        return themes.listing(session, draft.id)[0].id


async def test_an_idle_session_is_refused_like_none_at_all(house: House, official: httpx.AsyncClient) -> None:
    house.clock.forward(hours=2)
    assert (await official.get("/en/desk/account")).headers["location"] == "/en/desk/sign-in"
    assert (await official.post("/en/desk/sign-out")).status_code == 403
