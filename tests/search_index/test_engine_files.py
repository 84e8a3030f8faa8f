"""The index on disk: damage is ordinary, other processes see commits, a killed writer blocks nobody."""

from __future__ import annotations

import pickle
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from search_index.documents import Document
from search_index.engines import IndexUnavailable, SearchEngine, embedded, open_engine
from search_index.query import parse
from tests.search_index.corpus import DOCUMENTS, found, search

UNUSED = "generation-0123456789abcdef"
PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "search"


@pytest.fixture
def engine(folder: Path) -> SearchEngine:
    engine = open_engine(f"whoosh:{folder}")
    engine.rebuild(DOCUMENTS, 7)
    return engine


def generation(folder: Path) -> Path:
    return folder / (folder / "current").read_text().strip()


def until(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    """Poll until something holds, or fail."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def unavailable_then_rebuilt(engine: SearchEngine) -> None:
    """What a worker does when the index is gone."""
    with pytest.raises(IndexUnavailable):
        engine.applied()
    with pytest.raises(IndexUnavailable):
        search(engine, "warrant")
    with pytest.raises(IndexUnavailable):
        engine.apply([Document("C-99", "x")], [], 8)
    engine.rebuild(DOCUMENTS, 9)
    assert engine.applied() == 9
    assert found(engine, "court warrant") == ["C-01"]


def test_the_folder_is_for_its_owner_alone(engine: SearchEngine, folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(generation(folder).stat().st_mode) == 0o700


def test_a_folder_deleted_under_the_engine_is_rebuilt(engine: SearchEngine, folder: Path) -> None:
    assert search(engine, "").total == 9
    shutil.rmtree(folder)
    unavailable_then_rebuilt(engine)


def test_an_index_remade_by_another_engine_is_not_taken_for_the_old_one(
    folder: Path, engine: SearchEngine
) -> None:
    assert engine.applied() == 7
    shutil.rmtree(folder)

    open_engine(f"whoosh:{folder}").rebuild([Document("C-1", "tsunami")], 8)

    assert engine.applied() == 8
    assert found(engine, "tsunami") == ["C-1"]


def test_a_generation_deleted_under_the_engine_is_rebuilt(engine: SearchEngine, folder: Path) -> None:
    shutil.rmtree(generation(folder))
    unavailable_then_rebuilt(engine)


@pytest.mark.parametrize(
    "pointer",
    [
        b"",
        b"../../etc",
        UNUSED.encode() + b"/..",
        b"\xff\xfe",
        UNUSED.encode(),
        b"x" * 5000,
    ],
)
def test_a_pointer_to_nowhere_is_rebuilt(engine: SearchEngine, folder: Path, pointer: bytes) -> None:
    (folder / "current").write_bytes(pointer)
    unavailable_then_rebuilt(engine)


@pytest.mark.parametrize("garbage", [b"", b"garbage", bytes(range(256)) * 8, pickle.dumps({"a": 1})])
def test_a_garbled_table_of_contents_is_rebuilt(folder: Path, engine: SearchEngine, garbage: bytes) -> None:
    engine.close()
    for path in generation(folder).glob("*.toc"):
        path.write_bytes(garbage)
    unavailable_then_rebuilt(open_engine(f"whoosh:{folder}"))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_a_truncated_segment_is_rebuilt(folder: Path, engine: SearchEngine, share: float) -> None:
    engine.close()
    for path in generation(folder).glob("*.seg"):
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    unavailable_then_rebuilt(open_engine(f"whoosh:{folder}"))


def test_a_segment_that_is_gone_is_rebuilt(folder: Path, engine: SearchEngine) -> None:
    engine.close()
    for path in generation(folder).glob("*.seg"):
        path.unlink()
    unavailable_then_rebuilt(open_engine(f"whoosh:{folder}"))


def test_bytes_garbled_inside_a_segment_never_raise_anything_else(folder: Path, engine: SearchEngine) -> None:
    engine.close()
    (segment,) = generation(folder).glob("*.seg")
    whole = segment.read_bytes()
    for place in range(0, len(whole), 97):
        segment.write_bytes(whole[:place] + b"\xff" * 8 + whole[place + 8 :])
        damaged = open_engine(f"whoosh:{folder}")
        try:
            damaged.applied()
            search(damaged, '"face recognition" OR data*')
        except IndexUnavailable:
            pass
        damaged.close()


def test_a_folder_of_foreign_files_is_rebuilt_and_they_stay(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "notes.txt").write_text("mine")
    (folder / "generation-x").mkdir()

    unavailable_then_rebuilt(open_engine(f"whoosh:{folder}"))

    assert (folder / "notes.txt").read_text() == "mine"
    assert (folder / "generation-x").is_dir()


def test_an_empty_generation_is_rebuilt(folder: Path) -> None:
    (folder / UNUSED).mkdir(parents=True)
    (folder / "current").write_text(UNUSED + "\n")
    unavailable_then_rebuilt(open_engine(f"whoosh:{folder}"))


def test_an_index_of_another_analysis_is_rebuilt(
    folder: Path, engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.close()
    monkeypatch.setattr(embedded, "ANALYSIS_VERSION", 999)

    with pytest.raises(IndexUnavailable):
        open_engine(f"whoosh:{folder}").applied()


def test_only_the_present_generation_is_kept(folder: Path, engine: SearchEngine) -> None:
    (folder / UNUSED).mkdir()

    engine.rebuild(DOCUMENTS, 8)
    engine.rebuild(DOCUMENTS, 9)

    assert [path.name for path in folder.glob("generation-*")] == [generation(folder).name]


def test_a_rebuild_in_several_commits_keeps_the_last_of_each_id(
    folder: Path, engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "REBUILT_AT_ONCE", 2)

    engine.rebuild([Document(f"C-{number % 3}", f"swarm{number}") for number in range(7)], 8)

    assert engine.applied() == 8
    assert found(engine, "swarm*") == ["C-0", "C-1", "C-2"]
    assert found(engine, "swarm6 OR swarm4 OR swarm5") == ["C-0", "C-1", "C-2"]
    assert found(engine, "swarm0 OR swarm1 OR swarm2 OR swarm3") == []


def test_many_commits_are_merged_into_few_segments(folder: Path, engine: SearchEngine) -> None:
    for number in range(30):
        engine.apply([Document(f"M-{number}", f"swarm {number}")], [], number + 8)

    assert len(list(generation(folder).glob("*.seg"))) <= 6
    assert search(engine, "swarm").total == 30


def test_a_search_goes_on_while_the_index_is_rebuilt(folder: Path, engine: SearchEngine) -> None:
    answers: list[list[str]] = []

    def documents() -> Iterator[Document]:
        answers.append(found(engine, "court warrant"))
        yield Document("C-01", "court warrant in the new index")

    engine.rebuild(documents(), 8)

    assert answers == [["C-01"]]
    assert found(engine, "new index") == ["C-01"]


def test_threads_search_while_one_writes(engine: SearchEngine) -> None:
    wrong: list[object] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                if "C-01" not in search(engine, "court warrant OR swarm*", limit=50).ids:
                    wrong.append("C-01 is missing")
            except Exception as error:
                wrong.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(15):
        engine.apply([Document(f"M-{number}", f"swarm{number} data", received=number)], [], number + 8)
    engine.rebuild(DOCUMENTS, 30)
    done.set()
    for reader in readers:
        reader.join()

    assert wrong == []


READER = """
import sys
from search_index.engines import open_engine
from search_index.query import parse
engine = open_engine("whoosh:" + sys.argv[1])
print("ready", engine.find(parse("tsunami")).total, flush=True)
while not engine.find(parse("tsunami")).total:
    pass
print("seen", *engine.find(parse("tsunami")).ids, engine.applied(), flush=True)
"""

KILLED = """
import os, signal, sys
from search_index.documents import Document
from search_index.engines import open_engine
def documents():
    yield Document("C-1", "half")
    print("in the middle", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
open_engine("whoosh:" + sys.argv[1]).rebuild(documents(), 99)
"""


def other_process(program: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, str(folder)], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("rebuilt", [False, True])
def test_another_process_sees_commits_and_rebuilds(folder: Path, engine: SearchEngine, rebuilt: bool) -> None:
    with other_process(READER, folder) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "ready 0\n"
        if rebuilt:
            engine.rebuild([Document("C-1", "tsunami")], 8)
        else:
            engine.apply([Document("C-1", "tsunami")], [], 8)
        until(lambda: reader.poll() is not None)
        assert reader.stdout.readline() == "seen C-1 8\n"


def test_a_writer_killed_in_a_rebuild_blocks_nobody_and_leaves_the_index(
    folder: Path, engine: SearchEngine
) -> None:
    with other_process(KILLED, folder) as writer:
        until(lambda: writer.poll() is not None)
        assert writer.returncode == -signal.SIGKILL
    assert len(list(folder.glob("generation-*"))) == 2

    engine.apply([Document("C-90", "after the crash")], [], 8)
    assert found(engine, "crash") == ["C-90"]
    assert engine.applied() == 8

    engine.rebuild(DOCUMENTS, 9)
    assert len(list(folder.glob("generation-*"))) == 1


def test_two_engines_of_one_folder_see_each_other(folder: Path, engine: SearchEngine) -> None:
    other = embedded.EmbeddedEngine(folder, reread_every=0.0)
    assert other.find(parse("tsunami")).total == 0

    engine.apply([Document("C-1", "tsunami")], [], 8)
    assert other.find(parse("tsunami")).ids == ("C-1",)
    assert other.applied() == 8

    other.apply([], ["C-1"], 9)
    assert engine.applied() == 9
    assert search(engine, "tsunami").total == 0


def test_a_commit_that_fails_leaves_the_index_as_it_was(engine: SearchEngine, folder: Path) -> None:
    broken = Document("C-1", None)  # type: ignore[arg-type]

    with pytest.raises((TypeError, AttributeError)):
        engine.apply([broken], ["C-01"], 8)

    assert engine.applied() == 7
    assert found(engine, "court warrant") == ["C-01"]
