"""Titles from a server with the chat call of the OpenAI API."""

from __future__ import annotations

import json

from search_index.summarizer.remote import RemoteFault, Service
from search_index.summarizer.rewording import INSTRUCTIONS, Reworded, RewriterFault, TitleAsked, data_of, read

_SECONDS = 30.0
_MOST_BYTES = 64 * 1024
_TOKENS = 600


class RemoteRewriter:
    """`openai+https://KEY@host/v1?model=NAME`. Nothing is remembered between questions."""

    def __init__(self, url: str, *, seconds: float = _SECONDS) -> None:
        try:
            self._service = Service(url, "chat/completions", seconds=seconds, most=_MOST_BYTES)
        except RemoteFault as error:
            raise ValueError(f"the summarizer's server {error}") from error

    @property
    def name(self) -> str:
        """Without the key."""
        return f"openai/{self._service.host}/{self._service.model}"

    def titles(self, theme: TitleAsked) -> Reworded:
        """One request. Raises RewriterFault."""
        body = {
            "model": self._service.model,
            "messages": [
                {"role": "system", "content": INSTRUCTIONS},
                {"role": "user", "content": data_of(theme)},
            ],
            "temperature": 0,
            "max_tokens": _TOKENS,
            "response_format": {"type": "json_object"},
        }
        try:
            with self._service.client() as client:
                answer = self._service.ask(client, body)
        except RemoteFault as error:
            raise RewriterFault(error.code) from error
        return read(_content(answer))


def _content(answer: bytes) -> str:
    """What the model said. Raises RewriterFault (`not_json`, `shape`)."""
    raw = answer.decode("utf-8", "replace")
    try:
        said = json.loads(raw)["choices"][0]["message"]["content"]
    except (ValueError, RecursionError) as error:
        raise RewriterFault("not_json", raw) from error
    except (TypeError, KeyError, IndexError) as error:
        raise RewriterFault("shape", raw) from error
    if not isinstance(said, str):
        raise RewriterFault("shape", raw)
    return said
