"""What every search engine does, tried on each of them."""

from __future__ import annotations

import dataclasses

import pytest

from search_index.documents import NO_FILTERS, Document, Filters
from search_index.engines import BadCursor, IndexUnavailable, SearchEngine, open_engine
from search_index.query import parse
from search_index.synonyms import checked_group, glossary
from tests.search_index.corpus import DOCUMENTS, MIDNIGHT, MINUTE, PUBLIC, found, search

NEWEST_FIRST = ("C-10", "C-08", "C-07", "C-06", "C-05", "C-04", "C-03", "C-02", "C-01")


def test_an_engine_without_an_index_is_unavailable(empty: SearchEngine) -> None:
    with pytest.raises(IndexUnavailable):
        empty.applied()
    with pytest.raises(IndexUnavailable):
        empty.find(parse("warrant"))
    with pytest.raises(IndexUnavailable):
        empty.apply(DOCUMENTS, [], 1)


def test_an_index_rebuilt_from_nothing_finds_nothing_and_is_available(empty: SearchEngine) -> None:
    empty.rebuild([], 4)

    page = search(empty, "warrant")

    assert empty.applied() == 4
    assert (page.ids, page.total, page.next, page.did_you_mean, page.by_day) == ((), 0, None, None, ())


def test_words_must_all_be_there(engine: SearchEngine) -> None:
    assert found(engine, "court warrant") == ["C-01"]
    assert found(engine, "court wages") == []


def test_case_and_punctuation_do_not_count(engine: SearchEngine) -> None:
    assert found(engine, "WARRANT, (court)!") == ["C-01"]


def test_english_endings_meet(engine: SearchEngine) -> None:
    assert found(engine, "counsel patient") == []
    assert found(engine, "patient") == ["C-08"]
    assert found(engine, "wage") == found(engine, "wages")
    assert "C-05" in found(engine, "contract")


def test_urdu_plural_and_oblique_endings_meet(engine: SearchEngine) -> None:
    assert found(engine, "نوکری")[-1] == "C-06"
    assert "C-02" in found(engine, "کیمرہ")
    assert "C-06" in found(engine, "کارکن")


def test_letters_of_an_arabic_keyboard_and_vowel_marks_meet(engine: SearchEngine) -> None:
    assert found(engine, '"چهره شناسي"') == found(engine, '"چہرہ شناسی"')
    assert "C-02" in found(engine, "حُكومت")


def test_spellings_of_roman_urdu_meet(engine: SearchEngine) -> None:
    for spelling in ("hukoomat", "hukumat", "hakoomat", "hukoumat"):
        assert {"C-03", "C-04"} <= set(found(engine, spelling)), spelling


def test_roman_spellings_are_not_guessed_from_english_words(engine: SearchEngine) -> None:
    engine.apply(
        [Document("C-20", "Polish the policy", received=1), Document("C-21", "The police", received=2)], [], 8
    )

    assert found(engine, "police") == ["C-21"]


def test_synonyms_in_other_writings_are_found_and_named(engine: SearchEngine) -> None:
    page = search(engine, "employment")

    assert set(page.ids) == {"C-03", "C-04", "C-06"}
    assert [word for word, _ in page.also] == ["employment"]
    assert {"jobs", "نوکری", "naukri"} <= set(page.also[0][1])


def test_two_words_that_are_one_term_find_its_other_writings(engine: SearchEngine) -> None:
    assert found(engine, "face recognition") == ["C-01", "C-02"]


def test_a_phrase_is_found_as_written_and_in_other_writings(engine: SearchEngine) -> None:
    assert found(engine, '"personal data"') == ["C-02", "C-03", "C-08"]
    assert found(engine, '"data personal"') == []


def test_words_inside_a_phrase_have_no_synonyms_of_their_own(engine: SearchEngine) -> None:
    assert found(engine, '"a warrant from a court"') == ["C-01"]
    assert found(engine, '"a warrant from a judge"') == []


def test_one_word_in_quotes_is_looked_for_only_as_written(engine: SearchEngine) -> None:
    assert found(engine, '"hukumat"') == ["C-03"]
    assert found(engine, '"worker"') == []


def test_small_words_do_not_have_to_be_there(engine: SearchEngine) -> None:
    assert found(engine, "the wages of the workers") == ["C-05", "C-06"]


def test_a_word_with_a_hyphen_is_looked_for_in_a_row(engine: SearchEngine) -> None:
    assert "C-05" in found(engine, "data-labelling")
    assert "C-10" in found(engine, "loadshedding")
    assert "C-10" in found(engine, "load shedding")


