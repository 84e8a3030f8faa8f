"""Papers: receipts, drafts and answer forms as PDF, DOCX, Markdown and one page."""

from __future__ import annotations

import io
import zipfile

import httpx
import pypdfium2
import pytest

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
