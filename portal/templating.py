"""The one Jinja environment: context in, HTML out, escaped. Also the hashed names of the static files."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from portal import charts
from portal.qr import qr_svg
from portal.words import UI_LANGUAGES, Words

_HERE = Path(__file__).parent
_LINKS_AT_MOST = 20
_ADDRESS = re.compile(r"https?://[^\s<>\"'`\u2028\u2029]{1,500}", re.IGNORECASE)
_REFERENCE = re.compile(
    r"(?<![\w.])\d{1,3}(?:\.\d{1,3})*(?:\([0-9a-z]{1,4}\))+"
    r"|(?<![\w+-])(?:\d{5}-\d{7}-\d|\+?\d{2,4}-(?:\d{3}-)?\d{6,8})(?![\w-])"
)
"""5.4.2(2), whose brackets would turn round inside Urdu; 35202-7654321-3 and 0300-1234567, whose parts would
change places. Of other runs, such as two years, the order may be meant so.
"""
_AFTER_ADDRESS = ".,;:!?)]}»”’…،؛؟۔"
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
_DIRECTIONS = {"en": "ltr", "ur": "rtl", "ur-Latn": "ltr"}
_ZERO_WIDTH_JOINER = "\u200d"
_ORGANISATION_KINDS = (
    "company",
    "university",
    "civil_society",
    "professional",
    "media",
    "government",
    "other",
)


def render(template: str, words: Words, **context: object) -> str:
    """The page of a template, for example "public/clause.html"."""
    return environment().get_template(template).render(words=words, **context)


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.do"],
    )
    made.filters.update(
        plain=plain,
        lines=lines,
        shorten=shorten,
        lang_attrs=lang_attrs,
        script_attrs=script_attrs,
        pick=pick,
        address=address,
        grouped=grouped,
        clause_number=clause_number,
    )
    made.globals.update(
        static_url=static_url,
        POSITIONS=charts.POSITION_KEYS[:-1],
        ORGANISATION_KINDS=_ORGANISATION_KINDS,
        mark=charts.mark,
        qr_svg=qr_svg,
        count_bar=charts.count_bar,
        positions_bar=charts.positions_bar,
        day_columns=charts.day_columns,
        day_ticks=charts.day_ticks,
        person_squares=charts.person_squares,
        heat_cell_class=charts.heat_cell_class,
    )
    return made


def plain(text: str) -> Markup:
    """What a person wrote, as shown: escaped, a <bdi> a paragraph, line breaks, the first links made safe."""
    links = iter(range(_LINKS_AT_MOST))
    paragraphs = _BLANK_LINES.split(text.strip("\n"))
    return Markup("\n").join(_paragraph(paragraph, links) for paragraph in paragraphs)


def lines(text: str) -> Markup:
    """A text escaped, with its line breaks; its direction is the page's around it."""
    return Markup("<br>").join(escape(line) for line in text.split("\n"))


def shorten(text: str, length: int) -> str:
    """At most `length` characters, cut between words or, in an endless word, between letters; … where cut."""
    if len(text) <= length:
        return text
    cut = length
    while cut > 0 and _belongs_to_previous(text, cut):
        cut -= 1
    space = max(text.rfind(blank, 0, cut + 1) for blank in " \n\t")
    if space > cut * 3 // 4:
        cut = space
    return text[: cut or length].rstrip() + " …"


def lang_attrs(language: str) -> Markup:
    """The attributes of a run in a language: ` lang="ur" dir="rtl"`; others find their own direction."""
    if language in _DIRECTIONS:
        return Markup(' lang="{}" dir="{}"').format(language, _DIRECTIONS[language])
    return Markup(' dir="auto"')


def script_attrs(text: str) -> Markup:
    """The attributes of a run of which nothing but its letters is known: Arabic ones are Urdu here."""
    direction = _direction(text)
    rtl = direction == "rtl" or (direction == "auto" and _first_strong(text) != "L")
    return Markup(' lang="ur" dir="rtl"') if rtl else Markup(' dir="ltr"')


