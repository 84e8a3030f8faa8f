"""Near-identical comments fold into the first one on their clause."""

from __future__ import annotations

from sqlalchemy import func, select

from portal.models import Comment, Sketch
from portal.services import amending, folding
from tests import make
from tests.make import OTHER_CLAUSE, House

LETTER = (
    "We the residents of this street ask the Forest Office to plant twelve trees of local kinds, to water "
    "them for two full summers, and to publish the name of the officer who looks after them every month."
)


def fold(house: House) -> None:
    while folding.apply(house.database, now=house.clock()):
        pass


def twins(house: House) -> list[int | None]:
    with house.database.read() as session:
        return list(session.scalars(select(Comment.twin_of).order_by(Comment.id)))


def test_copies_and_copies_with_a_changed_word_are_like_the_first(house: House) -> None:
    for text in (LETTER, LETTER, LETTER.replace("every month", "each month"), "Another thing entirely."):
        make.comment(house, text)
    fold(house)
    assert twins(house) == [1, 1, 1, 4]


def test_the_same_letter_on_another_clause_stands_for_itself(house: House) -> None:
    make.comment(house, LETTER)
    make.comment(house, LETTER, clause=OTHER_CLAUSE)
    make.comment(house, LETTER, clause=None)
    fold(house)
    assert twins(house) == [1, 2, 3]


def test_short_texts_fold_only_where_they_are_the_same(house: House) -> None:
    for text in ("I agree", "I  agree!", "I disagree", "متفق ہوں", "متفق ہوں۔"):
        make.comment(house, text)
    fold(house)
    assert twins(house)[0] == twins(house)[1] == 1
    assert twins(house)[2] == 3
    assert twins(house)[3] == twins(house)[4] == 4


def test_likeness_is_not_chained(house: House) -> None:
    words = [f"word{n}" for n in range(40)]
    steps = [" ".join(["new"] * k + words[k:]) for k in (0, 3, 6, 9)]
    for text in steps:
        make.comment(house, text)
    fold(house)
    found = twins(house)
    assert found[1] == 1
    assert found[3] != 1
    near = [folding.likeness(folding.shingles(steps[0]), folding.shingles(text)) for text in steps]
    assert [n >= folding.LIKE for n in near[:2]] == [True, True]
    assert near[3] < folding.LIKE


def test_a_copy_costs_no_sketch(house: House) -> None:
    for _ in range(5):
        make.comment(house, LETTER)
    fold(house)
    with house.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Sketch)) == folding.HASHES


def test_when_the_first_is_changed_its_copies_find_a_new_first(house: House) -> None:
    first = make.comment(house, LETTER)
    make.comment(house, LETTER)
    make.comment(house, LETTER)
    fold(house)
    with house.database.write() as session:
        amending.edit(
            session,
            first.receipt,
            "C-0001",
            body="I changed my mind about all of it.",
            position=None,
            suggested_wording=None,
            now=house.clock(),
        )
    fold(house)
    assert twins(house) == [1, 2, 2]


def test_there_is_nothing_to_do_twice(house: House) -> None:
    make.comment(house, LETTER)
    assert folding.apply(house.database, now=house.clock()) == 1
    assert folding.apply(house.database, now=house.clock()) == 0
