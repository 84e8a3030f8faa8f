"""Vectors kept beside comments, new comments that join themes at once, and full runs when they are due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from zlib import crc32

import numpy as np
import pytest
from sqlalchemy import func, select

from portal.models import Embedding, Job, ThemeMember, ThemeRun
from portal.services import amending, erasing, jobs, joining, moderation, theme_runs, themes, vectors
from search_index.analysis import words
from search_index.summarizer import Vectors, open_summarizer
from tests import make
from tests.make import House


class CountedWords:
    """An embedder whose vectors mean the same in any company: one place a word, by its checksum."""

    name = "counted-words/1"
    stored = True

    def vectors(self, texts: Sequence[str]) -> Vectors:
        made = np.zeros((len(texts), 512), np.float32)
        for row, text in enumerate(texts):
            for word in words(text):
                made[row, crc32(word.encode()) % 512] += 1
        return made / np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-6)


WATER = (
    "Young trees need water every week in summer.",
    "Without water in summer the young trees die.",
    "Water for young trees in summer, please, every week.",
    "Young trees died last summer because nobody gave them water.",
    "Who brings water to the young trees in summer?",
    "A tanker with water for young trees would save them in summer.",
    "Summer kills young trees that get no water.",
    "Give young trees water from the canal in summer.",
)
SHADE = (
    "Benches at bus stops need shade for old people.",
    "Old people stand in the sun, bus stops have no shade.",
    "Put shade over the benches at bus stops.",
    "Shade at bus stops lets old people sit on benches.",
    "Benches without shade at bus stops are too hot for old people.",
    "Old people ask for benches and shade at all bus stops.",
    "Bus stops need benches, benches need shade.",
    "Where is the shade at bus stops for old people?",
)
NEW = "Young trees want water in summer, twice every week."
OTHER = "Every bus stop with benches and shade for old people."
EMBEDDER = CountedWords()


@pytest.fixture
def talk(house: House) -> House:
    for said in (*WATER, *SHADE):
        make.comment(house, said, clause=None)
    run(house)
    house.clock.forward(minutes=1)
    return house


def run(house: House) -> None:
    summarizer = open_summarizer("extractive:", EMBEDDER)
    theme_runs.suggest(house.database, summarizer, 1, embedder=EMBEDDER, now=house.clock())


def join(house: House) -> int:
    return joining.join_some(house.database, EMBEDDER, house.worker.watch, now=house.clock())


def themes_of(house: House, number: int) -> list[int]:
    with house.database.read() as session:
        return list(session.scalars(select(ThemeMember.theme_id).where(ThemeMember.comment_id == number)))


def kept(house: House) -> int:
    with house.database.read() as session:
        return session.execute(select(func.count()).select_from(Embedding)).scalar_one()


def test_a_run_keeps_the_vectors_it_needed_and_says_what_it_was_made_with(talk: House) -> None:
    assert kept(talk) == 16
    with talk.database.read() as session:
        made = session.scalars(select(ThemeRun)).one()
        found = vectors.by_text(session, 1, EMBEDDER.name)
    assert (made.model, made.summarizer, len(made.input_sha256)) == (EMBEDDER.name, "extractive/2", 64)
    assert made.frame is not None
    assert np.allclose(found[WATER[3]], EMBEDDER.vectors([WATER[3]])[0], atol=1e-3)


def test_a_new_comment_joins_the_theme_of_those_who_say_the_same(talk: House) -> None:
    make.comment(talk, NEW, clause=None)
    assert join(talk) == 1
    with talk.database.read() as session:
        homes = {theme.id for theme in themes.listing(session, 1) if "C-0001" in theme.comment_ids}
        joined = {theme.id for theme in themes.listing(session, 1) if "C-0017" in theme.comment_ids}
    assert joined
    assert joined <= homes
    assert join(talk) == 0


def test_what_is_not_published_joins_nothing(talk: House) -> None:
    make.comment(talk, f"{NEW} Call 0300-1234567.", clause=None)
    assert join(talk) == 0
    assert themes_of(talk, 17) == []


def test_a_comment_that_is_published_later_joins_then(talk: House) -> None:
    make.comment(talk, f"{NEW} Call 0300-1234567.", clause=None)
    assert join(talk) == join(talk) == 0
    with talk.database.write() as session:
        moderation.publish(session, 17, reviewer_id=None, now=talk.clock())
    assert (join(talk), join(talk)) == (1, 0)


def test_an_edited_comment_is_read_again_and_an_erased_one_leaves_no_vector(talk: House) -> None:
    sent = make.comment(talk, NEW, clause=None)
    join(talk)
    with talk.database.write() as session:
        changed = {"position": None, "suggested_wording": None, "now": talk.clock()}
        amending.edit(session, sent.receipt, "C-0017", body=OTHER, **changed)  # type: ignore[arg-type]
    assert kept(talk) == 16
    assert join(talk) == 1
    with talk.database.write() as session:
        erasing.erase(session, sent.receipt, now=talk.clock())
    assert kept(talk) == 16
    assert themes_of(talk, 17) == []


def test_many_new_comments_without_a_theme_promise_a_full_run(talk: House) -> None:
    for number in range(joining.FULL_RUN_LEAST):
        make.comment(talk, f"Zakat fund audit ledger {number * 7919} quarterly.", clause=None)
    while join(talk):
        pass
    with talk.database.read() as session:
        left = session.scalars(select(ThemeRun)).one().unassigned
        assert len(left) > 3
        assert theme_runs.is_promised(session, 1)


def test_a_run_is_promised_once_a_night_where_comments_came(talk: House) -> None:
    night = datetime(2026, 11, 25, 22, 0, tzinfo=UTC)  # three in the morning in Pakistan
    with talk.database.write() as session:
        assert theme_runs.promise_nightly(session, now=night) == 0
    make.comment(talk, NEW, clause=None)
    with talk.database.write() as session:
        assert theme_runs.promise_nightly(session, now=night) == 1
        assert theme_runs.promise_nightly(session, now=night) == 0
        waiting = session.scalars(select(Job.kind).where(Job.kept_at.is_(None), Job.kind == jobs.THEMES))
        assert len(waiting.all()) == 1


def test_a_night_begins_once_a_day_and_not_before_two() -> None:
    nights = theme_runs.Nights()
    assert not nights.begins(datetime(2026, 11, 24, 20, 0, tzinfo=UTC))  # one at night
    assert nights.begins(datetime(2026, 11, 24, 21, 5, tzinfo=UTC))
    assert not nights.begins(datetime(2026, 11, 25, 8, 0, tzinfo=UTC))
    assert nights.begins(datetime(2026, 11, 25, 21, 5, tzinfo=UTC))


def test_the_same_comments_and_decisions_give_the_same_fingerprint(talk: House) -> None:
    with talk.database.read() as session:
        first = theme_runs.gather(session, 1).input_sha256
        assert theme_runs.gather(session, 1).input_sha256 == first
    with talk.database.write() as session:
        by = make.reviewer(session, talk)
        moderation.withhold(session, 1, reason="abuse", note="", reviewer_id=by, now=talk.clock())
        assert theme_runs.gather(session, 1).input_sha256 != first
