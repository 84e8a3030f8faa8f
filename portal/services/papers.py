"""What is printed: a receipt, a draft, an answer form, each as a paper of plain blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import qr
from portal.errors import NotFound
from portal.formats.blocks import blocks_of
from portal.formats.paper import Block, Paper
from portal.models import Clause, Draft
from portal.services import consultations, drafts
from portal.services.canonical import sha256_text
from portal.services.clause_codes import WHOLE, clause_code
from portal.services.rows import POSITIONS, ClauseRow, ConsultationRow, ReceiptComment, ReceiptRow, Text
from portal.templating import grouped
from portal.words import Words, plain
from search_index.analysis import detect_language

FORM_LINES = {"en": 7, "ur": 4}
"""What leaves the form on one page, whose letters are taller in Urdu."""


def receipt(row: ReceiptRow, words: Words, *, address: str) -> Paper:
    """Everything the receipt's page says that proves: code, texts, times, fingerprints, what comes next."""
    blocks = [
        Block("heading", words.plain("paper.receipt.title"), words.language, 1),
        *_notices(row.consultation, words),
        Block("code", row.receipt),
        Block("para", _keep(row, words), words.language),
        Block("qr", qr.qr_file(address), rows=((words.plain("paper.receipt.qr"),),)),
    ]
    for place, comment in enumerate(row.comments, start=1):
        if len(row.comments) > 1:
            title = words.plain("receipt.nth", n=place, total=len(row.comments))
            blocks.append(Block("heading", title, words.language))
        blocks.append(Block("facts", "", words.language, rows=tuple(_facts(row, comment, words))))
    if row.erased_at is None:
        blocks.append(Block("heading", words.plain("next.title"), words.language))
        blocks += [Block("para", sentence, words.language) for sentence in _what_next(row, words)]
    return _paper(words, words.plain("paper.receipt.title"), row.received_at, row.consultation, blocks)


def draft(session: Session, row: ConsultationRow, version: Draft, words: Words) -> Paper:
    """The whole draft: what it is, then every part, section and clause."""
    title = _in(row.title, words)
    blocks = [
        Block("heading", title, _language(row.title, words), 1),
        Block("para", _in(row.ministry, words), _language(row.ministry, words)),
        Block("para", words.plain("paper.draft.version", version=version.version), words.language),
        Block(
            "para",
            words.plain("paper.draft.published", date=words.date(version.published_at)),
            words.language,
        ),
        *_notices(row, words),
        Block("contents", words.plain("paper.draft.contents"), words.language),
    ]
    for clause in drafts.clauses(session, version):
        blocks += _clause_blocks(clause, words)
    return _paper(words, title, version.published_at, row, blocks)


def draft_markdown(session: Session, row: ConsultationRow, version: Draft, words: Words) -> str:
    """The draft's own Markdown, its sections one after the other, under what must be known of it."""
    notices = [f"> {block.text}" for block in _notices(row, words)]
    texts = [_in(clause.markdown, words).strip() for clause in drafts.clauses(session, version)]
    return "\n\n".join([*notices, *(text for text in texts if text)]) + "\n"


def answer_form(
    session: Session, row: ConsultationRow, version: Draft, words: Words, *, eid: str | None
) -> Paper:
    """A form to be written on by hand, for one clause or (None) for any, with the code of its clause.

    Raises NotFound for a clause on which nothing can be said.
    """
    title = words.plain("paper.form.title")
    blocks = [
        Block("heading", title, words.language, 1),
        Block("para", _in(row.title, words), _language(row.title, words)),
        Block("para", words.plain("paper.form.send", contact=row.contact), words.language),
        Block("para", _when(row, words), words.language),
        *_notices(row, words),
    ]
    codes = list(_codes(session, version, words))
    if eid is None:
        blocks.append(
            Block(
                "facts", "", words.language, rows=((words.plain("paper.form.code"), "______ - __", "code"),)
            )
        )
    else:
        chosen = next((code for code in codes if code[0] == eid.lower()), None)
        if chosen is None:
            raise NotFound("error.not_found.clause")
        rows = (
            (words.plain("paper.form.code"), chosen[1], "code"),
            (words.plain("fact.clause"), chosen[2], chosen[3]),
        )
        blocks.append(Block("facts", "", words.language, rows=rows))
    blocks += _fields(words, FORM_LINES[words.language])
    if eid is None:
        head = (words.plain("paper.form.code"), words.plain("fact.clause"))
        table = (head, *((code, label) for _, code, label, _ in codes))
        blocks += [Block("break"), Block("heading", words.plain("paper.form.codes"), words.language)]
        blocks.append(Block("table", "", words.language, rows=table))
    return _paper(words, title, version.published_at, row, blocks)


def _when(row: ConsultationRow, words: Words) -> str:
    opens, moment = words.date(row.opens_at), words.moment(row.closes_at)
    return f"{words.plain('paper.form.opened', date=opens)} {words.plain('paper.form.until', moment=moment)}"


