"""Markdown of officials -> safe HTML: bounded before it is read, cleaned after."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element  # built here, never parsed from text

import markdown as python_markdown
import nh3

from policy_text import eids

LARGEST_TEXT = 100 * 1024
SUPPLIED = {
    "[supplied by this restatement]": "Supplied by this restatement",
    "[ہمارا اضافہ: سرکاری مسودے میں نہیں]": "ہمارا اضافہ: سرکاری مسودے میں نہیں",
}
"""The mark that ends a paragraph of ours, as written -> the label that a reader sees."""

_LIMITS = (
    (re.compile(r"\["), 300, "square brackets"),
    (re.compile(r"<"), 200, "signs <"),
    (re.compile(r"^ {0,3}#", re.MULTILINE), 50, "lines that begin with #"),
    (re.compile(r"^[ >]*>", re.MULTILINE), 500, "lines of quotation"),
    (re.compile(r"^ {0,3}[=-]+ *$", re.MULTILINE), 100, "lines of = or -"),
    (re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE), 100, "lines of code fences"),
)
_PARAGRAPH = re.compile(r"[^\n]+(?:\n[^\n]+)*")
_MOST_BRACKET_STEPS = 3_000_000  # for each open bracket the library walks to the end of its paragraph
_TOO_DEEP = "The lists or quotations here are nested too deeply."
_NESTED = re.compile(r"^(?:[ \t]*(?:[-+*>]|[0-9]{1,9}[.)])){13}|^[ \t]{60}", re.MULTILINE)

_BLOCK_TAGS = "p h2 h3 h4 h5 h6 blockquote ul ol li dl dt dd hr pre div"
_TABLE_TAGS = "table caption thead tbody tr th td"
_INLINE_TAGS = "a em strong b i code br sub sup abbr span bdi del ins"
_TAGS = set(f"{_BLOCK_TAGS} {_TABLE_TAGS} {_INLINE_TAGS}".split())
_ALIGNMENT = {"align": {"left", "center", "right"}}
_DIRECTION = {"ltr", "rtl", "auto"}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_SAFE_ADDRESS = re.compile(r"(?:https?://|mailto:|#)[^\s\x00-\x1f]*", re.IGNORECASE)

_PARAGRAPH_NUMBER = re.compile(r"(\([0-9۰-۹]{1,3}\))(?=\s)")
_LATIN_WORD = r"[A-Za-z][A-Za-z0-9]*(?:[-./:@_+#%'’]+[A-Za-z0-9]+)*"
_HTML_PIECE = re.compile(rf"""<(?:[^">]|"[^"]*")*>|&[#A-Za-z0-9]+;|({_LATIN_WORD}(?: +{_LATIN_WORD})*)""")
"""A tag, an entity, or a run of Latin words; numbers alone are none."""


class RenderProblem(Exception):
    """A text that would take too long to read; `sentence` says why, `line` where, counted from 1."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line = line
        self.sentence = sentence


def render(markdown: str, language: str) -> str:
    """Cleaned HTML of the text below a heading. In Urdu, Latin words are isolated. Raises RenderProblem."""
    markdown = re.sub("\r\n?", "\n", markdown)
    _check_bounds(markdown)
    reader = python_markdown.Markdown(
        extensions=["tables", "sane_lists", "fenced_code"],
        extension_configs={"tables": {"use_align_attribute": True}},  # pages allow no style attributes
        output_format="html",
    )
    reader.treeprocessors.register(_Marks(), "marks", 15)  # after "inline" (20), before "prettify" (10)
    try:
        dirty = reader.convert(markdown)
    except RecursionError as error:  # lists in lists: the library follows each with a call of its own
        raise RenderProblem(1, _TOO_DEEP) from error
    clean = _CLEANER.clean(dirty)
    return _isolate_latin(clean) if language == "ur" else clean


def _check_bounds(markdown: str) -> None:
    """The library's time grows with the square of some signs: 5,000 open brackets take it seconds."""
    if len(markdown.encode("utf-8", "replace")) > LARGEST_TEXT:
        raise RenderProblem(1, f"The text is longer than {LARGEST_TEXT // 1024} KB.")
    for sign, most, words in _LIMITS:
        found = sign.finditer(markdown)
        beyond = next((match for count, match in enumerate(found) if count == most), None)
        if beyond:
            sentence = f"There are more than {most} {words} in one section."
            raise RenderProblem(_line(markdown, beyond.start()), sentence)
    for paragraph in _PARAGRAPH.finditer(markdown):
        if paragraph.group().count("[") * len(paragraph.group()) > _MOST_BRACKET_STEPS:
            sentence = "This paragraph is too long for the square brackets in it; divide it."
            raise RenderProblem(_line(markdown, paragraph.start()), sentence)
    nested = _NESTED.search(markdown)
    if nested:
        raise RenderProblem(_line(markdown, nested.start()), _TOO_DEEP)


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


class _Marks:
    """Our own marks in the tree that the library has read: numbers, labels and links of a clause."""

    def run(self, root: Element) -> None:
        for element in root.iter():
            if element.tag == "p":
                _mark_number(element)
                _mark_supplied(element)
            elif element.tag == "a":
                _mark_term(element)
            elif re.fullmatch("h[1-6]", element.tag):
                element.tag = f"h{min(int(element.tag[1]) + 1, 6)}"  # the page's h1 is the clause
            elif element.tag == "img":
                _replace_by_its_words(element)


def _mark_number(paragraph: Element) -> None:
    """(1) at the start hangs in the margin."""
    number = _PARAGRAPH_NUMBER.match(paragraph.text or "")
    if number is None or paragraph.text is None:
        return
    _add_class(paragraph, "para")
    span = Element("span", {"class": "n"})
    span.text = number.group(1)
    span.tail = paragraph.text[number.end() :]
    paragraph.text = ""
    paragraph.insert(0, span)


def _mark_supplied(paragraph: Element) -> None:
    """A label at the end says that the paragraph is not in the official text."""
    last = paragraph[-1] if len(paragraph) else None
    if last is None or last.tag != "em" or len(last) or (last.tail or "").strip():
        return
    label = SUPPLIED.get(" ".join((last.text or "").split()))
    if label is None:
        return
    _add_class(paragraph, "supplied")
    last.tag = "span"
    last.set("class", "supplied-label")
    last.text = label


def _mark_term(link: Element) -> None:
    """A defined term leads to the clause that defines it, the sibling of this clause's page."""
    fragment = link.get("href", "").removeprefix("#")
    if link.get("href", "").startswith("#") and eids.check(fragment):
        link.set("href", fragment)
        _add_class(link, "term")


def _replace_by_its_words(image: Element) -> None:
    words = image.get("alt", "")
    image.attrib.clear()
    image.tag = "span"
    image.text = words


def _add_class(element: Element, name: str) -> None:
    element.set("class", f"{element.get('class', '')} {name}".strip())


def _allowed(_tag: str, attribute: str, value: str) -> str | None:
    if attribute == "href":
        return value if _SAFE_ADDRESS.fullmatch(value) or eids.check(value) else None
    if attribute == "lang":
        return value if _LANGUAGE.fullmatch(value) else None
    if attribute in {"start", "colspan", "rowspan"}:
        return value if re.fullmatch("[0-9]{1,3}", value) else None
    return value


_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={"script", "style"},
    attributes={
        "*": {"lang"},
        "a": {"href"},
        "ol": {"start"},
        "th": {"colspan", "rowspan"},
        "td": {"colspan", "rowspan"},
    },
    tag_attribute_values={tag: {"dir": _DIRECTION} for tag in _TAGS}
    | {cell: {"dir": _DIRECTION} | _ALIGNMENT for cell in ("th", "td")},
    allowed_classes={"p": {"para", "supplied"}, "span": {"n", "supplied-label"}, "a": {"term"}},
    attribute_filter=_allowed,
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
    strip_comments=True,
)


def _isolate_latin(html: str) -> str:
    """Wrap Latin words in Urdu text, so that brackets and dots beside them stay on their side."""
    return _HTML_PIECE.sub(
        lambda piece: f'<bdi lang="en" dir="ltr">{piece.group(1)}</bdi>' if piece.group(1) else piece.group(),
        html,
    )
