"""Keeps promised jobs on three lanes: the index; mail and tidying; and whatever takes longer."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from portal import locks
from portal.models import Job
from portal.models.database import Database
from portal.services import (
    answers,
    folding,
    jobs,
    joining,
    mails,
    report_making,
    search,
    sign_in,
    theme_runs,
    witness,
)
from search_index.engines import IndexUnavailable, SearchEngine
from search_index.summarizer import Embedder, Summarizer

log = logging.getLogger("portal.worker")

PAUSE_SECONDS = 0.5
AFTER_A_FAULT_SECONDS = 5.0


class AnotherWorker(locks.Held):
    """One data dir has one worker."""


@dataclass(frozen=True)
class Worker:
    """Opened parts. `summarizer` is made on first use: most work needs none. `post` None: no mail is sent."""

    database: Database
    engine: SearchEngine
    summarizer: Callable[[], Summarizer]
    clock: Callable[[], datetime]
    post: mails.Post | None = None
    days: witness.Days = field(default_factory=witness.Days)
    """On which day the audit chain's newest hash was told, as far as this process knows."""
    embedder: Callable[[], Embedder] | None = None
    """What makes vectors of new comments; None: themes take new comments in at full runs only."""
    watch: joining.Watch = field(default_factory=joining.Watch)
    nights: theme_runs.Nights = field(default_factory=theme_runs.Nights)
    reports: Path | None = None
    """Where reports are put; None: promised ones wait for a worker that has a place for them."""

    def keep_all(self) -> int:
        """Keep every job that is due; how many were kept. The way tests and commands use a worker."""
        kept = 0
        while (now_kept := self.keep_some()) > 0 or self.fold() > 0 or self.join() > 0:
            kept += now_kept
        return kept

    def keep_some(self) -> int:
        """One round: the index first, then mail, then one longer job."""
        return self._index() + self._mail() + self._one_of((jobs.REBUILD,)) + self._one_of(self._longer())

    def fold(self) -> int:
        """Find out what some of the new comments are near-identical to; how many were compared."""
        return folding.apply(self.database, now=self.clock())

    def join(self) -> int:
        """Put some new comments into the themes they belong to; how many were read."""
        if self.embedder is None:
            return 0
        return joining.join_some(self.database, self.embedder(), self.watch, now=self.clock())

    def run(self, stopped: threading.Event) -> None:
        """Go on until told to stop. A report, a run of themes or a slow mail server never holds up search."""
        lanes = [
            threading.Thread(target=self._go_on, args=(each, stopped), name=each.__name__)
            for each in (self.mail_round, self.longer_round)
        ]
        for lane in lanes:
            lane.start()
        self._go_on(self.index_round, stopped)
        for lane in lanes:
            lane.join()

    def index_round(self) -> bool:
        """Bring the index up to date; whether there may be more at once, as for the other rounds."""
        return self._index() + self._one_of((jobs.REBUILD,)) >= search.BATCH

    def mail_round(self) -> bool:
        """Send mail that is due, forget what is over, tell the audit chain's newest hash."""
        sent = self._mail()
        self.tidy()
        self.tell_newest()
        return sent > 0

    def longer_round(self) -> bool:
        """Fold, join, and keep one job that may take minutes."""
        self.promise_nightly()
        kept = self._one_of(self._longer())
        return any((self.fold() >= folding.BATCH, self.join(), kept))

    def _go_on(self, one_round: Callable[[], bool], stopped: threading.Event) -> None:
        """Round after round; a fault is logged and tried again later."""
        while not stopped.is_set():
            try:
                at_once = one_round()
            except Exception:
                log.exception("the worker met a fault and goes on")
                stopped.wait(AFTER_A_FAULT_SECONDS)
            else:
                stopped.wait(0 if at_once else PAUSE_SECONDS)

    def tidy(self) -> int:
        """Delete answers that nobody came back for, and failures to sign in that count no more; how many."""
        now = self.clock()
        with self.database.read() as session:
            expired = answers.has_expired(session, now=now)
            if not expired and not sign_in.has_old_failures(session, now=now):
                return 0
        with self.database.write() as session:
            return answers.forget_expired(session, now=now) + sign_in.forget_old_failures(session, now=now)

    def tell_newest(self) -> bool:
        """Once a day: log the audit chain's newest hash, and promise it to the admins by mail."""
        mailing = self.post is not None and self.post.to_admins
        return witness.tell(self.database, self.days, mailing=mailing, now=self.clock())

    def promise_nightly(self) -> int:
        """Once a night: have the themes of drafts with new comments looked for anew; how many drafts."""
        now = self.clock()
        if not self.nights.begins(now):
            return 0
        with self.database.write() as session:
            return theme_runs.promise_nightly(session, now=now)

    def _mail(self) -> int:
        return mails.send_some(self.database, self.post, now=self.clock()) if self.post else 0

    def _index(self) -> int:
        now = self.clock()
        try:
            return search.apply(self.database, self.engine, now=now)
        except IndexUnavailable as reason:
            log.warning("the search index is not usable (%s): rebuilding", reason)
            search.rebuild(self.database, self.engine, now=now)
            log.info("the search index is rebuilt")
            return 0

    def _one_of(self, kinds: tuple[str, ...]) -> int:
        now = self.clock()
        with self.database.read() as session:
            due = jobs.due(session, now=now, kinds=kinds)
        if not due:
            return 0
        job = due[0]
        try:
            self._keep(job, now)
        except Exception as fault:
            log.exception("job %d (%s) failed and is tried again", job.id, job.kind)
            with self.database.write() as session:
                jobs.put_off(session, job.id, type(fault).__name__, now=now)
            return 0
        with self.database.write() as session:
            jobs.keep(session, job.id, now=self.clock())
        return 1

    def _longer(self) -> tuple[str, ...]:
        return (jobs.THEMES, jobs.REPORT) if self.reports else (jobs.THEMES,)

    def _keep(self, job: Job, now: datetime) -> None:
        if job.kind == jobs.REBUILD:
            search.rebuild(self.database, self.engine, now=now)
        elif job.kind == jobs.REPORT and self.reports:
            report_making.make(
                self.database, self.engine, self.reports, job.payload["report"], clock=self.clock
            )
        else:
            embedder = self.embedder() if self.embedder else None
            theme_runs.suggest(
                self.database, self.summarizer(), job.payload["draft"], embedder=embedder, now=now
            )


@contextmanager
def only_worker(data_dir: Path) -> Iterator[None]:
    """Hold the worker's lock of a data dir. Raises AnotherWorker where another process has it."""
    refusal = AnotherWorker("A worker is running on this data dir already.")
    with locks.hold(data_dir / "worker.lock", otherwise=refusal):
        yield
