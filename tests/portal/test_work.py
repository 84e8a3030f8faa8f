"""Officials' work: assignments, notes, tags, read marks, many at once, and the lists to work through."""

from __future__ import annotations

import re
from datetime import date

import httpx
import pytest
from sqlalchemy import select

from portal.errors import Conflict, InvalidInput, NotFound
from portal.models import AuditRecord, Note, Tagging
from portal.services import audit, bulk, moderation, queues, work
from portal.services.acting import By
from tests import make
from tests.make import CLAUSE, SLUG, House


def by(house: House, email: str = "officer@ministry.example") -> By:
    with house.database.write() as session:
        return By(make.reviewer(session, house, email), house.clock())


def test_a_note_stands_with_who_wrote_it_and_is_on_record_without_its_text(house: House) -> None:
    make.comment(house)
    me = by(house)
    with house.database.write() as session:
        work.write_note(session, "  Ask the law <division>.  ", comment=1, by=me)
    with house.database.read() as session:
        assert [(note.by, note.text) for note in work.notes(session, comment=1)] == [
            ("officer", "Ask the law <division>.")
        ]
        assert audit.check(session) == []


@pytest.mark.parametrize(
    ("text", "key"), [("  ", "error.work.note_empty"), ("a" * 4001, "error.work.note_long")]
)
def test_an_empty_or_endless_note_is_refused(house: House, text: str, key: str) -> None:
    make.comment(house)
    me = by(house)
    with house.database.write() as session, pytest.raises(InvalidInput) as caught:
        work.write_note(session, text, comment=1, by=me)
    assert caught.value.fields == {"text": (key,)}


def test_a_comment_is_given_to_an_official_until_a_day_and_taken_back(house: House) -> None:
    make.comment(house)
    me, other = by(house), by(house, "other@ministry.example")
    with house.database.write() as session:
        work.assign(session, SLUG, [1], to=other.reviewer_id, due_on="2026-11-30", by=me)
    with house.database.read() as session:
        task = work.task_of(session, 1)
        assert task is not None
        assert (task.who, task.due_on, task.by) == ("other", date(2026, 11, 30), "officer")
        assert work.tasks_of(session, 1, other.reviewer_id) == ((1, date(2026, 11, 30)),)
    with house.database.write() as session:
        work.assign(session, SLUG, [1], to=None, by=me)
        assert work.task_of(session, 1) is None


def test_nobody_unknown_and_no_odd_day_is_taken(house: House) -> None:
    make.comment(house)
    me = by(house)
    with house.database.write() as session:
        with pytest.raises(InvalidInput):
            work.assign(session, SLUG, [1], to=99, by=me)
        with pytest.raises(InvalidInput):
            work.assign(session, SLUG, [1], to=me.reviewer_id, due_on="tomorrow", by=me)


def test_the_codebook_counts_its_tags_and_keeps_retired_ones(house: House) -> None:
    make.comment(house)
    make.comment(house)
    me = by(house)
    with house.database.write() as session:
        work.make_tag(session, SLUG, name="court order", meaning="A judge is asked for.", by=me)
        work.tag(session, SLUG, [1, 2], 1, by=me)
        work.tag(session, SLUG, [1], 1, by=me)
        work.untag(session, SLUG, 2, 1, by=me)
        work.retire_tag(session, SLUG, 1, retired=True, by=me)
        with pytest.raises(Conflict):
            work.tag(session, SLUG, [2], 1, by=me)
        with pytest.raises(Conflict):
            work.make_tag(session, SLUG, name="COURT ORDER", meaning="", by=me)
        with pytest.raises(NotFound):
            work.tag(session, "another", [2], 1, by=me)
    with house.database.read() as session:
        row = work.codebook(session, SLUG)[0]
        assert (row.name, row.comments, row.retired_at) == ("court order", 1, house.clock())
        assert session.scalars(select(Tagging.comment_id)).all() == [1]


def test_read_marks_are_everybodys_own(house: House) -> None:
    make.comment(house)
    me, other = by(house), by(house, "other@ministry.example")
    with house.database.write() as session:
        work.mark_read(session, [1], read=True, by=me)
    with house.database.read() as session:
        assert work.read_by(session, me.reviewer_id, [1]) == {1}
        assert work.read_by(session, other.reviewer_id, [1]) == frozenset()


def test_what_changes_nothing_leaves_no_record(house: House) -> None:
    make.comment(house)
    me = by(house)
    with house.database.write() as session:
        work.make_tag(session, SLUG, name="courts", meaning="", by=me)
        work.untag(session, SLUG, 1, 1, by=me)
        for read in (False, True, True):
            work.mark_read(session, [1, 1], read=read, by=me)
    with house.database.read() as session:
        told = session.scalars(select(AuditRecord.act).where(AuditRecord.act.startswith("work."))).all()
    assert told == ["work.make_tag", "work.read"]


def test_many_are_decided_one_by_one_and_what_changed_meanwhile_is_left(house: House) -> None:
    for _ in range(3):
        make.comment(house, "Call 0300-1234567.")
    me = by(house)
    with house.database.read() as session:
        marks = moderation.marks(session, [1, 2, 3])
    with house.database.write() as session:
        moderation.publish(session, 2, reviewer_id=me.reviewer_id, now=house.clock())
    chosen = [bulk.Chosen(number, marks[f"C-000{number}"]) for number in (1, 2, 3)]
    with house.database.write() as session:
        done = bulk.apply(session, SLUG, chosen, bulk.Request("withhold", reason="personal_data"), me)
    assert done == bulk.Done(2, ("C-0002",))
    with house.database.read() as session:
        states = moderation.states(session)
        assert (states["withheld"], states["published"]) == (2, 1)


