"""An embedder that does not read the same text twice."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from search_index.summarizer.themes import Embedder, Vectors

_MOST = 20_000  # texts; 30 MB at 384 numbers each


class Remembered:
    """Around an embedder whose vectors do not depend on the company. The oldest are forgotten first."""

    stored = True

    def __init__(self, embedder: Embedder, most: int = _MOST) -> None:
        self._embedder = embedder
        self._most = most
        self._known: OrderedDict[str, Vectors] = OrderedDict()

    @property
    def name(self) -> str:
        return self._embedder.name

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """As the embedder itself would answer."""
        new = list(dict.fromkeys(text for text in texts if text not in self._known))
        found = dict(zip(new, self._embedder.vectors(new), strict=True)) if new else {}
        rows = [found[text] if text in found else self._known[text] for text in texts]
        self._known.update(found)
        while len(self._known) > self._most:
            self._known.popitem(last=False)
        return np.stack(rows) if rows else self._embedder.vectors([])
