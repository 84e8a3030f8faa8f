"""The commands that steer a consultation, and a check against a hash that was sent out."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from portal.cli import main
from tests import make
from tests.make import SLUG


class Command:
    """Runs commands in one data dir."""

    def __init__(self, place: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self.place, self.capfd = place, capfd

    def __call__(self, *arguments: str, code: int = 0) -> str:
        """What is printed, on standard output or, where refused, on standard error."""
        self.capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            main(list(arguments))
        out, err = self.capfd.readouterr()
        assert left.value.code == code, err
        assert "Traceback" not in err
        return err if code == 2 else out

    def steer(self, act: str, *options: str, code: int = 0) -> str:
        return self("consultation", act, SLUG, *options, code=code)

    def query(self, sql: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.place / "data" / "portal.db")) as connection, connection:
            return list(connection.execute(sql).fetchall())


@pytest.fixture
def portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """A data dir with the small consultation, open for thirty days."""
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    run = Command(tmp_path, capfd)
    run("draft", "publish", str(make.draft_folder(tmp_path / "drafts")), "--consultation", SLUG)
    return run


def test_a_consultation_is_shown_with_its_dates(portal: Command) -> None:
    lines = portal.steer("show").splitlines()
    assert lines[0] == f"{SLUG}: open"
    assert [line[:6] for line in lines[1:]] == ["opens ", "closes"]
    shown = json.loads(portal.steer("show", "--json"))
    assert set(shown) == {"slug", "phase", "opens_at", "closes_at", "banner", "extensions"}
    assert (shown["slug"], shown["phase"], shown["extensions"]) == (SLUG, "open", [])


def test_it_is_extended_in_pakistans_time_with_a_reason(portal: Command) -> None:
    said = portal.steer(
        "extend", "--until", "2190-01-31T23:59", "--reason", "More time.", "--reason-ur", "وقت"
    )
    assert "closes 2190-01-31 23:59 Pakistan Standard Time" in said
    shown = json.loads(portal.steer("show", "--json"))
    assert shown["closes_at"] == "2190-01-31T18:59:00.000000Z"
    assert shown["extensions"][0]["reason"] == {"en": "More time.", "ur": "وقت"}
    assert "extended" in portal.steer("show")
    portal.steer("extend", "--until", "2190-02-01T12:00:00+00:00", "--reason", "More.")
    assert "closes 2190-02-01 17:00" in portal.steer("show")
    assert portal("check") == "Everything agrees.\n"


def test_it_is_moved_opened_and_closed(portal: Command) -> None:
    portal.steer("extend", "--until", "2190-01-31T23:59", "--reason", "More time.")
    assert portal.steer("open", "--at", "2189-01-01 09:00").startswith(f"{SLUG}: early")
    assert portal.steer("open").startswith(f"{SLUG}: open")
    assert portal.steer("close", "--confirm", SLUG).startswith(f"{SLUG}: closed")
    acts = portal.query("SELECT act, actor FROM audit_record WHERE act LIKE 'consultations.%' ORDER BY id")
    assert acts == [(f"consultations.{act}", "command") for act in ("extend", "open", "open", "close")]


def test_a_line_on_top_is_shown_and_taken_away(portal: Command) -> None:
    assert "banner en: Closed on Friday." in portal.steer("banner", "--en", "Closed on Friday.")
    assert "banner" not in portal.steer("banner", "--remove")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["extend", "--until", "soon", "--reason", "x"], "soon is no day with its hour."),
        (["extend", "--until", "2190-01-31", "--reason", "x"], "2190-01-31 is no day with its hour."),
        (["extend", "--until", "2190-01-31T10:00"], "Say why, in English or in Urdu."),
        (["extend", "--until", "2020-01-31T10:00", "--reason", "x"], "Choose a moment later than"),
        (["open", "--at", "2020-01-31T10:00"], "Choose a moment that is still to come"),
        (["close", "--confirm", "other-policy"], "Type the name of the consultation exactly."),
        (["banner"], "Give a line with --en or --ur"),
        (["banner", "--remove", "--en", "x"], "Give a line with --en or --ur"),
        (["banner", "--en", "x" * 301], "The line has at most 300 characters."),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_sentence(
    portal: Command, arguments: list[str], said: str
) -> None:
    before = portal.steer("show")
    refused = portal.steer(*arguments, code=2)
    assert refused.startswith(said)
    assert len(refused.splitlines()) == 1
    assert portal.steer("show") == before


def test_an_unknown_consultation_is_refused(portal: Command) -> None:
    assert portal("consultation", "show", "no-such-policy", code=2).count("\n") == 1


def test_a_check_holds_the_chain_against_what_was_sent_out(portal: Command) -> None:
    number, digest = portal.query("SELECT id, sha256 FROM audit_record ORDER BY id DESC LIMIT 1")[0]
    portal.steer("banner", "--en", "Hello.")
    assert portal("check", "--expect", f"{number}:{digest}") == "Everything agrees.\n"
    wrong = f"{number}:{'0' * 64}"
    said = portal("check", "--expect", f"{number}:{digest}", "--expect", wrong, code=1)
    assert said == f"Audit record {number} has another hash than was sent out: the chain was rewritten.\n"
    assert portal("check", "--expect", "12", code=2).startswith("Give NUMBER:HASH")
