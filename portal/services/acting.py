"""Who does something at the desk, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class By:
    """The official behind an act, and the moment of it."""

    reviewer_id: int
    now: datetime

    @property
    def actor(self) -> str:
        """As the audit chain names an official."""
        return f"reviewer:{self.reviewer_id}"
