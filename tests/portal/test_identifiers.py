"""Names and keys: what addresses and pages call rows and people."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import portal
from portal.services.identifiers import comment_id, comment_number, key_of, official_name

PROGRAM = Path(portal.__file__).parent


@pytest.mark.parametrize(
    ("email", "name"),
    [("amina.khan@ministry.example", "amina.khan"), ("a@b@example.org", "a"), ("no address", "no address")],
)
def test_an_official_is_called_by_what_stands_before_the_at(email: str, name: str) -> None:
    assert official_name(email) == name


def test_no_other_place_cuts_names_from_addresses() -> None:
    cut = re.compile(r"""\w*(?:partition|split)\(["']@["']\)\[0\]""")
    places = [path for path in PROGRAM.rglob("*.py") if cut.search(path.read_text(encoding="utf-8"))]
    assert [path.name for path in places] == ["identifiers.py"]


@pytest.mark.parametrize(("text", "key"), [("12", 12), ("", 0), (None, 0), ("-1", 0), ("1" * 10, 0)])
def test_what_is_no_key_is_no_row(text: str | None, key: int) -> None:
    assert key_of(text) == key


@pytest.mark.parametrize("number", [1, 418, 12_345])
def test_a_comments_name_and_number_are_the_same_thing(number: int) -> None:
    assert comment_number(comment_id(number).lower()) == number
