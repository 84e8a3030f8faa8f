"""What reviewers decided holds in the next run, themes keep their names, new comments join at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from search_index.summarizer import (
    CandidateTheme,
    CommentText,
    Frame,
    KnownTheme,
    Suggestion,
    Vectors,
    assign_new,
    leftover_share,
    open_summarizer,
    said,
)

SUBJECTS = ("camera", "school", "power", "jobs")
DIMENSIONS = 24


class Subjects:
    """A text's vector is its subject's (its first word), a little off in a direction of its own."""

    stored = True
    name = "subjects"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def vectors(self, texts: Sequence[str]) -> Vectors:
        self.asked.extend(texts)
        return np.stack([self.vector(text) for text in texts])

    def vector(self, text: str) -> Vectors:
        chance = np.random.default_rng(sum(map(ord, text)))
        found = chance.normal(0, 0.08, DIMENSIONS)
        found[SUBJECTS.index(text.partition(" ")[0])] += 1
        return (found / np.linalg.norm(found)).astype(np.float32)


def comment(number: int, subject: str) -> CommentText:
    text = f"{subject} sentence number {number} says this"
    return CommentText(f"C-{number:04d}", text, None, "en", None)


@pytest.fixture(scope="module")
def comments() -> list[CommentText]:
    return [comment(number, SUBJECTS[number % 4]) for number in range(160)]


def suggest(comments: Sequence[CommentText], known: Sequence[KnownTheme] = ()) -> Suggestion:
    return open_summarizer("extractive:", Subjects()).suggest(comments, known=known)


def names(suggestion: Suggestion) -> dict[str, set[str]]:
    """Theme id -> comments, of the themes that continue one."""
    return {theme.continues: set(theme.comment_ids) for theme in suggestion.themes if theme.continues}


def known_from(themes: Sequence[CandidateTheme]) -> list[KnownTheme]:
    return [KnownTheme(f"T-{place}", theme.comment_ids) for place, theme in enumerate(themes)]


def test_a_theme_keeps_its_name_when_comments_come_and_go(comments: list[CommentText]) -> None:
    known = known_from(suggest(comments).themes)

    later = names(suggest([*comments[10:], *(comment(n, SUBJECTS[n % 4]) for n in range(200, 240))], known))

    assert len(later) >= 4
    for theme in known:
        if theme.id in later:
            left = {c for c in theme.comment_ids if c >= "C-0010"}
            assert len(left & later[theme.id]) >= len(left) / 2


def test_no_two_themes_continue_the_same_one(comments: list[CommentText]) -> None:
    found = suggest(comments, known_from(suggest(comments).themes))

    continuing = [theme.continues for theme in found.themes if theme.continues]
    assert len(continuing) == len(set(continuing)) == len(found.themes)


def test_themes_that_a_reviewer_merged_stay_one(comments: list[CommentText]) -> None:
    merged = tuple(c.id for c in comments if c.text.split()[0] in ("camera", "school"))

    found = suggest(comments, [KnownTheme("T-merged", merged, kept=True)])

    assert names(found)["T-merged"] == set(merged)
    for theme in found.themes:
        if theme.continues != "T-merged":
            assert not set(theme.comment_ids) & set(merged)


def test_a_theme_that_a_reviewer_split_stays_two_and_takes_new_comments_in(
    comments: list[CommentText],
) -> None:
    jobs = [c.id for c in comments if c.text.startswith("jobs")]
    halves = [KnownTheme("T-1", tuple(jobs[:20]), kept=True), KnownTheme("T-2", tuple(jobs[20:]), kept=True)]
    new = [comment(number, "jobs") for number in range(300, 306)]

    later = names(suggest([*comments, *new], halves))

    assert set(jobs[:20]) <= later["T-1"]
    assert set(jobs[20:]) <= later["T-2"]
    assert not later["T-1"] & later["T-2"]
    assert {c.id for c in new} <= later["T-1"] | later["T-2"]


def test_a_moved_comment_stays_where_it_was_put_and_never_comes_back(comments: list[CommentText]) -> None:
    school = tuple(c.id for c in comments if c.text.startswith("school"))
    power = tuple(c.id for c in comments if c.text.startswith("power"))
    moved = school[0]

    later = names(
        suggest(
            comments,
            [
                KnownTheme("T-school", school, moved_out=(moved,)),
                KnownTheme("T-power", power, pinned=(moved,)),
            ],
        )
    )

    assert moved in later["T-power"]
    assert moved not in later["T-school"]
    assert set(school[1:]) <= later["T-school"]


def test_a_campaign_may_be_in_one_theme_and_one_of_its_people_in_another(
    comments: list[CommentText],
) -> None:
    letter = [CommentText(f"L-{n}", "power letter that many people sent", None, "en", None) for n in range(6)]
    power = KnownTheme("T-power", tuple(c.id for c in letter[1:]), kept=True)
    jobs = KnownTheme("T-jobs", tuple(c.id for c in comments if c.text.startswith("jobs")), pinned=("L-0",))

    later = names(suggest([*comments, *letter], [power, jobs]))

    assert {f"L-{n}" for n in range(1, 6)} <= later["T-power"]
    assert "L-0" in later["T-jobs"]
    assert "L-0" not in later["T-power"]


def test_a_kept_theme_on_a_clause_does_not_bind_the_draft_as_a_whole(comments: list[CommentText]) -> None:
    on_clause = [replace(c, clause="sec_1") for c in comments]
    members = tuple(c.id for c in comments[:30])

    found = suggest(on_clause, [KnownTheme("T-clause", members, clause="sec_1", kept=True)])

    (clause,) = [themes for eid, themes in found.clauses if eid == "sec_1"]
    assert set(members) <= set(next(t for t in clause if t.continues == "T-clause").comment_ids)
    assert not names(found)


def test_a_known_theme_whose_comments_are_all_gone_is_gone(comments: list[CommentText]) -> None:
    assert not names(suggest(comments, [KnownTheme("T-old", ("X-1", "X-2"), kept=True)]))


def test_decisions_hold_whatever_the_order_of_the_comments(comments: list[CommentText]) -> None:
    known = [KnownTheme("T-1", tuple(c.id for c in comments[:30]), kept=True), KnownTheme("T-2", ("C-0077",))]

    assert suggest(comments, known).themes == suggest(comments[::-1], known).themes


def test_stored_vectors_are_taken_and_only_the_missing_ones_made(comments: list[CommentText]) -> None:
    embedder = Subjects()
    stored: Mapping[str, Vectors] = {c.text: embedder.vector(c.text) for c in comments[:150]}

    found = open_summarizer("extractive:", embedder).suggest(comments, vectors=stored)

    assert sorted(embedder.asked) == sorted(c.text for c in comments[150:])
    assert found.themes == suggest(comments).themes


def test_a_new_comment_joins_the_theme_of_its_subject_and_a_strange_one_is_left_over(
    comments: list[CommentText],
) -> None:
    found = suggest(comments)
    assert found.frame is not None
    frame = Frame.from_bytes(found.frame.to_bytes())
    centroids = np.stack([theme.centroid for theme in found.themes])
    strange = np.zeros((1, DIMENSIONS), dtype=np.float32)
    strange[0, 20] = 1

    joined = []
    for subject in SUBJECTS:
        vectors = Subjects().vectors(said(f"{subject} is what this new comment says"))
        places = assign_new(vectors, centroids, frame, scope=None, clause=None, language="en")
        joined.append(places)
        (place,) = places
        assert comment(1, subject).text.split()[0] in found.themes[place].title
    left = assign_new(strange, centroids, frame, scope=None, clause=None, language="en")

    assert left == []
    assert leftover_share([*joined, left]) == pytest.approx(0.2)


def test_a_new_comment_that_says_two_things_joins_two_themes_but_no_closed_one(
    comments: list[CommentText],
) -> None:
    found = suggest(comments)
    assert found.frame is not None
    centroids = np.stack([theme.centroid for theme in found.themes])
    vectors = Subjects().vectors(["camera is the first thing", "jobs are the second"])

    both = assign_new(vectors, centroids, found.frame, scope=None, clause=None, language="en")
    one = assign_new(vectors, centroids, found.frame, scope=None, clause=None, language="en", closed=both[:1])

    assert len(both) == 2
    assert both[0] not in one


def test_without_themes_or_answers_nothing_is_left_over() -> None:
    frame = Frame.of(np.zeros((0, 3), np.float32), [], [])
    none = np.zeros((0, 3), dtype=np.float32)

    assert assign_new(np.eye(3, dtype=np.float32), none, frame, scope=None, clause="x", language="ur") == []
    assert leftover_share([]) == 0
