"""The documentation is current: generated pages, settings, addresses, links, commands and examples."""

from __future__ import annotations

import hashlib
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer.main

from docs import generate
from policy_text.reader import DraftProblems, read_draft
from portal.cli import app
from portal.services import importing, moderation, outcomes
from portal.services.acting import By
from portal.settings import CATALOGUE
from portal.web.routes import TABLE
from search_index.query import parse
from tests import make
from tests.make import CLAUSE, SLUG, VERSION, House

ROOT = Path(__file__).parents[2]
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")])
DRAFT = f"/api/v1/consultations/{SLUG}/drafts/{VERSION}"


def ids(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("name", ["settings.md", "api.md"])
def test_a_generated_page_is_what_the_generator_writes(name: str) -> None:
    written = (ROOT / "docs" / name).read_text(encoding="utf-8")

    assert written == generate.pages()[name], "run scripts/docs"


@pytest.mark.parametrize("setting", [setting.name for setting in CATALOGUE])
def test_every_setting_stands_on_its_page(setting: str) -> None:
    assert f"| `{setting}` |" in (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("address", TABLE, ids=lambda address: f"{address.method} {address.path}")
def test_every_address_stands_in_the_table_of_the_api_page(address: Any) -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")

    assert f"| {address.method} | `{address.path}` | {address.what} |" in page


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_link_leads_to_a_file_of_the_project(page: Path) -> None:
    lost = [target for target in links(page) if not (page.parent / target).exists()]

    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_command_that_a_page_names_exists_with_its_options(page: Path) -> None:
    faults = [fault for words in commands_of(page) if (fault := unknown(words)) is not None]

    assert faults == []


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    named = re.findall(
        r"`((?:portal|policy_text|search_index|scripts|tests|docs)/[\w./-]+)`",
        page.read_text(encoding="utf-8"),
    )

    assert [name for name in named if "NNNN" not in name and not (ROOT / name).exists()] == []


def test_a_decision_is_listed_on_the_architecture_page() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))

    assert [path.name for path in decisions if f"(decisions/{path.name})" not in page] == []


