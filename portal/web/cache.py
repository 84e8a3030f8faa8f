"""Rendered pages kept until what they show has changed. Bodies hold a hole where the form's token goes."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

MOST_PAGES = 512
MOST_BYTES = 32 * 1024 * 1024


class PageCache:
    """Pages by key; one is used again only while its stamp (what it was made from) is the same."""

    def __init__(self) -> None:
        self.hole = f"hole-{secrets.token_hex(16)}"
        self._pages: OrderedDict[Hashable, tuple[Hashable, str]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable, stamp: Hashable, build: Callable[[], str]) -> str:
        """The kept page, or a new one from `build` where the stamp has changed."""
        with self._lock:
            kept = self._pages.get(key)
            if kept is not None and kept[0] == stamp:
                self._pages.move_to_end(key)
                return kept[1]
        page = build()
        with self._lock:
            self._drop(key)
            self._pages[key] = (stamp, page)
            self._bytes += len(page)
            while len(self._pages) > MOST_PAGES or self._bytes > MOST_BYTES:
                self._drop(next(iter(self._pages)))
        return page

    def _drop(self, key: Hashable) -> None:
        old = self._pages.pop(key, None)
        if old is not None:
            self._bytes -= len(old[1])
