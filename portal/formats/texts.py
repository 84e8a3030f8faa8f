"""What every format writes in the same way: texts in the report's language, moments, identifiers in a row."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import UTC, datetime

from portal.formats.report import Rare, Report, ReportTheme, Text

_LOOKED_AT = 500
BETWEEN_LANGUAGES = " · "
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def report_languages(report: Report) -> tuple[str, ...]:
    """The languages the report is written in, English first."""
    return ("en", "ur") if report.language == "both" else (report.language,)


def in_language(report: Report, text: Text) -> str:
    """The text in the report's language, "English · اردو" for both, else in the language there is."""
    found = [text[language] for language in report_languages(report) if text.get(language)]
    return BETWEEN_LANGUAGES.join(found) or next((other for other in text.values() if other), "")


def title_in(named: ReportTheme | Rare, language: str) -> str:
    """What reviewers call a theme in this language, else its title."""
    return named.names.get(language) or named.title


def title_of(report: Report, named: ReportTheme | Rare) -> str:
    """The same in the report's language, or in both."""
    return in_language(report, named.names) or named.title


def in_one(text: Text, language: str) -> tuple[str, str]:
    """(language, text): the text in this language, else in the one there is; ("", "") for none."""
    wanted = (language, *(other for other in text if other != language))
    return next(((each, text[each]) for each in wanted if text.get(each)), ("", ""))


def written_in(text: str) -> str:
    """ "ur" where most letters run from the right, else "en": how to set a text that people wrote."""
    strong = Counter(map(unicodedata.bidirectional, text[:_LOOKED_AT]))
    return "ur" if strong["AL"] + strong["R"] > strong["L"] else "en"


def paragraphs(text: Text, language: str) -> list[str]:
    """The paragraphs of a long text of ours, which blank lines part."""
    return in_one(text, language)[1].split("\n\n")


def xml_text(text: str) -> str:
    """The text with U+FFFD for what XML 1.0 forbids."""
    return _NOT_XML.sub("\ufffd", text)


def timestamp(moment: datetime) -> str:
    """RFC 3339 in UTC with microseconds and Z: 2026-11-24T10:00:00.000000Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
