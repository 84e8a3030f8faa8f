"""Commands that do their work: exit codes, what they print, and a check that finds what is wrong."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from portal import commands, opening, serving
from portal.cli import main
from portal.services import report_files
from portal.services.acting import By
from tests import make
from tests.make import CLAUSE, SLUG, VERSION

ROWS = (
    {"body": "Mango trees give shade.", "clause": "1.1.1", "position": "support", "name": "Sana"},
    {"body": "Plant mango trees for shade.", "clause": "1.1.1", "position": "support"},
    {"body": "Shade from mango trees, please.", "clause": "1.1.1", "position": "mixed"},
    {"body": "Who waters the trees?", "clause": "1.1.2", "position": "question"},
    {"body": "Write to me: sana@example.org", "clause": "1.1.2"},
)


class Command:
    """Runs commands in one data dir."""

    def __init__(self, place: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self.place = place
        self.capfd = capfd

    def __call__(self, *arguments: str, code: int = 0) -> str:
        """What the command prints on standard output; it must leave with `code`."""
        self.capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            main(list(arguments))
        out, err = self.capfd.readouterr()
        assert left.value.code == code, err
        assert "Traceback" not in err
        return out

    def json(self, *arguments: str) -> Any:
        return json.loads(self(*arguments, "--json"))

    def spoil(self, *statements: str) -> None:
        """Change the database behind the program's back."""
        connection = sqlite3.connect(self.place / "data" / "portal.db")
        with connection:
            for statement in statements:
                connection.execute(statement)
        connection.close()


@pytest.fixture
def portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """A data dir with the small consultation and five letters."""
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    run = Command(tmp_path, capfd)
    folder = make.draft_folder(tmp_path / "drafts")
    assert run("draft", "publish", str(folder), "--consultation", SLUG) == (
        f"Published {SLUG}/{VERSION}, 2 clauses.\n"
    )
    (tmp_path / "letters.jsonl").write_text("\n".join(json.dumps(row) for row in ROWS), encoding="utf-8")
    said = run(*letters())
    assert said == "Stored 5 comments in 5 submissions; 1 wait for moderation.\n"
    return run


def letters(*more: str) -> list[str]:
    named = ["--consultation", SLUG, "--draft", VERSION, "--channel", "letter"]
    return ["comments", "import", "letters.jsonl", *named, *more]


def test_imported_comments_are_found_at_once(portal: Command) -> None:
    assert portal("search", "mango").splitlines()[0] == "3 comments"
    assert portal("search", "mango", "--limit", "1").count("C-000") == 1
    found = portal.json("search", "mango position:mixed")
    assert (found["total"], found["next"], found["rebuilding"]) == (1, None, False)
    item = found["items"][0]
    assert (item["id"], item["clause"], item["position"]) == ("C-0003", CLAUSE, "mixed")
    assert item["excerpt"] == "Shade from mango trees, please."


def test_what_waits_is_shown_only_with_all(portal: Command) -> None:
    assert portal("search", "write").splitlines() == ["0 comments"]
    assert portal("search", "write", "--all").splitlines() == [
        "1 comments",
        "C-0005  1.1.2  - [pending]  Write to me: sana@example.org",
    ]


def test_an_import_can_answer_in_json(portal: Command) -> None:
    answer = portal.json(*letters())["submissions"]
    assert [entry["comments"][0]["status"] for entry in answer] == ["published"] * 4 + ["pending"]
    assert len({entry["receipt"] for entry in answer}) == 5


def test_themes_and_reports_from_the_command_line(portal: Command) -> None:
    made = portal.json("themes", "suggest", SLUG)
    assert (made["consultation"], made["draft"], made["comments"]) == (SLUG, VERSION, 4)
    for kind in ("json", "html", "csv"):
        said = portal("report", SLUG, "--as", kind, "--output", f"out/report.{kind}", "--language", "both")
        assert said.startswith(f"Wrote out/report.{kind}: 4 published comments, ")
    report = json.loads((portal.place / "out" / "report.json").read_text(encoding="utf-8"))
    assert report["totals"]["received"] == 5
    assert {theme["status"] for theme in report["themes"]} <= {"candidate"}
    assert sorted(path.name for path in (portal.place / "out").iterdir()) == [
        "report.csv",
        "report.html",
        "report.json",
    ]


def test_reviewers_are_added_listed_disabled_and_reset(portal: Command) -> None:
    link = portal("reviewer", "add", "officer@ministry.example").splitlines()[-1]
    assert link.startswith("http://127.0.0.1:8000/en/desk/sign-in/")
    assert portal("reviewer", "disable", "officer@ministry.example") == "Disabled.\n"
    assert " disabled " in portal("reviewer", "list")
    again = portal("reviewer", "reset", "officer@ministry.example").splitlines()[-1]
    assert again != link
    assert portal("reviewer", "list").splitlines()[0].endswith(" active")


def test_the_first_reviewer_is_an_admin_and_others_may_be_given_one_consultation(portal: Command) -> None:
    portal("reviewer", "add", "first@ministry.example")
    portal("reviewer", "add", "second@ministry.example", "--consultation", SLUG)
    portal("reviewer", "add", "third@ministry.example", "--role", "admin")
    listed = portal("reviewer", "list").splitlines()
    assert [line.split()[:2] for line in listed] == [
        ["first@ministry.example", "admin"],
        ["second@ministry.example", "reviewer"],
        ["third@ministry.example", "admin"],
    ]
    portal("reviewer", "add", "fourth@ministry.example", "--role", "king", code=2)
    portal("reviewer", "add", "fourth@ministry.example", "--consultation", "nowhere", code=2)
    assert len(portal("reviewer", "list").splitlines()) == 3


