"""Words of English, Urdu and Roman Urdu: one chain of normalising, splitting and stemming for every engine."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import regex
import snowballstemmer

ANALYSIS_VERSION = 1
"""Raise it with any change of what `words` or `stem` return: an index of another version is rebuilt."""

CACHED_WORDS = 60_000

INVISIBLE = "\u00ad\u200d\u200e\u200f\u061c\u202a-\u202e\u2060\u2066-\u2069\ufeff\u0640"
"""Soft hyphen, joiner, direction marks, byte order mark, tatweel: inside a word they mean nothing."""

_TABLE = str.maketrans(
    {
        "ى": "ی",
        "ي": "ی",
        "ې": "ی",
        "ك": "ک",
        "ڪ": "ک",
        "ه": "ہ",
        "ة": "ہ",
        "ۃ": "ہ",
        "ۂ": "ہ",
        "ۀ": "ہ",
        "ە": "ہ",
        "أ": "ا",
        "إ": "ا",
        "ٱ": "ا",
        "\u200c": " ",
    }
)
_DROPPED = regex.compile(f"[{INVISIBLE}\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]")
_PLAIN_HEH = regex.compile("(?<![بپتٹجچدڈرڑکگ])ھ")
_LATIN_MARKS = regex.compile(r"(?<=\p{Latin})\p{Mn}+")

# The pieces of a text that are one word each, in the text as it was typed. Marks and invisible characters
# lie inside words; scripts are cut where they meet ("AIکی"); scripts without spaces give one sign a word.
_INNER = rf"\p{{M}}{INVISIBLE}"
_SPAN = regex.compile(
    rf"""
      \p{{Nd}}*\p{{Latin}}[\p{{Latin}}\p{{Nd}}{_INNER}]*(?:['’ʼ]\p{{Latin}}[\p{{Latin}}{_INNER}]*)*
    | \p{{N}}+(?:[.,٫٬]\p{{N}}+)*
    | [[\p{{Arabic}}&&\p{{L}}]][[\p{{Arabic}}&&\p{{L}}]{_INNER}]*
    | [\p{{Han}}\p{{Hiragana}}\p{{Katakana}}\p{{Thai}}]
    | \p{{L}}[\p{{L}}{_INNER}]*
    """,
    regex.VERBOSE | regex.VERSION1,
)
_THOUSANDS = regex.compile(r"(?<=\d),(?=\d{2,3}(?:\D|$))")
_PIECE = regex.compile(r"[\p{L}\p{N}\p{M}.]+")


@dataclass(frozen=True)
class Token:
    """One word of a text: how it is indexed, and where it stands in the text as typed."""

    form: str
    start: int
    end: int


def normalise(text: str) -> str:
    """One spelling for what looks alike: letters of other keyboards, digits, marks, case, invisible signs."""
    text = unicodedata.normalize("NFKC", text).translate(_TABLE)
    text = _PLAIN_HEH.sub("ہ", _DROPPED.sub("", text)).casefold()
    if not text.isascii():
        text = _without_latin_marks("".join(map(_digit, text)))
    return text


def tokens(text: str) -> list[Token]:
    """The words of a text with their places in it. A sign that stands for several words gives several."""
    found = []
    for match in _SPAN.finditer(text):
        start, end = match.span()
        found.extend(Token(form, start, end) for form in _forms(match.group()))
    return found


def words(text: str) -> list[str]:
    """The words of a text as they are indexed, in order."""
    return [form for span in _SPAN.findall(text) for form in _forms(span)]


@lru_cache(maxsize=CACHED_WORDS)
def stem(form: str) -> str:
    """What the endings of a word are cut to; the same for words that should find each other."""
    if form.isascii():
        return str(_english().stemWord(form)) if form.isalpha() else form
    return _urdu_stem(form) if is_arabic_script(form) else form


@lru_cache(maxsize=CACHED_WORDS)
def sound_key(form: str) -> str:
    """Consonants of a Roman Urdu word in one spelling, "" where too few are left to tell words apart.

    hukoomat, hukumat and hakoomat are all "hkmt".
    """
    if not (form.isascii() and form.isalpha()) or len(form) < 4:
        return ""
    key = regex.sub("[aeiou]", "", fold_vowels(form))
    return key if len(key) >= 3 else ""


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
    several = min(sum(letter in "aeiou" for letter in word) for word in (one, other)) >= 2
    return several and within(one, other, 1) is not None


def within(one: str, other: str, limit: int) -> int | None:
    """Edit distance (insert, delete, replace, swap neighbours) if at most `limit`, else None."""
    if abs(len(one) - len(other)) > limit:
        return None
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


def is_arabic_script(form: str) -> bool:
    return "\u0600" <= form[:1] <= "\u06ff"


@lru_cache(maxsize=CACHED_WORDS)
def _forms(span: str) -> tuple[str, ...]:
    """What one piece of text is indexed as; nearly always one word."""
    text = normalise(span)
    if text[:1].isdigit():
        text = _THOUSANDS.sub("", text.replace("٬", ",").replace("٫", "."))
    else:
        text = regex.sub("['’ʼ]s$", "", text)
    text = regex.sub("['’ʼ]", "", text)
    return tuple(piece.strip(".") for piece in _PIECE.findall(text) if piece.strip("."))


def _digit(letter: str) -> str:
    return str(unicodedata.decimal(letter)) if letter.isdecimal() else letter


def _without_latin_marks(text: str) -> str:
    return unicodedata.normalize("NFC", _LATIN_MARKS.sub("", unicodedata.normalize("NFD", text)))


@lru_cache(maxsize=1)
def _english() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("english")


# Endings that mark plural and oblique case, longest first, with what is put in their place and how many
# letters must be left. Final ہ and ا go too, so that ادارہ, ادارے and اداروں meet.
_URDU_ENDINGS = (("یوں", "ی", 2), ("یاں", "ی", 2), ("وں", "", 2), ("یں", "", 2), ("ے", "", 2), ("ہ", "", 2), ("ا", "", 3))
_UNSTEMMED = frozenset(
    "کیوں یوں جوں دونوں تینوں چاروں نہیں یہیں وہیں کہیں انہیں جنہیں تمہیں ہمیں میں ہیں ہوں یہ وہ کہ نہ پہ تھا گیا کیا ہوا"
    " دیا لیا اپنا ایسا جیسا سکتا جانا کرنا ہونا دینا لینا آیا خدا دنیا".split()
)


def _urdu_stem(form: str) -> str:
    if form in _UNSTEMMED:
        return form
    for ending, instead, least in _URDU_ENDINGS:
        if form.endswith(ending) and len(form) - len(ending) >= least:
            return form[: -len(ending)] + instead
    return form


_ROMAN_RULES = tuple(
    (regex.compile(pattern), letters)
    for pattern, letters in (
        ("(?:sch|ch)(?=ool)", "k"),
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
