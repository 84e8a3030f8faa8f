"""The portal as outsiders start it: a real `portal serve` on a data dir and a port of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import httpx

T = TypeVar("T")
SLUG, VERSION = "national-ai-policy", "v1"
CLAUSE = "part_5__sec_4__cl_2"
DRAFT = f"/api/v1/consultations/{SLUG}/drafts/{VERSION}"
SEND = f"{DRAFT}/submissions"


def until(ask: Callable[[], T | None], what: str, *, within: float = 60.0) -> T:
    """Ask until the answer is true, and give it; fails with `what` after `within` seconds."""
    deadline = time.monotonic() + within
    while not (answer := ask()):
        assert time.monotonic() < deadline, f"not within {within} s: {what}"
        time.sleep(0.05)
    return answer


@dataclass(frozen=True)
class Served:
    """A running `serve`: its process, what it printed, and a client that speaks to it."""

    process: subprocess.Popen[bytes]
    data: Path
    printed: Path
    address: str
    client: httpx.Client

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    @property
    def said(self) -> str:
        return self.printed.read_text(encoding="utf-8")

    def children(self) -> list[int]:
        """Process ids of the web processes and the worker."""
        return [pid for pid in _pids() if _stat(pid)[1] == str(self.process.pid)]

    def web_processes(self) -> list[int]:
        return [pid for pid in self.children() if b"web-process" in Path(f"/proc/{pid}/cmdline").read_bytes()]

    def end(self) -> int:
        """Ask it to stop; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def is_gone(pid: int) -> bool:
    """Whether a process has ended, read by its parent or not."""
    return _stat(pid)[0] in ("", "Z", "X")


def environment(data: Path, **settings: str) -> dict[str, str]:
    """Ours without any setting of a portal but these; no limit of posts."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    return {**plain, "PORTAL_DATA_DIR": str(data), "PORTAL_POSTS_PER_MINUTE": "0", **settings}


def portal(data: Path, *arguments: str, send: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "portal", *arguments],
        env=environment(data),
        cwd=data.parent,
        input=send,
        capture_output=True,
        check=False,
        timeout=240,
    )


@contextmanager
def serving(data: Path, *options: str, port: int = 0) -> Iterator[Served]:
    """`portal serve` from its first word until every child has ended; it says its address itself."""
    printed = data.with_name(f"{data.name}.printed")
    with printed.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "portal", "serve", "--port", str(port), *options],
            env=environment(data),
            cwd=data.parent,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    children: list[int] = []
    try:
        address = until(lambda: _address(process, printed), "serve prints its address", within=240)
        with httpx.Client(base_url=address, timeout=30, verify=False, trust_env=False) as client:
            served = Served(process, data, printed, address, client)
            until(lambda: _is_alive(client), "the web processes answer")
            children = served.children()
            yield served
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(60)
        for pid in children:
            until(partial(is_gone, pid), f"child {pid} ends with its parent")


def _address(process: subprocess.Popen[bytes], printed: Path) -> str | None:
    said = printed.read_text(encoding="utf-8")
    assert process.poll() is None, f"serve ended with {process.returncode}: {said}"
    found = re.search(r"Mashwara serves (http://\S+)/\n", said)
    return found.group(1) if found else None


def _is_alive(client: httpx.Client) -> bool:
    try:
        return client.get("/healthz").status_code == 200
    except httpx.TransportError:
        return False


def _pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _stat(pid: int) -> tuple[str, str]:
    """State and parent of a process; empty where there is none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="latin-1").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return "", ""
    return fields[0], fields[1]
