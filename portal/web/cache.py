"""Rendered pages kept until what they show has changed. Bodies hold a hole where the form's token goes."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime

MOST_PAGES = 512
MOST_BYTES = 32 * 1024 * 1024
RECALL_SECONDS = 0.1


@dataclass(frozen=True)
class Stamp:
    """What the pages of a consultation are made from: its revision, and when it is open."""

    revision: int
    opens_at: datetime
    closes_at: datetime


class Stamps:
    """The newest stamps, recalled for a tenth of a second so that a busy page asks the database seldom.

    A write through this process forgets them at once; one through another process shows within that time.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, Stamp]] = {}

    def recall(self, slug: str) -> Stamp | None:
        """The stamp, None where it is too old."""
        known = self._known.get(slug)
        return known[1] if known and known[0] > time.monotonic() else None

    def note(self, slug: str, stamp: Stamp) -> None:
        """Remember what the database said just now."""
        if len(self._known) > MOST_PAGES:
            self._known.clear()
        self._known[slug] = (time.monotonic() + RECALL_SECONDS, stamp)

    def forget(self) -> None:
        """Something was written."""
        self._known.clear()


class PageCache:
    """Pages by key, used again only while their stamp is the same. A page is its bytes around the hole."""

    def __init__(self) -> None:
        self.hole = f"hole-{secrets.token_hex(16)}"
        self._pages: OrderedDict[Hashable, tuple[Hashable, tuple[bytes, ...]]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def peek(self, key: Hashable, stamp: Hashable) -> tuple[bytes, ...] | None:
        """The kept page, None where there is none or it shows something older."""
        with self._lock:
            kept = self._pages.get(key)
            if kept is None or kept[0] != stamp:
                return None
            self._pages.move_to_end(key)
            return kept[1]

    def get(self, key: Hashable, stamp: Hashable, build: Callable[[], str]) -> tuple[bytes, ...]:
        """The kept page, or a new one from `build` where the stamp has changed."""
        kept = self.peek(key, stamp)
        if kept is not None:
            return kept
        page = tuple(part.encode("utf-8") for part in build().split(self.hole))
        self._put(key, stamp, page)
        return page

    def get_file(self, key: Hashable, stamp: Hashable, make: Callable[[], bytes]) -> bytes:
        """The kept file, or a new one from `make`; one that would crowd out the pages is not kept."""
        kept = self.peek(key, stamp)
        if kept is not None:
            return kept[0]
        made = make()
        if len(made) <= MOST_BYTES // 4:
            self._put(key, stamp, (made,))
        return made

    def _put(self, key: Hashable, stamp: Hashable, page: tuple[bytes, ...]) -> None:
        with self._lock:
            self._drop(key)
            self._pages[key] = (stamp, page)
            self._bytes += _size(page)
            while len(self._pages) > MOST_PAGES or self._bytes > MOST_BYTES:
                self._drop(next(iter(self._pages)))

    def _drop(self, key: Hashable) -> None:
        old = self._pages.pop(key, None)
        if old is not None:
            self._bytes -= _size(old[1])


def _size(page: tuple[bytes, ...]) -> int:
    return sum(len(part) for part in page)
