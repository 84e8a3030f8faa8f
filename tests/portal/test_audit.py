"""The audit chain: it names its first break, can be held against a hash that was sent out, tells no state."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from portal.errors import InvalidInput
from portal.models import AuditRecord
from portal.models.database import Session
from portal.services import audit
from portal.services.audit import Break
from tests import make
from tests.make import NOW, House

WHEN = "2026-11-24 10:00:{:02} UTC"


@pytest.fixture
def chain(house: House) -> House:
    """A house whose chain has six records, one a second: the published draft's and five of ours."""
    for number in range(2, 7):
        append(house, number)
    return house


def append(house: House, number: int) -> None:
    with house.database.write() as session:
        at = NOW + timedelta(seconds=number)
        audit.record(session, "test.act", f"thing/{number}", actor="system", now=at, details={"n": number})


def spoil(house: House, *statements: str) -> Break | None:
    with house.database.write() as session:
        for statement in statements:
            session.execute(text(statement))
    with house.database.read() as session:
        return audit.first_break(session)


def forge(session: Session, number: int, previous: str) -> str:
    """A record that agrees with itself, put in by somebody who knows how; its hash."""
    audit.record(session, "test.forged", f"thing/{number}", actor="system", now=NOW)
    made = audit.newest(session)
    assert made is not None
    session.execute(text(f"UPDATE audit_record SET id = {number} WHERE id = {made.number}"))
    row = session.get_one(AuditRecord, number)
    values = {name: getattr(row, name) for name in ("at", "actor", "act", "subject", "details")}
    digest = audit._hash({**values, "previous_sha256": previous})
    session.execute(
        text("UPDATE audit_record SET previous_sha256 = :p, sha256 = :s WHERE id = :n"),
        {"p": previous, "s": digest, "n": number},
    )
    return digest


def digest_of(session: Session, number: int) -> str:
    return session.get_one(AuditRecord, number).sha256


def test_a_chain_that_nobody_touched_holds(chain: House) -> None:
    with chain.database.read() as session:
        assert audit.first_break(session) is None
        assert audit.check(session) == []
        assert audit.count(session) == 6


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_record SET actor = 'nobody' WHERE id = 3",
        "UPDATE audit_record SET act = 'test.other' WHERE id = 3",
        "UPDATE audit_record SET subject = 'other' WHERE id = 3",
        "UPDATE audit_record SET details = '{}' WHERE id = 3",
        "UPDATE audit_record SET previous_sha256 = sha256 WHERE id = 3",
        "UPDATE audit_record SET sha256 = previous_sha256 WHERE id = 3",
    ],
)
def test_a_changed_record_is_named_with_its_time(chain: House, statement: str) -> None:
    assert spoil(chain, statement) == Break("changed", 3, WHEN.format(3))


@pytest.mark.parametrize("details", ["no JSON", "[1", "", "NaN"])
def test_what_cannot_be_read_is_a_changed_record(chain: House, details: str) -> None:
    assert spoil(chain, f"UPDATE audit_record SET details = '{details}' WHERE id = 4") == Break(
        "changed", 4, WHEN.format(4)
    )


def test_a_time_that_is_none_is_a_changed_record_of_no_time(chain: House) -> None:
    assert spoil(chain, "UPDATE audit_record SET at = 'long ago' WHERE id = 4") == Break("changed", 4)


def test_the_first_break_is_named_and_no_other(chain: House) -> None:
    found = spoil(
        chain,
        "UPDATE audit_record SET actor = 'nobody' WHERE id IN (3, 5)",
        "DELETE FROM audit_record WHERE id = 4",
    )
    assert found is not None
    assert (found.kind, found.number) == ("changed", 3)


def test_missing_records_are_named_from_first_to_last(chain: House) -> None:
    found = spoil(chain, "DELETE FROM audit_record WHERE id IN (3, 4)")
    assert found == Break("missing", 3, last=4)
    assert str(found) == "Audit records are missing: 3 to 4."


def test_a_missing_beginning_is_missing(chain: House) -> None:
    assert spoil(chain, "DELETE FROM audit_record WHERE id = 1") == Break("missing", 1, last=1)


def test_a_cut_end_is_noticed(chain: House) -> None:
    found = spoil(chain, "DELETE FROM audit_record WHERE id >= 5")
    assert found == Break("cut", 5, last=6)
    assert str(found) == "Audit records are missing at the end: 5 to 6."


