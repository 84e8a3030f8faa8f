"""The engine of the search against plain Whoosh and SQLite FTS5, for benchmarks.search; and what is searched.

All three get the same generated comments in three languages and answer the same questions: ids of a page of
20, the number found and its counts by clause, position and language. Plain Whoosh is used the way its
documentation shows: a TEXT field, QueryParser, filter, groupedby. Times are milliseconds; every query is
asked once, after one to warm up.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import numpy as np
from whoosh import fields, index, qparser, query, sorting

from benchmarks.parts import Bound, show
from search_index.documents import Document, Filters
from search_index.engines import open_engine
from search_index.query import parse
from search_index.synonyms import glossary

PAGE = 20
ASKED = 25
SEED = 20261124
LEAST_OF_WHOOSH = 1.0
"""Plain Whoosh takes at least so many times as long, in every kind of question."""
START = 1_790_000_000_000_000
PUBLISHED = Filters(statuses=("published",))


@dataclass(frozen=True)
class Question:
    text: str
    order: str = "relevance"
    position: str = ""
    clause: str = ""


class Contender(Protocol):
    def fill(self, documents: list[Document]) -> None: ...

    def ask(self, question: Question) -> int | None:
        """Answer in full and return the number found; None where it has no such search."""
        ...


def run(made: list[Document]) -> list[Bound]:
    """Ask all three; print what was measured."""
    questions = asked(made)
    with TemporaryDirectory() as folder:
        contenders: dict[str, Contender] = {
            "ours": Ours(Path(folder)), "whoosh": PlainWhoosh(Path(folder)), "fts5": Fts5(Path(folder)),
        }  # fmt: skip
        result = {name: measure(name, one, made, questions) for name, one in contenders.items()}
    return report(len(made), result)


def measure(
    name: str, contender: Contender, documents: list[Document], questions: dict[str, list[Question]]
) -> dict[str, Any]:
    print(f"{name}: filling …", file=sys.stderr)
    seconds = timed(lambda: contender.fill(documents))
    result: dict[str, Any] = {"documents_per_second": round(len(documents) / seconds)}
    contender.ask(Question("warm"))
    for kind, list_ in questions.items():
        times, found = [], 0
        for question in list_:
            start = time.perf_counter()
            total = contender.ask(question)
            times.append((time.perf_counter() - start) * 1000)
            found += total or 0
        if total is not None:
            p50, p95 = np.percentile(times, [50, 95])
            result[kind] = {"p50": round(float(p50), 2), "p95": round(float(p95), 2), "found": found}
    return result


def timed(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def report(count: int, result: dict[str, dict[str, Any]]) -> list[Bound]:
    kinds = [kind for kind in result["ours"] if kind != "documents_per_second"]
    ratios = {kind: round(result["whoosh"][kind]["p50"] / result["ours"][kind]["p50"], 1) for kind in kinds}
    rows: list[list[object]] = [
        ["documents/s", *(cell for own in result.values() for cell in (own["documents_per_second"], "")), ""]
    ]
    for kind in kinds:
        cells = [result[name].get(kind, {}).get(part, "-") for name in result for part in ("p50", "p95")]
        rows.append([kind, *cells, ratios[kind]])
    columns = ("question", *(f"{name} {part}" for name in result for part in ("p50", "p95")), "whoosh/ours")
    show("search engines", columns, rows, {"documents": count, "ratios": ratios, **result})
    return [
        Bound(f"{kind}, plain Whoosh in times of ours", ratio, LEAST_OF_WHOOSH, least=True)
        for kind, ratio in ratios.items()
    ]


# What is searched


def comments(count: int) -> Iterator[Document]:
    """Generated comments: words by Zipf's law, three languages, 78 clauses, four positions."""
    chance = np.random.default_rng(SEED)
    shares = {"en": (0.5, 30_000), "ur": (0.33, 14_000), "ur-Latn": (0.17, 10_000)}
    lists = {language: words_of(language, size, chance) for language, (_, size) in shares.items()}
    ranks = {language: zipf(size) for language, (_, size) in shares.items()}
    for number in range(count):
        language = str(chance.choice(list(shares), p=[share for share, _ in shares.values()]))
        length = int(min(400, max(4, chance.lognormal(3.3, 0.6))))
        places = np.searchsorted(ranks[language], chance.random(length))
        part, section, clause = (int(chance.integers(1, most)) for most in (10, 4, 4))
        yield Document(
            f"C-{number:06}",
            " ".join(lists[language][place] for place in places),
            clause=f"part_{part}__sec_{section}__cl_{clause}",
            number=f"{part}.{section}.{clause}",
            language=language,
            position=str(chance.choice(["support", "oppose", "mixed", "question", "none"])),
            status="published" if chance.random() < 0.95 else "withheld",
            received=START + number * 1_000_000 + int(chance.integers(0, 999_999)),
        )


