"""The encoder itself: pieces of text -> vectors, a forward pass of multilingual-e5-small in plain numpy."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from search_index.summarizer.weights import Array, Shape, WeightFile, unpacked

Tensors = Callable[[str, Array], Array]
"""Name and tensor of the file -> the tensor to use: what an adapter does."""

_BATCH = 640  # tokens of one pass: what all of them need stays in the processor's cache
_MARKS = 2  # beginning and end
_GELU_ROWS = 64


@dataclass(frozen=True)
class _Layer:
    """One layer; matrices are (out, in). `qkv` holds query, key and value, the query already scaled."""

    qkv: Array
    qkv_bias: Array
    out: Array
    out_bias: Array
    norm: tuple[Array, Array]
    up: Array
    up_bias: Array
    down: Array
    down_bias: Array
    last_norm: tuple[Array, Array]


@dataclass(frozen=True)
class _Window:
    """A run of one text's pieces that fits into one pass; `weight` is how many."""

    text: int
    numbers: Sequence[int]

    @property
    def weight(self) -> int:
        return max(1, len(self.numbers) - _MARKS)


class Encoder:
    """Holds the layers as float32 (85 MB) and the words as they lie in the file; safe in threads.

    `threads` read batches side by side, one for each processor if not said otherwise.
    """

    def __init__(
        self, file: WeightFile, adapted: Tensors = lambda _name, tensor: tensor, *, threads: int | None = None
    ) -> None:
        self.shape = file.shape
        self._threads = threads or os.cpu_count() or 1
        self._marks = file.pieces.begin, file.pieces.end
        self._words = file.blocks("emb.word", self.shape.hidden)
        positions = file.vector("emb.pos").reshape(-1, self.shape.hidden)
        self._positions = positions + file.vector("emb.type")[: self.shape.hidden]
        self._norm = file.vector("emb.ln.w"), file.vector("emb.ln.b")
        self._layers = [_layer(file, number, adapted) for number in range(self.shape.layers)]

    def vectors(self, texts: Sequence[Sequence[int]]) -> Array:
        """Pieces of each text -> (n, hidden), rows of length 1: the mean over all pieces.

        A text that does not fit into one pass is read in windows and its vector is their weighted mean.
        """
        windows = sorted(self._windows(texts), key=lambda window: len(window.numbers))
        found = np.zeros((len(texts), self.shape.hidden), dtype=np.float32)
        with threadpool_limits(1, "blas"), ThreadPoolExecutor(self._threads) as threads:
            batches = list(_batches(windows))
            for batch, means in zip(batches, threads.map(self._means, batches), strict=True):
                weights = np.array([window.weight for window in batch], dtype=np.float32)
                np.add.at(found, [window.text for window in batch], means * weights[:, None])
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        found /= np.maximum(lengths, 1e-9)
        return found

    def _windows(self, texts: Sequence[Sequence[int]]) -> Iterator[_Window]:
        room = self.shape.positions - _MARKS
        begin, end = self._marks
        for text, numbers in enumerate(texts):
            for start in range(0, max(1, len(numbers)), room):
                yield _Window(text, [begin, *numbers[start : start + room], end])

    def _means(self, batch: Sequence[_Window]) -> Array:
        """(windows of the batch, hidden)."""
        lengths = [len(window.numbers) for window in batch]
        starts = np.cumsum([0, *lengths[:-1]])
        numbers = np.concatenate([window.numbers for window in batch])
        places = np.concatenate([np.arange(length) for length in lengths])
        states = unpacked(self._words[numbers])
        states += self._positions[places]
        _normalise(states, self._norm, self.shape.epsilon)
        runs = list(_runs(lengths))
        for layer in self._layers:
            _step(layer, states, runs, self.shape)
        means: Array = np.add.reduceat(states, starts, axis=0)
        return means / np.array(lengths, dtype=np.float32)[:, None]


