"""The opaque text that names a place in a list: of the last document shown, its score, time and id.

It is a key, not an offset: by date nothing is shown twice or left out however many comments arrive in
between. By relevance scores shift when the index changes, and then a few may be.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass

ORDERS = ("relevance", "newest", "oldest")


class BadCursor(ValueError):
    """Not a cursor of this list and order."""


@dataclass(frozen=True, order=True)
class Key:
    """Where a document stands in a list. Bigger is earlier for relevance and newest."""

    score: int
    """Millionths; 0 where the order is by date."""
    received: int
    id: str


def write(order: str, key: Key) -> str:
    packed = json.dumps(
        [order[0], key.score, key.received, key.id], separators=(",", ":"), ensure_ascii=False
    )
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def read(order: str, cursor: str) -> Key:
    try:
        packed = base64.b64decode(
            cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True
        )
        letter, score, received, id_ = json.loads(packed)
    except (ValueError, TypeError, RecursionError, binascii.Error) as error:
        raise BadCursor("not a cursor") from error
    if letter != order[0] or type(score) is not int or type(received) is not int or not isinstance(id_, str):
        raise BadCursor("a cursor of another list")
    if not all(-(2**62) < number < 2**62 for number in (score, received)):
        raise BadCursor("not a cursor")
    return Key(score, received, id_)


def check_order(order: str) -> None:
    if order not in ORDERS:
        raise ValueError(f"order must be one of {', '.join(ORDERS)}")
