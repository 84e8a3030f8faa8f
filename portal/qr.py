"""QR codes as inline SVG that takes the colour of its text (ISO/IEC 18004, error level M)."""

from __future__ import annotations

import io

import segno
from markupsafe import Markup, escape


def qr_svg(text: str, title: str = "") -> Markup:
    """The code for a page, with a name for who cannot see it."""
    inside = _path(text)
    name = Markup("<title>{}</title>").format(title) if title else Markup("")
    role = Markup(' role="img"') if title else Markup(' aria-hidden="true"')
    return Markup('<svg class="qr" viewBox="0 0 {0} {0}"{1}>{2}{3}</svg>').format(
        inside[1], role, name, Markup('<path d="{}" stroke="currentColor"/>').format(inside[0])
    )


def qr_file(text: str) -> str:
    """The code as an SVG document, black on nothing, for papers."""
    path, size = _path(text)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{size * 4}" '
        f'height="{size * 4}"><path d="{escape(path)}" stroke="#000"/></svg>'
    )


def _path(text: str) -> tuple[str, int]:
    code = segno.make(text, error="m", micro=False)
    size = int(code.symbol_size(border=4)[0])
    out = io.BytesIO()
    code.save(out, kind="svg", border=4, xmldecl=False, svgns=False, omitsize=True, nl=False)
    svg = out.getvalue().decode("ascii")
    return svg.partition(' d="')[2].partition('"')[0], size
