from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import channels
import pytest
from outside import LOGIN, Night, Program, Surroundings, environ, mailbox_open, publisher_open, slack_open

from monitor.demo.config import write_config
from monitor.demo.site import DemoSite

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from outside import Mailbox, Publisher, Slack

_MONITOR = """\
councils = ["Devon", "Leicestershire", "Middlesbrough", "North East Lincolnshire"]
contact = "mailto:operator@example.org"

[poll]
per_host = 16

[fetch]
deadline = "4s"
allow_private = ["127.0.0.1/32"]

"""

_DIGESTS = """\
[[digest]]
name = "briefing"
schedule = "0 0 1 1 *"                         # once a year: a test says itself when there is a digest
to = [ { channel = "mail", address = "dcs-office@example.org" }, { channel = "slack" } ]

[[alert]]
name = "judgements"
on = ["report-published", "judgement-changed", "priority-action"]
to = [ { channel = "mail", address = "chair@example.org" }, { channel = "slack" } ]
"""


@contextmanager
def _surroundings(directory: Path) -> Iterator[Surroundings]:
    with DemoSite(now=datetime.now(UTC)) as site, mailbox_open() as mailbox, slack_open() as slack:
        secrets = {
            "MONITOR_SMTP_USER": LOGIN[0],
            "MONITOR_SMTP_PASSWORD": LOGIN[1],
            "MONITOR_SLACK_WEBHOOK": f"{slack.url}/services/hook-secret",
        }
        program = Program(config=directory / "config", state=directory / "state", environ=environ(**secrets))
        write_config(program.config, site.url)
        sources = (program.config / "sources.toml").read_text(encoding="utf-8")
        program.configure(
            monitor=_MONITOR + channels.mail(mailbox.port, channels.LOGIN) + channels.SLACK,
            sources=re.sub(r"^kind = ", 'interval = "1s"\nkind = ', sources, flags=re.MULTILINE),
            digests=_DIGESTS,
        )
        yield Surroundings(program=program, site=site, mailbox=mailbox, slack=slack)


@pytest.fixture
def surroundings(tmp_path: Path) -> Iterator[Surroundings]:
    with _surroundings(tmp_path) as surroundings:
        yield surroundings


@pytest.fixture
def program(surroundings: Surroundings) -> Program:
    return surroundings.program


@pytest.fixture
def site(surroundings: Surroundings) -> DemoSite:
    return surroundings.site


@pytest.fixture
def mailbox(surroundings: Surroundings) -> Mailbox:
    return surroundings.mailbox


@pytest.fixture
def slack(surroundings: Surroundings) -> Slack:
    return surroundings.slack


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with publisher_open() as publisher:
        yield publisher


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """One for all tests of a module: what they do with it must not show."""
    with _surroundings(tmp_path_factory.mktemp("night")) as around:
        around.program.polled()
        told_at_first_check = len(around.mailbox.mails) + len(around.slack.payloads)
        around.site.advance()
        around.program.polled()
        assert around.program("digest", "briefing", "--since", "1h").returncode == 0
        yield Night(**vars(around), told_at_first_check=told_at_first_check)
