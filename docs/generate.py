"""Writes docs/settings.md and docs/api.md: tables from the code, the words between them by hand."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from html import unescape
from pathlib import Path
from typing import NamedTuple

from portal.settings import CATALOGUE
from portal.web.routes import TABLE, Audience
from portal.web.troubles import STATUS
from portal.words import words_for

FOLDER = Path(__file__).parent
BY_HAND = FOLDER / "api_parts.md"
"""What stands in docs/api.md by hand: one section a route of the API, under its method and address."""

API_KEYS = frozenset(
    (
        *("body", "text", "line", "clause", "position", "language", "submitter", "name", "organisation"),
        *("email", "comments", "field", "json", "key", "cursor", "limit", "day", "order"),
    )
)
"""Of which fields a program can meet messages."""

NOT_FOR_PROGRAMS = frozenset({"error.name.form"})


class Part(NamedTuple):
    """A section of the hand-written file: its heading without marks, and the text below."""

    title: str
    text: str


def pages() -> dict[str, str]:
    """Every generated page by file name."""
    return {"settings.md": settings_page(), "api.md": api_page()}


def settings_page() -> str:
    """docs/settings.md, from the catalogue of settings."""
    rows = [
        (
            f"`{s.name}`",
            f"`{s.default}`" if s.default else "empty",
            s.help + (" A secret." if s.secret else ""),
        )
        for s in CATALOGUE
    ]
    table = "\n".join(_table(("Name", "Default", "What it is"), rows))
    return "\n\n".join(("# Settings", _ORIGIN, _ABOUT_SETTINGS, table, _MORE_ON_SETTINGS)) + "\n"


def api_page() -> str:
    """docs/api.md: the table of addresses, then the hand-written parts in the order of the table."""
    before, sections = _by_hand()
    missing = [name for name in api_names() if name not in sections]
    if missing:
        raise SystemExit(f"{BY_HAND.name} has no section for: {', '.join(missing)}")
    parts = [f"### `{name}`\n\n{sections[name]}" for name in api_names()]
    return (
        "\n\n".join(
            (
                before.replace("<!-- origin -->", _ORIGIN)
                .replace("<!-- problems -->", "\n".join(_problems()))
                .replace("<!-- keys -->", "\n".join(_keys())),
                "## The API, address by address",
                *parts,
                "## Every address of the portal",
                _NAMES_IN_ADDRESSES,
                *(f"### For {audience.value}\n\n{_addresses(audience)}" for audience in Audience),
            )
        )
        + "\n"
    )


def api_names() -> list[str]:
    """Method and address of every route for programs, in the table's order."""
    return [f"{a.method} {a.path}" for a in TABLE if a.audience is Audience.PROGRAMS]


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or with --check say which are not current."""
    stale = [name for name, text in pages().items() if _present(name) != text]
    if "--check" in arguments:
        for name in stale:
            print(f"docs/{name} is not current. Run: scripts/docs", file=sys.stderr)
        return 1 if stale else 0
    for name in stale:
        (FOLDER / name).write_text(pages()[name], encoding="utf-8")
        print(f"Wrote docs/{name}")
    return 0


_ORIGIN = "<!-- Written by scripts/docs; change the code or docs/api_parts.md, not this file. -->"
_ABOUT_SETTINGS = """\
The portal reads its settings once, at start, from environment variables and from nowhere else. Every
default works without a network. `portal settings` prints the values in force, with secrets masked. A value
that cannot be used stops the command with exit code 2 and one sentence that says why."""
_MORE_ON_SETTINGS)) + "\n"


def api_page() -> str:
    """docs/api.md: the table of addresses, then the hand-written parts in the order of the table."""
    before, sections = _by_hand()
    missing = [name for name in api_names() if name not in sections]
    if missing:
        raise SystemExit(f"{BY_HAND.name} has no section for: {', '.join(missing)}")
    parts = [f"### `{name}`\n\n{sections[name]}" for name in api_names()]
    return (
        "\n\n".join(
            (
                before.replace("<!-- origin -->", _ORIGIN)
                .replace("<!-- problems -->", "\n".join(_problems()))
                .replace("<!-- keys -->", "\n".join(_keys())),
                "## The API, address by address",
                *parts,
                "## Every address of the portal",
                _NAMES_IN_ADDRESSES,
                *(f"### For {audience.value}\n\n{_addresses(audience)}" for audience in Audience),
            )
        )
        + "\n"
    )


def api_names() -> list[str]:
    """Method and address of every route for programs, in the table's order."""
    return [f"{a.method} {a.path}" for a in TABLE if a.audience is Audience.PROGRAMS]


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or with --check say which are not current."""
    stale = [name for name, text in pages().items() if _present(name) != text]
    if "--check" in arguments:
        for name in stale:
            print(f"docs/{name} is not current. Run: scripts/docs", file=sys.stderr)
        return 1 if stale else 0
    for name in stale:
        (FOLDER / name).write_text(pages()[name], encoding="utf-8")
        print(f"Wrote docs/{name}")
    return 0


_ORIGIN = "<!-- Written by scripts/docs; change the code or docs/api_parts.md, not this file. -->"
_ABOUT_SETTINGS = """\
The portal reads its settings once, at start, from environment variables and from nowhere else. Every default
works without a network. `portal settings` prints the values in force, with secrets masked. A value that cannot
be used stops the command with exit code 2 and one sentence that says why."""
_MORE_ON_SETTINGS = """\
How to set them for a service: [install.md](install.md). What the data dir holds and how to copy it:
[operate.md](operate.md)."""
_NAMES_IN_ADDRESSES = """\
`{lang}` is `en` or `ur`, `{slug}` names a consultation, `{version}` a draft, `{eid}` a clause, or `whole` for the
document as a whole."""


def _present(name: str) -> str:
    path = FOLDER / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _by_hand() -> tuple[str, dict[str, str]]:
    """The text before the first route, and the text of each route by "METHOD /address"."""
    before, *found = BY_HAND.read_text(encoding="utf-8").split("\n### ")
    parts = [Part(*text.split("\n", 1)) for text in found]
    return before.strip(), {part.title.strip("` "): part.text.strip() for part in parts}


def _addresses(audience: Audience) -> str:
    rows = [(a.method, f"`{a.path}`", a.what) for a in TABLE if a.audience is audience]
    return "\n".join(_table(("Method", "Address", "What"), rows))


def _problems() -> Iterable[str]:
    kinds = [
        *STATUS.values(),
        (400, "invalid"),
        (405, "method"),
        (413, "too_large"),
        (415, "invalid"),
        (500, "bug"),
    ]
    rows = [
        (str(status), f"`urn:mashwara:problem:{kind}`", _MEANINGS[status, kind])
        for status, kind in sorted(kinds)
    ]
    return _table(("Status", "`type`", "When"), rows)


_MEANINGS = {
    (400, "invalid"): "The body is not JSON.",
    (403, "closed"): "The consultation takes no comments now.",
    (403, "not_allowed"): "The page of another site sent it.",
    (404, "not_found"): "Nothing stands at this address, or no receipt has this code.",
    (405, "method"): "The address does not know this method.",
    (409, "conflict"): "The same `Idempotency-Key` was used before with other content.",
    (413, "too_large"): "The body is larger than 8 MB.",
    (415, "invalid"): "The body is not sent as `application/json`.",
    (422, "invalid"): "Something in the body or the query cannot be taken; `errors` says what.",
    (
        429,
        "too_many",
    ): "Too many posts from one address in this minute; `Retry-After` says when to try again.",
    (500, "bug"): "A fault of the portal; `reference` is the number under which it was logged.",
    (503, "unavailable"): "The database did not answer in time; `Retry-After` says when to try again.",
}


def _keys() -> Iterable[str]:
    words = words_for("en")
    keys = sorted(key for key in words.messages if _is_for_programs(key))
    return _table(("Key", "In English"), [(f"`{key}`", unescape(words.messages[key][0])) for key in keys])


def _is_for_programs(key: str) -> bool:
    return key.startswith("error.") and key.split(".")[1] in API_KEYS and key not in NOT_FOR_PROGRAMS


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [heads, ["---"] * len(heads), *rows]
    return [f"| {' | '.join(map(_cell, line))} |" for line in lines]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
