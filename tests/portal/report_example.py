"""A small Report made by hand: English, Urdu, Roman Urdu and what hostile people send."""

from __future__ import annotations

from datetime import UTC, datetime

from portal.formats.report import (
    Report,
    ReportCampaign,
    ReportClause,
    ReportComment,
    ReportQuote,
    ReportTheme,
    Sentence,
)

CLAUSE = "part_5__sec_4__cl_2"
SILENT = "part_5__sec_4__cl_3"
HEADINGS = {
    CLAUSE: {"en": "Biometric identification", "ur": "بائیومیٹرک شناخت"},
    SILENT: {"en": "Registers", "ur": "رجسٹر"},
    "whole": {"en": "The document as a whole", "ur": "پوری دستاویز"},
}
SCRIPT = "<script>alert('x')</script> & </style><img src=http://evil.example/x.png onerror=alert(1)>"
FORMULA = '=HYPERLINK("http://evil.example","read this")'
BIDI = "start \u202e\u2067reversed and never closed"
LONG = "ک" * 5000
PARAGRAPHS = "First line,\nsecond line.\n\nدوسرا پیرا۔"
ROMAN = "Camera sirf adalat ke hukm se lage."
BODIES = (SCRIPT, FORMULA, BIDI, LONG, PARAGRAPHS, ROMAN)
LANGUAGES = ("en", "en", "other", "ur", "en", "ur-Latn")
POSITIONS = ("oppose", "oppose", "mixed", None, "support", "oppose")
NO_POSITIONS = {"support": 0, "oppose": 0, "mixed": 0, "question": 0, "none": 0}
SHA256 = "9f2c41d7e08a5b63c1f47d920ae638bb64c5f17e2d0983a1b7e45c2096df1a38"
INPUT = "ab" * 32
IDS = tuple(f"C-{number:04d}" for number in range(1, 7))


def _comment(place: int) -> ReportComment:
    clause = CLAUSE if place < 5 else None
    return ReportComment(
        id=IDS[place],
        clause=clause,
        number="5.4.2" if clause else None,
        heading=HEADINGS[clause or "whole"],
        position=POSITIONS[place],
        language=LANGUAGES[place],
        submitter="individual" if place else "organisation",
        name="@sum(1+1) <b>عائشہ</b>" if place == 1 else None,
        organisation="＝Firm" if place == 0 else None,
        channel="letter" if place == 2 else "web",
        received_at=f"2026-11-{23 + place % 2}T20:30:00.123456Z",
        demonstration=place != 4,
        themes=("T-0001", "T-0002") if place == 0 else ("T-0001",),
        body=BODIES[place],
        sha256=SHA256,
    )


ACCEPTED = ReportTheme(
    id="T-0001",
    title="چہرے کی شناخت صرف عدالت کے حکم سے <i>",
    language="ur",
    status="accepted",
    clause=None,
    number=None,
    keyphrases=("court", "عدالت", "<b>"),
    comments=6,
    distinct=5,
    positions={"support": 1, "oppose": 3, "mixed": 1, "question": 0, "none": 1},
    languages={"en": 3, "ur": 1, "ur-Latn": 1, "other": 1},
    comment_ids=IDS,
    quotes=(
        ReportQuote("C-0001", "<script>alert('x')</script>", "oppose", "en"),
        ReportQuote("C-0005", "First line,\nsecond line.", "support", "en"),
    ),
    sentences=(
        Sentence({"en": "Six comments speak to this.", "ur": "چھ تبصرے اس بارے میں ہیں۔"}, IDS),
        Sentence({"en": "Three oppose it.", "ur": "تین مخالفت میں ہیں۔"}, ("C-0001", "C-0002", "C-0006")),
    ),
)
CANDIDATE = ReportTheme(
    id="T-0002",
    title="A machine wrote this title",
    language="en",
    status="candidate",
    clause=CLAUSE,
    number="5.4.2",
    keyphrases=(),
    comments=1,
    distinct=1,
    positions={**NO_POSITIONS, "oppose": 1},
    languages={"en": 1},
    comment_ids=("C-0001",),
    quotes=(ReportQuote("C-0001", "& </style>", "oppose", "en"),),
    sentences=(Sentence({"en": "One comment.", "ur": "ایک تبصرہ۔"}, ("C-0001",)),),
)


def example(
    language: str = "en",
    *,
    themes: tuple[ReportTheme, ...] = (ACCEPTED, CANDIDATE),
    accepted_only: bool = False,
    generated_at: datetime = datetime(2026, 12, 1, 7, 5, tzinfo=UTC),
) -> Report:
    """Six published comments, five of them on 5.4.2; six more in the other states."""
    return Report(
        consultation="ai-policy",
        title={"en": 'AI <Policy> "1"', "ur": "اے آئی پالیسی"},
        ministry={"en": "Ministry of IT", "ur": "وزارتِ آئی ٹی"},
        notice={"en": "A restatement, not the official text.", "ur": "یہ سرکاری متن نہیں۔"},
        contact="Policy Wing",
        draft="v1",
        draft_sha256="cd" * 32,
        languages_of_draft=("en", "ur"),
        opens_at=datetime(2026, 11, 20, 4, 0, tzinfo=UTC),
        closes_at=datetime(2027, 1, 19, 18, 59, tzinfo=UTC),
        language=language,
        generated_at=generated_at,
        input_sha256=INPUT,
        demonstration=True,
        accepted_only=accepted_only,
        totals={
            "received": 12,
            "published": 6,
            "pending": 1,
            "withheld": 2,
            "withdrawn": 1,
            "spam": 1,
            "erased": 1,
            "distinct": 5,
            "people": 4,
        },
        parts=(("part_5", "5", {"en": "A trusted environment", "ur": "قابلِ اعتماد ماحول"}),),
        clauses=(
            _clause(CLAUSE, "5.4.2", 5, {"support": 1, "oppose": 2, "mixed": 1, "question": 0, "none": 1}),
            _clause(SILENT, "5.4.3", 0, NO_POSITIONS),
            _clause("whole", None, 1, {**NO_POSITIONS, "oppose": 1}),
        ),
        positions={"support": 1, "oppose": 3, "mixed": 1, "question": 0, "none": 1},
        languages={"en": 3, "other": 1, "ur": 1, "ur-Latn": 1},
        channels={"letter": 1, "web": 5},
        by_day=(("2026-11-24", 3), ("2026-11-25", 3)),
        themes=themes,
        campaigns=(ReportCampaign("G-0001", 3, 2, ("C-0001", "C-0002", "C-0003")),),
        themes_made_at=datetime(2026, 11, 30, 9, 0, tzinfo=UTC),
        method={"en": "How it was counted.", "ur": "کیسے گنا گیا۔"},
        limits={"en": "What it cannot say.", "ur": "یہ کیا نہیں بتا سکتی۔"},
        comments=tuple(_comment(place) for place in range(6)),
        chosen={"comments": 6, "distinct": 5, "people": 4},
    )


def _clause(eid: str, number: str | None, comments: int, positions: dict[str, int]) -> ReportClause:
    return ReportClause(
        eid=eid,
        number=number,
        heading=HEADINGS[eid],
        part=None if eid == "whole" else "part_5",
        comments=comments,
        positions=positions,
        themes=("T-0002",) if eid == CLAUSE else (),
    )
