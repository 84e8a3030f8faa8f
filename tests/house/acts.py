"""Every act of an official, done once through the services."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random

from portal.models import Appeal, Concern
from portal.services import (
    amending,
    answering,
    appeals,
    coding,
    concerns,
    desk_sessions,
    erasing,
    moderation,
    outcomes,
    own_account,
    redacting,
    report_files,
    reports,
    reviewers,
    rewording,
    search_export,
    second_look,
    second_step,
    signing_off,
    steering,
    submissions,
    synonyms,
    theme_acts,
    theme_runs,
    work,
)
from portal.services.checking import NewComment, NewSubmission
from portal.services.identifiers import comment_number
from tests import make
from tests.accounts import CHEAP_HASH
from tests.house.officials import BODY, NAME, SAID, Desk
from tests.make import CLAUSE, SLUG, VERSION

Doing = Callable[[Desk], object]
DOING: dict[str, Doing] = {}
"""What does each act, by its name."""


def does(*acts: str) -> Callable[[Doing], Doing]:
    """Note that a function does these acts."""

    def note(doing: Doing) -> Doing:
        DOING.update(dict.fromkeys(acts, doing))
        return doing

    return note


@does("comments.submit")
def key_in(desk: Desk) -> None:
    submissions.submit(
        desk.session,
        SLUG,
        VERSION,
        NewSubmission((NewComment(BODY, CLAUSE),), submitter="individual", name=NAME),
        channel="letter",
        key=None,
        secret_key=desk.house.settings.secret_key,
        now=desk.house.clock(),
        actor=desk.me.actor,
    )


@does("comments.erase")
def erase(desk: Desk) -> None:
    erasing.erase(desk.session, desk.send()[1], now=desk.house.clock())


@does("moderation.withhold", "moderation.publish")
def hide_and_show(desk: Desk) -> None:
    moderation.publish(desk.session, desk.hidden()[0], note=SAID, **desk.given)


@does("moderation.spam")
def put_aside(desk: Desk) -> None:
    moderation.mark_spam(desk.session, desk.comment(), **desk.given)


@does("moderation.keep")
def keep(desk: Desk) -> None:
    number = desk.comment()
    desk.session.add(Concern(comment_id=number, reason="abuse", note=SAID, at=desk.house.clock()))
    concerns.keep_published(desk.session, number, **desk.given)


@does("moderation.redact", "moderation.read_original", "moderation.restore")
def redact(desk: Desk) -> None:
    number = desk.comment()
    redacting.redact(
        desk.session, number, words="Zulaikha Bano", reason="personal_data", note=SAID, **desk.given
    )
    redacting.read_original(desk.session, number, **desk.given)
    redacting.restore(desk.session, number, **desk.given)


@does("appeals.decide")
def decide_appeals(desk: Desk) -> None:
    for outcome in appeals.OUTCOMES:
        number, receipt = desk.hidden()
        amending.appeal(desk.session, receipt, f"C-{number:04d}", text=SAID, now=desk.house.clock())
        assert desk.session.query(Appeal).filter_by(comment_id=number).count() == 1
        given = {"reviewer_id": desk.other.reviewer_id, "now": desk.house.clock()}
        appeals.decide(desk.session, number, outcome=outcome, note=SAID, **given)


@does("drafts.publish")
def publish_draft(desk: Desk) -> None:
    desk.publish("published")


@does("reports.export")
def export(desk: Desk) -> None:
    reports.note_export(
        desk.session, desk.report(), format="csv", actor=desk.me.actor, now=desk.house.clock()
    )


@does("reports.ask", "reports.download", "reports.remove")
def report_in_the_background(desk: Desk) -> None:
    key = desk.report_file()
    report_files.note_download(desk.session, report_files.find(desk.session, key)[1], by=desk.me)
    report_files.remove(desk.session, key, by=desk.me)


@does("search.export")
def export_found(desk: Desk) -> None:
    search_export.note(desk.session, SLUG, kind="csv", comments=3, by=desk.me)


@does("reviewers.add", "reviewers.rights", "reviewers.disable", "reviewers.enable", "reviewers.reset")
def change_colleague(desk: Desk) -> None:
    me, now = desk.me.reviewer_id, desk.house.clock()
    address = "invitedofficer@ministry.example"
    reviewers.add(desk.session, address, role="reviewer", actor=desk.me.actor, now=now)
    number = make.reviewer(desk.session, desk.house, address)
    reviewers.set_rights(desk.session, number, role="reviewer", slugs=[SLUG], by=me, now=now)
    reviewers.disable(desk.session, number, by=me, now=now)
    reviewers.enable(desk.session, number, by=me, now=now)
    reviewers.reset(desk.session, number, by=me, now=now)


@does("reviewers.sign_in", "reviewers.sign_out")
def sign_in_and_out(desk: Desk) -> None:
    desk_sessions.sign_out(desk.session, desk.signed_in(), now=desk.house.clock())


@does("reviewers.sign_out_elsewhere", "reviewers.sign_out_everywhere")
def sign_out_of_all(desk: Desk) -> None:
    desk.signed_in()
    who = desk.signed_in()
    desk_sessions.sign_out_elsewhere(desk.session, who, now=desk.house.clock())
    desk_sessions.sign_out_everywhere(desk.session, who, now=desk.house.clock())


@does("accounts.password", "accounts.authenticator", "accounts.recovery_codes")
def set_account_up(desk: Desk) -> None:
    who, now, key = desk.signed_in(), desk.house.clock(), desk.house.settings.secret_key
    own_account.choose_password(desk.session, who, CHEAP_HASH, now=now)
    own_account.change_password(desk.session, who, f"{CHEAP_HASH}x", now=now)
    secret = second_step.new_secret()
    own_account.set_authenticator(desk.session, who, secret, 0, proved=True, secret_key=key, now=now)
    own_account.renew_recovery_codes(desk.session, who, secret_key=key, now=now)


@does("themes.ask")
def ask_for_themes(desk: Desk) -> None:
    theme_runs.promise(desk.session, SLUG, actor=desk.me.actor, now=desk.house.clock())


@does("themes.accept", "themes.reopen", "themes.rename", "themes.take_away")
def sign_off(desk: Desk) -> None:
    name, _ = desk.theme("accepted")
    signing_off.reopen(desk.session, name, by=desk.me)
    signing_off.rename(desk.session, name, {"en": "Zulaikha whispered"}, by=desk.me)
    signing_off.take_away(desk.session, name, by=desk.me)


@does("themes.undo")
def undo(desk: Desk) -> None:
    desk.theme("accepted")
    newest = theme_acts.acts(desk.session, 1)[0]
    theme_acts.undo(desk.session, newest.id, 1, by=desk.me)


@does("themes.merge", "themes.split", "themes.move")
def rearrange(desk: Desk) -> None:
    first, numbers = desk.theme()
    second, _ = desk.theme()
    made = signing_off.split(desk.session, first, numbers[:1], {"en": SAID[:40]}, by=desk.me)
    signing_off.move(desk.session, second, [desk_comment(desk, second)], first, by=desk.me)
    signing_off.merge(desk.session, first, [made], by=desk.me)


def desk_comment(desk: Desk, theme: str) -> int:
    """One comment of a theme."""
    return int(theme_acts.member_rows(desk.session, [int(theme.removeprefix("T-"))])[0]["comment_id"])


@does("themes.put", "themes.write", "themes.classify")
def place(desk: Desk) -> None:
    name, _ = desk.theme()
    signing_off.put(desk.session, name, [desk.comment()], by=desk.me)
    signing_off.classify(desk.session, 1, "other", [desk.comment()], by=desk.me)


@does("themes.reword")
def reword(desk: Desk) -> None:
    name, _ = desk.theme()
    tried = rewording.Tried("model", SAID, (), SAID, {}, None)
    rewording.note(desk.session, name, tried, by=desk.me)


@does("synonyms.add", "synonyms.remove")
def change_words(desk: Desk) -> None:
    synonyms.add(desk.session, "banyan\nbargad", by=desk.me)
    synonyms.remove(desk.session, synonyms.listing(desk.session)[-1].id, by=desk.me)


@does("second_look.draw", "second_look.judge")
def look_again(desk: Desk) -> None:
    number, _ = desk.hidden()
    second_look.draw(desk.session, 1, size=200, chance=Random(7), **desk.given)
    given = {"reviewer_id": desk.other.reviewer_id, "now": desk.house.clock()}
    second_look.judge(desk.session, number, "published", **given)


@does("coding.draw", "coding.code")
def code(desk: Desk) -> None:
    name, _ = desk.theme("accepted")
    desk.comment()
    coding.draw(desk.session, 1, size=300, chance=Random(5), by=desk.me, anew=True)
    sample = coding.current(desk.session, 1)
    row = coding.next_for(desk.session, 1, desk.me.reviewer_id)
    assert sample is not None
    assert row is not None
    number = comment_number(row.id) or 0
    coding.code(desk.session, 1, sample=sample.id, comment=number, themes=[name], by=desk.me)


@does("work.note")
def write_notes(desk: Desk) -> None:
    work.write_note(desk.session, SAID, comment=desk.comment(), by=desk.me)
    clause = work.clause_key(desk.session, 1, CLAUSE)
    work.write_note(desk.session, SAID, clause_id=clause, by=desk.me)


@does("work.make_tag", "work.tag", "work.untag", "work.retire_tag", "work.use_tag")
def tag(desk: Desk) -> None:
    key, number = desk.tag(), desk.comment()
    work.tag(desk.session, SLUG, [number, desk.comment()], key, by=desk.me)
    work.untag(desk.session, SLUG, number, key, by=desk.me)
    work.retire_tag(desk.session, SLUG, key, retired=True, by=desk.me)
    work.retire_tag(desk.session, SLUG, key, retired=False, by=desk.me)


@does("work.assign")
def assign(desk: Desk) -> None:
    number = desk.comment()
    work.assign(desk.session, SLUG, [number], to=desk.me.reviewer_id, by=desk.me)
    work.assign(desk.session, SLUG, [number], to=desk.me.reviewer_id, due_on="2026-12-01", by=desk.me)
    work.assign(desk.session, SLUG, [number], to=None, by=desk.me)


@does("work.read", "work.unread")
def mark_read(desk: Desk) -> None:
    number = desk.comment()
    work.mark_read(desk.session, [number], read=True, by=desk.me)
    work.mark_read(desk.session, [number], read=False, by=desk.me)


@does("outcomes.decide")
def answer(desk: Desk) -> None:
    for decision in ("accepted", "not"):
        outcomes.decide(
            desk.session, 1, clause=CLAUSE, decision=decision, reason={"en": SAID, "ur": "نہیں"}, by=desk.me
        )


@does("outcomes.threshold")
def change_threshold(desk: Desk) -> None:
    _, least = answering.answered_on(desk.session, SLUG)
    answering.set_threshold(desk.session, SLUG, str(least + 1), by=desk.me)


@does("outcomes.answered", "outcomes.reopen")
def say_answered(desk: Desk) -> None:
    answering.set_threshold(desk.session, SLUG, "1000", by=desk.me)
    answering.reopen_answer(desk.session, SLUG, by=desk.answered())


@does("consultations.banner")
def write_banner(desk: Desk) -> None:
    steering.set_banner(desk.session, SLUG, banner={"en": SAID}, by=desk.steer())


@does("consultations.open", "consultations.close", "consultations.extend")
def steer(desk: Desk) -> None:
    desk.publish("steered")
    later = desk.house.clock() + timedelta(days=90)
    steering.open(desk.session, "steered", opens_at=None, by=desk.steer())
    steering.close(desk.session, "steered", confirm="steered", by=desk.steer())
    steering.extend(desk.session, "steered", closes_at=later, reason={"en": SAID}, by=desk.steer())
