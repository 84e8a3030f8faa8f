"""Parts taken out of what is shown: everywhere, with the original kept, for the sender to see and to undo."""

from __future__ import annotations

import json

import httpx
import pytest
from sqlalchemy import select

from portal.errors import Conflict, InvalidInput
from portal.models import AuditRecord, Comment, Original, Redaction
from portal.services import amending, audit, comments, erasing, moderation, redacting, reports
from tests import make
from tests.make import CLAUSE, SLUG, VERSION, House

SAID = "The officer Mr Karim asked for money. Call 0300-1234567, or Mr  Karim again."
SHOWN = "The officer […] asked for money. Call […], or […] again."


def redact(house: House, words: str = "Mr Karim", **changes: object) -> None:
    with house.database.write() as session:
        begin = SAID.index("0300")
        given = {
            "places": [f"body:{begin}-{begin + 12}"],
            "words": words,
            "reason": "personal_data",
            "reviewer_id": make.reviewer(session, house),
            "now": house.clock(),
        }
        redacting.redact(session, 1, **{**given, **changes})  # type: ignore[arg-type]


def shown(house: House) -> Comment:
    with house.database.read() as session:
        return session.get_one(Comment, 1)


def test_a_redacted_comment_is_shown_without_the_parts_wherever_they_stand(house: House) -> None:
    make.comment(house, SAID)
    redact(house)
    comment = shown(house)
    assert (comment.body, comment.status, comment.redacted_for) == (SHOWN, "published", ["personal_data"])


def test_the_fingerprint_is_of_what_is_shown_and_the_receipt_keeps_that_of_what_was_sent(
    house: House,
) -> None:
    sent = make.comment(house, SAID)
    redact(house)
    with house.database.read() as session:
        row = comments.find_receipt(session, sent.receipt, now=house.clock()).comments[0]
    assert (row.body, row.sha256) == (SAID, sent.comments[0].sha256)
    assert shown(house).sha256 != sent.comments[0].sha256
    assert [run for run, out in row.runs if out] == ["Mr Karim", "0300-1234567", "Mr  Karim"]


def test_a_second_redaction_adds_to_the_first(house: House) -> None:
    make.comment(house, SAID)
    redact(house)
    redact(house, words="asked for money", places=[], reason="legal")
    comment = shown(house)
    assert comment.body == "The officer […] […]. Call […], or […] again."
    assert comment.redacted_for == ["personal_data", "legal"]


def test_restoring_shows_all_of_it_again_and_keeps_no_copy(house: House) -> None:
    sent = make.comment(house, SAID)
    redact(house)
    with house.database.write() as session:
        redacting.restore(session, 1, reviewer_id=make.reviewer(session, house), now=house.clock())
    assert (shown(house).body, shown(house).sha256) == (SAID, sent.comments[0].sha256)
    with house.database.read() as session:
        assert session.scalars(select(Original)).all() == session.scalars(select(Redaction)).all() == []
        with pytest.raises(Conflict):
            redacting.restore(session, 1, reviewer_id=1, now=house.clock())


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"words": "", "places": []}, "error.redact.choose"),
        ({"words": "somebody else"}, "error.redact.not_found"),
        ({"places": ["body:70-900"]}, "error.redact.not_found"),
        ({"places": ["status:0-4"]}, "error.redact.choose"),
        ({"words": SAID}, "error.redact.all"),
    ],
)
def test_what_cannot_be_taken_out_changes_nothing(house: House, changes: dict[str, object], key: str) -> None:
    make.comment(house, SAID)
    with pytest.raises(InvalidInput) as caught:
        redact(house, **changes)  # type: ignore[arg-type]
    assert caught.value.fields == {"part": (key,)}
    assert shown(house).body == SAID


