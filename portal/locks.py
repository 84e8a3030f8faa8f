"""Locks between processes: files in the data dir, freed by the system however their holder ends."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Held(RuntimeError):
    """Another process holds the lock; the text is one plain sentence."""


@contextmanager
def hold(path: Path, otherwise: Held) -> Iterator[None]:
    """Hold the lock of a file, which need not be there yet. Raises `otherwise` where another process does."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise otherwise from None
        yield


@contextmanager
def wait_for(path: Path) -> Iterator[None]:
    """Hold the lock of a file, as soon as no other process does."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
