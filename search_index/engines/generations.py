"""Folders of an index on disk: one a generation, a pointer to the present one, and a lock for who writes.

search/current           the name of the present generation
search/generation-…/     its files
search/writing           locked while somebody writes; the system lets go of it when that process ends
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from search_index.engines.seam import IndexUnavailable

_NAME = re.compile(r"generation-[0-9a-f]{16}")


class Generations:
    def __init__(self, root: Path) -> None:
        self.root = root

    def present(self) -> Path:
        """The folder of the present generation. IndexUnavailable where there is none."""
        folder = self._pointed_to()
        if not folder.is_dir():
            # It may just have been replaced and swept away.
            again = self._pointed_to()
            if again == folder or not again.is_dir():
                raise IndexUnavailable(f"{self.root} points to an index that is gone")
            folder = again
        return folder

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Alone among all processes. Waits for another writer, who finishes or dies."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.root.chmod(0o700)
        handle = os.open(self.root / "writing", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def make(self) -> Path:
        """An empty folder for a new generation, with a name that was never used. Only while writing."""
        folder = self.root / f"generation-{secrets.token_hex(8)}"
        folder.mkdir(mode=0o700)
        return folder

    def swap(self, folder: Path) -> None:
        """Point to a finished generation, in one step for every process. Only while writing."""
        beside = self.root / "current.new"
        with beside.open("w", encoding="ascii") as file:
            file.write(folder.name + "\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.root / "current")

    def sweep(self) -> None:
        """Remove what is not present: replaced generations and those of a crash. Only while writing."""
        with suppress(IndexUnavailable):
            self._remove_all_but(self.present().name)
            return
        self._remove_all_but("")

    def _pointed_to(self) -> Path:
        try:
            name = (self.root / "current").read_bytes()[:100].decode("ascii").strip()
        except (OSError, ValueError) as error:
            raise IndexUnavailable(f"no index in {self.root}") from error
        if not _NAME.fullmatch(name):
            raise IndexUnavailable(f"{self.root} points to no index")
        return self.root / name

    def _remove_all_but(self, name: str) -> None:
        for path in self.root.iterdir():
            if path.name != name and _NAME.fullmatch(path.name):
                shutil.rmtree(path, ignore_errors=True)
