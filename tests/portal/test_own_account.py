"""Setting an account up and looking after it: password, authenticator, recovery codes, sessions."""

from __future__ import annotations

import re

import httpx
import pytest
from sqlalchemy import select

from portal.models import Reviewer
from portal.services import desk_sessions, passwords, reviewers, second_step
from portal.words import words_for
from tests import make
from tests.accounts import (
    EMAIL,
    HERE,
    PASSWORD,
    Owner,
    code_at,
    enter_by,
    offered,
    reaches_desk,
    set_up,
    shown_codes,
)
from tests.make import House

ACCOUNT = "/en/desk/account"
OTHER_PASSWORD = "seven lamps on a purple river"


def said(key: str) -> str:
    return str(words_for("en").text(key))


async def test_a_new_official_sets_the_account_up_and_comes_back_without_a_link(
    house: House, client: httpx.AsyncClient
) -> None:
    with house.database.write() as session:
        token = reviewers.add(session, EMAIL, now=house.clock())
    owner = await enter_by(house, client, token)
    assert said("account.incomplete") not in (await client.get("/en/desk/queue")).text
    async with make.client(house) as elsewhere:
        assert (await owner.sign_in(elsewhere)).status_code == 303
        assert await reaches_desk(elsewhere)


async def test_until_then_every_desk_page_says_so_and_works(
    official: httpx.AsyncClient,
) -> None:
    for page in ("queue", "search", "themes", "reports", "letters", "colleagues"):
        text = (await official.get(f"/en/desk/{page}")).text
        assert said("account.incomplete") in text
        assert 'href="/en/desk/account/setup"' in text
    assert (await official.get(ACCOUNT)).headers["location"] == f"{ACCOUNT}/setup"
    for act in ("password", "authenticator", "recovery-codes"):
        assert (await official.get(f"{ACCOUNT}/{act}")).headers["location"] == f"{ACCOUNT}/setup"
        assert (await official.post(f"{ACCOUNT}/{act}")).headers["location"] == f"{ACCOUNT}/setup"


async def test_the_demonstrations_link_leads_to_the_desk(house: House, client: httpx.AsyncClient) -> None:
    object.__setattr__(house.app.state.portal, "demo", True)
    with house.database.write() as session:
        token = reviewers.add(session, EMAIL, now=house.clock())
    answer = await client.post(f"/ur/desk/sign-in/{token}", headers=HERE)
    assert answer.headers["location"] == "/ur/desk/queue"
    assert str(words_for("ur").text("account.incomplete")) in (await client.get("/ur/desk/queue")).text


@pytest.mark.parametrize(
    ("password", "key"),
    [
        ("eleven char", "error.password.short"),
        ("é" * 11, "error.password.short"),
        ("long" * 33, "error.password.long"),
        ("my officer is blue", "error.password.name"),
        ("OFFICER lives here", "error.password.name"),
        ("Password1234", "error.password.common"),
        ("123456789012", "error.password.common"),
        ("210987654321", "error.password.common"),
        ("zzzzzzzzzzzzzz", "error.password.common"),
        ("abcabcabcabcabc", "error.password.common"),
        ("Pakistan@1947!", "error.password.common"),
        ("پاکستان زندہ باد 1947", "error.password.common"),
        ("with a nul \x00 in it", "error.text.nul"),
    ],
)
def test_a_password_that_others_would_guess_is_refused(password: str, key: str) -> None:
    assert passwords.chosen_fault(password, EMAIL) == key


@pytest.mark.parametrize(
    "password",
    [
        "twelve chars",
        PASSWORD,
        "x" * 5 + "1" * 5 + "yz",
        "چار لفظ جو ملتے نہیں",
        "all lower case letters",
        "!" * 3 + "a?b;c:d,e.",
    ],
)
def test_no_kind_of_character_is_asked_for(password: str) -> None:
    assert passwords.chosen_fault(password, EMAIL) is None


def test_a_short_name_in_the_address_forbids_nothing() -> None:
    assert passwords.chosen_fault("a bee and a bear", "a@ministry.example") is None


def test_one_spelling_of_a_letter_is_as_good_as_another() -> None:
    stored = passwords.hashed("caf\u00e9 under the bridge")
    assert passwords.matches(stored, "cafe\u0301 under the bridge")
    assert not passwords.matches(stored, "cafe under the bridge")


async def test_a_refused_password_is_not_shown_again(official: httpx.AsyncClient) -> None:
    form = {"new_password": "eleven char", "again": "eleven char"}
    answer = await official.post(f"{ACCOUNT}/setup/password", data=form)
    assert answer.status_code == 422
    assert "eleven char" not in answer.text
    assert answer.text.count(said("error.password.short")) == 2
    form = {"new_password": PASSWORD, "again": PASSWORD.upper()}
    assert said("error.password.again") in (await official.post(f"{ACCOUNT}/setup/password", data=form)).text


