"""Who took part: answers about the senders by people, small cells hidden, beside shares of the population.

The rules: a cell of one to four people is not shown. Where what is shown would let a hidden cell be worked
out (from the sum of its row, or from the same row over all comments), further cells are hidden, the smallest
first, until at least two cells and five people lie behind the gap. Source of the method: complementary cell
suppression, Willenborg and de Waal, "Elements of Statistical Disclosure Control" (2001), chapter 6.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from portal.formats.report import Cell, Panel
from portal.services.once import once
from portal.services.rows import QuestionRow

FEWEST = 5
"""So many people a cell must have to be shown."""


def panels(
    questions: Sequence[QuestionRow], about: Mapping[int, Mapping[str, str]], people: Iterable[int]
) -> tuple[Panel, ...]:
    """One panel a question, over `people` (numbers of submissions)."""
    asked = _once(people)
    return tuple(_panel(question, _counts(question, about, asked), len(asked)) for question in questions)


def panels_within(
    questions: Sequence[QuestionRow],
    about: Mapping[int, Mapping[str, str]],
    people: Iterable[int],
    everyone: Iterable[int],
) -> tuple[Panel, ...]:
    """The same for some of everyone: cells of which all but a few belong to them are hidden as well.

    Panels that show nothing are left out.
    """
    asked, all_asked = _once(people), _once(everyone)
    made = []
    for question in questions:
        counts, total = _counts(question, about, asked), _counts(question, about, all_asked)
        rest = {value: total[value] - counts[value] for value in total}
        made.append(_panel(question, counts, len(asked), rest))
    return tuple(panel for panel in made if any(cell.people for cell in panel.cells))


def hidden(counts: Mapping[str, int], rest: Mapping[str, int] | None = None) -> frozenset[str]:
    """Which cells of a row whose sum is known must not be shown; `rest`: the same cells of all others."""
    small = {value for value, n in counts.items() if 0 < n < FEWEST}
    if rest is not None:
        small |= {value for value, n in rest.items() if 0 < n < FEWEST}
    if not small:
        return frozenset()
    others = sorted(
        (value for value in counts if value not in small),
        key=lambda value: (counts[value] == 0, counts[value], value),
    )
    for value in others:
        if len(small) > 1 and sum(counts[each] for each in small) >= FEWEST:
            break
        small.add(value)
    return frozenset(small)


def _once(people: Iterable[int]) -> array[int]:
    return array("q", once(people, int))


def _counts(
    question: QuestionRow, about: Mapping[int, Mapping[str, str]], people: Iterable[int]
) -> dict[str, int]:
    """People by answer; "" are those who gave none."""
    given = Counter(about.get(person, {}).get(question.key, "") for person in people)
    known = {value: given[value] for value, _ in question.choices}
    return {**known, "": given.total() - sum(known.values())}


def _panel(
    question: QuestionRow, counts: Mapping[str, int], people: int, rest: Mapping[str, int] | None = None
) -> Panel:
    unseen = hidden(counts, rest)
    answered = people - counts[""]
    known = bool(answered) and "" not in unseen
    cells = [
        Cell(
            value=value,
            label=label,
            people=None if value in unseen else counts[value],
            percent=None if value in unseen or not known else round(100 * counts[value] / answered),
            reference=_percent(question.reference.get(value)),
        )
        for value, label in question.choices
    ]
    return Panel(
        key=question.key,
        label=question.label,
        people=people,
        answered=None if "" in unseen else answered,
        cells=tuple(cells),
        source=question.reference_source,
    )


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)
