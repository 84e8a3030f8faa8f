"""What a sender does with a receipt, through HTTP: change, withdraw, object, ask to be told."""

from __future__ import annotations

import re
from html import unescape

import httpx
import pytest
from sqlalchemy import select

from portal.models import Appeal, Comment, Revision, StatusChange, Submission
from portal.services import audit, erasing, moderation, receipts
from tests import make
from tests.make import AT_CLAUSE, CLAUSE, SLUG, VERSION, House

BASE = "(1) Every street has 12 trees.\n\n(2) Neighbours are asked first."
API = f"/api/v1/consultations/{SLUG}/drafts/{VERSION}/clauses/{CLAUSE}/comments"


async def act(browser: httpx.AsyncClient, code: str, deed: str, **fields: str) -> httpx.Response:
    """Post one of the forms of a receipt; `deed` is the end of its address."""
    address = f"/en/receipts/{code}"
    token = fields.pop("token", None) or await make.form_token(browser, address)
    return await browser.post(f"{address}/{deed}", data={"token": token, **fields})


def withhold(house: House, number: int = 1, reason: str = "abuse", note: str = "") -> None:
    with house.database.write() as session:
        moderation.withhold(session, number, reason=reason, note=note, reviewer_id=None, now=house.clock())
    house.app.state.portal.stamps.forget()


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


async def test_the_page_to_change_a_comment_holds_what_was_sent(
    client: httpx.AsyncClient, house: House
) -> None:
    code = make.comment(house, "More <shade>.", position="support").receipt
    page = await client.get(f"/en/receipts/{code}/comments/C-0001")
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert "More &lt;shade&gt;." in page.text
    assert re.search(r'value="support"[^>]* checked', page.text)
    assert "(1) Every street has 12 trees." in page.text


async def test_a_change_shows_everywhere_and_the_version_before_stays_on_record(
    client: httpx.AsyncClient, house: House
) -> None:
    code = make.comment(house, "Old words about oaks.", position="support").receipt
    house.worker.keep_all()
    before = (await client.get(f"/api/v1/receipts/{code}")).json()["comments"][0]["sha256"]
    answer = await act(client, code, "comments/C-0001", body="New words about figs.", position="oppose")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/en/receipts/{code}?done=edited")
    house.worker.keep_all()
    assert "Your change is saved." in (await client.get(answer.headers["location"])).text
    receipt = (await client.get(f"/en/receipts/{code}")).text
    assert "New words about figs." in receipt
    assert "Changed once." in receipt
    clause = (await client.get(AT_CLAUSE)).text
    assert "New words about figs." in clause
    assert "Old words" not in clause
    item = (await client.get(API)).json()["items"][0]
    assert (item["body"], item["position"]) == ("New words about figs.", "oppose")
    assert item["sha256"] != before
    assert (await client.get("/api/v1/search?q=figs")).json()["total"] == 1
    assert (await client.get("/api/v1/search?q=oaks")).json()["total"] == 0
    with house.database.read() as session:
        kept = session.execute(
            select(Revision.number, Revision.body, Revision.position, Revision.sha256)
        ).one()
        assert audit.check(session) == []
    assert tuple(kept) == (1, "Old words about oaks.", "support", before)


async def test_what_is_sent_back_unchanged_makes_no_new_version(
    client: httpx.AsyncClient, house: House
) -> None:
    code = make.comment(house, "One.\nTwo.", position="mixed").receipt
    fields = {"body": "One.\r\nTwo.", "position": "mixed", "suggested_wording": BASE.replace("\n", "\r\n")}
    answer = await act(client, code, "comments/C-0001", **fields)
    assert answer.headers["location"] == f"/en/receipts/{code}?done=unchanged"
    assert "nothing was changed" in (await client.get(answer.headers["location"])).text
    with house.database.read() as session:
        assert session.scalars(select(Revision.id)).all() == []
        assert session.scalars(select(Comment.revisions)).one() == 0