def test_a_term_written_as_one_word_or_two_is_the_same(engine: SearchEngine) -> None:
    engine.apply([Document("C-22", "راز داری", received=1), Document("C-23", "رازداری", received=2)], [], 8)

    assert found(engine, "رازداری") == ["C-22", "C-23"]
    assert found(engine, "راز داری") == ["C-22", "C-23"]


def test_or_finds_either(engine: SearchEngine) -> None:
    assert found(engine, "counselling OR village") == ["C-05", "C-10"]


def test_or_binds_closer_than_the_blank(engine: SearchEngine) -> None:
    assert found(engine, "workers counselling OR village") == ["C-05"]


def test_minus_takes_out(engine: SearchEngine) -> None:
    assert found(engine, "computer -village") == ["C-07"]
    assert found(engine, "computer NOT (village OR teacher)") == []


def test_only_minus_finds_everything_else(engine: SearchEngine) -> None:
    assert found(engine, "-data") == ["C-01", "C-04", "C-07", "C-10"]


def test_brackets_group(engine: SearchEngine) -> None:
    assert found(engine, "(village OR school) computer") == ["C-07", "C-10"]


def test_a_star_finds_beginnings(engine: SearchEngine) -> None:
    assert found(engine, "teach*") == ["C-07"]
    assert found(engine, "نوکر*") == ["C-06"]


def test_a_tilde_finds_words_one_letter_away_with_the_same_first_letter(engine: SearchEngine) -> None:
    assert found(engine, "vilage~") == ["C-10"]
    assert found(engine, "pillage~") == []


def test_by_default_only_comments_are_found(engine: SearchEngine) -> None:
    assert engine.find(parse("recognition"), PUBLIC).ids == ("C-01",)
    assert engine.find(parse("recognition"), Filters(kinds=("clause",))).ids == ("K:en:part_5__sec_4__cl_2",)
    assert engine.find(parse("recognition"), NO_FILTERS).total == 2


def test_a_state_that_is_not_asked_for_is_not_found(engine: SearchEngine) -> None:
    assert found(engine, "xylophones") == []
    assert engine.find(parse("xylophones"), Filters(statuses=("spam", "withheld"))).ids == ("C-09",)
    assert engine.find(parse("xylophones"), Filters()).ids == ("C-09",)


@pytest.mark.parametrize(
    ("limit", "ids"),
    [
        ({"languages": ("ur",)}, ["C-02", "C-06"]),
        ({"languages": ("ur", "ur-Latn")}, ["C-02", "C-03", "C-04", "C-06"]),
        ({"positions": ("question",)}, ["C-08"]),
        ({"positions": ("none",)}, ["C-07", "C-10"]),
        ({"submitters": ("organisation", "individual")}, ["C-04", "C-05"]),
        ({"channels": ("letter",)}, ["C-05"]),
        ({"consultations": ("water-policy",)}, ["C-10"]),
        ({"drafts": ("v2",)}, ["C-10"]),
        ({"clauses": ("5.4.2",)}, ["C-01", "C-02", "C-03"]),
        ({"clauses": ("PART_5__sec_4__cl_2",)}, ["C-01", "C-02", "C-03"]),
        ({"clauses": ("part_5",)}, ["C-01", "C-02", "C-03", "C-08"]),
        ({"clauses": ("5.2", "6.3")}, ["C-04", "C-05", "C-06", "C-08"]),
        ({"clauses": ("none",)}, ["C-07", "C-10"]),
        ({"clauses": ("none", "5.2")}, ["C-07", "C-08", "C-10"]),
        ({"clauses": ("5.4.2", "5"), "positions": ("mixed",)}, ["C-03"]),
        ({"clauses": ("part_",)}, []),
        ({"clauses": ("5.",)}, []),
        ({"languages": ("xx",)}, []),
        ({"received_from": MIDNIGHT + 5 * MINUTE}, ["C-07", "C-08", "C-10"]),
        ({"received_before": MIDNIGHT}, ["C-01"]),
        ({"received_from": MIDNIGHT, "received_before": MIDNIGHT + 1}, ["C-02"]),
    ],
)
def test_filters_limit_what_is_found(engine: SearchEngine, limit: dict[str, object], ids: list[str]) -> None:
    page = search(engine, "", **limit)

    assert sorted(page.ids) == ids
    assert page.total == len(ids)


