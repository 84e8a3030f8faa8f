"""What hostile or hasty browsers send to the desk: every answer is a page, and nothing gets lost."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import text

from portal.errors import Conflict, InvalidInput
from portal.models.database import Session
from portal.services import audit, reviewers, signing_off, synonyms, themes, work
from portal.services.acting import By
from portal.web import desk, searching
from portal.words import words_for
from tests import make
from tests.make import CLAUSE, OTHER_CLAUSE, SLUG, House

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def act(house: House, do: Callable[[Session, By], object]) -> object:
    with house.database.write() as session:
        return do(session, By(make.reviewer(session, house), house.clock()))


def sentence(key: str) -> str:
    return str(words_for("en").text(key))


def fields_of(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that is sent to an address."""
    form = page.partition(f'action="{action}"')[2].partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))


def members(house: House, name: str) -> tuple[str, ...]:
    with house.database.read() as session:
        return themes.get(session, name).comment_ids


@pytest.mark.parametrize("name", ["%ED%A0%80", "%FF%FE", "%00", "x" * 90_000])
@pytest.mark.parametrize("what", ["note", "read"])
async def test_a_list_that_there_is_not_is_left_out_of_the_way_back(
    official: httpx.AsyncClient, house: House, what: str, name: str
) -> None:
    make.comment(house)
    answer = await official.post(
        f"/en/desk/comments/C-0001/{what}", content=f"text=Ask.&read=yes&list={name}", headers=FORM
    )
    assert answer.status_code == 303
    assert answer.headers["location"].partition("#")[0] == "/en/desk/comments/C-0001"


async def test_a_saved_search_without_words_is_listed(official: httpx.AsyncClient, house: House) -> None:
    name = make.theme(house, ["Plant neem.", "Plant neem trees."])
    house.worker.keep_all()
    kept = {"name": "On neem", "theme": name, "consultation": SLUG}
    assert (await official.post("/en/desk/saved", data=kept)).status_code == 303
    page = await official.get(f"/en/desk/saved?consultation={SLUG}")
    assert page.status_code == 200
    assert "On neem" in page.text


def test_a_comment_is_not_moved_to_a_theme_of_another_clause(house: House) -> None:
    here = make.theme(house, ["Plant neem.", "Plant neem trees."], clause=CLAUSE)
    there = make.theme(house, ["Water them.", "Water them weekly."], clause=OTHER_CLAUSE)
    before = members(house, here), members(house, there)
    with pytest.raises(InvalidInput) as caught:
        act(house, lambda s, by: signing_off.move(s, here, [1], there, by=by))
    assert caught.value.fields == {"to": ("error.themes.scope",)}
    assert (members(house, here), members(house, there)) == before


@pytest.mark.parametrize(
    "late",
    [
        lambda s, here, gone, by: signing_off.move(s, here, [1], gone, by=by),
        lambda s, here, gone, by: signing_off.put(s, gone, [1], by=by),
        lambda s, here, gone, by: signing_off.accept(s, gone, by=by),
        lambda s, here, gone, by: signing_off.rename(s, gone, {"en": "Water"}, by=by),
        lambda s, here, gone, by: signing_off.split(s, gone, [3], {"en": "Weekly"}, by=by),
        lambda s, here, gone, by: signing_off.merge(s, here, [gone], by=by),
        lambda s, here, gone, by: signing_off.take_away(s, gone, by=by),
    ],
    ids=["move", "put", "accept", "rename", "split", "merge", "take away"],
)
def test_nothing_is_done_to_a_theme_that_a_colleague_merged_meanwhile(
    house: House, late: Callable[[Session, str, str, By], object]
) -> None:
    here = make.theme(house, ["Plant neem.", "Plant neem trees."])
    gone = make.theme(house, ["Water them.", "Water them weekly."])
    other = make.theme(house, ["Prune them.", "Prune them in autumn."])
    act(house, lambda s, by: signing_off.merge(s, other, [gone], by=by))
    before = members(house, here)
    with pytest.raises(Conflict) as caught:
        act(house, lambda s, by: late(s, here, gone, by))
    assert caught.value.key == "error.conflict.theme_gone"
    assert members(house, here) == before


