"""The command `portal`. Exit 0 done; 1 the answer is no; 2 wrong use or bad input, in one plain sentence."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.exceptions import TyperException

from policy_text.reader import DraftProblems, read_draft
from policy_text.split import SplitProblem, join, read_document, split, write
from portal import cli_consultation, commands, locks, opening, serving, settings, supervisor
from portal.errors import InvalidInput, PortalError
from portal.formats import FORMATS
from portal.models.database import NotDurable, Session
from portal.opening import Stop
from portal.progress import progress
from portal.services import (
    drafts,
    importing,
    reports,
    reports_full,
    reviewers,
    search,
    theme_json,
    theme_runs,
    themes,
)
from portal.services.importing import BadRows
from portal.services.rows import CHANNELS
from portal.settings import SettingsError
from portal.web.api import comment_json, excerpt_text
from portal.words import words_for
from search_index.documents import Filters
from search_index.summarizer import EmbedderFault

app = typer.Typer(
    name="portal",
    help="Mashwara: public comment on policy drafts, clause by clause.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
draft_app = typer.Typer(
    help="Drafts: split a document, join its sections, publish a folder.", no_args_is_help=True
)
comments_app = typer.Typer(
    help="Comments that came by letter, e-mail, meeting or in bulk.", no_args_is_help=True
)
themes_app = typer.Typer(help="Themes: ask the summarizer.", no_args_is_help=True)
reviewer_app = typer.Typer(help="Reviewers: the officials who may sign in.", no_args_is_help=True)
app.add_typer(draft_app, name="draft")
app.add_typer(comments_app, name="comments")
app.add_typer(themes_app, name="themes")
app.add_typer(reviewer_app, name="reviewer")
app.add_typer(cli_consultation.app, name="consultation")

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Consultation = Annotated[
    str, typer.Option("--consultation", metavar="SLUG", help="Name of the consultation.")
]
Version = Annotated[
    str | None, typer.Option("--draft", metavar="V", help="Version; default: the current one.")
]
Language = Annotated[str, typer.Option("--language", help="en or ur.")]


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run a command; every refusal is one plain sentence on standard error, never a traceback."""
    try:
        result = app(args=arguments, prog_name="portal", standalone_mode=False)
    except typer.Exit as leave:
        sys.exit(leave.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        _refuse("Stopped.")
    except TyperException as error:
        _refuse(error.format_message().strip() or "Name one of these commands.")
    except DraftProblems as error:
        _refuse("\n".join(str(problem) for problem in error.problems))
    except BadRows as error:
        _refuse("\n".join(_row_sentence(problem) for problem in error.problems))
    except InvalidInput as error:
        _refuse("\n".join(_sentence(keys[0]) for keys in error.fields.values()))
    except PortalError as error:
        _refuse(_sentence(error.key))
    except (
        Stop,
        SettingsError,
        SplitProblem,
        NotDurable,
        locks.Held,
        EmbedderFault,
        supervisor.PortTaken,
    ) as error:
        _refuse(str(error))
    except OSError as error:
        _refuse(f"{error.filename or 'The system'}: {error.strerror or error}.")
    sys.exit(result if isinstance(result, int) else 0)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 picks a free one.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Web processes.")] = 1,
    demo: Annotated[bool, typer.Option("--demo", help="Load the demonstration comments.")] = False,
    empty: Annotated[bool, typer.Option("--empty", help="Load nothing.")] = False,
) -> int:
    """Migrate, load, serve, with the worker as a child; children end with their parent."""
    if demo and empty:
        raise Stop("Choose either --demo or --empty.")
    return serving.serve(host, port, workers, demo=demo, empty=empty)


@app.command("web-process", hidden=True)
def web_process(
    socket_number: Annotated[int, typer.Option("--socket")],
    lifeline: Annotated[int, typer.Option()],
    demo: Annotated[bool, typer.Option("--demo")] = False,
) -> int:
    """One web process on a socket that `serve` opened."""
    return serving.web_process(socket_number, lifeline, demo=demo)


