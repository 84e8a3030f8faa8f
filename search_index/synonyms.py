"""The policy's words in three writings, from data/synonyms.tsv: what else to look for when one is typed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from search_index.analysis import ENGLISH_FUNCTION_WORDS, ROMAN_FUNCTION_WORDS, stem, words

WRITINGS = ("en", "ur", "ur-Latn")
LONGEST = 5
"""Words of the longest writing."""


@dataclass(frozen=True)
class Writing:
    """One way to write a term."""

    text: str
    """As the file has it."""
    language: str
    forms: tuple[str, ...]


@dataclass(frozen=True)
class Glossary:
    """Groups of writings that mean one thing, found by the stems of any of them."""

    groups: tuple[tuple[Writing, ...], ...]
    by_stems: dict[tuple[str, ...], tuple[int, ...]]
    english: frozenset[str]
    """Stems that are English words here, which no Roman Urdu spelling is guessed from."""

    def others(self, forms: tuple[str, ...]) -> tuple[Writing, ...]:
        """The other writings of these words; empty where they are no entry as a whole."""
        stems = tuple(map(stem, forms))
        found: dict[tuple[str, ...], Writing] = {}
        for group in self.by_stems.get(stems, ()):
            for writing in self.groups[group]:
                if tuple(map(stem, writing.forms)) != stems:
                    found.setdefault(writing.forms, writing)
        return tuple(found.values())


@lru_cache(maxsize=1)
def glossary() -> Glossary:
    source = files("search_index").joinpath("data", "synonyms.tsv").read_text(encoding="utf-8")
    groups = tuple(_group(line) for line in source.splitlines() if line and not line.startswith("#"))
    by_stems: dict[tuple[str, ...], tuple[int, ...]] = {}
    for number, group in enumerate(groups):
        for stems in {tuple(map(stem, writing.forms)) for writing in group}:
            by_stems[stems] = (*by_stems.get(stems, ()), number)
    english = {stem(form) for group in groups for w in group if w.language == "en" for form in w.forms}
    english |= {stem(form) for form in ENGLISH_FUNCTION_WORDS | ROMAN_FUNCTION_WORDS}
    return Glossary(groups, by_stems, frozenset(english))


def _group(line: str) -> tuple[Writing, ...]:
    columns = zip(WRITINGS, line.split("\t"), strict=True)
    return tuple(
        Writing(text.strip(), language, tuple(words(text)))
        for language, column in columns
        for text in column.split("|")
        if text.strip()
    )