@pytest.mark.parametrize("wrong", ["role=%ED%A0%80", "role=reviewer&access=chosen&open_%ED%A0%80=yes"])
@pytest.mark.parametrize("what", ["invite", "2/rights"])
async def test_rights_that_there_are_not_are_refused(
    official: httpx.AsyncClient, house: House, what: str, wrong: str
) -> None:
    with house.database.write() as session:
        reviewers.add(session, "second@ministry.example", now=house.clock())
    form = f"email=third@ministry.example&{wrong}"
    answer = await official.post(f"/en/desk/colleagues/{what}", content=form, headers=FORM)
    assert answer.status_code in (404, 422)
    with house.database.read() as session:
        assert [row.role for row in reviewers.listing(session)] == ["admin", "reviewer"]


async def test_no_comment_is_given_to_an_official_who_may_not_see_it(
    official: httpx.AsyncClient, house: House
) -> None:
    make.comment(house)
    make.consultation(house, slug="second")
    with house.database.write() as session:
        reviewers.add(session, "stranger@ministry.example", slugs=["second"], now=house.clock())
    assert "stranger" not in (await official.get("/en/desk/comments/C-0001")).text
    alone = await official.post("/en/desk/comments/C-0001/assign", data={"to": "2"})
    form = {"act": "assign", "to": "2", "c_C-0001": "", "consultation": SLUG}
    together = await official.post("/en/desk/many", data=form)
    assert (alone.status_code, together.status_code) == (422, 422)
    with house.database.read() as session:
        assert work.task_of(session, 1) is None


@pytest.mark.parametrize("gone", ["reopened", "merged"])
async def test_an_answer_to_a_theme_that_is_accepted_no_more_is_given_back(
    official: httpx.AsyncClient, house: House, gone: str
) -> None:
    name = make.theme(house, ["Plant neem.", "Plant neem trees."])
    other = make.theme(house, ["Water them.", "Water them weekly."])
    if gone == "merged":
        act(house, lambda s, by: signing_off.merge(s, other, [name], by=by))
    else:
        act(house, lambda s, by: signing_off.reopen(s, name, by=by))
    assert (await official.get(f"/en/desk/outcomes/theme/{name}")).status_code == 404
    typed = {"decision": "partly", "reason_en": "Neem where there is water.", "seen": ""}
    answer = await official.post(f"/en/desk/outcomes/theme/{name}", data=typed)
    assert answer.status_code == 409
    assert "Neem where there is water." in answer.text
    assert sentence("error.conflict.outcome.theme") in answer.text


async def test_every_comment_of_a_full_page_of_the_queue_can_be_ticked(
    official: httpx.AsyncClient, house: House
) -> None:
    for number in range(desk.PAGE + 1):
        make.comment(house, f"Call 0300-12345{number:02d}.")
    page = (await official.get("/en/desk/queue")).text
    ticks = dict.fromkeys(re.findall(r'name="(c_C-\d+)"', page), "")
    assert len(ticks) == desk.PAGE
    names = ("reason", "note", "tag", "to", "due_on", "theme_to", "title_en", "title_ur")
    form = {**dict.fromkeys(names, ""), **ticks, "act": "publish", "back": "/en/desk/queue"}
    answer = await official.post("/en/desk/many", data={**form, "consultation": SLUG, "token": "x"})
    assert answer.status_code == 303
    assert f"changed={desk.PAGE}&left=0" in answer.headers["location"]


