"""The one place that wires: settings -> an application."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from anyio import CapacityLimiter
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from portal.models.database import Database, assert_durable, open_database
from portal.settings import Settings
from portal.web import guards, troubles
from portal.web.cache import PageCache, Stamps
from portal.web.conditional import Conditional
from portal.web.rates import Rates
from portal.web.routes import routes
from portal.web.state import Portal
from portal.web.tokens import Tokens
from search_index.engines import SearchEngine, open_engine
from search_index.summarizer import Rewriter, open_rewriter

THREADS = 4
EXPORTS = 1
HASHES = 2


def utc_now() -> datetime:
    """The clock outside tests."""
    return datetime.now(UTC)


def build_app(
    settings: Settings,
    *,
    revision: str,
    database: Database | None = None,
    engine: SearchEngine | None = None,
    rewriter: Rewriter | None = None,
    clock: Callable[[], datetime] = utc_now,
    demo: bool = False,
) -> Starlette:
    """The application. `revision` is the migration that the database must have; tests hand in opened parts.

    Raises NotDurable where the database would not keep what is acknowledged.
    """
    database = database or open_database(settings.database_url, pool_size=THREADS + EXPORTS)
    assert_durable(database)
    app = Starlette(
        routes=routes(),
        middleware=[
            Middleware(guards.SecurityHeaders, settings=settings),
            Middleware(guards.KnownHost, settings=settings),
            Middleware(guards.OwnSpelling),
            Middleware(guards.SameSite, settings=settings),
            Middleware(GZipMiddleware, minimum_size=500, compresslevel=6),
            Middleware(Conditional),
        ],
        exception_handlers={HTTPException: troubles.on_http_error},
    )
    app.router.redirect_slashes = False
    app.state.portal = Portal(
        settings=settings,
        database=database,
        engine=engine or open_engine(settings.search_url),
        clock=clock,
        threads=CapacityLimiter(THREADS),
        export_threads=CapacityLimiter(EXPORTS),
        hash_threads=CapacityLimiter(HASHES),
        tokens=Tokens(settings.secret_key),
        rates=Rates(settings.posts_per_minute),
        pages=PageCache(),
        stamps=Stamps(),
        revision=revision,
        rewriter=rewriter or open_rewriter(settings.summarizer_url),
        demo=demo,
    )
    return app
