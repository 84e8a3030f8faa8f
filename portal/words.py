"""What the portal says: catalogues, plurals, numbers, dates and direction of one interface language.

Catalogues are the gettext files `translations/<language>/*.po`, one domain a file, merged. A msgid is a
message key (`clause.form.send`), never a sentence; the English catalogue holds the English sentences.
Sentences are trusted and may hold simple inline markup; the values put into them are not, and are escaped.
A literal per cent sign is written `%%`. Urdu not yet read by a native speaker carries `#. native-review`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from markupsafe import Markup, escape

UI_LANGUAGES = ("en", "ur")
PAKISTAN = ZoneInfo("Asia/Karachi")

_FOLDER = Path(__file__).parent / "translations"
_LOCALES = {"en": Locale("en"), "ur": Locale("ur", "PK")}
_DIRECTIONS = {"en": "ltr", "ur": "rtl"}
_NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Words:
    """The words of one interface language."""

    language: str
    messages: Mapping[str, tuple[str, ...]]
    """Key -> sentence, or its plural forms: one, other."""

    @property
    def dir(self) -> str:
        return _DIRECTIONS[self.language]

    @property
    def rtl(self) -> bool:
        return self.dir == "rtl"

    @property
    def other(self) -> str:
        """The other interface language."""
        return "en" if self.language == "ur" else "ur"

    def has(self, key: str) -> bool:
        return key in self.messages

    def text(self, key: str, **values: object) -> Markup:
        """The sentence of a key, whole numbers among its values grouped. KeyError: no such key or value."""
        return self._filled(self.messages[key][0], values)

    def plain(self, key: str, **values: object) -> str:
        """The sentence of a key without markup, for what is no page."""
        return plain(self.text(key, **values))

    def plural(self, key: str, n: int, **values: object) -> Markup:
        """The sentence of a key for `n` things; `n` is also its value."""
        forms = self.messages[key]
        which = 0 if _LOCALES[self.language].plural_form(n) == "one" else -1
        return self._filled(forms[which], {**values, "n": n})

    def number(self, n: int) -> str:
        """Western digits with grouping, in both languages."""
        return f"{n:,}"

    def date(self, when: dt.date | dt.datetime | str) -> str:
        """23 November 2026, with no-break spaces; of a moment its day in Pakistan; takes "2026-11-23" too."""
        return self._day(when, "d MMMM y")

    def day(self, when: dt.date | dt.datetime | str) -> str:
        """23 Nov, for axes; takes "2026-11-23" too."""
        return self._day(when, "d MMM")

    def weekday_date(self, when: dt.date | dt.datetime) -> str:
        """Friday 29 January 2027."""
        return self._day(when, "EEEE d MMMM y")

    def clock(self, when: dt.datetime) -> Markup:
        """4:42 in the afternoon."""
        local = when.astimezone(PAKISTAN)
        time = f"{local.hour % 12 or 12}:{local.minute:02}"
        return self.text(f"clock.{_part_of_day(local.hour)}", time=time)

    def moment(self, when: dt.datetime) -> Markup:
        """14 December 2026, 4:42 in the afternoon, Pakistan Standard Time."""
        return self.text("moment", date=self.date(when), clock=self.clock(when))

    def weekday_moment(self, when: dt.datetime) -> Markup:
        """Friday 29 January 2027, 11:59 at night, Pakistan Standard Time (UTC+5); the day is emphasised."""
        return self.text("weekday_moment", date=self.weekday_date(when), clock=self.clock(when))

    def local_day(self, when: dt.datetime) -> dt.date:
        """The day in Pakistan."""
        return when.astimezone(PAKISTAN).date()

    def listed(self, items: Sequence[object]) -> Markup:
        """a, b and c."""
        if not items:
            return Markup("")
        *before, last = (escape(item) for item in items)
        if not before:
            return last
        return self.text("list.end", first=self.text("list.comma").join(before), last=last)

    def days_left(self, n: int) -> Markup:
        """46 days left; nought is the last day."""
        return self.plural("days_left", n) if n > 0 else self.text("days_left.last")

    def _filled(self, sentence: str, values: Mapping[str, object]) -> Markup:
        shown = {
            name: self.number(value) if isinstance(value, int) else value for name, value in values.items()
        }
        return _trusted(sentence) % shown

    def _day(self, when: dt.date | dt.datetime | str, pattern: str) -> str:
        if isinstance(when, str):
            when = dt.date.fromisoformat(when)
        local = when.astimezone(PAKISTAN).date() if isinstance(when, dt.datetime) else when
        return _written_day(self.language, local, pattern)


@lru_cache(maxsize=4096)
def _written_day(language: str, day: dt.date, pattern: str) -> str:
    """Remembered, for a page of comments names the same few days again and again."""
    return format_date(day, format=pattern, locale=_LOCALES[language]).replace(" ", _NO_BREAK)


def plain(sentence: str | Markup) -> str:
    """A sentence of ours without tags and entities."""
    return unescape(_trusted(sentence).striptags())


@cache
def words_for(language: str) -> Words:
    """The words of "en" or "ur", read once."""
    if language not in UI_LANGUAGES:
        raise KeyError(language)
    return Words(language, {_key(message): sentences for message, sentences in _read(language)})


def all_keys(language: str) -> frozenset[str]:
    return frozenset(words_for(language).messages)


def missing_keys() -> Mapping[str, frozenset[str]]:
    """For each language the keys that another language has and it has not, or has without a sentence."""
    everything = frozenset().union(*(all_keys(language) for language in UI_LANGUAGES))
    return {
        language: frozenset(
            key for key in everything if not all(words_for(language).messages.get(key, ("",)))
        )
        for language in UI_LANGUAGES
    }


def unreviewed_keys(language: str) -> frozenset[str]:
    """Keys whose sentence still waits for a native reader."""
    return frozenset(
        _key(message) for message, _ in _read(language) if "native-review" in message.auto_comments
    )


def _read(language: str) -> list[tuple[Message, tuple[str, ...]]]:
    read: dict[str, tuple[Message, tuple[str, ...]]] = {}
    for path in sorted((_FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            catalog = read_po(file, locale=_LOCALES[language], abort_invalid=True)
        for message in catalog:
            key = _key(message)
            if key in read:
                raise ValueError(f"{path}: the key {key} stands in two places")
            if key:
                read[key] = (message, _sentences(message))
    return list(read.values())


def _key(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, (tuple, list)) else message.id)


def _sentences(message: Message) -> tuple[str, ...]:
    strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return tuple(str(string) for string in strings)


def _part_of_day(hour: int) -> str:
    for ends, name in ((4, "night"), (12, "morning"), (15, "noon"), (17, "afternoon"), (20, "evening")):
        if hour < ends:
            return name
    return "night"


def _trusted(sentence: str) -> Markup:
    return Markup(sentence)  # noqa: S704 (sentences come from our own catalogues)