def _fields(words: Words, lines: int) -> Iterator[Block]:
    positions = tuple((words.plain(f"position.{value}"),) for value in (*POSITIONS, "none"))
    yield Block("heading", words.plain("form.position"), words.language)
    yield Block("ticks", "", words.language, rows=positions)
    yield Block("heading", words.plain("form.body"), words.language)
    yield Block("lines", level=lines)
    yield Block("heading", words.plain("paper.form.who"), words.language)
    yield Block("lines", level=2)
    choices = ((words.plain("form.name_public.yes"),), (words.plain("form.name_public.no"),))
    yield Block("para", words.plain("form.name_public"), words.language)
    yield Block("ticks", "", words.language, rows=choices)
    yield Block("note", words.plain("paper.form.receipt"), words.language)


def _codes(session: Session, version: Draft, words: Words) -> Iterator[tuple[str, str, str, str]]:
    """(eId, code, number and heading, its language) of everything that can be commented on."""
    yield drafts.WHOLE, clause_code(WHOLE), words.plain("clause.whole_title"), words.language
    headings = consultations.headings_of(session, version.id)
    rows = session.execute(
        select(Clause.eid, Clause.number, Clause.ordinal)
        .where(Clause.draft_id == version.id, Clause.commentable)
        .order_by(Clause.ordinal)
    )
    for row in rows:
        heading = headings.get(row.eid, {})
        label = f"{row.number or ''} {_in(heading, words)}".strip()
        yield row.eid, clause_code(row.ordinal), label, _language(heading, words)


def _keep(row: ReceiptRow, words: Words) -> str:
    """What to do with the code; a code that can be sent again is not called the only key."""
    if row.erased_at is not None:
        received, erased = words.date(row.received_at), words.date(row.erased_at)
        return words.plain("receipt.erased.text", received=received, erased=erased)
    keep = words.plain("receipt.keep_sent" if row.email_given else "receipt.keep")
    return f"{keep} {words.plain('receipt.private')}"


def _what_next(row: ReceiptRow, words: Words) -> Iterator[str]:
    closes = row.consultation.closes_at
    yield words.plain("next.received", date=words.date(row.received_at))
    if any(comment.editable for comment in row.comments):
        yield words.plain("receipt.next.change", moment=words.moment(closes))
    if any(comment.status == "pending" for comment in row.comments):
        yield words.plain("next.waiting")
    yield words.plain("next.read")
    yield words.plain("next.report", date=words.date(closes))
    if row.tell_me:
        yield words.plain("receipt.next.told")


def _decided(comment: ReceiptComment, words: Words) -> str:
    state = words.plain(f"receipt.state.{comment.status}")
    if comment.reason and comment.status in ("pending", "withheld", "spam"):
        return f"{state} {words.plain('receipt.reason', reason=words.text(f'reason.{comment.reason}'))}"
    return state


def _facts(row: ReceiptRow, comment: ReceiptComment, words: Words) -> Iterator[tuple[str, str, str]]:
    def fact(key: str, value: str, language: str = words.language) -> tuple[str, str, str]:
        return words.plain(key), value, language

    yield fact("fact.number", comment.id, "code")
    yield fact("fact.status", _decided(comment, words))
    yield fact("fact.received", plain(words.moment(row.received_at)))
    heading = _in(comment.heading, words) if comment.clause else words.plain("clause.whole_title")
    spoken = _language(comment.heading, words) if comment.clause else words.language
    yield fact("fact.clause", f"{comment.number or ''} {heading}".strip(), spoken)
    if comment.status != "erased":
        yield fact("fact.your_position", words.plain(f"position.{comment.position or 'none'}"))
    if comment.body is not None:
        yield fact("fact.your_words", comment.body, _script(comment.body))
    if comment.suggested_wording is not None:
        yield fact("redline.title", comment.suggested_wording, _script(comment.suggested_wording))
        yield fact("paper.receipt.wording_hash", grouped(sha256_text(comment.suggested_wording)), "code")
    yield fact("fact.fingerprint", f"sha256 {grouped(comment.sha256)}", "code")


def _clause_blocks(clause: ClauseRow, words: Words) -> Iterator[Block]:
    language = _language(clause.heading, words)
    level = min(2 + clause.eid.count("__"), 4)
    heading = f"{clause.number or ''} {_in(clause.heading, words)}".strip()
    if heading and clause.kind != "preface":
        yield Block("heading", heading, language, level)
    yield from blocks_of(_in(clause.html, words), _language(clause.html, words))


def _notices(row: ConsultationRow, words: Words) -> list[Block]:
    keys = [key for key in ("restatement", "demonstration") if getattr(row, key)]
    return [Block("note", words.plain(f"notice.{key}"), words.language) for key in keys]


def _paper(words: Words, title: str, when: datetime, row: ConsultationRow, blocks: Sequence[Block]) -> Paper:
    running = f"{_in(row.title, words)} · {words.plain('site.name')}"
    return Paper(
        title=title,
        language=words.language,
        date=words.local_day(when).isoformat(),
        running=running,
        missing=words.plain("paper.missing") + " %s",
        blocks=tuple(blocks),
    )


def _in(text: Text, words: Words) -> str:
    return text.get(words.language) or next(iter(text.values()), "")


def _language(text: Text, words: Words) -> str:
    return words.language if text.get(words.language) else next(iter(text), words.language)


def _script(text: str) -> str:
    return "ur" if detect_language(text) == "ur" else "en"
