"""Charts in Chromium with extreme content: no label leaves its picture, and no two labels meet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from markupsafe import Markup
from playwright.sync_api import Browser, Page

from portal import charts
from portal.templating import static_dir
from portal.words import words_for

SCREENS = (288, 328, 736)
"""px: the text column on screens of 320 and 360, and on a wide one."""
HEADINGS = {
    "en": "Biometric identification and surveillance in public places of a city",
    "ur": "عوامی مقامات پر بائیو میٹرک شناخت اور نگرانی کے نظاموں کی ذمہ داریاں اور ان کی حدود",
}
HEADS = {
    "en": {"oppose": "Oppose", "support": "Support", "neutral": "Others"},
    "ur": {"oppose": "مخالفت", "support": "حمایت", "neutral": "دیگر"},
}
ARM = 8
"""px: the arm of a Nastaliq letter hangs out where its line begins, into the page's margin."""
MEETING = """(svg, arm) => {
  const box = svg.getBoundingClientRect(), faults = [];
  const texts = [...svg.querySelectorAll('text')].map(text => {
    const r = text.getBoundingClientRect(), slack = r.height * .3;
    const said = text.textContent.slice(0, 40), top = r.top + slack, bottom = r.bottom - slack;
    return {said, left: r.left, right: r.right, top, bottom};
  });
  for (const [place, one] of texts.entries()) {
    if (one.left < box.left - 1 || one.right > box.right + arm) faults.push(`leaves: ${one.said}`);
    for (const two of texts.slice(place + 1))
      if (one.left < two.right && two.left < one.right && one.top < two.bottom && two.top < one.bottom)
        faults.push(`meet: ${one.said} | ${two.said}`);
  }
  return faults;
}"""


def extreme(language: str) -> Iterator[Markup]:
    """80 clauses, 400 days, one comment, none; long headings in both writings, endless words, six digits."""
    rtl, other = language == "ur", HEADINGS["en" if language == "ur" else "ur"]
    names = [f"5.{number}.1 {HEADINGS[language]}" for number in range(77)]
    names += [other, "W" * 200, "x"]
    counts = [*range(0, 77_000, 1000), 123_456, 1, 0]
    bars = list(zip(names, counts, strict=True))
    positions = [
        (name, {"support": count, "oppose": 9, "mixed": count, "question": 2, "none": 1})
        for name, count in bars
    ]
    days = [((date(2026, 1, 1) + timedelta(days=day)).isoformat(), day) for day in range(400)]
    said: Any = {"title": "T", "desc": "D", "rtl": rtl}
    yield charts.bars([*bars, (other, "5 سے کم" if rtl else "fewer than 5")], **said)
    yield charts.bars([("A", 1)], **said)
    yield charts.diverging_bars(positions, names=HEADS[language], **said)
    yield charts.diverging_bars([("A", {"oppose": 123_456, "mixed": 1})], names=HEADS[language], **said)
    yield charts.diverging_bars([("A", {"mixed": 123_456})], names=HEADS[language], **said)
    for some in (days, days[:2], days[:1], []):
        yield charts.day_columns(some, label=words_for(language).day, **said)
    cells = {(row, column): row * column * 50 for row in range(80) for column in range(24)}
    rows = [*(f"5.10.{number}" for number in range(79)), "پورا مسودہ" if rtl else "The whole draft"]
    yield charts.heat_map(rows, [f"T-{number:04}" for number in range(24)], cells, **said)


def shown(browser: Browser, language: str, width: int) -> Page:
    sheet = (static_dir() / "site.css").read_text(encoding="utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    boxes = "".join(f'<div class="box scroll">{chart}</div>' for chart in extreme(language))
    direction = "rtl" if language == "ur" else "ltr"
    page.set_content(
        f'<!doctype html><html lang="{language}" dir="{direction}"><style>{sheet}'
        f" .box {{ inline-size: {width}px }}</style><body>{boxes}</body></html>"
    )
    return page


@pytest.mark.parametrize("width", SCREENS)
@pytest.mark.parametrize("language", ["en", "ur"])
def test_no_label_leaves_its_picture_and_no_two_meet(browser: Browser, language: str, width: int) -> None:
    page = shown(browser, language, width)
    pictures, arm = page.locator("svg.chart").all(), ARM if language == "ur" else 1
    found = [svg.evaluate(MEETING, arm) for svg in pictures]
    faults = {place: said[:3] for place, said in enumerate(found) if said}
    page.close()
    assert len(pictures) == 10
    assert faults == {}
