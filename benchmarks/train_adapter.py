"""Train the adapter of the encoder on arguments with key points and on sentences in three writings.

    python -m benchmarks.train_adapter argkp_train.json adapter.npz [--parallel parallel.tsv] [--dev dev.json]

Needs torch, which the product does not; docs/themes.md says where the texts come from and what may be done
with them. One topic a step, both sides of it; see `losses` for what is asked of the vectors.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics import adjusted_mutual_info_score, average_precision_score
from sklearn.preprocessing import normalize
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 (its usual name)

import search_index
from benchmarks.adapter_model import Student
from search_index.summarizer.adapter import written
from search_index.summarizer.discover import how_many
from search_index.summarizer.pieces import Tokenizer
from search_index.summarizer.weights import WeightFile, installed, unpacked

PREFIX = "query: "
OWN = Path(__file__).with_name("parallel.tsv")
"""Sentences in English, Urdu and Roman Urdu, written for this; the Urdu waits for native review."""
SYNONYMS = Path(search_index.__file__).parent / "data" / "synonyms.tsv"
HELD = 20
GLOSSARY = 6
"""Words of the glossary beside the sentences of one step."""


@dataclass(frozen=True)
class Topic:
    """Both sides of it; `labels` is (arguments, points): 1, 0 or NaN where undecided."""

    name: str
    arguments: list[str]
    points: list[str]
    labels: Tensor
    sides: list[int]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("arguments", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--parallel", type=Path, help="more sentences, the last are held out")
    parser.add_argument("--dev", type=Path, help="held-out topics: stop where they are best")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=110)
    parser.add_argument("--rank", type=int, default=8)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--texts", type=int, default=64)
    parser.add_argument("--parallel-weight", type=float, default=1.0)
    parser.add_argument("--alike-weight", type=float, default=0.5)
    parser.add_argument("--decay", type=float, default=0.01)
    parser.add_argument("--kept", type=int, default=35)
    parser.add_argument("--every", type=int, default=25)
    train(parser.parse_args())


def train(given: argparse.Namespace) -> None:
    torch.manual_seed(given.seed)
    chance = random.Random(given.seed)
    reader = Reader(given)
    topics = read_topics(given.arguments)
    held = read_triples(given.parallel) if given.parallel else []
    held, triples = held[-HELD:], held[:-HELD] + read_triples(OWN)
    dev = read_topics(given.dev) if given.dev else []
    student = reader.student
    optimiser = torch.optim.AdamW(student.parameters(), given.rate, weight_decay=given.decay)
    plan = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / 15, 1 - step / given.steps)
    )
    average = {name: value.detach().clone() for name, value in student.learned.items()}
    best, start = -1.0, time.monotonic()
    queue: list[Topic] = []
    if dev:
        print("before", checked(reader, dev, held), flush=True)
    for step in range(given.steps):
        queue = queue or chance.sample(topics, len(topics))
        loss, said = losses(reader, queue.pop(), triples, chance, given)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(student.parameters(), 1.0)
        optimiser.step()
        plan.step()
        share = 1 / min(step + 1, given.kept)
        for name, value in student.learned.items():
            average[name].lerp_(value.detach(), share)
        if (step + 1) % given.every == 0:
            report = {name: round(value, 3) for name, value in said.items()}
            print(step + 1, f"{time.monotonic() - start:.0f}s", report, flush=True)
            found = {"score": 0.0}
            if dev:
                found = checked(reader, dev, held, average)
                print("    dev", {name: round(value, 3) for name, value in found.items()}, flush=True)
            if found["score"] >= best:
                best = found["score"]
                given.output.write_bytes(written(reader.file.sha256, student.parts(average)))


class Reader:
    """Texts -> vectors of the student."""

    def __init__(self, given: argparse.Namespace) -> None:
        self.file = WeightFile(installed())
        self.tokenizer = Tokenizer(self.file.pieces)
        self.student = Student(self.file, rank=given.rank, scale=2.0, first_layer=4, dropout=given.dropout)
        self.marks = self.file.pieces.begin, self.file.pieces.end

    def __call__(self, texts: Sequence[str]) -> Tensor:
        """(n, hidden); texts of similar length are read together."""
        begin, end = self.marks
        numbers = [[begin, *self.tokenizer.numbers(PREFIX + text)[:120], end] for text in texts]
        order = sorted(range(len(texts)), key=lambda i: len(numbers[i]))
        made = [self._read([numbers[i] for i in order[at : at + 24]]) for at in range(0, len(order), 24)]
        return torch.cat(made)[torch.tensor(order).argsort()]

    def _read(self, numbers: list[list[int]]) -> Tensor:
        longest = max(map(len, numbers))
        padded = np.array([row + [self.file.pieces.end] * (longest - len(row)) for row in numbers])
        embedded = unpacked(self.student.words[padded.ravel()]).reshape(len(numbers), longest, -1)
        made: Tensor = self.student(numbers, torch.from_numpy(embedded))
        return made


def losses(
    reader: Reader, topic: Topic, triples: list[list[str]], chance: random.Random, given: argparse.Namespace
) -> tuple[Tensor, dict[str, float]]:
    """Arguments near their key points and near each other where they share one; a sentence near itself."""
    chosen = chance.sample(range(len(topic.arguments)), min(given.texts, len(topic.arguments)))
    labels = topic.labels[chosen]
    drawn = [*chance.sample(triples, 18), *chance.sample(glossary(), GLOSSARY)]
    trio = [[*triple[:2], respelt(triple[2], chance)] for triple in drawn]
    texts = [topic.arguments[i] for i in chosen] + topic.points + [text for row in trio for text in row]
    vectors = reader(texts)
    said, points, spoken = vectors.split([len(chosen), len(topic.points), 3 * len(trio)])
    near = said @ points.T
    known = ~labels.isnan()
    yes = labels.nan_to_num() > 0
    student = reader.student
    logits = student.sharpness.exp() * (near - student.threshold)
    parts = {
        "pairs": F.binary_cross_entropy_with_logits(logits[known], labels[known]),
        "to_point": contrast(near, yes, known, 0.05),
        "to_argument": 0.3 * contrast(near.T, yes.T, known.T, 0.05),
        "alike": given.alike_weight * alike(said, yes),
        "parallel": given.parallel_weight * parallel(spoken.view(len(trio), 3, -1)),
    }
    total = torch.stack(list(parts.values())).sum()
    return total, {name: value.item() for name, value in parts.items()}


def contrast(near: Tensor, yes: Tensor, allowed: Tensor, heat: float) -> Tensor:
    """InfoNCE with any number of right answers in a row; rows without one do not count."""
    rows = yes.any(1)
    scores = (near / heat).masked_fill(~allowed, -1e9)[rows]
    right = scores.masked_fill(~yes[rows], -1e9)
    return (scores.logsumexp(1) - right.logsumexp(1)).mean()


def alike(said: Tensor, yes: Tensor) -> Tensor:
    """Supervised contrast among arguments: those that share a key point against all others."""
    together = (yes.float() @ yes.float().T) > 0
    together.fill_diagonal_(False)
    labelled = yes.any(1)
    allowed = labelled[None, :] & ~torch.eye(len(said), dtype=torch.bool)
    rows = together.any(1)
    scores = ((said @ said.T) / 0.07).masked_fill(~allowed, -1e9)[rows]
    shares = scores - scores.logsumexp(1, keepdim=True)
    mask = together[rows].float()
    return -((shares * mask).sum(1) / mask.sum(1)).mean()


def parallel(spoken: Tensor) -> Tensor:
    """(sentences, writings, d): each sentence finds itself in the other writings."""
    right = torch.eye(len(spoken), dtype=torch.bool)
    everything = torch.ones_like(right)
    pairs = [(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1)]
    return torch.stack(
        [contrast(spoken[:, a] @ spoken[:, b].T, right, everything, 0.05) for a, b in pairs]
    ).mean()


def respelt(text: str, chance: random.Random) -> str:
    """Roman Urdu as somebody else would write it: it has no spelling of its own."""
    changes = (("ee", "i"), ("oo", "u"), ("aa", "a"), ("ain", "en"), ("ein", "en"), ("w", "v"), ("kh", "x"))
    changes += (("hain", "hen"), ("ai", "e"), ("z", "s"), ("q", "k"), ("ei", "ey"), ("iye", "ie"))
    for old, new in changes:
        if chance.random() < 0.25:
            text = text.replace(old, new)
    return text.lower() if chance.random() < 0.3 else text


def read_triples(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line]


@cache
def glossary() -> list[list[str]]:
    """The words of the search's synonyms, the first of each writing."""
    rows = (line.split("\t") for line in SYNONYMS.read_text(encoding="utf-8").splitlines())
    return [[cell.split(" | ")[0] for cell in row] for row in rows if len(row) == 3 and all(row)]


