"""From what was typed to what is looked for in one index: endings, spellings and synonyms of every word.

The result names only word forms that the index holds, so that an engine needs nothing but their places.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from search_index.analysis import is_arabic_script, stem
from search_index.query import And, Node, Not, Nothing, Or, Phrase, Query, Word
from search_index.spelling import sound_key, sounds_alike
from search_index.synonyms import LONGEST, Writing
from search_index.vocabulary import Lookup

AS_TYPED = 1.0
OTHER_ENDING = 0.9
COMPOUND = 0.8
ONE_LETTER_OFF = 0.6
SYNONYM = 0.5
SOUNDS_ALIKE = 0.4
SLIP = 0.3
GUESS = 0.3

MOST_PREFIXED = 50
MOST_FUZZY = 50
MOST_FORMS = 40
MOST_SLIPS = 10
MOST_GUESSES = 5
SHORTEST_SLIP = 6
SHORTEST_GUESS = 4
LONG_GUESS = 8
"""Letters from which a word that nothing has may be two letters off."""
RARER = 8
SURE = 3
"""A form so many times rarer than the word one letter off is a slip of it, and so is one that stands in a
single document beside a word of so many."""

Slot = tuple[str, ...]
"""The forms that may stand at one place."""


@dataclass(frozen=True)
class Alternative:
    """One way to satisfy a leaf: forms in a row, and how much each occurrence counts."""

    weight: float
    slots: tuple[Slot, ...]


@dataclass(frozen=True)
class Leaf:
    """A word or phrase of the query. A document has it if it has any of the alternatives."""

    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True)
class Both:
    parts: tuple[Plan, ...]


@dataclass(frozen=True)
class Either:
    parts: tuple[Plan, ...]


@dataclass(frozen=True)
class Without:
    part: Plan


@dataclass(frozen=True)
class Everything:
    pass


Plan = Leaf | Both | Either | Without | Everything


class Words(Lookup, Protocol):
    """A vocabulary that also knows how its words are used."""

    def is_used(self, form: str) -> bool:
        """Whether any document has it."""
        ...

    def count(self, form: str) -> int:
        """How many documents have it."""
        ...

    def is_roman(self, form: str) -> bool:
        """Whether it stands in Roman Urdu comments at least as often as in English ones."""
        ...


@dataclass(frozen=True)
class Expansion:
    plan: Plan
    also: tuple[tuple[str, tuple[str, ...]], ...]
    """Words as typed, each with the synonyms that were looked for too."""
    guessed: bool
    """Whether a word that nothing has was taken for its nearest ones."""


def expand(query: Query, words: Words, *, guessing: bool = True) -> Expansion:
    """What to look for. Without guessing a misspelt word finds nothing."""
    expander = _Expander(query, words, guessing=guessing)
    plan = Everything() if query.root is None else expander.plan(query.root)
    return Expansion(plan, tuple(expander.also.items()), expander.guessed)


def is_rare_beside(few: int, many: int) -> bool:
    """Whether a form in `few` documents may be a slip of one in `many`."""
    return few <= max(many // RARER, int(many >= SURE))


def leaves(plan: Plan) -> Iterable[Leaf]:
    """The leaves that a document may have, from left to right; not those it must do without."""
    if isinstance(plan, Leaf):
        yield plan
    elif isinstance(plan, Both | Either):
        for part in plan.parts:
            yield from leaves(part)


class _Expander:
    def __init__(self, query: Query, words: Words, *, guessing: bool) -> None:
        self.query = query
        self.glossary = query.glossary
        self.words = words
        self.guessing = guessing
        self.guessed = False
        self.also: dict[str, tuple[str, ...]] = {}

    def plan(self, node: Node) -> Plan:
        match node:
            case Word():
                return self._word(node)
            case Phrase():
                return self._phrase(node)
            case And(parts):
                return Both(tuple(self._side_by_side(parts)))
            case Or(parts):
                return Either(tuple(map(self.plan, parts)))
            case Not(part):
                return Without(self.plan(part))
            case Nothing():
                return Leaf(())

    def _side_by_side(self, parts: Sequence[Node]) -> Iterable[Plan]:
        """Parts that all must hold, where neighbours may be one term: face recognition, راز داری."""
        place = 0
        while place < len(parts):
            run = self._term_at(parts, place)
            if run:
                apart = Both(tuple(map(self._word, run)))
                together = self._as_a_whole(tuple(word.form for word in run), self._typed(run))
                yield Either((apart, Leaf(tuple(together))))
            else:
                yield self.plan(parts[place])
            place += len(run) or 1

    def _term_at(self, parts: Sequence[Node], place: int) -> tuple[Word, ...]:
        run = []
        for part in parts[place : place + LONGEST]:
            if not isinstance(part, Word) or part.mode != "any":
                break
            run.append(part)
        for length in range(len(run), 1, -1):
            forms = tuple(word.form for word in run[:length])
            if self._others(forms) or (length == 2 and "".join(forms) in self.words):
                return tuple(run[:length])
        return ()

    def _word(self, word: Word) -> Leaf:
        ways = {"exact": self._exact, "prefix": self._prefix, "fuzzy": self._fuzzy, "any": self._any}
        return Leaf(_each_form_once(ways[word.mode](word)))

    def _exact(self, word: Word) -> list[Alternative]:
        return [Alternative(AS_TYPED, ((word.form,),))]

    def _prefix(self, word: Word) -> list[Alternative]:
        return [Alternative(AS_TYPED, (self._first(self.words.starting(word.form), MOST_PREFIXED),))]

    def _fuzzy(self, word: Word) -> list[Alternative]:
        near = (form for _, form in self.words.near(word.form, 1) if form[0] == word.form[0])
        return [*self._exact(word), Alternative(ONE_LETTER_OFF, (self._first(near, MOST_FUZZY),))]

    def _any(self, word: Word) -> list[Alternative]:
        endings, sounds = self._endings(word.form), self._sounds(word.form)
        return [
            *self._exact(word),
            Alternative(OTHER_ENDING, (endings,)),
            *(Alternative(COMPOUND, pair) for pair in self._cuts(word.form)),
            *self._synonyms((word.form,), self._typed((word,))),
            Alternative(SOUNDS_ALIKE, (sounds,)),
            *(self._mistyped(word.form, held=bool(endings or sounds)) if self.guessing else ()),
        ]

    def _mistyped(self, form: str, *, held: bool) -> Iterable[Alternative]:
        """Slips of the pen, in comments and in the query. `held`: documents have the word as typed."""
        if held:
            yield Alternative(SLIP, (self._slips(form),))
        elif guesses := self._guesses(form):
            self.guessed = True
            yield Alternative(GUESS, (guesses,))

    def _slips(self, form: str) -> Slot:
        """Forms one letter off of which one is too rare to be a word of its own."""
        if len(form) < SHORTEST_SLIP or not form.isalpha():
            return ()
        here, known = self.words.count(form), stem(form) in self.glossary.english
        near = (other for _, other in self.words.near(form, 1) if other[0] == form[0])
        slips = [other for other in near if self._is_slip(here, other, known=known)]
        return self._first(slips, MOST_SLIPS)

    def _is_slip(self, here: int, other: str, *, known: bool) -> bool:
        there = self.words.count(other)
        if here < there:
            return not known and is_rare_beside(here, there)
        return stem(other) not in self.glossary.english and is_rare_beside(there, here)

    def _guesses(self, form: str) -> Slot:
        """The nearest forms in use, with their endings."""
        if len(form) < SHORTEST_GUESS or not form.isalpha():
            return ()
        near = self.words.near(form, 2 if len(form) >= LONG_GUESS else 1)
        used = [(edits, other) for edits, other in near if self.words.is_used(other)]
        least = min((edits for edits, _ in used), default=0)
        nearest = self._first((other for edits, other in used if edits == least), MOST_GUESSES)
        return tuple(dict.fromkeys(other for one in nearest for other in self._endings(one)))

    def _phrase(self, phrase: Phrase) -> Leaf:
        slots = tuple((form,) if phrase.exact else self._endings(form) for form in phrase.forms)
        others = self._synonyms if phrase.exact else self._as_a_whole
        return Leaf((Alternative(AS_TYPED, slots), *others(phrase.forms, " ".join(phrase.forms))))

    def _as_a_whole(self, forms: tuple[str, ...], typed: str) -> list[Alternative]:
        joined = Alternative(COMPOUND, (self._endings("".join(forms)),))
        return [joined, *self._synonyms(forms, typed)]

    def _synonyms(self, forms: tuple[str, ...], typed: str) -> list[Alternative]:
        writings = self._others(forms)
        if writings:
            self.also[typed] = tuple(writing.text for writing in writings)
        return [Alternative(SYNONYM, slots) for writing in writings for slots in self._writing(writing)]

    def _others(self, forms: tuple[str, ...]) -> tuple[Writing, ...]:
        """Other writings of an entry, which in Roman Urdu may be typed in any spelling."""
        others = self.glossary.others(forms)
        return others or (self.glossary.sounding(forms) if all(map(self._may_be_roman, forms)) else ())

    def _writing(self, writing: Writing) -> Iterable[tuple[Slot, ...]]:
        """A writing in its words, and in Urdu as one word or as two."""
        yield tuple(self._spellings(form, writing.language) for form in writing.forms)
        if writing.language == "ur" and len(writing.forms) == 1:
            yield from self._cuts(writing.forms[0])
        elif writing.language == "ur" and len(writing.forms) == 2:
            yield (self._endings("".join(writing.forms)),)

    def _spellings(self, form: str, language: str) -> Slot:
        sounds = self._sounds(form) if language == "ur-Latn" else ()
        return tuple(dict.fromkeys((*self._endings(form), *sounds)))

    def _endings(self, form: str) -> Slot:
        return self._first(self.words.same_stem(stem(form)), MOST_FORMS)

    def _cuts(self, form: str) -> Iterable[tuple[Slot, Slot]]:
        """The word written as two: ڈیٹابیس as ڈیٹا بیس, loadshedding as load shedding."""
        least = 2 if is_arabic_script(form) else 3
        for place in range(least, len(form) - least + 1):
            if form[:place] in self.words and form[place:] in self.words:
                yield (form[:place],), (form[place:],)

    def _sounds(self, form: str) -> Slot:
        key = sound_key(form)
        if not key or not self._may_be_roman(form):
            return ()
        alike = (other for other in self.words.same_sound(key) if sounds_alike(form, other))
        return self._first(filter(self._may_be_roman, alike), MOST_FORMS)

    def _may_be_roman(self, form: str) -> bool:
        return form.isascii() and stem(form) not in self.glossary.english and self.words.is_roman(form)

    def _first(self, forms: Iterable[str], most: int) -> Slot:
        """Of forms in use the shortest ones, so that every engine takes the same."""
        taken: list[str] = []
        for form in sorted(forms, key=lambda form: (len(form), form)):
            if len(taken) == most:
                break
            if self.words.is_used(form):
                taken.append(form)
        return tuple(taken)

    def _typed(self, run: Sequence[Word]) -> str:
        return self.query.text[run[0].start : run[-1].end] or " ".join(word.form for word in run)


def _each_form_once(alternatives: Iterable[Alternative]) -> tuple[Alternative, ...]:
    """Without forms that count more in an earlier alternative, and without those left empty."""
    seen: set[str] = set()
    kept = []
    for alternative in alternatives:
        slots = alternative.slots
        if len(slots) == 1:
            slots = (tuple(form for form in slots[0] if form not in seen),)
            seen.update(slots[0])
        if all(slots):
            kept.append(Alternative(alternative.weight, slots))
    return tuple(kept)
