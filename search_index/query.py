"""The search box's own grammar: what a person types becomes a small, bounded tree. It never raises.

words      all of them must be there; small words such as "the" or "کا" only count in quotes
a OR b     joins its two neighbours and binds closer than the blank: x a OR b means x and (a or b)
-word      must not be there; also NOT word
"a b"      these words as written, in this order; in quotes one word is looked for as written only
word*      words beginning so (3 letters and more)
word~      words one letter away
( )        grouping
clause:5.4 position:oppose language:ur submitter:organisation channel:letter status:withheld draft:v1
received:2026-11-01..2026-11-30 from:2026-11-01 until:2026-11-30
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from search_index.analysis import FUNCTION_WORDS, words
from search_index.documents import NO_FILTERS, Filters
from search_index.query_fields import FIELDS, Limits
from search_index.synonyms import Glossary, glossary

MOST_CHARACTERS = 200
MOST_TERMS = 10
MOST_DEPTH = 5
SHORTEST_PREFIX = 3
SHORTEST_FUZZY = 4


@dataclass(frozen=True)
class Word:
    """One word. Modes: any (endings, spellings and synonyms too), exact, prefix, fuzzy."""

    form: str
    mode: str = "any"
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)
    """Where it stands in Query.text."""


@dataclass(frozen=True)
class Phrase:
    """Words in a row; exact: as written, else with their endings ("data-labelling")."""

    forms: tuple[str, ...]
    exact: bool = True


@dataclass(frozen=True)
class And:
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Or:
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Not:
    part: Node


@dataclass(frozen=True)
class Nothing:
    """Something was typed, but nothing that can be looked for: it finds nothing."""


Node = Word | Phrase | And | Or | Not | Nothing


@dataclass(frozen=True)
class Query:
    text: str = ""
    """What was typed, cut to what was read."""
    root: Node | None = None
    """None: no words, everything within the filters."""
    filters: Filters = NO_FILTERS
    notes: tuple[str, ...] = ()
    """What was done to it: see NOTES. Some name what they are about, after a colon."""
    glossary: Glossary = field(default_factory=glossary, compare=False, repr=False)
    """The synonyms that its words have."""


NOTES = (
    "shortened",
    "too_many_words",
    "too_deep",
    "prefix_too_short",
    "fuzzy_too_short",
    "prefix_of_several",
    "fuzzy_of_several",
    "sign_inside",
    "small_words",
    "no_words",
    "open_quote",
    "open_bracket",
    "stray_bracket",
    "nothing_to_join",
    "value",
    "field",
    "not_limit",
)
"""Every fault there is. Each leaves a query that can be asked: what cannot be used is left out or looked for
as plain words. Three say more: value:FIELD:TYPED (no such value), field:TYPED (no such field) and
not_limit:FIELD (a limit cannot be turned around)."""

_LEXER = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<quote>["“”„‟«»＂])(?P<quoted>[^"“”„‟«»＂]*)(?P<unquote>["“”„‟«»＂]|$)
    | (?P<open>[(（]) | (?P<close>[)）])
    | (?P<minus>(?<![^\s(（])[-−](?=\S))
    | (?P<field>(?<![^\s(（\-−])[^\W\d]{2,12}[:：](?=[^\s:："“”«»/]))(?P<value>[^\s"“”«»()（）]+)
    | (?P<word>[^\s"“”„‟«»＂()（）﴾﴿]+)
    """,
    re.VERBOSE,
)


_SIGN = re.compile("[*?~]")


def parse(text: str, synonyms: Glossary | None = None) -> Query:
    """Read the search box. Whatever is typed gives a query; what could not be used is in its notes.

    Without `synonyms` the reviewed groups count alone.
    """
    return _Parser(text).query(synonyms or glossary())


def typed_limits(text: str) -> list[tuple[str, str, int, int]]:
    """The limits of a query in order: field, what was typed after the colon, start and end in the text."""
    parser = _Parser(text)
    parser.read()
    return parser.typed


