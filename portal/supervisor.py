"""`serve`: one parent holds the port and a lifeline; web processes and the worker end with it."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from types import FrameType

BIND_SECONDS = 10.0
END_SECONDS = 15.0
RESTART_PAUSE_SECONDS = 1.0


class PortTaken(RuntimeError):
    """Somebody else listens there."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Waits a while for the port: children of a killed predecessor may be ending."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    deadline = time.monotonic() + BIND_SECONDS
    while True:
        bound = socket.socket(family, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((host, port))
            bound.listen(2048)
        except OSError as error:
            bound.close()
            if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                raise PortTaken(f"Cannot listen on {host} port {port}: {error.strerror}.") from None
            time.sleep(0.1)
        else:
            bound.set_inheritable(True)
            return bound


def supervise(
    bound: socket.socket,
    workers: int,
    environment: dict[str, str],
    ready: Callable[[], None],
    *,
    demo: bool = False,
) -> int:
    """Run `workers` web processes and one worker until told to stop. A child that dies is started again."""
    lifeline, held = os.pipe()
    os.set_inheritable(lifeline, True)
    descriptors = (bound.fileno(), lifeline)
    told = ["--lifeline", str(lifeline), *(["--demo"] if demo else [])]
    web = ["web-process", "--socket", str(bound.fileno()), *told]
    commands = [*([web] * workers), ["worker", *told]]
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopped.set())
    children = [_start(command, descriptors, environment) for command in commands]
    ready()
    try:
        while not stopped.wait(0.2):
            for place, child in enumerate(children):
                if child.poll() is not None:
                    stopped.wait(RESTART_PAUSE_SECONDS)
                    if not stopped.is_set():
                        children[place] = _start(commands[place], descriptors, environment)
    finally:
        os.close(held)
        _end(children)
    return 0


def end_with(lifeline: int, stop: Callable[[], None]) -> None:
    """In a child: call `stop` when the parent's end of the lifeline closes, and leave for good soon after."""

    def watch() -> None:
        while os.read(lifeline, 1):
            pass
        stop()
        time.sleep(END_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="lifeline").start()


def stop_on_signals(stop: Callable[[], None]) -> None:
    """Call `stop` on SIGTERM and SIGINT."""

    def told(_number: int, _frame: FrameType | None) -> None:
        stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told)


def _start(
    command: Sequence[str], descriptors: Sequence[int], environment: dict[str, str]
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  (our own program)
        [sys.executable, "-m", "portal", *command],
        pass_fds=tuple(descriptors),
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


def _end(children: Sequence[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + END_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
