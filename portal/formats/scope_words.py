"""A report's scope in words: what stands on its title page."""

from __future__ import annotations

from portal.formats.report import Report
from portal.formats.texts import in_one
from portal.words import Words, plain


def scope_lines(report: Report, words: Words) -> list[str]:
    """One line a limit; none where the report covers everything that was said on the draft."""
    scope, names = report.scope, report.scope_names
    lines = []
    for key, chosen in (("clauses", scope.clauses), ("themes", scope.themes)):
        if chosen:
            called = [in_one(names.get(name, {}), words.language)[1] or name for name in chosen]
            lines.append(plain(words.text(f"report.scope.{key}", list=words.listed(called))))
    if scope.first or scope.last:
        first = words.date(scope.first) if scope.first else words.text("report.scope.beginning")
        last = words.date(scope.last) if scope.last else words.text("report.scope.today")
        lines.append(plain(words.text("report.scope.dates", first=first, last=last)))
    if scope.comments is not None:
        key = "report.scope.search" if scope.name else "report.scope.chosen"
        lines.append(plain(words.plural(key, len(report.comments), name=scope.name)))
    return lines
