"""Tables for spreadsheets: every cell a text, heads too, and nothing that a file cannot hold."""

from __future__ import annotations

import csv
import io

import openpyxl

from portal.formats.table import csv_bytes, write_xlsx

FORMULA = "=1+1"


def test_heads_are_guarded_like_cells() -> None:
    """A head can be the title of a theme, which somebody wrote."""
    rows = list(
        csv.reader(io.StringIO(csv_bytes(("clause", FORMULA), [("5.4.2", "@3")]).decode("utf-8-sig")))
    )
    assert rows == [["clause", "'=1+1"], ["5.4.2", "'@3"]]


def test_a_workbook_opens_whatever_people_wrote() -> None:
    file = io.BytesIO()
    written = write_xlsx(("body", FORMULA), [("a\ufffeb\x01c\U0001f600", FORMULA), ("x" * 40_000, "")], file)
    sheet = openpyxl.load_workbook(file).active
    assert sheet is not None
    cells = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
    assert written == 2
    assert cells[:2] == [["body", FORMULA], ["a\ufffdb\ufffdc\U0001f600", FORMULA]]
    assert len(cells[2][0]) == 32_767
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
