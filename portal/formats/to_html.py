"""The Report as one file to read and print: no script, nothing from outside, every number traceable."""

from __future__ import annotations

import re
from datetime import datetime
from typing import BinaryIO

from markupsafe import Markup

from portal.formats.report import WHOLE, Report, Text
from portal.formats.report_charts import Column, clause_columns
from portal.formats.report_view import STATES, ReportView, arrange
from portal.formats.scale import SCALE_FROM
from portal.formats.scope_words import scope_lines
from portal.formats.texts import paragraphs, report_languages, timestamp
from portal.templating import environment, grouped, render
from portal.words import Words, words_for

_PAGE, _PAGES = "\x01", "\x02"


def write_to(report: Report, file: BinaryIO) -> None:
    """A whole HTML document in UTF-8, in English, Urdu or both one after the other."""
    view = arrange(report)
    tongues = [words_for(language) for language in report_languages(report)]
    pieces = (
        environment()
        .get_template("report/file.html")
        .generate(
            words=tongues[0],
            report=report,
            view=view,
            tongues=tongues,
            titles=[_document_title(report, words) for words in tongues],
            spoken=lambda text: spoken(report, text),
            bodies=[(words, _body(report, view, words)) for words in tongues],
            running={words.language: _running(report, words) for words in tongues},
            moment=datetime.fromisoformat,
        )
    )
    for piece in pieces:
        file.write(piece.encode("utf-8"))


def spoken(report: Report, text: Text) -> list[tuple[str, str]]:
    """(language, text) in each language of the report that the text has; else in the one there is."""
    wanted = [(language, text[language]) for language in report_languages(report) if text.get(language)]
    return wanted or [(language, said) for language, said in text.items() if said][:1]


def draft_name(report: Report, words: Words) -> Markup:
    """Draft 1 for v1; other versions by their own name."""
    version = report.draft
    return words.text("draft.number", number=version[1:] if version[:1] == "v" else version)


def css_string(text: str) -> Markup:
    """A CSS string that stays one inside a style element, whatever the text holds."""
    shown = (letter if letter.isascii() and letter.isalnum() else f"\\{ord(letter):x} " for letter in text)
    return Markup('"{}"').format(Markup("").join(shown))


def _body(report: Report, view: ReportView, words: Words) -> Markup:
    """The report in one language, without the annexes."""
    text = render(
        "report/body.html",
        words,
        report=report,
        view=view,
        states=STATES,
        scale_from=SCALE_FROM,
        paragraphs=paragraphs,
        scope_lines=scope_lines(report, words),
        states_sum=sum(report.totals[state] for state in STATES),
        draft=draft_name(report, words),
        clause_chart=_clause_chart(report, view, words),
        made=timestamp(report.generated_at),
    )
    return Markup(text)  # noqa: S704 (rendered by the one environment, which escapes)


def _clause_chart(report: Report, view: ReportView, words: Words) -> Markup:
    groups = []
    for part in view.parts:
        label = words.text("report.whole.short") if part.eid == WHOLE else part.number or ""
        columns = [Column(clause.number or str(label), clause.comments) for clause in part.clauses]
        groups.append((str(label), columns))
    silent = sum(not clause.comments for clause in report.clauses)
    desc = words.plural("report.chart.clauses.desc", len(report.clauses), silent=silent)
    return clause_columns(groups, title=words.text("report.chart.clauses"), desc=desc, rtl=words.rtl)


def _running(report: Report, words: Words) -> dict[str, Markup]:
    """What stands in the margins of every printed page, as CSS content."""
    notices = [words.text("report.running.restatement")] if report.notice else []
    notices += [words.text("report.running.demonstration")] if report.demonstration else []
    made = words.text(
        "report.running.made", date=words.date(report.generated_at), input=grouped(report.input_sha256[:8])
    )
    return {
        "title": css_string(_document_title(report, words)),
        "notices": css_string(" · ".join(notice.unescape() for notice in notices)),
        "made": css_string(made.unescape()),
        "page": _page_of(words),
    }


def _document_title(report: Report, words: Words) -> str:
    """National AI Policy, draft 1: what people said."""
    title = report.title.get(words.language) or next(iter(report.title.values()), report.consultation)
    return words.text("report.document_title", title=title, draft=draft_name(report, words)).unescape()


def _page_of(words: Words) -> Markup:
    """ "17 of 42" with the counters that only the printer knows."""
    sentence = words.text("report.running.page", page=_PAGE, pages=_PAGES).unescape()
    counters = {_PAGE: Markup("counter(page)"), _PAGES: Markup("counter(pages)")}
    pieces = re.split(f"([{_PAGE}{_PAGES}])", sentence)
    return Markup(" ").join(counters.get(piece) or css_string(piece) for piece in pieces if piece)