class _Parser:
    """One pass over the text: terms are gathered into groups, and OR joins neighbours as they come."""

    def __init__(self, text: str) -> None:
        self.text = text[:MOST_CHARACTERS]
        self.notes: list[str] = ["shortened"] if len(text) > MOST_CHARACTERS else []
        self.limits = Limits()
        self.typed: list[tuple[str, str, int, int]] = []
        self.terms = 0
        self.too_deep = 0
        self.groups = [_Group()]

    def query(self, synonyms: Glossary) -> Query:
        root = self.read()
        if root is None and self.text.strip() and self.limits.empty:
            self._note("no_words")
            root = Nothing()
        return Query(self.text, root, self.limits.filters(), tuple(dict.fromkeys(self.notes)), synonyms)

    def read(self) -> Node | None:
        for match in _LEXER.finditer(self.text):
            self._read(match)
        if len(self.groups) > 1 or self.too_deep:
            self._note("open_bracket")
        self.too_deep = 0
        while len(self.groups) > 1:
            self._close()
        return self.groups[0].node(self._note)

    def _read(self, match: re.Match[str]) -> None:
        kind = match.lastgroup
        if match["quote"]:
            self._add(self._quoted(match))
        elif match["field"]:
            self._limit(match)
        elif kind == "word":
            self._word(match)
        elif kind == "open":
            self._open()
        elif kind == "close":
            self._close()
        elif kind == "minus":
            self.groups[-1].negate = True

    def _open(self) -> None:
        if len(self.groups) > MOST_DEPTH - 1:
            self._note("too_deep")
            self.too_deep += 1
        else:
            self.groups.append(_Group())

    def _close(self) -> None:
        if self.too_deep:
            self.too_deep -= 1
        elif len(self.groups) > 1:
            node = self.groups.pop().node(self._note)
            self._add(node)
        else:
            self._note("stray_bracket")

    def _word(self, match: re.Match[str]) -> None:
        raw, group = match["word"], self.groups[-1]
        if raw in ("OR", "|", "||"):
            group.joining = bool(group.parts)
            if not group.parts:
                self._note("nothing_to_join")
        elif raw == "NOT":
            group.negate = True
        elif raw not in ("AND", "&", "&&"):
            self._add(self._term(raw, match.start("word")))

    def _term(self, raw: str, start: int) -> Node | None:
        mode = {"*": "prefix", "~": "fuzzy"}.get(raw[-1], "any")
        forms = words(raw)
        if _SIGN.search(raw.rstrip("?") if mode == "any" else raw[:-1]):
            self._note("sign_inside")
        if len(forms) != 1:
            if forms and mode != "any":
                self._note(f"{mode}_of_several")
            return self._in_a_row(forms, exact=False)
        least = {"prefix": SHORTEST_PREFIX, "fuzzy": SHORTEST_FUZZY}.get(mode, 0)
        if len(forms[0]) < least:
            self._note(f"{mode}_too_short")
            mode = "any"
        return self._counted(Word(forms[0], mode, start, start + len(raw.rstrip("*~"))), 1)

    def _quoted(self, match: re.Match[str]) -> Node | None:
        forms = words(match["quoted"])
        if not match["unquote"]:
            self._note("open_quote")
        if len(forms) == 1:
            return self._counted(Word(forms[0], "exact", match.start("quoted"), match.end("quoted")), 1)
        return self._in_a_row(forms, exact=True)

    def _in_a_row(self, forms: list[str], *, exact: bool) -> Node | None:
        left = MOST_TERMS - self.terms
        if len(forms) > left:
            self._note("too_many_words")
        forms = forms[:left]
        if len(forms) == 1:
            return self._counted(Word(forms[0], "exact" if exact else "any"), 1)
        return self._counted(Phrase(tuple(forms), exact), len(forms)) if forms else None

    def _counted(self, node: Node, terms: int) -> Node | None:
        if self.terms + terms > MOST_TERMS:
            self._note("too_many_words")
            return None
        self.terms += terms
        return node

    def _limit(self, match: re.Match[str]) -> None:
        typed = match["field"][:-1]
        name = FIELDS.get(typed.casefold())
        if name and not self.groups[-1].negate and self.limits.add(name, match["value"]):
            self.typed.append((name, match["value"], *match.span()))
            return
        if not name:
            self._note(f"field:{typed}")
        else:
            self._note(f"not_limit:{name}" if self.groups[-1].negate else f"value:{name}:{match['value']}")
        self._add(self._in_a_row(words(match.group()), exact=False))

    def _add(self, node: Node | None) -> None:
        self.groups[-1].add(node)

    def _note(self, note: str) -> None:
        self.notes.append(note)


class _Group:
    """What stands between two brackets: parts that all must hold, the last one open to OR."""

    def __init__(self) -> None:
        self.parts: list[Node] = []
        self.negate = False
        self.joining = False

    def add(self, node: Node | None) -> None:
        if node is None:
            self.negate = self.joining = False
            return
        if self.negate:
            node = node.part if isinstance(node, Not) else Not(node)
        if self.joining and self.parts:
            before = self.parts[-1]
            options = before.parts if isinstance(before, Or) else (before,)
            self.parts[-1] = Or((*options, node))
        else:
            self.parts.append(node)
        self.negate = self.joining = False

    def node(self, note: Callable[[str], None]) -> Node | None:
        if self.negate or self.joining:
            note("nothing_to_join")
        parts = _without_small_words(self.parts)
        if len(parts) < len(self.parts):
            note("small_words")
        if len(parts) <= 1:
            return parts[0] if parts else None
        return And(tuple(parts))


def _without_small_words(parts: list[Node]) -> list[Node]:
    def small(part: Node) -> bool:
        return isinstance(part, Word) and part.mode == "any" and part.form in FUNCTION_WORDS

    content = [part for part in parts if not small(part)]
    return content if any(not isinstance(part, Not) for part in content) else parts
