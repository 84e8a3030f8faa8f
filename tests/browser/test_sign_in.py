"""Officials in Chromium without JavaScript: invitation, setting up, signing in and out; colleagues."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from portal.words import words_for
from tests.browser.acting import follow
from tests.processes.serving import Served, portal, serving

LANGUAGES = ("en", "ur")
PASSWORD = "purple lamp seven river"
OTHER_PASSWORD = "seven lamps on a purple river"
ADMIN = "admin@ministry.example"


def word(key: str, language: str) -> str:
    return str(words_for(language).text(key))


@dataclass
class Watched:
    """A page without scripts, and a second browser with scripts in which axe looks at what it shows."""

    page: Page
    axe: Page
    language: str
    seen: list[str] = field(default_factory=list)

    def check(self, name: str) -> None:
        """No violation, and nothing wider than a small screen."""
        self.axe.set_content(self.page.content())
        rows = Axe().run(self.axe).response["violations"]
        found = [f"{row['id']}: {node['html'][:160]}" for row in rows for node in row["nodes"]]
        assert found == [], name
        width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert self.axe.evaluate(width) <= 0, name
        self.seen.append(name)

    def press(self, key: str) -> None:
        """Send a form, and wait for the page that answers."""
        follow(self.page.get_by_role("button", name=word(key, self.language), exact=True))

    def follow(self, name: str) -> None:
        """Open a link, and wait for its page."""
        follow(self.page.get_by_role("link", name=name))

    def fill(self, key: str, text: str) -> None:
        self.page.get_by_label(word(key, self.language), exact=True).fill(text)

    def said(self, key: str) -> None:
        expect(self.page.get_by_text(word(key, self.language)).first).to_be_visible()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The portal as a ministry starts it, without the demonstration."""
    with serving(tmp_path_factory.mktemp("desk") / "data") as opened:
        yield opened


@pytest.fixture(scope="module")
def admin_link(desk: Served) -> str:
    """The first admin's way in, as the operator gets it from the command."""
    said = portal(desk.data, "reviewer", "add", ADMIN).stdout.decode()
    return said.splitlines()[-1].partition("/en/desk/")[2]


@pytest.fixture(scope="module")
def admin(browser: Browser, desk: Served, admin_link: str) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=desk.address, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/en/desk/{admin_link}")
    follow(page.get_by_role("button", name=word("link.button", "en")))
    expect(page.get_by_role("heading", level=1)).to_have_text(word("setup.title.password", "en"))
    page.close()
    yield context
    context.close()


@pytest.fixture
def watched(browser: Browser, desk: Served, request: pytest.FixtureRequest) -> Iterator[Watched]:
    """A phone of an official; the language is the test's parameter."""
    size = {"width": 360, "height": 740}
    plain = browser.new_context(base_url=desk.address, java_script_enabled=False, viewport=size)
    looking = browser.new_context(base_url=desk.address, bypass_csp=True, viewport=size)
    axe = looking.new_page()
    axe.goto("/en/")
    yield Watched(plain.new_page(), axe, request.node.callspec.params["language"])
    plain.close()
    looking.close()


def invited(admin: BrowserContext, email: str, language: str) -> str:
    """The one-time link for a colleague, as the admin's page shows it."""
    page = admin.new_page()
    page.goto(f"/{language}/desk/colleagues")
    follow(page.get_by_role("link", name=word("colleagues.invite", language)))
    page.get_by_label(word("form.email", language), exact=True).fill(email)
    follow(page.get_by_role("button", name=word("colleagues.invite.button", language)))
    link = page.locator(".one-time-link").inner_text()
    page.close()
    return link


