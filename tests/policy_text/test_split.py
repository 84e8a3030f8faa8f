"""A document and its sections: kinds, names, and every byte back."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_text import eids
from policy_text.blocks import headings
from policy_text.split import LARGEST_DOCUMENT, Section, SplitProblem, join, read_document, split, write

PIECES = [
    "#",
    "## ",
    "### 2.2.3 Effect",
    "# Part 2 — Vision",
    "## 2.2 Aims",
    "# Title",
    "# حصہ ۲ — مقاصد",
    "#### ",
    "\n",
    "\r\n",
    "\r",
    "\n\n",
    "\ufeff",
    "```",
    "~~~",
    "    ",
    "\t",
    "===",
    "---",
    "<!--",
    "-->",
    "<div>",
    "- ",
    "1. ",
    "> ",
    "| a |",
    "|---|",
    "[a]: b",
    "2.2",
    "2. ",
    "۲",
    "word",
    " ",
    "\x00",
    "\u2028",
    "\x0c",
]
MARKDOWN_LIKE = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=40).map("".join)
WRITABLE = (MARKDOWN_LIKE | st.text()).filter(lambda text: not any("\ud800" <= c <= "\udfff" for c in text))

POLICY = """# Part 1 — Preliminary

What this part holds.

## 1.1 Status and scope

A section.

### 1.1.1 What this document is

(1) It is a draft.

### 1.1.2 Scope

(1) It applies everywhere.

# Part 2 — Vision

## 2.2 Aims

### 2.2.3 Effect

(1) Growth.