def test_limits_typed_into_the_box_join_those_of_the_page(engine: SearchEngine) -> None:
    assert found(engine, "position:oppose,support lang:ur clause:5.4") == ["C-02"]
    assert found(engine, "lang:ur", positions=("support",)) == ["C-06"]
    assert found(engine, "lang:ur", languages=("en",)) == []


def test_limits_on_state_and_draft_never_widen_those_of_the_page(engine: SearchEngine) -> None:
    assert found(engine, "draft:v2") == ["C-10"]
    assert found(engine, "clause:whole") == ["C-07", "C-10"]
    assert found(engine, "status:spam") == []
    assert engine.find(parse("status:spam"), Filters()).ids == ("C-09",)


def test_days_typed_into_the_box_are_days_in_pakistan(engine: SearchEngine) -> None:
    assert found(engine, "received:2026-11-22") == ["C-01"]
    assert found(engine, "received:2026-11-24..") == ["C-10"]
    assert found(engine, "received:..2026-11-23 lang:ur") == ["C-02", "C-06"]


def test_a_search_without_words_finds_everything(engine: SearchEngine) -> None:
    assert search(engine, "").ids == NEWEST_FIRST
    assert search(engine, "", order="relevance").ids == NEWEST_FIRST


def test_a_search_for_signs_without_words_finds_nothing(engine: SearchEngine) -> None:
    assert found(engine, "🙂 …") == []


def test_newest_and_oldest_are_orders_by_time(engine: SearchEngine) -> None:
    assert search(engine, "", order="newest").ids == NEWEST_FIRST
    assert search(engine, "", order="oldest").ids == tuple(reversed(NEWEST_FIRST))


def test_comments_of_one_instant_are_in_the_order_of_their_ids(empty: SearchEngine) -> None:
    empty.rebuild([Document(f"C-{n}", "same", received=5) for n in (3, 1, 2)], 1)

    assert search(empty, "same", order="oldest").ids == ("C-1", "C-2", "C-3")
    assert search(empty, "same", order="newest").ids == ("C-3", "C-2", "C-1")
    assert search(empty, "same", order="relevance").ids == ("C-3", "C-2", "C-1")


def test_relevance_puts_the_word_as_typed_before_its_synonyms(engine: SearchEngine) -> None:
    assert search(engine, "hukumat", order="relevance").ids[0] == "C-03"
    assert search(engine, "government", order="relevance").ids[0] == "C-01"


def test_relevance_puts_the_comment_with_more_of_it_first(empty: SearchEngine) -> None:
    long = Document("C-1", "water " + "and many other things besides " * 5, received=9)
    empty.rebuild([long, Document("C-2", "water water", received=1), Document("C-3", "nothing")], 1)

    assert search(empty, "water", order="relevance").ids == ("C-2", "C-1")


def test_an_order_that_does_not_exist_is_refused(engine: SearchEngine) -> None:
    with pytest.raises(ValueError, match="relevance, newest, oldest"):
        search(engine, "", order="random")


@pytest.mark.parametrize("order", ["relevance", "newest", "oldest"])
@pytest.mark.parametrize("text", ["", "data OR computer"])
def test_pages_follow_each_other_without_gap_or_repeat(engine: SearchEngine, order: str, text: str) -> None:
    whole = search(engine, text, order=order, limit=100)
    pages, cursor = [], None
    while True:
        page = search(engine, text, order=order, limit=2, cursor=cursor)
        pages.extend(page.ids)
        assert page.total == whole.total
        cursor = page.next
        if cursor is None:
            break

    assert tuple(pages) == whole.ids
    assert whole.next is None


def test_a_page_by_date_stays_in_place_when_newer_comments_arrive(engine: SearchEngine) -> None:
    first = search(engine, "", limit=3)
    engine.apply([Document("C-30", "brand new", received=MIDNIGHT * 2)], ["C-10"], 8)

    second = search(engine, "", limit=3, cursor=first.next)

    assert first.ids + second.ids == NEWEST_FIRST[:6]


@pytest.mark.parametrize("cursor", ["x", "", "😀", "bm90IGpzb24", "WzEsMiwzXQ", "W10", "AAAA" * 100])
def test_what_is_no_cursor_is_refused_or_the_first_page(engine: SearchEngine, cursor: str) -> None:
    if cursor == "":
        assert search(engine, "", cursor=cursor).ids == NEWEST_FIRST
    else:
        with pytest.raises(BadCursor):
            search(engine, "", cursor=cursor)


