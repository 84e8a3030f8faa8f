"""Wrong requests and forms: each gets its status and sentence, nothing is stored, nothing typed is lost."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from portal.words import words_for
from tests import make
from tests.make import AT_CLAUSE, CLAUSE, SLUG, VERSION, House

API = f"/api/v1/consultations/{SLUG}/drafts/{VERSION}/submissions"
GOOD = {"clause": CLAUSE, "body": "Plant neem trees."}
TABLES = ("submission", "comment", "status_change", "job", "audit_record", "theme", "reviewer")
INSIDE = ("Traceback", "sqlite", "SELECT ", "INSERT ", ".py", "site-packages")
TYPED = "Neem and mango, please."


def stored(house: House) -> dict[str, int]:
    with house.database.read() as session:
        return {name: session.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in TABLES}


def sentence(key: str, language: str = "en") -> str:
    return str(words_for(language).text(key))


@dataclass(frozen=True)
class Bad:
    """One wrong request to the JSON API."""

    name: str
    status: int
    body: Any = None
    raw: bytes | None = None
    field: str | None = None
    key: str | None = None
    path: str = API
    method: str = "POST"
    headers: dict[str, str] = dataclasses.field(default_factory=dict)


def comments(*items: Any, **more: Any) -> dict[str, Any]:
    return {"comments": list(items), **more}


BAD_CALLS = [
    Bad("no comments", 422, {"comments": []}, field="comments", key="error.comments.count"),
    Bad("comments missing", 422, {}, field="comments", key="error.comments.count"),
    Bad("comments of another kind", 422, {"comments": "hello"}, field="comments", key="error.comments.count"),
    Bad("201 comments", 422, comments(*[GOOD] * 201), field="comments", key="error.comments.count"),
    Bad("a comment that is text", 422, comments("hello"), field="comments.0", key="error.json.object"),
    Bad("empty body", 422, comments({"body": ""}), field="comments.0.body", key="error.body.empty"),
    Bad("body missing", 422, comments({"clause": CLAUSE}), field="comments.0.body", key="error.body.empty"),
    Bad("null body", 422, comments({"body": None}), field="comments.0.body", key="error.body.empty"),
    Bad(
        "white space", 422, comments({"body": " \n\t\u3000"}), field="comments.0.body", key="error.body.empty"
    ),
    Bad(
        "one letter too many",
        422,
        comments({"body": "a" * 5001}),
        field="comments.0.body",
        key="error.body.long",
    ),
    Bad(
        "one Urdu letter too many",
        422,
        comments({"body": "نے" * 2501}),
        field="comments.0.body",
        key="error.body.long",
    ),
    Bad(
        "one family too many",
        422,
        comments({"body": "👨‍👩‍👧‍👦" * 5001}),
        field="comments.0.body",
        key="error.body.long",
    ),
    Bad(
        "40,001 code points",
        422,
        comments({"body": "a\u0301" * 40_001}),
        field="comments.0.body",
        key="error.body.long",
    ),
    Bad("NUL", 422, comments({"body": "a\x00b"}), field="comments.0.body", key="error.text.nul"),
    Bad(
        "lone surrogate",
        422,
        raw=b'{"comments":[{"body":"a\\ud800"}]}',
        field="comments.0.body",
        key="error.text.encoding",
    ),
    Bad(
        "NUL in a name",
        422,
        comments(GOOD, name="a\x00", submitter="individual"),
        field="name",
        key="error.text.nul",
    ),
    Bad("body that is a number", 422, comments({"body": 7}), field="comments.0.body", key="error.field.text"),
    Bad(
        "body that is a list", 422, comments({"body": ["a"]}), field="comments.0.body", key="error.field.text"
    ),
    Bad(
        "clause that is a number",
        422,
        comments({"body": "a", "clause": 1}),
        field="comments.0.clause",
        key="error.field.text",
    ),
    Bad(
        "unknown clause",
        422,
        comments({"body": "a", "clause": "part_9"}),
        field="comments.0.clause",
        key="error.clause.unknown",
    ),
    Bad(
        "a part is no clause",
        422,
        comments({"body": "a", "clause": "part_1"}),
        field="comments.0.clause",
        key="error.clause.unknown",
    ),
    Bad(
        "second clause unknown",
        422,
        comments(GOOD, {"body": "a", "clause": "x"}),
        field="comments.1.clause",
        key="error.clause.unknown",
    ),
    Bad(
        "unknown position",
        422,
        comments({"body": "a", "position": "maybe"}),
        field="comments.0.position",
        key="error.position.unknown",
    ),
    Bad(
        "unknown member",
        422,
        comments({"body": "a", "mood": "good"}),
        field="comments.0.mood",
        key="error.field.unknown",
    ),
    Bad("unknown member of all", 422, comments(GOOD, cnic="35202"), field="cnic", key="error.field.unknown"),
    Bad(
        "unknown member that is no text",
        422,
        raw=b'{"comments":[{"body":"a","\\ud800":1}]}',
        field="comments.0.\ufffd",
        key="error.field.unknown",
    ),
    Bad(
        "suggested wording",
        422,
        comments({"body": "a", "suggested_wording": "b" * 5_001}),
        field="comments.0.suggested_wording",
        key="error.suggested_wording.long",
    ),
    Bad(
        "unknown submitter",
        422,
        comments(GOOD, submitter="robot"),
        field="submitter",
        key="error.submitter.unknown",
    ),
    Bad(
        "organisation without name",
        422,
        comments(GOOD, submitter="organisation"),
        field="organisation",
        key="error.organisation.missing",
    ),
    Bad(
        "anonymous with a name",
        422,
        comments(GOOD, submitter="anonymous", name="Ali"),
        field="name",
        key="error.name.anonymous",
    ),
    Bad("name too long", 422, comments(GOOD, name="a" * 201), field="name", key="error.name.long"),
    Bad("name of two lines", 422, comments(GOOD, name="a\nb"), field="name", key="error.line.control"),
    Bad(
        "e-mail without @", 422, comments(GOOD, email="a.example.org"), field="email", key="error.email.no_at"
    ),
    Bad("e-mail without dot", 422, comments(GOOD, email="a@b"), field="email", key="error.email.form"),
    Bad(
        "unknown language", 422, comments(GOOD, language="fr"), field="language", key="error.language.unknown"
    ),
    Bad(
        "language that is a list",
        422,
        comments(GOOD, language=["en"]),
        field="language",
        key="error.field.text",
    ),
    Bad("a list for a body", 422, [1, 2], field="", key="error.json.object"),
    Bad("broken JSON", 400, raw=b'{"comments": ['),
    Bad("not a number", 400, raw=b'{"comments": NaN}'),
    Bad("a member twice", 400, raw=b'{"comments":[{"body":"a","body":"b"}]}'),
    Bad("nothing sent", 400, raw=b""),
    Bad("nested too deep", 400, raw=b"[" * 100_000),
    Bad("a number of 5,000 digits", 400, raw=b'{"comments":' + b"1" * 5000 + b"}"),
    Bad("not UTF-8", 400, raw=b'{"comments":[{"body":"\xff"}]}'),
    Bad(
        "a form instead of JSON",
        415,
        raw=b"body=a",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    ),
    Bad("over 8 MB", 413, raw=b" " * (8 * 1024 * 1024 + 1)),
    Bad(
        "key of 256 letters",
        422,
        comments(GOOD),
        field="Idempotency-Key",
        key="error.key.length",
        headers={"Idempotency-Key": "k" * 256},
    ),
    Bad(
        "empty key",
        422,
        comments(GOOD),
        field="Idempotency-Key",
        key="error.key.length",
        headers={"Idempotency-Key": ""},
    ),
    Bad("unknown consultation", 404, comments(GOOD), path=API.replace(SLUG, "no-policy")),
    Bad("unknown version", 404, comments(GOOD), path=API.replace("/v1/sub", "/v9/sub")),
    Bad("another site", 403, comments(GOOD), headers={"Sec-Fetch-Site": "cross-site"}),
    Bad("foreign origin", 403, comments(GOOD), headers={"Origin": "https://evil.example"}),
    Bad("opaque origin", 403, comments(GOOD), headers={"Origin": "null"}),
    Bad("foreign host", 400, comments(GOOD), headers={"Host": "evil.example"}),
    Bad("PUT", 405, comments(GOOD), method="PUT"),
    Bad("DELETE", 405, method="DELETE"),
    Bad("GET of submissions", 405, method="GET"),
    Bad("unknown receipt", 404, method="GET", path="/api/v1/receipts/00000-00000-00000-00000-00000-00"),
    Bad("mistyped receipt", 404, method="GET", path="/api/v1/receipts/hello"),
    Bad(
        "bad cursor of a clause",
        422,
        method="GET",
        path=f"{API[:-12]}/clauses/{CLAUSE}/comments?cursor=zz",
        field="cursor",
        key="error.cursor",
    ),
    Bad(
        "bad cursor of a search",
        422,
        method="GET",
        path="/api/v1/search?q=a&cursor=zz",
        field="cursor",
        key="error.cursor",
    ),
    Bad("limit of 0", 422, method="GET", path="/api/v1/search?limit=0", field="limit", key="error.limit"),
    Bad(
        "limit in words", 422, method="GET", path="/api/v1/search?limit=ten", field="limit", key="error.limit"
    ),
    Bad(
        "no such day", 422, method="GET", path="/api/v1/search?from=2026-02-30", field="from", key="error.day"
    ),
    Bad("a week", 422, method="GET", path="/api/v1/search?to=2026-W01-1", field="to", key="error.day"),
    Bad(
        "unknown order",
        422,
        method="GET",
        path="/api/v1/search?q=a&order=best",
        field="order",
        key="error.order.unknown",
    ),
    Bad(
        "unknown position asked",
        422,
        method="GET",
        path="/api/v1/search?position=x",
        field="position",
        key="error.position.unknown",
    ),
    Bad(
        "unknown language asked",
        422,
        method="GET",
        path="/api/v1/search?language=x",
        field="language",
        key="error.language.unknown",
    ),
    Bad("clause that is not there", 404, method="GET", path=f"{API[:-12]}/clauses/part_7"),
    Bad("nothing there", 404, method="GET", path="/api/v1/nothing"),
]


@pytest.mark.parametrize("bad", BAD_CALLS, ids=lambda bad: bad.name)
async def test_a_wrong_call_is_refused_and_nothing_is_stored(
    client: httpx.AsyncClient, house: House, bad: Bad
) -> None:
    house.worker.keep_all()
    before = stored(house)
    content = (
        bad.raw if bad.raw is not None else json.dumps(bad.body).encode() if bad.body is not None else None
    )
    headers = {"Content-Type": "application/json", **bad.headers}
    answer = await client.request(bad.method, bad.path, content=content, headers=headers)
    assert answer.status_code == bad.status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == bad.status
    assert problem["title"]
    assert problem["detail"]
    assert problem["type"].startswith("urn:mashwara:problem:")
    if bad.key is not None:
        assert problem["errors"][bad.field] == [bad.key]
        assert sentence(bad.key)
    assert not any(word in answer.text for word in INSIDE)
    assert stored(house) == before


BAD_FORMS: list[tuple[str, dict[str, str], int, str]] = [
    ("empty", {"body": ""}, 422, "error.body.empty"),
    ("white space", {"body": " \n "}, 422, "error.body.empty"),
    ("too long", {"body": "a" * 5001}, 422, "error.body.long"),
    ("NUL", {"body": "a\x00b"}, 422, "error.text.nul"),
    ("unknown position", {"body": TYPED, "position": "maybe"}, 422, "error.position.unknown"),
    ("unknown submitter", {"body": TYPED, "submitter": "robot"}, 422, "error.submitter.unknown"),
    (
        "anonymous with a name",
        {"body": TYPED, "submitter": "anonymous", "name": "Ali"},
        422,
        "error.name.anonymous",
    ),
    (
        "organisation without name",
        {"body": TYPED, "submitter": "organisation"},
        422,
        "error.organisation.missing",
    ),
    ("e-mail without @", {"body": TYPED, "email": "a.example.org"}, 422, "error.email.no_at"),
    ("no token", {"body": TYPED, "token": ""}, 422, "error.token"),
    ("foreign token", {"body": TYPED, "token": f"{'0' * 32}.{'1' * 32}"}, 422, "error.token"),
    ("token of letters we never make", {"body": TYPED, "token": "ٹوکن"}, 422, "error.token"),
]


@pytest.mark.parametrize(("name", "fields", "status", "key"), BAD_FORMS, ids=[row[0] for row in BAD_FORMS])
@pytest.mark.parametrize("language", ["en", "ur"])
async def test_a_wrong_form_comes_back_with_what_was_typed(
    client: httpx.AsyncClient,
    house: House,
    name: str,
    fields: dict[str, str],
    status: int,
    key: str,
    language: str,
) -> None:
    house.worker.keep_all()
    before = stored(house)
    address = AT_CLAUSE.replace("/en/", f"/{language}/")
    token = await make.form_token(client, address)
    answer = await client.post(f"{address}/comments", data={"token": token, **fields})
    assert answer.status_code == status
    assert sentence(key, language) in answer.text
    for field_name, value in fields.items():
        if field_name in ("body", "name", "email") and value.strip() and "\x00" not in value:
            assert value in answer.text
    assert 'name="token" value="' in answer.text
    assert token not in answer.text
    assert answer.headers["cache-control"].startswith("private")
    assert "etag" not in answer.headers
    assert not any(word in answer.text for word in INSIDE)
    assert stored(house) == before


async def test_bytes_that_are_no_text_come_back_replaced(client: httpx.AsyncClient, house: House) -> None:
    before = stored(house)
    token = await make.form_token(client)
    body = f"token={token}&body=mango%ED%A0%80tree".encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await client.post(f"{AT_CLAUSE}/comments", content=body, headers=headers)
    assert answer.status_code == 422
    assert sentence("error.text.encoding") in answer.text
    assert "mango\ufffd\ufffd\ufffdtree" in answer.text
    assert stored(house) == before


async def test_a_multipart_form_is_read_like_any_other(client: httpx.AsyncClient, house: House) -> None:
    token = await make.form_token(client)

    def parts(body: bytes) -> bytes:
        return b"".join(
            b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name, value)
            for name, value in ((b"body", body), (b"token", token.encode()))
        )

    headers = {"Content-Type": "multipart/form-data; boundary=x; charset=koi8-r"}
    address = f"{AT_CLAUSE}/comments"
    before = stored(house)
    broken = await client.post(address, content=parts(b"mango\xed\xa0\x80") + b"--x--\r\n", headers=headers)
    assert broken.status_code == 422
    assert "mango\ufffd\ufffd\ufffd</textarea>" in broken.text
    assert stored(house) == before
    good = await client.post(address, content=parts("آم کے درخت".encode()) + b"--x--\r\n", headers=headers)
    assert good.status_code == 303
    assert "آم کے درخت" in (await client.get(AT_CLAUSE)).text


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"&".join(b"f%d=1" % n for n in range(41)), 413),
        (b"body=" + b"a" * (1024 * 1024), 413),
    ],
    ids=["41 fields", "over 1 MB"],
)
async def test_a_form_beyond_reading_gets_a_page(
    client: httpx.AsyncClient, house: House, content: bytes, status: int
) -> None:
    before = stored(house)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await client.post(f"{AT_CLAUSE}/comments", content=content, headers=headers)
    assert answer.status_code == status
    assert "<html" in answer.text
    assert stored(house) == before


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/en/{SLUG}/{VERSION}/part_9/comments", 404),
        (f"/en/{SLUG}/{VERSION}/part_1/comments", 404),
        (f"/en/{SLUG}/v9/{CLAUSE}/comments", 404),
        (f"/en/no-policy/{VERSION}/{CLAUSE}/comments", 404),
        (f"/fr/{SLUG}/{VERSION}/{CLAUSE}/comments", 404),
    ],
)
async def test_a_form_sent_to_no_clause_is_not_found(
    client: httpx.AsyncClient, house: House, path: str, status: int
) -> None:
    before = stored(house)
    token = await make.form_token(client)
    answer = await client.post(path, data={"body": TYPED, "token": token})
    assert answer.status_code == status
    assert stored(house) == before


async def test_after_closing_the_text_is_given_back(client: httpx.AsyncClient, house: House) -> None:
    token = await make.form_token(client)
    house.clock.forward(days=31)
    before = stored(house)
    answer = await client.post(f"{AT_CLAUSE}/comments", data={"body": TYPED, "token": token})
    assert answer.status_code == 403
    assert TYPED in answer.text
    assert stored(house) == before


async def test_before_opening_nothing_is_taken(client: httpx.AsyncClient, house: House) -> None:
    house.clock.forward(days=-2)
    before = stored(house)
    answer = await client.post(API, json=comments(GOOD))
    assert answer.status_code == 403
    assert stored(house) == before


async def test_a_token_used_with_another_text_keeps_that_text(
    client: httpx.AsyncClient, house: House
) -> None:
    token = await make.form_token(client)
    first = await client.post(f"{AT_CLAUSE}/comments", data={"body": "First.", "token": token})
    before = stored(house)
    second = await client.post(f"{AT_CLAUSE}/comments", data={"body": TYPED, "token": token})
    assert first.status_code == 303
    assert second.status_code == 409
    assert TYPED in second.text
    assert sentence("error.conflict.token") in second.text
    assert stored(house) == before


async def test_too_many_posts_keep_the_text_and_a_known_key_is_answered(house: House) -> None:
    async with make.client(house) as browser:
        house.app.state.portal.rates.most = 2
        token = await make.form_token(browser)
        form = {"body": TYPED, "token": token}
        first = await browser.post(f"{AT_CLAUSE}/comments", data=form)
        await make.post(browser, "Another one.")
        before = stored(house)
        refused = await make.post(browser, "A third.")
        again = await browser.post(f"{AT_CLAUSE}/comments", data=form)
    assert refused.status_code == 429
    assert "A third." in refused.text
    assert refused.headers["retry-after"] == "60"
    assert again.status_code == 303
    assert again.headers["location"] == first.headers["location"]
    assert stored(house) == before


BAD_ACTS: list[tuple[str, str, dict[str, str], int, str]] = [
    ("withhold without reason", "comments/C-0001/withhold", {}, 422, "error.reason.choose"),
    (
        "withhold with no such reason",
        "comments/C-0001/withhold",
        {"reason": "dislike"},
        422,
        "error.reason.choose",
    ),
    ("other without note", "comments/C-0001/withhold", {"reason": "other"}, 422, "error.note.needed"),
    (
        "note too long",
        "comments/C-0001/withhold",
        {"reason": "abuse", "note": "a" * 1001},
        422,
        "error.note.long",
    ),
    ("publish what is public", "comments/C-0001/publish", {}, 409, "error.conflict.state"),
    (
        "unknown format",
        "reports/export",
        {"consultation": SLUG, "format": "doc", "language": "en"},
        422,
        "error.format.unknown",
    ),
    (
        "unknown language",
        "reports/export",
        {"consultation": SLUG, "format": "json", "language": "fr"},
        422,
        "error.language.unknown",
    ),
]


@pytest.mark.parametrize(
    ("name", "act", "fields", "status", "key"), BAD_ACTS, ids=[row[0] for row in BAD_ACTS]
)
async def test_a_wrong_act_at_the_desk_changes_nothing(
    official: httpx.AsyncClient,
    house: House,
    name: str,
    act: str,
    fields: dict[str, str],
    status: int,
    key: str,
) -> None:
    make.comment(house)
    house.worker.keep_all()
    before = stored(house)
    answer = await official.post(f"/en/desk/{act}", data=fields)
    assert answer.status_code == status
    assert sentence(key) in answer.text
    assert stored(house) == before


@pytest.mark.parametrize(
    "act",
    [
        "comments/C-0099/publish",
        "comments/x/withhold",
        "themes/T-0099/accept",
        "themes/T-1/rename",
        "themes/suggest",
        "reports/export",
    ],
)
@pytest.mark.parametrize("slug", ["nope", "\x00", "%ED%A0%80"])
async def test_acts_on_nothing_are_not_found(
    official: httpx.AsyncClient, house: House, act: str, slug: str
) -> None:
    before = stored(house)
    fields = f"reason=abuse&title=x&format=json&language=en&consultation={slug}"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await official.post(f"/en/desk/{act}", content=fields.encode(), headers=headers)
    assert answer.status_code == 404
    assert stored(house) == before


@pytest.mark.parametrize(
    "origin", ["http://[", "https://", "null", "https://test.evil.example", "https://test:99999999"]
)
async def test_an_origin_that_is_none_of_ours_is_refused(
    client: httpx.AsyncClient, house: House, origin: str
) -> None:
    before = stored(house)
    answer = await client.post(API, json=comments(GOOD), headers={"Origin": origin})
    assert answer.status_code == 403
    assert stored(house) == before


async def test_a_mountain_of_marks_is_refused_without_sorting_it(
    client: httpx.AsyncClient, house: House
) -> None:
    before = stored(house)
    body = "a" + "\u0301\u0316" * 900_000
    answer = await client.post(API, json=comments({"body": body}))
    assert answer.status_code == 422
    assert stored(house) == before


@pytest.mark.parametrize(
    "days", ["to=9999-12-31", "from=0001-01-01", "from=tomorrow", "from=2026-11-24&to=2026-11-01"]
)
async def test_days_that_cannot_be_are_passed_over_at_the_desk(
    official: httpx.AsyncClient, house: House, days: str
) -> None:
    make.comment(house)
    house.worker.keep_all()
    assert (await official.get(f"/en/desk/search?{days}")).status_code == 200
