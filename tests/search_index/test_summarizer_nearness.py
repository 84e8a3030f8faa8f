"""Matching: a text counts with its nearest texts, and what is near to two points alike tells neither."""

from __future__ import annotations

import numpy as np

from search_index.summarizer.frames import Vectors, unit
from search_index.summarizer.nearness import against_rivals, with_neighbours


def spread(count: int, seed: int = 5) -> Vectors:
    """Rows of length 1 in every direction."""
    return unit(np.random.default_rng(seed).normal(size=(count, 16)).astype(np.float32))


def test_half_of_the_nearest_other_point_is_taken_away() -> None:
    near = np.array([[0.8, 0.2, 0.6], [0.5, 0.5, 0.1]], dtype=np.float32)

    assert np.allclose(against_rivals(near), [[0.5, -0.2, 0.2], [0.25, 0.25, -0.15]])


def test_a_text_near_to_two_points_tells_either_less_than_one_that_is_near_to_one() -> None:
    torn, clear = against_rivals(np.array([[0.8, 0.8], [0.7, 0.1]], dtype=np.float32))

    assert clear.max() > torn.max()


def test_a_single_point_and_no_point_at_all_have_no_rival() -> None:
    one = np.array([[0.4], [0.9]], dtype=np.float32)

    assert (against_rivals(one) == one).all()
    assert against_rivals(np.zeros((3, 0), np.float32)).shape == (3, 0)


def test_a_text_hears_its_eight_nearest_and_not_itself_nor_what_is_opposite() -> None:
    vectors = np.zeros((20, 3), dtype=np.float32)
    vectors[:9, 0] = 1
    vectors[9:18, 1] = 1
    vectors[18, 2], vectors[19, 2] = 1, -1
    told = np.zeros((20, 1), dtype=np.float32)
    told[0], told[9], told[19] = 8, 80, 800

    heard = with_neighbours(vectors, told).ravel()

    assert np.allclose(heard[:9], [8, *[1] * 8])
    assert np.allclose(heard[9:18], [80, *[10] * 8])
    assert np.allclose(heard[18:], [0, 800])


def test_many_texts_are_read_block_by_block_as_they_would_be_at_once() -> None:
    vectors = spread(1_203)
    near = vectors @ vectors.T
    np.fill_diagonal(near, 0)
    for row in near:
        row[np.argsort(-row)[8:]] = 0
    expected = vectors + (near / near.sum(axis=1, keepdims=True)) @ vectors

    assert np.allclose(with_neighbours(vectors, vectors), expected, atol=1e-5)


def test_a_handful_of_texts_has_no_neighbours_and_the_input_stays_as_it_is() -> None:
    few, many = spread(9), spread(10)
    kept = many.copy()

    assert (with_neighbours(few, few) == few).all()
    assert not np.allclose(with_neighbours(many, many), kept)
    assert (many == kept).all()
