"""The sections of a printed report in one language, each as the blocks of a paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from portal.formats.paper import Block
from portal.formats.report import Counts, Report, Text
from portal.formats.report_view import STATES, ReportView
from portal.formats.scale import WORDS as SCALE
from portal.formats.texts import in_one, paragraphs, title_in, written_in
from portal.formats.theme_blocks import STANCES, basis, panel_block, quoted, said_block, themes_blocks
from portal.words import Words, plain

MOST_DAYS = 62
"""Days for which a chart has a column each; longer times are given by week."""


@dataclass(frozen=True)
class Page:
    """One language's part of the report."""

    report: Report
    view: ReportView
    words: Words

    def say(self, key: str, **values: object) -> str:
        return self.words.plain(key, **values)

    def many(self, key: str, n: int, **values: object) -> str:
        return plain(self.words.plural(key, n, **values))

    def block(
        self, kind: str, text: str = "", *, level: int = 2, rows: Iterable[Sequence[str]] = ()
    ) -> Block:
        return Block(kind, text, self.words.language, level, tuple(tuple(row) for row in rows))

    def pick(self, text: Text) -> str:
        """The text in this language, else in the one there is."""
        return in_one(text, self.words.language)[1]


def glance(page: Page) -> Iterator[Block]:
    report, words = page.report, page.words
    chosen = [
        (words.number(report.chosen[name]), page.say(f"report.chosen.{name}"))
        for name in ("comments", "people", "distinct")
    ]
    yield page.block("figures", rows=chosen)
    if not report.scope.everything:
        yield page.block("para", page.say("report.scope.note"))
    rows = [(page.say("report.state"), page.say("report.comments"))]
    for state in STATES:
        name = f"{page.say(f'report.total.{state}')} ({page.say(f'report.state.{state}')})"
        rows.append((name, words.number(report.totals[state])))
    rows.append((page.say("report.total.received"), words.number(report.totals["received"])))
    yield page.block("grid", page.say("report.states.caption"), level=1, rows=rows)
    yield _check(
        page,
        "report.check.totals",
        published=_search(report, ""),
        received=f"portal search '' --all --consultation {report.consultation}",
    )


def read(page: Page) -> Iterator[Block]:
    yield page.block("para", page.say("report.read.scale"))
    yield _scale(page)
    for key in ("not_a_vote", "distinct", "ids", "days"):
        yield page.block("item", page.say(f"report.read.{key}"), level=1, rows=[("–",)])


def _scale(page: Page) -> Block:
    names = [
        (page.say(f"report.scale.{name}.name"), page.say(f"report.scale.{name}.figures")) for name, _ in SCALE
    ]
    return page.block("scale", rows=names)


def summary(page: Page) -> Iterator[Block]:
    if not page.report.summary:
        yield page.block("fine", page.say("report.none.comments"))
        return
    yield page.block("para", page.say("report.summary.text"))
    yield from (said_block(page.words, sentence, shown=True) for sentence in page.report.summary)


def clauses(page: Page) -> Iterator[Block]:
    report, view = page.report, page.view
    columns = [
        (part.number or page.say("report.whole.short"), clause.number or "", str(clause.comments))
        for part in view.parts
        for clause in part.clauses
    ]
    caption = f"{page.say('report.chart.clauses')} {page.say('report.chart.clauses.how')}"
    yield page.block("columns", caption, rows=columns)
    yield _key(page)
    bars: list[tuple[str, ...]] = []
    for part in view.parts:
        if part.heading:
            bars.append((part.number or "", page.pick(part.heading), "part", str(part.comments)))
        for clause in part.clauses:
            counts = [str(clause.positions.get(key, 0)) for key in STANCES]
            name = page.pick(clause.heading)
            bars.append((clause.number or "", name, written_in(name), str(clause.comments), *counts))
    yield page.block("bars", page.say("report.clauses.caption"), rows=bars)
    if view.example:
        position = view.example_position
        query = f"clause:{view.example.number}"
        yield _check(
            page,
            "report.check.clause",
            clause=_search(report, query),
            position=_search(report, f"{query} position:{position}"),
            n=view.example.comments,
            m=view.example.positions[position],
        )
    for clause in report.clauses:
        answer = view.outcomes.get(clause.eid)
        if answer:
            text = f"{page.say('report.outcome')}: {page.say(f'report.outcome.{answer.code}')}"
            place = f"{clause.number or ''} {page.pick(clause.heading)}".strip()
            reason = page.pick(answer.reason)
            yield page.block("said", f"{text}. {place}. {reason}", rows=[(text, "")])