def zipf(size: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    weights = 1 / (np.arange(size) + 2.7)
    return np.cumsum(weights) / weights.sum()


def words_of(language: str, size: int, chance: np.random.Generator) -> list[str]:
    """The glossary's words at every tenth rank, invented ones between them."""
    known = [
        form for group in glossary().groups for one in group if one.language == language for form in one.forms
    ]
    onsets, vowels = {
        "ur": (list("بپتجدرسشکگلمنو"), ["ا", "ی", "و", ""]),
    }.get(
        language,
        (["b", "ch", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "tr"], ["a", "e", "i", "o"]),
    )
    invented: dict[str, None] = {}
    while len(invented) < size:
        syllables = int(chance.integers(2, 5))
        invented[
            "".join(str(chance.choice(onsets)) + str(chance.choice(vowels)) for _ in range(syllables))
        ] = None
    words = list(invented)
    for place, form in enumerate(dict.fromkeys(known)):
        words[min(size - 1, place * 10)] = form
    return words


def asked(documents: list[Document]) -> dict[str, list[Question]]:
    """Questions of every kind, with words of frequent, middling and rare use from the comments themselves."""
    chance = np.random.default_rng(SEED + 1)
    texts = [document.text.split() for document in documents[:: max(1, len(documents) // 2000)]]

    def some(words: int) -> list[str]:
        text = texts[int(chance.integers(len(texts)))]
        start = int(chance.integers(max(1, len(text) - words)))
        return text[start : start + words]

    def many(make: Callable[[], Question]) -> list[Question]:
        return list({question.text: question for question in (make() for _ in range(ASKED * 3))}.values())[
            :ASKED
        ]

    def long_word() -> str:
        return next(word for word in (some(1)[0] for _ in range(10_000)) if len(word) >= 6 and word.isalpha())

    return {
        "word": many(lambda: Question(some(1)[0])),
        "two words": many(lambda: Question(" ".join(some(2)))),
        "phrase": many(lambda: Question(f'"{" ".join(some(2))}"')),
        "prefix": many(lambda: Question(long_word()[:4] + "*")),
        "fuzzy": many(lambda: Question(long_word() + "~")),
        "filter": many(lambda: Question(some(1)[0], position="oppose", clause="part_5__sec_2__cl_2")),
        "newest": many(lambda: Question(some(1)[0], order="newest")),
        "relevance": many(lambda: Question(" OR ".join(some(3)))),
        "everything": [
            Question("", order="newest", position=one) for one in ("support", "oppose", "mixed", "")
        ],
        "no hit": many(lambda: Question(long_word()[::-1] + "zq")),
    }


# Who is asked


class Ours:
    def __init__(self, folder: Path) -> None:
        self.engine = open_engine(f"whoosh:{folder / 'ours'}")

    def fill(self, documents: list[Document]) -> None:
        self.engine.rebuild(documents, 1)

    def ask(self, question: Question) -> int:
        filters = Filters(
            statuses=("published",),
            positions=(question.position,) if question.position else (),
            clauses=(question.clause,) if question.clause else (),
        )
        return self.engine.find(parse(question.text), filters, order=question.order, limit=PAGE).total


class PlainWhoosh:
    def __init__(self, folder: Path) -> None:
        (folder / "plain").mkdir()
        labels = {name: fields.ID(sortable=True) for name in ("clause", "position", "language", "status")}
        received = fields.NUMERIC(numtype=int, bits=64, sortable=True)
        schema = fields.Schema(
            id=fields.ID(unique=True, stored=True), text=fields.TEXT, received=received, **labels
        )
        self.index = index.create_in(str(folder / "plain"), schema)
        self.parser = qparser.QueryParser("text", schema)
        self.parser.add_plugin(qparser.FuzzyTermPlugin())

    def fill(self, documents: list[Document]) -> None:
        writer = self.index.writer(limitmb=256)
        for d in documents:
            writer.add_document(
                id=d.id, text=d.text, received=d.received, clause=d.clause, position=d.position,
                language=d.language, status=d.status,
            )  # fmt: skip
        writer.commit()
        self.searcher = self.index.searcher()

    def ask(self, question: Question) -> int:
        limits = {"status": "published", "position": question.position, "clause": question.clause}
        within = query.And([query.Term(name, value) for name, value in limits.items() if value])
        results = self.searcher.search(
            self.parser.parse(question.text) if question.text else query.Every(),
            limit=PAGE,
            filter=within,
            sortedby=sorting.FieldFacet("received", reverse=True) if question.order == "newest" else None,
            groupedby=["clause", "position", "language"],
        )
        for name in ("clause", "position", "language"):
            {value: len(found) for value, found in results.groups(name).items()}
        [hit["id"] for hit in results]
        return len(results)


class Fts5:
    def __init__(self, folder: Path) -> None:
        self.db = sqlite3.connect(folder / "fts.db")
        self.db.execute(
            "CREATE TABLE c (id TEXT, clause TEXT, position TEXT, language TEXT, status TEXT, received INT)"
        )
        self.db.execute(
            "CREATE VIRTUAL TABLE t USING fts5(text, content='', tokenize='unicode61', prefix='4')"
        )

    def fill(self, documents: list[Document]) -> None:
        rows = ((d.id, d.clause, d.position, d.language, d.status, d.received) for d in documents)
        texts = ((place, d.text) for place, d in enumerate(documents, 1))
        with self.db:
            self.db.executemany("INSERT INTO c VALUES (?, ?, ?, ?, ?, ?)", rows)
            self.db.executemany("INSERT INTO t (rowid, text) VALUES (?, ?)", texts)
            self.db.execute("CREATE INDEX c_received ON c (received)")

    def ask(self, question: Question) -> int | None:
        if question.text.endswith("~"):
            return None
        tables, limits, values = "c", ["status = 'published'"], []
        if question.text:
            tables, limits, values = "t JOIN c ON c.rowid = t.rowid", [*limits, "t MATCH ?"], [question.text]
        for name in ("position", "clause"):
            if value := getattr(question, name):
                limits, values = [*limits, f"{name} = ?"], [*values, value]
        where = f"FROM {tables} WHERE {' AND '.join(limits)}"
        order = "received DESC" if question.order == "newest" or not question.text else "bm25(t)"
        self.db.execute(f"SELECT id {where} ORDER BY {order} LIMIT {PAGE}", values).fetchall()
        for name in ("clause", "position", "language"):
            self.db.execute(f"SELECT {name}, count(*) {where} GROUP BY {name}", values).fetchall()
        return int(self.db.execute(f"SELECT count(*) {where}", values).fetchone()[0])
