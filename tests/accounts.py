"""An official with password and authenticator, and a browser that signs in with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

import httpx
import pyotp
from argon2 import PasswordHasher
from sqlalchemy import select

from portal.models import Reviewer
from portal.services import own_account, reviewers, second_step
from portal.services.desk_sessions import SignedIn
from tests import make
from tests.make import House

PASSWORD = "purple lamp seven river"
EMAIL = "officer@ministry.example"
CHEAP_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
HERE = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Owner:
    """What the owner of an account has: address, password, authenticator, recovery codes."""

    house: House
    email: str
    secret: str
    recovery: list[str]
    password: str = PASSWORD

    def code(self, *, steps: int = 0) -> str:
        """What the authenticator shows now, or some steps of 30 seconds away."""
        return code_at(self.secret, self.house, steps=steps)

    async def sign_in(self, browser: httpx.AsyncClient, **changes: str) -> httpx.Response:
        """Send the form, with another address, password or code where given."""
        form = {"email": self.email, "password": self.password, "code": self.code(), **changes}
        return await browser.post("/en/desk/sign-in", data=form, headers=HERE)


def code_at(secret: str, house: House, *, steps: int = 0) -> str:
    """What an authenticator with this secret shows."""
    return str(pyotp.TOTP(secret).at(int(house.clock().timestamp()) + 30 * steps))


async def set_up(house: House, browser: httpx.AsyncClient, email: str = EMAIL) -> Owner:
    """Add an official who uses the link in this browser and has a password and an authenticator at once.

    The stored hash costs little to check, and a minute passes, so that the authenticator shows a fresh code.
    """
    with house.database.write() as session:
        token = reviewers.add(session, email, now=house.clock())
    browser.headers.update(HERE)
    assert (await browser.post(f"/en/desk/sign-in/{token}")).status_code == 303
    secret, key = second_step.new_secret(), house.settings.secret_key
    with house.database.write() as session:
        row = session.scalars(select(Reviewer).where(Reviewer.email == email)).one()
        who = SignedIn(row.id, 0, "", row.role, None, complete=False)
        own_account.choose_password(session, who, CHEAP_HASH, now=house.clock())
        codes = own_account.set_authenticator(
            session, who, secret, 0, proved=False, secret_key=key, now=house.clock()
        )
    house.clock.forward(minutes=1)
    return Owner(house, email, secret, codes)


async def enter_by(house: House, browser: httpx.AsyncClient, token: str, email: str = EMAIL) -> Owner:
    """Use a link up, then set the account up."""
    browser.headers.update(HERE)
    begun = await browser.post(f"/en/desk/sign-in/{token}")
    assert begun.headers["location"] == "/en/desk/account/setup"
    chosen = await browser.post(
        "/en/desk/account/setup/password", data={"new_password": PASSWORD, "again": PASSWORD}
    )
    assert chosen.headers["location"] == "/en/desk/account/setup"
    secret, sealed = await offered(browser, "/en/desk/account/setup")
    answer = await browser.post(
        "/en/desk/account/setup/authenticator",
        data={"sealed": sealed, "new_code": code_at(secret, house)},
    )
    owner = Owner(house, email, secret, shown_codes(answer.text))
    assert len(owner.recovery) == 10
    house.clock.forward(minutes=1)
    return owner


async def offered(browser: httpx.AsyncClient, address: str) -> tuple[str, str]:
    """The authenticator's secret that a page shows, and what its form carries."""
    page = (await browser.get(address)).text
    key = re.search(r'authenticator-key" dir="ltr">([A-Z2-7 ]+)<', page)
    sealed = re.search(r'name="sealed" value="([0-9a-f]+)"', page)
    assert key is not None
    assert sealed is not None
    return key.group(1).replace(" ", ""), sealed.group(1)


def shown_codes(page: str) -> list[str]:
    """The recovery codes on a page."""
    return re.findall(r'<li class="code">([0-9A-Z-]{14})</li>', page)


def shown_link(page: str) -> str:
    """The token of the sign-in link on a page."""
    found = re.search(r"/desk/sign-in/([0-9a-f]{64})<", unescape(page))
    assert found is not None
    return found.group(1)


async def reaches_desk(browser: httpx.AsyncClient) -> bool:
    """Whether a browser is signed in."""
    return (await browser.get("/en/desk/queue")).status_code == 200


async def admin(house: House, browser: httpx.AsyncClient, email: str = "admin@ministry.example") -> None:
    """Sign an admin in by a link."""
    await make.sign_in(house, browser, email)
