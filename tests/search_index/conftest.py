"""Engines for the search tests: every implementation, empty and filled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search_index.engines import SearchEngine, open_engine
from tests.search_index.corpus import DOCUMENTS


@pytest.fixture(params=["memory", "whoosh"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchEngine]:
    """An engine in which nothing has been indexed."""
    engine = open_engine("memory:" if request.param == "memory" else f"whoosh:{tmp_path / 'search'}")
    yield engine
    engine.close()


@pytest.fixture
def engine(empty: SearchEngine) -> SearchEngine:
    """An engine that holds the corpus, as of sequence 7."""
    empty.rebuild(DOCUMENTS, 7)
    return empty
