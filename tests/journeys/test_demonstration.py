"""The shipped draft with the shipped comments: what a first visitor of `serve --demo` finds."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from policy_text.reader import read_draft
from portal import demo, migrations, settings
from portal.app import build_app
from portal.errors import Conflict
from portal.models.database import open_database
from portal.services import comments, drafts, moderation, theme_runs, themes
from portal.services.rows import CommentRow
from portal.serving import SHIPPED, SHIPPED_FOLDER, SHIPPED_VERSION
from search_index.analysis import stem, words
from search_index.documents import Filters
from search_index.engines import open_engine
from search_index.query import parse
from search_index.synonyms import glossary
from tests import make
from tests.make import NOW, Clock, House

PUBLIC = Filters(statuses=("published",))
VOWEL_MARK = "\N{ARABIC FATHA}"
HELD_LINES = {54, 79, 86, 123, 127, 140, 220, 225, 257, 288, 333, 354, 371, 373}


@dataclass(frozen=True)
class Demonstration:
    house: House
    rows: list[CommentRow]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    folder = tmp_path_factory.mktemp("demonstration")
    config = settings.with_secret_key(
        settings.read(
            {
                "PORTAL_DATA_DIR": str(folder),
                "PORTAL_PUBLIC_URL": "https://test",
            }
        )
    )
    database = open_database(config.database_url)
    migrations.upgrade(database.engine)
    engine = open_engine(config.search_url)
    clock = Clock()
    app = build_app(config, revision=migrations.head(), database=database, engine=engine, clock=clock)
    house = House(config, database, engine, clock, app)
    with database.write() as session:
        opened = NOW - demo.OPENED_BEFORE
        text = read_draft(SHIPPED_FOLDER)
        drafts.publish(session, text, slug=SHIPPED, version=SHIPPED_VERSION, actor="command", now=opened)
    demo.load(database, slug=SHIPPED, version=SHIPPED_VERSION, secret_key=config.secret_key, now=NOW)
    house.worker.keep_all()
    with database.read() as session:
        count = sum(moderation.states(session).values())
        names = [f"C-{number:04d}" for number in range(1, count + 1)]
        rows = comments.by_ids(session, names, statuses=None)
    yield Demonstration(house, rows)
    database.close()


def found(shown: Demonstration, q: str) -> set[str]:
    return set(shown.house.engine.find(parse(q), PUBLIC, limit=500).ids)


def own_words(shown: Demonstration) -> dict[str, str]:
    """For each published comment its rarest word of three letters or more; in Roman Urdu no English one."""
    published = [row for row in shown.rows if row.status == "published"]
    often = Counter(word for row in published for word in set(words(row.body)))
    english = {stem(word) for row in published if row.language == "en" for word in words(row.body)}
    english |= glossary().english
    return {
        row.id: min(
            (word for word in words(row.body) if len(word) >= 3 and word.isalpha()),
            key=lambda word: (
                row.language == "ur-Latn" and stem(word) in english,
                often[word],
                -len(word),
            ),
        )
        for row in published
    }


def test_at_least_320_comments_and_300_of_them_published_at_once(shown: Demonstration) -> None:
    assert len(shown.rows) >= 320
    assert sum(row.status == "published" for row in shown.rows) >= 300
    assert all(row.demonstration for row in shown.rows)


def test_half_english_a_third_urdu_the_rest_roman_urdu(shown: Demonstration) -> None:
    share = Counter(row.language for row in shown.rows)
    total = len(shown.rows)
    assert 0.45 <= share["en"] / total <= 0.55
    assert 0.30 <= share["ur"] / total <= 0.38
    assert share["ur-Latn"] / total >= 0.12


def test_exactly_those_meant_are_held(shown: Demonstration) -> None:
    lines = demo.FILE.read_text(encoding="utf-8").splitlines()
    held = {number for number, line in enumerate(lines, 1) if moderation.flags(json.loads(line)["body"])}
    assert held == HELD_LINES
    assert sum(row.status == "pending" for row in shown.rows) == len(HELD_LINES)


def test_every_published_comment_is_found_by_a_word_of_its_own(shown: Demonstration) -> None:
    lost = [f"{name} {word}" for name, word in own_words(shown).items() if name not in found(shown, word)]
    assert lost == []


VOWELS = {"aa": "a", "oo": "u", "ee": "i", "a": "aa", "u": "oo", "i": "ee", "e": "ay"}
VOWEL = re.compile(r"(?<=[^aeiouy])(?:aa|oo|ee|[auie])(?=[^aeiouyh])")


def variants(language: str, word: str) -> list[str]:
    """The same word as other people write it: another keyboard, marks, vowels, singular and plural."""
    if word[0] > "z":
        arabic = word.replace("ی", "ي").replace("ک", "ك").replace("ہ", "ه")
        return [arabic, VOWEL_MARK.join(word), f"{word[0]}\u0640{word[1:]}"]
    if language == "ur-Latn":
        return [VOWEL.sub(lambda vowel: VOWELS[vowel[0]], word, count=1), word.upper()]
    return [other_number(word), word.capitalize(), word.upper()]


def other_number(word: str) -> str:
    """An English noun's plural, or the singular of a plural."""
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith("ss"):
        return f"{word}es"
    return word.removesuffix("s") if word.endswith("s") else f"{word}s"


