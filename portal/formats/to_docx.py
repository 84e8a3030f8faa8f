"""The Report as a document to edit: real styles, headings and tables; Urdu runs from the right."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO

from docx import Document
from docx.oxml import parse_xml
from docx.shared import Mm

from portal.formats.docx_styles import prepare
from portal.formats.docx_xml import cell, link, paragraph, run, table
from portal.formats.paper import Block, Paper
from portal.formats.report import Report
from portal.formats.report_paper import paper_of
from portal.formats.texts import xml_text
from portal.formats.theme_blocks import STANCES

MARKS = {"support": "▲", "oppose": "▼", "mixed": "◆", "question": "?", "none": "—"}
TINTS = {"support": "0b5d3b", "oppose": "6a2c5f", "mixed": "6b4a08", "question": "1d4f7a", "none": "47525c"}
PATTERNS = {"support": "clear", "oppose": "diagStripe", "mixed": "pct20", "question": "horzStripe"}
HEAT = ((20, "0b5d3b"), (10, "b3cbc0"), (4, "cfdfd6"), (1, "e9efec"))
_BAR = 26
"""Width of the longest bar, in no-break spaces."""
_END_OF_BAR = "\N{WORD JOINER}"
"""Spaces at the end of a line are not drawn by every word processor."""
_LEVELS = {1: "Title", 2: "Heading1", 3: "Heading2", 4: "Heading3"}
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_to(report: Report, file: BinaryIO) -> None:
    """The same report made at the same moment gives the same bytes."""
    paper = paper_of(report)
    document: Any = Document()
    properties = document.core_properties
    properties.title, properties.author = xml_text(paper.title), "Mashwara"
    properties.created = properties.modified = report.generated_at.replace(tzinfo=None)
    properties.language = "ur-PK" if paper.language == "ur" else "en-GB"
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    prepare(document, paper)
    body = document.element.body
    end = body[-1]
    for element in _elements(paper):
        end.addprevious(parse_xml(element))
    made = io.BytesIO()
    document.save(made)
    _without_times(made, file)


def _elements(paper: Paper) -> Iterator[str]:
    """The XML of each block, in order."""
    for place, block in enumerate(paper.blocks):
        if block.kind == "contents":
            yield from _contents(block, place, paper.blocks)
        elif block.kind == "heading":
            yield _heading(block, place)
        elif block.kind == "tongue" and place:
            yield paragraph("", "en", page_break=True)
        else:
            yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    draw = _DRAWN.get(block.kind)
    if draw is not None:
        yield from draw(block)
    elif block.kind == "beside":
        for inner in block.inner:
            yield from _block(inner)


def _heading(block: Block, place: int) -> str:
    lead = block.rows[0][0] if block.rows else ""
    text = block.text.removeprefix(lead).strip() if block.level == 4 else block.text
    runs = [run(f"{lead}  ", block.language, colour=TINTS["support"])] if lead else []
    runs.append(run(text, block.language))
    return paragraph("".join(runs), block.language, style=_LEVELS[block.level], bookmark=place)


def _contents(block: Block, place: int, blocks: Sequence[Block]) -> Iterator[str]:
    """The sections of this language's part, each a link to its heading."""
    yield paragraph("", block.language, page_break=True)
    yield paragraph(run(block.text, block.language), block.language, style="TOCHeading")
    for number, other in enumerate(blocks[place:], start=place):
        if other.kind == "tongue":
            break
        if other.kind == "heading" and other.level == 2:
            lead = other.rows[0][0] if other.rows else ""
            text = link(f"b{number}", f"{lead}  {other.text}".strip(), other.language)
            yield paragraph(text, other.language, style="ReportContents")
    yield paragraph("", block.language, page_break=True)


def _cover(block: Block) -> Iterator[str]:
    brand, kind, subtitle = (row[0] for row in block.rows)
    for text, style in (
        (brand, "ReportBrand"),
        (kind, "ReportSmall"),
        (block.text, "Title"),
        (subtitle, "Subtitle"),
    ):
        yield paragraph(run(text, block.language), block.language, style=style)


