"""Plain functions that make what tests need, through the same services as the portal itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select
from starlette.applications import Starlette

from policy_text.reader import read_draft
from portal import migrations
from portal.app import build_app
from portal.models import Clause, Draft, Reviewer, Theme, ThemeMember, ThemeRun
from portal.models.database import Database, Session
from portal.services import drafts, report_files, reviewers, submissions
from portal.services.checking import NewComment, NewSubmission
from portal.services.identifiers import comment_number
from portal.services.submissions import Acknowledgement
from portal.settings import Settings
from portal.worker import Worker
from search_index.engines import SearchEngine
from search_index.summarizer import open_embedder, open_summarizer

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
SLUG = "tree-policy"
VERSION = "v1"
CLAUSE = "part_1__sec_1__cl_1"
OTHER_CLAUSE = "part_1__sec_1__cl_2"
AT_CLAUSE = f"/en/{SLUG}/{VERSION}/{CLAUSE}"

SECTIONS = {
    "000_preface.md": (
        "# Tree Policy\n\nA small policy for tests.\n\n",
        "# شجر پالیسی\n\nآزمائش کے لیے ایک مختصر پالیسی۔\n\n",
    ),
    "001_part_1.md": (
        "# Part 1 — Trees\n\nWhat this part holds.\n\n",
        "# حصہ 1 — درخت\n\nاس حصے میں کیا ہے۔\n\n",
    ),
    "002_part_1__sec_1.md": (
        "## 1.1 Planting\n\nHow trees are planted.\n\n",
        "## 1.1 شجرکاری\n\nدرخت کیسے لگائے جائیں۔\n\n",
    ),
    "003_part_1__sec_1__cl_1.md": (
        "### 1.1.1 Street trees\n\n(1) Every street has 12 trees.\n\n(2) Neighbours are asked first.\n\n",
        "### 1.1.1 سڑک کے درخت\n\n(1) ہر سڑک پر 12 درخت ہوں۔\n\n(2) پہلے محلے والوں سے پوچھا جائے۔\n\n",
    ),
    "004_part_1__sec_1__cl_2.md": (
        "### 1.1.2 Water\n\n(1) Young trees are watered for 2 years.\n\n",
        "### 1.1.2 پانی\n\n(1) نئے درختوں کو 2 سال پانی دیا جائے۔\n\n",
    ),
}
TOML = """
contact = "Forest Office"
restatement = false
closes_at = "P30D"
moderation = "after"
languages = ["en", "ur"]

[title]
en = "Tree Policy"
ur = "شجر پالیسی"

[summary]
en = "Say what is right and wrong."
ur = "بتائیں کیا درست ہے اور کیا غلط۔"

[ministry]
en = "Ministry of Trees"
ur = "وزارتِ اشجار"

[source]
en = "Written for tests."
ur = "آزمائش کے لیے لکھا گیا۔"

[notice]
en = "For tests."
ur = "آزمائش کے لیے۔"
"""


@dataclass
class Clock:
    """Now, until a test moves it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        """Let time pass, for example days=31."""
        self.now += timedelta(**by)


@dataclass
class House:
    """Everything opened."""

    settings: Settings
    database: Database
    engine: SearchEngine
    clock: Clock
    app: Starlette
    worker: Worker = field(init=False)

    def __post_init__(self) -> None:
        self.worker = Worker(
            self.database,
            self.engine,
            lambda: open_summarizer(self.settings.summarizer_url, open_embedder(self.settings.embedder_url)),
            self.clock,
            reports=self.settings.data_dir / report_files.FOLDER,
        )


def draft_folder(root: Path, *, toml: str = TOML, sections: dict[str, tuple[str, str]] | None = None) -> Path:
    """A version folder on disk; its path."""
    folder = root / SLUG / VERSION
    for place, language in enumerate(("en", "ur")):
        (folder / language).mkdir(parents=True, exist_ok=True)
        for name, texts in (sections or SECTIONS).items():
            (folder / language / name).write_bytes(texts[place].encode())
    (folder.parent / "consultation.toml").write_text(toml, encoding="utf-8")
    return folder


def consultation(house: House, *, slug: str = SLUG, toml: str = TOML) -> None:
    """Publish the small consultation, opened one day before now."""
    text = read_draft(draft_folder(house.settings.data_dir / slug, toml=toml))
    with house.database.write() as session:
        opened = house.clock() - timedelta(days=1)
        drafts.publish(session, text, slug=slug, version=VERSION, actor="command", now=opened)


