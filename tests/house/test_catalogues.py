"""Every message exists in both languages, with the same values; every key that the code names exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from portal.services.rows import CHANNELS, COMMENT_LANGUAGES, POSITIONS, REASONS, STATES, SUBMITTERS
from portal.web.troubles import BY_CODE, STATUS
from portal.words import UI_LANGUAGES, all_keys, missing_keys, unreviewed_keys, words_for

ROOT = Path(__file__).parents[2]
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
TAG = re.compile(r"<(\w+)")


def test_every_message_exists_in_both_languages() -> None:
    assert {language: sorted(keys) for language, keys in missing_keys().items()} == {"en": [], "ur": []}


@pytest.mark.parametrize("key", sorted(all_keys("en")))
def test_both_languages_use_the_same_values(key: str) -> None:
    used = {
        language: {name for form in words_for(language).messages[key] for name in PLACEHOLDER.findall(form)}
        for language in UI_LANGUAGES
    }
    assert used["en"] == used["ur"]


def test_every_urdu_message_is_marked_for_review_by_a_native_speaker() -> None:
    assert unreviewed_keys("ur") == all_keys("ur")


def test_every_key_that_the_code_names_exists() -> None:
    known = all_keys("en")
    for path in sorted((ROOT / "portal").rglob("*.py")):
        for key in re.findall(r'"((?:error|trouble|report)\.[a-z_.]+)"', path.read_text(encoding="utf-8")):
            assert key in known, f"{path.name} names {key}"


def test_every_key_that_a_template_names_exists() -> None:
    known = all_keys("en")
    for path in sorted((ROOT / "portal" / "templates").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        for key in re.findall(r"words\.(?:text|plural)\([\"']([\w.]+)[\"']\s*[,)]", text):
            assert key in known, f"{path.name} names {key}"


@pytest.mark.parametrize("language", UI_LANGUAGES)
def test_every_value_that_is_shown_has_its_words(language: str) -> None:
    words = words_for(language)
    wanted = [f"position.{value}" for value in (*POSITIONS, "none")]
    wanted += [f"state.{value}" for value in STATES]
    wanted += [f"receipt.state.{value}" for value in STATES]
    wanted += [f"reason.{value}" for value in REASONS]
    wanted += [f"channel.{value}" for value in CHANNELS]
    wanted += [f"submitter.{value}" for value in SUBMITTERS]
    wanted += [f"language.{value}" for value in COMMENT_LANGUAGES]
    wanted += [f"in_language.{value}" for value in COMMENT_LANGUAGES]
    kinds = {kind for _, kind in STATUS.values()} | set(BY_CODE.values()) | {"bug", "bad_host", "link"}
    wanted += [f"trouble.{kind}.{part}" for kind in kinds for part in ("title", "text")]
    assert [key for key in wanted if not words.has(key)] == []


def acts_in(path: Path) -> set[str]:
    """The acts that a file names where it records them, in full or in one of two ways."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "record":
            found |= {act for argument in node.args[1:2] for act in spellings(argument)}
    return found


def spellings(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Constant):
        return {str(node.value)}
    if isinstance(node, ast.IfExp):
        return spellings(node.body) | spellings(node.orelse)
    if isinstance(node, ast.FormattedValue):
        return spellings(node.value)
    if isinstance(node, ast.JoinedStr):
        made = {""}
        for part in node.values:
            made = {begin + more for begin in made for more in spellings(part)}
        return made
    return set()


def test_every_act_that_the_code_records_has_its_sentence() -> None:
    acts = {act for path in (ROOT / "portal" / "services").rglob("*.py") for act in acts_in(path)}
    assert {"comments.submit", "moderation.withhold", "reports.export"} <= acts
    for language in UI_LANGUAGES:
        assert [act for act in sorted(acts) if not words_for(language).has(f"act.{act}")] == []


@pytest.mark.parametrize("language", UI_LANGUAGES)
def test_every_sentence_of_an_act_says_who_and_is_a_sentence(language: str) -> None:
    acts = sorted(key for key in all_keys(language) if key.startswith("act."))
    for key in acts:
        sentence = words_for(language).messages[key][0]
        assert "%(who)s" in sentence, key
        assert sentence.endswith((".", "۔")), key
