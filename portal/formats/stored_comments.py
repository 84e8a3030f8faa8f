"""Many comments that a report goes through again and again, kept in a file of their own and not in memory."""

from __future__ import annotations

import marshal
import weakref
from collections.abc import Iterator, Mapping
from tempfile import SpooledTemporaryFile
from typing import NamedTuple

from portal.formats.report import ReportComment, Text

_TOGETHER = 200
_IN_MEMORY = 4 << 20
"""Bytes up to which there is no file."""


class Stored(NamedTuple):
    """A comment without what is the same for all on its clause."""

    id: str
    clause: str | None
    position: str | None
    language: str
    submitter: str
    name: str | None
    organisation: str | None
    channel: str
    received_at: str
    demonstration: bool
    themes: tuple[str, ...]
    body: str
    sha256: str
    campaign: str | None


class StoredComments:
    """Comments in the order they were added. The file has no name and goes with the object."""

    def __init__(self, places: Mapping[str | None, tuple[str | None, Text]]) -> None:
        """`places`: number and heading by the clause's eId, None for the document as a whole."""
        self._places = places
        self._file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 (closed when the object goes)
        self._waiting: list[tuple[object, ...]] = []
        self._ends = [0]
        self._count = 0
        weakref.finalize(self, self._file.close)

    def add(self, row: Stored) -> None:
        """Put a comment at the end."""
        self._waiting.append(tuple(row))
        self._count += 1
        if len(self._waiting) == _TOGETHER:
            self._flush()

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[ReportComment]:
        self._flush()
        places = self._places
        for start, end in zip(self._ends, self._ends[1:], strict=False):
            self._file.seek(start)
            for row in marshal.loads(self._file.read(end - start)):  # noqa: S302 (written here, by us)
                number, heading = places[row[1]]
                yield ReportComment(row[0], row[1], number, heading, *row[2:])

    def _flush(self) -> None:
        if self._waiting:
            self._file.seek(self._ends[-1])
            self._file.write(marshal.dumps(self._waiting))
            self._ends.append(self._file.tell())
            self._waiting = []
