"""The newest hash leaves the machine once a day: in the log, and by mail to whoever is an admin by then."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.logs import JsonLines
from portal.models import Job
from portal.outside.mail import open_mailer
from portal.services import audit, jobs, mails, reviewers
from portal.serving import post_of
from portal.settings import Settings
from portal.worker import Worker
from tests import make
from tests.make import House

MIDNIGHT = 19 - 10
"""Hours from the tests' now to the next day in Pakistan."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "mail"


@pytest.fixture
def worker(house: House, folder: Path) -> Worker:
    """A worker that writes mail into a folder, in a house with two admins and a reviewer."""
    with house.database.write() as session:
        reviewers.add(session, "first@ministry.example", role="admin", now=house.clock())
        reviewers.add(session, "second@ministry.example", role="admin", now=house.clock())
        reviewers.add(session, "reader@ministry.example", role="reviewer", now=house.clock())
    settings = house.settings
    post = mails.Post(open_mailer(f"file:{folder}"), "portal@test", settings.public_url, settings.secret_key)
    return replace(house.worker, post=post)


def sent(folder: Path) -> list[EmailMessage]:
    found = [
        message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(folder.glob("*.eml"))
    ]
    return sorted((one for one in found if isinstance(one, EmailMessage)), key=lambda one: one["To"])


def newest(house: House) -> audit.Newest:
    with house.database.read() as session:
        found = audit.newest(session)
    assert found is not None
    return found


def promised(house: House, kind: str) -> list[Job]:
    with house.database.read() as session:
        return list(session.scalars(select(Job).where(Job.kind == kind).order_by(Job.id)))


def test_the_log_names_the_newest_record_once_a_day(
    house: House, worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "portal.audit")
    end = newest(house)
    assert worker.tell_newest()
    assert not worker.tell_newest()
    lines = [record for record in caplog.records if record.name == "portal.audit"]
    assert [record.levelname for record in lines] == ["INFO"]
    assert f"number {end.number} " in lines[0].getMessage()
    assert end.sha256 in JsonLines().format(lines[0])


def test_a_worker_that_starts_again_does_not_tell_twice(house: House, worker: Worker) -> None:
    assert worker.tell_newest()
    again = replace(house.worker, post=worker.post)
    again.days.told = None
    assert not again.tell_newest()
    assert len(promised(house, jobs.WITNESS)) == 1
    assert len(promised(house, jobs.MAIL)) == 2


def test_the_day_changes_at_midnight_in_pakistan(house: House, worker: Worker) -> None:
    assert worker.tell_newest()
    house.clock.forward(hours=MIDNIGHT, seconds=-1)
    assert not worker.tell_newest()
    house.clock.forward(seconds=1)
    assert worker.tell_newest()
    days = [job.payload["day"] for job in promised(house, jobs.WITNESS)]
    assert days == ["2026-11-24", "2026-11-25"]


def test_every_admin_gets_one_message_in_both_languages(house: House, worker: Worker, folder: Path) -> None:
    end = newest(house)
    worker.tell_newest()
    worker.keep_all()
    messages = sent(folder)
    assert [one["To"] for one in messages] == ["first@ministry.example", "second@ministry.example"]
    text = messages[0].get_content()
    assert messages[0]["Subject"] == f"Audit record {end.number} · ریکارڈ کا اندراج {end.number}"
    assert text.count(f"portal check --expect {end.number}:{end.sha256}") == 2
    assert "Keep this message." in text
    assert "یہ پیغام محفوظ رکھیے۔" in text
    assert len({one["Message-ID"] for one in messages}) == 2


def test_a_message_is_for_who_is_an_admin_when_it_is_sent(house: House, worker: Worker, folder: Path) -> None:
    worker.tell_newest()
    with house.database.write() as session:
        reviewers.disable(session, "first@ministry.example", now=house.clock())
    worker.keep_all()
    assert [one["To"] for one in sent(folder)] == ["second@ministry.example"]
    assert all(job.kept_at for job in promised(house, jobs.MAIL))
    assert "ministry.example" not in str([job.payload for job in promised(house, jobs.MAIL)])


def test_what_is_sent_late_is_the_hash_of_its_day(house: House, worker: Worker, folder: Path) -> None:
    end = newest(house)
    worker.tell_newest()
    make.comment(house)
    house.clock.forward(days=3)
    worker.keep_all()
    assert f"{end.number}:{end.sha256}" in sent(folder)[0].get_content()


def test_without_mail_the_log_still_tells(house: House) -> None:
    assert house.worker.tell_newest()
    assert promised(house, jobs.MAIL) == []


def test_the_demonstration_prints_no_such_mail_on_its_console(config: Settings, folder: Path) -> None:
    to_folder = replace(config, mail_url=f"file:{folder}")
    told = {
        (demo, settings.mail_url[:5]): post_of(settings, demo=demo).to_admins
        for demo in (True, False)
        for settings in (config, to_folder)
    }
    assert told == {
        (True, "conso"): False,
        (True, "file:"): True,
        (False, "conso"): True,
        (False, "file:"): True,
    }


def test_a_promise_of_the_day_is_no_work_that_waits(house: House, worker: Worker) -> None:
    worker.keep_all()
    worker.tell_newest()
    with house.database.read() as session:
        assert jobs.waiting(session) == 2, "the two messages"
    worker.keep_all()
    with house.database.read() as session:
        assert jobs.waiting(session) == 0
    house.clock.now += timedelta(days=1)
    worker.tell_newest()
    assert len(promised(house, jobs.WITNESS)) == 2
