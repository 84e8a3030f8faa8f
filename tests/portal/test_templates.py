"""Every template renders in both languages, well-formed, labels tied to fields, no script, no style."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from portal.words import words_for
from tests.portal.samples import CONSULTATION, PAGES, Form, page

VOID = {"meta", "link", "input", "br", "wbr", "hr", "img"}
SVG_SHAPES = {"path", "rect", "line", "circle"}


class Reading(HTMLParser):
    """Checks that elements close as they opened, and notes what the tests ask for."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.fields: dict[str, dict[str, str | None]] = {}
        self.described: set[str] = set()
        self.levels: list[int] = []
        self.tags: set[str] = set()
        self.inline_styles = 0
        self.inside_label = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        self.inline_styles += "style" in given
        if given.get("id"):
            self.ids.append(str(given["id"]))
        self.described |= set((given.get("aria-describedby") or "").split())
        if tag == "label":
            self.labels.add(given.get("for") or "")
            self.inside_label += 1
        if tag in ("input", "textarea", "select") and given.get("type") != "hidden":
            name = given.get("id") or f"{given.get('name')}={given.get('value')}"
            self.fields[name] = {**given, "in label": str(self.inside_label)}
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag not in VOID and not (tag in SVG_SHAPES and self.get_starttag_text().endswith("/>")):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inline_styles += "style" in dict(attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open, f"</{tag}> closes nothing"
            assert self.open.pop() == tag
            self.inside_label -= tag == "label"


def read(html: str) -> Reading:
    reading = Reading()
    reading.feed(html)
    reading.close()
    assert reading.open == []
    return reading


@pytest.mark.parametrize("language", ["en", "ur"])
@pytest.mark.parametrize("template", sorted(PAGES))
def test_every_template_is_a_whole_page_in_both_languages(template: str, language: str) -> None:
    html = page(template, language)
    reading = read(html)
    direction = "rtl" if language == "ur" else "ltr"
    assert f'<html lang="{language}" dir="{direction}"' in html
    assert len(reading.ids) == len(set(reading.ids))
    assert reading.described <= set(reading.ids)
    assert not reading.tags & {"script", "style", "iframe"}
    assert reading.inline_styles == 0
    assert reading.levels.count(1) == 1


@pytest.mark.parametrize("template", sorted(PAGES))
def test_headings_leave_no_level_out(template: str) -> None:
    levels = read(page(template)).levels
    for before, after in pairwise(levels):
        assert after <= before + 1, levels


@pytest.mark.parametrize("template", sorted(PAGES))
def test_every_field_has_a_label(template: str) -> None:
    reading = read(page(template))
    for name, given in reading.fields.items():
        assert name in reading.labels or given["in label"] != "0" or given.get("aria-label"), name


def test_an_error_stands_beside_its_field_and_in_the_summary() -> None:
    form = Form(values={"body": "Two words <kept>"}, errors={"body": ("error.body.long",)})
    html = page("public/clause.html", form=form)
    sentence = str(words_for("en").text("error.body.long"))
    assert html.count(sentence) == 2
    assert 'href="#field-body"' in html
    assert 'aria-invalid="true"' in html
    assert "Two words &lt;kept&gt;" in html
    read(html)


def test_a_closed_consultation_shows_no_form() -> None:
    closed = replace(CONSULTATION, open=False)
    html = page("public/clause.html", consultation=closed)
    assert 'method="post"' not in html
    assert "<textarea" not in html


def test_nothing_said_yet_has_words_of_its_own() -> None:
    html = page("public/clause.html", comments=[], total=0, positions={})
    assert str(words_for("en").text("comments.none_open")) in html
