"""One text sent by many people: who sent it, and who wrote something of their own beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from search_index.analysis import words
from search_index.summarizer.themes import Campaign, CommentText

LEAST = 3  # people; two equal comments are somebody who pressed twice

_OWN_WORDS = 6  # more than a name and a town under the letter
_CHANGED = 0.1  # of the letter: beyond that it was rewritten and not added to


def campaigns(groups: Iterable[Sequence[CommentText]]) -> tuple[Campaign, ...]:
    """The groups of near-identical comments, each with its letter first, that came from many people."""
    found = [_campaign(group) for group in groups if len(people(group)) >= LEAST]
    return tuple(sorted(found, key=lambda campaign: (-campaign.people, campaign.comment_ids)))


def people(comments: Iterable[CommentText]) -> set[str]:
    """Everybody who wrote one of the comments."""
    return {comment.person or comment.id for comment in comments}


def adds(letter: str, text: str) -> bool:
    """Whether the text holds the letter, but for small changes, and words of its own beside it."""
    written, sent = _triples(letter), _triples(text)
    lost, new = len(written - sent), len(sent - written)
    return lost <= _CHANGED * len(written) and new - lost >= _OWN_WORDS


def _campaign(group: Sequence[CommentText]) -> Campaign:
    letter = group[0]
    own = {text for text in {comment.text for comment in group} if adds(letter.text, text)}
    return Campaign(
        comment_ids=tuple(sorted(comment.id for comment in group)),
        distinct=len({comment.text for comment in group}),
        letter_id=letter.id,
        people=len(people(group)),
        own_additions=tuple(sorted(comment.id for comment in group if comment.text in own)),
    )


def _triples(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return set(zip(found, found[1:], found[2:], strict=False))
