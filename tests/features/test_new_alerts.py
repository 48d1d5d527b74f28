"""An alert that is new, or has another name, misses nothing that comes after it was set up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from far_ends import mail_server

if TYPE_CHECKING:
    from outside import Mailbox, Program

    from monitor.demo.site import DemoSite

LONDON = ZoneInfo("Europe/London")
NEW = '[[alert]]\nname = "new"\non = ["report-published"]\nto = [{ channel = "mail", address = "new@example.org" }]\n'


def test_an_alert_added_before_a_poll_is_told_by_that_poll_and_once(
    program: Program, site: DemoSite, mailbox: Mailbox
) -> None:
    program.polled()
    digests = (program.config / "digests.toml").read_text(encoding="utf-8")
    program.configure(digests=digests.replace('name = "judgements"', 'name = "renamed"') + NEW)
    site.advance()
    program.polled()
    told = sorted((mail["To"], mail["Subject"]) for mail in mailbox.mails)
    subjects = [subject for to, subject in told if to == "new@example.org"]
    assert len(subjects) == len(set(subjects)) == 2
    assert [subject for to, subject in told if to == "chair@example.org"] == subjects
    program.polled()
    assert len(mailbox.mails) == len(told)


def test_an_operators_alert_added_before_messages_are_tried_tells_of_those(program: Program, mailbox: Mailbox) -> None:
    with mail_server() as other:
        other.unknown = "gone@example.org"
        monitor = (program.config / "monitor.toml").read_text(encoding="utf-8")
        channel = (
            f'[channels.other]\nkind = "email"\nhost = "127.0.0.1"\nport = {other.port}\nsecurity = "none"\n'
            'from = "monitor@example.org"\n'
        )
        digest = (
            '[[digest]]\nname = "briefing"\nschedule = "0 0 1 1 *"\nwhen_empty = "send"\n'
            'to = [{ channel = "other", address = "gone@example.org" }]\n'
        )
        program.configure(
            monitor=monitor + channel, digests=digest + NEW.replace("report-published", "delivery-given-up")
        )
        assert program("digest", "--since", "2h").returncode == 1
    (told,) = mailbox.mails
    assert told["To"] == "new@example.org"


def quiet_now() -> str:
    """Quiet hours that hold the present, and go on for hours."""
    now = datetime.now(LONDON)
    return f'quiet_hours = "{now - timedelta(hours=1):%H:%M}-{now + timedelta(hours=3):%H:%M}"\n'


def test_check_says_what_waits_for_an_alert_that_was_renamed_until_it_has_its_name_back(
    program: Program, site: DemoSite, mailbox: Mailbox
) -> None:
    quiet = NEW + quiet_now()
    program.configure(digests=quiet)
    program.polled()
    site.advance()
    program.polled()
    assert len(mailbox.mails) == 0
    assert program("check").returncode == 0
    program.configure(digests=quiet.replace('"new"', '"renamed"'))
    for _ in range(2):  # before the restart, and after it
        said = program("check")
        assert said.returncode == 1
        assert "✗ 2 reports are still owed to the alert “new”, which is not in digests.toml" in " ".join(
            said.stdout.split()
        )
        program.polled()
    program.configure(digests=NEW)
    program.polled()
    assert len({mail["Subject"] for mail in mailbox.mails}) == len(mailbox.mails) == 2
    program.configure(digests=NEW.replace('"new"', '"renamed"'))
    assert program("check").returncode == 0


def test_check_says_nothing_of_an_alert_that_was_taken_out_with_nothing_owed(program: Program, site: DemoSite) -> None:
    program.configure(digests=NEW)
    program.polled()
    site.advance()
    program.polled()
    program.configure(digests=NEW.replace('"new"', '"renamed"'))
    assert program("check").returncode == 0
