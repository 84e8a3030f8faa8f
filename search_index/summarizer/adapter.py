"""What was learned on top of the encoder's weights: a small file, and how it changes a tensor."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from search_index.summarizer.themes import EmbedderFault
from search_index.summarizer.weights import Array

SHIPPED = Path(__file__).parents[1] / "data" / "adapter.npz"

_FIRST, _SECOND = "first", "second"


class WrongAdapter(EmbedderFault):
    """The file is no adapter, or it was trained on top of other weights."""


@dataclass(frozen=True)
class Adapter:
    """Changes by name of the tensor; a matrix changes by the product of two thin ones (LoRA).

    `base` is the SHA-256 of the weight file below, `digest` that of the adapter's own file. Parts are named
    "l4.q.w first" (rank, in) and "l4.q.w second" (rank, out) for a matrix, "l4.q.b" (1, n) for a vector.
    Method: Hu et al., LoRA: Low-Rank Adaptation of Large Language Models, 2021.
    """

    base: str
    digest: str
    parts: Mapping[str, Array]

    def __call__(self, name: str, tensor: Array) -> Array:
        """The tensor with what was learned added to it."""
        changed = tensor.copy()
        if name in self.parts:
            changed += self.parts[name][0]
        elif f"{name} {_FIRST}" in self.parts:
            changed += self.parts[f"{name} {_SECOND}"].T @ self.parts[f"{name} {_FIRST}"]
        return changed

    def check(self, base: str) -> None:
        """Raises WrongAdapter where the weights below are not those that it was trained on."""
        if base != self.base:
            raise WrongAdapter(
                f"the adapter was trained on weights {self.base[:12]}, but those installed are {base[:12]}"
            )


def read(path: Path) -> Adapter:
    """The adapter of a file. Raises WrongAdapter."""
    try:
        content = path.read_bytes()
        with np.load(BytesIO(content), allow_pickle=False) as stored:
            base, names, shapes = str(stored["base"]), stored["names"].tolist(), stored["shapes"].tolist()
            numbers, scales = stored["numbers"], stored["scales"]
    except (ValueError, KeyError, OSError, EOFError, BadZipFile) as error:
        raise WrongAdapter(f"{path} is not an adapter: {error}") from error
    parts, at, row = {}, 0, 0
    for name, (rows, columns) in zip(names, shapes, strict=True):
        part = numbers[at : at + rows * columns].reshape(rows, columns).astype(np.float32)
        parts[name] = part * scales[row : row + rows, None]
        at, row = at + rows * columns, row + rows
    return Adapter(base, hashlib.sha256(content).hexdigest(), parts)


def written(base: str, parts: Mapping[str, Array]) -> bytes:
    """The file of an adapter: every number as one byte, with one scale a row. Same parts, same bytes."""
    numbers, scales = [], []
    for part in parts.values():
        scale = np.maximum(np.abs(part).max(axis=1), 1e-12).astype(np.float32) / 127
        numbers.append(np.rint(part / scale[:, None]).astype(np.int8).ravel())
        scales.append(scale)
    file = BytesIO()
    np.savez_compressed(
        file,
        base=np.array(base),
        names=np.array(list(parts)),
        shapes=np.array([part.shape for part in parts.values()], dtype=np.int32),
        numbers=np.concatenate(numbers),
        scales=np.concatenate(scales),
    )
    return file.getvalue()
