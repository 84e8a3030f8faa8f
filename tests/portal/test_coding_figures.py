"""Micro-F1 and its intervals: small codings whose figures can be worked out by hand."""

from __future__ import annotations

from random import Random

import pytest

from portal.services.coding_figures import ALL, Coded, compared, f1, rows

A, B, AB, NO = frozenset({1}), frozenset({2}), frozenset({1, 2}), frozenset[int]()


def coded(language: str, machine: frozenset[int], *humans: frozenset[int] | None) -> Coded:
    return Coded(language, machine, humans)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (A, A, (2, 2)),
        (A, B, (0, 2)),
        (AB, A, (2, 3)),
        (NO, NO, (2, 2)),
        (NO, A, (0, 2)),
        (A, None, (0, 0)),
    ],
)
def test_a_comment_adds_what_both_gave_and_none_of_them_is_an_answer(
    one: frozenset[int], other: frozenset[int] | None, expected: tuple[int, int]
) -> None:
    assert compared(one, other) == expected


def test_f1_is_twice_the_common_over_all_that_was_given() -> None:
    # in common 2, the machine gave 4 (one of them "none"), the reviewer 4
    counts = [compared(AB, A), compared(A, AB), compared(NO, B)]
    precision, recall = 2 / 4, 2 / 4
    assert f1(counts) == pytest.approx(2 * precision * recall / (precision + recall))
    assert f1([(0, 0)]) is None


def test_nothing_coded_gives_no_row_and_too_little_no_figure() -> None:
    assert rows([coded("en", A, None)], Random(1)) == ()
    (every, english) = rows([coded("en", A, A, None)] * 29, Random(1))
    assert (every.language, english.language) == (ALL, "en")
    assert (every.once, every.twice, every.mean, every.agreement) == (29, 0, None, None)
    assert [(one.comments, one.f1) for one in every.each] == [(29, None), (0, None)]


def test_figures_are_those_of_each_reviewer_of_their_mean_and_of_the_two() -> None:
    items = [coded("en", A, A, B)] * 20 + [coded("en", A, B, B)] * 20
    every, _ = rows(items, Random(7))
    first, second = every.each
    assert first.f1 is not None
    assert second.f1 is not None
    assert (first.f1.value, second.f1.value) == (0.5, 0.0)
    assert (second.f1.low, second.f1.high) == (0.0, 0.0)
    assert every.mean is not None
    assert every.agreement is not None
    assert every.mean.value == 0.25
    assert every.agreement.value == 0.5
    assert every.twice == 40


def test_an_interval_is_about_as_wide_as_the_normal_approximation_says() -> None:
    # one theme each: F1 is a share, its standard error the square root of p(1-p)/n
    items = [coded("en", A, A)] * 70 + [coded("en", A, B)] * 30
    every, _ = rows(items, Random(3))
    assert every.mean is not None
    error = 1.96 * (0.7 * 0.3 / 100) ** 0.5
    assert every.mean.value == pytest.approx(0.7)
    assert every.mean.low == pytest.approx(0.7 - error, abs=0.02)
    assert every.mean.high == pytest.approx(0.7 + error, abs=0.02)


def test_the_same_chance_gives_the_same_intervals() -> None:
    items = [coded("en", A, A, AB)] * 25 + [coded("ur", B, AB, A)] * 35
    assert rows(items, Random("x")) == rows(items, Random("x"))
    assert rows(items, Random("x")) != rows(items, Random("y"))


def test_languages_stand_in_their_order_and_only_where_something_was_coded() -> None:
    items = [coded("ur-Latn", A, A), coded("en", A, None), coded("ur", A, A)]
    assert [row.language for row in rows(items, Random(1))] == [ALL, "ur", "ur-Latn"]


def test_a_reviewer_with_few_comments_does_not_weigh_in_the_mean() -> None:
    items = [coded("en", A, A, None)] * 35 + [coded("en", A, A, B)] * 5
    every, _ = rows(items, Random(1))
    assert every.mean is not None
    assert every.mean.value == 1.0
    assert every.each[1].f1 is None
    assert every.agreement is None
