"""Texts -> vectors. The embedded default counts words and letters of the texts given, nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from search_index.analysis import stem
from search_index.spelling import sound_key
from search_index.summarizer.concepts import concepts
from search_index.summarizer.themes import Vectors
from search_index.summarizer.words import content_words

_DIMENSIONS = 100
_CONCEPTS = 0.5  # enough for languages to meet, not so much that every text about schools is one theme
_MANY = 2_000  # texts from which a feature has to occur more than twice


class TfidfEmbedder:
    """TF-IDF of word stems, letter runs and the glossary's terms, folded to at most 100 dimensions (LSA)."""

    name = "tfidf/1"
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
    for features, weight in ((_stems, 1.0), (_letters, 1.0), (_concepts, _CONCEPTS)):
        try:
            block = TfidfVectorizer(analyzer=features, min_df=least, sublinear_tf=True, dtype=np.float32)
            blocks.append(block.fit_transform(texts) * weight)
        except ValueError:  # no feature of the kind occurs often enough: the others have to do
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


def _stems(text: str) -> Iterator[str]:
    """Stems, and beside them what the word sounds like: Roman Urdu has no spelling of its own."""
    for word in content_words(text):
        yield stem(word)
        if key := sound_key(word):
            yield f"~{key}"


def _letters(text: str) -> Iterator[str]:
    for word in content_words(text):
        padded = f" {word} "
        for size in (3, 4):
            yield from (padded[i : i + size] for i in range(len(padded) - size + 1))


def _concepts(text: str) -> Iterator[str]:
    return map(str, concepts(text))
