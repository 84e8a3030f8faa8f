"""Whether a row of words has what a plan asks for, and where: for the reference engine and excerpts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from search_index.expansion import Alternative, Both, Either, Everything, Leaf, Plan, Without


def matches(plan: Plan, forms: Sequence[str]) -> bool:
    match plan:
        case Leaf():
            return occurrences(plan, forms) > 0
        case Both(parts):
            return all(matches(part, forms) for part in parts)
        case Either(parts):
            return any(matches(part, forms) for part in parts)
        case Without(part):
            return not matches(part, forms)
        case Everything():
            return True


def occurrences(leaf: Leaf, forms: Sequence[str]) -> float:
    """How often a document has a leaf, each time counted with the weight of its alternative."""
    total = 0.0
    for alternative in leaf.alternatives:
        total += alternative.weight * sum(1 for _ in places(alternative, forms))
    return total


def places(alternative: Alternative, forms: Sequence[str]) -> Iterator[range]:
    """Where the forms of an alternative stand in a row."""
    slots = [frozenset(slot) for slot in alternative.slots]
    for start in range(len(forms) - len(slots) + 1):
        if all(forms[start + offset] in slot for offset, slot in enumerate(slots)):
            yield range(start, start + len(slots))
