"""Vectors from a server: what is sent, what is believed, and what is said when something is wrong."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from search_index.summarizer import EmbedderFault, open_embedder
from search_index.summarizer.remote import RemoteEmbedder

Answer = tuple[int, bytes]


def honest(request: dict[str, Any]) -> Answer:
    """(letters, 1) for each text, the last text first: the index tells whose it is."""
    data = [{"index": i, "embedding": [len(text), 1]} for i, text in enumerate(request["input"])]
    return 200, json.dumps({"data": data[::-1]}).encode()


@dataclass
class Server:
    """A small server on this machine; `answer` says what it answers, `seen` what it was asked."""

    address: str = ""
    answer: Callable[[dict[str, Any]], Answer] = honest
    seen: list[tuple[str, str | None, dict[str, Any]]] = field(default_factory=list)

    def url(self, user: str = "", query: str = "model=small") -> str:
        return f"openai+http://{user}{self.address}/v1/?{query}"


@pytest.fixture
def server() -> Iterator[Server]:
    told = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told.seen.append((self.path, self.headers["Authorization"], request))
            status, body = told.answer(request)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(BrokenPipeError):  # whoever asked may have gone
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        told.address = f"127.0.0.1:{listening.server_port}"
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield told
        listening.shutdown()
        thread.join()


def test_each_text_gets_its_own_vector_of_length_one(server: Server) -> None:
    found = open_embedder(server.url()).vectors(["abc", "👍", "a", "abc"])

    assert found.dtype == np.float32
    expected = np.array([[3, 1], [0, 0], [1, 1], [3, 1]])
    lengths = np.array([[10**0.5], [1], [2**0.5], [10**0.5]])
    assert np.allclose(found, expected / lengths)
    assert server.seen == [
        ("/v1/embeddings", None, {"model": "small", "input": ["abc", "a"], "encoding_format": "float"})
    ]


def test_many_texts_go_in_several_requests_with_key_and_prefix(server: Server) -> None:
    embedder = open_embedder(server.url("a%2Fkey@", "model=small&prefix=query:%20"))
    texts = [f"text {number}" for number in range(130)]

    assert embedder.vectors(texts).shape == (130, 2)
    assert [len(request["input"]) for _, _, request in server.seen] == [64, 64, 2]
    assert {key for _, key, _ in server.seen} == {"Bearer a/key"}
    assert server.seen[2][2]["input"] == ["query: text 128", "query: text 129"]


def test_nothing_to_read_asks_nobody(server: Server) -> None:
    assert open_embedder(server.url()).vectors(["", "👍"]).tolist() == [[0], [0]]
    assert server.seen == []


def test_the_name_holds_host_model_and_prefix_and_no_key(server: Server) -> None:
    embedder = open_embedder(server.url("secret@", "model=small&prefix=query:%20"))

    assert embedder.name == f"openai/{server.address}/small/query:"
    assert embedder.stored


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ((401, b"{}"), "answers 401"),
        ((200, b"<html>"), "something else than vectors"),
        ((200, b'{"data": []}'), "0 vectors for 1 texts"),
        ((200, b'{"data": [{"index": 0, "embedding": [0, 0]}]}'), "no direction"),
        ((200, b'{"data": [{"index": 0, "embedding": [NaN, 1]}]}'), "no direction"),
        ((200, b'{"data": [{"index": 0, "embedding": "AAAA"}]}'), "something else than vectors"),
    ],
)
def test_what_is_no_answer_is_told_with_the_host_and_without_the_key(
    server: Server, answer: Answer, sentence: str
) -> None:
    server.answer = lambda _request: answer

    with pytest.raises(EmbedderFault, match=sentence) as told:
        open_embedder(server.url("secret@")).vectors(["a text"])
    assert server.address in str(told.value)
    assert "secret" not in str(told.value)


def test_a_silent_server_is_not_waited_for_for_ever(server: Server) -> None:
    over = threading.Event()

    def silent(request: dict[str, Any]) -> Answer:
        over.wait(30)
        return honest(request)

    server.answer = silent
    with pytest.raises(EmbedderFault, match=r"did not answer within 0\.1 seconds"):
        RemoteEmbedder(server.url(), seconds=0.1).vectors(["a text"])
    over.set()


def test_nobody_there_is_told() -> None:
    with pytest.raises(EmbedderFault, match=r"127\.0\.0\.1:1 cannot be reached"):
        open_embedder("openai+http://127.0.0.1:1/v1?model=small").vectors(["a text"])


@pytest.mark.parametrize(
    "url", ["openai+https://host/v1", "openai+https:///v1?model=m", "openai+http://host:many/v1?model=m"]
)
def test_an_address_that_cannot_be_used_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="embedder"):
        open_embedder(url)
