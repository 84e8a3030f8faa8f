"""The sentences of a report, made from figures alone: no model, the same figures give the same sentences.

Every sentence names the comments it rests on and the query that finds them within the report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from portal.formats.report import WHOLE, Counts, ReportCampaign, Sentence, Text
from portal.formats.scale import NOTABLE, SCALE_FROM, scale
from portal.services.quotes import dissenting, majority_of
from portal.services.report_rows import Fact, one_a_person
from portal.services.rows import COMMENT_LANGUAGES, LANGUAGES, ORGANISATION_KINDS, POSITIONS, SUBMITTERS
from portal.words import Words, plain, words_for

STANCES = (*POSITIONS, "none")
MOST_CLAUSES = 3
"""So many clauses are named as those with most comments."""


@dataclass(frozen=True)
class Group:
    """Comments that sentences are made about: those of a theme, of a clause, or all."""

    facts: Sequence[Fact]
    query: str
    ids: tuple[str, ...]

    @classmethod
    def of(cls, facts: Sequence[Fact], query: str) -> Group:
        return cls(facts, query, tuple(fact.id for fact in facts))

    def positions(self) -> dict[str, int]:
        return counted((fact.position for fact in self.facts), STANCES)

    def people(self) -> int:
        return sum(1 for _ in one_a_person(self.facts))

    def only(self, limit: str, keep: Callable[[Fact], bool]) -> tuple[tuple[str, ...], str]:
        """The comments of it that `keep` keeps, and the query with one more limit."""
        return tuple(fact.id for fact in self.facts if keep(fact)), f"{self.query} {limit}".strip()


def counted(values: Iterator[str], always: Sequence[str] = ()) -> dict[str, int]:
    """How often each value comes: those of `always` first and even if never, others by name."""
    found = Counter(values)
    return {**{key: found.pop(key, 0) for key in always}, **dict(sorted(found.items()))}


def said(make: Callable[[Words], object]) -> Text:
    """A sentence in each language, as plain text: it is escaped again where it goes into pages."""
    return {language: plain(str(make(words_for(language)))) for language in LANGUAGES}


def theme_sentences(group: Group, *, distinct: int, place: str | None, around: int) -> tuple[Sentence, ...]:
    """About one theme. `place`: its clause's number, None over the whole draft; `around`: comments there."""
    return (
        _size(group, "summary.size.theme", distinct),
        *_share(group, place, around),
        _positions(group),
        *_stances(group),
        *_dissent(group),
        _languages(group),
        _who(group),
        *_within_campaigns(group),
    )


def clause_sentences(group: Group) -> tuple[Sentence, ...]:
    """About one clause, or the document as a whole; none where nobody spoke."""
    if not group.facts:
        return ()
    size = said(lambda w: w.plural("summary.size.clause", len(group.ids), people=group.people()))
    return (
        Sentence(size, group.ids, group.query),
        _positions(group),
        *_stances(group),
        _languages(group),
        *_within_campaigns(group),
    )


def draft_sentences(
    group: Group, *, distinct: int, clauses: Sequence[tuple[str, str | None, int]]
) -> tuple[Sentence, ...]:
    """About everything in scope. `clauses`: (eId, number, comments) of each, the whole document last."""
    if not group.facts:
        return ()
    return (
        _size(group, "summary.size.all", distinct),
        *_busiest(group, clauses),
        *_silent(group, clauses),
        _positions(group),
        *_stances(group),
        _languages(group),
        _who(group),
        *_kinds(group),
    )


def campaign_sentences(campaign: ReportCampaign) -> ReportCampaign:
    """The campaign with what is said about it: one text, so many people, so many own additions."""
    query = f"campaign:{campaign.id}"
    size = said(
        lambda w: w.plural(
            "summary.campaign", campaign.comments, people=campaign.people, distinct=campaign.distinct
        )
    )
    added = said(lambda w: w.plural("summary.campaign.added", len(campaign.added)))
    basis = campaign.added or campaign.comment_ids
    return replace(
        campaign, sentences=(Sentence(size, campaign.comment_ids, query), Sentence(added, basis, query))
    )


def _size(group: Group, key: str, distinct: int) -> Sentence:
    text = said(lambda w: w.plural(key, len(group.ids), people=group.people(), distinct=distinct))
    return Sentence(text, group.ids, group.query)


def _share(group: Group, place: str | None, total: int) -> Iterator[Sentence]:
    """The word of scale for a theme's share of its clause or of all comments."""
    if total < SCALE_FROM:
        return
    word, percent = scale(len(group.ids), total), 100 * len(group.ids) // total
    key = "summary.share.clause" if place else "summary.share.all"
    yield Sentence(
        said(
            lambda w: w.text(
                key,
                scale=w.text(f"summary.scale.{word}"),
                clause=place or "",
                n=len(group.ids),
                all=total,
                percent=percent,
            )
        ),
        group.ids,
        group.query,
    )


