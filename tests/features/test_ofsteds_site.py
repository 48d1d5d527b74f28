"""Ofsted's site as it is: a report is told soon after it is published, and once, whatever the site does meanwhile."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from outside import text_of

from monitor.councils import council_named
from monitor.demo.reports import Kind, Report

if TYPE_CHECKING:
    from outside import Mailbox, Program

    from monitor.demo.site import DemoSite

SOURCES = """\
[[source]]
name = "Ofsted reports"
kind = "ofsted-reports"
base_url = "{site}/ofsted"
interval = "12h"
pause = "0s"

[[source]]
name = "Ofsted search"
kind = "ofsted-search"
base_url = "{site}/ofsted"
pause = "0s"
"""
VISIT = Report(
    council="Devon",
    file="59990901",
    kind=Kind.MONITORING_VISIT,
    visit_number=3,
    headline=("Plans are made sooner than before.",),
    improve=("The regularity of supervision.",),
    findings=("Social workers know their children well.",),
)


@pytest.fixture(autouse=True)
def followed(program: Program, site: DemoSite) -> None:
    """The site's pages are due in half a day, its search in a quarter of an hour, and both were read before."""
    program.configure(sources=SOURCES.format(site=site.url))
    assert {line["status"] for line in program.polled().values()} == {"new", "unchanged"}
    assert polled_when_due(program) == {}


def polled_when_due(program: Program) -> dict[str, int]:
    """How many new items each source brought that was due."""
    lines = map(json.loads, program("poll", "--json").stdout.splitlines())
    return {line["source"]: line["new"] for line in lines}


def test_report_is_told_after_one_look_at_the_search_though_its_page_is_due_in_half_a_day(
    program: Program, site: DemoSite, mailbox: Mailbox
) -> None:
    site.publish(VISIT)
    assert program("poll", "--source", "Ofsted search").returncode == 0
    assert polled_when_due(program) == {"Ofsted reports: Devon": 1}
    (mail,) = mailbox.mails
    assert "Devon" in mail["Subject"]
    assert f"{site.url}/ofsted/v1/file/59990901" in text_of(mail)
    assert polled_when_due(program) == {}


def test_error_page_with_status_200_costs_no_report_and_tells_none_twice(
    program: Program, site: DemoSite, mailbox: Mailbox
) -> None:
    page = f"/ofsted/provider/44/{council_named('Devon').urn}"  # type: ignore[union-attr]
    site.publish(VISIT)
    site.fault(page, "slim", times=1)
    assert "Slim Application Error" in program.polled()["Ofsted reports: Devon"]["error"]
    assert len(mailbox.mails) == 0
    assert program.polled()["Ofsted reports: Devon"]["new"] == 1
    program.polled()
    assert len(mailbox.mails) == 1


def test_report_corrected_under_its_number_is_read_again_and_told_once(
    program: Program, site: DemoSite, mailbox: Mailbox
) -> None:
    site.publish(VISIT)
    assert program.polled()["Ofsted reports: Devon"]["new"] == 1
    assert len(mailbox.mails) == 1
    site.publish(replace(VISIT, fieldwork_on=(date(2026, 1, 13), date(2026, 1, 14))))
    asked = file_requests(site)
    line = program.polled()["Ofsted reports: Devon"]
    assert (line["new"], line["changed"]) == (0, 1)
    assert file_requests(site) == asked + 1
    program.polled()
    assert file_requests(site) == asked + 1
    assert len(mailbox.mails) == 1


def file_requests(site: DemoSite) -> int:
    """How often the report's file was asked for."""
    return sum(target.endswith(f"/{VISIT.file}") for _, target, _ in site.requests)
