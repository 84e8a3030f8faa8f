"""The words an index holds, and the ways to look them up: by stem, beginning, sound or nearness."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from search_index.spelling import sound_key, within


class Lookup(Protocol):
    """What finding other forms of a word asks of a vocabulary. Sequences are in no order that counts."""

    def __contains__(self, form: str, /) -> bool: ...

    def same_stem(self, stem: str) -> Sequence[str]: ...

    def starting(self, prefix: str) -> Sequence[str]: ...

    def same_sound(self, key: str) -> Sequence[str]: ...

    def near(self, form: str, distance: int) -> Sequence[tuple[int, str]]: ...


class Vocabulary:
    """Words that do not change any more, each with its stem."""

    def __init__(self, stems: Iterable[tuple[str, str]]) -> None:
        """From pairs of (form, stem)."""
        self._by_stem: dict[str, list[str]] = defaultdict(list)
        self._forms: set[str] = set()
        for form, stem in stems:
            if form not in self._forms:
                self._forms.add(form)
                self._by_stem[stem].append(form)

    def __contains__(self, form: str, /) -> bool:
        return form in self._forms

    def __len__(self) -> int:
        return len(self._forms)

    def same_stem(self, stem: str) -> Sequence[str]:
        return self._by_stem.get(stem, ())

    def starting(self, prefix: str) -> Sequence[str]:
        first = bisect_left(self._sorted, prefix)
        return self._sorted[first : bisect_left(self._sorted, prefix + "\U0010ffff", first)]

    def same_sound(self, key: str) -> Sequence[str]:
        return self._by_sound.get(key, ())

    def near(self, form: str, distance: int) -> Sequence[tuple[int, str]]:
        """(edits, other form) for every other form within `distance` edits."""
        return _measured(form, self.perhaps_near(form, distance), distance)

    def perhaps_near(self, form: str, distance: int) -> Iterable[str]:
        """Every form within `distance` edits, and others of about the same letters."""
        masks, lengths = self._signatures
        different = np.bitwise_count(masks ^ np.uint64(_letters(form)))
        possible = (different <= 2 * distance) & (np.abs(lengths - len(form)) <= distance)
        return (self._sorted[place] for place in np.flatnonzero(possible).tolist())

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._forms)

    @cached_property
    def _by_sound(self) -> dict[str, list[str]]:
        by_sound: dict[str, list[str]] = defaultdict(list)
        for form in self._forms:
            by_sound[sound_key(form)].append(form)
        by_sound.pop("", None)
        return by_sound

    @cached_property
    def _signatures(self) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
        """Of every form in order: which letters it has, and how many. One edit changes two at most."""
        masks = np.fromiter(map(_letters, self._sorted), dtype=np.uint64, count=len(self))
        return masks, np.fromiter(map(len, self._sorted), dtype=np.int64, count=len(self))


class Vocabularies:
    """Several vocabularies looked up as one."""

    def __init__(self, parts: Sequence[Vocabulary]) -> None:
        self._parts = parts

    def __contains__(self, form: str, /) -> bool:
        return any(form in part for part in self._parts)

    def same_stem(self, stem: str) -> Sequence[str]:
        return _union(part.same_stem(stem) for part in self._parts)

    def starting(self, prefix: str) -> Sequence[str]:
        return _union(part.starting(prefix) for part in self._parts)

    def same_sound(self, key: str) -> Sequence[str]:
        return _union(part.same_sound(key) for part in self._parts)

    def near(self, form: str, distance: int) -> Sequence[tuple[int, str]]:
        found = {other for part in self._parts for other in part.perhaps_near(form, distance)}
        return _measured(form, found, distance)


def _measured(form: str, others: Iterable[str], distance: int) -> list[tuple[int, str]]:
    measured = ((within(form, other, distance), other) for other in others)
    return [(edits, other) for edits, other in measured if edits]


def _union(parts: Iterable[Sequence[str]]) -> list[str]:
    return list(dict.fromkeys(form for part in parts for form in part))


def _letters(form: str) -> int:
    """A set of letters as bits; letters may share a bit, which only lets more words through."""
    mask = 0
    for letter in form:
        mask |= 1 << (ord(letter) & 63)
    return mask
