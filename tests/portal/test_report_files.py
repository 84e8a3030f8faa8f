"""Reports in the background: asked for, made by the worker, fetched, taken away; narrowed; given up."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest
from sqlalchemy import select, update

from portal import formats
from portal.errors import Conflict, InvalidInput
from portal.models import AuditRecord, Job, ReportFile, Theme
from portal.services import erasing, jobs, report_files, report_making, reviewers, saved_searches
from portal.services.acting import By
from portal.services.report_files import FileRow, Wanted
from portal.words import words_for
from tests import make
from tests.make import CLAUSE, OTHER_CLAUSE, SLUG, House

FORM = {"consultation": SLUG, "format": "xlsx", "language": "en"}


def rows(house: House) -> tuple[FileRow, ...]:
    with house.database.read() as session:
        return report_files.listing(session, SLUG)


def files(house: House) -> list[str]:
    folder = house.settings.data_dir / report_files.FOLDER
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def by(house: House) -> By:
    with house.database.write() as session:
        return By(make.reviewer(session, house), house.clock())


def ask(house: House, **wanted: Any) -> int:
    who = by(house)
    with house.database.write() as session:
        return report_files.ask(session, SLUG, Wanted("csv", "en", **wanted), by=who)


def acts(house: House) -> list[str]:
    with house.database.read() as session:
        return list(
            session.scalars(
                select(AuditRecord.act).where(AuditRecord.act.startswith("reports.")).order_by(AuditRecord.id)
            )
        )


def bodies(content: bytes) -> set[str]:
    """What the comments in a workbook say."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    heads, *lines = book["comments"].iter_rows(values_only=True)
    place = heads.index("body")
    return {str(line[place]) for line in lines}


async def made(official: httpx.AsyncClient, house: House, **typed: str) -> set[str]:
    """What stands in the report of a form, made in the background."""
    asked = await official.post("/en/desk/reports/files", data={**FORM, **typed})
    assert asked.status_code == 303
    house.worker.keep_all()
    answer = await official.get(f"/en/desk/reports/files/{rows(house)[0].key}")
    assert answer.status_code == 200
    return bodies(answer.content)


def say(key: str, language: str = "en") -> str:
    return str(words_for(language).text(key))


async def test_a_report_is_asked_for_made_fetched_and_taken_away(
    house: House, official: httpx.AsyncClient
) -> None:
    make.comment(house, "More shade is good.")
    asked = await official.post("/en/desk/reports/files", data=FORM)
    assert (asked.status_code, asked.headers["location"]) == (303, f"/en/desk/reports?consultation={SLUG}")
    page = (await official.get(asked.headers["location"])).text
    assert say("report_files.waiting") in page
    assert say("report_files.reload") in page
    assert (await official.get("/en/desk/reports/files/1")).status_code == 404

    house.worker.keep_all()
    page = (await official.get(asked.headers["location"])).text
    assert 'href="/en/desk/reports/files/1"' in page
    assert say("report_files.reload") not in page
    answer = await official.get("/en/desk/reports/files/1")
    assert answer.headers["content-disposition"] == 'attachment; filename="tree-policy-v1-en-r1.xlsx"'
    assert answer.headers["cache-control"] == "no-store"
    assert bodies(answer.content) == {"More shade is good."}
    assert files(house) == ["tree-policy-v1-en-r1.xlsx"]

    removed = await official.post("/en/desk/reports/files/1/remove")
    assert (removed.status_code, removed.headers["location"]) == (303, asked.headers["location"])
    assert (files(house), rows(house)) == ([], ())
    assert (await official.get("/en/desk/reports/files/1")).status_code == 404
    assert acts(house) == ["reports.ask", "reports.export", "reports.download", "reports.remove"]


async def test_every_download_is_one_record_and_a_refused_one_is_none(
    house: House, official: httpx.AsyncClient
) -> None:
    make.comment(house, "More shade is good.")
    await official.post("/en/desk/reports/files", data=FORM)
    assert (await official.get("/en/desk/reports/files/1")).status_code == 404
    house.worker.keep_all()
    for _ in range(2):
        assert (await official.get("/en/desk/reports/files/1")).status_code == 200
    assert (await official.head("/en/desk/reports/files/1")).status_code == 200
    (house.settings.data_dir / report_files.FOLDER / "tree-policy-v1-en-r1.xlsx").unlink()
    assert (await official.get("/en/desk/reports/files/1")).status_code == 404
    with house.database.read() as session:
        query = select(AuditRecord).where(AuditRecord.act == "reports.download")
        told = [(one.actor, one.subject, one.details) for one in session.scalars(query)]
    assert (
        told
        == [
            ("reviewer:1", f"{SLUG}/v1", {"report": 1, "format": "xlsx", "language": "en"}),
        ]
        * 2
    )


