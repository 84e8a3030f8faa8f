"""WordprocessingML by hand: runs, paragraphs and tables that know which way they run (ECMA-376, part 1)."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import escape

from portal.formats.docx import URDU_FONT
from portal.formats.texts import xml_text

NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TWIPS = 1440 / 25.4
_EDGE = "d6d2c4"


def run(
    text: str,
    language: str,
    *,
    bold: bool = False,
    colour: str | None = None,
    shade: tuple[str, str] | None = None,
    boxed: str | None = None,
) -> str:
    """A run of text; `shade`: (pattern, colour) behind it. Elements stand in the order of the schema."""
    urdu = language == "ur"
    properties = f'<w:rFonts w:cs="{URDU_FONT}"/>' if urdu else ""
    properties += "<w:b/><w:bCs/>" if bold else ""
    properties += f'<w:color w:val="{colour}"/>' if colour else ""
    if boxed:
        properties += f'<w:bdr w:val="single" w:sz="4" w:space="0" w:color="{boxed}"/>'
    if shade:
        properties += f'<w:shd w:val="{shade[0]}" w:color="FFFFFF" w:fill="{shade[1]}"/>'
    properties += "<w:rtl/>" if urdu else ""
    properties += '<w:lang w:bidi="ur-PK"/>' if urdu else '<w:lang w:val="en-GB"/>'
    lines = str(escape(xml_text(text))).replace("\t", " ").split("\n")
    shown = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
    return f"<w:r><w:rPr>{properties}</w:rPr>{shown}</w:r>"


def link(anchor: str, text: str, language: str) -> str:
    """A link to a bookmark of the same document."""
    return f'<w:hyperlink w:anchor="{anchor}">{run(text, language)}</w:hyperlink>'


def paragraph(
    runs: str,
    language: str,
    *,
    style: str | None = None,
    bookmark: int | None = None,
    page_break: bool = False,
    end: bool = False,
    inside: bool = False,
) -> str:
    """A paragraph of runs. `end`: set to the end of the line; `inside` a cell, without a namespace."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    properties += "<w:bidi/>" if language == "ur" else ""
    properties += '<w:jc w:val="end"/>' if end else ""
    content = '<w:r><w:br w:type="page"/></w:r>' if page_break else runs
    if bookmark is not None:
        start = f'<w:bookmarkStart w:id="{bookmark}" w:name="b{bookmark}"/>'
        content = f'{start}{content}<w:bookmarkEnd w:id="{bookmark}"/>'
    space = "" if inside else f" {NAMESPACE}"
    return f"<w:p{space}><w:pPr>{properties}</w:pPr>{content}</w:p>"


def cell(runs: str, language: str, *, fill: str | None = None, end: bool = False) -> tuple[str, str]:
    """(shading, paragraph) of a table's cell."""
    shading = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    return shading, paragraph(runs, language, style="ReportCell", end=end, inside=True)


def table(
    rows: Sequence[Sequence[tuple[str, str]]], language: str, *, widths: Sequence[float], heads: int
) -> str:
    """A table; its first `heads` rows come again on every page and are read as its heads. Widths in mm."""
    twips = [round(width * _TWIPS) for width in widths]
    visual = "<w:bidiVisual/>" if language == "ur" else ""
    sides = ("top", "left", "bottom", "right", "insideH")
    shown = {"bottom", "insideH"}
    borders = "".join(
        f'<w:{side} w:val="{"single" if side in shown else "nil"}" w:sz="4" w:space="0" w:color="{_EDGE}"/>'
        for side in sides
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in twips)
    body = "".join(_row(row, twips, head=number < heads) for number, row in enumerate(rows))
    return (
        f"<w:tbl {NAMESPACE}><w:tblPr>{visual}"
        f'<w:tblW w:w="{sum(twips)}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>'
    )


def _row(cells: Sequence[tuple[str, str]], twips: Sequence[int], *, head: bool) -> str:
    marked = "<w:tblHeader/>" if head else ""
    made = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shading}</w:tcPr>{text}</w:tc>'
        for (shading, text), width in zip(cells, twips, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{marked}</w:trPr>{made}</w:tr>"
