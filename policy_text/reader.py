"""A version folder of sections -> one frozen DraftText, or every problem found, by file and line."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from policy_text import consultation as consultations
from policy_text import eids
from policy_text.checks import problems_between
from policy_text.consultation import LANGUAGES, ConsultationText
from policy_text.problems import DraftProblems, Problem
from policy_text.section_files import Files, SectionFile, read_folder

__all__ = ["ClauseText", "ConsultationText", "DraftProblems", "DraftText", "Problem", "read_draft"]


@dataclass(frozen=True)
class ClauseText:
    """One part, section or clause. Dictionaries are by the languages that have it."""

    eid: str
    number: str | None
    kind: str
    """preface, part, section or clause."""
    parent: str | None
    commentable: bool
    heading: dict[str, str]
    """Plain text, without the number."""
    markdown: dict[str, str]
    """The whole file."""
    html: dict[str, str]
    """Cleaned, of the text below the heading."""
    sha256: dict[str, str]
    """Over the file's bytes."""


@dataclass(frozen=True)
class DraftText:
    """One version of a draft, its clauses in reading order."""

    version: str
    consultation: ConsultationText
    languages: tuple[str, ...]
    clauses: tuple[ClauseText, ...]
    sha256: str
    """Over language, name and bytes of every section."""


def read_draft(folder: Path) -> DraftText:
    """Read a version folder; its consultation.toml lies in it or one above. Raises DraftProblems."""
    folder = folder.resolve()
    if not folder.is_dir():
        raise DraftProblems([Problem(folder.name, 1, "There is no such folder.")])
    consultation, problems = _read_consultation(folder)
    files: Files = {}
    for language in LANGUAGES:
        if (folder / language).is_dir():
            files[language], found = read_folder(folder / language, f"{folder.name}/{language}", language)
            problems.extend(found)
    required = consultation.languages if consultation else tuple(files)
    problems.extend(problems_between(files, folder.name, required, {each.path for each in problems}))
    if problems or consultation is None:
        raise DraftProblems(problems)
    languages = tuple(language for language in LANGUAGES if files.get(language))
    return DraftText(folder.name, consultation, languages, _clauses(files), _sha256(files))


def _read_consultation(folder: Path) -> tuple[ConsultationText | None, list[Problem]]:
    file = consultations.find(folder)
    if file is None:
        label = f"{folder.name}/{consultations.FILE_NAME}"
        return None, [Problem(label, 1, "There is no consultation.toml, neither here nor one folder above.")]
    return consultations.read(file, file.relative_to(folder.parent).as_posix())


def _clauses(files: Files) -> tuple[ClauseText, ...]:
    by_name: dict[str, dict[str, SectionFile]] = defaultdict(dict)
    for language, sections in files.items():
        for file in sections:
            by_name[file.name][language] = file
    known = {file.eid for sections in files.values() for file in sections}
    return tuple(_clause(by_name[name], known) for name in sorted(by_name))


def _clause(sides: dict[str, SectionFile], known: set[str]) -> ClauseText:
    first = next(iter(sides.values()))
    kind = eids.kind(first.eid)
    return ClauseText(
        eid=first.eid,
        number=first.label.number if kind != eids.PREFACE else None,
        kind=kind,
        parent=next((above for above in reversed(eids.ancestors(first.eid)) if above in known), None),
        commentable=kind == "clause",
        heading={language: file.label.title for language, file in sides.items()},
        markdown={language: file.markdown for language, file in sides.items()},
        html={language: file.html for language, file in sides.items()},
        sha256={language: hashlib.sha256(file.content).hexdigest() for language, file in sides.items()},
    )


def _sha256(files: Files) -> str:
    digest = hashlib.sha256()
    for language, sections in files.items():
        for file in sections:
            digest.update(f"{language}/{file.name}\n{len(file.content)}\n".encode())
            digest.update(file.content)
    return digest.hexdigest()
