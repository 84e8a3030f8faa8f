"""The Report as a paper: the blocks that PDF and DOCX set, with the same content as the HTML page."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from portal.formats import report_sections
from portal.formats.paper import Block, Paper
from portal.formats.report import WHOLE, Report
from portal.formats.report_annexes import annexes
from portal.formats.report_sections import Page
from portal.formats.report_view import arrange
from portal.formats.scope_words import scope_lines
from portal.formats.texts import report_languages
from portal.templating import grouped
from portal.words import plain, words_for


def paper_of(report: Report) -> Paper:
    """Blocks in reading order: the report in each of its languages, then the annexes once."""
    view = arrange(report)
    pages = [Page(report, view, words_for(language)) for language in report_languages(report)]
    blocks: list[Block] = []
    for page in pages:
        blocks += _body(page)
    first = pages[0]
    return Paper(
        title=document_title(first),
        language=first.words.language,
        date=report.generated_at.date().isoformat(),
        running=_made(first),
        missing=first.say("report.missing", list="%s"),
        blocks=(*blocks, *annexes(report, view, [page.words for page in pages])),
    )


def document_title(page: Page) -> str:
    """National AI Policy, draft 1: what people said."""
    title = page.pick(page.report.title) or page.report.consultation
    return page.say("report.document_title", title=title, draft=_draft(page))


def _body(page: Page) -> Iterator[Block]:
    yield _tongue(page)
    yield from _cover(page)
    yield page.block("contents", page.say("report.h.contents"))
    for number, (name, section) in enumerate(_sections(page.report), start=1):
        yield page.block("heading", page.say(f"report.h.{name}"), rows=[(str(number),)])
        yield from section(page)


def _sections(report: Report) -> Iterator[tuple[str, Callable[[Page], Iterator[Block]]]]:
    """(name, what makes its blocks) in order; some stand only where there is something to say."""
    left_out = {name for name, there in _ONLY_WITH.items() if not there(report)}
    yield from ((name, section) for name, section in _SECTIONS.items() if name not in left_out)


_SECTIONS = {
    "glance": report_sections.glance,
    "read": report_sections.read,
    "summary": report_sections.summary,
    "clauses": report_sections.clauses,
    "positions": report_sections.positions,
    "who": report_sections.who,
    "days": report_sections.days,
    "themes": report_sections.themes,
    "candidates": report_sections.candidates,
    "campaigns": report_sections.campaigns,
    "rare": report_sections.rare,
    "leftovers": report_sections.leftovers,
    "quality": report_sections.quality,
    "method": report_sections.method,
    "limits": report_sections.limits,
}
_ONLY_WITH: dict[str, Callable[[Report], bool]] = {
    "candidates": lambda report: not report.accepted_only,
    "quality": lambda report: report.quality is not None,
}


def _tongue(page: Page) -> Block:
    """What stands in the margins from here on: title, notices, when it was made, how pages are numbered."""
    notices = [page.say("report.running.restatement")] if page.report.notice else []
    notices += [page.say("report.running.demonstration")] if page.report.demonstration else []
    pattern = page.say("report.running.page", page="{page}", pages="{pages}")
    rows = [(document_title(page),), (" · ".join(notices),), (_made(page),), (pattern,)]
    return page.block("tongue", rows=rows)


def _made(page: Page) -> str:
    report = page.report
    date = page.words.date(report.generated_at)
    return page.say("report.running.made", date=date, input=grouped(report.input_sha256[:8]))


def _draft(page: Page) -> str:
    version = page.report.draft
    return page.say("draft.number", number=version[1:] if version[:1] == "v" else version)


def _cover(page: Page) -> Iterator[Block]:
    report, words = page.report, page.words
    subtitle = f"{_draft(page)}: {page.say('report.said')}"
    title = page.pick(report.title) or report.consultation
    yield page.block(
        "cover", title, level=1, rows=[(page.say("site.brand"),), (page.say("report.kind"),), (subtitle,)]
    )
    if report.notice:
        yield page.block("note", page.pick(report.notice))
    if report.demonstration:
        yield page.block(
            "note", f"{page.say('report.demonstration.short')} {page.say('report.demonstration')}"
        )
    places = sum(clause.eid != WHOLE for clause in report.clauses)
    covers = page.many(
        "report.fact.scope.value", report.chosen["comments"], people=report.chosen["people"], clauses=places
    )
    opened = page.say(
        "report.fact.open.value", opens=words.moment(report.opens_at), closes=words.moment(report.closes_at)
    )
    readers = "public" if report.accepted_only else "officials"
    facts = [
        ("ministry", page.pick(report.ministry)),
        ("open", opened),
        ("scope", "\n".join([covers, *scope_lines(report, words)])),
        ("made", plain(words.moment(report.generated_at))),
        ("readers", page.say(f"report.fact.readers.{readers}")),
        *([("contact", report.contact)] if report.contact else []),
    ]
    rows = [(page.say(f"report.fact.{name}"), value, words.language) for name, value in facts]
    for name, code in (("draft", report.draft_sha256), ("input", report.input_sha256)):
        rows.append((page.say(f"report.fact.{name}"), grouped(code), "code"))
    yield page.block("facts", rows=rows)
