"""Clause codes for paper: the place of a clause in its draft, and a digit that catches a slip of the pen.

Source: ISO 7064, MOD 11,10 (finds every single wrong digit and nearly every swap of two neighbours).
"""

from __future__ import annotations

import re
import unicodedata

WHOLE = 0
"""The document as a whole; no clause has this place, because the preface cannot be commented on."""
_SHAPE = re.compile(r"(\d{3,6})[\s\-–—‑]*(\d)")


def clause_code(ordinal: int) -> str:
    """41 -> "041-8"."""
    digits = f"{ordinal:03d}"
    return f"{digits}-{_check(digits)}"


def read_clause_code(text: str) -> int | None:
    """What somebody wrote -> the clause's place; None where it is no code or its check digit is wrong."""
    plain = "".join(_western(letter) for letter in text.strip())
    found = _SHAPE.fullmatch(plain)
    if found is None or _check(found.group(1)) != int(found.group(2)):
        return None
    return int(found.group(1))


def _western(letter: str) -> str:
    return str(unicodedata.digit(letter)) if letter.isdigit() else letter


def _check(digits: str) -> int:
    product = 10
    for digit in digits:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10
