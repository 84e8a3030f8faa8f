"""What is found, held against comments, spellings and judgements that were written down beforehand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import fmean

import pytest

from search_index.documents import Document, Filters
from search_index.engines import SearchEngine, open_engine
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


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchEngine]:
    engine = open_engine(f"whoosh:{tmp_path_factory.mktemp('labelled')}")
    engine.rebuild(DOCUMENTS, 1)
    yield engine
    engine.close()


def found(engine: SearchEngine, text: str, limit: int = FIRST, **limits: tuple[str, ...]) -> tuple[str, ...]:
    return engine.find(parse(text), Filters(**limits), limit=limit).ids


def holding(spellings: Iterable[str]) -> set[str]:
    """Ids of comments with one of these words, letter for letter but for capitals."""
    choice = "|".join(map(re.escape, sorted(spellings, key=len, reverse=True)))
    pattern = re.compile(rf"(?<![\w'])(?:{choice})(?![\w'])", re.IGNORECASE)
    return {id_ for id_, (_, _, text) in COMMENTS.items() if pattern.search(text)}


def recall(wanted: set[str], first: tuple[str, ...], limit: int) -> float:
    return len(wanted.intersection(first)) / min(len(wanted), limit)


def precision(relevant: set[str], first: tuple[str, ...]) -> float:
    """Share of what was found that is relevant."""
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
    lost += [one for _, stored in rows("concepts.tsv") for one in several(stored) if not holding([one])]

    assert lost == []


def test_spellings_of_one_writing_find_each_other(filled: SearchEngine) -> None:
    """Typed in any spelling, with slips, endings, Arabic letters, vowel marks: recall in the first 20."""
    shares = {query: recall(wanted, found(filled, query), FIRST) for query, wanted in spelled()}

    assert len(shares) >= 150
    assert fmean(shares.values()) >= 0.95, worst(shares)


def test_spellings_find_little_else_in_their_writing(filled: SearchEngine) -> None:
    shares = {}
    for query, wanted in spelled():
        languages = tuple({COMMENTS[id_][1] for id_ in wanted})
        shares[query] = precision(wanted, found(filled, query, len(wanted), languages=languages))

    assert fmean(shares.values()) >= 0.9, worst(shares)


def test_a_word_finds_most_comments_that_say_it_in_other_writings(filled: SearchEngine) -> None:
    everything = len(COMMENTS)
    shares = {
        query: recall(wanted, found(filled, query, everything), everything) for query, wanted in across()
    }

    assert fmean(shares.values()) >= 0.85, worst(shares)
    assert min(shares.values()) >= 0.6, worst(shares)


def test_the_first_ten_are_what_was_looked_for(filled: SearchEngine) -> None:
    judged = rows("judged.tsv")
    shares = {query: precision(about(topics), found(filled, query, 10)) for query, topics in judged}

    assert len(shares) >= 40
    assert fmean(shares.values()) >= 0.7, worst(shares)


def test_comments_like_another_are_mostly_about_the_same(filled: SearchEngine) -> None:
    shares = {}
    for document in DOCUMENTS:
        likest = filled.like(document.text, without=document.id, limit=5)
        assert document.id not in likest
        if likest:
            shares[document.id] = precision(about(" ".join(TOPICS[document.id])), likest)

    assert len(shares) >= 130
    assert fmean(shares.values()) >= 0.6, worst(shares)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("privasy", "privacy"), ("surveillence", "surveillance"), ("حکومتت", "حکومت")],
)
def test_a_misspelt_query_finds_at_once_what_was_meant(filled: SearchEngine, typed: str, meant: str) -> None:
    assert set(found(filled, typed)) & set(found(filled, f'"{meant}"'))


def worst(shares: dict[str, float]) -> list[tuple[str, float]]:
    return [(query, round(share, 2)) for query, share in sorted(shares.items(), key=lambda one: one[1])[:25]]
