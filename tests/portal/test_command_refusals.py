"""Wrong commands and files: exit code 2, a plain sentence on standard error, no traceback, nothing stored."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from portal import opening
from portal.cli import main
from tests import make
from tests.make import SECTIONS, SLUG, TOML, VERSION

Output = tuple[int, str, str]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data dir with the small consultation, and the settings that lead to it."""
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    folder = make.draft_folder(tmp_path / "drafts")
    with pytest.raises(SystemExit) as left:
        main(["draft", "publish", str(folder), "--consultation", SLUG])
    assert left.value.code == 0
    return tmp_path


def run(capfd: pytest.CaptureFixture[str], *arguments: str) -> Output:
    capfd.readouterr()
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    out, err = capfd.readouterr()
    code = left.value.code
    assert isinstance(code, int)
    return code, out, err


def stored() -> tuple[int, ...]:
    opened = opening.open_data()
    with opened.database.read() as session:
        counts = tuple(
            session.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
            for name in ("consultation", "draft", "clause", "submission", "comment", "reviewer")
        )
    opened.database.close()
    return counts


WRONG_COMMANDS: list[tuple[list[str], str]] = [
    (["nosuch"], "No such command"),
    (["search"], "Missing argument"),
    (["search", "tree", "--nope"], "No such option"),
    (["search", "tree", "--limit", "0"], "limit"),
    (["serve", "--port", "70000"], "port"),
    (["serve", "--demo", "--empty"], "either --demo or --empty"),
    (["serve", "--workers", "0"], "workers"),
    (["report", SLUG, "--as", "doc", "--output", "r.doc"], "There is no format doc"),
    (["report", "no-policy", "--as", "json", "--output", "r.json"], "no such consultation"),
    (["report", SLUG, "--as", "json", "--output", "r.json", "--draft", "v9"], "no such version"),
    (["report", SLUG, "--as", "json", "--output", "r.json", "--language", "fr"], "languages"),
    (["themes", "suggest", "no-policy"], "no such consultation"),
    (["reviewer", "add", "nobody"], "no @"),
    (["reviewer", "disable", "nobody@example.org"], "no reviewer"),
    (["reviewer", "reset", "nobody@example.org"], "no reviewer"),
    (
        [
            "comments",
            "import",
            "none.jsonl",
            "--consultation",
            SLUG,
            "--draft",
            VERSION,
            "--channel",
            "email",
        ],
        "none.jsonl",
    ),
    (
        ["comments", "import", "x", "--consultation", SLUG, "--draft", VERSION, "--channel", "pigeon"],
        "no channel pigeon",
    ),
    (["draft", "split", "none.md", "--into", "out"], "none.md"),
    (["draft", "join", "none"], "none"),
    (["draft", "publish", "none", "--consultation", SLUG], "none"),
    (["report", SLUG, "--as", "json", "--output", "drafts"], "drafts is a folder"),
    (["report", SLUG, "--as", "json", "--output", f"drafts/{SLUG}/consultation.toml/r.json"], "File exists"),
    (["report", "\udcff", "--as", "json", "--output", "r.json"], "no such consultation"),
    (["themes", "suggest", "\udcff"], "no such consultation"),
    (["reviewer", "add", "\udcff@example.org"], "broken character"),
    (["draft", "publish", f"drafts/{SLUG}/{VERSION}", "--consultation", "Bad Name"], "Names in addresses"),
    (["draft", "publish", f"drafts/{SLUG}/{VERSION}", "--consultation", "desk"], "Names in addresses"),
    (
        ["draft", "publish", f"drafts/{SLUG}/{VERSION}", "--consultation", SLUG, "--draft", "V 1"],
        "Names in addresses",
    ),
]


@pytest.mark.parametrize(
    ("arguments", "said"), WRONG_COMMANDS, ids=[" ".join(row[0])[:60] for row in WRONG_COMMANDS]
)
def test_a_wrong_command_says_so_in_one_sentence(
    place: Path, capfd: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    before = stored()
    code, _, err = run(capfd, *arguments)
    assert code == 2
    assert said.lower() in err.lower()
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) == 1
    assert stored() == before


