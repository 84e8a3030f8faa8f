"""The Report as CSV: its columns, its guard against formulas, and that every text comes back whole."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.formats import write
from portal.formats.to_csv import guarded
from tests.portal.report_example import BIDI, BODIES, FORMULA, IDS, LONG, PARAGRAPHS, SCRIPT, example

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
STARTS = st.sampled_from(("", "=", "+1", "-", "@", "\t", "\r", "＝", "－1", " =", "'=", '"=', "\u200f=", "'"))


def read(made: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(made.decode("utf-8-sig"), newline="")))


def unguarded(cell: str) -> str:
    """What a reader who knows of the guard makes of a cell."""
    return cell[1:] if cell.startswith("'") and guarded(cell[1:]) != cell[1:] else cell


def test_the_file_begins_with_a_byte_order_mark_and_the_columns() -> None:
    first, _, _ = write(example(), "csv").partition(b"\r\n")

    assert first == (
        b"\xef\xbb\xbfid,clause,number,heading,position,language,submitter,name,organisation,channel,"
        b"received_at,demonstration,themes,body"
    )


def test_there_is_one_row_a_published_comment() -> None:
    assert [row["id"] for row in read(write(example(), "csv"))] == list(IDS)


def test_a_row_says_everything_about_its_comment() -> None:
    assert read(write(example(), "csv"))[4] == {
        "id": "C-0005",
        "clause": "part_5__sec_4__cl_2",
        "number": "5.4.2",
        "heading": "Biometric identification",
        "position": "support",
        "language": "en",
        "submitter": "individual",
        "name": "",
        "organisation": "",
        "channel": "web",
        "received_at": "2026-11-23T20:30:00.123456Z",
        "demonstration": "no",
        "themes": "T-0001",
        "body": PARAGRAPHS,
    }


def test_a_comment_on_the_whole_document_has_no_clause() -> None:
    row = read(write(example(), "csv"))[5]

    assert (row["clause"], row["number"], row["heading"]) == ("", "", "The document as a whole")


def test_several_themes_are_joined() -> None:
    assert read(write(example(), "csv"))[0]["themes"] == "T-0001; T-0002"


def test_headings_come_in_the_report_s_languages() -> None:
    assert read(write(example("ur"), "csv"))[0]["heading"] == "بائیومیٹرک شناخت"
    assert read(write(example("both"), "csv"))[0]["heading"] == "Biometric identification · بائیومیٹرک شناخت"


def test_rows_end_in_crlf_and_line_breaks_of_a_comment_stay_as_they_were_in_quotes() -> None:
    made = write(example(), "csv")

    assert made.endswith(b"\r\n")
    assert made.count(b"\r\n") == 7
    assert '"First line,\nsecond line.\n\nدوسرا پیرا۔"'.encode() in made


def test_what_a_spreadsheet_could_run_begins_with_an_apostrophe() -> None:
    rows = read(write(example(), "csv"))

    assert rows[1]["body"] == "'" + FORMULA
    assert rows[1]["name"].startswith("'@sum")
    assert rows[0]["organisation"] == "'＝Firm"


@pytest.mark.parametrize(
    "cell",
    [*"=+-@\t\r＝＋－＠", "  =1", '"=1', "'=1", "\n=1", "\ufeff=1", "\u200b\u200f-1", "“+1", "\u3000＠x"],
)
def test_every_start_of_a_formula_is_guarded(cell: str) -> None:
    assert guarded(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", " ", "5.4.2", "it's = 1", "چہرہ", "1-2", "'quoted'", "<b>", "(=1)"])
def test_ordinary_texts_are_left_alone(cell: str) -> None:
    assert guarded(cell) == cell


def test_hostile_texts_come_back_whole() -> None:
    bodies = [unguarded(row["body"]) for row in read(write(example(), "csv"))]

    assert bodies == list(BODIES)
    assert bodies[0] == SCRIPT
    assert bodies[2:4] == [BIDI, LONG]


def test_no_nul_gets_into_the_file() -> None:
    assert guarded("a\0b") == "a\ufffdb"


@settings(deadline=None)
@given(start=STARTS, rest=TEXTS)
def test_reading_back_gives_the_text_less_the_guard(start: str, rest: str) -> None:
    report = example()
    comment = report.comments[0]._replace(body=start + rest)

    row = read(write(replace(report, comments=(comment,)), "csv"))[0]

    assert unguarded(row["body"]) == start + rest
    assert row["body"][:1] not in tuple("=+-@\t\r＝＋－＠")


def test_two_files_of_the_same_input_are_the_same_bytes() -> None:
    assert write(example(), "csv") == write(example(), "csv")
