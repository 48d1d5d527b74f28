"""One council over six years: an inspection, monitoring visits, a re-inspection. What each brings to its readers."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import channels
import pytest
import structlog
from icalendar import Calendar
from outside import LOGIN, mailbox_open, slack_open, text_of
from typer.testing import CliRunner

from monitor.cli import app
from monitor.demo.config import write_config
from monitor.demo.reports import Kind, Report
from monitor.demo.site import DemoSite
from monitor.model import Grade

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from email.message import EmailMessage
    from pathlib import Path

    from outside import Mailbox, Slack

MONITOR = """\
councils = ["Rutland"]
contact = "mailto:operator@example.org"
[fetch]
allow_private = ["127.0.0.1/32"]
"""
DIGESTS = """\
[[digest]]
name = "briefing"
schedule = "30 7 * * *"
to = [ { channel = "mail", address = "dcs-office@example.org" } ]
[[alert]]
name = "judgements"
on = ["report-published", "judgement-changed", "priority-action"]
to = [ { channel = "mail", address = "chair@example.org" }, { channel = "slack" } ]
"""

RI, GOOD, INADEQUATE = Grade.REQUIRES_IMPROVEMENT, Grade.GOOD, Grade.INADEQUATE


def inspection(file: str, first: date, published: date, **judgements: Grade) -> Report:
    return Report(
        council="Rutland",
        file=file,
        kind=Kind.INSPECTION,
        published_on=published,
        fieldwork_on=(first, first + timedelta(days=11)),
        judgements=judgements,
        improve=("How soon managers look at work that drifts.",),
    )


def monitoring_visit(file: str, first: date, published: date, *, number: int) -> Report:
    return Report(
        council="Rutland",
        file=file,
        kind=Kind.MONITORING_VISIT,
        published_on=published,
        fieldwork_on=(first, first + timedelta(days=1)),
        visit_number=number,
        headline=("Leaders have begun to mend what was found, and social workers see children sooner.",),
        improve=("How well plans say what is to change for the child.",),
    )


# The grades of four areas and overall, in the order Ofsted has told them since 2023.
FIRST = inspection(
    "50000001",
    date(2020, 10, 5),
    date(2020, 12, 1),
    impact_of_leaders=RI,
    help_and_protection=RI,
    in_care=GOOD,
    overall=RI,
)
FAILED = inspection(
    "50000002",
    date(2024, 3, 18),
    date(2024, 5, 14),
    impact_of_leaders=INADEQUATE,
    help_and_protection=INADEQUATE,
    in_care=RI,
    care_leavers=RI,
    overall=INADEQUATE,
)
SECOND_VISIT = monitoring_visit("50000003", date(2024, 10, 29), date(2024, 12, 10), number=2)
THIRD_VISIT = monitoring_visit("50000004", date(2025, 3, 18), date(2025, 4, 29), number=3)
MENDED = inspection(
    "50000005",
    date(2027, 4, 12),
    date(2027, 6, 15),
    impact_of_leaders=RI,
    help_and_protection=GOOD,
    in_care=RI,
    care_leavers=RI,
)


@dataclass
class Reader:
    """Someone who follows Rutland, over a few years that pass as fast as a test says."""

    site: DemoSite
    mailbox: Mailbox
    slack: Slack
    config: Path
    state: Path
    environ: Mapping[str, str]
    now: datetime = datetime(2024, 3, 4, 6, tzinfo=UTC)

    def __call__(self, *words: str, ends_with: int = 0) -> str:
        """What the command says on this day."""
        paths = ["--config", str(self.config), "--state", str(self.state)]
        done = CliRunner().invoke(app, [*paths, *words], obj=lambda: self.now, env=self.environ, catch_exceptions=False)
        structlog.reset_defaults()  # it would go on writing to this call's stderr
        assert done.exit_code == ends_with, done.output
        return done.stdout

    def is_told_of(self, report: Report, *, ends_with: int = 0) -> EmailMessage:
        """The alert about the report, on the morning it is published; `poll` ends so."""
        assert report.published_on
        self.site.publish(report)
        self.now = datetime.combine(report.published_on, time(9), tzinfo=UTC)
        before = len(self.mailbox.mails)
        self("poll", "--all", ends_with=ends_with)
        assert len(self.mailbox.mails) == before + 1
        return self.mailbox.mails.wait(count=before + 1)

    def digest_of(self, day: date) -> str:
        """The text of the digest of that morning."""
        self.now = datetime.combine(day, time(8), tzinfo=UTC)
        before = len(self.mailbox.mails)
        self("digest")
        return text_of(self.mailbox.mails.wait(count=before + 1))

    def in_slack(self) -> str:
        """What the last message in Slack says."""
        payload = list(self.slack.payloads)[-1]
        return "\n".join(block["text"]["text"] for block in payload["blocks"] if "text" in block)

    def standing(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self("councils", "--json"))
        return found

    def calendar(self) -> list[str]:
        return [str(event["SUMMARY"]) for event in Calendar.from_ical(self("calendar")).walk("VEVENT")]

    def exported(self, *words: str) -> list[dict[str, str]]:
        content = self("export", "--inspections", "csv", *words)
        return list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff"))))


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    with DemoSite(now=datetime(2024, 3, 4, 6, tzinfo=UTC)) as site, mailbox_open() as mailbox, slack_open() as slack:
        config = tmp_path / "config"
        write_config(config, site.url)
        for name, content in (
            ("monitor", MONITOR + channels.mail(mailbox.port, channels.LOGIN) + channels.SLACK),
            (
                "sources",
                f'[[source]]\nname = "Ofsted reports"\nkind = "ofsted-reports"\nbase_url = "{site.url}/ofsted"\n',
            ),
            ("digests", DIGESTS),
        ):
            (config / f"{name}.toml").write_text(content, encoding="utf-8")
        environ = {
            "MONITOR_SMTP_USER": LOGIN[0],
            "MONITOR_SMTP_PASSWORD": LOGIN[1],
            "MONITOR_SLACK_WEBHOOK": f"{slack.url}/services/hook-secret",
        }
        yield Reader(site=site, mailbox=mailbox, slack=slack, config=config, state=tmp_path / "state", environ=environ)


def test_the_story_of_a_council_is_told_right_at_each_step(reader: Reader) -> None:
    reader.site.publish(FIRST)
    reader("poll", "--all")

    # What was there at the first check is known, and told to nobody.
    assert len(reader.mailbox.mails) == len(reader.slack.payloads) == 0
    assert reader.standing()["judgements"]["overall"] == "requires-improvement"
    reader("digest")

    # An inspection: judged inadequate.
    alert = reader.is_told_of(FAILED)
    assert alert["Subject"] == "Rutland: overall effectiveness requires improvement → inadequate and 2 more changes"
    text = text_of(alert)
    worse = "requires improvement → inadequate; ▼ worse, down one grade"
    assert f"Overall effectiveness: {worse}" in text
    assert "The grades before these changes had stood since October 2020." in text
    assert "Before, children in care and care leavers had one grade: good (October 2020)." in text
    assert "monitoring visit between August 2024" in text
    assert "• Overall effectiveness: requires improvement → *inadequate*" in reader.in_slack()
    assert "Rutland judged inadequate" in reader.digest_of(date(2024, 5, 15))
    standing = reader.standing()
    assert standing["judgements"]["overall"] == "inadequate"
    assert (standing["next"]["kind"], standing["visits"]) == ("monitoring-visit", [])
    assert "Expected: Rutland, monitoring visit (window opens; closes 14 February 2025)" in reader.calendar()
    assert [row["Overall effectiveness"] for row in reader.exported()] == ["Inadequate", "Requires improvement"]

    # A visit: no grades, those of the inspection stand.
    alert = reader.is_told_of(SECOND_VISIT)
    assert alert["Subject"] == "Report published: Rutland, second monitoring visit"
    text = text_of(alert)
    assert "Second monitoring visit since the judgement of inadequate in March 2024." in text
    assert "A monitoring visit gives no grades." in text
    assert "The grades of March 2024 stand: overall effectiveness: inadequate;" in text
    assert "Second monitoring visit since the judgement of inadequate in March 2024." in reader.in_slack()
    assert "Rutland: second monitoring visit report published" in reader.digest_of(date(2024, 12, 11))
    assert [visit["date"] for visit in reader.standing()["visits"]] == ["2024-10-30"]
    assert "Expected: Rutland, monitoring visit (window opens; closes 30 April 2025)" in reader.calendar()
    assert reader.exported()[0]["Monitoring visit number"] == "2"

    # Another.
    alert = reader.is_told_of(THIRD_VISIT)
    assert "Third monitoring visit since the judgement of inadequate in March 2024." in text_of(alert)
    assert "Third monitoring visit" in reader.in_slack()
    assert "Rutland: third monitoring visit report published" in reader.digest_of(date(2025, 4, 30))
    standing = reader.standing()
    assert standing["judgements"]["overall"] == "inadequate"
    assert [visit["date"] for visit in standing["visits"]] == ["2024-10-30", "2025-03-19"]
    assert standing["last"]["kind"] == "monitoring-visit"
    assert "Expected: Rutland, monitoring visit (window opens; closes 19 September 2025)" in reader.calendar()
    (row,) = reader.exported("--standing")
    assert (row["Overall effectiveness"], row["Visits since"], row["Last visit date"]) == (
        "Inadequate",
        "2",
        "2025-03-19",
    )

    # Two years on, a digest says that the re-inspection may come, once.
    reader.digest_of(date(2027, 3, 28))
    digest = reader.digest_of(date(2027, 3, 30))
    assert "Rutland: re-inspection between March 2027 and March 2028" in digest
    assert "Nothing has been announced" in digest
    told = len(reader.mailbox.mails)
    reader("digest", "--since", "7d")
    assert len(reader.mailbox.mails) == told

    # It comes, without an overall grade.
    alert = reader.is_told_of(MENDED)
    assert alert["Subject"] == "Rutland: impact of leaders inadequate → requires improvement and 1 more change"
    text = text_of(alert)
    assert "Help and protection: inadequate → good; ▲ better, up two grades" in text
    assert (
        "Since April 2026 full inspections have given no overall grade; the last was inadequate (March 2024)." in text
    )
    assert "• Help and protection: inadequate → *good*" in reader.in_slack()
    assert "Since April 2026 full inspections have given no overall grade" in reader.digest_of(date(2027, 6, 16))
    standing = reader.standing()
    assert standing["judgements"] == {
        "overall": None,
        "impact_of_leaders": "requires-improvement",
        "help_and_protection": "good",
        "in_care": "requires-improvement",
        "care_leavers": "requires-improvement",
    }
    assert standing["visits"] == []
    assert [one["kind"] for one in standing["expected"]] == ["ilacs"]
    assert "no overall grade" in reader("councils")
    assert "Expected: Rutland, full inspection (window opens; closes 23 December 2030)" in reader.calendar()
    assert not [summary for summary in reader.calendar() if "monitoring visit" in summary]

    # All of it stands in the export, newest first.
    rows = reader.exported()
    assert [row["Overall effectiveness"] for row in rows] == ["", "", "", "Inadequate", "Requires improvement"]
    assert [row["Publication date"] for row in rows] == [
        "2027-06-15",
        "2025-04-29",
        "2024-12-10",
        "2024-05-14",
        "2020-12-01",
    ]
    (row,) = reader.exported("--standing")
    assert (row["Local authority name"], row["Visits since"], row["Expected next"]) == (
        "Rutland",
        "0",
        "Full inspection",
    )


def test_a_report_that_could_not_be_read_is_told_again_with_what_it_says(reader: Reader) -> None:
    reader.site.publish(FIRST)
    reader("poll", "--all")
    reader("digest")
    path = f"/ofsted/v1/file/{FAILED.file}"
    reader.site.fault(path, "html")
    alert = reader.is_told_of(FAILED, ends_with=1)
    assert alert["Subject"] == "Report published: Rutland, Children's services inspection"
    assert "could not be read yet" in text_of(alert)
    assert "could not be read yet" in reader.digest_of(date(2024, 5, 15))
    assert reader.standing()["unread"] != []

    reader.site.mend(path)
    reader.now += timedelta(days=1)
    reader("poll", "--all")
    alert = reader.mailbox.mails.wait(count=3)
    assert alert["Subject"] == "Rutland: overall effectiveness requires improvement → inadequate and 2 more changes"
    assert "Rutland judged inadequate" in reader.digest_of(date(2024, 5, 17))
    assert reader.standing()["unread"] == []
    reader.now += timedelta(days=1)
    reader("poll", "--all")
    reader("digest")
    assert len(reader.mailbox.mails) == 4


def test_that_ofsteds_page_cannot_be_seen_is_news_once(reader: Reader) -> None:
    reader.site.publish(FIRST)
    reader("poll", "--all")
    reader("digest")
    reader.site.fault("/ofsted/provider/44/80547", "500")
    for day in range(5, 12):
        reader.now = datetime(2024, 3, day, 8, tzinfo=UTC)
        reader("poll", "--all", ends_with=1)
        reader("digest")
    (mail,) = reader.mailbox.mails
    assert "no source answered, 1 is failing" in mail["Subject"]
    assert "Ofsted reports: Rutland: since 5 March 2024" in text_of(mail)
