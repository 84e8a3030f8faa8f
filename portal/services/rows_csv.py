"""CSV as offices write it -> numbered rows: commas, semicolons or tabs, and lines within quotes."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

CsvRow = tuple[int, Mapping[str, str] | None]
"""Number of the line on which the row begins, and its cells by column; None where it has too many cells."""


class ColumnsTwice(ValueError):
    """Two columns have one name: the words of one of them would be lost."""

    def __init__(self, line: int, names: Sequence[str]) -> None:
        super().__init__(", ".join(names))
        self.line = line
        self.names = tuple(names)


def read_csv(text: str) -> list[CsvRow]:
    """The rows below the row of column names; empty rows are passed over. Raises ColumnsTwice.

    What cannot be read as CSV (a quote that is not closed) ends the rows with a None at its line.
    """
    plain = text.removeprefix("\ufeff")
    head = plain.partition("\n")[0]
    reader = csv.reader(io.StringIO(plain, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    rows: list[CsvRow] = []
    columns: list[str] | None = None
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if columns is None:
                    columns = _columns(line, cells)
                else:
                    rows.append((line, _by_column(columns, cells)))
            line = reader.line_num + 1
    except csv.Error:
        rows.append((line, None))
    return rows


def _columns(line: int, cells: Sequence[str]) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    twice = [name for name in dict.fromkeys(names) if name and names.count(name) > 1]
    if twice:
        raise ColumnsTwice(line, twice)
    return names


def _by_column(columns: Sequence[str], cells: Sequence[str]) -> Mapping[str, str] | None:
    """Spreadsheets end rows with empty cells that no column names: these are passed over, full ones kept."""
    if any(cell.strip() for cell in cells[len(columns) :]):
        return None
    return {name: cell for name, cell in zip(columns, cells, strict=False) if name or cell.strip()}
