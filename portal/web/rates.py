"""How often one address may post: a count a minute, kept in memory of this process only."""

from __future__ import annotations

import threading
from datetime import datetime
from ipaddress import ip_address, ip_network

MOST_ADDRESSES = 50_000


class Rates:
    """Posts by client address in the running minute. `most` 0 switches the limit off."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._minute = 0
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()

    def is_over(self, address: str, now: datetime) -> bool:
        """Whether this address has used up its minute."""
        if self.most == 0:
            return False
        with self._lock:
            self._turn(now)
            return self._counts.get(_network(address), 0) >= self.most

    def count(self, address: str, now: datetime) -> None:
        """Note one post."""
        if self.most == 0:
            return
        with self._lock:
            self._turn(now)
            if len(self._counts) < MOST_ADDRESSES:
                name = _network(address)
                self._counts[name] = self._counts.get(name, 0) + 1

    def left(self, address: str, now: datetime) -> tuple[int, int]:
        """(posts that are left, seconds until the minute ends)."""
        with self._lock:
            self._turn(now)
            used = self._counts.get(_network(address), 0)
        return max(0, self.most - used), 60 - int(now.timestamp()) % 60

    def _turn(self, now: datetime) -> None:
        minute = int(now.timestamp() // 60)
        if minute != self._minute:
            self._minute = minute
            self._counts.clear()


def _network(address: str) -> str:
    """IPv6 gives one subscriber a whole /64."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(ip_network(f"{address}/64", strict=False)) if parsed.version == 6 else address
