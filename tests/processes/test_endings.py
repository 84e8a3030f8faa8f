"""How `portal serve` ends: killed under load, or asked to stop. Nothing acknowledged is ever lost."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path

import httpx
import pytest

from tests.processes.serving import CLAUSE, DRAFT, SEND, SLUG, Served, is_gone, portal, serving, until

SENDERS = 6


@dataclass
class Load:
    """Comments sent by several threads until the server is gone: what was sent, and what was acknowledged."""

    address: str
    numbers: Iterator[int]
    sent: dict[str, str] = field(default_factory=dict)
    """Body by key."""
    acknowledged: dict[str, str] = field(default_factory=dict)
    """Receipt by key."""

    def send(self) -> None:
        with httpx.Client(base_url=self.address, timeout=30, verify=False, trust_env=False) as client:
            while True:
                number = next(self.numbers)
                key, body = f"key {number}", f"Comment number {number} under load."
                self.sent[key] = body
                try:
                    answer = post(client, key, body)
                except httpx.TransportError:
                    return
                if answer.status_code != 201:
                    return
                self.acknowledged[key] = answer.json()["receipt"]


def post(client: httpx.Client, key: str, body: str) -> httpx.Response:
    sent = {"comments": [{"clause": CLAUSE, "body": body}]}
    return client.post(SEND, json=sent, headers={"Idempotency-Key": key})


@contextmanager
def load(served: Served, numbers: Iterator[int]) -> Iterator[Load]:
    running = Load(served.address, numbers)
    threads = [threading.Thread(target=running.send) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    try:
        yield running
    finally:
        if served.process.poll() is None:
            served.process.kill()
        for thread in threads:
            thread.join(60)


def kill_under_load(served: Served, numbers: Iterator[int], *, family: bool) -> Load:
    """Kill the supervisor, or it and all its children, while comments come in."""
    children = served.children()
    with load(served, numbers) as running:
        until(lambda: len(running.acknowledged) >= 30, "30 comments are acknowledged")
        for pid in [served.process.pid, *(children if family else ())]:
            os.kill(pid, signal.SIGKILL)
        assert served.process.wait(30) == -signal.SIGKILL
    for pid in children:
        until(partial(is_gone, pid), f"child {pid} ends without its parent")
    return running


def assert_all_there(served: Served, running: Load) -> None:
    """Every acknowledged receipt opens its comment; whatever else was sent can be sent again, once."""
    for key, receipt in running.acknowledged.items():
        answer = served.client.get(f"/api/v1/receipts/{receipt}")
        assert answer.status_code == 200
        assert answer.json()["comments"][0]["body"] == running.sent[key]
        assert answer.json()["comments"][0]["status"] == "published"
    for key in set(running.sent) - set(running.acknowledged):
        assert post(served.client, key, running.sent[key]).status_code in (200, 201)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ending") / "data"


def test_killed_three_times_under_load_it_loses_no_acknowledged_comment(data: Path) -> None:
    numbers, port, loads = count(1), 0, list[Load]()

    for family in (False, True, False):
        with serving(data, "--workers", "2", port=port) as served:
            assert port in (0, served.port)
            port = served.port
            for earlier in loads:
                assert_all_there(served, earlier)
            loads.append(kill_under_load(served, numbers, family=family))

    with serving(data, "--workers", "2", port=port) as served:
        assert served.port == port
        for running in loads:
            assert_all_there(served, running)
        everything = sum(len(running.sent) for running in loads)
        assert served.client.get(f"{DRAFT}/clauses/{CLAUSE}/comments").json()["total"] == everything
        until(
            lambda: served.client.get("/api/v1/search?q=load").json()["total"] == everything,
            "the index holds what the database holds",
        )
        assert portal(data, "check").stdout == b"Everything agrees.\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_everything_within_seconds(data: Path, number: signal.Signals) -> None:
    with serving(data, "--workers", "2") as served:
        children = served.children()
        assert len(children) == 3

        served.process.send_signal(number)

        assert served.process.wait(10) == 0
        assert all(is_gone(pid) for pid in children)
        assert "Traceback" not in served.said


def test_a_second_serve_on_a_data_dir_is_refused_before_it_touches_anything(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(data, "--empty") as served:
        address = (data / "address").read_bytes()

        second = portal(data, "serve", "--port", "0")

        way_out = "Stop it first, or name another folder in PORTAL_DATA_DIR."
        said = f"Another portal serve runs on {data}. {way_out}\n"
        assert (second.returncode, second.stdout, second.stderr.decode()) == (2, b"", said)
        assert (data / "address").read_bytes() == address
        assert served.client.get("/api/v1/consultations").json()["total"] == 0


def test_a_serve_that_was_killed_can_be_started_again_at_once(data: Path) -> None:
    with serving(data) as served:
        children = served.children()
        served.process.kill()
        assert served.process.wait(30) == -signal.SIGKILL

        with serving(data, port=served.port) as again:
            assert again.port == served.port
            assert again.client.get(f"/en/{SLUG}/").status_code == 200
            assert not set(children) & set(again.children())


def test_a_taken_port_is_one_plain_sentence(data: Path) -> None:
    with serving(data) as served:
        second = portal(data.with_name("other"), "serve", "--port", str(served.port))

    assert second.returncode == 2
    assert (
        second.stderr == f"Cannot listen on 127.0.0.1 port {served.port}: Address already in use.\n".encode()
    )
