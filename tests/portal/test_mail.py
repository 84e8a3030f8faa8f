"""Mail: receipts and news reach a real SMTP server, a broken one loses nothing, addresses stay hidden."""

from __future__ import annotations

import io
import logging
import socket
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select, update

from portal.models import Job, Submission
from portal.outside.mail import MailError, MailServerAway, open_mailer, sender_of
from portal.services import amending, appeals, erasing, jobs, mails, moderation
from tests import make
from tests.make import House

ADDRESS = "reader@example.org"
NOT_NOW = "451 try again"
NEVER = "554 no, and never"


class Box:
    """What the server took; `refusing` is what it answers instead to every text, `unknown` has no mailbox."""

    def __init__(self) -> None:
        self.messages: list[Any] = []
        self.refusing = ""
        self.unknown = ""
        self.wrong_sender = ""
        self.tried = 0

    async def handle_MAIL(  # noqa: N802 (its protocol)
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address == self.wrong_sender:
            return "550 not from here"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 (its protocol)
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address == self.unknown:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (its protocol)
        self.tried += 1
        if self.refusing:
            return self.refusing
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def box() -> Iterator[tuple[Box, str]]:
    """A real SMTP server on a port of its own, and its address for the settings."""
    box = Box()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box, f"smtp://127.0.0.1:{port}?starttls=no&from=portal@ministry.example"
    server.stop()


def post(house: House, url: str) -> mails.Post:
    return mails.Post(
        open_mailer(url), sender_of(url, "test"), house.settings.public_url, house.settings.secret_key
    )


def send(house: House, url: str) -> int:
    return mails.send_some(house.database, post(house, url), now=house.clock())


def waiting(house: House) -> int:
    with house.database.read() as session:
        return len(session.scalars(select(Job).where(Job.kind == jobs.MAIL, Job.kept_at.is_(None))).all())


def promise_of(house: House) -> Job:
    """The only promised message."""
    with house.database.read() as session:
        return session.scalars(select(Job).where(Job.kind == jobs.MAIL)).one()


def try_until_it_ends(house: House, url: str) -> tuple[int, timedelta]:
    """Let time go on to each next attempt until none follows: how many there were, and how long it took."""
    begun, attempts = house.clock(), 0
    while (promise := promise_of(house)).kept_at is None:
        house.clock.forward(seconds=max(0.0, (promise.not_before - house.clock()).total_seconds()))
        assert send(house, url) == 0
        attempts += 1
    return attempts, house.clock() - begun


def test_a_receipt_is_sent_once_to_who_gave_an_address(house: House, box: tuple[Box, str]) -> None:
    answer = make.comment(house, "Private words of mine.", email=ADDRESS, ui_language="ur")
    make.comment(house, "Without an address.")
    assert send(house, box[1]) == 1
    assert send(house, box[1]) == 0
    (message,) = box[0].messages
    assert (message["To"], message["From"]) == (ADDRESS, "portal@ministry.example")
    assert message["Subject"] == "آپ کی رسید"
    text = message.get_content()
    assert f"https://test/ur/receipts/{answer.receipt}" in text
    assert "شجر پالیسی" in text
    assert "Private words" not in text


def test_a_server_that_refuses_or_is_away_puts_it_off_and_nothing_is_lost(
    house: House, box: tuple[Box, str]
) -> None:
    make.comment(house, email=ADDRESS)
    box[0].refusing = NOT_NOW
    assert send(house, box[1]) == 0
    assert waiting(house) == 1
    assert send(house, box[1]) == 0
    box[0].refusing = ""
    house.clock.forward(minutes=1)
    assert send(house, "smtp://127.0.0.1:1?starttls=no") == 0
    house.clock.forward(minutes=1)
    assert send(house, box[1]) == 1
    assert len(box[0].messages) == 1
    assert waiting(house) == 0


def test_encryption_is_asked_for_unless_it_is_declined(house: House, box: tuple[Box, str]) -> None:
    make.comment(house, email=ADDRESS)
    assert send(house, box[1].replace("starttls=no", "starttls=yes")) == 0
    assert box[0].messages == []


def test_a_decision_is_told(house: House, box: tuple[Box, str]) -> None:
    answer = make.comment(house, email=ADDRESS)
    with house.database.write() as session:
        reviewer = make.reviewer(session, house)
        moderation.withhold(session, 1, reason="off_topic", note="", reviewer_id=reviewer, now=house.clock())
    assert send(house, box[1]) == 2
    text = box[0].messages[1].get_content()
    assert "C-0001 was withheld" in text
    assert answer.receipt in text


def test_no_mail_after_the_address_was_taken_back_or_erased(house: House, box: tuple[Box, str]) -> None:
    first = make.comment(house, email=ADDRESS)
    second = make.comment(house, "Another.", email=ADDRESS)
    with house.database.write() as session:
        key = house.settings.secret_key
        amending.tell(session, first.receipt, email="", secret_key=key, now=house.clock())
        erasing.erase(session, second.receipt, now=house.clock())
    assert send(house, box[1]) == 2
    assert box[0].messages == []


def test_an_address_given_later_can_have_the_receipt_sent(house: House, box: tuple[Box, str]) -> None:
    answer = make.comment(house)
    with house.database.write() as session:
        key = house.settings.secret_key
        amending.tell(session, answer.receipt, email=ADDRESS, secret_key=key, now=house.clock())
        mails.ask_again(session, ADDRESS, now=house.clock())
    assert send(house, box[1]) == 1
    assert answer.receipt in box[0].messages[0].get_content()


async def test_a_lost_receipt_is_sent_again_and_nobody_learns_whether_there_is_one(
    house: House, client: httpx.AsyncClient, box: tuple[Box, str]
) -> None:
    answer = make.comment(house, email=ADDRESS)
    send(house, box[1])
    assert 'href="/en/receipts/lost"' in (await client.get("/en/receipts/")).text
    pages = []
    for address in (ADDRESS, "nobody@example.org"):
        token = await make.form_token(client, "/en/receipts/lost")
        answered = await client.post("/en/receipts/lost", data={"token": token, "email": address})
        pages.append((answered.status_code, answered.text))
    assert pages[0] == pages[1]
    assert pages[0][0] == 200
    assert send(house, box[1]) == 1
    assert answer.receipt in box[0].messages[1].get_content()


async def test_a_wrong_address_comes_back_with_the_form(client: httpx.AsyncClient) -> None:
    token = await make.form_token(client, "/en/receipts/lost")
    refused = await client.post("/en/receipts/lost", data={"token": token, "email": "no address"})
    assert refused.status_code == 422
    assert 'value="no address"' in refused.text


def test_the_same_receipt_is_sent_again_three_times_an_hour_at_most(house: House) -> None:
    make.comment(house, email=ADDRESS)
    with house.database.write() as session:
        for _ in range(9):
            mails.ask_again(session, ADDRESS, now=house.clock())
    assert waiting(house) == 1 + mails.ASKS_AN_HOUR
    house.clock.forward(hours=2)
    with house.database.write() as session:
        mails.ask_again(session, ADDRESS, now=house.clock())
    assert waiting(house) == 2 + mails.ASKS_AN_HOUR


def test_promises_logs_and_the_console_hold_neither_addresses_nor_codes(
    house: House, box: tuple[Box, str], caplog: pytest.LogCaptureFixture
) -> None:
    answer = make.comment(house, email=ADDRESS)
    out = io.StringIO()
    sent = mails.Post(open_mailer("console:", stream=out), "a@b", "https://test", house.settings.secret_key)
    box[0].refusing = NOT_NOW
    with caplog.at_level(logging.DEBUG):
        send(house, box[1])
        house.clock.forward(minutes=5)
        assert mails.send_some(house.database, sent, now=house.clock()) == 1
    with house.database.read() as session:
        promised = str(session.scalars(select(Job.payload)).all())
        assert session.scalars(select(Submission.email)).one() == ADDRESS
    logged = "".join(row.getMessage() for row in caplog.records if row.name.startswith("portal"))
    assert "is tried again" in logged
    for text in (promised, logged, out.getvalue()):
        assert ADDRESS not in text
        assert answer.receipt not in text
    assert "Your receipt" in out.getvalue()


def test_a_folder_gets_a_file_for_each_message(house: House, tmp_path: Path) -> None:
    answer = make.comment(house, email=ADDRESS)
    assert send(house, f"file:{tmp_path / 'mails'}") == 1
    (path,) = (tmp_path / "mails").iterdir()
    assert path.stat().st_mode & 0o077 == 0
    assert answer.receipt in message_from_bytes(path.read_bytes(), policy=policy.default).get_content()  # type: ignore[attr-defined]


def test_a_header_cannot_be_smuggled_in() -> None:
    message = EmailMessage()
    with pytest.raises(ValueError, match="linefeed"):
        message["To"] = "a@example.org\nBcc: b@example.org"


@pytest.mark.parametrize("url", ["smtp:", "smtp://", "http://mail.example", "file:", "mail.example"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="mail address"):
        open_mailer(url)


def test_a_server_that_is_away_is_a_mail_error() -> None:
    message = EmailMessage()
    message["To"], message["From"] = ADDRESS, "a@b.example"
    with pytest.raises(MailError):
        open_mailer("smtp://127.0.0.1:1?starttls=no").send(message)


@pytest.mark.parametrize("address", ["a@[x.example", "a@x.example,<", "root,a@x.example", "a<b@x.example"])
def test_what_is_no_single_address_gets_nothing_and_stops_nobody(
    house: House, box: tuple[Box, str], address: str
) -> None:
    make.comment(house, email="old@example.org")
    make.comment(house, "Another.", email=ADDRESS)
    with house.database.write() as session:  # as it may stand in a database, whatever the form says today
        session.execute(update(Submission).where(Submission.id == 1).values(email=address))
    assert send(house, box[1]) == 2
    assert [message["To"] for message in box[0].messages] == [ADDRESS]
    assert waiting(house) == 0


def test_a_server_that_is_away_is_asked_once_a_round_and_everything_waits(house: House) -> None:
    for number in range(3):
        make.comment(house, f"Comment {number}.", email=ADDRESS)
    asked: list[EmailMessage] = []

    class Away:
        def send(self, message: EmailMessage) -> None:
            asked.append(message)
            raise MailServerAway("TimeoutError")

    away = mails.Post(Away(), "a@b.example", "https://test", house.settings.secret_key)
    assert mails.send_some(house.database, away, now=house.clock()) == 0
    assert mails.send_some(house.database, away, now=house.clock()) == 0
    assert len(asked) == 1
    assert waiting(house) == 3


def test_one_refused_message_does_not_hold_up_the_next(house: House, box: tuple[Box, str]) -> None:
    make.comment(house, email="gone@example.org")
    make.comment(house, "Another.", email=ADDRESS)
    box[0].unknown = "gone@example.org"
    assert send(house, box[1]) == 1
    assert [message["To"] for message in box[0].messages] == [ADDRESS]


def test_an_address_that_is_refused_for_good_is_given_up_at_once(
    house: House, box: tuple[Box, str], caplog: pytest.LogCaptureFixture
) -> None:
    make.comment(house, email=ADDRESS)
    box[0].unknown = ADDRESS
    assert send(house, box[1]) == 0
    promise = promise_of(house)
    assert (promise.kept_at, promise.given_up_at, promise.attempts) == (house.clock(), house.clock(), 1)
    assert promise.last_error == "SMTPRecipientsRefused 550"
    assert "is given up (SMTPRecipientsRefused 550)" in caplog.text
    assert ADDRESS not in caplog.text
    assert "no such mailbox" not in caplog.text
    box[0].unknown = ""
    house.clock.forward(days=30)
    assert send(house, box[1]) == 0
    assert box[0].messages == []


def test_a_text_that_is_refused_for_good_is_given_up_at_once(house: House, box: tuple[Box, str]) -> None:
    make.comment(house, email=ADDRESS)
    box[0].refusing = NEVER
    assert send(house, box[1]) == 0
    promise = promise_of(house)
    assert (promise.given_up_at, promise.last_error) == (house.clock(), "SMTPDataError 554")


def test_what_is_refused_for_now_is_tried_for_two_days_with_growing_pauses(
    house: House, box: tuple[Box, str], caplog: pytest.LogCaptureFixture
) -> None:
    make.comment(house, email=ADDRESS)
    box[0].refusing = NOT_NOW
    attempts, took = try_until_it_ends(house, box[1])
    assert timedelta(days=2) <= took < timedelta(days=2, hours=1)
    assert attempts == box[0].tried < 70
    assert promise_of(house).given_up_at == house.clock()
    assert caplog.messages[-1].endswith("is given up (SMTPDataError 451)")
    assert "is tried again" in caplog.messages[-2]
    assert ADDRESS not in caplog.text


def test_a_server_that_is_away_for_a_week_loses_nothing(
    house: House, box: tuple[Box, str], caplog: pytest.LogCaptureFixture
) -> None:
    make.comment(house, email=ADDRESS)
    for _ in range(100):
        assert send(house, "smtp://127.0.0.1:1?starttls=no") == 0
        promise = promise_of(house)
        assert promise.not_before == house.clock() + mails.AWAY
        house.clock.forward(hours=1, minutes=41)
    assert (promise.attempts, promise.kept_at, promise.last_error) == (0, None, "ConnectionRefusedError")
    assert ADDRESS not in caplog.text
    assert send(house, box[1]) == 1


def test_a_sender_that_is_refused_is_not_the_readers_fault(house: House, box: tuple[Box, str]) -> None:
    make.comment(house, email=ADDRESS)
    box[0].wrong_sender = "portal@ministry.example"
    assert send(house, box[1]) == 0
    assert waiting(house) == 1
    box[0].wrong_sender = ""
    house.clock.forward(minutes=1)
    assert send(house, box[1]) == 1


def test_a_promise_of_another_kind_is_tried_as_long_as_it_takes(house: House) -> None:
    with house.database.write() as session:
        job = jobs.promise(session, jobs.THEMES, {"draft": 1}, now=house.clock())
        for _ in range(500):
            assert jobs.put_off(session, job, "OSError", now=house.clock())
        row = session.get_one(Job, job)
        assert (row.attempts, row.kept_at, row.given_up_at) == (500, None, None)
        assert row.not_before == house.clock() + timedelta(minutes=10)


def test_a_receipt_names_the_clauses_and_has_a_date(house: House, box: tuple[Box, str]) -> None:
    make.comment(house, email=ADDRESS)
    send(house, box[1])
    (message,) = box[0].messages
    assert message["Date"] == "Tue, 24 Nov 2026 10:00:00 +0000"
    assert "You commented on: 1.1.1." in message.get_content()


def test_news_of_a_comment_that_was_taken_back_is_not_sent(house: House, box: tuple[Box, str]) -> None:
    answer = make.comment(house, email=ADDRESS)
    with house.database.write() as session:
        reviewer = make.reviewer(session, house)
        moderation.withhold(session, 1, reason="off_topic", note="", reviewer_id=reviewer, now=house.clock())
        moderation.publish(session, 1, note="", reviewer_id=reviewer, now=house.clock())
        amending.withdraw(session, answer.receipt, None, now=house.clock())
    send(house, box[1])
    assert [message["Subject"] for message in box[0].messages] == ["Your receipt"]


def test_a_refused_objection_is_told_without_the_offer_of_another(house: House, box: tuple[Box, str]) -> None:
    answer = make.comment(house, email=ADDRESS)
    with house.database.write() as session:
        reviewer = make.reviewer(session, house)
        moderation.withhold(session, 1, reason="off_topic", note="", reviewer_id=reviewer, now=house.clock())
        amending.appeal(session, answer.receipt, "C-0001", text="It is about trees.", now=house.clock())
        appeals.decide(
            session, 1, outcome="withheld", note="It is not.", reviewer_id=reviewer, now=house.clock()
        )
    send(house, box[1])
    text = box[0].messages[-1].get_content()
    assert "Your objection was looked at. Your comment C-0001 stays withheld" in text
    assert "You may object once" not in text


def test_an_address_is_found_without_regard_to_case(house: House, box: tuple[Box, str]) -> None:
    make.comment(house, email="Reader@Example.org")
    with house.database.write() as session:
        mails.ask_again(session, "reader@example.ORG", now=house.clock())
    assert send(house, box[1]) == 2
    assert [message["To"] for message in box[0].messages] == ["Reader@Example.org"] * 2
