"""Writing limits into what a person typed, so that a click on a figure shows how it is asked for."""

from __future__ import annotations

from search_index.query import MOST_CHARACTERS, typed_limits
from search_index.query_fields import DAYS


def with_field(text: str, name: str, value: str) -> str:
    """The query with one more limit, in its place where it was there with another value.

    Doing it again changes nothing. A value that cannot be typed as a limit, or for which there is no room,
    leaves the query as it is.
    """
    if any((held, typed) == (name, value) for held, typed, _, _ in typed_limits(text)):
        return text
    bare = without_field(text, name)
    written = f"{bare} {name}:{value}".strip()
    fits = len(written) <= MOST_CHARACTERS
    understood = fits and any((held, typed) == (name, value) for held, typed, _, _ in typed_limits(written))
    return written if understood else text


def without_field(text: str, name: str) -> str:
    """The query without its limits of this name; without `received` it has no days at all."""
    gone = DAYS if name == "received" else (name,)
    kept, at = [], 0
    for held, _, start, end in typed_limits(text):
        if held in gone:
            kept.append(text[at:start].rstrip())
            at = end
    kept.append(text[at:].lstrip() if kept else text[at:])
    return " ".join(part for part in kept if part).strip()