@app.command()
def worker(
    lifeline: Annotated[int | None, typer.Option(hidden=True)] = None,
    demo: Annotated[bool, typer.Option("--demo", hidden=True)] = False,
) -> int:
    """Only the background worker: index, mail, themes."""
    return serving.work(lifeline, demo=demo)


@app.command()
def migrate() -> int:
    """Make the database, or bring it up to this version of the program."""
    made = opening.prepare(settings.read())
    made.database.close()
    typer.echo(f"The database is at revision {made.revision}.")
    return 0


@app.command("settings")
def show_settings() -> int:
    """Every setting: name, value, default, help."""
    for setting, value in settings.show(settings.read()):
        typer.echo(f"{setting.name}={value}")
        typer.echo(f"    default: {setting.default or '(empty)'}")
        typer.echo(f"    {setting.help}")
    return 0


@app.command("search")
def find(
    query: Annotated[str, typer.Argument(help="Words, phrases, clause:5.4.2, position:oppose …")],
    consultation: Annotated[str | None, typer.Option("--consultation", metavar="SLUG")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    everything: Annotated[bool, typer.Option("--all", help="Comments of every state.")] = False,
    as_json: Json = False,
) -> int:
    """Search comments: the published ones, or with --all every state."""
    opened = opening.open_data()
    engine = opening.fresh_engine(opened)
    filters = Filters(
        consultations=(consultation,) if consultation else (),
        statuses=() if everything else ("published",),
    )
    order = "relevance" if query.strip() else "newest"
    with opened.database.read() as session:
        results = search.find(session, engine, query, filters, order=order, limit=limit)
    if results.rebuilding:
        raise Stop("The search index is being rebuilt; try again in a moment, or run: portal reindex")
    if as_json:
        items = [{**comment_json(f.comment), "excerpt": excerpt_text(f.excerpt)} for f in results.comments]
        names = ("clause", "position", "language")
        _print_json(
            {
                "items": items,
                "total": results.total,
                "next": results.next,
                "facets": {name: dict(results.facets.get(name, {})) for name in names},
                "did_you_mean": results.did_you_mean,
                "rebuilding": False,
            }
        )
        return 0
    typer.echo(f"{results.total} comments")
    for found in results.comments:
        row = found.comment
        state = "" if row.status == "published" else f" [{row.status}]"
        excerpt = _one_line(excerpt_text(found.excerpt))
        typer.echo(f"{row.id}  {row.number or 'whole'}  {row.position or '-'}{state}  {excerpt}")
    if results.did_you_mean:
        typer.echo(f"Did you mean: {results.did_you_mean}")
    return 0


@app.command()
def reindex() -> int:
    """Rebuild the search index from the database; where a worker runs, ask it and wait."""
    return commands.reindex()


@app.command()
def erase(
    receipt: Annotated[str, typer.Argument(metavar="RECEIPT", help="The sender's receipt code.")],
) -> int:
    """Erase what a receipt opens: texts and personal data go, fingerprints, dates and counts stay."""
    erased = commands.erase(receipt)
    typer.echo(f"Erased {', '.join(erased.comments)} from the database and the search index.")
    for name in erased.files:
        typer.echo(f"Deleted reports/{name} from the data dir: it may have held that.")
    typer.echo("Still there: backups made before now, and the report files in the data dir and elsewhere.")
    for made_at, draft, kind in erased.exports:
        typer.echo(f"  {made_at:%Y-%m-%d %H:%M} UTC  {draft}  {kind}")
    typer.echo("Delete those, or make them again; the receipt now says when its comments were erased.")
    return 0


@app.command()
def check(
    expect: Annotated[
        list[str] | None,
        typer.Option(metavar="NUMBER:HASH", help="An audit record's hash as it was sent out; repeatable."),
    ] = None,
) -> int:
    """Compare database, index, jobs and audit chain; say what is wrong."""
    problems = commands.check(expect or ())
    for problem in problems:
        typer.echo(problem)
    if not problems:
        typer.echo("Everything agrees.")
    return 1 if problems else 0


@app.command()
def report(
    slug: str,
    kind: Annotated[str, typer.Option("--as", metavar="|".join(FORMATS), help="Format.")],
    output: Annotated[Path, typer.Option("--output", metavar="FILE", help="Where to write.")],
    draft: Version = None,
    language: Annotated[str, typer.Option("--language", help="en, ur or both.")] = "en",
) -> int:
    """Write the summary report on a draft."""
    if kind not in FORMATS:
        raise Stop(f"There is no format {kind}. Choose one of: {', '.join(FORMATS)}.")
    opened = opening.open_data()
    now = datetime.now(UTC)
    with opened.database.read() as session:
        made = reports_full.gather(session, slug, draft, language=language, now=now)
    commands.write_report(output, made, kind)
    with opened.database.write() as session:
        reports.note_export(session, made, format=kind, actor="command", now=now)
    typer.echo(f"Wrote {output}: {made.totals['published']} published comments, {len(made.themes)} themes.")
    return 0


@draft_app.command("split")
def draft_split(
    file: Path,
    into: Annotated[Path, typer.Option("--into", metavar="DIR", help="The version folder to make.")],
    language: Language = "en",
) -> int:
    """Split one Markdown document into DIR/<language>/ of sections."""
    _known_language(language)
    sections = split(read_document(file))
    write(sections, into / language)
    clauses = sum(section.kind == "clause" for section in sections)
    typer.echo(f"Wrote {len(sections)} sections, {clauses} of them clauses, into {into / language}.")
    return 0


@draft_app.command("join")
def draft_join(directory: Annotated[Path, typer.Argument(metavar="DIR")], language: Language = "en") -> int:
    """Print the sections of DIR/<language>/ as one document, byte for byte."""
    _known_language(language)
    sys.stdout.buffer.write(join(directory / language))
    sys.stdout.buffer.flush()
    return 0


@draft_app.command("publish")
def draft_publish(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The version folder.")],
    consultation: Consultation,
    draft: Version = None,
) -> int:
    """Publish a version folder; the same bytes again change nothing, other bytes are refused."""
    text = read_draft(directory)
    made = opening.prepare(settings.read())
    version = draft or text.version
    with made.database.write() as session:
        new = drafts.publish(
            session, text, slug=consultation, version=version, actor="command", now=datetime.now(UTC)
        )
    opening.catch_up(made)
    what = "Published" if new else "Already published, unchanged:"
    typer.echo(f"{what} {consultation}/{version}, {sum(c.commentable for c in text.clauses)} clauses.")
    return 0


@comments_app.command("import")
def comments_import(  # noqa: PLR0917 (one argument an option)
    file: Path,
    consultation: Consultation,
    draft: Annotated[str, typer.Option("--draft", metavar="V", help="Version of the draft.")],
    channel: Annotated[str, typer.Option("--channel", help="letter, email, meeting or bulk.")],
    batch: Annotated[
        str | None,
        typer.Option("--batch", metavar="ID", help="Name of the hand-in; default: its digest."),
    ] = None,
    receipts: Annotated[
        Path | None, typer.Option("--receipts", metavar="FILE", help="Write references and receipts as CSV.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Store the rows of a CSV or JSON-lines file: all of them or none; the same batch again adds nothing."""
    allowed = [name for name in CHANNELS if name not in ("web", "api")]
    if channel not in allowed:
        raise Stop(f"There is no channel {channel}. Choose one of: {', '.join(allowed)}.")
    made = commands.import_comments(
        file, slug=consultation, version=draft, channel=channel, batch=batch, receipts=receipts
    )
    stored = [comment for answer in made.answers for comment in answer.comments]
    if as_json:
        _print_json(
            {
                "batch": made.batch,
                "submissions": [
                    {"receipt": a.receipt, "comments": [{"id": c.id, "status": c.status} for c in a.comments]}
                    for a in made.answers
                ],
            }
        )
    elif all(answer.repeated for answer in made.answers):
        typer.echo(f"Batch {made.batch} is stored already; nothing was added.")
    else:
        waiting = sum(comment.status == "pending" for comment in stored)
        senders = len(made.answers)
        typer.echo(f"Stored {len(stored)} comments in {senders} submissions; {waiting} wait for moderation.")
    return 0


@themes_app.command("suggest")
def themes_suggest(slug: str, draft: Version = None, as_json: Json = False) -> int:
    """Group the published comments into candidate themes."""
    opened = opening.open_data()
    with opened.database.read() as session:
        row = themes.find_draft(session, slug, draft)
    with progress("Looking for themes") as say:
        theme_runs.suggest(
            opened.database,
            opening.summarizer_of(opened.settings),
            row.id,
            embedder=opening.embedder_of(opened.settings.embedder_url),
            now=datetime.now(UTC),
            progress=say,
        )
    with opened.database.read() as session:
        made = theme_json.as_json(session, slug, row)
    if as_json:
        _print_json(made)
        return 0
    for theme in made["themes"]:
        typer.echo(f"{theme['id']}  {theme['comments']:4} comments  {_one_line(theme['title'])}")
    typer.echo(f"{len(made['themes'])} candidate themes from {made['comments']} comments.")
    return 0


@themes_app.command("engine")
def themes_engine() -> int:
    """Answer requests of one JSON object a line with the summarizer of the settings; opens no data."""
    return commands.themes_engine(sys.stdin, typer.echo)


@reviewer_app.command("add")
def reviewer_add(
    email: str,
    role: Annotated[
        str | None, typer.Option("--role", help="reviewer or admin; default: admin for the first one of all.")
    ] = None,
    consultation: Annotated[
        list[str] | None,
        typer.Option(
            "--consultation", metavar="SLUG", help="Open to them; may be repeated; default: all there are."
        ),
    ] = None,
) -> int:
    """Add a reviewer; the last line is a one-time sign-in link."""
    return _print_link(
        lambda session, now: reviewers.add(session, email, role=role, slugs=consultation or None, now=now),
        "Added.",
    )


@reviewer_app.command("reset")
def reviewer_reset(email: str) -> int:
    """End a reviewer's sessions, password and second step; the last line is a new one-time sign-in link."""
    return _print_link(
        lambda session, now: reviewers.reset(session, email, now=now),
        "Every session, the password and the second step have ended.",
    )


@reviewer_app.command("disable")
def reviewer_disable(email: str) -> int:
    """Take a reviewer's access away at once."""
    opened = opening.open_data()
    with opened.database.write() as session:
        reviewers.disable(session, email, now=datetime.now(UTC))
    typer.echo("Disabled.")
    return 0


@reviewer_app.command("list")
def reviewer_list() -> int:
    """Every reviewer with role, the day of adding, and of disabling where it is."""
    opened = opening.open_data()
    with opened.database.read() as session:
        for row in reviewers.listing(session):
            state = f"disabled {row.disabled_at:%Y-%m-%d}" if row.disabled_at else "active"
            typer.echo(f"{row.email}  {row.role}  added {row.added_at:%Y-%m-%d}  {state}")
    return 0


def _print_link(act: Callable[[Session, datetime], str], done: str) -> int:
    opened = opening.open_data()
    with opened.database.write() as session:
        token = act(session, datetime.now(UTC))
    typer.echo(f"{done} This link signs in once, within 24 hours:")
    typer.echo(opening.sign_in_address(opened.settings, token))
    return 0


def _known_language(language: str) -> None:
    if language not in ("en", "ur"):
        raise Stop("The language is en or ur.")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1))


def _sentence(key: str) -> str:
    return unescape(str(words_for("en").text(key)))


def _row_sentence(problem: importing.RowProblem) -> str:
    field = f", {problem.field}" if problem.field else ""
    return f"line {problem.line}{field}: {_sentence(problem.key)}"


def _refuse(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    sys.exit(2)