def test_the_recipe_for_a_fingerprint_gives_what_the_page_says() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    shown = re.search(r"comment = (\{.*?\n\})", page, re.DOTALL)
    assert shown is not None
    comment = json.loads(shown.group(1).replace(",\n}", "\n}"))

    text = json.dumps(comment, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    fingerprint = hashlib.sha256(text.encode("utf-8")).hexdigest()
    assert fingerprint == "d1a9b41b593203848bb26544cac3ee71b1323b425a6887109c201cfec79462ce"
    assert f"It prints `{fingerprint}`" in page


def test_the_consultation_that_a_page_shows_can_be_published(tmp_path: Path) -> None:
    toml = block("text.md", "toml")

    folder = make.draft_folder(tmp_path, toml=toml)

    assert read_draft(folder).consultation.title["en"] == "National Water Policy"


def test_the_problem_that_a_page_shows_is_said_so(tmp_path: Path) -> None:
    folder = make.draft_folder(tmp_path)
    clause = folder / "ur" / "003_part_1__sec_1__cl_1.md"
    clause.write_text(clause.read_text(encoding="utf-8").replace("1.1.1", "1.1.2"), encoding="utf-8")

    with pytest.raises(DraftProblems) as refused:
        read_draft(folder)

    assert str(refused.value.problems[0]) in (ROOT / "docs" / "text.md").read_text(encoding="utf-8")


def test_the_letter_that_a_page_shows_can_be_imported(house: House) -> None:
    rows = importing.read_json_lines(block("operate.md", "json").replace("5.4.2", "1.1.1"))

    with house.database.write() as session:
        stored = importing.import_rows(
            session,
            rows,
            slug=SLUG,
            version=VERSION,
            channel="letter",
            secret_key=house.settings.secret_key,
            now=house.clock(),
        )

    assert [comment.clause for answer in stored for comment in answer.comments] == [CLAUSE]


@pytest.mark.parametrize(
    "query", re.findall(r"^\| `([^`]+)` \|", (ROOT / "docs/reviewers.md").read_text("utf-8"), re.M)
)
def test_a_query_that_the_reviewers_page_shows_is_understood_whole(query: str) -> None:
    understood = parse(query)

    assert understood.notes == ()


async def test_the_answers_of_the_api_have_the_members_of_their_examples(
    house: House, client: httpx.AsyncClient
) -> None:
    sent = {"comments": [{"clause": CLAUSE, "body": "More shade is good.", "position": "support"}]}
    stored = await client.post(f"{DRAFT}/submissions", json=sent)
    receipt = stored.json()["receipt"]
    house.worker.keep_all()
    asked = {
        "GET /api/v1/consultations": "/api/v1/consultations",
        "GET /api/v1/consultations/{slug}": f"/api/v1/consultations/{SLUG}",
        "GET /api/v1/consultations/{slug}/balance": f"/api/v1/consultations/{SLUG}/balance",
        "GET /api/v1/consultations/{slug}/drafts/{version}": DRAFT,
        "GET /api/v1/consultations/{slug}/drafts/{version}/clauses/{eid}": f"{DRAFT}/clauses/{CLAUSE}",
        "GET /api/v1/consultations/{slug}/drafts/{version}/clauses/{eid}/comments": (
            f"{DRAFT}/clauses/{CLAUSE}/comments"
        ),
        "GET /api/v1/receipts/{receipt}": f"/api/v1/receipts/{receipt}",
        "GET /api/v1/search": "/api/v1/search?q=shade",
    }

    answers = {name: (await client.get(address)).json() for name, address in asked.items()}
    answers["POST /api/v1/consultations/{slug}/drafts/{version}/submissions"] = stored.json()

    for act, body in (
        ("edit", {"comment": "C-0001", "body": "More shade, and sooner."}),
        ("withdraw", {"comment": None}),
    ):
        done = await client.post(f"/api/v1/receipts/{receipt}/{act}", json=body)
        answers[f"POST /api/v1/receipts/{{receipt}}/{act}"] = done.json()
    other = make.comment(house, "Shade for all.").receipt
    with house.database.write() as session:
        moderation.withhold(session, 2, reason="off_topic", note="", reviewer_id=None, now=house.clock())
    objection = {"comment": "C-0002", "text": "Shade is what the clause is about."}
    objected = await client.post(f"/api/v1/receipts/{other}/appeal", json=objection)
    answers["POST /api/v1/receipts/{receipt}/appeal"] = objected.json()

    make.theme(house, ["More shade."])
    with house.database.write() as session:
        by = By(make.reviewer(session, house), house.clock())
        reason = {"en": "Shade is cheap."}
        outcomes.decide(session, 1, theme="T-0001", decision="partly", reason=reason, by=by)
    found = await client.get(f"/api/v1/consultations/{SLUG}/outcomes")
    answers["GET /api/v1/consultations/{slug}/outcomes"] = found.json()

    assert sorted([*answers, "GET /api/v1/openapi.json"]) == sorted(generate.api_names())
    for name, answer in answers.items():
        assert members(answer) == members(example(name)), name


async def test_a_refusal_of_the_api_has_the_members_of_its_example(client: httpx.AsyncClient) -> None:
    answer = await client.post(f"{DRAFT}/submissions", json={"comments": [{"clause": "9.9.9", "body": ""}]})

    assert answer.status_code == 422
    assert answer.json() == example("")


async def test_a_fingerprint_of_the_api_is_checked_by_the_recipe(
    house: House, client: httpx.AsyncClient
) -> None:
    make.comment(house, 'سایہ "اچھا" ہے\n\\ 1 < 2 \t', position="support")

    item = (await client.get(f"{DRAFT}/clauses/{CLAUSE}/comments")).json()["items"][0]

    names = ("body", "clause", "consultation", "draft", "id", "position", "received_at")
    shown = {name: item[name] for name in names}
    text = json.dumps(shown, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode("utf-8")).hexdigest() == item["sha256"]


def links(page: Path) -> Iterator[str]:
    """Targets of the links of a page that lead into the project, code left out."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not target.startswith(("http://", "https://", "mailto:", "#")):
            yield target.partition("#")[0]


def commands_of(page: Path) -> Iterator[list[str]]:
    """The words of each command of ours in the code of a page, without "portal"."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"```(?:sh|ini)\n(.*?)```", text, re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    for line in [*lines, *spans]:
        found = re.search(r"(?:(?:^|[\s/=])(portal)|(scripts/serve)|(^mashwara))(?= +[a-z-]| *$)(.*)", line)
        if found:
            arguments = shlex.split(re.split(r" [|>&;#]", found[4])[0])
            yield ["serve", *arguments] if found[2] else arguments


def unknown(words: list[str]) -> str | None:
    """What in a command line the program does not know; None where it knows all of it."""
    command: Any = typer.main.get_command(app)
    rest = list(words)
    while rest and hasattr(command, "commands"):
        following = command.commands.get(rest[0])
        if following is None:
            return f"{' '.join(words)}: no such command"
        command, rest = following, rest[1:]
    known = {option for parameter in command.params for option in parameter.opts}
    strange = [word for word in rest if word.startswith("--") and word.partition("=")[0] not in known]
    return f"{' '.join(words)}: no option {strange[0]}" if strange else None


def block(page: str, language: str) -> str:
    """The first code block of a language on a page of docs/."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    found = re.search(rf"```{language}\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return found.group(1)


def example(name: str) -> Any:
    """The JSON example under a heading of docs/api.md; the first of the page for the empty name."""
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    section = page.split(f"### `{name}`\n", 1)[1] if name else page
    found = re.search(r"```json\n(.*?)```", section, re.DOTALL)
    assert found is not None
    return json.loads(found.group(1))


def members(value: Any, *, inside: str = "") -> Any:
    """The shape of JSON: names of members, and for a list the shape of its items."""
    if isinstance(value, list):
        return [members(value[0])] if value else []
    if not isinstance(value, dict):
        return None
    if inside == "facets":
        return sorted(value)
    return {name: members(member, inside=name) for name, member in value.items()}