async def test_setting_up_is_no_way_round_the_present_password(
    client: httpx.AsyncClient, house: House
) -> None:
    owner = await set_up(house, client)
    form = {"new_password": OTHER_PASSWORD, "again": OTHER_PASSWORD}
    assert (await client.post(f"{ACCOUNT}/setup/password", data=form)).status_code == 409
    secret, sealed = await offered(client, f"{ACCOUNT}/authenticator")
    form = {"sealed": sealed, "new_code": code_at(secret, house)}
    assert (await client.post(f"{ACCOUNT}/setup/authenticator", data=form)).status_code == 409
    async with make.client(house) as elsewhere:
        assert (await owner.sign_in(elsewhere)).status_code == 303


async def test_an_authenticator_without_a_password_is_refused(
    official: httpx.AsyncClient, house: House
) -> None:
    with house.database.read() as session:
        number = session.scalars(select(Reviewer.id)).one()
    secret = second_step.new_secret()
    sealed = second_step.seal(house.settings.secret_key, number, secret)
    form = {"sealed": sealed, "new_code": code_at(secret, house)}
    assert (await official.post(f"{ACCOUNT}/setup/authenticator", data=form)).status_code == 409


async def test_a_wrong_code_leaves_the_same_secret_on_the_page(official: httpx.AsyncClient) -> None:
    form = {"new_password": PASSWORD, "again": PASSWORD}
    await official.post(f"{ACCOUNT}/setup/password", data=form)
    secret, sealed = await offered(official, f"{ACCOUNT}/setup")
    answer = await official.post(
        f"{ACCOUNT}/setup/authenticator", data={"sealed": sealed, "new_code": "12 34"}
    )
    assert answer.status_code == 422
    assert secret in answer.text.replace(" ", "")
    assert said("error.code.wrong") in answer.text
    assert answer.headers["cache-control"] == "no-store"


async def test_a_secret_sealed_for_one_account_is_of_no_use_to_another(
    house: House, official: httpx.AsyncClient
) -> None:
    async with make.client(house) as elsewhere:
        await set_up(house, elsewhere, "second@ministry.example")
        secret, sealed = await offered(elsewhere, f"{ACCOUNT}/authenticator")
    await official.post(f"{ACCOUNT}/setup/password", data={"new_password": PASSWORD, "again": PASSWORD})
    form = {"sealed": sealed, "new_code": code_at(secret, house)}
    assert (await official.post(f"{ACCOUNT}/setup/authenticator", data=form)).status_code == 422


async def test_recovery_codes_are_shown_once_on_a_page_that_nobody_keeps(
    client: httpx.AsyncClient, house: House
) -> None:
    owner = await set_up(house, client)
    form = {"password": PASSWORD, "code": owner.code()}
    answer = await client.post(f"{ACCOUNT}/recovery-codes", data=form)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    fresh = shown_codes(answer.text)
    assert len(set(fresh)) == 10
    assert not set(fresh) & set(owner.recovery)
    again = await client.post(f"{ACCOUNT}/recovery-codes", data=form)
    assert again.status_code == 403
    async with make.client(house) as elsewhere:
        assert (await owner.sign_in(elsewhere, code=owner.recovery[0])).status_code == 403
        assert (await owner.sign_in(elsewhere, code=fresh[0])).status_code == 303
    page = (await client.get(ACCOUNT)).text
    assert str(words_for("en").plural("account.codes_left", 9)) in page
    assert not any(code in page for code in fresh)


@pytest.mark.parametrize("wrong", [{"password": "no"}, {"code": "000000"}, {"password": "no", "code": ""}])
async def test_changes_need_password_and_code_once_more(
    client: httpx.AsyncClient, house: House, wrong: dict[str, str]
) -> None:
    owner = await set_up(house, client)
    proof = {"password": PASSWORD, "code": owner.code(), **wrong}
    secret, sealed = await offered(client, f"{ACCOUNT}/authenticator")
    changes = {
        "password": {"new_password": OTHER_PASSWORD, "again": OTHER_PASSWORD},
        "authenticator": {"sealed": sealed, "new_code": code_at(secret, house)},
        "recovery-codes": {},
    }
    for act, fields in changes.items():
        answer = await client.post(f"{ACCOUNT}/{act}", data={**fields, **proof})
        assert answer.status_code == 403, act
        assert said("error.sign_in") in answer.text
    assert await reaches_desk(client)


async def test_an_open_desk_does_not_let_passwords_be_tried_for_ever(
    client: httpx.AsyncClient, house: House
) -> None:
    owner = await set_up(house, client)
    for _ in range(5):
        await client.post(f"{ACCOUNT}/recovery-codes", data={"password": "no", "code": owner.code()})
    form = {"password": PASSWORD, "code": owner.code()}
    assert (await client.post(f"{ACCOUNT}/recovery-codes", data=form)).status_code == 429


