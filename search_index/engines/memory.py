"""The reference engine: documents in a dict, every one looked at for every search. Simple before fast."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from threading import RLock

from search_index.analysis import stem, words
from search_index.documents import FACETS, NONE, Document, Filters, Page, clause_lies_in
from search_index.engines import cursors, scoring
from search_index.engines.likeness import FEWEST_SHARED, telling
from search_index.engines.matching import matches, occurrences
from search_index.engines.seam import DEFAULT_FILTERS, IndexUnavailable
from search_index.engines.suggestion import did_you_mean
from search_index.expansion import Plan, expand, leaves
from search_index.query import Query, Word
from search_index.query_fields import day_of
from search_index.synonyms import Glossary
from search_index.vocabulary import Vocabulary


@dataclass
class _Contents:
    """Everything an index holds; replaced as a whole by a rebuild."""

    sequence: int
    documents: dict[str, Document] = field(default_factory=dict)
    forms: dict[str, list[str]] = field(default_factory=dict)
    """Words of each document, in order."""

    def put(self, document: Document) -> None:
        self.documents[document.id] = document
        self.forms[document.id] = words(document.text)

    def take_out(self, id_: str) -> None:
        self.documents.pop(id_, None)
        self.forms.pop(id_, None)


class _WordsInUse(Vocabulary):
    """The vocabulary of some contents, with who uses a word."""

    def __init__(self, contents: _Contents) -> None:
        used = {form for forms in contents.forms.values() for form in forms}
        super().__init__((form, stem(form)) for form in used)
        self._contents = contents

    def is_used(self, form: str) -> bool:
        return form in self

    def count(self, form: str) -> int:
        return len(self.having(form))

    def is_roman(self, form: str) -> bool:
        languages = Counter(self._contents.documents[id_].language for id_ in self.having(form))
        return languages["ur-Latn"] >= languages["en"]

    def having(self, form: str) -> list[str]:
        return [id_ for id_, forms in self._contents.forms.items() if form in forms]


class MemoryEngine:
    """A SearchEngine in one process that forgets everything when it ends."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._present: _Contents | None = None

    def apply(self, documents: Sequence[Document], deleted: Sequence[str], sequence: int) -> None:
        with self._lock:
            contents = self._contents()
            for document in documents:
                contents.put(document)
            for id_ in deleted:
                contents.take_out(id_)
            contents.sequence = sequence

    def applied(self) -> int:
        with self._lock:
            return self._contents().sequence

    def find(
        self,
        query: Query,
        filters: Filters = DEFAULT_FILTERS,
        *,
        order: str = "relevance",
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page:
        cursors.check_order(order)
        after = cursors.read(order, cursor) if cursor else None
        with self._lock:
            return _find(self._contents(), query, filters, order=order, limit=max(limit, 0), after=after)

    def like(
        self,
        text: str,
        filters: Filters = DEFAULT_FILTERS,
        *,
        without: str = "",
        limit: int = 10,
        synonyms: Glossary | None = None,
    ) -> tuple[str, ...]:
        with self._lock:
            contents = self._contents()
            likest = _like(contents, text, filters, synonyms)
            return tuple(id_ for id_ in likest if id_ != without)[: max(limit, 0)]

    def rebuild(self, documents: Iterable[Document], sequence: int) -> None:
        contents = _Contents(sequence)
        for document in documents:
            contents.put(document)
        with self._lock:
            self._present = contents

    def close(self) -> None:
        with self._lock:
            self._present = None

    def _contents(self) -> _Contents:
        if self._present is None:
            raise IndexUnavailable("nothing has been indexed yet")
        return self._present


def _find(
    contents: _Contents, query: Query, filters: Filters, *, order: str, limit: int, after: cursors.Key | None
) -> Page:
    in_use = _WordsInUse(contents)
    expansion = expand(query, in_use)
    found = [
        document
        for id_, document in contents.documents.items()
        if passes(document, filters) and passes(document, query.filters)
        if matches(expansion.plan, contents.forms[id_])
    ]
    score = _scores(contents, expansion.plan) if order == "relevance" else {}
    keys = [cursors.Key(score.get(document.id, 0), document.received, document.id) for document in found]
    keys.sort(reverse=order != "oldest")
    if after:
        keys = [key for key in keys if (key > after if order == "oldest" else key < after)]
    page = keys[:limit]
    return Page(
        ids=tuple(key.id for key in page),
        total=len(found),
        next=cursors.write(order, page[-1]) if page and len(keys) > limit else None,
        facets={name: dict(Counter(getattr(d, name) or NONE for d in found)) for name in FACETS},
        did_you_mean=(
            _did_you_mean(contents, query, filters, in_use) if expansion.guessed or not found else None
        ),
        also=expansion.also,
        by_day=tuple(sorted(Counter(day_of(document.received) for document in found).items())),
    )


def _like(contents: _Contents, text: str, filters: Filters, synonyms: Glossary | None) -> list[str]:
    """Ids of all like documents, the likest first."""
    in_use = _WordsInUse(contents)
    query = telling(text, in_use, len(contents.documents), synonyms)
    plan = expand(query, in_use, guessing=False).plan
    scores = _scores(contents, plan)

    def shares(forms: list[str]) -> int:
        return sum(occurrences(leaf, forms) > 0 for leaf in leaves(plan))

    keys = [
        cursors.Key(scores[id_], document.received, id_)
        for id_, document in contents.documents.items()
        if passes(document, filters) and shares(contents.forms[id_]) >= FEWEST_SHARED
    ]
    return [key.id for key in sorted(keys, reverse=True)]


def _did_you_mean(contents: _Contents, query: Query, filters: Filters, in_use: _WordsInUse) -> str | None:
    sight = Filters(kinds=filters.kinds, statuses=filters.statuses)
    seen = [id_ for id_, document in contents.documents.items() if passes(document, sight)]

    def uses(word: Word) -> int:
        plan = expand(Query(query.text, word, glossary=query.glossary), in_use, guessing=False).plan
        return sum(matches(plan, contents.forms[id_]) for id_ in seen)

    return did_you_mean(query, in_use, uses)


def passes(document: Document, filters: Filters) -> bool:
    """Whether a document lies within the filters."""
    since, before = filters.received_from, filters.received_before
    return (
        (not filters.kinds or document.kind in filters.kinds)
        and (not filters.consultations or document.consultation in filters.consultations)
        and (not filters.drafts or document.draft in filters.drafts)
        and (not filters.languages or document.language in filters.languages)
        and (not filters.positions or document.position in filters.positions)
        and (not filters.submitters or document.submitter in filters.submitters)
        and (not filters.channels or document.channel in filters.channels)
        and (not filters.statuses or document.status in filters.statuses)
        and (since is None or document.received >= since)
        and (before is None or document.received < before)
        and (filters.among is None or document.id in filters.among)
        and (not filters.clauses or any(_in_clause(document, wanted) for wanted in filters.clauses))
    )


def _in_clause(document: Document, wanted: str) -> bool:
    return clause_lies_in(document.clause, document.number, wanted)


def _scores(contents: _Contents, plan: Plan) -> dict[str, int]:
    """Relevance of every document in millionths."""
    total = len(contents.documents)
    average = sum(map(len, contents.forms.values())) / total if total else 0.0
    scores = dict.fromkeys(contents.forms, 0.0)
    for leaf in leaves(plan):
        counts = {id_: count for id_, forms in contents.forms.items() if (count := occurrences(leaf, forms))}
        rarity = scoring.rarity(total, len(counts))
        for id_, count in counts.items():
            scores[id_] += scoring.relevance(rarity, count, float(len(contents.forms[id_])), average)
    return {id_: round(score * scoring.PARTS) for id_, score in scores.items()}
