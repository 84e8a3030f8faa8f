"""Requests a second over a real connection: the clause page with 50 comments against a bare Starlette hello.

Both are served by uvicorn with the portal's own settings, one process each, and asked by the same client over
the same number of kept connections. Run: python -m benchmarks.pages [--seconds 5] [--rounds 3]
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import socket
import statistics
import tempfile
import time
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from benchmarks import parts
from portal import migrations
from portal.app import build_app
from portal.opening import Opened, engine_of, keep_index
from portal.serving import SHIPPED, SHIPPED_VERSION

CONNECTIONS = 8


def main() -> None:
    """Measure both in turn, several rounds, and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    clause = f"/en/{SHIPPED}/{SHIPPED_VERSION}/{parts.CLAUSE}"
    with tempfile.TemporaryDirectory() as folder:
        hello, portal = _listen(), _listen()
        processes = [
            _start(_serve_hello, hello),
            _start(_serve_portal, portal, folder),
        ]
        try:
            measured: dict[str, list[float]] = {"hello": [], "clause": [], "contents": []}
            for _ in range(asked.rounds):
                measured["hello"].append(_rate(hello, "/", asked.seconds))
                measured["clause"].append(_rate(portal, clause, asked.seconds))
                measured["contents"].append(_rate(portal, f"/en/{SHIPPED}/", asked.seconds))
        finally:
            for process in processes:
                process.terminate()
                process.join()
    medians = {name: statistics.median(rates) for name, rates in measured.items()}
    ratios = {name: medians[name] / medians["hello"] for name in ("clause", "contents")}
    parts.show(
        "pages",
        ("what", "median requests/s", "of hello"),
        (
            ("bare Starlette hello", f"{medians['hello']:.0f}", "1.00"),
            ("clause page with 50 comments", f"{medians['clause']:.0f}", f"{ratios['clause']:.2f}"),
            ("contents page", f"{medians['contents']:.0f}", f"{ratios['contents']:.2f}"),
        ),
        {
            **{f"{name}_per_second": round(rate) for name, rate in medians.items()},
            **{f"{name}_ratio": round(ratio, 3) for name, ratio in ratios.items()},
        },
    )


def _listen() -> socket.socket:
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    bound.listen(256)
    return bound


def _start(target: object, *arguments: object) -> multiprocessing.Process:
    process = multiprocessing.get_context("fork").Process(target=target, args=arguments, daemon=True)  # type: ignore[arg-type]
    process.start()
    return process


def _run(app: Starlette, bound: socket.socket) -> None:
    config = uvicorn.Config(app, access_log=False, log_config=None, lifespan="off", server_header=False)
    uvicorn.Server(config).run(sockets=[bound])


def _serve_hello(bound: socket.socket) -> None:
    async def hello(request: Request) -> Response:  # noqa: ARG001
        return PlainTextResponse("hello")

    _run(Starlette(routes=[Route("/", hello)]), bound)


def _serve_portal(bound: socket.socket, folder: str) -> None:
    host, port = bound.getsockname()
    prepared = parts.prepare(Path(folder) / "portal", f"http://{host}:{port}")
    for number in range(50):
        parts.comment(prepared, number)
    engine = engine_of(prepared.settings)
    keep_index(Opened(prepared.settings, prepared.database, migrations.head()), engine)
    app = build_app(prepared.settings, revision=migrations.head(), database=prepared.database, engine=engine)
    _run(app, bound)


def _rate(bound: socket.socket, path: str, seconds: float) -> float:
    host, port = bound.getsockname()
    return asyncio.run(_ask_for(host, port, path, seconds))


async def _ask_for(host: str, port: int, path: str, seconds: float) -> float:
    request = f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode()
    deadline = time.perf_counter() + seconds
    counts = await asyncio.gather(*(_ask(host, port, request, deadline) for _ in range(CONNECTIONS)))
    return sum(counts) / seconds


async def _ask(host: str, port: int, request: bytes, deadline: float) -> int:
    """One kept connection, one request after the other; answers read whole by their Content-Length."""
    reader, writer = await _connect(host, port)
    done = 0
    while time.perf_counter() < deadline:
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        if not head.startswith(b"http/1.1 200"):
            raise RuntimeError(head.split(b"\r\n", 1)[0])
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        done += 1
    writer.close()
    return done


async def _connect(host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection(host, port, limit=1 << 20)


if __name__ == "__main__":
    main()
