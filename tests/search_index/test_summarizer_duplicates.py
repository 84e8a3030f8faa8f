"""Near-identical comments are counted once, and nothing else is."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from search_index.summarizer.duplicates import distinct, groups

LETTER = (
    "we ask the ministry to stop live face recognition in public places "
    "until a court has given a warrant for it"
)
WORDS = st.lists(st.sampled_from(["data", "law", "court", "school", "camera", "water", "job"]), max_size=12)


def jaccard(one: str, other: str) -> float:
    a, b = (set(zip(t.split(), t.split()[1:], t.split()[2:], strict=False)) for t in (one, other))
    return len(a & b) / len(a | b)


def test_a_form_letter_with_another_last_word_is_the_same_letter() -> None:
    edited = LETTER.replace("for it", "for that")

    assert jaccard(LETTER, edited) == 18 / 20
    assert groups([LETTER, "Teachers first.", edited]) == [[0, 2], [1]]


def test_a_letter_with_two_words_changed_in_the_middle_is_another_letter() -> None:
    edited = LETTER.replace("public", "crowded").replace("court", "judge")

    assert jaccard(LETTER, edited) < 0.8
    assert groups([LETTER, edited]) == [[0], [1]]


def test_a_chain_of_small_edits_is_no_group() -> None:
    second = LETTER.replace("for it", "for that")
    third = second.replace("we ask", "we beg")

    assert (jaccard(LETTER, third), jaccard(second, third)) == (16 / 22, 17 / 21)
    assert groups([LETTER, third, second]) == [[0, 2], [1]]


def test_case_punctuation_and_keyboard_do_not_make_a_text_another_one() -> None:
    assert groups(["Data belongs to people!", "data belongs to PEOPLE"]) == [[0, 1]]
    assert groups(["ذاتی ڈیٹا کا قانون پہلے", "ذاتي ڈيٹا كا قانون پہلے۔"]) == [[0, 1]]


def test_texts_of_one_or_two_words_have_to_be_the_same_words() -> None:
    assert groups(["Teachers first", "teachers first.", "Teachers", "first teachers"]) == [[0, 1], [2], [3]]


def test_texts_without_words_have_to_be_the_same_characters() -> None:
    assert groups(["👍👍", "👍👍 ", "🙏", "!!!"]) == [[0, 1], [2], [3]]


def test_no_texts_have_no_groups() -> None:
    assert groups([]) == []
    assert distinct([]) == 0
    assert distinct(["the same words again"] * 46) == 1


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS.map(" ".join), max_size=14))
def test_every_text_is_like_the_first_of_its_group_and_the_first_ones_are_apart(texts: list[str]) -> None:
    found = groups(texts)

    assert sorted(index for group in found for index in group) == list(range(len(texts)))
    for first, *others in found:
        assert all(alike(texts[first], texts[other]) for other in others)
    firsts = [texts[group[0]] for group in found]
    assert not [pair for pair in combinations(firsts, 2) if alike(*pair)]


def alike(one: str, other: str) -> bool:
    if min(len(one.split()), len(other.split())) < 3:
        return one.split() == other.split()
    return jaccard(one, other) >= 0.8
