"""The most memory that a program has had."""

from __future__ import annotations

from pathlib import Path


def peak() -> int:
    """Most memory of this program so far, in MB. `ru_maxrss` would count what its parent had as well."""
    lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    kilobytes = next(line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return round(int(kilobytes) / 1024)
