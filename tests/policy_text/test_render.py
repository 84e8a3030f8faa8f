"""Markdown of officials as HTML: our marks, nothing dangerous, nothing that takes long."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_text.render import RenderProblem, render

PIECES = [
    "<script>",
    "</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="',
    "javascript:alert(1)",
    '">',
    "onclick=",
    "<svg/onload=x>",
    "<style>*{}</style>",
    ' style="x"',
    "[a](",
    ")",
    "[a]: ",
    "data:text/html,x",
    "&#106;avascript:",
    "`",
    "```",
    "\n",
    "\n\n",
    "    ",
    "<!--",
    "-->",
    "<b ",
    ">",
    "'",
    '"',
    "jAvA\tscript:",
    "<iframe src=//x>",
    "<",
    "(1) ",
    "*[supplied by this restatement]*",
    "#part_1",
    "<math><mi/xlink:href=",
    "| a |\n|---|\n",
    "- ",
    "\x02",
    "\x03",
]
HOSTILE = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=30).map("".join)
BLOCKS = "blockquote dd div dl dt h2 h3 h4 h5 h6 hr li ol p pre table caption thead tbody tr th td ul"
INLINE = "a abbr b bdi br code del em i ins span strong sub sup"
TAGS = {*BLOCKS.split(), *INLINE.split()}
ATTRIBUTES = {"align", "class", "colspan", "dir", "href", "lang", "rowspan", "start"}
CLASSES = {"para", "supplied", "n", "supplied-label", "term"}
SAFE_ADDRESS = re.compile(r"(?:https?://|mailto:|#|(?:preface|part|sec|cl)(?:_|$))", re.IGNORECASE)


class Inspector(HTMLParser):
    """Notes every tag and attribute that a browser would see and that we do not allow."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.refused.append(tag)
        for name, value in attrs:
            if name not in ATTRIBUTES:
                self.refused.append(name)
            if name == "class" and not set((value or "").split()) <= CLASSES:
                self.refused.append(f"class {value}")
            if name == "href" and not SAFE_ADDRESS.match(value or ""):
                self.refused.append(f"href {value}")


@settings(deadline=None, max_examples=300)
@given(HOSTILE | st.text(), st.sampled_from(["en", "ur"]))
def test_no_text_gets_anything_dangerous_through(text: str, language: str) -> None:
    inspector = Inspector()

    inspector.feed(render(text, language))

    assert inspector.refused == []


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<script>alert(1)</script>", ""),
        ("[x](javascript:alert(1))", "<p><a>x</a></p>"),
        ("[x](//example.org)", "<p><a>x</a></p>"),
        ("[x](/desk/)", "<p><a>x</a></p>"),
        ("[x](https://example.org/a)", '<p><a href="https://example.org/a">x</a></p>'),
        ("[x](mailto:a@example.org)", '<p><a href="mailto:a@example.org">x</a></p>'),
        ("[x](#note)", '<p><a href="#note">x</a></p>'),
        ('<b onclick="x" style="y" class="z" dir="rtl">b</b>', '<p><b dir="rtl">b</b></p>'),
        ("![a chart](https://example.org/a.png)", "<p><span>a chart</span></p>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
    ],
)
def test_only_safe_markup_stays(text: str, html: str) -> None:
    assert render(text, "en") == html


def test_a_numbered_paragraph_has_its_number_apart() -> None:
    assert render("(1) First *thing*.\n\n(12) Second.\n\nNo (3) number.", "en") == (
        '<p class="para"><span class="n">(1)</span> First <em>thing</em>.</p>\n'
        '<p class="para"><span class="n">(12)</span> Second.</p>\n'
        "<p>No (3) number.</p>"
    )


def test_a_supplied_paragraph_says_so() -> None:
    assert render("(2) It may. *[supplied by this restatement]*", "en") == (
        '<p class="para supplied"><span class="n">(2)</span> It may. '
        '<span class="supplied-label">Supplied by this restatement</span></p>'
    )


def test_a_supplied_paragraph_says_so_in_urdu() -> None:
    assert render("یہ ممکن ہے۔ *[ہمارا اضافہ: سرکاری مسودے میں نہیں]*\n", "ur") == (
        '<p class="supplied">یہ ممکن ہے۔ '
        '<span class="supplied-label">ہمارا اضافہ: سرکاری مسودے میں نہیں</span></p>'
    )


def test_the_label_counts_only_at_the_end_of_a_paragraph() -> None:
    assert render("*[supplied by this restatement]* it says.", "en") == (
        "<p><em>[supplied by this restatement]</em> it says.</p>"
    )


def test_a_defined_term_leads_to_its_clause() -> None:
    assert render("A [high-risk AI system](#part_1__sec_2__cl_4) is.", "en") == (
        '<p>A <a class="term" href="part_1__sec_2__cl_4">high-risk AI system</a> is.</p>'
    )


def test_headings_in_the_text_stand_below_the_page_heading() -> None:
    assert render("> # One\n\n> ###### Six", "en") == (
        "<blockquote>\n<h2>One</h2>\n<h6>Six</h6>\n</blockquote>"
    )


def test_tables_lists_and_code_are_read() -> None:
    assert render("| a |\n|--:|\n| 1 |", "en") == (
        '<table>\n<thead>\n<tr>\n<th align="right">a</th>\n</tr>\n</thead>\n'
        '<tbody>\n<tr>\n<td align="right">1</td>\n</tr>\n</tbody>\n</table>'
    )
    assert render("3. three\n4. four", "en") == '<ol start="3">\n<li>three</li>\n<li>four</li>\n</ol>'
    assert render("```\n# <b>\n```", "en") == "<pre><code># &lt;b&gt;\n</code></pre>"


def test_latin_words_in_urdu_are_isolated_and_numbers_are_not() -> None:
    assert render(
        "قانون Data Protection Act 2023, COVID-19 اور 1,000 &amp; 30% <b lang='en'>x</b>", "ur"
    ) == (
        '<p>قانون <bdi lang="en" dir="ltr">Data Protection Act</bdi> 2023, '
        '<bdi lang="en" dir="ltr">COVID-19</bdi> اور 1,000 &amp; 30% '
        '<b lang="en"><bdi lang="en" dir="ltr">x</bdi></b></p>'
    )
    assert render("Plain English", "en") == "<p>Plain English</p>"


def test_every_line_end_is_read() -> None:
    assert render("one\r\n\r\ntwo\r\rthree", "en") == "<p>one</p>\n<p>two</p>\n<p>three</p>"


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("a\n\n" + "[" * 301, 3, "There are more than 300 square brackets in one section."),
        ("<a " * 201, 1, "There are more than 200 signs < in one section."),
        ("a\n#a" * 51, 52, "There are more than 50 lines that begin with # in one section."),
        ("=\n" * 101, 101, "There are more than 100 lines of = or - in one section."),
        ("~~~\n" * 101, 101, "There are more than 100 lines of code fences in one section."),
        ("a\n" + "1. " * 20, 2, "The lists or quotations here are nested too deeply."),
        ("a\r\n" + " " * 60 + "- b", 2, "The lists or quotations here are nested too deeply."),
        (
            "[a] " * 200 + "word " * 10_000,
            1,
            "This paragraph is too long for the square brackets in it; divide it.",
        ),
        ("ا" * 60_000, 1, "The text is longer than 100 KB."),
    ],
)
def test_what_would_take_long_is_refused_with_its_line(text: str, line: int, sentence: str) -> None:
    with pytest.raises(RenderProblem) as problem:
        render(text, "en")

    assert (problem.value.line, problem.value.sentence) == (line, sentence)
