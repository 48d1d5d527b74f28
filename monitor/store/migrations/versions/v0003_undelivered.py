"""Which deliveries that did not arrive an alert has told its operator of."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "digest_undelivered",
        sa.Column("digest_id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["digest_id"], ["digest.id"], name=op.f("fk_digest_undelivered_digest_id_digest")),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_digest_undelivered_delivery_id_delivery")
        ),
        sa.PrimaryKeyConstraint("digest_id", "delivery_id", name=op.f("pk_digest_undelivered")),
        comment="That an alert told its operator of a delivery that ended without having been delivered.",
    )
    op.create_index("ix_digest_undelivered_delivery_id", "digest_undelivered", ["delivery_id"])
