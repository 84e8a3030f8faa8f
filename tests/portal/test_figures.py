"""Figures of a draft: counts that a test counts again, the desk's page, the files."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date, timedelta

import httpx
import pytest
from sqlalchemy import select, update

from portal.models import Clause, ClauseText, Submission, Theme, ThemeMember, ThemeRun
from portal.models.database import Session
from portal.services import consultations, figures, moderation, submissions
from portal.services.checking import NewComment, NewSubmission
from portal.services.figures import Asked
from portal.services.suppression import FEWER, HIDDEN
from portal.words import words_for
from tests import make
from tests.make import CLAUSE, NOW, OTHER_CLAUSE, SLUG, TOML, VERSION, House

QUESTIONS = 3
"""That every consultation asks which asks nothing else."""
PAGE = "/en/desk/figures"
ASKING = """
questions = [{ key = "province", label = { en = "Where do you live?", ur = "آپ کہاں رہتے ہیں؟" }, choices = [
  { value = "punjab", en = "Punjab", ur = "پنجاب" }, { value = "sindh", en = "Sindh", ur = "سندھ" } ] }]
"""


def found(house: House, asked: Asked = figures.ALL, slug: str = SLUG) -> figures.Figures:
    with house.database.read() as session:
        _, draft = consultations.find_draft(session, slug, VERSION)
        return figures.of(session, draft, asked)


def send(house: House, channel: str, *comments: NewComment) -> None:
    with house.database.write() as session:
        submissions.submit(
            session,
            SLUG,
            VERSION,
            NewSubmission(comments),
            channel=channel,
            key=None,
            secret_key=house.settings.secret_key,
            now=house.clock(),
        )


@pytest.fixture
def said(house: House) -> Counter[tuple[str, str, str]]:
    """A dozen comments over three days, by (clause, position, channel); two more are not published."""
    counted: Counter[tuple[str, str, str]] = Counter()
    for number in range(12):
        clause = (CLAUSE, OTHER_CLAUSE, None)[number % 3]
        position = ("support", "oppose", "mixed", "question", None)[number % 5]
        channel = ("web", "letter")[number % 2]
        send(house, channel, NewComment(f"Number {number} about trees.", clause, position))
        counted[clause or "whole", position or "none", channel] += 1
        house.clock.forward(hours=6)
    send(house, "web", NewComment("Call 0300-1234567.", CLAUSE))
    send(house, "web", NewComment("Off the topic.", CLAUSE))
    with house.database.write() as session:
        moderation.withhold(session, 14, reason="off_topic", note="", reviewer_id=None, now=house.clock())
    return counted


def test_every_published_comment_is_counted_once_in_each_chart(
    house: House, said: Counter[tuple[str, str, str]]
) -> None:
    counted = found(house)
    assert counted.comments == 12
    assert dict(counted.by_day) == {"2026-11-24": 2, "2026-11-25": 4, "2026-11-26": 4, "2026-11-27": 2}
    for clause in counted.clauses:
        expected = Counter[str]()
        for (eid, position, _), count in said.items():
            expected[position] += count if eid == clause.eid else 0
        assert clause.positions == {key: expected[key] for key in clause.positions}
        assert clause.comments == expected.total()
    assert [clause.eid for clause in counted.clauses][-1] == "whole"
    assert sum(clause.comments for clause in counted.clauses) == 12
    assert {name: count for name, count in counted.channels.items() if count} == {"web": 6, "letter": 6}
    assert sum(counted.languages.values()) == 12


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        (Asked(first=date(2026, 11, 25)), 10),
        (Asked(last=date(2026, 11, 25)), 6),
        (Asked(date(2026, 11, 25), date(2026, 11, 25)), 4),
        (Asked(channel="letter"), 6),
        (Asked(date(2026, 11, 26), date(2026, 11, 26), "web"), 2),
        (Asked(channel="email"), 0),
    ],
)
@pytest.mark.usefixtures("said")
def test_days_in_pakistan_and_channel_narrow_what_is_counted(house: House, asked: Asked, count: int) -> None:
    counted = found(house, asked)
    assert counted.comments == count
    assert sum(number for _, number in counted.by_day) == count
    assert sum(clause.comments for clause in counted.clauses) == count
    assert sum(counted.channels.values()) == count


def test_a_comment_late_in_the_evening_in_london_is_of_the_next_day_in_pakistan(house: House) -> None:
    house.clock.now = NOW.replace(hour=19, minute=30)
    make.comment(house)
    assert found(house).by_day == (("2026-11-25", 1),)


def accept_theme(session: Session, title: str, numbers: tuple[int, ...], status: str = "accepted") -> None:
    run = ThemeRun(
        draft_id=1, made_at=NOW, summarizer="x", comments=1, distinct_texts=1, campaigns=[], unassigned=[]
    )
    session.add(run)
    session.flush()
    theme = Theme(
        run_id=run.id,
        draft_id=1,
        ordinal=1,
        status=status,
        title=title,
        machine_title=title,
        title_comment_id=numbers[0],
        language="en",
        keyphrases=[],
        quotes=[],
    )
    session.add(theme)
    session.flush()
    session.add_all(ThemeMember(theme_id=theme.id, comment_id=number) for number in numbers)


@pytest.mark.usefixtures("said")
def test_only_accepted_themes_are_on_the_map_with_their_published_comments(house: House) -> None:
    with house.database.write() as session:
        accept_theme(session, "Small", (1, 14))
        accept_theme(session, "Large", (1, 2, 3, 4))
        accept_theme(session, "Only suggested", (5,), status="candidate")
    themes = found(house).themes
    assert [(theme.title, theme.comments) for theme in themes] == [("Large", 4), ("Small", 1)]
    assert themes[0].by_clause == {CLAUSE: 2, OTHER_CLAUSE: 1, "whole": 1}


def answer(house: House, provinces: dict[str, int]) -> None:
    make.consultation(house, slug="asked", toml=ASKING + TOML)
    for value, count in provinces.items():
        for number in range(count):
            about = {"province": value} if value else {}
            make.comment(house, f"{value} {number}", slug="asked", about=about)


def test_answers_are_counted_by_people_and_small_counts_are_not_shown(house: House) -> None:
    answer(house, {"punjab": 7, "sindh": 2, "": 9})
    counted = found(house, slug="asked").answers[0]
    assert counted.people == {"punjab": HIDDEN, "sindh": FEWER, "": 9}


def test_answers_are_never_narrowed(house: House) -> None:
    answer(house, {"punjab": 6, "sindh": 5, "": 0})
    whole = found(house, slug="asked").answers
    assert whole == found(house, Asked(last=NOW.date() - timedelta(days=1)), slug="asked").answers
    assert whole[0].people["punjab"] == HIDDEN


def test_somebody_whose_comment_is_not_shown_has_not_answered(house: House) -> None:
    answer(house, {"punjab": 7, "sindh": 6, "": 6})
    assert found(house, slug="asked").answers[0].people == {"punjab": 7, "sindh": 6, "": 6}
    with house.database.write() as session:
        moderation.withhold(session, 1, reason="abuse", note="", reviewer_id=None, now=NOW)
    assert found(house, slug="asked").answers[0].people["punjab"] == 6


@pytest.mark.parametrize("language", ["en", "ur"])
@pytest.mark.usefixtures("said")
async def test_the_page_shows_every_chart_with_its_table(official: httpx.AsyncClient, language: str) -> None:
    words = words_for(language)
    page = (await official.get(f"/{language}/desk/figures?channel=web")).text
    for name in ("days", "clauses", "positions", "languages", "channels"):
        assert f'id="chart-{name}"' in page
        assert f"/{language}/desk/figures/{name}.csv?consultation={SLUG}&amp;channel=web" in page
    assert page.count('role="img"') == 5 + QUESTIONS
    assert str(words.text("figures.nothing")) in page
    assert str(words.plural("count.comments", 6)) in page
    assert '<option value="web" selected>' in page


async def test_a_draft_without_comments_has_nothing_to_show(official: httpx.AsyncClient) -> None:
    page = (await official.get(PAGE)).text
    assert page.count(str(words_for("en").text("figures.nothing"))) == 6 + QUESTIONS


@pytest.mark.usefixtures("said")
async def test_a_table_comes_as_a_file(official: httpx.AsyncClient) -> None:
    answer = await official.get(f"{PAGE}/positions.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert f'filename="{SLUG}-{VERSION}-positions.csv"' in answer.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["Clause", "Oppose", "Support", "Mixed", "Question", "No position"]
    assert sum(int(cell) for row in rows[1:] for cell in row[1:]) == 12


@pytest.mark.usefixtures("said")
async def test_no_cell_of_a_file_can_be_a_formula(house: House, official: httpx.AsyncClient) -> None:
    with house.database.write() as session:
        accept_theme(session, "=HYPERLINK()", (1,))
        session.execute(update(ClauseText).values(heading="=1+1"))
        session.execute(update(Clause).values(number=None))
    text = (await official.get(f"{PAGE}/themes.csv")).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[1][0] == "'=1+1"
    assert not any(cell.startswith("=") for row in rows for cell in row)


async def test_there_is_no_file_of_a_chart_that_there_is_not(official: httpx.AsyncClient) -> None:
    assert (await official.get(f"{PAGE}/nothing.csv")).status_code == 404


async def test_nonsense_in_the_address_narrows_nothing(house: House, official: httpx.AsyncClient) -> None:
    make.comment(house)
    page = await official.get(f"{PAGE}?from=yesterday&to=9999-99-99&channel=pigeon")
    assert page.status_code == 200
    assert str(words_for("en").plural("count.comments", 1)) in page.text


async def test_the_draft_of_another_consultation_has_figures_of_its_own(
    house: House, official: httpx.AsyncClient
) -> None:
    answer(house, {"punjab": 7})
    page = (await official.get(f"{PAGE}?consultation=asked")).text
    assert 'id="chart-answers-province"' in page
    assert str(words_for("en").text("figures.hidden")) in page
    with house.database.read() as session:
        assert len(session.scalars(select(Submission.id)).all()) == 7
