"""A version folder: what is read, and every mistake named by file and line."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from policy_text.reader import DraftProblems, read_draft
from policy_text.split import split, write

CONSULTATION = """contact = "Policy Wing"
closes_at = "P60D"
languages = ["en", "ur"]
title = {en = "Policy", ur = "پالیسی"}
summary = {en = "Read it.", ur = "پڑھیے۔"}
ministry = {en = "Ministry", ur = "وزارت"}
"""
FILES = {
    "en/000_preface.md": "# Draft policy\n\nRead this first.\n\n",
    "en/001_part_1.md": "# Part 1 — Aims\n\nWhat the part holds.\n\n",
    "en/002_part_1__sec_1.md": "## 1.1 Scope\n\nWhat the section holds.\n\n",
    "en/003_part_1__sec_1__cl_1.md": "### 1.1.1 Terms\n\n(1) **AI** is a machine.\n\n",
    "en/004_part_1__sec_1__cl_2.md": "### 1.1.2 Use\n\n(1) An [AI](#part_1__sec_1__cl_1) helps.\n\n",
    "ur/000_preface.md": "# پالیسی کا مسودہ\n\nپہلے یہ پڑھیے۔\n\n",
    "ur/001_part_1.md": "# حصہ 1 — مقاصد\n\nحصے میں کیا ہے۔\n\n",
    "ur/002_part_1__sec_1.md": "## 1.1 دائرۂ کار\n\nفصل میں کیا ہے۔\n\n",
    "ur/003_part_1__sec_1__cl_1.md": "### ۱.۱.۱ اصطلاحات\n\n(1) **اے آئی** ایک مشین ہے۔\n\n",
    "ur/004_part_1__sec_1__cl_2.md": "### 1.1.2 استعمال\n\n(1) [اے آئی](#part_1__sec_1__cl_1) مفید ہے۔\n",
}


@pytest.fixture
def version(tmp_path: Path) -> Path:
    """A small draft without a mistake, in English and Urdu."""
    (tmp_path / "consultation.toml").write_text(CONSULTATION, encoding="utf-8")
    for name, text in FILES.items():
        put(tmp_path / "v1", name, text)
    return tmp_path / "v1"


def put(version: Path, name: str, text: str | bytes) -> None:
    file = version / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())


def problems(version: Path) -> list[str]:
    with pytest.raises(DraftProblems) as found:
        read_draft(version)
    assert str(found.value) == "\n".join(str(problem) for problem in found.value.problems)
    return [str(problem) for problem in found.value.problems]


def test_a_draft_is_read_in_reading_order(version: Path) -> None:
    draft = read_draft(version)

    assert (draft.version, draft.languages) == ("v1", ("en", "ur"))
    assert draft.consultation.closes_at == timedelta(days=60)
    assert [(each.eid, each.number, each.kind, each.parent, each.commentable) for each in draft.clauses] == [
        ("preface", None, "preface", None, False),
        ("part_1", "1", "part", None, False),
        ("part_1__sec_1", "1.1", "section", "part_1", False),
        ("part_1__sec_1__cl_1", "1.1.1", "clause", "part_1__sec_1", True),
        ("part_1__sec_1__cl_2", "1.1.2", "clause", "part_1__sec_1", True),
    ]


def test_a_clause_has_its_text_in_both_languages(version: Path) -> None:
    clause = read_draft(version).clauses[4]

    assert clause.heading == {"en": "Use", "ur": "استعمال"}
    assert clause.markdown["en"] == "### 1.1.2 Use\n\n(1) An [AI](#part_1__sec_1__cl_1) helps.\n\n"
    assert clause.html["en"] == (
        '<p class="para"><span class="n">(1)</span> An '
        '<a class="term" href="part_1__sec_1__cl_1">AI</a> helps.</p>'
    )
    assert clause.html["ur"] == (
        '<p class="para"><span class="n">(1)</span> '
        '<a class="term" href="part_1__sec_1__cl_1">اے آئی</a> مفید ہے۔</p>'
    )
    assert clause.sha256["ur"] == hashlib.sha256(FILES["ur/004_part_1__sec_1__cl_2.md"].encode()).hexdigest()


def test_the_sum_of_a_draft_changes_with_any_byte_and_any_name(version: Path) -> None:
    before = read_draft(version).sha256
    assert read_draft(version).sha256 == before

    put(version, "ur/001_part_1.md", FILES["ur/001_part_1.md"] + "\n")
    other_byte = read_draft(version).sha256
    put(version, "ur/001_part_1.md", FILES["ur/001_part_1.md"])
    for language in ("en", "ur"):
        (version / language / "004_part_1__sec_1__cl_2.md").rename(
            version / language / "014_part_1__sec_1__cl_2.md"
        )
    other_name = read_draft(version).sha256

    assert len({before, other_byte, other_name}) == 3


def test_line_ends_are_kept_and_read(version: Path) -> None:
    put(
        version,
        "en/003_part_1__sec_1__cl_1.md",
        b"\xef\xbb\xbf### 1.1.1 Terms\r\n\r\n(1) One.\r\n\r\n(2) Two.\r\n",
    )

    clause = read_draft(version).clauses[3]

    assert clause.markdown["en"] == "\ufeff### 1.1.1 Terms\r\n\r\n(1) One.\r\n\r\n(2) Two.\r\n"
    assert clause.heading["en"] == "Terms"
    assert clause.html["en"].count('<p class="para">') == 2


def test_a_draft_in_one_language_has_one_side(version: Path) -> None:
    put(version.parent, "consultation.toml", CONSULTATION.replace('["en", "ur"]', '["en"]'))
    for file in (version / "ur").iterdir():
        file.unlink()

    draft = read_draft(version)

    assert draft.languages == ("en",)
    assert draft.clauses[3].heading == {"en": "Terms"}


def test_a_language_that_need_not_be_complete_may_lack_clauses(version: Path) -> None:
    put(version.parent, "consultation.toml", CONSULTATION.replace('["en", "ur"]', '["en"]'))
    (version / "ur/004_part_1__sec_1__cl_2.md").unlink()

    draft = read_draft(version)

    assert draft.languages == ("en", "ur")
    assert list(draft.clauses[4].markdown) == ["en"]


def test_what_split_writes_can_be_read(tmp_path: Path) -> None:
    text = (
        "Lead.\n\n# Policy\n\n## Aims\n### Growth\n#### Jobs\n\nMore.\n\n"
        "#### Skills\n\nMore.\n\n## Aims\n### Peace\nText\n"
    )
    put(tmp_path, "consultation.toml", CONSULTATION.replace('["en", "ur"]', '["en"]'))
    write(split(text), tmp_path / "v2" / "en")

    draft = read_draft(tmp_path / "v2")

    assert [clause.eid for clause in draft.clauses] == [
        "preface",
        "sec_1",
        "sec_1__cl_1",
        "sec_1__cl_1__cl_1",
        "sec_1__cl_1__cl_2",
        "sec_2",
        "sec_2__cl_1",
    ]
    assert draft.clauses[0].heading == {"en": "Policy"}
    assert draft.clauses[0].html == {"en": "<p>Lead.</p>"}


NO_NAME = "1: The name is not that of a section, such as 041_part_2__sec_2__cl_3.md."
NO_HEADING = "1: The file must begin with its heading, such as ### 2.2.3 Title."


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("001_part_1.md", "No heading\n", NO_HEADING),
        ("001_part_1.md", "\n# Part 1 — A\n", NO_HEADING),
        ("001_part_1.md", "# Part 1\n\nx\n", "1: The heading has no words."),
        ("001_part_1.md", b"# Part 1 - A\n\n\xff\n", "3: The file is not UTF-8 text."),
        ("001_part_1.md", "# A\n\n\0\n", "3: There is a NUL character here, which no text may hold."),
        ("001_part_1.md", "# A\n\n" + "a" * 102_400, "1: The file is longer than 100 KB; divide it."),
        (
            "002_part_1__sec_1.md",
            "## 1.2 Scope\n\nx\n",
            "1: The heading says 1.2, but the name of the file says part_1__sec_1.",
        ),
        (
            "003_part_1__sec_1__cl_1.md",
            "### 1.1.1 Terms\n\nx\n\n## More\n\ny\n",
            "5: A second heading begins here; each section is a file of its own.",
        ),
        ("004_part_1__sec_1__cl_2.md", "### 1.1.2 Use\n\n \n", "1: The clause has a heading but no text."),
        (
            "004_part_1__sec_1__cl_2.md",
            "### 1.1.2 Use\n\nx\n\n" + "[" * 301,
            "5: There are more than 300 square brackets in one section.",
        ),
        (
            "004_part_1__sec_1__cl_2.md",
            "### 1.1.2 Use\r\n\r\na\r\n[b](#part_9)\r\n",
            "4: The link leads to part_9, which this draft does not have.",
        ),
        ("notes.txt", "x", NO_NAME),
        ("5_part_2.md", "# Part 2 — B\n", NO_NAME),
        ("005_part_2__x_1.md", "# B\n", NO_NAME),
    ],
)
def test_a_mistake_in_a_file_is_named_once_with_its_line(
    version: Path, name: str, text: str | bytes, expected: str
) -> None:
    put(version, f"en/{name}", text)

    assert problems(version) == [f"v1/en/{name}:{expected}"]


def test_numbers_agree_in_both_languages(version: Path) -> None:
    put(version, "ur/004_part_1__sec_1__cl_2.md", "### استعمال\n\nمتن\n")

    assert problems(version) == [
        "v1/ur/004_part_1__sec_1__cl_2.md:1: The heading has another number than in en: 1.1.2."
    ]


def test_every_mistake_is_found_at_once(version: Path) -> None:
    put(version, "en/003_part_1__sec_1__cl_1.md", "### 1.1.1 Terms\n")
    put(version, "ur/004_part_1__sec_1__cl_2.md", "### 1.1.2 استعمال\n\n[x](#cl_9)\n")
    put(version.parent, "consultation.toml", CONSULTATION + "moderation = 'never'\n")

    assert problems(version) == [
        'consultation.toml:7: moderation must be "after" or "before".',
        "v1/en/003_part_1__sec_1__cl_1.md:1: The clause has a heading but no text.",
        "v1/ur/004_part_1__sec_1__cl_2.md:3: The link leads to cl_9, which this draft does not have.",
    ]


def test_both_languages_have_the_same_files(version: Path) -> None:
    (version / "ur/004_part_1__sec_1__cl_2.md").unlink()
    put(version, "ur/005_part_2.md", "# حصہ 2 — ذرائع\n\nمتن\n")

    assert problems(version) == [
        "v1/en/005_part_2.md:1: The file is missing; it is there in ur.",
        "v1/ur/004_part_1__sec_1__cl_2.md:1: The file is missing; it is there in en.",
    ]


def test_a_required_language_must_be_there(version: Path) -> None:
    for file in (version / "ur").iterdir():
        file.unlink()

    assert problems(version) == ["v1/ur:1: The text in ur is missing, and it must be complete."]


def test_eids_numbers_and_places_are_used_once(version: Path) -> None:
    put(version.parent, "consultation.toml", CONSULTATION.replace('["en", "ur"]', '["en"]'))
    put(version, "en/005_part_1__sec_1__cl_2.md", "### Again\n\nx\n")
    put(version, "en/005_part_1__cl_1.md", "### Elsewhere\n\nx\n")
    put(version, "en/006_part_1__sec_1__cl_1__cl_1.md", "### 1.1.1.1 Below\n\nx\n")
    put(version, "en/007_part_1__cl_1__cl_1__cl_1.md", "### 1.1.1.1 Same\n\nx\n")

    assert problems(version) == [
        "v1/en/005_part_1__cl_1.md:1: Two names begin with 005: their order is not clear.",
        "v1/en/005_part_1__sec_1__cl_2.md:1: Two names begin with 005: their order is not clear.",
        "v1/en/005_part_1__sec_1__cl_2.md:1: part_1__sec_1__cl_2 is already the name of "
        "004_part_1__sec_1__cl_2.md.",
        "v1/en/007_part_1__cl_1__cl_1__cl_1.md:1: The number 1.1.1.1 already stands in "
        "006_part_1__sec_1__cl_1__cl_1.md.",
    ]


def test_names_sort_in_reading_order(version: Path) -> None:
    for language in ("en", "ur"):
        (version / language / "000_preface.md").rename(version / language / "0009_preface.md")

    found = problems(version)

    assert "v1/en/0009_preface.md:1: The preface comes first: its name is 000_preface.md." in found
    assert "v1/en/001_part_1.md:1: The name begins with 3 digits, others with 4." in found


def test_a_folder_without_text_or_consultation_says_so(tmp_path: Path) -> None:
    assert problems(tmp_path / "v9") == ["v9:1: There is no such folder."]

    (tmp_path / "v9").mkdir()

    assert problems(tmp_path / "v9") == [
        "v9:1: There are no sections: they belong into the folders en and ur.",
        "v9/consultation.toml:1: There is no consultation.toml, neither here nor one folder above.",
    ]
