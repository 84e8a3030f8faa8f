"""A blind second look: drawn by chance, judged by somebody else, agreement as Cohen's kappa."""

from __future__ import annotations

from random import Random

import httpx
import pytest

from portal.errors import Conflict, InvalidInput, NotFound
from portal.services import moderation, second_look
from tests import make
from tests.make import House


def decided(house: House, count: int = 4) -> tuple[int, int]:
    """Comments withheld (odd) and published (even) by a first official; the keys of two officials."""
    with house.database.write() as session:
        first, second = make.reviewer(session, house), make.reviewer(session, house, "b@ministry.example")
    for number in range(1, count + 1):
        make.comment(house, f"Call 0300-123456{number}.")
        with house.database.write() as session:
            if number % 2:
                given = {"reason": "personal_data", "note": "", "reviewer_id": first, "now": house.clock()}
                moderation.withhold(session, number, **given)  # type: ignore[arg-type]
            else:
                moderation.publish(session, number, reviewer_id=first, now=house.clock())
    return first, second


def draw(house: House, by: int, size: int = 10) -> int:
    with house.database.write() as session:
        return second_look.draw(session, 1, size=size, chance=Random(7), reviewer_id=by, now=house.clock())


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([], None),
        ([("published", "published")] * 5, None),
        ([("published", "published"), ("withheld", "withheld")], 1.0),
        ([("published", "withheld"), ("withheld", "published")], -1.0),
        # Cohen's own kind of table: 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no
        (
            [("published", "published")] * 20
            + [("published", "withheld")] * 5
            + [("withheld", "published")] * 10
            + [("withheld", "withheld")] * 15,
            0.4,
        ),
    ],
)
def test_kappa_is_as_published(pairs: list[tuple[str, str]], expected: float | None) -> None:
    found = second_look.kappa(pairs)
    assert found == (None if expected is None else pytest.approx(expected))


def test_only_decisions_of_officials_are_drawn_and_none_twice(house: House) -> None:
    first, _ = decided(house)
    make.comment(house, "Nobody decided on this.")
    assert draw(house, first) == 4
    assert draw(house, first) == 0
    with pytest.raises(InvalidInput):
        draw(house, first, size=0)


def test_the_first_official_gets_none_of_the_own_decisions(house: House) -> None:
    first, second = decided(house)
    draw(house, first)
    with house.database.read() as session:
        assert second_look.next_for(session, 1, first) is None
        assert second_look.next_for(session, 1, second) is not None
    with house.database.write() as session, pytest.raises(Conflict):
        second_look.judge(session, 1, "published", reviewer_id=first, now=house.clock())


def test_a_judgement_counts_once_and_leaves_the_comment_as_it_is(house: House) -> None:
    first, second = decided(house)
    draw(house, first)
    with house.database.write() as session:
        before = moderation.states(session)
        for number, verdict in ((1, "withheld"), (2, "published"), (3, "published"), (4, "published")):
            second_look.judge(session, number, verdict, reviewer_id=second, now=house.clock())
        with pytest.raises(Conflict):
            second_look.judge(session, 1, "spam", reviewer_id=second, now=house.clock())
        with pytest.raises(NotFound):
            second_look.judge(session, 99, "spam", reviewer_id=second, now=house.clock())
        found = second_look.agreement(session, 1)
        assert (found.pairs, found.same, found.kappa) == (4, 3, pytest.approx(0.5))
        assert moderation.states(session) == before


async def test_the_page_hides_the_first_decision(client: httpx.AsyncClient, house: House) -> None:
    first, _ = decided(house, 1)
    draw(house, first)
    await make.sign_in(house, client, "c@ministry.example")
    page = (await client.get("/en/desk/second-look")).text
    assert "0300-1234561" in page
    assert "state-withheld" not in page
    assert "C-0001</h" not in page
    answer = await client.post("/en/desk/second-look", data={"comment": "C-0001", "verdict": "published"})
    assert answer.status_code == 303
    assert "No comment waits for your second look" in (await client.get("/en/desk/second-look")).text
    drawn = await client.post("/en/desk/second-look", data={"size": "many"})
    assert drawn.status_code == 422