def test_a_document_goes_through_split_and_join(portal: Command) -> None:
    text = "# A\r\n\r\n## 1.1 B\n\n### 1.1.1 C\n\nText without end"
    (portal.place / "a.md").write_bytes(text.encode())
    assert portal("draft", "split", "a.md", "--into", "v9") == (
        "Wrote 3 sections, 1 of them clauses, into v9/en.\n"
    )
    portal.capfd.readouterr()
    with pytest.raises(SystemExit):
        main(["draft", "join", "v9"])
    assert portal.capfd.readouterr().out.replace("\r\n", "\n") == text.replace("\r\n", "\n")


def test_settings_are_told_with_their_defaults(portal: Command) -> None:
    said = portal("settings").splitlines()
    assert said[0] == f"PORTAL_DATA_DIR={portal.place / 'data'}"
    assert said[1] == "    default: var"
    assert "PORTAL_POSTS_PER_MINUTE=120" in said


def test_a_second_migration_changes_nothing(portal: Command) -> None:
    assert portal("migrate") == portal("migrate")
    assert portal("check") == "Everything agrees.\n"


def test_a_broken_index_is_reported_and_healed(portal: Command) -> None:
    shutil.rmtree(portal.place / "data" / "search")
    assert "The index is not usable" in portal("check", code=1)
    assert portal("search", "mango").splitlines()[0] == "3 comments"
    assert portal("check") == "Everything agrees.\n"
    for file in (portal.place / "data" / "search").rglob("*"):
        if file.is_file():
            file.write_bytes(b"garbage")
    assert "The index is not usable" in portal("check", code=1)
    assert portal("reindex") == "Rebuilt the index: 15 documents.\n"
    assert portal("check") == "Everything agrees.\n"


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (
            ["UPDATE comment SET body = 'Cut the trees.' WHERE id = 2"],
            ["The text of C-0002 does not match its fingerprint."],
        ),
        (
            ["UPDATE comment SET position = NULL WHERE id = 1"],
            ["The text of C-0001 does not match its fingerprint."],
        ),
        (
            ["UPDATE comment SET status = 'withheld' WHERE id = 3"],
            [
                "The log of C-0003 does not end in its state, withheld.",
                "The index has other states of comments than the database. Run: portal reindex",
            ],
        ),
        (
            ["UPDATE audit_record SET actor = 'nobody' WHERE id = 2"],
            ["Audit record 2 was changed after it was written."],
        ),
        (
            ["DELETE FROM audit_record WHERE id = 3"],
            ["Audit records are missing: 3."],
        ),
        (
            ["DELETE FROM job WHERE id = (SELECT max(id) FROM job)"],
            ["The index knows more than the database. Run: portal reindex"],
        ),
        (
            [
                "UPDATE job SET kept_at = NULL, attempts = 4, promised_at = '2020-01-01 00:00:00.000000' "
                "WHERE id = 1"
            ],
            ["Job 1 (index) has waited for more than ten minutes, 4 attempts."],
        ),
        (
            ["PRAGMA foreign_keys = OFF", "UPDATE comment SET submission_id = 99 WHERE id = 1"],
            ["A row of comment points to nothing."],
        ),
        (
            ["DELETE FROM audit_record WHERE id >= 3"],
            ["Audit records are missing at the end: 3 to 6."],
        ),
        (
            ["UPDATE audit_record SET details = 'no JSON' WHERE id = 2"],
            ["Audit record 2 was changed after it was written."],
        ),
        (
            ["UPDATE clause_text SET markdown = markdown || 'x' WHERE clause_id = 5 AND language = 'ur'"],
            ["The text of part_1__sec_1__cl_2 (ur) does not match its fingerprint."],
        ),
        (
            ["UPDATE submission SET receipt_sha256 = 'x' WHERE id = 1"],
            ["The receipt of submission 1 is not the one that was given."],
        ),
    ],
    ids=[
        "text",
        "position",
        "state",
        "audit",
        "gap in audit",
        "lost job",
        "late job",
        "lost submission",
        "lost end of audit",
        "unreadable audit",
        "clause",
        "receipt",
    ],
)
def test_a_check_says_what_was_changed_behind_its_back(
    portal: Command, statements: list[str], said: list[str]
) -> None:
    portal.spoil(*statements)
    lines = portal("check", code=1).splitlines()
    assert [re.sub(r" of [-0-9]{10} [:0-9]{8} UTC", "", line) for line in lines] == said


def test_a_damaged_file_is_the_one_thing_that_is_said(portal: Command) -> None:
    path = portal.place / "data" / "portal.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    page = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'comment'").fetchone()[0]
    size = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * 64)
    said = portal("check", code=1).splitlines()
    assert said
    assert all(line.startswith("The database file is damaged: ") for line in said)


def test_erasing_deletes_the_reports_that_may_hold_the_text(portal: Command) -> None:
    receipt = portal.json(*letters())["submissions"][0]["receipt"]
    portal("reviewer", "add", "officer@ministry.example")
    opened = opening.open_data()
    with opened.database.write() as session:
        by = By(1, commands.utc_now())
        report_files.ask(session, SLUG, report_files.Wanted("csv", "en"), by=by)
    serving.worker_of(opened, opening.engine_of(opened.settings)).keep_all()
    made = portal.place / "data" / "reports" / f"{SLUG}-{VERSION}-en-r1.csv"
    assert "Mango trees give shade." in made.read_text(encoding="utf-8")
    said = portal("erase", receipt)
    assert f"Deleted reports/{made.name} from the data dir: it may have held that." in said
    assert not made.exists()
    opened.database.close()
