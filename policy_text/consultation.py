"""Read consultation.toml: titles, dates, ministry, contact and languages of a consultation."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from policy_text import questions
from policy_text.problems import Problem
from policy_text.questions import Question

FILE_NAME = "consultation.toml"
LANGUAGES = ("en", "ur")
MODERATION = ("after", "before")
LONGEST = timedelta(days=3660)

_LARGEST_FILE = 100 * 1024
_LINE_OF_ERROR = re.compile(r"\(at line (\d+), column \d+\)")
_DURATION = re.compile(r"P(?=[0-9T])(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?=\d)(?:(\d{1,4})H)?(?:(\d{1,4})M)?)?")
_WHEN = 'Write an instant with its offset, as in 2026-12-31T23:59:00+05:00, or a duration such as "P60D".'


@dataclass(frozen=True)
class ConsultationText:
    """What a consultation says about itself. Dictionaries are by language; times are aware and UTC."""

    title: dict[str, str]
    summary: dict[str, str]
    ministry: dict[str, str]
    contact: str
    source: dict[str, str]
    restatement: bool
    notice: dict[str, str]
    opens_at: datetime | None
    closes_at: datetime | timedelta
    """A timedelta is counted from publication."""
    moderation: str
    """"after": published at once; "before": everything waits for a reviewer."""
    languages: tuple[str, ...]
    """Which must be complete."""
    questions: tuple[Question, ...] = questions.DEFAULTS
    """What senders may say about themselves."""


def find(folder: Path) -> Path | None:
    """The consultation.toml of a version folder: in it, else one above."""
    return next((path for path in (folder / FILE_NAME, folder.parent / FILE_NAME) if path.is_file()), None)


def read(file: Path, label: str) -> tuple[ConsultationText | None, list[Problem]]:
    """The consultation, or None and every problem found; `label` is the file's path in them."""
    try:
        with file.open("rb") as stream:
            content = stream.read(_LARGEST_FILE + 1)
        if len(content) > _LARGEST_FILE:
            return None, [Problem(label, 1, f"The file is longer than {_LARGEST_FILE // 1024} KB.")]
        text = content.decode("utf-8")
        table = tomllib.loads(text)
    except OSError as error:
        return None, [Problem(label, 1, f"The file cannot be read: {error.strerror}.")]
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return None, [Problem(label, line, "The file is not UTF-8 text.")]
    except tomllib.TOMLDecodeError as error:
        return None, [_syntax_problem(label, text, str(error))]
    entries = _Entries(label, text, table)
    consultation = _consultation(entries)
    return (None if entries.problems else consultation), entries.problems


def _syntax_problem(label: str, text: str, message: str) -> Problem:
    place = _LINE_OF_ERROR.search(message)
    line = int(place.group(1)) if place else text.count("\n") + 1
    what = _LINE_OF_ERROR.sub("", message).replace("(at end of document)", "").strip()
    return Problem(label, line, f"This is not valid TOML: {what[:1].lower()}{what[1:]}.")


