"""Hand-ins by command: whose receipt is whose, what counts as the same batch, and no word of a row lost."""

from __future__ import annotations

import csv
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from portal.cli import main
from portal.errors import Conflict
from portal.models import Submission
from portal.services import erasing, importing
from portal.services.importing import BadRows
from portal.services.submissions import Acknowledgement
from tests import make
from tests.make import SLUG, VERSION, House

PILE = (
    "body,reference,received_at,postmarked_at\n"
    "Shade one.,L-1,2026-11-01,2026-10-30\n"
    "Shade two.,L-2,2026-11-02,\n"
)


def take(house: House, text: str, *, channel: str = "letter", batch: str = "pile") -> list[Acknowledgement]:
    with house.database.write() as session:
        return importing.import_rows(
            session,
            importing.read_rows(text),
            slug=SLUG,
            version=VERSION,
            channel=channel,
            secret_key=house.settings.secret_key,
            now=house.clock(),
            batch=batch,
        )


def count(house: House) -> int:
    with house.database.read() as session:
        return session.scalar(select(func.count()).select_from(Submission)) or 0


def problems(text: str, name: str = "") -> list[tuple[int, str, str]]:
    with pytest.raises(BadRows) as refused:
        importing.read_rows(text, name)
    return [(p.line, p.field, p.key) for p in refused.value.problems]


@pytest.mark.parametrize(
    "text",
    [
        PILE.replace("L-1", "L-0").replace("L-2", "L-1").replace("L-0", "L-2"),
        PILE.replace("2026-11-02", "2026-11-03"),
        PILE.replace("2026-10-30", ""),
        PILE.replace("2026-10-30", "2026-10-29"),
    ],
    ids=["references swapped", "another day", "no postmark", "another postmark"],
)
def test_a_batch_with_other_references_or_days_is_a_conflict(house: House, text: str) -> None:
    take(house, PILE)
    with pytest.raises(Conflict) as refused:
        take(house, text)
    assert refused.value.key == "error.conflict.batch"
    assert count(house) == 2


def test_a_batch_that_came_another_way_is_a_conflict(house: House) -> None:
    take(house, PILE)
    with pytest.raises(Conflict):
        take(house, PILE, channel="meeting")


def test_a_batch_with_other_texts_says_that_it_is_the_batch(house: House) -> None:
    take(house, PILE)
    with pytest.raises(Conflict) as refused:
        take(house, PILE.replace("two", "three"))
    assert refused.value.key == "error.conflict.batch"


def test_a_batch_without_days_is_the_same_one_later(house: House) -> None:
    first = take(house, "body\nShade.\n")
    house.clock.forward(days=2)
    assert [a.receipt for a in take(house, "body\nShade.\n")] == [a.receipt for a in first]


def test_a_batch_with_an_erased_letter_is_not_stored_anew(house: House) -> None:
    first = take(house, PILE)
    with house.database.write() as session:
        erasing.erase(session, first[0].receipt, now=house.clock())
    again = take(house, PILE)
    assert all(answer.repeated for answer in again)
    assert count(house) == 2
    with house.database.read() as session:
        assert session.scalars(select(Submission.reference).order_by(Submission.id)).all() == [None, "L-2"]


async def test_nobody_gets_the_receipt_of_a_letter_by_guessing_its_batch(
    house: House, client: httpx.AsyncClient
) -> None:
    receipt = take(house, "body\nShade.\n")[0].receipt
    sent = await client.post(
        f"/api/v1/consultations/{SLUG}/drafts/{VERSION}/submissions",
        json={"comments": [{"clause": None, "position": None, "body": "Shade."}], "submitter": "anonymous"},
        headers={"Idempotency-Key": "import:pile:1"},
    )
    assert sent.status_code == 201, sent.text
    assert sent.json()["receipt"] != receipt
    assert count(house) == 2


def test_two_columns_of_one_name_are_refused_because_one_would_be_lost() -> None:
    assert problems("body,clause,Body \nfirst,1.1.1,second\n") == [(1, "body", "error.column.twice")]


def test_empty_cells_without_a_column_name_are_passed_over_and_full_ones_are_not(house: House) -> None:
    assert len(take(house, "body,clause,,\nShade.,1.1.1,,\n")) == 1
    with pytest.raises(BadRows) as refused:
        take(house, "body,clause,\nShade.,1.1.1,more\n", batch="other")
    assert [(p.line, p.field) for p in refused.value.problems] == [(2, "")]


def test_the_name_of_a_file_says_what_it_holds_and_else_its_text_does() -> None:
    assert importing.read_rows('[1]\n{"body": "x"}\n', "pile.jsonl") == [(1, None), (2, {"body": "x"})]
    assert importing.read_rows("{body}\nx\n", "pile.CSV") == [(2, {"{body}": "x"})]
    assert importing.read_rows('\ufeff{"body": "x"}\n', "pile") == [(1, {"body": "x"})]
    assert importing.read_rows("body\nx\n", "pile.txt") == [(2, {"body": "x"})]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data dir with the small consultation, and one pile of letters."""
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    folder = make.draft_folder(tmp_path / "drafts")
    with pytest.raises(SystemExit):
        main(["draft", "publish", str(folder), "--consultation", SLUG])
    (tmp_path / "pile.csv").write_text(PILE, encoding="utf-8")
    return tmp_path


def run(capfd: pytest.CaptureFixture[str], *more: str, file: str = "pile.csv") -> tuple[int, str, str]:
    capfd.readouterr()
    named = ["--consultation", SLUG, "--draft", VERSION, "--channel", "letter"]
    with pytest.raises(SystemExit) as left:
        main(["comments", "import", file, *named, *more])
    said = capfd.readouterr()
    assert isinstance(left.value.code, int)
    return left.value.code, said.out, said.err


def test_the_same_file_again_adds_nothing_and_writes_the_same_receipts(
    place: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(capfd, "--receipts", "one.csv")[0] == 0
    code, out, _ = run(capfd, "--receipts", "two.csv")
    assert (code, "is stored already; nothing was added" in out) == (0, True)
    assert (place / "one.csv").read_bytes() == (place / "two.csv").read_bytes()
    table = list(csv.DictReader((place / "one.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [row["reference"] for row in table] == ["L-1", "L-2"]


def test_a_batch_is_named_by_the_bytes_of_its_file(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (place / "pile.csv").write_bytes(b"\xef\xbb\xbfbody\r\nShade.\r\n")
    _, out, _ = run(capfd, "--json")
    assert '"batch": "185917695de0ca55"' in out


def test_a_batch_of_other_rows_leaves_with_two_and_writes_no_receipts(
    place: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run(capfd, "--batch", "pile")
    (place / "pile.csv").write_text(PILE.replace("L-2", "L-3"), encoding="utf-8")
    code, _, err = run(capfd, "--batch", "pile", "--receipts", "r.csv")
    assert (code, "stored with other rows" in err) == (2, True)
    assert not (place / "r.csv").exists()


def test_receipts_are_private_in_a_file_that_was_there_too(
    place: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (place / "r.csv").touch(mode=0o644)
    run(capfd, "--receipts", "r.csv")
    assert (place / "r.csv").stat().st_mode & 0o777 == 0o600


def test_nothing_is_stored_where_the_receipts_have_no_folder(
    place: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(capfd, "--receipts", "nowhere/r.csv")
    assert (code, "nowhere" in err, "Traceback" in err) == (2, True, False)
    _, out, _ = run(capfd)
    assert out == "Stored 2 comments in 2 submissions; 0 wait for moderation.\n"