def _key(page: Page) -> Block:
    return page.block("key", rows=[(key, page.say(f"position.{key}")) for key in STANCES])


def positions(page: Page) -> Iterator[Block]:
    report = page.report
    counts = [str(report.positions.get(key, 0)) for key in STANCES]
    row = ("", page.say("report.all_published"), page.words.language, str(report.chosen["comments"]), *counts)
    caption = f"{page.say('report.chart.positions')} {page.say('report.read.vote_short')}"
    yield page.block("bars", caption, rows=[row])
    for name, found, domain in (
        ("positions", report.positions, "position"),
        ("languages", report.languages, "language"),
        ("channels", report.channels, "channel"),
    ):
        yield _counts(page, f"report.{name}.caption", found, domain, "report.comments")
    queries = {"position": "position:oppose", "language": "lang:ur", "channel": "channel:web"}
    shown = {name: _search(report, query) for name, query in queries.items()}
    yield _check(page, "report.check.values", **shown)


def _counts(page: Page, caption: str, counts: Counts, domain: str, what: str) -> Block:
    total = sum(counts.values())
    rows = [(page.say("report.value"), page.say(what), page.say("report.in_100"))]
    for value, n in counts.items():
        share = f"{100 * n / total:.1f}" if total else "–"
        rows.append((page.say(f"{domain}.{value}"), page.words.number(n), share))
    return page.block("grid", page.say(caption), level=1, rows=rows)


def who(page: Page) -> Iterator[Block]:
    report = page.report
    yield page.block("para", page.say("report.who.text"))
    yield _counts(page, "report.submitters.caption", report.submitters, "summary.as", "report.people")
    yield _counts(page, "report.kinds.caption", report.kinds, "summary.kind", "report.people")
    for panel in report.about:
        yield page.block("heading", page.pick(panel.label), level=3)
        if panel.answered == 0:
            yield page.block("fine", page.say("report.panel.none"))
            continue
        yield panel_block(page.words, panel)
        if panel.source:
            source = f"{page.say('report.panel.source')} {page.pick(panel.source)}"
            yield page.block("fine", f"{source} {page.say('report.read.vote_short')}")
    if report.about:
        yield page.block("fine", page.say("report.panel.note"))
    elif not report.scope.everything:
        yield page.block("fine", page.say("report.panel.scope"))


def days(page: Page) -> Iterator[Block]:
    report, words = page.report, page.words
    if not report.by_day:
        yield page.block("fine", page.say("report.none.comments"))
        return
    first, last = report.by_day[0][0], report.by_day[-1][0]
    between = page.say("report.chart.days.desc", first=words.date(first), last=words.date(last))
    caption = f"{page.say('report.chart.days')} {between}"
    yield page.block("days", caption, rows=list(_columns(page)))
    head = (
        page.say("report.week"),
        *(page.say(f"report.weekday.{day}") for day in range(7)),
        page.say("report.together"),
    )
    rows: list[tuple[str, ...]] = [head]
    for monday, counts in page.view.weeks:
        shown = ["" if n is None else words.number(n) for n in counts]
        rows.append((words.date(monday), *shown, words.number(sum(n or 0 for n in counts))))
    yield page.block("grid", page.say("report.days.caption"), level=1, rows=rows)
    yield _check(page, "report.check.day", day=_search(report, f"received:{first}"), n=report.by_day[0][1])


def _columns(page: Page) -> Iterator[tuple[str, str]]:
    """(label, count) of each day, or of each week where there are many days."""
    weeks = page.view.weeks
    if 7 * len(weeks) > MOST_DAYS:
        yield from ((page.words.day(monday), str(sum(n or 0 for n in counts))) for monday, counts in weeks)
        return
    for monday, counts in weeks:
        for place, n in enumerate(counts):
            if n is not None:
                yield page.words.day(monday.fromordinal(monday.toordinal() + place)), str(n)


