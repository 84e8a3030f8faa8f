"""Vectors from a server with the embeddings call of the OpenAI API: one's own machine, or a service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
import numpy as np

from search_index.summarizer.themes import EmbedderFault, Vectors

_BATCH = 64  # texts of one request
_SECONDS = 60.0
_SCHEMES = {"openai+https": "https", "openai+http": "http"}


class RemoteEmbedder:
    """`openai+https://KEY@host/v1?model=NAME`; `&prefix=` is put before every text. Raises EmbedderFault.

    `/embeddings` is added to the path. The key is optional and is sent as a bearer token.
    """

    stored = True

    def __init__(self, url: str, *, seconds: float = _SECONDS) -> None:
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise EmbedderFault(f"the address of the embedder cannot be read: {error}") from error
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if parts.scheme not in _SCHEMES or not host or not options.get("model"):
            raise EmbedderFault("a remote embedder is named like openai+https://host/v1?model=NAME")
        self._host = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
        self._model, self._prefix = options["model"], options.get("prefix", "")
        self._address = f"{_SCHEMES[parts.scheme]}://{self._host}{parts.path.rstrip('/')}/embeddings"
        self._headers = {"Authorization": f"Bearer {unquote(parts.username)}"} if parts.username else {}
        self._seconds = seconds

    @property
    def name(self) -> str:
        """Without the key."""
        return f"openai/{self._host}/{self._model}" + (f"/{self._prefix.strip()}" if self._prefix else "")

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """(n, d) float32, rows of length 1; a text without a letter or digit is not sent, its row is 0."""
        telling = [row for row, text in enumerate(texts) if any(map(str.isalnum, text))]
        if not telling:
            return np.zeros((len(texts), 1), dtype=np.float32)
        with httpx.Client(timeout=self._seconds, headers=self._headers) as client:
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
        body = {"model": self._model, "input": texts, "encoding_format": "float"}
        try:
            answer = client.post(self._address, json=body)
        except httpx.TimeoutException as error:
            raise self._fault(f"did not answer within {self._seconds:g} seconds") from error
        except httpx.HTTPError as error:
            raise self._fault(f"cannot be reached ({type(error).__name__})") from error
        if answer.status_code != httpx.codes.OK:
            raise self._fault(f"answers {answer.status_code} {answer.reason_phrase}".strip())
        try:
            return _unit(answer.json(), len(texts))
        except (ValueError, TypeError, KeyError) as error:
            raise self._fault(f"answers something else than vectors ({error})") from error

    def _fault(self, what: str) -> EmbedderFault:
        return EmbedderFault(f"the embedder {self._host} {what}")


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
