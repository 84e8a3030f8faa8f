"""Rows added and read through prepared statements, and acts that fail inside a shared transaction."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Connection, bindparam, create_engine, func, select
from sqlalchemy.exc import DatabaseError, IntegrityError

from portal.errors import Unavailable
from portal.models import Base, Comment, Job, Reviewer, table_of
from portal.models.database import Session, connection_of
from portal.models.prepared import add_rows, first_row
from tests import make
from tests.make import NOW, House

JOBS = table_of(Job)
KINDS = select(JOBS.c.id, JOBS.c.kind, JOBS.c.payload, JOBS.c.promised_at, JOBS.c.kept_at).where(
    JOBS.c.kind == bindparam("kind")
)
KARACHI_NOON = datetime(2026, 11, 24, 12, 0, tzinfo=timezone(timedelta(hours=5)))


def job(kind: str) -> dict[str, object]:
    payload = {"comment": 7, "word": "کیمرہ"}
    return {"kind": kind, "payload": payload, "promised_at": KARACHI_NOON, "not_before": NOW, "attempts": 0}


@pytest.fixture(params=["qmark", "named"])
def connection(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Connection]:
    """Parameters by place and by name: drivers want one or the other."""
    engine = create_engine(f"sqlite:///{tmp_path}/rows.db", paramstyle=request.param)
    with engine.begin() as opened:
        Base.metadata.create_all(opened)
        yield opened
    engine.dispose()


def test_a_row_comes_back_with_the_types_of_its_columns(connection: Connection) -> None:
    add_rows(connection, JOBS, [job("index")])
    assert first_row(connection, KINDS, {"kind": "index"}) == {
        "id": 1,
        "kind": "index",
        "payload": {"comment": 7, "word": "کیمرہ"},
        "promised_at": datetime(2026, 11, 24, 7, 0, tzinfo=UTC),
        "kept_at": None,
    }


def test_many_rows_are_added_in_their_order(connection: Connection) -> None:
    add_rows(connection, JOBS, [job("a"), job("b"), job("c")])
    assert connection.execute(select(JOBS.c.id, JOBS.c.kind)).all() == [(1, "a"), (2, "b"), (3, "c")]


def test_no_rows_are_nothing_to_do(connection: Connection) -> None:
    add_rows(connection, JOBS, [])
    assert first_row(connection, KINDS, {"kind": "index"}) is None


def test_a_default_of_python_may_not_be_left_out(connection: Connection) -> None:
    row = job("index")
    del row["attempts"]
    with pytest.raises(ValueError, match="attempts"):
        add_rows(connection, JOBS, [row])


def test_rows_added_belong_to_the_transaction(house: House) -> None:
    def add_and_fail() -> None:
        with house.database.write() as session:
            add_rows(connection_of(session), JOBS, [job("lost")])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        add_and_fail()
    with house.database.read() as session:
        assert first_row(connection_of(session), KINDS, {"kind": "lost"}) is None


def test_an_act_whose_rows_the_database_refuses_fails_alone(house: House) -> None:
    start = threading.Barrier(6)

    def add(turn: int, number: int) -> str:
        def act(session: Session) -> str:
            email = f"{turn}.{number}@ministry.example"
            session.add(Reviewer(email=email, added_at=NOW))
            if number % 2:
                session.flush()
                session.add(Reviewer(email=email, added_at=NOW))
            return "added"

        start.wait()
        try:
            return house.database.together.run(act)
        except IntegrityError:
            return "refused"

    for turn in range(5):
        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda number, t=turn: add(t, number), range(6)))
        assert answers == ["added", "refused"] * 3
    with house.database.read() as session:
        assert session.execute(select(func.count(Reviewer.id))).scalar_one() == 15


def sent_behind_a_waiting_act(house: House, middle: Callable[[Session], object]) -> list[str | None]:
    """Comments sent around `middle`, all queued while a first act holds the lock: id or None."""
    about_to_ask = threading.Semaphore(0)
    holding = threading.Event()

    def hold(_: Session) -> None:
        holding.set()
        for _ in range(5):
            about_to_ask.acquire()

    def ask(number: int) -> str | None:
        about_to_ask.release()
        try:
            if number == 2:
                house.database.together.run(middle)
                return None
            return house.database.together.run(lambda session: make.send(session, house, f"Number {number}."))
        except (DatabaseError, Unavailable):
            return None

    with ThreadPoolExecutor(6) as pool:
        held = pool.submit(house.database.together.run, hold)
        holding.wait()
        answers = list(pool.map(ask, range(5)))
        held.result()
    return answers


def stored(house: House) -> set[str]:
    with house.database.read() as session:
        return {f"C-{number:04d}" for number in session.scalars(select(Comment.id))}


def test_nobody_is_answered_where_the_database_gave_up_the_transaction(house: House) -> None:
    def give_up(session: Session) -> None:
        connection_of(session).exec_driver_sql(
            "INSERT OR ROLLBACK INTO reviewer (id, email, added_at) VALUES (1, 'a', '2026'), (1, 'b', '2026')"
        )

    for _ in range(5):
        before = stored(house)
        answers = sent_behind_a_waiting_act(house, give_up)
        assert sorted(filter(None, answers)) == sorted(stored(house) - before)


def test_on_a_full_disk_writing_is_unavailable_and_works_again_when_there_is_room(house: House) -> None:
    def allow(pages: int) -> None:
        house.database.together.run(
            lambda session: connection_of(session).exec_driver_sql(f"PRAGMA max_page_count = {pages}").close()
        )

    def send(session: Session) -> str:
        return make.send(session, house, "Long. " * 800)

    told = {house.database.together.run(send)}
    allow(1)  # SQLite makes it the present size
    with pytest.raises(Unavailable):
        told.update(house.database.together.run(send) for _ in range(100))
    assert stored(house) == told
    allow(1_000_000)
    told.add(house.database.together.run(send))
    assert stored(house) == told


def test_on_a_full_disk_those_who_waited_together_are_all_told(house: House) -> None:
    def fill(session: Session) -> None:
        connection = connection_of(session)
        connection.exec_driver_sql("PRAGMA max_page_count = 1").close()
        add_rows(connection, JOBS, [{**job("long"), "payload": "x" * 1_000_000}])

    answers = sent_behind_a_waiting_act(house, fill)
    assert sorted(filter(None, answers)) == sorted(stored(house))
