"""Signing themes off: every act, what later runs keep of it, and undoing."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from portal.errors import Conflict, InvalidInput, NotFound
from portal.models.database import Session
from portal.services import audit, signing_off, theme_acts, theme_runs, themes
from portal.services.acting import By
from portal.services.identifiers import comment_number
from portal.services.rows import ThemeRow
from tests import make
from tests.make import SLUG, VERSION, House

WATER = "Young trees need water in summer or they die in June, number {}."
SHADE = "Shade for benches at bus stops keeps old people out of the sun, number {}."


@pytest.fixture
def talk(house: House) -> House:
    """Two subjects, six comments each, and a run over them."""
    for number in range(6):
        make.comment(house, WATER.format(number), clause=None)
    for number in range(6):
        make.comment(house, SHADE.format(number), clause=None)
    run(house)
    return house


def run(house: House) -> None:
    house.clock.forward(minutes=1)
    theme_runs.suggest(house.database, house.worker.summarizer(), 1, now=house.clock())


def act(house: House, do: Callable[[Session, By], object]) -> object:
    with house.database.write() as session:
        return do(session, By(make.reviewer(session, house), house.clock()))


def rows(house: House) -> list[ThemeRow]:
    with house.database.read() as session:
        return themes.listing(session, themes.find_draft(session, SLUG, VERSION).id)


def row(house: House, name: str) -> ThemeRow:
    with house.database.read() as session:
        return themes.get(session, name)


def numbers(names: tuple[str, ...]) -> list[int]:
    return [comment_number(name) or 0 for name in names]


def about(house: House, word: str) -> ThemeRow:
    """The theme with most comments that hold the word; a written one where the machine found none."""
    found = [one for one in rows(house) if word in one.title.lower()]
    if found:
        return found[0]
    wanted = range(1, 7) if word == "water" else range(7, 13)
    name = act(house, lambda s, by: signing_off.write(s, 1, {"en": word}, list(wanted), by=by))
    return row(house, str(name))


def undo(house: House) -> None:
    with house.database.read() as session:
        newest = theme_acts.acts(session, 1)[0]
    act(house, lambda s, by: theme_acts.undo(s, newest.id, 1, by=by))


def test_a_split_stays_split_in_later_runs_and_can_be_undone(talk: House) -> None:
    theme = about(talk, "water")
    some = numbers(theme.comment_ids)[:2]
    made = str(act(talk, lambda s, by: signing_off.split(s, theme.id, some, {"en": "June"}, by=by)))
    run(talk)
    assert set(numbers(row(talk, made).comment_ids)) >= set(some)
    assert not set(some) & set(numbers(row(talk, theme.id).comment_ids))


def test_undoing_a_split_puts_everything_back(talk: House) -> None:
    theme = about(talk, "water")
    some = numbers(theme.comment_ids)[:2]
    made = str(act(talk, lambda s, by: signing_off.split(s, theme.id, some, {"en": "June"}, by=by)))
    undo(talk)
    assert row(talk, theme.id).comment_ids == theme.comment_ids
    assert made not in {one.id for one in rows(talk)}


def test_merged_themes_are_one_and_stay_one(talk: House) -> None:
    water, shade = about(talk, "water"), about(talk, "shade")
    act(talk, lambda s, by: signing_off.merge(s, water.id, [shade.id], by=by))
    everything = {*water.comment_ids, *shade.comment_ids}
    run(talk)
    assert set(row(talk, water.id).comment_ids) >= everything
    assert shade.id not in {one.id for one in rows(talk)}


def test_undoing_a_merge_brings_both_themes_back(talk: House) -> None:
    water, shade = about(talk, "water"), about(talk, "shade")
    act(talk, lambda s, by: signing_off.merge(s, water.id, [shade.id], by=by))
    undo(talk)
    assert row(talk, water.id).comment_ids == water.comment_ids
    assert row(talk, shade.id).comment_ids == shade.comment_ids


def test_a_comment_that_was_taken_out_does_not_come_back(talk: House) -> None:
    theme = about(talk, "water")
    first = numbers(theme.comment_ids)[:1]
    act(talk, lambda s, by: signing_off.move(s, theme.id, first, None, by=by))
    run(talk)
    assert first[0] not in numbers(row(talk, theme.id).comment_ids)


def test_a_comment_moved_by_hand_stays_where_it_was_put(talk: House) -> None:
    water, shade = about(talk, "water"), about(talk, "shade")
    first = numbers(water.comment_ids)[:1]
    act(talk, lambda s, by: signing_off.move(s, water.id, first, shade.id, by=by))
    run(talk)
    assert first[0] in numbers(row(talk, shade.id).comment_ids)
    with talk.database.read() as session:
        assert f"C-{first[0]:04d}" in themes.by_hand(session, shade.id)


def test_a_candidate_that_was_taken_away_does_not_come_back(talk: House) -> None:
    theme = about(talk, "water")
    act(talk, lambda s, by: signing_off.take_away(s, theme.id, by=by))
    run(talk)
    assert theme.id not in {one.id for one in rows(talk)}


def test_an_accepted_theme_is_reopened_before_it_is_taken_away(talk: House) -> None:
    theme = about(talk, "water")
    act(talk, lambda s, by: signing_off.accept(s, theme.id, by=by))
    with pytest.raises(Conflict):
        act(talk, lambda s, by: signing_off.take_away(s, theme.id, by=by))
    act(talk, lambda s, by: signing_off.reopen(s, theme.id, by=by))
    assert row(talk, theme.id).status == "candidate"


def test_a_class_takes_comments_out_of_the_machines_themes_and_out_of_runs(talk: House) -> None:
    act(talk, lambda s, by: signing_off.classify(s, 1, "no_reason", [1, 2], by=by))
    run(talk)
    assert not {"C-0001", "C-0002"} & {name for one in rows(talk) for name in one.comment_ids}
    with talk.database.read() as session:
        assert signing_off.progress(session, 1).no_reason == 2


def test_names_in_two_languages_outlive_runs(talk: House) -> None:
    theme = about(talk, "water")
    names = {"en": "Water in summer", "ur": "گرمیوں میں پانی"}
    act(talk, lambda s, by: signing_off.rename(s, theme.id, names, by=by))
    act(talk, lambda s, by: signing_off.accept(s, theme.id, by=by))
    run(talk)
    assert (dict(row(talk, theme.id).names), row(talk, theme.id).status) == (names, "accepted")


def test_what_was_touched_since_cannot_be_undone(talk: House) -> None:
    theme = about(talk, "water")
    act(talk, lambda s, by: signing_off.rename(s, theme.id, {"en": "One"}, by=by))
    with talk.database.read() as session:
        first = theme_acts.acts(session, 1)[0].id
    act(talk, lambda s, by: signing_off.rename(s, theme.id, {"en": "Two"}, by=by))
    with pytest.raises(Conflict):
        act(talk, lambda s, by: theme_acts.undo(s, first, 1, by=by))
    with pytest.raises(NotFound):
        act(talk, lambda s, by: theme_acts.undo(s, 999, 1, by=by))


def test_two_officials_on_one_theme_do_not_overwrite_each_other(talk: House) -> None:
    theme = about(talk, "water")
    with talk.database.read() as session:
        seen = signing_off.mark(session, theme.id)
    act(talk, lambda s, by: signing_off.rename(s, theme.id, {"en": "One"}, seen=seen, by=by))
    with pytest.raises(Conflict):
        act(talk, lambda s, by: signing_off.rename(s, theme.id, {"en": "Two"}, seen=seen, by=by))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda s, name, by: signing_off.merge(s, name, [], by=by),
        lambda s, name, by: signing_off.split(s, name, [], {"en": "X"}, by=by),
        lambda s, name, by: signing_off.rename(s, name, {"en": " ", "ur": ""}, by=by),
        lambda s, name, by: signing_off.move(s, name, [999], None, by=by),
        lambda s, name, by: signing_off.write(s, 1, {"en": "X"}, [999], by=by),
        lambda s, name, by: signing_off.classify(s, 1, "theme", [1], by=by),
    ],
)
def test_what_does_not_fit_is_refused_and_leaves_no_record(
    talk: House, wrong: Callable[[Session, str, By], object]
) -> None:
    theme = about(talk, "water")
    with talk.database.read() as session:
        before = len(theme_acts.acts(session, 1))
    with pytest.raises(InvalidInput):
        act(talk, lambda s, by: wrong(s, theme.id, by))
    with talk.database.read() as session:
        assert len(theme_acts.acts(session, 1)) == before
        assert audit.check(session) == []


async def test_the_theme_page_splits_what_was_ticked(client: httpx.AsyncClient, talk: House) -> None:
    theme = about(talk, "water")
    await make.sign_in(talk, client, "second@ministry.example")
    page = (await client.get(f"/en/desk/themes/{theme.id}")).text
    assert "put here by" in page
    data = {f"c_{name}": "yes" for name in theme.comment_ids[:2]}
    data |= {"act": "split", "title_en": "Deaths in June"}
    answer = await client.post(f"/en/desk/themes/{theme.id}/members", data=data)
    assert answer.status_code == 303
    assert "Deaths in June" in (await client.get(answer.headers["location"])).text
    listed = (await client.get("/en/desk/themes")).text
    assert 'name="undo"' in listed


async def test_search_results_become_the_examples_of_a_new_theme(
    client: httpx.AsyncClient, talk: House
) -> None:
    await make.sign_in(talk, client, "second@ministry.example")
    talk.worker.keep_all()
    data = {"c_C-0001": "", "c_C-0002": "", "act": "write", "title_ur": "پانی", "consultation": SLUG}
    answer = await client.post("/en/desk/search/many", data=data)
    assert answer.status_code == 303
    assert "پانی" in {one.title for one in rows(talk)}
