"""Papers as DOCX with real heading styles; Urdu runs from the right, in a font that Word has for it."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from portal.formats.paper import Block, Paper

URDU_FONT = "Noto Naskh Arabic"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def docx(paper: Paper) -> bytes:
    """The paper as a file for a word processor."""
    document: Any = Document()
    day = datetime.fromisoformat(paper.date).replace(tzinfo=UTC)
    properties = document.core_properties
    properties.title, properties.author = _clean(paper.title), "Mashwara"
    properties.created = properties.modified = day
    properties.language = "ur-PK" if paper.language == "ur" else "en-GB"
    for block in paper.blocks:
        _add(document, block)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _add(document: Any, block: Block) -> None:
    if block.kind == "heading":
        _spoken(document.add_heading(level=min(block.level, 4)), block.text, block.language)
    elif block.kind in ("para", "note", "fine", "code"):
        paragraph = document.add_paragraph(style="Intense Quote" if block.kind == "note" else None)
        _spoken(paragraph, block.text, block.language)
    elif block.kind in ("facts", "table"):
        for row in block.rows:
            _spoken(document.add_paragraph(), ": ".join(row[:2]), block.language)
    elif block.kind == "break":
        document.add_page_break()


def _spoken(paragraph: Any, text: str, language: str) -> None:
    """Text into a paragraph, from the right where it is Urdu."""
    run = paragraph.add_run(_clean(text))
    if language != "ur":
        return
    paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
    properties = run._r.get_or_add_rPr()
    fonts = OxmlElement("w:rFonts")
    fonts.set(qn("w:cs"), URDU_FONT)
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:bidi"), "ur-PK")
    for element in (fonts, OxmlElement("w:rtl"), spoken):
        properties.append(element)


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