async def test_a_suggested_wording_stands_on_the_receipt_as_a_change_of_the_clause(
    client: httpx.AsyncClient, house: House
) -> None:
    code = make.comment(house).receipt
    wording = BASE.replace("12 trees", "20 trees")
    await act(client, code, "comments/C-0001", body="Twenty.", suggested_wording=wording)
    page = (await client.get(f"/en/receipts/{code}")).text
    assert re.search(r"<del>.*?12.*?</del>", page, re.DOTALL)
    assert re.search(r"<ins>.*?20.*?</ins>", page, re.DOTALL)
    form = (await client.get(f"/en/receipts/{code}/comments/C-0001")).text
    assert "Every street has 20 trees." in form
    await act(client, code, "comments/C-0001", body="Twenty.", suggested_wording="")
    with house.database.read() as session:
        assert session.scalars(select(Comment.suggested_wording)).one() is None


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("   ", "Write at least one word about this clause"),
        ("x" * 5001, "Shorten your comment to 5,000 characters"),
    ],
)
async def test_a_change_that_cannot_be_taken_comes_back_with_what_was_typed(
    client: httpx.AsyncClient, house: House, body: str, sentence: str
) -> None:
    code = make.comment(house).receipt
    fields = {"body": body, "position": "oppose", "suggested_wording": "My <own> wording."}
    answer = await act(client, code, "comments/C-0001", **fields)
    assert answer.status_code == 422
    assert answer.text.count(sentence) == 2
    assert 'href="#field-body"' in answer.text
    assert re.search(r'value="oppose"[^>]* checked', answer.text)
    assert "My &lt;own&gt; wording." in answer.text
    assert answer.headers["cache-control"] == "no-store"


async def test_a_stale_form_keeps_what_was_typed_and_gets_a_new_token(
    client: httpx.AsyncClient, house: House
) -> None:
    code = make.comment(house).receipt
    answer = await act(client, code, "comments/C-0001", body="Typed long ago.", token="not ours")
    assert answer.status_code == 422
    assert "Typed long ago." in answer.text
    found = re.search(r'name="token" value="([^"]+)"', answer.text)
    assert found is not None
    again = await act(client, code, "comments/C-0001", body="Typed long ago.", token=found.group(1))
    assert again.status_code == 303


async def test_personal_data_added_later_makes_a_comment_wait(
    client: httpx.AsyncClient, house: House
) -> None:
    code = make.comment(house).receipt
    await act(client, code, "comments/C-0001", body="Call me on 0300-1234567.")
    assert "Waiting to be read." in (await client.get(f"/en/receipts/{code}")).text
    assert "0300-1234567" not in (await client.get(AT_CLAUSE)).text


async def test_after_closing_nothing_changes_and_the_text_can_be_copied(
    client: httpx.AsyncClient, house: House
) -> None:
    code = make.comment(house, "As it was.").receipt
    token = await make.form_token(client, f"/en/receipts/{code}")
    house.clock.forward(days=40)
    page = await client.get(f"/en/receipts/{code}/comments/C-0001")
    assert page.status_code == 403
    assert "As it was." in page.text
    answer = await act(client, code, "comments/C-0001", body="Too <late>.", token=token)
    assert answer.status_code == 403
    assert "Too &lt;late&gt;." in answer.text
    assert f'href="/en/receipts/{code}"' in answer.text
    gone = await act(client, code, "withdraw", comment="", confirm="yes", token=token)
    assert gone.status_code == 403
    receipt = text_of((await client.get(f"/en/receipts/{code}")).text)
    assert "The consultation is closed" in receipt
    assert "Forest Office" in receipt
    with house.database.read() as session:
        assert session.execute(select(Comment.body, Comment.status)).one() == ("As it was.", "published")


async def test_a_withdrawn_comment_is_gone_from_page_programs_and_search(
    client: httpx.AsyncClient, house: House
) -> None:
    code = make.comment(house, "Figs for every street.").receipt
    house.worker.keep_all()
    assert (await client.get("/api/v1/search?q=figs")).json()["total"] == 1
    answer = await act(client, code, "withdraw", comment="C-0001", confirm="yes")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/en/receipts/{code}?done=withdrawn")
    house.worker.keep_all()
    assert "Figs for" not in (await client.get(AT_CLAUSE)).text
    assert (await client.get(f"/en/{SLUG}/comments/C-0001")).status_code == 404
    assert (await client.get(API)).json()["items"] == []
    assert (await client.get("/api/v1/search?q=figs")).json()["total"] == 0
    page = (await client.get(answer.headers["location"])).text
    assert "It is withdrawn." in page
    assert "Withdrawn.</strong>" in page
    assert "/withdraw" not in page


async def test_withdrawing_needs_its_tick(client: httpx.AsyncClient, house: House) -> None:
    code = make.comment(house).receipt
    answer = await act(client, code, "withdraw", comment="C-0001")
    assert answer.status_code == 422
    assert answer.text.count("Tick the box to say that you want to withdraw it") == 2
    with house.database.read() as session:
        assert session.scalars(select(Comment.status)).one() == "published"


