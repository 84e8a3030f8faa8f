"""What the portal says: plurals, dates with the Pakistani day, escaping of values, unknown keys."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from markupsafe import Markup

from portal.words import words_for

MIDNIGHT_IN_PAKISTAN = datetime(2026, 12, 13, 19, 0, tzinfo=UTC)
AFTERNOON = datetime(2026, 12, 14, 11, 42, tzinfo=UTC)
GAP = "\N{NO-BREAK SPACE}"


def test_one_and_many_have_their_own_forms() -> None:
    assert words_for("en").plural("count.comments", 1) == "1 comment"
    assert words_for("en").plural("count.comments", 0) == "0 comments"
    assert words_for("en").plural("count.comments", 1234) == "1,234 comments"
    assert words_for("ur").plural("count.clauses", 1) != words_for("ur").plural("count.clauses", 2)


def test_a_moment_is_told_in_pakistan() -> None:
    assert words_for("en").date(MIDNIGHT_IN_PAKISTAN) == f"14{GAP}December{GAP}2026"
    assert words_for("ur").date(AFTERNOON) == f"14{GAP}دسمبر{GAP}2026"
    assert words_for("en").moment(AFTERNOON) == (
        f"14{GAP}December{GAP}2026, 4:42 in the afternoon, Pakistan Standard Time"
    )


def test_digits_are_western_in_both_languages() -> None:
    for language in ("en", "ur"):
        assert words_for(language).number(1234567) == "1,234,567"
        assert "2026" in words_for(language).weekday_date(AFTERNOON)


def test_values_are_escaped_and_sentences_are_not() -> None:
    made = words_for("en").text("theme.accepted_by", by="<b>x</b>", date="1 May")
    assert isinstance(made, Markup)
    assert "&lt;b&gt;x&lt;/b&gt;" in made


def test_an_unknown_key_is_a_bug_and_not_a_bare_key_on_a_page() -> None:
    with pytest.raises(KeyError):
        words_for("en").text("no.such.key")
    with pytest.raises(KeyError):
        words_for("fr")


def test_a_list_is_joined_as_people_do() -> None:
    assert words_for("en").listed(["a"]) == "a"
    assert words_for("en").listed(["a", "b", "<c>"]) == "a, b and &lt;c&gt;"
