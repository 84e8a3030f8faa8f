"""Comments that came on paper: all rows or none, one sender's rows together, dates as they were."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.errors import NotFound
from portal.models import AuditRecord, Comment, Job, StatusChange, Submission
from portal.services import comments, importing
from portal.services.importing import BadRows, RowProblem
from portal.services.submissions import Acknowledgement
from tests.make import CLAUSE, NOW, SLUG, VERSION, House


def lines(*rows: object) -> list[importing.Row]:
    return importing.read_json_lines("\n".join(json.dumps(row, ensure_ascii=False) for row in rows))


def take(house: House, rows: Sequence[importing.Row], **more: Any) -> list[Acknowledgement]:
    asked = {"slug": SLUG, "version": VERSION, "channel": "letter", **more}
    with house.database.write() as session:
        return importing.import_rows(
            session, rows, secret_key=house.settings.secret_key, now=house.clock(), **asked
        )


def counts(house: House) -> list[int]:
    with house.database.read() as session:
        return [
            session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (Submission, Comment, StatusChange, Job, AuditRecord)
        ]


def test_a_row_becomes_a_submission_with_a_receipt(house: House) -> None:
    row = {
        "body": "Plant neem.",
        "clause": "1.1.1",
        "position": "support",
        "name": "Sana",
        "email": "sana@example.org",
        "received_at": "2026-11-20T09:30:00+05:00",
        "postmarked_at": "2026-11-18",
        "reference": "L-17",
    }
    answer = take(house, lines(row))[0]
    with house.database.read() as session:
        stored = session.scalars(select(Submission)).one()
        shown = comments.find_receipt(session, answer.receipt, now=house.clock())
    assert stored.received_at == datetime(2026, 11, 20, 4, 30, tzinfo=UTC)
    assert stored.postmarked_at == datetime(2026, 11, 17, 19, tzinfo=UTC)
    assert (stored.channel, stored.submitter, stored.name) == ("letter", "individual", "Sana")
    assert (stored.email, stored.reference) == ("sana@example.org", "L-17")
    assert (stored.demonstration, stored.key_sha256) == (False, None)
    assert [(c.clause, c.body, c.position) for c in shown.comments] == [(CLAUSE, "Plant neem.", "support")]


def test_rows_of_one_reference_are_one_submission(house: House) -> None:
    answers = take(
        house,
        lines(
            {"body": "First.", "clause": "1.1.1", "reference": "A"},
            {"body": "Other sender."},
            {"body": "Second.", "clause": CLAUSE, "reference": "A"},
            {"body": "No reference.", "reference": ""},
            {"body": "No reference either.", "reference": ""},
        ),
    )
    assert [len(answer.comments) for answer in answers] == [2, 1, 1, 1]
    assert len({answer.receipt for answer in answers}) == 4


def test_a_letter_may_say_who_its_sender_is(house: House) -> None:
    row = {"body": "Plant neem.", "about.province": "sindh", "about.age": "", "reference": "A"}
    take(house, lines(row, {**row, "body": "And water it."}))
    with house.database.read() as session:
        assert session.scalars(select(Submission.about)).one() == {"province": "sindh"}
    with pytest.raises(BadRows) as refused:
        take(
            house,
            lines(
                {"body": "a", "about.province": "atlantis"},
                {"body": "b", "about.shoe": "42"},
                {"body": "c", "about.age": 30},
                {"body": "d", "about.province": "sindh", "reference": "B"},
                {"body": "e", "about.province": "punjab", "reference": "B"},
            ),
        )
    assert refused.value.problems == (
        RowProblem(1, "about.province", "error.about.choice"),
        RowProblem(2, "about.shoe", "error.about.unknown"),
        RowProblem(3, "about.age", "error.field.text"),
        RowProblem(5, "about", "error.row.reference"),
    )


def test_what_is_left_out_is_told_from_the_text(house: House) -> None:
    take(house, lines({"body": "درخت لگائیں اور پانی دیں۔"}, {"body": "Trees.", "language": "other"}))
    with house.database.read() as session:
        rows = session.execute(
            select(Comment.language, Comment.clause_id, Comment.position).order_by(Comment.id)
        )
        assert [tuple(row) for row in rows] == [("ur", None, None), ("other", None, None)]


def test_letters_are_taken_after_closing_and_personal_data_waits(house: House) -> None:
    house.clock.forward(days=60)
    answers = take(house, lines({"body": "Late, but posted in time."}, {"body": "My number: 0300-1234567"}))
    assert [answer.comments[0].status for answer in answers] == ["published", "pending"]


def test_every_wrong_row_is_named_and_none_is_stored(house: House) -> None:
    before = counts(house)
    rows = lines(
        {"body": "Good."},
        {"body": " ", "clause": "9.9"},
        {"body": "a", "position": "maybe", "mood": "x"},
        {"body": "Good too."},
        {"body": "x" * 5001, "email": "nobody"},
    )
    with pytest.raises(BadRows) as refused:
        take(house, rows)
    assert refused.value.problems == (
        RowProblem(2, "body", "error.body.empty"),
        RowProblem(2, "clause", "error.clause.unknown"),
        RowProblem(3, "mood", "error.field.unknown"),
        RowProblem(5, "body", "error.body.long"),
        RowProblem(5, "email", "error.email.no_at"),
    )
    assert counts(house) == before


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    text = '\n{"body": "a"}\n\n[1]\r\n{"body": "b"}\r\n{"body": "c\n"\u2028"\n'
    read = importing.read_json_lines(text)
    assert [line for line, row in read if row is None] == [4, 6, 7]
    assert [line for line, row in read if row is not None] == [2, 5]
    assert importing.read_json_lines('{"body": "a\u2028b"}\n\n{}') == [(1, {"body": "a\u2028b"}), (3, {})]


def test_a_line_that_is_no_object_hides_no_other_bad_row(house: House) -> None:
    rows = importing.read_json_lines('{"body": "a"}\nhello\n{"body": ""}\n{"body": "b", "mood": "x"}')
    with pytest.raises(BadRows) as refused:
        take(house, rows)
    assert [problem.line for problem in refused.value.problems] == [2, 3, 4]


def test_an_unknown_version_is_not_found(house: House) -> None:
    for wrong in ({"slug": "nope"}, {"version": "v9"}):
        with pytest.raises(NotFound):
            take(house, lines({"body": "a"}), **wrong)


def test_two_hundred_rows_of_one_reference_are_taken_and_one_more_is_not(house: House) -> None:
    rows = lines(*[{"body": f"Row {number}.", "reference": "A"} for number in range(200)])
    assert len(take(house, rows)[0].comments) == 200
    before = counts(house)
    with pytest.raises(BadRows) as refused:
        take(house, [*rows, (201, {"body": "Row 200.", "reference": "A"})])
    assert [problem.key for problem in refused.value.problems] == ["error.comments.count"]
    assert counts(house) == before


def test_progress_is_told_by_submission(house: House) -> None:
    told: list[tuple[int, int]] = []
    take(
        house,
        lines({"body": "a"}, {"body": "b"}, {"body": "c"}),
        progress=lambda done, of: told.append((done, of)),
    )
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert house.clock() == NOW
