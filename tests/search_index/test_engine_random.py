"""Both engines give the same answer to the same question about any small corpus."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search_index.documents import Document, Filters
from search_index.engines import open_engine
from search_index.query import parse

WORDS = (
    *("data", "personal", "privacy", "jobs", "job", "naukri", "nokri", "hukumat", "hakoomat", "hukoomat"),
    *("government", "teacher", "teachers", "school", "skill", "police", "policy", "warrant", "camera"),
    *("load", "shedding", "loadshedding", "the", "of", "5.4.2", "2030", "café"),
    *(
        "ڈیٹا",
        "ذاتی",
        "نوکری",
        "نوکریاں",
        "حکومت",
        "كيمره",
        "کیمرے",
        "راز",
        "داری",
        "رازداری",
        "کا",
        "مُعاہدہ",
        "۲۰۳۰",
    ),
)
IDS = [f"C-{number}" for number in range(12)]
words = st.sampled_from(WORDS)
texts = st.lists(words, max_size=12).map(" ".join)

documents = st.builds(
    Document,
    id=st.sampled_from(IDS),
    text=texts,
    kind=st.sampled_from(["comment", "comment", "clause"]),
    clause=st.sampled_from(["", "part_5", "part_5__sec_4", "part_5__sec_4__cl_2", "part_50"]),
    number=st.sampled_from(["", "5", "5.4", "5.4.2", "50"]),
    language=st.sampled_from(["en", "ur", "ur-Latn"]),
    position=st.sampled_from(["support", "oppose", "none"]),
    status=st.sampled_from(["published", "published", "withheld"]),
    received=st.sampled_from([0, 1, 1_795_374_000_000_000, 1_795_373_999_999_999]),
)
corpora = st.lists(documents, max_size=12)

asked_words = st.one_of(
    words,
    words.map(lambda word: word[:4] + "*"),
    words.map(lambda word: word[:-1] + "x~"),
    words.map(lambda word: f'"{word}"'),
    words.map(lambda word: word[:2] + word[3:]),
    words.map(lambda word: word[:-1] + word[-1] * 2),
    st.tuples(words, words).map(lambda pair: f'"{pair[0]} {pair[1]}"'),
    st.tuples(words, words).map(lambda pair: f"{pair[0]}-{pair[1]}"),
    words.map(lambda word: "-" + word),
    st.sampled_from(["OR", "(", ")", "NOT", "position:support", "clause:5.4", "received:2026-11-23"]),
)
questions = st.lists(asked_words, max_size=6).map(" ".join)
filters = st.builds(
    Filters,
    kinds=st.sampled_from([("comment",), (), ("clause", "comment")]),
    statuses=st.sampled_from([(), ("published",)]),
    languages=st.sampled_from([(), ("ur",), ("ur-Latn", "en")]),
    clauses=st.sampled_from([(), ("5",), ("part_5__sec_4", "50")]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    corpora,
    corpora,
    st.sets(st.sampled_from([f"C-{n}" for n in range(12)])),
    st.lists(questions, min_size=4),
    filters,
)
def test_both_engines_give_the_same_answer(
    first: list[Document], second: list[Document], deleted: set[str], asked: list[str], limits: Filters
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engines = [open_engine("memory:"), open_engine(f"whoosh:{Path(folder) / 'search'}")]
        for engine in engines:
            engine.rebuild(first, 1)
            engine.apply(second, sorted(deleted), 2)
        for text in asked:
            for order in ("relevance", "newest", "oldest"):
                pages = [engine.find(parse(text), limits, order=order, limit=3) for engine in engines]
                assert pages[0] == pages[1], text
                if pages[0].next:
                    after = [
                        engine.find(parse(text), limits, order=order, limit=20, cursor=pages[0].next)
                        for engine in engines
                    ]
                    assert after[0] == after[1], text
            likest = [engine.like(text, limits, without="C-1") for engine in engines]
            assert likest[0] == likest[1], text
