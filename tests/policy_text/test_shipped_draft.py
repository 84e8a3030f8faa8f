"""The draft that the project ships: complete, and the same in English and Urdu."""

import re
from collections import Counter
from pathlib import Path

import pytest

import policy_text
from policy_text.reader import DraftText, read_draft
from policy_text.split import join, read_document, split, write

VERSION = Path(policy_text.__file__).parent / "drafts" / "national-ai-policy" / "v1"
WESTERN = str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789")
ARABIC_LETTERS = re.compile(
    "[\u064a\u0643\u0649\u0647]"
)  # yeh, kaf, alef maksura and heh of Arabic keyboards
WORD = re.compile(r"[^\W_]+(?:[’'./,%-][^\W_]+)*")
MONTHS = {
    "January": "جنوری",
    "February": "فروری",
    "March": "مارچ",
    "April": "اپریل",
    "May": "مئی",
    "June": "جون",
    "July": "جولائی",
    "August": "اگست",
    "September": "ستمبر",
    "October": "اکتوبر",
    "November": "نومبر",
    "December": "دسمبر",
}
TARGET_YEARS = {"2024", "2025", "2026", "2027", "2028", "2030"}


@pytest.fixture(scope="module")
def draft() -> DraftText:
    return read_draft(VERSION)


def numbers(text: str) -> Counter[str]:
    found = re.findall(r"\d+(?:[.,]\d+)*", text.translate(WESTERN))
    return Counter(number.replace(",", "") for number in found)


def day_marks(text: str, months: list[str]) -> Counter[str]:
    """Dates of a text: a month with the number before or after it, the months by their place in the year."""
    either = "|".join(months)
    found = re.finditer(rf"(?:(\d+)\s+)?\b({either})\b(?:\s+(\d+))?", text.translate(WESTERN))
    return Counter(f"{m[1] or ''} month {months.index(m[2]) + 1} {m[3] or ''}" for m in found if m[1] or m[3])


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


def test_numbers_of_the_second_version_stay_free(draft: DraftText) -> None:
    numbers = {clause.number for clause in draft.clauses}

    assert {"3.3.2", "3.3.4", "5.1.2", "5.1.4"} <= numbers
    assert not {"3.3.3", "5.1.3"} & numbers


def test_a_clause_has_60_to_140_words_of_english(draft: DraftText) -> None:
    lengths = {
        clause.number: len(WORD.findall(clause.markdown["en"].partition("\n")[2]))
        for clause in draft.clauses
        if clause.commentable
    }

    assert {number: words for number, words in lengths.items() if not 60 <= words <= 140} == {}


def test_both_languages_say_the_same_dates(draft: DraftText) -> None:
    found = {
        clause.eid: (
            day_marks(clause.markdown["en"], list(MONTHS)),
            day_marks(clause.markdown["ur"], list(MONTHS.values())),
        )
        for clause in draft.clauses
    }

    assert [eid for eid, (english, urdu) in found.items() if english != urdu] == []
    assert found["part_9__sec_3__cl_1"][0] == {"16 month 6 2023": 1}


def test_it_tells_nothing_that_happened_after_june_2023(draft: DraftText) -> None:
    for clause in draft.clauses:
        english = clause.markdown["en"]
        later = {year for year in re.findall(r"\b20\d\d\b", english) if int(year) > 2023}
        assert later <= TARGET_YEARS, clause.number
        after = r"(?:July|August|September|October|November|December) 2023|(?:[A-Z][a-z]+) 202[4-9]"
        told = re.findall(rf"\b(?:since|in|on|during) (?:\d+ )?(?:{after})\b", english)
        assert told == [], clause.number
        approved = r"(?:policy|cabinet)[^.]{0,40}\bapproved\b|\bapproved\b[^.]{0,40}(?:policy|cabinet)"
        assert not re.search(approved, english, re.IGNORECASE), clause.number


@pytest.mark.parametrize("language", ["en", "ur"])
def test_its_document_is_split_and_joined_byte_for_byte(language: str, tmp_path: Path) -> None:
    document = tmp_path / "document.md"
    document.write_bytes(join(VERSION / language))

    write(split(read_document(document)), tmp_path / language)

    shipped = {file.name: file.read_bytes() for file in (VERSION / language).iterdir()}
    assert join(tmp_path / language) == document.read_bytes()
    assert {file.name: file.read_bytes() for file in (tmp_path / language).iterdir()} == shipped
