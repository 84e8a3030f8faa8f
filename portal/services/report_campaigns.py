"""Campaigns in a report: one text, how many people sent it, and who added words of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from portal.formats.report import ReportCampaign, ReportComment, ReportQuote
from portal.services.quotes import opening
from portal.services.report_rows import Fact
from portal.services.summary import campaign_sentences
from search_index.analysis import words

OWN_WORDS = 3
"""So many words that the common text does not have make an own addition."""


@dataclass
class Wordings:
    """How often each wording of a campaign was sent, and what it says."""

    times: Counter[tuple[str, ...]] = field(default_factory=Counter)
    first: dict[tuple[str, ...], ReportQuote] = field(default_factory=dict)
    ids: dict[tuple[str, ...], list[str]] = field(default_factory=dict)

    def add(self, comment: ReportComment) -> None:
        """Count one comment of the campaign."""
        wording = tuple(words(comment.body))
        self.times[wording] += 1
        self.first.setdefault(wording, opening(comment))
        self.ids.setdefault(wording, []).append(comment.id)

    def common(self) -> tuple[str, ...]:
        """The wording sent most often, the first of them where several were."""
        return max(self.times, key=lambda wording: self.times[wording])

    def added(self) -> tuple[str, ...]:
        """Comments with words of their own beside the common text."""
        core = Counter(self.common())
        own = [w for w in self.times if (Counter(w) - core).total() >= OWN_WORDS]
        return tuple(sorted((name for wording in own for name in self.ids[wording]), key=_by_number))


def campaigns(
    known: Sequence[tuple[str, tuple[str, ...], int]],
    members: Mapping[str, Sequence[Fact]],
    wordings: Mapping[str, Wordings],
) -> tuple[ReportCampaign, ...]:
    """The campaigns of a run with at least two comments in scope."""
    made = []
    for name, _, distinct in known:
        inside = members.get(name, ())
        if len(inside) < 2:
            continue
        campaign = ReportCampaign(
            id=name,
            comments=len(inside),
            distinct=min(distinct, len(inside)),
            comment_ids=tuple(fact.id for fact in inside),
            people=len({fact.person for fact in inside}),
            added=wordings[name].added(),
            text=wordings[name].first[wordings[name].common()],
        )
        made.append(campaign_sentences(campaign))
    return tuple(made)


def _by_number(name: str) -> tuple[int, str]:
    return len(name), name
