"""Writes docs/settings.md and docs/api.md: tables from the code, the words between them by hand."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from html import unescape
from pathlib import Path

from portal.settings import CATALOGUE
from portal.web.routes import TABLE, Audience
from portal.web.troubles import STATUS
from portal.words import words_for

FOLDER = Path(__file__).parent
BY_HAND = FOLDER / "api_parts.md"
"""What stands in docs/api.md by hand: an introduction, then a section for each route of the API."""

ORIGIN = "<!-- Written by scripts/docs; change the code or docs/api_parts.md, not this file. -->"

ABOUT_SETTINGS = """\
The portal reads its settings once, at start, from environment variables and from nowhere else. Every
default works without a network. `portal settings` prints the values in force, with secrets masked. A
value that cannot be used stops the command with exit code 2 and one sentence that says why."""

MORE_ON_SETTINGS = """\
How to set them for a service: [install.md](install.md). What the data dir holds and how to copy it:
[operate.md](operate.md)."""

NAMES_IN_ADDRESSES = """\
`{lang}` is `en` or `ur`, `{slug}` names a consultation, `{version}` a draft, `{eid}` a clause, or `whole`
for the document as a whole."""

PROBLEMS = {
    (400, "invalid"): "The body is not JSON.",
    (403, "closed"): "The consultation takes no comments now.",
    (403, "not_allowed"): "The page of another site sent it.",
    (404, "not_found"): "Nothing stands at this address, or no receipt has this code.",
    (405, "method"): "The address does not know this method.",
    (
        409,
        "conflict",
    ): "The same `Idempotency-Key` was used before with other content, or a state forbids it.",
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
"""Status and kind -> when a program meets it."""

FIELDS = frozenset(
    (
        *("body", "text", "line", "clause", "position", "language", "submitter", "name", "organisation"),
        *("email", "comments", "field", "json", "key", "cursor", "limit", "day", "order"),
        *("suggested_wording", "organisation_kind", "about", "appeal"),
    )
)
"""Of which fields a program can meet messages."""

NOT_FOR_PROGRAMS = frozenset({"error.name.form"})


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
    table = _table(("Name", "Default", "What it is"), rows)
    return "\n\n".join(("# Settings", ORIGIN, ABOUT_SETTINGS, table, MORE_ON_SETTINGS)) + "\n"


def api_page() -> str:
    """docs/api.md: the introduction, each route of the API, and the table of all addresses."""
    introduction, sections = _by_hand()
    missing = [name for name in api_names() if name not in sections]
    if missing:
        raise SystemExit(f"{BY_HAND.name} has no section for: {', '.join(missing)}")
    generated = {"origin": ORIGIN, "problems": _problems(), "keys": _keys()}
    for name, text in generated.items():
        introduction = introduction.replace(f"<!-- {name} -->", text)
    routes = [f"### `{name}`\n\n{sections[name]}" for name in api_names()]
    addresses = [f"### For {audience.value}\n\n{_addresses(audience)}" for audience in Audience]
    whole = (
        *(introduction, "## The API, address by address", *routes),
        *("## Every address of the portal", NAMES_IN_ADDRESSES, *addresses),
    )
    return "\n\n".join(whole) + "\n"


def api_names() -> list[str]:
    """Method and address of every route for programs, in the table's order."""
    return [f"{a.method} {a.path}" for a in TABLE if a.audience is Audience.PROGRAMS]


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or with --check say which are not current."""
    stale = {name: text for name, text in pages().items() if _present(name) != text}
    if "--check" in arguments:
        for name in stale:
            print(f"docs/{name} is not current. Run: scripts/docs", file=sys.stderr)
        return 1 if stale else 0
    for name, text in stale.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(f"Wrote docs/{name}")
    return 0


def _present(name: str) -> str:
    path = FOLDER / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _by_hand() -> tuple[str, dict[str, str]]:
    """The introduction, and the text of each route by "METHOD /address"."""
    introduction, *sections = BY_HAND.read_text(encoding="utf-8").split("\n### ")
    parted = [section.partition("\n") for section in sections]
    return introduction.strip(), {title.strip("` "): text.strip() for title, _, text in parted}


def _addresses(audience: Audience) -> str:
    rows = [(a.method, f"`{a.path}`", a.what) for a in TABLE if a.audience is audience]
    return _table(("Method", "Address", "What"), rows)


def _problems() -> str:
    kinds = {*STATUS.values(), *PROBLEMS}
    rows = [
        (str(status), f"`urn:mashwara:problem:{kind}`", PROBLEMS[status, kind])
        for status, kind in sorted(kinds)
    ]
    return _table(("Status", "`type`", "When"), rows)


def _keys() -> str:
    words = words_for("en")
    keys = sorted(key for key in words.messages if _is_for_programs(key))
    return _table(("Key", "In English"), [(f"`{key}`", unescape(words.messages[key][0])) for key in keys])


def _is_for_programs(key: str) -> bool:
    return key.startswith("error.") and key.split(".")[1] in FIELDS and key not in NOT_FOR_PROGRAMS


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
