"""One spelling for things that are hashed: canonical JSON (RFC 8785), SHA-256, timestamps (RFC 3339)."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from portal.formats.texts import timestamp

__all__ = ["canonical_json", "sha256_of", "sha256_text", "timestamp"]

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
"""Made once: making one costs more than most of what is hashed."""


def canonical_json(value: Any) -> bytes:
    """RFC 8785 for what we hash: objects with ASCII keys, arrays, strings, integers, true, false, null."""
    return _ENCODER.encode(value).encode("utf-8")


def sha256_of(value: Any) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return sha256(canonical_json(value)).hexdigest()


def sha256_text(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hexadecimal."""
    return sha256(text.encode("utf-8")).hexdigest()
