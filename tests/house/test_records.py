"""Every act of an official is on record with hashes of before and after; no record holds personal data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import pytest
from sqlalchemy import select

from portal.models import AuditRecord
from portal.services import audit
from portal.services.canonical import canonical_json
from portal.words import all_keys
from tests.house.acts import DOING, Doing
from tests.house.officials import OF_OTHERS, SECRET_WORDS, WITHOUT_HASHES, Desk
from tests.make import House

HASH = re.compile(r"[0-9a-f]{64}")


def told_acts() -> set[str]:
    """The acts that have a sentence; no other can be on record (tests/conftest.py)."""
    return {key.removeprefix("act.") for key in all_keys("en") if key.startswith("act.")}


def records(house: House, act: str = "") -> list[AuditRecord]:
    with house.database.read() as session:
        found = session.scalars(select(AuditRecord).order_by(AuditRecord.id)).all()
        session.expunge_all()
    return [one for one in found if act in ("", one.act)]


def do(house: House, *doing: Doing) -> None:
    for one in doing:
        house.clock.forward(minutes=1)
        with house.database.write() as session:
            one(Desk(house, session))


def is_official(actor: str) -> bool:
    """Officials act at the desk, or by a command on the server."""
    return actor == "command" or actor.startswith("reviewer:")


def proofs(found: Sequence[AuditRecord]) -> list[tuple[str, str]]:
    return [(one.details.get("before_sha256", ""), one.details.get("after_sha256", "")) for one in found]


def test_every_act_that_has_a_sentence_is_done_here_or_is_no_officials_act() -> None:
    assert set(DOING) | OF_OTHERS == told_acts()
    assert not set(DOING) & OF_OTHERS


def test_every_exception_is_an_act_of_officials_and_has_a_reason() -> None:
    assert set(WITHOUT_HASHES) <= set(DOING)
    assert all(len(reason.split()) > 3 for reason in WITHOUT_HASHES.values())


@pytest.mark.parametrize("act", sorted(set(DOING) - set(WITHOUT_HASHES)))
def test_the_record_of_an_act_carries_hashes_that_tell_before_from_after(house: House, act: str) -> None:
    do(house, DOING[act])
    found = records(house, act)
    assert found
    assert all(is_official(one.actor) and one.subject for one in found)
    for before, after in proofs(found):
        assert HASH.fullmatch(before)
        assert HASH.fullmatch(after)
        assert before != after


@pytest.mark.parametrize("act", sorted(WITHOUT_HASHES))
def test_an_act_without_hashes_is_on_record_all_the_same(house: House, act: str) -> None:
    do(house, DOING[act])
    found = [one for one in records(house, act) if is_official(one.actor)]
    assert found
    assert set(proofs(found)) == {("", "")}


@pytest.mark.parametrize(
    "acts",
    [
        ("work.assign",),
        ("work.read", "work.unread"),
        ("work.make_tag", "work.retire_tag", "work.use_tag"),
        ("outcomes.decide",),
        ("accounts.password", "accounts.authenticator", "accounts.recovery_codes"),
        ("reviewers.add", "reviewers.rights", "reviewers.disable", "reviewers.enable", "reviewers.reset"),
    ],
    ids=" ".join,
)
def test_an_act_begins_where_the_last_one_on_the_same_ended(house: House, acts: tuple[str, ...]) -> None:
    do(house, DOING[acts[0]])
    subject = records(house, acts[-1])[-1].subject
    found = [one for one in records(house) if one.act in acts and one.subject == subject]
    assert len(found) > 1
    for earlier, later in pairwise(proofs(found)):
        assert earlier[1] == later[0]


def test_no_record_of_any_act_holds_a_name_an_address_or_a_word_that_somebody_wrote(house: House) -> None:
    do(house, *dict.fromkeys(DOING.values()))
    found = records(house)
    assert set(DOING) <= {one.act for one in found}
    for one in found:
        said = f"{one.actor} {one.act} {one.subject} {canonical_json(one.details).decode()}"
        assert "@" not in said
        assert [word for word in SECRET_WORDS if word.casefold() in said.casefold()] == [], said
    with house.database.read() as session:
        assert audit.first_break(session) is None


def test_the_words_that_are_looked_for_are_those_that_the_acts_use(house: House) -> None:
    """Else the test above could not fail."""
    do(house, *dict.fromkeys(DOING.values()))
    dump = "\n".join(house.database.engine.raw_connection().driver_connection.iterdump())  # type: ignore[union-attr]
    assert [word for word in SECRET_WORDS if word.casefold() not in dump.casefold()] == []
