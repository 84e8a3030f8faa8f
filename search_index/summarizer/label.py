"""What a theme is called and shown by: literal sentences of its comments, and its own words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from math import log

from search_index.summarizer.sentences import parts, sentences
from search_index.summarizer.words import STOP_WORDS, normalise, words

_LEAST, _MOST = 4, 20  # words of a good title
_QUOTE = 280  # characters
_PRIVATE = re.compile(r"@|https?:|www\.|(?:\d[\s().-]{0,2}){7,}", re.I)
_PRONOUNS = frozenset(
    normalise(
        "he she it they this that these those his her its their such him them which and but or so also because "
        "یہ وہ اس ان اسے انہیں اور لیکن مگر تو yeh ye woh wo is us un in aur lekin magar to"
    ).split()
)
_GREETINGS = frozenset(
    normalise(
        "assalam assalamualaikum salam aoa hello hi dear respected sir madam thanks thank regards janab shukriya "
        "السلام سلام اسلام محترم جناب شکریہ"
    ).split()
)
_WEIGHTS = {"question": 0.25, "pronoun": 0.15, "greeting": 0.4, "length": 1.0}


def is_private(text: str) -> bool:
    """Seven digits in a row or nearly, an address or a link: never put in front of everybody."""
    return bool(_PRIVATE.search(text))


def titles(text: str) -> list[str]:
    """Pieces of a comment that may stand for a theme: sentences, or clauses of the long ones."""
    found: list[str] = []
    for sentence in sentences(text):
        if not is_private(sentence) and len(words(sentence)) <= _MOST:
            found.append(sentence)
        else:
            found += [part for part in parts(sentence) if not is_private(part)]
    fit = [piece for piece in found if _LEAST <= len(words(piece)) <= _MOST]
    return fit or [cut for cut in (_first_words(piece) for piece in found) if cut]


def penalty(title: str) -> float:
    """What speaks against a title, to be taken from its centrality (-1 to 1)."""
    found = words(title)
    return (
        _WEIGHTS["question"] * title.rstrip("\"'”’) ").endswith(("?", "؟"))
        + _WEIGHTS["pronoun"] * (found[0] in _PRONOUNS)
        + _WEIGHTS["greeting"] * any(word in _GREETINGS for word in found[:2])
        + _WEIGHTS["length"] * (not _LEAST <= len(found) <= _MOST)
    )


def quote(text: str, best: str) -> str:
    """The whole comment where it is short and safe to show, else its sentence `best`; literal either way."""
    whole = text.strip()
    return whole if len(whole) <= _QUOTE and not is_private(whole) else best


def keyphrases(texts: Sequence[str], others: Iterable[str], *, most: int = 5) -> tuple[str, ...]:
    """Words and word pairs that these texts use and the others do not, the most telling first."""
    own = Counter(phrase for text in texts for phrase in _phrases(text))
    everywhere = own + Counter(phrase for text in others for phrase in _phrases(text))
    least = 2 if len(texts) > 2 else 1
    telling = sorted(
        (phrase for phrase, count in own.items() if count >= least),
        key=lambda phrase: (-_telling(own[phrase], everywhere[phrase], len(phrase)), phrase),
    )
    return _apart(telling, most)


def _telling(own: int, everywhere: int, length: int) -> float:
    return own * own / everywhere * (1.5 if length > 1 else 1.0) * log(1 + own)


def _phrases(text: str) -> set[tuple[str, ...]]:
    """Words, and pairs that stand side by side, none of them a stop word; once a text."""
    found = words(text)
    telling = [word not in STOP_WORDS and len(word) > 2 and not word.isdigit() for word in found]
    single = {(word,) for word, good in zip(found, telling, strict=True) if good}
    pairs = {
        (found[i], found[i + 1]) for i in range(len(found) - 1) if telling[i] and telling[i + 1]
    }
    return single | pairs


def _apart(phrases: Iterable[tuple[str, ...]], most: int) -> tuple[str, ...]:
    """The first phrases that share no word with an earlier one."""
    kept: list[str] = []
    used: set[str] = set()
    for phrase in phrases:
        if used.isdisjoint(phrase):
            used.update(phrase)
            kept.append(" ".join(phrase))
        if len(kept) == most:
            break
    return tuple(kept)


def _first_words(piece: str) -> str:
    """Cut a piece that is too long after its twentieth word."""
    if not words(piece):
        return ""
    return " ".join(piece.split(" ")[:_MOST]).rstrip(",;:،؛ ") if len(words(piece)) > _MOST else piece
