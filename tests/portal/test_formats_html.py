"""The Report as one page: self-contained, in both languages, every number and quote traceable."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

import pytest

from portal.formats import write
from portal.formats.report_charts import Column, clause_columns
from portal.formats.report_view import arrange, letter
from portal.formats.scale import scale
from portal.formats.to_html import css_string
from tests.portal.report_example import ACCEPTED, BIDI, BODIES, CANDIDATE, FORMULA, IDS, INPUT, LONG, example

LANGUAGES = ("en", "ur", "both")
VOID = {"meta", "br"}


@dataclass
class Element:
    """A tag with its attributes and all text within it."""

    tag: str
    attrs: dict[str, str]
    text: str = ""


@dataclass
class Page(HTMLParser):
    """A parsed page; `unclosed` and `crossed` stay empty where it is well-formed."""

    elements: list[Element] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)
    crossed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop().tag != tag:
            self.crossed.append(tag)

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data

    def all(self, tag: str, **attrs: str) -> list[Element]:
        wanted = {name.rstrip("_"): value for name, value in attrs.items()}
        return [e for e in self.elements if e.tag == tag and wanted.items() <= e.attrs.items()]


def read(language: str = "en", **changes: object) -> Page:
    page = Page()
    page.feed(write(example(language, **changes), "html").decode("utf-8"))  # type: ignore[arg-type]
    return page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_well_formed_and_ids_are_unique(language: str) -> None:
    page = read(language)

    ids = [element.attrs["id"] for element in page.elements if "id" in element.attrs]
    assert (page.open, page.crossed) == ([], [])
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_leads_to_a_place_in_the_same_file(language: str) -> None:
    page = read(language)

    ids = {element.attrs.get("id") for element in page.elements}
    links = [element.attrs["href"] for element in page.all("a")]
    assert len(links) > 20
    assert [link for link in links if link[0] != "#" or link[1:] not in ids] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_loaded_from_outside_and_nothing_runs(language: str) -> None:
    page = read(language)

    tags = {element.tag for element in page.elements}
    names = {name for element in page.elements for name in element.attrs}
    assert tags.isdisjoint({"script", "link", "img", "iframe", "object", "embed", "base", "form"})
    assert names.isdisjoint({"src", "style", "srcset"})
    assert [name for name in names if name.startswith("on")] == []
    assert page.all("meta", content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
                    "form-action 'none'")  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_style_fetches_nothing_and_no_title_can_break_out_of_it(language: str) -> None:
    (style,) = read(language).all("style")

    assert "url(" not in style.text
    assert "@import" not in style.text
    assert "@page in-" in style.text
    assert "<Policy>" not in style.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_comment_stands_in_the_annex_word_for_word(language: str) -> None:
    page = read(language)

    shown = [element.text for element in page.all("bdi") if element.text in BODIES]
    assert shown == list(BODIES)
    assert [element.attrs["id"] for element in page.all("li") if "id" in element.attrs] == list(IDS)


def test_hostile_texts_are_text() -> None:
    made = write(example(), "html").decode()

    assert "<script" not in made
    assert "<b>عائشہ" not in made
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" in made
    assert FORMULA.replace('"', "&#34;") in made
    assert BIDI in made
    assert LONG in made


def test_quotes_stand_literally_with_the_number_of_their_comment() -> None:
    quotes = read().all("blockquote")

    assert quotes[0].text.split("\n")[1].strip() == "<script>alert('x')</script>"
    assert "First line,\nsecond line." in quotes[1].text
    assert "C-0005" in quotes[1].text


def test_an_urdu_report_runs_from_the_right_and_is_in_urdu() -> None:
    page = read("ur")

    (html,) = page.all("html")
    assert (html.attrs["lang"], html.attrs["dir"]) == ("ur", "rtl")
    assert [h.text for h in page.all("h1")] == ["اے آئی پالیسی"]
    assert "تین مخالفت میں ہیں۔" in [span.text for span in page.all("span", class_="sentence")]


def test_a_report_in_both_languages_has_english_first_then_urdu_and_one_annex() -> None:
    page = read("both")

    articles = [(a.attrs["lang"], a.attrs["dir"]) for a in page.all("article")]
    assert articles == [("en", "ltr"), ("ur", "rtl"), ("en", "ltr")]
    assert [h.text for h in page.all("h1")] == ['AI <Policy> "1"', "اے آئی پالیسی"]
    assert len(page.all("section", id="annex-a")) == 1
    assert page.all("section", id="annex-a")[0].text.count(LONG) == 1


def test_the_six_states_are_added_up_in_sight() -> None:
    made = read()

    assert [e.text for e in made.all("bdi", class_="sum")] == ["6 + 1 + 2 + 1 + 1 + 1 = 12"]


def test_a_clause_without_comments_stands_in_the_table_with_nought() -> None:
    (table,) = read().all("table", class_="clauses")

    row = table.text[table.text.index("5.4.3") :].split()
    assert row[:8] == ["5.4.3", "Registers", "0", "0", "0", "0", "0", "0"]


def test_numbers_stand_beside_the_query_that_gives_them_again() -> None:
    commands = {code.text for code in read().all("code", class_="command")}

    assert {
        "portal search '' --consultation ai-policy",
        "portal search '' --all --consultation ai-policy",
        "portal search 'clause:5.4.2' --consultation ai-policy",
        "portal search 'clause:5.4.2 position:oppose' --consultation ai-policy",
        "portal search 'received:2026-11-24' --consultation ai-policy",
        "portal report ai-policy --draft v1 --language en --as json --output report.json",
        "portal report ai-policy --draft v1 --language en --as csv --output comments.csv",
    } <= commands


def test_the_fingerprint_of_the_input_stands_in_the_file() -> None:
    hashes = [code.text.replace(" ", "") for code in read().all("code", class_="hash")]

    assert hashes.count(INPUT) == 2


def test_the_index_names_the_comments_behind_each_position_on_a_clause() -> None:
    (entry,) = read().all("div", id="by-part_5__sec_4__cl_2")

    assert re.findall(r"Oppose\s+2\s+C-\d+\s+C-\d+", entry.text) == ["Oppose 2 C-0001 C-0002"]
    assert "C-0006" not in entry.text


def test_accepted_themes_come_before_what_the_machine_suggested() -> None:
    made = write(example(), "html").decode()

    places = [made.index(words) for words in ('id="en-T-0001"', 'id="en-candidates"', 'id="en-T-0002"')]
    assert places == sorted(places)
    assert "Suggested by machine, not reviewed" in made


def test_a_published_report_is_silent_about_suggestions() -> None:
    made = write(example(accepted_only=True), "html").decode()

    assert "Suggested by machine" not in made
    assert "A machine wrote this title" not in made
    assert 'href="#en-T-0002"' not in made


def test_without_themes_and_comments_each_part_says_so() -> None:
    silent = replace(example(themes=()), comments=(), by_day=(), campaigns=(), clauses=(), parts=())

    made = write(silent, "html").decode()

    assert "No theme has been accepted yet." in made
    assert "There are no suggestions that wait for review." in made
    assert "No near-identical texts from several people were found." in made
    assert made.count("No comment has been published yet.") == 3


def test_every_image_has_a_title_and_every_table_a_caption_and_scopes() -> None:
    page = read("both")

    images = page.all("svg", role="img")
    assert len(images) > 10
    assert len(page.all("caption")) == len(page.all("table")) > 8
    assert [th for th in page.all("th") if "scope" not in th.attrs] == []


def test_two_pages_of_the_same_report_are_the_same_bytes() -> None:
    assert write(example("both"), "html") == write(example("both"), "html")


def test_words_of_scale_have_the_bounds_that_the_page_names() -> None:
    shares = {9: "few", 10: "some", 29: "some", 30: "many", 59: "many", 60: "most", 89: "most"}

    assert {share: scale(share, 100) for share in shares} == shares
    assert scale(90, 100) == scale(100, 100) == "nearly_all"
    assert scale(299, 1000) == "some"


def test_themes_over_the_whole_draft_get_letters_that_go_on_after_z() -> None:
    assert [letter(place) for place in (0, 25, 26, 27, 51, 52)] == ["A", "Z", "AA", "AB", "AZ", "BA"]

    view = arrange(example(themes=(ACCEPTED, replace(CANDIDATE, clause=None))))

    assert [theme.letter for theme in (*view.accepted.whole, *view.candidates.whole)] == ["A", "B"]


def test_the_heat_table_counts_a_theme_s_comments_on_each_clause() -> None:
    (table,) = arrange(example()).accepted.heat

    assert [(clause.number, counts) for clause, counts in table.rows] == [("5.4.2", (5,)), (None, (1,))]


def test_weeks_begin_on_monday_and_are_blank_outside_the_days_counted() -> None:
    ((monday, counts),) = arrange(example()).weeks

    assert monday.isoformat() == "2026-11-23"
    assert counts == (None, 3, 3, None, None, None, None)


def test_css_strings_hold_whatever_a_title_holds() -> None:
    assert css_string('a"</style>\\') == '"a\\22 \\3c \\2f style\\3e \\5c "'


def test_clause_columns_show_noughts_and_mirror_for_urdu() -> None:
    groups = [("1", [Column("1.1", 4), Column("1.2", 0)]), ("2", [Column("2.1", 2)])]

    left = clause_columns(groups, title="Comments <b>", desc="d")
    right = clause_columns(groups, title="Comments <b>", desc="d", rtl=True)

    assert "<title>Comments &lt;b&gt;</title>" in left
    assert "<title>1.2: 0</title>" in left
    assert left.count('class="nought"') == 1
    assert '<rect class="bar" fill="currentColor" x="2.5%"' in left
    assert '<rect class="bar" fill="currentColor" x="77.5%"' in right
    assert clause_columns([], title="t", desc="d").endswith("</svg>")
