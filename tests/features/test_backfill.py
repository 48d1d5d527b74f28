"""A council's history is read once, oldest first, and told to nobody, however often its reading is cut short."""

from __future__ import annotations

import json
import signal
import sqlite3
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from outside import text_of

from monitor.demo.reports import Kind, Report

if TYPE_CHECKING:
    from subprocess import CompletedProcess

    from outside import Mailbox, Program, Publisher, Slack

    from monitor.demo.site import DemoSite

DEVON = ["59990301", "59990302", "59990303"]  # the oldest first
HISTORY = [*DEVON, "59990401", "59990402", "59990101", "59990102", "59990103", "59990201", "59990202"]
IN_KENT = Report(council="Kent", file="59990901", kind=Kind.FOCUSED_VISIT, published_days_ago=700)


def files_fetched(site: DemoSite) -> list[str]:
    """The report files that were asked for, in that order."""
    return [target.rpartition("/")[2] for _, target, _ in site.requests if "/v1/file/" in target]


def lines(done: CompletedProcess[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def follow_also(program: Program, council: str) -> None:
    text = (program.config / "monitor.toml").read_text(encoding="utf-8")
    program.configure(monitor=text.replace('"Devon", ', f'"Devon", "{council}", '))


def told(mailbox: Mailbox, slack: Slack) -> int:
    return len(mailbox.mails) + len(slack.payloads)


def test_first_poll_reads_a_councils_history_oldest_first_and_tells_nobody(
    program: Program, site: DemoSite, mailbox: Mailbox, slack: Slack
) -> None:
    text = (program.config / "monitor.toml").read_text(encoding="utf-8")
    program.configure(monitor=text.replace("per_host = 16", "per_host = 1"))
    for _ in range(2):
        program.polled()
        assert [file for file in files_fetched(site) if file in DEVON] == DEVON
    assert told(mailbox, slack) == 0
    program("digest", "briefing", "--since", "30d")
    assert "/v1/file/" not in text_of(mailbox.mails.wait())  # the newest was published four months ago


def test_backfill_reads_every_report_once_a_council_after_the_other_and_tells_nobody(
    program: Program, site: DemoSite, mailbox: Mailbox, slack: Slack
) -> None:
    first, second = program("backfill", "--json"), program("backfill", "--json")
    assert (first.returncode, second.returncode, first.stderr) == (0, 0, "")
    assert files_fetched(site) == HISTORY
    assert lines(first)[0] == {"council": "Devon", "reports": 3, "read": 3, "failed": 0}
    assert lines(second)[0] == {"council": "Devon", "reports": 3, "read": 0, "failed": 0}
    program.polled()
    program("deliver")
    assert (told(mailbox, slack), files_fetched(site)) == (0, HISTORY)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM], ids=["killed", "Ctrl-C", "SIGTERM"])
def test_backfill_cut_short_goes_on_from_there_and_repeats_at_most_the_report_in_flight(
    program: Program, site: DemoSite, publisher: Publisher, how: int
) -> None:
    in_flight = "59990401"
    site.fault(f"/ofsted/v1/file/{in_flight}", f"to:{publisher.url}/slow")
    publisher.hangs.add("/slow")
    with program.running("backfill") as command:
        publisher.requests.wait()
        if how == signal.SIGKILL:
            command.kill()
        else:
            assert command.stop(how) == 130
            said = [line["said"] for line in command.log if "said" in line]
            assert said == [f"stopped: 3 of {len(HISTORY)} reports read; the next backfill goes on from there"]
    assert files_fetched(site) == [*DEVON, in_flight]
    site.mend(f"/ofsted/v1/file/{in_flight}")
    assert program("backfill").returncode == 0
    assert Counter(files_fetched(site)) == {**dict.fromkeys(HISTORY, 1), in_flight: 2}


def test_backfill_again_reads_every_report_anew_and_tells_nobody(
    program: Program, site: DemoSite, mailbox: Mailbox, slack: Slack
) -> None:
    program("backfill", "Devon")
    with closing(sqlite3.connect(program.state / "monitor.db")) as database, database:
        database.execute("UPDATE inspection SET data = json_remove(data, '$.judgements')")  # by an older program
    done = program("backfill", "--again", "--json", "Devon")
    assert (done.returncode, lines(done)) == (0, [{"council": "Devon", "reports": 3, "read": 3, "failed": 0}])
    assert files_fetched(site) == [*DEVON, *DEVON]
    (devon,) = lines(program("councils", "--json", "Devon"))
    assert devon["judgements"]["overall"] == "inadequate"
    program.polled()
    program("deliver")
    assert told(mailbox, slack) == 0


def test_log_has_a_line_for_each_report_that_was_read(program: Program) -> None:
    with program.running("--verbose", "backfill", "Devon") as command:
        assert command.ended() == 0
    read = [line for line in command.log if line["event"] == "read"]
    assert [line["url"].rpartition("/")[2] for line in read] == DEVON
    assert {line["kind"] for line in read} == {"ilacs", "monitoring-visit"}