async def test_withdrawing_twice_is_a_conflict_on_the_receipt(
    client: httpx.AsyncClient, house: House
) -> None:
    code = make.comment(house).receipt
    token = await make.form_token(client, f"/en/receipts/{code}")
    for status in (303, 409):
        answer = await act(client, code, "withdraw", comment="", confirm="yes", token=token)
        assert answer.status_code == status
    assert "Withdrawn.</strong>" in answer.text


async def test_one_of_several_comments_or_all_of_them_can_be_withdrawn(
    client: httpx.AsyncClient, house: House
) -> None:
    sent = {"comments": [{"clause": CLAUSE, "body": body} for body in ("One.", "Two.", "Three.")]}
    path = f"/api/v1/consultations/{SLUG}/drafts/{VERSION}/submissions"
    code = (await client.post(path, json=sent)).json()["receipt"]
    await act(client, code, "withdraw", comment="C-0002", confirm="yes")
    with house.database.read() as session:
        states = session.scalars(select(Comment.status).order_by(Comment.id)).all()
    assert states == ["published", "withdrawn", "published"]
    await act(client, code, "withdraw", comment="", confirm="yes")
    with house.database.read() as session:
        assert set(session.scalars(select(Comment.status))) == {"withdrawn"}


async def test_a_withheld_comment_says_why_and_can_be_objected_to_once(
    client: httpx.AsyncClient, house: House
) -> None:
    code = make.comment(house, "He is a fool.").receipt
    published = (await client.get(f"/en/receipts/{code}")).text
    assert "Object to this decision" not in published
    withhold(house, note="Leave the neighbour out.")
    page = (await client.get(f"/en/receipts/{code}")).text
    assert "It insults or threatens someone" in page
    assert "Leave the neighbour out." in page
    assert "Object to this decision" in page
    answer = await act(client, code, "appeal", comment="C-0001", text="I named nobody.")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/en/receipts/{code}?done=appealed")
    page = (await client.get(answer.headers["location"])).text
    assert "We have your objection." in page
    assert "I named nobody." in page
    assert "Object to this decision" not in page
    second = await act(client, code, "appeal", comment="C-0001", text="And <again>.")
    assert second.status_code == 409
    assert "And &lt;again&gt;." in second.text
    with house.database.read() as session:
        assert session.scalars(select(Appeal.text)).all() == ["I named nobody."]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("  ", "Write why the comment should be shown"), ("x" * 2001, "Shorten your objection to 2,000")],
)
async def test_an_objection_that_cannot_be_taken_comes_back_beside_its_comment(
    client: httpx.AsyncClient, house: House, text: str, sentence: str
) -> None:
    code = make.comment(house).receipt
    withhold(house)
    answer = await act(client, code, "appeal", comment="C-0001", text=text)
    assert answer.status_code == 422
    assert answer.text.count(sentence) == 2
    assert 'href="#field-text-C-0001"' in answer.text
    assert 'id="field-text-C-0001"' in answer.text


async def test_a_comment_that_is_shown_cannot_be_objected_to(client: httpx.AsyncClient, house: House) -> None:
    code = make.comment(house).receipt
    answer = await act(client, code, "appeal", comment="C-0001", text="Why not?")
    assert answer.status_code == 409
    assert "Why not?" in answer.text


async def test_an_objection_is_possible_after_closing(client: httpx.AsyncClient, house: House) -> None:
    code = make.comment(house).receipt
    house.clock.forward(days=40)
    withhold(house)
    assert (await act(client, code, "appeal", comment="C-0001", text="Please look.")).status_code == 303


async def test_a_changed_withheld_comment_waits_for_an_official(
    client: httpx.AsyncClient, house: House
) -> None:
    code = make.comment(house).receipt
    withhold(house)
    form = (await client.get(f"/en/receipts/{code}/comments/C-0001")).text
    assert "An official reads it again before it appears." in form
    await act(client, code, "comments/C-0001", body="Milder words.")
    with house.database.read() as session:
        states = session.scalars(select(StatusChange.after).order_by(StatusChange.id)).all()
    assert states == ["published", "withheld", "pending"]


