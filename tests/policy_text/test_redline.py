"""The change between a clause and a suggested wording."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_text.redline import DELETED, INSERTED, SAME, is_same, plain_text, redline

TEXT = st.text(alphabet=st.sampled_from("ab سک\n(1)۔ "), max_size=60)


def test_a_clause_without_markup_keeps_its_paragraphs_and_loses_our_labels() -> None:
    html = (
        '<p class="para supplied"><span class="n">(1)</span> Every <a class="term" href="x">street</a> '
        '&amp; lane. <span class="supplied-label">Supplied by this restatement</span></p>\n<p>(2) Ask.</p>'
        "<table><tr><th>Body</th><td>Task</td></tr></table>"
    )
    assert plain_text(html) == "(1) Every street & lane.\n\n(2) Ask.\n\nBody | Task"


def test_one_changed_word_is_a_deletion_and_an_insertion() -> None:
    assert redline("Every street has 12 trees.", "Every street has 20 trees.") == (
        (SAME, "Every street has "),
        (DELETED, "12 "),
        (INSERTED, "20 "),
        (SAME, "trees."),
    )


def test_an_urdu_wording_is_compared_word_by_word() -> None:
    assert redline("ہر سڑک پر 12 درخت ہوں۔", "ہر سڑک پر 20 درخت ہوں۔") == (
        (SAME, "ہر سڑک پر "),
        (DELETED, "12 "),
        (INSERTED, "20 "),
        (SAME, "درخت ہوں۔"),
    )


def test_a_wording_for_one_paragraph_is_held_against_that_paragraph() -> None:
    clause = "(1) Every street has 12 trees.\n\n(2) Neighbours are asked first, in writing, by the office."
    runs = redline(clause, "(2) Neighbours are asked first, in writing and by phone, by the office.")
    assert "Every street" not in "".join(text for _, text in runs)
    assert (INSERTED, "and by phone") in runs


def test_white_space_alone_is_no_change() -> None:
    assert is_same("(1) Every  street.\n\n(2) Ask.", "(1) Every street.\n(2)  Ask. ")
    assert not is_same("Every street.", "Every streets.")


@pytest.mark.parametrize("before", ["", "word"])
def test_a_wording_of_thousands_of_words_is_shown_whole(before: str) -> None:
    after = "tree " * 5_000
    assert redline(before, after)[-1] == (INSERTED, after.strip())


@given(TEXT, TEXT)
def test_the_runs_hold_the_new_text(before: str, after: str) -> None:
    runs = redline(before, after)
    assert "".join(text for kind, text in runs if kind != DELETED) == after.strip()
