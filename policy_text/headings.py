"""Read a heading's text: its number in English or Urdu ("Part 2", "حصہ ۲", "2.2.3") and its title."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
_MARKS = (
    "\u200b\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff"  # bidi and zero-width marks that editors leave
)
_LEAD = re.compile(rf"[\s*_{_MARKS}]*")
_END = rf"(?=[\s*_—–:{_MARKS}]|$)"
_DOTTED = re.compile(rf"([0-9]{{1,3}}(?:\\?[.۔٫][0-9]{{1,3}}){{1,5}})(?:\\?[.):۔])?{_END}")
_SINGLE = re.compile(rf"([0-9]{{1,3}})(?:\\?[.)۔:]{_END}|(?=\s*[—–]|\s+-\s))")
_SEPARATOR = re.compile(rf"[\s*_{_MARKS}]*(?:[—–:.۔-]+(?=[\s*_{_MARKS}]|$)|[—–:]+)?[\s*_{_MARKS}]*")
_PART = re.compile(
    rf"(?:part|chapter|حصّ?[ہه]|باب)\s+(?:([0-9]{{1,3}})|([^\s\d*_—–:.\-{_MARKS}]+))(?=[\s*_—–:)\-{_MARKS}]|\.(?!\d)|$)",
    re.IGNORECASE,
)
_ROMAN = re.compile(r"(?=[IVX])(X{0,3})(IX|IV|V?I{0,3})")
_UNITS = {"": 0, "I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9}
_WORDS = {
    word: count
    for words in (
        "one two three four five six seven eight nine ten",
        "اول دوم سوم چہارم پنجم ششم ہفتم ہشتم نہم دہم",
    )
    for count, word in enumerate(words.split(), start=1)
}
_SHADDA = "\u0651"

_LINK = re.compile(r"!?\[([^\[\]]*)\](?:\([^()\s]*\)|\[[^\[\]]*\])")
_EMPHASIS = re.compile(r"(?<!\\)(?:\*+|`+|(?<!\w)_+|_+(?!\w))")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


@dataclass(frozen=True)
class Label:
    """A heading taken apart. `numbers` is (2, 2, 3) for "2.2.3", empty where there is none."""

    numbers: tuple[int, ...]
    is_part: bool
    """True for "Part 2", "Chapter 2", "حصہ 2", "باب 2"."""
    title: str
    """Plain text without the number."""

    @property
    def number(self) -> str | None:
        return ".".join(str(each) for each in self.numbers) or None


def read_label(text: str) -> Label:
    """Take a heading's text (without its `#` marks) apart."""
    lead = _LEAD.match(text)
    rest = text[lead.end() :] if lead else text
    western = rest.translate(_DIGITS)
    part = _PART.match(western)
    ordinal = _ordinal(part) if part else None
    if part and ordinal is not None:
        return Label((ordinal,), True, _after(rest, part.end()))
    number = _DOTTED.match(western) or _SINGLE.match(western)
    if number is None:
        return Label((), False, plain(text))
    numbers = tuple(int(each) for each in re.split(r"\\?[.۔٫]", number.group(1)))
    return Label(numbers, False, _after(rest, number.end()))


def plain(text: str) -> str:
    """Inline Markdown as plain text: emphasis, code, links and escapes without their marks."""
    without_links = _LINK.sub(r"\1", text)
    bare = _ESCAPE.sub(r"\1", _EMPHASIS.sub("", without_links))
    return " ".join(html.unescape(bare).split())


def _after(text: str, end: int) -> str:
    separator = _SEPARATOR.match(text, end)
    return plain(text[separator.end() if separator else end :])


def _ordinal(part: re.Match[str]) -> int | None:
    digits, word = part.group(1), part.group(2)
    if digits:
        return int(digits)
    roman = _ROMAN.fullmatch(word)
    if roman:
        return 10 * len(roman.group(1)) + _UNITS[roman.group(2)]
    return _WORDS.get(word.replace(_SHADDA, "").lower())
