"""What pages call rows and people: keys in addresses, names of comments, names of officials."""

from __future__ import annotations


def key_of(text: str | None) -> int:
    """A row's key as an address or a form carries it; 0, which no row has, for what is none."""
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def official_name(email: str) -> str:
    """How an official is called on every page: the part of the e-mail address before the @."""
    return email.partition("@")[0]


def comment_id(number: int) -> str:
    """The public name of a comment: C-0418."""
    return f"C-{number:04d}"


def comment_number(text: str) -> int | None:
    """The number in a public name, None where it is none."""
    prefix, _, digits = text.upper().partition("-")
    if prefix != "C" or not digits.isascii() or not digits.isdigit() or len(digits) > 18:
        return None
    return int(digits)
