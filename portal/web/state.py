"""What every request may use, in one frozen dataclass: `app.state.portal` holds it and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from anyio import CapacityLimiter
from starlette.requests import Request

from portal.models.database import Database
from portal.settings import Settings
from portal.web.cache import PageCache, Stamps
from portal.web.rates import Rates
from portal.web.tokens import Tokens
from search_index.engines import SearchEngine
from search_index.summarizer import Rewriter


@dataclass(frozen=True)
class Portal:
    """Settings and opened parts. `threads` is as wide as the pool of database connections."""

    settings: Settings
    database: Database
    engine: SearchEngine
    clock: Callable[[], datetime]
    threads: CapacityLimiter
    export_threads: CapacityLimiter
    hash_threads: CapacityLimiter
    """Passwords are hashed here: each takes 64 MB, so few at a time."""
    tokens: Tokens
    rates: Rates
    pages: PageCache
    stamps: Stamps
    revision: str
    """The migration that this program needs."""
    rewriter: Rewriter | None = None
    """Who may be asked for other titles of themes; nobody unless the settings name somebody."""
    demo: bool = False
    """Whether this is the demonstration, whose link leads to the desk without setting anything up."""


def portal_of(request: Request) -> Portal:
    """The portal behind a request."""
    portal: Portal = request.app.state.portal
    return portal
