"""Themes that reviewers sign off: vectors, undoable acts, samples coded blind, outcomes, report files.

Expand first, contract in a later step; imports nothing of portal.models.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def columns() -> "dict[str, list[sa.Column[Any]]]":
    return {
        "consultation": [
            sa.Column("answer_from", sa.Integer(), nullable=False, server_default="5"),
            sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        ],
        "theme": [
            sa.Column("names", sa.JSON(), nullable=False, server_default="{}"),
            sa.Column("kind", sa.String(), nullable=False, server_default="theme"),
            sa.Column("origin", sa.String(), nullable=False, server_default="machine"),
            sa.Column("kept", sa.Boolean(), nullable=False, server_default=sa.false()),
            sa.Column("centroid", sa.LargeBinary(), nullable=True),
            sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        ],
        "theme_member": [
            sa.Column("by", sa.String(), nullable=False, server_default="machine"),
            sa.Column("reviewer_id", sa.Integer(), nullable=True),
        ],
        "theme_run": [
            sa.Column("model", sa.String(), nullable=False, server_default=""),
            sa.Column("parameters", sa.JSON(), nullable=False, server_default="{}"),
            sa.Column("input_sha256", sa.String(), nullable=False, server_default=""),
            sa.Column("code_version", sa.String(), nullable=False, server_default=""),
            sa.Column("frame", sa.LargeBinary(), nullable=True),
        ],
    }


def upgrade() -> None:
    for table, added in columns().items():
        for column in added:
            op.add_column(table, column)
    op.execute("UPDATE theme SET kept = (status = 'accepted')")
    _themes()
    _samples()
    _answers()


def _themes() -> None:
    op.create_table(
        "embedding",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("text_sha256", sa.String(), nullable=False),
        sa.Column("dimensions", sa.Integer(), nullable=False),
        sa.Column("vectors", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_embedding_comment_id_comment"),
        sa.PrimaryKeyConstraint("comment_id", "model", name="pk_embedding"),
    )
    op.create_table(
        "theme_exclusion",
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_theme_exclusion_comment_id_comment"),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["reviewer.id"], name="fk_theme_exclusion_reviewer_id_reviewer"
        ),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name="fk_theme_exclusion_theme_id_theme"),
        sa.PrimaryKeyConstraint("theme_id", "comment_id", name="pk_theme_exclusion"),
    )
    op.create_index("ix_theme_exclusion_comment_id", "theme_exclusion", ["comment_id"], unique=False)
    op.create_table(
        "theme_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("theme_ids", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name="fk_theme_act_draft_id_draft"),
        sa.ForeignKeyConstraint(["reviewer_id"], ["reviewer.id"], name="fk_theme_act_reviewer_id_reviewer"),
        sa.PrimaryKeyConstraint("id", name="pk_theme_act"),
    )
    op.create_index("ix_theme_act_draft_id", "theme_act", ["draft_id"], unique=False)
    op.create_table(
        "prompt_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("prompt", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.Column("fault", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name="fk_prompt_log_theme_id_theme"),
        sa.PrimaryKeyConstraint("id", name="pk_prompt_log"),
    )


def _samples() -> None:
    op.create_table(
        "coding_sample",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("comment_ids", sa.JSON(), nullable=False),
        sa.Column("machine", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name="fk_coding_sample_draft_id_draft"),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["reviewer.id"], name="fk_coding_sample_reviewer_id_reviewer"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_coding_sample"),
    )
    op.create_index("ix_coding_sample_draft_id", "coding_sample", ["draft_id"], unique=False)
    op.create_table(
        "coding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("theme_ids", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_coding_comment_id_comment"),
        sa.ForeignKeyConstraint(["reviewer_id"], ["reviewer.id"], name="fk_coding_reviewer_id_reviewer"),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["coding_sample.id"], name="fk_coding_sample_id_coding_sample"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_coding"),
        sa.UniqueConstraint(
            "sample_id", "comment_id", "reviewer_id", name="uq_coding_sample_id_comment_id_reviewer_id"
        ),
    )


def _answers() -> None:
    op.create_table(
        "outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=True),
        sa.Column("clause_id", sa.Integer(), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("reason", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name="fk_outcome_clause_id_clause"),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name="fk_outcome_draft_id_draft"),
        sa.ForeignKeyConstraint(["reviewer_id"], ["reviewer.id"], name="fk_outcome_reviewer_id_reviewer"),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name="fk_outcome_theme_id_theme"),
        sa.PrimaryKeyConstraint("id", name="pk_outcome"),
    )
    op.create_index("ix_outcome_clause_id", "outcome", ["clause_id"], unique=False)
    op.create_index("ix_outcome_draft_id", "outcome", ["draft_id"], unique=False)
    op.create_index("ix_outcome_theme_id", "outcome", ["theme_id"], unique=False)
    op.create_table(
        "report_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("fault", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name="fk_report_file_draft_id_draft"),
        sa.ForeignKeyConstraint(["reviewer_id"], ["reviewer.id"], name="fk_report_file_reviewer_id_reviewer"),
        sa.PrimaryKeyConstraint("id", name="pk_report_file"),
    )
    op.create_index("ix_report_file_draft_id", "report_file", ["draft_id"], unique=False)


def downgrade() -> None:
    for table in (
        "report_file",
        "outcome",
        "coding",
        "coding_sample",
        "prompt_log",
        "theme_act",
        "theme_exclusion",
        "embedding",
    ):
        op.drop_table(table)
    for table, added in columns().items():
        for column in added:
            op.drop_column(table, column.name)