def test_a_cursor_of_another_order_is_refused(engine: SearchEngine) -> None:
    cursor = search(engine, "", limit=2, order="newest").next

    with pytest.raises(BadCursor):
        search(engine, "", order="oldest", cursor=cursor)


def test_a_page_of_nothing_still_counts(engine: SearchEngine) -> None:
    for limit in (0, -1):
        page = search(engine, "", limit=limit)
        assert (page.ids, page.total, page.next) == ((), 9, None)


def test_facets_count_everything_found(engine: SearchEngine) -> None:
    page = search(engine, "", limit=1)

    assert page.facets == {
        "clause": {"part_5__sec_4__cl_2": 3, "part_6__sec_3__cl_2": 3, "part_5__sec_2__cl_1": 1, "none": 2},
        "position": {"oppose": 2, "mixed": 1, "support": 3, "question": 1, "none": 2},
        "language": {"en": 5, "ur": 2, "ur-Latn": 2},
        "submitter": {"anonymous": 7, "individual": 1, "organisation": 1},
        "channel": {"web": 8, "letter": 1},
        "status": {"published": 9},
    }


def test_facets_of_nothing_are_empty(engine: SearchEngine) -> None:
    page = search(engine, "zzzz")

    assert page.facets == {
        "clause": {}, "position": {}, "language": {}, "submitter": {}, "channel": {}, "status": {},
    }  # fmt: skip


def test_days_are_counted_in_pakistan(engine: SearchEngine) -> None:
    assert search(engine, "").by_day == (("2026-11-22", 1), ("2026-11-23", 7), ("2026-11-24", 1))


def test_a_misspelt_word_that_finds_nothing_is_corrected_from_the_index(engine: SearchEngine) -> None:
    assert search(engine, "patiants hospitel").did_you_mean == "patients hospital"
    assert search(engine, "Teahcers").did_you_mean == "teachers"
    assert search(engine, "چہرو شناسی معاہدو").did_you_mean is not None


def test_a_misspelt_word_finds_its_nearest_ones_at_once(engine: SearchEngine) -> None:
    assert found(engine, "patiants hospitel") == ["C-08"]
    assert found(engine, '"patiants"') == []
    assert found(engine, "Teahcers school") == ["C-07"]


def test_what_a_misspelt_word_finds_stays_within_sight(engine: SearchEngine) -> None:
    page = search(engine, "xylophonez")

    assert (page.ids, page.also) == ((), ())
    assert engine.find(parse("xylophonez"), Filters()).ids == ("C-09",)


def test_a_slip_in_a_comment_is_found_after_the_word_itself(empty: SearchEngine) -> None:
    texts = ["surveillance", "surveillance here", "surveillance there", "surveilance everywhere"]
    empty.rebuild([Document(f"C-{n}", text, received=n) for n, text in enumerate(texts)], 1)

    assert search(empty, "surveillance", order="relevance").ids[-1] == "C-3"
    assert found(empty, "surveilance") == ["C-0", "C-1", "C-2", "C-3"]
    assert found(empty, '"surveillance"') == ["C-0", "C-1", "C-2"]


def test_groups_added_to_the_glossary_count_without_a_new_index(engine: SearchEngine) -> None:
    more = glossary().with_groups([checked_group(["hamlet", "village", "بستی"])])

    assert found(engine, "hamlet") == []
    assert engine.find(parse("hamlet", more), PUBLIC).ids == ("C-10",)
    assert engine.find(parse("hamlet", more), PUBLIC).also == (("hamlet", ("village", "بستی")),)


def test_comments_like_another_share_its_telling_words_in_any_writing(engine: SearchEngine) -> None:
    likest = engine.like(DOCUMENTS[4].text, PUBLIC, without="C-05")

    assert "C-06" in likest
    assert "C-05" not in likest
    assert "C-05" in engine.like(DOCUMENTS[4].text, PUBLIC)


def test_comments_like_another_lie_within_the_filters(engine: SearchEngine) -> None:
    text = DOCUMENTS[0].text

    assert "C-02" in engine.like(text, PUBLIC, without="C-01")
    assert engine.like(text, Filters(languages=("en",)), without="C-01") == ()
    assert engine.like(text, Filters(kinds=("clause",))) == ("K:en:part_5__sec_4__cl_2",)
    assert len(engine.like(text, NO_FILTERS, limit=1)) == 1


@pytest.mark.parametrize("text", ["", "🙂", "the of کا hai", "zzzz qqqq", "1 2 3 4", "warrant"])
def test_nothing_is_like_a_text_that_tells_nothing(engine: SearchEngine, text: str) -> None:
    assert engine.like(text, NO_FILTERS) == ()


