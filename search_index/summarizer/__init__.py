"""The seam of the machine that reads comments: comments -> themes, in their own words."""

from __future__ import annotations

from search_index.summarizer.embed import TfidfEmbedder
from search_index.summarizer.extractive import ExtractiveSummarizer
from search_index.summarizer.themes import (
    Campaign,
    CandidateTheme,
    CommentText,
    Embedder,
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
    "Quote",
    "Suggestion",
    "Summarizer",
    "Vectors",
    "open_embedder",
    "open_summarizer",
]


def open_embedder(url: str) -> Embedder:
    """`tfidf:`; anything else is a ValueError."""
    if url == "tfidf:":
        return TfidfEmbedder()
    raise ValueError(f"no embedder is known under {url!r}; known: tfidf:")


def open_summarizer(url: str, embedder: Embedder) -> Summarizer:
    """`extractive:`; anything else is a ValueError."""
    if url == "extractive:":
        return ExtractiveSummarizer(embedder)
    raise ValueError(f"no summarizer is known under {url!r}; known: extractive:")
