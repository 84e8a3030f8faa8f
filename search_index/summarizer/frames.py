"""Where zero lies: what all texts of a language and a clause share says nothing about any of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Self

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Cell = tuple[str | None, str | None]
"""Clause and language; None for all of them."""

_PRIOR = 2.0  # texts that a mean has to outweigh before it is believed
_LEANING = 0.7
_APART = "\t"


@dataclass(frozen=True, eq=False)
class Frame:
    """Mean vectors by clause and language, from the texts of one run.

    The mean of a cell with few texts leans on those of its clause and its language, so that five texts on
    one subject do not lose it.
    """

    means: Mapping[Cell, Vectors]

    @classmethod
    def of(cls, vectors: Vectors, clauses: Sequence[str | None], languages: Sequence[str]) -> Self:
        """`vectors` (n, d); a text is counted for its clause, its language and both."""
        everything = _mean(vectors, np.zeros(vectors.shape[1], dtype=np.float32))
        means: dict[Cell, Vectors] = {(None, None): everything}
        frame = cls(means)
        for rows, cell in _cells([(None, language) for language in languages]):
            means[cell] = _mean(vectors[rows], everything)
        cells = _cells(list(zip(clauses, languages, strict=True)))
        for clause in dict.fromkeys(clauses):
            if clause is not None:
                # Seen without their languages: a clause that many speak of in Urdu is not an Urdu one.
                own = [
                    vectors[rows] + (everything - means[None, cell[1]])
                    for rows, cell in cells
                    if cell[0] == clause
                ]
                means[clause, None] = _mean(np.vstack(own), everything)
        for rows, cell in cells:
            if cell[0] is not None:
                means[cell] = _mean(vectors[rows], frame.mean(*cell))
        return frame

    def mean(self, clause: str | None, language: str | None) -> Vectors:
        """Of the cell, else what its clause and its language together let expect."""
        found = self.means.get((clause, language))
        if found is not None:
            return found
        everything = self.means[None, None]
        expected: Vectors = (
            self.means.get((clause, None), everything)
            + self.means.get((None, language), everything)
            - everything
        )
        return expected

    def placed(
        self, vectors: Vectors, scope: str | None, clauses: Sequence[str | None], languages: Sequence[str]
    ) -> Vectors:
        """(n, d), rows of length 1 or 0: seen from within the clause `scope`, or from the whole draft.

        In the whole draft a text leans towards what its clause speaks of, which it need not say again.
        """
        moved = vectors.copy()
        if scope is None:
            for rows, (clause, language) in _cells(list(zip(clauses, languages, strict=True))):
                leaning = self.mean(clause, None) - self.mean(None, None)
                moved[rows] += _LEANING * leaning - self.mean(None, language)
        else:
            for rows, (_, language) in _cells([(None, language) for language in languages]):
                moved[rows] -= self.mean(scope, language)
        moved[~vectors.any(axis=1)] = 0
        return unit(moved)

    def to_bytes(self) -> bytes:
        file = BytesIO()
        names = [_APART.join(part or "" for part in cell) for cell in self.means]
        np.savez(file, names=np.array(names), means=np.stack(list(self.means.values())))
        return file.getvalue()

    @classmethod
    def from_bytes(cls, kept: bytes) -> Self:
        with np.load(BytesIO(kept), allow_pickle=False) as file:
            cells = [name.split(_APART) for name in file["names"].tolist()]
            keys = [(clause or None, language or None) for clause, language in cells]
            return cls(dict(zip(keys, file["means"], strict=True)))


def unit(vectors: Vectors) -> Vectors:
    """In place: rows of length 1, or 0 as they were."""
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, None]
    vectors /= np.where(lengths > 1e-6, lengths, 1).astype(np.float32)
    return vectors


def _mean(vectors: Vectors, expected: Vectors) -> Vectors:
    total = vectors.sum(axis=0, dtype=np.float64) + _PRIOR * expected
    mean: Vectors = (total / (len(vectors) + _PRIOR)).astype(np.float32)
    return mean


def _cells(cells: Sequence[Cell]) -> list[tuple[NDArray[np.int64], Cell]]:
    """The rows of each cell."""
    rows: dict[Cell, list[int]] = {}
    for row, cell in enumerate(cells):
        rows.setdefault(cell, []).append(row)
    return [(np.array(own), cell) for cell, own in rows.items()]
