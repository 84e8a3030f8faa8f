"""Signing in: a link works once and for a day, a session ends when idle, disabled or signed out."""

from __future__ import annotations

import httpx
import pytest

from portal.errors import Conflict, InvalidInput, NotFound
from portal.services import reviewers
from tests import make
from tests.make import House

EMAIL = "officer@ministry.example"


def add(house: House) -> str:
    with house.database.write() as session:
        return reviewers.add(session, EMAIL, now=house.clock())


async def press(browser: httpx.AsyncClient, token: str) -> int:
    answer = await browser.post(f"/en/desk/sign-in/{token}", headers={"Sec-Fetch-Site": "same-origin"})
    return answer.status_code


async def reaches_desk(browser: httpx.AsyncClient) -> bool:
    return (await browser.get("/en/desk/queue")).status_code == 200


async def test_looking_at_a_link_uses_nothing_up_and_pressing_it_does(
    client: httpx.AsyncClient, house: House
) -> None:
    token = add(house)
    for _ in range(3):
        page = await client.get(f"/en/desk/sign-in/{token}")
        assert page.status_code == 200
        assert page.headers["cache-control"] == "no-store"
    assert not await reaches_desk(client)
    assert await press(client, token) == 303
    assert await reaches_desk(client)
    async with make.client(house) as other:
        assert await press(other, token) == 404
        assert not await reaches_desk(other)


async def test_the_cookie_is_kept_from_scripts_and_other_sites(
    client: httpx.AsyncClient, house: House
) -> None:
    token = add(house)
    answer = await client.post(f"/en/desk/sign-in/{token}", headers={"Sec-Fetch-Site": "same-origin"})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-desk=")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}


async def test_a_link_lasts_a_day(client: httpx.AsyncClient, house: House) -> None:
    token = add(house)
    house.clock.forward(hours=24)
    assert (await client.get(f"/en/desk/sign-in/{token}")).status_code == 404
    assert await press(client, token) == 404


async def test_an_idle_session_ends_after_two_hours_and_a_used_one_after_twelve(
    client: httpx.AsyncClient, house: House
) -> None:
    await press(client, add(house))
    for _ in range(11):
        house.clock.forward(minutes=64)
        assert await reaches_desk(client)
    house.clock.forward(minutes=17)
    assert not await reaches_desk(client)


async def test_an_idle_session_ends(client: httpx.AsyncClient, house: House) -> None:
    await press(client, add(house))
    house.clock.forward(hours=2, minutes=1)
    assert not await reaches_desk(client)


async def test_disabling_and_resetting_end_every_session(client: httpx.AsyncClient, house: House) -> None:
    await press(client, add(house))
    with house.database.write() as session:
        reviewers.disable(session, EMAIL.upper(), now=house.clock())
    assert not await reaches_desk(client)
    with house.database.write() as session:
        token = reviewers.reset(session, EMAIL, now=house.clock())
    assert await press(client, token) == 303
    with house.database.write() as session:
        reviewers.reset(session, EMAIL, now=house.clock())
    assert not await reaches_desk(client)


async def test_signing_out_ends_the_session(official: httpx.AsyncClient) -> None:
    assert await reaches_desk(official)
    answer = await official.post("/en/desk/sign-out")
    assert answer.status_code == 200
    assert not await reaches_desk(official)


def test_a_reviewer_is_one_address(house: House) -> None:
    add(house)
    with house.database.write() as session, pytest.raises(Conflict):
        reviewers.add(session, f" {EMAIL.upper()} ", now=house.clock())
    with house.database.write() as session, pytest.raises(InvalidInput):
        reviewers.add(session, "nobody", now=house.clock())
    with house.database.write() as session, pytest.raises(NotFound):
        reviewers.disable(session, "other@ministry.example", now=house.clock())


def test_no_token_stands_in_the_database(house: House) -> None:
    token = add(house)
    path = house.settings.data_dir / "portal.db"
    written = path.read_bytes() + path.with_name("portal.db-wal").read_bytes()
    assert token.encode() not in written
