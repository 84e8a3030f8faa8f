"""The query written for a person: a click on a count puts its limit into the box, another takes it out.

What the box then says is what is looked for, so that clicking teaches the grammar.
"""

from __future__ import annotations

from functools import lru_cache

from search_index.query import MOST_CHARACTERS, Nothing, Query, parse, typed_limits
from search_index.query_fields import DAYS, FIELDS, values_of


def with_field(query_text: str, name: str, value: str) -> str:
    """The query with one limit more: of "privacy", "position" and "oppose" "privacy position:oppose".

    The same limit is not written twice. Values of a field are joined by a comma and mean either; a day takes
    the place of the one before. Raises ValueError where the grammar has no such field or value.
    """
    name = _name(name)
    if not _can_be_typed(name, value):
        raise ValueError(f"no value of {name}: {value!r}")
    present = values(query_text, name)
    if value in present or (name not in DAYS and values_of(name, value)[0] in _meant(name, present)):
        return query_text
    rest = without_field(query_text, name)
    limit = f"{name}:{value if name in DAYS else ','.join([*present, value])}"
    return _placed(rest, limit)


def without_field(query_text: str, name: str, value: str | None = None) -> str:
    """The query without one value of a field, or without the field. Words and other limits stay as typed."""
    name = _name(name)
    gone = None if value is None or name in DAYS else values_of(name, value)
    text = query_text
    for field, typed, start, end in reversed(_limits(query_text)):
        if field != name or (name in DAYS and value not in (None, typed)):
            continue
        kept = [] if gone is None else [one for one in _split(typed) if values_of(name, one) != gone]
        if gone is not None and len(kept) == len(_split(typed)):
            continue
        limit = f"{query_text[start:end].partition(typed)[0]}{','.join(kept)}" if kept else ""
        text = _cut(text, start, end, limit)
    return text if text == query_text or not isinstance(_read(text).root, Nothing) else ""


def values(query_text: str, name: str) -> tuple[str, ...]:
    """The values of a field as they are typed in a query, each once."""
    name = _name(name)
    typed = (typed for field, typed, _, _ in _limits(query_text) if field == name)
    return tuple(dict.fromkeys(one for text in typed for one in ([text] if name in DAYS else _split(text))))


@lru_cache(maxsize=512)
def _limits(text: str) -> tuple[tuple[str, str, int, int], ...]:
    """Remembered, for a page writes the same query once for every count beside it."""
    return tuple(typed_limits(text))


@lru_cache(maxsize=128)
def _read(text: str) -> Query:
    return parse(text)


def _name(name: str) -> str:
    if name.casefold() not in FIELDS:
        raise ValueError(f"no field {name!r}")
    return FIELDS[name.casefold()]


def _can_be_typed(name: str, value: str) -> bool:
    """Whether the grammar reads `name:value` as one limit with one value."""
    limits = _limits(f"{name}:{value}")
    return [limit[:2] for limit in limits] == [(name, value)] and (name in DAYS or len(_split(value)) == 1)


def _split(typed: str) -> list[str]:
    return [one for one in typed.split(",") if one]


def _meant(name: str, typed: tuple[str, ...]) -> set[str]:
    return {meant for one in typed for meant in values_of(name, one)}


def _cut(text: str, start: int, end: int, instead: str) -> str:
    """The text with a piece replaced, without the blank that would be left double or at an end."""
    before, after = text[:start], text[end:]
    if not instead and (not before or before[-1].isspace()):
        after = after.lstrip()
    joined = f"{before}{instead}{after}"
    return joined if instead or after else joined.rstrip()


def _placed(rest: str, limit: str) -> str:
    """The limit after the query, or before it where the end would swallow it: in open quotes, after NOT."""
    after = f"{rest.rstrip()} {limit}".lstrip()
    meant, field = _read(rest), limit.partition(":")[0]
    written = parse(after)
    last = _limits(after)[-1:] == ((field, limit.partition(":")[2], len(after) - len(limit), len(after)),)
    same = written.root == meant.root or (meant.root is None or isinstance(meant.root, Nothing))
    if last and same and len(after) <= MOST_CHARACTERS:
        return after
    return f"{limit} {rest.lstrip()}".rstrip()
