"""Papers as tagged PDF (PDF/UA-1), set by Typst in a process of its own with a limit of time.

Texts go in as JSON, never as markup. A letter that no font has would stop the whole file: it is replaced by
its code, "[U+1F600]", and listed at the end.
"""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import fontpkg_amiri
import fontpkg_noto_sans
import typst

from portal.errors import Unavailable
from portal.formats import glyphs
from portal.formats.paper import Block, Paper

TEMPLATES = Path(__file__).parent / "typst"
PAPER = "paper"
SECONDS = 30
FOLDERS = (Path(fontpkg_amiri.ROOT) / "files", Path(fontpkg_noto_sans.ROOT) / "files")
_KEPT = "\n\u200c\u200d"
"""Line ends, and the two signs that shape Arabic letters."""
_INVISIBLE = ("Cf", "Cc", "Zs", "Zl", "Zp")
_SPACES = "\t\v\f\x85"
"""Controls that part words; the category of spaces does not have them."""


def pdf(paper: Paper, *, template: str = PAPER, seconds: float = SECONDS) -> bytes:
    """The paper as PDF; the same paper gives the same bytes. Raises Unavailable where it takes too long."""
    ready = json.dumps(asdict(with_known_letters(paper)), ensure_ascii=False)
    try:
        done = subprocess.run(  # noqa: S603 (our own module, and a template of ours)
            [sys.executable, "-m", "portal.formats.typeset", template],
            input=ready.encode("utf-8"),
            capture_output=True,
            check=True,
            timeout=seconds,
            cwd=Path(__file__).parents[2],
        )
    except subprocess.TimeoutExpired:
        raise Unavailable("error.paper.slow") from None
    return done.stdout


def with_known_letters(paper: Paper) -> Paper:
    """The paper with every letter that the fonts lack replaced by its code, and those codes at its end."""
    missing: dict[str, None] = {}

    def known(text: str) -> str:
        if text.isascii() and text.isprintable():
            return text
        return "".join(_known(letter, missing) for letter in text)

    def readable(block: Block) -> Block:
        return replace(
            block,
            text=known(block.text) if block.kind != "qr" else block.text,
            rows=tuple(tuple(known(cell) for cell in row) for row in block.rows),
            inner=tuple(readable(other) for other in block.inner),
        )

    blocks = tuple(readable(block) for block in paper.blocks)
    if missing:
        listed = ", ".join(f"{code} {_name(code)}" for code in missing)
        blocks += (Block("fine", paper.missing.replace("%s", listed), paper.language),)
    return replace(paper, title=known(paper.title), running=known(paper.running), blocks=blocks)


def _known(letter: str, missing: dict[str, None]) -> str:
    kind = unicodedata.category(letter)
    if letter in _KEPT or (kind not in ("Cc", "Cf") and _has(letter)):
        return letter
    if kind in _INVISIBLE or 0xFE00 <= ord(letter) <= 0xFE0F:
        return " " if kind.startswith("Z") or letter in _SPACES else ""
    code = f"[U+{ord(letter):04X}]"
    missing[code] = None
    return code


def _name(code: str) -> str:
    return unicodedata.name(chr(int(code[3:-1], 16)), "")


@cache
def _has(letter: str) -> bool:
    return any(glyphs.has(path, letter) for path in _fonts())


@cache
def _fonts() -> tuple[Path, ...]:
    return tuple(path for folder in FOLDERS for path in sorted(folder.glob("*Regular.ttf"))) + tuple(
        path for path in sorted(FOLDERS[1].glob("NotoSans[[]*.ttf"))
    )


def _compile(data: bytes, template: str, folders: Iterable[Path]) -> bytes:
    day = datetime.fromisoformat(json.loads(data)["date"]).replace(tzinfo=UTC)
    made = typst.compile(
        TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        font_paths=list(folders),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"paper": data.decode("utf-8")},
        pdf_standards=["ua-1"],
        timestamp=int(day.timestamp()),
    )
    assert isinstance(made, bytes)  # noqa: S101
    return made


if __name__ == "__main__":
    sys.stdout.buffer.write(_compile(sys.stdin.buffer.read(), sys.argv[1], FOLDERS))
