"""Servers that speak the OpenAI API: one's own machine, or a service. Vectors from their embeddings call."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
import numpy as np

from search_index.summarizer.themes import EmbedderFault, Vectors

_BATCH = 64  # texts of one request
_SECONDS = 60.0
_MOST_BYTES = 64 * 1024 * 1024  # 64 vectors of 4,096 numbers written out are under 8 MB
_SCHEMES = {"openai+https": "https", "openai+http": "http"}


class RemoteFault(ValueError):
    """No answer can be had. `code` says in a word what is wrong, the text says it after the server's name."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class Service:
    """One call of one server, from `openai+https://KEY@host/v1?model=NAME`. Raises RemoteFault (`address`).

    The key is optional and is sent as a bearer token. An answer is read for `seconds` at the longest and
    up to `most` bytes; redirects are not followed.
    """

    def __init__(self, url: str, call: str, *, seconds: float, most: int = _MOST_BYTES) -> None:
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise RemoteFault("address", f"has an address that cannot be read: {error}") from error
        self.options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if parts.scheme not in _SCHEMES or not host or not self.options.get("model"):
            raise RemoteFault("address", "is named like openai+https://host/v1?model=NAME")
        self.host = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
        self.model = self.options["model"]
        self._address = f"{_SCHEMES[parts.scheme]}://{self.host}{parts.path.rstrip('/')}/{call}"
        self._headers = {"Accept-Encoding": "identity"}  # a small answer cannot unfold into a large one
        if parts.username:
            self._headers["Authorization"] = f"Bearer {unquote(parts.username)}"
        self._seconds, self._most = seconds, most

    def client(self) -> httpx.Client:
        """A connection for several questions; close it."""
        return httpx.Client(timeout=self._seconds, headers=self._headers)

    def ask(self, client: httpx.Client, body: Mapping[str, Any]) -> bytes:
        """One question. Raises RemoteFault (`slow`, `unreachable`, `status`, `long`)."""
        try:
            with client.stream("POST", self._address, json=body) as answer:
                if answer.status_code != httpx.codes.OK:
                    said = f"answers {answer.status_code} {answer.reason_phrase}".strip()
                    raise RemoteFault("status", said)
                return self._read(answer)
        except httpx.TimeoutException as error:
            raise self._slow() from error
        except httpx.HTTPError as error:
            raise RemoteFault("unreachable", f"cannot be reached ({type(error).__name__})") from error

    def _read(self, answer: httpx.Response) -> bytes:
        """The whole body. The clock of httpx begins anew with every piece, so there is one for them all."""
        until = time.monotonic() + self._seconds
        body = bytearray()
        for piece in answer.iter_raw():
            body += piece
            if len(body) > self._most:
                raise RemoteFault("long", f"answers more than {self._most} bytes")
            if time.monotonic() > until:
                raise self._slow()
        return bytes(body)

    def _slow(self) -> RemoteFault:
        return RemoteFault("slow", f"did not answer within {self._seconds:g} seconds")


class RemoteEmbedder:
    """`openai+https://KEY@host/v1?model=NAME`; `&prefix=` is put before every text. Raises EmbedderFault.

    `/embeddings` is added to the path.
    """

    stored = True

    def __init__(self, url: str, *, seconds: float = _SECONDS) -> None:
        try:
            self._service = Service(url, "embeddings", seconds=seconds)
        except RemoteFault as error:
            raise EmbedderFault(f"the remote embedder {error}") from error
        self._prefix = self._service.options.get("prefix", "")

    @property
    def name(self) -> str:
        """Without the key."""
        prefix = f"/{self._prefix.strip()}" if self._prefix else ""
        return f"openai/{self._service.host}/{self._service.model}{prefix}"

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """(n, d) float32, rows of length 1; a text without a letter or digit is not sent, its row is 0."""
        telling = [row for row, text in enumerate(texts) if any(map(str.isalnum, text))]
        if not telling:
            return np.zeros((len(texts), 1), dtype=np.float32)
        with self._service.client() as client:
            made = [
                self._asked(client, [self._prefix + texts[row] for row in telling[at : at + _BATCH]])
                for at in range(0, len(telling), _BATCH)
            ]
        if len({part.shape[1] for part in made}) > 1:
            raise self._fault("answers with vectors of different lengths")
        found = np.zeros((len(texts), made[0].shape[1]), dtype=np.float32)
        found[telling] = np.concatenate(made)
        return found

    def _asked(self, client: httpx.Client, texts: Sequence[str]) -> Vectors:
        """One request. An answer that is not one vector a text is a fault."""
        body = {"model": self._service.model, "input": texts, "encoding_format": "float"}
        try:
            answer = self._service.ask(client, body)
        except RemoteFault as error:
            raise self._fault(str(error)) from error
        try:
            return _unit(json.loads(answer), len(texts))
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise self._fault(f"answers something else than vectors ({error})") from error

    def _fault(self, what: str) -> EmbedderFault:
        return EmbedderFault(f"the embedder {self._service.host} {what}")


def _unit(answer: Any, count: int) -> Vectors:
    """Rows in the order of the texts, of length 1. Raises ValueError, TypeError, KeyError."""
    rows = {entry["index"]: entry["embedding"] for entry in answer["data"]}
    if sorted(rows) != list(range(count)):
        raise ValueError(f"{len(rows)} vectors for {count} texts")
    made = np.array([rows[row] for row in range(count)], dtype=np.float32)
    lengths = np.linalg.norm(made, axis=1, keepdims=True) if made.ndim == 2 else np.zeros(1)
    if not np.isfinite(lengths).all() or not lengths.all():
        raise ValueError("numbers that are no direction")
    return made / lengths
