"""Check the files of a draft against each other: order, repeats, languages and links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from policy_text import eids
from policy_text.problems import Problem
from policy_text.section_files import Files, SectionFile, term_links


def problems_between(
    files: Files, version: str, required: tuple[str, ...], troubled: set[str]
) -> Iterator[Problem]:
    """What only shows when all files lie side by side. `troubled`: paths already named, not blamed again."""
    if not any(files.values()):
        yield Problem(version, 1, "There are no sections: they belong into the folders en and ur.")
        return
    for language in required:
        if not files.get(language):
            yield Problem(
                f"{version}/{language}", 1, f"The text in {language} is missing, and it must be complete."
            )
    for sections in files.values():
        yield from _order_problems(sections)
        yield from _repeat_problems(sections)
        yield from _empty_problems(sections)
    for problem in _language_problems(files, version, required, troubled):
        if problem.path not in troubled:
            yield problem
    yield from _link_problems(files)


def _order_problems(sections: list[SectionFile]) -> Iterator[Problem]:
    """Names in reading order need as many digits each."""
    width = max((len(file.order) for file in sections), default=0)
    orders = Counter(int(file.order) for file in sections)
    for file in sections:
        if len(file.order) < width:
            yield Problem(
                file.path, 1, f"The name begins with {len(file.order)} digits, others with {width}."
            )
        if orders[int(file.order)] > 1:
            yield Problem(file.path, 1, f"Two names begin with {file.order}: their order is not clear.")
        if file.eid == eids.PREFACE and int(file.order):
            yield Problem(file.path, 1, "The preface comes first: its name is 000_preface.md.")


def _repeat_problems(sections: list[SectionFile]) -> Iterator[Problem]:
    """An eId stands once; so does a full number, unless the eId says that it is a repeated one."""
    seen: dict[str, str] = {}
    numbers: dict[tuple[int, ...], str] = {}
    for file in sections:
        if file.eid in seen:
            yield Problem(file.path, 1, f"{file.eid} is already the name of {seen[file.eid]}.")
        elif len(file.label.numbers) > 1 and file.label.numbers in numbers and not eids.is_repeated(file.eid):
            other = numbers[file.label.numbers]
            yield Problem(file.path, file.line, f"The number {file.label.number} already stands in {other}.")
        seen.setdefault(file.eid, file.name)
        numbers.setdefault(file.label.numbers, file.name)


def _empty_problems(sections: list[SectionFile]) -> Iterator[Problem]:
    """A clause without text is a mistake, unless there are clauses below it."""
    with_parts = {above for file in sections for above in eids.ancestors(file.eid)}
    for file in sections:
        if file.is_empty and eids.kind(file.eid) == "clause" and file.eid not in with_parts:
            yield Problem(file.path, file.line, "The clause has a heading but no text.")


def _language_problems(
    files: Files, version: str, required: tuple[str, ...], troubled: set[str]
) -> Iterator[Problem]:
    """Languages that must be complete have the same files; another may lack some. Numbers agree in all."""
    first: dict[str, tuple[str, SectionFile]] = {}
    for language in [*required, *files]:
        for file in files.get(language, []):
            first.setdefault(file.name, (language, file))
    for language, sections in files.items():
        here = {file.name: file for file in sections}
        for name, (home, model) in first.items():
            own = here.get(name)
            if own is None:
                if sections and language in required:
                    path = f"{version}/{language}/{name}"
                    yield Problem(path, 1, f"The file is missing; it is there in {home}.")
            elif required and home not in required:
                yield Problem(own.path, 1, f"The file is missing in {required[0]}, which must be complete.")
            elif own.label.numbers != model.label.numbers and model.path not in troubled:
                number = model.label.number or "none"
                yield Problem(own.path, own.line, f"The heading has another number than in {home}: {number}.")


def _link_problems(files: Files) -> Iterator[Problem]:
    """A term is defined in this draft. A clause that one language lacks still has its page."""
    known = {file.eid for sections in files.values() for file in sections}
    for sections in files.values():
        for file in sections:
            for line, eid in term_links(file):
                if eid not in known:
                    sentence = f"The link leads to {eid}, which this draft does not have."
                    yield Problem(file.path, line, sentence)
