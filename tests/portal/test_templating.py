"""Citizens' text on pages: escaped, its own direction, line breaks, safe links; and names of static files."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.templating import address, lang_attrs, plain, script_attrs, shorten, static_files, static_url


@given(st.text(max_size=300))
def test_no_text_becomes_an_element_but_those_we_make(text: str) -> None:
    made = str(plain(text))
    tags = set(re.findall(r"<(/?\w+)", made))
    assert tags <= {"bdi", "/bdi", "br", "a", "/a"}


def test_hostile_text_is_shown_and_not_run() -> None:
    made = str(plain('<img src=x onerror=alert(1)> javascript:alert(2) https://a.example/"onclick="x'))
    assert "<img" not in made
    assert re.findall(r'href="([^"]*)"', made) == ["https://a.example/"]


def test_links_carry_what_keeps_their_targets_from_gaining() -> None:
    made = str(plain("see https://a.example/x?y=1&z=2. Good"))
    assert 'href="https://a.example/x?y=1&amp;z=2" rel="nofollow ugc noopener"' in made


def test_line_breaks_and_paragraphs_stay() -> None:
    assert str(plain("a\nb\n\nc")).count("<bdi") == 2
    assert "a<br>b" in str(plain("a\nb"))


@pytest.mark.parametrize(
    ("text", "direction"), [("سلام", "auto"), ("hello", "auto"), ("AI کے بارے میں یہ شق اچھی ہے", "rtl")]
)
def test_each_paragraph_finds_its_direction(text: str, direction: str) -> None:
    assert f'<bdi dir="{direction}">' in str(plain(text))


def test_a_cut_stands_between_words_and_never_inside_a_letter() -> None:
    assert shorten("short", 10) == "short"
    assert shorten("one two three four five six", 20) == "one two three four …"
    family = "👨‍👩‍👧‍👦"
    assert shorten(family * 5, 30).removesuffix(" …").replace(family, "") == ""
    assert shorten("e\u0301" * 50, 11).removesuffix(" …")[-1] == "\u0301"


def test_empty_parameters_are_left_out_of_an_address() -> None:
    assert address("/en/x/search", q="a b", clause="", page=None) == "/en/x/search?q=a+b"
    assert address("/en/x/search") == "/en/x/search"


def test_every_language_has_its_attributes() -> None:
    assert lang_attrs("ur") == ' lang="ur" dir="rtl"'
    assert lang_attrs("ur-Latn") == ' lang="ur-Latn" dir="ltr"'
    assert lang_attrs("other") == ' dir="auto"'


def test_static_addresses_name_files_that_exist() -> None:
    assert static_url("site.css").removeprefix("/static/") in static_files()
    with pytest.raises(KeyError):
        static_url("none.css")


@pytest.mark.parametrize("number", ["35202-7654321-3", "0300-1234567", "+92-300-1234567", "۰۳۰۰-۱۲۳۴۵۶۷"])
def test_the_parts_of_a_long_number_keep_their_places_inside_urdu(number: str) -> None:
    assert f'<bdi dir="ltr">{number}</bdi>' in plain(f"میرا نمبر {number} ہے")


@pytest.mark.parametrize("text", ["2025-2030", "1-2-3", "2026-11-23", "A-35202-7654321-3", "123456789"])
def test_what_is_no_long_number_in_parts_is_left_as_it_stands(text: str) -> None:
    assert plain(text) == f'<bdi dir="auto">{text}</bdi>'


def test_letters_alone_say_whether_a_run_is_urdu() -> None:
    assert script_attrs("کیمرے اور AI") == ' lang="ur" dir="rtl"'
    assert script_attrs("NADRA ka data") == ' dir="ltr"'
    assert script_attrs("12 کیمرے") == ' lang="ur" dir="rtl"'
    assert script_attrs("2026") == ' dir="ltr"'
