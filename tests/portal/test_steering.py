"""Opening, extending, closing, and the line on top: what is allowed, recorded, and shown."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import httpx
import pytest
from sqlalchemy import select

from portal.errors import Conflict, ConsultationClosed, InvalidInput, NotFound
from portal.models import AuditRecord
from portal.services import audit, consultations, steering
from portal.services.steering import Actor, Steered
from portal.words import PAKISTAN
from tests import make
from tests.make import AT_CLAUSE, NOW, SLUG, House

SETTINGS = f"/en/desk/consultation?consultation={SLUG}"
WHY = {"en": "Many asked for more time.", "ur": "بہت سے لوگوں نے مزید وقت مانگا۔"}
CLOSES = NOW + timedelta(days=29)


def by(house: House, seen: str | None = None) -> Actor:
    return Actor("reviewer:1", house.clock(), seen)


def now_as(house: House) -> Steered:
    with house.database.read() as session:
        return steering.get(session, SLUG, now=house.clock())


def extend(house: House, closes_at: datetime = CLOSES + timedelta(days=7), **reason: str) -> None:
    with house.database.write() as session:
        steering.extend(session, SLUG, closes_at=closes_at, reason=reason or WHY, by=by(house))


def open_at(house: House, opens_at: datetime | None) -> None:
    with house.database.write() as session:
        steering.open(session, SLUG, opens_at=opens_at, by=by(house))


def records(house: House) -> list[AuditRecord]:
    with house.database.read() as session:
        query = select(AuditRecord).where(AuditRecord.act.startswith("consultations."))
        return list(session.scalars(query.order_by(AuditRecord.id)))


def test_an_extension_moves_the_closing_and_is_told_with_its_reason(house: House) -> None:
    extend(house)
    found = now_as(house)
    assert found.closes_at == CLOSES + timedelta(days=7)
    assert [(one.at, one.closed_at, one.closes_at, one.reason) for one in found.extensions] == [
        (NOW, CLOSES, CLOSES + timedelta(days=7), WHY)
    ]


@pytest.mark.parametrize(
    ("closes_at", "key"),
    [
        (CLOSES, "error.closes_on.not_later"),
        (CLOSES - timedelta(hours=1), "error.closes_on.not_later"),
        (datetime(2200, 1, 1, tzinfo=PAKISTAN), "error.closes_on.far"),
    ],
)
def test_a_new_closing_is_later_and_not_absurd(house: House, closes_at: datetime, key: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        extend(house, closes_at)
    assert refused.value.fields == {"closes_on": (key,)}
    assert now_as(house).closes_at == CLOSES


def test_an_extension_needs_a_reason_in_one_language_at_least(house: House) -> None:
    with pytest.raises(InvalidInput) as refused:
        extend(house, en="  ", ur="")
    assert refused.value.fields == {"reason_en": ("error.extension.reason",)}
    with pytest.raises(InvalidInput) as refused:
        extend(house, en="x" * 501, ur="\x00")
    assert refused.value.fields == {"reason_en": ("error.reason.long",), "reason_ur": ("error.text.nul",)}
    extend(house, ur="وقت کم تھا۔")
    assert now_as(house).extensions[0].reason == {"ur": "وقت کم تھا۔"}


def test_a_closed_consultation_that_is_extended_takes_comments_again(house: House) -> None:
    house.clock.forward(days=40)
    with pytest.raises(ConsultationClosed):
        make.comment(house)
    with pytest.raises(InvalidInput):
        extend(house, CLOSES + timedelta(days=1))
    extend(house, CLOSES + timedelta(days=30))
    assert make.comment(house).comments[0].status == "published"


def test_closing_now_takes_no_further_comment(house: House) -> None:
    with house.database.write() as session:
        steering.close(session, SLUG, confirm=f" {SLUG.upper()} ", by=by(house))
    assert now_as(house).phase == "closed"
    with pytest.raises(ConsultationClosed):
        make.comment(house)


def test_closing_asks_for_the_name_and_for_something_open(house: House) -> None:
    with house.database.write() as session:
        with pytest.raises(InvalidInput) as refused:
            steering.close(session, SLUG, confirm="other-policy", by=by(house))
        assert refused.value.fields == {"confirm": ("error.confirm.slug",)}
        steering.close(session, SLUG, confirm=SLUG, by=by(house))
        with pytest.raises(Conflict):
            steering.close(session, SLUG, confirm=SLUG, by=by(house))


def test_an_opening_can_be_moved_until_something_was_received(house: House) -> None:
    open_at(house, NOW + timedelta(days=2))
    assert now_as(house).phase == "early"
    with pytest.raises(ConsultationClosed):
        make.comment(house)
    open_at(house, None)
    assert (now_as(house).phase, now_as(house).opens_at) == ("open", NOW)
    make.comment(house)
    with pytest.raises(Conflict) as refused:
        open_at(house, NOW + timedelta(days=1))
    assert refused.value.key == "error.conflict.opened"


@pytest.mark.parametrize(
    ("opens_at", "key"),
    [
        (NOW - timedelta(seconds=1), "error.opens_on.past"),
        (CLOSES, "error.opens_on.after_closing"),
    ],
)
def test_an_opening_lies_ahead_and_before_the_closing(house: House, opens_at: datetime, key: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        open_at(house, opens_at)
    assert refused.value.fields == {"opens_on": (key,)}


def test_a_line_is_one_line_and_not_long(house: House) -> None:
    with house.database.write() as session, pytest.raises(InvalidInput) as refused:
        steering.set_banner(session, SLUG, banner={"en": "x" * 301, "ur": "ایک\nدو"}, by=by(house))
    assert refused.value.fields == {"banner_en": ("error.banner.long",), "banner_ur": ("error.line.control",)}


def test_every_change_is_one_record_with_hashes_of_before_and_after(house: House) -> None:
    open_at(house, None)
    extend(house)
    with house.database.write() as session:
        steering.set_banner(session, SLUG, banner={"en": "Closed on Friday."}, by=by(house))
        steering.close(session, SLUG, confirm=SLUG, by=by(house))
    made = records(house)
    assert [record.act for record in made] == [
        "consultations.open",
        "consultations.extend",
        "consultations.banner",
        "consultations.close",
    ]
    assert {record.subject for record in made} == {f"consultation/{SLUG}"}
    assert {record.actor for record in made} == {"reviewer:1"}
    states = [(record.details["before_sha256"], record.details["after_sha256"]) for record in made]
    assert [after for _, after in states[:-1]] == [before for before, _ in states[1:]]
    assert len({*states[0], *(after for _, after in states)}) == 5
    assert "Friday" not in str([record.details for record in made])
    with house.database.read() as session:
        assert audit.check(session) == []


def test_what_was_seen_must_be_what_is_there(house: House) -> None:
    seen = now_as(house).seen
    extend(house)
    with house.database.write() as session:
        with pytest.raises(Conflict) as refused:
            steering.close(session, SLUG, confirm=SLUG, by=by(house, seen))
        assert refused.value.key == "error.conflict.steered"
        with pytest.raises(NotFound):
            steering.close(session, "no-such-policy", confirm="no-such-policy", by=by(house, seen))
    assert now_as(house).phase == "open"


async def test_kept_pages_show_a_change_at_once(house: House, client: httpx.AsyncClient) -> None:
    paths = (f"/en/{SLUG}/", AT_CLAUSE, f"/en/{SLUG}/search")
    for path in paths:
        assert "Closed on Friday" not in (await client.get(path)).text
    with house.database.read() as session:
        before = consultations.revision(session, SLUG)
    with house.database.write() as session:
        steering.set_banner(session, SLUG, banner={"en": "Closed on <Friday>."}, by=by(house))
    house.app.state.portal.stamps.forget()
    for path in paths:
        page = (await client.get(path)).text
        assert "Closed on &lt;Friday&gt;." in page
        assert page.index("Closed on &lt;") < page.index("<h1")
    with house.database.read() as session:
        after = consultations.revision(session, SLUG)
    assert before is not None
    assert after is not None
    assert after[0] > before[0]
    extend(house)
    house.app.state.portal.stamps.forget()
    page = (await client.get(paths[0])).text
    assert "Extended on 24\N{NO-BREAK SPACE}November\N{NO-BREAK SPACE}2026 until" in page
    assert WHY["en"] in page


async def test_a_line_in_one_language_is_marked_on_pages_of_the_other(
    house: House, client: httpx.AsyncClient
) -> None:
    with house.database.write() as session:
        steering.set_banner(session, SLUG, banner={"en": "Closed on Friday."}, by=by(house))
    page = (await client.get(f"/ur/{SLUG}/")).text
    assert '<span lang="en" dir="ltr">Closed on Friday.</span>' in page


async def test_the_desk_shows_no_line_that_is_for_citizens(house: House, official: httpx.AsyncClient) -> None:
    with house.database.write() as session:
        steering.set_banner(session, SLUG, banner={"en": "Closed on Friday."}, by=by(house))
    assert "Closed on Friday." not in (await official.get("/en/desk/queue")).text


async def send(official: httpx.AsyncClient, act: str, **fields: str) -> httpx.Response:
    """Fill in one of the forms of the page as it is now."""
    page = (await official.get(SETTINGS)).text
    hidden = dict(re.findall(r'type="hidden" name="(token|consultation|seen)" value="([^"]*)"', page))
    return await official.post(f"/en/desk/consultation/{act}", data={**hidden, **fields})


async def test_an_admin_extends_by_the_form(house: House, official: httpx.AsyncClient) -> None:
    answer = await send(
        official, "extend", closes_on="2027-01-15", closes_hour="23:59", reason_en=WHY["en"], reason_ur=""
    )
    assert (answer.status_code, answer.headers["location"]) == (303, SETTINGS)
    found = now_as(house)
    assert found.closes_at == datetime(2027, 1, 15, 23, 59, tzinfo=PAKISTAN)
    assert "15\N{NO-BREAK SPACE}January\N{NO-BREAK SPACE}2027" in (await official.get(SETTINGS)).text
    assert records(house)[-1].actor == "reviewer:1"


async def test_an_admin_opens_closes_and_writes_by_the_forms(
    house: House, official: httpx.AsyncClient
) -> None:
    answer = await send(official, "open", when="later", opens_on="2026-12-01", opens_hour="09:00")
    assert answer.status_code == 303
    assert now_as(house).opens_at == datetime(2026, 12, 1, 9, tzinfo=PAKISTAN)
    assert (await send(official, "open", when="now")).status_code == 303
    assert now_as(house).phase == "open"
    assert (await send(official, "banner", banner_en="Hello.", banner_ur="سلام۔")).status_code == 303
    assert now_as(house).banner == {"en": "Hello.", "ur": "سلام۔"}
    assert (await send(official, "banner", banner_en=" ", banner_ur="")).status_code == 303
    assert now_as(house).banner == {}
    assert (await send(official, "close", confirm=SLUG)).status_code == 303
    assert now_as(house).phase == "closed"


@pytest.mark.parametrize(
    ("act", "fields", "names"),
    [
        ("extend", {"closes_on": "soon", "closes_hour": "23:59", "reason_en": "Kept"}, ["closes_on"]),
        ("extend", {"closes_on": "2027-01-15", "closes_hour": "late", "reason_en": "Kept"}, ["closes_hour"]),
        ("extend", {"closes_on": "2026-01-01", "closes_hour": "09:00", "reason_en": "Kept"}, ["closes_on"]),
        ("extend", {"closes_on": "2027-01-15", "closes_hour": "09:00"}, ["reason_en"]),
        ("open", {"when": "later", "opens_on": "0001-01-01", "opens_hour": "09:00"}, ["opens_on"]),
        ("close", {"confirm": "Kept"}, ["confirm"]),
        ("banner", {"banner_en": "Kept", "banner_ur": "x" * 301}, ["banner_ur"]),
    ],
)
async def test_what_cannot_be_done_comes_back_with_what_was_typed(
    house: House, official: httpx.AsyncClient, act: str, fields: dict[str, str], names: list[str]
) -> None:
    before = now_as(house)
    answer = await send(official, act, **fields)
    assert answer.status_code == 422
    assert re.findall(r'id="error-(\w+)"', answer.text) == names
    assert "Nothing was changed" in answer.text
    if "Kept" in fields.values():
        assert "Kept" in answer.text
    assert now_as(house) == before


async def test_who_comes_second_sees_what_is_there_and_keeps_what_was_typed(
    house: House, official: httpx.AsyncClient
) -> None:
    page = (await official.get(SETTINGS)).text
    hidden = dict(re.findall(r'type="hidden" name="(token|consultation|seen)" value="([^"]*)"', page))
    extend(house)
    typed = {"closes_on": "2027-02-28", "closes_hour": "17:00", "reason_en": "My own reason."}
    answer = await official.post("/en/desk/consultation/extend", data={**hidden, **typed})
    assert answer.status_code == 409
    assert "Somebody has changed this consultation" in answer.text
    assert "My own reason." in answer.text
    assert 'value="2027-02-28"' in answer.text
    assert WHY["en"] in answer.text
    again = dict(re.findall(r'type="hidden" name="(token|consultation|seen)" value="([^"]*)"', answer.text))
    assert again["seen"] == now_as(house).seen != hidden["seen"]
    done = await official.post("/en/desk/consultation/extend", data={**again, **typed})
    assert done.status_code == 303
    assert len(now_as(house).extensions) == 2


async def test_a_form_of_elsewhere_changes_nothing(house: House, official: httpx.AsyncClient) -> None:
    seen = now_as(house).seen
    fields = {"consultation": SLUG, "seen": seen, "confirm": SLUG, "token": "made up"}
    assert (await official.post("/en/desk/consultation/close", data=fields)).status_code == 422
    fields = {"consultation": "no-such", "seen": seen, "confirm": SLUG}
    assert (await official.post("/en/desk/consultation/close", data=fields)).status_code in (404, 422)
    assert now_as(house).phase == "open"


async def test_reviewers_who_are_no_admins_change_nothing(house: House, official: httpx.AsyncClient) -> None:
    async with make.client(house) as reviewer:
        await make.sign_in(house, reviewer, "reader@ministry.example")
        assert (await reviewer.get(SETTINGS)).status_code == 403
        assert (await reviewer.get("/en/desk/audit")).status_code == 403
        assert (await reviewer.get("/en/desk/audit.csv")).status_code == 403
        for act in ("open", "extend", "close", "banner"):
            assert (await reviewer.post(f"/en/desk/consultation/{act}", data={})).status_code == 403
        page = (await reviewer.get("/en/desk/overview")).text
    assert "/desk/audit" not in page
    assert "/desk/audit" in (await official.get("/en/desk/overview")).text
