"""The officials' search: figures write the query, searches are kept, results acted on and taken along."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import httpx
import openpyxl
import pytest

from portal.services import moderation, work
from portal.services.acting import By
from tests import make
from tests.make import SLUG, TOML, House

FORMULA = '=HYPERLINK("https://evil.example","shade")'


@pytest.fixture
def talk(house: House) -> House:
    make.comment(house, "More shade for the bus stop.", position="support")
    make.comment(house, "Shade costs money, no shade.", position="oppose")
    make.comment(house, "Call 0300-1234567 about shade.")
    make.comment(house, FORMULA)
    make.comment(house, "Our privacy matters.", clause=None)
    house.worker.keep_all()
    return house


async def search(browser: httpx.AsyncClient, **asked: str) -> str:
    answer = await browser.get("/en/desk/search", params=asked)
    assert answer.status_code == 200
    return answer.text


def box(page: str) -> str:
    found = re.search(r'id="field-q"[^>]*value="([^"]*)"', page)
    assert found is not None
    return unescape(found.group(1))


async def test_a_figure_writes_its_limit_into_the_query_and_takes_it_out_again(
    official: httpx.AsyncClient, talk: House
) -> None:
    page = await search(official, q="shade")
    assert "4 comments" in page
    narrow = unescape(next(one for one in re.findall(r'href="([^"]+)"', page) if "position%3Aoppose" in one))
    page = (await official.get(narrow)).text
    assert box(page) == "shade position:oppose"
    assert "1 comment<" in page
    widen = re.search(r'<li class="here"><a aria-current="true" href="([^"]+q=shade[^"]*)"', page)
    assert widen is not None
    assert box((await official.get(unescape(widen.group(1)))).text) == "shade"


async def test_limits_of_older_addresses_become_part_of_the_query(
    official: httpx.AsyncClient, talk: House
) -> None:
    assert box(await search(official, q="shade", status="pending")) == "shade status:pending"


async def test_what_cannot_be_used_is_said_and_searched_as_plain_words(
    official: httpx.AsyncClient, talk: House
) -> None:
    page = await search(official, q="position:maybe shade")
    assert "It was searched as plain words." in page


async def test_comments_like_one_are_found(official: httpx.AsyncClient, house: House) -> None:
    make.comment(house, "Elderly people wait in the sun at the bus stop without any bench.")
    make.comment(house, "At the bus stop elderly people need a bench, out of the sun.")
    make.comment(house, "Accountants should publish the budget of the canal.")
    house.worker.keep_all()
    page = await search(official, like="C-0001")
    assert "C-0002" in page
    assert "C-0003" not in page


async def test_a_comment_of_another_consultation_is_like_none(
    official: httpx.AsyncClient, house: House
) -> None:
    make.consultation(house, slug="river-policy", toml=TOML)
    make.comment(
        house, "Elderly people wait in the sun at the bus stop without any bench.", slug="river-policy"
    )
    make.comment(house, "At the bus stop elderly people need a bench, out of the sun.")
    house.worker.keep_all()
    assert "C-0002" not in await search(official, like="C-0001")


async def test_a_saved_search_counts_what_came_since(official: httpx.AsyncClient, talk: House) -> None:
    kept = await official.post("/en/desk/saved", data={"q": "shade", "name": "shade", "consultation": SLUG})
    assert kept.headers["location"] == f"/en/desk/saved?consultation={SLUG}"
    assert "Nothing new" in (await official.get(kept.headers["location"])).text
    make.comment(talk, "Shade, and trees.")
    talk.worker.keep_all()
    assert "1 new comment" in (await official.get("/en/desk/saved")).text
    opened = await official.post("/en/desk/saved/1/open", data={"new": "yes"})
    page = (await official.get(opened.headers["location"])).text
    assert "1 comment<" in page
    assert "Shade</mark>, and trees." in page
    assert "Nothing new" in (await official.get("/en/desk/saved")).text
    again = await official.post("/en/desk/saved", data={"q": "x", "name": "SHADE", "consultation": SLUG})
    assert again.status_code == 409
    assert (await official.post("/en/desk/saved/1/remove")).status_code == 303
    assert (await official.post("/en/desk/saved/1/open")).status_code == 404


async def test_everything_found_is_taken_along_and_no_cell_is_a_formula(
    official: httpx.AsyncClient, talk: House
) -> None:
    answer = await official.post("/en/desk/search/export", data={"q": "shade", "format": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {row["id"] for row in rows} == {"C-0001", "C-0002", "C-0003", "C-0004"}
    assert [row["body"] for row in rows if row["id"] == "C-0004"] == ["'" + FORMULA]
    answer = await official.post("/en/desk/search/export", data={"q": "shade", "format": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert len(cells) == 5
    body = cells[0].index("body")
    assert FORMULA in {row[body] for row in cells}
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert answer.headers["cache-control"] == "no-store"
    assert [path.suffix for path in talk.settings.data_dir.glob("tmp*")] == []


async def test_all_that_is_found_is_acted_on(official: httpx.AsyncClient, talk: House) -> None:
    data = {"q": "shade", "all": "yes", "act": "spam", "consultation": SLUG}
    answer = await official.post("/en/desk/search/many", data=data)
    assert answer.headers["location"].endswith("&changed=4&left=0")
    with talk.database.read() as session:
        assert moderation.states(session)["spam"] == 4


async def test_tag_task_and_read_mark_are_limits(official: httpx.AsyncClient, talk: House) -> None:
    with talk.database.write() as session:
        by = By(make.reviewer(session, talk), talk.clock())
        work.make_tag(session, SLUG, name="bus", meaning="", by=by)
        work.tag(session, SLUG, [1], 1, by=by)
        work.assign(session, SLUG, [2], to=by.reviewer_id, by=by)
        work.mark_read(session, [1, 2], read=True, by=by)
    assert "1 comment<" in await search(official, q="shade", tag="1")
    assert "1 comment<" in await search(official, q="shade", assigned="me")
    assert "2 comments" in await search(official, q="shade", read="no")


async def test_an_admin_s_words_are_searched_for_together_from_the_next_question_on(
    official: httpx.AsyncClient, talk: House
) -> None:
    assert "0 comments" in await search(official, q="parasol")
    added = await official.post("/en/desk/words", data={"words": "parasol\nshade"})
    assert added.status_code == 303
    assert "4 comments" in await search(official, q="parasol")
    wrong = await official.post("/en/desk/words", data={"words": "parasol"})
    assert wrong.status_code == 422
    assert "Write at least two words or phrases" in wrong.text
    assert (await official.post("/en/desk/words", data={"remove": "1"})).status_code == 303
    assert "0 comments" in await search(official, q="parasol")


HOSTILE = [
    "*" * 300,
    " OR ".join(f"w{n}" for n in range(500)),
    "(" * 400 + "x" + ")" * 400,
    "\u202eshade\u202c",
    "shade\x00; DROP TABLE comment",
    "consultation:other status:published OR 1=1",
    "a~ b~ c~ d~ e~ f~",
    '"' * 99,
    "x" * 50_000,
    "clause:../../etc/passwd",
]


@pytest.mark.parametrize("q", HOSTILE, ids=range(len(HOSTILE)))
async def test_nothing_that_is_typed_is_an_error(official: httpx.AsyncClient, talk: House, q: str) -> None:
    answer = await official.get("/en/desk/search", params={"q": q})
    assert answer.status_code == 200
