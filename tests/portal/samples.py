"""Sample rows for every template: real lengths, both writings, mixed directions, extreme content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from portal.services.audit_trail import RecordRow
from portal.services.concerns import ConcernRow
from portal.services.listing import Narrowed
from portal.services.overview import ClauseWaiting, Disk, LastRun, Overview, Promised, Task, Waiting
from portal.services.rows import (
    AppealRow,
    ClauseRow,
    CommentRow,
    ConsultationRow,
    DeskComment,
    Entry,
    Excerpt,
    FoundClause,
    FoundComment,
    LogRow,
    QuoteRow,
    ReceiptComment,
    ReceiptRow,
    SearchResults,
    ThemeRow,
)
from portal.services.steering import ExtensionRow, Steered
from portal.templating import render
from portal.web.help import FIELDS, SECTIONS
from portal.web.public import View
from portal.words import words_for

POSITIONS = {"support": 19, "oppose": 51, "mixed": 9, "question": 4, "none": 1}
HASH = "9f2c41d7e08a5b63c1f47d920ae638bb64c5f17e2d0983a1b7e45c2096df1a38"


@dataclass(frozen=True)
class Here:
    path: str
    other: str
    nav: str


@dataclass(frozen=True)
class Notice:
    restatement: bool = True
    demonstration: bool = True


@dataclass(frozen=True)
class Form:
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    token: str = "a-token"
    summary: str | None = None


@dataclass(frozen=True)
class Run:
    made_at: datetime = datetime(2026, 12, 14, 11, 0, tzinfo=UTC)
    comments: int = 690
    distinct: int = 412
    waiting: bool = True


@dataclass(frozen=True)
class Made:
    at: datetime = datetime(2026, 12, 14, 11, 0, tzinfo=UTC)
    by: str | None = "amina"
    format: str = "html"


CONSULTATION = ConsultationRow(
    slug="national-ai-policy",
    title={"en": "National Artificial Intelligence Policy", "ur": "قومی پالیسی برائے مصنوعی ذہانت"},
    summary={
        "en": "Read the draft and tell us, clause by clause, what is right, what is wrong and what is missing.",
        "ur": "مسودہ پڑھیے اور شق وار بتائیے کہ کیا درست ہے، کیا غلط ہے اور کیا رہ گیا ہے۔",
    },
    ministry={
        "en": "Ministry of IT and Telecommunication",
        "ur": "وزارتِ انفارمیشن ٹیکنالوجی و ٹیلی کمیونیکیشن",
    },
    contact="Policy Wing, Islamabad",
    opens_at=datetime(2026, 11, 22, 19, 0, tzinfo=UTC),
    closes_at=datetime(2027, 1, 29, 18, 59, 59, tzinfo=UTC),
    open=True,
    current="v1",
    languages=("en", "ur"),
    restatement=True,
    demonstration=True,
    moderation="after",
    clauses=78,
    parts=9,
    comments=690,
    people=558,
)


def clause_entry(eid: str, number: str, en: str, ur: str, comments: int) -> Entry:
    return Entry(eid, number, "clause", None, {"en": en, "ur": ur}, True, comments)


ETHICS = (
    clause_entry("part_5__sec_1__cl_1", "5.1.1", "Ethical principles", "اخلاقی اصول", 7),
    clause_entry("part_5__sec_1__cl_2", "5.1.2", "Human oversight", "انسانی نگرانی", 0),
)
RISKS = (
    clause_entry(
        "part_5__sec_4__cl_1",
        "5.4.1",
        "Duties for high-risk systems",
        "زیادہ خطرے والے نظاموں کی ذمہ داریاں",
        17,
    ),
    clause_entry(
        "part_5__sec_4__cl_2",
        "5.4.2",
        "Biometric identification and surveillance",
        "بائیومیٹرک شناخت اور لوگوں کی نگرانی",
        84,
    ),
)
SECTION_1 = Entry(
    "part_5__sec_1", "5.1", "section", "part_5", {"en": "Ethics", "ur": "اخلاقیات"}, False, 7, ETHICS
)
SECTION_4 = Entry(
    "part_5__sec_4",
    "5.4",
    "section",
    "part_5",
    {"en": "Higher-risk uses", "ur": "زیادہ خطرے والے استعمال"},
    False,
    101,
    RISKS,
)
PART_1 = Entry(
    "part_1",
    "1",
    "part",
    None,
    {"en": "Preliminary", "ur": "ابتدائی امور"},
    False,
    2,
    (
        Entry(
            "part_1__sec_1",
            "1.1",
            "section",
            "part_1",
            {"en": "Status and scope", "ur": "حیثیت اور دائرۂ کار"},
            False,
            2,
            (clause_entry("part_1__sec_1__cl_1", "1.1.1", "What this document is", "یہ دستاویز کیا ہے", 2),),
        ),
    ),
)
PART_5 = Entry(
    "part_5",
    "5",
    "part",
    None,
    {"en": "A progressive and trusted environment", "ur": "ترقی پسند اور قابلِ اعتماد ماحول"},
    False,
    108,
    (SECTION_1, SECTION_4),
)
PART_9 = Entry(
    "part_9",
    "9",
    "part",
    None,
    {"en": "Implementation, monitoring and review", "ur": "عمل درآمد، نگرانی اور نظرِ ثانی"},
    False,
    41,
    (clause_entry("part_9__sec_1__cl_1", "9.1.1", "Master plan", "جامع منصوبہ", 41),),
)
CONTENTS = [PART_1, PART_5, PART_9]

CLAUSE = ClauseRow(
    eid="part_5__sec_4__cl_2",
    number="5.4.2",
    kind="clause",
    parent="part_5__sec_4",
    commentable=True,
    heading=RISKS[1].heading,
    markdown={"en": "…", "ur": "…"},
    html={
        "en": '<p class="para"><span class="n">(1)</span> Cameras that detect people and objects may be used for'
        " public safety, and the provinces may extend them from the large cities to smaller ones.</p>"
        '<p class="para supplied"><span class="n">(2)</span> Live face recognition in a public place is allowed'
        " only where an Act of Parliament permits it, and only with a warrant or an equivalent order for a named"
        ' purpose, place and time. <span class="supplied-label">Supplied by this restatement</span></p>'
        '<p class="para supplied"><span class="n">(3)</span> The images are'
        ' <a class="term" href="part_1__sec_2__cl_3">sensitive personal data</a>, and a system that reads them is'
        ' a <a class="term" href="part_1__sec_2__cl_4">high-risk AI system</a>.'
        ' <span class="supplied-label">Supplied by this restatement</span></p>',
        "ur": '<p class="para"><span class="n">(1)</span> عوامی تحفظ کے لیے ایسے کیمرے استعمال کیے جا سکتے ہیں جو افراد'
        " اور اشیا کو پہچان سکیں۔ صوبے یہ نظام بڑے شہروں سے چھوٹے شہروں تک پھیلا سکتے ہیں۔</p>"
        '<p class="para supplied"><span class="n">(2)</span> عوامی جگہوں پر چہرے کی براہِ راست شناخت صرف اُس وقت جائز'
        " ہے جب پارلیمان کا کوئی قانون اجازت دے، اور اس کے لیے وارنٹ یا اس کے برابر کا کوئی حکم موجود ہو جس میں"
        ' مقصد، جگہ اور مدت درج ہو۔ <span class="supplied-label">ہمارا اضافہ: سرکاری مسودے میں نہیں</span></p>'
        '<p class="para supplied"><span class="n">(3)</span> یہ تصاویر'
        ' <a class="term" href="part_1__sec_2__cl_3">حساس ذاتی ڈیٹا</a> ہیں، اور انہیں پڑھنے والا نظام'
        ' <a class="term" href="part_1__sec_2__cl_4">زیادہ خطرے والا مصنوعی ذہانت کا نظام</a> ہے۔'
        ' <span class="supplied-label">ہمارا اضافہ: سرکاری مسودے میں نہیں</span></p>',
    },
    sha256={"en": HASH, "ur": HASH},
    ancestors=(PART_5, SECTION_4),
    around=(*ETHICS, *RISKS),
    previous=RISKS[0],
    next=PART_9.children[0],
)
WHOLE = ClauseRow(
    eid="whole",
    number=None,
    kind="whole",
    parent=None,
    commentable=True,
    heading={},
    markdown={},
    html={},
    sha256={},
)


def comment(number: int, body: str, **changes: Any) -> CommentRow:
    values: dict[str, Any] = {
        "id": f"C-{number:04}",
        "consultation": "national-ai-policy",
        "draft": "v1",
        "clause": "part_5__sec_4__cl_2",
        "number": "5.4.2",
        "heading": RISKS[1].heading,
        "body": body,
        "position": "mixed",
        "language": "en",
        "submitter": "individual",
        "name": None,
        "organisation": None,
        "channel": "web",
        "received_at": datetime(2026, 12, 14, 11, 42, tzinfo=UTC),
        "status": "published",
        "sha256": HASH,
        "demonstration": True,
    }
    return CommentRow(**{**values, **changes})


COMMENTS = [
    comment(
        418,
        "A warrant is the right test, but “an equivalent order” opens a side door: an officer could sign one for"
        " himself. Name the court, and put an end date on it.\n\nSee https://example.org/courts.",
        name="A lawyer in Hyderabad",
    ),
    comment(
        377,
        "نادرا کا face verification system بزرگوں کے ہاتھ کے نشان اکثر نہیں پہچانتا۔ اگر AI کی شناخت غلط ہو تو شق"
        " 5.4.2(2) کے تحت شکایت کس سے کی جائے، اور 30 دن تک پنشن کون دے گا؟",
        name="A retired teacher in Bahawalpur",
        language="ur",
        position="question",
    ),
    comment(
        352,
        "Bazaar mein camera theek hai, chori kam hoti hai. Lekin camera sirf tab chale jab qanoon ijazat de.",
        language="ur-Latn",
        position="support",
        submitter="anonymous",
    ),
    comment(
        351,
        "<script>alert(1)</script> & " + "Donaudampfschifffahrtselektrizitäten" * 9 + " word" * 990,
        position="oppose",
        organisation="Tharparkar Weavers’ Cooperative",
        submitter="organisation",
        channel="letter",
    ),
    comment(350, "Publish them for each ضلع, not only for the province.", position=None, language="other"),
]
FOUND = SearchResults(
    q="face recognition",
    comments=tuple(
        FoundComment(
            row,
            Excerpt((("Live ", False), ("face recognition", True), (" must not be used", False)), True, True),
        )
        for row in COMMENTS
    ),
    total=97,
    next="a-cursor",
    clauses=(
        FoundClause(
            "part_5__sec_4__cl_2",
            "5.4.2",
            RISKS[1].heading,
            Excerpt((("Live ", False), ("face recognition", True)), False, True),
        ),
    ),
    facets={
        "clause": {"part_5__sec_4__cl_2": 84, "part_5__sec_4__cl_1": 12, "none": 1},
        "position": {**POSITIONS},
        "language": {"en": 52, "ur": 31, "ur-Latn": 14},
        "submitter": {"individual": 71, "anonymous": 18, "organisation": 8},
        "channel": {"web": 83, "email": 8, "letter": 6},
        "status": {"published": 90, "pending": 7},
    },
    did_you_mean="face recognitions",
    also_looked_for=(("نگرانی", ("nigrani", "surveillance")),),
    by_day=(("2026-11-23", 1), ("2026-12-04", 23), ("2026-12-14", 4)),
    rebuilding=True,
)
APPEAL = AppealRow(datetime(2026, 12, 16, tzinfo=UTC), "I <named> nobody.", None, None, None)
RECEIPT = ReceiptRow(
    receipt="7KQ4M-ZT2XH-9B3RW-C0VPE-5NDJ8-6A",
    consultation=CONSULTATION,
    draft="v1",
    received_at=datetime(2026, 12, 14, 11, 42, tzinfo=UTC),
    submitter="individual",
    demonstration=True,
    comments=(
        ReceiptComment(
            "C-0418",
            CLAUSE.eid,
            "5.4.2",
            CLAUSE.heading,
            "Name the court.",
            "mixed",
            "published",
            None,
            HASH,
            0,
            None,
            suggested_wording="order of the High court",
            wording_language="en",
            wording_base="order of a court",
            editable=True,
        ),
        ReceiptComment(
            "C-0419",
            None,
            None,
            {},
            "عدالت کا نام لکھیے۔",
            None,
            "withheld",
            "abuse",
            HASH,
            2,
            None,
            appeal=APPEAL,
        ),
        ReceiptComment(
            "C-0420",
            None,
            None,
            {},
            None,
            None,
            "withdrawn",
            None,
            HASH,
            0,
            datetime(2026, 12, 15, tzinfo=UTC),
        ),
    ),
)
THEME = ThemeRow(
    id="T-0003",
    title="Face recognition only by order of a court",
    status="candidate",
    clause=CLAUSE.eid,
    number="5.4.2",
    heading=CLAUSE.heading,
    keyphrases=("warrant", "court", "عدالت"),
    comments=71,
    distinct=26,
    positions={"support": 7, "oppose": 49, "mixed": 12, "question": 3},
    languages={"en": 52, "ur": 19},
    comment_ids=("C-0418", "C-0377"),
    quotes=(
        QuoteRow(
            "C-0409",
            "چوک پر لگا کیمرہ چور کو نہیں پکڑتا، وہ ہر گزرنے والے کی نگرانی کرتا ہے۔",
            "oppose",
            "ur",
        ),
        QuoteRow("C-0418", "Name the court, and put an end date on it.", "mixed", "en"),
    ),
    machine_title="Face recognition only by order",
)
DESK = DeskComment(
    comment=comment(418, COMMENTS[0].body, status="pending", name="A lawyer in Hyderabad"),
    clause=CLAUSE,
    flags=("personal_data", "links"),
    log=(
        LogRow(datetime(2026, 12, 14, 11, 42, tzinfo=UTC), None, "pending", "personal_data", None, None),
        LogRow(
            datetime(2026, 12, 14, 12, 42, tzinfo=UTC),
            "pending",
            "withheld",
            "abuse",
            "Names a <person>",
            "amina",
        ),
    ),
    themes=(("T-0003", THEME.title),),
)
ASKED = {"q": "face recognition", "clause": "5.4.2", "position": "", "language": "", "order": ""}
WRONG = Form(
    values={"body": "", "email": "citizen.example.org", "position": "mixed", "name": "A citizen of Quetta"},
    errors={"body": ("form.body.hint",), "email": ("form.email.hint",)},
)
EXTENSION = ExtensionRow(
    RECEIPT.received_at,
    CONSULTATION.closes_at,
    CONSULTATION.closes_at + timedelta(days=14),
    {"en": "Many asked for more time.", "ur": "بہت سے لوگوں نے مزید وقت مانگا۔"},
)
STEERED = Steered(
    CONSULTATION.slug,
    CONSULTATION.title,
    CONSULTATION.opens_at,
    CONSULTATION.closes_at,
    {"en": "The office is closed on Friday.", "ur": "جمعے کو دفتر بند رہے گا۔"},
    "open",
    False,
    HASH,
    (EXTENSION,),
)
RECORDS = (
    RecordRow(
        1234,
        RECEIPT.received_at,
        "reviewer:1",
        "amina",
        "moderation.withhold",
        "comment/12",
        "C-0012",
        "desk/comments/C-0012",
        {"before": "published", "after": "withheld", "reason": None, "languages": ["en"]},
        HASH,
        HASH,
    ),
    RecordRow(
        7,
        RECEIPT.received_at,
        "citizen",
        None,
        "comments.submit",
        "submission/3",
        "",
        "",
        {"n": 2},
        HASH,
        HASH,
    ),
    RecordRow(
        6, RECEIPT.received_at, "reviewer:9", "reviewer:9", "no.such", "a/b", "a/b", "", {}, HASH, HASH
    ),
)
OVERVIEW = Overview(
    waiting=(
        Waiting("pending", 7, RECEIPT.received_at),
        Waiting("on_paper", 1, RECEIPT.received_at),
        Waiting("appeals", 0, None),
        Waiting("reported", 2, RECEIPT.received_at),
    ),
    clauses=(
        ClauseWaiting(RISKS[1].eid, RISKS[1].number, RISKS[1].heading, 5),
        ClauseWaiting(None, None, {}, 2),
    ),
    mine=(Task("C-0012", "amina", date(2026, 12, 1), "overdue"), Task("C-0013", "amina", None, "none")),
    due=(Task("C-0012", "amina", date(2026, 12, 1), "overdue"),),
    promised=(
        Promised("index", 3, RECEIPT.received_at, 0, None),
        Promised("mail", 2, RECEIPT.received_at, 1, "SMTPServerDisconnected"),
        Promised("themes", 0, None, 0, None),
        Promised("rebuild", 0, None, 0, None),
    ),
    behind=3,
    last_run=LastRun(RECEIPT.received_at, 690, 12),
    disk=Disk(800_000_000, 40_000_000_000),
)
PAGES: dict[str, dict[str, Any]] = {
    "public/consultations.html": {"consultations": [CONSULTATION]},
    "public/consultation.html": {
        "extensions": (EXTENSION,),
        "consultation": CONSULTATION,
        "contents": CONTENTS,
        "whole_comments": 12,
        "largest": 84,
        "unfolded": False,
    },
    "public/clause.html": {
        "consultation": CONSULTATION,
        "clause": CLAUSE,
        "version": "v1",
        "comments": COMMENTS,
        "total": 84,
        "positions": POSITIONS,
        "clause_text": "(1) A camera in a public place needs the order of a court.",
        "next_cursor": "a-cursor",
        "found": 84,
        "asked": View(Narrowed(language="ur"), cursor="a-cursor"),
        "changes": {},
        "form": Form(),
    },
    "public/comment.html": {
        "consultation": CONSULTATION,
        "comment": COMMENTS[3],
        "clause": CLAUSE,
        "change": (("same", "Every order "), ("deleted", "ends "), ("inserted", "ends after thirty days ")),
    },
    "public/help.html": {
        "name": "privacy",
        "sections": SECTIONS["privacy"],
        "fields": FIELDS,
        "reasons": (),
        "contacts": ["Policy Wing, Islamabad"],
        "stated": date(2026, 11, 24),
    },
    "public/draft_text.html": {
        "consultation": CONSULTATION,
        "version": "v1",
        "clauses": [replace(CLAUSE, eid="cl_1")],
    },
    "public/concern.html": {
        "consultation": CONSULTATION,
        "comment": COMMENTS[3],
        "reasons": ("abuse", "other"),
        "said": False,
        "form": Form(),
    },
    "public/receipt_lost.html": {"form": Form(), "said": False},
    "public/receipt_lookup.html": {"form": Form()},
    "public/receipt.html": {
        "receipt": RECEIPT,
        "changes": {"C-0418": (("same", "order of "), ("deleted", "a"), ("inserted", "the High"))},
        "qr": f"https://mashwara.example/en/receipts/{RECEIPT.receipt}",
        "done": "edited",
        "form": Form(),
    },
    "public/receipt_edit.html": {
        "consultation": CONSULTATION,
        "address": f"/en/receipts/{RECEIPT.receipt}",
        "receipt": RECEIPT,
        "comment": RECEIPT.comments[0],
        "clause": CLAUSE,
        "clause_text": "(1) A camera in a public place needs the order of a court.",
        "form": Form(values={"body": "Name the court.", "position": "mixed"}),
    },
    "public/search.html": {
        "consultation": CONSULTATION,
        "results": FOUND,
        "asked": ASKED,
        "clause_labels": {},
    },
    "public/error.html": {"kind": "bug", "reference": "7F3A-22C1", "kept": "My <words>", "back": "/en/x/"},
    "desk/sign_in.html": {},
    "desk/link.html": {"token": "one-time"},
    "desk/signed_out.html": {},
    "desk/queue.html": {
        "consultation": CONSULTATION,
        "waiting": [DESK],
        "total": 7,
        "state": "pending",
        "states": {"pending": 7, "published": 690, "withheld": 3, "withdrawn": 0, "spam": 0, "erased": 0},
        "appeals": 2,
        "reported": 1,
        "next_cursor": "a-cursor",
    },
    "desk/search.html": {
        "consultation": CONSULTATION,
        "consultations": [CONSULTATION, CONSULTATION],
        "results": FOUND,
        "clause_labels": {},
        "asked": {**ASKED, "consultation": "national-ai-policy", "status": "pending", "from": "", "to": ""},
    },
    "desk/overview.html": {
        "consultation": CONSULTATION,
        "consultations": [CONSULTATION, replace(CONSULTATION, slug="other-policy")],
        "seen": OVERVIEW,
        "now": RECEIPT.received_at + timedelta(days=3),
    },
    "desk/audit.html": {
        "records": RECORDS,
        "next_cursor": "a-cursor",
        "total": 1234,
        "found": 1234,
        "asked": {"act": "", "actor": "", "subject": "", "from": "", "to": "", "cursor": ""},
        "acts": ("comments.submit", "moderation.withhold"),
        "officials": {"reviewer:1": "amina"},
        "checked": True,
        "broken": None,
        "form": Form(values={"subject": "C-0012"}),
        "table": "/en/desk/audit.csv",
    },
    "desk/consultation.html": {
        "consultation": CONSULTATION,
        "consultations": [CONSULTATION],
        "steered": STEERED,
        "form": Form(),
    },
    "desk/letter.html": {
        "consultation": CONSULTATION,
        "channels": ("letter", "email", "meeting"),
        "done": "2B4Y0-HVPC1-A8Y7B-YWX00-3AJJV-D1",
        "form": Form(),
    },
    "desk/comment.html": {
        "item": DESK,
        "appeal": APPEAL,
        "concerns": [ConcernRow("abuse", "It names a neighbour.", RECEIPT.received_at, None)],
        "change": (),
        "form": Form(),
    },
    "desk/themes.html": {
        "consultation": CONSULTATION,
        "overall": [THEME, THEME],
        "by_clause": [(RISKS[1], [THEME])],
        "run": Run(),
        "form": Form(),
    },
    "desk/theme.html": {"consultation": CONSULTATION, "theme": THEME, "comments": COMMENTS, "form": Form()},
    "desk/reports.html": {
        "consultation": CONSULTATION,
        "formats": ["html", "json", "csv"],
        "languages": ["en", "ur", "both"],
        "made": [Made()],
        "form": Form(),
    },
}


def page(template: str, language: str = "en", **changes: Any) -> str:
    other = "ur" if language == "en" else "en"
    context: dict[str, Any] = {
        "here": Here(f"/{language}/x", f"/{other}/x", "consultations"),
        "notice": Notice(),
        "consultation": None,
        "today": date(2026, 12, 14),
        **PAGES[template],
        **changes,
    }
    return render(template, words_for(language), **context)