async def test_a_changed_password_ends_other_sessions_and_open_links(
    client: httpx.AsyncClient, house: House
) -> None:
    owner = await set_up(house, client)
    with house.database.write() as session:
        number = session.scalars(select(Reviewer.id)).one()
        link = desk_sessions.new_link(session, number, now=house.clock())
    async with make.client(house) as elsewhere:
        await owner.sign_in(elsewhere)
        house.clock.forward(minutes=1)
        form = {"new_password": OTHER_PASSWORD, "again": OTHER_PASSWORD}
        proof = {"password": PASSWORD, "code": owner.code()}
        answer = await client.post(f"{ACCOUNT}/password", data={**form, **proof})
        assert answer.headers["location"] == ACCOUNT
        assert await reaches_desk(client)
        assert not await reaches_desk(elsewhere)
        house.clock.forward(minutes=1)
        assert (await owner.sign_in(elsewhere)).status_code == 403
        assert (await owner.sign_in(elsewhere, password=OTHER_PASSWORD)).status_code == 303
        assert (await elsewhere.post(f"/en/desk/sign-in/{link}", headers=HERE)).status_code == 404


async def test_a_refused_new_password_uses_no_code_up(client: httpx.AsyncClient, house: House) -> None:
    owner = await set_up(house, client)
    proof = {"password": PASSWORD, "code": owner.code()}
    short = {"new_password": "short", "again": "short"}
    assert (await client.post(f"{ACCOUNT}/password", data={**short, **proof})).status_code == 422
    good = {"new_password": OTHER_PASSWORD, "again": OTHER_PASSWORD}
    assert (await client.post(f"{ACCOUNT}/password", data={**good, **proof})).status_code == 303


async def test_another_authenticator_takes_the_place_of_the_old_one(
    client: httpx.AsyncClient, house: House
) -> None:
    owner = await set_up(house, client)
    secret, sealed = await offered(client, f"{ACCOUNT}/authenticator")
    form = {"sealed": sealed, "new_code": code_at(secret, house)}
    proof = {"password": PASSWORD, "code": owner.recovery[0]}
    answer = await client.post(f"{ACCOUNT}/authenticator", data={**form, **proof})
    assert len(shown_codes(answer.text)) == 10
    house.clock.forward(minutes=1)
    async with make.client(house) as elsewhere:
        assert (await owner.sign_in(elsewhere)).status_code == 403
        assert (await owner.sign_in(elsewhere, code=code_at(secret, house))).status_code == 303


async def test_the_account_lists_ones_sessions_without_saying_where_they_are(
    client: httpx.AsyncClient, house: House
) -> None:
    owner = await set_up(house, client)
    async with make.client(house) as elsewhere:
        await owner.sign_in(elsewhere)
        page = (await client.get(ACCOUNT)).text
        assert page.count(said("sessions.own")) == 1
        assert len(re.findall(r"last seen", page)) == 2
        assert "203.0.113.7" not in page
        assert (await client.post(f"{ACCOUNT}/sign-out-others")).headers["location"] == ACCOUNT
        assert await reaches_desk(client)
        assert not await reaches_desk(elsewhere)
    assert (await client.get(ACCOUNT)).text.count("last seen") == 1


async def test_signing_out_everywhere_ends_this_session_too(client: httpx.AsyncClient, house: House) -> None:
    owner = await set_up(house, client)
    async with make.client(house) as elsewhere:
        await owner.sign_in(elsewhere)
        answer = await elsewhere.post(f"{ACCOUNT}/sign-out-everywhere", headers=HERE)
        assert answer.status_code == 200
        assert said("signed_out.title") in answer.text
        assert not await reaches_desk(elsewhere)
        assert not await reaches_desk(client)


async def test_every_sign_in_begins_a_session_of_its_own(client: httpx.AsyncClient, house: House) -> None:
    owner = await set_up(house, client)
    before = client.cookies["__Host-desk"]
    await owner.sign_in(client)
    assert client.cookies["__Host-desk"] != before
    assert (await client.get(ACCOUNT)).text.count("last seen") == 1
    async with make.client(house) as old:
        old.cookies.set("__Host-desk", before)
        assert not await reaches_desk(old)


async def test_two_officials_never_see_each_others_account(client: httpx.AsyncClient, house: House) -> None:
    await set_up(house, client)
    async with make.client(house) as elsewhere:
        other: Owner = await set_up(house, elsewhere, "second@ministry.example")
        page = (await elsewhere.get(ACCOUNT)).text
        assert other.email in page
        assert EMAIL not in page
        assert page.count("last seen") == 1
