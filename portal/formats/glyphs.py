"""Which letters a font file has, read from its cmap table (OpenType 1.9, formats 4 and 12)."""

from __future__ import annotations

import struct
from functools import cache
from pathlib import Path

Ranges = tuple[tuple[int, int], ...]


@cache
def ranges(path: Path) -> Ranges:
    """(first, last) code points that the font has letters for."""
    data = path.read_bytes()
    for number in range(struct.unpack_from(">H", data, 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4sIII", data, 12 + 16 * number)
        if tag == b"cmap":
            return _of_cmap(data, offset)
    return ()


def has(path: Path, letter: str) -> bool:
    """Whether the font has this letter."""
    code = ord(letter)
    return any(first <= code <= last for first, last in ranges(path))


def _of_cmap(data: bytes, start: int) -> Ranges:
    found: list[tuple[int, int]] = []
    for number in range(struct.unpack_from(">H", data, start + 2)[0]):
        offset = start + struct.unpack_from(">HHI", data, start + 4 + 8 * number)[2]
        form = struct.unpack_from(">H", data, offset)[0]
        if form == 12:
            groups = struct.unpack_from(">I", data, offset + 12)[0]
            for group in range(groups):
                first, last, _ = struct.unpack_from(">III", data, offset + 16 + 12 * group)
                found.append((first, last))
        elif form == 4:
            found += _format_4(data, offset)
    return tuple(found)


def _format_4(data: bytes, offset: int) -> list[tuple[int, int]]:
    count = struct.unpack_from(">H", data, offset + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", data, offset + 14)
    starts = struct.unpack_from(f">{count}H", data, offset + 16 + 2 * count)
    return [(first, last) for first, last in zip(starts, ends, strict=True) if first <= last < 0xFFFF]