def set_up(at: Watched) -> tuple[str, list[str]]:
    """Choose a password and connect an authenticator; its secret, and the recovery codes."""
    at.fill("account.new_password", "too short")
    at.press("setup.button.password")
    at.check("a refused password")
    at.fill("account.new_password", PASSWORD)
    at.fill("account.again", PASSWORD)
    at.press("setup.button.password")
    at.check("authenticator")
    secret = at.page.locator(".authenticator-key").inner_text().replace(" ", "")
    expect(at.page.locator("svg.qr")).to_be_visible()
    at.fill("authenticator.code", pyotp.TOTP(secret).now())
    at.press("setup.button.authenticator")
    at.said("codes.once")
    at.check("recovery codes")
    return secret, at.page.locator(".recovery-codes li").all_inner_texts()


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_an_invitation_to_signing_out_everywhere(
    watched: Watched, admin: BrowserContext, browser: Browser, desk: Served, language: str
) -> None:
    email = f"amina.{language}@ministry.example"
    page = watched.page
    page.goto(invited(admin, email, language))
    watched.check("link")
    watched.press("link.button")
    expect(page.get_by_role("heading", level=1)).to_have_text(word("setup.title.password", language))
    watched.check("password")
    page.goto(f"/{language}/desk/queue")
    watched.said("account.incomplete")
    watched.check("queue with notice")
    watched.follow(word("account.set_up", language))
    secret, recovery = set_up(watched)
    assert len(set(recovery)) == 10

    watched.follow(word("codes.done", language))
    expect(page.get_by_text(word("account.incomplete", language))).to_have_count(0)
    watched.press("desk.sign_out")
    watched.said("signed_out.title")
    watched.check("signed out")
    watched.follow(word("sign_in.button", language))
    watched.check("sign in")
    sign_in(watched, email, "wrong password!", "000000")
    watched.said("error.sign_in")
    watched.check("a refused sign-in")
    sign_in(watched, email, PASSWORD, pyotp.TOTP(secret).at(int(time.time()) + 30))
    expect(page).to_have_url(re.compile(f"/{language}/desk/queue$"))

    other = browser.new_context(base_url=desk.address, java_script_enabled=False)
    elsewhere = Watched(other.new_page(), watched.axe, language)
    elsewhere.page.goto(f"/{language}/desk/sign-in")
    sign_in(elsewhere, email, PASSWORD, recovery[0].lower())
    watched.follow(email.partition("@")[0])
    expect(page.get_by_text(word("sessions.own", language))).to_have_count(1)
    expect(page.locator(".made li")).to_have_count(2)
    watched.check("account")

    watched.follow(word("change.password", language))
    watched.check("change the password")
    watched.fill("account.new_password", OTHER_PASSWORD)
    watched.fill("account.again", OTHER_PASSWORD)
    watched.fill("account.password_now", PASSWORD)
    watched.fill("account.code", recovery[1])
    watched.press("change.password")
    expect(page.locator(".made li")).to_have_count(1)
    elsewhere.page.goto(f"/{language}/desk/queue")
    expect(elsewhere.page).to_have_url(re.compile("/desk/sign-in$"))
    sign_in(elsewhere, email, OTHER_PASSWORD, recovery[2])
    watched.press("sessions.all")
    watched.said("signed_out.title")
    for one in (watched, elsewhere):
        one.page.goto(f"/{language}/desk/queue")
        expect(one.page).to_have_url(re.compile("/desk/sign-in$"))
    other.close()


def sign_in(at: Watched, email: str, password: str, code: str) -> None:
    at.fill("form.email", email)
    at.fill("account.password", password)
    at.fill("account.code", code)
    at.press("sign_in.button")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_admin_changes_disables_and_resets_a_colleague(
    watched: Watched, admin: BrowserContext, language: str
) -> None:
    email = f"bilal.{language}@ministry.example"
    invited(admin, email, language)
    watched.page.context.add_cookies(admin.cookies())  # type: ignore[arg-type]
    page = watched.page
    page.goto(f"/{language}/desk/colleagues")
    watched.check("colleagues")
    watched.follow(word("colleagues.invite", language))
    watched.check("invite")
    watched.press("colleagues.invite.button")
    watched.said("error.email.no_at")
    watched.check("a refused invitation")
    page.goto(f"/{language}/desk/colleagues")
    watched.follow(email)
    watched.check("colleague")
    page.get_by_label(word("access.chosen", language), exact=True).check()
    watched.press("colleague.rights.button")
    watched.said("error.access.choose")
    page.locator('input[name^="open_"]').first.check()
    watched.press("colleague.rights.button")
    expect(page.locator('input[name^="open_"]').first).to_be_checked()
    watched.press("colleague.disable")
    watched.said("colleague.state.disabled")
    watched.check("a disabled colleague")
    watched.press("colleague.enable")
    watched.said("colleague.state.invited")
    watched.press("colleague.reset")
    watched.said("colleague.link.title")
    watched.check("a new link")
