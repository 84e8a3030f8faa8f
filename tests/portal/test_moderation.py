"""What waits before it is shown, and what officials do with it."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from portal.errors import Conflict, NotFound
from portal.models import Comment, StatusChange
from portal.services import audit, comments, moderation
from tests import make
from tests.make import House

HELD = [
    ("CNIC with hyphens", "My card is 35202-1234567-1.", "personal_data"),
    ("CNIC without", "3520212345671 is mine", "personal_data"),
    ("CNIC with spaces", "35202 1234567 1", "personal_data"),
    ("CNIC in Urdu digits", "میرا نمبر ۳۵۲۰۲-۱۲۳۴۵۶۷-۱ ہے", "personal_data"),
    ("mobile", "Call 0300-1234567 now", "personal_data"),
    ("mobile in one", "03001234567", "personal_data"),
    ("mobile abroad style", "+92 300 1234567", "personal_data"),
    ("mobile with 0092", "0092-300-1234567", "personal_data"),
    ("mobile in Arabic digits", "٠٣٠٠١٢٣٤٥٦٧", "personal_data"),
    ("landline", "phone 042-35761999", "personal_data"),
    ("e-mail", "write to sana.k@example.com please", "personal_data"),
    ("three links", "https://a.example http://b.example www.c.example", "links"),
]
SHOWN = [
    "From 2023 to 2028, and 2030-2035.",
    "Rs 1,000,000 for 400 projects and Rs 200,000 for 200 works.",
    "Clause 5.4.2(2) and 3.2.2 say 30 per cent.",
    "https://a.example and https://b.example are worth reading.",
    "10,000 trainers for 1,000,000 people is 1 for 100.",
    "Population 224000000 in 2022.",
    "@ the office nobody answers",
    "ہیلپ لائن 1122 پر کوئی نہیں ہوتا۔",
]


@pytest.mark.parametrize(("name", "body", "flag"), HELD, ids=[row[0] for row in HELD])
def test_personal_data_and_many_links_wait(house: House, name: str, body: str, flag: str) -> None:
    answer = make.comment(house, body)
    assert moderation.flags(body) == (flag,)
    assert answer.comments[0].status == "pending"


@pytest.mark.parametrize("body", SHOWN)
def test_numbers_years_and_two_links_do_not_wait(house: House, body: str) -> None:
    assert moderation.flags(body) == ()
    assert make.comment(house, body).comments[0].status == "published"


def test_both_reasons_are_noted(house: House) -> None:
    body = "a@b.example https://a.example https://b.example https://c.example"
    make.comment(house, body)
    with house.database.read() as session:
        assert session.scalars(select(Comment.flags)).one() == ["personal_data", "links"]


def test_a_consultation_can_hold_everything_first(house: House) -> None:
    toml = make.TOML.replace('moderation = "after"', 'moderation = "before"')
    make.consultation(house, slug="careful-policy", toml=toml)
    assert make.comment(house, "Harmless.", slug="careful-policy").comments[0].status == "pending"


def test_every_change_of_state_stands_in_the_log(house: House) -> None:
    make.comment(house, "Call 0300-1234567.")
    with house.database.write() as session:
        moderation.publish(session, 1, reviewer_id=None, now=house.clock())
        moderation.withhold(session, 1, reason="abuse", note="", reviewer_id=None, now=house.clock())
    with house.database.read() as session:
        lines = session.execute(
            select(StatusChange.before, StatusChange.after, StatusChange.reason).order_by(StatusChange.id)
        ).all()
    assert [tuple(line) for line in lines] == [
        (None, "pending", "personal_data"),
        ("pending", "published", None),
        ("published", "withheld", "abuse"),
    ]


def test_the_sender_reads_the_reason_on_the_receipt(house: House) -> None:
    code = make.comment(house).receipt
    with house.database.write() as session:
        moderation.withhold(session, 1, reason="off_topic", note="", reviewer_id=None, now=house.clock())
    with house.database.read() as session:
        row = comments.find_receipt(session, code, now=house.clock())
    assert [(c.status, c.reason, c.body) for c in row.comments] == [
        ("withheld", "off_topic", "More shade is good for everyone.")
    ]


def test_a_state_that_changed_meanwhile_is_a_conflict(house: House) -> None:
    make.comment(house)
    with house.database.write() as session, pytest.raises(Conflict):
        moderation.publish(session, 1, reviewer_id=None, now=house.clock())
    with house.database.write() as session, pytest.raises(NotFound):
        moderation.publish(session, 99, reviewer_id=None, now=house.clock())


def test_the_six_states_add_up_to_what_was_received(house: House) -> None:
    for body in ("One.", "Two.", "Call 0300-1234567."):
        make.comment(house, body)
    with house.database.write() as session:
        moderation.withhold(session, 2, reason="legal", note="", reviewer_id=None, now=house.clock())
        states = moderation.states(session)
    assert states == {"pending": 1, "published": 1, "withheld": 1, "withdrawn": 0, "spam": 0, "erased": 0}


def test_the_audit_chain_notices_a_changed_record(house: House) -> None:
    make.comment(house)
    with house.database.write() as session:
        assert audit.check(session) == []
        session.execute(text("UPDATE audit_record SET actor = 'nobody' WHERE id = 2"))
    with house.database.read() as session:
        assert audit.check(session) == [
            "Audit record 2 of 2026-11-24 10:00:00 UTC was changed after it was written."
        ]


def test_the_audit_chain_notices_a_missing_record(house: House) -> None:
    make.comment(house)
    make.comment(house, "Another.")
    with house.database.write() as session:
        session.execute(text("DELETE FROM audit_record WHERE id = 2"))
    with house.database.read() as session:
        assert audit.check(session) == ["Audit records are missing: 2."]
