"""Feeds on the disk: one for each subscription and each council, written when there is news and at no other time."""

from __future__ import annotations

import json
import os
from datetime import timedelta

import pytest

from monitor.errors import NotPublished, StoreError
from monitor.model import (
    Digest,
    FolderChannel,
    Message,
    Recipient,
    Subscription,
    SubscriptionKind,
    Telling,
    ToldBy,
    Window,
)
from monitor.publishing import Publishing

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def config(make_config, make_source, tmp_path):
    to = (Recipient(channel="folder"),)
    return make_config(
        feeds=tmp_path / "feeds",
        sources=(make_source(),),
        councils=("Wexmoor", "North East Lincolnshire"),
        channels={"folder": FolderChannel(name="folder", path=tmp_path)},
        subscriptions=(
            Subscription(name="weekly review", kind=SubscriptionKind.DIGEST, to=to, councils=("Wexmoor",)),
            Subscription(name="judgements", kind=SubscriptionKind.ALERT, to=to, councils=("Wexmoor",)),
        ),
    )


@pytest.fixture
def publishing(config, store, now):
    return Publishing(config=config, store=store, clock=lambda: now)


@pytest.fixture
def told(store, now):
    """Records that a digest told these items."""

    def tell(*items, subscription="weekly review", how=Telling.TOLD, at=now):
        digest = Digest(
            subscription=subscription,
            kind=SubscriptionKind.DIGEST,
            slot=f"{at:%Y-%m-%dT%H:%M}",
            window=Window(start=at - DAY, end=at),
            composed_at=at,
        )
        rows = [ToldBy(item_id=one.id, story=one.id, how=how) for one in items]
        assert store.digests.save(digest, rows, message=Message(subject="", html="", text="", slack=(), data={}))

    return tell


def titles(config, name):
    return [one["title"] for one in json.loads((config.feeds / f"{name}.json").read_text(encoding="utf-8"))["items"]]


def digest_feed(config):
    (path,) = config.feeds.glob("digest-weekly-review-*.json")
    return path.stem


def test_every_subscription_and_every_council_has_both_feeds_even_without_news(publishing, config):
    assert publishing.publish() == 8
    names = sorted(path.name for path in config.feeds.iterdir())
    assert "alert-judgements.atom" in names
    assert "council-north-east-lincolnshire.json" in names
    assert "council-wexmoor.atom" in names
    assert len(names) == 8


def test_a_subscriptions_feed_has_what_it_was_told_and_nothing_else(publishing, config, ready, told, make_item):
    first, second, third = ready(make_item("Told"), make_item("The same again"), make_item("Not owed"))
    told(first)
    told(second, how=Telling.SAME_STORY, at=first.first_seen + HOUR)
    publishing.publish()
    assert [title.removeprefix("Wexmoor: ") for title in titles(config, digest_feed(config))] == ["Told"]
    assert titles(config, "alert-judgements") == []
    assert third.id


def test_a_councils_feed_has_what_is_known_of_it_whoever_was_told(publishing, config, ready, make_item, now):
    ready(make_item("About Wexmoor"), ready_at=now - HOUR)
    publishing.publish()
    assert titles(config, "council-wexmoor") == ["About Wexmoor"]
    assert titles(config, "council-north-east-lincolnshire") == []


def test_a_councils_feed_lets_go_of_news_of_a_source_that_was_taken_out(publishing, config, ready, make_item):
    gone = (make_item("News", source="Evil Echo"), make_item("Report", source="Evil Echo", is_report=True))
    ready(*gone, source="Evil Echo", state={"url": "https://evil.example.org/rss"})
    publishing.publish()
    (left,) = titles(config, "council-wexmoor")
    assert "News" not in left


def test_what_was_there_at_the_first_check_is_dated_by_its_publication_and_old_news_are_left_out(
    publishing, config, ready, make_item, now
):
    ready(
        make_item("Last month", from_first_check=True, published=now - 30 * DAY),
        make_item("Last year", from_first_check=True, published=now - 400 * DAY),
        make_item("Undated", from_first_check=True),
    )
    publishing.publish()
    (entry,) = json.loads((config.feeds / "council-wexmoor.json").read_text(encoding="utf-8"))["items"]
    assert entry["title"].endswith("Last month")
    assert entry["date_published"] == f"{now - 30 * DAY:%Y-%m-%dT%H:%M:%SZ}"


def test_without_news_nothing_is_written(publishing, config, ready, make_item):
    publishing.publish()
    before = {path: path.stat().st_ino for path in config.feeds.iterdir()}
    assert publishing.publish() == 0
    publishing.has_news()
    assert publishing.publish() == 0  # somebody thought so, and nothing is different
    ready(make_item("News"))
    publishing.has_news()
    assert publishing.publish() == 2
    after = {path: path.stat().st_ino for path in config.feeds.iterdir()}
    assert {path.stem for path in before if before[path] != after[path]} == {"council-wexmoor"}


def test_feeds_of_what_is_no_longer_configured_are_removed_and_nothing_else(publishing, config):
    config.feeds.mkdir()
    for name in ("council-elsewhere.atom", "digest-old.json", "council-notes.txt", "my-own.json"):
        (config.feeds / name).touch()
    publishing.publish()
    names = {path.name for path in config.feeds.iterdir()}
    assert not names & {"council-elsewhere.atom", "digest-old.json"}
    assert names >= {"council-notes.txt", "my-own.json"}


def test_what_others_put_in_place_of_a_feed_is_not_followed(publishing, config, tmp_path):
    config.feeds.mkdir()
    secret = tmp_path / "public.key"
    secret.write_bytes(b"ours")
    secret.chmod(0o600)
    (config.feeds / "council-wexmoor.json").symlink_to(secret)
    (config.feeds / "council-wexmoor.atom").symlink_to(tmp_path / "nothing")
    os.mkfifo(config.feeds / "alert-judgements.json")  # to read it would wait for somebody who writes
    assert publishing.publish() == 8
    assert secret.read_bytes() == b"ours"
    assert not (tmp_path / "nothing").exists()
    assert all(path.is_file() and not path.is_symlink() for path in config.feeds.iterdir())
    assert titles(config, "council-wexmoor") == []


def test_a_folder_that_cannot_be_written_is_tried_again(publishing, config):
    config.feeds.write_text("a file stands where the folder should be")
    with pytest.raises(NotPublished, match="cannot be written"):
        publishing.publish()
    config.feeds.unlink()
    assert publishing.publish() == 8


def test_what_a_store_in_trouble_kept_out_of_the_feeds_is_in_them_when_it_answers_again(
    publishing, config, store, ready, make_item
):
    publishing.publish()
    ready(make_item("News"))
    publishing.has_news()
    store.database.close()  # what is asked next opens the file
    there = store.database.file
    aside = there.rename(there.with_suffix(".aside"))
    there.mkdir()
    with pytest.raises(StoreError):
        publishing.publish()
    there.rmdir()
    aside.rename(there)
    assert publishing.publish() == 2
    assert len(titles(config, "council-wexmoor")) == 1
