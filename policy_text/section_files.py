"""Read the files of one language of a draft and check each by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from policy_text import eids
from policy_text.blocks import BYTE_ORDER_MARK, Heading, front_matter, headings
from policy_text.headings import Label, read_label
from policy_text.problems import Problem
from policy_text.render import LARGEST_TEXT, RenderProblem, render

MOST_FILES = 2_000

_NAME = re.compile(r"([0-9]{3,})_(.+)\.md")
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class SectionFile:
    """One file: its place in the order, its bytes, its heading taken apart, and the text below as HTML."""

    path: str
    """As problems name it: v1/ur/041_part_2__sec_2__cl_3.md."""
    name: str
    order: str
    """The digits that begin its name."""
    eid: str
    content: bytes
    markdown: str
    line: int
    """Of the heading, counted from 1."""
    label: Label
    is_empty: bool
    """No text below the heading."""
    html: str


Files = dict[str, list[SectionFile]]
"""The files of a draft by language, in name order."""


def read_folder(folder: Path, label: str, language: str) -> tuple[list[SectionFile], list[Problem]]:
    """The files of one language in name order, and every problem of a single file."""
    files: list[SectionFile] = []
    problems: list[Problem] = []
    try:
        paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        return [], [Problem(label, 1, f"The folder cannot be read: {error.strerror}.")]
    if len(paths) > MOST_FILES:
        return [], [Problem(label, 1, f"There are {len(paths):,} files; at most {MOST_FILES:,} are read.")]
    for path in paths:
        found = _Reading(f"{label}/{path.name}", path, language)
        file = found.file()
        files.extend([file] if file else [])
        problems.extend(found.problems)
    return files, problems


class _Reading:
    """One file on its way from bytes to a SectionFile, with the problems met."""

    def __init__(self, label: str, path: Path, language: str) -> None:
        self.label, self.path, self.language = label, path, language
        self.problems: list[Problem] = []

    def problem(self, line: int, sentence: str) -> None:
        self.problems.append(Problem(self.label, line, sentence))

    def file(self) -> SectionFile | None:
        name = _NAME.fullmatch(self.path.name)
        if name is None or not eids.check(name.group(2)):
            self.problem(1, "The name is not that of a section, such as 041_part_2__sec_2__cl_3.md.")
            return None
        content = self._content()
        markdown = None if content is None else self._text(content)
        if content is None or markdown is None:
            return None
        eid = name.group(2)
        heading = self._heading(eid, markdown)
        label = read_label(heading.text) if heading else Label((), False, "")
        if heading:
            self._check_label(eid, label, heading.line)
        body, first_line = _below(markdown, heading)
        line = heading.line if heading else 1
        html = self._html(body, first_line)
        return SectionFile(
            self.label,
            name.group(),
            name.group(1),
            eid,
            content,
            markdown,
            line,
            label,
            not body.strip(),
            html,
        )

    def _content(self) -> bytes | None:
        try:
            with self.path.open("rb") as file:
                content = file.read(LARGEST_TEXT + 1)
        except OSError as error:
            self.problem(1, f"The file cannot be read: {error.strerror}.")
            return None
        if len(content) > LARGEST_TEXT:
            self.problem(1, f"The file is longer than {LARGEST_TEXT // 1024} KB; divide it.")
            return None
        return content

    def _text(self, content: bytes) -> str | None:
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            self.problem(content.count(b"\n", 0, error.start) + 1, "The file is not UTF-8 text.")
            return None
        if "\0" in text:
            self.problem(
                _line(text, text.index("\0")), "There is a NUL character here, which no text may hold."
            )
            return None
        return text

    def _heading(self, eid: str, markdown: str) -> Heading | None:
        """The heading that begins the file; in the preface it may stand below some text, or be missing."""
        found = list(headings(markdown))
        for extra in found[1:]:
            self.problem(extra.line, "A second heading begins here; each section is a file of its own.")
        first = found[0] if found else None
        if eid == eids.PREFACE:
            return first
        if first is None or markdown[: first.start].removeprefix(BYTE_ORDER_MARK):
            self.problem(1, "The file must begin with its heading, such as ### 2.2.3 Title.")
        return first

    def _check_label(self, eid: str, label: Label, line: int) -> None:
        if not label.title and eid != eids.PREFACE:
            self.problem(line, "The heading has no words.")
        expected = eids.ordinals(eid)
        if len(label.numbers) == 1 and eids.kind(eid) != "part":
            expected = expected[-1:]
        if label.numbers and eid != eids.PREFACE and label.numbers != expected:
            self.problem(line, f"The heading says {label.number}, but the name of the file says {eid}.")

    def _html(self, body: str, first_line: int) -> str:
        try:
            return render(body, self.language)
        except RenderProblem as problem:
            self.problem(first_line + problem.line - 1, problem.sentence)
            return ""


def term_links(file: SectionFile) -> Iterator[tuple[int, str]]:
    """(line, eId) of each link to the definition of a term."""
    for match in re.finditer(r'<a class="term" href="([^"]*)">', file.html):
        place = file.markdown.find(f"#{match.group(1)}")
        yield _line(file.markdown, max(place, 0)), match.group(1)


def _below(markdown: str, heading: Heading | None) -> tuple[str, int]:
    """The text without its heading and front matter, and the line it begins in."""
    begin = front_matter(markdown)
    if heading is None:
        return markdown[begin:].removeprefix(BYTE_ORDER_MARK), _line(markdown, begin)
    before = markdown[begin : heading.start].removeprefix(BYTE_ORDER_MARK)
    return before + markdown[heading.end :], _line(markdown, begin if before.strip() else heading.end)


def _line(text: str, offset: int) -> int:
    return len(_LINE_END.findall(text[:offset])) + 1
