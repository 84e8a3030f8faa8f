"""One Markdown document -> ordered sections, a file each, and back without losing a byte."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from policy_text import eids
from policy_text.blocks import Heading, headings
from policy_text.headings import Label, read_label

LARGEST_DOCUMENT = 5_000_000
MOST_FILES = 20_000  # a hostile document of nothing but headings must not fill the disk with tiny files


class SplitProblem(Exception):
    """A document or folder that cannot be split or joined; `sentence` says why in plain English."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Section:
    """One part, section or clause of a document, with its heading line and everything up to the next."""

    eid: str
    number: str | None
    kind: str
    """preface, part, section or clause."""
    parent: str | None
    """The nearest section above that the document has."""
    heading: str
    """Plain text, without the number."""
    markdown: str
    name: str
    """Of its file: 041_part_2__sec_2__cl_3.md."""


@dataclass(frozen=True)
class _Title:
    """A heading of the document and what its text says."""

    heading: Heading
    label: Label


def split(text: str) -> tuple[Section, ...]:
    """The sections of a document in reading order; their texts joined are the document."""
    titles = [_Title(heading, read_label(heading.text)) for heading in headings(text)]
    title = _document_title(titles)
    below = titles[1:] if title else titles
    begin = below[0].heading.start if below else len(text)
    placed = _place(below)
    width = max(3, len(str(len(below))))
    sections: list[Section] = []
    if begin:
        name = f"{0:0{width}}_{eids.PREFACE}.md"
        heading = title.label.title if title else ""
        sections.append(Section(eids.PREFACE, None, eids.PREFACE, None, heading, text[:begin], name))
    known = set(placed)
    ends = [*(each.heading.start for each in below), len(text)][1:]
    for order, (each, eid, end) in enumerate(zip(below, placed, ends, strict=True), start=1):
        above = next((up for up in reversed(eids.ancestors(eid)) if up in known), None)
        markdown = text[each.heading.start : end]
        name = f"{order:0{width}}_{eid}.md"
        label = each.label
        sections.append(Section(eid, label.number, eids.kind(eid), above, label.title, markdown, name))
    return tuple(sections)


def write(sections: Iterable[Section], folder: Path) -> None:
    """Write each section to its file. Refuses a folder that already holds sections."""
    files = [(section.name, _encoded(section)) for section in sections]
    if len(files) > MOST_FILES:
        raise SplitProblem(
            f"The document has {len(files):,} headings; at most {MOST_FILES:,} can be written."
        )
    try:
        if folder.exists() and any(folder.glob("*.md")):
            raise SplitProblem(f"{folder} already holds .md files; choose a new folder.")
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files:
            (folder / name).write_bytes(content)
    except OSError as error:
        raise SplitProblem(f"{folder} cannot be written: {error.strerror}.") from error


def join(folder: Path) -> bytes:
    """The sections of one language folder in name order, byte for byte."""
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix == ".md" and path.is_file())
        content = b"".join(path.read_bytes() for path in files)
    except OSError as error:
        raise SplitProblem(f"{folder} cannot be read: {error.strerror}.") from error
    if not files:
        raise SplitProblem(f"{folder} holds no .md files.")
    return content


