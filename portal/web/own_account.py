"""An official's own account: setting it up, password, authenticator, recovery codes, sessions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from portal.errors import InvalidInput, NotFound, PortalError
from portal.models.database import Session
from portal.services import desk_sessions, own_account, passwords, second_step
from portal.services import sign_in as signing_in
from portal.services.desk_sessions import SignedIn
from portal.services.own_account import Account
from portal.web import accounts, door, forms, pages, troubles
from portal.web.forms import Form
from portal.web.state import portal_of

Typed = Mapping[str, str]
Act = Callable[[Session], list[str]]
"""Changes the account; the new recovery codes where there are any."""


@dataclass(frozen=True)
class Enrolment:
    """A secret on its way into an authenticator. The form carries it sealed; nothing is stored yet."""

    sealed: str
    secret: str
    address: str
    """What the QR code holds."""

    @property
    def groups(self) -> str:
        """The secret as it is typed in by hand: groups of four."""
        return " ".join(self.secret[i : i + 4] for i in range(0, len(self.secret), 4))


async def show(request: Request, who: SignedIn) -> Response:
    """The account: what is set up, and the open sessions."""
    if not who.complete:
        return _to(request, "setup")
    account = await _account(request, who)
    html = pages.page(request, "desk/account.html", nav="account", account=account)
    return pages.unkept_answer(request, html)


async def setup(request: Request, who: SignedIn) -> Response:
    """The next step of setting the account up: a password, then an authenticator."""
    if who.complete:
        return _to(request)
    return await _setup_page(request, who, _empty(request), {})


async def setup_password(request: Request, who: SignedIn) -> Response:
    """Choose the first password."""
    typed = await forms.read_form(request)
    try:
        hashed = await _new_password(request, who, typed)
        now = portal_of(request).clock()
        await door.write(request, lambda session: own_account.choose_password(session, who, hashed, now=now))
    except PortalError as error:
        form = accounts.returned(request, error, {})
        return await _setup_page(request, who, form, typed, status=troubles.status_of(error))
    return _to(request, "setup")


async def setup_authenticator(request: Request, who: SignedIn) -> Response:
    """Confirm the authenticator with a code; the recovery codes are shown once."""
    typed = await forms.read_form(request)
    try:
        codes = await door.write(request, _authenticator(request, who, typed, proved=False))
    except PortalError as error:
        form = accounts.returned(request, error, {})
        return await _setup_page(request, who, form, typed, status=troubles.status_of(error))
    return await _codes_page(request, codes)


async def ask_password(request: Request, who: SignedIn) -> Response:
    """The form for another password."""
    return await _prove_page(request, who, "password", _empty(request), {})


async def post_password(request: Request, who: SignedIn) -> Response:
    """Change the password; every other session ends."""

    async def prepare(typed: Typed) -> Act:
        hashed, now = await _new_password(request, who, typed), portal_of(request).clock()

        def act(session: Session) -> list[str]:
            own_account.change_password(session, who, hashed, now=now)
            return []

        return act

    return await _act_proved(request, who, "password", prepare)


async def ask_authenticator(request: Request, who: SignedIn) -> Response:
    """The form for another authenticator."""
    return await _prove_page(request, who, "authenticator", _empty(request), {})


async def post_authenticator(request: Request, who: SignedIn) -> Response:
    """Change the authenticator; new recovery codes are shown once."""

    async def prepare(typed: Typed) -> Act:
        return _authenticator(request, who, typed, proved=True)

    return await _act_proved(request, who, "authenticator", prepare)


async def ask_codes(request: Request, who: SignedIn) -> Response:
    """The form for new recovery codes."""
    return await _prove_page(request, who, "recovery_codes", _empty(request), {})


async def post_codes(request: Request, who: SignedIn) -> Response:
    """New recovery codes, shown once."""
    portal = portal_of(request)
    key, now = portal.settings.secret_key, portal.clock()

    async def prepare(_typed: Typed) -> Act:
        return lambda session: own_account.renew_recovery_codes(session, who, secret_key=key, now=now)

    return await _act_proved(request, who, "recovery_codes", prepare)


async def end_others(request: Request, who: SignedIn) -> Response:
    """Sign out everywhere else."""
    await forms.read_form(request)
    now = portal_of(request).clock()
    await door.write(request, lambda session: desk_sessions.sign_out_elsewhere(session, who, now=now))
    return _to(request)


async def end_all(request: Request, who: SignedIn) -> Response:
    """Sign out everywhere."""
    await forms.read_form(request)
    now = portal_of(request).clock()
    await door.write(request, lambda session: desk_sessions.sign_out_everywhere(session, who, now=now))
    return accounts.signed_out(request)


async def _act_proved(
    request: Request, who: SignedIn, act: str, prepare: Callable[[Typed], Awaitable[Act]]
) -> Response:
    """Change the account of who proves once more to be its owner, by password and code in the same form."""
    typed = await forms.read_form(request)
    if not who.complete:
        return _to(request, "setup")
    try:
        change = await prepare(typed)
        codes = await _proved(request, who, typed, change)
    except NotFound:
        raise
    except PortalError as error:
        form = accounts.returned(request, error, {})
        return await _prove_page(request, who, act, form, typed, status=troubles.status_of(error))
    return await _codes_page(request, codes) if codes else _to(request)


async def _proved(request: Request, who: SignedIn, typed: Typed, change: Act) -> list[str]:
    """What `change` gives, in one transaction with using the code up. Raises NotAllowed, TooMany."""
    portal = portal_of(request)
    attempt, right = await accounts.attempted(
        request, typed, lambda session: own_account.email_of(session, who)
    )

    def act(session: Session) -> list[str]:
        signing_in.prove(
            session,
            attempt,
            right=right,
            code=typed.get("code", ""),
            secret_key=portal.settings.secret_key,
            now=portal.clock(),
        )
        return change(session)

    return await door.write(request, act)


async def _new_password(request: Request, who: SignedIn, typed: Typed) -> str:
    """The hash of a password that may be chosen. Raises InvalidInput."""
    password = typed.get("new_password", "")
    email = await door.read(request, lambda session: own_account.email_of(session, who))
    if (key := passwords.chosen_fault(password, email)) is not None:
        raise InvalidInput({"new_password": [key]})
    if typed.get("again", "") != password:
        raise InvalidInput({"again": ["error.password.again"]})
    return await door.hash_password(request, lambda: passwords.hashed(password))


def _authenticator(request: Request, who: SignedIn, typed: Typed, *, proved: bool) -> Act:
    """Raises InvalidInput where the code does not belong to the secret that the form carries."""
    portal = portal_of(request)
    key, now = portal.settings.secret_key, portal.clock()
    secret = second_step.unseal(key, who.reviewer_id, typed.get("sealed", ""))
    step = second_step.step_of(secret, typed.get("new_code", ""), after=0, now=now) if secret else None
    if secret is None or step is None:
        raise InvalidInput({"new_code": ["error.code.wrong"]})
    return lambda session: own_account.set_authenticator(
        session, who, secret, step, proved=proved, secret_key=key, now=now
    )


def _enrolment(request: Request, account: Account, typed: Typed) -> Enrolment:
    """The secret that the form carries, a new one where it carries none of ours."""
    key, sealed = portal_of(request).settings.secret_key, typed.get("sealed", "")
    secret = second_step.unseal(key, account.reviewer_id, sealed)
    if secret is None:
        secret = second_step.new_secret()
        sealed = second_step.seal(key, account.reviewer_id, secret)
    return Enrolment(sealed, secret, second_step.address(secret, account.email))


async def _setup_page(
    request: Request, who: SignedIn, form: Form, typed: Typed, *, status: int = 200
) -> Response:
    account = await _account(request, who)
    html = pages.page(
        request,
        "desk/account_setup.html",
        nav="account",
        path=_path(request, "setup"),
        account=account,
        enrolment=_enrolment(request, account, typed) if account.has_password else None,
        form=form,
    )
    return pages.unkept_answer(request, html, status=status)


async def _prove_page(
    request: Request, who: SignedIn, act: str, form: Form, typed: Typed, *, status: int = 200
) -> Response:
    if not who.complete:
        return _to(request, "setup")
    account = await _account(request, who)
    html = pages.page(
        request,
        "desk/account_change.html",
        nav="account",
        act=act,
        account=account,
        enrolment=_enrolment(request, account, typed) if act == "authenticator" else None,
        form=form,
    )
    return pages.unkept_answer(request, html, status=status)


async def _codes_page(request: Request, codes: list[str]) -> Response:
    path = _path(request)
    html = pages.page(request, "desk/account_codes.html", nav="account", path=path, codes=codes)
    return pages.unkept_answer(request, html)


async def _account(request: Request, who: SignedIn) -> Account:
    now = portal_of(request).clock()
    return await door.read(request, lambda session: own_account.view(session, who, now=now))


def _empty(request: Request) -> Form:
    return Form(portal_of(request).pages.hole)


def _path(request: Request, place: str = "") -> str:
    return f"/{pages.language_of(request)}/desk/account{'/' if place else ''}{place}"


def _to(request: Request, place: str = "") -> Response:
    return pages.see_other(_path(request, place))
