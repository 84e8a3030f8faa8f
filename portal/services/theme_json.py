"""Themes as programs see them: what `portal themes suggest --json` prints."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from portal.errors import Unavailable
from portal.models import Draft
from portal.services import themes
from portal.services.rows import ThemeRow
from portal.services.themes import RunRow


def as_json(session: Session, slug: str, draft: Draft) -> dict[str, Any]:
    """What `portal themes suggest --json` prints. Raises Unavailable where there was no run."""
    run = themes.last_run(session, draft.id)
    if run is None:
        raise Unavailable
    rows = [row for row in themes.listing(session, draft.id) if row.status == "candidate"]
    by_clause: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row.clause is not None:
            by_clause.setdefault(row.clause, []).append(theme_json(row))
    return {
        "run": run.id,
        "consultation": slug,
        "draft": draft.version,
        "comments": run.comments,
        "distinct": run.distinct,
        "themes": [theme_json(row) for row in rows if row.clause is None],
        "clauses": [{"clause": eid, "themes": found} for eid, found in by_clause.items()],
        "campaigns": campaigns_json(run),
        "unassigned": list(run.unassigned),
    }


def theme_json(row: ThemeRow) -> dict[str, Any]:
    """A THEME of the contract."""
    return {
        "id": row.id,
        "title": row.title,
        "keyphrases": list(row.keyphrases),
        "comments": row.comments,
        "distinct": row.distinct,
        "positions": dict(row.positions),
        "languages": dict(row.languages),
        "comment_ids": list(row.comment_ids),
        "quotes": [{"comment_id": quote.comment_id, "text": quote.text} for quote in row.quotes],
    }


def campaigns_json(run: RunRow) -> list[dict[str, Any]]:
    """The campaigns of a run, as the contract writes them."""
    return [
        {"id": name, "comments": len(ids), "distinct": wordings, "comment_ids": list(ids)}
        for name, ids, wordings in run.campaigns
    ]
