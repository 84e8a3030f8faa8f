"""Jobs that are given up; an index by which demonstration data is found without a scan.

Expand first, contract in a later step; imports nothing of portal.models.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("job", sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_job_given_up",
        "job",
        ["given_up_at"],
        sqlite_where=sa.text("given_up_at IS NOT NULL"),
        postgresql_where=sa.text("given_up_at IS NOT NULL"),
    )
    op.create_index(
        "ix_submission_demonstration",
        "submission",
        ["consultation_id"],
        sqlite_where=sa.text("demonstration = 1"),
        postgresql_where=sa.text("demonstration"),
    )


def downgrade() -> None:
    op.drop_index("ix_submission_demonstration", "submission")
    op.drop_index("ix_job_given_up", "job")
    op.drop_column("job", "given_up_at")