async def test_a_comment_that_is_a_list_of_numbers_can_be_shown_without_all_of_them(
    official: httpx.AsyncClient, house: House
) -> None:
    make.comment(house, "Ask these: " + ", ".join(f"0300-12345{number:02d}" for number in range(60)))
    page = (await official.get("/en/desk/comments/C-0001")).text
    places = dict(re.findall(r'name="(place_\d+)" value="([^"]+)"', page))
    assert len(places) == 60
    form = {**places, "reason": "personal_data", "words": "", "note": ""}
    assert (await official.post("/en/desk/comments/C-0001/redact", data=form)).status_code == 303
    assert "0300-" not in (await official.get(f"/en/{SLUG}/comments/C-0001")).text


@pytest.mark.parametrize("what", ["invite", "1/rights"])
async def test_an_account_may_be_opened_to_very_many_consultations(
    official: httpx.AsyncClient, house: House, what: str
) -> None:
    opened = {f"open_policy-{number}": "yes" for number in range(200)}
    form = {"email": "third@ministry.example", "role": "reviewer", "access": "chosen", **opened}
    answer = await official.post(f"/en/desk/colleagues/{what}", data=form)
    assert answer.status_code != 413


async def test_every_comment_of_a_full_page_of_a_narrow_search_can_be_ticked(
    official: httpx.AsyncClient, house: House
) -> None:
    for number in range(searching.RESULTS):
        make.comment(house, f"Plant neem, number {number}.")
    house.worker.keep_all()
    asked = {"q": "neem", "order": "oldest", "after": "0", "read": "no", "redacted": "no", "assigned": "none"}
    page = (await official.get("/en/desk/search", params=asked)).text
    ticks = dict.fromkeys(re.findall(r'name="(c_C-\d+)"', page), "")
    assert len(ticks) == searching.RESULTS
    names = ("reason", "note", "tag", "to", "due_on", "theme_to", "title_en", "title_ur")
    form = {**dict.fromkeys(names, ""), **asked, **ticks, "act": "read", "consultation": SLUG, "token": "x"}
    answer = await official.post("/en/desk/search/many", data=form)
    assert answer.status_code == 303


async def test_a_note_that_cannot_be_kept_comes_back_and_can_be_mended(
    official: httpx.AsyncClient, house: House
) -> None:
    make.comment(house)
    note = "Ask the Forest Office about water. " * 120
    answer = await official.post("/en/desk/comments/C-0001/note", data={"text": note, "list": "pending"})
    assert answer.status_code == 422
    assert note in answer.text
    again = fields_of(answer.text, "/en/desk/comments/C-0001/note")
    assert again["list"] == "pending"
    sent = await official.post("/en/desk/comments/C-0001/note", data={**again, "text": "Ask them."})
    assert sent.headers["location"] == "/en/desk/comments/C-0001?list=pending#notes"


@pytest.mark.parametrize("where", ["many", "search/many"])
async def test_many_that_were_not_done_are_still_chosen(
    official: httpx.AsyncClient, house: House, where: str
) -> None:
    make.comment(house)
    make.comment(house, "Plant mango.")
    chosen = {"c_C-0001": "", "c_C-0002": "", "consultation": SLUG, "back": "/en/desk/queue"}
    wrong = {**chosen, "act": "withhold", "reason": "", "note": "Names <i>a</i> neighbour."}
    answer = await official.post(f"/en/desk/{where}", data=wrong)
    assert answer.status_code == 422
    assert "Names &lt;i&gt;a&lt;/i&gt; neighbour." in answer.text
    again = fields_of(answer.text, f"/en/desk/{where}")
    assert chosen.keys() <= again.keys()
    note = {"reason": "abuse", "note": "Names a neighbour."}
    sent = await official.post(f"/en/desk/{where}", data={**again, **note})
    assert sent.status_code == 303
    assert "changed=2&left=0" in sent.headers["location"]


