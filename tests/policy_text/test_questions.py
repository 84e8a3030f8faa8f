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


REFERENCE = {
    "key": "province",
    "reference": {"punjab": 0.529, "sindh": 0.231},
    "reference_source": {"en": "A census.", "ur": "مردم شماری۔"},
}


def test_a_known_or_an_own_question_can_have_reference_shares() -> None:
    own = {**OWN, "reference": {"farm": 0.4}, "reference_source": REFERENCE["reference_source"]}
    said: list[str] = []
    province, work = questions.read([REFERENCE, own], LANGUAGES, said.append)
    assert said == []
    assert province.reference == {"punjab": 0.529, "sindh": 0.231}
    assert province.choices == questions.DEFAULTS[0].choices
    assert work.as_json()["reference"] == {"farm": 0.4}
    assert "reference" not in questions.DEFAULTS[1].as_json()


@pytest.mark.parametrize(
    "change",
    [
        {"reference": {"atlantis": 0.1}},
        {"reference": {}},
        {"reference": {"punjab": 1.2}},
        {"reference": {"punjab": float("nan")}},
        {"reference": {"punjab": True}},
        {"reference": {"punjab": 0.9, "sindh": 0.2}},
        {"reference_source": {"en": "Only English"}},
        {"reference_source": None},
    ],
)
def test_a_mistake_in_reference_shares_is_said_in_a_sentence(change: dict[str, object]) -> None:
    _, said = read([{**REFERENCE, **change}])
    assert len(said) == 1
    assert said[0].endswith(".")
