"""Promises: made with what needs them, kept at least once, tried again after a fault, by one worker."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal.models import Comment, Job
from portal.services import jobs, themes
from portal.worker import AnotherWorker, Worker, only_worker
from search_index.summarizer import Summarizer
from tests import make
from tests.make import NOW, SLUG, VERSION, House
from tests.processes.serving import until


def rows(house: House, *kinds: str) -> Sequence[Job]:
    with house.database.read() as session:
        return session.scalars(select(Job).where(Job.kind.in_(kinds)).order_by(Job.id)).all()


def promise(house: House, kind: str) -> int:
    with house.database.write() as session:
        draft = themes.find_draft(session, SLUG, VERSION)
        return jobs.promise(session, kind, {"draft": draft.id}, now=house.clock())


def without_summarizer(house: House) -> Worker:
    """A worker on a machine whose summarizer cannot be opened."""

    def broken() -> Summarizer:
        raise ValueError("no model here")

    return replace(house.worker, summarizer=broken)


def test_a_comment_that_is_not_stored_promises_nothing(house: House) -> None:
    before = len(rows(house, jobs.INDEX))

    class Changed(Exception):
        pass

    def change_your_mind() -> None:
        with house.database.write() as session:
            make.send(session, house, "Never mind.")
            raise Changed

    with pytest.raises(Changed):
        change_your_mind()
    assert len(rows(house, jobs.INDEX)) == before
    with house.database.read() as session:
        assert session.scalars(select(Comment)).all() == []


def test_every_promise_is_kept_once(house: House) -> None:
    for number in range(3):
        make.comment(house, f"Number {number}.")
    assert house.worker.keep_all() == 0, "an empty index is rebuilt, which keeps every promise"
    make.comment(house, "Number 3.")
    assert house.worker.keep_all() == 1
    assert house.worker.keep_all() == 0
    assert [job.kept_at for job in rows(house, jobs.INDEX)] == [NOW] * 5


def test_a_fault_puts_a_job_off_twice_as_long_each_time(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    number = promise(house, jobs.THEMES)
    worker = without_summarizer(house)
    pauses = []
    for _ in range(12):
        worker.keep_all()
        job = rows(house, jobs.THEMES)[0]
        pauses.append(round((job.not_before - house.clock()).total_seconds()))
        house.clock.now = job.not_before
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600]
    assert (job.attempts, job.last_error, job.kept_at) == (12, "ValueError", None)
    assert f"job {number} (themes) failed" in caplog.text


def test_a_job_waits_for_its_time_and_is_kept_when_the_fault_is_gone(house: House) -> None:
    make.comment(house)
    promise(house, jobs.THEMES)
    without_summarizer(house).keep_all()
    assert house.worker.keep_all() == 0
    house.clock.forward(seconds=2)
    assert house.worker.keep_all() == 1
    assert rows(house, jobs.THEMES)[0].kept_at == NOW + timedelta(seconds=2)


def test_a_job_that_fails_does_not_hold_up_the_index(house: House) -> None:
    promise(house, jobs.THEMES)
    make.comment(house)
    without_summarizer(house).keep_all()
    with house.database.read() as session:
        assert house.engine.applied() == jobs.last_index_job(session)


def test_a_promised_rebuild_is_kept(house: House) -> None:
    make.comment(house)
    house.worker.keep_all()
    house.engine.rebuild((), 1)
    promise(house, jobs.REBUILD)
    house.worker.keep_all()
    assert rows(house, jobs.REBUILD)[0].kept_at == NOW
    with house.database.read() as session:
        assert house.engine.applied() == jobs.last_index_job(session)


def test_waiting_and_age_are_of_open_jobs(house: House) -> None:
    house.worker.keep_all()
    with house.database.read() as session:
        assert (jobs.waiting(session), jobs.oldest_waiting(session, now=house.clock())) == (0, 0)
    make.comment(house)
    house.clock.forward(seconds=90)
    with house.database.read() as session:
        assert (jobs.waiting(session), jobs.oldest_waiting(session, now=house.clock())) == (1, 90)


def test_a_data_dir_has_one_worker(house: House) -> None:
    here = house.settings.data_dir
    with only_worker(here), pytest.raises(AnotherWorker), only_worker(here):
        pass
    with only_worker(here):
        pass


def test_a_worker_goes_on_after_a_fault_and_stops_when_told(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    stopped = threading.Event()

    class Broken(Exception):
        pass

    def clock() -> object:
        stopped.set()
        raise Broken

    replace(house.worker, clock=clock).run(stopped)  # type: ignore[arg-type]
    assert "the worker met a fault and goes on" in caplog.text


def test_a_long_run_of_themes_holds_up_neither_search_nor_mail(house: House) -> None:
    """The summarizer waits until the comment that came later is found."""
    stopped, thinking, found = threading.Event(), threading.Event(), threading.Event()

    def slow() -> Summarizer:
        thinking.set()
        assert found.wait(30)
        return house.worker.summarizer()

    house.worker.keep_all()
    promise(house, jobs.THEMES)
    worker = replace(house.worker, summarizer=slow)
    running = threading.Thread(target=worker.run, args=(stopped,))
    running.start()
    try:
        assert thinking.wait(30)
        make.comment(house, "Tamarisk hedges.")
        with house.database.read() as session:
            last = jobs.last_index_job(session)
        until(lambda: house.engine.applied() == last, "the comment is in the index")
        assert rows(house, jobs.THEMES)[0].kept_at is None
        found.set()
        until(lambda: rows(house, jobs.THEMES)[0].kept_at is not None, "the run is kept")
    finally:
        found.set()
        stopped.set()
        running.join()


def test_a_late_promise_is_told_by_its_age(house: House) -> None:
    house.worker.keep_all()
    make.comment(house)
    with house.database.write() as session:
        session.execute(update(Job).where(Job.kept_at.is_(None)).values(not_before=NOW + timedelta(days=1)))
    house.clock.forward(days=2)
    assert house.worker.keep_all() == 1
