"""How well and how fast comments are sorted into themes, beside plain k-means on TF-IDF in the same run.

Every comment speaks of one of 24 subjects in words of that subject and in words of no subject, some are form
letters. `agreement` is the adjusted mutual information of the subject and the theme, a comment in no theme
counting as a theme of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import adjusted_mutual_info_score

from benchmarks.speech import made
from search_index.summarizer import CommentText, open_embedder, open_summarizer
from search_index.summarizer.discover import how_many


def compared(count: int) -> dict[str, Any]:
    """Both ways on the same comments."""
    comments, subjects = made(count)
    kmeans = measured(subjects, lambda: plain([comment.text for comment in comments]))
    return {"comments": count, "kmeans": kmeans, "themes": measured(subjects, lambda: ours(comments))}


def measured(subjects: Sequence[int], work: Callable[[], list[int]]) -> dict[str, float]:
    busy = time.process_time()
    labels = work()
    return {
        "processor_seconds": round(time.process_time() - busy, 1),
        "agreement": round(float(adjusted_mutual_info_score(subjects, labels)), 3),
    }


def plain(texts: Sequence[str]) -> list[int]:
    """The way the library's own pages show it."""
    counts = TfidfVectorizer(min_df=2).fit_transform(texts)
    found = KMeans(how_many(len(texts)), random_state=0, n_init=1).fit_predict(counts)
    labels: list[int] = found.tolist()
    return labels


def ours(comments: Sequence[CommentText]) -> list[int]:
    found = open_summarizer("extractive:", open_embedder("tfidf:")).suggest(comments)
    themes = {comment_id: n for n, theme in enumerate(found.themes) for comment_id in theme.comment_ids}
    return [themes.get(comment.id, -1 - number) for number, comment in enumerate(comments)]
