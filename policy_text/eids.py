"""Make, check and climb Akoma Ntoso eIds, the names that clauses keep: part_2__sec_3__cl_1."""

from __future__ import annotations

import re
from typing import NamedTuple

PREFACE = "preface"
KINDS = {"part": "part", "sec": "section", "cl": "clause"}
"""The tag in an eId -> the kind of provision."""

_TAGS = {kind: tag for tag, kind in KINDS.items()}
_ORDINAL = r"(?:0|[1-9][0-9]{0,8})(?:_(?:[2-9]|[1-9][0-9]{1,8}))?"
_PART, _SECTION, _CLAUSE = (f"{tag}_{_ORDINAL}" for tag in KINDS)
_BELOW = f"(?:__{_CLAUSE})*"
_EID = re.compile(
    f"{PREFACE}|{_PART}(?:__{_SECTION})?{_BELOW}|{_SECTION}{_BELOW}|{_CLAUSE}{_BELOW}",
)
_NUMBER = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){0,5}")
_WESTERN = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩۔٫", "01234567890123456789..")


class Numbered(NamedTuple):
    """What a printed number such as "2.3.1" says: the kind of provision and its eId."""

    kind: str
    eid: str


def check(eid: str) -> bool:
    """True for "preface" and for parts, sections and clauses in this order; a repeated one ends in _2, _3."""
    return _EID.fullmatch(eid) is not None


def parent(eid: str) -> str | None:
    """The eId one step up: part_2__sec_3 for part_2__sec_3__cl_1, None for part_2."""
    return eid.rpartition("__")[0] or None


def ancestors(eid: str) -> tuple[str, ...]:
    """All eIds above, the nearest last: ("part_2", "part_2__sec_3") for part_2__sec_3__cl_1."""
    steps = eid.split("__")
    return tuple("__".join(steps[:count]) for count in range(1, len(steps)))


def kind(eid: str) -> str:
    """preface, part, section or clause."""
    return PREFACE if eid == PREFACE else KINDS[eid.rpartition("__")[2].partition("_")[0]]


def ordinals(eid: str) -> tuple[int, ...]:
    """The numbers in an eId: (2, 3, 1) for part_2__sec_3__cl_1, the mark of a repeated one left out."""
    return () if eid == PREFACE else tuple(int(step.split("_")[1]) for step in eid.split("__"))


def is_repeated(eid: str) -> bool:
    """True where the eId carries the mark of a repeated one, as in sec_1_2."""
    return any(step.count("_") > 1 for step in eid.split("__"))


def step(kind_name: str, ordinal: int, above: str | None = None) -> str:
    """step("clause", 3, "part_2__sec_2") -> part_2__sec_2__cl_3."""
    own = f"{_TAGS[kind_name]}_{ordinal}"
    return f"{above}__{own}" if above else own


def from_numbers(numbers: tuple[int, ...]) -> Numbered:
    """(2, 3, 1) -> clause part_2__sec_3__cl_1; the fourth number and those after it are clauses below."""
    kinds = ("part", "section", *["clause"] * len(numbers))
    eid: str | None = None
    for kind_name, ordinal in zip(kinds, numbers, strict=False):
        eid = step(kind_name, ordinal, eid)
    if eid is None:
        raise ValueError("an eId needs at least one number")
    return Numbered(kind(eid), eid)


def from_number(number: str) -> Numbered | None:
    """What "2.3.1" (also in Urdu digits) names; None where it is no number of a provision."""
    western = number.strip().translate(_WESTERN)
    if not _NUMBER.fullmatch(western):
        return None
    return from_numbers(tuple(int(each) for each in western.split(".")))