async def test_an_address_to_be_told_at_is_kept_never_shown_and_taken_away_again(
    client: httpx.AsyncClient, house: House
) -> None:
    code = make.comment(house).receipt
    wrong = await act(client, code, "tell", email="sana at example")
    assert wrong.status_code == 422
    assert 'value="sana at example"' in wrong.text
    answer = await act(client, code, "tell", email="sana@example.com")
    page = (await client.get(answer.headers["location"])).text
    assert "We will tell you of the answer." in page
    assert "sana@example.com" not in page
    with house.database.read() as session:
        assert session.execute(select(Submission.email, Submission.tell_me)).one() == (
            "sana@example.com",
            True,
        )
    answer = await act(client, code, "tell", email="")
    assert "The address is deleted." in (await client.get(answer.headers["location"])).text
    with house.database.read() as session:
        assert session.execute(select(Submission.email, Submission.tell_me)).one() == (None, False)


@pytest.mark.parametrize("deed", ["comments/C-0001", "withdraw", "appeal", "tell"])
async def test_a_wrong_code_is_told_to_be_checked(client: httpx.AsyncClient, house: House, deed: str) -> None:
    make.comment(house)
    token = await make.form_token(client)
    unknown = receipts.make("another secret", SLUG, b"key")
    fields = {"token": token, "body": "Mine.", "comment": "C-0001", "confirm": "yes", "text": "Mine."}
    for code in (unknown, "00000-00000-00000-00000-00000-00"):
        answer = await client.post(f"/en/receipts/{code}/{deed}", data=fields)
        assert answer.status_code == 404
        assert "Check the code" in answer.text
        assert f'value="{code}"' in answer.text


async def test_another_persons_comment_is_not_reached_by_my_code(
    client: httpx.AsyncClient, house: House
) -> None:
    make.comment(house, "Theirs.")
    code = make.comment(house, "Mine.").receipt
    withhold(house, 1)
    assert (await client.get(f"/en/receipts/{code}/comments/C-0001")).status_code == 404
    for deed, fields in (
        ("comments/C-0001", {"body": "Changed."}),
        ("withdraw", {"comment": "C-0001", "confirm": "yes"}),
        ("appeal", {"comment": "C-0001", "text": "Mine too."}),
    ):
        assert (await act(client, code, deed, **fields)).status_code == 404
    with house.database.read() as session:
        assert session.execute(select(Comment.body, Comment.status).order_by(Comment.id)).all() == [
            ("Theirs.", "withheld"),
            ("Mine.", "published"),
        ]


async def test_a_receipt_in_any_spelling_takes_an_act(client: httpx.AsyncClient, house: House) -> None:
    code = make.comment(house).receipt
    loose = code.replace("-", "").lower()
    answer = await act(client, code, "comments/c-1", body="Loosely typed.")
    assert answer.status_code == 303
    token = await make.form_token(client, f"/en/receipts/{code}")
    answer = await client.post(
        f"/en/receipts/{loose}/withdraw", data={"token": token, "comment": "", "confirm": "yes"}
    )
    assert answer.headers["location"] == f"/en/receipts/{code}?done=withdrawn"


@pytest.mark.parametrize("deed", ["withdraw", "appeal", "tell"])
async def test_the_address_of_an_act_opened_as_a_page_leads_to_the_receipt(
    client: httpx.AsyncClient, house: House, deed: str
) -> None:
    code = make.comment(house).receipt
    answer = await client.get(f"/en/receipts/{code}/{deed}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/en/receipts/{code}")


async def test_acts_count_towards_the_limit_and_what_was_typed_is_kept(
    client: httpx.AsyncClient, house: House
) -> None:
    code = make.comment(house).receipt
    for _ in range(120):
        house.app.state.portal.rates.count("203.0.113.7", house.clock())
    answer = await act(client, code, "comments/C-0001", body="Once too often.")
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "60"
    assert "Once too often." in answer.text
    house.clock.forward(minutes=1)
    assert (await act(client, code, "comments/C-0001", body="Once too often.")).status_code == 303


async def test_a_withdrawn_comment_has_no_page_to_change_it(client: httpx.AsyncClient, house: House) -> None:
    code = make.comment(house).receipt
    token = await make.form_token(client, f"/en/receipts/{code}")
    await act(client, code, "withdraw", comment="", confirm="yes")
    page = await client.get(f"/en/receipts/{code}/comments/C-0001")
    assert (page.status_code, page.headers["location"]) == (303, f"/en/receipts/{code}")
    answer = await act(client, code, "comments/C-0001", body="From the back button.", token=token)
    assert answer.status_code == 409
    assert "From the back button." in answer.text


