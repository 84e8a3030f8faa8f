"""A small corpus in three writings for the search tests, and short ways to ask."""

from __future__ import annotations

from typing import Any

from search_index.documents import Document, Filters, Page
from search_index.engines import SearchEngine
from search_index.query import parse

MINUTE = 60_000_000
MIDNIGHT = 1_795_374_000_000_000
"""2026-11-23 00:00 in Pakistan, which is 2026-11-22 19:00 UTC."""

FACES = {"clause": "part_5__sec_4__cl_2", "number": "5.4.2"}
LABELLING = {"clause": "part_6__sec_3__cl_2", "number": "6.3.2"}

DOCUMENTS = (
    Document(
        "C-01",
        "The Government must not use face recognition cameras without a warrant from a court.",
        position="oppose",
        received=MIDNIGHT - MINUTE,
        **FACES,
    ),
    Document(
        "C-02",
        "حکومت عدالتی حکم کے بغیر چہرہ شناسی کے کیمرے نہ لگائے۔ ذاتی ڈیٹا محفوظ رہے۔",
        language="ur",
        position="oppose",
        received=MIDNIGHT,
        **FACES,
    ),
    Document(
        "C-03",
        "Hukumat ko chahiye ke zaati data ki hifazat kare aur naukri de",
        language="ur-Latn",
        position="mixed",
        received=MIDNIGHT + MINUTE,
        **FACES,
    ),
    Document(
        "C-04",
        "Hakoomat mazdooron ko nokri aur muahida de",
        language="ur-Latn",
        position="support",
        submitter="individual",
        received=MIDNIGHT + 2 * MINUTE,
        **LABELLING,
    ),
    Document(
        "C-05",
        "Data-labelling workers need contracts, fair wages and counselling. Workers are people.",
        position="support",
        submitter="organisation",
        channel="letter",
        received=MIDNIGHT + 3 * MINUTE,
        **LABELLING,
    ),
    Document(
        "C-06",
        "ڈیٹا لیبلنگ کے کارکنوں کو معاہدہ اور مناسب اجرت ملنی چاہیے۔ نوکریاں محفوظ ہوں۔",
        language="ur",
        position="support",
        received=MIDNIGHT + 4 * MINUTE,
        **LABELLING,
    ),
    Document(
        "C-07",
        "Teachers first: train every teacher before the school buys computers.",
        received=MIDNIGHT + 5 * MINUTE,
    ),
    Document(
        "C-08",
        "Personal data of patients belongs to patients; data that is personal stays in the hospital.",
        position="question",
        received=MIDNIGHT + 6 * MINUTE,
        clause="part_5__sec_2__cl_1",
        number="5.2.1",
    ),
    Document(
        "C-09",
        "A spam message about cheap warrants and xylophones",
        status="spam",
        received=MIDNIGHT + 7 * MINUTE,
    ),
    Document(
        "C-10",
        "Load-shedding stops every computer in our village. بجلی نہیں تو کمپیوٹر کیسا؟",
        received=MIDNIGHT + 1440 * MINUTE,
        draft="v2",
        consultation="water-policy",
    ),
    Document(
        "K:en:part_5__sec_4__cl_2",
        "Face recognition in public places requires a warrant.",
        kind="clause",
        received=0,
        **FACES,
    ),
)

PUBLIC = Filters(statuses=("published",))


def search(engine: SearchEngine, text: str, **more: Any) -> Page:
    """Ask as the public does, newest first."""
    options = {key: more.pop(key) for key in ("order", "limit", "cursor") if key in more}
    filters = Filters(**{"statuses": ("published",), **more})
    return engine.find(parse(text), filters, **{"order": "newest", **options})


def found(engine: SearchEngine, text: str, **more: Any) -> list[str]:
    """Ids of what the public finds, in the order of ids."""
    return sorted(search(engine, text, **more).ids)
