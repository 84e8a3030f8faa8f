"""Citizens: suggested wordings, earlier versions, half-finished answers, concerns, appeals.

Expand first, contract in a later step; imports nothing of portal.models.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_submission_email", "submission", ["email"]),
    ("ix_submission_batch", "submission", ["batch"]),
    ("ix_comment_twins", "comment", ["twin_of", "status", "id"]),
)


def of_submission() -> "list[sa.Column[Any]]":
    return [
        sa.Column("organisation_kind", sa.String(), nullable=True),
        sa.Column("name_public", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("tell_me", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("ui_language", sa.String(), nullable=False, server_default="en"),
        sa.Column("about", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("batch", sa.String(), nullable=True),
        sa.Column("receipt_sealed", sa.String(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
    ]


def of_comment() -> "list[sa.Column[Any]]":
    return [
        sa.Column("suggested_wording", sa.String(), nullable=True),
        sa.Column("wording_language", sa.String(), nullable=True),
        sa.Column("twin_of", sa.Integer(), nullable=True),
    ]


def upgrade() -> None:
    op.add_column("consultation", sa.Column("questions", sa.JSON(), nullable=False, server_default="[]"))
    for column in of_submission():
        op.add_column("submission", column)
    for column in of_comment():
        op.add_column("comment", column)
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns, unique=False)
    _about_comments()
    _sheets()


def _about_comments() -> None:
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=True),
        sa.Column("suggested_wording", sa.String(), nullable=True),
        sa.Column("wording_language", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_revision_comment_id_comment"),
        sa.PrimaryKeyConstraint("id", name="pk_revision"),
        sa.UniqueConstraint("comment_id", "number", name="uq_revision_comment_id_number"),
    )
    op.create_table(
        "sketch",
        sa.Column("value", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_sketch_comment_id_comment"),
        sa.PrimaryKeyConstraint("value", "comment_id", name="pk_sketch"),
    )
    op.create_index("ix_sketch_comment_id", "sketch", ["comment_id"], unique=False)
    op.create_table(
        "concern",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_concern_comment_id_comment"),
        sa.PrimaryKeyConstraint("id", name="pk_concern"),
    )
    op.create_index("ix_concern_comment_id", "concern", ["comment_id"], unique=False)
    op.create_index("ix_concern_closed_at", "concern", ["closed_at"], unique=False)
    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_appeal_comment_id_comment"),
        sa.ForeignKeyConstraint(["reviewer_id"], ["reviewer.id"], name="fk_appeal_reviewer_id_reviewer"),
        sa.PrimaryKeyConstraint("id", name="pk_appeal"),
        sa.UniqueConstraint("comment_id", name="uq_appeal_comment_id"),
    )


def _sheets() -> None:
    op.create_table(
        "sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("code_sha256", sa.String(), nullable=False),
        sa.Column("device_sha256", sa.String(), nullable=False),
        sa.Column("sender", sa.JSON(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name="fk_sheet_consultation_id_consultation"
        ),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name="fk_sheet_draft_id_draft"),
        sa.PrimaryKeyConstraint("id", name="pk_sheet"),
        sa.UniqueConstraint("code_sha256", name="uq_sheet_code_sha256"),
    )
    op.create_index("ix_sheet_expires_at", "sheet", ["expires_at"], unique=False)
    op.create_table(
        "answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("eid", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=True),
        sa.Column("suggested_wording", sa.String(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"], name="fk_answer_sheet_id_sheet"),
        sa.PrimaryKeyConstraint("id", name="pk_answer"),
        sa.UniqueConstraint("sheet_id", "eid", name="uq_answer_sheet_id_eid"),
    )


def downgrade() -> None:
    for table in ("answer", "sheet", "appeal", "concern", "sketch", "revision"):
        op.drop_table(table)
    for name, table, _ in INDEXES:
        op.drop_index(name, table_name=table)
    for table, columns in (("comment", of_comment()), ("submission", of_submission())):
        for column in columns:
            op.drop_column(table, column.name)
    op.drop_column("consultation", "questions")
