"""Stopped at any moment and started again, the service loses nothing and repeats at most the message in flight."""

from __future__ import annotations

import json
import signal
from collections import Counter
from typing import TYPE_CHECKING

from outside import entry, feed, source, text_of

if TYPE_CHECKING:
    from outside import Mailbox, Program, Publisher, Slack

    from monitor.demo.site import DemoSite

PROMPT_S = 15  # generous: what takes two seconds on an idle machine, on one that runs other tests besides
DEADLINE_S = 4  # of a fetch, as configured for these tests


def also_follow(program: Program, publisher: Publisher) -> None:
    """One more source, on the publisher's /slow."""
    path = program.config / "sources.toml"
    program.configure(sources=path.read_text(encoding="utf-8") + source("Slow Gazette", f"{publisher.url}/slow"))
    publisher.shows("/slow", feed(entry(1, "Bin day moves to Friday", "Nothing else changes.")))


def test_ten_restarts_with_two_kills_lose_nothing_and_repeat_only_the_mail_in_flight(
    program: Program, site: DemoSite, mailbox: Mailbox, slack: Slack, publisher: Publisher
) -> None:
    also_follow(program, publisher)
    with program.running("run") as service:
        service.has_logged("pass")
        assert service.stop() == 0
    site.advance()

    publisher.hangs.add("/slow")
    asked = len(publisher.requests)
    with program.running("run") as service:
        publisher.requests.wait(count=asked + 1)
        service.kill()  # in the middle of a poll: what the other sources brought is not stored yet
    publisher.hangs.clear()

    mailbox.stalls = True
    with program.running("run") as service:
        in_flight = mailbox.mails.wait()
        service.has_logged("delivered", count=2)  # to Slack, which does not wait for the mail
        service.kill()  # in the middle of a delivery: the server has the mail, and has not said so
    mailbox.stalls = False

    with program.running("run") as service:
        service.has_logged("interrupted")
        assert service.stop() == 0
    program.later()
    with program.running("run") as service:
        mailbox.mails.wait(count=3)
        slack.payloads.wait(count=2)
        assert service.stop() == 0
    for _ in range(5):
        with program.running("run") as service:
            service.has_logged("housekeeping")
            assert service.stop() == 0

    carried = Counter(mail["Message-ID"] for mail in mailbox.mails)
    assert carried == {**dict.fromkeys(carried, 1), in_flight["Message-ID"]: 2}
    assert len(carried) == 2  # an alert for each new report
    assert len(slack.payloads) == 2
    program("digest", "briefing", "--since", "1h")
    digest = text_of(mailbox.mails.wait(count=4))
    for told in ("Middlesbrough Council news", "BBC: Tees", "The Sector Desk", "Westerly Herald", "Minutes published"):
        assert told in digest


def test_second_service_on_the_same_state_says_so_and_ends(program: Program) -> None:
    with program.running("run") as service:
        service.has_logged("started", at_most_s=PROMPT_S)
        for command in ("run", "deliver"):
            done = program(command)
            assert done.returncode == 2
            assert f"is in use by another ofsted-monitor (process {service.process.pid})" in done.stderr
        assert service.stop(at_most_s=PROMPT_S) == 0


def test_service_told_to_stop_while_a_source_hangs_ends_by_the_deadline_and_keeps_the_rest(
    program: Program, publisher: Publisher
) -> None:
    also_follow(program, publisher)
    publisher.hangs.add("/slow")
    with program.running("run") as service:
        service.has_logged("housekeeping")
        publisher.requests.wait()
        assert service.stop(at_most_s=DEADLINE_S + PROMPT_S) == 0
    stands = {one["source"]: one for one in map(json.loads, program("sources", "--json").stdout.splitlines())}
    assert stands["Slow Gazette"]["last_error"] == f"took longer than {DEADLINE_S} s"
    assert stands["BBC: Devon"]["last_success"]


def test_command_interrupted_at_the_keyboard_ends_without_a_trace(program: Program, publisher: Publisher) -> None:
    also_follow(program, publisher)
    publisher.hangs.add("/slow")
    with program.running("poll") as command:
        publisher.requests.wait()
        assert command.stop(signal.SIGINT, at_most_s=PROMPT_S) == 130
    assert "Traceback" not in " ".join(line["said"] for line in command.log)
