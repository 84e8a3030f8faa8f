"""The Report as JSON: its members, their order, both languages, the same bytes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from portal.formats import write
from tests.portal.report_example import BODIES, CLAUSE, IDS, INPUT, example


def read(language: str = "en") -> dict[str, Any]:
    made: dict[str, Any] = json.loads(write(example(language), "json"))
    return made


def test_the_members_stand_in_the_documented_order() -> None:
    assert list(read()) == [
        "schema",
        "consultation",
        "draft",
        "language",
        "generated_at",
        "volatile",
        "input_sha256",
        "demonstration",
        "totals",
        "clauses",
        "positions",
        "languages",
        "channels",
        "by_day",
        "themes",
        "campaigns",
        "method",
        "limits",
        "chosen",
        "summary",
        "submitters",
        "organisation_kinds",
        "about",
        "rare",
        "alone",
        "unassigned",
        "leftovers",
        "quality",
        "outcomes",
        "manifest",
    ]


def test_the_head_says_what_was_reported_and_when() -> None:
    made = read()

    assert made["schema"] == "mashwara-report/1"
    assert made["consultation"] == "ai-policy"
    assert made["generated_at"] == "2026-12-01T07:05:00.000000Z"
    assert made["volatile"] == ["generated_at"]
    assert made["input_sha256"] == INPUT
    assert made["demonstration"] is True


def test_a_clause_carries_its_counts_and_the_themes_on_it() -> None:
    assert read()["clauses"][0] == {
        "eid": CLAUSE,
        "number": "5.4.2",
        "heading": "Biometric identification",
        "comments": 5,
        "positions": {"support": 1, "oppose": 2, "mixed": 1, "question": 0, "none": 1},
        "themes": ["T-0002"],
        "people": 0,
        "sentences": [],
    }


def test_the_six_states_add_up_to_what_was_received() -> None:
    totals = read()["totals"]

    states = ("published", "pending", "withheld", "withdrawn", "spam", "erased")
    assert sum(totals[state] for state in states) == totals["received"] == 12


def test_a_theme_says_its_status_and_each_sentence_its_comments() -> None:
    accepted, candidate = read()["themes"]

    assert (accepted["status"], candidate["status"]) == ("accepted", "candidate")
    assert accepted["comment_ids"] == list(IDS)
    assert accepted["sentences"] == [
        {"text": "Six comments speak to this.", "comment_ids": list(IDS), "query": ""},
        {"text": "Three oppose it.", "comment_ids": ["C-0001", "C-0002", "C-0006"], "query": ""},
    ]


def test_quotes_stand_literally_in_their_comments() -> None:
    bodies = dict(zip(IDS, BODIES, strict=True))

    quotes = [quote for theme in read()["themes"] for quote in theme["quotes"]]
    assert len(quotes) == 3
    assert all(quote["text"] in bodies[quote["comment_id"]] for quote in quotes)


def test_a_report_in_both_languages_joins_headings_and_lists_sentences_in_each() -> None:
    made = read("both")

    assert made["clauses"][0]["heading"] == "Biometric identification · بائیومیٹرک شناخت"
    assert made["method"] == "How it was counted. · کیسے گنا گیا۔"
    assert [sentence["text"] for sentence in made["themes"][0]["sentences"]] == [
        "Six comments speak to this.",
        "Three oppose it.",
        "چھ تبصرے اس بارے میں ہیں۔",
        "تین مخالفت میں ہیں۔",
    ]


def test_an_urdu_report_speaks_urdu() -> None:
    made = read("ur")

    assert made["clauses"][0]["heading"] == "بائیومیٹرک شناخت"
    assert made["limits"] == "یہ کیا نہیں بتا سکتی۔"


def test_only_the_moment_of_making_differs_between_two_reports_of_the_same_input() -> None:
    first = write(example(), "json")
    later = write(example(generated_at=datetime(2027, 1, 2, 3, 4, 5, 6, tzinfo=UTC)), "json")

    assert write(example(), "json") == first
    assert later != first
    assert later.replace(b"2027-01-02T03:04:05.000006Z", b"2026-12-01T07:05:00.000000Z") == first


def test_urdu_stands_in_the_file_as_itself_and_the_file_ends_with_a_line_break() -> None:
    made = write(example("ur"), "json")

    assert "بائیومیٹرک شناخت".encode() in made
    assert made.endswith(b"}\n")
