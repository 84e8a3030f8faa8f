"""Form letters planted among single comments, made up from a seed: for the benchmark and a smaller test."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from search_index.summarizer import CommentText

SYLLABLES = [consonant + vowel for consonant in "bdfghjklmnprstwyz" for vowel in "aio"]
LETTER_WORDS = (60, 140)
ADDED_WORDS = (7, 12)
SINGLES = 0.4  # of all comments
HOW = {"copied": 0.3, "edited": 0.35, "named": 0.15, "added": 0.2}


@dataclass
class Planted:
    """Comments; the number of the letter that each was sent as, and those that had a sentence added."""

    comments: list[CommentText] = field(default_factory=list)
    letters: dict[str, int] = field(default_factory=dict)
    added: set[str] = field(default_factory=set)


class _Author:
    """Writes words, sentences and letters, and sends letters on as people do."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.vocabulary = [
            "".join(self.chance.choices(SYLLABLES, k=self.chance.randint(1, 4))) for _ in range(4_000)
        ]
        self.shares = [1 / (rank + 10) for rank in range(len(self.vocabulary))]

    def words(self, least: int, most: int) -> list[str]:
        return self.chance.choices(self.vocabulary, self.shares, k=self.chance.randint(least, most))

    def sentences(self, words: list[str]) -> str:
        """Cut into sentences of eight to twenty words."""
        found, start = [], 0
        while start < len(words):
            end = start + self.chance.randint(8, 20)
            found.append(" ".join(words[start:end]).capitalize() + ".")
            start = end
        return " ".join(found)

    def letter(self) -> list[str]:
        """Its sentences; one of them has places for a name and a town."""
        found = self.sentences(self.words(*LETTER_WORDS)).split(". ")
        return [*found[:-1], f"I am NAME of TOWN and {found[-1]}"]

    def sent(self, letter: list[str], how: str) -> str:
        named = how == "named"
        name = " ".join(self.words(1, 2)).title() if named else "____"
        text = (
            ". ".join(letter).replace("NAME", name).replace("TOWN", self.words(1, 1)[0] if named else "____")
        )
        if how == "edited":
            words = text.split(" ")
            for _ in range(self.chance.randint(1, max(1, len(words) // 30))):
                words[self.chance.randrange(len(words))] = self.chance.choice(self.vocabulary)
            return " ".join(words)
        if how == "added":
            own = self.sentences(self.words(*ADDED_WORDS))
            return f"{text} {own}" if self.chance.random() < 0.6 else f"{own} {text}"
        return text if named or self.chance.random() < 0.8 else text.upper()

    def single(self, letters: list[list[str]]) -> str:
        """Somebody's own comment; now and then it quotes a sentence of a letter, or all of a short one."""
        own = self.sentences(self.words(15, 90))
        if self.chance.random() < 0.15:
            quoted = self.chance.choice(self.chance.choice(letters))
            return f"They write: {quoted.rstrip('.')}. {own}"
        return own


def planted(count: int, *, letters: int, seed: int) -> Planted:
    """`count` comments, shuffled; letters are sent by few people or by very many."""
    author = _Author(seed)
    texts = [author.letter() for _ in range(letters)]
    shares = [1 / (rank + 1) for rank in range(letters)]
    made = Planted()
    for number in range(count):
        name = f"C-{number:06d}"
        if author.chance.random() < SINGLES:
            text = author.single(texts)
        else:
            letter = author.chance.choices(range(letters), shares)[0]
            how = author.chance.choices(list(HOW), list(HOW.values()))[0]
            text = author.sent(texts[letter], how)
            made.letters[name] = letter
            if how == "added":
                made.added.add(name)
        made.comments.append(CommentText(name, text, None, "en", None))
    return made