def test_nothing_is_corrected_where_something_is_found_or_nothing_is_near(engine: SearchEngine) -> None:
    assert search(engine, "patients").did_you_mean is None
    assert search(engine, "qqqqqqqq").did_you_mean is None


def test_words_of_hidden_comments_are_never_suggested(engine: SearchEngine) -> None:
    assert search(engine, "xylophonez").did_you_mean is None
    assert engine.find(parse("xylophonez"), Filters()).did_you_mean == "xylophones"


def test_a_document_that_is_put_again_replaces_the_old_one(engine: SearchEngine) -> None:
    engine.apply([Document("C-07", "Only about rivers now", language="en", received=3)], [], 8)

    assert found(engine, "teacher") == []
    assert found(engine, "rivers") == ["C-07"]
    assert search(engine, "").total == 9
    assert engine.applied() == 8


def test_the_last_of_several_documents_with_one_id_counts(empty: SearchEngine) -> None:
    empty.rebuild([Document("C-1", "first"), Document("C-1", "second")], 1)
    assert (found(empty, "first"), found(empty, "second")) == ([], ["C-1"])

    empty.apply([Document("C-1", "third"), Document("C-1", "fourth")], [], 2)
    assert (found(empty, "second"), found(empty, "third"), found(empty, "fourth")) == ([], [], ["C-1"])


def test_applying_the_same_twice_changes_nothing(engine: SearchEngine) -> None:
    before = search(engine, "data", order="relevance")
    for _ in range(2):
        engine.apply(DOCUMENTS[:4], ["C-77"], 9)

    assert search(engine, "data", order="relevance") == before
    assert engine.applied() == 9


def test_what_is_taken_out_is_not_found_nor_counted(engine: SearchEngine) -> None:
    engine.apply([], ["C-01", "C-02"], 8)

    assert found(engine, "warrant") == []
    assert search(engine, "").total == 7
    assert search(engine, "").facets["clause"]["part_5__sec_4__cl_2"] == 1


def test_an_id_both_put_and_taken_out_is_taken_out(engine: SearchEngine) -> None:
    engine.apply([Document("C-40", "erased words")], ["C-40"], 8)

    assert found(engine, "erased") == []


def test_a_change_of_state_moves_a_comment(engine: SearchEngine) -> None:
    engine.apply([dataclasses.replace(DOCUMENTS[0], status="withheld")], [], 8)

    assert "C-01" not in found(engine, "warrant")
    assert engine.find(parse("warrant"), Filters(statuses=("withheld",))).ids == ("C-01",)


def test_a_rebuild_forgets_what_is_not_in_it(engine: SearchEngine) -> None:
    engine.rebuild([Document("C-50", "alone", received=1)], 20)

    assert search(engine, "").ids == ("C-50",)
    assert engine.applied() == 20


def test_a_rebuild_that_fails_leaves_the_index_as_it_was(engine: SearchEngine) -> None:
    def broken_off() -> object:
        yield Document("C-60", "half")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        engine.rebuild(broken_off(), 99)  # type: ignore[arg-type]

    assert search(engine, "").ids == NEWEST_FIRST
    assert engine.applied() == 7


def test_many_small_commits_are_all_found(engine: SearchEngine) -> None:
    for number in range(12):
        document = Document(f"M-{number:02}", f"swarm number {number}", received=number)
        engine.apply([document], [f"M-{number - 4:02}"] if number % 3 == 0 else [], number + 8)

    assert engine.applied() == 19
    assert found(engine, "swarm") == [f"M-{number:02}" for number in (0, 1, 3, 4, 6, 7, 8, 9, 10, 11)]
    assert found(engine, '"swarm number 11"') == ["M-11"]


def test_a_text_of_no_words_is_found_by_its_filters(engine: SearchEngine) -> None:
    engine.apply([Document("C-70", "🙂🙂", language="other"), Document("C-71", "", language="other")], [], 8)

    assert found(engine, "lang:other") == ["C-70", "C-71"]


def test_a_very_long_text_is_found_by_its_last_words(engine: SearchEngine) -> None:
    engine.apply([Document("C-80", "word " * 70_000 + "last phrase here")], [], 8)

    assert found(engine, '"last phrase here"') == ["C-80"]


def test_an_unknown_engine_is_refused() -> None:
    for url in ("", "elastic:x", "whoosh:", "memory:x"):
        with pytest.raises(ValueError, match="no search engine"):
            open_engine(url)
