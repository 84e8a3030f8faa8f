"""The books balance: after any acts, what was received is somewhere, and the count is right."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.models import Comment
from portal.services import amending, appeals, balance, erasing, moderation, redacting, submissions
from portal.services.checking import NewComment, NewSubmission
from portal.services.identifiers import comment_number
from portal.services.rows import CHANNELS, REASONS, STATES
from portal.words import words_for
from tests import make
from tests.make import CLAUSE, NOW, OTHER_CLAUSE, SLUG, VERSION, House

ACTS = 10_000
LOOK_EVERY = 500
PLACES = (CLAUSE, OTHER_CLAUSE, None)
BODIES = ("More shade.", "Water them.", "Call 0300-1234567.", "سڑکوں پر درخت لگائیں۔")


@dataclass
class Kept:
    """What the test itself remembers of one comment."""

    name: str
    receipt: str
    place: str
    channel: str
    status: str
    reason: str | None = None
    appealed: bool = False
    redacted: bool = False


@dataclass
class Book:
    """An independent count, kept beside the portal."""

    session: Session
    house: House
    chance: random.Random
    comments: list[Kept] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    def submit(self) -> None:
        chosen = [self.chance.choice(PLACES) for _ in range(self.chance.choice((1, 1, 1, 2)))]
        sent = NewSubmission(tuple(NewComment(self.chance.choice(BODIES), place) for place in chosen))
        channel = self.chance.choice(CHANNELS)
        answer = submissions.submit(
            self.session, SLUG, VERSION, sent,
            channel=channel, key=None, secret_key=self.house.settings.secret_key, now=self.house.clock(),
        )  # fmt: skip
        for stored in answer.comments:
            place = stored.clause or "whole"
            self.comments.append(Kept(stored.id, answer.receipt, place, channel, stored.status))

    def pick(self, *states: str) -> Kept | None:
        """Any comment in one of these states, found by a few tries so that a long book stays quick."""
        for _ in range(40):
            kept = self.chance.choice(self.comments) if self.comments else None
            if kept is not None and kept.status in states:
                return kept
        return None

    def edit(self, kept: Kept) -> None:
        body = f"{self.chance.choice(BODIES)} {self.chance.random()}"
        amending.edit(self.session, kept.receipt, kept.name, body=body, position="support",
                      suggested_wording=None, now=self.house.clock())  # fmt: skip
        if moderation.flags(body) or kept.status == "withheld" or kept.redacted:
            kept.status = "pending"
        kept.redacted = False

    def publish(self, kept: Kept) -> None:
        moderation.publish(self.session, number(kept), note="", reviewer_id=None, now=self.house.clock())
        kept.status = "published"

    def withhold(self, kept: Kept) -> None:
        kept.reason = self.chance.choice(REASONS)
        moderation.withhold(self.session, number(kept), reason=kept.reason, note="Why.", reviewer_id=None,
                            now=self.house.clock())  # fmt: skip
        kept.status = "withheld"

    def spam(self, kept: Kept) -> None:
        moderation.mark_spam(self.session, number(kept), reviewer_id=None, now=self.house.clock())
        kept.status = "spam"

    def redact(self, kept: Kept) -> None:
        body = self.session.get_one(Comment, number(kept)).body
        word = next((one for one in body.split() if one.isalpha()), "")
        if word and len(body.split()) > 3:
            redacting.redact(self.session, number(kept), words=word, reason="legal", reviewer_id=None,
                             now=self.house.clock())  # fmt: skip
            kept.status, kept.redacted = "published", True

    def restore(self, kept: Kept) -> None:
        if kept.redacted:
            redacting.restore(self.session, number(kept), reviewer_id=None, now=self.house.clock())
            kept.redacted = False

    def withdraw(self, kept: Kept) -> None:
        amending.withdraw(self.session, kept.receipt, kept.name, now=self.house.clock())
        kept.status = "withdrawn"

    def appeal(self, kept: Kept) -> None:
        if not kept.appealed:
            amending.appeal(self.session, kept.receipt, kept.name, text="Look again.", now=self.house.clock())
            kept.appealed = True
            if self.chance.random() < 0.7:
                self.decide(kept)

    def decide(self, kept: Kept) -> None:
        outcome = self.chance.choice(appeals.OUTCOMES)
        appeals.decide(self.session, number(kept), outcome=outcome, note="So.", reviewer_id=None,
                       now=self.house.clock())  # fmt: skip
        if outcome == "published" or kept.status == "withheld":
            kept.status = outcome

    def erase(self, kept: Kept) -> None:
        erasing.erase(self.session, kept.receipt, now=self.house.clock())
        for other in self.comments:
            if other.receipt == kept.receipt:
                other.status = "erased"

    def act(self) -> None:
        """One act of any kind, on any comment that it can be done to."""
        kinds = {
            "submit": 40, "edit": 10, "publish": 15, "withhold": 20, "withdraw": 6, "appeal": 8, "erase": 1,
            "spam": 6, "redact": 8, "restore": 3,
        }  # fmt: skip
        kind = self.chance.choices(list(kinds), weights=list(kinds.values()))[0]
        if kind == "submit":
            self.submit()
        else:
            kept = self.pick(*STATES_FOR[kind])
            if kept is None:
                return self.act()
            getattr(self, kind)(kept)
        self.done[kind] += 1
        return None

    def expected(self, key: str, value: str | None) -> tuple[int, dict[str, int], dict[str, int]]:
        """(received, by state, withheld by reason) of the comments with this place or channel."""
        of_it = [kept for kept in self.comments if value is None or getattr(kept, key) == value]
        states = Counter(kept.status for kept in of_it)
        reasons = Counter(kept.reason for kept in of_it if kept.status == "withheld")
        return (
            len(of_it),
            {state: states[state] for state in STATES},
            {reason: reasons[reason] for reason in REASONS},
        )


STATES_FOR = {
    "edit": ("pending", "published", "withheld"),
    "publish": moderation.PUBLISHABLE,
    "withhold": moderation.WITHHOLDABLE,
    "withdraw": ("pending", "published", "withheld", "spam"),
    "appeal": ("withheld", "spam"),
    "erase": STATES[:5],
    "spam": moderation.SPAM,
    "redact": redacting.REDACTABLE,
    "restore": ("pending", "published", "withheld", "spam"),
}


def number(kept: Kept) -> int:
    found = comment_number(kept.name)
    assert found is not None
    return found


def counted(line: balance.Line) -> tuple[int, dict[str, int], dict[str, int]]:
    return line.received, dict(line.states), dict(line.withheld)


def check(session: Session, book: Book) -> None:
    """The balance holds, and says what the test has counted."""
    found = balance.of(session, SLUG)
    assert found.holds
    assert counted(found.total) == book.expected("place", None)
    for line in found.clauses:
        assert counted(line) == book.expected("place", line.key)
    for line in found.channels:
        assert counted(line) == book.expected("channel", line.key)
    assert {line.key for line in found.clauses} == {kept.place for kept in book.comments}
    assert {line.key for line in found.channels} == {kept.channel for kept in book.comments}


def test_the_books_balance_after_ten_thousand_acts_of_every_kind(house: House) -> None:
    with house.database.write() as session:
        book = Book(session, house, random.Random(20261124))
        for done in range(1, ACTS + 1):
            house.clock.forward(seconds=20)
            book.act()
            if done % LOOK_EVERY == 0:
                check(session, book)
    assert set(book.done) == {*STATES_FOR, "submit"}
    assert {kept.status for kept in book.comments} == set(STATES)


def seen_by_the_page(house: House) -> None:
    """What was written past the door shows a tenth of a second later; here at once."""
    house.app.state.portal.stamps.forget()


def test_nothing_received_balances(house: House) -> None:
    with house.database.read() as session:
        found = balance.of(session, SLUG)
    assert found.holds
    assert found.total.received == 0
    assert (found.clauses, found.channels) == ((), ())
    assert found.waiting == balance.Waiting(0, None)


def test_no_balance_where_there_is_no_consultation(house: House) -> None:
    with house.database.read() as session, pytest.raises(NotFound):
        balance.of(session, "nothing")


@pytest.mark.parametrize(
    "fault",
    [
        "DELETE FROM comment WHERE id = 2",
        "DELETE FROM status_change WHERE comment_id = 2",
        "UPDATE comment SET clause_id = 999 WHERE id = 2",
    ],
    ids=["a comment that is gone", "a comment that never came", "a comment on no clause"],
)
def test_books_that_were_tampered_with_do_not_balance(house: House, fault: str) -> None:
    for _ in range(3):
        make.comment(house)
    with house.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.execute(text(fault))
        connection.commit()
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")
    with house.database.read() as session:
        assert not balance.of(session, SLUG).holds


def test_a_comment_withheld_twice_has_its_last_reason(house: House) -> None:
    make.comment(house)
    with house.database.write() as session:
        now = house.clock()
        for reason in ("abuse", "off_topic"):
            moderation.withhold(session, 1, reason=reason, note="", reviewer_id=None, now=now)
            if reason == "abuse":
                moderation.publish(session, 1, note="", reviewer_id=None, now=now)
        found = balance.of(session, SLUG)
    assert {reason: count for reason, count in found.total.withheld.items() if count} == {"off_topic": 1}


def test_only_what_waited_for_an_official_has_days_to_a_decision(house: House) -> None:
    make.comment(house, "Shown at once.")
    for days in (1, 2, 9):
        make.comment(house, f"Call 0300-123456{days}.")
    with house.database.write() as session:
        for number, days in ((2, 1), (3, 2), (4, 9)):
            decided = NOW + timedelta(days=days)
            moderation.publish(session, number, note="", reviewer_id=None, now=decided)
        assert balance.of(session, SLUG).waiting == balance.Waiting(3, 2.0)


def test_every_objection_is_in_one_place(house: House) -> None:
    receipts = [make.comment(house, f"Shade {n}.").receipt for n in range(5)]
    with house.database.write() as session:
        now = house.clock()
        for place, receipt in enumerate(receipts, 1):
            moderation.withhold(session, place, reason="abuse", note="", reviewer_id=None, now=now)
            if place < 5:
                amending.appeal(session, receipt, f"C-{place:04}", text="Look again.", now=now)
        appeals.decide(session, 1, outcome="published", note="", reviewer_id=None, now=now)
        appeals.decide(session, 2, outcome="withheld", note="So.", reviewer_id=None, now=now)
        amending.withdraw(session, receipts[2], "C-0003", now=now)
        found = balance.of(session, SLUG).appeals
    assert found == balance.Appeals(made=4, published=1, withheld=1, waiting=1, moot=1)


@pytest.mark.parametrize("language", ["en", "ur"])
async def test_the_page_says_what_became_of_every_comment(
    house: House, client: httpx.AsyncClient, language: str
) -> None:
    for _ in range(3):
        make.comment(house)
    address = f"/{language}/{SLUG}/balance"
    words = words_for(language)
    before = await client.get(address)
    assert str(words.plural("balance.holds", 3)) in before.text
    assert str(words.text("balance.appeals.none")) in before.text
    assert "set-cookie" not in before.headers
    with house.database.write() as session:
        moderation.withhold(session, 2, reason="abuse", note="", reviewer_id=None, now=house.clock())
    seen_by_the_page(house)
    after = await client.get(address)
    assert f"{words.text('reason.abuse')}: 1" in after.text
    named = [
        after.text.count(f'data-name="{words.text(key)}"')
        for key in ("balance.received", "balance.head.withheld")
    ]
    assert named[0] == named[1] == after.text.count('role="rowheader"') > 0
    assert all(str(words.text(f"balance.reason.{reason}")) in after.text for reason in REASONS)


async def test_the_page_says_so_where_the_books_do_not_balance(
    house: House, client: httpx.AsyncClient
) -> None:
    make.comment(house)
    with house.database.write() as session:
        session.execute(text("DELETE FROM status_change"))
    page = await client.get(f"/en/{SLUG}/balance")
    assert str(words_for("en").text("balance.title.not")) in page.text
    assert "Forest Office" in page.text


async def test_a_decided_objection_shows_at_once(house: House, client: httpx.AsyncClient) -> None:
    receipt = make.comment(house).receipt
    with house.database.write() as session:
        moderation.withhold(session, 1, reason="abuse", note="", reviewer_id=None, now=house.clock())
        amending.appeal(session, receipt, "C-0001", text="Look again.", now=house.clock())
    kept = words_for("en").text("balance.appeals.withheld")
    assert f'{kept}: <b class="num">0</b>' in (await client.get(f"/en/{SLUG}/balance")).text
    with house.database.write() as session:
        appeals.decide(session, 1, outcome="withheld", note="So.", reviewer_id=None, now=house.clock())
    seen_by_the_page(house)
    assert f'{kept}: <b class="num">1</b>' in (await client.get(f"/en/{SLUG}/balance")).text


async def test_programs_get_the_same_figures(house: House, client: httpx.AsyncClient) -> None:
    make.comment(house)
    make.comment(house, clause=None)
    answer = (await client.get(f"/api/v1/consultations/{SLUG}/balance")).json()
    assert answer["holds"] is True
    assert answer["total"]["received"] == 2
    assert [(line["clause"], line["states"]["published"]) for line in answer["clauses"]] == [
        (CLAUSE, 1),
        (None, 1),
    ]
    assert [line["channel"] for line in answer["channels"]] == ["web"]
