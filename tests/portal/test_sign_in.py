"""Signing in by password and code: one answer to whatever is wrong, and no way to lock others out."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy import func, select

from portal.models import AuditRecord, KnownDevice, Reviewer, SignInFailure
from portal.services import passwords, reviewers, sign_in
from portal.words import words_for
from tests import make
from tests.accounts import EMAIL, HERE, PASSWORD, Owner, reaches_desk, set_up
from tests.make import House

WRONG = str(words_for("en").text("error.sign_in"))
TOO_MANY = str(words_for("en").text("error.too_many.sign_in"))


@pytest.fixture
async def known(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """The browser in which the owner has set the account up."""
    async with make.client(house) as opened:
        yield opened


@pytest.fixture
async def owner(house: House, known: httpx.AsyncClient) -> Owner:
    made = await set_up(house, known)
    await known.post("/en/desk/sign-out")
    return made


async def fail(owner: Owner, browser: httpx.AsyncClient, times: int = 1, **changes: str) -> httpx.Response:
    answers = [await owner.sign_in(browser, **{"password": "not this one", **changes}) for _ in range(times)]
    return answers[-1]


async def test_password_and_code_open_a_session(client: httpx.AsyncClient, owner: Owner) -> None:
    answer = await owner.sign_in(client)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/en/desk/queue"
    assert await reaches_desk(client)
    page = (await client.get("/en/desk/queue")).text
    assert str(words_for("en").text("account.incomplete")) not in page


@pytest.mark.parametrize(
    "changes",
    [
        {"password": "purple lamp seven rivers"},
        {"password": ""},
        {"password": "\x00" * 40},
        {"password": "x" * 100_000},
        {"code": "000000"},
        {"code": ""},
        {"code": "AAAA-AAAA-AAAA"},
        {"code": "9" * 5000},
        {"email": "nobody@ministry.example"},
        {"email": ""},
        {"email": "a" * 5000 + "@ministry.example"},
    ],
)
async def test_whatever_is_wrong_the_answer_is_the_same(
    client: httpx.AsyncClient, owner: Owner, changes: dict[str, str]
) -> None:
    encoded = {
        name: value.encode("utf-8", "surrogateescape").decode("latin-1") for name, value in changes.items()
    }
    answer = await owner.sign_in(client, **encoded)
    assert answer.status_code == 403
    assert WRONG in answer.text
    assert "set-cookie" not in answer.headers
    assert PASSWORD not in answer.text
    assert not await reaches_desk(client)


async def test_bytes_that_are_no_text_are_answered_in_the_same_way(
    client: httpx.AsyncClient, owner: Owner
) -> None:
    answer = await client.post(
        "/en/desk/sign-in",
        content=f"email={EMAIL}&code={owner.code()}&password=%ff%ff".encode(),
        headers={**HERE, "Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 403
    assert WRONG in answer.text


async def test_the_form_is_laid_out_for_password_managers(client: httpx.AsyncClient) -> None:
    page = (await client.get("/en/desk/sign-in")).text
    for value in ("username", "current-password", "one-time-code"):
        assert f'autocomplete="{value}"' in page
    assert "onpaste" not in page


async def test_address_and_code_are_read_kindly(client: httpx.AsyncClient, owner: Owner) -> None:
    code = owner.code()
    arabic = "".join(chr(ord("۰") + int(digit)) for digit in code)
    answer = await owner.sign_in(client, email=f"  {EMAIL.upper()} ", code=f"{arabic[:3]} {arabic[3:]}")
    assert answer.status_code == 303


async def test_no_code_works_twice(client: httpx.AsyncClient, known: httpx.AsyncClient, owner: Owner) -> None:
    code = owner.code()
    assert (await owner.sign_in(client, code=code)).status_code == 303
    assert (await owner.sign_in(known, code=code)).status_code == 403


@pytest.mark.parametrize(("steps", "status"), [(-2, 403), (-1, 303), (0, 303), (1, 303), (2, 403)])
async def test_a_clock_may_be_one_step_wrong(
    house: House, client: httpx.AsyncClient, owner: Owner, steps: int, status: int
) -> None:
    house.clock.forward(minutes=10)
    assert (await owner.sign_in(client, code=owner.code(steps=steps))).status_code == status


async def test_a_code_of_an_earlier_step_is_dead_once_a_later_one_was_used(
    client: httpx.AsyncClient, known: httpx.AsyncClient, owner: Owner
) -> None:
    assert (await owner.sign_in(client, code=owner.code(steps=1))).status_code == 303
    assert (await owner.sign_in(known, code=owner.code())).status_code == 403


async def test_a_recovery_code_stands_in_once(
    client: httpx.AsyncClient, known: httpx.AsyncClient, owner: Owner
) -> None:
    typed = owner.recovery[3].lower().replace("-", " ")
    assert (await owner.sign_in(client, code=typed)).status_code == 303
    assert (await owner.sign_in(known, code=owner.recovery[3])).status_code == 403
    assert (await owner.sign_in(known, code=owner.recovery[4])).status_code == 303


async def test_an_unknown_account_costs_as_much_hashing_as_a_known_one() -> None:
    """Counted, not timed: the stand-in has the parameters of every other hash."""
    parameters = passwords.hashed(PASSWORD).split("$")[1:4]
    assert passwords.NOBODY.split("$")[1:4] == parameters
    assert passwords.matches(None, PASSWORD) is False
    assert passwords.matches(passwords.NOBODY, PASSWORD) is False


async def test_five_failures_refuse_the_sixth_try_even_with_everything_right(
    client: httpx.AsyncClient, owner: Owner
) -> None:
    assert (await fail(owner, client, 5)).status_code == 403
    answer = await owner.sign_in(client)
    assert answer.status_code == 429
    assert TOO_MANY in answer.text


async def test_an_account_that_does_not_exist_is_refused_in_the_same_way(
    client: httpx.AsyncClient, owner: Owner
) -> None:
    other = "nobody@ministry.example"
    theirs = [(await fail(owner, client, email=other)) for _ in range(6)]
    ours = [(await fail(owner, client)) for _ in range(6)]
    assert [answer.status_code for answer in theirs] == [answer.status_code for answer in ours]

    def plain(page: str) -> str:
        return re.sub(r'value="[^"]*"', "", page)

    assert [plain(answer.text) for answer in theirs] == [plain(answer.text) for answer in ours]


async def test_strangers_do_not_lock_the_owner_out_of_a_known_browser(
    client: httpx.AsyncClient, known: httpx.AsyncClient, owner: Owner
) -> None:
    await fail(owner, client, 9)
    assert (await owner.sign_in(client)).status_code == 429
    assert (await owner.sign_in(known)).status_code == 303


async def test_a_known_browser_has_a_count_of_its_own(
    client: httpx.AsyncClient, known: httpx.AsyncClient, owner: Owner
) -> None:
    await fail(owner, known, 5)
    assert (await owner.sign_in(known)).status_code == 429
    assert (await owner.sign_in(client)).status_code == 303


async def test_the_count_ages_out_after_fifteen_minutes(
    house: House, client: httpx.AsyncClient, owner: Owner
) -> None:
    await fail(owner, client, 5)
    house.clock.forward(minutes=14)
    assert (await owner.sign_in(client)).status_code == 429
    house.clock.forward(minutes=1)
    assert (await owner.sign_in(client)).status_code == 303


async def test_a_success_takes_the_failures_of_its_browser_away(
    house: House, known: httpx.AsyncClient, owner: Owner
) -> None:
    await fail(owner, known, 4)
    assert (await owner.sign_in(known)).status_code == 303
    with house.database.read() as session:
        assert session.scalar(select(func.count(SignInFailure.id))) == 0


async def test_tries_that_run_at_once_are_no_more_than_five(house: House, owner: Owner) -> None:
    """Each is counted before any of them is looked at."""
    with house.database.write() as session:
        for _ in range(5):
            sign_in.begin(session, EMAIL, devices=(), now=house.clock())
    with house.database.write() as session, pytest.raises(Exception, match="too_many"):
        sign_in.begin(session, EMAIL, devices=(), now=house.clock())


async def test_a_one_time_link_works_whatever_was_counted(
    house: House, client: httpx.AsyncClient, owner: Owner
) -> None:
    await fail(owner, client, 6)
    with house.database.write() as session:
        token = reviewers.reset(session, EMAIL, now=house.clock())
    answer = await client.post(f"/en/desk/sign-in/{token}", headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 303
    assert await reaches_desk(client)


async def test_one_browser_is_known_for_two_officials(
    house: House, known: httpx.AsyncClient, owner: Owner
) -> None:
    second = await set_up(house, known, "second@ministry.example")
    await known.post("/en/desk/sign-out")
    with house.database.read() as session:
        assert session.scalar(select(func.count(KnownDevice.id))) == 2
    async with make.client(house) as stranger:
        await fail(owner, stranger, 5)
        await fail(second, stranger, 5)
    assert (await owner.sign_in(known)).status_code == 303
    assert (await second.sign_in(known)).status_code == 303


async def test_a_browser_known_for_one_official_is_a_stranger_to_another(
    house: House, known: httpx.AsyncClient, owner: Owner
) -> None:
    async with make.client(house) as elsewhere:
        second = await set_up(house, elsewhere, "second@ministry.example")
    async with make.client(house) as stranger:
        await fail(second, stranger, 5)
    assert (await second.sign_in(known)).status_code == 429


async def test_the_cookie_by_which_a_browser_is_known_is_kept_from_scripts(
    client: httpx.AsyncClient, owner: Owner
) -> None:
    answer = await owner.sign_in(client)
    cookies = answer.headers.get_list("set-cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= {
            part.strip() for part in cookie.split(";")
        }
    again = await owner.sign_in(client, code=owner.recovery[0])
    assert len(again.headers.get_list("set-cookie")) == 1


async def test_disabled_accounts_cannot_sign_in_and_look_like_any_other(
    house: House, client: httpx.AsyncClient, owner: Owner
) -> None:
    with house.database.write() as session:
        reviewers.disable(session, EMAIL, now=house.clock())
    answer = await owner.sign_in(client)
    assert answer.status_code == 403
    assert WRONG in answer.text


async def test_an_account_without_authenticator_cannot_be_entered_by_its_password(
    house: House, client: httpx.AsyncClient, known: httpx.AsyncClient
) -> None:
    with house.database.write() as session:
        token = reviewers.add(session, EMAIL, now=house.clock())
    known.headers["Sec-Fetch-Site"] = "same-origin"
    await known.post(f"/en/desk/sign-in/{token}")
    form = {"new_password": PASSWORD, "again": PASSWORD}
    assert (await known.post("/en/desk/account/setup/password", data=form)).status_code == 303
    for code in ("", "000000"):
        answer = await client.post(
            "/en/desk/sign-in",
            data={"email": EMAIL, "password": PASSWORD, "code": code},
            headers=known.headers,
        )
        assert answer.status_code == 403


async def test_old_failures_are_deleted_by_the_worker(
    house: House, client: httpx.AsyncClient, owner: Owner
) -> None:
    await fail(owner, client, 3)
    assert house.worker.tidy() == 0
    house.clock.forward(minutes=15)
    assert house.worker.tidy() == 3
    with house.database.read() as session:
        assert session.scalar(select(func.count(SignInFailure.id))) == 0


async def test_neither_address_nor_password_nor_code_is_logged_or_recorded(
    house: House, client: httpx.AsyncClient, owner: Owner, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await fail(owner, client)
        assert (await owner.sign_in(client)).status_code == 303
    for secret in (EMAIL, PASSWORD, "not this one", owner.code()):
        assert secret not in caplog.text
    with house.database.read() as session:
        records = session.scalars(select(AuditRecord)).all()
        assert {"reviewers.sign_in", "accounts.password", "accounts.authenticator"} <= {
            r.act for r in records
        }
        assert records[-1].details["by"] == "code"
        assert all("@" not in str(r.details) + r.subject + r.actor for r in records)


async def test_the_database_holds_no_password_secret_or_code(house: House, owner: Owner) -> None:
    path = house.settings.data_dir / "portal.db"
    written = path.read_bytes() + path.with_name("portal.db-wal").read_bytes()
    for secret in (PASSWORD, owner.secret, *owner.recovery, *(c.replace("-", "") for c in owner.recovery)):
        assert secret.encode() not in written
    with house.database.read() as session:
        stored = session.scalar(select(Reviewer.password_hash))
    assert stored is not None
    assert stored.startswith("$argon2id$")


async def test_one_address_cannot_try_one_password_on_very_many_accounts(
    house: House, client: httpx.AsyncClient
) -> None:
    for number in range(house.settings.posts_per_minute):
        house.app.state.portal.rates.count("203.0.113.7", house.clock())
        assert number < 120
    answer = await client.post(
        "/en/desk/sign-in",
        data={"email": EMAIL, "password": PASSWORD},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 429
    assert TOO_MANY in answer.text
