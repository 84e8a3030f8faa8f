"""The seam: search engines behind one protocol, chosen by a URL."""

from __future__ import annotations

from pathlib import Path

from search_index.engines.cursors import BadCursor
from search_index.engines.embedded import EmbeddedEngine
from search_index.engines.memory import MemoryEngine
from search_index.engines.seam import IndexUnavailable, SearchEngine

__all__ = ["BadCursor", "IndexUnavailable", "SearchEngine", "open_engine"]


def open_engine(url: str) -> SearchEngine:
    """The engine of a URL: "whoosh:DIRECTORY" or "memory:". Nothing is read or made before it is used."""
    name, _, rest = url.partition(":")
    if name == "memory" and not rest:
        return MemoryEngine()
    if name == "whoosh" and rest:
        return EmbeddedEngine(Path(rest))
    raise ValueError(f"no search engine for {url!r}: use whoosh:DIRECTORY or memory:")