GOOD_ROW = {"body": "Plant neem.", "clause": "1.1.1"}
WRONG_ROWS: list[tuple[str, list[object], str]] = [
    ("no text", [{"clause": "1.1.1"}], "line 1, body"),
    ("unknown field", [GOOD_ROW, {**GOOD_ROW, "mood": "x"}], "line 2, mood"),
    ("unknown clause", [{**GOOD_ROW, "clause": "9.9.9"}], "line 1, clause"),
    ("unknown position", [{**GOOD_ROW, "position": "maybe"}], "line 1, position"),
    ("unknown language", [{**GOOD_ROW, "language": "fr"}], "line 1, language"),
    ("a number for a text", [{**GOOD_ROW, "body": 7}], "line 1, body"),
    ("a day that is none", [{**GOOD_ROW, "received_at": "2026-02-30"}], "line 1, received_at"),
    ("a time without zone", [{**GOOD_ROW, "received_at": "2026-02-03T10:00:00"}], "line 1, received_at"),
    ("the future", [{**GOOD_ROW, "received_at": "2999-01-01"}], "line 1, received_at"),
    (
        "two senders under one reference",
        [{**GOOD_ROW, "reference": "a", "name": "Ali"}, {**GOOD_ROW, "reference": "a", "name": "Sana"}],
        "line 2, name",
    ),
    ("a day before all days", [{**GOOD_ROW, "received_at": "0001-01-01"}], "line 1, received_at"),
    ("a reference that is no text", [{**GOOD_ROW, "reference": "\ud800"}], "line 1, reference"),
    ("no object", [GOOD_ROW, "hello"], "line 2"),
    ("NUL", [{**GOOD_ROW, "body": "a\x00"}], "line 1, body"),
    ("nothing at all", [], "no rows"),
]


@pytest.mark.parametrize(("name", "rows", "said"), WRONG_ROWS, ids=[row[0] for row in WRONG_ROWS])
def test_one_wrong_row_and_none_is_stored(
    place: Path, capfd: pytest.CaptureFixture[str], name: str, rows: list[object], said: str
) -> None:
    before = stored()
    (place / "rows.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    code, _, err = run(
        capfd,
        "comments",
        "import",
        "rows.jsonl",
        "--consultation",
        SLUG,
        "--draft",
        VERSION,
        "--channel",
        "letter",
    )
    assert code == 2
    assert said in err
    assert "Traceback" not in err
    assert stored() == before


