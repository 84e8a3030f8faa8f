"""The texts of comments that a report shows beside its figures: quotes, rare views, a sample of leftovers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.formats.report import Rare, ReportQuote
from portal.services.quotes import Pool, choose, drawn, majority_of, opening
from portal.services.report_campaigns import Wordings
from portal.services.report_rows import Scan
from portal.services.rows import ThemeRow
from search_index.analysis import words

RARE = 3
"""Distinct texts up to which a theme is a view that few hold."""
MOST_ALONE = 40
"""Comments like no other that are quoted; all of them are named."""
LEFTOVERS = 10
"""Size of the sample of comments in no theme."""


@dataclass(frozen=True)
class Chosen:
    """What was chosen, ready for the Report."""

    quotes: Mapping[str, tuple[ReportQuote, ...]]
    """By theme."""
    wordings: Mapping[str, Wordings]
    """By campaign."""
    rare: tuple[Rare, ...]
    alone: tuple[str, ...]
    unassigned: tuple[str, ...]
    leftovers: tuple[ReportQuote, ...]


def choose_texts(scan: Scan, found: Sequence[ThemeRow], *, seed: str) -> Chosen:
    """Go through the texts twice: once to fill pools and count wordings, once to fetch what is quoted."""
    pools = {theme.id: Pool() for theme in found}
    wordings: dict[str, Wordings] = {}
    unassigned: dict[str, int | None] = {}
    for comment in scan.stored:
        for name in comment.themes:
            if name in pools:
                pools[name].offer(comment)
        if comment.campaign is not None:
            wordings.setdefault(comment.campaign, Wordings()).add(comment)
        if pools.keys().isdisjoint(comment.themes):
            unassigned[comment.id] = None if comment.campaign else hash(tuple(words(comment.body)))
    alone = _alone(unassigned) if found else ()
    sample = drawn(unassigned, seed, LEFTOVERS)
    shown = _openings(scan, {*alone[:MOST_ALONE], *sample})
    quotes = {theme.id: _quotes(theme, pools.pop(theme.id)) for theme in found}
    return Chosen(
        quotes=quotes,
        wordings=wordings,
        rare=(*_rare_themes(found, quotes), *(_lonely(shown[name]) for name in alone[:MOST_ALONE])),
        alone=alone,
        unassigned=tuple(unassigned),
        leftovers=tuple(shown[name] for name in sample),
    )


def _alone(unassigned: Mapping[str, int | None]) -> tuple[str, ...]:
    """Comments in no theme and no campaign (None) whose words no other of them repeats."""
    times = Counter(unassigned.values())
    return tuple(name for name, wording in unassigned.items() if wording is not None and times[wording] == 1)


def _openings(scan: Scan, wanted: set[str]) -> dict[str, ReportQuote]:
    return {comment.id: opening(comment) for comment in scan.stored if comment.id in wanted}


def _quotes(theme: ThemeRow, pool: Pool) -> tuple[ReportQuote, ...]:
    known = [ReportQuote(q.comment_id, q.text, q.position, q.language) for q in theme.quotes]
    return choose(pool.comments(), known, majority_of(theme.positions))


def _rare_themes(
    found: Sequence[ThemeRow], quotes: Mapping[str, tuple[ReportQuote, ...]]
) -> tuple[Rare, ...]:
    return tuple(
        Rare(theme.id, theme.title, theme.language, theme.comment_ids, quotes[theme.id][0], theme.names)
        for theme in found
        if theme.distinct <= RARE and quotes[theme.id]
    )


def _lonely(quote: ReportQuote) -> Rare:
    return Rare(None, quote.text, quote.language, (quote.comment_id,), quote)
