"""The Report as DOCX, XLSX and PDF: real styles and tables, Urdu from the right, nothing that calculates."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pypdfium2
import pytest
from docx import Document

from portal.formats import FORMATS, write
from portal.formats.report import Cell, Panel, Report, ReportComment, Sentence
from portal.formats.stored_comments import Stored, StoredComments
from portal.formats.theme_blocks import panel_line
from portal.words import words_for
from tests.portal.report_example import ACCEPTED, BODIES, FORMULA, IDS, example

LANGUAGES = ("en", "ur", "both")


def part(content: bytes, name: str) -> str:
    return zipfile.ZipFile(io.BytesIO(content)).read(name).decode("utf-8")


def workbook(language: str = "en") -> Any:
    return openpyxl.load_workbook(io.BytesIO(write(example(language), "xlsx")))


def test_every_format_is_known_by_its_name_and_type() -> None:
    assert list(FORMATS) == ["html", "json", "csv", "docx", "xlsx", "pdf"]
    assert FORMATS["pdf"].media_type == "application/pdf"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_document_has_real_headings_that_its_contents_lead_to(language: str) -> None:
    content = write(example(language), "docx")
    document = Document(io.BytesIO(content))
    styles = [paragraph.style.name for paragraph in document.paragraphs if paragraph.style]
    assert styles.count("Title") == (2 if language == "both" else 1)
    assert styles.count("Heading 1") >= 16
    assert "Heading 3" in styles
    body = part(content, "word/document.xml")
    anchors = {piece.split('"')[0] for piece in body.split('w:hyperlink w:anchor="')[1:]}
    names = {piece.split('"')[0] for piece in body.split('w:name="')[1:]}
    assert len(anchors) >= 16
    assert anchors <= names


def test_urdu_runs_from_the_right_in_paragraphs_runs_and_tables() -> None:
    body = part(write(example("ur"), "docx"), "word/document.xml")
    assert body.count("<w:bidi/>") > 50
    assert body.count("<w:rtl/>") > 50
    assert body.count("<w:bidiVisual/>") == body.count("<w:tbl>") > 5
    assert 'w:cs="Noto Naskh Arabic"' in body
    assert '<w:lang w:bidi="ur-PK"/>' in body
    assert "<w:bidi/>" not in part(write(example("en", themes=()), "docx"), "word/header1.xml")


def test_styles_have_sizes_for_both_kinds_of_script() -> None:
    styles = part(write(example("ur"), "docx"), "word/styles.xml")
    heading = styles.split('w:styleId="Heading1"')[1].split("</w:style>")[0]
    assert '<w:sz w:val="38"/>' in heading
    assert '<w:szCs w:val="46"/>' in heading
    assert "Noto Naskh Arabic" in heading


def test_tables_have_heads_that_come_again_on_every_page() -> None:
    body = part(write(example(), "docx"), "word/document.xml")
    assert body.count("<w:tblHeader/>") >= 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_has_five_sheets_in_order(language: str) -> None:
    book = workbook(language)
    assert book.sheetnames == ["comments", "themes", "clauses", "positions", "method"]
    for sheet in book:
        assert bool(sheet.sheet_view.rightToLeft) == (language == "ur")
        assert sheet.freeze_panes == "B2"


def test_the_workbook_calculates_nothing_and_links_to_nothing() -> None:
    content = write(example(), "xlsx")
    for name in zipfile.ZipFile(io.BytesIO(content)).namelist():
        if name.startswith("xl/worksheets/"):
            assert "<f>" not in part(content, name)
            assert "<hyperlink" not in part(content, name)
    cells = [cell for row in workbook()["comments"].iter_rows() for cell in row]
    (formula,) = (cell for cell in cells if cell.value == FORMULA)
    assert formula.data_type == "s"
    assert formula.quotePrefix
    assert not any(cell.data_type == "f" for cell in cells)


def test_the_first_sheet_holds_every_comment_as_it_was_sent() -> None:
    heads, *rows = workbook()["comments"].iter_rows(values_only=True)
    assert [row[heads.index("id")] for row in rows] == list(IDS)
    assert [row[heads.index("body")] for row in rows] == list(BODIES)


def test_numbers_are_numbers() -> None:
    heads, first, *_ = workbook()["themes"].iter_rows(values_only=True)
    row = dict(zip(heads, first, strict=True))
    assert (row["id"], row["comments"], row["oppose"]) == ("T-0001", 6, 3)
    assert row["comment_ids"] == " ".join(IDS)


def test_files_bear_no_time_but_the_report_s() -> None:
    for kind in ("xlsx", "docx", "pdf"):
        assert write(example(), kind) == write(example(), kind), kind
    later = example(generated_at=datetime(2027, 1, 2, tzinfo=UTC))
    assert "2027-01-02T00:00:00Z" in part(write(later, "xlsx"), "docProps/core.xml")
    assert "2027-01-02T00:00:00Z" in part(write(later, "docx"), "docProps/core.xml")


@pytest.mark.parametrize(("language", "spoken"), [("en", b"/Lang(en"), ("ur", b"/Lang(ur")])
def test_the_paper_is_tagged_and_says_its_language(language: str, spoken: bytes) -> None:
    content = write(example(language), "pdf")
    assert content.startswith(b"%PDF-")
    assert spoken in content
    document = pypdfium2.PdfDocument(content)
    assert pypdfium2.raw.FPDFCatalog_IsTagged(document)
    assert len(document) > 5
    document.close()


def test_sentences_that_look_like_markup_stay_sentences_on_paper() -> None:
    said = '#panic("x") *no* $y$ <tongue> {page}'
    theme = replace(ACCEPTED, sentences=(Sentence({"en": said, "ur": said}, IDS, "theme:T-0001"),))
    document = pypdfium2.PdfDocument(write(example(themes=(theme,)), "pdf"))
    text = " ".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    assert "".join(said.split()) in "".join(text.split())


def test_stored_comments_can_be_gone_through_twice_at_the_same_time() -> None:
    place = ("1.1.1", {"en": "Trees"})
    stored = StoredComments({"cl_1": place})
    body = "x" * 20_000
    person = ("en", "individual", None, None, "web", "", False)
    blank = Stored("", "cl_1", None, *person, ("T-1",), body, "", None)
    for n in range(1_001):
        stored.add(blank._replace(id=f"C-{n}"))
    assert len(stored) == 1_001
    pairs = zip(stored, stored, strict=True)
    assert all(first == second and isinstance(first, ReportComment) for first, second in pairs)
    assert [comment.id for comment in stored] == [f"C-{n}" for n in range(1_001)]
    last = list(stored)[-1]
    assert (last.number, last.heading, last.body) == ("1.1.1", {"en": "Trees"}, body)


def test_who_wrote_about_a_theme_stands_in_a_line_that_names_what_is_hidden() -> None:
    cells = (
        Cell("sindh", {"en": "Sindh", "ur": "سندھ"}, 12, 40),
        Cell("punjab", {"en": "Punjab", "ur": "پنجاب"}, 18, 60),
        Cell("abroad", {"en": "Outside Pakistan", "ur": "پاکستان سے باہر"}, 0, 0),
        Cell("islamabad", {"en": "Islamabad", "ur": "اسلام آباد"}, None, None),
    )
    panel = Panel("province", {"en": "Where do you live?", "ur": "آپ کہاں رہتے ہیں؟"}, 40, 36, cells)
    assert panel_line(words_for("en"), panel).text == (
        "Where do you live? 36 of 40 people answered. "
        "Punjab 18 (60 in 100) · Sindh 12 (40 in 100) · not shown: Islamabad"
    )
    unknown = replace(panel, answered=None, cells=(replace(cells[1], percent=None), cells[3]))
    assert panel_line(words_for("ur"), unknown).text.endswith("پنجاب 18 · ظاہر نہیں: اسلام آباد")


def named(language: str) -> Report:
    """The example with a theme that reviewers named in both languages."""
    names = {"en": "Cameras need a court", "ur": "کیمروں کے لیے عدالت"}
    return example(language, themes=(replace(ACCEPTED, title=names["en"], language="en", names=names),))


def test_a_named_theme_is_called_by_its_name_in_the_report_s_language() -> None:
    for language, name, other in (
        ("en", "Cameras need a court", "کیمروں کے لیے عدالت"),
        ("ur", "کیمروں کے لیے عدالت", "Cameras need a court"),
    ):
        page = write(named(language), "html").decode()
        document = part(write(named(language), "docx"), "word/document.xml")
        for text in (page, document):
            assert name in text
            assert other not in text
        told = json.loads(write(named(language), "json"))["themes"][0]
        assert (told["title"], told["names"]["ur"]) == (name, "کیمروں کے لیے عدالت")
    both = write(named("both"), "html").decode()
    assert both.index("Cameras need a court") < both.index("کیمروں کے لیے عدالت")
    assert json.loads(write(named("both"), "json"))["themes"][0]["title"] == (
        "Cameras need a court · کیمروں کے لیے عدالت"
    )
