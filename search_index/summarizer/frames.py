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
_LEANING = 0.7  # towards what its clause speaks of, for a text seen from the whole draft
_AT_ONCE = 2_000
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
        rows = _rows(list(zip(clauses, languages, strict=True)))
        sums = {cell: vectors[own].sum(axis=0, dtype=np.float64) for cell, own in rows.items()}
        none = np.zeros(vectors.shape[1])
        everything = _mean(sum(sums.values(), none), len(vectors), none)
        means: dict[Cell, Vectors] = {(None, None): everything}
        frame = cls(means)
        for language in dict.fromkeys(languages):
            own = [cell for cell in sums if cell[1] == language]
            count = sum(len(rows[cell]) for cell in own)
            means[None, language] = _mean(sum((sums[cell] for cell in own), none), count, everything)
        for clause in dict.fromkeys(clauses):
            if clause is not None:
                # Seen without their languages: a clause that many speak of in Urdu is not an Urdu one.
                own = [cell for cell in sums if cell[0] == clause]
                total = sum(
                    (sums[cell] + len(rows[cell]) * (everything - means[None, cell[1]]) for cell in own), none
                )
                means[clause, None] = _mean(total, sum(len(rows[cell]) for cell in own), everything)
        for cell, total in sums.items():
            if cell[0] is not None:
                means[cell] = _mean(total, len(rows[cell]), frame.mean(*cell))
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

    def place(
        self, vectors: Vectors, scope: str | None, clauses: Sequence[str | None], languages: Sequence[str]
    ) -> Vectors:
        """In place: rows of length 1 or 0, seen from within the clause `scope`, or from the whole draft.

        In the whole draft a text leans towards what its clause speaks of, which it need not say again.
        """
        silent = ~vectors.any(axis=1)
        cells = list(zip(clauses, languages, strict=True))
        for cell, rows in _rows(cells).items():
            clause, language = cell
            shift = self.mean(scope, language)
            if scope is None:
                shift = shift - _LEANING * (self.mean(clause, None) - self.mean(None, None))
            for start in range(0, len(rows), _AT_ONCE):
                vectors[rows[start : start + _AT_ONCE]] -= shift
        vectors[silent] = 0
        return unit(vectors)

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


def _mean(total: NDArray[np.floating], count: int, expected: NDArray[np.floating]) -> Vectors:
    mean: Vectors = ((total + _PRIOR * expected) / (count + _PRIOR)).astype(np.float32)
    return mean


def _rows(cells: Sequence[Cell]) -> dict[Cell, NDArray[np.int64]]:
    """The rows of each cell."""
    found: dict[Cell, list[int]] = {}
    for row, cell in enumerate(cells):
        found.setdefault(cell, []).append(row)
    return {cell: np.array(own) for cell, own in found.items()}
