"""The glossary of three writings."""

from __future__ import annotations

import pytest

from search_index.analysis import detect_language, stem
from search_index.synonyms import LONGEST, WRITINGS, BadGroup, checked_group, glossary, writing


def others(*forms: str) -> set[str]:
    return {writing.text for writing in glossary().others(forms)}


def test_every_group_has_all_three_writings() -> None:
    assert len(glossary().groups) >= 90
    for group in glossary().groups:
        assert {writing.language for writing in group} == set(WRITINGS)


def test_no_writing_is_without_words_or_too_long() -> None:
    for group in glossary().groups:
        assert all(1 <= len(writing.forms) <= LONGEST for writing in group)


def test_urdu_writings_are_in_urdu_letters() -> None:
    writings = [writing.text for group in glossary().groups for writing in group if writing.language == "ur"]

    assert {detect_language(text) for text in writings} == {"ur"}


def test_no_group_names_one_writing_twice() -> None:
    for group in glossary().groups:
        texts = [(writing.language, writing.text) for writing in group]
        assert len(texts) == len(set(texts))


@pytest.mark.parametrize(
    ("forms", "expected"),
    [
        (("jobs",), {"employment", "روزگار", "naukri"}),
        (("نوکریوں",), {"jobs", "employment", "nokri"}),
        (("hukoomat",), {"government", "حکومت"}),
        (("personal", "data"), {"ذاتی ڈیٹا", "zaati data"}),
        (("ذاتی", "ڈیٹا"), {"personal data"}),
        (("women",), {"خواتین", "khawateen", "auratein"}),
        (("loadshedding",), {"load-shedding", "لوڈ شیڈنگ"}),
        (("bijli",), {"electricity", "بجلی"}),
    ],
)
def test_any_writing_leads_to_the_others(forms: tuple[str, ...], expected: set[str]) -> None:
    assert expected <= others(*forms)


def test_a_writing_does_not_lead_to_itself() -> None:
    assert "jobs" not in others("jobs")
    assert "jobs" not in others("job")


def test_a_word_of_no_group_leads_nowhere() -> None:
    assert others("xylophone") == set()
    assert others("personal", "xylophone") == set()


def test_english_words_are_known_as_such() -> None:
    assert {stem(word) for word in ("police", "policy", "school", "skill", "the")} <= glossary().english


def test_groups_of_an_office_add_to_the_reviewed_ones() -> None:
    more = glossary().with_groups([checked_group(["right to explanation", "وضاحت کا حق", "wazahat ka haq"])])

    assert {one.text for one in more.others(("right", "to", "explanation"))} == {
        "وضاحت کا حق",
        "wazahat ka haq",
    }
    assert "رازداری" in {one.text for one in more.others(("privacy",))}
    assert glossary().others(("right", "to", "explanation")) == ()


def test_the_same_groups_give_the_same_glossary() -> None:
    def asked() -> object:
        return glossary().with_groups([checked_group(["fibre", "فائبر"])])

    assert asked() is asked()
    assert glossary().with_groups([]) is glossary()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("privacy", "en"),
        ("human rights", "en"),
        ("رازداری", "ur"),
        ("AI کا ضابطہ", "ur"),
        ("wazahat", "ur-Latn"),
    ],
)
def test_the_writing_of_a_term_is_told_from_its_letters(text: str, language: str) -> None:
    assert writing(text).language == language


@pytest.mark.parametrize(
    ("typed", "code", "at_fault"),
    [
        ([], "too_few", ""),
        (["privacy"], "too_few", ""),
        ([f"word{number}" for number in range(9)], "too_many", ""),
        (["privacy", "  "], "empty", ""),
        (["privacy", "🙂"], "empty", "🙂"),
        (["privacy", "a b c d e f"], "too_many_words", "a b c d e f"),
        (["privacy", "x" * 61], "too_long", "x" * 60),
        (["privacy", "of the"], "small_words", "of the"),
        (["privacy", "کا"], "small_words", "کا"),
        (["privacy", "Privacy"], "twice", "Privacy"),
        *(
            (["privacy", text], "operators", text)
            for text in ("a*", '"a b"', "a OR b", "-a", "clause:5", "(a)", "a~")
        ),
    ],
)
def test_a_group_that_cannot_be_used_says_why(typed: list[str], code: str, at_fault: str) -> None:
    with pytest.raises(BadGroup) as refused:
        checked_group(typed)

    assert (refused.value.code, refused.value.writing) == (code, at_fault)


@pytest.mark.parametrize("text", ["data-labelling worker", "start-up", "حق رائے", "e-mail", "don't"])
def test_ordinary_terms_are_no_operators(text: str) -> None:
    assert checked_group(["privacy", text])[1].text == text


def test_a_roman_entry_is_found_in_any_spelling() -> None:
    assert "رازداری" in {one.text for one in glossary().sounding(("raazdaari",))}
    assert glossary().sounding(("policy",)) == ()