def test_an_end_that_was_cut_and_written_on_is_missing(chain: House) -> None:
    spoil(chain, "DELETE FROM audit_record WHERE id = 6")
    append(chain, 7)
    assert spoil(chain) == Break("missing", 6, last=6)


def test_an_emptied_table_is_cut_at_its_beginning(chain: House) -> None:
    assert spoil(chain, "DELETE FROM audit_record") == Break("cut", 1, last=6)


def test_a_record_put_between_two_is_named(chain: House) -> None:
    with chain.database.write() as session:
        session.execute(text("UPDATE audit_record SET id = id + 100 WHERE id >= 4"))
        session.execute(text("UPDATE audit_record SET id = id - 99 WHERE id >= 104"))
        forge(session, 4, digest_of(session, 3))
        session.execute(text("UPDATE sqlite_sequence SET seq = 7 WHERE name = 'audit_record'"))
    assert spoil(chain) == Break("inserted", 4, WHEN.format(0))


def test_a_record_that_follows_nothing_is_named_where_the_others_fit_without_it(chain: House) -> None:
    with chain.database.write() as session:
        session.execute(text("UPDATE audit_record SET id = id + 100 WHERE id >= 4"))
        session.execute(text("UPDATE audit_record SET id = id - 99 WHERE id >= 104"))
        forge(session, 4, "f" * 64)
    assert spoil(chain) == Break("inserted", 4, WHEN.format(0))


def test_a_record_written_anew_does_not_belong_to_the_one_behind_it(chain: House) -> None:
    with chain.database.write() as session:
        previous = digest_of(session, 2)
        session.execute(text("DELETE FROM audit_record WHERE id = 3"))
        forge(session, 3, previous)
    assert spoil(chain, "UPDATE sqlite_sequence SET seq = 6 WHERE name = 'audit_record'") == Break(
        "replaced", 4, WHEN.format(4)
    )


def test_only_a_hash_that_was_sent_out_tells_that_the_end_was_written_anew(chain: House) -> None:
    with chain.database.write() as session:
        sent = audit.newest(session)
        assert sent is not None
        previous = digest_of(session, 5)
        session.execute(text("DELETE FROM audit_record WHERE id = 6"))
        forge(session, 6, previous)
        session.execute(text("UPDATE sqlite_sequence SET seq = 6 WHERE name = 'audit_record'"))
    with chain.database.read() as session:
        assert audit.check(session) == []
        assert audit.check(session, [(6, sent.sha256)]) == [
            "Audit record 6 has another hash than was sent out: the chain was rewritten."
        ]
        assert audit.check(session, [(5, previous)]) == []
        assert audit.check(session, [(9, previous)]) == [
            "Audit record 9, whose hash was sent out, is missing."
        ]


def test_a_write_that_is_taken_back_leaves_no_gap(chain: House) -> None:
    class Changed(Exception):
        pass

    def change_your_mind(session: Session) -> None:
        audit.record(session, "test.act", "thing/x", actor="system", now=NOW)
        raise Changed

    with pytest.raises(Changed):
        chain.database.together.run(change_your_mind)
    append(chain, 7)
    assert spoil(chain) is None


@pytest.mark.parametrize("written", ["", "12", "12:", ":" + "a" * 64, "12:" + "a" * 63, "x:" + "a" * 64])
def test_an_expectation_is_a_number_and_a_hash(written: str) -> None:
    with pytest.raises(InvalidInput):
        audit.expectation(written)
    assert audit.expectation(" 12:" + "A" * 64 + "\n") == (12, "a" * 64)


def test_a_change_is_told_by_hashes_that_differ_with_the_state() -> None:
    before, after = {"name": "Sana", "banner": {}}, {"name": "Sana", "banner": {"en": "Closed"}}
    told = audit.change(before, after)
    assert set(told) == {"before_sha256", "after_sha256"}
    assert told["before_sha256"] != told["after_sha256"]
    assert told["before_sha256"] == audit.change(after, before)["after_sha256"]
    assert "Sana" not in str(told)


def test_the_newest_record_is_the_end(chain: House) -> None:
    make.comment(chain)
    with chain.database.read() as session:
        newest = audit.newest(session)
        assert newest is not None
        assert (newest.number, newest.sha256) == (7, digest_of(session, 7))