@pytest.mark.parametrize(
    ("asked", "count", "field"),
    [
        (bulk.Request("erase"), 1, "act"),
        (bulk.Request("publish"), 0, "chosen"),
        (bulk.Request("publish"), bulk.MOST + 1, "chosen"),
        (bulk.Request("withhold"), 1, "reason"),
    ],
)
def test_many_need_an_act_a_choice_and_a_reason(
    house: House, asked: bulk.Request, count: int, field: str
) -> None:
    make.comment(house)
    me = by(house)
    with house.database.write() as session, pytest.raises(InvalidInput) as caught:
        bulk.apply(session, SLUG, [bulk.Chosen(1)] * count, asked, me)
    assert list(caught.value.fields) == [field]


def test_a_list_knows_its_neighbours_also_after_a_comment_has_left_it(house: House) -> None:
    for _ in range(3):
        make.comment(house, "Call 0300-1234567.")
    me = by(house)

    def around(name: str) -> tuple[str | None, str | None]:
        with house.database.read() as session:
            return queues.around(session, 1, "pending", name, reviewer_id=me.reviewer_id)

    assert (around("C-0001"), around("C-0002"), around("C-0003")) == (
        (None, "C-0002"),
        ("C-0001", "C-0003"),
        ("C-0002", None),
    )
    with house.database.write() as session:
        moderation.publish(session, 2, reviewer_id=me.reviewer_id, now=house.clock())
    assert around("C-0002") == ("C-0001", "C-0003")
    assert around("C-0001") == (None, "C-0003")


async def test_the_forms_around_a_comment_work_without_scripts(
    client: httpx.AsyncClient, house: House
) -> None:
    make.comment(house)
    await make.sign_in(house, client)
    root = "/en/desk/comments/C-0001"
    assert (await client.post(f"{root}/note", data={"text": "Ask the ministry."})).status_code == 303
    made = await client.post("/en/desk/tags", data={"name": "courts", "meaning": "", "consultation": SLUG})
    assert made.status_code == 303
    assert (await client.post(f"{root}/tag", data={"tag": "1"})).status_code == 303
    assert (await client.post(f"{root}/assign", data={"to": "1", "due_on": "2026-12-01"})).status_code == 303
    assert (await client.post(f"{root}/read", data={"read": "yes"})).status_code == 303
    page = (await client.get(root)).text
    for said in ("Ask the ministry.", "courts", "officer looks at it", "You have marked it as read."):
        assert said in page
    mine = (await client.get("/en/desk/queue?state=mine")).text
    assert "C-0001" in mine
    assert "until 1\u00a0December\u00a02026" in mine
    wrong = await client.post(f"{root}/assign", data={"to": "77"})
    assert wrong.status_code == 422
    assert "Choose an official whose account is open" in wrong.text


async def test_a_clause_page_for_officials_shows_states_positions_and_keeps_notes(
    client: httpx.AsyncClient, house: House
) -> None:
    make.comment(house, position="oppose")
    make.comment(house, "Call 0300-1234567.", position="support")
    await make.sign_in(house, client)
    address = f"/en/desk/clauses/{SLUG}/{CLAUSE}"
    page = (await client.get(address)).text
    assert "Waiting" in page or "pending" in page
    assert (await client.post(f"{address}/notes", data={"text": "Check with SUPARCO."})).status_code == 303
    assert (await client.post(f"{address}/notes", data={"text": ""})).status_code == 422
    assert "Check with SUPARCO." in (await client.get(address)).text
    with house.database.read() as session:
        assert session.scalars(select(Note.clause_id)).all() != [None]


async def test_the_list_of_clauses_says_how_many_comments_are_published_on_each(
    client: httpx.AsyncClient, house: House
) -> None:
    make.comment(house, position="oppose")
    make.comment(house, "Cameras need a judge.", position="support")
    make.comment(house, "Call 0300-1234567.")
    await make.sign_in(house, client)
    page = (await client.get("/en/desk/clauses")).text
    row = next(line for line in page.split("<li") if f"/clauses/{SLUG}/{CLAUSE}" in line)
    assert re.search(r"\b2\b.*comments", row, re.DOTALL)


async def test_the_queue_says_what_became_of_the_comment_that_was_decided_last(
    client: httpx.AsyncClient, house: House
) -> None:
    make.comment(house, "Call 0300-1234567.")
    await make.sign_in(house, client)
    decided = await client.post("/en/desk/comments/C-0001/publish", data={"list": "pending"})
    assert "done=C-0001" in decided.headers["location"]
    page = (await client.get(decided.headers["location"])).text
    assert re.search(r'role="status">[^<]*C-0001', page)
    for name in ("C-9999", "nonsense"):
        page = (await client.get(f"/en/desk/queue?done={name}")).text
        assert 'role="status"' not in page


async def test_the_queue_acts_on_the_ticked_comments(client: httpx.AsyncClient, house: House) -> None:
    make.comment(house, "Call 0300-1234567.")
    make.comment(house, "Call 0300-1234568.")
    await make.sign_in(house, client)
    with house.database.read() as session:
        marks = moderation.marks(session, [1, 2])
    data = {
        "c_C-0001": marks["C-0001"],
        "c_C-0002": marks["C-0002"],
        "act": "publish",
        "back": "/en/desk/queue?state=pending",
    }
    answer = await client.post("/en/desk/many", data=data)
    assert answer.headers["location"] == "/en/desk/queue?state=pending&changed=2&left=0"
    assert "Done with 2 comments." in (await client.get(answer.headers["location"])).text
    outside = await client.post("/en/desk/many", data={**data, "back": "https://evil.example/"})
    assert outside.headers["location"].startswith("/en/desk/queue?")
