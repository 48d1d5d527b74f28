"""The written configuration follows the demonstration's site and nothing else."""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from monitor.config import load_config, secret_problems
from monitor.demo.config import write_config
from monitor.model import FolderChannel, SourceKind
from monitor.store import Database

if TYPE_CHECKING:
    from pathlib import Path

    from demo_client import Get

    from monitor.demo.site import DemoSite


@pytest.fixture
def written(tmp_path: Path, site: DemoSite) -> dict[str, Any]:
    write_config(tmp_path / "config", site.url)
    return {path.name: tomllib.loads(path.read_text("utf-8")) for path in (tmp_path / "config").iterdir()}


def test_what_it_keeps_lies_where_it_says_whatever_state_is_named(tmp_path: Path, site: DemoSite) -> None:
    """Who forgets --state gets no invented news into a real state."""
    demo = tmp_path / 'the "demo" of 100%'
    write_config(tmp_path / "config", site.url, state=demo)
    config = load_config(tmp_path / "config", state=tmp_path / "real", environ={})
    assert Database(config.database).file == demo / "monitor.db"
    assert config.channels["folder"] == FolderChannel(name="folder", path=demo / "outbox")


def test_all_four_files_are_written(written: dict[str, Any]) -> None:
    assert set(written) == {"monitor.toml", "sources.toml", "digests.toml", "themes.toml"}
    assert len(written["themes.toml"]["theme"]) == 20
    assert written["digests.toml"]["digest"][0]["name"] == "invented-news-demo"


def test_service_that_somebody_watches_looks_and_tells_as_often_as_it_can(tmp_path: Path, site: DemoSite) -> None:
    write_config(tmp_path / "config", site.url, is_watched=True)
    config = load_config(tmp_path / "config", state=tmp_path / "state", environ={})
    assert {source.interval for source in config.sources} == {timedelta(seconds=5)}
    assert [(one.kind, one.schedule) for one in config.subscriptions] == [("digest", "* * * * *"), ("alert", "")]


def test_every_source_is_on_the_site_and_answers(site: DemoSite, get: Get, written: dict[str, Any]) -> None:
    for source in written["sources.toml"]["source"]:
        url = source.get("url") or source["base_url"]
        assert url.startswith(f"{site.url}/")
        path = url.removeprefix(site.url)
        suffix = {"ofsted-reports": "/provider/44/80461", "moderngov": "/mgRss.aspx?XXR=0"}.get(source["kind"], "")
        assert get(path + suffix).status == 200


def test_nobody_outside_is_named(tmp_path: Path, written: dict[str, Any]) -> None:
    texts = "".join(
        (tmp_path / "config" / name).read_text("utf-8") for name in ("monitor.toml", "sources.toml", "digests.toml")
    )
    hosts = set(re.findall(r"https?://([^/\s\":]+)", texts))
    assert hosts == {"127.0.0.1"}


def test_monitor_accepts_it_and_needs_no_secret(tmp_path: Path, written: dict[str, Any]) -> None:
    config = load_config(tmp_path / "config", state=tmp_path / "state", environ={})
    assert {source.council for source in config.sources if source.kind is SourceKind.OFSTED} == set(config.councils)
    assert len(config.sources) == 15
    assert secret_problems(config) == ()
