"""Words of English, Urdu and Roman Urdu: one chain of normalising, splitting and stemming for all engines."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import regex
import snowballstemmer

ANALYSIS_VERSION = 2
"""Raise it with any change of what `words` or `stem` return: an index of another version is rebuilt."""

CACHED_WORDS = 60_000
CACHED_STEMS = 20_000


def _word_lists() -> dict[str, frozenset[str]]:
    source = files("search_index").joinpath("data", "word_lists.tsv").read_text(encoding="utf-8")
    lines = (line.split("\t") for line in source.splitlines() if not line.startswith("#"))
    return {name: frozenset(listed.split()) for name, listed in lines}


_WORD_LISTS = _word_lists()
ENGLISH_FUNCTION_WORDS = _WORD_LISTS["en"]
URDU_FUNCTION_WORDS = _WORD_LISTS["ur"]
ROMAN_FUNCTION_WORDS = _WORD_LISTS["ur-Latn"]
FUNCTION_WORDS = ENGLISH_FUNCTION_WORDS | URDU_FUNCTION_WORDS | ROMAN_FUNCTION_WORDS
_UNSTEMMED = _WORD_LISTS["unstemmed"]

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
# The same for texts of ASCII alone, which have no marks and one script: several times as fast.
_ASCII_SPAN = re.compile("[0-9]*[A-Za-z][A-Za-z0-9]*(?:'[A-Za-z]+)*|[0-9]+(?:[.,][0-9]+)*")
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
    found: list[Token] = []
    for match in _SPAN.finditer(text):
        start, end = match.span()
        found.extend(Token(form, start, end) for form in _forms(match.group()))
    return found


def words(text: str) -> list[str]:
    """The words of a text as they are indexed, in order."""
    if text.isascii():  # a piece without apostrophe, comma or point is its own form: nothing to remember
        pieces = _ASCII_SPAN.findall(text.lower())
        return [form for one in pieces for form in ((one,) if one.isalnum() else _forms(one))]
    return [form for span in _SPAN.findall(text) for form in _forms(span)]


@lru_cache(maxsize=CACHED_STEMS)
def stem(form: str) -> str:
    """What the endings of a word are cut to; the same for words that should find each other."""
    if form.isascii():
        return str(_english().stemWord(_american(form))) if form.isalpha() else form
    return _urdu_stem(form) if is_arabic_script(form) else form


def is_arabic_script(form: str) -> bool:
    return "\u0600" <= form[:1] <= "\u06ff"


@lru_cache(maxsize=CACHED_WORDS)
def _forms(span: str) -> tuple[str, ...]:
    """What one piece of text is indexed as; nearly always one word."""
    if span.isascii() and span.isalnum():
        return (span.lower(),)
    text = normalise(span)
    if text[:1].isdigit():
        text = _THOUSANDS.sub("", text.replace("٬", ",").replace("٫", "."))
    else:
        text = regex.sub("['’ʼ]s$", "", text)
    text = regex.sub("['’ʼ]", "", text)
    pieces = (piece.strip(".") for piece in _PIECE.findall(text))
    return tuple(piece for piece in pieces if piece and piece != "ء")


def _digit(letter: str) -> str:
    return str(unicodedata.decimal(letter)) if letter.isdecimal() else letter


def _without_latin_marks(text: str) -> str:
    return unicodedata.normalize("NFC", _LATIN_MARKS.sub("", unicodedata.normalize("NFD", text)))


@lru_cache(maxsize=1)
def _english() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("english")


# British spellings as American ones, so that organisation and organization meet. It need not be English
# what comes out, only the same for both.
_BRITISH = tuple(
    (re.compile(pattern), letters)
    for pattern, letters in (
        ("([a-z]{2}[iy])s(e|es|ed|er|ers|ing|ation|ations|able)$", r"\1z\2"),
        ("(?<=[a-z]{3})our", "or"),
        ("(?<=[a-z]{2}t)re(s?)$", r"er\1"),
        ("([aeiou][^aeiou]{1,3}e)ll(ing|ed|er|ers)$", r"\1l\2"),
        ("^(def|off|pret|lic)ence", r"\1ense"),
        ("programme(s?)$", r"program\1"),
        ("dgement", "dgment"),
    )
)


def _american(form: str) -> str:
    for pattern, letters in _BRITISH:
        form = pattern.sub(letters, form)
    return form


# Endings that mark plural and oblique case, longest first, with what is put in their place and how many
# letters must be left. Final ہ and ا go too, so that ادارہ, ادارے and اداروں meet, and خدشہ and خدشات.
_URDU_ENDINGS = (
    ("ائیں", "ا", 2),
    ("اوں", "ا", 2),
    ("یوں", "ی", 2),
    ("یاں", "ی", 2),
    ("ات", "", 3),
    ("وں", "", 2),
    ("یں", "", 2),
    ("ے", "", 2),
    ("ہ", "", 2),
    ("ا", "", 3),
)
_LOOSE_LETTERS = str.maketrans({"آ": "ا", "ؤ": "و", "ئ": "ی", "ھ": "ہ", "ں": "ن", "ء": None})
"""Letters that are often written for one another: without madda, hamza, two-eyed ہ or the dot of ن."""


def _urdu_stem(form: str) -> str:
    form = (form.rstrip("ء") or form).replace("ؤں", "وں")
    if form in _UNSTEMMED:
        return form
    for ending, instead, least in _URDU_ENDINGS:
        if form.endswith(ending) and len(form) - len(ending) >= least:
            form = form[: -len(ending)] + instead
            break
    return form.translate(_LOOSE_LETTERS) or form


_ADDRESS = regex.compile(r"https?://\S+|www\.\S+|\S+@\S+")
_ASCII_LETTER = re.compile("[A-Za-z]")
_TELLING = 1_000
"""So many letters tell the language."""
_NOT_URDU = regex.compile("[ښډړټځڅېۍګڼڪٻڀٿڄڃڇڊڌڍڏڙڳڱڻ]")
"""Letters of Pashto and Sindhi that Urdu does not have."""


def detect_language(text: str) -> str:
    """The language of a comment: en, ur, ur-Latn or other. The script decides, then small everyday words."""
    text = _ADDRESS.sub(" ", text[:_TELLING])
    if text.isascii():
        return _latin_script_language(words(text)) if _ASCII_LETTER.search(text) else "other"
    letters = regex.findall(r"\p{L}", text)
    arabic = len(regex.findall(r"\p{Arabic}", text))
    latin = len(regex.findall(r"\p{Latin}", text))
    if max(arabic, latin) * 2 < len(letters) or not letters:
        return "other"
    found = words(text)
    if arabic > latin or _reads_as_urdu(found):
        return _arabic_script_language(text, found)
    return _latin_script_language([form for form in found if form.isascii()])


def _reads_as_urdu(found: list[str]) -> bool:
    """Urdu that names many things by their Latin names is Urdu all the same."""
    urdu = sum(form in URDU_FUNCTION_WORDS for form in found)
    return urdu >= 2 and urdu > sum(form in ENGLISH_FUNCTION_WORDS for form in found)


def _arabic_script_language(text: str, found: list[str]) -> str:
    foreign = len(_NOT_URDU.findall(text))
    urdu = sum(form in URDU_FUNCTION_WORDS for form in found)
    if foreign > urdu or (not urdu and len(found) >= 8):
        return "other"
    return "ur"


def _latin_script_language(found: list[str]) -> str:
    english = sum(form in ENGLISH_FUNCTION_WORDS for form in found)
    roman = sum(form in ROMAN_FUNCTION_WORDS for form in found)
    if roman and roman >= english:
        return "ur-Latn"
    return "other" if not english and len(found) >= 8 else "en"