def read_document(path: Path) -> str:
    """A document's text line ends and byte order mark as they are. At most LARGEST_DOCUMENT bytes."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_DOCUMENT + 1)
    except OSError as error:
        raise SplitProblem(f"{path} cannot be read: {error.strerror}.") from error
    if len(content) > LARGEST_DOCUMENT:
        raise SplitProblem(f"{path} is larger than {LARGEST_DOCUMENT // 1_000_000} MB.")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SplitProblem(f"{path} is not UTF-8 text: see line {line}.") from error


def _encoded(section: Section) -> bytes:
    try:
        return section.markdown.encode("utf-8")
    except UnicodeEncodeError as error:
        raise SplitProblem(
            f"{section.name} holds half a character and cannot be written as UTF-8."
        ) from error


def _document_title(titles: list[_Title]) -> _Title | None:
    """The first heading where it is the only unnumbered one of level 1: the title of the whole."""
    unnumbered = [each for each in titles if each.heading.level == 1 and not each.label.numbers]
    return unnumbered[0] if len(unnumbered) == 1 and unnumbered[0] is titles[0] else None


def _place(titles: list[_Title]) -> list[str]:
    """The eId of each heading. A document without any clause gets its deepest level as clauses."""
    placed = _Outline(titles).place()
    if not titles or any(eids.kind(eid) == "clause" for eid in placed):
        return placed
    deepest = max(each.heading.level for each in titles)
    return _Outline(titles, deepest).place()


@dataclass
class _Outline:
    """Walks the headings and gives each the eId of its number, else of its depth and position."""

    titles: list[_Title]
    clause_level: int = 7
    """Headings of this level and deeper are clauses whatever else they look like."""
    part: str | None = None
    section: str | None = None
    clauses: list[tuple[int, str]] = field(default_factory=list)
    """(level, eId) of the clauses that are open, the innermost last."""
    part_level: int = 1
    """Headings of this level with one number ("2. Means") are parts."""
    claimed: set[str] = field(default_factory=set)
    """EIds that the numbers in headings say."""
    given: set[str] = field(default_factory=set)
    repeats: dict[str, int] = field(default_factory=dict)
    siblings: dict[tuple[str | None, str], int] = field(default_factory=dict)

    def place(self) -> list[str]:
        self.part_level = self._find_part_level()
        numbered = [self._by_number(each) for each in self.titles]
        self.claimed = {eid for eid in numbered if eid}
        return [self._next(title, eid) for title, eid in zip(self.titles, numbered, strict=True)]

    def _find_part_level(self) -> int:
        """The highest level of a "2." that has a "2.1" somewhere; 1 where there is none."""
        dotted = {each.label.numbers[0] for each in self.titles if len(each.label.numbers) > 1}
        levels = (
            each.heading.level
            for each in self.titles
            if len(each.label.numbers) == 1 and each.label.numbers[0] in dotted and not each.label.is_part
        )
        return min(levels, default=1)

    def _by_number(self, title: _Title) -> str | None:
        """The eId that the heading's number alone says."""
        numbers, level = title.label.numbers, title.heading.level
        is_whole = len(numbers) > 1 or title.label.is_part
        if not numbers or not (is_whole or level <= self.part_level):
            return None
        place = eids.from_numbers(numbers)
        if level < self.clause_level or place.kind == "clause":
            return place.eid
        return eids.step("clause", numbers[-1], eids.parent(place.eid))

    def _next(self, title: _Title, numbered: str | None) -> str:
        kind = eids.kind(numbered) if numbered else self._kind_by_depth(title.heading.level)
        above = eids.parent(numbered) if numbered else self._opener(kind, title.heading.level)
        count = self.siblings[above, kind] = self.siblings.get((above, kind), 0) + 1
        eid = numbered or eids.step(kind, title.label.numbers[0] if title.label.numbers else count, above)
        eid = self._unrepeated(eid, keeps=numbered is not None)
        self._open(kind, title.heading.level, eid)
        return eid

    def _kind_by_depth(self, level: int) -> str:
        if level >= self.clause_level:
            return "clause"
        return {1: "part", 2: "section"}.get(level, "clause")

    def _opener(self, kind: str, level: int) -> str | None:
        """What a heading without a whole number stands below."""
        if kind == "part":
            return None
        if kind == "section":
            return self.part
        higher = [eid for opened, eid in self.clauses if opened < level]
        return higher[-1] if higher else self.section or self.part

    def _unrepeated(self, eid: str, keeps: bool) -> str:
        """The eId itself for the first that has it, else _2, _3; a number in the heading goes first."""
        if eid not in self.given and (keeps or eid not in self.claimed):
            self.given.add(eid)
            return eid
        count = self.repeats[eid] = self.repeats.get(eid, 1) + 1
        return f"{eid}_{count}"

    def _open(self, kind: str, level: int, eid: str) -> None:
        if kind == "clause":
            self.clauses = [each for each in self.clauses if each[0] < level]
            self.clauses.append((level, eid))
            return
        self.clauses = []
        self.section = eid if kind == "section" else None
        if kind == "part":
            self.part = eid
