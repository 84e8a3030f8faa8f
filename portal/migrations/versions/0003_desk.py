"""The desk: accounts, redactions, second looks, officials' work, saved searches and synonyms.

Expand first, contract in a later step; imports nothing of portal.models.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def of_reviewer() -> "list[sa.Column[Any]]":
    """Whoever was a reviewer before there were roles could do everything, and stays able to."""
    return [
        sa.Column("role", sa.String(), nullable=False, server_default="admin"),
        sa.Column("everywhere", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("totp_sealed", sa.String(), nullable=True),
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=False, server_default="0"),
    ]


def upgrade() -> None:
    op.add_column("consultation", sa.Column("banner", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("comment", sa.Column("redacted_for", sa.JSON(), nullable=False, server_default="[]"))
    for column in of_reviewer():
        op.add_column("reviewer", column)
    _extensions()
    _accounts()
    _decisions()
    _work()
    _searches()


def _extensions() -> None:
    op.create_table(
        "extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name="fk_extension_consultation_id_consultation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_extension"),
    )
    op.create_index("ix_extension_consultation_id", "extension", ["consultation_id"], unique=False)


def _accounts() -> None:
    op.create_table(
        "known_device",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["reviewer.id"], name="fk_known_device_reviewer_id_reviewer"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_known_device"),
        sa.UniqueConstraint("token_sha256", name="uq_known_device_token_sha256"),
    )
    op.create_index("ix_known_device_reviewer_id", "known_device", ["reviewer_id"], unique=False)
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("code_sha256", sa.String(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["reviewer.id"], name="fk_recovery_code_reviewer_id_reviewer"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_code"),
    )
    op.create_index("ix_recovery_code_reviewer_id", "recovery_code", ["reviewer_id"], unique=False)
    op.create_table(
        "reviewer_access",
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name="fk_reviewer_access_consultation_id_consultation"
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["reviewer.id"], name="fk_reviewer_access_reviewer_id_reviewer"
        ),
        sa.PrimaryKeyConstraint("reviewer_id", "consultation_id", name="pk_reviewer_access"),
    )
    op.create_table(
        "sign_in_failure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_sha256", sa.String(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["known_device.id"], name="fk_sign_in_failure_device_id_known_device"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_failure"),
    )
    op.create_index(
        "ix_sign_in_failure_account_sha256_at", "sign_in_failure", ["account_sha256", "at"], unique=False
    )


def _decisions() -> None:
    op.create_table(
        "original",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("suggested_wording", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_original_comment_id_comment"),
        sa.PrimaryKeyConstraint("comment_id", name="pk_original"),
    )
    op.create_table(
        "redaction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("begin", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_redaction_comment_id_comment"),
        sa.ForeignKeyConstraint(["reviewer_id"], ["reviewer.id"], name="fk_redaction_reviewer_id_reviewer"),
        sa.PrimaryKeyConstraint("id", name="pk_redaction"),
    )
    op.create_index("ix_redaction_comment_id", "redaction", ["comment_id"], unique=False)
    op.create_table(
        "second_look",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first", sa.String(), nullable=False),
        sa.Column("first_reviewer_id", sa.Integer(), nullable=False),
        sa.Column("second", sa.String(), nullable=True),
        sa.Column("second_reviewer_id", sa.Integer(), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_second_look_comment_id_comment"),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name="fk_second_look_draft_id_draft"),
        sa.ForeignKeyConstraint(
            ["first_reviewer_id"], ["reviewer.id"], name="fk_second_look_first_reviewer_id_reviewer"
        ),
        sa.ForeignKeyConstraint(
            ["second_reviewer_id"], ["reviewer.id"], name="fk_second_look_second_reviewer_id_reviewer"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_second_look"),
        sa.UniqueConstraint("comment_id", "drawn_at", name="uq_second_look_comment_id_drawn_at"),
    )
    op.create_index("ix_second_look_draft_id", "second_look", ["draft_id"], unique=False)


def _work() -> None:
    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=True),
        sa.Column("clause_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name="fk_note_clause_id_clause"),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_note_comment_id_comment"),
        sa.ForeignKeyConstraint(["reviewer_id"], ["reviewer.id"], name="fk_note_reviewer_id_reviewer"),
        sa.PrimaryKeyConstraint("id", name="pk_note"),
    )
    op.create_index("ix_note_clause_id", "note", ["clause_id"], unique=False)
    op.create_index("ix_note_comment_id", "note", ["comment_id"], unique=False)
    op.create_table(
        "tag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("meaning", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name="fk_tag_consultation_id_consultation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_tag"),
        sa.UniqueConstraint("consultation_id", "name", name="uq_tag_consultation_id_name"),
    )
    op.create_table(
        "tagging",
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_tagging_comment_id_comment"),
        sa.ForeignKeyConstraint(["reviewer_id"], ["reviewer.id"], name="fk_tagging_reviewer_id_reviewer"),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name="fk_tagging_tag_id_tag"),
        sa.PrimaryKeyConstraint("tag_id", "comment_id", name="pk_tagging"),
    )
    op.create_index("ix_tagging_comment_id", "tagging", ["comment_id"], unique=False)
    op.create_table(
        "assignment",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("assigned_by", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["assigned_by"], ["reviewer.id"], name="fk_assignment_assigned_by_reviewer"),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_assignment_comment_id_comment"),
        sa.ForeignKeyConstraint(["reviewer_id"], ["reviewer.id"], name="fk_assignment_reviewer_id_reviewer"),
        sa.PrimaryKeyConstraint("comment_id", name="pk_assignment"),
    )
    op.create_index("ix_assignment_reviewer_id", "assignment", ["reviewer_id"], unique=False)
    op.create_table(
        "reading",
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_reading_comment_id_comment"),
        sa.ForeignKeyConstraint(["reviewer_id"], ["reviewer.id"], name="fk_reading_reviewer_id_reviewer"),
        sa.PrimaryKeyConstraint("reviewer_id", "comment_id", name="pk_reading"),
    )
    op.create_index("ix_reading_comment_id", "reading", ["comment_id"], unique=False)


def _searches() -> None:
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_up_to", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name="fk_saved_search_consultation_id_consultation"
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["reviewer.id"], name="fk_saved_search_reviewer_id_reviewer"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_saved_search"),
        sa.UniqueConstraint(
            "reviewer_id", "consultation_id", "name", name="uq_saved_search_reviewer_id_consultation_id_name"
        ),
    )
    op.create_table(
        "synonym_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["added_by"], ["reviewer.id"], name="fk_synonym_group_added_by_reviewer"),
        sa.PrimaryKeyConstraint("id", name="pk_synonym_group"),
    )


def downgrade() -> None:
    for table in (
        "synonym_group",
        "saved_search",
        "reading",
        "assignment",
        "tagging",
        "tag",
        "note",
        "second_look",
        "redaction",
        "original",
        "sign_in_failure",
        "reviewer_access",
        "recovery_code",
        "known_device",
        "extension",
    ):
        op.drop_table(table)
    for column in of_reviewer():
        op.drop_column("reviewer", column.name)
    op.drop_column("comment", "redacted_for")
    op.drop_column("consultation", "banner")
