"""The glossary of three writings."""

from __future__ import annotations

import pytest

from search_index.analysis import detect_language, stem
from search_index.synonyms import LONGEST, WRITINGS, glossary


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
