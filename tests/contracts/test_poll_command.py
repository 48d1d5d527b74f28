"""`ofsted-monitor poll`: a line a source, and why the others could not be read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from commands import command, types

from monitor.config import load_config
from monitor.demo.config import write_config
from monitor.demo.site import DemoSite

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def site(config: Path) -> Iterator[DemoSite]:
    """The imitated sources; the configuration follows them."""
    with DemoSite(now=datetime.now(UTC)) as site:
        write_config(config, site.url)
        yield site


REPORT, PAGE = "/ofsted/v1/file/59990103", "/newsroom/winter-gritting-crews-ready/"
CHECK = {"source": str, "status": str, "new": int, "changed": int, "unchanged": int, "seconds": float}


def test_poll_says_a_line_a_source_in_configured_order(
    site: DemoSite, on: list[object], config: Path, tmp_path: Path
) -> None:
    site.fault("/bbc/news/england/devon/rss.xml", "500")
    ended = command(*on, "poll", "--json")
    assert ended.code == 1
    lines = {line["source"]: line for line in ended.lines}
    assert list(lines) == [source.name for source in load_config(config, state=tmp_path, environ={}).sources]
    failed = lines.pop("BBC: Devon")
    assert types(failed) == {**CHECK, "error": str}
    assert (failed["status"], failed["error"]) == ("failed", "HTTP 500")
    assert "BBC: Devon: HTTP 500" in ended.err
    assert {tuple(types(line).items()) for line in lines.values()} == {tuple(CHECK.items())}
    assert {line["status"] for line in lines.values()} == {"new"}

    nothing_due = command(*on, "poll", "--json")
    assert (nothing_due.code, nothing_due.out) == (0, "")
    assert "No source is due" in nothing_due.err

    site.mend("/bbc/news/england/devon/rss.xml")
    one = command(*on, "poll", "--source", "BBC: Devon")
    assert (one.code, one.err) == (0, "")
    assert one.out.splitlines()[1].split()[:-1] == ["BBC:", "Devon", "new", "3", "0", "0"]


def test_poll_ends_with_1_where_a_report_or_a_page_could_not_be_read_and_names_it(
    site: DemoSite, on: list[object]
) -> None:
    site.fault(REPORT, "500")
    ended = command(*on, "poll", "--source", "Ofsted reports: Middlesbrough")
    assert (ended.code, ended.err) == (1, f"not read: {site.url}{REPORT}: HTTP 500\n")

    site.fault(PAGE, "404")
    ended = command(*on, "poll", "--json", "--source", "Devon County Council news")
    assert (ended.code, ended.lines[0]["status"]) == (1, "new")
    assert f"not read: {site.url}{PAGE}: HTTP 404\n" in ended.err


def test_sources_that_fail_alike_are_told_together_each_by_name(
    site: DemoSite, on: list[object], config: Path, tmp_path: Path
) -> None:
    for path in ("/bbc/news/england/devon/rss.xml", "/bbc/news/england/tees/rss.xml"):
        site.fault(path, "500")
    ended = command(*on, "poll")
    assert ended.err == "2 sources: HTTP 500\n  BBC: Tees, BBC: Devon\n"

    site.__exit__()
    names = [source.name for source in load_config(config, state=tmp_path, environ={}).sources]
    ended = command(*on, "poll", "--all")
    assert all(name in ended.err for name in names)
    assert len(ended.err.splitlines()) < len(names)
    assert "is there a network? `poll --all` asks again at once" in ended.err
    failing = [line for line in command(*on, "check").out.splitlines() if line.startswith("✗")]
    assert (len(failing), failing[-1]) == (6, f"✗ and {len(names) - 5} more: ofsted-monitor sources")
