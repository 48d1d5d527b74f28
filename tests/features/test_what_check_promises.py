"""What `check` says of what waits is what the program does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from outside import Program, Slack

DIGEST = '[[digest]]\nname = "{}"\nschedule = "0 0 1 1 *"\nwhen_empty = "send"\nto = [ {{ channel = "slack" }} ]\n'


def test_while_slack_wants_an_hour_nothing_is_said_to_be_tried_before(program: Program, slack: Slack) -> None:
    program.configure(digests=DIGEST.format("first") + DIGEST.format("second"))
    slack.answer = (429, b"", {"Retry-After": "3600"})
    assert program("digest", "--since", "2h").returncode == 1
    assert len(slack.payloads) == 1  # the second digest was not tried
    said = " ".join(program("check").stdout.split())
    assert re.search(r"slack: 2 deliveries waiting, .*; next try in (1 h|60 min|59 min);", said)
