"""Answers that are not sent yet: the rules, below the pages."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from portal.errors import Conflict, ConsultationClosed, InvalidInput, NotFound
from portal.models import Answer, AuditRecord, Comment, Sheet, Submission
from portal.services import answers, consistency, receipts
from portal.services.answers import SheetRow
from portal.services.checking import NewComment, NewSubmission
from portal.services.submissions import Acknowledgement
from tests.make import CLAUSE, OTHER_CLAUSE, SLUG, VERSION, House

CLAUSE_TEXT = "(1) Every street has 12 trees.\n\n(2) Neighbours are asked first."
ANONYMOUS = NewSubmission(comments=())


def begin(house: House, body: str = "More shade.", *, key: str = "form 1", **answer: Any) -> str:
    """Keep a first answer; its code."""
    with house.database.write() as session:
        return answers.begin(
            session,
            SLUG,
            VERSION,
            NewComment(body, answer.pop("clause", CLAUSE), **answer),
            key=key,
            user_agent="First phone",
            secret_key=house.settings.secret_key,
            now=house.clock(),
        ).code


def save(house: House, code: str, body: str, clause: str | None = OTHER_CLAUSE, **more: Any) -> None:
    seen = more.pop("seen", None)
    house.clock.forward(seconds=1)
    with house.database.write() as session:
        answers.save(session, code, NewComment(body, clause, **more), seen=seen, now=house.clock())


def sheet(house: House, code: str) -> SheetRow:
    with house.database.read() as session:
        return answers.open_sheet(session, code, now=house.clock())


def send(
    house: House, code: str, sender: NewSubmission = ANONYMOUS, seen: str | None = None
) -> Acknowledgement | str:
    with house.database.write() as session:
        return answers.send(
            session,
            code,
            SLUG,
            sender,
            seen=seen,
            secret_key=house.settings.secret_key,
            now=house.clock(),
        )


def test_answers_stand_in_the_order_of_the_draft_and_the_whole_last(house: House) -> None:
    code = begin(house, "On the water.", clause=OTHER_CLAUSE)
    save(house, code, "On all of it.", None)
    save(house, code, "On the street.", CLAUSE, position="support")
    row = sheet(house, code)
    assert [(a.number, a.body, a.position) for a in row.answers] == [
        ("1.1.1", "On the street.", "support"),
        ("1.1.2", "On the water.", None),
        (None, "On all of it.", None),
    ]
    assert row.answers[0].heading == {"en": "Street trees", "ur": "سڑک کے درخت"}
    assert (row.consultation.slug, row.draft) == (SLUG, VERSION)


def test_an_answer_is_kept_clean_and_replaced_by_a_later_one(house: House) -> None:
    code = begin(house, "One\r\ntwo e\u0301")
    assert sheet(house, code).answers[0].body == "One\ntwo \u00e9"
    save(house, code, "Three", CLAUSE)
    assert [answer.body for answer in sheet(house, code).answers] == ["Three"]


def test_the_same_form_sent_twice_is_one_sheet(house: House) -> None:
    assert begin(house) == begin(house)
    assert begin(house, key="form 2") != begin(house)
    with house.database.read() as session:
        assert session.scalar(select(func.count(Sheet.id))) == 2


def test_a_form_whose_answers_are_sent_already_begins_nothing_and_is_told_so(house: House) -> None:
    send(house, begin(house))
    with pytest.raises(Conflict):
        begin(house, "Another thought.")
    assert receipts.read(begin(house, "Another thought.", key="a fresh form"))


def test_a_code_may_be_typed_in_small_letters_and_without_hyphens(house: House) -> None:
    code = begin(house)
    assert sheet(house, code.lower().replace("-", " ")).code == code


@pytest.mark.parametrize("code", ["", "ABC", "00000-00000-00000-00000-00000-00", "\x00", "é" * 27])
def test_an_unknown_or_mistyped_code_opens_nothing(house: House, code: str) -> None:
    with pytest.raises(NotFound):
        sheet(house, code)
    with pytest.raises(NotFound):
        save(house, code, "Words.")
    with pytest.raises(NotFound):
        send(house, code)


@pytest.mark.parametrize("clause", ["part_9", "part_1", "1.1.2", "preface\x00"])
def test_what_is_no_clause_of_the_draft_that_can_be_answered_is_refused(house: House, clause: str) -> None:
    with pytest.raises(NotFound):
        begin(house, clause=clause)
    with pytest.raises(NotFound):
        save(house, begin(house), "Words.", clause)


@pytest.mark.parametrize(
    ("body", "more", "fields"),
    [
        (" \n", {}, {"body": ("error.body.empty",)}),
        (" \n", {"suggested_wording": CLAUSE_TEXT}, {"body": ("error.body.empty",)}),
        ("x" * 5_001, {}, {"body": ("error.body.long",)}),
        ("a\x00b", {}, {"body": ("error.text.nul",)}),
        ("a\ud800b", {}, {"body": ("error.text.encoding",)}),
        ("Fine.", {"position": "maybe"}, {"position": ("error.position.unknown",)}),
        (
            "Fine.",
            {"suggested_wording": "x" * 5_001},
            {"suggested_wording": ("error.suggested_wording.long",)},
        ),
        (
            "Fine.",
            {"suggested_wording": "a\udfffb"},
            {"suggested_wording": ("error.text.encoding",)},
        ),
    ],
)
def test_what_cannot_be_sent_cannot_be_kept_either(
    house: House, body: str, more: dict[str, str], fields: dict[str, tuple[str, ...]]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        begin(house, body, **more)
    assert refused.value.fields == fields
    with house.database.read() as session:
        assert session.scalar(select(func.count(Sheet.id))) == 0


def test_five_thousand_letters_of_urdu_are_kept(house: House) -> None:
    assert sheet(house, begin(house, "\u067e\u064e" * 5_000)).answers[0].body == "\u067e\u064e" * 5_000


def test_a_wording_or_a_position_alone_is_kept_though_it_cannot_be_sent_yet(house: House) -> None:
    code = begin(house, "", suggested_wording="(1) Every street has 20 trees.")
    save(house, code, "", position="oppose")
    assert len(sheet(house, code).answers) == 2
    with pytest.raises(InvalidInput) as refused:
        send(house, code)
    assert refused.value.fields == {
        f"answer.{CLAUSE}.body": ("error.body.empty",),
        f"answer.{OTHER_CLAUSE}.body": ("error.body.empty",),
    }
    assert len(sheet(house, code).answers) == 2


def test_the_clauses_own_words_are_no_suggestion(house: House) -> None:
    code = begin(house, "Well said.", suggested_wording=CLAUSE_TEXT.replace("\n", "\r\n"))
    assert sheet(house, code).answers[0].suggested_wording is None


def test_a_sheet_holds_two_hundred_answers_and_no_more(house: House) -> None:
    code = begin(house)
    with house.database.write() as session:
        number = session.scalars(select(Sheet.id)).one()
        session.add_all(
            Answer(
                sheet_id=number,
                eid=f"part_2__cl_{n}",
                body="x",
                position=None,
                suggested_wording=None,
                changed_at=house.clock(),
            )
            for n in range(199)
        )
    with pytest.raises(InvalidInput) as refused:
        save(house, code, "One too many.")
    assert refused.value.fields == {"": ("error.comments.count",)}
    save(house, code, "An answer that is there may change.", CLAUSE)


def test_a_change_made_elsewhere_is_not_written_over_unseen(house: House) -> None:
    code = begin(house)
    seen = answers.seen_of(sheet(house, code).answer(CLAUSE))
    save(house, code, "From the other phone.", CLAUSE, seen=seen)
    with pytest.raises(Conflict):
        save(house, code, "From the first phone.", CLAUSE, seen=seen)
    with pytest.raises(Conflict):
        save(house, code, "Thought to be the first.", CLAUSE, seen="")
    assert [answer.body for answer in sheet(house, code).answers] == ["From the other phone."]


def test_the_same_words_saved_twice_are_no_conflict(house: House) -> None:
    code = begin(house)
    save(house, code, "Twice.", seen="")
    save(house, code, "Twice.", seen="")
    assert sheet(house, code).answers[1].body == "Twice."


def test_one_answer_can_be_taken_away(house: House) -> None:
    code = begin(house)
    save(house, code, "Second.")
    with house.database.write() as session:
        answers.remove(session, code, CLAUSE, now=house.clock())
        answers.remove(session, code, CLAUSE, now=house.clock())
    assert [answer.eid for answer in sheet(house, code).answers] == [OTHER_CLAUSE]


def test_what_is_typed_about_the_sender_is_kept_as_it_can_be_held(house: House) -> None:
    code = begin(house)
    values = {"name": "Zulekha", "email": "z" * 3_000, "organisation": "a\x00b"}
    with house.database.write() as session:
        answers.keep_sender(session, code, values, now=house.clock())
    assert sheet(house, code).sender == {"name": "Zulekha", "email": "z" * 1_000}


def test_sending_makes_one_submission_and_leaves_nothing_here(house: House) -> None:
    code = begin(house, position="support")
    save(house, code, "Two years are too short.", suggested_wording="(1) Watered for 5 years.")
    save(house, code, "Good on the whole.", None)
    sent = send(house, code, NewSubmission(comments=(), name="Zulekha"))
    assert isinstance(sent, Acknowledgement)
    assert [comment.clause for comment in sent.comments] == [CLAUSE, OTHER_CLAUSE, None]
    with house.database.read() as session:
        assert session.scalar(select(func.count(Sheet.id))) == 0
        assert session.scalar(select(func.count(Answer.id))) == 0
        stored = session.scalars(select(Submission)).one()
        assert (stored.name, stored.channel, stored.receipt_sha256) == (
            "Zulekha",
            "web",
            receipts.digest(sent.receipt),
        )
        assert session.scalars(select(Comment.suggested_wording).order_by(Comment.id)).all() == [
            None,
            "(1) Watered for 5 years.",
            None,
        ]
        assert session.scalars(select(AuditRecord.act)).all().count("comments.submit") == 1
        assert consistency.database(session) == []


def test_sending_again_leads_to_the_first_receipt(house: House) -> None:
    code = begin(house)
    first = send(house, code)
    assert isinstance(first, Acknowledgement)
    assert send(house, code) == first.receipt
    assert first.receipt != code


def test_nothing_is_sent_that_the_page_did_not_show(house: House) -> None:
    code = begin(house)
    seen = sheet(house, code).seen
    save(house, code, "Written meanwhile on another phone.")
    with pytest.raises(Conflict):
        send(house, code, seen=seen)
    assert isinstance(send(house, code, seen=sheet(house, code).seen), Acknowledgement)


def test_a_fault_of_the_sender_leaves_the_answers_where_they_are(house: House) -> None:
    code = begin(house)
    with pytest.raises(InvalidInput) as refused:
        send(house, code, NewSubmission(comments=(), email="no address"))
    assert refused.value.fields == {"email": ("error.email.no_at",)}
    assert len(sheet(house, code).answers) == 1


def test_no_answer_is_nothing_to_send(house: House) -> None:
    code = begin(house)
    with house.database.write() as session:
        answers.remove(session, code, CLAUSE, now=house.clock())
    with pytest.raises(InvalidInput) as refused:
        send(house, code)
    assert refused.value.fields == {"": ("error.answers.none",)}


def test_after_closing_answers_can_be_read_but_neither_begun_nor_sent(house: House) -> None:
    house.clock.forward(days=28)
    code = begin(house)
    house.clock.forward(days=2)
    assert not sheet(house, code).consultation.open
    with pytest.raises(ConsultationClosed):
        send(house, code)
    with pytest.raises(ConsultationClosed):
        begin(house, key="too late")
    assert sheet(house, code).answers[0].body == "More shade."


def test_every_change_gives_thirty_days_more(house: House) -> None:
    code = begin(house)
    house.clock.forward(days=29)
    save(house, code, "Still here.")
    house.clock.forward(days=29)
    assert len(sheet(house, code).answers) == 2
    house.clock.forward(days=1)
    with pytest.raises(NotFound):
        sheet(house, code)


def test_what_nobody_came_back_for_is_deleted_and_nothing_else(house: House) -> None:
    begin(house)
    house.clock.forward(days=1)
    kept = begin(house, key="form 2")
    house.clock.forward(days=29)
    with house.database.write() as session:
        assert answers.forget_expired(session, now=house.clock()) == 1
        assert answers.forget_expired(session, now=house.clock()) == 0
        assert session.scalar(select(func.count(Answer.id))) == 1
    assert len(sheet(house, kept).answers) == 1


def test_deleting_takes_everything_at_once(house: House) -> None:
    code = begin(house)
    save(house, code, "Second.")
    with house.database.write() as session:
        answers.discard(session, code, now=house.clock())
        assert session.scalar(select(func.count(Answer.id))) == 0
    with pytest.raises(NotFound):
        sheet(house, code)


def test_a_browser_is_known_only_under_its_code(house: House) -> None:
    one, two = begin(house), begin(house, key="form 2")
    assert sheet(house, one).device_sha256 == answers.device_digest(one, "First phone")
    assert sheet(house, one).device_sha256 != sheet(house, two).device_sha256
    assert sheet(house, one).device_sha256 != answers.device_digest(one, "Another phone")
