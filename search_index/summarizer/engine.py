"""The themes engine as a conversation, one JSON object a line: for measuring it on texts with known themes.

It is the summarizer of the portal and nothing else; the texts are comments on one draft as a whole.

    {"op": "discover", "texts": [..], "context": {"stance": 1, "lang": "en"}}
        -> {"assign": [theme id or null, ..],
            "themes": [{"id": .., "label": .., "representatives": [text index, ..]}]}
    {"op": "match", "texts": [..], "points": [..], "context": {..}} -> [[score for each point] for each text]

Anything else is answered with {"error": ..}; the conversation goes on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from search_index.summarizer.frames import Frame
from search_index.summarizer.nearness import against_rivals, with_neighbours
from search_index.summarizer.themes import CandidateTheme, CommentText, Embedder, Summarizer

_POSITIONS = {1: "support", -1: "oppose"}


def converse(
    lines: Iterable[str], say: Callable[[str], None], summarizer: Summarizer, embedder: Embedder
) -> None:
    """Answer every line with one line, until there are no more."""
    for line in lines:
        if line.strip():
            say(json.dumps(_answer(line, summarizer, embedder), ensure_ascii=False))


def _answer(line: str, summarizer: Summarizer, embedder: Embedder) -> object:
    try:
        request = json.loads(line)
        op, texts = request["op"], _texts(request["texts"])
        points = _texts(request.get("points", []))
        context = dict(request.get("context") or {})
    except (ValueError, TypeError, KeyError, AttributeError):
        return {"error": "not a request"}
    if op == "discover":
        return discover(summarizer, texts, context)
    if op == "match":
        return match(embedder, texts, points, context)
    return {"error": "unsupported"}


def _language(context: Mapping[str, Any]) -> str:
    return str(context.get("lang", "en"))


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise TypeError("a list of texts")
    return value


def discover(summarizer: Summarizer, texts: Sequence[str], context: Mapping[str, Any]) -> dict[str, Any]:
    """Themes of texts that speak of one subject; `context` may name their stance (1, -1) and language."""
    position = _POSITIONS.get(context.get("stance", 0))
    language = _language(context)
    found = summarizer.suggest(
        [CommentText(f"{row:06d}", text, None, language, position) for row, text in enumerate(texts)]
    )
    assigned: list[int | None] = [None] * len(texts)
    for number, theme in enumerate(found.themes):
        for comment_id in theme.comment_ids:
            assigned[int(comment_id)] = number
    themes = [
        {"id": number, "label": theme.title, "representatives": _representatives(theme)}
        for number, theme in enumerate(found.themes)
    ]
    return {"assign": assigned, "themes": themes}


def _representatives(theme: CandidateTheme) -> list[int]:
    """The comment that gave the title, then those that are quoted."""
    ids = [theme.title_comment_id, *(quote.comment_id for quote in theme.quotes)]
    return [int(comment_id) for comment_id in dict.fromkeys(ids)]


def match(
    embedder: Embedder, texts: Sequence[str], points: Sequence[str], context: Mapping[str, Any]
) -> list[list[float]]:
    """How well every text tells every point, the higher the better, by the rules that themes are found with.

    A text is read together with its nearest, and what tells two points alike tells neither. Scores compare
    within one answer.
    """
    table = embedder.vectors([*texts, *points])
    said, asked = table[: len(texts)], table[len(texts) :]
    clauses, languages = [None] * len(texts), [_language(context)] * len(texts)
    placed = Frame.of(said, clauses, languages).place(said.copy(), None, clauses, languages)
    told: list[list[float]] = against_rivals(with_neighbours(placed, said @ asked.T)).tolist()
    return told
