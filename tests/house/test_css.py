"""The style sheet: logical properties only, nothing from elsewhere, small."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

SHEET = Path(__file__).parents[2] / "static" / "site.css"
CSS = re.sub(r"/\*.*?\*/", "", SHEET.read_text(encoding="utf-8"), flags=re.DOTALL)
PHYSICAL = (
    r"(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right|top|bottom)\b",
    r"(?<![-\w])(?:left|right|top|bottom)\s*:",
    r"(?:text-align|float|clear)\s*:\s*(?:left|right)\b",
    r"border-(?:top|bottom)-(?:left|right)-radius",
    r"(?<![-\w])(?:min-|max-)?(?:width|height)\s*:",
)


@pytest.mark.parametrize("pattern", PHYSICAL)
def test_every_property_is_logical(pattern: str) -> None:
    found = [m.group() for m in re.finditer(pattern, re.sub(r"@media[^{]*\{", "{", CSS))]
    assert found == []


def test_nothing_is_loaded_from_elsewhere() -> None:
    assert "@import" not in CSS
    assert re.findall(r"url\((?!\"?data:)[^)]*\)", CSS) == []
    assert "http" not in CSS


def test_the_sheet_stays_small() -> None:
    assert len(gzip.compress(CSS.encode())) <= 12 * 1024


def test_dark_print_and_forced_colours_are_thought_of() -> None:
    for query in ("prefers-color-scheme: dark", "@media print", "forced-colors", "prefers-reduced-motion"):
        assert query in CSS
