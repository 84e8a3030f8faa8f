"""The limits that can be typed into the search box: clause: position: lang: submitter: channel: received:"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone

from search_index.analysis import normalise
from search_index.documents import Filters

PAKISTAN = timezone(timedelta(hours=5), "Asia/Karachi")
"""Pakistan keeps UTC+5 all year since November 2009, which is before any consultation here."""

FIELDS = {
    "clause": "clause",
    "shiq": "clause",
    "شق": "clause",
    "position": "position",
    "موقف": "position",
    "lang": "language",
    "language": "language",
    "زبان": "language",
    "submitter": "submitter",
    "channel": "channel",
    "received": "received",
    "date": "received",
    "تاریخ": "received",
}

VALUES = {
    "position": {
        **{value: value for value in ("support", "oppose", "mixed", "question", "none")},
        "حمایت": "support",
        "مخالفت": "oppose",
        "سوال": "question",
    },
    "language": {
        **{"en": "en", "english": "en", "انگریزی": "en"},
        **{"ur": "ur", "urdu": "ur", "اردو": "ur"},
        **{"ur-latn": "ur-Latn", "roman": "ur-Latn", "رومن": "ur-Latn", "other": "other"},
    },
    "submitter": {
        **{value: value for value in ("anonymous", "individual", "organisation")},
        "organization": "organisation",
    },
    "channel": {value: value for value in ("web", "api", "letter", "email", "meeting", "bulk")},
}


@dataclass
class Limits:
    """Limits gathered while a query is read."""

    values: dict[str, list[str]] = field(default_factory=dict)
    received_from: int | None = None
    received_before: int | None = None

    @property
    def empty(self) -> bool:
        return not self.values and self.received_from is None and self.received_before is None

    def add(self, name: str, typed: str) -> bool:
        """Take one limit as typed; values may be joined by commas. False where it is not one."""
        if name == "received":
            return self._add_days(normalise(typed))
        values = [value for value in normalise(typed).replace("٫", ".").split(",") if value]
        if name != "clause":
            known = VALUES[name]
            if not all(value in known for value in values):
                return False
            values = [known[value] for value in values]
        self.values.setdefault(name, []).extend(values)
        return bool(values)

    def filters(self) -> Filters:
        return Filters(
            kinds=(),
            clauses=tuple(self.values.get("clause", ())),
            languages=tuple(self.values.get("language", ())),
            positions=tuple(self.values.get("position", ())),
            submitters=tuple(self.values.get("submitter", ())),
            channels=tuple(self.values.get("channel", ())),
            received_from=self.received_from,
            received_before=self.received_before,
        )

    def _add_days(self, typed: str) -> bool:
        """2026-11-01..2026-11-30, either end open, or one day; days in Pakistan, both included."""
        first, dots, last = typed.partition("..")
        try:
            since = date.fromisoformat(first) if first else None
            until = date.fromisoformat(last) if last else (None if dots else since)
            before = until + timedelta(days=1) if until else None
        except (ValueError, OverflowError):
            return False
        if since is None and before is None:
            return False
        self.received_from = microseconds(since) if since else self.received_from
        self.received_before = microseconds(before) if before else self.received_before
        return True


def microseconds(day: date) -> int:
    """When a day begins in Pakistan, in microseconds since the epoch."""
    start = datetime(day.year, day.month, day.day, tzinfo=PAKISTAN)
    return (start - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def day_of(received: int) -> str:
    """The day in Pakistan of a time in microseconds since the epoch: "2026-11-23"."""
    return (
        (datetime(1970, 1, 1, tzinfo=PAKISTAN) + timedelta(hours=5, microseconds=received)).date().isoformat()
    )
