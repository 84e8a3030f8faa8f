"""Search as the portal uses it: an index that follows the database, and rows that come from the database."""

from __future__ import annotations

from datetime import UTC, date, datetime

import httpx
import pytest

from portal.errors import InvalidInput
from portal.services import moderation, search
from portal.services.rows import SearchResults
from search_index.documents import Filters
from search_index.engines import IndexUnavailable
from tests import make
from tests.make import CLAUSE, OTHER_CLAUSE, SLUG, TOML, VERSION, House

PUBLISHED = Filters(statuses=("published",))


@pytest.fixture
def said(house: House) -> House:
    """Three comments on two clauses, one on the whole, one that waits; everything indexed."""
    make.comment(house, "Mango trees give shade.", position="support")
    make.comment(house, "Water the mango trees.", clause=OTHER_CLAUSE, position="mixed")
    make.comment(house, "آم (mango) کے درخت لگائیں۔", position="support")
    make.comment(house, "A mango festival for the whole city.", clause=None)
    make.comment(house, "Mango growers may call 0300-1234567.")
    house.worker.keep_all()
    return house


def find(house: House, q: str, filters: Filters = PUBLISHED, **options: object) -> SearchResults:
    with house.database.read() as session:
        return search.find(session, house.engine, q, filters, **options)  # type: ignore[arg-type]


def ids(results: SearchResults) -> list[str]:
    return sorted(found.comment.id for found in results.comments)


def withhold(house: House, number: int) -> None:
    with house.database.write() as session:
        moderation.withhold(session, number, reason="legal", note="", reviewer_id=None, now=house.clock())


def test_only_published_comments_are_found_unless_all_are_asked_for(said: House) -> None:
    assert ids(find(said, "mango")) == ["C-0001", "C-0002", "C-0003", "C-0004"]
    assert ids(find(said, "mango", Filters())) == ["C-0001", "C-0002", "C-0003", "C-0004", "C-0005"]
    assert find(said, "mango").facets["position"] == {"support": 2, "mixed": 1, "none": 1}


def test_a_withheld_comment_is_gone_before_the_worker_comes(said: House) -> None:
    withhold(said, 1)
    assert "C-0001" not in ids(find(said, "mango"))
    said.worker.keep_all()
    assert find(said, "mango").total == 3
    assert ids(find(said, "mango", Filters(statuses=("withheld",)))) == ["C-0001"]


def test_a_clause_takes_in_what_lies_below_it(said: House) -> None:
    for wanted in ("part_1", "1.1", "PART_1__SEC_1"):
        filters = Filters(statuses=("published",), clauses=(wanted,))
        assert ids(find(said, "mango", filters)) == ["C-0001", "C-0002", "C-0003"]
    assert ids(find(said, "mango", Filters(statuses=("published",), clauses=("1.1.2",)))) == ["C-0002"]
    assert ids(find(said, "mango", Filters(clauses=("1.1.22",)))) == []


def test_an_excerpt_marks_the_words_in_the_text_as_it_was_sent(said: House) -> None:
    found = find(said, "shade").comments[0]
    assert "".join(run for run, _ in found.excerpt.runs) == found.comment.body
    assert [run for run, hit in found.excerpt.runs if hit] == ["shade"]


def test_clauses_are_found_each_in_the_language_that_holds_the_words(said: House) -> None:
    english = find(said, "neighbours", clauses_of=(SLUG, VERSION)).clauses
    urdu = find(said, "محلے", clauses_of=(SLUG, VERSION)).clauses
    assert [(clause.eid, clause.language) for clause in english] == [(CLAUSE, "en")]
    assert [(clause.eid, clause.language) for clause in urdu] == [(CLAUSE, "ur")]
    assert ("neighbours", True) in [(run.lower(), hit) for run, hit in english[0].excerpt.runs]


def test_another_consultation_is_not_mixed_in(said: House) -> None:
    make.consultation(said, slug="river-policy", toml=TOML)
    make.comment(said, "Mango by the river.", slug="river-policy")
    said.worker.keep_all()
    only = Filters(statuses=("published",), consultations=("river-policy",))
    assert ids(find(said, "mango", only)) == ["C-0006"]
    assert find(said, "mango").total == 5


