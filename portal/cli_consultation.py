"""`portal consultation`: what admins do at the desk with a consultation, from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import typer

from portal import opening
from portal.app import utc_now
from portal.models.database import Session
from portal.opening import Stop
from portal.services import steering
from portal.services.canonical import timestamp
from portal.services.steering import Actor
from portal.words import PAKISTAN

app = typer.Typer(
    help="Consultations: their dates, and the line on top of their pages.", no_args_is_help=True
)

Slug = Annotated[str, typer.Argument(metavar="SLUG", help="Name of the consultation.")]
MOMENT = "For example 2027-01-31T23:59: Pakistan's time, unless it says another."


@app.command()
def show(slug: Slug, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> int:
    """The dates of a consultation, the line on top of its pages, and its extensions."""
    opened = opening.open_data()
    with opened.database.read() as session:
        found = steering.get(session, slug, now=utc_now())
    if as_json:
        typer.echo(json.dumps(_as_json(found), ensure_ascii=False, indent=1))
        return 0
    typer.echo(f"{found.slug}: {found.phase}")
    typer.echo(f"opens  {_told(found.opens_at)}")
    typer.echo(f"closes {_told(found.closes_at)}")
    for language, line in found.banner.items():
        typer.echo(f"banner {language}: {line}")
    for one in found.extensions:
        reasons = " / ".join(one.reason.values())
        typer.echo(
            f"extended {_told(one.at)}, from {_told(one.closed_at)} until {_told(one.closes_at)}: {reasons}"
        )
    return 0


@app.command("open")
def open_it(
    slug: Slug,
    at: Annotated[str | None, typer.Option("--at", metavar="MOMENT", help=MOMENT)] = None,
) -> int:
    """Open a consultation now, or at a later moment."""
    moment = _moment(at) if at else None
    return _act(slug, lambda session, by: steering.open(session, slug, opens_at=moment, by=by))


@app.command()
def extend(
    slug: Slug,
    until: Annotated[str, typer.Option("--until", metavar="MOMENT", help=MOMENT)],
    reason: Annotated[str, typer.Option("--reason", help="Why, in English; everybody reads it.")] = "",
    reason_ur: Annotated[str, typer.Option("--reason-ur", help="Why, in Urdu.")] = "",
) -> int:
    """Let a consultation close later, for a reason that stands on its page."""
    moment, said = _moment(until), {"en": reason, "ur": reason_ur}
    return _act(
        slug, lambda session, by: steering.extend(session, slug, closes_at=moment, reason=said, by=by)
    )


@app.command()
def close(
    slug: Slug,
    confirm: Annotated[str, typer.Option("--confirm", metavar="SLUG", help="The name once more.")],
) -> int:
    """Close a consultation now."""
    return _act(slug, lambda session, by: steering.close(session, slug, confirm=confirm, by=by))


@app.command()
def banner(
    slug: Slug,
    en: Annotated[str, typer.Option("--en", help="The line in English.")] = "",
    ur: Annotated[str, typer.Option("--ur", help="The line in Urdu.")] = "",
    remove: Annotated[bool, typer.Option("--remove", help="Show no line any more.")] = False,
) -> int:
    """Show a line on top of a consultation's public pages, in place of the one before."""
    if remove == bool(en.strip() or ur.strip()):
        raise Stop("Give a line with --en or --ur, or take it away with --remove.")
    said = {"en": en, "ur": ur}
    return _act(slug, lambda session, by: steering.set_banner(session, slug, banner=said, by=by))


def _act(slug: str, act: Callable[[Session, Actor], None]) -> int:
    opened = opening.open_data()
    with opened.database.write() as session:
        act(session, Actor("command", utc_now()))
    opening.catch_up(opened)
    return show(slug)


def _moment(text: str) -> datetime:
    """A day with its hour. Raises Stop."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or "T" not in text.upper().replace(" ", "T") or moment.year < 1970:
        raise Stop(f"{text} is no day with its hour. {MOMENT}")
    return moment if moment.tzinfo else moment.replace(tzinfo=PAKISTAN)


def _told(moment: datetime) -> str:
    return f"{moment.astimezone(PAKISTAN):%Y-%m-%d %H:%M} Pakistan Standard Time"


def _as_json(found: steering.Steered) -> dict[str, Any]:
    return {
        "slug": found.slug,
        "phase": found.phase,
        "opens_at": timestamp(found.opens_at),
        "closes_at": timestamp(found.closes_at),
        "banner": dict(found.banner),
        "extensions": [
            {
                "at": timestamp(one.at),
                "closed_at": timestamp(one.closed_at),
                "closes_at": timestamp(one.closes_at),
                "reason": dict(one.reason),
            }
            for one in found.extensions
        ],
    }
