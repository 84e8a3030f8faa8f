"""The themes engine as a conversation of JSON lines: themes of the texts given, scores, plain errors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from search_index.summarizer import converse, open_embedder, open_summarizer

CAMERAS = [
    "The police need a court warrant before any camera search.",
    "A camera on every road and no court warrant is wrong.",
    "Face recognition by police needs a court warrant and a limit.",
]
SCHOOLS = [
    "Train the teachers first and change the school curriculum later.",
    "Teachers need training before the new school curriculum arrives.",
    "Who pays for the training of school teachers in the villages?",
]


def asked(*requests: object) -> list[Any]:
    """The answers to requests; text is sent as it is."""
    embedder = open_embedder("tfidf:")
    lines = [request if isinstance(request, str) else json.dumps(request) for request in requests]
    said: list[str] = []
    converse(lines, said.append, open_summarizer("extractive:", embedder), embedder)
    return [json.loads(line) for line in said]


def test_themes_hold_texts_by_their_place_and_speak_in_their_words() -> None:
    texts = [*CAMERAS, *SCHOOLS, "👍"]
    (answer,) = asked({"op": "discover", "texts": texts, "context": {"stance": -1, "lang": "en"}})

    assert len(answer["assign"]) == len(texts)
    assert answer["assign"][-1] is None
    for theme in answer["themes"]:
        members = [row for row, own in enumerate(answer["assign"]) if own == theme["id"]]
        assert set(theme["representatives"]) <= set(members)
        assert theme["label"] in texts[theme["representatives"][0]]
    assert [theme["id"] for theme in answer["themes"]] == list(range(len(answer["themes"])))


def test_every_text_is_scored_against_every_point() -> None:
    (scores,) = asked(
        {"op": "match", "texts": [CAMERAS[0], SCHOOLS[0]], "points": [CAMERAS[1], SCHOOLS[1], "x"]}
    )

    assert [len(row) for row in scores] == [3, 3]
    assert scores[0][0] > scores[0][1]
    assert scores[1][1] > scores[1][0]


@pytest.mark.parametrize(
    "request_",
    [
        "no json",
        "[]",
        "3",
        {"op": "discover"},
        {"op": "match", "texts": "a text"},
        {"op": "match", "texts": [1]},
    ],
)
def test_what_is_no_request_is_answered_so_and_the_conversation_goes_on(request_: object) -> None:
    answers = asked(request_, "\n", {"op": "match", "texts": [], "points": []})

    assert answers == [{"error": "not a request"}, []]


def test_another_request_is_unsupported() -> None:
    assert asked({"op": "translate", "texts": []}) == [{"error": "unsupported"}]


def test_no_texts_have_no_themes() -> None:
    assert asked({"op": "discover", "texts": []}) == [{"assign": [], "themes": []}]
