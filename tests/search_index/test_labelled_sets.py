"""What is found, held against comments, spellings and judgements that were written down beforehand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from statistics import fmean

import pytest

from search_index.documents import Document, Filters
from search_index.engines import SearchEngine
from search_index.engines.memory import MemoryEngine
from search_index.query import parse

LABELLED = Path(__file__).parent / "labelled"
FIRST = 20


def rows(name: str) -> list[list[str]]:
    lines = (LABELLED / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def several(cell: str) -> list[str]:
    return [one.strip() for one in cell.split("|")]


COMMENTS = {f"L-{number:03}": row for number, row in enumerate(rows("comments.tsv"), 1)}
TOPICS = {id_: frozenset(topics.split()) for id_, (topics, _, _) in COMMENTS.items()}
DOCUMENTS = [
    Document(id_, text, language=language, received=number)
    for number, (id_, (_, language, text)) in enumerate(COMMENTS.items())
]


@cache
def filled() -> SearchEngine:
    engine = MemoryEngine()
    engine.rebuild(DOCUMENTS, 1)
    return engine


@cache
def found(text: str, limit: int = FIRST) -> tuple[str, ...]:
    return filled().find(parse(text), Filters(), limit=limit).ids


def holding(spellings: Iterable[str]) -> set[str]:
    """Ids of comments with one of these words, letter for letter but for capitals."""
    choice = "|".join(map(re.escape, sorted(spellings, key=len, reverse=True)))
    pattern = re.compile(rf"(?<![\w'])(?:{choice})(?![\w'])", re.IGNORECASE)
    return {id_ for id_, (_, _, text) in COMMENTS.items() if pattern.search(text)}


def recall(wanted: set[str], text: str, limit: int) -> float:
    return len(wanted.intersection(found(text, limit))) / min(len(wanted), limit)


def precision(relevant: set[str], text: str) -> float:
    """Share of the first ten that are relevant; where fewer are found, of those."""
    first = found(text, 10)
    return sum(id_ in relevant for id_ in first) / len(first) if first else 0.0


def about(topics: str) -> set[str]:
    return {id_ for id_, of in TOPICS.items() if of.intersection(topics.split())}


def spelled() -> Iterator[tuple[str, set[str]]]:
    for stored, typed in rows("spellings.tsv"):
        for query in several(stored) + several(typed):
            yield query, holding(several(stored))


def across() -> Iterator[tuple[str, set[str]]]:
    for typed, stored in rows("concepts.tsv"):
        for query in several(typed):
            yield query, holding(several(stored))


def test_the_set_is_large_and_covers_three_writings_alike() -> None:
    languages = [language for _, language, _ in COMMENTS.values()]

    assert len(COMMENTS) >= 300
    assert len(set().union(*TOPICS.values())) == 20
    assert min(map(languages.count, ("en", "ur", "ur-Latn"))) >= 100


def test_every_spelling_stands_in_some_comment() -> None:
    lost = [one for stored, _ in rows("spellings.tsv") for one in several(stored) if not holding([one])]
    lost += [row[0] for row in rows("concepts.tsv") if len(holding(several(row[1]))) < 2]

    assert lost == []


def test_spellings_of_one_writing_find_each_other() -> None:
    """Typed in any spelling, with slips, endings, Arabic letters, vowel marks: recall in the first 20."""
    shares = {query: recall(wanted, query, FIRST) for query, wanted in spelled()}

    assert len(shares) >= 150
    assert fmean(shares.values()) >= 0.95, sorted(shares.items(), key=lambda one: one[1])[:20]


def test_a_word_finds_most_comments_that_say_it_in_other_writings() -> None:
    shares = {query: recall(wanted, query, len(COMMENTS)) for query, wanted in across()}

    assert fmean(shares.values()) >= 0.85, sorted(shares.items(), key=lambda one: one[1])[:20]
    assert min(shares.values()) >= 0.6, sorted(shares.items(), key=lambda one: one[1])[:20]


def test_the_first_ten_are_what_was_looked_for() -> None:
    shares = {query: precision(about(topics), query) for query, topics in rows("judged.tsv")}

    assert fmean(shares.values()) >= 0.7, sorted(shares.items(), key=lambda one: one[1])[:20]


def test_slips_cost_no_other_words() -> None:
    """What a spelling finds beyond its own comments is little, so that recall is not bought with noise."""
    extra = []
    for stored, typed in rows("spellings.tsv"):
        wanted = holding(several(stored))
        for query in several(stored) + several(typed):
            first = found(query)[: len(wanted)]
            extra.append(sum(id_ in wanted for id_ in first) / len(first) if first else 0.0)

    assert fmean(extra) >= 0.9, fmean(extra)


def test_comments_like_another_are_mostly_about_the_same() -> None:
    engine, shares = filled(), []
    for document in DOCUMENTS:
        likest = engine.like(document.text, without=document.id, limit=5)
        assert document.id not in likest
        if likest:
            shares.append(sum(bool(TOPICS[id_] & TOPICS[document.id]) for id_ in likest) / len(likest))

    assert len(shares) >= 150
    assert fmean(shares) >= 0.6, fmean(shares)


@pytest.mark.parametrize("query", ["privcy", "حکومتت", "hukoomatt"])
def test_a_misspelt_query_finds_at_once_and_says_what_it_was_taken_for(query: str) -> None:
    page = filled().find(parse(query), Filters())

    assert page.ids
