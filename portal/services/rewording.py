"""Other words for a theme's title, at a reviewer's request: asked of a model, checked, put on record.

Three steps, so that no transaction waits for a server: `asked` reads, `propose` asks, `note` writes. A taken
answer is only a suggestion in a form: a title changes when the reviewer renames the theme.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from portal.errors import Conflict
from portal.models import Comment, PromptLog
from portal.services import audit, themes
from portal.services.acting import By
from portal.services.identifiers import comment_id, comment_number
from portal.services.rows import ThemeRow
from portal.services.themes import theme_number
from search_index.summarizer import (
    INSTRUCTIONS,
    LONGEST_PASSAGE,
    MOST_PASSAGES,
    VOICES,
    Quote,
    Rewriter,
    RewriterFault,
    TitleAsked,
    check_titles,
    data_of,
    distinct_texts,
)

LANGUAGES = ("en", "ur")
MOST_KEPT = 8_000
"""Characters of an answer on record; a longer one was not taken."""
NO_ANSWER = frozenset({"slow", "unreachable", "status"})


@dataclass(frozen=True)
class Tried:
    """What was asked of whom, what came, and the titles where they may be suggested."""

    model: str
    prompt: str
    read: tuple[str, ...]
    """The comments that the model read."""
    answer: str | None
    titles: Mapping[str, str]
    fault: str | None

    @property
    def key(self) -> str | None:
        """A sentence on why there is no suggestion."""
        if self.fault is None:
            return None
        return "error.reword.silent" if self.fault in NO_ANSWER else "error.reword.refused"


def asked(session: Session, name: str) -> TitleAsked:
    """What a model may read of a theme: passages of published comments, one a submission, quotes first.

    Raises NotFound, Conflict where there are too few wordings in one language for a title in it.
    """
    row = themes.get(session, name)
    passages, languages = _passages(session, row)
    enough = tuple(one for one in LANGUAGES if _wordings(passages, languages, one) >= VOICES)
    if not enough:
        raise Conflict("error.reword.few")
    shown = bool(row.names) or any(row.title in passage.text for passage in passages)
    return TitleAsked(row.id, row.title if shown else "", tuple(passages), enough)


def propose(rewriter: Rewriter, theme: TitleAsked) -> Tried:
    """Ask for other words and check what comes. Takes seconds: call it outside of any transaction."""
    prompt = f"{INSTRUCTIONS}\n\n{data_of(theme)}"
    ids = tuple(passage.comment_id for passage in theme.passages)
    try:
        found = rewriter.titles(theme)
    except RewriterFault as error:
        return Tried(rewriter.name, prompt, ids, error.answer, {}, error.code)
    fault = check_titles(theme, found)
    return Tried(rewriter.name, prompt, ids, found.answer, {} if fault else found.titles, fault)


def note(session: Session, name: str, tried: Tried, *, by: By) -> None:
    """Put on record what was asked, what came, and whether it was taken; no words that went meanwhile."""
    number = theme_number(name)
    made = PromptLog(
        theme_id=number,
        at=by.now,
        model=tried.model,
        prompt=_storable(tried.prompt),
        answer=None if tried.answer is None else _storable(tried.answer[:MOST_KEPT]),
        taken=tried.fault is None,
        fault=tried.fault,
    )
    session.add(made)
    session.flush()
    forget_unshown(session, [comment_number(one) or 0 for one in tried.read])
    proof = audit.change(None, [made.model, made.prompt, made.answer, made.taken, made.fault])
    details = {"model": tried.model, "taken": tried.fault is None, "fault": tried.fault, **proof}
    audit.record(session, "themes.reword", f"theme/{number}", actor=by.actor, now=by.now, details=details)


def forget(session: Session, numbers: Sequence[int]) -> None:
    """Blank what was asked about these comments, and what was answered; that it was asked stays."""
    for number in numbers:
        session.execute(update(PromptLog).where(_about(number)).values(prompt="", answer=None))


def forget_unshown(session: Session, numbers: Sequence[int]) -> None:
    """Blank what was asked about these comments in words that stand in them no more, and the answers to it.

    The words may have been taken out, cut in the middle where a passage ended, or be gone with the comment.
    """
    shown = select(Comment.id, Comment.body).where(Comment.id.in_(numbers))
    for number, body in session.execute(shown).all():
        for row in session.scalars(select(PromptLog).where(_about(number))):
            if not _stands(row.prompt, comment_id(number), body):
                row.prompt, row.answer = "", None
    session.flush()


def _passages(session: Session, row: ThemeRow) -> tuple[list[Quote], list[str]]:
    """(passages, the language of each): the theme's quotes, then how its other comments begin."""
    quoted = {comment_number(quote.comment_id): quote.text for quote in reversed(row.quotes)}
    members = [comment_number(one) for one in row.comment_ids]
    order = [*dict.fromkeys([*reversed(quoted), *members])][: 20 * MOST_PASSAGES]
    rows = session.execute(
        select(Comment.id, Comment.body, Comment.language, Comment.submission_id).where(
            Comment.id.in_(order), Comment.status == "published"
        )
    )
    found = {one.id: one for one in rows}
    heard: set[int] = set()
    passages: list[Quote] = []
    languages: list[str] = []
    for one in (found[number] for number in order if number in found):
        if one.submission_id not in heard and len(passages) < MOST_PASSAGES:
            heard.add(one.submission_id)
            text = quoted.get(one.id, one.body)[:LONGEST_PASSAGE]
            passages.append(Quote(comment_id(one.id), text))
            languages.append(one.language)
    return passages, languages


def _wordings(passages: Sequence[Quote], languages: Sequence[str], language: str) -> int:
    pairs = zip(passages, languages, strict=True)
    return distinct_texts([passage.text for passage, spoken in pairs if spoken == language])


def _about(number: int) -> ColumnElement[bool]:
    """What makes a record one about this comment."""
    return PromptLog.prompt.contains(f'"id": "{comment_id(number)}"', autoescape=True)


def _stands(prompt: str, name: str, body: str) -> bool:
    """Whether the passages of a comment in a prompt stand in its body; not where nobody can tell.

    A prompt is what `propose` made: instructions, an empty line, the data.
    """
    try:
        data = json.loads(prompt.rpartition("\n\n")[2])
        return all(one["text"] in body for one in data["comments"] if one["id"] == name)
    except (ValueError, KeyError, TypeError):
        return False


def _storable(text: str) -> str:
    """Text as the database can hold it: lone surrogates and NUL written out."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")
