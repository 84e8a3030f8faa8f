"""Whoosh as a store of segments: writes them, merges them and reads them in whole blocks.

Its parser, searcher and collectors are not used. The index has one field of words with their positions,
whose terms are "stem, separator, form", one of ids, and one column with everything else of a document. One
more document keeps the sequence number and the version of the analysis, so that both are in every commit.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from whoosh import columns, fields, formats
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.matching.wrappers import FilterMatcher
from whoosh.reading import SegmentReader, TermNotFound
from whoosh.writing import NO_MERGE, SegmentWriter

from search_index.analysis import ANALYSIS_VERSION, stem, words
from search_index.documents import Document
from search_index.engines.table import Columns, Ints, Labels, row_of
from search_index.vocabulary import Vocabulary

SEPARATOR = "\x1f"
BOOKKEEPING = "\x1fsequence"
"""Id of the document that keeps the sequence number; no id of a comment holds a control character."""
BLOCK = 2048
"""Postings of a block; a search reads whole blocks."""
MERGED_AT_MOST = 20_000
"""Documents of a merged segment, so that no commit takes long."""
SORTED_IN_MEMORY = 64
"""Megabytes of postings that are sorted at a time."""

_CODEC = W3Codec(blocklimit=BLOCK, compression=1)
_TOC_NAME = re.compile(r"_MAIN_(\d+)\.toc")


class _Prepared(fields.FieldType):  # type: ignore[misc]
    """A field whose terms are ready: pairs of a term and its posting value."""

    def __init__(self, format_: formats.Format) -> None:
        super().__init__(format_, analyzer=None)

    def index(
        self, value: Iterable[tuple[bytes, int, bytes]], **_: Any
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
        return ((term, count, float(count), positions) for term, count, positions in value)


class _Positions(formats.Format):  # type: ignore[misc]
    """Positions of a word in a document: four bytes each, in order. The posting's weight says how many."""

    posting_size = -1


def _schema() -> fields.Schema:
    return fields.Schema(
        id=_Prepared(formats.Existence()),
        words=_Prepared(_Positions()),
        row=fields.COLUMN(columns.VarBytesColumn()),
    )


class Segment:
    """An immutable part of the index, opened for reading by any number of threads."""

    def __init__(self, reader: SegmentReader, labels: Labels) -> None:
        self._reader = reader
        self._lock = Lock()
        rows = json.loads(b"[" + b",".join(reader.column_reader("row", translate=False)) + b"]")
        self.columns = Columns.of(rows, labels)
        self.bookkeeping = [place for place, row in enumerate(rows) if row[0] == BOOKKEEPING]

    @cached_property
    def vocabulary(self) -> Vocabulary:
        with self._lock:
            terms = [term.decode().split(SEPARATOR) for term in self._reader.lexicon("words")]
        return Vocabulary((form, stem_) for stem_, form in terms)

    def postings(self, form: str) -> tuple[Ints, Ints]:
        """Rows that have a form, in order, and how often."""
        blocks = [(ids, counts) for ids, counts, _ in self._blocks(form)]
        return _joined(ids for ids, _ in blocks), _joined(counts for _, counts in blocks)

    def positions(self, form: str) -> Ints:
        """Positions of a form, row after row as `postings` counts them."""
        return _joined(
            np.frombuffer(values, dtype="<u4").astype(np.int64) for _, _, values in self._blocks(form)
        )

    def _blocks(self, form: str) -> list[tuple[Ints, Ints, bytes]]:
        with self._lock:
            try:
                matcher = self._reader.postings("words", stem(form) + SEPARATOR + form)
            except TermNotFound:
                return []
            if isinstance(matcher, FilterMatcher):
                matcher = matcher.child
                matcher.reset()
            return list(_whole_blocks(matcher))


def _whole_blocks(matcher: Any) -> Iterator[tuple[Ints, Ints, bytes]]:
    """Reads what the matcher has decoded instead of stepping through it: a hundred times faster."""
    while matcher.is_active():
        matcher.id(), matcher.weight(), matcher.value()
        ids = np.array(matcher._ids, dtype=np.int64)
        counts = np.array(matcher._weights, dtype=np.int64)
        yield ids, counts, b"".join(matcher._values)
        matcher._next_block()


def _joined(arrays: Iterable[Ints]) -> Ints:
    parts = list(arrays)
    return np.concatenate(parts) if parts else np.array([], dtype=np.int64)