def test_and_in_every_spelling_variant(shown: Demonstration) -> None:
    languages = {row.id: row.language for row in shown.rows}
    lost = [
        f"{name} {word} {variant}"
        for name, word in own_words(shown).items()
        for variant in variants(languages[name], word)
        if name not in found(shown, variant)
    ]
    assert lost == []


@pytest.mark.parametrize(
    ("word", "languages"),
    [
        ("surveillance", {"ur-Latn"}),
        ("education", {"ur-Latn"}),
        ("privacy", {"ur", "ur-Latn"}),
        ("teacher", {"ur", "ur-Latn"}),
        ("court", {"ur", "ur-Latn"}),
        ("women", {"ur", "ur-Latn"}),
        ("electricity", {"ur", "ur-Latn"}),
        ("jobs", {"ur", "ur-Latn"}),
        ("نوکری", {"en", "ur-Latn"}),
        ("hukumat", {"en", "ur"}),
    ],
)
def test_a_synonym_finds_the_other_writings(shown: Demonstration, word: str, languages: set[str]) -> None:
    rows = {row.id: row.language for row in shown.rows}
    assert languages <= {rows[name] for name in found(shown, word)}


def test_themes_are_found_and_both_form_letters_are_campaigns(shown: Demonstration) -> None:
    house = shown.house
    with house.database.read() as session:
        draft = themes.find_draft(session, SHIPPED, None)
    theme_runs.suggest(house.database, house.worker.summarizer(), draft.id, now=NOW)
    with house.database.read() as session:
        run = themes.last_run(session, draft.id)
        rows = themes.listing(session, draft.id)
    assert run is not None
    sizes = sorted((len(ids) for _, ids, _ in run.campaigns), reverse=True)
    assert sizes[:2] == [24, 14]
    assert len([row for row in rows if row.clause is None]) >= 5
    assert all(row.status == "candidate" for row in rows)


async def test_contents_and_the_busiest_clause_weigh_under_40_kb(shown: Demonstration) -> None:
    async with make.client(shown.house) as browser:
        for path in (
            f"/en/{SHIPPED}/",
            f"/ur/{SHIPPED}/",
            f"/en/{SHIPPED}/v1/part_5__sec_4__cl_2",
            f"/ur/{SHIPPED}/v1/part_5__sec_4__cl_2",
        ):
            page = (await browser.get(path)).text
            weight = len(gzip.compress(page.encode()))
            for address in set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page)):
                weight += len(gzip.compress((await browser.get(address)).content))
            assert weight <= 40 * 1024, path


async def test_every_page_says_that_it_is_a_restatement_and_a_demonstration(shown: Demonstration) -> None:
    async with make.client(shown.house) as browser:
        for path in (
            f"/en/{SHIPPED}/",
            f"/en/{SHIPPED}/v1/part_1__sec_1__cl_1",
            f"/en/{SHIPPED}/search?q=court",
            f"/en/{SHIPPED}/comments/C-0001",
        ):
            page = (await browser.get(path)).text
            assert "A restatement, not the official text." in page
            assert "Demonstration" in page
        urdu = (await browser.get(f"/ur/{SHIPPED}/v1/part_1__sec_1__cl_1")).text
        assert "یہ سرکاری متن نہیں" in urdu


def test_a_second_load_adds_nothing(shown: Demonstration) -> None:
    again = demo.load(
        shown.house.database,
        slug=SHIPPED,
        version=SHIPPED_VERSION,
        secret_key=shown.house.settings.secret_key,
        now=NOW,
    )
    assert again == 0


def test_a_folder_with_a_real_comment_refuses_the_demonstration(house: House, tmp_path: Path) -> None:
    make.comment(house)
    with house.database.read() as session, pytest.raises(Conflict):
        demo.is_loaded(session)


def test_a_demonstration_that_a_visitor_commented_on_starts_again(shown: Demonstration) -> None:
    make.comment(shown.house, "A visitor tried the form.", clause="5.4.2", slug=SHIPPED)
    with shown.house.database.read() as session:
        assert demo.is_loaded(session)
