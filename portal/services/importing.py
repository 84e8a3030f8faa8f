"""Comments that came by letter, e-mail, meeting or in bulk: rows -> submissions, all of them or none."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import PurePath
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.errors import Conflict, InvalidInput, PortalError
from portal.formats.to_csv import guarded
from portal.models import Clause, Consultation, Submission
from portal.services import consultations, submissions
from portal.services.checking import NewComment, NewSubmission, check
from portal.services.clause_codes import WHOLE, read_clause_code
from portal.services.rows_csv import ColumnsTwice, read_csv
from portal.services.submissions import Acknowledgement
from portal.services.texts import fault
from portal.words import PAKISTAN

FIELDS = (
    "body",
    "clause",
    "position",
    "language",
    "submitter",
    "name",
    "organisation",
    "email",
    "received_at",
    "postmarked_at",
    "reference",
)
OF_THE_SENDER = (
    "submitter",
    "name",
    "organisation",
    "email",
    "language",
    "received_at",
    "postmarked_at",
    "about",
)
ABOUT = "about."
"""Before the key of a question about the sender, as in about.province."""
MOST_ROWS = 100_000
JSON_ENDINGS = (".json", ".jsonl", ".ndjson")
CSV_ENDINGS = (".csv", ".tsv")


@dataclass(frozen=True)
class RowProblem:
    """What is wrong with one row; `line` counts from 1."""

    line: int
    field: str
    key: str


class BadRows(PortalError):
    """Rows that cannot be taken; nothing was stored."""

    key = "error.rows"

    def __init__(self, problems: Sequence[RowProblem]) -> None:
        super().__init__()
        self.problems = tuple(problems)


Row = tuple[int, Mapping[str, Any] | None]
"""Number of the line, and its members; None where the line is no object."""


def read_json_lines(text: str) -> list[Row]:
    """JSON lines -> numbered rows, empty lines passed over."""
    rows: list[Row] = []
    for line, content in enumerate(text.split("\n"), start=1):
        if not content.strip():
            continue
        try:
            value = json.loads(content)
        except (ValueError, RecursionError):
            value = None
        rows.append((line, value if isinstance(value, dict) else None))
    return rows


def read_rows(text: str, name: str = "") -> list[Row]:
    """JSON lines or CSV, as the file's name says; else JSON lines where the text begins with a brace.

    Raises BadRows where two columns have one name.
    """
    ending = PurePath(name).suffix.lower()
    braced = text.lstrip("\ufeff \t\r\n").startswith("{")
    if ending in JSON_ENDINGS or (braced and ending not in CSV_ENDINGS):
        return read_json_lines(text.removeprefix("\ufeff"))
    try:
        return list(read_csv(text))
    except ColumnsTwice as error:
        raise BadRows(
            [RowProblem(error.line, column, "error.column.twice") for column in error.names]
        ) from None


def import_rows(
    session: Session,
    rows: Iterable[Row],
    *,
    slug: str,
    version: str,
    channel: str,
    secret_key: str,
    now: datetime,
    batch: str | None = None,
    demonstration: bool = False,
    progress: Any = None,
) -> list[Acknowledgement]:
    """Store every row or none. Rows with the same non-empty reference are one submission.

    `batch` names the hand-in: the same one again stores nothing and gives the same receipts.
    Raises NotFound for the consultation or draft, BadRows with every bad row, Conflict where the batch is
    stored with other content.
    """
    groups = check_rows(session, rows, slug=slug, version=version, now=now)
    if batch is not None:
        sent_now = [sent for _, sent in groups]
        _assert_same(session, sent_now, slug=slug, version=version, batch=batch, channel=channel)
    answers = []
    for place, (_, sent) in enumerate(groups, start=1):
        answers.append(
            submissions.submit(
                session,
                slug,
                version,
                replace(sent, batch=batch),
                channel=channel,
                key=f"import:{batch}:{place}" if batch is not None else None,
                secret_key=secret_key,
                now=now,
                demonstration=demonstration,
            )
        )
        if progress is not None:
            progress(place, len(groups))
    return answers


def check_rows(
    session: Session, rows: Iterable[Row], *, slug: str, version: str, now: datetime
) -> list[tuple[list[int], NewSubmission]]:
    """(lines, submission) of each sender, nothing stored. Raises NotFound, BadRows with every bad row."""
    _, draft = consultations.find_draft(session, slug, version)
    groups, problems = _grouped(_with_codes(session, draft.id, rows), now)
    for lines, sent in groups:
        problems += _problems(session, draft.id, lines, sent)
    if not groups and not problems:
        problems.append(RowProblem(1, "", "error.rows.none"))
    if problems:
        raise BadRows(sorted(problems, key=lambda p: (p.line, p.field)))
    return groups


def clause_of_code(session: Session, draft_id: int, text: str) -> str:
    """The clause that a code on paper names ("" for the whole); what is no code stays as it is."""
    place = read_clause_code(text)
    if place is None:
        return text
    if place == WHOLE:
        return ""
    eid = session.scalar(
        select(Clause.eid).where(Clause.draft_id == draft_id, Clause.ordinal == place, Clause.commentable)
    )
    return eid or text


def _with_codes(session: Session, draft_id: int, rows: Iterable[Row]) -> Iterable[Row]:
    for line, row in rows:
        named = row.get("clause") if row else None
        if row is None or not isinstance(named, str) or not named:
            yield line, row
        else:
            yield line, {**row, "clause": clause_of_code(session, draft_id, named)}


def _assert_same(
    session: Session, sent: Sequence[NewSubmission], *, slug: str, version: str, batch: str, channel: str
) -> None:
    """Raise Conflict where a batch of this name is stored and is not this one, sender by sender.

    The days, the reference and the channel are no part of a submission's digest; yet a receipt must never be
    listed under somebody else's reference.
    """
    stored = session.scalars(
        select(Submission)
        .join(Consultation, Consultation.id == Submission.consultation_id)
        .where(Consultation.slug == slug, Submission.batch == batch)
        .order_by(Submission.id)
    ).all()
    if not stored:
        return
    _, draft = consultations.find_draft(session, slug, version)
    same = len(stored) == len(sent) and all(
        old.channel == channel
        and old.content_sha256 == check(session, draft.id, new).content_sha256
        and old.postmarked_at == new.postmarked_at
        and new.received_at in (None, old.received_at)
        and (old.erased_at is not None or old.reference == new.reference)
        for old, new in zip(stored, sent, strict=True)
    )
    if not same:
        raise Conflict("error.conflict.batch")


def _grouped(
    rows: Iterable[Row], now: datetime
) -> tuple[list[tuple[list[int], NewSubmission]], list[RowProblem]]:
    problems: list[RowProblem] = []
    groups: dict[object, list[tuple[int, dict[str, Any]]]] = {}
    for count, (line, row) in enumerate(rows, start=1):
        if count > MOST_ROWS:
            problems.append(RowProblem(line, "", "error.rows.many"))
            break
        if row is None:
            problems.append(RowProblem(line, "", "error.row.json"))
            continue
        values, found = _values(line, row, now)
        problems += found
        if not found:
            groups.setdefault(values["reference"] or ("row", line), []).append((line, values))
    made = []
    for group in groups.values():
        problems += _disagreements(group)
        made.append(([line for line, _ in group], _submission([values for _, values in group])))
    return made, problems


def _values(line: int, row: Mapping[str, Any], now: datetime) -> tuple[dict[str, Any], list[RowProblem]]:
    asked = tuple(name for name in row if str(name).startswith(ABOUT))
    known = (*FIELDS, *asked)
    problems = [RowProblem(line, str(name), "error.field.unknown") for name in row if name not in known]
    values: dict[str, Any] = {}
    for name in known:
        value = row.get(name)
        if value is not None and not isinstance(value, str):
            problems.append(RowProblem(line, name, "error.field.text"))
            value = None
        values[name] = value or None
    answers = ((name.removeprefix(ABOUT), values.pop(name)) for name in asked)
    values["about"] = {key: choice for key, choice in answers if choice}
    if values["reference"] and (key := fault(values["reference"])) is not None:
        problems.append(RowProblem(line, "reference", key))
    for name in ("received_at", "postmarked_at"):
        if values[name] is not None:
            try:
                values[name] = _moment(values[name], now)
            except (ValueError, OverflowError):
                problems.append(RowProblem(line, name, "error.row.time"))
    if values["body"] is None and not problems:
        problems.append(RowProblem(line, "body", "error.body.empty"))
    return values, problems


def _moment(text: str, now: datetime) -> datetime:
    """RFC 3339, or a day in Pakistan; not in the future."""
    if len(text) == 10:
        moment = datetime.combine(date.fromisoformat(text), time(), PAKISTAN)
    else:
        moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or moment > now:
        raise ValueError(text)
    return moment.astimezone(UTC)


def _disagreements(group: Sequence[tuple[int, dict[str, Any]]]) -> list[RowProblem]:
    first = group[0][1]
    return [
        RowProblem(line, name, "error.row.reference")
        for line, values in group[1:]
        for name in OF_THE_SENDER
        if values[name] != first[name]
    ]


def _submission(rows: Sequence[dict[str, Any]]) -> NewSubmission:
    first = rows[0]
    return NewSubmission(
        comments=tuple(NewComment(row["body"], row["clause"], row["position"]) for row in rows),
        submitter=first["submitter"],
        name=first["name"],
        organisation=first["organisation"],
        email=first["email"],
        language=first["language"],
        reference=first["reference"],
        about=first["about"],
        received_at=first["received_at"],
        postmarked_at=first["postmarked_at"],
    )


def _problems(session: Session, draft_id: int, lines: list[int], sent: NewSubmission) -> list[RowProblem]:
    try:
        check(session, draft_id, sent)
    except InvalidInput as error:
        found = []
        for field, keys in error.fields.items():
            place, name = (
                (int(field.split(".")[1]), field.split(".")[2])
                if field.startswith("comments.")
                else (0, field)
            )
            found += [RowProblem(lines[place], name, key) for key in keys]
        return found
    return []


def receipt_table(references: Sequence[str], answers: Sequence[Acknowledgement]) -> bytes:
    """CSV of the sender's own reference and the receipt, to be sent back to everybody; formulas are inert."""
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(("reference", "receipt", "comments"))
    for reference, answer in zip(references, answers, strict=True):
        names = " ".join(comment.id for comment in answer.comments)
        table.writerow((guarded(reference), answer.receipt, names))
    return out.getvalue().encode("utf-8-sig", "replace")
