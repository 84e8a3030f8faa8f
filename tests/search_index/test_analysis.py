"""Words of the three writings."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_index.analysis import detect_language, normalise, stem, tokens, words
from search_index.spelling import sound_key, sounds_alike, within

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ذاتي ڈيٹا كے", "ذاتی ڈیٹا کے"),
        ("تحفّظ مُحَمَّد", "تحفظ محمد"),
        ("پالـــيسي", "پالیسی"),
        ("ڈیٹا\u200cبیس", "ڈیٹا بیس"),
        ("\u200fحکومت\u200e", "حکومت"),
        ("۲۰۳۰ ٢٠٣٠ 2030", "2030 2030 2030"),
        ("Café NAÏVE", "cafe naive"),
        ("ＡＩ ﬁnance", "ai finance"),
        ("آئین گئے ہوں", "آئین گئے ہوں"),
        ("انھیں کھا ھے", "انہیں کھا ہے"),
        ("دائرۂ زکوٰۃ", "دائرہ زکوہ"),
    ],
)
def test_what_looks_alike_is_written_one_way(typed: str, expected: str) -> None:
    assert normalise(typed) == expected


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello, world! It's people's data", ["hello", "world", "it", "people", "data"]),
        ("don't don’t", ["dont", "dont"]),
        ("AIکی 5G ۲۰۳۰ء", ["ai", "کی", "5g", "2030"]),
        ("5.4.2(2) 1,000 12,34,567 3٫5 34.03.", ["5.4.2", "2", "1000", "1234567", "3.5", "34.03"]),
        ("state-of-the-art", ["state", "of", "the", "art"]),
        ("ہے۔ کیا؟ جی، ہاں", ["ہے", "کیا", "جی", "ہاں"]),
        ("رائے‌دہی", ["رائے", "دہی"]),
        ("中文字 and Русский", ["中", "文", "字", "and", "русский"]),
        ("🙂 — …", []),
        ("", []),
    ],
)
def test_texts_are_split_into_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(st.text(max_size=80))
def test_every_word_stands_where_its_place_says(text: str) -> None:
    found = tokens(text)

    assert [token.form for token in found] == words(text)
    assert all(0 <= token.start < token.end <= len(text) for token in found)
    assert all(token.form in words(text[token.start : token.end]) for token in found)


@pytest.mark.parametrize(
    "group",
    [
        ["teacher", "teachers"],
        ["regulate", "regulates", "regulated", "regulating"],
        ["بچہ", "بچے", "بچوں"],
        ["نوکری", "نوکریاں", "نوکریوں"],
        ["عورت", "عورتیں", "عورتوں"],
        ["ادارہ", "ادارے", "اداروں"],
        ["کیمرا", "کیمرہ", "کیمرے", "کیمروں"],
        ["کتاب", "کتابیں", "کتابوں"],
    ],
)
def test_endings_meet(group: list[str]) -> None:
    assert len({stem(form) for form in group}) == 1


@pytest.mark.parametrize("form", ["میں", "ہیں", "کیوں", "نہیں", "ہے", "کے", "ai", "5.4.2", "خواتین", "دنیا"])
def test_short_and_small_words_keep_their_endings(form: str) -> None:
    assert stem(form) == form


@pytest.mark.parametrize(
    "group",
    [
        ["hukoomat", "hukumat", "hakoomat"],
        ["naukri", "nokri", "naukriyan", "nokriyon"],
        ["mazdoor", "mazdooron", "mazdur"],
        ["taleem", "taaleem", "talim"],
        ["zaati", "zati"],
        ["rozgar", "rozgaar"],
        ["shafafiyat", "shafafiat"],
        ["raazdari", "razdari"],
        ["khawateen", "khawatin"],
    ],
)
def test_roman_urdu_spellings_sound_alike(group: list[str]) -> None:
    assert len({sound_key(form) for form in group}) == 1
    assert all(sounds_alike(one, other) for one in group for other in group)


@pytest.mark.parametrize(("one", "other"), [("school", "skill"), ("zaati", "zoota"), ("naukri", "nakara")])
def test_other_vowels_do_not_sound_alike(one: str, other: str) -> None:
    assert not (sound_key(one) == sound_key(other) and sounds_alike(one, other))


def test_short_or_foreign_words_have_no_sound() -> None:
    assert [sound_key(form) for form in ("aur", "ai", "نوکری", "5.4.2", "eeee")] == ["", "", "", "", ""]


@pytest.mark.parametrize(
    ("one", "other", "limit", "edits"),
    [
        ("data", "data", 1, 0),
        ("data", "date", 1, 1),
        ("data", "dat", 1, 1),
        ("data", "daat", 1, 1),
        ("data", "dote", 1, None),
        ("data", "dote", 2, 2),
        ("", "ab", 2, 2),
        ("abcdef", "a", 3, None),
    ],
)
def test_edits_between_words_are_counted(one: str, other: str, limit: int, edits: int | None) -> None:
    assert within(one, other, limit) == edits
    assert within(other, one, limit) == edits


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Good policy.", "en"),
        ("AI", "en"),
        ("I want to work in the main city", "en"),
        ("The word رازداری should be explained", "en"),
        ("Hukumat ko chahiye ke naukri de", "ur-Latn"),
        ("AI ki policy achi hai", "ur-Latn"),
        ("Main students ko support karta hun", "ur-Latn"),
        ("Yeh data kis ka hai? Please tell us", "ur-Latn"),
        ("Pehle school mein pani aur washroom to do.", "ur-Latn"),
        ("Pay ten rupees per task", "en"),
        ("یہ پالیسی اچھی ہے", "ur"),
        ("یہ لنک دیکھیں https://example.org/very/long/address", "ur"),
        ("بہت اچھا", "ur"),
        ("AI policy میں privacy کا ذکر ہونا چاہیے تھا", "ur"),
        ("نوکریاں بچائیں", "ur"),
        ("زه پښتو خبرې کوم", "other"),
        ("ڪتاب پڙهڻ گهرجي", "other"),
        ("يجب على الحكومة حماية البيانات الشخصية لجميع المواطنين", "other"),
        ("我们需要隐私保护", "other"),
        ("Le projet de loi sur la vie privée doit être revu maintenant", "other"),
        ("🙂🙂 5.4.2", "other"),
        ("", "other"),
    ],
)
def test_the_language_of_a_comment_is_detected(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_three_writings_of_a_sentence_are_told_apart_nearly_always() -> None:
    lines = (ROOT / "benchmarks" / "parallel.tsv").read_text(encoding="utf-8").splitlines()
    right = [
        detect_language(text) == language
        for line in lines
        for text, language in zip(line.split("\t"), ("en", "ur", "ur-Latn"), strict=True)
    ]

    assert len(right) >= 200
    assert sum(right) / len(right) >= 0.98