async def test_where_nothing_was_chosen_the_words_are_shown_without_a_button(
    official: httpx.AsyncClient, house: House
) -> None:
    make.comment(house)
    wrong = {"act": "write", "title_en": "Shade for everyone", "consultation": SLUG}
    answer = await official.post("/en/desk/many", data=wrong)
    assert answer.status_code == 422
    assert "Shade for everyone" in answer.text
    assert sentence("not_done.again") not in answer.text


@pytest.mark.parametrize(
    ("column", "spoilt"),
    [("details", "no JSON"), ("details", "[1]"), ("details", "null"), ("at", "yesterday"), ("subject", "")],
)
async def test_a_record_that_somebody_spoilt_is_named_and_shown(
    official: httpx.AsyncClient, house: House, column: str, spoilt: str
) -> None:
    make.comment(house)
    with house.database.write() as session:
        session.execute(text(f"UPDATE audit_record SET {column} = :spoilt WHERE id = 1"), {"spoilt": spoilt})
    with house.database.read() as session:
        broken = audit.first_break(session)
    assert broken is not None
    assert (broken.kind, broken.number) == ("changed", 1)
    page = await official.get("/en/desk/audit")
    assert page.status_code == 200
    assert 'id="record-1"' in page.text
    table = await official.get("/en/desk/audit.csv")
    assert table.status_code == 200
    with house.database.read() as session:
        assert len(table.text.splitlines()) == audit.count(session) + 1
    assert spoilt in table.text


async def test_two_admins_on_one_account_do_not_overwrite_each_other(
    official: httpx.AsyncClient, house: House
) -> None:
    with house.database.write() as session:
        reviewers.add(session, "second@ministry.example", now=house.clock())
    page = (await official.get("/en/desk/colleagues/2")).text
    first = fields_of(page, "/en/desk/colleagues/2/rights")
    narrow = {**first, "role": "reviewer", "access": "chosen", f"open_{SLUG}": "yes"}
    assert (await official.post("/en/desk/colleagues/2/rights", data=narrow)).status_code == 303
    late = await official.post("/en/desk/colleagues/2/rights", data={**first, "role": "admin"})
    assert late.status_code == 409
    assert sentence("error.conflict.rights_seen") in late.text
    with house.database.read() as session:
        assert reviewers.colleague(session, 2).slugs == {SLUG}
    again = {**fields_of(late.text, "/en/desk/colleagues/2/rights"), "role": "admin"}
    assert (await official.post("/en/desk/colleagues/2/rights", data=again)).status_code == 303


async def test_a_note_that_is_sent_twice_is_kept_once(official: httpx.AsyncClient, house: House) -> None:
    make.comment(house)
    for note in ("Ask them.", "Ask them.", "They say yes.", "Ask them."):
        await official.post("/en/desk/comments/C-0001/note", data={"text": note})
    with house.database.read() as session:
        said = [note.text for note in work.notes(session, comment=1)]
    assert said == ["Ask them.", "They say yes.", "Ask them."]


async def test_a_theme_that_is_written_twice_is_one(official: httpx.AsyncClient, house: House) -> None:
    make.comment(house)
    make.comment(house, "Plant mango.")
    form = {"act": "write", "title_en": "Shade", "c_C-0001": "", "consultation": SLUG}
    for _ in range(2):
        assert (await official.post("/en/desk/many", data=form)).status_code == 303
    await official.post("/en/desk/many", data={**form, "c_C-0002": ""})
    with house.database.read() as session:
        listed = themes.listing(session, themes.find_draft(session, SLUG, None).id)
    assert sorted(row.comment_ids for row in listed) == [("C-0001",), ("C-0001", "C-0002")]


async def test_words_that_are_added_twice_stand_once(official: httpx.AsyncClient, house: House) -> None:
    for _ in range(2):
        added = await official.post("/en/desk/words", data={"words": "sapling\nseedling"})
        assert added.status_code == 303
    with house.database.read() as session:
        assert [row.words for row in synonyms.listing(session)] == [("sapling", "seedling")]
