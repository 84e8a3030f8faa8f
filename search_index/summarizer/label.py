"""What a theme is called and shown by: literal sentences of its comments, and its own words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from search_index.analysis import stem, words
from search_index.summarizer.sentences import parts, sentences
from search_index.summarizer.words import carries

Stems = tuple[str, ...]

_LEAST, _MOST = 4, 20  # words of a good title
_TELLING = 3  # words that carry a subject, in a title that says something
_QUOTE = 280  # characters
_PRIVATE = re.compile(r"@|https?:|www\.|(?:\d[\s().-]{0,2}){7,}", re.I)
_WORD_END = re.compile(r"\s|$")
_PRONOUNS = frozenset(
    words(
        "i me my we our us he she it they this that these those his her its their such him them which "
        "and but or so also because میں مجھے میرا میری میرے ہم ہمیں ہمارا ہماری ہمارے یہ وہ اس ان اسے انہیں "
        "اور لیکن مگر تو البتہ main mein mera meri mere hum hamara hamari hamare yeh ye woh wo is us un in "
        "aur lekin magar to"
    )
)
_GREETINGS = frozenset(
    words(
        "assalam assalamualaikum salam aoa hello hi dear respected sir madam thanks thank regards janab "
        "shukriya السلام سلام اسلام محترم جناب شکریہ"
    )
)
_WEIGHTS = {"fragment": 0.2, "question": 0.25, "pronoun": 0.15, "greeting": 0.4, "empty": 0.1, "length": 1.0}


def is_private(text: str) -> bool:
    """Seven digits in a row or nearly, an address or a link: never put in front of everybody."""
    return bool(_PRIVATE.search(text))


def titles(text: str) -> list[str]:
    """Pieces of a comment that may stand for a theme: short sentences, else parts of the long ones."""
    safe = [sentence for sentence in sentences(text) if not is_private(sentence)]
    short = [sentence for sentence in safe if _fits(sentence)]
    if short:
        return short
    pieces = [part for sentence in sentences(text) for part in parts(sentence) if not is_private(part)]
    fit = [piece for piece in pieces if _fits(piece)]
    return fit or [cut for cut in map(_first_words, pieces) if cut]


def stands_alone(saying: str) -> bool:
    """Whether it may be the point that a theme is found around: one sentence that needs none before it."""
    found = words(saying)
    return _LEAST <= len(found) <= _MOST and found[0] not in _PRONOUNS and len(sentences(saying)) == 1


def _fits(piece: str) -> bool:
    return _LEAST <= len(words(piece)) <= _MOST


def penalty(title: str, text: str) -> float:
    """What speaks against a title taken from `text`, to be set against its centrality (-1 to 1)."""
    found = words(title)
    return (
        _WEIGHTS["fragment"] * (title not in sentences(text))
        + _WEIGHTS["question"] * title.rstrip("\"'”’) ").endswith(("?", "؟"))
        + _WEIGHTS["pronoun"] * (found[0] in _PRONOUNS)
        + _WEIGHTS["greeting"] * any(word in _GREETINGS for word in found[:2])
        + _WEIGHTS["empty"] * (sum(map(carries, found)) < _TELLING)
        + _WEIGHTS["length"] * (not _fits(title))
    )


def quote(text: str, best: str) -> str:
    """The whole comment where it is short and safe to show, else its sentence `best`; literal either way."""
    whole = text.strip()
    return whole if len(whole) <= _QUOTE and not is_private(whole) else best


def keyphrases(themes: Sequence[Sequence[str]], *, most: int = 5) -> list[tuple[str, ...]]:
    """For each theme's texts the words and word pairs that the others do not use, the most telling first."""
    read = [[_phrases(text) for text in texts] for texts in themes]
    counts = [Counter(stems for phrases in texts for stems in phrases) for texts in read]
    everywhere: Counter[Stems] = Counter()
    for own in counts:
        everywhere.update(own)
    found = []
    for own, texts in zip(counts, read, strict=True):
        worth = sorted((-_telling(own[stems], everywhere[stems], len(stems)), stems) for stems in own)
        chosen = _apart((stems for _, stems in worth), most)
        found.append(tuple(_usual(stems, texts) for stems in chosen))
    return found


def _telling(own: int, everywhere: int, length: int) -> float:
    """A pair says more than a word, but only where it was said twice."""
    return own * own / everywhere * (1.5 if length > 1 and own > 1 else 1.0)


def _usual(stems: Stems, texts: Iterable[dict[Stems, str]]) -> str:
    """How most of the texts write it."""
    forms = Counter(phrases[stems] for phrases in texts if stems in phrases)
    return min(forms, key=lambda form: (-forms[form], form))


def _phrases(text: str) -> dict[Stems, str]:
    """Words and neighbouring pairs that carry a subject: their stems and how they are written."""
    found = words(_without_private(text))
    phrases: dict[Stems, str] = {}
    for place, word in enumerate(found):
        if not carries(word) or len(word) < 3:
            continue
        phrases.setdefault((stem(word),), word)
        if place and carries(found[place - 1]):
            phrases.setdefault((stem(found[place - 1]), stem(word)), f"{found[place - 1]} {word}")
    return phrases


def _without_private(text: str) -> str:
    """Without the words that hold an address or a number to call, in a time that grows with the text alone.

    A pattern with the rest of the word on both sides takes the square of a word's length.
    """
    kept: list[str] = []
    at = 0
    for match in _PRIVATE.finditer(text):
        if match.end() <= at:
            continue
        begin = match.start()
        while begin > at and not text[begin - 1].isspace():
            begin -= 1
        kept.append(text[at:begin])
        end = _WORD_END.search(text, match.end())
        at = end.start() if end else len(text)
    return " ".join((*kept, text[at:]))


def _apart(phrases: Iterable[Stems], most: int) -> list[Stems]:
    """The first phrases that share no word with an earlier one."""
    kept: list[Stems] = []
    used: set[str] = set()
    for phrase in phrases:
        if used.isdisjoint(phrase):
            used.update(phrase)
            kept.append(phrase)
        if len(kept) == most:
            break
    return kept


def _first_words(piece: str) -> str:
    """Cut a piece that is too long after its twentieth word."""
    if not words(piece):
        return ""
    return " ".join(piece.split(" ")[:_MOST]).rstrip(",;:،؛ ") if len(words(piece)) > _MOST else piece
