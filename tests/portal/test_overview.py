"""The overview: what waits and since when, what is due, and how far the machine is behind."""

from __future__ import annotations

import re
from datetime import date, timedelta

import httpx

from portal.models import Assignment
from portal.services import concerns, jobs, moderation, overview, themes
from portal.services.overview import Disk, Overview
from tests import make
from tests.make import CLAUSE, NOW, OTHER_CLAUSE, SLUG, VERSION, House

HELD = "Call 0300-1234567, number {}."
DISK = Disk(free=20_000_000_000, total=40_000_000_000)
PAGE = f"/en/desk/overview?consultation={SLUG}"


def seen(house: House, *, reviewer_id: int = 1, applied: int | None = 0) -> Overview:
    with house.database.read() as session:
        draft = themes.find_draft(session, SLUG, VERSION)
        return overview.gather(
            session, draft, reviewer_id=reviewer_id, applied=applied, disk=DISK, now=house.clock()
        )


def waiting(house: House) -> dict[str, tuple[int, object]]:
    return {one.kind: (one.count, one.oldest) for one in seen(house).waiting}


def give(house: House, number: int, due_on: date | None, email: str = "officer@ministry.example") -> int:
    with house.database.write() as session:
        reviewer_id = make.reviewer(session, house, email)
        session.add(
            Assignment(
                comment_id=number,
                reviewer_id=reviewer_id,
                due_on=due_on,
                assigned_by=reviewer_id,
                at=house.clock(),
            )
        )
    return reviewer_id


def test_nothing_waits_in_a_new_consultation(house: House) -> None:
    house.worker.keep_all()
    found = seen(house, applied=house.engine.applied())
    assert {one.kind: (one.count, one.oldest) for one in found.waiting} == dict.fromkeys(
        ("pending", "on_paper", "appeals", "reported"), (0, None)
    )
    assert (found.clauses, found.mine, found.due, found.last_run) == ((), (), (), None)
    assert (found.behind, found.disk) == (0, DISK)


def test_what_waits_is_counted_with_the_age_of_the_oldest(house: House) -> None:
    make.comment(house, HELD.format(1))
    house.clock.forward(hours=2)
    make.comment(house, HELD.format(2))
    shown = make.comment(house, "More shade.").comments[0].id
    house.clock.forward(hours=1)
    with house.database.write() as session:
        concerns.raise_one(session, SLUG, shown, reason="abuse", note="", now=house.clock())
    assert waiting(house) == {
        "pending": (2, NOW),
        "on_paper": (0, None),
        "appeals": (0, None),
        "reported": (1, NOW + timedelta(hours=3)),
    }
    with house.database.write() as session:
        moderation.publish(session, 1, reviewer_id=None, now=house.clock())
    assert waiting(house)["pending"] == (1, NOW + timedelta(hours=2))


def test_what_waits_is_counted_by_clause(house: House) -> None:
    for number, clause in enumerate((CLAUSE, OTHER_CLAUSE, OTHER_CLAUSE, None)):
        make.comment(house, HELD.format(number), clause=clause)
    found = [(one.eid, one.number, one.count) for one in seen(house).clauses]
    assert found[0] == (OTHER_CLAUSE, "1.1.2", 2)
    assert set(found[1:]) == {(None, None, 1), (CLAUSE, "1.1.1", 1)}


def test_another_consultation_does_not_count(house: House) -> None:
    make.consultation(house, slug="other-policy")
    make.comment(house, HELD.format(1), slug="other-policy")
    assert waiting(house)["pending"] == (0, None)
    assert seen(house).clauses == ()


def test_tasks_are_told_by_their_day(house: House) -> None:
    today = date(2026, 11, 24)
    for number, days in enumerate((None, 4, 3, 0, -1), start=1):
        make.comment(house, HELD.format(number))
        due_on = None if days is None else today + timedelta(days=days)
        mine = give(house, number, due_on)
    make.comment(house, HELD.format(6))
    give(house, 6, today, "other@ministry.example")
    found = seen(house, reviewer_id=mine)
    assert [(task.comment, task.when) for task in found.mine] == [
        ("C-0005", "overdue"),
        ("C-0004", "soon"),
        ("C-0003", "soon"),
        ("C-0002", "later"),
        ("C-0001", "none"),
    ]
    assert [(task.comment, task.who) for task in found.due] == [
        ("C-0005", "officer"),
        ("C-0004", "officer"),
        ("C-0006", "other"),
        ("C-0003", "officer"),
    ]


def test_the_machine_says_how_far_it_is_behind(house: House) -> None:
    house.worker.keep_all()
    applied = house.engine.applied()
    make.comment(house)
    make.comment(house, "Another one.")
    with house.database.write() as session:
        for _ in range(2):
            last = jobs.promise(session, jobs.MAIL, {"mail": "lost", "submission": 1}, now=house.clock())
        jobs.put_off(session, last, "SMTPConnectError", now=house.clock())
    found = seen(house, applied=applied)
    kinds = {one.kind: one for one in found.promised}
    assert found.behind == 2
    assert (kinds["index"].open, kinds["index"].oldest) == (2, NOW)
    assert (kinds["mail"].open, kinds["mail"].failing, kinds["mail"].fault) == (2, 1, "SMTPConnectError")
    assert seen(house, applied=None).behind is None
    house.worker.keep_all()
    assert seen(house, applied=house.engine.applied()).behind == 0


