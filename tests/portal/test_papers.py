"""Papers: receipts, drafts and answer forms as PDF, DOCX, Markdown and one page."""

from __future__ import annotations

import io
import zipfile

import httpx
import pypdfium2
import pytest

from portal.formats.blocks import blocks_of
from portal.formats.docx import docx
from portal.formats.paper import Block, Paper
from portal.formats.typeset import pdf, with_known_letters
from portal.qr import qr_svg
from portal.services.clause_codes import clause_code, read_clause_code
from tests import make
from tests.make import CLAUSE, SLUG, House

AT = f"/en/{SLUG}/v1"


def text_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    pages = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return " ".join(" ".join(pages).split())


def paper(*blocks: Block) -> Paper:
    return Paper("Title", "en", "2026-11-24", "Foot", "Missing: %s", blocks)


async def test_a_receipt_on_paper_holds_everything_that_proves(
    house: House, client: httpx.AsyncClient
) -> None:
    answer = make.comment(house, "Twelve is too few \U0001f333 — سایہ ضروری ہے۔", position="oppose")
    made = await client.get(f"/en/receipts/{answer.receipt}/receipt.pdf")
    assert made.headers["content-type"] == "application/pdf"
    assert made.headers["cache-control"] == "no-store"
    assert answer.receipt not in made.headers["content-disposition"]
    text = text_of(made.content)
    for wanted in (answer.receipt, "C-0001", "Twelve is too few [U+1F333]", "1.1.1 Street trees", "Oppose"):
        assert wanted in text
    assert answer.comments[0].sha256 in text.replace(" ", "")
    assert "DECIDUOUS TREE" in text


async def test_an_unknown_receipt_has_no_paper(client: httpx.AsyncClient) -> None:
    made = await client.get("/en/receipts/00000-00000-00000-00000-00000-00/receipt.pdf")
    assert made.status_code == 404


async def test_the_same_paper_is_the_same_bytes(house: House, client: httpx.AsyncClient) -> None:
    address = f"/ur/receipts/{make.comment(house, 'سایہ').receipt}/receipt.pdf"
    assert (await client.get(address)).content == (await client.get(address)).content


@pytest.mark.parametrize("language", ["en", "ur"])
async def test_the_draft_comes_as_pdf_docx_markdown_and_one_page(
    house: House, client: httpx.AsyncClient, language: str
) -> None:
    at, wanted = f"/{language}/{SLUG}/v1", {"en": "Every street has 12 trees", "ur": "درخت"}[language]
    page = await client.get(f"{at}/text")
    assert f'href="{at}/{CLAUSE}"' in page.text
    assert wanted in page.text
    made = await client.get(f"{at}/text.pdf")
    assert made.content.startswith(b"%PDF-")
    if language == "en":
        assert wanted in text_of(made.content)
    word = await client.get(f"{at}/text.docx")
    xml = zipfile.ZipFile(io.BytesIO(word.content)).read("word/document.xml").decode()
    assert wanted in xml
    assert ("<w:bidi/>" in xml) == (language == "ur")
    markdown = await client.get(f"{at}/text.md")
    assert markdown.headers["content-type"] == "text/markdown; charset=utf-8"
    assert wanted in markdown.text
    assert len(list((house.settings.data_dir / "papers").iterdir())) == 2
    assert (await client.get(f"{at}/text.pdf")).content == made.content


async def test_an_answer_form_names_the_clause_and_its_code(client: httpx.AsyncClient) -> None:
    one = text_of((await client.get(f"{AT}/form.pdf?clause={CLAUSE}")).content)
    assert f"Clause code {clause_code(3)}" in one
    assert "1.1.1 Street trees" in one
    assert "Forest Office" in one
    blank = text_of((await client.get(f"{AT}/form.pdf")).content)
    for code in (clause_code(0), clause_code(3), clause_code(4)):
        assert code in blank
    assert (await client.get(f"{AT}/form.pdf?clause=part_1")).status_code == 404
    assert (await client.get(f"/ur/{SLUG}/v1/form.pdf")).status_code == 200


def test_letters_that_no_font_has_are_named_at_the_end() -> None:
    ready = with_known_letters(paper(Block("para", "A \U0001f600 漢 \u200b\u202eb")))
    assert ready.blocks[0].text == "A [U+1F600] [U+6F22] b"
    assert ready.blocks[-1].text == ("Missing: [U+1F600] GRINNING FACE, [U+6F22] CJK UNIFIED IDEOGRAPH-6F22")


@pytest.mark.parametrize(
    "text",
    [
        "#panic()",
        "$x^2$ *bold* _it_ @ref <label> \\ `raw` #include",
        "\x00\x01\ufffe",
        "a" * 5_000,
        "\u0301" * 40,
    ],
)
def test_whatever_a_person_writes_is_set_as_text(text: str) -> None:
    made = pdf(paper(Block("heading", text, level=1), Block("facts", rows=(("Words", text, "ur"),))))
    assert made.startswith(b"%PDF-")


