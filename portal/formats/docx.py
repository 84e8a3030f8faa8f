"""Papers as DOCX with real heading styles; Urdu runs from the right, in a font that Word has for it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm

from portal.formats.paper import Block, Paper
from portal.formats.texts import xml_text

URDU_FONT = "Noto Naskh Arabic"
DEEPEST = 3
_INDENT = Mm(8)


def docx(paper: Paper) -> bytes:
    """The paper as a file for a word processor."""
    document: Any = Document()
    day = datetime.fromisoformat(paper.date).replace(tzinfo=UTC)
    properties = document.core_properties
    properties.title, properties.author = xml_text(paper.title), "Mashwara"
    properties.created = properties.modified = day
    properties.language = "ur-PK" if paper.language == "ur" else "en-GB"
    document.sections[0].page_width, document.sections[0].page_height = Mm(210), Mm(297)
    for place, block in enumerate(paper.blocks):
        _add(document, block, place, paper.blocks)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _add(document: Any, block: Block, place: int, blocks: Sequence[Block]) -> None:
    if block.kind == "heading":
        heading = document.add_heading(level=min(block.level, 4))
        _spoken(heading, block.text, block.language)
        _bookmark(heading, place)
    elif block.kind in ("para", "note", "fine", "code", "label"):
        paragraph = document.add_paragraph(
            style={"note": "Intense Quote", "label": "Caption"}.get(block.kind)
        )
        _spoken(paragraph, block.text, block.language)
    elif block.kind == "item":
        paragraph = document.add_paragraph()
        # Word turns "left" to the right side of a paragraph that runs from the right
        paragraph.paragraph_format.left_indent = _INDENT * block.level
        _spoken(paragraph, f"{block.rows[0][0]} {block.text}", block.language)
    elif block.kind == "facts":
        for row in block.rows:
            _spoken(document.add_paragraph(), ": ".join(row[:2]), block.language)
    elif block.kind == "table":
        _table(document, block)
    elif block.kind == "contents":
        _contents(document, block, place, blocks)
    elif block.kind == "break":
        document.add_page_break()


def _table(document: Any, block: Block) -> None:
    table = document.add_table(rows=len(block.rows), cols=len(block.rows[0]), style="Table Grid")
    if block.language == "ur":
        table._tbl.tblPr.find(qn("w:tblStyle")).addnext(
            OxmlElement("w:bidiVisual")
        )  # its place in the schema
    repeated = OxmlElement("w:tblHeader")  # the first row again on every page, and read as its heads
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    for cells, texts in zip(table.rows, block.rows, strict=True):
        for cell, text in zip(cells.cells, texts, strict=True):
            _spoken(cell.paragraphs[0], text, block.language)
    document.add_paragraph()


def _contents(document: Any, block: Block, place: int, blocks: Sequence[Block]) -> None:
    """Parts and sections that follow, each a link to its heading."""
    _spoken(document.add_paragraph(style="TOC Heading"), block.text, block.language)
    for number, heading in enumerate(blocks[place:], start=place):
        if heading.kind == "heading" and 1 < heading.level <= DEEPEST:
            paragraph = document.add_paragraph()
            paragraph.paragraph_format.left_indent = _INDENT * (heading.level - 2)
            paragraph.paragraph_format.space_after = 0
            _spoken(paragraph, heading.text, heading.language)
            link = OxmlElement("w:hyperlink")
            link.set(qn("w:anchor"), f"b{number}")
            link.append(paragraph.runs[0]._r)
            paragraph._p.append(link)
    document.add_page_break()


def _bookmark(paragraph: Any, place: int) -> None:
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for element in (start, end):
        element.set(qn("w:id"), str(place))
    start.set(qn("w:name"), f"b{place}")
    paragraph.runs[0]._r.addprevious(start)
    paragraph._p.append(end)


def _spoken(paragraph: Any, text: str, language: str) -> None:
    """Text into a paragraph, from the right where it is Urdu."""
    run = paragraph.add_run(xml_text(text))
    if language != "ur":
        return
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(OxmlElement("w:bidi"), "w:adjustRightInd", "w:spacing", "w:ind", "w:jc")
    of_run = run._r.get_or_add_rPr()
    fonts = OxmlElement("w:rFonts")
    fonts.set(qn("w:cs"), URDU_FONT)
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:bidi"), "ur-PK")
    for element in (fonts, OxmlElement("w:rtl"), spoken):
        of_run.append(element)