def test_mails_that_were_given_up_are_counted_for_thirty_days(house: House) -> None:
    with house.database.write() as session:
        for _ in range(3):
            job = jobs.promise(session, jobs.MAIL, {"mail": "lost", "submission": 1}, now=house.clock())
            jobs.give_up(session, job, "SMTPRecipientsRefused 550", now=house.clock())
            house.clock.forward(days=20)
        other = jobs.promise(session, jobs.REPORT, {"report": 1}, now=house.clock())
        jobs.give_up(session, other, "OSError", now=house.clock())
    house.clock.forward(days=-20)
    found = seen(house)
    mail = next(one for one in found.promised if one.kind == "mail")
    assert found.mails_given_up == 2
    assert (mail.open, mail.failing, mail.fault) == (0, 0, None)


def test_the_last_run_tells_what_came_since(house: House) -> None:
    for body in (
        "Plant mango trees near schools.",
        "Mango trees give shade.",
        "Who waters?",
        "Too few wells.",
    ):
        make.comment(house, body)
    with house.database.write() as session:
        draft = themes.find_draft(session, SLUG, VERSION)
        jobs.promise(session, jobs.THEMES, {"draft": draft.id}, now=house.clock())
    house.worker.keep_all()
    house.clock.forward(minutes=5)
    make.comment(house, "A late one.")
    run = seen(house).last_run
    assert run is not None
    assert (run.at, run.comments, run.since) == (NOW, 4, 1)


async def test_every_figure_leads_to_the_page_that_shows_it(
    house: House, official: httpx.AsyncClient
) -> None:
    for number in range(2):
        make.comment(house, HELD.format(number))
    make.comment(house, HELD.format("on the whole"), clause=None)
    give(house, 1, date(2026, 11, 23))
    house.worker.keep_all()
    page = (await official.get(PAGE)).text
    facts = page[page.index('<dl class="facts">') :]
    counted = re.findall(r'href="([^"]+)"[^>]*>\s*([^<]*?)\s*</a>', facts)
    links = {words: href.replace("&amp;", "&") for href, words in counted}
    assert links["3 comments"] == f"/en/desk/queue?consultation={SLUG}&state=pending"
    for href in links.values():
        if href.startswith("/"):
            assert (await official.get(href)).status_code == 200
        else:
            assert f'id="{href.removeprefix("#")}"' in page
    clause = (await official.get(next(h for h in links.values() if f"clause={CLAUSE}" in h))).text
    assert "2 comments" in clause
    assert "C-0001" in page
    assert "overdue since 23" in page


async def test_letters_that_wait_lead_to_their_search(house: House, official: httpx.AsyncClient) -> None:
    make.comment(house, HELD.format(1))
    fields = {"channel": "letter", "clause": "1.1.1", "body": HELD.format(2), "submitter": "anonymous"}
    token = await make.form_token(official, f"/en/desk/letters?consultation={SLUG}")
    sent = await official.post("/en/desk/letters", data={**fields, "consultation": SLUG, "token": token})
    assert sent.status_code == 303
    house.worker.keep_all()
    assert waiting(house)["on_paper"][0] == 1
    page = (await official.get(PAGE)).text
    href = re.search(r'href="(/en/desk/search[^"]*channel[^"]*)"', page)
    assert href is not None
    found = (await official.get(href.group(1).replace("&amp;", "&"))).text
    assert "C-0002" in found
    assert "C-0001" not in found


async def test_a_stranger_is_led_to_the_sign_in_page(house: House) -> None:
    async with make.client(house) as stranger:
        assert (await stranger.get(PAGE)).status_code == 303


async def test_the_page_says_how_the_index_does(house: House, official: httpx.AsyncClient) -> None:
    make.comment(house)
    assert "being rebuilt" in (await official.get(PAGE)).text
    house.worker.keep_all()
    assert "up to date" in (await official.get(PAGE)).text
    make.comment(house, "Another one.")
    assert "1 change behind" in (await official.get(PAGE)).text


async def test_the_page_says_how_many_mails_were_given_up(house: House, official: httpx.AsyncClient) -> None:
    assert "given up" not in (await official.get(PAGE)).text
    with house.database.write() as session:
        job = jobs.promise(session, jobs.MAIL, {"mail": "lost", "submission": 1}, now=house.clock())
        jobs.give_up(session, job, "SMTPRecipientsRefused 550", now=house.clock())
    assert "1 given up in the last 30 days" in (await official.get(PAGE)).text
    assert "1 پیغام پہنچائے بغیر" in (await official.get(PAGE.replace("/en/", "/ur/"))).text
