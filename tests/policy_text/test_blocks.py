"""Headings of a Markdown document: which lines are, and which only look like one."""

import pytest

from policy_text.blocks import headings


def found(text: str) -> list[tuple[int, int, str]]:
    return [(heading.line, heading.level, heading.text) for heading in headings(text)]


@pytest.mark.parametrize(
    ("text", "level", "title"),
    [
        ("# One", 1, "One"),
        ("###### Six ######  ", 6, "Six"),
        ("   ## Indented by three", 2, "Indented by three"),
        ("##\tAfter a tab", 2, "After a tab"),
        ("##", 2, ""),
        ("# C#", 1, "C#"),
        ("Underlined\n===", 1, "Underlined"),
        ("Underlined\n-", 2, "Underlined"),
        ("On two\nlines\n  ---  ", 2, "On two lines"),
        ("\ufeff# After a byte order mark", 1, "After a byte order mark"),
    ],
)
def test_marked_and_underlined_lines_are_headings(text: str, level: int, title: str) -> None:
    assert found(text) == [(1, level, title)]


@pytest.mark.parametrize(
    "text",
    [
        "#hashtag",
        "####### Seven",
        "    # Indented code",
        "\t# Indented code",
        "\\# Escaped",
        "```\n# In a fence\n```",
        "~~~ python\n# In a fence\n```\n# Still\n~~~",
        "````\n```\n# In the longer fence\n````",
        "```\n# In a fence that is never closed",
        "<!--\n# In a comment\n\n# Still\n-->",
        "<pre>\n# In preformatted text\n\n# Still\n</pre>",
        "<div>\n# In HTML\n</div>",
        "- item\n\n  # In a list",
        "1. item\n   ```\n   # In a fence in a list\n   ```",
        "> # In a quotation",
        "> quoted\nlazily\n===",
        "- item\n---",
        "\n---\n",
        "| a | b |\n|---|---|\n| 1 | 2 |\n---",
        "[a]: https://example.org\n---",
        "---\ntitle: Front matter\n---",
        "\ufeff---\r\ntitle: Front matter\r\n---\r\n",
    ],
)
def test_what_only_looks_like_a_heading_is_none(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("```\ncode\n```\n# Title", 4),
        ("<!-- note -->\n# Title", 2),
        ("<div>\n\n# Title", 3),
        ("- item\n# Title", 2),
        ("> quoted\n# Title", 2),
        ("text\n# Title", 2),
        ("---\nkey: value\n---\n# Title", 4),
        ("- ```\n  code\n\n# Title", 4),
        ("one\rtwo\r\rTitle\r=", 4),
        ("one\r\ntwo\r\n# Title\r\n", 3),
    ],
)
def test_a_heading_is_found_after_what_hides_others(text: str, line: int) -> None:
    assert [heading.line for heading in headings(text)] == [line]


def test_only_line_feeds_and_carriage_returns_end_a_line() -> None:
    assert found("text\u2028# No\x0c# No\x85# No") == []


def test_offsets_cover_the_heading_with_its_line_end() -> None:
    text = "lead\n\nUnder\r\n===\r\nbody"

    (heading,) = headings(text)

    assert text[heading.start : heading.end] == "Under\r\n===\r\n"


def test_quotations_in_quotations_without_end_are_read() -> None:
    assert found("> " * 5000 + "a\n# Title") == [(2, 1, "Title")]
