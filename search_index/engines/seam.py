"""What every search engine does: the protocol, and the one error that means "rebuild me"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from search_index.documents import Document, Filters, Page
from search_index.query import Query
from search_index.synonyms import Glossary

DEFAULT_FILTERS = Filters()


class IndexUnavailable(Exception):
    """The index is missing, foreign, broken or of another analysis; `rebuild` makes a new one."""


class SearchEngine(Protocol):
    """Used from several threads of a process, and from several processes: one writes, all read."""

    def apply(self, documents: Sequence[Document], deleted: Sequence[str], sequence: int) -> None:
        """Put documents in place of those with their ids and take out `deleted`, in one commit.

        An id in both is taken out. The sequence number goes into the same commit. The index must be there.
        """
        ...

    def applied(self) -> int:
        """The sequence number of the last commit, read afresh; IndexUnavailable where there is none."""
        ...

    def find(
        self,
        query: Query,
        filters: Filters = DEFAULT_FILTERS,
        *,
        order: str = "relevance",
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page:
        """One page of what matches the query within its own and the given filters.

        Order is relevance, newest or oldest; equal scores go newest first. A cursor that is not one of this
        order raises BadCursor. With no words in the query, relevance is the same as newest.
        """
        ...

    def like(
        self,
        text: str,
        filters: Filters = DEFAULT_FILTERS,
        *,
        without: str = "",
        limit: int = 10,
        synonyms: Glossary | None = None,
    ) -> tuple[str, ...]:
        """Ids of the documents most like a text, best first; `without`: the id of the text itself.

        They share at least two of the ten words that tell most about the text, in any spelling or writing.
        """
        ...

    def rebuild(self, documents: Iterable[Document], sequence: int) -> None:
        """Make a new index beside the present one, then swap. Of several with one id the last counts."""
        ...

    def close(self) -> None: ...