async def test_clauses_are_typed_by_number_in_either_digits(
    house: House, official: httpx.AsyncClient
) -> None:
    make.comment(house, "On streets.", clause=CLAUSE)
    make.comment(house, "On water.", clause=OTHER_CLAUSE)
    make.comment(house, "On all of it.", clause=None)
    assert await made(official, house, clauses="1.1.2") == {"On water."}
    assert await made(official, house, clauses=f"{CLAUSE}، ۱.۱.۲") == {"On streets.", "On water."}
    assert await made(official, house, clauses="1.1, whole") == {"On streets.", "On water.", "On all of it."}
    assert "1.1.2" in (await official.get("/en/desk/reports")).text


async def test_themes_days_and_a_saved_search_narrow_a_report(
    house: House, official: httpx.AsyncClient
) -> None:
    house.clock.forward(hours=-20)
    theme = make.theme(house, ["Water the trees.", "Water them daily."], title="Water")
    house.clock.forward(hours=20)
    make.comment(house, "Neem trees please.")
    house.worker.keep_all()
    await official.post("/en/desk/saved", data={"consultation": SLUG, "name": "neem", "q": "neem"})
    today = house.clock().date()
    late, early = today.isoformat(), (today - timedelta(days=1)).isoformat()
    assert await made(official, house, **{f"theme-{theme}": "yes"}) == {
        "Water the trees.",
        "Water them daily.",
    }
    assert await made(official, house, **{"from": late}) == {"Neem trees please."}
    assert await made(official, house, to=early) == {"Water the trees.", "Water them daily."}
    assert await made(official, house, saved="1") == {"Neem trees please."}
    assert await made(official, house, saved="1", to=early) == set()


async def test_a_saved_search_counts_as_its_owner_sees_it(house: House, official: httpx.AsyncClient) -> None:
    """A limit such as "not read by me" is the asker's, though the worker makes the report."""
    seen, fresh = make.comment(house, "Seen.").comments[0].id, "Not seen."
    make.comment(house, fresh)
    await official.post(f"/en/desk/comments/{seen}/read", data={"read": "yes"})
    house.worker.keep_all()
    await official.post("/en/desk/saved", data={"consultation": SLUG, "name": "unread", "read": "no"})
    assert await made(official, house, saved="1") == {fresh}


async def test_the_report_made_at_once_keeps_to_the_same_limits(
    house: House, official: httpx.AsyncClient
) -> None:
    make.comment(house, "On streets.", clause=CLAUSE)
    make.comment(house, "On water.", clause=OTHER_CLAUSE)
    answer = await official.post("/en/desk/reports/export", data={**FORM, "clauses": "1.1.1"})
    assert bodies(answer.content) == {"On streets."}
    assert rows(house) == ()


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ({"clauses": "1.1.1, 9.9"}, "error.scope.clause"),
        ({"theme-T-0099": "yes"}, "error.scope.theme"),
        ({"from": "soon"}, "error.report_file.day"),
        ({"from": "2026-12-02", "to": "2026-12-01"}, "error.scope.dates"),
        ({"saved": "7"}, "error.not_found.saved"),
        ({"format": "doc"}, "error.format.unknown"),
        ({"language": "fr"}, "error.language.unknown"),
    ],
)
@pytest.mark.parametrize("where", ["files", "export"])
async def test_what_cannot_be_asked_for_is_said_beside_its_field(
    house: House, official: httpx.AsyncClient, where: str, typed: dict[str, str], key: str
) -> None:
    answer = await official.post(f"/en/desk/reports/{where}", data={**FORM, **typed})
    assert answer.status_code == 422
    assert say(key) in answer.text
    assert say("report_files.refused") in answer.text
    assert rows(house) == ()


