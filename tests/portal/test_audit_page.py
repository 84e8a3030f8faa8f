"""The audit records at the desk: sentences, limits, pages, the table, and what is said of the chain."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text

from portal.errors import InvalidInput
from portal.models import AuditRecord
from portal.services import audit, audit_trail
from portal.services.audit_trail import Asked
from portal.web import audit_trail as page_of
from tests import make
from tests.make import NOW, House

PAGE = "/en/desk/audit"


def sentences(page: str) -> list[str]:
    found = re.findall(r'<li id="record-\d+"[^>]*>\s*<p>(.*?)</p>', page, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", sentence) for sentence in found]


async def test_records_read_as_sentences_newest_first(house: House, official: httpx.AsyncClient) -> None:
    make.comment(house, "Call 0300-1234567.")
    await official.post("/en/desk/comments/C-0001/publish", data={"note": ""})
    said = sentences((await official.get(PAGE)).text)
    assert said[:3] == ["officer published C-0001.", "A sender sent submission no. 1.", "officer signed in."]
    assert said[-1] == "A command on the server published the draft tree-policy/v1."
    urdu = sentences((await official.get("/ur/desk/audit")).text)
    assert urdu[0] == "officer نے C-0001 شائع کیا۔"


async def test_the_page_holds_hashes_and_no_personal_data(house: House, official: httpx.AsyncClient) -> None:
    make.comment(house, "My shade.", name="Sana Khan", submitter="individual", email="sana@example.org")
    page = (await official.get(PAGE)).text
    with house.database.read() as session:
        newest = audit.newest(session)
    assert newest is not None
    assert newest.sha256 in page.replace(" ", "")
    for word in ("Sana", "sana@example.org", "My shade", "officer@ministry.example"):
        assert word not in page


@pytest.mark.parametrize(
    ("query", "acts"),
    [
        ("act=comments.submit", ["comments.submit"] * 2),
        ("actor=command", ["reviewers.add", "drafts.publish"]),
        ("actor=reviewer:1", ["moderation.withhold", "reviewers.sign_in"]),
        ("actor=reviewer:99", []),
        ("subject=C-0001", ["moderation.withhold"]),
        ("subject=submission/2", ["comments.submit"]),
        ("subject=nothing", []),
        ("to=2026-11-23", ["drafts.publish"]),
        ("from=2026-11-24&act=comments.submit", ["comments.submit"] * 2),
        ("from=2026-11-25", []),
    ],
)
async def test_records_can_be_narrowed(
    house: House, official: httpx.AsyncClient, query: str, acts: list[str]
) -> None:
    make.comment(house)
    make.comment(house, "Another one.")
    await official.post("/en/desk/comments/C-0001/withhold", data={"reason": "abuse", "note": ""})
    answer = await official.get(f"{PAGE}?{query}")
    shown = re.findall(r'<code dir="ltr">([a-z_]+\.[a-z_]+)</code> ·', answer.text)
    assert shown == acts
    table = await official.get(f"/en/desk/audit.csv?{query}")
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert [row["act"] for row in rows] == acts[::-1]


def test_a_day_is_a_day_in_pakistan(house: House) -> None:
    midnight = NOW.replace(hour=19, minute=0)
    with house.database.write() as session:
        for seconds in (-1, 0):
            at = midnight + timedelta(seconds=seconds)
            audit.record(session, "test.act", f"thing/{seconds}", actor="system", now=at)
    with house.database.read() as session:
        day = Asked(act="test.act", first=midnight.date() + timedelta(days=1))
        found, _ = audit_trail.find(session, day, limit=9)
    assert [row.subject for row in found] == ["thing/0"]


def test_pages_hold_every_record_once(house: House) -> None:
    for number in range(7):
        make.comment(house, f"Number {number}.")
    with house.database.read() as session:
        seen, cursor = [], None
        while True:
            rows, cursor = audit_trail.find(session, Asked(), limit=3, cursor=cursor)
            seen += [row.number for row in rows]
            if cursor is None:
                break
        assert seen == list(range(8, 0, -1))
        with pytest.raises(InvalidInput):
            audit_trail.find(session, Asked(), limit=3, cursor="nonsense")


async def test_the_page_says_whether_the_chain_holds(house: House, official: httpx.AsyncClient) -> None:
    assert "The chain holds: all 3 records fit." in (await official.get(PAGE)).text
    with house.database.write() as session:
        session.execute(text("UPDATE audit_record SET actor = 'nobody' WHERE id = 2"))
    page = (await official.get(PAGE)).text
    assert "Record 2 of 2026-11-24 10:00:00 UTC was changed" in page
    assert "The chain holds" not in page
    narrowed = (await official.get(f"{PAGE}?act=drafts.publish")).text
    assert "The chain" not in narrowed
    assert "Check all 3 records now" in narrowed
    assert "Record 2 of" in (await official.get(f"{PAGE}?act=drafts.publish&check=all")).text


async def test_a_long_chain_is_checked_when_asked(
    house: House, official: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_of, "AT_ONCE", 2)
    page = (await official.get(PAGE)).text
    assert "The chain" not in page
    assert f'href="{PAGE}?check=all"' in page
    assert "The chain holds" in (await official.get(f"{PAGE}?check=all")).text


async def test_the_table_holds_every_column_and_no_formula(house: House, official: httpx.AsyncClient) -> None:
    with house.database.write() as session:
        audit.record(session, "test.act", "=1+1", actor="system", now=NOW, details={"n": 1, "a": "ب"})
    answer = await official.get("/en/desk/audit.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    last = rows[-1]
    with house.database.read() as session:
        stored = session.get_one(AuditRecord, int(last["number"]))
    assert last == {
        "number": "4",
        "at": "2026-11-24T10:00:00.000000Z",
        "actor": "system",
        "act": "test.act",
        "subject": "'=1+1",
        "details": '{"a":"ب","n":1}',
        "previous_sha256": rows[-2]["sha256"],
        "sha256": stored.sha256,
    }


@pytest.mark.parametrize("records", [1, 5, 6, 7])
async def test_the_table_is_whole_whatever_its_length(
    house: House, official: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, records: int
) -> None:
    monkeypatch.setattr(page_of, "BATCH", 2)
    with house.database.write() as session:
        for number in range(records):
            audit.record(session, "test.act", f"thing/{number}", actor="system", now=NOW)
    answer = await official.get("/en/desk/audit.csv?act=test.act")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["subject"] for row in rows] == [f"thing/{number}" for number in range(records)]