"""


def names(text: str) -> list[str]:
    return [section.name for section in split(text)]


def placed(text: str) -> list[tuple[str, str]]:
    return [(section.eid, section.kind) for section in split(text)]


@settings(deadline=None)
@given(MARKDOWN_LIKE | st.text())
def test_sections_joined_are_the_document(text: str) -> None:
    sections = split(text)

    assert "".join(section.markdown for section in sections) == text
    assert [section.name for section in sections] == sorted(section.name for section in sections)
    assert len({section.eid for section in sections}) == len(sections)
    known = {section.eid for section in sections}
    for section in sections:
        assert eids.check(section.eid)
        assert section.kind == eids.kind(section.eid)
        assert section.parent is None or section.parent in known


@settings(deadline=None)
@given(MARKDOWN_LIKE)
def test_each_section_begins_with_its_only_heading(text: str) -> None:
    for section in split(text):
        found = list(headings(section.markdown))

        assert len(found) <= 1
        if section.kind != "preface":
            assert [heading.start for heading in found] == [0]


@settings(deadline=None, max_examples=60)
@given(WRITABLE.filter(bool))
def test_files_joined_are_the_document_byte_for_byte(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        document, into = Path(folder) / "document.md", Path(folder) / "en"
        document.write_bytes(text.encode())

        write(split(read_document(document)), into)

        assert join(into) == document.read_bytes()


def test_a_document_like_ours_gets_the_names_of_its_numbers(tmp_path: Path) -> None:
    write(split(POLICY), tmp_path / "en")

    assert sorted(path.name for path in (tmp_path / "en").iterdir()) == [
        "001_part_1.md",
        "002_part_1__sec_1.md",
        "003_part_1__sec_1__cl_1.md",
        "004_part_1__sec_1__cl_2.md",
        "005_part_2.md",
        "006_part_2__sec_2.md",
        "007_part_2__sec_2__cl_3.md",
    ]
    assert join(tmp_path / "en") == POLICY.encode()


def test_urdu_headings_give_the_same_names() -> None:
    text = "# حصہ ۲ — نصب العین\n\n## ۲.۲ مقاصد\n\n### 2.2.3 متوقع اثر\n\n(1) ترقی۔\n\n"

    assert names(text) == ["001_part_2.md", "002_part_2__sec_2.md", "003_part_2__sec_2__cl_3.md"]
    assert [section.heading for section in split(text)] == ["نصب العین", "مقاصد", "متوقع اثر"]


def test_a_section_knows_its_number_parent_and_heading() -> None:
    assert split("## 2.2 Aims\n### 2.2.3 *Expected* effect\ntext\n")[1] == Section(
        eid="part_2__sec_2__cl_3",
        number="2.2.3",
        kind="clause",
        parent="part_2__sec_2",
        heading="Expected effect",
        markdown="### 2.2.3 *Expected* effect\ntext\n",
        name="002_part_2__sec_2__cl_3.md",
    )


def test_the_parent_is_the_nearest_section_that_exists() -> None:
    assert [section.parent for section in split("# Part 2\n### 2.2.3 Effect\n### 3.1.1 Other\n")] == [
        None,
        "part_2",
        None,
    ]


def test_text_before_the_first_heading_and_a_single_title_are_the_preface() -> None:
    sections = split(
        "---\ntitle: x\n---\nLead.\n\n# National Policy\n\nIntro.\n\n# Part 1 — Aims\n### 1.1.1 A\n"
    )

    assert [section.name for section in sections] == [
        "000_preface.md",
        "001_part_1.md",
        "002_part_1__sec_1__cl_1.md",
    ]
    assert sections[0].heading == "National Policy"
    assert sections[0].markdown.endswith("# National Policy\n\nIntro.\n\n")


def test_two_unnumbered_headings_of_level_one_are_parts() -> None:
    assert placed("# Aims\n### A\n# Means\n### B\n") == [
        ("part_1", "part"),
        ("part_1__cl_1", "clause"),
        ("part_2", "part"),
        ("part_2__cl_1", "clause"),
    ]


def test_without_numbers_depth_and_position_decide() -> None:
    text = "# Title\n## One\n### A\n### B\n#### B one\n#### B two\n## Two\n### C\n"

    assert placed(text) == [
        ("preface", "preface"),
        ("sec_1", "section"),
        ("sec_1__cl_1", "clause"),
        ("sec_1__cl_2", "clause"),
        ("sec_1__cl_2__cl_1", "clause"),
        ("sec_1__cl_2__cl_2", "clause"),
        ("sec_2", "section"),
        ("sec_2__cl_1", "clause"),
    ]


def test_unnumbered_headings_stand_below_the_nearest_opener() -> None:
    text = "# Part 3 — Means\n## Money\n### Fund\n## 3.2 People\n### 3.2.1 Skills\n#### Schools\n### Jobs\n"

    assert [eid for eid, _ in placed(text)] == [
        "part_3",
        "part_3__sec_1",
        "part_3__sec_1__cl_1",
        "part_3__sec_2",
        "part_3__sec_2__cl_1",
        "part_3__sec_2__cl_1__cl_1",
        "part_3__sec_2__cl_2",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# T\n## One\n## Two\n", ["preface", "cl_1", "cl_2"]),
        ("# One\n# Two\n", ["cl_1", "cl_2"]),
        ("# 1. One\n# 2. Two\n", ["cl_1", "cl_2"]),
        ("# Part 1 — A\n## 1.1 B\n## 1.2 C\n", ["part_1", "part_1__cl_1", "part_1__cl_2"]),
        ("# T\n## 1. One\n## 4. Four\n", ["preface", "cl_1", "cl_4"]),
    ],
)
def test_a_document_without_clauses_has_its_deepest_headings_as_clauses(
    text: str, expected: list[str]
) -> None:
    assert [section.eid for section in split(text)] == expected
    assert split(text)[-1].kind == "clause"


def test_a_single_number_is_a_part_where_two_numbers_follow_it() -> None:
    text = "# Title\n## 1. Aims\n### 1.1 Growth\n#### 1.1.1 Jobs\n## 2. Means\n"

    assert [section.eid for section in split(text)] == [
        "preface",
        "part_1",
        "part_1__sec_1",
        "part_1__sec_1__cl_1",
        "part_2",
    ]


def test_a_repeated_eid_is_counted() -> None:
    text = "## 2.2 A\n## 2.2 B\n### 2.2.1 C\n## 2.2 D\n### 2.2.1 E\n"

    assert [section.eid for section in split(text)] == [
        "part_2__sec_2",
        "part_2__sec_2_2",
        "part_2__sec_2__cl_1",
        "part_2__sec_2_3",
        "part_2__sec_2__cl_1_2",
    ]


def test_a_number_in_a_heading_wins_over_a_position() -> None:
    text = "# Part 1\n## Before\n## 1.1 First\n### 1.1.1 A\n"

    assert [section.eid for section in split(text)] == [
        "part_1",
        "part_1__sec_1_2",
        "part_1__sec_1",
        "part_1__sec_1__cl_1",
    ]


def test_a_document_without_headings_is_all_preface() -> None:
    assert names("Only text.") == ["000_preface.md"]
    assert split("") == ()


def test_names_have_as_many_digits_as_needed() -> None:
    sections = split("lead\n" + "### Clause\n" * 1000)

    assert sections[0].name == "0000_preface.md"
    assert sections[1].name == "0001_cl_1.md"
    assert sections[-1].name == "1000_cl_1000.md"


def test_line_ends_and_byte_order_mark_stay() -> None:
    text = "\ufeff# Part 1\r\n\r\n### 1.1.1 A\rtext\r\n"

    assert [section.markdown for section in split(text)] == [
        "\ufeff# Part 1\r\n\r\n",
        "### 1.1.1 A\rtext\r\n",
    ]


def test_a_folder_with_sections_is_not_written_again(tmp_path: Path) -> None:
    write(split(POLICY), tmp_path)

    with pytest.raises(SplitProblem) as problem:
        write(split("# Other\n"), tmp_path)

    assert problem.value.sentence == f"{tmp_path} already holds .md files; choose a new folder."
    assert join(tmp_path) == POLICY.encode()


def test_half_a_character_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(SplitProblem, match="half a character"):
        write(split("# A\n# B\n\ud800"), tmp_path / "en")

    assert not (tmp_path / "en").exists()


def test_a_document_that_is_not_utf8_is_refused_with_its_line(tmp_path: Path) -> None:
    document = tmp_path / "latin.md"
    document.write_bytes(b"# One\n\xe9t\xe9\n")

    with pytest.raises(SplitProblem, match=r"is not UTF-8 text: see line 2\."):
        read_document(document)


def test_a_document_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    document = tmp_path / "long.md"
    document.write_bytes(b"a" * (LARGEST_DOCUMENT + 1))

    with pytest.raises(SplitProblem, match=r"is larger than 5 MB\."):
        read_document(document)


def test_what_is_missing_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SplitProblem, match=r"cannot be read: No such file or directory\."):
        read_document(tmp_path / "none.md")
    with pytest.raises(SplitProblem, match=r"cannot be read: No such file or directory\."):
        join(tmp_path / "none")
    with pytest.raises(SplitProblem, match=r"holds no \.md files\."):
        join(tmp_path)
