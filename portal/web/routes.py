"""Every address, its handler and its audience, in one table. What is not in the table does not exist."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from portal.errors import PortalError
from portal.services import access
from portal.web import (
    accounts,
    answers,
    api,
    audit_trail,
    coding,
    colleagues,
    commenting,
    concerns,
    desk,
    feeds,
    figures,
    findings,
    health,
    help,
    judging,
    letters,
    lost,
    outcomes,
    overview,
    own_account,
    papers,
    public,
    receipt_acts,
    receipts,
    report_files,
    results,
    searching,
    second_looks,
    statics,
    steering,
    theming,
    troubles,
    working,
)
from portal.words import UI_LANGUAGES

log = logging.getLogger("portal.requests")


class Audience(Enum):
    """Who may reach an address."""

    PUBLIC = "anyone, by browser"
    PROGRAMS = "anyone, by program"
    OFFICIALS = "signed-in reviewers and admins"
    ADMINS = "signed-in admins"
    OPERATORS = "whoever watches the service"


@dataclass(frozen=True)
class Address:
    """One line of the table. `form` True: the page shows or takes a form, so it is private."""

    method: str
    path: str
    handler: Callable[..., Awaitable[Response]]
    audience: Audience
    what: str


def _public(method: str, path: str, handler: Any, what: str) -> Address:
    return Address(method, path, handler, Audience.PUBLIC, what)


def _programs(method: str, path: str, handler: Any, what: str) -> Address:
    return Address(method, f"/api/v1{path}", handler, Audience.PROGRAMS, what)


def _officials(method: str, path: str, handler: Any, what: str) -> Address:
    return Address(method, f"/{{lang}}/desk{path}", handler, Audience.OFFICIALS, what)


def _admins(method: str, path: str, handler: Any, what: str) -> Address:
    return Address(method, f"/{{lang}}/desk{path}", handler, Audience.ADMINS, what)


TEXT = "/{lang}/{slug}/{version}"
CLAUSE = f"{TEXT}/{{eid}}"
DRAFT = "/consultations/{slug}/drafts/{version}"

TABLE: tuple[Address, ...] = (
    Address("GET", "/healthz", health.alive, Audience.OPERATORS, "process alive"),
    Address("GET", "/readyz", health.ready, Audience.OPERATORS, "database writable, revision current"),
    _public("GET", "/static/{name}", statics.static, "style sheet and icons"),
    _public("GET", "/", public.home, "to the reader's language"),
    _programs("GET", "/consultations", api.list_consultations, "consultations"),
    _programs("GET", "/consultations/{slug}", api.get_consultation, "one consultation"),
    _programs("GET", "/consultations/{slug}/balance", api.get_balance, "what became of its comments"),
    _programs("GET", DRAFT, api.get_draft, "a draft with its clauses"),
    _programs("GET", f"{DRAFT}/clauses/{{eid}}", api.get_clause, "one clause"),
    _programs(
        "GET", f"{DRAFT}/clauses/{{eid}}/comments", api.list_comments, "published comments on a clause"
    ),
    _programs("GET", "/consultations/{slug}/outcomes", api.list_outcomes, "answers to themes and clauses"),
    _programs("POST", f"{DRAFT}/submissions", api.post_submission, "send comments"),
    _programs("GET", "/receipts/{receipt}", api.get_receipt, "what a receipt opens"),
    _programs("POST", "/receipts/{receipt}/withdraw", api.post_withdraw, "withdraw one comment, or all"),
    _programs("POST", "/receipts/{receipt}/edit", api.post_edit, "change a comment"),
    _programs("POST", "/receipts/{receipt}/appeal", api.post_appeal, "object to a withholding"),
    _programs("GET", "/openapi.json", api.describe, "this interface, described (OpenAPI 3.1)"),
    _programs("GET", "/search", api.find, "search in published comments"),
    _public("GET", "/{lang}/desk/sign-in", accounts.sign_in, "how officials sign in"),
    _public("POST", "/{lang}/desk/sign-in", accounts.post_sign_in, "sign in by password and code"),
    _public("GET", "/{lang}/desk/sign-in/{token}", accounts.link, "a sign-in link's button"),
    _public("POST", "/{lang}/desk/sign-in/{token}", accounts.post_link, "use a sign-in link"),
    _officials("GET", "/", desk.home, "to the queue"),
    _officials("POST", "/sign-out", accounts.sign_out, "end the session"),
    _officials("GET", "/account", own_account.show, "one's own account"),
    _officials("GET", "/account/setup", own_account.setup, "set the account up"),
    _officials("POST", "/account/setup/password", own_account.setup_password, "choose a password"),
    _officials(
        "POST", "/account/setup/authenticator", own_account.setup_authenticator, "confirm an authenticator"
    ),
    _officials("GET", "/account/password", own_account.ask_password, "change the password"),
    _officials("POST", "/account/password", own_account.post_password, "change the password"),
    _officials("GET", "/account/authenticator", own_account.ask_authenticator, "another authenticator"),
    _officials("POST", "/account/authenticator", own_account.post_authenticator, "another authenticator"),
    _officials("GET", "/account/recovery-codes", own_account.ask_codes, "new recovery codes"),
    _officials("POST", "/account/recovery-codes", own_account.post_codes, "new recovery codes"),
    _officials("POST", "/account/sign-out-others", own_account.end_others, "end all other sessions"),
    _officials("POST", "/account/sign-out-everywhere", own_account.end_all, "end all sessions"),
    _admins("GET", "/colleagues", colleagues.listing, "accounts of officials"),
    _admins("GET", "/colleagues/invite", colleagues.ask, "invite a colleague"),
    _admins("POST", "/colleagues/invite", colleagues.invite, "invite a colleague"),
    _admins("GET", "/colleagues/{id}", colleagues.show, "one account"),
    _admins("POST", "/colleagues/{id}/rights", colleagues.set_rights, "role and consultations of an account"),
    _admins("POST", "/colleagues/{id}/disable", colleagues.disable, "take access away"),
    _admins("POST", "/colleagues/{id}/enable", colleagues.enable, "give access back"),
    _admins("POST", "/colleagues/{id}/reset", colleagues.reset, "a new sign-in link"),
    _officials("GET", "/overview", overview.overview, "what waits, and how the machine does"),
    _admins("GET", "/audit", audit_trail.trail, "what was done, by whom, and whether the record holds"),
    _admins("GET", "/audit.csv", audit_trail.table, "the audit records as a table"),
    _admins("GET", "/consultation", steering.settings, "dates and line on top of a consultation"),
    _admins("POST", "/consultation/open", steering.post_open, "open a consultation now or later"),
    _admins("POST", "/consultation/extend", steering.post_extend, "let a consultation close later"),
    _admins("POST", "/consultation/close", steering.post_close, "close a consultation now"),
    _admins("POST", "/consultation/banner", steering.post_banner, "the line on top of its pages"),
    _officials("GET", "/queue", desk.queue, "comments by state"),
    _officials("GET", "/search", searching.find, "search in every state"),
    _officials("POST", "/search/export", searching.export, "everything found, as a file"),
    _officials("POST", "/search/many", searching.many, "one act on what was found"),
    _officials("GET", "/saved", searching.saved, "saved searches, with what is new"),
    _officials("POST", "/saved", searching.post_saved, "save a search"),
    _officials("POST", "/saved/{key}/open", searching.open_saved, "look at a saved search"),
    _officials("POST", "/saved/{key}/remove", searching.remove_saved, "forget a saved search"),
    _officials("GET", "/words", searching.words, "words searched for together"),
    _admins("POST", "/words", searching.post_words, "add a group of words, take one out"),
    _officials("GET", "/comments/{id}", judging.comment, "one comment with its clause"),
    _officials("POST", "/comments/{id}/publish", judging.publish, "show a comment"),
    _officials("POST", "/comments/{id}/keep", judging.keep, "leave a reported comment as it is"),
    _officials("POST", "/comments/{id}/withhold", judging.withhold, "hide a comment with a reason"),
    _officials("POST", "/comments/{id}/spam", judging.spam, "put a comment aside as spam"),
    _officials("POST", "/comments/{id}/redact", judging.redact, "show a comment without some parts"),
    _officials("POST", "/comments/{id}/restore", judging.restore, "show a comment in full again"),
    _officials("POST", "/comments/{id}/original", judging.original, "read what was sent (on record)"),
    _officials("POST", "/comments/{id}/appeal", judging.decide_appeal, "decide on an objection"),
    _officials("POST", "/comments/{id}/note", working.on_comment, "a note for colleagues"),
    _officials("POST", "/comments/{id}/tag", working.on_comment, "put a tag on a comment"),
    _officials("POST", "/comments/{id}/untag", working.on_comment, "take a tag off a comment"),
    _officials("POST", "/comments/{id}/assign", working.on_comment, "give a comment to an official"),
    _officials("POST", "/comments/{id}/read", working.on_comment, "mark a comment as read, or not"),
    _officials("POST", "/many", working.many, "one act on many comments"),
    _officials("GET", "/tags", working.codebook, "the codebook"),
    _officials("POST", "/tags", working.post_codebook, "add a tag, retire one"),
    _officials("GET", "/clauses", working.clauses, "the clauses of a draft"),
    _officials("GET", "/clauses/{slug}/{eid}", working.clause, "one clause for officials"),
    _officials("POST", "/clauses/{slug}/{eid}/notes", working.note_on_clause, "a note on a clause"),
    _officials("GET", "/second-look", second_looks.page, "judge again, blind"),
    _officials("POST", "/second-look", second_looks.post, "draw comments, or judge one"),
    _officials("GET", "/coding", coding.page, "put a drawn comment into themes, blind"),
    _officials("POST", "/coding", coding.post, "its themes"),
    _officials("POST", "/coding/draw", coding.draw, "draw comments to put into themes"),
    _officials("GET", "/coding/results", coding.results, "how far machine and reviewers agree on themes"),
    _officials("GET", "/letters", letters.ask, "key in a letter"),
    _officials("POST", "/letters", letters.post, "key in a letter"),
    _officials("GET", "/themes", theming.listing, "themes and candidates"),
    _officials("POST", "/themes/suggest", theming.suggest, "ask for candidates again"),
    _officials("POST", "/themes/undo", theming.undo, "undo an act on themes"),
    _officials("GET", "/themes/{id}", theming.theme, "one theme"),
    _officials("POST", "/themes/{id}/accept", theming.accept, "accept a candidate"),
    _officials("POST", "/themes/{id}/reopen", theming.reopen, "make an accepted theme a candidate"),
    _officials("POST", "/themes/{id}/rename", theming.rename, "rename a theme"),
    _officials("POST", "/themes/{id}/reword", theming.reword, "ask a language model for other titles"),
    _officials("POST", "/themes/{id}/merge", theming.merge, "put another theme into this one"),
    _officials("POST", "/themes/{id}/members", theming.members, "split, move, take out, confirm"),
    _officials("POST", "/themes/{id}/take-away", theming.take_away, "take a candidate away"),
    _officials("GET", "/outcomes", outcomes.listing, "what is answered, and what is not"),
    _officials("GET", "/outcomes/theme/{id}", outcomes.theme, "answer a theme"),
    _officials("POST", "/outcomes/theme/{id}", outcomes.post_theme, "answer a theme"),
    _officials("GET", "/outcomes/clause/{slug}/{eid}", outcomes.clause, "answer a clause"),
    _officials("POST", "/outcomes/clause/{slug}/{eid}", outcomes.post_clause, "answer a clause"),
    _admins("POST", "/outcomes/answered", outcomes.post_answered, "say that a consultation is answered"),
    _admins("POST", "/outcomes/reopen", outcomes.post_reopen, "take that back"),
    _admins("POST", "/outcomes/threshold", outcomes.post_threshold, "which themes need an answer"),
    _officials("GET", "/reports", findings.report_list, "make a report"),
    _officials("POST", "/reports/export", findings.export, "a report as a file"),
    _officials("POST", "/reports/files", report_files.post, "have a report made in the background"),
    _officials("GET", "/reports/files/{key}", report_files.download, "a report that was made (on record)"),
    _officials("POST", "/reports/files/{key}/remove", report_files.remove, "take a report away"),
    _officials("GET", "/figures", figures.at_desk, "charts of the current draft"),
    _officials("GET", "/figures/{chart}.csv", figures.table, "the table of one chart"),
    _public("GET", "/{lang}/", public.listing, "consultations"),
    _public("GET", "/{lang}/answers/", answers.resume, "go on with answers under a code"),
    _public("POST", "/{lang}/answers/", answers.post_resume, "go on with answers under a code"),
    _public("GET", "/{lang}/answers/{code}", answers.overview, "answers that are not sent yet"),
    _public("GET", "/{lang}/answers/{code}/review", answers.review, "check answers before they are sent"),
    _public("POST", "/{lang}/answers/{code}/send", answers.post_send, "send all answers together"),
    _public("GET", "/{lang}/answers/{code}/send", answers.to_review, "to the answers"),
    _public("POST", "/{lang}/answers/{code}/discard", answers.post_discard, "delete answers"),
    _public("GET", "/{lang}/answers/{code}/discard", answers.to_overview, "to the answers"),
    _public("GET", "/{lang}/answers/{code}/{eid}", answers.clause, "one clause with the answer on it"),
    _public("POST", "/{lang}/answers/{code}/{eid}", answers.post_clause, "keep the answer on one clause"),
    _public("GET", "/{lang}/receipts/", receipts.lookup, "look a receipt up"),
    _public("POST", "/{lang}/receipts/", receipts.post_lookup, "look a receipt up"),
    _public("GET", "/{lang}/receipts/lost", lost.ask, "have a lost receipt sent again"),
    _public("POST", "/{lang}/receipts/lost", lost.post, "have a lost receipt sent again"),
    _public("GET", "/{lang}/receipts/{receipt}/receipt.pdf", papers.receipt, "one receipt as PDF"),
    _public("GET", "/{lang}/receipts/{receipt}", receipts.receipt, "one receipt"),
    _public("GET", "/{lang}/receipts/{receipt}/comments/{id}", receipt_acts.edit, "change a comment"),
    _public("POST", "/{lang}/receipts/{receipt}/comments/{id}", receipt_acts.post_edit, "change a comment"),
    _public("POST", "/{lang}/receipts/{receipt}/withdraw", receipt_acts.withdraw, "take comments back"),
    _public("GET", "/{lang}/receipts/{receipt}/withdraw", receipts.back, "to the receipt"),
    _public("POST", "/{lang}/receipts/{receipt}/appeal", receipt_acts.appeal, "object to a withholding"),
    _public("GET", "/{lang}/receipts/{receipt}/appeal", receipts.back, "to the receipt"),
    _public("POST", "/{lang}/receipts/{receipt}/tell", receipt_acts.tell, "be told of the answer"),
    _public("GET", "/{lang}/receipts/{receipt}/tell", receipts.back, "to the receipt"),
    _public("GET", "/{lang}/help", help.take_part, "how to take part"),
    _public("GET", "/{lang}/privacy", help.privacy, "privacy notice"),
    _public("GET", "/{lang}/accessibility", help.accessibility, "accessibility statement"),
    _public("GET", "/{lang}/{slug}/", public.consultation, "one consultation: contents"),
    _public("GET", "/{lang}/{slug}/search", public.find, "search in one consultation"),
    _public("GET", "/{lang}/{slug}/feed", feeds.of_consultation, "Atom feed of a consultation"),
    _public("GET", "/{lang}/{slug}/balance", figures.balance, "what became of the comments: the books"),
    _public("GET", "/{lang}/{slug}/results", results.page, "themes, answers and the published report"),
    _public("GET", "/{lang}/{slug}/results/report.{kind}", results.report, "the published report as a file"),
    _public("GET", "/{lang}/{slug}/comments/{id}", public.comment, "one comment"),
    _public("GET", "/{lang}/{slug}/comments/{id}/report", concerns.ask, "report a comment"),
    _public("POST", "/{lang}/{slug}/comments/{id}/report", concerns.post, "report a comment"),
    _public("GET", f"{CLAUSE}/feed", feeds.of_clause, "Atom feed of one clause"),
    _public("GET", f"{TEXT}/text", papers.text, "the whole draft on one page"),
    _public("GET", f"{TEXT}/text.pdf", papers.text_pdf, "the whole draft as PDF"),
    _public("GET", f"{TEXT}/text.docx", papers.text_docx, "the whole draft as DOCX"),
    _public("GET", f"{TEXT}/text.md", papers.text_md, "the whole draft as Markdown"),
    _public("GET", f"{TEXT}/form.pdf", papers.form, "an answer form for paper"),
    _public("GET", CLAUSE, public.clause, "one clause, or the whole: text, form, comments"),
    _public("POST", f"{CLAUSE}/comments", commenting.post_comment, "send a comment"),
)


def routes() -> list[Route]:
    """The table as Starlette's routes, each handler behind the guard of its audience."""
    return [
        Route(
            address.path,
            _endpoint(address),
            methods=[address.method],
            name=f"{address.method} {address.path}",
        )
        for address in TABLE
    ]