def test_an_edit_of_a_redacted_comment_starts_from_what_was_sent_and_waits(house: House) -> None:
    sent = make.comment(house, SAID)
    redact(house)
    with house.database.write() as session:
        changed = {"position": None, "suggested_wording": None, "now": house.clock()}
        assert not amending.edit(session, sent.receipt, "C-0001", body=SAID, **changed)  # type: ignore[arg-type]
        assert amending.edit(session, sent.receipt, "C-0001", body="Shorter.", **changed)  # type: ignore[arg-type]
    comment = shown(house)
    assert (comment.body, comment.status, comment.redacted_for) == ("Shorter.", "pending", [])
    with house.database.read() as session:
        assert session.scalars(select(Original)).all() == []


def test_erasing_takes_the_kept_original_with_it(house: House) -> None:
    sent = make.comment(house, SAID)
    redact(house)
    with house.database.write() as session:
        erasing.erase(session, sent.receipt, now=house.clock())
    with house.database.read() as session:
        assert session.scalars(select(Original)).all() == []


def test_reading_the_original_is_on_record(house: House) -> None:
    make.comment(house, SAID)
    redact(house)
    with house.database.write() as session:
        by = make.reviewer(session, house)
        assert redacting.read_original(session, 1, reviewer_id=by, now=house.clock()).body == SAID
    with house.database.read() as session:
        acts = session.scalars(select(AuditRecord.act).order_by(AuditRecord.id.desc()).limit(2)).all()
        assert acts == ["moderation.read_original", "moderation.redact"]
        kept = json.dumps([row.details for row in session.scalars(select(AuditRecord))])
        assert "Karim" not in kept
        assert "0300" not in kept
        assert audit.check(session) == []


def test_no_report_holds_what_was_taken_out(house: House) -> None:
    make.comment(house, SAID)
    redact(house)
    with house.database.read() as session:
        report = reports.gather(session, SLUG, language="en", now=house.clock())
    assert [row.body for row in report.comments] == [SHOWN]


async def test_the_public_pages_and_the_api_show_the_marks_and_say_why(
    client: httpx.AsyncClient, house: House
) -> None:
    make.comment(house, SAID)
    redact(house)
    page = (await client.get(f"/en/{SLUG}/{VERSION}/{CLAUSE}")).text
    assert SHOWN in page
    assert "moderators took parts out" in page
    assert "Karim" not in page
    api = await client.get(f"/api/v1/consultations/{SLUG}/drafts/{VERSION}/clauses/{CLAUSE}/comments")
    assert [(item["body"], item["redacted"]) for item in api.json()["items"]] == [(SHOWN, ["personal_data"])]


async def test_an_official_redacts_by_the_form_and_goes_on_to_the_next(
    client: httpx.AsyncClient, house: House
) -> None:
    make.comment(house, SAID)
    make.comment(house, "Write to me at a@b.example, please.")
    await make.sign_in(house, client)
    page = (await client.get("/en/desk/comments/C-0001?list=pending")).text
    begin = SAID.index("0300")
    assert f'value="body:{begin}-{begin + 12}" checked' in page
    with house.database.read() as session:
        seen = moderation.mark(session, 1)
    data = {
        "place_1": f"body:{begin}-{begin + 12}",
        "reason": "personal_data",
        "seen": seen,
        "list": "pending",
    }
    answer = await client.post("/en/desk/comments/C-0001/redact", data=data)
    assert answer.headers["location"] == "/en/desk/comments/C-0002?list=pending&done=C-0001"
    onward = (await client.get(answer.headers["location"])).text
    assert "comment C-0001 is now" in onward


async def test_the_second_of_two_officials_sees_a_conflict_and_keeps_what_was_typed(
    client: httpx.AsyncClient, house: House
) -> None:
    make.comment(house, SAID)
    await make.sign_in(house, client)
    with house.database.read() as session:
        seen = moderation.mark(session, 1)
    first = await client.post("/en/desk/comments/C-0001/publish", data={"seen": seen})
    assert first.status_code == 303
    late = {"seen": seen, "reason": "abuse", "note": "He is named."}
    second = await client.post("/en/desk/comments/C-0001/withhold", data=late)
    assert second.status_code == 409
    assert "Somebody else has acted on this comment" in second.text
    assert 'value="He is named."' in second.text
    assert shown(house).status == "published"
