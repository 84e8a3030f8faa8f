"""What a report covers: a chosen scope against a draft, and the themes as far as it reaches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from portal.errors import InvalidInput
from portal.formats.report import WHOLE, Scope, Text
from portal.services.report_rows import Fact, Scan
from portal.services.rows import LANGUAGES, Entry, ThemeRow
from portal.services.summary import STANCES, counted
from search_index.summarizer import distinct_texts


@dataclass(frozen=True)
class Wanted:
    """A scope, resolved: None asks for everything."""

    eids: frozenset[str] | None
    themes: frozenset[str] | None
    first: date | None
    last: date | None
    ids: frozenset[str] | None

    def has(self, fact: Fact) -> bool:
        return (
            (self.eids is None or fact.eid in self.eids)
            and (self.themes is None or not self.themes.isdisjoint(fact.themes))
            and (self.first is None or fact.day >= self.first.isoformat())
            and (self.last is None or fact.day <= self.last.isoformat())
            and (self.ids is None or fact.id in self.ids)
        )


def resolve(scope: Scope, entries: Sequence[Entry], found: Sequence[ThemeRow]) -> Wanted:
    """The scope against this draft. Raises InvalidInput, by the scope's fields."""
    problems: dict[str, list[str]] = {}
    known = {WHOLE, *(entry.eid for entry in entries)}
    if not known.issuperset(scope.clauses):
        problems["clauses"] = ["error.scope.clause"]
    if not {theme.id for theme in found}.issuperset(scope.themes):
        problems["themes"] = ["error.scope.theme"]
    if scope.first and scope.last and scope.first > scope.last:
        problems["dates"] = ["error.scope.dates"]
    if problems:
        raise InvalidInput(problems)
    return Wanted(
        eids=_below(scope.clauses, entries) if scope.clauses else None,
        themes=frozenset(scope.themes) or None,
        first=scope.first,
        last=scope.last,
        ids=None if scope.comments is None else frozenset(scope.comments),
    )


def narrowed(found: Sequence[ThemeRow], scan: Scan, scope: Scope) -> list[ThemeRow]:
    """The themes with what the scope leaves of them; those without comments in it go."""
    if scope.everything:
        return [theme for theme in found if theme.id in scan.members]
    named = [theme for theme in found if not scope.themes or theme.id in scope.themes]
    bodies: dict[str, list[str]] = {theme.id: [] for theme in named}
    for comment in scan.stored:
        for name in comment.themes:
            if name in bodies:
                bodies[name].append(comment.body)
    return [_narrow(theme, scan.members[theme.id], bodies[theme.id]) for theme in named if bodies[theme.id]]


def _narrow(theme: ThemeRow, facts: Sequence[Fact], bodies: Sequence[str]) -> ThemeRow:
    ids = tuple(fact.id for fact in facts)
    return replace(
        theme,
        comments=len(ids),
        distinct=distinct_texts(bodies),
        positions=counted((fact.position for fact in facts), STANCES),
        languages=counted(fact.language for fact in facts),
        comment_ids=ids,
        quotes=tuple(quote for quote in theme.quotes if quote.comment_id in ids),
    )


def names(scope: Scope, entries: Sequence[Entry], found: Sequence[ThemeRow], whole: Text) -> dict[str, Text]:
    """What the named clauses and themes are called: number and heading, name and title."""
    called: dict[str, Text] = {WHOLE: whole}
    for entry in entries:
        called[entry.eid] = {
            language: f"{entry.number or ''} {heading}".strip() for language, heading in entry.heading.items()
        }
    for theme in found:
        called[theme.id] = dict.fromkeys(LANGUAGES, f"{theme.id} {theme.title}")
    return {name: called[name] for name in (*scope.clauses, *scope.themes) if name in called}


def _below(eids: Iterable[str], entries: Sequence[Entry]) -> frozenset[str]:
    """The entries and everything below them; entries come in reading order, parents first."""
    wanted = set(eids)
    for entry in entries:
        if entry.parent in wanted:
            wanted.add(entry.eid)
    return frozenset(wanted)