async def test_a_receipt_shows_its_sender_what_is_shown_of_the_name(
    client: httpx.AsyncClient, house: House
) -> None:
    shown = make.comment(house, "One.", name="Sana <K>").receipt
    hidden = make.comment(house, "Two.", name="Sana", name_public=False).receipt
    page = (await client.get(f"/en/receipts/{shown}")).text
    assert "Sana &lt;K&gt;" in page
    assert "Shown with your comment" in page
    assert "only officials see it" in (await client.get(f"/en/receipts/{hidden}")).text


async def test_an_erased_receipt_says_that_something_was_there_and_offers_nothing_to_do(
    client: httpx.AsyncClient, house: House
) -> None:
    code = make.comment(house, "Gone for good.", name="Sana").receipt
    token = await make.form_token(client, f"/en/receipts/{code}")
    house.clock.forward(days=2)
    with house.database.write() as session:
        erasing.erase(session, code, now=house.clock())
    answer = await client.get(f"/en/receipts/{code}")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    said = text_of(answer.text)
    assert "This comment was erased" in said
    assert "on 24 November 2026 existed; it was erased on 26 November 2026." in said.replace("\u00a0", " ")
    assert "sha256" in said
    assert "Gone for good." not in said
    assert "Sana" not in said
    assert "<form" not in answer.text
    fields = {"body": "Back again.", "comment": "C-0001", "confirm": "yes", "email": "a@b.example"}
    for deed in ("comments/C-0001", "withdraw", "tell"):
        assert (await act(client, code, deed, token=token, **fields)).status_code == 409


async def test_nothing_of_a_receipt_is_kept_by_anyone(client: httpx.AsyncClient, house: House) -> None:
    code = make.comment(house).receipt
    withhold(house)
    token = await make.form_token(client, f"/en/receipts/{code}")
    answers = [
        await client.get(f"/en/receipts/{code}"),
        await client.get(f"/ur/receipts/{code}/comments/C-0001"),
        await act(client, code, "appeal", token=token, comment="C-0001", text=""),
        await act(client, code, "tell", token=token, email="wrong"),
        await act(client, code, "withdraw", token=token, comment="C-0001", confirm="yes"),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 422, 422, 303]
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
    assert not any("etag" in answer.headers or "set-cookie" in answer.headers for answer in answers)


async def test_hostile_text_in_every_field_comes_back_as_text(
    client: httpx.AsyncClient, house: House
) -> None:
    code = make.comment(house).receipt
    withhold(house, note="</p><script>alert(1)</script>")
    evil = '"><script>alert(2)</script>\u202e\u200b'
    token = await make.form_token(client, f"/en/receipts/{code}")
    pages = [
        await act(
            client, code, "comments/C-0001", token=token, body="", suggested_wording=evil, position=evil
        ),
        await act(client, code, "tell", token=token, email=evil),
        await act(client, code, "withdraw", token=token, comment=evil),
        await client.get(f"/en/receipts/{code}?done=<script>"),
    ]
    await act(client, code, "appeal", token=token, comment="C-0001", text=evil)
    pages.append(await client.get(f"/en/receipts/{code}"))
    assert [page.status_code for page in pages] == [422, 422, 422, 200, 200]
    assert not any("<script" in page.text for page in pages)
    assert "&lt;script&gt;alert(2)" in pages[-1].text


async def test_text_that_cannot_be_stored_is_said_so_and_shown_again(
    client: httpx.AsyncClient, house: House
) -> None:
    code = make.comment(house).receipt
    withhold(house)
    for deed, field in (("comments/C-0001", "body"), ("appeal", "text"), ("tell", "email")):
        answer = await act(client, code, deed, comment="C-0001", **{field: "a\x00b@c.example"})
        assert answer.status_code == 422
        assert "a\ufffdb@c.example" in answer.text


async def test_two_withheld_comments_have_each_their_own_objection(
    client: httpx.AsyncClient, house: House
) -> None:
    sent = {"comments": [{"clause": CLAUSE, "body": body} for body in ("One.", "Two.")]}
    path = f"/api/v1/consultations/{SLUG}/drafts/{VERSION}/submissions"
    code = (await client.post(path, json=sent)).json()["receipt"]
    withhold(house, 1)
    withhold(house, 2)
    answer = await act(client, code, "appeal", comment="C-0002", text="y" * 2001)
    assert answer.text.count("yyyy" * 500) == 1
    assert 'id="error-text-C-0002"' in answer.text
    assert 'id="error-text-C-0001"' not in answer.text
    await act(client, code, "appeal", comment="C-0002", text="Only about two.")
    page = (await client.get(f"/en/receipts/{code}")).text
    assert 'id="field-text-C-0001"' in page
    assert 'id="field-text-C-0002"' not in page
