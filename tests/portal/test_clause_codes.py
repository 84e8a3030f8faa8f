"""Clause codes on paper: written, read as people write them, and refused after a slip of the pen."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.services.clause_codes import clause_code, read_clause_code
from portal.words import words_for


@pytest.mark.parametrize(("ordinal", "code"), [(0, "000-8"), (4, "004-9"), (41, "041-8"), (1234, "1234-0")])
def test_a_code_is_three_or_more_digits_and_a_check_digit(ordinal: int, code: str) -> None:
    assert clause_code(ordinal) == code


def test_the_example_of_the_standard_has_its_check_digit() -> None:
    assert read_clause_code("0794-5") == 794


@pytest.mark.parametrize(
    "written",
    ["041-8", "0418", "041 8", " 041 - 8 ", "041–8", "۰۴۱-۸", "۰۴۱۸", "٠٤١-٨", "041-8\n"],
)
def test_hyphens_spaces_and_urdu_digits_are_read(written: str) -> None:
    assert read_clause_code(written) == 41


@pytest.mark.parametrize(
    "written", ["", "041-7", "140-8", "5.4.2", "41-8", "041²", "²²²²", "041-8-8", "x041-8"]
)
def test_what_is_no_code_is_none(written: str) -> None:
    assert read_clause_code(written) is None


def test_every_code_of_a_long_draft_is_read_back() -> None:
    assert all(read_clause_code(clause_code(n)) == n for n in range(2000))


@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_code_that_the_form_shows_as_an_example_is_a_code(language: str) -> None:
    hint = words_for(language).text("letters.clause.hint")
    assert clause_code(41) in hint


def test_the_code_that_the_manual_shows_as_an_example_is_a_code() -> None:
    manual = Path(__file__).parents[2] / "docs" / "operate.md"
    assert f"`{clause_code(41)}`" in manual.read_text(encoding="utf-8")
