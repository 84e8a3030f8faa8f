"""Outcomes: decided once, kept with their history, lacking until all is answered, told to who asked."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from portal.errors import Conflict, InvalidInput, NotFound
from portal.models import AuditRecord, Consultation, Job, Submission
from portal.services import amending, answering, audit, jobs, moderation, outcomes, themes
from portal.services.acting import By
from portal.services.outcomes import OutcomeRow
from tests import make
from tests.make import CLAUSE, OTHER_CLAUSE, SLUG, VERSION, House

REASON = {"en": "Shade is cheap & works.", "ur": "سایہ سستا اور مفید ہے۔"}


def by(house: House, email: str = "officer@ministry.example") -> By:
    with house.database.write() as session:
        return By(make.reviewer(session, house, email), house.clock())


def draft_id(house: House) -> int:
    with house.database.read() as session:
        return themes.find_draft(session, SLUG, VERSION).id


def decide(house: House, **given: object) -> OutcomeRow:
    asked = {"decision": "accepted", "reason": REASON, "by": by(house), **given}
    key = draft_id(house)
    with house.database.write() as session:
        return outcomes.decide(session, key, **asked)  # type: ignore[arg-type]


def lacking(house: House) -> tuple[str, ...]:
    with house.database.read() as session:
        return outcomes.lacking(session, themes.find_draft(session, SLUG, VERSION).id)


def mark(house: House) -> int:
    who = by(house)
    with house.database.write() as session:
        return answering.mark_answered(session, SLUG, by=who)


def reopen(house: House) -> None:
    who = by(house)
    with house.database.write() as session:
        answering.reopen_answer(session, SLUG, by=who)


def promised(house: House) -> list[Job]:
    with house.database.read() as session:
        rows = session.scalars(select(Job).where(Job.kind == jobs.MAIL, Job.kept_at.is_(None))).all()
    return [row for row in rows if row.payload["mail"] == "answer"]


def test_the_newest_answer_counts_and_the_earlier_ones_stay(house: House) -> None:
    shade = make.theme(house, ["Shade is good.", "More shade."])
    first = decide(house, theme=shade)
    second = decide(house, theme=shade, decision="partly", seen=str(first.id))
    with house.database.read() as session:
        assert outcomes.of_theme(session, shade) == second
        past = outcomes.history(session, draft_id(house), theme=shade)
    assert [row.decision for row in past] == ["partly", "accepted"]
    assert past[1].reason == REASON
    assert past[0].by == "officer"


def test_a_clause_and_the_whole_document_are_answered_too(house: House) -> None:
    decide(house, clause=CLAUSE)
    decide(house, clause="whole", decision="not")
    key = draft_id(house)
    with house.database.read() as session:
        assert outcomes.of_clause(session, key, OTHER_CLAUSE) is None
        found = outcomes.all_of(session, key)
    assert {on: row.decision for on, row in found.items()} == {CLAUSE: "accepted", "whole": "not"}


def test_who_opened_the_form_before_another_decided_is_told(house: House) -> None:
    shade = make.theme(house, ["Shade is good."])
    with pytest.raises(Conflict, match=r"error\.conflict\.outcome"):
        decide(house, theme=shade, seen="1")
    first = decide(house, theme=shade, seen="")
    with pytest.raises(Conflict, match=r"error\.conflict\.outcome"):
        decide(house, theme=shade, decision="not", seen="", by=by(house, "second@ministry.example"))
    decide(house, theme=shade, decision="not", seen=str(first.id))


def test_the_same_answer_sent_twice_is_kept_once(house: House) -> None:
    first = decide(house, clause=CLAUSE, seen="")
    assert decide(house, clause=CLAUSE, seen="") == first


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"decision": "perhaps"}, {"decision": ("error.outcome.choose",)}),
        ({"reason": {"en": " \n"}}, {"reason_en": ("error.outcome.reason",)}),
        ({"reason": {"ur": "x" * 2001}}, {"reason_ur": ("error.outcome.long",)}),
        ({"reason": {"en": "a\x00b"}}, {"reason_en": ("error.text.nul",)}),
    ],
)
def test_a_decision_needs_a_reason_that_can_be_held(
    house: House, given: dict[str, object], fields: dict[str, object]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        decide(house, clause=CLAUSE, **given)
    assert refused.value.fields == fields


def test_two_thousand_characters_in_one_language_are_enough(house: House) -> None:
    kept = decide(house, clause=CLAUSE, reason={"en": "", "ur": "\r\n" + "کِ" * 2000})
    assert list(kept.reason) == ["ur"]
    assert len(kept.reason["ur"]) == 4000


def test_only_accepted_themes_and_clauses_of_the_draft_are_answered(house: House) -> None:
    candidate = make.theme(house, ["Shade is good."], status="candidate")
    with pytest.raises(Conflict, match=r"error\.conflict\.outcome\.theme"):
        decide(house, theme=candidate)
    with pytest.raises(NotFound):
        decide(house, theme="T-0999")
    for eid in ("part_1", "nothing"):
        with pytest.raises(NotFound):
            decide(house, clause=eid)
    with pytest.raises(ValueError, match="a theme or on a clause"):
        decide(house, theme=candidate, clause=CLAUSE)


def test_the_record_names_the_decision_and_holds_no_word_of_the_reason(house: House) -> None:
    shade = make.theme(house, ["Shade is good."])
    row = decide(house, theme=shade)
    with house.database.read() as session:
        record = session.scalars(select(AuditRecord).where(AuditRecord.act == "outcomes.decide")).one()
    assert record.subject == f"theme/{themes.theme_number(shade)}"
    told = {"outcome": row.id, "decision": "accepted", "draft": draft_id(house)}
    assert record.details == {**told, **audit.change(None, [row.id, "accepted", REASON])}


def test_themes_from_the_threshold_on_lack_an_answer_until_they_have_one(house: House) -> None:
    large = make.theme(house, [f"Shade, says number {n}." for n in range(6)])
    five = make.theme(house, [f"Water, says number {n}." for n in range(5)], clause=OTHER_CLAUSE)
    make.theme(house, [f"Benches, says number {n}." for n in range(4)])
    make.theme(house, [f"Birds, says number {n}." for n in range(9)], status="candidate")
    assert lacking(house) == (large, five)
    decide(house, theme=large)
    with house.database.read() as session:
        found = outcomes.progress(session, draft_id(house))
    assert (found.answered, found.needed, found.lacking) == (1, 2, (five,))
    with house.database.write() as session:
        moderation.withhold(session, 7, reason="abuse", note="", reviewer_id=None, now=house.clock())
    assert lacking(house) == ()


def test_the_threshold_is_changed_on_record(house: House) -> None:
    make.theme(house, ["Shade is good.", "More shade."])
    who = by(house)
    for text in ("0", "1001", "", "-1", "five", "٥"):
        with pytest.raises(InvalidInput), house.database.write() as session:
            answering.set_threshold(session, SLUG, text, by=who)
    assert lacking(house) == ()
    with house.database.write() as session:
        answering.set_threshold(session, SLUG, " 2 ", by=who)
    assert lacking(house) == ("T-0001",)
    with house.database.read() as session:
        record = session.scalars(select(AuditRecord).where(AuditRecord.act == "outcomes.threshold")).one()
        assert session.scalar(select(Consultation.answer_from)) == 2
    assert record.details == {"before": 5, "after": 2, **audit.change(5, 2)}


def test_a_consultation_is_answered_after_closing_and_when_nothing_lacks(house: House) -> None:
    water = make.theme(house, [f"Water, says number {n}." for n in range(5)])
    with pytest.raises(Conflict, match=r"answer\.open"):
        mark(house)
    house.clock.forward(days=40)
    with pytest.raises(Conflict, match=r"answer\.lacking") as refused:
        mark(house)
    assert refused.value.values == {"n": 1}
    decide(house, theme=water)
    mark(house)
    with pytest.raises(Conflict, match=r"answer\.done"):
        mark(house)
    reopen(house)
    with pytest.raises(Conflict, match=r"answer\.not_done"):
        reopen(house)
    mark(house)


def test_whoever_asked_gets_one_message_and_no_other(house: House) -> None:
    water = make.theme(
        house, [f"Water, says number {n}." for n in range(5)], email="w@example.org", tell_me=True
    )
    make.comment(house, "I gave an address only.", email="quiet@example.org")
    gone = make.comment(house, "I take it back.", email="gone@example.org", tell_me=True)
    shown = make.comment(house, "I am a demonstration.", email="demo@example.org", tell_me=True)
    with house.database.write() as session:
        session.execute(update(Submission).where(Submission.id == 8).values(demonstration=True))
        amending.withdraw(session, gone.receipt, None, now=house.clock())
    assert shown.comments[0].id == "C-0008"
    house.clock.forward(days=40)
    decide(house, theme=water)
    assert mark(house) == 5
    assert [job.payload["submission"] for job in promised(house)] == [1, 2, 3, 4, 5]
    assert {job.payload["outcomes"] for job in promised(house)} == {"1"}


def test_taking_it_back_stops_messages_and_nobody_is_told_of_the_same_twice(house: House) -> None:
    make.comment(house, "Plant trees.", email="a@example.org", tell_me=True)
    house.clock.forward(days=40)
    decide(house, clause=CLAUSE)
    assert mark(house) == 1
    reopen(house)
    assert promised(house) == []
    assert mark(house) == 1
    keep_promises(house)
    reopen(house)
    assert mark(house) == 0
    reopen(house)
    decide(house, clause=CLAUSE, decision="partly")
    assert mark(house) == 1


def keep_promises(house: House) -> None:
    with house.database.write() as session:
        session.execute(update(Job).where(Job.kind == jobs.MAIL).values(kept_at=house.clock()))