def test_every_wrong_row_is_named(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    rows = [GOOD_ROW, {**GOOD_ROW, "clause": "9.9"}, GOOD_ROW, {**GOOD_ROW, "position": "x"}]
    (place / "rows.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    _, _, err = run(
        capfd,
        "comments",
        "import",
        "rows.jsonl",
        "--consultation",
        SLUG,
        "--draft",
        VERSION,
        "--channel",
        "bulk",
    )
    assert [line.split(":")[0] for line in err.strip().splitlines()] == ["line 2, clause", "line 4, position"]


def test_a_binary_file_is_no_document(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (place / "photo.md").write_bytes(b"\xff\xd8\xff\xe0 photo")
    code, _, err = run(capfd, "draft", "split", "photo.md", "--into", "out")
    assert code == 2
    assert "UTF-8" in err
    assert not (place / "out").exists()


def test_a_folder_with_sections_is_not_written_over(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (place / "a.md").write_text("# A\n\ntext\n", encoding="utf-8")
    assert run(capfd, "draft", "split", "a.md", "--into", "out")[0] == 0
    before = sorted((place / "out" / "en").iterdir())
    code, _, err = run(capfd, "draft", "split", "a.md", "--into", "out")
    assert code == 2
    assert err.strip()
    assert sorted((place / "out" / "en").iterdir()) == before


CLAUSE_FILE = "003_part_1__sec_1__cl_1.md"


@pytest.mark.parametrize(
    ("name", "toml", "changes", "said"),
    [
        ("unknown key", TOML.replace("restatement", "restatment"), {}, "consultation.toml"),
        ("broken toml", TOML + "\n[", {}, "consultation.toml"),
        ("no title", TOML.replace("[title]", "[heading]"), {}, "title"),
        ("missing translation", TOML, {("ur", CLAUSE_FILE): None}, CLAUSE_FILE),
        (
            "number of another clause",
            TOML,
            {("en", CLAUSE_FILE): b"### 1.1.2 Trees\n\n(1) a\n\n"},
            f"{CLAUSE_FILE}:1",
        ),
        (
            "a second heading",
            TOML,
            {("en", CLAUSE_FILE): b"### 1.1.1 A\n\n(1) a\n\n### 1.1.9 B\n\nb\n\n"},
            f"{CLAUSE_FILE}:5",
        ),
        ("no text", TOML, {("ur", CLAUSE_FILE): "### 1.1.1 خالی\n\n".encode()}, CLAUSE_FILE),
        ("not UTF-8", TOML, {("en", CLAUSE_FILE): b"### 1.1.1 A\n\n\xff\n\n"}, CLAUSE_FILE),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 30 else "",
)
def test_a_draft_with_a_fault_is_refused_by_file_and_line(
    place: Path,
    capfd: pytest.CaptureFixture[str],
    name: str,
    toml: str,
    changes: dict[tuple[str, str], bytes | None],
    said: str,
) -> None:
    folder = make.draft_folder(place / "faulty", toml=toml)
    for (language, file), content in changes.items():
        if content is None:
            (folder / language / file).unlink()
        else:
            (folder / language / file).write_bytes(content)
    before = stored()
    code, _, err = run(capfd, "draft", "publish", str(folder), "--consultation", "other-policy")
    assert code == 2
    assert said in err
    assert "Traceback" not in err
    assert stored() == before


def test_other_bytes_under_a_published_version_are_refused(
    place: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    changed = {
        **SECTIONS,
        CLAUSE_FILE: ("### 1.1.1 Trees\n\n(1) Other.\n\n", "### 1.1.1 درخت\n\n(1) اور۔\n\n"),
    }
    folder = make.draft_folder(place / "changed", sections=changed)
    before = stored()
    code, _, err = run(capfd, "draft", "publish", str(folder), "--consultation", SLUG)
    assert code == 2
    assert "already published" in err
    assert stored() == before


def test_the_same_bytes_again_change_nothing(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    before = stored()
    code, out, _ = run(capfd, "draft", "publish", f"drafts/{SLUG}/{VERSION}", "--consultation", SLUG)
    assert code == 0
    assert "unchanged" in out
    assert stored() == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["search", "tree"],
        ["reindex"],
        ["check"],
        ["worker"],
        ["themes", "suggest", SLUG],
        ["report", SLUG, "--as", "json", "--output", "r.json"],
        ["reviewer", "list"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_without_data_a_command_says_where_it_looked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path / "nowhere"))
    code, _, err = run(capfd, *arguments)
    assert code == 2
    assert f"no data in {tmp_path / 'nowhere'}" in err
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORTAL_DATABASE_URL", "mysql://x", "PORTAL_DATABASE_URL"),
        ("PORTAL_PUBLIC_URL", "comment.example", "PORTAL_PUBLIC_URL"),
        ("PORTAL_PUBLIC_URL", "http://[", "PORTAL_PUBLIC_URL"),
        ("PORTAL_SECRET_KEY", "short", "PORTAL_SECRET_KEY"),
        ("PORTAL_LOG_FORMAT", "xml", "PORTAL_LOG_FORMAT"),
        ("PORTAL_POSTS_PER_MINUTE", "-1", "PORTAL_POSTS_PER_MINUTE"),
        ("PORTAL_SEARCH_URL", "elastic:x", "PORTAL_SEARCH_URL"),
        ("PORTAL_MAIL_URL", "pigeon:", "PORTAL_MAIL_URL"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    place: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    name: str,
    value: str,
    said: str,
) -> None:
    monkeypatch.setenv(name, value)
    code, _, err = run(capfd, "search", "tree")
    assert code == 2
    assert said in err
    assert "Traceback" not in err


def test_a_file_that_is_no_database_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path))
    (tmp_path / "portal.db").write_bytes(b"These are my notes and no database.\n" * 20)
    for command in (["search", "tree"], ["check"], ["migrate"]):
        code, _, err = run(capfd, *command)
        assert (code, err) == (2, "The database cannot be used: file is not a database.\n")
    assert (tmp_path / "portal.db").read_bytes().startswith(b"These are my notes")


def test_a_data_dir_that_is_a_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes").write_text("mine", encoding="utf-8")
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path / "notes"))
    code, _, err = run(capfd, "migrate")
    assert (code, err) == (2, f"{tmp_path / 'notes'}: File exists.\n")


def test_a_reviewer_is_added_once(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capfd, "reviewer", "add", "officer@ministry.example")
    assert code == 0
    assert "/en/desk/sign-in/" in out.strip().splitlines()[-1]
    code, _, err = run(capfd, "reviewer", "add", "Officer@Ministry.example")
    assert code == 2
    assert "already" in err