async def test_the_search_of_somebody_else_is_not_there(house: House, official: httpx.AsyncClient) -> None:
    with house.database.write() as session:
        other = By(make.reviewer(session, house, "other@ministry.example"), house.clock())
        saved_searches.save(session, SLUG, name="mine", asked={"q": "neem"}, by=other)
    assert (await official.post("/en/desk/reports/files", data={**FORM, "saved": "1"})).status_code == 422


async def test_the_reports_of_a_foreign_consultation_are_not_there(
    house: House, official: httpx.AsyncClient
) -> None:
    make.consultation(house, slug="second")
    await made(official, house)
    async with make.client(house) as foreign:
        with house.database.write() as session:
            token = reviewers.add(
                session, "far@ministry.example", role="reviewer", slugs=["second"], now=house.clock()
            )
        foreign.headers["Sec-Fetch-Site"] = "same-origin"
        await foreign.post(f"/en/desk/sign-in/{token}")
        assert (await foreign.get("/en/desk/reports")).status_code == 200
        assert (await foreign.get("/en/desk/reports/files/1")).status_code == 404
        assert (await foreign.post("/en/desk/reports/files/1/remove")).status_code == 404
        assert (await foreign.post("/en/desk/reports/files", data=FORM)).status_code == 404
    assert len(files(house)) == len(rows(house)) == 1


@pytest.mark.parametrize("key", ["0", "2", "x", "٣", "9" * 30])
async def test_no_report_stands_under_another_key(
    house: House, official: httpx.AsyncClient, key: str
) -> None:
    await made(official, house)
    assert (await official.get(f"/en/desk/reports/files/{key}")).status_code == 404
    assert (await official.post(f"/en/desk/reports/files/{key}/remove")).status_code == 404
    assert len(rows(house)) == 1


