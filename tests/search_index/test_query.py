"""The search box's grammar."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_index.query import (
    MOST_CHARACTERS,
    MOST_DEPTH,
    MOST_TERMS,
    NOTES,
    And,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Query,
    Word,
    parse,
)


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("privacy", Word("privacy")),
        ("Privacy, women!", And((Word("privacy"), Word("women")))),
        ("a OR b c", And((Or((Word("a"), Word("b"))), Word("c")))),
        ("x OR y OR z", Or((Word("x"), Word("y"), Word("z")))),
        ("x | y", Or((Word("x"), Word("y")))),
        ("x or y", And((Word("x"), Word("y")))),
        ("x AND y", And((Word("x"), Word("y")))),
        ("قانون OR ضابطہ", Or((Word("قانون"), Word("ضابطہ")))),
        ("police -camera", And((Word("police"), Not(Word("camera"))))),
        ("police −camera", And((Word("police"), Not(Word("camera"))))),
        ("NOT camera", Not(Word("camera"))),
        ("NOT -camera", Not(Word("camera"))),
        ('"personal data"', Phrase(("personal", "data"))),
        ("“ذاتی ڈیٹا”", Phrase(("ذاتی", "ڈیٹا"))),
        ("«ذاتی ڈیٹا»", Phrase(("ذاتی", "ڈیٹا"))),
        ("”ذاتی ڈیٹا“", Phrase(("ذاتی", "ڈیٹا"))),
        ('"data"', Word("data", "exact")),
        ('"never closed', Phrase(("never", "closed"))),
        ("kisan*", Word("kisan", "prefix")),
        ("hukumt~", Word("hukumt", "fuzzy")),
        ("data-labelling", Phrase(("data", "labelling"), exact=False)),
        ("5.4.2", Word("5.4.2")),
        ("۵٫۴", Word("5.4")),
        ("(x y) OR z", Or((And((Word("x"), Word("y"))), Word("z")))),
        ("-(x OR y)", Not(Or((Word("x"), Word("y"))))),
        ("x OR", Word("x")),
        ("OR x", Word("x")),
        (")x(", Word("x")),
        ("((x", Word("x")),
        ("x - y", And((Word("x"), Word("y")))),
        ("", None),
        ("  \n\t ", None),
        ("🙂", Nothing()),
        ('"" () - OR *', Nothing()),
        ("http://example.org/a", Phrase(("http", "example", "org", "a"), exact=False)),
        ("foo:bar", Phrase(("foo", "bar"), exact=False)),
    ],
)
def test_what_is_typed_becomes_a_tree(text: str, root: Node | None) -> None:
    assert parse(text).root == root


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("the privacy of women", And((Word("privacy"), Word("women")))),
        ("خواتین کی رازداری", And((Word("خواتین"), Word("رازداری")))),
        ("hukumat ko chahiye", Word("hukumat")),
        ("of the", And((Word("of"), Word("the")))),
        ("the -women", And((Word("the"), Not(Word("women"))))),
        ('"the" women', And((Word("the", "exact"), Word("women")))),
    ],
)
def test_small_words_are_left_out_beside_others(text: str, root: Node) -> None:
    assert parse(text).root == root


def test_the_urdu_word_for_or_is_a_word() -> None:
    assert parse('"قانون یا ضابطہ"').root == Phrase(("قانون", "یا", "ضابطہ"))


@pytest.mark.parametrize(
    ("text", "field", "values"),
    [
        ("clause:5.4.2", "clauses", ("5.4.2",)),
        ("شق:۵٫۴", "clauses", ("5.4",)),
        ("clause:part_5__sec_4 clause:6", "clauses", ("part_5__sec_4", "6")),
        ("position:support,oppose", "positions", ("support", "oppose")),
        ("POSITION:Oppose", "positions", ("oppose",)),
        ("lang:ur", "languages", ("ur",)),
        ("lang:UR-latn", "languages", ("ur-Latn",)),
        ("زبان:اردو", "languages", ("ur",)),
        ("submitter:organization", "submitters", ("organisation",)),
        ("channel:letter", "channels", ("letter",)),
        ("received:2026-11-01..2026-11-30", "received_from", 1_793_473_200_000_000),
        ("received:2026-11-01..2026-11-30", "received_before", 1_796_065_200_000_000),
        ("received:2026-11-30", "received_before", 1_796_065_200_000_000),
        ("received:2026-11-01..", "received_before", None),
        ("received:..2026-11-30", "received_from", None),
        ("from:2026-11-01", "received_from", 1_793_473_200_000_000),
        ("until:2026-11-30", "received_before", 1_796_065_200_000_000),
        ("from:2026-11-01 from:2026-11-30", "received_from", 1_795_978_800_000_000),
        ("draft:V2", "drafts", ("v2",)),
        ("status:withheld,spam", "statuses", ("withheld", "spam")),
        ("clause:whole", "clauses", ("none",)),
        ("clause:none,5.4", "clauses", ("none", "5.4")),
        ("received:۲۰۲۶-۱۱-۰۱..", "received_from", 1_793_473_200_000_000),
    ],
)
def test_limits_become_filters(text: str, field: str, values: object) -> None:
    query = parse(text)

    assert query.root is None
    assert getattr(query.filters, field) == values


@pytest.mark.parametrize(
    "text",
    [
        "lang:xx",
        "received:yesterday",
        "received:2026-13-01",
        "received:..",
        "received:9999-12-31",
        "position:,",
    ],
)
def test_a_limit_with_an_impossible_value_is_looked_for_as_words(text: str) -> None:
    query = parse(text)

    assert query.filters == parse("").filters
    assert query.root is not None
    assert any(note.startswith("value:") for note in query.notes)


def test_what_was_done_is_noted() -> None:
    assert parse("x" * 300).notes == ("shortened",)
    assert parse("b c d f g h j k l m n p").notes == ("too_many_words",)
    assert parse("ab*").notes == ("prefix_too_short",)
    assert parse("abc~").notes == ("fuzzy_too_short",)
    assert parse("((((((x))))))").notes == ("too_deep",)
    assert parse("the x").notes == ("small_words",)
    assert parse("!!").notes == ("no_words",)
    assert parse("lang:xx").notes == ("value:language:xx",)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ('"never closed', "open_quote"),
        ("(x y", "open_bracket"),
        ("((((((x", "open_bracket"),
        ("x)", "stray_bracket"),
        ("OR x", "nothing_to_join"),
        ("x OR", "nothing_to_join"),
        ("x NOT", "nothing_to_join"),
        ("(x OR) y", "nothing_to_join"),
        ("author:khan", "field:author"),
        ("AUTHOR:khan", "field:AUTHOR"),
        ("-lang:ur", "not_limit:language"),
        ("NOT clause:5", "not_limit:clause"),
        ("wo*rd", "sign_inside"),
        ("*word", "sign_inside"),
        ("w~rd", "sign_inside"),
        ("data-label*", "prefix_of_several"),
        ("data-label~", "fuzzy_of_several"),
        ("from:yesterday", "value:from:yesterday"),
        ("status:lost", "value:status:lost"),
    ],
)
def test_every_fault_is_noted_and_what_is_left_can_be_asked(text: str, note: str) -> None:
    query = parse(text)

    assert note in query.notes
    assert note.partition(":")[0] in NOTES
    assert query.root not in (None, Nothing())


def test_a_query_without_fault_has_no_notes() -> None:
    for text in (
        "privacy",
        '"a b" -c',
        "x OR (y z)",
        "label* adalt~",
        "lang:ur clause:5",
        "http://a.pk/b",
        "",
    ):
        assert parse(text).notes == (), text


def terms(node: Node | None) -> int:
    match node:
        case Word():
            return 1
        case Phrase(forms):
            return len(forms)
        case And(parts) | Or(parts):
            return sum(map(terms, parts))
        case Not(part):
            return terms(part)
    return 0


def depth(node: Node | None) -> int:
    match node:
        case And(parts) | Or(parts):
            return 1 + max(map(depth, parts))
        case Not(part):
            return 1 + depth(part)
    return 1


pieces = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["OR", "AND", "NOT", "-", "(", ")", '"', "“", "«", "*", "~", ":", "..", "\x00", "\n"]),
    st.sampled_from(["clause:", "lang:ur", "received:2026", "data", "ڈیٹا", "hukumat", "یا", "کا", "ﷺ"]),
    st.sampled_from(["\u200f", "\u200c", "\u202e", "🙂", "\U0001f468\u200d\U0001f469\u200d\U0001f467"]),
)


@given(st.lists(pieces, max_size=60), st.sampled_from(["", " "]))
def test_whatever_is_typed_gives_a_bounded_query(typed: list[str], between: str) -> None:
    text = between.join(typed)

    query = parse(text)

    assert isinstance(query, Query)
    assert query.text == text[:MOST_CHARACTERS]
    assert {note.partition(":")[0] for note in query.notes} <= set(NOTES)
    assert terms(query.root) <= MOST_TERMS
    assert depth(query.root) <= 3 * MOST_DEPTH


@given(st.lists(st.sampled_from(["x", "(", ")", "OR", "-", '"', "y*", "NOT"]), max_size=100))
def test_operators_in_any_order_give_a_query(typed: list[str]) -> None:
    assert isinstance(parse(" ".join(typed)), Query)


@given(st.text(max_size=40))
def test_the_same_text_gives_the_same_query(text: str) -> None:
    assert parse(text) == parse(text)
