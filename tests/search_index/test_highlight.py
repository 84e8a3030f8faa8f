"""Excerpts with what was found marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_index.highlight import Excerpt, excerpt, marks
from search_index.query import parse

LONG = (
    "Introductory words that say little. " * 20 + "The camera needs a warrant! " + "More follows here. " * 20
)


def marked(text: str, query: str) -> list[str]:
    return [text[start:end] for start, end in marks(text, parse(query))]


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("Teachers teach the teacher.", "teacher", ["Teachers", "teacher"]),
        ("نوکریاں اور نوکری", "نوکری", ["نوکریاں", "نوکری"]),
        ("ذاتي ڈيٹا کي رازداري", "رازداری", ["رازداري"]),
        ("حُكومت کا مُعاہدہ", "حکومت", ["حُكومت"]),
        ("Hukoomat ya hakoomat", "hukumat", ["Hukoomat", "hakoomat"]),
        ("The Government and حکومت", "government", ["Government", "حکومت"]),
        ("personal data is ذاتی ڈیٹا", '"personal data"', ["personal data", "ذاتی ڈیٹا"]),
        ("data that is personal", '"personal data"', []),
        ("worker workers", '"worker"', ["worker"]),
        ("computers compute", "compu*", ["computers", "compute"]),
        ("vilage village", "village~", ["vilage", "village"]),
        ("data-labelling; data labelling", "data-labelling", ["data-labelling", "data labelling"]),
        ("cats and dogs", "cats -dogs", ["cats"]),
        ("cats and dogs", "dogs OR cats", ["cats", "dogs"]),
        ("the cats", "the cats", ["cats"]),
        ("ﷺ درود", '"صلی اللہ"', ["ﷺ"]),
        ("1,000 jobs", "1000", ["1,000"]),
        ("anything", "", []),
        ("", "anything", []),
    ],
)
def test_what_was_found_is_marked_as_it_was_typed(text: str, query: str, expected: list[str]) -> None:
    assert marked(text, query) == expected


def test_a_short_text_is_shown_whole() -> None:
    assert excerpt("A camera.", parse("camera")) == Excerpt(
        (("A ", False), ("camera", True), (".", False)), cut_before=False, cut_after=False
    )


def test_a_long_text_is_cut_around_what_was_found() -> None:
    shown = excerpt(LONG, parse("warrant camera"), length=80)

    assert [letters for letters, found in shown.runs if found] == ["camera", "warrant"]
    assert shown.cut_before
    assert shown.cut_after
    assert sum(len(letters) for letters, _ in shown.runs) <= 80


def test_without_a_find_the_beginning_is_shown_up_to_a_whole_word() -> None:
    shown = excerpt(LONG, parse("zebra"), length=30)

    assert shown.runs == (("Introductory words that say", False),)
    assert not shown.cut_before
    assert shown.cut_after


def test_the_stretch_that_shows_most_of_the_query_is_chosen() -> None:
    text = "camera " + "x " * 200 + "camera and warrant" + " y" * 200

    shown = excerpt(text, parse("camera warrant"), length=60)

    assert [letters for letters, found in shown.runs if found] == ["camera", "warrant"]


queries = st.lists(
    st.sampled_from(["data", "ڈیٹا", '"personal data"', "gov*", "hukumat", "-x", "OR", "teh~", "jobs"]),
    max_size=5,
).map(" ".join)
texts = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.sampled_from(["personal data", "ذاتي ڈيٹا", "Hukoomat", "\u200f", "🙂", "\n", "jobs"]),
    ),
    max_size=30,
).map(" ".join)


@given(texts, queries, st.integers(min_value=1, max_value=120))
def test_an_excerpt_is_a_part_of_the_text_and_no_longer_than_asked(
    text: str, query: str, length: int
) -> None:
    shown = excerpt(text, parse(query), length=length)

    joined = "".join(letters for letters, _ in shown.runs)
    assert joined in text
    assert len(joined) <= length
    assert all(letters for letters, _ in shown.runs)
    assert shown.cut_before or text.strip().startswith(joined.strip())