@pass_context
def pick(context: Context, text: Mapping[str, str]) -> Markup:
    """A text in the page's language, else in another one, marked as such; empty where there is none."""
    words: Words = context["words"]
    if text.get(words.language):
        return escape(text[words.language])
    for language in UI_LANGUAGES:
        if text.get(language):
            return Markup("<span{}>{}</span>").format(lang_attrs(language), text[language])
    return Markup("")


def address(path: str, **parameters: object) -> str:
    """A path with its query; parameters that are empty are left out."""
    asked = [(name, str(value)) for name, value in parameters.items() if value not in (None, "")]
    return f"{path}?{urlencode(asked)}" if asked else path


def grouped(code: str, size: int = 4) -> str:
    """A long code in groups, to be read aloud."""
    return " ".join(code[start : start + size] for start in range(0, len(code), size))


def clause_number(eid: str) -> str:
    """The number that an eId was made from: part_5__sec_4__cl_2 -> 5.4.2; others stay as they are."""
    steps = [step.rpartition("_")[2] for step in eid.split("__")]
    return ".".join(steps) if all(step.isdigit() for step in steps) else eid


def static_dir() -> Path:
    """Beside the package where it is installed from its sources, inside it in a wheel."""
    inside = _HERE / "static"
    return inside if inside.is_dir() else _HERE.parent / "static"


@cache
def static_files() -> Mapping[str, Path]:
    """ "site-<hash of its bytes>.css" -> the file."""
    return {_hashed(path): path for path in sorted(static_dir().iterdir()) if path.is_file()}


@cache
def static_url(name: str) -> str:
    """The address of a static file by its plain name; KeyError where there is none."""
    by_name = {path.name: hashed for hashed, path in static_files().items()}
    return f"/static/{by_name[name]}"


def _hashed(path: Path) -> str:
    return f"{path.stem}-{hashlib.sha256(path.read_bytes()).hexdigest()[:16]}{path.suffix}"


def _direction(paragraph: str) -> str:
    """Of the letters that have one, the greater number decides; "auto" where the first says the same."""
    strong = [unicodedata.bidirectional(letter) for letter in paragraph]
    rtl = sum(kind in ("R", "AL") for kind in strong)
    ltr = strong.count("L")
    first = _first_strong(paragraph)
    if rtl == ltr or (rtl > ltr) == (first != "L"):
        return "auto"
    return "rtl" if rtl > ltr else "ltr"


def _first_strong(text: str) -> str:
    """The class of the first letter that has a direction; "L" where none has one."""
    return next((kind for kind in map(unicodedata.bidirectional, text) if kind in ("L", "R", "AL")), "L")


def _paragraph(text: str, links: Iterator[int]) -> Markup:
    lines = (_linked(line, links) for line in text.split("\n"))
    return Markup('<bdi dir="{}">{}</bdi>').format(_direction(text), Markup("<br>").join(lines))


def _linked(line: str, links: Iterator[int]) -> Markup:
    """Addresses become links as long as `links` lasts."""
    parts, end = [], 0
    for found in _ADDRESS.finditer(line):
        url = found.group().rstrip(_AFTER_ADDRESS)
        if len(url) <= len("https://") or next(links, None) is None:
            continue
        parts.append(_with_references(line[end : found.start()]))
        parts.append(Markup('<a href="{0}" rel="nofollow ugc noopener" dir="ltr">{0}</a>').format(url))
        end = found.start() + len(url)
    return Markup("").join([*parts, _with_references(line[end:])])


def _with_references(text: str) -> Markup:
    parts, end = [], 0
    for found in _REFERENCE.finditer(text):
        parts += [escape(text[end : found.start()]), Markup('<bdi dir="ltr">{}</bdi>').format(found.group())]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


def _belongs_to_previous(text: str, place: int) -> bool:
    """Whether a cut before this character would break a letter or an emoji in two."""
    here, before = text[place], text[place - 1]
    return bool(
        unicodedata.category(here) in ("Mn", "Mc", "Me", "Cf")
        or before == _ZERO_WIDTH_JOINER
        or "\U0001f3fb" <= here <= "\U0001f3ff"
        or ("\U0001f1e6" <= here <= "\U0001f1ff" and "\U0001f1e6" <= before <= "\U0001f1ff")
    )
