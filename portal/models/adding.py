"""Adding rows on the busiest path: an INSERT compiled once, without SQLAlchemy's work for each call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, insert

Row = Mapping[str, Any]


def add_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows that all name the same columns. The SQL and the types are those of `insert(table)`.

    Raises ValueError where a row leaves out a column that Python has a default for.
    """
    if rows:
        sql, arranged = _compiled(table, tuple(rows[0]), connection.dialect)
        connection.exec_driver_sql(sql, [arranged(row) for row in rows])


@lru_cache(maxsize=128)
def _compiled(table: Table, columns: tuple[str, ...], dialect: Dialect) -> tuple[str, Callable[[Row], Any]]:
    """The statement, and what makes of a row the parameters that the driver takes."""
    compiled: Any = insert(table).inline().compile(dialect=dialect, column_keys=list(columns))
    if set(compiled.binds) != set(columns):
        raise ValueError(f"{table.name} needs {sorted(set(compiled.binds) - set(columns))}")
    converters = {
        name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()
    }
    order = tuple((name, converters[name]) for name in compiled.positiontup or columns)

    def in_order(row: Row) -> tuple[Any, ...]:
        return tuple([row[name] if convert is None else convert(row[name]) for name, convert in order])

    def by_name(row: Row) -> dict[str, Any]:
        return dict(zip(columns, in_order(row), strict=True))

    return str(compiled), in_order if compiled.positional else by_name
