"""Clicks that write the query: limits put in and taken out of what was typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_index.query import MOST_CHARACTERS, Nothing, parse
from search_index.query_writing import values, with_field, without_field

LIMITS = (
    ("position", "oppose"), ("clause", "5.4.2"), ("clause", "part_5__sec_4"), ("clause", "whole"),
    ("language", "ur-Latn"), ("channel", "letter"), ("status", "withheld"), ("submitter", "organisation"),
    ("draft", "v2"), ("from", "2026-11-01"), ("until", "2026-11-30"), ("received", "2026-11-01..2026-11-30"),
)  # fmt: skip
limits = st.sampled_from(LIMITS)
typed = st.lists(
    st.sampled_from(
        ["data", "ڈیٹا", '"', "(", ")", "OR", "NOT", "-", "*", "the", "lang:ur", "position:support",
         "clause:6,5.4.2",
         "-lang:ur", "(lang:en)", "from:2026-10-01", "🙂", "foo:bar", "received:..2026-11-01", ","]
    ),
    max_size=12,
).map(" ".join)  # fmt: skip


@pytest.mark.parametrize(
    ("before", "name", "value", "after"),
    [
        ("", "position", "oppose", "position:oppose"),
        ("privacy", "position", "oppose", "privacy position:oppose"),
        ("privacy  position:oppose", "position", "oppose", "privacy  position:oppose"),
        ("lang:ur privacy", "language", "ur", "lang:ur privacy"),
        ("زبان:اردو", "language", "ur", "زبان:اردو"),
        ("position:oppose privacy", "position", "mixed", "privacy position:oppose,mixed"),
        ("privacy", "lang", "ur", "privacy language:ur"),
        ("privacy from:2026-01-01", "from", "2026-11-01", "privacy from:2026-11-01"),
        ('"never closed', "position", "oppose", 'position:oppose "never closed'),
        ("privacy NOT", "position", "oppose", "position:oppose privacy NOT"),
        ("clause:5.4", "clause", "none", "clause:5.4,none"),
    ],
)
def test_a_limit_is_written_once(before: str, name: str, value: str, after: str) -> None:
    assert with_field(before, name, value) == after


@pytest.mark.parametrize(
    ("before", "name", "value", "after"),
    [
        ("privacy position:oppose", "position", "oppose", "privacy"),
        ("position:oppose privacy", "position", None, "privacy"),
        ("position:oppose,mixed privacy", "position", "oppose", "position:mixed privacy"),
        ("شق:5.4 شق:6 x", "clause", "6", "شق:5.4 x"),
        ("lang:ur", "position", None, "lang:ur"),
        ("(lang:ur)", "language", "ur", ""),
        ("-lang:ur x", "language", "ur", "-lang:ur x"),
        ('"lang:ur" x', "language", "ur", '"lang:ur" x'),
        ("from:2026-11-01 x", "from", "2026-11-01", "x"),
        ("from:2026-11-01 x", "from", "2026-11-02", "from:2026-11-01 x"),
    ],
)
def test_a_limit_is_taken_out(before: str, name: str, value: str | None, after: str) -> None:
    assert without_field(before, name, value) == after


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("author", "x"), ("position", "perhaps"), ("position", "oppose,mixed"), ("draft", "a b"),
        ("draft", 'a"b'), ("draft", ""), ("from", "yesterday"), ("clause", "5) OR x"), ("status", ""),
    ],
)  # fmt: skip
def test_what_the_grammar_cannot_say_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValueError, match="no "):
        with_field("privacy", name, value)


def test_a_query_that_is_too_long_gets_its_limit_in_front() -> None:
    written = with_field("x" * MOST_CHARACTERS, "position", "oppose")

    assert parse(written).filters.positions == ("oppose",)


@given(typed, limits)
def test_a_limit_put_in_counts_and_the_words_stay(text: str, limit: tuple[str, str]) -> None:
    written = with_field(text, *limit)

    assert limit[1] in values(written, limit[0]) or with_field(written, *limit) == written
    assert parse(f"{limit[0]}:{limit[1]}").filters != parse("").filters
    assert with_field(written, *limit) == written
    if not isinstance(parse(text).root, Nothing) and parse(text).root is not None and '"' not in text:
        assert parse(written).root == parse(text).root


@given(typed, limits)
def test_a_field_taken_out_is_gone_and_the_words_stay(text: str, limit: tuple[str, str]) -> None:
    without = without_field(text, limit[0])

    assert values(without, limit[0]) == ()
    assert without_field(without, limit[0]) == without
    if '"' not in text:
        assert parse(without).root == parse(text).root or not without
