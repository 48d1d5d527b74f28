"""Deliveries are leased, may be in doubt, and know what the far end calls them; addresses may be suppressed."""

import sqlalchemy as sa
from alembic import op

import monitor.store.schema

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    instant = monitor.store.schema.Instant(timezone=True)
    op.add_column("delivery", sa.Column("in_doubt", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("delivery", sa.Column("leased_by", sa.String(), server_default=sa.text("''"), nullable=False))
    op.add_column("delivery", sa.Column("leased_until", instant, nullable=True))
    op.add_column("delivery", sa.Column("far_id", sa.String(), server_default=sa.text("''"), nullable=False))
    op.create_table(
        "suppression",
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("subscription", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.PrimaryKeyConstraint("mark", "subscription", name=op.f("pk_suppression")),
        comment="An address that is sent nothing more. Key: a keyed hash of it, and the subscription.",
    )
