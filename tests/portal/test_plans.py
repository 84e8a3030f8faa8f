"""How the database goes about questions that every page of the desk asks: by an index, never by a scan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import event, update

from portal.models import Submission
from portal.models.database import Session
from portal.services import consultations, jobs
from tests import make
from tests.make import SLUG, House


def plans(house: House, ask: Callable[[Session], object]) -> list[str]:
    """SQLite's plan for each statement that `ask` runs."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    with house.database.read() as session:
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", note)
        ask(session)
        event.remove(connection, "before_cursor_execute", note)
        found = [
            connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            for statement, parameters in asked
        ]
    return ["; ".join(str(row.detail) for row in rows) for rows in found]


def test_whether_there_is_demonstration_data_reads_no_real_submission(house: House) -> None:
    make.comment(house)
    with house.database.read() as session:
        number = consultations.find(session, SLUG).id
        assert not consultations.holds_demonstration(session, number)
    (plan,) = plans(house, lambda session: consultations.holds_demonstration(session, number))
    assert plan.startswith("SEARCH submission USING ")
    assert "INDEX ix_submission_demonstration (consultation_id=?)" in plan


def test_demonstration_data_is_found_in_its_own_consultation_only(house: House) -> None:
    make.consultation(house, slug="other-policy")
    make.comment(house)
    with house.database.write() as session:
        session.execute(update(Submission).values(demonstration=True))
    with house.database.read() as session:
        held = [
            consultations.holds_demonstration(session, consultations.find(session, slug).id)
            for slug in (SLUG, "other-policy")
        ]
    assert held == [True, False]


def test_mails_that_were_given_up_are_counted_without_a_scan(house: House) -> None:
    make.comment(house)
    (plan,) = plans(house, lambda session: jobs.given_up(session, jobs.MAIL, since=house.clock()))
    assert plan.startswith("SEARCH job USING INDEX ix_job_given_up (given_up_at>?)")
