"""Search as people meet it, for benchmarks.search: a served portal asked over HTTP, filters and counts on.

The public interface and the desk answer the same questions, one after the other over one kept connection;
then 1,000 hostile ones, each answered with 200 or a 4xx. Times are milliseconds beside those of two answers
of the same run: /healthz, which is HTTP alone, and counting the published comments in SQL. "cpu" is what the
server's process needed of a processor, which other work on the machine does not change.
"""

from __future__ import annotations

import http.client
import multiprocessing
import random
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import uvicorn
from sqlalchemy import insert, select, text

from benchmarks import parts
from benchmarks.search_engines import Question, asked
from portal import migrations
from portal.app import build_app
from portal.models import Clause, Comment, Consultation, Draft, Submission
from portal.opening import engine_of
from portal.services import desk_sessions, reviewers, search
from search_index.documents import Document

AT_ONCE = 5_000
SEED = 20261125
BOUNDS = (
    ("ordinary", 50, 60),
    ("ordinary", 95, 200),
    ("no hit", 95, 100),
    ("hostile", 99, 300),
    ("hostile", 100, 1_000),
)
"""(kind of question, percentile, milliseconds); p100 is the worst, "no hit" the one with "did you mean"."""
API, DESK = "/api/v1/search", "/en/desk/search"


@dataclass
class Times:
    """What was measured of one kind of question."""

    milliseconds: list[float] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    busy: list[float] = field(default_factory=list)
    """Milliseconds of processor time of the server."""

    def at(self, percent: float) -> float:
        return float(np.percentile(self.milliseconds, percent))


class Client:
    """One kept connection; whatever was refused or cut counts as 0."""

    def __init__(self, port: int, cookie: str, process: int) -> None:
        self._port, self._cookie, self._process = port, cookie, process
        self._open()

    def ask(self, target: str, times: Times) -> None:
        start, busy = time.perf_counter(), cpu_of(self._process)
        try:
            self._connection.request("GET", target, headers={"Cookie": self._cookie})
            answer = self._connection.getresponse()
            answer.read()
            status = answer.status
            if answer.will_close:
                self._open()
        except (OSError, http.client.HTTPException):
            status = 0
            self._open()
        times.milliseconds.append((time.perf_counter() - start) * 1000)
        times.busy.append((cpu_of(self._process) - busy) * 1000)
        times.answers[status] += 1

    def _open(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def cpu_of(process: int) -> float:
    """Processor seconds of a process until now, by the clock that Linux keeps for it."""
    return time.clock_gettime(~process << 3 | 2)


def run(made: list[Document], hostile_questions: int) -> list[parts.Bound]:
    """Serve these comments and ask; print what was measured."""
    with tempfile.TemporaryDirectory() as folder:
        bound = socket.create_server(("127.0.0.1", 0), backlog=64)
        prepared = parts.prepare(Path(folder), f"http://127.0.0.1:{bound.getsockname()[1]}")
        said(f"storing {len(made):,} comments", lambda: store(prepared, made))
        cookie = f"desk={session_of_a_reviewer(prepared)}"
        process = multiprocessing.get_context("fork").Process(
            target=serve, args=(prepared, bound), daemon=True
        )
        said("building the index", lambda: index(prepared))
        process.start()
        try:
            client = Client(bound.getsockname()[1], cookie, process.pid or 0)
            measured = measure(prepared, client, made, hostile_questions)
        finally:
            process.terminate()
            process.join()
    report(len(made), measured)
    return bounds(measured)


def said(what: str, work: Callable[[], object]) -> None:
    start = time.perf_counter()
    work()
    print(f"{what}: {time.perf_counter() - start:.0f} s", file=sys.stderr)


# What is served


def store(prepared: parts.Prepared, made: list[Document]) -> None:
    """Rows as the services write them, a few thousand a transaction."""
    with prepared.database.read() as session:
        draft_id, consultation_id = session.execute(
            select(Draft.id, Consultation.id).join(Consultation, Draft.consultation_id == Consultation.id)
        ).one()
        clauses = session.scalars(select(Clause.id).where(Clause.number.is_not(None))).all()
    for start in range(0, len(made), AT_ONCE):
        lot = list(enumerate(made[start : start + AT_ONCE], start + 1))
        with prepared.database.write() as session:
            session.execute(
                insert(Submission), [submission_row(n, d, draft_id, consultation_id) for n, d in lot]
            )
            session.execute(
                insert(Comment), [comment_row(n, d, draft_id, clauses[n % len(clauses)]) for n, d in lot]
            )


def submission_row(number: int, document: Document, draft_id: int, consultation_id: int) -> dict[str, object]:
    empty = dict.fromkeys(
        ("key_sha256", "name", "organisation", "organisation_kind", "email", "reference", "batch",
         "receipt_sealed", "erased_at", "postmarked_at")
    )  # fmt: skip
    return {
        **empty, "id": number, "consultation_id": consultation_id, "draft_id": draft_id, "about": {},
        "receipt_sha256": f"{number:064x}", "content_sha256": f"{number:064x}", "channel": document.channel,
        "submitter": document.submitter, "name_public": False, "tell_me": False, "ui_language": "en",
        "received_at": when(document), "demonstration": False,
    }  # fmt: skip


def comment_row(number: int, document: Document, draft_id: int, clause_id: int) -> dict[str, object]:
    return {
        "id": number, "submission_id": number, "draft_id": draft_id, "clause_id": clause_id,
        "body": document.text, "shadow": document.text, "suggested_wording": None, "wording_language": None,
        "twin_of": number, "position": None if document.position == "none" else document.position,
        "language": document.language, "status": document.status, "flags": [], "sha256": f"{number:064x}",
        "received_at": when(document), "posted_at": None, "withdrawn_at": None, "revisions": 0,
    }  # fmt: skip


def when(document: Document) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=document.received)


