"""Rows added and read through prepared statements, and acts that fail inside a shared transaction."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Connection, bindparam, create_engine, func, select
from sqlalchemy.exc import IntegrityError

from portal.models import Base, Job, Reviewer, table_of
from portal.models.database import Session, connection_of
from portal.models.prepared import add_rows, first_row
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
