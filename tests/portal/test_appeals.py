"""Objections at the desk: the waiting list, the two answers, and what the sender reads afterwards."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import select

from portal.errors import Conflict, InvalidInput, NotFound
from portal.models import Appeal, AuditRecord, Comment, Draft, Job, StatusChange
from portal.services import amending, appeals, audit, comments, moderation
from tests import make
from tests.make import AT_CLAUSE, House


def objected(house: House, body: str = "He is a fool.", text: str = "I named nobody.", **sender: str) -> str:
    """A withheld comment whose sender objects; its receipt."""
    sent = make.comment(house, body, **sender)
    name = sent.comments[0].id
    with house.database.write() as session:
        number = int(name.removeprefix("C-"))
        moderation.withhold(session, number, reason="abuse", note="", reviewer_id=None, now=house.clock())
        amending.appeal(session, sent.receipt, name, text=text, now=house.clock())
    house.app.state.portal.stamps.forget()
    return sent.receipt


def decide(house: House, outcome: str, note: str = "", number: int = 1) -> None:
    with house.database.write() as session:
        reviewer = make.reviewer(session, house)
        appeals.decide(session, number, outcome=outcome, note=note, reviewer_id=reviewer, now=house.clock())


async def test_the_desk_lists_waiting_objections_oldest_first(
    official: httpx.AsyncClient, house: House
) -> None:
    objected(house, "First comment.", "First <objection>.")
    house.clock.forward(minutes=5)
    objected(house, "Second comment.", "Second objection.")
    page = (await official.get("/en/desk/queue?state=appeals")).text
    assert "First &lt;objection&gt;." in page
    assert page.index("First comment.") < page.index("Second comment.")
    decide(house, "withheld", "It insults the neighbour.")
    page = (await official.get("/en/desk/queue?state=appeals")).text
    assert "First comment." not in page
    assert "Second comment." in page


async def test_an_empty_list_says_that_nobody_waits(official: httpx.AsyncClient) -> None:
    page = (await official.get("/ur/desk/queue?state=appeals")).text
    assert "کوئی اعتراض جواب کا منتظر نہیں۔" in page


def test_the_list_is_read_page_by_page(house: House) -> None:
    for number in range(5):
        objected(house, f"Comment {number}.")
    with house.database.read() as session:
        draft = session.scalars(select(Draft.id)).one()
        seen, cursor = [], None
        while True:
            page, cursor = appeals.waiting(session, draft, limit=2, cursor=cursor)
            seen.append([one.comment.body for one in page])
            if cursor is None:
                break
        assert appeals.count(session, draft) == 5
    assert seen == [["Comment 0.", "Comment 1."], ["Comment 2.", "Comment 3."], ["Comment 4."]]


async def test_publish_after_all_shows_the_comment_and_the_receipt_says_so(
    official: httpx.AsyncClient, house: House
) -> None:
    code = objected(house)
    page = (await official.get("/en/desk/comments/C-0001")).text
    assert "I named nobody." in page
    assert "Publish after all" in page
    assert 'action="/en/desk/comments/C-0001/publish"' not in page
    data = {"outcome": "published", "note": "You are right."}
    answer = await official.post("/en/desk/comments/C-0001/appeal", data=data)
    assert (answer.status_code, answer.headers["location"]) == (303, "/en/desk/comments/C-0001?done=C-0001")
    assert "He is a fool." in (await official.get(AT_CLAUSE)).text
    receipt = (await official.get(f"/en/receipts/{code}")).text
    assert "the comment is published after all" in receipt
    assert receipt.count("You are right.") == 1
    desk = (await official.get("/en/desk/comments/C-0001")).text
    assert "Publish after all" not in desk


async def test_keep_withheld_needs_an_answer_that_the_sender_reads(
    official: httpx.AsyncClient, house: House
) -> None:
    code = objected(house)
    address = "/en/desk/comments/C-0001/appeal"
    refused = await official.post(address, data={"outcome": "withheld", "note": " "})
    assert refused.status_code == 422
    assert refused.text.count("Say why the comment stays withheld") == 2
    answer = await official.post(address, data={"outcome": "withheld", "note": "It calls him a <fool>."})
    assert answer.status_code == 303
    receipt = (await official.get(f"/en/receipts/{code}")).text
    assert "the comment stays withheld" in receipt
    assert receipt.count("It calls him a &lt;fool&gt;.") == 1
    assert "It insults or threatens someone" in receipt
    assert "Object to this decision" not in receipt
    second = await official.post(address, data={"outcome": "published", "note": ""})
    assert second.status_code == 409


def test_a_decision_stands_in_the_log_and_the_audit_chain(house: House) -> None:
    objected(house)
    decide(house, "withheld", "It stays.")
    with house.database.read() as session:
        last = session.execute(
            select(StatusChange.before, StatusChange.after, StatusChange.reason, StatusChange.note)
            .order_by(StatusChange.id.desc())
            .limit(1)
        ).one()
        acts = session.scalars(select(AuditRecord.act).order_by(AuditRecord.id)).all()
        assert audit.check(session) == []
    assert tuple(last) == ("withheld", "withheld", "abuse", "It stays.")
    assert acts[-1] == "appeals.decide"


@pytest.mark.parametrize("outcome", ["published", "withheld"])
def test_the_sender_is_told_of_the_decision_where_an_address_was_given(house: House, outcome: str) -> None:
    objected(house, email="sana@example.com")
    with house.database.read() as session:
        before = len(session.scalars(select(Job.id).where(Job.kind == "mail")).all())
    decide(house, outcome, "Looked at again.")
    with house.database.read() as session:
        letters = session.scalars(select(Job.payload).where(Job.kind == "mail").order_by(Job.id)).all()
    assert letters[before:] == [{"mail": "decision", "submission": 1, "comment": 1}]


def test_nobody_is_written_to_without_an_address(house: House) -> None:
    objected(house)
    decide(house, "withheld", "Looked at again.")
    with house.database.read() as session:
        assert session.scalars(select(Job.id).where(Job.kind == "mail")).all() == []


def test_what_cannot_be_decided_is_refused(house: House) -> None:
    make.comment(house)
    with pytest.raises(NotFound):
        decide(house, "published")
    objected(house)
    with pytest.raises(InvalidInput) as wrong:
        decide(house, "burnt", "x" * 1001, number=2)
    assert wrong.value.fields == {"outcome": ("error.appeal.outcome",), "note": ("error.note.long",)}
    decide(house, "published", number=2)
    with pytest.raises(Conflict, match=r"error\.conflict\.appeal_decided"):
        decide(house, "withheld", "Again.", number=2)


def test_a_withdrawn_comment_leaves_the_list_and_cannot_be_published_by_its_appeal(house: House) -> None:
    code = objected(house)
    with house.database.write() as session:
        amending.withdraw(session, code, "C-0001", now=house.clock())
    with house.database.read() as session:
        assert appeals.waiting(session, session.scalars(select(Draft.id)).one()) == ((), None)
    with pytest.raises(Conflict):
        decide(house, "published")
    with house.database.read() as session:
        assert session.scalars(select(Comment.status)).one() == "withdrawn"
        assert session.scalars(select(Appeal.outcome)).one() is None


def test_the_receipt_row_holds_the_objection_and_its_answer(house: House) -> None:
    code = objected(house)
    decide(house, "withheld", "It stays.")
    with house.database.read() as session:
        appeal = comments.find_receipt(session, code, now=house.clock()).comments[0].appeal
    assert appeal is not None
    assert (appeal.text, appeal.outcome, appeal.note) == ("I named nobody.", "withheld", "It stays.")


async def test_an_objection_is_answered_by_publishing_the_changed_comment(
    official: httpx.AsyncClient, house: House
) -> None:
    code = objected(house)
    with house.database.write() as session:
        amending.edit(
            session,
            code,
            "C-0001",
            body="Milder words.",
            position=None,
            suggested_wording=None,
            now=house.clock(),
        )
    assert "Milder words." not in (await official.get("/en/desk/queue?state=appeals")).text
    assert (await official.post("/en/desk/comments/C-0001/publish", data={})).status_code == 303
    assert "the comment is published after all" in (await official.get(f"/en/receipts/{code}")).text


async def test_a_note_too_long_comes_back_with_what_was_typed(
    official: httpx.AsyncClient, house: House
) -> None:
    objected(house)
    data = {"outcome": "withheld", "note": "n" * 1001}
    answer = await official.post("/en/desk/comments/C-0001/appeal", data=data)
    assert answer.status_code == 422
    assert "Shorten the note to 1,000 characters" in answer.text
    assert "n" * 1001 in answer.text
