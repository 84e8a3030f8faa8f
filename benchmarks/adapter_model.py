"""The encoder with a trainable adapter, in torch: the same network as search_index/summarizer/encoder.py.

Needed for training only; torch is no part of the product.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (its usual name)

from search_index.summarizer.weights import Array, Shape, WeightFile

MATRICES = {"q": 1, "k": 1, "v": 1, "ao": 1, "fi": 1, "fo": 4}
"""Adapted matrices; how many times the hidden size goes in."""
VECTORS = ("q.b", "k.b", "v.b", "ao.b", "fi.b", "fo.b", "aln.w", "aln.b", "oln.w", "oln.b")


class Student(nn.Module):
    """Frozen weights in bfloat16, thin matrices and changes of vectors in float32."""

    def __init__(
        self, file: WeightFile, *, rank: int, scale: float, first_layer: int, dropout: float
    ) -> None:
        super().__init__()
        self.shape: Shape = file.shape
        self.scale, self.first_layer = scale, first_layer
        self.drop = nn.Dropout(dropout)
        self.words = file.blocks("emb.word", self.shape.hidden)
        positions = file.vector("emb.pos").reshape(-1, self.shape.hidden)
        self.positions = torch.from_numpy(positions + file.vector("emb.type")[: self.shape.hidden])
        self.vectors = {name: torch.from_numpy(file.vector(name)) for name in ("emb.ln.w", "emb.ln.b")}
        self.matrices: dict[str, Tensor] = {}
        self.learned = nn.ParameterDict()
        for layer in range(self.shape.layers):
            self._add_layer(file, layer, rank)
        self.sharpness = nn.Parameter(torch.tensor(3.0))
        self.threshold = nn.Parameter(torch.tensor(0.85))

    def _add_layer(self, file: WeightFile, layer: int, rank: int) -> None:
        for name, times in MATRICES.items():
            full = f"l{layer}.{name}.w"
            matrix = torch.from_numpy(file.matrix(full, times * self.shape.hidden))
            self.matrices[full] = matrix.bfloat16()
            if layer >= self.first_layer:
                rows, columns = matrix.shape
                first = torch.randn(rank, columns) / columns**0.5
                self.learned[_key(f"{full} first")] = nn.Parameter(first)
                self.learned[_key(f"{full} second")] = nn.Parameter(torch.zeros(rank, rows))
        for name in VECTORS:
            full = f"l{layer}.{name}"
            self.vectors[full] = torch.from_numpy(file.vector(full))
            if layer >= self.first_layer:
                self.learned[_key(full)] = nn.Parameter(torch.zeros_like(self.vectors[full]))

    def forward(self, texts: Sequence[Sequence[int]], embedded: Tensor) -> Tensor:
        """Pieces of each text with both marks, and their word vectors padded -> (n, hidden), length 1."""
        longest = max(map(len, texts))
        present = torch.tensor([[at < len(text) for at in range(longest)] for text in texts])
        states = embedded + self.positions[:longest]
        states = self._norm(states, "emb.ln")
        for layer in range(self.shape.layers):
            with torch.set_grad_enabled(layer >= self.first_layer and torch.is_grad_enabled()):
                states = self._step(states, present, layer)
        weights = present[..., None].float()
        return F.normalize((states * weights).sum(1) / weights.sum(1), dim=1)

    def _step(self, states: Tensor, present: Tensor, layer: int) -> Tensor:
        own = f"l{layer}."
        query, key, value = (self._heads(self._linear(states, own + name)) for name in "qkv")
        near = (query @ key.transpose(2, 3)).float() / query.shape[-1] ** 0.5
        share = near.masked_fill(~present[:, None, None, :], -1e9).softmax(-1)
        heard = (share.bfloat16() @ value).transpose(1, 2).flatten(2)
        states = self._norm(states + self._dropped(self._linear(heard, own + "ao"), layer), own + "aln")
        inner = F.gelu(self._linear(states, own + "fi"), approximate="tanh")
        return self._norm(states + self._dropped(self._linear(inner, own + "fo"), layer), own + "oln")

    def _dropped(self, states: Tensor, layer: int) -> Tensor:
        dropped: Tensor = self.drop(states) if layer >= self.first_layer else states
        return dropped

    def _heads(self, states: Tensor) -> Tensor:
        count, length, _ = states.shape
        return states.view(count, length, self.shape.heads, -1).transpose(1, 2).bfloat16()

    def _linear(self, states: Tensor, name: str) -> Tensor:
        short = states.bfloat16()
        made = F.linear(short, self.matrices[f"{name}.w"]).float() + self._vector(f"{name}.b")
        first = _key(f"{name}.w first")
        if first in self.learned:
            second = self.learned[_key(f"{name}.w second")]
            thin = F.linear(short, self.learned[first].bfloat16())
            made = made + self.scale * (thin @ second.bfloat16()).float()
        return made

    def _norm(self, states: Tensor, name: str) -> Tensor:
        weight, bias = self._vector(f"{name}.w"), self._vector(f"{name}.b")
        return F.layer_norm(states, (self.shape.hidden,), weight, bias, self.shape.epsilon)

    def _vector(self, name: str) -> Tensor:
        key = _key(name)
        return self.vectors[name] + self.learned[key] if key in self.learned else self.vectors[name]

    def parts(self, averaged: dict[str, Tensor]) -> dict[str, Array]:
        """Named parts of an adapter from (a running average of) the learned tensors."""
        made: dict[str, Array] = {}
        for key, tensor in averaged.items():
            name = key.replace("|", ".")
            value = tensor.detach().numpy().astype(np.float32)
            if name.endswith("second"):
                value = value * self.scale
            made[name] = value.reshape(-1, value.shape[-1])
        return made


def _key(name: str) -> str:
    """Names of parameters may hold no dot."""
    return name.replace(".", "|")
