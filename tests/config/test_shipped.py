"""The config/ that comes with the monitor."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

import pytest

from monitor.config import Config, load_config, secret_problems
from monitor.model import (
    AppriseChannel,
    EmailChannel,
    FolderChannel,
    NotifyChannel,
    SlackChannel,
    SubscriptionKind,
    TeamsChannel,
    WebhookChannel,
)

REPOSITORY = Path(__file__).parents[2]
SHIPPED = REPOSITORY / "config"
FEEDS = REPOSITORY.parent / "shared" / "data" / "feeds.csv"


@pytest.fixture
def shipped(tmp_path: Path) -> Config:
    return load_config(SHIPPED, state=tmp_path, environ={})


def test_shipped_configuration_works_without_any_secret(shipped: Config) -> None:
    assert secret_problems(shipped) == ()
    assert {type(channel) for channel in shipped.channels.values()} == {FolderChannel}


def test_shipped_configuration_has_a_digest_and_an_alert(shipped: Config) -> None:
    assert {one.kind for one in shipped.subscriptions} == set(SubscriptionKind)


@pytest.mark.parametrize("council", ["Devon", "Leicestershire", "Middlesbrough", "North East Lincolnshire"])
def test_each_shipped_council_has_its_reports_and_its_newsroom(shipped: Config, council: str) -> None:
    assert council in shipped.councils
    kinds = [source.kind for source in shipped.sources if source.council == council]
    assert "ofsted-reports" in kinds
    assert "feed" in kinds or "page" in kinds


def test_searches_whose_terms_or_manners_are_not_known_yet_are_off(shipped: Config) -> None:
    assert shipped.disabled_sources == ("Ofsted search", "Google News", "Bing News", "GDELT")


def test_what_is_switched_off_in_the_files_loads_when_it_is_switched_on(tmp_path: Path) -> None:
    for file in SHIPPED.glob("*.toml"):
        switched_on = re.sub(r"^(\s*)#(?=\S)", r"\1", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
        (tmp_path / file.name).write_text(switched_on, encoding="utf-8")
    config = load_config(tmp_path, state=tmp_path, environ={})
    assert {type(channel) for channel in config.channels.values()} == {
        AppriseChannel,
        EmailChannel,
        FolderChannel,
        NotifyChannel,
        SlackChannel,
        TeamsChannel,
        WebhookChannel,
    }
    assert config.public is not None
    absent = [problem.found for problem in secret_problems(config)]
    assert absent == [
        "nothing in environment variable MONITOR_SMTP_USER",
        "nothing in environment variable MONITOR_SMTP_PASSWORD",
        "nothing in environment variable MONITOR_SLACK_WEBHOOK",
        "nothing in environment variable MONITOR_PUBLIC_SECRET",
    ]


def test_searches_load_when_they_are_switched_on(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "config")
    sources = tmp_path / "config" / "sources.toml"
    sources.write_text(sources.read_text(encoding="utf-8").replace("enabled = false\n", ""), encoding="utf-8")
    config = load_config(tmp_path / "config", state=tmp_path, environ={})
    assert config.disabled_sources == ()
    assert "Google News: North East Lincolnshire" in {source.name for source in config.sources}


@pytest.mark.skipif(not FEEDS.exists(), reason="the survey of sources is not part of the project")
def test_every_shipped_address_was_surveyed(shipped: Config) -> None:
    with FEEDS.open(encoding="utf-8", newline="") as lines:
        surveyed = {row["url"].replace("&order=updated-newest", "") for row in csv.DictReader(lines)}
    moderngov = {url.partition("/mgRss.aspx")[0] for url in surveyed}
    unknown = [source.url for source in shipped.sources if source.url not in surveyed | moderngov]
    assert unknown == []