def read_topics(path: Path) -> list[Topic]:
    """The groups of the file with the two sides of a topic put together."""
    sides: dict[str, list[dict[str, Any]]] = {}
    for group in json.loads(path.read_text(encoding="utf-8")):
        sides.setdefault(group["topic"], []).append(group)
    return [_topic(name, groups) for name, groups in sides.items()]


def _topic(name: str, groups: list[dict[str, Any]]) -> Topic:
    points = [(side, point) for side, group in enumerate(groups) for point in group["kps"]]
    rows, arguments, sides = [], [], []
    for side, group in enumerate(groups):
        for argument in group["args"]:
            given = group["labels"][argument["id"]]
            rows.append([given.get(p["id"], np.nan) if own == side else 0.0 for own, p in points])
            arguments.append(argument["text"])
            sides.append(side)
    return Topic(name, arguments, [p["text"] for _, p in points], torch.tensor(rows), sides)


@torch.no_grad()
def checked(
    reader: Reader, dev: list[Topic], held: list[list[str]], average: dict[str, Tensor] | None = None
) -> dict[str, float]:
    """How good the (averaged) student is on topics it has not seen; `score` is what stopping goes by."""
    student = reader.student
    kept = {name: value.detach().clone() for name, value in student.learned.items()}
    student.eval()
    for name, value in (average or {}).items():
        student.learned[name].data.copy_(value)
    rows = [measures(reader, topic) for topic in dev]
    found = {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
    for name, writing in (("urdu", 1), ("roman", 2)) if held else ():
        near = reader([row[0] for row in held]) @ reader([row[writing] for row in held]).T
        found[name] = float((near.argmax(1) == torch.arange(len(held))).float().mean())
    for name, value in kept.items():
        student.learned[name].data.copy_(value)
    student.train()
    found["score"] = float(np.mean([found[name] for name in ("sides", "mixed", "strict", "relaxed")]))
    return found


def measures(reader: Reader, topic: Topic) -> dict[str, float]:
    said = reader(topic.arguments)
    vectors = said.numpy()
    near = (said @ reader(topic.points).T).numpy()
    labels = topic.labels.numpy()
    own = [np.array(topic.sides) == side for side in (0, 1)]
    columns = [np.flatnonzero(np.nan_to_num(labels[rows]).any(0)) for rows in own]
    strict = [precision(near[r][:, c], labels[r][:, c], 0) for r, c in zip(own, columns, strict=True)]
    relaxed = [precision(near[r][:, c], labels[r][:, c], 1) for r, c in zip(own, columns, strict=True)]
    return {
        "sides": float(np.mean([agreement(vectors[rows], labels[rows]) for rows in own])),
        "mixed": agreement(vectors, labels),
        "strict": float(np.mean(strict)),
        "relaxed": float(np.mean(relaxed)),
    }


def agreement(vectors: Any, labels: Any) -> float:
    """Adjusted mutual information of clusters and key points, arguments with exactly one of them."""
    points = normalize(vectors - vectors.mean(axis=0))
    found = AgglomerativeClustering(how_many(len(points)), linkage="ward").fit_predict(points)
    one = np.nansum(labels, axis=1) == 1
    gold = np.nan_to_num(labels[one]).argmax(1)
    return float(adjusted_mutual_info_score(gold, found[one]))


def precision(near: Any, labels: Any, undecided: float) -> float:
    """Average precision of the better half of best matches, times the precision in it (KPA 2021)."""
    best = near.argmax(1)
    scores = near.max(1)
    right = np.nan_to_num(labels[np.arange(len(near)), best], nan=undecided)
    first = np.argsort(-scores)[: len(scores) // 2]
    if not right[first].any():
        return 0.0
    return float(average_precision_score(right[first], scores[first]) * right[first].mean())


if __name__ == "__main__":
    main()
