"""What a machine can see in a text that an official should look at: where it stands, and of which kind."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

MOST_LINKS = 2
REPEATED_WORDS = 20
"""From this many words on, one word that makes up more than half of them is a text that repeats itself."""

_NINE_DIGITS = re.compile(r"\d(?:\D*+\d){8}")
"""What every number below has. Most comments have not, and need no closer look."""
_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
_GAP = r"[\s.\-‐‑–—]{0,2}"
_NUMBERS = {
    "cnic": (re.compile(rf"(?<!\d)\d{{5}}{_GAP}\d{{7}}{_GAP}\d(?!\d)"),),
    "phone": (
        re.compile(
            rf"(?<!\d)(?:\+?{_GAP}92|0092|0){_GAP}\(?0?\)?{_GAP}3\d{{2}}{_GAP}\d{{3}}{_GAP}\d{{4}}(?!\d)"
        ),
        re.compile(r"(?<!\d)(?:\+92|0092|0)[\s\-]?\(?\d{2,3}\)?[\s\-]\d{6,8}(?!\d)"),
    ),
}
_EMAIL = re.compile(r"[^\s@<>()]{1,64}@[^\s@<>()]+\.[^\s@<>()]{2,}")
_LINK = re.compile(r"https?://|(?<![\w@.])www\.", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://|(?<![\w@.])www\.)\S*", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_SAME_LETTER = re.compile(r"(\w)\1{29}")

REASON_OF = {"cnic": "personal_data", "phone": "personal_data", "email": "personal_data", "link": "links"}
"""The reason code under which a part of this kind is taken out."""


@dataclass(frozen=True)
class Finding:
    """A part of a text, `begin` to `end` in code points; kind: cnic, phone, email, link."""

    kind: str
    begin: int
    end: int
    text: str

    @property
    def reason(self) -> str:
        """The reason code for taking it out."""
        return REASON_OF[self.kind]


def findings(text: str) -> tuple[Finding, ...]:
    """Every number, address and link in a text, in their order; none lies in another."""
    found: list[Finding] = []
    for kind, begin, end in sorted(_spans(text), key=lambda span: (span[1], -span[2])):
        if not found or begin >= found[-1].end:
            found.append(Finding(kind, begin, end, text[begin:end]))
    return tuple(found)


def flags(body: str, wording: str | None = None) -> tuple[str, ...]:
    """Reason codes for which a comment waits before it is shown: personal_data, links (more than two)."""
    plain = f"{body}\n{wording or ''}".translate(_DIGITS)
    found = []
    if _holds_number(plain) or ("@" in plain and _EMAIL.search(plain)):
        found.append("personal_data")
    if len(_LINK.findall(plain)) > MOST_LINKS:
        found.append("links")
    return tuple(found)


def repeats_itself(text: str) -> bool:
    """Whether one word is more than half of a long text, or one letter stands thirty times in a row.

    Nothing waits for it: officials are asked to look.
    """
    if _SAME_LETTER.search(text):
        return True
    words = _WORD.findall(text.casefold())
    return len(words) >= REPEATED_WORDS and Counter(words).most_common(1)[0][1] * 2 > len(words)


def _spans(text: str) -> Iterator[tuple[str, int, int]]:
    plain = text.translate(_DIGITS)  # one letter for one letter: places stay the same
    if _NINE_DIGITS.search(plain):
        for kind, patterns in _NUMBERS.items():
            for pattern in patterns:
                yield from ((kind, *match.span()) for match in pattern.finditer(plain))
    if "@" in plain:
        yield from (("email", *match.span()) for match in _EMAIL.finditer(plain))
    yield from (("link", *match.span()) for match in _ADDRESS.finditer(plain))


def _holds_number(plain: str) -> bool:
    return bool(_NINE_DIGITS.search(plain)) and any(
        pattern.search(plain) for patterns in _NUMBERS.values() for pattern in patterns
    )
