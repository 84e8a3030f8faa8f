"""Small parts: spelling of addresses, client addresses, rates, tokens, kept pages, group commit."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from starlette.requests import Request

from portal.errors import Conflict, NotFound
from portal.models import Comment, Reviewer
from portal.models.database import Session
from portal.services import reviewers
from portal.web.cache import PageCache
from portal.web.guards import client_address, own_spelling
from portal.web.rates import Rates
from portal.web.tokens import Tokens
from tests import make
from tests.make import NOW, House


@given(st.text(alphabet="/aAzZ-_.é", max_size=40).map(lambda tail: "/" + tail))
def test_the_own_spelling_of_an_address_is_its_own_spelling(path: str) -> None:
    own = own_spelling(path)
    assert own_spelling(own) == own
    assert own.startswith("/")


@pytest.mark.parametrize(
    ("path", "own"),
    [
        ("/en/receipts/ABCDE-fghij", "/en/receipts/ABCDE-fghij"),
        ("/EN/Tree/Comments/C-0001/", "/en/tree/comments/C-0001"),
        ("/api/v1/Receipts/ABC", "/api/v1/receipts/ABC"),
        ("/en/desk/themes/T-0001/Accept", "/en/desk/themes/T-0001/accept"),
        ("/static/Site-A.css", "/static/Site-A.css"),
        ("/", "/"),
    ],
)
def test_codes_keep_their_case(path: str, own: str) -> None:
    assert own_spelling(path) == own


def request(client: str, forwarded: str | None = None) -> Request:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    return Request({"type": "http", "client": (client, 1), "headers": headers})


@pytest.mark.parametrize(
    ("client", "forwarded", "trusted", "address"),
    [
        ("203.0.113.7", None, (), "203.0.113.7"),
        ("127.0.0.1", "198.51.100.1", (), "127.0.0.1"),
        ("203.0.113.7", "198.51.100.1", ("10.0.0.1",), "203.0.113.7"),
        ("10.0.0.1", "198.51.100.1", ("10.0.0.1",), "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1", ("10.0.0.1",), "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", ("10.0.0.1", "10.0.0.2"), "198.51.100.1"),
        ("10.0.0.1", " , ", ("10.0.0.1",), "10.0.0.1"),
    ],
)
def test_forwarded_addresses_are_believed_from_trusted_proxies_only(
    client: str, forwarded: str | None, trusted: tuple[str, ...], address: str
) -> None:
    assert client_address(request(client, forwarded), trusted) == address


def test_posts_are_counted_by_the_minute_and_by_network() -> None:
    rates = Rates(2)
    for _ in range(2):
        assert not rates.is_over("2001:db8::1", NOW)
        rates.count("2001:db8::1", NOW)
    assert rates.is_over("2001:db8::ffff", NOW)
    assert not rates.is_over("2001:db8:0:1::1", NOW)
    assert not rates.is_over("2001:db8::1", NOW + timedelta(minutes=1))


def test_nought_switches_the_limit_off() -> None:
    rates = Rates(0)
    for _ in range(1000):
        rates.count("a", NOW)
    assert not rates.is_over("a", NOW)


@given(st.text(max_size=80))
def test_only_our_own_tokens_are_ours(text: str) -> None:
    assert not Tokens("a secret key for tests, 32 letters").is_ours(text)


def test_a_token_is_known_under_its_own_key_only() -> None:
    token = Tokens("one").new()
    assert Tokens("one").is_ours(token)
    assert not Tokens("two").is_ours(token)
    assert not Tokens("one").is_ours(token[:-1] + ("0" if token[-1] != "0" else "1"))


def test_a_kept_page_is_used_while_its_stamp_is_the_same() -> None:
    pages = PageCache()
    made = []

    def build() -> str:
        made.append(1)
        return f"a {pages.hole} b {len(made)}"

    assert pages.get("key", 1, build) == (b"a ", b" b 1")
    assert pages.get("key", 1, build) == (b"a ", b" b 1")
    assert pages.get("key", 2, build) == (b"a ", b" b 2")
    assert pages.peek("key", 1) is None


def test_kept_pages_are_bounded() -> None:
    pages = PageCache()
    for number in range(2000):
        pages.get(number, 0, lambda: "x" * 100_000)
    assert sum(pages.peek(number, 0) is not None for number in range(2000)) <= 335


def test_acts_of_many_threads_are_each_done_once_and_answered_after_the_commit(house: House) -> None:
    start = threading.Barrier(8)

    def send(number: int) -> str:
        start.wait()
        answers = []
        for turn in range(5):
            body = f"Number {number} {turn}."
            answers.append(house.database.together.run(partial(make.send, house=house, body=body)))
            with house.database.read() as session:
                found = session.scalar(select(Comment.id).where(Comment.body == body))
            assert found is not None
        return answers[-1]

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(send, range(8)))
    assert len(set(ids)) == 8
    with house.database.read() as session:
        assert session.execute(select(func.count(Comment.id))).scalar_one() == 40


def test_a_failed_act_takes_nothing_of_its_own_along_and_none_of_the_others(house: House) -> None:
    start = threading.Barrier(6)

    def act(turn: int, number: int) -> str:
        def good(session: Session) -> str:
            reviewers.add(session, f"good{turn}{number}@ministry.example", now=NOW)
            return "good"

        def bad(session: Session) -> str:
            session.add(Reviewer(email=f"bad{turn}{number}@ministry.example", added_at=NOW))
            raise Conflict

        start.wait()
        try:
            return house.database.together.run(bad if number % 2 else good)
        except Conflict:
            return "refused"

    for turn in range(5):
        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda number, t=turn: act(t, number), range(6)))
        assert answers == ["good", "refused"] * 3
    with house.database.read() as session:
        emails = session.scalars(select(Reviewer.email).order_by(Reviewer.email)).all()
    assert emails == [f"good{turn}{number}@ministry.example" for turn in range(5) for number in (0, 2, 4)]


def test_an_act_that_fails_alone_is_rolled_back(house: House) -> None:
    def bad(session: Session) -> None:
        session.add(Reviewer(email="bad@ministry.example", added_at=NOW))
        session.flush()
        raise NotFound

    with pytest.raises(NotFound):
        house.database.together.run(bad)
    with house.database.read() as session:
        assert session.scalars(select(Reviewer)).all() == []
