"""What a sender does later with the receipt: the rules, below the pages."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.errors import Conflict, ConsultationClosed, InvalidInput, NotFound
from portal.models import Appeal, Comment, Revision, StatusChange, Submission
from portal.services import amending, comments, consistency, moderation, receipts, search
from portal.services.rows import ReceiptComment
from search_index.documents import Filters
from tests import make
from tests.make import CLAUSE, House

CLAUSE_TEXT = "(1) Every street has 12 trees.\n\n(2) Neighbours are asked first."


def edit(house: House, receipt: str, name: str = "C-0001", **new: str | None) -> bool:
    values = {"body": "More shade.", "position": None, "suggested_wording": None, **new}
    with house.database.write() as session:
        return amending.edit(session, receipt, name, now=house.clock(), **values)  # type: ignore[arg-type]


def receipt_comment(house: House, receipt: str) -> ReceiptComment:
    with house.database.read() as session:
        return comments.find_receipt(session, receipt, now=house.clock()).comments[0]


def withhold(house: House, number: int = 1) -> None:
    with house.database.write() as session:
        reviewer = make.reviewer(session, house)
        moderation.withhold(
            session,
            number,
            reason="off_topic",
            note="Not about trees.",
            reviewer_id=reviewer,
            now=house.clock(),
        )


def test_an_edit_keeps_the_earlier_version_and_gives_a_new_fingerprint(house: House) -> None:
    answer = make.comment(house, "First words.", position="support")
    assert edit(house, answer.receipt, body="Second words.", position="oppose")
    shown = receipt_comment(house, answer.receipt)
    assert (shown.body, shown.position, shown.revisions) == ("Second words.", "oppose", 1)
    assert shown.sha256 != answer.comments[0].sha256
    with house.database.read() as session:
        kept = session.scalars(select(Revision)).one()
        assert (kept.number, kept.body, kept.position) == (1, "First words.", "support")
        assert kept.sha256 == answer.comments[0].sha256
        assert consistency.database(session) == []


def test_sending_an_edit_twice_makes_one_new_version(house: House) -> None:
    answer = make.comment(house, "First words.")
    assert edit(house, answer.receipt, body="Second words.")
    assert not edit(house, answer.receipt, body="Second words.")
    assert receipt_comment(house, answer.receipt).revisions == 1


def test_an_edit_that_brings_a_phone_number_waits(house: House) -> None:
    answer = make.comment(house)
    edit(house, answer.receipt, body="Call me: 0300 1234567")
    assert receipt_comment(house, answer.receipt).status == "pending"


def test_a_withheld_comment_that_is_changed_waits_for_an_official_again(house: House) -> None:
    answer = make.comment(house)
    withhold(house)
    edit(house, answer.receipt, body="About trees after all.")
    assert receipt_comment(house, answer.receipt).status == "pending"


def test_after_closing_nothing_can_be_changed_or_withdrawn(house: House) -> None:
    answer = make.comment(house)
    house.clock.forward(days=40)
    with pytest.raises(ConsultationClosed):
        edit(house, answer.receipt)
    with pytest.raises(ConsultationClosed), house.database.write() as session:
        amending.withdraw(session, answer.receipt, None, now=house.clock())


def test_another_receipts_comment_is_not_found(house: House) -> None:
    make.comment(house)
    other = make.comment(house, "Another voice.")
    with pytest.raises(NotFound):
        edit(house, other.receipt, "C-0001")


@pytest.mark.parametrize("code", ["", "ABC", "00000-00000-00000-00000-00000-00"])
def test_a_wrong_code_is_not_found(house: House, code: str) -> None:
    make.comment(house)
    with pytest.raises(NotFound):
        edit(house, code)


def test_a_withdrawn_comment_is_out_of_sight_and_cannot_be_changed(house: House) -> None:
    answer = make.comment(house, "Jasmine hedges everywhere.")
    house.worker.keep_all()
    with house.database.write() as session:
        assert amending.withdraw(session, answer.receipt, None, now=house.clock()) == 1
    house.worker.keep_all()
    with house.database.read() as session:
        assert search.find(session, house.engine, "jasmine", Filters(statuses=("published",))).total == 0
    with pytest.raises(Conflict):
        edit(house, answer.receipt)
    with pytest.raises(Conflict), house.database.write() as session:
        amending.withdraw(session, answer.receipt, "C-0001", now=house.clock())


def test_an_appeal_is_possible_once_and_only_against_withholding(house: House) -> None:
    answer = make.comment(house)
    with pytest.raises(Conflict), house.database.write() as session:
        amending.appeal(session, answer.receipt, "C-0001", text="Why?", now=house.clock())
    withhold(house)
    with pytest.raises(InvalidInput), house.database.write() as session:
        amending.appeal(session, answer.receipt, "C-0001", text="  ", now=house.clock())
    with house.database.write() as session:
        amending.appeal(session, answer.receipt, "C-0001", text="It is about shade.", now=house.clock())
    with pytest.raises(Conflict), house.database.write() as session:
        amending.appeal(session, answer.receipt, "C-0001", text="Again.", now=house.clock())


def test_publishing_after_an_appeal_decides_it(house: House) -> None:
    answer = make.comment(house)
    withhold(house)
    with house.database.write() as session:
        amending.appeal(session, answer.receipt, "C-0001", text="It is about shade.", now=house.clock())
        moderation.publish(
            session, 1, note="You are right.", reviewer_id=make.reviewer(session, house), now=house.clock()
        )
    appeal = receipt_comment(house, answer.receipt).appeal
    assert appeal is not None
    assert (appeal.outcome, appeal.note, appeal.decided_at) == ("published", "You are right.", house.clock())
    with house.database.read() as session:
        assert session.scalars(select(Appeal.decided_at)).one() is not None


def test_asking_to_be_told_keeps_an_address_and_taking_it_back_deletes_it(house: House) -> None:
    answer = make.comment(house)
    for email, kept in (("reader@example.org", "reader@example.org"), ("", None)):
        with house.database.write() as session:
            key = house.settings.secret_key
            amending.tell(session, answer.receipt, email=email, secret_key=key, now=house.clock())
        with house.database.read() as session:
            row = session.execute(select(Submission.email, Submission.tell_me)).one()
            assert tuple(row) == (kept, kept is not None)


def test_the_log_names_every_step(house: House) -> None:
    answer = make.comment(house)
    edit(house, answer.receipt, body="Other words.")
    with house.database.write() as session:
        amending.withdraw(session, answer.receipt, None, now=house.clock())
    with house.database.read() as session:
        steps = session.execute(
            select(StatusChange.before, StatusChange.after).order_by(StatusChange.id)
        ).all()
        assert [tuple(step) for step in steps] == [
            (None, "published"),
            ("published", "published"),
            ("published", "withdrawn"),
        ]


def test_a_wording_that_changes_nothing_is_none(house: House) -> None:
    answer = make.comment(house)
    edit(house, answer.receipt, suggested_wording=CLAUSE_TEXT.replace("\n\n", "\r\n"))
    assert receipt_comment(house, answer.receipt).suggested_wording is None
    edit(house, answer.receipt, suggested_wording=CLAUSE_TEXT.replace("12", "20"))
    shown = receipt_comment(house, answer.receipt)
    assert (shown.wording_language, shown.wording_base) == ("en", CLAUSE_TEXT)


def test_an_urdu_wording_replaces_the_urdu_text(house: House) -> None:
    answer = make.comment(house)
    edit(house, answer.receipt, suggested_wording="(1) ہر سڑک پر 20 درخت ہوں۔")
    assert receipt_comment(house, answer.receipt).wording_language == "ur"


def test_words_of_a_suggested_wording_are_found(house: House) -> None:
    answer = make.comment(house, "Please change it.")
    edit(house, answer.receipt, suggested_wording="Every street has 20 jacaranda trees.")
    house.worker.keep_all()
    with house.database.read() as session:
        found = search.find(session, house.engine, "jacaranda", Filters(statuses=("published",)))
    assert [item.comment.clause for item in found.comments] == [CLAUSE]


def test_a_sealed_receipt_opens_with_its_key_only() -> None:
    code = receipts.make("k" * 32, "tree-policy", b"a key")
    sealed = receipts.seal("k" * 32, code)
    assert code.replace("-", "") not in sealed
    assert receipts.unseal("k" * 32, receipts.digest(code), sealed) == code
    assert receipts.unseal("x" * 32, receipts.digest(code), sealed) is None


def test_the_sealed_receipt_is_kept_where_an_address_was_given(house: House) -> None:
    with_address = make.comment(house, email="reader@example.org")
    make.comment(house, "Without an address.")
    with house.database.read() as session:
        rows = session.execute(
            select(Submission.receipt_sha256, Submission.receipt_sealed).order_by(Submission.id)
        ).all()
    assert rows[1].receipt_sealed is None
    key = house.settings.secret_key
    assert receipts.unseal(key, rows[0].receipt_sha256, rows[0].receipt_sealed) == with_address.receipt


def test_a_name_that_is_not_to_be_shown_stands_on_no_public_row(house: House) -> None:
    make.comment(house, name="Zulaikha Bibi", name_public=False)
    with house.database.read() as session:
        public = comments.by_ids(session, ["C-0001"])[0]
        desk = comments.desk_view(session, "C-0001").comment
        assert session.scalars(select(Comment.status)).one() == "published"
    assert (public.name, public.submitter, desk.name) == (None, "individual", "Zulaikha Bibi")
