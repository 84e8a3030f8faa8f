"""A small server on this machine with the chat call of the OpenAI API: tests say what it answers."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, bytes]


def said(content: Any) -> Answer:
    """An answer whose message is this text, or this object as JSON."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return 200, json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]}).encode()


@dataclass
class Chat:
    """`answer` makes an answer from the data that came; `seen` are bodies, `keys` their authorizations."""

    host: str = ""
    answer: Callable[[dict[str, Any]], Answer] = lambda _asked: said("")
    seen: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    """Set at the end: an answer that waits need not wait longer."""

    @property
    def url(self) -> str:
        return f"openai+http://secret@{self.host}/v1?model=small"

    def last(self) -> dict[str, Any]:
        """The data of the last question."""
        found: dict[str, Any] = json.loads(self.seen[-1]["messages"][1]["content"])
        return found


@contextmanager
def chat() -> Iterator[Chat]:
    """The server, listening."""
    told = Chat()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.seen.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            told.keys.append(self.headers["Authorization"])
            status, body = (404, b"") if self.path != "/v1/chat/completions" else told.answer(told.last())
            with suppress(BrokenPipeError, ConnectionResetError):  # whoever asked may have gone
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                if status == 302:
                    self.send_header("Location", f"http://{told.host}/elsewhere")
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        told.host = f"127.0.0.1:{listening.server_port}"
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield told
        finally:
            told.over.set()
            listening.shutdown()
            thread.join()