def themes(page: Page) -> Iterator[Block]:
    if not page.view.accepted.number:
        yield page.block("fine", page.say("report.none.accepted"))
        return
    yield page.block("para", page.say("report.themes.text"))
    yield from themes_blocks(page.words, page.view.accepted, "report.themes.caption")


def candidates(page: Page) -> Iterator[Block]:
    if not page.view.candidates.number:
        yield page.block("fine", page.say("report.none.candidates"))
        return
    text = page.say("report.candidates.text")
    if page.report.themes_made_at:
        made = page.words.moment(page.report.themes_made_at)
        text += " " + page.say("report.candidates.made", date=made)
    yield page.block("note", text)
    yield from themes_blocks(page.words, page.view.candidates, "report.candidates.caption")


def campaigns(page: Page) -> Iterator[Block]:
    if not page.report.campaigns:
        yield page.block("fine", page.say("report.none.campaigns"))
        return
    yield page.block("para", page.say("report.campaigns.text"))
    for campaign in page.report.campaigns:
        size = page.many("count.comments", campaign.comments)
        yield page.block("heading", f"{campaign.id}: {size}", level=3)
        yield page.block("squares", size, rows=[(str(campaign.comments),)])
        for sentence in campaign.sentences:
            yield said_block(page.words, sentence)
        if campaign.text:
            yield page.block("fine", page.say("report.campaign.one"))
            yield quoted(page.words, campaign.text)
        if campaign.added:
            yield page.block(
                "basis", page.say("report.campaign.added"), rows=[("",), basis(page.words, campaign.added)]
            )
        query = f"campaign:{campaign.id}"
        yield page.block(
            "basis", page.say("report.campaign.ids"), rows=[(query,), basis(page.words, campaign.comment_ids)]
        )


def rare(page: Page) -> Iterator[Block]:
    report = page.report
    yield page.block("para", page.say("report.rare.text"))
    if not report.rare:
        yield page.block("fine", page.say("report.none.rare"))
    for rare in report.rare:
        if rare.theme:
            title = title_in(rare, page.words.language)
            yield page.block("said", f"{rare.theme} {title}", rows=[(rare.theme, "")])
        yield quoted(page.words, rare.quote)
        if len(rare.comment_ids) > 1:
            yield page.block("basis", rows=[(f"theme:{rare.theme}",), basis(page.words, rare.comment_ids)])
    if report.alone:
        text = page.many("report.alone", len(report.alone))
        yield page.block("basis", text, rows=[("theme:none",), basis(page.words, report.alone)])


def leftovers(page: Page) -> Iterator[Block]:
    report = page.report
    if not report.leftovers:
        yield page.block("fine", page.say("report.none.leftovers"))
        return
    text = page.many("report.leftovers.text", len(report.unassigned), shown=len(report.leftovers))
    yield page.block("para", text)
    yield from (quoted(page.words, quote) for quote in report.leftovers)
    yield _check(page, "report.leftovers.check", query="theme:none")


def quality(page: Page) -> Iterator[Block]:
    quality = page.report.quality
    if quality is None:
        return
    yield page.block("para", page.say("report.quality.text", date=page.words.date(quality.sampled_at)))
    heads = ("language", "reviewed", "f1", "agreement")
    rows: list[tuple[str, ...]] = [tuple(page.say(f"report.quality.{name}") for name in heads)]
    for row in quality.rows:
        measured = [
            f"{each.value:.2f} ({each.low:.2f}–{each.high:.2f})" if each else "—"
            for each in (row.f1, row.agreement)
        ]
        shown = measured if row.judged else [page.say("report.quality.too_few"), "—"]
        rows.append((page.say(f"language.{row.language}"), page.words.number(row.reviewed), *shown))
    yield page.block("grid", page.say("report.quality.caption"), level=1, rows=rows)
    yield page.block("fine", page.say("report.quality.note"))


def method(page: Page) -> Iterator[Block]:
    yield from (page.block("para", text) for text in paragraphs(page.report.method, page.words.language))
    yield _scale(page)


def limits(page: Page) -> Iterator[Block]:
    yield from (page.block("para", text) for text in paragraphs(page.report.limits, page.words.language))


def _check(page: Page, key: str, **values: object) -> Block:
    return page.block("check", page.say(key, **values))


def _search(report: Report, query: str) -> str:
    return f"portal search '{query}' --consultation {report.consultation}"