SUBJECTS: dict[str, accounts.Subject] = {
    "/{lang}/desk/comments/{id}": access.of_comment,
    "/{lang}/desk/themes/{id}": access.of_theme,
    "/{lang}/desk/outcomes/theme/{id}": access.of_theme,
}
"""What stands behind the `{id}` of an official's address, and whose it is."""


def _subject(path: str) -> accounts.Subject | None:
    return next((whose for begin, whose in SUBJECTS.items() if path.startswith(begin)), None)


def _guarded(address: Address) -> Callable[[Request], Awaitable[Response]]:
    if address.audience is Audience.OFFICIALS:
        return accounts.for_officials(address.handler, _subject(address.path))
    if address.audience is Audience.ADMINS:
        return accounts.for_admins(address.handler)
    return address.handler


def _endpoint(address: Address) -> Callable[[Request], Awaitable[Response]]:
    handler = _guarded(address)

    async def endpoint(request: Request) -> Response:
        """Answer, log the pattern (never path, query or address), and turn a fault into a plain page."""
        begun = time.perf_counter()
        try:
            if request.path_params.get("lang", "en") not in UI_LANGUAGES:
                raise HTTPException(404)
            response = await handler(request)
        except PortalError as error:
            response = troubles.on_portal_error(request, error)
        except HTTPException as error:
            response = troubles.on_http_error(request, error)
        except ClientDisconnect:
            response = Response(status_code=400)  # nobody is there to read it
        except Exception as error:
            response = troubles.on_bug(request, error, f"{address.method} {address.path}")
        log.info(
            "%s %s %d",
            address.method,
            address.path,
            response.status_code,
            extra={"milliseconds": round((time.perf_counter() - begun) * 1000, 1)},
        )
        return response

    return endpoint