def comment(
    house: House,
    body: str = "More shade is good for everyone.",
    *,
    clause: str | None = CLAUSE,
    position: str | None = None,
    key: str | None = None,
    slug: str = SLUG,
    **sender: Any,
) -> Acknowledgement:
    """Send one comment; its acknowledgement."""
    sent = NewSubmission(comments=(NewComment(body, clause, position),), **sender)
    with house.database.write() as session:
        return _submit(session, house, sent, key=key, slug=slug)


def send(session: Session, house: House, body: str) -> str:
    """Store one comment in the caller's transaction; its name."""
    return _submit(session, house, NewSubmission(comments=(NewComment(body, CLAUSE),))).comments[0].id


def _submit(
    session: Session, house: House, sent: NewSubmission, *, key: str | None = None, slug: str = SLUG
) -> Acknowledgement:
    return submissions.submit(
        session,
        slug,
        VERSION,
        sent,
        channel="web",
        key=key,
        secret_key=house.settings.secret_key,
        now=house.clock(),
    )


def theme(
    house: House,
    bodies: list[str],
    *,
    title: str | None = None,
    clause: str | None = None,
    status: str = "accepted",
    **sender: Any,
) -> str:
    """A theme over these comments, each sent by itself; titled as the first one where no title is given."""
    sent = [comment(house, body, clause=clause or CLAUSE, **sender).comments[0].id for body in bodies]
    with house.database.write() as session:
        return _theme(session, house, sent, title or bodies[0], clause, status)


def _theme(
    session: Session, house: House, sent: list[str], title: str, clause: str | None, status: str
) -> str:
    numbers = [comment_number(name) or 0 for name in sent]
    draft = session.scalars(select(Draft)).first()
    assert draft is not None
    made = Theme(
        run_id=_run(session, house, draft.id),
        draft_id=draft.id,
        clause_id=session.scalar(select(Clause.id).where(Clause.draft_id == draft.id, Clause.eid == clause)),
        ordinal=0,
        status=status,
        title=title,
        machine_title=title,
        title_comment_id=numbers[0],
        language="en",
        keyphrases=[],
        quotes=[{"comment": numbers[0], "text": title}],
        accepted_at=house.clock() if status == "accepted" else None,
    )
    session.add(made)
    session.flush()
    session.add_all([ThemeMember(theme_id=made.id, comment_id=number) for number in numbers])
    return f"T-{made.id:04d}"


def _run(session: Session, house: House, draft_id: int) -> int:
    run = ThemeRun(
        draft_id=draft_id,
        made_at=house.clock(),
        summarizer="by hand",
        comments=0,
        distinct_texts=0,
        campaigns=[],
        unassigned=[],
    )
    session.add(run)
    session.flush()
    return run.id


def reviewer(session: Session, house: House, email: str = "officer@ministry.example") -> int:
    """The key of a reviewer, added where there is none."""
    found = session.scalar(select(Reviewer.id).where(Reviewer.email == email))
    if found is None:
        reviewers.add(session, email, now=house.clock())
        found = session.scalars(select(Reviewer.id).where(Reviewer.email == email)).one()
    return found


def limit_posts(house: House, most: int) -> None:
    """Serve the same house with so many posts a minute for one address."""
    house.app = build_app(
        replace(house.settings, posts_per_minute=most),
        revision=migrations.head(),
        database=house.database,
        engine=house.engine,
        clock=house.clock,
    )


def client(house: House) -> httpx.AsyncClient:
    """An HTTP client to the app, without following redirects."""
    transport = httpx.ASGITransport(app=house.app, client=("203.0.113.7", 50000))
    return httpx.AsyncClient(transport=transport, base_url=house.settings.public_url)


async def sign_in(house: House, browser: httpx.AsyncClient, email: str = "officer@ministry.example") -> None:
    """Add a reviewer and use the link in this browser; from then on it says where its posts come from."""
    with house.database.write() as session:
        token = reviewers.add(session, email, now=house.clock())
    browser.headers["Sec-Fetch-Site"] = "same-origin"
    answer = await browser.post(f"/en/desk/sign-in/{token}")
    assert answer.status_code == 303


async def form_token(browser: httpx.AsyncClient, address: str = AT_CLAUSE) -> str:
    """The token of the form on a page."""
    page = await browser.get(address)
    found = re.search(r'name="token" value="([^"]+)"', page.text)
    assert found is not None
    return found.group(1)


async def post(
    browser: httpx.AsyncClient, body: str = "More shade is good for everyone.", **fields: str
) -> httpx.Response:
    """Send a comment by the form on the clause page."""
    token = fields.pop("token", None) or await form_token(browser)
    return await browser.post(f"{AT_CLAUSE}/comments", data={"body": body, "token": token, **fields})
