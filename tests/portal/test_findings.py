"""Themes and reports: candidates until accepted, counts of what is public, literal quotes, equal bytes."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from portal.errors import Conflict, InvalidInput, NotFound
from portal.formats import write
from portal.formats.report import Report
from portal.services import moderation, reports, signing_off, theme_runs, themes
from portal.services.acting import By
from portal.services.rows import ThemeRow
from portal.services.theme_json import as_json
from tests import make
from tests.make import CLAUSE, OTHER_CLAUSE, SLUG, VERSION, House

WATER = [
    "Young trees die without water in May and June.",
    "Water the young trees in summer or they die.",
    "Without summer water the young trees will die again.",
    "Give water to young trees every week in summer.",
    "Trees planted last year died because nobody gave them water.",
]
SHADE = [
    "Shade keeps children cool on the way to school.",
    "The way to school needs shade, children faint in the heat.",
    "Children walk to school in the heat, plant shade trees there.",
    "Shade on the school road is the best thing for children.",
]
LETTER = "We ask the Ministry to plant one thousand neem trees on the canal road this year."


@pytest.fixture
def talk(house: House) -> House:
    """Two subjects, a form letter from four people, one comment that waits and one on the whole."""
    for body in WATER:
        make.comment(house, body, clause=OTHER_CLAUSE, position="support")
    for body in SHADE:
        make.comment(house, body, position="mixed", name="Sana")
    for name in ("Ali", "Bano", "Chand", "Dua"):
        make.comment(house, LETTER, position="oppose", name=name)
    make.comment(house, "Call me on 0300-1234567 about the trees.")
    make.comment(house, "A good policy as a whole.", clause=None)
    suggest(house)
    return house


def suggest(house: House) -> None:
    with house.database.read() as session:
        draft = themes.find_draft(session, SLUG, VERSION)
    theme_runs.suggest(house.database, house.worker.summarizer(), draft.id, now=house.clock())


def listing(house: House, **options: bool) -> list[ThemeRow]:
    with house.database.read() as session:
        return themes.listing(session, themes.find_draft(session, SLUG, VERSION).id, **options)


def accept(house: House, name: str) -> None:
    with house.database.write() as session:
        reviewer = make.reviewer(session, house)
        signing_off.accept(session, name, by=By(reviewer, house.clock()))


def gather(house: House, **options: object) -> Report:
    with house.database.read() as session:
        return reports.gather(session, SLUG, now=house.clock(), **options)  # type: ignore[arg-type]


def bodies(house: House) -> dict[str, str]:
    return {comment.id: comment.body for comment in gather(house).comments}


def test_every_title_and_quote_stands_in_a_published_comment(talk: House) -> None:
    said = bodies(talk)
    rows = listing(talk)
    assert rows
    for row in rows:
        assert any(row.title in said[name] for name in row.comment_ids)
        for quote in row.quotes:
            assert quote.text in said[quote.comment_id]


def test_a_form_letter_is_one_distinct_text_and_a_campaign(talk: House) -> None:
    with talk.database.read() as session:
        made = as_json(session, SLUG, themes.find_draft(session, SLUG, VERSION))
    assert [(group["comments"], group["distinct"]) for group in made["campaigns"]] == [(4, 1)]
    assert made["comments"] == 14
    assert made["distinct"] == 11


def test_positions_and_languages_of_a_theme_add_up(talk: House) -> None:
    for row in listing(talk):
        assert sum(row.positions.values()) == row.comments == len(row.comment_ids)
        assert sum(row.languages.values()) == row.comments
        assert 1 <= row.distinct <= row.comments


def test_what_waits_is_in_no_theme(talk: House) -> None:
    assert "C-0014" not in {name for row in listing(talk) for name in row.comment_ids}


def test_themes_keep_their_names_in_the_next_run(talk: House) -> None:
    first = listing(talk)
    accept(talk, first[0].id)
    suggest(talk)
    after = listing(talk)
    assert [row.id for row in after if row.status == "accepted"] == [first[0].id]
    assert {row.id for row in after} == {row.id for row in first}
    assert [row.id for row in listing(talk, accepted_only=True)] == [first[0].id]


def test_a_theme_is_accepted_once(talk: House) -> None:
    name = listing(talk)[0].id
    accept(talk, name)
    with talk.database.write() as session, pytest.raises(Conflict):
        signing_off.accept(session, name, by=By(1, talk.clock()))
    with talk.database.write() as session, pytest.raises(NotFound):
        signing_off.accept(session, "T-9999", by=By(1, talk.clock()))


def test_a_renamed_theme_keeps_the_machines_title_on_record(talk: House) -> None:
    row = listing(talk)[0]
    with talk.database.write() as session:
        by = By(make.reviewer(session, talk), talk.clock())
        signing_off.rename(session, row.id, {"en": "  Water in summer "}, by=by)
        after = themes.get(session, row.id)
        with pytest.raises(InvalidInput):
            signing_off.rename(session, row.id, {"en": "  "}, by=by)
    assert (after.title, after.machine_title) == ("Water in summer", row.machine_title)


def test_a_withheld_comment_leaves_counts_quotes_and_titles(talk: House) -> None:
    said = bodies(talk)
    row = listing(talk)[0]
    titled = next(name for name in row.comment_ids if row.title in said[name])
    with talk.database.write() as session:
        number = int(titled.removeprefix("C-"))
        moderation.withhold(session, number, reason="legal", note="", reviewer_id=None, now=talk.clock())
    after = next(other for other in listing(talk) if other.id == row.id)
    assert after.comments == row.comments - 1
    assert titled not in after.comment_ids
    assert titled not in {quote.comment_id for quote in after.quotes}
    if not any(after.title in said[name] for name in after.comment_ids):
        assert after.title == ", ".join(after.keyphrases)


def test_the_sums_of_a_report_agree(talk: House) -> None:
    report = gather(talk)
    totals = report.totals
    states = ("published", "pending", "withheld", "withdrawn", "spam", "erased")
    assert totals["received"] == 15 == sum(totals[state] for state in states)
    assert totals["published"] == 14 == sum(clause.comments for clause in report.clauses)
    for counts in (report.positions, report.languages, report.channels, dict(report.by_day)):
        assert sum(counts.values()) == 14
    assert totals["people"] == 14
    assert totals["distinct"] == 11
    assert [(c.eid, c.comments) for c in report.clauses] == [(CLAUSE, 8), (OTHER_CLAUSE, 5), ("whole", 1)]


def test_every_sentence_names_the_comments_it_rests_on(talk: House) -> None:
    published = set(bodies(talk))
    for theme in gather(talk).themes:
        assert theme.sentences
        for sentence in theme.sentences:
            assert set(sentence.text) == {"en", "ur"}
            assert set() < set(sentence.comment_ids) <= set(theme.comment_ids) <= published
        assert theme.sentences[0].comment_ids == theme.comment_ids
        assert str(theme.comments) in theme.sentences[0].text["en"]


def test_the_themes_of_one_clause_are_those_of_the_whole_list(talk: House) -> None:
    everything = listing(talk)
    clauses = {row.clause for row in everything if row.clause}
    assert clauses
    for clause in clauses:
        assert listing(talk, clause=clause) == [row for row in everything if row.clause == clause]
    assert listing(talk, clause="part_99") == []


def test_an_officials_report_lists_candidates_and_a_public_one_does_not(talk: House) -> None:
    accept(talk, listing(talk)[0].id)
    assert {theme.status for theme in gather(talk).themes} == {"accepted", "candidate"}
    assert {theme.status for theme in gather(talk, accepted_only=True).themes} == {"accepted"}


def test_the_same_input_gives_the_same_bytes_but_for_the_time(talk: House) -> None:
    first = gather(talk)
    talk.clock.now += timedelta(days=3)
    second = gather(talk)
    assert write(first, "csv") == write(second, "csv")
    a, b = json.loads(write(first, "json")), json.loads(write(second, "json"))
    assert a["volatile"] == ["generated_at"]
    assert a.pop("generated_at") != b.pop("generated_at")
    assert a == b
    make.comment(talk, "One more.")
    assert gather(talk).input_sha256 != first.input_sha256


def test_a_report_without_a_run_has_no_themes_and_every_count(house: House) -> None:
    make.comment(house, LETTER)
    make.comment(house, LETTER + " Please.")
    report = gather(house)
    assert report.themes == ()
    assert report.campaigns == ()
    assert report.totals["distinct"] == 1


def test_a_report_in_no_known_language_is_refused(house: House) -> None:
    with pytest.raises(InvalidInput):
        gather(house, language="fr")
