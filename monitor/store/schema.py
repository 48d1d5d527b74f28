"""The tables, one for each noun that outlives a run. Each table's comment says what a row is and what its key means.

Instants are stored as UTC. Addresses of recipients are never stored: a delivery names its recipient by
subscription and position. A change here needs a migration in `migrations/` (a test compares the two).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Dialect

SCHEMA_VERSION = "0003"  # the newest migration; see migrations/versions


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime, refused when naive; SQLite, which has no zones, holds it as UTC wall time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    # These two stand in for SQLAlchemy's chain of three calls a value: a first poll stores a hundred thousand.
    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], object]:
        return _to_text if dialect.name == "sqlite" else _to_utc

    def result_processor(self, dialect: Dialect, _coltype: object) -> Callable[[Any], datetime | None]:
        return _from_text if dialect.name == "sqlite" else _to_utc


def _to_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"naive datetime: {value}")
    return value.astimezone(UTC)


def _to_text(value: datetime | None) -> str | None:
    utc = _to_utc(value)
    return utc.isoformat(" ", "microseconds").removesuffix("+00:00") if utc else None


def _from_text(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value).replace(tzinfo=UTC) if value else None


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

source = Table(
    "source",
    metadata,
    Column("name", String, primary_key=True),
    Column("url", String, nullable=False),  # as configured when last checked; another URL starts it afresh
    Column("first_checked_at", Instant),  # first success
    Column("last_check_at", Instant),
    Column("last_success_at", Instant),
    Column("last_body_at", Instant),  # when a whole document last came, not a 304
    Column("next_at", Instant),
    Column("interval_s", Float, nullable=False, server_default=text("0")),
    Column("failures", Integer, nullable=False, server_default=text("0")),  # in a row
    Column("failing_since", Instant),
    Column("error", Text, nullable=False, server_default=text("''")),
    Column("gap_at", Instant),  # when items may last have been missed
    Column("note", Text, nullable=False, server_default=text("''")),  # for the operator: what was odd
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_hash", String),
    Column("marks", Text, nullable=False, server_default=text("''")),  # of the entries the last document showed
    Column("moved_to", Text),
    Column("moved_times", Integer, nullable=False, server_default=text("0")),
    comment="What is known of one source. Key: its name in sources.toml.",
)

check = Table(
    "poll_check",  # "check" is a reserved word of SQL
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String, nullable=False),
    Column("at", Instant, nullable=False, index=True),
    Column("seconds", Float, nullable=False),
    Column("status", String, nullable=False),  # CheckStatus
    Column("new", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    comment="One attempt to poll a source. Kept for 30 days.",
)

item = Table(
    "item",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("published", Instant),
    Column("published_is_date", Boolean, nullable=False),
    Column("source", String, nullable=False),
    Column("publisher", String, nullable=False),
    Column("council", String),
    Column("is_report", Boolean, nullable=False),
    Column("event_date", Date),
    Column("first_seen", Instant, nullable=False, index=True),
    Column("last_seen", Instant, nullable=False),
    Column("from_first_check", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("content_hash", String, nullable=False),
    # Reading: the second fetch, of the page or report an entry points to.
    Column("reading", String, nullable=False),  # ReadingState
    Column("reading_attempts", Integer, nullable=False, server_default=text("0")),
    Column("reading_next_at", Instant),
    Column("reading_error", Text, nullable=False, server_default=text("''")),
    Column("classified_version", Integer, nullable=False, server_default=text("0")),  # the one classified last
    Column("summary", Text, nullable=False),
    Column("text", Text, nullable=False),  # last: a row is read from its front, and most queries stop before it
    comment="One published thing. Key: the publisher's own identity of it (items.py).",
)
# The two queues of a pass, kept small so that "is there anything to do?" costs nothing when there is not.
_unread, _unclassified = item.c.reading == "pending", item.c.classified_version < item.c.version
Index("ix_item_unread", item.c.reading_next_at, sqlite_where=_unread, postgresql_where=_unread)
Index("ix_item_unclassified", item.c.id, sqlite_where=_unclassified, postgresql_where=_unclassified)

alias = Table(
    "alias",
    metadata,
    Column("key", String, primary_key=True),
    Column("item_id", ForeignKey("item.id"), nullable=False),
    comment="Another identity of a known item, learnt when a source renamed all its entries at once.",
)

sighting = Table(
    "sighting",
    metadata,
    Column("item_id", ForeignKey("item.id"), primary_key=True),
    Column("source", String, primary_key=True),
    Column("first_seen", Instant, nullable=False),
    comment="An item seen in one source.",
)

classification = Table(
    "classification",
    metadata,
    Column("item_id", ForeignKey("item.id"), primary_key=True),
    Column("story_id", ForeignKey("story.id"), index=True),
    Column("ready_at", Instant),  # when it was put into its story: it can be told from then on
    Column("relevance", Float, nullable=False),
    Column("event", String),
    Column("judgement", String),
    Column("data", JSON, nullable=False),  # councils, themes with evidence, mentions, cues
    comment="What was understood from an item's newest version, and its story. Irrelevant items have no row.",
)

inspection = Table(
    "inspection",
    metadata,
    Column("item_id", ForeignKey("item.id"), primary_key=True),
    Column("council", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("data", JSON, nullable=False),  # the facts, as the `report` command prints them
    comment="The facts of one Ofsted report.",
)

story = Table(
    "story",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("first_seen", Instant, nullable=False),
    Column("last_seen", Instant, nullable=False, index=True),
    comment="The items about one event; their classifications point to it.",
)

subscription = Table(
    "subscription",
    metadata,
    Column("name", String, primary_key=True),
    Column("since", Instant, nullable=False),
    comment="When a subscription was first met: nothing that came before it is owed to it.",
)

digest = Table(
    "digest",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subscription", String, nullable=False),
    Column("slot", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("window_start", Instant, nullable=False),
    Column("window_end", Instant, nullable=False),
    Column("composed_at", Instant, nullable=False),
    Column("subject", Text, nullable=False),  # "" when nothing was to be sent
    UniqueConstraint("subscription", "slot"),
    comment="One run of a subscription. Key (subscription, slot): composing it twice does nothing.",
)

digest_item = Table(
    "digest_item",
    metadata,
    Column("digest_id", ForeignKey("digest.id"), primary_key=True),
    Column("item_id", ForeignKey("item.id"), primary_key=True),
    Column("story_id", Integer),
    Column("how", String, nullable=False),  # Telling
    Column("reasons", String, nullable=False),  # of an alert, space-separated
    comment="An item a digest told, or left out because it adds nothing to a story told before, or for length.",
)
Index("ix_digest_item_item_id", digest_item.c.item_id)

message = Table(
    "message",
    metadata,
    Column("digest_id", ForeignKey("digest.id"), primary_key=True),
    Column("data", JSON, nullable=False),  # model.Message
    comment="A digest worded. Removed 90 days after its deliveries ended.",
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest_id", ForeignKey("digest.id"), nullable=False, index=True),
    Column("subscription", String, nullable=False),
    Column("position", Integer, nullable=False),
    Column("channel", String, nullable=False),
    Column("recipient_mark", String, nullable=False),
    Column("part", Integer, nullable=False),
    Column("message_id", String, nullable=False, unique=True),
    Column("composed_at", Instant, nullable=False),
    Column("state", String, nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Instant),
    Column("error", Text, nullable=False),
    Column("ended_at", Instant),
    Column("in_doubt", Boolean, nullable=False, server_default=false()),
    Column("leased_by", String, nullable=False, server_default=text("''")),
    Column("leased_until", Instant),
    Column("far_id", String, nullable=False, server_default=text("''")),
    comment="The carrying of one message, or a part of it, to one recipient. Key: its Message-ID.",
)

digest_undelivered = Table(
    "digest_undelivered",
    metadata,
    Column("digest_id", ForeignKey("digest.id"), primary_key=True),
    Column("delivery_id", ForeignKey("delivery.id"), primary_key=True),
    comment="That an alert told its operator of a delivery that ended without having been delivered.",
)
Index("ix_digest_undelivered_delivery_id", digest_undelivered.c.delivery_id)

suppression = Table(
    "suppression",
    metadata,
    Column("mark", String, primary_key=True),
    Column("subscription", String, primary_key=True),  # "" for all
    Column("why", Text, nullable=False),
    Column("at", Instant, nullable=False),
    comment="An address that is sent nothing more. Key: a keyed hash of it, and the subscription.",
)
