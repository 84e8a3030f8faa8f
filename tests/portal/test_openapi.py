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

from portal.web.openapi import document
from portal.web.routes import TABLE, Audience
from tests import make
from tests.make import House

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
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


def known_values(house: House) -> dict[str, str]:
    """What the paths may name, so that half of the calls meet something."""
    answer = make.comment(house, "More shade is good for everyone.", position="support")
    house.worker.keep_all()
    return {
        "slug": make.SLUG,
        "version": make.VERSION,
        "eid": make.CLAUSE,
        "receipt": answer.receipt,
    }


@pytest.mark.parametrize(("method", "path"), sorted(operations()))
def test_real_answers_are_as_described(house: House, method: str, path: str) -> None:
    known, calls = known_values(house), iter(range(10_000))

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
        answer = asyncio.run(call(house, case))
        assert answer.status_code < 500, answer.text
        case.validate_response(
            ApiResponse.from_httpx(answer, verify=False), excluded_checks=[positive_data_acceptance]
        )

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        operation = SCHEMA[path][method]
        given(case=operation.as_strategy())(check)()


async def call(house: House, case: Any) -> httpx.Response:
    arguments = case.as_transport_kwargs(base_url="https://test")
    async with make.client(house) as client:
        arguments = {name: value for name, value in arguments.items() if name != "cookies"}
        return await client.request(**arguments)
