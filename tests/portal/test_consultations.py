"""Consultations and drafts: contents with counts, open and closed, what a published draft allows."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from policy_text.reader import DraftText, read_draft
from portal.errors import Conflict, InvalidInput, NotFound
from portal.models import AuditRecord, Consultation
from portal.services import consultations, drafts
from portal.services.rows import ConsultationRow, Entry
from portal.words import words_for
from tests import make
from tests.make import CLAUSE, NOW, OTHER_CLAUSE, SECTIONS, SLUG, TOML, VERSION, House

SECOND = {
    **SECTIONS,
    "004_part_1__sec_1__cl_2.md": (
        "### 1.1.2 Water\n\n(1) Young trees are watered for 3 years.\n\n",
        "### 1.1.2 پانی\n\n(1) نئے درختوں کو 3 سال پانی دیا جائے۔\n\n",
    ),
}


def text_of(root: Path, *, toml: str = TOML, sections: dict[str, tuple[str, str]] | None = None) -> DraftText:
    return read_draft(make.draft_folder(root, toml=toml, sections=sections))


def publish(
    house: House, text: DraftText, *, slug: str = SLUG, version: str = VERSION, now: datetime = NOW
) -> bool:
    with house.database.write() as session:
        return drafts.publish(session, text, slug=slug, version=version, actor="command", now=now)


def get(house: House, slug: str = SLUG) -> ConsultationRow:
    with house.database.read() as session:
        return consultations.get(session, slug, house.clock())


def contents(house: House) -> tuple[Entry, ...]:
    with house.database.read() as session:
        _, draft = consultations.find_draft(session, SLUG, VERSION)
        return consultations.contents(session, draft.id)


def tree(entries: tuple[Entry, ...]) -> list[object]:
    return [(entry.number, entry.comments, tree(entry.children)) for entry in entries]


def test_contents_are_a_tree_that_counts_what_lies_below(house: House) -> None:
    make.comment(house)
    make.comment(house)
    make.comment(house, clause=OTHER_CLAUSE)
    make.comment(house, clause=None)
    make.comment(house, "Call 0300-1234567.")
    below: list[object] = [("1.1.1", 2, []), ("1.1.2", 1, [])]
    assert tree(contents(house)) == [("1", 3, [("1.1", 3, below)])]
    assert [entry.kind for entry in contents(house)] == ["part"]
    assert contents(house)[0].heading == {"en": "Trees", "ur": "درخت"}


def test_a_consultation_counts_what_is_public(house: House) -> None:
    make.comment(house)
    make.comment(house, "Call 0300-1234567.")
    row = get(house)
    assert (row.clauses, row.parts, row.comments, row.people) == (2, 1, 1, 1)
    assert (row.current, row.languages, row.demonstration) == ("v1", ("en", "ur"), False)


def test_a_duration_is_counted_from_publication(house: House) -> None:
    row = get(house)
    assert row.opens_at == NOW - timedelta(days=1)
    assert row.closes_at == row.opens_at + timedelta(days=30)


def test_instants_are_kept_as_written(house: House, tmp_path: Path) -> None:
    toml = TOML.replace(
        'closes_at = "P30D"',
        "opens_at = 2026-12-01T09:00:00+05:00\ncloses_at = 2026-12-31T23:59:59+05:00",
    )
    publish(house, text_of(tmp_path, toml=toml), slug="later-policy")
    row = get(house, "later-policy")
    assert row.opens_at == datetime(2026, 12, 1, 4, tzinfo=UTC)
    assert row.closes_at == datetime(2026, 12, 31, 18, 59, 59, tzinfo=UTC)
    assert not row.open


def test_a_consultation_that_closes_before_it_opens_is_refused(house: House, tmp_path: Path) -> None:
    text = text_of(tmp_path)
    wrong = replace(text, consultation=replace(text.consultation, opens_at=NOW, closes_at=NOW))
    with pytest.raises(InvalidInput) as refused:
        publish(house, wrong, slug="short-policy")
    assert refused.value.fields == {"closes_at": ("error.closes_before_opens",)}
    with house.database.read() as session:
        assert session.scalars(select(Consultation.slug)).all() == [SLUG]


@pytest.mark.parametrize(
    ("moment", "open_"),
    [(timedelta(), True), (timedelta(days=30, microseconds=-1), True), (timedelta(days=30), False)],
)
def test_it_is_open_from_the_first_instant_to_before_the_last(
    house: House, moment: timedelta, open_: bool
) -> None:
    house.clock.now = get(house).opens_at + moment
    assert get(house).open is open_


def test_the_same_bytes_are_published_once(house: House, tmp_path: Path) -> None:
    assert publish(house, text_of(tmp_path)) is False
    with pytest.raises(Conflict):
        publish(house, text_of(tmp_path, sections=SECOND))
    with house.database.read() as session:
        acts = session.scalars(select(AuditRecord.subject).where(AuditRecord.act == "drafts.publish")).all()
    assert acts == [f"{SLUG}/v1"]


async def test_a_second_version_is_current_and_the_first_stays_readable(
    house: House, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    make.comment(house)
    assert "1 comment" in (await client.get(f"/en/{SLUG}/")).text
    assert publish(house, text_of(tmp_path, sections=SECOND), version="v2") is True
    house.app.state.portal.stamps.forget()
    assert get(house).current == "v2"
    contents_page = (await client.get(f"/en/{SLUG}/")).text
    assert f"/en/{SLUG}/v2/{CLAUSE}" in contents_page
    assert "for 2 years" in (await client.get(f"/en/{SLUG}/v1/{OTHER_CLAUSE}")).text
    assert "for 3 years" in (await client.get(f"/en/{SLUG}/v2/{OTHER_CLAUSE}")).text
    assert "More shade" in (await client.get(f"/en/{SLUG}/v1/{CLAUSE}")).text
    assert "More shade" not in (await client.get(f"/en/{SLUG}/v2/{CLAUSE}")).text
    versions = (await client.get(f"/api/v1/consultations/{SLUG}")).json()
    assert [(d["version"], d["clauses"]) for d in versions["drafts"]] == [("v1", 2), ("v2", 2)]


async def test_a_draft_in_one_language_has_null_on_the_other_side(
    house: House, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    folder = make.draft_folder(tmp_path, toml=TOML.replace('["en", "ur"]', '["en"]'))
    for file in (folder / "ur").iterdir():
        file.unlink()
    (folder / "ur").rmdir()
    publish(house, read_draft(folder), slug="english-policy")
    path = f"/api/v1/consultations/english-policy/drafts/v1/clauses/{CLAUSE}"
    clause = (await client.get(path)).json()
    assert clause["markdown"]["en"].startswith("### 1.1.1")
    assert (clause["markdown"]["ur"], clause["heading"]["ur"], clause["sha256"]["ur"]) == (None, None, None)
    page = await client.get(f"/ur/english-policy/v1/{CLAUSE}")
    assert page.status_code == 200
    assert "Every street has 12 trees." in page.text


@pytest.mark.parametrize("name", ["desk", "search", "whole", "Tree", "a b", "", "x" * 61, "ٹری", "\udcff"])
def test_names_that_addresses_cannot_carry_are_refused(house: House, tmp_path: Path, name: str) -> None:
    text = text_of(tmp_path)
    with pytest.raises(InvalidInput):
        publish(house, text, slug=name)
    with pytest.raises(InvalidInput):
        publish(house, text, version=name)
    with house.database.read() as session, pytest.raises(NotFound):
        consultations.find(session, name)
    with house.database.read() as session, pytest.raises(NotFound):
        consultations.find_draft(session, SLUG, name)


def test_a_clause_knows_where_it_lies_and_what_is_beside_it(house: House) -> None:
    with house.database.read() as session:
        _, draft = consultations.find_draft(session, SLUG, VERSION)
        row = drafts.clause(session, draft, OTHER_CLAUSE)
        whole = drafts.clause(session, draft, "whole")
        with pytest.raises(NotFound):
            drafts.clause(session, draft, "part_9")
    assert [entry.eid for entry in row.ancestors] == ["part_1", "part_1__sec_1"]
    assert row.previous is not None
    assert (row.previous.eid, row.next) == (CLAUSE, None)
    assert (whole.kind, whole.commentable) == ("whole", True)


async def test_the_hash_of_a_clause_is_over_the_bytes_of_its_file(client: httpx.AsyncClient) -> None:
    answer = (await client.get(f"/api/v1/consultations/{SLUG}/drafts/v1")).json()
    water = next(row for row in answer["clauses"] if row["eid"] == OTHER_CLAUSE)
    # sha256sum of "### 1.1.2 Water\n\n(1) Young trees are watered for 2 years.\n\n"
    assert water["sha256"]["en"] == "a0c6e4cbb0ff47253bb270cb2a6c298d43a55b9edc3c0cbe632c6e9eae573213"
    assert [row["kind"] for row in answer["clauses"]] == ["preface", "part", "section", "clause", "clause"]
    assert [row["parent"] for row in answer["clauses"]] == [
        None,
        None,
        "part_1",
        "part_1__sec_1",
        "part_1__sec_1",
    ]


async def test_pages_of_a_draft_in_one_language_say_so(house: House) -> None:
    folder = make.draft_folder(
        house.settings.data_dir / "english", toml=make.TOML.replace('["en", "ur"]', '["en"]')
    )
    shutil.rmtree(folder / "ur")
    with house.database.write() as session:
        now = house.clock()
        drafts.publish(session, read_draft(folder), slug="english", version="v1", actor="command", now=now)
    sentence = str(words_for("ur").text("draft.no_text.ur"))
    async with make.client(house) as browser:
        for path in ("/ur/english/", "/ur/english/v1/whole", "/ur/english/search?q=water"):
            assert sentence in (await browser.get(path)).text
        assert sentence not in (await browser.get("/ur/tree-policy/")).text
        clause = (await browser.get("/api/v1/consultations/english/drafts/v1")).json()["clauses"][-1]
    assert clause["markdown"]["ur"] is None
    assert clause["heading"] == {"en": "Water", "ur": None}
