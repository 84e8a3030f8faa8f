"""What goes in and out of the JSON API, as JSON Schema with examples: one schema a shape."""

from __future__ import annotations

from typing import Any

from portal.services.appeals import OUTCOMES
from portal.services.checking import MOST_COMMENTS
from portal.services.outcomes import DECISIONS
from portal.services.rows import (
    CHANNELS,
    COMMENT_LANGUAGES,
    LANGUAGES,
    ORGANISATION_KINDS,
    POSITIONS,
    REASONS,
    STATES,
    SUBMITTERS,
)

Schema = dict[str, Any]


def maybe(schema: Schema) -> Schema:
    """The same, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def one_of(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


def choice(*values: str) -> Schema:
    """What a body may choose; null and "" choose nothing."""
    return maybe(one_of("", *values))


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def list_of(name: str) -> Schema:
    return {"type": "array", "items": ref(name)}


def exactly(**members: Schema) -> Schema:
    """An object with these members, all there, and no others."""
    return body_of(tuple(members), **members)


def body_of(needed: tuple[str, ...], **members: Schema) -> Schema:
    """An object that is sent: what is not needed may be left out; what is not named is refused."""
    return {
        "type": "object",
        "properties": members,
        "required": list(needed),
        "additionalProperties": False,
    }


def page_of(name: str, **more: Schema) -> Schema:
    """A page of a list: items, how many there are in all, the cursor of the next page."""
    return exactly(items=list_of(name), total=COUNT, next=maybe(TEXT), **more)


TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
FLAG: Schema = {"type": "boolean"}
MOMENT: Schema = {
    "type": "string",
    "format": "date-time",
    "pattern": r"\.[0-9]{6}Z$",
    "examples": ["2026-11-24T11:30:10.378872Z"],
}
HASH: Schema = {
    "type": "string",
    "pattern": "^[0-9a-f]{64}$",
    "description": "SHA-256",
    "examples": ["d1a9b41b593203848bb26544cac3ee71b1323b425a6887109c201cfec79462ce"],
}
SLUG: Schema = {"type": "string", "pattern": "^[a-z0-9-]{1,60}$", "examples": ["national-ai-policy"]}
VERSION: Schema = {"type": "string", "pattern": "^[a-z0-9-]{1,60}$", "examples": ["v1"]}
EID: Schema = {"type": "string", "minLength": 1, "examples": ["part_5__sec_4__cl_2"]}
PRINTED: Schema = {"type": "string", "minLength": 1, "examples": ["5.4.2"]}
THEME_ID: Schema = {"type": "string", "description": "Opaque.", "examples": ["T-0007"]}
COMMENT_ID: Schema = {"type": "string", "description": "Opaque.", "examples": ["C-0382"]}
RECEIPT_CODE: Schema = {
    "type": "string",
    "minLength": 1,
    "description": "Read without regard to case and hyphens; O is 0, I and L are 1.",
    "examples": ["2B4Y0-HVPC1-A8Y7B-YWX00-3AJJV-D1"],
}
COUNTS: Schema = {
    "type": "object",
    "additionalProperties": COUNT,
    "description": "How many of each value; `none` for null.",
}
POSITION = maybe(one_of(*POSITIONS))

REDACTED = {"type": "array", "items": one_of(*REASONS)} | {
    "description": "Reason codes of parts that officials took out; […] stands in their place."
}
BY_LANGUAGE = exactly(en=maybe(TEXT), ur=maybe(TEXT))
COMMENT = {
    "id": COMMENT_ID,
    "consultation": SLUG,
    "draft": VERSION,
    "clause": maybe(EID) | {"description": "null: on the document as a whole."},
    "number": maybe(PRINTED),
    "body": TEXT | {"examples": ["A judge should sign every use of face recognition."]},
    "position": POSITION,
    "suggested_wording": maybe(TEXT),
    "language": one_of(*COMMENT_LANGUAGES),
    "submitter": one_of(*SUBMITTERS),
    "name": maybe(TEXT) | {"description": "null where none was given or the sender does not show it."},
    "organisation": maybe(TEXT),
    "organisation_kind": maybe(one_of(*ORGANISATION_KINDS)),
    "received_at": MOMENT,
    "status": one_of("published"),
    "sha256": HASH,
    "demonstration": FLAG | {"description": "true: invented, to show how the portal works."},
    "redacted": REDACTED,
}
OF_A_RECEIPT = {
    "id": COMMENT_ID,
    "clause": maybe(EID),
    "body": maybe(TEXT) | {"description": "null once it is erased."},
    "position": POSITION,
    "suggested_wording": maybe(TEXT),
    "status": one_of(*STATES),
    "reason": maybe(one_of(*REASONS)) | {"description": "Why it waits or was withheld."},
    "sha256": HASH,
    "revisions": COUNT | {"description": "How often its sender changed it."},
    "redacted": REDACTED | {"description": "Why others see it without some parts; `body` has them all."},
    "withdrawn_at": maybe(MOMENT),
    "appeal": maybe(ref("Appeal")),
    "themes": list_of("ReceiptTheme") | {"description": "Accepted themes that it is in."},
    "outcome": maybe(ref("Outcome")) | {"description": "What was decided on its clause."},
}
OF_A_LINE = {
    "received": COUNT,
    "states": exactly(**dict.fromkeys(STATES, COUNT)),
    "withheld": COUNTS | {"description": "The withheld by reason."},
}
ANSWERS: dict[str, Schema] = {
    "TextByLanguage": BY_LANGUAGE | {"description": "null: the draft does not have this language."},
    "HashByLanguage": exactly(en=maybe(HASH), ur=maybe(HASH)),
    "DraftInList": exactly(version=VERSION, published_at=MOMENT, clauses=COUNT),
    "Consultation": exactly(
        slug=SLUG,
        title=ref("TextByLanguage"),
        opens_at=MOMENT,
        closes_at=MOMENT,
        open=FLAG | {"description": "Whether comments are taken now."},
        current=VERSION,
        restatement=FLAG | {"description": "true: not the official text."},
        demonstration=FLAG,
        drafts=list_of("DraftInList"),
    ),
    "Clause": exactly(
        eid=EID,
        number=maybe(PRINTED),
        kind=one_of("preface", "part", "section", "clause"),
        parent=maybe(EID),
        commentable=FLAG,
        heading=ref("TextByLanguage"),
        markdown=ref("TextByLanguage"),
        sha256=ref("HashByLanguage"),
        comments=COUNT,
    ),
    "Draft": exactly(
        consultation=SLUG,
        version=VERSION,
        published_at=MOMENT,
        languages={"type": "array", "items": one_of(*LANGUAGES), "minItems": 1},
        sha256=HASH,
        comments_on_the_whole=COUNT,
        clauses=list_of("Clause") | {"description": "In reading order."},
    ),
    "Comment": exactly(**COMMENT),
    "FoundComment": exactly(**COMMENT, excerpt=TEXT),
    "Consultations": page_of("Consultation"),
    "Comments": page_of("Comment"),
    "FoundComments": page_of(
        "FoundComment",
        facets=exactly(clause=COUNTS, position=COUNTS, language=COUNTS),
        did_you_mean=maybe(TEXT),
        rebuilding=FLAG | {"description": "true: the index is being made anew; ask again in a moment."},
    ),
    "BalanceLine": exactly(**OF_A_LINE),
    "BalanceOfChannel": exactly(channel=one_of(*CHANNELS), **OF_A_LINE),
    "BalanceOfClause": exactly(draft=VERSION, clause=maybe(EID), number=maybe(PRINTED), **OF_A_LINE),
    "Balance": exactly(
        consultation=SLUG,
        holds=FLAG | {"description": "Whether everything that was received is somewhere."},
        total=ref("BalanceLine"),
        channels=list_of("BalanceOfChannel"),
        clauses=list_of("BalanceOfClause") | {"description": "On which something came; null: the whole."},
        appeals=exactly(made=COUNT, published=COUNT, withheld=COUNT, waiting=COUNT, moot=COUNT),
        redactions=exactly(comments=COUNT, passages=COUNTS),
        decisions=exactly(
            decided=COUNT,
            median_days=maybe({"type": "number", "minimum": 0})
            | {"description": "From arrival to the first decision, of comments that waited for one."},
        ),
        lost=COUNT | {"description": "Comments of which only the log knows; nought, or `holds` is false."},
    ),
    "Appeal": exactly(at=MOMENT, decided_at=maybe(MOMENT), outcome=maybe(one_of(*OUTCOMES))),
    "Outcome": exactly(
        decision=one_of(*DECISIONS),
        reason=BY_LANGUAGE | {"description": "null: not written in this language."},
        decided_at=MOMENT,
    ),
    "OutcomeInList": exactly(
        theme=maybe(THEME_ID) | {"description": "null: the answer is to a clause."},
        title=maybe(TEXT),
        clause=maybe(TEXT) | {"description": "null: a theme over the whole draft; `whole`: the document."},
        comments=COUNT,
        people=maybe(COUNT) | {"description": "Submissions; of a clause null."},
        outcome=maybe(ref("Outcome")) | {"description": "null: nothing was decided yet."},
    ),
    "Outcomes": page_of(
        "OutcomeInList",
        consultation=SLUG,
        draft=VERSION,
        answered_at=maybe(MOMENT) | {"description": "null: not every answer is there yet."},
    ),
    "ReceiptTheme": exactly(id=THEME_ID, title=TEXT, outcome=maybe(ref("Outcome"))),
    "ReceiptComment": exactly(**OF_A_RECEIPT),
    "Receipt": exactly(
        received_at=MOMENT,
        consultation=SLUG,
        draft=VERSION,
        submitter=one_of(*SUBMITTERS),
        demonstration=FLAG,
        erased_at=maybe(MOMENT),
        comments=list_of("ReceiptComment"),
    ),
    "Acknowledged": exactly(
        id=COMMENT_ID, clause=maybe(EID), sha256=HASH, status=one_of("published", "pending")
    ),
    "Acknowledgement": exactly(receipt=RECEIPT_CODE, received_at=MOMENT, comments=list_of("Acknowledged")),
    "Problem": {
        "type": "object",
        "description": "RFC 9457.",
        "properties": {
            "type": TEXT | {"pattern": "^urn:mashwara:problem:[a-z_]+$"},
            "title": TEXT,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": TEXT,
            "errors": {
                "type": "object",
                "description": "Message keys by member; members of the comments are named by place.",
                "additionalProperties": {"type": "array", "items": TEXT, "minItems": 1},
            },
            "reference": TEXT | {"description": "With 500: the number under which the fault was logged."},
        },
        "required": ["type", "title", "status", "detail"],
        "additionalProperties": False,
    },
}
BODIES: dict[str, Schema] = {
    "NewComment": body_of(
        ("body",),
        clause=maybe(TEXT) | {"description": "eId or printed number; null: the document as a whole."},
        body={"type": "string", "minLength": 1},
        position=choice(*POSITIONS),
        suggested_wording=maybe(TEXT) | {"description": "The clause as the sender would write it."},
    ),
    "NewSubmission": body_of(
        ("comments",),
        submitter=choice(*SUBMITTERS),
        name=maybe(TEXT),
        organisation=maybe(TEXT),
        organisation_kind=choice(*ORGANISATION_KINDS),
        name_public=maybe(FLAG) | {"description": "false: name and organisation are not shown."},
        email=maybe(TEXT) | {"description": "Never shown; the receipt is sent to it."},
        tell_me=maybe(FLAG) | {"description": "true: tell this address of the answer."},
        language=choice(*COMMENT_LANGUAGES),
        about=maybe({"type": "object", "additionalProperties": TEXT})
        | {"description": "Answers to the consultation's questions; only ever shown as totals."},
        comments=list_of("NewComment") | {"minItems": 1, "maxItems": MOST_COMMENTS},
    ),
    "Withdrawal": body_of(("comment",), comment=maybe(TEXT) | {"description": "null: all of them."}),
    "Edit": body_of(
        ("comment", "body"),
        comment=TEXT,
        body={"type": "string", "minLength": 1},
        position=choice(*POSITIONS),
        suggested_wording=maybe(TEXT),
    ),
    "NewAppeal": body_of(
        ("comment", "text"),
        comment=TEXT,
        text={"type": "string", "minLength": 1},
    ),
}
BODY_EXAMPLES: dict[str, Any] = {
    "NewSubmission": {
        "submitter": "individual",
        "name": "Sana",
        "comments": [
            {
                "clause": "5.4.2",
                "position": "mixed",
                "body": "A judge should sign every use of face recognition.",
            }
        ],
    },
    "Withdrawal": {"comment": "C-0382"},
    "Edit": {
        "comment": "C-0382",
        "body": "A judge should sign each use of face recognition, every time.",
        "position": "mixed",
    },
    "NewAppeal": {"comment": "C-0382", "text": "It names no one; please read it again."},
}
