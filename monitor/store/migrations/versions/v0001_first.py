"""The first schema: sources and their checks, items and what was understood of them, stories, digests, deliveries."""

import sqlalchemy as sa
from alembic import op

import monitor.store.schema

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "digest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscription", sa.String(), nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("window_start", monitor.store.schema.Instant(timezone=True), nullable=False),
        sa.Column("window_end", monitor.store.schema.Instant(timezone=True), nullable=False),
        sa.Column("composed_at", monitor.store.schema.Instant(timezone=True), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest")),
        sa.UniqueConstraint("subscription", "slot", name=op.f("uq_digest_subscription_slot")),
        comment="One run of a subscription. Key (subscription, slot): composing it twice does nothing.",
    )
    op.create_table(
        "poll_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", monitor.store.schema.Instant(timezone=True), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_check")),
        comment="One attempt to poll a source. Kept for 30 days.",
    )
    op.create_index(op.f("ix_poll_check_at"), "poll_check", ["at"], unique=False)
    op.create_table(
        "source",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("first_checked_at", monitor.store.schema.Instant(timezone=True), nullable=True),
        sa.Column("last_check_at", monitor.store.schema.Instant(timezone=True), nullable=True),
        sa.Column("last_success_at", monitor.store.schema.Instant(timezone=True), nullable=True),
        sa.Column("last_body_at", monitor.store.schema.Instant(timezone=True), nullable=True),
        sa.Column("next_at", monitor.store.schema.Instant(timezone=True), nullable=True),
        sa.Column("interval_s", sa.Float(), server_default=sa.text("0"), nullable=False),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("failing_since", monitor.store.schema.Instant(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("gap_at", monitor.store.schema.Instant(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("body_hash", sa.String(), nullable=True),
        sa.Column("marks", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("moved_to", sa.Text(), nullable=True),
        sa.Column("moved_times", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_source")),
        comment="What is known of one source. Key: its name in sources.toml.",
    )
    op.create_table(
        "story",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_seen", monitor.store.schema.Instant(timezone=True), nullable=False),
        sa.Column("last_seen", monitor.store.schema.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story")),
        comment="The items about one event; their classifications point to it.",
    )
    op.create_index(op.f("ix_story_last_seen"), "story", ["last_seen"], unique=False)
    op.create_table(
        "subscription",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("since", monitor.store.schema.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_subscription")),
        comment="When a subscription was first met: nothing that came before it is owed to it.",
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest_id", sa.Integer(), nullable=False),
        sa.Column("subscription", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("recipient_mark", sa.String(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("composed_at", monitor.store.schema.Instant(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", monitor.store.schema.Instant(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("ended_at", monitor.store.schema.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["digest_id"], ["digest.id"], name=op.f("fk_delivery_digest_id_digest")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("message_id", name=op.f("uq_delivery_message_id")),
        comment="The carrying of one message, or a part of it, to one recipient. Key: its Message-ID.",
    )
    op.create_index(op.f("ix_delivery_digest_id"), "delivery", ["digest_id"], unique=False)
    op.create_index(op.f("ix_delivery_state"), "delivery", ["state"], unique=False)
    op.create_table(
        "item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("published", monitor.store.schema.Instant(timezone=True), nullable=True),
        sa.Column("published_is_date", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("publisher", sa.String(), nullable=False),
        sa.Column("council", sa.String(), nullable=True),
        sa.Column("is_report", sa.Boolean(), nullable=False),
        sa.Column("event_date", sa.Date(), nullable=True),
        sa.Column("first_seen", monitor.store.schema.Instant(timezone=True), nullable=False),
        sa.Column("last_seen", monitor.store.schema.Instant(timezone=True), nullable=False),
        sa.Column("from_first_check", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("reading", sa.String(), nullable=False),
        sa.Column("reading_attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("reading_next_at", monitor.store.schema.Instant(timezone=True), nullable=True),
        sa.Column("reading_error", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("classified_version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("key", name=op.f("uq_item_key")),
        comment="One published thing. Key: the publisher's own identity of it (items.py).",
    )
    op.create_index(op.f("ix_item_first_seen"), "item", ["first_seen"], unique=False)
    op.create_index(
        "ix_item_unclassified",
        "item",
        ["id"],
        unique=False,
        sqlite_where=sa.text("classified_version < version"),
        postgresql_where=sa.text("classified_version < version"),
    )
    op.create_index(
        "ix_item_unread",
        "item",
        ["reading_next_at"],
        unique=False,
        sqlite_where=sa.text("reading = 'pending'"),
        postgresql_where=sa.text("reading = 'pending'"),
    )
    op.create_table(
        "message",
        sa.Column("digest_id", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["digest_id"], ["digest.id"], name=op.f("fk_message_digest_id_digest")),
        sa.PrimaryKeyConstraint("digest_id", name=op.f("pk_message")),
        comment="A digest worded. Removed 90 days after its deliveries ended.",
    )
    op.create_table(
        "alias",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_alias_item_id_item")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_alias")),
        comment="Another identity of a known item, learnt when a source renamed all its entries at once.",
    )
    op.create_table(
        "classification",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=True),
        sa.Column("ready_at", monitor.store.schema.Instant(timezone=True), nullable=True),
        sa.Column("relevance", sa.Float(), nullable=False),
        sa.Column("event", sa.String(), nullable=True),
        sa.Column("judgement", sa.String(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_classification_item_id_item")),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_classification_story_id_story")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_classification")),
        comment="What was understood from an item's newest version, and its story. Irrelevant items have no row.",
    )
    op.create_index(op.f("ix_classification_story_id"), "classification", ["story_id"], unique=False)
    op.create_table(
        "digest_item",
        sa.Column("digest_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=True),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["digest_id"], ["digest.id"], name=op.f("fk_digest_item_digest_id_digest")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_digest_item_item_id_item")),
        sa.PrimaryKeyConstraint("digest_id", "item_id", name=op.f("pk_digest_item")),
        comment="An item a digest told, or left out because it adds nothing to a story told before, or for length.",
    )
    op.create_index("ix_digest_item_item_id", "digest_item", ["item_id"], unique=False)
    op.create_table(
        "inspection",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_inspection_item_id_item")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_inspection")),
        comment="The facts of one Ofsted report.",
    )
    op.create_index(op.f("ix_inspection_council"), "inspection", ["council"], unique=False)
    op.create_table(
        "sighting",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("first_seen", monitor.store.schema.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_sighting_item_id_item")),
        sa.PrimaryKeyConstraint("item_id", "source", name=op.f("pk_sighting")),
        comment="An item seen in one source.",
    )
