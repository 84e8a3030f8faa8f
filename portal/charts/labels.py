"""Labels in charts: SVG breaks no lines by itself, so words are measured by estimate and broken here."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from markupsafe import escape

from portal.charts.svg import n

NARROWEST = 284
"""px a label has on the smallest screen; no line is made longer."""
_LINES_AT_MOST = 3
_LINE, _TALL_LINE = 19, 36
"""px from line to line: Latin, and Nastaliq, which is tall."""


def is_tall(words: str) -> bool:
    """Whether a letter of it is written in the Arabic script."""
    return any("\u0600" <= letter <= "\u08ff" or "\ufb50" <= letter <= "\ufefc" for letter in words)


def line_height(words: str) -> int:
    """px from one line of these words to the next."""
    return _TALL_LINE if is_tall(words) else _LINE


def width(words: str) -> float:
    """About how many px words take at 13 px, in Urdu at 15, rather too many than too few."""
    return sum(_letter_width(letter) for letter in words)


def lines_of(words: str, at_most: float = NARROWEST) -> list[str]:
    """The words in lines of at most this width; what takes more than three lines ends with …."""
    lines = list(_broken(words.split(), at_most))
    if len(lines) <= _LINES_AT_MOST:
        return lines or [""]
    kept = lines[:_LINES_AT_MOST]
    while kept[-1] and width(kept[-1]) > at_most - 20:
        kept[-1] = kept[-1][:-1]
    return [*kept[:-1], kept[-1].rstrip() + " …"]


def label(words: str, down: float, rtl: bool) -> tuple[str, float]:
    """A label from the side where reading begins; and where it ends, px from the top."""
    lines, tall = lines_of(words), line_height(words)
    own = _is_rtl(words, rtl)
    anchor = "start" if own == rtl else "end"
    place, base = ("100%" if rtl else "0"), down + (24 if tall == _TALL_LINE else 14)
    spans = "".join(
        f'<tspan x="{place}" y="{n(base + number * tall)}">{escape(line)}</tspan>'
        for number, line in enumerate(lines)
    )
    return (
        f'<text class="axis label" text-anchor="{anchor}" direction="{"rtl" if own else "ltr"}"'
        f' font-size="13" fill="currentColor">{spans}</text>',
        down + len(lines) * tall,
    )


def _broken(words: list[str], at_most: float) -> Iterator[str]:
    line = ""
    for word in words:
        for piece in _pieces(word, at_most):
            joined = f"{line} {piece}" if line else piece
            if line and width(joined) > at_most:
                yield line
                line = piece
            else:
                line = joined
    if line:
        yield line


def _pieces(word: str, at_most: float) -> Iterator[str]:
    """A word that is longer than a line, in parts that are not; marks stay with their letters."""
    piece = ""
    for letter in word:
        if width(piece + letter) > at_most and not unicodedata.combining(letter):
            yield piece
            piece = ""
        piece += letter
    yield piece


def _letter_width(letter: str) -> float:
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    if unicodedata.east_asian_width(letter) in "WF":
        return 15
    if letter == " ":
        return 5
    if letter in "WMwm—@%":
        return 13
    if letter.isupper():
        return 10.5
    return 7


def _is_rtl(words: str, otherwise: bool) -> bool:
    """The direction of the first letter that has one."""
    for letter in words:
        kind = unicodedata.bidirectional(letter)
        if kind in ("L", "R", "AL"):
            return kind != "L"
    return otherwise