def session_of_a_reviewer(prepared: parts.Prepared) -> str:
    now = datetime.now(UTC)
    with prepared.database.write() as session:
        token = reviewers.add(session, "officer@ministry.example", now=now)
        return desk_sessions.use_link(session, token, now=now).secret


def index(prepared: parts.Prepared) -> None:
    search.rebuild(prepared.database, engine_of(prepared.settings), now=datetime.now(UTC))
    prepared.database.close()


def serve(prepared: parts.Prepared, bound: socket.socket) -> None:
    """One web process with the portal's own settings of uvicorn."""
    app = build_app(prepared.settings, revision=migrations.head())
    config = uvicorn.Config(app, access_log=False, log_config=None, lifespan="off", server_header=False)
    uvicorn.Server(config).run(sockets=[bound])


# What is asked


def measure(
    prepared: parts.Prepared, client: Client, made: list[Document], hostile_questions: int
) -> dict[str, Times]:
    measured = {"/healthz": ask(client, ["/healthz"] * 200), "count in SQL": count(prepared)}
    ask(client, [f"{place}?q=warm" for place in (API, DESK)])
    questions = asked(made)
    for place in (API, DESK):
        short = place.split("/")[-2]
        everyday = [one for kind in questions if kind != "no hit" for one in questions[kind]]
        random.Random(SEED).shuffle(everyday)
        measured[f"{short}: ordinary"] = ask(client, [target(place, one) for one in everyday])
        measured[f"{short}: no hit"] = ask(client, [target(place, one) for one in questions["no hit"]])
    words = sorted({word for document in made[:200] for word in document.text.split()})
    for place in (API, DESK):
        targets = (f"{place}?{urlencode({'q': q})}" for q in hostile(words, hostile_questions // 2))
        measured[f"{place.split('/')[-2]}: hostile"] = ask(client, targets)
    return measured


def ask(client: Client, targets: Iterable[str]) -> Times:
    times = Times()
    for one in targets:
        client.ask(one, times)
    return times


def count(prepared: parts.Prepared) -> Times:
    times = Times()
    for _ in range(20):
        with prepared.database.read() as session:
            start = time.perf_counter()
            session.execute(text("SELECT count(*) FROM comment WHERE status = 'published'")).scalar_one()
            times.milliseconds.append((time.perf_counter() - start) * 1000)
            times.answers[200] += 1
    times.busy = times.milliseconds
    return times


def target(place: str, question: Question) -> str:
    limits = {"position": question.position or "support", "language": "en", "order": question.order}
    if question.clause:
        limits["clause"] = "5.4"
    return f"{place}?{urlencode({'q': question.text, **limits})}"


def hostile(words: list[str], how_many: int) -> Iterator[str]:
    """What people and programs type who mean no good, or know no better."""
    chance = random.Random(SEED)

    def some(most: int) -> list[str]:
        return chance.choices(words, k=most)

    kinds: list[Callable[[], str]] = [
        lambda: "*" * chance.randint(1, 300),
        lambda: " ".join(word[:3] + "*" for word in some(60)),
        lambda: " OR ".join(some(500)),
        lambda: "(" * chance.randint(1, 2000) + " ".join(some(3)) + ")" * chance.randint(0, 2000),
        lambda: "x" * 100_000,
        lambda: " ".join(some(9_000))[:60_000],
        lambda: "".join(chance.choice("\u202e\u202d\u2066\u2069\u200f\u200e") + word for word in some(30)),
        lambda: f"{some(1)[0]}\x00{some(1)[0]}",
        lambda: f"clause:{chance.choice(['..', '*', '5.4,' * 60, chr(39) + ' OR 1=1 --'])} status:withheld",
        lambda: " ".join(word + "~" for word in some(60)),
        lambda: " OR ".join(f"{word[:4]}*" for word in some(10)),
        lambda: " ".join(f"-{word}" for word in some(60)),
        lambda: '"' + " ".join(some(200)),
        lambda: " ".join(f"{word[:-1]}zq" for word in some(10)),
        lambda: "a* b* c* ?? [a TO z] {x} /.*/ w^9 \\",
        lambda: "".join(chr(chance.choice([0x1F468, 0x200D, 0x0651, 0x0300, 0xFEFF])) for _ in range(200)),
        lambda: "received:..9999-12-31 received:0001-01-01.. from:9999-12-31 language:xx,ur,en",
        lambda: "NOT " * 200 + some(1)[0],
        lambda: "ا" * chance.randint(1, 400) + "*",
        lambda: '"' + '" "'.join(f"{a} {b}" for a, b in zip(some(40), some(40), strict=True)) + '"',
    ]
    for number in range(how_many):
        yield kinds[number % len(kinds)]()


def report(count_: int, measured: dict[str, Times]) -> None:
    health = measured["/healthz"].at(50)
    rows = [
        (
            name,
            *(f"{times.at(percent):.1f}" for percent in (50, 95, 99, 100)),
            *(f"{np.percentile(times.busy, percent):.1f}" for percent in (50, 95, 100)),
            f"{times.at(50) / health:.0f}",
            " ".join(f"{status}:{many}" for status, many in sorted(times.answers.items())),
        )
        for name, times in measured.items()
    ]
    columns = ("what", "p50", "p95", "p99", "worst", "cpu p50", "p95", "worst", "of /healthz", "answers")
    facts = {
        name: {
            **{f"p{percent}": round(times.at(percent), 1) for percent in (50, 95, 99)},
            "worst": round(times.at(100), 1),
            **{
                f"cpu_p{percent}": round(float(np.percentile(times.busy, percent)), 1)
                for percent in (50, 95, 99)
            },
            "ratio": round(times.at(50) / health, 1),
            "answers": dict(times.answers),
        }
        for name, times in measured.items()
    }
    parts.show("search over HTTP", columns, rows, {"comments": count_, **facts})


def bounds(measured: dict[str, Times]) -> list[parts.Bound]:
    """What is asked of an answer, on the clock."""
    found = []
    for place in ("v1", "desk"):
        for kind, percent, limit in BOUNDS:
            name = f"{place}: {kind}"
            found.append(
                parts.Bound(f"{name}, p{percent} in ms", round(measured[name].at(percent), 1), limit)
            )
    refused = sum(
        many
        for times in measured.values()
        for status, many in times.answers.items()
        if status != 200 and not 400 <= status < 500
    )
    return [*found, parts.Bound("answers that are neither 200 nor 4xx", refused, 0)]
