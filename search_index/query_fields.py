"""The limits that can be typed into the search box, such as clause:5.4 or received:2026-11-01..2026-11-30."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone

from search_index.analysis import normalise
from search_index.documents import NONE, Filters

PAKISTAN = timezone(timedelta(hours=5), "Asia/Karachi")
"""Pakistan keeps UTC+5 all year since November 2009, which is before any consultation here."""

FIELDS = {
    "clause": "clause",
    "shiq": "clause",
    "شق": "clause",
    "draft": "draft",
    "مسودہ": "draft",
    "position": "position",
    "موقف": "position",
    "lang": "language",
    "language": "language",
    "زبان": "language",
    "submitter": "submitter",
    "channel": "channel",
    "status": "status",
    "received": "received",
    "date": "received",
    "تاریخ": "received",
    "from": "from",
    "until": "until",
    "to": "until",
}
"""How a field may be typed, and its name."""

DAYS = ("received", "from", "until")
"""Fields that have one value, a later one instead of an earlier one."""

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
    "status": {value: value for value in ("pending", "published", "withheld", "withdrawn", "spam", "erased")},
}
WHOLE = {"whole": NONE, "none": NONE, "پورا": NONE}
"""Values of clause: for comments on the document as a whole, which hang on no clause."""

_FILTERED = {
    "clause": "clauses", "draft": "drafts", "language": "languages", "position": "positions",
    "submitter": "submitters", "channel": "channels", "status": "statuses",
}  # fmt: skip


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
        if name in DAYS:
            return self._add_days(_DAYS_AS_RANGE[name].format(normalise(typed)))
        values = values_of(name, typed)
        self.values.setdefault(name, []).extend(values)
        return bool(values)

    def filters(self) -> Filters:
        limits = {_FILTERED[name]: tuple(values) for name, values in self.values.items()}
        return Filters(
            kinds=(), received_from=self.received_from, received_before=self.received_before, **limits
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


_DAYS_AS_RANGE = {"received": "{}", "from": "{}..", "until": "..{}"}


def values_of(name: str, typed: str) -> list[str]:
    """The values typed after a field as filters have them; none where one of them does not exist."""
    values = [value for value in normalise(typed).replace("٫", ".").split(",") if value]
    if name == "clause":
        return [WHOLE.get(value, value) for value in values]
    if name == "draft":
        return values
    known = VALUES[name]
    return [known[value] for value in values] if all(value in known for value in values) else []


def microseconds(day: date) -> int:
    """When a day begins in Pakistan, in microseconds since the epoch."""
    start = datetime(day.year, day.month, day.day, tzinfo=PAKISTAN)
    return (start - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def day_of(received: int) -> str:
    """The day in Pakistan of a time in microseconds since the epoch: "2026-11-23"."""
    return (
        (datetime(1970, 1, 1, tzinfo=PAKISTAN) + timedelta(hours=5, microseconds=received)).date().isoformat()
    )
