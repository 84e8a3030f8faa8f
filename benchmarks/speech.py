"""Made-up comments on subjects that are known, for the benchmarks of themes: nothing depends on chance."""

from __future__ import annotations

import random
from collections.abc import Sequence

from search_index.summarizer import CommentText

SUBJECTS = 24
OWN_WORDS = 60
COMMON_WORDS = 3_000
SYLLABLES = [consonant + vowel for consonant in "bdfghjklmnprstwyz" for vowel in "aio"]


def made(count: int) -> tuple[list[CommentText], list[int]]:
    """Comments and the subject of each; one in ten is a form letter with a word changed."""
    chance = random.Random(20260)
    shares = [1 / (rank + 1) for rank in range(SUBJECTS)]
    own = [[word(chance) for _ in range(OWN_WORDS)] for _ in range(SUBJECTS)]
    common = [word(chance) for _ in range(COMMON_WORDS)]
    letters = [text(chance, own[subject], common) for subject in range(SUBJECTS)]
    comments, subjects = [], []
    for number in range(count):
        subject = chance.choices(range(SUBJECTS), shares)[0]
        body = text(chance, own[subject], common)
        if chance.random() < 0.1:
            body = f"{letters[subject]} {chance.choice(common)}"
        comments.append(CommentText(f"C-{number:06d}", body, None, "en", None))
        subjects.append(subject)
    return comments, subjects


def word(chance: random.Random) -> str:
    return "".join(chance.choices(SYLLABLES, k=chance.randint(2, 4)))


def text(chance: random.Random, own: Sequence[str], common: Sequence[str]) -> str:
    """One to four sentences, a quarter of the words of the subject."""
    sentences = []
    for _ in range(chance.randint(1, 4)):
        length = chance.randint(6, 16)
        chosen = [chance.choice(own if chance.random() < 0.25 else common) for _ in range(length)]
        sentences.append(" ".join(chosen).capitalize() + ".")
    return " ".join(sentences)
