"""The seam of the machine that reads comments: comments -> themes, in their own words."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from search_index.summarizer.assign import assign_new, leftover_share
from search_index.summarizer.duplicates import distinct as distinct_texts
from search_index.summarizer.frames import Frame
from search_index.summarizer.sentences import said
from search_index.summarizer.themes import (
    Campaign,
    CandidateTheme,
    CommentText,
    Embedder,
    KnownTheme,
    Quote,
    Suggestion,
    Summarizer,
    Vectors,
)

__all__ = [
    "Campaign",
    "CandidateTheme",
    "CommentText",
    "Embedder",
    "Frame",
    "KnownTheme",
    "Quote",
    "Suggestion",
    "Summarizer",
    "Vectors",
    "assign_new",
    "distinct_texts",
    "leftover_share",
    "open_embedder",
    "open_summarizer",
    "said",
]


def open_embedder(url: str) -> Embedder:
    """`tfidf:`; anything else is a ValueError."""
    if url == "tfidf:":
        return cast(Embedder, import_module("search_index.summarizer.embed").TfidfEmbedder())
    raise ValueError(f"no embedder is known under {url!r}; known: tfidf:")


def open_summarizer(url: str, embedder: Embedder) -> Summarizer:
    """`extractive:`; anything else is a ValueError.

    The machinery behind it (scikit-learn) is loaded here and not before: the processes that serve pages
    count distinct texts but never cluster.
    """
    if url == "extractive:":
        made = import_module("search_index.summarizer.extractive").ExtractiveSummarizer(embedder)
        return cast(Summarizer, made)
    raise ValueError(f"no summarizer is known under {url!r}; known: extractive:")
