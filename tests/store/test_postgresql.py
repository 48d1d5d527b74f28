"""Every statement of the store is also one PostgreSQL takes. No server is asked: they are only compiled for it."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from types import SimpleNamespace

import pytest
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.schema import CreateIndex, CreateTable

from monitor.model import DeliveryState, Inspection, InspectionKind, Window
from monitor.store import ToldBy, schema
from monitor.store.classifications import Classifications
from monitor.store.database import insert
from monitor.store.digests import Digests
from monitor.store.items import Items

POSTGRESQL = postgresql.dialect()
NOUNS = ("sources", "items", "classifications", "stories", "digests")


@pytest.fixture
def world(store, ready, make_item, make_check, make_classification, make_digest, make_message, make_delivery, now):
    """A call of each public method, in an order in which each finds something to do."""
    [item] = ready(make_item())
    window = Window(start=now, end=now)
    entries = [make_item(f"Story {number}") for number in range(6)]
    moved = [replace(entry, key=f"{entry.key}/new") for entry in entries]

    def save_items():
        store.items.save([make_check(replace(item, title="Corrected"), *entries)])
        store.items.save([make_check(*moved, may_be_renamed=True), make_check(item, source="Wexmoor Echo")])

    def save_digest():
        told = [ToldBy(item_id=item.id, story=1)]
        store.digests.save(make_digest(), told, message=make_message(), deliveries=[make_delivery()])

    return {
        "items.save": save_items,
        "items.unread": lambda: store.items.unread(now, 1),
        "items.unread_history": lambda: store.items.unread_history(["Devon"]),
        "items.unread_reports": store.items.unread_reports,
        "items.save_reading": lambda: store.items.save_reading(item.id, text="…"),
        "items.save_failed_reading": lambda: store.items.save_failed_reading(item.id, reason="…", next_at=now),
        "items.unclassified": lambda: store.items.unclassified(1),
        "items.find": lambda: store.items.find("x"),
        "items.shown_by": lambda: store.items.shown_by([item.id], ["Wexmoor Gazette"]),
        "items.drop_texts": lambda: store.items.drop_texts(now),
        "sources.states": store.sources.states,
        "sources.items_since": lambda: store.sources.items_since(now),
        "sources.forget_checks": lambda: store.sources.forget_checks(now),
        "classifications.save": lambda: store.classifications.save([(item, make_classification())]),
        "classifications.save_inspection": lambda: store.classifications.save_inspection(
            item, Inspection(council="Devon", kind=InspectionKind.ILACS)
        ),
        "classifications.reports": lambda: store.classifications.reports(["Devon"]),
        "stories.ungrouped": lambda: store.stories.ungrouped(1),
        "stories.recent": lambda: store.stories.recent(now, {"Devon"}),
        "stories.save": lambda: store.stories.save([(None, [item]), (1, [item])], now),
        "stories.owed": lambda: store.stories.owed("weekday-briefing", window, late_since=now, now=now),
        "stories.told_before": lambda: store.stories.told_before("weekday-briefing", [1]),
        "stories.told_since": lambda: store.stories.told_since("weekday-briefing", now, limit=1),
        "stories.reports": lambda: store.stories.reports(now),
        "stories.arrived": lambda: store.stories.arrived(window),
        "stories.relevant_since": lambda: store.stories.relevant_since(now),
        "stories.ready": lambda: store.stories.ready(item.id),
        "digests.met": lambda: store.digests.met(["weekday-briefing"], now),
        "digests.save": save_digest,
        "digests.last": lambda: store.digests.last("weekday-briefing", now),
        "digests.told_reasons": lambda: store.digests.told_reasons("weekday-briefing"),
        "digests.windows": lambda: store.digests.windows("weekday-briefing", now, limit=3),
        "digests.last_alerts": lambda: store.digests.last_alerts("weekday-briefing", now, limit=3),
        "digests.told_of": lambda: store.digests.told_of(item.id),
        "digests.due": lambda: store.digests.due(now),
        "digests.claim": lambda: store.digests.claim(make_delivery(id=1), "here", now),
        "digests.abandoned": lambda: store.digests.abandoned("here", now),
        "digests.deliveries": lambda: store.digests.deliveries(*DeliveryState),
        "digests.suppressed_of": lambda: store.digests.suppressed_of(1),
        "digests.alerts_met": store.digests.alerts_met,
        "sources.last_look": lambda: store.sources.last_look(now),
        "digests.others": lambda: store.digests.others(make_delivery()),
        "digests.readdress": lambda: store.digests.readdress(make_delivery(), make_delivery()),
        "digests.message": lambda: store.digests.message(1),
        "digests.record": lambda: store.digests.record(make_delivery(), make_delivery(), now),
        "digests.undelivered": lambda: store.digests.undelivered(now),
        "digests.untold": lambda: store.digests.untold("operator", now),
        "digests.last_told_of_undelivered": lambda: store.digests.last_told_of_undelivered("operator", now),
        "digests.send_again": lambda: store.digests.send_again(make_delivery()),
        "digests.forget_messages": lambda: store.digests.forget_messages(now),
    }


def test_every_statement_compiles_for_postgresql(store, world):
    public = {f"{noun}.{name}" for noun in NOUNS for name in vars(type(getattr(store, noun))) if name[0] != "_"}
    assert set(world) == public
    executed = []

    def executes(_connection, statement, *_):
        executed.append(statement)

    event.listen(store.database._engine, "before_execute", executes)
    for name, call in world.items():
        count = len(executed)
        call()
        assert len(executed) > count, name
    for statement in executed:
        if not isinstance(statement, sqlite.Insert):  # those are below
            assert str(statement.compile(dialect=POSTGRESQL))


class EmptyPostgreSQL:
    """A server that takes every statement it could compile, and has no rows. Stands where a database does."""

    dialect = POSTGRESQL

    def __init__(self):
        self.inserts = {}

    def reading(self):
        return contextlib.nullcontext(self)

    writing = reading

    def execute(self, statement, *_):
        compiled = str(statement.compile(dialect=POSTGRESQL))
        if statement.is_insert:
            self.inserts[statement.table.name] = compiled
        return IteratorResult(SimpleResultMetaData([]), iter(()))

    def scalar(self, statement):
        return self.execute(statement).first()


def test_every_insert_compiles_for_postgresql(
    make_item, make_check, make_classification, make_digest, make_message, make_delivery, now
):
    server = EmptyPostgreSQL()
    item = make_item(id=1)
    echo = make_check(replace(item, source="Wexmoor Echo"), source="Wexmoor Echo")
    Items(server).save([make_check(item), echo])
    Classifications(server).save([(item, make_classification())])
    Digests(server).met(["weekday-briefing"], now)
    Digests(server).save(make_digest(), [], message=make_message(), deliveries=[make_delivery()])
    assert {name for name, sql in server.inserts.items() if "ON CONFLICT" in sql} == {
        "source",
        "sighting",
        "classification",
        "subscription",
        "digest",
    }


def test_every_table_and_index_compiles_for_postgresql():
    for table in schema.metadata.sorted_tables:
        assert str(CreateTable(table).compile(dialect=POSTGRESQL))
        for index in table.indexes:
            created = str(CreateIndex(index).compile(dialect=POSTGRESQL))
            partial = str(CreateIndex(index).compile(dialect=sqlite.dialect()))
            assert ("WHERE" in created) == ("WHERE" in partial)


def test_conflicts_are_settled_in_each_servers_own_way():
    for dialect in (POSTGRESQL, sqlite.dialect()):
        statement = insert(SimpleNamespace(dialect=dialect), schema.alias).on_conflict_do_nothing()
        assert "ON CONFLICT DO NOTHING" in str(statement.compile(dialect=dialect))
