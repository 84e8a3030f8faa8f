"""The policy's own terms in a text, found in any of the three writings: what lets languages share a theme."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from search_index.analysis import stem, words
from search_index.spelling import sound_key
from search_index.synonyms import LONGEST, glossary

_KEY = 3  # consonants from which a spelling says enough to stand for a word


def concepts(text: str) -> Iterator[int]:
    """Numbers of the glossary's groups whose writings stand in the text, once for every place."""
    found = words(text)
    stems = [stem(word) for word in found]
    known = glossary().by_stems
    for start, word in enumerate(found):
        groups: tuple[int, ...] = ()
        for size in range(1, min(LONGEST, len(stems) - start) + 1):
            groups += known.get(tuple(stems[start : start + size]), ())
        yield from groups or _by_sound().get(sound_key(word), ())


@lru_cache(maxsize=1)
def _by_sound() -> dict[str, tuple[int, ...]]:
    """Roman Urdu spellings that the glossary does not list, by their consonants."""
    keys: dict[str, tuple[int, ...]] = {}
    for number, group in enumerate(glossary().groups):
        romans = [w.forms[0] for w in group if w.language == "ur-Latn" and len(w.forms) == 1]
        for key in {sound_key(form) for form in romans}:
            if len(key) >= _KEY:
                keys[key] = (*keys.get(key, ()), number)
    return keys
