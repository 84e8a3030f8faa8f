"""Sentences are literal pieces of a comment, and titles are the safe and telling ones among them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search_index.summarizer.label import is_private, keyphrases, penalty, quote, titles
from search_index.summarizer.sentences import parts, sentences


def test_english_sentences_end_at_full_stops_but_not_in_clause_numbers() -> None:
    text = "Clause 5.4.2 is too wide. Who decides? Nobody asked Dr. Khan!"

    assert sentences(text) == ["Clause 5.4.2 is too wide.", "Who decides?", "Nobody asked Dr. Khan!"]


def test_urdu_sentences_end_at_the_urdu_stop_and_question_mark() -> None:
    assert sentences("پہلے استاد کو تربیت دیں۔ نصاب کب آئے گا؟ شکریہ") == [
        "پہلے استاد کو تربیت دیں۔",
        "نصاب کب آئے گا؟",
        "شکریہ",
    ]


def test_roman_urdu_lines_are_sentences_and_lose_their_bullets() -> None:
    assert sentences("1. pehle teachers\n- phir nisab\n2) bijli bhi do") == [
        "pehle teachers",
        "phir nisab",
        "bijli bhi do",
    ]


@given(st.text(max_size=200))
def test_every_sentence_part_and_title_is_a_literal_substring(text: str) -> None:
    for piece in [*sentences(text), *titles(text), *(p for s in sentences(text) for p in parts(s))]:
        assert piece
        assert piece in text


def test_telephone_identity_card_mail_and_links_are_private_and_clause_numbers_are_not() -> None:
    private = [
        "Call 0300-1234567",
        "CNIC 35202-1234567-1",
        "فون ۰۳۰۰۱۲۳۴۵۶۷",
        "write to a@example.org",
        "https://example.org",
    ]

    assert [is_private(text) for text in private] == [True] * 5
    assert not is_private("Clause 5.4.2(2) of 2026 costs 120,000 rupees")


def test_a_private_sentence_is_no_title_and_the_rest_of_the_comment_may_be() -> None:
    text = "Ring me on 0300-1234567 about this. Labellers need a written contract."

    assert titles(text) == ["Labellers need a written contract."]
    assert quote(text, titles(text)[0]) == "Labellers need a written contract."


def test_a_comment_that_is_only_private_has_no_title() -> None:
    assert titles("03001234567") == []
    assert titles("👍") == []


def test_of_a_long_sentence_a_part_of_four_to_twenty_words_is_taken() -> None:
    tail = (
        "because the courts are slow and the police are many "
        "and nobody in this town can read a notice in English"
    )
    text = f"Every operation needs a warrant from a judge, {tail}"

    assert titles(text)[0] == "Every operation needs a warrant from a judge"


def test_greetings_questions_pronouns_and_empty_words_speak_against_a_title() -> None:
    good = "Courts must approve every camera search"
    worse = [
        "Dear sir courts must approve searches",
        "Must courts approve every camera search?",
        "They must approve every camera search",
        "What is this and why",
    ]

    assert penalty(good, good) == 0
    assert all(penalty(title, title) > 0 for title in worse)


def test_keyphrases_tell_themes_apart_and_are_written_as_people_wrote_them() -> None:
    schools = ["Teachers need training first", "Train the teachers in schools", "Schools want teachers"]
    cameras = ["No cameras in schools", "Cameras need a warrant", "A warrant for cameras"]

    school, camera = keyphrases([schools, cameras])

    assert school[0] == "teachers"
    assert camera[:2] == ("cameras", "warrant")


def test_keyphrases_hold_nothing_of_an_address() -> None:
    (found,) = keyphrases([["Write to bilal@example.org or https://example.org/page about wages"] * 2])

    assert found == ("wages", "write")
