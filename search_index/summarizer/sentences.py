"""Sentences of a comment, as literal pieces of it: English, Urdu and Roman Urdu."""

from __future__ import annotations

import re

from search_index.analysis import words

_SHORT = 40  # words that can hardly say two things
_SAYS = 4  # words of a sentence from which it is read on its own

# A full stop ends a sentence only before white space or the end: "5.4.2" and "e.g.the" stay whole.
_END = re.compile(r"(?:[.!?…]+[\"'”’)\]]*(?=\s|$)|[۔؟]+[\"'”’)\]]*|\n+)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|no|nos|mr|mrs|ms|dr|prof|st|sec|art|approx|rs)|\b[A-Z])\.$", re.I
)
_NUMBERED = re.compile(r"^\s*\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)]$", re.I)
_BULLET = re.compile(r"^(?:[-*•–—·>]+|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4})[.)](?=\s))\s*")
_BREAK = re.compile(r"[,;:،؛]\s+|\s[–—-]\s")


def sentences(text: str) -> list[str]:
    """The sentences in order, each a literal substring of `text`, without bullets or outer white space."""
    found = []
    start = 0
    for match in _END.finditer(text):
        if "\n" not in match.group() and _goes_on(text[start : match.end()]):
            continue
        found.append(text[start : match.end()])
        start = match.end()
    found.append(text[start:])
    return [piece for piece in (_bare(part) for part in found) if piece]


def said(text: str) -> list[str]:
    """What is read apart, literally: a short comment whole, a long one by its sentences."""
    found = sentences(text)
    if len(found) > 1 and len(words(text)) > _SHORT:
        telling = [sentence for sentence in found if len(words(sentence)) >= _SAYS]
        if telling:
            return telling
    whole = text.strip()
    return [whole] if whole else []


def parts(sentence: str) -> list[str]:
    """The clauses of a long sentence, each a literal substring of it."""
    return [piece for piece in (part.strip() for part in _BREAK.split(sentence)) if piece]


def _goes_on(piece: str) -> bool:
    return bool(_NUMBERED.search(piece)) or bool(_ABBREVIATION.search(piece))


def _bare(piece: str) -> str:
    return _BULLET.sub("", piece.strip()).strip()
