"""Where the next page begins: an opaque, checked mark of the last row shown."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime, timedelta

from portal.errors import InvalidInput

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(moment: datetime) -> int:
    """Whole microseconds since 1970, UTC."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def encode(received_at: datetime, row_id: int) -> str:
    """The mark of a row in an order by time and number."""
    raw = f"{microseconds(received_at)}:{row_id}".encode("ascii")
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def decode(cursor: str) -> tuple[datetime, int]:
    """Time and number of the last row shown. Raises InvalidInput."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        moment, row_id = (int(part) for part in raw.split(":"))
        if row_id < 0 or row_id >= 1 << 63:
            raise ValueError(row_id)
        return EPOCH + timedelta(microseconds=moment), row_id
    except (ValueError, binascii.Error, OverflowError, UnicodeError):
        raise InvalidInput({"cursor": ["error.cursor"]}) from None
