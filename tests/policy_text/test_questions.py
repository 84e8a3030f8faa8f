"""Questions about the sender in consultation.toml."""

from __future__ import annotations

import pytest

from policy_text import questions

LANGUAGES = ("en", "ur")
OWN = {
    "key": "work",
    "label": {"en": "Where do you work?", "ur": "آپ کہاں کام کرتے ہیں؟"},
    "choices": [
        {"value": "farm", "en": "On a farm", "ur": "کھیت میں"},
        {"value": "office", "en": "In an office", "ur": "دفتر میں"},
    ],
}


def read(value: object) -> tuple[list[str], list[str]]:
    said: list[str] = []
    return [question.key for question in questions.read(value, LANGUAGES, said.append)], said


def test_three_are_asked_where_none_is_declared() -> None:
    assert read(None) == (["province", "age", "gender"], [])


def test_an_empty_list_asks_nothing() -> None:
    assert read([]) == ([], [])


def test_known_ones_are_named_and_own_ones_written_out() -> None:
    assert read(["province", OWN]) == (["province", "work"], [])


def test_every_default_has_words_in_both_languages() -> None:
    for question in questions.DEFAULTS:
        assert set(question.label) == {"en", "ur"}
        assert all(set(label) == {"en", "ur"} for _, label in question.choices)


@pytest.mark.parametrize(
    "value",
    [
        "province",
        ["unknown"],
        [{**OWN, "key": "No Key"}],
        [{**OWN, "label": {"en": "Only English"}}],
        [{**OWN, "choices": OWN["choices"][:1]}],
        [{**OWN, "choices": [{"value": "a", "en": "A"}, {"value": "b", "en": "B"}]}],
        [{**OWN, "more": 1}],
        [OWN, OWN],
        [OWN] * 11,
    ],
)
def test_a_mistake_is_said_in_a_sentence(value: object) -> None:
    _, said = read(value)
    assert len(said) == 1
    assert said[0].endswith(".")