@dataclass
class _Entries:
    """The entries of the file, taken one by one; what is wrong with them is collected."""

    label: str
    text: str
    table: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)

    def problem(self, key: str, sentence: str) -> None:
        self.problems.append(Problem(self.label, self.line(key), sentence))

    def line(self, key: str) -> int:
        """Where the key stands; 1 where it is missing."""
        found = re.search(rf"^[ \t]*\[?[ \t]*\"?{re.escape(key)}\"?[ \t]*[\].=]", self.text, re.MULTILINE)
        return self.text.count("\n", 0, found.start()) + 1 if found else 1

    def missing(self, key: str) -> None:
        self.problems.append(Problem(self.label, 1, f"The entry {key} is missing."))

    def text_of(self, key: str) -> str:
        value = self.table.get(key)
        if value is None:
            self.missing(key)
        elif not isinstance(value, str) or not value.strip():
            self.problem(key, f"{key} must be a text in quotation marks.")
        else:
            return value.strip()
        return ""

    def texts_of(self, key: str, languages: tuple[str, ...], required: bool = True) -> dict[str, str]:
        """A text by language, with every one of `languages`."""
        value = self.table.get(key)
        if value is None and not required:
            return {}
        if value is None:
            self.missing(key)
            return {}
        if not isinstance(value, dict):
            self.problem(key, f'{key} must hold a text for each language, as in [{key}] and en = "…".')
            return {}
        for language in [*languages, *value]:
            text = value.get(language)
            if language not in LANGUAGES:
                self.problem(key, f"{key} has an entry {language}; only {_listed(LANGUAGES)} are known.")
            elif not isinstance(text, str) or not text.strip():
                self.problem(key, f"{key} has no text for {language}.")
        return {each: text.strip() for each, text in value.items() if isinstance(text, str)}

    def flag(self, key: str) -> bool:
        value = self.table.get(key, False)
        if not isinstance(value, bool):
            self.problem(key, f"{key} must be true or false, without quotation marks.")
        return value is True

    def languages(self) -> tuple[str, ...]:
        value = self.table.get("languages")
        if value is None:
            self.missing("languages")
            return LANGUAGES
        if not isinstance(value, list) or not value or any(each not in LANGUAGES for each in value):
            self.problem(
                "languages", f'languages must be a list of {_listed(LANGUAGES)}, as in ["en", "ur"].'
            )
            return LANGUAGES
        return tuple(each for each in LANGUAGES if each in value)

    def moderation(self) -> str:
        value = self.table.get("moderation", MODERATION[0])
        if value in MODERATION:
            return str(value)
        self.problem("moderation", 'moderation must be "after" or "before".')
        return MODERATION[0]

    def opens_at(self) -> datetime | None:
        value = self.table.get("opens_at")
        instant = None if value is None else _instant(value)
        if value is not None and instant is None:
            self.problem(
                "opens_at", "opens_at is not a time. Write it with its offset: 2026-12-31T09:00:00+05:00."
            )
        return instant

    def closes_at(self) -> datetime | timedelta:
        value = self.table.get("closes_at")
        if value is None:
            self.missing("closes_at")
            return timedelta(0)
        closes = _instant(value) or _duration(value)
        if closes is None:
            self.problem("closes_at", f"closes_at is not a time. {_WHEN}")
        elif isinstance(closes, timedelta) and not timedelta(0) < closes <= LONGEST:
            self.problem("closes_at", f"closes_at must lie between a minute and {LONGEST.days} days ahead.")
        return closes if closes is not None else timedelta(0)


def _consultation(entries: _Entries) -> ConsultationText:
    known = ConsultationText.__dataclass_fields__
    for key in entries.table:
        if key not in known:
            entries.problem(key, f"The entry {key} is not known; the known ones are {_listed(tuple(known))}.")
    languages = entries.languages()
    restatement = entries.flag("restatement")
    opens_at, closes_at = entries.opens_at(), entries.closes_at()
    if opens_at and isinstance(closes_at, datetime) and closes_at <= opens_at:
        entries.problem("closes_at", "The consultation closes before it opens.")
    return ConsultationText(
        title=entries.texts_of("title", languages),
        summary=entries.texts_of("summary", languages),
        ministry=entries.texts_of("ministry", languages),
        contact=entries.text_of("contact"),
        source=entries.texts_of("source", languages, required=restatement),
        restatement=restatement,
        notice=entries.texts_of("notice", languages, required=restatement),
        opens_at=opens_at,
        closes_at=closes_at,
        moderation=entries.moderation(),
        languages=languages,
        questions=questions.read(
            entries.table.get("questions"), languages, lambda sentence: entries.problem("questions", sentence)
        ),
    )


def _instant(value: object) -> datetime | None:
    """A TOML date-time or RFC 3339 text with an offset, in UTC."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    if not isinstance(value, datetime) or value.tzinfo is None:
        return None
    try:
        return value.astimezone(UTC)
    except OverflowError:
        return None


def _duration(value: object) -> timedelta | None:
    """ "P60D", "P8W", "P1DT12H" as a timedelta."""
    found = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    weeks, days, hours, minutes = (int(each or 0) for each in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)


def _listed(words: tuple[str, ...]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}"
