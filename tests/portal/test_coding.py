"""A sample coded blind: what is drawn, who codes, what stays hidden, and the figures in every report."""

from __future__ import annotations

import json
import re
from random import Random

import httpx
import pytest
from sqlalchemy import select

from portal.errors import Conflict, InvalidInput, NotFound
from portal.formats import write
from portal.formats.report import ReportQuality
from portal.models import AuditRecord, CodingSample
from portal.models.database import Session
from portal.services import coding, moderation, outcomes, reports_full, signing_off
from portal.services.acting import By
from portal.services.coding import SampleRow
from portal.words import words_for
from tests import make
from tests.make import CLAUSE, SLUG, VERSION, House

PAGE = f"/en/desk/coding?consultation={SLUG}"
RESULTS = f"/en/desk/coding/results?consultation={SLUG}"
SHADE = [f"More shade in street {n}." for n in range(4)]
WATER = [f"Less water in street {n}." for n in range(3)]


@pytest.fixture
def talk(house: House) -> House:
    """T-0001 shade (C-0001 to C-0004), T-0002 water (C-0005 to C-0007), a candidate, one in no theme."""
    make.theme(house, SHADE, title="Shade")
    make.theme(house, WATER, title="Water")
    make.theme(house, ["Birds need nests."], title="Birds", status="candidate")
    make.comment(house, "Nothing of that kind.")
    return house


def by(house: House, name: str = "officer") -> By:
    with house.database.write() as session:
        return By(make.reviewer(session, house, f"{name}@ministry.example"), house.clock())


def draw(house: House, size: int = 300, *, anew: bool = False) -> SampleRow:
    with house.database.write() as session:
        coding.draw(session, 1, size=size, chance=Random(5), by=by_in(session, house), anew=anew)
        found = coding.current(session, 1)
    assert found is not None
    return found


def by_in(session: Session, house: House) -> By:
    return By(make.reviewer(session, house), house.clock())


def code(house: House, comment: int, *themes: str, name: str = "officer", sample: int = 1) -> None:
    who = by(house, name)
    with house.database.write() as session:
        coding.code(session, 1, sample=sample, comment=comment, themes=themes, by=who)


def drawn(house: House) -> list[int]:
    with house.database.read() as session:
        return list(
            session.scalars(select(CodingSample).order_by(CodingSample.id.desc())).all()[0].comment_ids
        )


def acts(house: House) -> list[tuple[str, str]]:
    with house.database.read() as session:
        rows = session.scalars(select(AuditRecord).where(AuditRecord.act.startswith("coding.")))
        return [(row.act, row.subject) for row in rows]


def word(key: str, **values: object) -> str:
    return str(words_for("en").text(key, **values))


def test_the_machines_answer_is_kept_as_it_was_at_the_drawing(talk: House) -> None:
    draw(talk)
    with talk.database.write() as session:
        signing_off.reopen(session, "T-0002", by=by_in(session, talk))
        kept = session.scalars(select(CodingSample)).one().machine
        sample = coding.current(session, 1)
    assert kept["themes"] == [1, 2]
    assert kept["comments"] == {str(n): [1] for n in range(1, 5)} | {str(n): [2] for n in range(5, 8)}
    assert sample is not None
    assert sample.changed


def test_comments_come_by_chance_and_no_more_than_there_are(talk: House) -> None:
    assert draw(talk).size == 9
    assert sorted(drawn(talk)) == list(range(1, 10)) != drawn(talk)
    assert draw(talk, 3).size == 3
    assert set(drawn(talk)) < set(range(1, 10))


def test_only_what_the_machine_alone_decided_and_everybody_may_read_is_drawn(talk: House) -> None:
    make.comment(talk, "Call 0300-1234567.")
    with talk.database.write() as session:
        signing_off.put(session, "T-0001", [5], by=by_in(session, talk))
        signing_off.move(session, "T-0002", [6], None, by=by_in(session, talk))
    draw(talk)
    assert sorted(drawn(talk)) == [1, 2, 3, 4, 7, 8, 9]


