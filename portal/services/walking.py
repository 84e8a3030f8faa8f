"""How a count over all comments asks for a walk through the table instead of an index."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import InstrumentedAttribute


def walked(column: InstrumentedAttribute[Any]) -> Any:
    """The same value, for a comparison that no index shall serve.

    Rows lie in the file in the order in which they came. A count that needs most of them reads the file once
    from its beginning to its end; by way of an index it would jump about in it, many times slower as soon as
    the file is larger than the database's cache.
    """
    return column.concat("") if isinstance(column.type, String) else column + 0
