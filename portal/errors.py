"""What can go wrong, by name. Errors carry message keys; the sentences live in the catalogues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class PortalError(Exception):
    """A "no" with a reason, never a fault of ours. `key` names a sentence in the catalogues."""

    key = "error.other"

    def __init__(self, key: str | None = None, **values: object) -> None:
        self.key = key or self.key
        self.values = values
        super().__init__(self.key)


class NotFound(PortalError):
    """Nothing stands at this address or under this name."""

    key = "error.not_found"


class ConsultationClosed(PortalError):
    """The consultation takes no comments now: not yet open, or closed."""

    key = "error.closed"


class InvalidInput(PortalError):
    """Something sent cannot be taken. `fields` holds message keys by field name; "" is the whole."""

    key = "error.invalid"

    def __init__(self, fields: Mapping[str, Sequence[str]], **values: object) -> None:
        super().__init__(None, **values)
        self.fields: dict[str, tuple[str, ...]] = {name: tuple(keys) for name, keys in fields.items()}


class NotAllowed(PortalError):
    """The caller may not do this."""

    key = "error.not_allowed"


class TooMany(PortalError):
    """Too many posts or tries within a time. `headers`: what a program may know of the limit."""

    key = "error.too_many"

    def __init__(self, headers: Mapping[str, str] | None = None, *, key: str | None = None) -> None:
        super().__init__(key)
        self.headers = dict(headers or {})


class Conflict(PortalError):
    """It contradicts what is already stored, such as a token used before with other content."""

    key = "error.conflict"


class Unavailable(PortalError):
    """A part that is needed does not answer now; trying again later helps."""

    key = "error.unavailable"
