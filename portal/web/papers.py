"""Papers to download or print: a receipt, the whole draft, an answer form."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile

from starlette.requests import Request
from starlette.responses import Response

from portal.formats.docx import docx
from portal.formats.paper import Paper
from portal.formats.typeset import pdf
from portal.models.database import Session
from portal.services import comments, consultations, drafts, papers
from portal.web import door, pages
from portal.web.state import portal_of
from portal.words import words_for

LAYOUT = 2
"""Raised whenever drafts are set in another way, so that files kept from before are made anew."""

KINDS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown; charset=utf-8",
}


async def receipt(request: Request) -> Response:
    """The receipt as PDF; kept nowhere, and its file name does not hold the code."""
    code, portal = request.path_params["receipt"], portal_of(request)
    language = pages.language_of(request)
    row = await door.read(request, lambda session: comments.find_receipt(session, code, now=portal.clock()))
    address = f"{portal.settings.public_url}/{language}/receipts/{row.receipt}"
    paper = papers.receipt(row, words_for(language), address=address)
    made = await door.export(request, lambda: pdf(paper))
    return _file(made, "pdf", "mashwara-receipt.pdf", dict(pages.NO_STORE))


async def text(request: Request) -> Response:
    """The whole draft on one page to read and print."""
    slug, version = request.path_params["slug"], request.path_params["version"]

    def ask(session: Session) -> str:
        _, draft = consultations.find_draft(session, slug, version)
        return pages.page(
            request,
            "public/draft_text.html",
            nav="consultations",
            consultation=consultations.get(session, slug, portal_of(request).clock()),
            version=draft.version,
            clauses=drafts.clauses(session, draft),
        )

    return pages.answer(await door.read(request, ask))


async def text_pdf(request: Request) -> Response:
    """The whole draft as PDF."""
    return await _draft_file(request, "pdf", pdf)


async def text_docx(request: Request) -> Response:
    """The whole draft as DOCX."""
    return await _draft_file(request, "docx", docx)


async def text_md(request: Request) -> Response:
    """The whole draft as Markdown."""
    slug, version = request.path_params["slug"], request.path_params["version"]
    words = words_for(pages.language_of(request))

    def ask(session: Session) -> str:
        _, draft = consultations.find_draft(session, slug, version)
        row = consultations.get(session, slug, portal_of(request).clock())
        return papers.draft_markdown(session, row, draft, words)

    made = await door.read(request, ask)
    return _file(made.encode("utf-8"), "md", f"{slug}-{version}-{words.language}.md", dict(pages.SHARED))


async def form(request: Request) -> Response:
    """A form to be written on by hand, for one clause or for any."""
    slug, version = request.path_params["slug"], request.path_params["version"]
    eid, words = request.query_params.get("clause") or None, words_for(pages.language_of(request))

    def ask(session: Session) -> Paper:
        _, draft = consultations.find_draft(session, slug, version)
        row = consultations.get(session, slug, portal_of(request).clock())
        return papers.answer_form(session, row, draft, words, eid=eid)

    paper = await door.read(request, ask)
    made = await door.export(request, lambda: pdf(paper))
    return _file(made, "pdf", f"{slug}-{version}-form-{words.language}.pdf", dict(pages.SHARED))


async def _draft_file(request: Request, kind: str, write: Callable[[Paper], bytes]) -> Response:
    """A draft never changes: its files are made once and kept in the data dir under its fingerprint."""
    slug, version = request.path_params["slug"], request.path_params["version"]
    words, portal = words_for(pages.language_of(request)), portal_of(request)

    def ask(session: Session) -> tuple[Path, Paper | None]:
        _, draft = consultations.find_draft(session, slug, version)
        row = consultations.get(session, slug, portal.clock())
        shown = "-demonstration" if row.demonstration else ""
        marks = f"{draft.sha256[:32]}-{LAYOUT}{shown}-{words.language}"
        kept = portal.settings.data_dir / "papers" / f"{marks}.{kind}"
        return kept, None if kept.exists() else papers.draft(session, row, draft, words)

    kept, paper = await door.read(request, ask)
    made = await door.export(request, lambda: _made_once(kept, paper, write))
    return _file(made, kind, f"{slug}-{version}-{words.language}.{kind}", dict(pages.SHARED))


def _made_once(kept: Path, paper: Paper | None, write: Callable[[Paper], bytes]) -> bytes:
    if paper is None:
        return kept.read_bytes()
    made = write(paper)
    kept.parent.mkdir(exist_ok=True)
    with NamedTemporaryFile(dir=kept.parent, delete=False) as file:
        file.write(made)
        file.flush()
        os.fsync(file.fileno())  # a name that outlives its content would be served for ever
    os.replace(file.name, kept)  # noqa: PTH105 (one step, whoever else makes it too)
    return made


def _file(content: bytes, kind: str, name: str, headers: dict[str, str]) -> Response:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=KINDS[kind], headers={**headers, **disposition})
