"""Texts -> vectors. The embedded default counts words and letters of the texts given, nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from search_index.summarizer.themes import Vectors
from search_index.summarizer.words import content_words

_DIMENSIONS = 100
_MANY = 2_000  # texts from which a feature has to occur more than twice


class TfidfEmbedder:
    """TF-IDF of words, word pairs and letter runs, folded to at most 100 dimensions (LSA).

    Letter runs let spellings of one word meet, which Roman Urdu has no end of.
    """

    stored = False

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """(n, d) float32; rows of texts that share no word with another may be 0."""
        counts = _counts(texts)
        if counts is None:
            return np.zeros((len(texts), 1), dtype=np.float32)
        return _folded(counts).astype(np.float32)


def _counts(texts: Sequence[str]) -> csr_matrix | None:
    if not any(content_words(text) for text in texts):
        return None
    least = 1 if len(texts) < 10 else 2 if len(texts) < _MANY else 3
    blocks = []
    for weight, features in ((1.0, _word_features), (0.6, _letter_features)):
        try:
            block = TfidfVectorizer(analyzer=features, min_df=least, sublinear_tf=True, dtype=np.float32)
            blocks.append(block.fit_transform(texts) * weight)
        except ValueError:  # no feature occurs often enough: the other block has to do
            continue
    return hstack(blocks).tocsr() if blocks else None


def _folded(counts: csr_matrix) -> Vectors:
    dimensions = min(_DIMENSIONS, counts.shape[0] - 1, counts.shape[1] - 1)
    if dimensions < 2:
        dense: Vectors = normalize(counts.toarray())
        return dense
    fold = TruncatedSVD(dimensions, n_iter=4, random_state=0)
    folded: Vectors = normalize(fold.fit_transform(counts))
    return folded


def _word_features(text: str) -> Iterator[str]:
    found = content_words(text)
    yield from found
    for first, second in zip(found, found[1:], strict=False):
        yield f"{first} {second}"


def _letter_features(text: str) -> Iterator[str]:
    for word in content_words(text):
        padded = f" {word} "
        for size in (3, 4, 5):
            yield from (padded[i : i + size] for i in range(len(padded) - size + 1))
