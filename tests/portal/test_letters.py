"""Every channel: CSV and batches, and letters that are keyed in at the desk."""

from __future__ import annotations

import re

import httpx
import pytest
from sqlalchemy import func, select

from portal.errors import Conflict
from portal.models import AuditRecord, Comment, Submission
from portal.services import importing
from portal.services.clause_codes import clause_code
from portal.services.importing import BadRows
from portal.services.submissions import Acknowledgement
from tests import make
from tests.make import CLAUSE, SLUG, VERSION, House

CSV = (
    "\ufeffbody;clause;position;name;reference\r\n"
    '"Two lines;\r\nof a letter";1.1.1;support;Sana;L-1\r\n'
    ";;;;\r\n"
    f"درخت لگائیں;{clause_code(4)};;;L-2\r\n"
    f"On all of it.;{clause_code(0)};;Sana;\r\n"
)


def take(house: House, text: str, *, batch: str | None = "pile-1") -> list[Acknowledgement]:
    with house.database.write() as session:
        return importing.import_rows(
            session,
            importing.read_rows(text),
            slug=SLUG,
            version=VERSION,
            channel="letter",
            secret_key=house.settings.secret_key,
            now=house.clock(),
            batch=batch,
        )


def count(house: House) -> int:
    with house.database.read() as session:
        return session.scalar(select(func.count()).select_from(Submission)) or 0


def test_csv_is_read_with_its_quotes_marks_and_clause_codes(house: House) -> None:
    answers = take(house, CSV)
    assert [answer.comments[0].clause for answer in answers] == [CLAUSE, "part_1__sec_1__cl_2", None]
    with house.database.read() as session:
        assert session.scalars(select(Comment.body).order_by(Comment.id)).all() == [
            "Two lines;\nof a letter",
            "درخت لگائیں",
            "On all of it.",
        ]


@pytest.mark.parametrize("mark", [",", "\t"])
def test_commas_and_tabs_do_too(house: House, mark: str) -> None:
    assert len(take(house, f"clause{mark}body\n1.1.1{mark}Shade.\n")) == 1


def test_every_bad_row_is_named_with_line_and_column_and_nothing_is_stored(house: House) -> None:
    text = 'body,clause,position\n"two\nlines",9.9.9,\nfine,,\n,,support\nfine,,love\na,b,c,d\n'
    with pytest.raises(BadRows) as refused:
        take(house, text)
    assert [(p.line, p.field) for p in refused.value.problems] == [
        (2, "clause"),
        (5, "body"),
        (6, "position"),
        (7, ""),
    ]
    assert count(house) == 0


def test_an_unknown_column_is_named(house: House) -> None:
    with pytest.raises(BadRows) as refused:
        take(house, "body,cnic\nShade.,35202\n")
    assert [(p.line, p.field) for p in refused.value.problems] == [(2, "cnic")]


def test_the_same_batch_again_gives_the_same_receipts_and_stores_nothing(house: House) -> None:
    first, second = take(house, CSV), take(house, CSV)
    assert [a.receipt for a in first] == [a.receipt for a in second]
    assert all(answer.repeated for answer in second)
    assert count(house) == 3
    take(house, CSV, batch="pile-2")
    assert count(house) == 6


@pytest.mark.parametrize(
    "text", [CSV.replace("درخت", "پودے"), CSV + "One more.;;;;\r\n", CSV[: CSV.index("On all")]]
)
def test_a_batch_with_other_rows_is_a_conflict(house: House, text: str) -> None:
    take(house, CSV)
    with pytest.raises(Conflict):
        take(house, text)
    assert count(house) == 3


def test_the_table_of_receipts_is_inert() -> None:
    answer = Acknowledgement("2B4Y0-HVPC1", make.NOW, ())
    table = importing.receipt_table(["=HYPERLINK(1)"], [answer]).decode("utf-8-sig")
    assert table == "reference,receipt,comments\r\n'=HYPERLINK(1),2B4Y0-HVPC1,\r\n"


async def test_an_official_keys_in_a_letter_and_the_sender_gets_a_receipt(
    house: House, official: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    house.clock.forward(days=40)
    await make.sign_in(house, official, "second@ministry.example")
    letter = {
        "token": await make.form_token(official, "/en/desk/letters"),
        "consultation": SLUG,
        "channel": "letter",
        "clause": clause_code(3),
        "received_at": "2026-12-20",
        "postmarked_at": "2026-12-10",
        "body": "Plant neem, not palms.",
        "position": "support",
        "submitter": "individual",
        "name": "Rafiq",
        "name_public": "no",
        "reference": "F-12/2026",
    }
    done = await official.post("/en/desk/letters", data=letter)
    assert done.status_code == 303, done.text
    page = await official.get(done.headers["location"])
    code = re.search(r"(?:[0-9A-Z]{5}-){5}[0-9A-Z]{2}", page.text)
    assert code is not None
    assert 'value="2026-12-20"' in page.text
    receipt = await client.get(f"/en/receipts/{code.group()}")
    assert "Plant neem, not palms." in receipt.text
    with house.database.read() as session:
        stored = session.scalars(select(Submission)).one()
        assert (stored.channel, stored.name, stored.name_public, stored.reference) == (
            *("letter", "Rafiq", False),
            "F-12/2026",
        )
        record = session.scalars(select(AuditRecord).where(AuditRecord.act == "comments.submit")).one()
        assert record.actor.startswith("reviewer:")
    again = await official.post("/en/desk/letters", data=letter)
    assert again.headers["location"] == done.headers["location"]
    assert count(house) == 1


async def test_a_letter_with_mistakes_comes_back_as_typed(official: httpx.AsyncClient) -> None:
    token = await make.form_token(official, "/en/desk/letters")
    refused = await official.post(
        "/en/desk/letters",
        data={
            "token": token,
            "channel": "pigeon",
            "clause": "9.9.9",
            "received_at": "2031-01-01",
            "body": "Kept words.",
        },
    )
    assert refused.status_code == 422
    assert "Kept words.</textarea>" in refused.text
    for name in ("channel", "received_at"):
        assert f'id="error-{name}"' in refused.text
    wrong = await official.post(
        "/en/desk/letters", data={"token": token, "channel": "email", "clause": "9.9.9", "body": "Kept."}
    )
    assert 'id="error-clause"' in wrong.text