async def test_a_large_consultation_offers_the_background_only(
    house: House, official: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.comment(house)
    assert say("reports.export") in (await official.get("/en/desk/reports")).text
    monkeypatch.setattr("portal.web.report_files.MOST_AT_ONCE", 1)
    page = (await official.get("/en/desk/reports")).text
    assert say("reports.export") not in page
    assert say("report_files.large") in page


def test_one_official_asks_for_the_same_only_once_while_it_is_open(house: House) -> None:
    assert ask(house) == ask(house)
    house.worker.keep_all()
    assert ask(house) == 2
    assert [row.state for row in rows(house)] == ["waiting", "ready"]


def test_only_so_many_are_kept(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_files, "MOST", 1)
    ask(house)
    house.worker.keep_all()
    with pytest.raises(Conflict):
        ask(house)


def test_a_report_that_was_cut_off_is_begun_anew_and_recorded_once(house: House) -> None:
    make.comment(house)
    key = ask(house)
    with house.database.write() as session:
        session.execute(update(ReportFile).values(begun_at=house.clock(), progress=60))
    folder = house.settings.data_dir / report_files.FOLDER
    folder.mkdir()
    (folder / ".tree-policy-v1-en-r1.csv.part").write_text("half of")
    assert [row.state for row in rows(house)] == ["making"]
    house.clock.forward(minutes=1)
    house.worker.keep_all()
    first = rows(house)[0]
    assert (first.state, first.progress, first.made_at) == ("ready", 100, house.clock())
    assert files(house) == ["tree-policy-v1-en-r1.csv"]
    report_making.make(house.database, house.engine, folder, key, clock=house.clock)
    assert (rows(house)[0], acts(house).count("reports.export")) == (first, 1)


def test_progress_is_told_while_a_report_is_made(house: House) -> None:
    for number in range(20):
        make.comment(house, f"Number {number}.")
    ask(house)
    told: list[int] = []

    original = formats.FORMATS["csv"].write_to

    def write_and_look(report: Any, file: Any) -> None:
        for _ in report.comments:
            told.append(rows(house)[0].progress)
        original(report, file)

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(formats.FORMATS, "csv", replace(formats.FORMATS["csv"], write_to=write_and_look))
        house.worker.keep_all()
    assert told[0] == report_making.GATHERED
    assert told == sorted(told)
    assert report_making.GATHERED < told[-1] <= report_making.WRITTEN


async def test_what_cannot_be_made_is_said_on_the_page(house: House, official: httpx.AsyncClient) -> None:
    theme = make.theme(house, ["Water the trees."])
    await official.post("/en/desk/reports/files", data={**FORM, f"theme-{theme}": "yes"})
    with house.database.write() as session:
        session.execute(update(Theme).values(retired_at=house.clock()))
    house.worker.keep_all()
    page = (await official.get("/en/desk/reports")).text
    assert say("report_files.failed") in page
    assert say("error.scope.theme") in page
    assert (await official.get("/en/desk/reports/files/1")).status_code == 404
    with house.database.read() as session:
        assert jobs.due(session, now=house.clock(), kinds=(jobs.REPORT,)) == []
    assert "reports.export" not in acts(house)


def test_a_fault_is_tried_again_and_in_the_end_given_up(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    ask(house)
    blocked = house.settings.data_dir / report_files.FOLDER
    blocked.write_text("a file where the folder should be")
    tries = 0
    while rows(house)[0].fault is None:
        assert tries <= report_making.MOST_BEGUN
        house.worker.keep_all()
        house.clock.forward(minutes=10)
        tries += 1
    assert rows(house)[0].fault == report_making.GIVEN_UP
    assert "(report) failed and is tried again" in caplog.text
    with house.database.read() as session:
        job = session.scalars(select(Job).where(Job.kind == jobs.REPORT)).one()
    assert (job.attempts, job.kept_at is not None) == (report_making.MOST_BEGUN, True)


def test_a_fault_that_goes_away_leaves_no_trace(house: House) -> None:
    ask(house)
    folder = house.settings.data_dir / report_files.FOLDER
    folder.write_text("in the way")
    house.worker.keep_all()
    folder.unlink()
    house.clock.forward(minutes=10)
    house.worker.keep_all()
    assert rows(house)[0].state == "ready"


def test_a_worker_without_a_place_leaves_reports_to_another(house: House) -> None:
    ask(house)
    replace(house.worker, reports=None).keep_all()
    assert rows(house)[0].state == "waiting"


def test_a_report_that_was_taken_away_in_time_is_not_made(house: House) -> None:
    key, who = ask(house), by(house)
    with house.database.write() as session:
        assert report_files.remove(session, key, by=who) is None
    house.worker.keep_all()
    assert files(house) == []


def delete(house: House, erased: erasing.Erased) -> None:
    for name in erased.files:
        Path(house.settings.data_dir / report_files.FOLDER / name).unlink()


def test_erasing_gives_up_the_files_that_may_hold_the_text_and_no_others(house: House) -> None:
    make.comment(house, "Said before.")
    ask(house)
    house.worker.keep_all()
    house.clock.forward(hours=1)
    sent = make.comment(house, "Jacaranda, said Zulaikha.")
    ask(house)
    house.worker.keep_all()
    folder = house.settings.data_dir / report_files.FOLDER
    assert b"Jacaranda" in (folder / "tree-policy-v1-en-r2.csv").read_bytes()
    with house.database.write() as session:
        erased = erasing.erase(session, sent.receipt, now=house.clock())
    delete(house, erased)
    assert erased.files == ("tree-policy-v1-en-r2.csv",)
    assert files(house) == ["tree-policy-v1-en-r1.csv"]
    assert [(row.state, row.fault) for row in rows(house)] == [
        ("failed", report_files.ERASED),
        ("ready", None),
    ]
    assert any(kind == "csv" for _, _, kind in erased.exports)


def test_a_report_that_was_being_made_while_a_text_was_erased_is_thrown_away(house: House) -> None:
    sent = make.comment(house, "Jacaranda, said Zulaikha.")
    ask(house)
    original = formats.FORMATS["csv"].write_to

    def erase_meanwhile(report: Any, file: Any) -> None:
        original(report, file)
        with house.database.write() as session:
            assert erasing.erase(session, sent.receipt, now=house.clock()).files == ()

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(formats.FORMATS, "csv", replace(formats.FORMATS["csv"], write_to=erase_meanwhile))
        house.worker.keep_all()
    assert files(house) == []
    assert (rows(house)[0].state, rows(house)[0].fault) == ("failed", report_files.ERASED)
    assert "reports.export" not in acts(house)


def test_a_form_is_refused_before_a_draft_is_read_anew(house: House) -> None:
    with house.database.read() as session, pytest.raises(InvalidInput) as refused:
        report_files.read(session, SLUG, {"format": "x", "language": "x", "from": "x"}, [], reviewer_id=1)
    assert set(refused.value.fields) == {"format", "language", "from"}