def _layer(file: WeightFile, number: int, adapted: Tensors) -> _Layer:
    shape = file.shape
    scale = np.float32((shape.hidden // shape.heads) ** -0.5)

    def matrix(name: str, columns: int = shape.hidden) -> Array:
        return adapted(f"l{number}.{name}.w", file.matrix(f"l{number}.{name}.w", columns))

    def vector(name: str) -> Array:
        return adapted(f"l{number}.{name}", file.vector(f"l{number}.{name}"))

    return _Layer(
        qkv=np.concatenate([matrix("q") * scale, matrix("k"), matrix("v")]),
        qkv_bias=np.concatenate([vector("q.b") * scale, vector("k.b"), vector("v.b")]),
        out=matrix("ao"),
        out_bias=vector("ao.b"),
        norm=(vector("aln.w"), vector("aln.b")),
        up=matrix("fi"),
        up_bias=vector("fi.b"),
        down=matrix("fo", shape.inner),
        down_bias=vector("fo.b"),
        last_norm=(vector("oln.w"), vector("oln.b")),
    )


def _batches(windows: Iterable[_Window]) -> Iterator[list[_Window]]:
    batch: list[_Window] = []
    tokens = 0
    for window in windows:
        if batch and tokens + len(window.numbers) > _BATCH:
            yield batch
            batch, tokens = [], 0
        batch.append(window)
        tokens += len(window.numbers)
    if batch:
        yield batch


def _runs(lengths: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Windows of one length that lie together: (first token, windows, length)."""
    start = first = 0
    for at in range(1, len(lengths) + 1):
        if at == len(lengths) or lengths[at] != lengths[first]:
            yield start, at - first, lengths[first]
            start, first = start + (at - first) * lengths[first], at


def _step(layer: _Layer, states: Array, runs: Sequence[tuple[int, int, int]], shape: Shape) -> None:
    """One layer, in place."""
    mixed = states @ layer.qkv.T
    mixed += layer.qkv_bias
    heard = np.empty_like(states)
    for start, count, length in runs:
        own = slice(start, start + count * length)
        heard[own] = _attention(mixed[own], count, length, shape)
    states += heard @ layer.out.T
    states += layer.out_bias
    _normalise(states, layer.norm, shape.epsilon)
    inner = states @ layer.up.T
    inner += layer.up_bias
    _gelu(inner)
    states += inner @ layer.down.T
    states += layer.down_bias
    _normalise(states, layer.last_norm, shape.epsilon)


def _attention(mixed: Array, count: int, length: int, shape: Shape) -> Array:
    """Query, key and value of `count` windows of one length, (tokens, 3 hidden) -> (tokens, hidden)."""
    parts = mixed.reshape(count, length, 3, shape.heads, -1)
    query, key, value = (parts[:, :, part].transpose(0, 2, 1, 3) for part in range(3))
    share = query @ key.transpose(0, 1, 3, 2)
    share -= share.max(axis=-1, keepdims=True)
    np.exp(share, out=share)
    share /= share.sum(axis=-1, keepdims=True)
    heard: Array = np.matmul(share, value).transpose(0, 2, 1, 3).reshape(count * length, shape.hidden)
    return heard


def _normalise(states: Array, norm: tuple[Array, Array], epsilon: float) -> None:
    """LayerNorm, in place."""
    weight, bias = norm
    states -= states.mean(axis=1, keepdims=True)
    spread = np.einsum("ij,ij->i", states, states) / np.float32(states.shape[1])
    states /= np.sqrt(spread + np.float32(epsilon))[:, None]
    states *= weight
    states += bias


def _gelu(inner: Array) -> None:
    """GELU by its tanh formula, in place, a few rows at a time so that they stay in the cache."""
    for start in range(0, len(inner), _GELU_ROWS):
        rows = inner[start : start + _GELU_ROWS]
        bent = rows * rows
        bent *= np.float32(0.044715 * 0.7978845608)
        bent += np.float32(0.7978845608)
        bent *= rows
        np.tanh(bent, out=bent)
        bent += 1
        bent *= 0.5
        rows *= bent
