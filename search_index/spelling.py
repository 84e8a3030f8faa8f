"""Spellings that mean one word: keys of Roman Urdu, which has no spelling of its own, and edit distance."""

from __future__ import annotations

import re
from functools import lru_cache

CACHED_WORDS = 60_000


@lru_cache(maxsize=CACHED_WORDS)
def sound_key(form: str) -> str:
    """Consonants of a Roman Urdu word in one spelling, "" where too few are left to tell words apart.

    hukoomat, hukumat and hakoomat are all "hkmt".
    """
    if not (form.isascii() and form.isalpha()) or len(form) < 4:
        return ""
    key = re.sub("[aeiou]", "", fold_vowels(form))
    return key if len(key) >= 2 else ""


@lru_cache(maxsize=CACHED_WORDS)
def fold_vowels(form: str) -> str:
    """A Roman Urdu word with long and short vowels, doubled and aspirated letters written one way."""
    for pattern, letters in _ROMAN_RULES:
        form = pattern.sub(letters, form)
    return form


def sounds_alike(one: str, other: str) -> bool:
    """Whether two Roman Urdu spellings of the same key differ in no more than one of several vowels."""
    one, other = fold_vowels(one), fold_vowels(other)
    if one == other:
        return True
    vowels = min(sum(letter in "aeiou" for letter in word) for word in (one, other))
    consonants = min(len(one), len(other)) - vowels
    return vowels >= 2 and consonants >= 3 and within(one, other, 1) is not None


def within(one: str, other: str, limit: int) -> int | None:
    """Edit distance (insert, delete, replace, swap neighbours) if at most `limit`, else None."""
    if abs(len(one) - len(other)) > limit:
        return None
    one, other = _unlike(one, other)
    if limit == 1:
        return _one_edit(one, other)
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return None
    return row[-1] if row[-1] <= limit else None


def _unlike(one: str, other: str) -> tuple[str, str]:
    """Two words without the letters that they begin and end with alike, which no edit has to touch."""
    shorter = min(len(one), len(other))
    start = 0
    while start < shorter and one[start] == other[start]:
        start += 1
    end = 0
    while end < shorter - start and one[-1 - end] == other[-1 - end]:
        end += 1
    return one[start : len(one) - end], other[start : len(other) - end]


def _one_edit(one: str, other: str) -> int | None:
    """The same as `within` for a limit of one, of words without what is alike."""
    longest = max(len(one), len(other))
    if longest <= 1:
        return longest
    return 1 if longest == 2 and one == other[::-1] else None


_ROMAN_RULES = tuple(
    (re.compile(pattern), letters)
    for pattern, letters in (
        ("(?<=[^aeiou])(?:iy|i|y)(?:a+|o+|ou|u)n$", "i"),
        ("(?<=[a-z]{3}[^aeiou])(?:on|oun|ein|ain)$", ""),
        ("w", "v"),
        ("ph", "f"),
        ("q|ck", "k"),
        ("x", "ks"),
        ("(?<=[bdgjkpt])h", ""),
        ("c(?=[eiy])", "s"),
        ("c(?!h)", "k"),
        ("z|j(?=z)", "z"),
        ("aa+", "a"),
        ("ee+|iy+|ey|ai|ay|y$|ie$", "i"),
        ("oo+|ou", "u"),
        ("au|aw|av(?=[^aeiou])", "o"),
        ("y", "i"),
        (r"([^aeiou])\1+", r"\1"),
        ("(?<=[aeiou])h$", ""),
    )
)