def _positions(group: Group) -> Sentence:
    positions = group.positions()
    text = said(lambda w: w.text("report.sentence.positions", **positions))
    return Sentence(text, group.ids, group.query)


def _stances(group: Group) -> Iterator[Sentence]:
    """Positions that at least NOTABLE in 100 take, the most frequent first, with their words of scale."""
    total = len(group.ids)
    if total < SCALE_FROM:
        return
    found = [(n, position) for position, n in group.positions().items() if position != "none"]
    for n, position in sorted(found, key=lambda each: (-each[0], STANCES.index(each[1]))):
        if 100 * n // total >= NOTABLE:
            yield _stance(group, position, n, scale(n, total))


def _stance(group: Group, position: str, n: int, word: str) -> Sentence:
    def lead(words: Words) -> object:
        return words.text(f"report.scale.{word}")

    ids, query = group.only(f"position:{position}", lambda fact: fact.position == position)
    text = said(lambda w: w.text(f"report.stance.{position}", scale=lead(w), n=n, all=len(group.ids)))
    return Sentence(text, ids, query, lead=said(lead))


def _dissent(group: Group) -> Iterator[Sentence]:
    """How many take another position than most of those that take one."""
    majority = majority_of(group.positions())
    if majority is None:
        return
    others = [position for position in POSITIONS if dissenting(position, majority)]
    ids, query = group.only(f"position:{','.join(others)}", lambda fact: fact.position in others)
    if ids:
        yield Sentence(said(lambda w: w.plural("summary.dissent", len(ids))), ids, query)
    else:
        yield Sentence(said(lambda w: w.text("summary.dissent.none")), group.ids, group.query)


def _languages(group: Group) -> Sentence:
    counts = counted((fact.language for fact in group.facts), COMMENT_LANGUAGES)
    text = said(lambda w: w.text("summary.languages", list=_listed(w, counts, "in_language")))
    return Sentence(text, group.ids, group.query)


def _who(group: Group) -> Sentence:
    counts = counted((fact.submitter for fact in one_a_person(group.facts)), SUBMITTERS)
    people = sum(counts.values())
    text = said(lambda w: w.plural("summary.who", people, list=_listed(w, counts, "summary.as")))
    return Sentence(text, group.ids, group.query)


def _kinds(group: Group) -> Iterator[Sentence]:
    """Organisations by their kind, each counted once."""
    ids, query = group.only("submitter:organisation", lambda fact: fact.submitter == "organisation")
    if not ids:
        return
    counts = kinds_of(group.facts)
    text = said(
        lambda w: w.plural("summary.kinds", sum(counts.values()), list=_listed(w, counts, "summary.kind"))
    )
    yield Sentence(text, ids, query)


def kinds_of(facts: Sequence[Fact]) -> Counts:
    """Organisations by kind, "none" where it was not said."""
    organisations = one_a_person(fact for fact in facts if fact.submitter == "organisation")
    return counted((fact.kind or "none" for fact in organisations), (*ORGANISATION_KINDS, "none"))


def _listed(words: Words, counts: Counts, domain: str) -> object:
    """36 in English and 27 in Urdu; noughts are left out."""
    return words.listed(
        [words.text("report.n_in", n=n, what=words.text(f"{domain}.{key}")) for key, n in counts.items() if n]
    )


def _within_campaigns(group: Group) -> Iterator[Sentence]:
    """Which of these comments were sent as one text."""
    sent = Counter(fact.campaign for fact in group.facts if fact.campaign)
    for name in sorted(sent):
        if sent[name] > 1:
            yield _within(group, name)


def _within(group: Group, name: str) -> Sentence:
    ids, query = group.only(f"campaign:{name}", lambda fact: fact.campaign == name)
    return Sentence(said(lambda w: w.plural("summary.within_campaign", len(ids), campaign=name)), ids, query)


def _busiest(group: Group, clauses: Sequence[tuple[str, str | None, int]]) -> Iterator[Sentence]:
    ordered = sorted((clause for clause in clauses if clause[2]), key=lambda clause: -clause[2])
    for eid, number, n in ordered[:MOST_CLAUSES]:
        ids, query = group.only(f"clause:{number or eid}", _stands_on(eid))
        key = "summary.on_whole" if eid == WHOLE else "summary.on_clause"
        text = _on_place(key, number or eid, n, len(group.ids))
        yield Sentence(text, ids, query)


def _stands_on(eid: str) -> Callable[[Fact], bool]:
    return lambda fact: fact.eid == eid


def _on_place(key: str, clause: str, n: int, total: int) -> Text:
    return said(lambda w: w.plural(key, n, clause=clause, all=total))


def _silent(group: Group, clauses: Sequence[tuple[str, str | None, int]]) -> Iterator[Sentence]:
    places = [n for eid, _, n in clauses if eid != WHOLE]
    silent = places.count(0)
    if silent:
        text = said(lambda w: w.plural("summary.silent", silent, all=len(places)))
        yield Sentence(text, group.ids, group.query)
