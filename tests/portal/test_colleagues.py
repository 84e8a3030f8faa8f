"""Admins look after accounts: invite, change, disable, reset; the last admin stays one."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from portal.errors import Conflict, InvalidInput, NotFound
from portal.models import AuditRecord, Job, Reviewer
from portal.outside.mail import open_mailer
from portal.services import audit, mails, reviewers
from portal.services.jobs import MAIL
from portal.words import words_for
from tests import make
from tests.accounts import HERE, Owner, enter_by, reaches_desk, set_up, shown_link
from tests.make import SLUG, House

COLLEAGUES = "/en/desk/colleagues"
GUEST = "amina@ministry.example"
ADMIN = "officer@ministry.example"


def said(key: str) -> str:
    return str(words_for("en").text(key))


def number_of(house: House, email: str) -> int:
    with house.database.read() as session:
        return session.scalars(select(Reviewer.id).where(Reviewer.email == email)).one()


async def invite(browser: httpx.AsyncClient, email: str = GUEST, **fields: str) -> httpx.Response:
    form = {"email": email, "role": "reviewer", "access": "all", **fields}
    return await browser.post(f"{COLLEAGUES}/invite", data=form)


async def test_a_colleague_is_invited_sets_up_and_signs_in(official: httpx.AsyncClient, house: House) -> None:
    answer = await invite(official)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert said("colleague.link.hand_over") in answer.text
    async with make.client(house) as guest:
        owner = await enter_by(house, guest, shown_link(answer.text), GUEST)
        await guest.post("/en/desk/sign-out")
        assert (await owner.sign_in(guest)).status_code == 303
        assert (await guest.get(COLLEAGUES)).status_code == 403
        assert "/desk/colleagues" not in (await guest.get("/en/desk/queue")).text
    listed = (await official.get(COLLEAGUES)).text
    assert GUEST in listed
    assert said("colleague.state.active") in listed
    with house.database.read() as session:
        record = session.scalars(select(AuditRecord).where(AuditRecord.act == "reviewers.add")).all()[-1]
        assert record.actor == f"reviewer:{number_of(house, ADMIN)}"
        assert {"role": "reviewer", "consultations": "all"}.items() <= record.details.items()
        assert audit.check(session) == []


async def test_the_link_is_shown_once(official: httpx.AsyncClient) -> None:
    token = shown_link((await invite(official)).text)
    again = await invite(official)
    assert again.status_code == 409
    assert said("error.conflict.reviewer") in again.text
    for page in (again.text, (await official.get(COLLEAGUES)).text):
        assert token not in page


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"email": "nobody"}, "error.email.no_at"),
        ({"role": "king"}, "error.role.choose"),
        ({"role": ""}, "error.role.choose"),
        ({"access": "chosen"}, "error.access.choose"),
        ({"access": ""}, "error.access.choose"),
    ],
)
async def test_a_bad_invitation_comes_back_with_what_was_typed(
    official: httpx.AsyncClient, house: House, fields: dict[str, str], key: str
) -> None:
    answer = await invite(official, **{"email": GUEST, **fields})
    assert answer.status_code == 422
    assert said(key) in answer.text
    assert f'value="{fields.get("email", GUEST)}"' in answer.text
    with house.database.read() as session:
        assert len(reviewers.listing(session)) == 1


async def test_a_reviewer_of_one_consultation_reaches_that_one_only(
    official: httpx.AsyncClient, house: House
) -> None:
    make.consultation(house, slug="second")
    mine, theirs = make.comment(house).comments[0].id, make.comment(house, slug="second").comments[0].id
    answer = await invite(official, access="chosen", **{f"open_{SLUG}": "yes"})
    async with make.client(house) as guest:
        guest.headers.update(HERE)
        await guest.post(f"/en/desk/sign-in/{shown_link(answer.text)}")
        assert (await guest.get(f"/en/desk/comments/{mine}")).status_code == 200
        assert (await guest.get(f"/en/desk/comments/{theirs}")).status_code == 404
        number = number_of(house, GUEST)
        page = (await official.get(f"{COLLEAGUES}/{number}")).text
        assert re.search(rf'name="open_{SLUG}"[^>]* checked', page)
        rights = {"role": "reviewer", "access": "chosen", "open_second": "yes"}
        assert (await official.post(f"{COLLEAGUES}/{number}/rights", data=rights)).status_code == 303
        assert (await guest.get(f"/en/desk/comments/{mine}")).status_code == 404
        assert (await guest.get(f"/en/desk/comments/{theirs}")).status_code == 200
        await official.post(f"{COLLEAGUES}/{number}/rights", data={"role": "admin"})
        assert (await guest.get(COLLEAGUES)).status_code == 200
        assert (await guest.get(f"/en/desk/comments/{mine}")).status_code == 200


async def test_disabling_ends_everything_at_once_and_enabling_brings_the_account_back(
    official: httpx.AsyncClient, house: House
) -> None:
    async with make.client(house) as guest:
        owner = await set_up(house, guest, GUEST)
        number = number_of(house, GUEST)
        assert (await official.post(f"{COLLEAGUES}/{number}/disable")).status_code == 303
        assert not await reaches_desk(guest)
        assert (await owner.sign_in(guest)).status_code == 403
        assert said("colleague.state.disabled") in (await official.get(f"{COLLEAGUES}/{number}")).text
        assert (await official.post(f"{COLLEAGUES}/{number}/enable")).status_code == 303
        assert (await owner.sign_in(guest)).status_code == 303


async def test_a_reset_removes_password_second_step_and_every_way_in_but_the_new_link(
    official: httpx.AsyncClient, house: House
) -> None:
    async with make.client(house) as guest:
        owner = await set_up(house, guest, GUEST)
        await owner.sign_in(guest, password="wrong")
        answer = await official.post(f"{COLLEAGUES}/{number_of(house, GUEST)}/reset")
        assert answer.headers["cache-control"] == "no-store"
        assert not await reaches_desk(guest)
        for code in (owner.code(), owner.recovery[0]):
            assert (await owner.sign_in(guest, code=code)).status_code == 403
        fresh: Owner = await enter_by(house, guest, shown_link(answer.text), GUEST)
        assert (await fresh.sign_in(guest)).status_code == 303


async def test_an_admin_cannot_disable_demote_or_reset_oneself(
    official: httpx.AsyncClient, house: House
) -> None:
    with house.database.write() as session:
        reviewers.add(session, "other@ministry.example", role="admin", now=house.clock())
    own = number_of(house, ADMIN)
    page = (await official.get(f"{COLLEAGUES}/{own}")).text
    assert "/disable" not in page
    assert "/reset" not in page
    for act, key in (
        ("disable", "error.conflict.own_rights"),
        ("rights", "error.conflict.own_rights"),
        ("reset", "error.conflict.own_reset"),
    ):
        form = {"role": "reviewer", "access": "all"}
        answer = await official.post(f"{COLLEAGUES}/{own}/{act}", data=form)
        assert answer.status_code == 409, act
        assert said(key) in answer.text
    assert (await official.get(COLLEAGUES)).status_code == 200


async def test_the_last_admin_stays_one_also_when_two_take_each_others_rights(house: House) -> None:
    with house.database.write() as session:
        reviewers.add(session, ADMIN, now=house.clock())
        reviewers.add(session, GUEST, role="admin", now=house.clock())
    first, second = number_of(house, ADMIN), number_of(house, GUEST)
    with house.database.write() as session:
        reviewers.set_rights(session, second, role="reviewer", slugs=None, by=first, now=house.clock())
    with pytest.raises(Conflict, match="last_admin"), house.database.write() as session:
        reviewers.set_rights(session, first, role="reviewer", slugs=None, by=second, now=house.clock())
    with pytest.raises(Conflict, match="last_admin"), house.database.write() as session:
        reviewers.disable(session, first, by=second, now=house.clock())


async def test_a_disabled_admin_does_not_count_as_the_last_one(house: House) -> None:
    with house.database.write() as session:
        reviewers.add(session, ADMIN, now=house.clock())
        reviewers.add(session, GUEST, role="admin", now=house.clock())
    first, second = number_of(house, ADMIN), number_of(house, GUEST)
    with house.database.write() as session:
        reviewers.disable(session, second, by=first, now=house.clock())
    with pytest.raises(Conflict, match="last_admin"), house.database.write() as session:
        reviewers.disable(session, first, by=second, now=house.clock())


@pytest.mark.parametrize("number", ["0", "99", "x", "1" * 30, "-1", "۱"])
async def test_an_account_that_is_not_there_is_not_found(official: httpx.AsyncClient, number: str) -> None:
    assert (await official.get(f"{COLLEAGUES}/{number}")).status_code == 404
    for act in ("rights", "disable", "enable", "reset"):
        form = {"role": "reviewer", "access": "all"}
        assert (await official.post(f"{COLLEAGUES}/{number}/{act}", data=form)).status_code == 404


def test_rights_are_checked_below_the_pages_too(house: House) -> None:
    with house.database.write() as session:
        reviewers.add(session, ADMIN, now=house.clock())
    for wrong in (
        {"role": "king"},
        {"role": "reviewer", "slugs": []},
    ):
        with pytest.raises(InvalidInput), house.database.write() as session:
            reviewers.add(session, GUEST, now=house.clock(), **wrong)  # type: ignore[arg-type]
    with pytest.raises(NotFound, match="consultation"), house.database.write() as session:
        reviewers.add(session, GUEST, role="reviewer", slugs=[SLUG, "nowhere"], now=house.clock())
    with house.database.read() as session:
        assert [row.email for row in reviewers.listing(session)] == [ADMIN]
    with pytest.raises(NotFound), house.database.write() as session:
        reviewers.enable(session, 99, by=1, now=house.clock())


async def test_no_address_stands_in_a_path_or_a_record(official: httpx.AsyncClient, house: House) -> None:
    await invite(official)
    page = (await official.get(COLLEAGUES)).text
    assert not [href for href in re.findall(r'(?:href|action)="([^"]+)"', page) if "@" in href]
    with house.database.read() as session:
        for record in session.scalars(select(AuditRecord)):
            assert "@" not in f"{record.subject} {record.actor} {record.details}"


def post_of(house: House) -> mails.Post:
    return mails.Post(
        open_mailer(house.settings.mail_url), "no-reply@test", "https://test", house.settings.secret_key
    )


async def test_where_mail_is_set_up_the_link_is_mailed_and_not_readable_before(
    official: httpx.AsyncClient, house: House, tmp_path: Path
) -> None:
    object.__setattr__(house.settings, "mail_url", f"file:{tmp_path / 'mail'}")
    answer = await invite(official)
    assert said("colleague.link.mailed") in answer.text
    token = shown_link(answer.text)
    with house.database.read() as session:
        payloads = str(session.scalars(select(Job.payload).where(Job.kind == MAIL)).all())
    assert "invitation" in payloads
    assert token not in payloads
    assert "@" not in payloads
    post = post_of(house)
    assert mails.send_some(house.database, post, now=house.clock()) == 1
    message = read_mail(tmp_path / "mail")
    assert f"https://test/en/desk/sign-in/{token}" in message
    assert f"To: {GUEST}" in message


async def test_a_link_that_was_used_meanwhile_is_not_mailed(
    official: httpx.AsyncClient, house: House, tmp_path: Path
) -> None:
    object.__setattr__(house.settings, "mail_url", f"file:{tmp_path / 'mail'}")
    token = shown_link((await invite(official)).text)
    async with make.client(house) as guest:
        await guest.post(f"/en/desk/sign-in/{token}", headers=HERE)
    mails.send_some(house.database, post_of(house), now=house.clock())
    assert not (tmp_path / "mail").exists()


async def test_without_mail_nothing_is_promised(official: httpx.AsyncClient, house: House) -> None:
    await invite(official)
    with house.database.read() as session:
        assert session.scalars(select(Job).where(Job.kind == MAIL)).all() == []


def read_mail(folder: Path) -> str:
    """The one message in a folder, its text decoded."""
    (file,) = folder.glob("*.eml")
    message = message_from_bytes(file.read_bytes(), policy=default)
    return f"To: {message['To']}\n{message.get_content()}"