def test_pages_of_results_meet_without_gap_or_repeat(house: House) -> None:
    for number in range(7):
        house.clock.forward(seconds=1)
        make.comment(house, f"Mango number {number}.")
    house.worker.keep_all()
    for order in ("newest", "oldest", "relevance"):
        seen: list[str] = []
        cursor = None
        while True:
            page = find(house, "mango", order=order, limit=3, cursor=cursor)
            seen += [found.comment.id for found in page.comments]
            cursor = page.next
            if cursor is None:
                break
        assert sorted(seen) == [f"C-{n:04d}" for n in range(1, 8)]
        if order == "newest":
            assert seen == sorted(seen, reverse=True)


def test_a_strange_cursor_is_refused(said: House) -> None:
    with pytest.raises(InvalidInput) as refused:
        find(said, "mango", cursor="zz")
    assert refused.value.fields == {"cursor": ("error.cursor",)}


def test_an_index_that_is_gone_says_rebuilding_and_the_worker_heals_it(said: House) -> None:
    said.engine.close()
    results = find(said, "mango")
    assert (results.rebuilding, results.total, results.comments) == (True, 0, ())
    said.worker.keep_all()
    assert ids(find(said, "mango")) == ["C-0001", "C-0002", "C-0003", "C-0004"]


def test_an_index_of_another_database_is_not_believed(said: House) -> None:
    said.engine.apply((), (), 10_000)
    with pytest.raises(IndexUnavailable):
        search.apply(said.database, said.engine, now=said.clock())
    said.worker.keep_all()
    make.comment(said, "One more mango.")
    said.worker.keep_all()
    assert find(said, "mango").total == 5


def test_applying_the_same_promises_twice_changes_nothing(said: House) -> None:
    before = find(said, "", order="newest")
    with said.database.read() as session:
        held = search.held(session)
    assert search.rebuild(said.database, said.engine, now=said.clock()) == held == 5 + 2 * 5
    assert search.apply(said.database, said.engine, now=said.clock()) == 0
    after = find(said, "", order="newest")
    assert (ids(after), after.facets) == (ids(before), before.facets)


def test_days_are_days_in_pakistan() -> None:
    first, last = search.day_range(date(2026, 11, 24), date(2026, 11, 24))
    moments = [datetime.fromtimestamp((part or 0) / 1_000_000, UTC) for part in (first, last)]
    assert [f"{moment:%d %H:%M}" for moment in moments] == ["23 19:00", "24 19:00"]
    assert search.day_range(None, None) == (None, None)


async def test_the_last_minute_of_a_day_belongs_to_it(client: httpx.AsyncClient, house: House) -> None:
    house.clock.now = datetime(2026, 11, 24, 18, 59, 59, tzinfo=UTC)
    make.comment(house, "Mango at night.")
    house.clock.now = datetime(2026, 11, 24, 19, 0, tzinfo=UTC)
    make.comment(house, "Mango in the morning.")
    house.worker.keep_all()
    asked = {"q": "mango", "from": "2026-11-24", "to": "2026-11-24"}
    answer = (await client.get("/api/v1/search", params=asked)).json()
    assert [item["id"] for item in answer["items"]] == ["C-0001"]
    asked["from"] = asked["to"] = "2026-11-25"
    answer = (await client.get("/api/v1/search", params=asked)).json()
    assert [item["id"] for item in answer["items"]] == ["C-0002"]


async def test_the_public_search_page_shows_hits_clauses_and_other_spellings(
    client: httpx.AsyncClient, said: House
) -> None:
    page = (await client.get(f"/en/{SLUG}/search?q=mango")).text
    assert "<mark>Mango</mark>" in page
    assert "C-0005" not in page
    misspelt = (await client.get(f"/en/{SLUG}/search?q=festivall")).text
    assert "festival" in misspelt.replace("festivall", "")


ODD = ['"', "(((", "-", "OR OR", "clause:", "*", "~", "received:..", "a" * 2000, "\u202e", "\x00"]


@pytest.mark.parametrize("q", ODD)
async def test_whatever_is_typed_is_answered(client: httpx.AsyncClient, said: House, q: str) -> None:
    for path in (f"/en/{SLUG}/search", f"/ur/{SLUG}/search", "/api/v1/search"):
        assert (await client.get(path, params={"q": q})).status_code == 200
