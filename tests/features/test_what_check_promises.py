"""What `check` says of what waits is what the program does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from outside import Mailbox, Program, Slack

DIGEST = '[[digest]]\nname = "{}"\nschedule = "0 0 1 1 *"\nwhen_empty = "send"\nto = [ {{ channel = "slack" }} ]\n'


def test_while_slack_wants_an_hour_nothing_is_said_to_be_tried_before(program: Program, slack: Slack) -> None:
    program.configure(digests=DIGEST.format("first") + DIGEST.format("second"))
    slack.answer = (429, b"", {"Retry-After": "3600"})
    assert program("digest", "--since", "2h").returncode == 1
    assert len(slack.payloads) == 1  # the second digest was not tried
    said = " ".join(program("check").stdout.split())
    assert re.search(r"slack: 2 deliveries waiting, .*; next try in (1 h|60 min|59 min);", said)


def test_what_was_in_flight_when_the_service_was_killed_is_said_to_have_arrived_perhaps(
    program: Program, mailbox: Mailbox
) -> None:
    mail = ", ".join(f'{{ channel = "mail", address = "{name}@example.org" }}' for name in ("first", "second"))
    program.configure(digests=DIGEST.format("briefing").replace('{ channel = "slack" }', mail))
    mailbox.stalls = True
    with program.running("digest", "--since", "2h") as sending:
        mailbox.mails.wait()
        sending.kill()
    said = " ".join(program("check").stdout.split())
    assert "mail: 2 deliveries waiting" in said
    assert "the last: being sent, or cut short amid it; 1 may have arrived" in said
    mailbox.stalls = False
    program("deliver")  # takes back what was in hand; the other goes
    said = " ".join(program("check").stdout.split())
    assert "mail: 1 delivery waiting" in said
    assert "the last: the monitor was stopped before it could record what became of it; 1 may have arrived" in said