class _ClosingStorage(FileStorage):  # type: ignore[misc]
    """Closes what a failed reading has left open."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self.opened: list[Any] = []

    def open_file(self, name: str, **options: Any) -> Any:
        self.opened.append(super().open_file(name, **options))
        return self.opened[-1]

    def close_all(self) -> None:
        for file in self.opened:
            if not file.is_closed:
                file.close()


def commit_number(folder: Path) -> int:
    """Number of the newest commit in a folder; -1 where there is none."""
    return max(
        (int(match[1]) for path in folder.iterdir() if (match := _TOC_NAME.fullmatch(path.name))), default=-1
    )


def read(folder: Path, known: Mapping[str, Segment], labels: Labels) -> list[tuple[str, Segment, list[int]]]:
    """Segments of the newest commit: name, segment, rows taken out. Known ones are not read again."""
    storage = _ClosingStorage(folder)
    try:
        present = []
        for part in TOC.read(storage, "MAIN", schema=_schema()).segments:
            name = part.segment_id()
            segment = known.get(name) or Segment(SegmentReader(storage, _schema(), part), labels)
            present.append((name, segment, list(part.deleted_docs())))
        return present
    except BaseException:
        storage.close_all()
        raise


def bookkeeping(segments: Sequence[tuple[str, Segment, list[int]]]) -> tuple[int, int] | None:
    """(sequence, version of the analysis) of the commit, or None where an index is not ours."""
    for _, segment, taken_out in segments:
        for place in segment.bookkeeping:
            if place not in taken_out:
                return int(segment.columns.received[place]), int(segment.columns.lengths[place])
    return None


def create(folder: Path) -> None:
    FileIndex.create(FileStorage(str(folder)), _schema(), "MAIN")


@dataclass(frozen=True)
class Prepared:
    """A document as it is written."""

    id: str
    row: bytes
    terms: list[tuple[bytes, int, bytes]]
    """Term, how often, positions."""


def prepare(document: Document) -> Prepared:
    positions: dict[str, list[int]] = defaultdict(list)
    forms = words(document.text)
    for position, form in enumerate(forms):
        positions[form].append(position)
    terms = [
        ((stem(form) + SEPARATOR + form).encode(), len(places), np.array(places, dtype="<u4").tobytes())
        for form, places in positions.items()
    ]
    return Prepared(document.id, _row(document, len(forms)), terms)


def write(
    folder: Path, documents: Sequence[Prepared], deleted: Iterable[str], sequence: int, *, merge: bool = True
) -> None:
    """One commit: take out ids, put documents, note the sequence. Whoever calls is the only writer."""
    storage = _ClosingStorage(folder)
    try:
        index = FileIndex(storage, _schema(), "MAIN")
        writer = SegmentWriter(index, codec=_CODEC, limitmb=SORTED_IN_MEMORY, _lk=False)
        try:
            for id_ in (BOOKKEEPING, *deleted):
                writer.delete_by_term("id", id_)
            for document in (*documents, _bookkeeping(sequence)):
                writer.add_document(
                    id=[(document.id.encode(), 1, b"")], words=document.terms, row=document.row
                )
            writer.commit(mergetype=_merge if merge else NO_MERGE)
        except BaseException:
            if not writer.is_closed:
                writer.cancel()
            raise
    finally:
        storage.close_all()


def _bookkeeping(sequence: int) -> Prepared:
    document = Document(BOOKKEEPING, "", received=sequence)
    return Prepared(BOOKKEEPING, _row(document, ANALYSIS_VERSION), [])


def _row(document: Document, length: int) -> bytes:
    return json.dumps(row_of(document, length), ensure_ascii=False, separators=(",", ":")).encode()


def _merge(writer: SegmentWriter, segments: list[Any]) -> list[Any]:
    """Take in smaller segments, the smallest first, while each is no more than twice what is gathered.

    Every document is so rewritten a logarithmic number of times. Segments of which most was taken out are
    taken in too, and those without documents go.
    """
    gathered, kept = writer.doc_count(), []
    for segment in sorted(segments, key=lambda segment: int(segment.doc_count())):
        documents = segment.doc_count()
        full = gathered + documents > MERGED_AT_MOST
        wasteful = documents * 2 < segment.doc_count_all()
        if documents and (full or (documents > 2 * gathered and not wasteful)):
            kept.append(segment)
        elif documents:
            reader = SegmentReader(writer.storage, writer.schema, segment)
            writer.add_reader(reader)
            reader.close()
            gathered += documents
    return kept
