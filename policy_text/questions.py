"""Questions about the sender that a consultation.toml declares; three are asked where it declares none."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

MOST_QUESTIONS = 10
MOST_CHOICES = 40
_KEY = re.compile(r"[a-z0-9_]{1,40}")
_REFERENCES = ("reference", "reference_source")
_ALL = 1.005
"""Shares are rounded."""


@dataclass(frozen=True)
class Question:
    """One question with its choices; texts are by language. "Prefer not to say" is always possible."""

    key: str
    label: dict[str, str]
    choices: tuple[tuple[str, dict[str, str]], ...]
    """(value, label by language)"""
    reference: dict[str, float] = field(default_factory=dict)
    """Shares of the population by choice, between 0 and 1: what the report sets beside the answers."""
    reference_source: dict[str, str] = field(default_factory=dict)
    """Where those shares come from, by language."""

    def as_json(self) -> dict[str, Any]:
        """As the consultation's table holds it."""
        made: dict[str, Any] = {
            "key": self.key,
            "label": self.label,
            "choices": [{"value": value, "label": label} for value, label in self.choices],
        }
        if self.reference:
            made |= {"reference": self.reference, "reference_source": self.reference_source}
        return made


def _choices(*rows: tuple[str, str, str]) -> tuple[tuple[str, dict[str, str]], ...]:
    return tuple((value, {"en": english, "ur": urdu}) for value, english, urdu in rows)


DEFAULTS = (
    Question(
        "province",
        {"en": "Where do you live?", "ur": "آپ کہاں رہتے ہیں؟"},
        _choices(
            ("balochistan", "Balochistan", "بلوچستان"),
            ("khyber_pakhtunkhwa", "Khyber Pakhtunkhwa", "خیبر پختونخوا"),
            ("punjab", "Punjab", "پنجاب"),
            ("sindh", "Sindh", "سندھ"),
            ("islamabad", "Islamabad Capital Territory", "وفاقی دارالحکومت اسلام آباد"),
            ("gilgit_baltistan", "Gilgit-Baltistan", "گلگت بلتستان"),
            ("azad_kashmir", "Azad Jammu and Kashmir", "آزاد جموں و کشمیر"),
            ("abroad", "Outside Pakistan", "پاکستان سے باہر"),
        ),
    ),
    Question(
        "age",
        {"en": "How old are you?", "ur": "آپ کی عمر کیا ہے؟"},
        _choices(
            ("under_18", "Under 18", "18 سال سے کم"),
            ("18_29", "18 to 29", "18 سے 29 سال"),
            ("30_44", "30 to 44", "30 سے 44 سال"),
            ("45_59", "45 to 59", "45 سے 59 سال"),
            ("60_plus", "60 or older", "60 سال یا زیادہ"),
        ),
    ),
    Question(
        "gender",
        {"en": "What is your gender?", "ur": "آپ کی صنف کیا ہے؟"},
        _choices(
            ("woman", "Woman", "عورت"), ("man", "Man", "مرد"), ("transgender", "Transgender", "خواجہ سرا")
        ),
    ),
)


def read(value: object, languages: tuple[str, ...], say: Callable[[str], None]) -> tuple[Question, ...]:
    """The entry `questions`: None gives the defaults, [] none; `say` hears what is wrong."""
    if value is None:
        return DEFAULTS
    if not isinstance(value, list) or len(value) > MOST_QUESTIONS:
        say(f"questions must be a list of at most {MOST_QUESTIONS} tables, as in [[questions]].")
        return ()
    read_ones = [question for item in value if (question := _question(item, languages, say))]
    if len({question.key for question in read_ones}) != len(read_ones):
        say("Two questions have the same key.")
    return tuple(read_ones)


def _question(item: object, languages: tuple[str, ...], say: Callable[[str], None]) -> Question | None:
    if isinstance(item, str):
        item = {"key": item}
    if not isinstance(item, dict) or not set(item) <= {"key", "label", "choices", *_REFERENCES}:
        say('A question is "province", "age" or "gender", or has key, label and choices.')
        return None
    own = {name: value for name, value in item.items() if name not in _REFERENCES}
    default = next((question for question in DEFAULTS if own == {"key": question.key}), None)
    question = default or _own_question(own, languages, say)
    return question and _with_reference(question, item, languages, say)


def _own_question(
    item: dict[str, Any], languages: tuple[str, ...], say: Callable[[str], None]
) -> Question | None:
    if set(item) != {"key", "label", "choices"}:
        say('A question is "province", "age" or "gender", or has key, label and choices.')
        return None
    choices = item["choices"]
    if not _is_key(item["key"]) or not _is_text(item["label"], languages):
        say("A question's key has small letters, digits and _ only, and its label a text for each language.")
    elif not isinstance(choices, list) or not 2 <= len(choices) <= MOST_CHOICES:
        say(f"The question {item['key']} needs 2 to {MOST_CHOICES} choices.")
    elif not all(_is_choice(choice, languages) for choice in choices):
        say(f'A choice of {item["key"]} is like {{ value = "sindh", en = "Sindh", ur = "سندھ" }}.')
    else:
        labels = [(choice["value"], {n: t for n, t in choice.items() if n != "value"}) for choice in choices]
        return Question(item["key"], dict(item["label"]), tuple(labels))
    return None


def _with_reference(
    question: Question, item: dict[str, Any], languages: tuple[str, ...], say: Callable[[str], None]
) -> Question | None:
    """The question with the shares that the item gives, if any; None where they are wrong."""
    if not any(name in item for name in _REFERENCES):
        return question
    shares, source = item.get("reference"), item.get("reference_source")
    known = {value for value, _ in question.choices}
    if not isinstance(shares, dict) or not shares or not known.issuperset(shares):
        say(f"The reference of {question.key} gives shares to its choices, as in {{ sindh = 0.23 }}.")
    elif not all(_is_share(share) for share in shares.values()) or sum(shares.values()) > _ALL:
        say(f"The reference shares of {question.key} lie between 0 and 1 and make at most 1 together.")
    elif not _is_text(source, languages):
        say(f"The reference of {question.key} needs a reference_source with a text for each language.")
    else:
        made = {value: float(share) for value, share in shares.items()}
        return replace(question, reference=made, reference_source=dict(source or {}))
    return None


def _is_share(share: object) -> bool:
    return isinstance(share, int | float) and not isinstance(share, bool) and 0 <= share <= 1


def _is_choice(choice: object, languages: tuple[str, ...]) -> bool:
    if not isinstance(choice, dict) or not _is_key(choice.get("value")):
        return False
    return _is_text({name: text for name, text in choice.items() if name != "value"}, languages)


def _is_key(key: object) -> bool:
    return isinstance(key, str) and _KEY.fullmatch(key) is not None


def _is_text(text: object, languages: tuple[str, ...]) -> bool:
    return (
        isinstance(text, dict)
        and set(languages) <= set(text) <= {"en", "ur"}
        and all(isinstance(each, str) and each.strip() for each in text.values())
    )
