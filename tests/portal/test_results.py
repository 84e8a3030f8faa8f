"""Results in public: accepted themes with their answers, nothing that was not accepted, nothing hidden."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import update

from policy_text.reader import read_draft
from portal.models import Submission, Theme
from portal.outside.mail import open_mailer
from portal.services import amending, answering, drafts, erasing, mails, moderation, outcomes, results, themes
from portal.services.acting import By
from portal.services.results import PER_PAGE
from portal.web.cache import MOST_BYTES, PageCache
from portal.words import words_for
from tests import make
from tests.make import CLAUSE, OTHER_CLAUSE, SLUG, VERSION, House

RESULTS = f"/en/{SLUG}/results"
REASON = {"en": "Shade is cheap & works.", "ur": "سایہ سستا اور مفید ہے۔"}


def word(key: str, language: str = "en", **values: object) -> str:
    return str(words_for(language).text(key, **values))


def decide(house: House, **given: object) -> None:
    asked = {"decision": "partly", "reason": REASON, **given}
    with house.database.write() as session:
        draft = themes.find_draft(session, SLUG, VERSION)
        who = By(make.reviewer(session, house), house.clock())
        outcomes.decide(session, draft.id, **asked, by=who)  # type: ignore[arg-type]


def mark(house: House) -> None:
    with house.database.write() as session:
        answering.mark_answered(session, SLUG, by=By(make.reviewer(session, house), house.clock()))


async def text(client: httpx.AsyncClient, address: str = RESULTS) -> str:
    answer = await client.get(address)
    assert answer.status_code == 200
    return answer.text


async def test_before_anything_is_there_the_page_says_what_will_stand_here_and_when(
    house: House, client: httpx.AsyncClient
) -> None:
    make.theme(house, ["A candidate about shade."], status="candidate")
    page = await text(client)
    assert word("results.empty") in page
    assert word("results.empty.open", date=words_for("en").date(house.clock() + timedelta(days=29))) in page
    assert "candidate" not in page
    assert "results/report." not in page
    assert (await client.get(f"{RESULTS}/report.json")).status_code == 404
    house.clock.forward(days=40)
    assert "comments were taken until" in await text(client)
    assert f'href="{RESULTS}"' in await text(client, f"/en/{SLUG}/")


async def test_an_accepted_theme_stands_with_its_figures_quotes_and_answer(
    house: House, client: httpx.AsyncClient
) -> None:
    make.theme(house, ["Shade is good.", "Shade is good, too."], position="support", clause=OTHER_CLAUSE)
    page = await text(client)
    assert '<article class="answer" id="T-0001"' in page
    assert '<bdi dir="auto">Shade is good.</bdi>' in page
    assert f'href="/en/{SLUG}/comments/C-0001"' in page
    assert "2 comments" in page
    assert "2 people" in page
    assert word("report.read.not_a_vote") in page
    assert word("outcome.none") in page
    decide(house, theme="T-0001")
    decide(house, clause=CLAUSE, decision="out_of_scope", reason={"ur": "یہ یہاں نہیں۔"})
    page = await text(client)
    assert word("outcome.partly") in page
    assert "Shade is cheap &amp; works." in page
    assert word("outcome.out_of_scope") in page
    assert '<div class="said" lang="ur" dir="rtl"><bdi dir="auto">یہ یہاں نہیں۔</bdi></div>' in page
    assert REASON["ur"] in await text(client, RESULTS.replace("/en/", "/ur/"))


async def test_nothing_that_is_not_accepted_is_public_even_where_it_was_answered(
    house: House, client: httpx.AsyncClient
) -> None:
    shade = make.theme(house, ["Shade is good."])
    gone = make.theme(house, ["Paint the trees white."])
    make.theme(house, ["Cut the trees down."], status="candidate")
    decide(house, theme=gone, reason={"en": "White paint it is."})
    with house.database.write() as session:
        number = themes.theme_number(gone)
        session.execute(update(Theme).where(Theme.id == number).values(status="candidate"))
    receipt = make.comment(house, "Another one.").receipt
    for address in (
        RESULTS,
        f"/api/v1/consultations/{SLUG}/outcomes",
        f"/en/receipts/{receipt}",
        f"{RESULTS}/report.html",
        f"{RESULTS}/report.json",
    ):
        page = await text(client, address)
        assert "White paint" not in page
        assert "T-0002" not in page
        assert "T-0003" not in page
    assert shade in await text(client)
    assert "Paint the trees" not in await text(client)
    assert "Cut the trees" not in await text(client)


@pytest.mark.parametrize("how", ["withhold", "withdraw", "erase"])
async def test_what_is_hidden_later_leaves_the_results_at_once(
    house: House, client: httpx.AsyncClient, how: str
) -> None:
    secret = make.comment(house, "My secret words on shade.").receipt
    make.theme(house, ["Shade is good.", "More shade."], title="Shade")
    with house.database.write() as session:
        join(session, 1, "My secret words on shade.")
    assert "My secret words" in await text(client)
    with house.database.write() as session:
        if how == "withhold":
            moderation.withhold(session, 1, reason="abuse", note="", reviewer_id=None, now=house.clock())
        elif how == "withdraw":
            amending.withdraw(session, secret, None, now=house.clock())
        else:
            erasing.erase(session, secret, now=house.clock())
    page = await text(client)
    assert "My secret words" not in page
    assert "C-0001" not in page
    assert "2 comments" in page
    for kind in ("html", "json", "csv"):
        assert "My secret words" not in await text(client, f"{RESULTS}/report.{kind}")
    assert word("receipt.went") not in await text(client, f"/en/receipts/{secret}")


def join(session: make.Session, number: int, quote: str) -> None:
    """Put a comment into the first theme, and quote it first."""
    theme = session.get_one(Theme, 1)
    session.add(make.ThemeMember(theme_id=1, comment_id=number))
    theme.quotes = [{"comment": number, "text": quote}, *theme.quotes]


async def test_the_report_is_published_with_accepted_themes_only(
    house: House, client: httpx.AsyncClient
) -> None:
    make.theme(house, ["Shade is good."])
    make.theme(house, ["Cut the trees down."], status="candidate")
    answer = await client.get(f"{RESULTS}/report.json")
    assert answer.headers["content-type"] == "application/json"
    assert f'filename="{SLUG}-{VERSION}-en.json"' in answer.headers["content-disposition"]
    assert [row["id"] for row in answer.json()["themes"]] == ["T-0001"]
    assert (await client.get(f"{RESULTS}/report.json")).content == answer.content
    house.clock.forward(minutes=1)
    make.comment(house, "One more.")
    assert (await client.get(f"{RESULTS}/report.json")).json()["totals"]["published"] == 3
    assert (await client.get(f"{RESULTS}/report.exe")).status_code == 404


async def test_a_hundred_themes_with_long_reasons_stay_within_forty_kilobytes_a_page(
    house: House, client: httpx.AsyncClient
) -> None:
    for number in range(100):
        name = make.theme(house, [f"Theme {number}: {words(number, 30)}"], position="mixed")
        decide(house, theme=name, reason={"en": words(number, 320)[:2000]})
    for page in ("", f"?page={100 // PER_PAGE + 1}"):
        assert len(gzip.compress((await text(client, RESULTS + page)).encode())) < 40 * 1024
    seen = set()
    for page in range(1, 100 // PER_PAGE + 2):
        html = await text(client, f"{RESULTS}?page={page}")
        seen |= {f"T-{n:04d}" for n in range(1, 101) if f'<article class="answer" id="T-{n:04d}"' in html}
    assert len(seen) == 100
    led = await client.get(f"{RESULTS}?theme=T-0098")
    assert led.headers["location"].startswith(f"{RESULTS}?page=")
    assert led.headers["location"].endswith("#T-0098")
    assert 'id="T-0098"' in await text(client, led.headers["location"].partition("#")[0])


def words(seed: int, many: int) -> str:
    """Words that do not repeat: they pack badly, like real reasons."""
    return " ".join(f"{(seed * 7919 + n * 104_729) % 46_656:x}" for n in range(many))


@pytest.mark.parametrize("query", ["?page=0", "?page=-1", "?page=99999", "?page=x", "?page=٣"])
async def test_a_page_that_there_is_not_is_the_nearest_one(
    house: House, client: httpx.AsyncClient, query: str
) -> None:
    make.theme(house, ["Shade is good."])
    assert "Shade is good." in await text(client, RESULTS + query)


@pytest.mark.parametrize("query", ["?draft=v9", "?draft=%00", "?draft=%F0%9F%8C%B3"])
async def test_a_draft_that_there_is_not_has_no_results(client: httpx.AsyncClient, query: str) -> None:
    assert (await client.get(RESULTS + query)).status_code == 404


@pytest.mark.parametrize("theme", ["T-0999", "x", "%00", "T-1%0d%0aX: y"])
async def test_a_theme_that_there_is_not_leads_to_the_first_page(
    house: House, client: httpx.AsyncClient, theme: str
) -> None:
    make.theme(house, ["Shade is good."])
    answer = await client.get(f"{RESULTS}?theme={theme}")
    assert (answer.status_code, answer.headers["location"]) == (303, RESULTS)


async def test_a_receipt_shows_where_the_comment_went_and_what_was_decided(
    house: House, client: httpx.AsyncClient
) -> None:
    make.theme(house, ["Shade is good."], status="candidate", title="A candidate")
    receipt = make.comment(house, "Shade is good for all.").receipt
    with house.database.write() as session:
        session.add(make.ThemeMember(theme_id=1, comment_id=2))
    page = await text(client, f"/en/receipts/{receipt}")
    assert word("receipt.went") not in page
    assert "A candidate" not in page
    with house.database.write() as session:
        session.execute(update(Theme).values(status="accepted", title="Shade for <all>"))
    decide(house, theme="T-0001")
    decide(house, clause=CLAUSE, decision="not", reason={"en": "Not on this clause."})
    page = await text(client, f"/en/receipts/{receipt}")
    assert f'href="{RESULTS}?draft=v1&amp;theme=T-0001"' in page
    assert "Shade for &lt;all&gt;" in page
    assert "Shade is cheap &amp; works." in page
    assert "Not on this clause." in page
    seen = (await client.get(f"/api/v1/receipts/{receipt}")).json()["comments"][0]
    (theme,) = seen["themes"]
    assert (theme["id"], theme["title"]) == ("T-0001", "Shade for <all>")
    assert theme["outcome"]["decision"] == "partly"
    assert seen["outcome"]["reason"] == {"en": "Not on this clause.", "ur": None}


async def test_a_title_that_an_official_gave_in_a_language_stands_on_the_pages_of_that_language(
    house: House, client: httpx.AsyncClient
) -> None:
    receipt = make.comment(house, "Shade is good for all.").receipt
    make.theme(house, ["Shade is good."], title="More shade")
    with house.database.write() as session:
        session.add(make.ThemeMember(theme_id=1, comment_id=1))
        session.execute(update(Theme).values(names={"ur": "سایہ"}))
    for address in (f"/ur/{SLUG}/results", f"/ur/receipts/{receipt}"):
        page = await text(client, address)
        assert '<bdi lang="ur" dir="rtl">سایہ</bdi>' in page
        assert "More shade" not in page


async def test_the_api_lists_accepted_themes_and_answers(house: House, client: httpx.AsyncClient) -> None:
    make.theme(house, ["Shade is good.", "More shade."])
    make.theme(house, ["Cut the trees down."], status="candidate")
    decide(house, clause="whole")
    found = (await client.get(f"/api/v1/consultations/{SLUG}/outcomes")).json()
    assert (found["consultation"], found["draft"], found["answered_at"]) == (SLUG, VERSION, None)
    assert found["total"] == 2
    assert found["items"][0] == {
        "theme": "T-0001",
        "title": "Shade is good.",
        "clause": None,
        "comments": 2,
        "people": 2,
        "outcome": None,
    }
    assert found["items"][1]["clause"] == "whole"
    assert found["items"][1]["outcome"]["reason"] == REASON
    assert (await client.get("/api/v1/consultations/nothing/outcomes")).status_code == 404


def test_the_message_says_what_was_decided_on_its_readers_themes_and_clauses(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = {"email": "reader@example.org", "tell_me": True, "ui_language": "ur"}
    make.theme(house, ["سایہ اچھا ہے۔"], clause=CLAUSE, **mine)
    make.theme(house, ["Water the trees."])
    house.clock.forward(days=40)
    decide(house, theme="T-0001")
    decide(house, theme="T-0002", reason={"en": "Not mine."})
    decide(house, clause=CLAUSE, decision="not", reason={"en": "Not here."})
    mark(house)
    sent = said(house, capsys)
    assert "To: reader@example.org" in sent
    assert word("mail.answer.subject", "ur") in sent
    assert word("mail.answer.yours", "ur") in sent
    assert f"سایہ اچھا ہے۔\n{word('outcome.partly', 'ur')}\n{REASON['ur']}" in sent
    assert f"1.1.1 سڑک کے درخت\n{word('outcome.not', 'ur')}\nNot here." in sent
    assert f"https://test/ur/{SLUG}/results?draft=v1" in sent
    assert "https://test/ur/receipts/" in sent
    assert "Not mine." not in sent


def test_who_is_in_no_theme_is_led_to_all_answers_and_who_left_gets_nothing(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    make.comment(house, "Bees.", clause=OTHER_CLAUSE, email="bees@example.org", tell_me=True)
    make.comment(house, "Birds.", email="birds@example.org", tell_me=True)
    house.clock.forward(days=40)
    mark(house)
    with house.database.write() as session:
        session.execute(update(Submission).where(Submission.id == 2).values(tell_me=False))
    sent = said(house, capsys)
    assert word("mail.answer.none") in sent
    assert sent.count(word("mail.answer.subject")) == 1


def test_a_message_that_waits_while_the_answer_is_taken_back_is_not_sent(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    make.comment(house, "Bees.", email="bees@example.org", tell_me=True)
    house.clock.forward(days=40)
    mark(house)
    with house.database.write() as session:
        answering.reopen_answer(session, SLUG, by=By(make.reviewer(session, house), house.clock()))
    assert word("mail.answer.subject") not in said(house, capsys)


def said(house: House, capsys: pytest.CaptureFixture[str]) -> str:
    """Everything that is sent now."""
    mailer = open_mailer("console:", masked=False)
    post = mails.Post(mailer, "p@ministry.example", "https://test", house.settings.secret_key)
    mails.send_some(house.database, post, now=house.clock(), limit=100)
    return capsys.readouterr().err


def test_where_comments_went_is_asked_in_few_steps_for_none(house: House) -> None:
    with house.database.read() as session:
        assert results.of_comments(session, []) == {}
        assert results.of_comments(session, ["C-9999", "nonsense"]) == {}


async def test_results_stay_with_their_draft_when_a_newer_one_comes(
    house: House, client: httpx.AsyncClient
) -> None:
    make.theme(house, ["Shade is good."])
    decide(house, theme="T-0001")
    folder = make.draft_folder(house.settings.data_dir / "newer")
    house.clock.forward(days=1)
    with house.database.write() as session:
        drafts.publish(
            session, read_draft(folder), slug=SLUG, version="v2", actor="command", now=house.clock()
        )
    for address in (RESULTS, f"{RESULTS}?draft=v1"):
        assert "Shade is cheap" in await text(client, address)
    assert word("results.empty") in await text(client, f"{RESULTS}?draft=v2")
    api = f"/api/v1/consultations/{SLUG}/outcomes"
    assert (await client.get(api)).json()["draft"] == "v1"
    assert (await client.get(f"{api}?draft=v2")).json()["items"] == []
    with house.database.read() as session:
        assert outcomes.find_draft(session, SLUG).version == "v1"


def test_a_file_is_made_once_and_one_that_would_crowd_out_the_pages_every_time() -> None:
    made: list[int] = []

    def make_it(size: int) -> Callable[[], bytes]:
        def make() -> bytes:
            made.append(size)
            return b"x" * size

        return make

    kept = PageCache()
    for stamp in (1, 1, 2):
        assert kept.get_file("small", stamp, make_it(10)) == b"x" * 10
        assert len(kept.get_file("large", stamp, make_it(MOST_BYTES // 4 + 1))) == MOST_BYTES // 4 + 1
    assert made.count(10) == 2
    assert len(made) == 5
