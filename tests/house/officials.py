"""Two officials at work on the small consultation: what acts of theirs need, and what is held of records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from policy_text.reader import read_draft
from portal.formats.report import Report
from portal.models.database import Session
from portal.services import (
    answering,
    desk_sessions,
    drafts,
    moderation,
    report_files,
    reports_full,
    signing_off,
    steering,
    submissions,
    work,
)
from portal.services.acting import By
from portal.services.checking import NewComment, NewSubmission
from portal.services.desk_sessions import SignedIn
from portal.services.identifiers import comment_number
from tests import make
from tests.make import CLAUSE, SLUG, VERSION, House

OF_OTHERS = {
    "comments.edit",
    "comments.withdraw",
    "comments.appeal",
    "comments.tell",
    "comments.concern",
    "themes.suggest",
}
"""Acts of citizens and of the portal itself."""
WITHOUT_HASHES = {
    "moderation.read_original": "who reads changes nothing",
    "search.export": "who takes a table along changes nothing",
    "reports.export": "who makes a report changes nothing; input_sha256 is of what it was made from",
    "reports.download": "who takes a report along changes nothing",
    "themes.ask": "who asks the machine changes nothing; what comes of it is its own record, themes.suggest",
    "coding.code": "a hash over so few possible answers would tell the answer, and colleagues code blind",
    "comments.submit": "before a letter there was nothing; content_sha256 is of what was keyed in",
}
"""Acts whose records carry no hashes of before and after, and why."""
NAME, EMAIL = "Zulaikha Bano", "zulaikha@citizen.example"
BODY = "More shade for Karimabad, says Zulaikha Bano."
SECRET_WORDS = (
    "Zulaikha",
    "Bano",
    "Karimabad",
    "shade",
    "zulaikha@",
    "citizen.example",
    "ministry.example",
    "firstofficer",
    "secondofficer",
    "invitedofficer",
    "whispered",
)
"""What no record may hold: of senders, of their comments, of officials, of what these write."""
SAID = "It was whispered by Zulaikha Bano."


@dataclass
class Desk:
    """Two officials at work on the small consultation; every helper makes something of its own."""

    house: House
    session: Session

    @property
    def me(self) -> By:
        """The first official, an admin."""
        number = make.reviewer(self.session, self.house, "firstofficer@ministry.example")
        return By(number, self.house.clock())

    @property
    def other(self) -> By:
        """The second official."""
        _ = self.me
        number = make.reviewer(self.session, self.house, "secondofficer@ministry.example")
        return By(number, self.house.clock())

    @property
    def given(self) -> dict[str, Any]:
        """What decisions are given: who and when."""
        return {"reviewer_id": self.me.reviewer_id, "now": self.house.clock()}

    def send(self, body: str = BODY) -> tuple[int, str]:
        """(number, receipt) of a published comment of its own sender."""
        sent = submissions.submit(
            self.session,
            SLUG,
            VERSION,
            NewSubmission(
                (NewComment(body, CLAUSE),), submitter="individual", name=NAME, email=EMAIL, tell_me=True
            ),
            channel="web",
            key=None,
            secret_key=self.house.settings.secret_key,
            now=self.house.clock(),
        )
        return comment_number(sent.comments[0].id) or 0, sent.receipt

    def comment(self) -> int:
        """A published comment."""
        return self.send()[0]

    def hidden(self) -> tuple[int, str]:
        """(number, receipt) of a comment that was withheld."""
        number, receipt = self.send()
        moderation.withhold(self.session, number, reason="abuse", note=SAID, **self.given)
        return number, receipt

    def theme(self, status: str = "candidate", comments: int = 2) -> tuple[str, list[int]]:
        """(name, comments) of a theme."""
        numbers = [self.comment() for _ in range(comments)]
        name = signing_off.write(self.session, 1, {"en": SAID[:40]}, numbers, by=self.me)
        if status == "accepted":
            signing_off.accept(self.session, name, by=self.me)
        return name, numbers

    def tag(self) -> int:
        """A tag of the codebook."""
        name = f"whispered {len(work.codebook(self.session, SLUG))}"
        work.make_tag(self.session, SLUG, name=name, meaning=SAID, by=self.me)
        return max(row.id for row in work.codebook(self.session, SLUG))

    def signed_in(self) -> SignedIn:
        """Who used a fresh link and sits at the desk."""
        link = desk_sessions.new_link(self.session, self.other.reviewer_id, now=self.house.clock())
        opened = desk_sessions.use_link(self.session, link, now=self.house.clock())
        found = desk_sessions.signed_in(self.session, opened.secret, now=self.house.clock())
        assert found is not None
        return found[0]

    def report(self) -> Report:
        """A report on the consultation."""
        return reports_full.gather(self.session, SLUG, now=self.house.clock())

    def report_file(self) -> int:
        """A report that was asked for."""
        self.house.clock.forward(seconds=1)
        name = f"whispered {self.house.clock()}"
        scope = report_files.Scope(name=name)
        wanted = report_files.Wanted("csv", "en", scope, {"q": SAID})
        return report_files.ask(self.session, SLUG, wanted, by=self.me)

    def publish(self, slug: str) -> None:
        """Another consultation, opened one day before now."""
        text = read_draft(make.draft_folder(self.house.settings.data_dir / slug))
        opened = self.house.clock() - timedelta(days=1)
        drafts.publish(self.session, text, slug=slug, version=VERSION, actor="command", now=opened)

    def steer(self) -> steering.Actor:
        """The first official as one who changes a consultation."""
        return steering.Actor(self.me.actor, self.house.clock())

    def answered(self) -> By:
        """The first official after closing, when the consultation was just said to be answered."""
        after = By(self.me.reviewer_id, self.house.clock() + timedelta(days=400))
        if answering.answered_on(self.session, SLUG)[0] is None:
            answering.mark_answered(self.session, SLUG, by=after)
        return after
