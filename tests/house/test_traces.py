"""The project speaks of itself alone: no path of a machine, no package host, no secret in a file."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOSTS = re.compile(
    "|".join(("pypi" + r"\.org", "pythonhosted" + r"\.org", "npm" + r"js\.", "deb" + r"ian\.org/deb"))
)
PATHS = re.compile(r"(?<![\w.])/(?:work|root|home/\w+)/\w")


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name]


def test_no_file_names_a_package_host_or_a_machine() -> None:
    for path in tracked():
        if path.suffix in {".png", ".svg"} or not path.exists():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not HOSTS.search(text), path
        assert not PATHS.search(text), path
