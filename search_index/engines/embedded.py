"""The embedded engine: an index in a folder, one writer at a time, readers in any number of processes."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from search_index.analysis import ANALYSIS_VERSION
from search_index.documents import Document, Filters, Page
from search_index.engines import cursors, whoosh
from search_index.engines.damage import damage_is_unavailable
from search_index.engines.generations import Generations
from search_index.engines.seam import DEFAULT_FILTERS, IndexUnavailable
from search_index.engines.snapshot import Snapshot
from search_index.engines.table import Labels
from search_index.query import Query
from search_index.synonyms import Glossary

REBUILT_AT_ONCE = 20_000
"""Documents of one commit of a rebuild."""
TRIES = 4
PAUSE = 0.05
"""Seconds before reading again what a writer replaced meanwhile."""
REREAD_EVERY = 1.0
"""Seconds in which commits of other processes are read at most once."""

_Stamp = tuple[Path, int]
"""Folder of the generation and number of its newest commit."""


class EmbeddedEngine:
    """A SearchEngine over a folder."""

    def __init__(self, root: Path, *, reread_every: float = REREAD_EVERY) -> None:
        self._generations = Generations(root)
        self._labels = Labels()
        self._lock = RLock()
        self._writing = RLock()
        self._reread_every = reread_every
        self._snapshot: Snapshot | None = None
        self._stamp: _Stamp | None = None
        self._read_at = float("-inf")

    def apply(self, documents: Sequence[Document], deleted: Sequence[str], sequence: int) -> None:
        gone = frozenset(deleted)
        latest = {document.id: document for document in documents if document.id not in gone}
        with self._alone():
            folder = self._generations.present()
            self._present(afresh=True)
            ready = [whoosh.prepare(document) for document in latest.values()]
            with damage_is_unavailable():
                whoosh.write(folder, ready, {*gone, *latest}, sequence)
            self._forget()

    def applied(self) -> int:
        return self._present(afresh=True).sequence

    def find(
        self,
        query: Query,
        filters: Filters = DEFAULT_FILTERS,
        *,
        order: str = "relevance",
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page:
        cursors.check_order(order)
        after = cursors.read(order, cursor) if cursor else None
        return self._present().find(query, filters, order, max(limit, 0), after)

    def like(
        self,
        text: str,
        filters: Filters = DEFAULT_FILTERS,
        *,
        without: str = "",
        limit: int = 10,
        synonyms: Glossary | None = None,
    ) -> tuple[str, ...]:
        return self._present().like(text, filters, without, max(limit, 0), synonyms)

    def rebuild(self, documents: Iterable[Document], sequence: int) -> None:
        with self._alone():
            self._generations.sweep()
            folder = self._generations.make()
            try:
                whoosh.create(folder)
                seen: set[str] = set()
                for batch in _batches(documents):
                    ready = [whoosh.prepare(document) for document in batch]
                    again = seen.intersection(document.id for document in batch)
                    whoosh.write(folder, ready, again, sequence, merge=False)
                    seen.update(document.id for document in batch)
                self._generations.swap(folder)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            self._generations.sweep()
            self._forget()

    def close(self) -> None:
        with self._lock:
            self._snapshot = self._stamp = None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """The only writer, of this process and of all."""
        with self._writing, self._generations.writing():
            yield

    def _present(self, *, afresh: bool = False) -> Snapshot:
        """The newest commit, or where not `afresh` one that was the newest a moment ago."""
        with self._lock:
            for tries_left in range(TRIES - 1, -1, -1):
                stamp = self._newest()
                waits = time.monotonic() - self._read_at < self._reread_every and not afresh
                if self._snapshot and (stamp == self._stamp or waits):
                    return self._snapshot
                try:
                    snapshot = self._read(stamp)
                except IndexUnavailable:
                    if not tries_left or self._newest() == stamp:
                        raise
                    time.sleep(PAUSE)
                else:
                    self._snapshot, self._stamp, self._read_at = snapshot, stamp, time.monotonic()
                    return snapshot
            raise AssertionError("the last try returns or raises")

    def _newest(self) -> _Stamp:
        folder = self._generations.present()
        try:
            return folder, whoosh.commit_number(folder)
        except FileNotFoundError:
            # Replaced between the two lines: the pointer already names the next one.
            folder = self._generations.present()
            with damage_is_unavailable():
                return folder, whoosh.commit_number(folder)

    def _read(self, stamp: _Stamp) -> Snapshot:
        folder, _ = stamp
        known = self._snapshot.segments if self._snapshot and self._stamp and self._stamp[0] == folder else {}
        with damage_is_unavailable():
            segments = whoosh.read(folder, known, self._labels)
            kept = whoosh.bookkeeping(segments)
            if kept is None or kept[1] != ANALYSIS_VERSION:
                raise IndexUnavailable("the index is foreign or of another analysis")
            return Snapshot(segments, kept[0], self._labels)

    def _forget(self) -> None:
        """See one's own commit at once."""
        with self._lock:
            self._read_at = float("-inf")


def _batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """Documents in lots, at least one; of several with one id in a lot the last."""
    lot: dict[str, Document] = {}
    for document in documents:
        lot[document.id] = document
        if len(lot) == REBUILT_AT_ONCE:
            yield list(lot.values())
            lot = {}
    yield list(lot.values())
