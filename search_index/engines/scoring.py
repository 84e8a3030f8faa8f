"""How relevant a document is: BM25 over leaves. One formula for numbers and for numpy arrays of them."""

from __future__ import annotations

import math
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Numbers = TypeVar("Numbers", float, npt.NDArray[np.float64])

SATURATION = 1.2
LENGTH_SHARE = 0.75
PARTS = 1_000_000
"""Scores are whole millionths: the order is the same on every machine and fits a cursor."""


def rarity(documents: int, having: int) -> float:
    return math.log(1 + (documents - having + 0.5) / (having + 0.5))


def relevance(rarity: float, occurrences: Numbers, length: Numbers, average: float) -> Numbers:
    """Occurrences are weighted; lengths are words of a document, `average` that of all."""
    damped = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * length / average)
    return rarity * (occurrences * (SATURATION + 1)) / (occurrences + damped)
