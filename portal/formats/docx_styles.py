"""The styles of a report in a word processor: changed once there, changed everywhere."""

from __future__ import annotations

import re
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from portal.formats.docx import URDU_FONT
from portal.formats.docx_xml import NAMESPACE, paragraph, run
from portal.formats.paper import Block, Paper

GREEN, INK, QUIET = RGBColor(0x0B, 0x5D, 0x3B), RGBColor(0x17, 0x21, 0x2B), RGBColor(0x47, 0x52, 0x5C)
SANS, SERIF = "Calibri", "Cambria"
_URDU = 1.2
"""Letters of Urdu are set so much larger."""
_SIZES = {
    "Normal": (10.5, SANS, INK, False),
    "Title": (30, SERIF, INK, True),
    "Subtitle": (17, SERIF, GREEN, False),
    "Heading 1": (19, SERIF, INK, True),
    "Heading 2": (14, SERIF, INK, True),
    "Heading 3": (12, SERIF, INK, True),
    "Caption": (9, SANS, QUIET, False),
    "Quote": (11, SERIF, INK, False),
    "Intense Quote": (10, SANS, RGBColor(0x6F, 0x47, 0x00), False),
    "TOC Heading": (16, SERIF, INK, True),
}
_AFTER_BORDERS = ("w:shd", "w:tabs", "w:bidi", "w:spacing", "w:ind", "w:jc", "w:outlineLvl")
"""What follows borders in a paragraph's properties, by the schema."""
_OWN = {
    "Report Small": (8.5, SANS, QUIET, False),
    "Report Brand": (14, SERIF, INK, True),
    "Report Contents": (10.5, SANS, INK, False),
    "Report Comment": (9, SANS, INK, False),
    "Report Sentence": (10.5, SANS, INK, False),
    "Report Cell": (9, SANS, INK, False),
}


def prepare(document: Any, paper: Paper) -> None:
    """Give the document its styles, its margins' texts and its language."""
    for name in _OWN:
        made = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        made.base_style = document.styles["Normal"]
        made.quick_style = True
    for name, (size, font, colour, bold) in {**_SIZES, **_OWN}.items():
        _set(document.styles[name], size, font, colour, bold)
    space = {"Normal": (0, 5), "Report Small": (0, 5), "Heading 1": (22, 7), "Heading 2": (15, 5)}
    space |= {"Heading 3": (11, 3), "Report Contents": (0, 3), "Report Comment": (9, 2), "Quote": (5, 1)}
    space |= {"Report Sentence": (0, 1), "Report Cell": (1, 1)}
    for name, (before, after) in space.items():
        layout = document.styles[name].paragraph_format
        layout.space_before, layout.space_after = Pt(before), Pt(after)
    document.styles["Quote"].paragraph_format.left_indent = Mm(5)
    document.styles["Report Comment"].paragraph_format.keep_with_next = True
    document.styles["Caption"].paragraph_format.keep_with_next = True
    _line(document.styles["Title"], "bottom", "nil", "FFFFFF")
    _line(document.styles["Intense Quote"], "bottom", "single", "B77400")
    _line(document.styles["Report Brand"], "bottom", "double", "0B5D3B")
    _line(document.styles["Heading 1"], "top", "single", "17212B")
    first = next(block for block in paper.blocks if block.kind == "tongue")
    _margins(document.sections[0], first)


def _set(style: Any, size: float, font: str, colour: RGBColor, bold: bool) -> None:
    """Font and size for both kinds of script: Word keeps them apart."""
    style.font.name, style.font.size, style.font.bold = font, Pt(size), bold
    style.font.italic = False
    style.font.color.rgb = colour
    properties = style.element.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    for name in [key for key in fonts.attrib if "Theme" in key]:
        del fonts.attrib[name]
    for kind, value in (("w:ascii", font), ("w:hAnsi", font), ("w:cs", URDU_FONT)):
        fonts.set(qn(kind), value)
    slanted = properties.find(qn("w:iCs"))
    if slanted is not None:
        slanted.set(qn("w:val"), "0")
    for tag, value in (("w:szCs", str(round(2 * size * _URDU))), ("w:bCs", "1" if bold else "0")):
        found = properties.find(qn(tag))
        if found is None:
            found = OxmlElement(tag)
            after = properties.find(qn("w:sz" if tag == "w:szCs" else "w:b"))
            after.addnext(found)
        found.set(qn("w:val"), value)


def _line(style: Any, side: str, kind: str, colour: str) -> None:
    """A rule above or below the paragraphs of a style, in place of any other."""
    properties = style.element.get_or_add_pPr()
    for old in properties.findall(qn("w:pBdr")):
        properties.remove(old)
    border = f'<w:{side} w:val="{kind}" w:sz="8" w:space="6" w:color="{colour}"/>'
    made = parse_xml(f"<w:pBdr {NAMESPACE}>{border}</w:pBdr>")
    properties.insert_element_before(
        made,
        *("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:bidi", "w:spacing", "w:ind", "w:jc", "w:outlineLvl"),
    )


def _margins(section: Any, tongue: Block) -> None:
    """Title and notices above, when it was made and the page below."""
    title, notices, made, pattern = (row[0] for row in tongue.rows)
    language = tongue.language
    above = run(title, language, bold=True) + run(f"   {notices}", language)
    pages = "".join(
        _field("NUMPAGES" if "s" in piece else "PAGE") if piece[:1] == "{" else run(piece, language)
        for piece in re.split(r"(\{pages?\})", pattern)
    )
    below = run(f"{made}   ·   ", language) + pages
    for part, runs in ((section.header, above), (section.footer, below)):
        part.is_linked_to_previous = False
        old = part.paragraphs[0]._p
        old.addprevious(parse_xml(paragraph(runs, language, style="ReportSmall")))
        old.getparent().remove(old)


def _field(name: str) -> str:
    return f'<w:fldSimple w:instr="{name}">{run("1", "en")}</w:fldSimple>'