def test_a_clause_code_catches_a_wrong_digit_and_reads_urdu_ones() -> None:
    assert read_clause_code(clause_code(41)) == 41
    assert read_clause_code("۰۴۱ ۷".replace("۷", "۰۱۲۳۴۵۶۷۸۹"[int(clause_code(41)[-1])])) == 41
    digits = clause_code(417).replace("-", "")
    for place in range(4):
        for other in "0123456789":
            wrong = digits[:place] + other + digits[place + 1 :]
            assert (read_clause_code(wrong) == 417) == (wrong == digits)
    assert read_clause_code("nonsense") is None


def test_a_qr_code_is_named_for_who_cannot_see_it() -> None:
    shown = qr_svg("https://test/en/receipts/X", "The <receipt>")
    assert 'role="img"' in shown
    assert "<title>The &lt;receipt&gt;</title>" in shown
    assert 'aria-hidden="true"' in qr_svg("x")


def test_a_draft_on_paper_keeps_tables_lists_and_the_label_of_what_is_not_official() -> None:
    html = (
        '<p class="para"><span class="n">(1)</span> One <strong>bold</strong> &amp; <a href="x">term</a>. '
        '<span class="supplied-label">Supplied by this restatement</span></p>'
        '<ol start="3"><li>three<ul><li>inside</li></ul></li><li>four</li></ol>'
        "<table><thead><tr><th>Year</th><th>Target</th></tr></thead>"
        '<tbody><tr><td colspan="2">2023</td></tr></tbody></table><p>after<br>all</p>'
    )
    assert blocks_of(html, "en") == (
        Block("para", "(1) One bold & term.", "en", 1),
        Block("label", "Supplied by this restatement", "en", 1),
        Block("item", "three", "en", 1, (("3.",),)),
        Block("item", "inside", "en", 2, (("•",),)),
        Block("item", "four", "en", 1, (("4.",),)),
        Block("table", "", "en", 2, (("Year", "Target"), ("2023", ""))),
        Block("para", "after\nall", "en", 1),
    )
    assert blocks_of("", "ur") == ()


@pytest.mark.parametrize("language", ["en", "ur"])
def test_tables_lists_labels_and_contents_are_set_in_both_kinds_of_file(language: str) -> None:
    made = Paper(
        "T",
        language,
        "2026-11-24",
        "Foot",
        "Missing: %s",
        (
            Block("heading", "T", language, 1),
            Block("contents", "Contents", language),
            Block("heading", "1.1 Trees", language, 2),
            Block("para", "Twelve.", language),
            Block("label", "Supplied", language),
            Block("item", "inside", language, 2, (("•",),)),
            Block("table", "", language, 2, (("Year", "Target"), ("2023", "Fund"))),
        ),
    )
    text = text_of(pdf(made))
    assert text.count("1.1 Trees") == 2
    for wanted in ("Supplied", "• inside", "Year", "Fund"):
        assert wanted in text
    xml = zipfile.ZipFile(io.BytesIO(docx(made))).read("word/document.xml").decode()
    assert '<w:hyperlink w:anchor="b2">' in xml
    assert '<w:bookmarkStart w:id="2" w:name="b2"/>' in xml
    assert xml.count("<w:tbl>") == 1
    assert ("<w:bidiVisual/>" in xml) == (language == "ur")


async def test_a_receipt_on_paper_says_that_a_code_can_be_sent_again_where_it_can(
    house: House, client: httpx.AsyncClient
) -> None:
    given = make.comment(house, "With an address.", email="asma@mail.example")
    without = make.comment(house, "Without one.", key="other")
    texts = [
        text_of((await client.get(f"/en/receipts/{sent.receipt}/receipt.pdf")).content)
        for sent in (given, without)
    ]
    assert ["we can send it again" in text for text in texts] == [True, False]
    assert ["It is the only key" in text for text in texts] == [False, True]
    for text in texts:
        assert "Do not share this page" in text
        assert "you can change or withdraw it" in text


async def test_an_answer_form_is_one_page_and_its_codes_follow(client: httpx.AsyncClient) -> None:
    for language in ("en", "ur"):
        at = f"/{language}/{SLUG}/v1/form.pdf"
        for address, pages in ((f"{at}?clause={CLAUSE}", 1), (at, 2)):
            document = pypdfium2.PdfDocument((await client.get(address)).content)
            assert len(document) == pages, address
            document.close()


def test_signs_that_part_words_still_part_them_and_no_letter_goes_unsaid() -> None:
    ready = with_known_letters(paper(Block("para", "a\tb\x0bc \u0e1b\u0e35")))
    assert ready.blocks[0].text == "a b c [U+0E1B][U+0E35]"
    assert "THAI CHARACTER SARA II" in ready.blocks[-1].text


async def test_a_draft_kept_in_an_earlier_layout_is_made_anew(
    house: House, client: httpx.AsyncClient
) -> None:
    await client.get(f"{AT}/text.docx")
    (kept,) = (house.settings.data_dir / "papers").iterdir()
    earlier = kept.with_name(kept.name.replace("-2-en", "-en"))
    kept.rename(earlier)
    earlier.write_bytes(b"made before")
    assert (await client.get(f"{AT}/text.docx")).content.startswith(b"PK")
