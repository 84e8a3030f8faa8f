"""The policy's words in three writings: what else to look for when one is typed.

The reviewed groups are in data/synonyms.tsv. An office adds groups of its own with `Glossary.with_groups`;
they are applied to the query, so that no index is built anew.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files

from search_index.analysis import (
    ENGLISH_FUNCTION_WORDS,
    FUNCTION_WORDS,
    ROMAN_FUNCTION_WORDS,
    is_arabic_script,
    stem,
    words,
)
from search_index.spelling import sound_key, sounds_alike

WRITINGS = ("en", "ur", "ur-Latn")
LONGEST = 5
"""Words of the longest writing."""
FEWEST, MOST = 2, 8
"""Writings of a group that an office adds."""
MOST_LETTERS = 60
KEPT = 8
"""Glossaries with added groups that are kept, so that only a change of the groups costs anything."""

_OPERATORS = re.compile(r'["“”„‟«»＂()（）*~|:：]|(?<!\S)[-−]|(?<!\S)(?:OR|AND|NOT|&+)(?!\S)')


class BadGroup(ValueError):
    """A group that cannot be used. `code` says why, `writing` is the one at fault, "" for the group.

    Codes: too_few, too_many, empty, too_long, too_many_words, operators, small_words, twice.
    """

    def __init__(self, code: str, writing: str = "") -> None:
        super().__init__(f"{code}: {writing}" if writing else code)
        self.code = code
        self.writing = writing


@dataclass(frozen=True)
class Writing:
    """One way to write a term."""

    text: str
    """As the file has it."""
    language: str
    forms: tuple[str, ...]


Group = tuple[Writing, ...]


@dataclass(frozen=True, eq=False)
class Glossary:
    """Groups of writings that mean one thing, found by the stems of any of them. One equals only itself."""

    groups: tuple[Group, ...]
    by_stems: Mapping[tuple[str, ...], tuple[int, ...]]
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

    def sounding(self, forms: tuple[str, ...]) -> tuple[Writing, ...]:
        """The writings of a Roman Urdu entry that these words sound like: raazdaari is raazdari."""
        if any(stem(form) in self.english for form in forms):
            return ()
        near = self._by_sound.get(tuple(map(sound_key, forms)), ())
        alike = (entry for entry in near if all(map(sounds_alike, forms, entry)))
        found = {writing.forms: writing for entry in alike for writing in self._group_of(entry)}
        found.pop(forms, None)
        return tuple(found.values())

    def with_groups(self, extra: Iterable[Sequence[Writing]]) -> Glossary:
        """This glossary and more groups. The same groups give the same object again, at no cost."""
        groups = tuple(map(tuple, extra))
        return _extended(self, groups) if groups else self

    def _group_of(self, entry: tuple[str, ...]) -> Iterable[Writing]:
        numbers = self.by_stems[tuple(map(stem, entry))]
        return (writing for number in numbers for writing in self.groups[number])

    @cached_property
    def _by_sound(self) -> Mapping[tuple[str, ...], list[tuple[str, ...]]]:
        by_sound: dict[tuple[str, ...], list[tuple[str, ...]]] = defaultdict(list)
        for group in self.groups:
            for writing in group:
                keys = tuple(map(sound_key, writing.forms))
                english = all(stem(form) in self.english for form in writing.forms)
                if writing.language == "ur-Latn" and all(keys) and not english:
                    by_sound[keys].append(writing.forms)
        return dict(by_sound)


@lru_cache(maxsize=1)
def glossary() -> Glossary:
    """The reviewed groups."""
    source = files("search_index").joinpath("data", "synonyms.tsv").read_text(encoding="utf-8")
    lines = (line for line in source.splitlines() if line and not line.startswith("#"))
    small = {stem(form) for form in ENGLISH_FUNCTION_WORDS | ROMAN_FUNCTION_WORDS}
    return _extended(Glossary((), {}, frozenset(small)), tuple(map(_group_of_line, lines)))


def checked_group(typed: Sequence[str]) -> Group:
    """A group as an official typed it, one term an entry, 2 to 8 of them. Raises BadGroup."""
    if len(typed) < FEWEST:
        raise BadGroup("too_few")
    if len(typed) > MOST:
        raise BadGroup("too_many")
    group = tuple(map(_checked, typed))
    seen: set[tuple[str, ...]] = set()
    for one in group:
        if one.forms in seen:
            raise BadGroup("twice", one.text)
        seen.add(one.forms)
    return group


def writing(text: str) -> Writing:
    """A term of unknown writing. Latin letters count as English where all of its words are known as that."""
    forms = tuple(words(text))
    if any(map(is_arabic_script, forms)):
        language = "ur"
    else:
        language = "en" if all(stem(form) in glossary().english for form in forms) else "ur-Latn"
    return Writing(text, language, forms)


def _checked(typed: str) -> Writing:
    one = writing(" ".join(typed.split()))
    faults = (
        ("too_long", len(one.text) > MOST_LETTERS),
        ("operators", _OPERATORS.search(one.text)),
        ("empty", not one.forms),
        ("too_many_words", len(one.forms) > LONGEST),
        ("small_words", all(form in FUNCTION_WORDS for form in one.forms)),
    )
    for code, fault in faults:
        if fault:
            raise BadGroup(code, one.text[:MOST_LETTERS])
    return one


@lru_cache(maxsize=KEPT)
def _extended(base: Glossary, extra: tuple[Group, ...]) -> Glossary:
    by_stems = dict(base.by_stems)
    for number, group in enumerate(extra, len(base.groups)):
        for stems in {tuple(map(stem, one.forms)) for one in group}:
            by_stems[stems] = (*by_stems.get(stems, ()), number)
    english = {stem(form) for group in extra for one in group if one.language == "en" for form in one.forms}
    return Glossary((*base.groups, *extra), by_stems, base.english | english)


def _group_of_line(line: str) -> Group:
    columns = zip(WRITINGS, line.split("\t"), strict=True)
    return tuple(
        Writing(text.strip(), language, tuple(words(text)))
        for language, column in columns
        for text in column.split("|")
        if text.strip()
    )
