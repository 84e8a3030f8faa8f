"""Statements of the busiest path, compiled once: SQLAlchemy writes the SQL, the driver runs it.

SQLAlchemy's work for each call costs several times what the database's own does; here it is done once for
each statement and dialect. Both functions stay in the transaction of the connection they are given. Errors
are the driver's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Select, Table, insert
from sqlalchemy.sql.compiler import SQLCompiler

Values = Mapping[str, Any]
Convert = Callable[[Any], Any] | None
"""From Python to the driver or back; None: as it is."""
Arrange = Callable[[Values], Any]
"""Makes of values by name the parameters that the driver takes."""


def add_rows(connection: Connection, table: Table, rows: Sequence[Values]) -> None:
    """Insert rows that all name the same columns, as `insert(table)` would.

    Raises ValueError where they leave out a column that has a default in Python.
    """
    if not rows:
        return
    sql, arrange = _insert(table, tuple(rows[0]), connection.dialect)
    cursor = connection.connection.cursor()
    if len(rows) == 1:
        cursor.execute(sql, arrange(rows[0]))
    else:
        cursor.executemany(sql, [arrange(row) for row in rows])
    cursor.close()


def first_row(connection: Connection, query: Select[Any], values: Values) -> dict[str, Any] | None:
    """The first row of a query made once, by column; None where there is none. `values`: its parameters."""
    sql, arrange, readers = _select(query, connection.dialect)
    cursor = connection.connection.cursor()
    cursor.execute(sql, arrange(values))
    row = cursor.fetchone()
    cursor.close()
    if row is None:
        return None
    return {
        name: value if convert is None else convert(value)
        for (name, convert), value in zip(readers, row, strict=True)
    }


@lru_cache(maxsize=64)
def _insert(table: Table, columns: tuple[str, ...], dialect: Dialect) -> tuple[str, Arrange]:
    compiled: Any = insert(table).inline().compile(dialect=dialect, column_keys=list(columns))
    if missing := set(compiled.binds) - set(columns):
        raise ValueError(f"{table.name} needs {sorted(missing)}")
    return str(compiled), _arranging(compiled, dialect)


@lru_cache(maxsize=64)
def _select(query: Select[Any], dialect: Dialect) -> tuple[str, Arrange, list[tuple[str, Convert]]]:
    compiled: Any = query.compile(dialect=dialect)
    readers: list[tuple[str, Convert]] = [
        (name, column.type.dialect_impl(dialect).result_processor(dialect, None))
        for name, column in query.selected_columns.items()
    ]
    return str(compiled), _arranging(compiled, dialect), readers


def _arranging(compiled: SQLCompiler, dialect: Dialect) -> Arrange:
    steps = [
        (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
        for name in compiled.positiontup or compiled.binds
    ]

    def in_order(values: Values) -> tuple[Any, ...]:
        return tuple([values[name] if convert is None else convert(values[name]) for name, convert in steps])

    def by_name(values: Values) -> dict[str, Any]:
        return {name: values[name] if convert is None else convert(values[name]) for name, convert in steps}

    return in_order if compiled.positional else by_name
