"""Jobs that are given up.

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


def downgrade() -> None:
    op.drop_index("ix_job_given_up", "job")
    op.drop_column("job", "given_up_at")
