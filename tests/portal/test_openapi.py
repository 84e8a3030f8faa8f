"""The API as it describes itself, held against the real answers."""

from __future__ import annotations

import asyncio
import re
import warnings
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from portal.services import moderation
from portal.web.openapi import document
from portal.web.openapi_shapes import BODY_EXAMPLES
from portal.web.routes import TABLE, Audience
from tests import make
from tests.make import House

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import jsonschema_rs
    import schemathesis
    from schemathesis.core.transport import Response as ApiResponse
    from schemathesis.specs.openapi.checks import positive_data_acceptance

# No schema can say that a comment needs a word, or which days there are: such calls may be refused.
DOCUMENT = document("https://test")
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)


def operations() -> Iterator[tuple[str, str]]:
    for path, methods in DOCUMENT["paths"].items():
        for method in methods:
            yield method.upper(), path


def test_every_address_for_programs_is_described_and_no_other() -> None:
    table = {(row.method, row.path) for row in TABLE if row.audience is Audience.PROGRAMS}
    assert set(operations()) == table


async def test_it_is_served_and_valid(client: httpx.AsyncClient) -> None:
    served = await client.get("/api/v1/openapi.json")
    assert served.json() == DOCUMENT
    assert DOCUMENT["openapi"].startswith("3.1")
    SCHEMA.validate()


def test_every_schema_that_is_named_is_there() -> None:
    named = set(re.findall(r"#/components/(?:schemas|responses)/(\w+)", str(DOCUMENT)))
    known = {*DOCUMENT["components"]["schemas"], *DOCUMENT["components"]["responses"]}
    assert named <= known
    assert set(DOCUMENT["components"]["schemas"]) <= named


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [
        operation["operationId"] for methods in DOCUMENT["paths"].values() for operation in methods.values()
    ]
    assert len(names) == len(set(names)) == 14


def examples() -> Iterator[tuple[Any, Any]]:
    """Every schema that has examples, with each of them."""

    def walk(value: Any) -> Iterator[tuple[Any, Any]]:
        if isinstance(value, dict):
            shown = value.get("examples", [])
            if isinstance(shown, dict):
                yield from ((value["schema"], one["value"]) for one in shown.values())
            else:
                yield from ((value, one) for one in shown)
            if "example" in value:
                yield value["schema"], value["example"]
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        for item in inner:
            yield from walk(item)

    yield from walk(DOCUMENT)


def test_every_example_is_as_its_schema_says() -> None:
    shown = list(examples())
    assert len(shown) > 40
    for schema, example in shown:
        jsonschema_rs.validate({**schema, "components": DOCUMENT["components"]}, example)


async def test_what_is_sent_as_the_document_shows_it_is_taken(
    house: House, client: httpx.AsyncClient
) -> None:
    first = {**BODY_EXAMPLES["NewSubmission"]["comments"][0], "clause": make.CLAUSE}
    address = f"/api/v1/consultations/{make.SLUG}/drafts/{make.VERSION}/submissions"
    sent = await client.post(address, json={**BODY_EXAMPLES["NewSubmission"], "comments": [first]})
    assert sent.status_code == 201
    receipt, ours = f"/api/v1/receipts/{sent.json()['receipt']}", {"comment": "C-0001"}
    assert (await client.post(f"{receipt}/edit", json=BODY_EXAMPLES["Edit"] | ours)).status_code == 200
    with house.database.write() as session:
        moderation.withhold(session, 1, reason="other", note="?", reviewer_id=None, now=house.clock())
    assert (await client.post(f"{receipt}/appeal", json=BODY_EXAMPLES["NewAppeal"] | ours)).status_code == 200
    withdrawn = await client.post(f"{receipt}/withdraw", json=BODY_EXAMPLES["Withdrawal"] | ours)
    assert withdrawn.json()["comments"][0]["status"] == "withdrawn"


def known_values(house: House) -> dict[str, str]:
    """What the paths may name, so that half of the calls meet something."""
    answer = make.comment(house, "More shade is good for everyone.", position="support")
    house.worker.keep_all()
    return {
        "slug": make.SLUG,
        "version": make.VERSION,
        "eid": make.CLAUSE,
        "receipt": answer.receipt,
        "comment": "C-0001",
    }


@pytest.mark.parametrize(("method", "path"), sorted(operations()))
def test_real_answers_are_as_described(house: House, method: str, path: str) -> None:
    known, calls = known_values(house), iter(range(10_000))
    met: set[int] = set()

    @settings(
        max_examples=20,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def check(case: Any) -> None:
        if next(calls) % 2 == 0:
            case.path_parameters = {
                name: known.get(name, value) for name, value in (case.path_parameters or {}).items()
            }
            if isinstance(case.body, dict) and "comment" in case.body:
                case.body["comment"] = known["comment"]
        answer = asyncio.run(call(house, case))
        met.add(answer.status_code)
        assert answer.status_code < 500, answer.text
        case.validate_response(
            ApiResponse.from_httpx(answer, verify=False), excluded_checks=[positive_data_acceptance]
        )

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        operation = SCHEMA[path][method]
        given(case=operation.as_strategy())(check)()
    assert met & ({409} if path.endswith("/appeal") else {200, 201}), met


async def call(house: House, case: Any) -> httpx.Response:
    arguments = case.as_transport_kwargs(base_url="https://test")
    async with make.client(house) as client:
        arguments = {name: value for name, value in arguments.items() if name != "cookies"}
        return await client.request(**arguments)
