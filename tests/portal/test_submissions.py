"""Taking comments: what is stored, under which hash, and that a retry is safe."""

from __future__ import annotations

import hashlib
import json
import unicodedata

import pytest
from sqlalchemy import func, select

from portal.errors import Conflict, ConsultationClosed, InvalidInput
from portal.models import Comment, Job, Submission
from portal.services import comments, consultations, submissions
from portal.services.checking import NewComment, NewSubmission
from portal.services.texts import clean, graphemes
from tests import make
from tests.make import CLAUSE, OTHER_CLAUSE, SLUG, VERSION, House


def test_the_hash_is_over_the_canonical_json_of_what_is_shown(house: House) -> None:
    body = 'Shade, "cool" streets\nand mango \U0001f96d — سایہ'
    answer = make.comment(house, body, position="support")
    shown = {
        "body": body,
        "clause": CLAUSE,
        "consultation": SLUG,
        "draft": VERSION,
        "id": answer.comments[0].id,
        "position": "support",
        "received_at": "2026-11-24T10:00:00.000000Z",
    }
    canonical = json.dumps(shown, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert answer.comments[0].sha256 == hashlib.sha256(canonical).hexdigest()


def test_only_line_ends_and_normal_form_are_changed(house: House) -> None:
    make.comment(house, "  a\r\nb\rc e\u0301 \u200f ي  ")
    with house.database.read() as session:
        assert session.scalars(select(Comment.body)).one() == "  a\nb\nc é \u200f ي  "


@pytest.mark.parametrize("letter", ["a", "ں", "ب\u0651", "👨‍👩‍👧", "e\u0301"])
def test_5000_letters_of_any_writing_are_taken(house: House, letter: str) -> None:
    body = letter * 5000
    assert graphemes(clean(body)) == 5000
    assert make.comment(house, body).comments[0].id == "C-0001"


def test_a_thousand_marks_on_one_letter_are_taken_and_one_more_is_not(house: House) -> None:
    make.comment(house, "a" + "\u0316" * 1000)
    with pytest.raises(InvalidInput) as refused:
        make.comment(house, "a" + "\u0316" * 1001)
    assert refused.value.fields == {"comments.0.body": ("error.text.marks",)}


def test_the_receipt_itself_is_not_stored(house: House) -> None:
    code = make.comment(house).receipt
    with house.database.read() as session:
        row = session.scalars(select(Submission)).one()
    assert row.receipt_sha256 == hashlib.sha256(code.replace("-", "").encode()).hexdigest()
    assert code not in repr(vars(row))


def test_the_same_key_and_content_give_the_first_answer(house: House) -> None:
    first = make.comment(house, key="abc")
    house.clock.forward(minutes=5)
    second = make.comment(house, key="abc")
    assert (second.receipt, second.received_at, second.comments) == (
        first.receipt,
        first.received_at,
        first.comments,
    )
    assert second.repeated
    with house.database.read() as session:
        assert session.execute(select(func.count(Comment.id))).scalar_one() == 1


def test_the_first_answer_stays_the_same_after_closing(house: House) -> None:
    first = make.comment(house, key="abc")
    house.clock.forward(days=40)
    assert make.comment(house, key="abc").receipt == first.receipt
    with pytest.raises(ConsultationClosed):
        make.comment(house, key="new")


@pytest.mark.parametrize(
    "change",
    [
        {"body": "Other."},
        {"position": "oppose"},
        {"clause": OTHER_CLAUSE},
        {"clause": None},
        {"name": "Sana"},
    ],
    ids=["body", "position", "clause", "whole", "sender"],
)
def test_the_same_key_with_other_content_is_a_conflict(house: House, change: dict[str, str]) -> None:
    make.comment(house, key="abc")
    with pytest.raises(Conflict):
        make.comment(house, **{"key": "abc", **change})


def test_without_a_key_two_equal_comments_are_two(house: House) -> None:
    assert make.comment(house).receipt != make.comment(house).receipt


def test_a_submission_of_200_comments_is_one_receipt(house: House) -> None:
    sent = NewSubmission(comments=tuple(NewComment(f"Number {n}.", CLAUSE) for n in range(200)))
    with house.database.write() as session:
        answer = submissions.submit(
            session,
            SLUG,
            VERSION,
            sent,
            channel="api",
            key=None,
            secret_key=house.settings.secret_key,
            now=house.clock(),
        )
    assert len({comment.id for comment in answer.comments}) == 200
    with house.database.read() as session:
        assert session.execute(select(func.count(Submission.id))).scalar_one() == 1
        row = comments.find_receipt(session, answer.receipt, now=house.clock())
        jobs = session.execute(select(func.count(Job.id)).where(Job.kind == "index")).scalar_one()
    assert [c.body for c in row.comments] == [f"Number {n}." for n in range(200)]
    assert jobs == 201


def test_a_clause_is_found_by_number_and_in_any_case(house: House) -> None:
    assert make.comment(house, clause="1.1.1").comments[0].clause == CLAUSE
    assert make.comment(house, clause=CLAUSE.upper()).comments[0].clause == CLAUSE


def test_every_problem_is_named_at_once(house: House) -> None:
    with pytest.raises(InvalidInput) as refused:
        make.comment(house, "", clause="x", position="y", email="z", submitter="organisation")
    assert sorted(refused.value.fields) == [
        "comments.0.body",
        "comments.0.clause",
        "comments.0.position",
        "email",
        "organisation",
    ]


@pytest.mark.parametrize(
    ("sender", "kind"),
    [({}, "anonymous"), ({"name": "Sana"}, "individual"), ({"organisation": "Weavers"}, "organisation")],
)
def test_who_writes_is_told_from_what_was_given(house: House, sender: dict[str, str], kind: str) -> None:
    make.comment(house, **sender)
    with house.database.read() as session:
        assert session.scalars(select(Submission.submitter)).one() == kind


@pytest.mark.parametrize(
    ("body", "language"),
    [
        ("The trees on our street give shade to the school.", "en"),
        ("ہماری سڑک کے درخت اسکول کو سایہ دیتے ہیں۔", "ur"),
        ("Hamari sarak ke darakht school ko saya dete hain.", "ur-Latn"),
        ("نادرا کا face verification system (v2.0) 5.4.2 کے تحت، e.g. AI کی identification غلط ہو تو؟", "ur"),
        ("The word ضلع is used in the draft for a district, and it is right.", "en"),
    ],
)
def test_the_language_is_detected_where_it_is_not_declared(house: House, body: str, language: str) -> None:
    make.comment(house, body)
    with house.database.read() as session:
        assert session.scalars(select(Comment.language)).one() == language


def test_open_from_the_first_instant_and_closed_at_the_last(house: House) -> None:
    with house.database.read() as session:
        row = consultations.get(session, SLUG, house.clock())
    for moment, taken in ((row.opens_at, True), (row.closes_at, False)):
        house.clock.now = moment
        if taken:
            make.comment(house)
        else:
            with pytest.raises(ConsultationClosed):
                make.comment(house)


def test_what_is_shown_on_the_receipt_is_what_was_sent(house: House) -> None:
    body = unicodedata.normalize("NFC", "\u202eبائیں\u202c → right\n\n\u0001 <b>")
    code = make.comment(house, body).receipt
    with house.database.read() as session:
        assert comments.find_receipt(session, code.lower(), now=house.clock()).comments[0].body == body