def test_where_every_page_fails_the_advice_is_to_run_it_again(program: Program, site: DemoSite) -> None:
    for council in ("44/80461", "44/80483"):
        site.fault(f"/ofsted/provider/{council}", "500")
    done = program("backfill", "Devon", "Leicestershire")
    assert done.returncode == 1
    assert "Run `backfill` again." in done.stderr
    assert "poll --all" not in done.stderr


def test_what_a_backfill_read_is_known_as_after_a_pass_of_the_service(program: Program, site: DemoSite) -> None:
    program("backfill", "Devon")
    (devon,) = lines(program("councils", "--json", "Devon"))
    assert devon["judgements"]["overall"] == "inadequate"
    assert "\nstory 1, ready " in program("explain", f"{site.url}/ofsted/v1/file/{DEVON[0]}").stdout


def test_report_that_fails_is_named_and_the_next_backfill_tries_it_at_once(program: Program, site: DemoSite) -> None:
    site.fault("/ofsted/v1/file/59990302", "503")  # it asks to wait for two minutes
    done = program("backfill", "--json", "Devon")
    assert (done.returncode, lines(done)) == (1, [{"council": "Devon", "reports": 3, "read": 2, "failed": 1}])
    assert f"not read: Devon: {site.url}/ofsted/v1/file/59990302: HTTP 503" in done.stderr
    site.mend("/ofsted/v1/file/59990302")
    done = program("backfill", "Devon")
    assert (done.returncode, done.stdout) == (0, "Devon: 3 reports, 1 read now\n")


def test_report_that_was_given_up_is_tried_again_too(program: Program, site: DemoSite) -> None:
    site.fault("/ofsted/v1/file/59990302", "410")
    program("backfill", "Devon")
    site.mend("/ofsted/v1/file/59990302")
    assert program("backfill", "Devon").stdout == "Devon: 3 reports, 1 read now\n"


def test_page_that_fails_is_named_and_the_other_councils_are_read(program: Program, site: DemoSite) -> None:
    site.fault("/ofsted/provider/44/80461", "500")
    done = program("backfill", "--json", "Devon", "Leicestershire")
    assert done.returncode == 1
    assert [(line["council"], line.get("error"), line["read"]) for line in lines(done)] == [
        ("Devon", "HTTP 500", 0),
        ("Leicestershire", None, 2),
    ]
    assert "Ofsted reports: Devon: HTTP 500" in done.stderr


def test_backfill_waits_for_nobody_while_the_service_is_at_work(program: Program) -> None:
    with program.running("run") as service:
        service.has_logged("started")
        done = program("backfill")
        assert (done.returncode, done.stdout) == (2, "")
        assert f"is in use by another ofsted-monitor (process {service.process.pid})" in done.stderr
        service.stop()


def test_new_report_that_a_backfill_came_upon_first_is_told_by_the_next_pass(
    program: Program, site: DemoSite, mailbox: Mailbox, slack: Slack
) -> None:
    program.polled()
    site.advance()
    assert program("backfill").returncode == 0
    assert told(mailbox, slack) == 0
    program.polled()
    assert len(mailbox.mails) == 2  # Middlesbrough's and Leicestershire's of this morning


def test_what_stood_on_a_page_before_anybody_followed_the_council_is_never_told(
    program: Program, site: DemoSite, mailbox: Mailbox, slack: Slack
) -> None:
    program.polled()  # the alert's subscribers are there
    site.publish(IN_KENT)
    done = program("backfill", "--json", "Kent")
    assert lines(done) == [{"council": "Kent", "reports": 1, "read": 1, "failed": 0}]
    site.publish(replace(IN_KENT, file="59990902", published_days_ago=90))
    assert lines(program("backfill", "--json", "Kent"))[0]["read"] == 1
    site.publish(replace(IN_KENT, file="59990903", published_days_ago=20))
    follow_also(program, "Kent")
    program.polled()
    assert told(mailbox, slack) == 0
    assert files_fetched(site).count("59990903") == 1

    site.publish(replace(IN_KENT, file="59990904", published_days_ago=0))
    program.polled()
    (alert,) = mailbox.mails
    assert "/v1/file/59990904" in text_of(alert)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["Leicstershire"], 'did you mean "Leicestershire"', id="misspelt"),
        pytest.param(["Devon", "Cornish Riviera"], "the short name of a council", id="one of two"),
    ],
)
def test_name_that_is_no_councils_says_so_and_nothing_is_asked_or_written(
    program: Program, site: DemoSite, words: list[str], said: str
) -> None:
    done = program("backfill", *words)
    assert (done.returncode, done.stdout, site.requests) == (2, "", [])
    assert said in done.stderr
    assert not program.state.exists()


def test_without_a_source_of_ofsteds_pages_there_is_nothing_to_read(program: Program) -> None:
    sources = (program.config / "sources.toml").read_text(encoding="utf-8")
    program.configure(sources=sources.replace('name = "Ofsted reports"', 'name = "Ofsted reports"\nenabled = false'))
    done = program("backfill", "Kent")
    assert (done.returncode, done.stdout) == (2, "")
    assert 'found no enabled source of kind "ofsted-reports"' in done.stderr
