"""The draft that the project ships: complete, and the same in English and Urdu."""

import re
from collections import Counter
from pathlib import Path

import pytest

import policy_text
from policy_text.reader import DraftText, read_draft

VERSION = Path(policy_text.__file__).parent / "drafts" / "national-ai-policy" / "v1"
WESTERN = str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789")
ARABIC_LETTERS = re.compile(
    "[\u064a\u0643\u0649\u0647]"
)  # yeh, kaf, alef maksura and heh of Arabic keyboards


@pytest.fixture(scope="module")
def draft() -> DraftText:
    return read_draft(VERSION)


def numbers(text: str) -> Counter[str]:
    found = re.findall(r"\d+(?:[.,]\d+)*", text.translate(WESTERN))
    return Counter(number.replace(",", "") for number in found)


def test_it_is_read_without_a_problem_in_both_languages(draft: DraftText) -> None:
    assert draft.languages == ("en", "ur")
    assert draft.consultation.restatement
    assert all(set(clause.html) == {"en", "ur"} for clause in draft.clauses)
    assert len([clause for clause in draft.clauses if clause.commentable]) == 78


def test_every_clause_stands_in_a_section_of_a_part(draft: DraftText) -> None:
    kinds = {clause.eid: clause.kind for clause in draft.clauses}

    for clause in draft.clauses:
        if clause.commentable:
            assert kinds[clause.parent or ""] == "section"


def test_both_languages_say_the_same_numbers(draft: DraftText) -> None:
    differing = [
        clause.number
        for clause in draft.clauses
        if numbers(clause.markdown["en"]) != numbers(clause.markdown["ur"])
    ]

    assert differing == []


def test_both_languages_have_the_same_labels_and_terms(draft: DraftText) -> None:
    for clause in draft.clauses:
        for mark in ('<p class="para"', "supplied-label", 'class="term"'):
            assert clause.html["en"].count(mark) == clause.html["ur"].count(mark), (clause.number, mark)
        targets = {
            language: Counter(re.findall(r'class="term" href="([^"]*)"', html))
            for language, html in clause.html.items()
        }
        assert targets["en"] == targets["ur"], clause.number


def test_urdu_is_written_with_urdu_letters(draft: DraftText) -> None:
    assert [clause.number for clause in draft.clauses if ARABIC_LETTERS.search(clause.markdown["ur"])] == []