def _plain(style: str | None) -> Callable[[Block], Iterator[str]]:
    def draw(block: Block) -> Iterator[str]:
        yield paragraph(run(block.text, block.language), block.language, style=style)

    return draw


def _facts(block: Block) -> Iterator[str]:
    rows = []
    for label, value, language in block.rows:
        spoken = block.language if language == "code" else language
        rows.append(
            [
                cell(run(label, block.language, colour=TINTS["none"]), block.language),
                cell(run(value, "en" if language == "code" else spoken), spoken),
            ]
        )
    yield table(rows, block.language, widths=(46, 124), heads=0)


def _item(block: Block) -> Iterator[str]:
    yield paragraph(run(block.text, block.language), block.language, style="ListBullet")


def _pairs(block: Block) -> Iterator[str]:
    """Numbers with their labels, or words of scale with their figures: a row of cells."""
    cells = [
        cell(
            run(f"{first}\n", block.language, bold=True) + run(second, block.language),
            block.language,
            fill="f4f2ea",
        )
        for first, second in block.rows
    ]
    yield table([cells], block.language, widths=(170 // len(cells),) * len(cells), heads=0)
    yield paragraph("", block.language)


def _key(block: Block) -> Iterator[str]:
    runs = [
        _swatch(key, 3) + run(f" {MARKS[key]} {label}     ", block.language, colour=TINTS[key])
        for key, label in block.rows
    ]
    yield paragraph("".join(runs), block.language)


def _bars(block: Block) -> Iterator[str]:
    """A row a clause or theme: number, name, bar, total and the count of each position."""
    language = block.language
    largest = max((int(row[3]) for row in block.rows if row[2] != "part"), default=0) or 1
    marks = [cell(run(MARKS[key], "en", colour=TINTS[key], bold=True), language, end=True) for key in STANCES]
    blank = [cell("", language) for _ in range(4)]
    rows = [[*blank, *marks]]
    for row in block.rows:
        part = row[2] == "part"
        counts = [0] * len(STANCES) if part else [int(n) for n in row[4:]]
        name = run(row[1], language if part else row[2], bold=part)
        rows.append(
            [
                cell(run(row[0], "en"), language),
                cell(name, language if part else row[2]),
                cell("" if part else _bar(counts, largest), language),
                cell(run(row[3], "en", bold=True), language, end=True),
                *(cell("" if part else run(str(n), "en"), language, end=True) for n in counts),
            ]
        )
    yield from _caption(block)
    yield table(rows, language, widths=(17, 56, 31, 13, 11, 11, 11, 11, 11), heads=1)
    yield paragraph("", language)


def _bar(counts: Sequence[int], largest: int) -> str:
    shares = zip(STANCES, counts, strict=True)
    bar = "".join(_swatch(key, max(1, round(_BAR * n / largest))) for key, n in shares if n)
    return bar + run(_END_OF_BAR, "en")


def _swatch(key: str, width: int) -> str:
    """A piece of a bar: no-break spaces on the position's colour and pattern."""
    blanks = "\N{NO-BREAK SPACE}" * width
    if key == "none":
        return run(blanks, "en", boxed=TINTS[key])
    return run(blanks, "en", shade=(PATTERNS[key], TINTS[key]))


def _heat(block: Block) -> Iterator[str]:
    language = block.language
    rows = [[cell(run(text, "en", bold=True), language) for text in block.rows[0]]]
    for row in block.rows[1:]:
        cells = [cell(run(row[0], language), language)]
        for text in row[1:]:
            n = int(text.replace(",", "")) if text != "·" else 0
            fill = next((tint for least, tint in HEAT if n >= least), None)
            colour = "ffffff" if n >= HEAT[0][0] else None
            cells.append(cell(run(text, "en", colour=colour), language, fill=fill, end=True))
        rows.append(cells)
    narrow = (11,) * (len(block.rows[0]) - 1)
    yield from _caption(block)
    yield table(rows, language, widths=(170 - sum(narrow), *narrow), heads=1)


def _grid(block: Block) -> Iterator[str]:
    language, columns = block.language, len(block.rows[0])
    rows = [
        [
            cell(run(text, language, bold=number == 0), language, end=place >= block.level)
            for place, text in enumerate(row)
        ]
        for number, row in enumerate(block.rows)
    ]
    wide, rest = (170 - 26 * (columns - 1), 26) if columns < 6 else (42, 128 // (columns - 1))
    yield from _caption(block)
    yield table(rows, language, widths=(min(wide, 90), *(rest,) * (columns - 1)), heads=1)
    yield paragraph("", language)


def _caption(block: Block) -> Iterator[str]:
    if block.text:
        yield paragraph(run(block.text, block.language), block.language, style="Caption")


def _said(block: Block) -> Iterator[str]:
    lead, query = block.rows[0]
    language = block.language
    runs = ""
    text = block.text
    if lead and text.startswith(lead):
        runs, text = run(lead, language, bold=True), text[len(lead) :]
    runs += run(text, language)
    if query:
        runs += run("  ", language) + run(query, "en", shade=("clear", "f4f2ea"))
    yield paragraph(runs, language, style="ReportSentence")


def _basis(block: Block) -> Iterator[str]:
    language = block.language
    runs = run(f"{block.text} ", language) + run(block.rows[0][0], "en", shade=("clear", "f4f2ea"))
    if len(block.rows) > 1:
        runs += run("\n" + "  ".join(block.rows[1]), "en")
    yield paragraph(runs, language, style="ReportSmall")


def _ids(block: Block) -> Iterator[str]:
    key = block.rows[0][0]
    label = run(f"{MARKS[key]} {block.text}  ", block.language, colour=TINTS[key], bold=True)
    named = run("  ".join(block.rows[1]), "en")
    yield paragraph(label + named, block.language, style="ReportSmall")


def _quote(block: Block) -> Iterator[str]:
    name, key, label, dissents, language = block.rows[0]
    yield paragraph(run(block.text, block.language), block.language, style="Quote")
    said = run(f"{name}  ", "en") + run(f"{MARKS[key]} {label}", language, colour=TINTS[key])
    if dissents:
        said += run(f" · {dissents}", language)
    yield paragraph(said, language, style="ReportSmall")


def _comment(block: Block) -> Iterator[str]:
    name, key, label, place, about, code, language = block.rows[0]
    head = run(f"{name}  ", "en", bold=True) + run(f"{MARKS[key]} {label}", language, colour=TINTS[key])
    yield paragraph(head + run(f" · {place}", language), language, style="ReportComment")
    yield paragraph(run(block.text, block.language), block.language)
    yield paragraph(run(f"{about} · ", language) + run(code, "en"), language, style="ReportSmall")


def _break(block: Block) -> Iterator[str]:
    yield paragraph("", block.language, page_break=True)


_DRAWN: dict[str, Callable[[Block], Iterator[str]]] = {
    "cover": _cover,
    "para": _plain(None),
    "note": _plain("IntenseQuote"),
    "fine": _plain("ReportSmall"),
    "check": _plain("ReportSmall"),
    "facts": _facts,
    "item": _item,
    "figures": _pairs,
    "scale": _pairs,
    "key": _key,
    "bars": _bars,
    "heat": _heat,
    "grid": _grid,
    "said": _said,
    "basis": _basis,
    "ids": _ids,
    "quote": _quote,
    "comment": _comment,
    "break": _break,
}
"""Charts of single clauses and days are left to the tables beside them, which hold the same numbers."""


def _without_times(made: BinaryIO, file: BinaryIO) -> None:
    """The archive with the same time on every part."""
    with (
        zipfile.ZipFile(made) as read,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as written,
    ):
        for info in read.infolist():
            part = zipfile.ZipInfo(info.filename, _EPOCH)
            part.compress_type = zipfile.ZIP_DEFLATED
            written.writestr(part, read.read(info))
