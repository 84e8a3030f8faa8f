"""Public names of what the database numbers."""

from __future__ import annotations


def comment_id(number: int) -> str:
    """The public name of a comment: C-0418."""
    return f"C-{number:04d}"


def comment_number(text: str) -> int | None:
    """The number in a public name, None where it is none."""
    prefix, _, digits = text.upper().partition("-")
    if prefix != "C" or not digits.isascii() or not digits.isdigit() or len(digits) > 18:
        return None
    return int(digits)
