"""Sample rows for every template: real lengths, both writings, mixed directions, extreme content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from portal.errors import Conflict
from portal.formats.report import Interval, Scope
from portal.services.audit_trail import RecordRow
from portal.services.balance import Appeals, Balance, Line, Waiting
from portal.services.clause_figures import ClauseSight
from portal.services.coding import Choice, Coder, Comparison, SampleRow
from portal.services.coding_figures import Figure, FigureRow
from portal.services.concerns import ConcernRow
from portal.services.desk_sessions import SessionRow, SignedIn
from portal.services.detectors import findings
from portal.services.figures import Answers, Asked, ClauseFigures, Figures, ThemeFigures
from portal.services.listing import Narrowed
from portal.services.outcomes import DECISIONS, OutcomeRow
from portal.services.outcomes import Progress as Answered
from portal.services.overview import ClauseWaiting, Disk, LastRun, Overview, Promised
from portal.services.overview import Task as Due
from portal.services.overview import Waiting as Waits
from portal.services.own_account import Account
from portal.services.report_files import FileRow, Wanted
from portal.services.results import ClauseAnswer, Results, ThemeAnswer, Went
from portal.services.reviewers import Colleague
from portal.services.rows import (
    CHANNELS,
    REASONS,
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
    QuestionRow,
    QuoteRow,
    ReceiptComment,
    ReceiptRow,
    SearchResults,
    ThemeRow,
)
from portal.services.saved_searches import SavedRow
from portal.services.second_look import Agreement
from portal.services.signing_off import SignOff
from portal.services.steering import ExtensionRow, Steered
from portal.services.synonyms import GroupRow
from portal.services.theme_acts import ActRow
from portal.services.work import NoteRow, Official, TagRow, Task
from portal.templating import render
from portal.web import charts
from portal.web.help import FIELDS, SECTIONS
from portal.web.own_account import Enrolment
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
    unassigned: tuple[str, ...] = ("C-0001", "C-0002")


@dataclass(frozen=True)
class Made:
    at: datetime = datetime(2026, 12, 14, 11, 0, tzinfo=UTC)
    by: str | None = "amina"
    format: str = "html"


MEASURED = Interval(0.78, 0.7, 0.85)
CODING_SAMPLE = SampleRow(
    id=4,
    drawn_at=datetime(2026, 12, 14, 11, 0, tzinfo=UTC),
    size=120,
    changed=True,
    coders=(Coder(1, "amina", 60), Coder(2, "bilal", 35)),
)

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
    seen="7-0123456789ab",
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
DESK_ASKED = dict.fromkeys(
    ("q", "consultation", "order", "like", "theme", "tag", "assigned", "read", "redacted", "after"), ""
)
TAG = TagRow(3, "court order", "A judge is asked for.", 12, None)
NOTE = NoteRow("amina", datetime(2026, 12, 14, 11, 42, tzinfo=UTC), "Asked the <ministry> of law.")
WHO = SignedIn(7, 1, "amina.khan", "admin", None)
ACCOUNT = Account(
    reviewer_id=7,
    email="amina.khan@ministry.example",
    role="admin",
    slugs=None,
    has_password=True,
    complete=True,
    recovery_left=9,
    sessions=(
        SessionRow(Made.at, Made.at, True),
        SessionRow(Made.at, Made.at, False),
    ),
)
ENROLMENT = Enrolment(
    "ab" * 52,
    "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    "otpauth://totp/Mashwara:amina.khan%40ministry.example?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Mashwara",
)
COLLEAGUE = Colleague(
    7,
    "amina.khan@ministry.example",
    "reviewer",
    frozenset({"national-ai-policy"}),
    "disabled",
    Made.at,
    Made.at,
)
OUTCOME = OutcomeRow(
    3,
    "T-0003",
    "partly",
    {
        "en": "A judge signs from now on. The <register> stays as it is:\n\nit is needed for audits.",
        "ur": "اب سے جج دستخط کرے گا۔ رجسٹر جوں کا توں رہے گا: آڈٹ کے لیے ضروری ہے۔",
    },
    datetime(2027, 2, 14, 11, 0, tzinfo=UTC),
    "amina",
)
ACCEPTED = replace(THEME, status="accepted", accepted_at=OUTCOME.at, accepted_by="amina")
ASKED = {"q": "face recognition", "clause": "5.4.2", "position": "", "language": "", "order": ""}
WRONG = Form(
    values={"body": "", "email": "citizen.example.org", "position": "mixed", "name": "A citizen of Quetta"},
    errors={"body": ("form.body.hint",), "email": ("form.email.hint",)},
)
WITHHELD = {**dict.fromkeys(REASONS, 0), "abuse": 12, "off_topic": 7}
STANDING = {"pending": 31, "published": 690, "withheld": 19, "withdrawn": 8, "spam": 1204, "erased": 2}
BOOKS = Line("all", 1954, STANDING, WITHHELD)
BALANCE = Balance(
    total=BOOKS,
    clauses=(replace(BOOKS, key=CLAUSE.eid, draft="v1", number=CLAUSE.number, heading=CLAUSE.heading),),
    channels=(replace(BOOKS, key="web"),),
    appeals=Appeals(made=5, published=2, withheld=1, waiting=1, moot=1),
    redactions={"personal_data": 14, "a_new_reason": 1},
    redacted=9,
    waiting=Waiting(decided=42, median_days=1.5),
    lost=0,
)
FIGURES = Figures(
    comments=690,
    by_day=(("2026-11-23", 3), ("2026-12-04", 71)),
    clauses=(
        ClauseFigures(CLAUSE.eid, CLAUSE.number, CLAUSE.heading, 84, POSITIONS),
        ClauseFigures("whole", None, {}, 0, dict.fromkeys(POSITIONS, 0)),
    ),
    themes=tuple(
        ThemeFigures(f"T-{n:04}", "<b>عدالت</b> must sign", "ur", {CLAUSE.eid: n}) for n in range(1, 30)
    ),
    languages={"en": 400, "ur": 200, "ur-Latn": 80, "other": 10},
    channels=dict.fromkeys(CHANNELS, 115),
    answers=(
        Answers(
            QuestionRow("province", {"en": "Province"}, (("a", {"en": "A"}), ("b", {"en": "B"}))),
            {"a": "fewer", "b": "hidden", "": 70},
        ),
    ),
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
        Waits("pending", 7, RECEIPT.received_at),
        Waits("on_paper", 1, RECEIPT.received_at),
        Waits("appeals", 0, None),
        Waits("reported", 2, RECEIPT.received_at),
    ),
    clauses=(
        ClauseWaiting(RISKS[1].eid, RISKS[1].number, RISKS[1].heading, 5),
        ClauseWaiting(None, None, {}, 2),
    ),
    mine=(Due("C-0012", "amina", date(2026, 12, 1), "overdue"), Due("C-0013", "amina", None, "none")),
    due=(Due("C-0012", "amina", date(2026, 12, 1), "overdue"),),
    promised=(
        Promised("index", 3, RECEIPT.received_at, 0, None),
        Promised("mail", 2, RECEIPT.received_at, 1, "SMTPServerDisconnected"),
        Promised("themes", 0, None, 0, None),
        Promised("rebuild", 0, None, 0, None),
    ),
    mails_given_up=4,
    behind=3,
    last_run=LastRun(RECEIPT.received_at, 690, 12),
    disk=Disk(800_000_000, 40_000_000_000),
)
LIMITED = Scope(
    clauses=("part_5__sec_4__cl_2", "whole"),
    themes=("T-0003", "T-0011"),
    first=date(2026, 12, 1),
    last=date(2026, 12, 31),
    name="courts عدالتیں",
)
REPORT_FILE = FileRow(
    key=4,
    wanted=Wanted("xlsx", "both", LIMITED, {"q": "court"}),
    clauses=("5.4.2", "whole"),
    asked_at=datetime(2026, 12, 14, 11, 0, tzinfo=UTC),
    by="amina",
    begun_at=None,
    progress=0,
    made_at=None,
    name=None,
    fault=None,
)
REPORT_FILES = [
    REPORT_FILE,
    replace(REPORT_FILE, key=3, begun_at=REPORT_FILE.asked_at, progress=65),
    replace(
        REPORT_FILE,
        key=2,
        wanted=Wanted("pdf", "ur"),
        clauses=(),
        begun_at=REPORT_FILE.asked_at,
        made_at=REPORT_FILE.asked_at,
        progress=100,
        name="national-ai-policy-v1-ur-r2.pdf",
    ),
    replace(REPORT_FILE, key=1, fault="error.report_file.erased"),
]

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
    "public/balance.html": {
        "consultation": CONSULTATION,
        "balance": BALANCE,
        "reasons": REASONS,
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
        "went": {"C-0418": Went(((ACCEPTED, OUTCOME), (replace(ACCEPTED, id="T-0004"), None)), OUTCOME)},
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
    "public/results.html": {
        "consultation": CONSULTATION,
        "results": Results(
            draft="v1",
            answered_at=OUTCOME.at,
            total=2,
            on_clauses=2,
            decisions={"accepted": 0, "partly": 1, "not": 0, "out_of_scope": 0, "none": 1},
            page=2,
            pages=3,
            themes=(
                ThemeAnswer(ACCEPTED, 58, OUTCOME),
                ThemeAnswer(replace(ACCEPTED, id="T-0004", clause=None, title="چہرے کی شناخت"), 1, None),
            ),
            clauses=(
                ClauseAnswer("cl_2", "5.4.2", CLAUSE.heading, 84, replace(OUTCOME, decision="not")),
                ClauseAnswer("whole", None, {}, 12, replace(OUTCOME, reason={"ur": "شکریہ۔"})),
            ),
        ),
        "version": "v1",
        "formats": ["html", "json", "csv"],
    },
    "public/error.html": {"kind": "bug", "reference": "7F3A-22C1", "kept": "My <words>", "back": "/en/x/"},
    "desk/sign_in.html": {"form": Form(values={"email": "officer@ministry.example"})},
    "desk/account.html": {"account": ACCOUNT, "who": WHO},
    "desk/account_setup.html": {
        "account": replace(ACCOUNT, complete=False),
        "enrolment": ENROLMENT,
        "who": replace(WHO, complete=False),
        "form": Form(errors={"new_code": ("error.code.wrong",)}),
    },
    "desk/account_change.html": {
        "account": ACCOUNT,
        "act": "authenticator",
        "enrolment": ENROLMENT,
        "form": Form(summary="error.sign_in"),
    },
    "desk/account_codes.html": {"codes": ["KB8D-3X7K-DHJZ"] * 10},
    "desk/colleagues.html": {
        "consultations": [CONSULTATION],
        "colleagues": [COLLEAGUE, replace(COLLEAGUE, id=8, slugs=None, role="admin", seen_at=None)],
        "who": WHO,
    },
    "desk/colleague_invite.html": {
        "consultations": [CONSULTATION],
        "form": Form(
            values={"email": "amina", "role": "reviewer", "access": "chosen"},
            errors={"email": ("error.email.no_at",), "access": ("error.access.choose",)},
        ),
    },
    "desk/colleague_link.html": {"link": f"https://mashwara.example/en/desk/sign-in/{HASH}", "mailed": True},
    "desk/colleague.html": {
        "colleague": COLLEAGUE,
        "own": False,
        "consultations": [CONSULTATION],
        "form": Form(values={"role": "reviewer", "access": "chosen", "open_national-ai-policy": "yes"}),
    },
    "desk/link.html": {"token": "one-time"},
    "desk/signed_out.html": {},
    "desk/queue.html": {
        "consultation": CONSULTATION,
        "waiting": [
            {"comment": DESK.comment, "flags": DESK.flags, "seen": DESK.seen},
            {"comment": DESK.comment, "flags": (), "seen": DESK.seen, "due_on": date(2026, 11, 30)},
        ],
        "read": {DESK.comment.id},
        "mine": 1,
        "reasons": REASONS,
        "codebook": [TAG],
        "colleagues": [Official(1, "amina"), Official(2, "bilal")],
        "back": "/en/desk/queue",
        "done": (12, 1),
        "decided": ("C-0416", "withheld"),
        "form": Form(),
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
        "asked": {**DESK_ASKED, "q": "face recognition status:pending", "consultation": "national-ai-policy"},
        "figures": [
            (
                "status",
                [("pending", 7, True, "/en/desk/search?q=a"), ("published", 90, False, "/en/desk/search")],
            ),
            (
                "clause",
                [
                    ("part_5__sec_4__cl_2", 84, False, "/en/desk/search"),
                    ("none", 1, False, "/en/desk/search"),
                ],
            ),
            ("position", [(name, n, False, "/en/desk/search") for name, n in POSITIONS.items()]),
        ],
        "marks": {row.id: "1-0123456789ab" for row in COMMENTS},
        "themes_of": {COMMENTS[0].id: [("T-0007", THEME.title, "en")]},
        "themes": [("T-0007", THEME.title)],
        "reasons": REASONS,
        "read": frozenset(),
        "codebook": [TAG],
        "colleagues": [Official(1, "amina")],
        "saved": [SavedRow(1, "courts", {"q": "court"}, RECEIPT.received_at, RECEIPT.received_at, 7)],
        "formats": ("csv", "xlsx"),
        "done": None,
        "form": Form(),
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
        "item": replace(DESK, comment=replace(DESK.comment, redacted_for=("personal_data", "abuse"))),
        "may_decide": True,
        "reasons": REASONS,
        "found": findings("Write to amina@ministry.example or 0300-1234567, see https://a.example"),
        "sent": None,
        "notes": [NOTE],
        "task": Task("C-0418", 2, "bilal", date(2026, 11, 30), "amina"),
        "colleagues": [Official(1, "amina"), Official(2, "bilal")],
        "tags": [TAG],
        "codebook": [TAG],
        "read": False,
        "list": "pending",
        "before": "C-0417",
        "after": "C-0419",
        "done": ("C-0416", "published"),
        "appeal": APPEAL,
        "concerns": [ConcernRow("abuse", "It names a neighbour.", RECEIPT.received_at, None)],
        "change": (),
        "form": Form(),
    },
    "desk/figures.html": {
        "consultation": CONSULTATION,
        "consultations": [CONSULTATION, replace(CONSULTATION, slug="other")],
        "comments": 690,
        "asked": Asked(channel="web"),
        "channels": CHANNELS,
        "charts": charts.of(words_for("ur"), FIGURES),
        "query": {"consultation": CONSULTATION.slug, "channel": "web"},
    },
    "desk/not_done.html": {
        "keys": ["error.note.needed"],
        "back": "/en/desk/queue",
        "action": "/en/desk/many",
        "shown": ["reason", "note", "due_on", "title_en"],
        "may_send": True,
        "reasons": REASONS,
        "form": Form(
            values={"act": "withhold", "c_C-0418": "", "note": "As said.", "title_en": "Courts"},
            errors={"note": ("error.note.needed",)},
        ),
    },
    "desk/tags.html": {
        "consultation": CONSULTATION,
        "codebook": [TAG, replace(TAG, id=4, name="پرانا", retired_at=RECEIPT.received_at)],
        "form": Form(),
    },
    "desk/clauses.html": {"consultation": CONSULTATION, "entries": RISKS, "counts": {RISKS[0].eid: 3}},
    "desk/clause.html": {
        "consultation": CONSULTATION,
        "clause": CLAUSE,
        "figures": ClauseSight(
            POSITIONS, {"pending": 2, "published": 80, "withheld": 1}, (COMMENTS[0], DESK.comment)
        ),
        "themes": [THEME],
        "notes": [NOTE],
        "form": Form(),
    },
    "desk/second_look.html": {
        "consultation": CONSULTATION,
        "comment": DESK.comment,
        "clause": CLAUSE,
        "waiting": 12,
        "agreement": Agreement(20, 8, 7, 0.61, (("published", "published", 7), ("published", "withheld", 1))),
        "least": 30,
        "form": Form(),
    },
    "desk/coding.html": {
        "consultation": CONSULTATION,
        "sample": CODING_SAMPLE,
        "may": True,
        "choices": [
            Choice("T-0003", "عدالت کا حکم", "ur", {}),
            Choice("T-0004", "rokna zaroori hai", "ur-Latn", {}),
            Choice("T-0007", "machine", "en", {"ur": "پہلے عدالت کا حکم"}),
        ],
        "comment": DESK.comment,
        "clause": CLAUSE,
        "mine": {"C-0012": ("T-0003",), "C-0015": ()},
        "done": "C-0012",
        "most": 300,
        "form": Form(
            values={"theme_T-0003": "yes"},
            errors={"none": ("error.coding.both",)},
            summary="error.coding.not_done",
        ),
    },
    "desk/coding_results.html": {
        "consultation": CONSULTATION,
        "results": Comparison(
            CODING_SAMPLE,
            (
                FigureRow("all", 60, 35, (Figure(60, MEASURED), Figure(35, MEASURED)), MEASURED, MEASURED),
                FigureRow("ur-Latn", 12, 4, (Figure(12, None), Figure(4, None)), None, None),
            ),
        ),
        "least": 30,
        "consult": (0.76, 0.82, 0.74),
    },
    "desk/themes.html": {
        "consultation": CONSULTATION,
        "overall": [THEME, replace(THEME, names={"ur": "عدالت کا حکم ضروری ہے"}, by_hand=3)],
        "by_clause": [(RISKS[1], [THEME])],
        "run": Run(),
        "waiting": True,
        "progress": SignOff(2, 5, 40, 120, 3, 4),
        "acts": [
            ActRow(9, "merge", ("T-0001", "T-0002"), "amina", RECEIPT.received_at, None, True),
            ActRow(8, "split", ("T-0001",), "amina", RECEIPT.received_at, RECEIPT.received_at, False),
        ],
        "form": Form(),
    },
    "desk/theme.html": {
        "consultation": CONSULTATION,
        "theme": replace(THEME, names={"en": "A court order first", "ur": "پہلے عدالت کا حکم"}, people=40),
        "comments": COMMENTS,
        "seen": "0123456789abcdef",
        "by_hand": frozenset({COMMENTS[0].id}),
        "others": [THEME],
        "may_reword": True,
        "suggested": True,
        "form": Form(),
    },
    "desk/saved.html": {
        "consultation": CONSULTATION,
        "rows": [
            SavedRow(
                1, "courts", {"q": "court position:oppose"}, RECEIPT.received_at, RECEIPT.received_at, 7
            ),
            SavedRow(2, "عدالتیں", {"q": "عدالت"}, RECEIPT.received_at, RECEIPT.received_at, 7),
        ],
        "new": {1: 12, 2: 0},
        "form": Form(),
    },
    "desk/words.html": {
        "consultation": CONSULTATION,
        "added": [GroupRow(1, ("privacy", "رازداری", "raazdari"), "amina", RECEIPT.received_at)],
        "reviewed": [("court", "عدالت", "adalat"), ("job", "نوکری", "naukri")],
        "may_add": True,
        "form": Form(),
    },
    "desk/outcomes.html": {
        "consultation": CONSULTATION,
        "who": SignedIn(1, 1, "amina", "admin", None),
        "draft": "v1",
        "themes": [ACCEPTED, replace(ACCEPTED, id="T-0004", clause=None, number=None, title="عدالت")],
        "entries": RISKS,
        "counts": {"whole": 12, CLAUSE.eid: 84},
        "decided": {"T-0003": OUTCOME, CLAUSE.eid: OUTCOME},
        "progress": Answered(2, ("T-0004",)),
        "answered_at": None,
        "answer_from": 5,
        "error": Conflict("error.conflict.answer.lacking", n=1),
        "form": Form(),
    },
    "desk/outcome.html": {
        "consultation": CONSULTATION,
        "draft": "v1",
        "answer": ThemeAnswer(ACCEPTED, 58, None),
        "clause": None,
        "comments": 71,
        "past": [OUTCOME, replace(OUTCOME, id=2, decision="not", by=None)],
        "decisions": DECISIONS,
        "form": Form(
            values={"decision": "partly", "reason_en": "A judge signs.", "seen": "3"},
            errors={"decision": ("error.outcome.choose",), "reason_ur": ("error.outcome.long",)},
        ),
    },
    "desk/reports.html": {
        "consultation": CONSULTATION,
        "formats": ["html", "json", "csv", "docx", "xlsx", "pdf"],
        "languages": ["en", "ur", "both"],
        "themes": [("T-0003", THEME.title), ("T-0011", "عدالت کے حکم کے بغیر نہیں")],
        "searches": [SavedRow(1, "courts", {"q": "court"}, RECEIPT.received_at, RECEIPT.received_at, 7)],
        "at_once": True,
        "files": REPORT_FILES,
        "working": True,
        "made": [Made()],
        "form": Form(
            values={"format": "xlsx", "clauses": "5.4.2, 99", "theme-T-0003": "yes", "from": "2026-12-01"},
            errors={"clauses": ("error.scope.clause",), "saved": ("error.not_found.saved",)},
            summary="report_files.refused",
        ),
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
