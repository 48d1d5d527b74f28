"""Where each source stands between two checks."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta

from monitor.store import SourceState


def test_everything_known_of_a_source_survives(store, make_check, now):
    known = {
        "url": "https://gazette.example.org/feed",
        "last_body_at": now - timedelta(hours=2),
        "next_at": now + timedelta(minutes=30),
        "interval_s": 1_800.0,
        "failures": 2,
        "failing_since": now - timedelta(hours=1),
        "error": "the server answered 503",
        "gap_at": now - timedelta(days=1),
        "note": "not well-formed",
        "etag": 'W/"1"',
        "last_modified": "Wed, 17 Jun 2026 06:30:00 GMT",
        "body_hash": "0" * 32,
        "marks": ("0" * 32, "f" * 32),
        "moved_to": "https://www.gazette.example.org/feed",
        "moved_times": 2,
    }
    check = make_check(state=known)
    store.items.save([check])
    found = store.sources.states()["Wexmoor Gazette"]
    assert found == check.state
    assert all(getattr(found, field.name) for field in fields(SourceState))  # the example leaves nothing out


def test_source_stands_as_its_newest_check_left_it(store, make_check, now):
    store.items.save([make_check(state={"etag": '"1"', "marks": ("0" * 32,), "error": "slow"})])
    later = make_check(at=now + timedelta(hours=1))
    store.items.save([later])
    assert store.sources.states() == {"Wexmoor Gazette": later.state}


def test_marks_of_a_source_are_its_own(store, make_check):
    checks = [make_check(source=name, state={"marks": (name * 32,)}) for name in "ab"]
    store.items.save(checks)
    assert {name: state.marks for name, state in store.sources.states().items()} == {"a": ("a" * 32,), "b": ("b" * 32,)}


def test_source_in_trouble_is_not_woken_and_one_that_is_well_is(store, make_check, now):
    rest = now + timedelta(days=7)
    addresses = {"well": "https://a.example.org/", "in trouble": "https://b.example.org/"}
    store.items.save(
        [
            make_check(source=name, state={"url": url, "next_at": rest, "failures": int(name == "in trouble")})
            for name, url in addresses.items()
        ]
    )
    later = now + timedelta(hours=1)
    store.items.save([make_check(source="search", at=later, wakes=tuple(addresses.values()))])
    states = store.sources.states()
    assert {name: states[name].next_at for name in addresses} == {"well": later, "in trouble": rest}


def test_source_never_checked_is_not_known(store):
    assert store.sources.states() == {}