@pytest.mark.parametrize("size", [0, -1, 301])
def test_a_sample_has_a_sensible_size(talk: House, size: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        draw(talk, size)
    assert refused.value.fields == {"size": ("error.coding.size",)}


def test_without_accepted_themes_or_comments_nothing_is_drawn(house: House) -> None:
    with pytest.raises(Conflict) as refused:
        draw(house)
    assert refused.value.key == "error.conflict.coding.themes"
    make.theme(house, ["Shade."])
    with house.database.write() as session:
        signing_off.put(session, "T-0001", [1], by=by_in(session, house))
    with pytest.raises(Conflict) as refused:
        draw(house)
    assert refused.value.key == "error.conflict.coding.comments"


def test_work_that_was_begun_is_put_aside_only_on_purpose(talk: House) -> None:
    draw(talk)
    code(talk, 1, "T-0001")
    with pytest.raises(InvalidInput) as refused:
        draw(talk)
    assert refused.value.fields == {"anew": ("error.coding.anew",)}
    fresh = draw(talk, anew=True)
    assert (fresh.id, fresh.coders) == (2, ())
    with pytest.raises(Conflict) as late:
        code(talk, 1, "T-0001", sample=1)
    assert late.value.key == "error.conflict.coding.sample"


def test_an_answer_counts_once_and_may_be_corrected(talk: House) -> None:
    draw(talk)
    for _ in range(2):
        code(talk, 1, "T-0001")
    code(talk, 1, "T-0002", "T-0001")
    code(talk, 2)
    made = ["draft/1", "comment/1", "comment/1", "comment/2"]
    assert [subject for _, subject in acts(talk)] == made
    with talk.database.read() as session:
        found = coding.coded_by(session, 1, 1)
        sample = coding.current(session, 1)
    assert found == {"C-0001": ("T-0001", "T-0002"), "C-0002": ()}
    assert sample is not None
    assert [(one.name, one.coded) for one in sample.coders] == [("officer", 2)]


def test_two_reviewers_code_and_a_third_does_not(talk: House) -> None:
    draw(talk)
    code(talk, 1, "T-0001")
    code(talk, 1, "T-0001", name="second")
    with pytest.raises(Conflict) as refused:
        code(talk, 1, "T-0001", name="third")
    assert refused.value.key == "error.conflict.coding.two"
    code(talk, 2, "T-0001", name="second")


def test_only_drawn_comments_and_themes_of_the_sample_are_taken(talk: House) -> None:
    draw(talk)
    other = make.comment(talk, "It came later.").comments[0].id
    for comment, theme in ((int(other[2:]), "T-0001"), (1, "T-0003"), (1, "T-9999"), (1, "nothing")):
        with pytest.raises(NotFound):
            code(talk, comment, theme)
    assert [act for act, _ in acts(talk)] == ["coding.draw"]


def test_each_reviewer_gets_what_is_left_and_nothing_that_was_withheld(talk: House) -> None:
    draw(talk)
    first, second, *_ = drawn(talk)
    code(talk, first)
    with talk.database.write() as session:
        given = {"reason": "legal", "note": "", "reviewer_id": 1, "now": talk.clock()}
        moderation.withhold(session, second, **given)  # type: ignore[arg-type]
        mine = coding.next_for(session, 1, 1)
        theirs = coding.next_for(session, 1, 99)
        sample = coding.current(session, 1)
    assert mine is not None
    assert theirs is not None
    assert (mine.id, theirs.id) == (f"C-{drawn(talk)[2]:04d}", f"C-{first:04d}")
    assert sample is not None
    assert sample.size == 8


def many(house: House) -> None:
    """40 comments of one theme: by a first reviewer 30 as the machine, 10 as none; 29 by a second."""
    make.theme(house, [f"More shade in street {n}." for n in range(40)], title="Shade")
    draw(house)
    for place, number in enumerate(drawn(house)):
        code(house, number, *(["T-0001"] if place < 30 else []))
        if place < 29:
            code(house, number, "T-0001", name="second")


def test_figures_are_measured_and_none_is_given_under_thirty(house: House) -> None:
    many(house)
    with house.database.read() as session:
        found, again = coding.results(session, 1), coding.results(session, 1)
        quality = coding.quality(session, 1)
    assert found is not None
    assert found == again
    every, english = found.rows
    assert (every.language, every.once, every.twice) == ("all", 40, 29)
    assert every.mean is not None
    assert every.mean.value == pytest.approx(0.75)
    assert every.mean.low < 0.75 < every.mean.high
    assert (every.each[1].comments, every.each[1].f1, every.agreement) == (29, None, None)
    assert english.language == "en"
    assert isinstance(quality, ReportQuality)
    assert [(row.language, row.reviewed, row.f1) for row in quality.rows] == [
        ("all", 40, every.mean),
        ("en", 40, english.mean),
    ]


def test_a_report_has_quality_and_the_outcomes_of_what_stands_in_it(house: House) -> None:
    many(house)
    make.theme(house, ["Less water."], title="Water")
    with house.database.write() as session:
        for on in ({"theme": "T-0001"}, {"theme": "T-0002"}, {"clause": CLAUSE}):
            outcomes.decide(
                session, 1, **on, decision="partly", reason={"en": "Some of it."}, by=by_in(session, house)
            )
        before = reports_full.gather(session, SLUG, VERSION, accepted_only=True, now=house.clock())
        signing_off.reopen(session, "T-0002", by=by_in(session, house))
        public = reports_full.gather(session, SLUG, VERSION, accepted_only=True, now=house.clock())
        official = reports_full.gather(session, SLUG, now=house.clock())
    assert [one.on for one in before.outcomes] == ["T-0001", "T-0002", CLAUSE]
    for report in (public, official):
        assert [one.on for one in report.outcomes] == ["T-0001", CLAUSE]
        assert report.quality is not None
        made = json.loads(write(report, "json"))
        assert made["quality"]["rows"][0]["language"] == "all"
        assert made["quality"]["rows"][0]["reviewed"] == 40
    assert "T-0002" not in str(public.outcomes)


def test_an_answer_and_a_coding_change_what_a_report_is_made_of(house: House) -> None:
    many(house)

    def mark() -> str:
        with house.database.read() as session:
            return reports_full.gather(session, SLUG, now=house.clock()).input_sha256

    first = mark()
    assert mark() == first
    code(house, drawn(house)[0])
    second = mark()
    assert second != first
    with house.database.write() as session:
        outcomes.decide(
            session, 1, clause=CLAUSE, decision="not", reason={"en": "No."}, by=by_in(session, house)
        )
    assert mark() != second


async def test_the_public_report_carries_quality(house: House, client: httpx.AsyncClient) -> None:
    many(house)
    made = (await client.get(f"/en/{SLUG}/results/report.json")).json()
    assert made["quality"]["rows"][0]["f1"]["value"] == pytest.approx(0.75)


async def test_the_page_shows_a_comment_and_themes_and_nothing_that_was_answered(
    talk: House, official: httpx.AsyncClient
) -> None:
    assert word("coding.no_sample") in (await official.get(PAGE)).text
    sent = await official.post("/en/desk/coding/draw", data={"consultation": SLUG, "size": "300"})
    assert (sent.status_code, sent.headers["location"]) == (303, PAGE)
    with talk.database.read() as session:
        following = coding.next_for(session, 1, 1)
    assert following is not None
    code(talk, int(following.id[2:]), "T-0002", name="colleague")
    page = (await official.get(PAGE)).text
    assert following.body in page
    assert re.findall(r'name="(theme_[^"]+)" value="yes"( checked)?', page) == [
        ("theme_T-0001", ""),
        ("theme_T-0002", ""),
    ]
    assert ">Birds<" not in page
    assert "1 of 9" in page
    assert page.count("T-0001") == page.count("T-0002") == 1


async def test_an_answer_leads_to_the_next_comment_and_can_be_taken_up_again(
    talk: House, official: httpx.AsyncClient
) -> None:
    draw(talk)
    first, second = (f"C-{number:04d}" for number in drawn(talk)[:2])
    form = {"consultation": SLUG, "sample": "1", "comment": first}
    sent = await official.post("/en/desk/coding", data={**form, "theme_T-0002": "yes"})
    assert (sent.status_code, sent.headers["location"]) == (303, f"{PAGE}&done={first}")
    page = (await official.get(sent.headers["location"])).text
    assert word("coding.done", comment=first) in page
    assert f'name="comment" value="{second}"' in page
    page = (await official.get(f"{PAGE}&comment={first}")).text
    assert 'name="theme_T-0002" value="yes" checked' in page
    await official.post("/en/desk/coding", data={**form, "none": "yes"})
    page = (await official.get(f"{PAGE}&comment={first}")).text
    assert 'id="field-none" checked' in page
    assert " checked" not in (await official.get(PAGE)).text
    assert (await official.get(f"{PAGE}&comment={drawn(talk)[4]}")).status_code == 404


@pytest.mark.parametrize(
    ("ticked", "key"),
    [({}, "error.coding.choose"), ({"theme_T-0001": "yes", "none": "yes"}, "error.coding.both")],
)
async def test_an_answer_is_themes_or_none_of_them(
    talk: House, official: httpx.AsyncClient, ticked: dict[str, str], key: str
) -> None:
    draw(talk)
    comment = f"C-{drawn(talk)[0]:04d}"
    form = {"consultation": SLUG, "sample": "1", "comment": comment, **ticked}
    answer = await official.post("/en/desk/coding", data=form)
    assert answer.status_code == 422
    assert word(key) in answer.text
    assert word("error.coding.not_done") in answer.text
    assert answer.text.count(" checked") == len(ticked)
    assert [act for act, _ in acts(talk)] == ["coding.draw"]


async def test_a_size_that_is_none_is_asked_for_again(talk: House, official: httpx.AsyncClient) -> None:
    answer = await official.post("/en/desk/coding/draw", data={"consultation": SLUG, "size": "many"})
    assert answer.status_code == 422
    assert word("error.coding.size") in answer.text


async def test_figures_stand_beside_the_published_ones(house: House, official: httpx.AsyncClient) -> None:
    assert word("coding.no_sample") in (await official.get(RESULTS)).text
    many(house)
    page = (await official.get(RESULTS)).text
    assert "<b>0.75</b>&nbsp;(0." in page
    assert "0.76–0.82" in page
    assert word("coding.no_verdict") in page
    assert word("language.all") in page


async def test_the_themes_page_leads_there(talk: House, official: httpx.AsyncClient) -> None:
    assert f'href="{PAGE}"' in (await official.get(f"/en/desk/themes?consultation={SLUG}")).text
