"""The strokes every chart is drawn with: places in per cent, text, patterns, and the picture around them."""

from __future__ import annotations

from markupsafe import Markup, escape

BAR_HEIGHT = 24


def segment(key: str, start: float, share: float, rtl: bool, *, gap: bool = True) -> str:
    """One position's part of a bar, in its pattern, with a gap before it where it is not the first."""
    ground = '<rect width="100%" height="100%" fill="currentColor"/>'
    begins = 2.75 if gap and start and not rtl else 0.75  # after the gap, which would cover an outline
    patterns = {
        "support": ground,
        "oppose": ground
        + f'<line class="on" x1="-{BAR_HEIGHT}" y1="12" x2="100%" y2="12" stroke="#fff" stroke-opacity=".55"'
        f' stroke-width="{BAR_HEIGHT}" stroke-dasharray="2.5 5.5" transform="translate(24 0) skewX(-45)"/>',
        "mixed": ground
        + "".join(
            f'<line class="on" x1="{4 + 3.5 * (row % 2)}" y1="{4 + 5.3 * row:.1f}" x2="100%"'
            f' y2="{4 + 5.3 * row:.1f}" stroke="#fff" stroke-opacity=".8" stroke-width="2.4"'
            ' stroke-linecap="round" stroke-dasharray="0 7"/>'
            for row in range(4)
        ),
        "question": ground
        + "".join(
            f'<line class="on" x1="0" y1="{4 + 5.3 * row:.1f}" x2="100%" y2="{4 + 5.3 * row:.1f}"'
            ' stroke="#fff" stroke-opacity=".75" stroke-width="1.6"/>'
            for row in range(4)
        ),
        "none": f'<rect x="{begins}" y=".75" width="100%" height="22.5" fill="none" stroke="currentColor"'
        ' stroke-width="1.5"/><line x1="100%" x2="100%" y1="0" y2="24" stroke="currentColor"'
        ' stroke-width="3"/>',
    }
    inner = f'<svg class="p-{key}" x="{start_at(start, share, rtl)}" {width_of(share)} height="{BAR_HEIGHT}">'
    edge = 100 - start if rtl else start
    parted = f'<rect class="gap" x="{n(edge)}%" width="2" height="{BAR_HEIGHT}" fill="#fff"/>'
    return f"{inner}{patterns[key]}</svg>{parted if gap and start else ''}"


def text(across: float, down: float, words: str, anchor: str, rtl: bool) -> str:
    """Words on their base line, `across` per cent from the side where reading begins."""
    place = 100 - across if rtl else across
    direction = "rtl" if rtl else "ltr"
    return (
        f'<text class="axis" x="{n(place)}%" y="{n(down)}" text-anchor="{anchor}" direction="{direction}"'
        f' font-size="13" fill="currentColor">{escape(words)}</text>'
    )


def rule(across: float, down: float, tall: float, rtl: bool) -> str:
    """An upright hairline."""
    place = n(100 - across if rtl else across)
    return (
        f'<rect class="track" x="{place}%" y="{n(down)}" width="1" height="{n(tall)}" fill="currentColor"'
        ' fill-opacity=".6"/>'
    )


def image(kind: str, height: int, title: str, desc: str, body: str) -> Markup:
    """A chart as wide as its box, with its name and what it says in words."""
    described = f"<desc>{escape(desc)}</desc>" if desc else ""
    return svg(
        f'<svg class="chart {kind}" width="100%" height="{height}" role="img" focusable="false">'
        f"<title>{escape(title)}</title>{described}{body}</svg>"
    )


def svg(text: str) -> Markup:
    return Markup(text)  # noqa: S704 (built from constants, numbers and words escaped above)


def share_of(value: int, largest: int) -> float:
    """Per cent of the width."""
    return 100 * min(max(value, 0) / largest, 1) if largest > 0 else 0


def start_at(start: float, share: float, rtl: bool) -> str:
    """The left edge of what begins `start` per cent from where reading begins."""
    return f"{n(100 - start - share if rtl else start)}%"


def width_of(share: float) -> str:
    return f'width="{n(share)}%"'


def n(value: float) -> str:
    """A number as short as it can be written."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
