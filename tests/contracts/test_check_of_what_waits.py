"""`check` says of what waits when it is tried next, and what may have arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from commands import command

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from commands import Ended

ONE_MESSAGE = "position = 0, part = id, digest_id = (SELECT min(digest_id) FROM delivery)"


@pytest.fixture
def said(demo_after: Callable[..., list[object]]) -> Callable[..., tuple[Ended, str]]:
    """What `check` says where the three deliveries of the demonstration wait, and its line about them.

    `first` and `others`: in how many minutes they are tried next.
    """

    def say(*, first: int = -1, others: int = -1, error: str = "", changed: str = "attempts = 0") -> tuple[Ended, str]:
        is_first = "id = (SELECT min(id) FROM delivery)"
        minutes = f"CASE WHEN {is_first} THEN {first} ELSE {others} END"
        failed = f"CASE WHEN {is_first} THEN '{error}' ELSE '' END"
        waits = (
            f"state = 'pending', ended_at = NULL, error = {failed}, next_at = datetime('now', {minutes} || ' minutes')"
        )
        ended = command(*demo_after("delivery", f"{waits}, {changed}"), "check")
        (line,) = (line for line in ended.out.splitlines() if "waiting" in line)
        return ended, line

    return say


@pytest.mark.parametrize(
    ("waiting", "tried"),
    [
        pytest.param({"first": 50, "changed": ONE_MESSAGE}, "in 50 min", id="parts wait for the part before them"),
        pytest.param({"first": 50, "error": "slower"}, "in 50 min", id="a server asked for time"),
        pytest.param({"error": "down"}, "within 1h", id="a channel that is down rests"),
        pytest.param({}, "now", id="composed a moment ago"),
    ],
)
def test_no_next_try_is_promised_at_which_nothing_is_tried(
    said: Callable[..., tuple[Ended, str]], waiting: dict[str, object], tried: str
) -> None:
    _, line = said(**waiting)
    assert f"next try {tried};" in line


@pytest.mark.parametrize(("hours", "code", "mark"), [(5, 0, "!"), (7, 1, "✗")])
def test_what_waits_for_six_hours_is_a_failure_and_before_that_a_note(
    said: Callable[..., tuple[Ended, str]], hours: int, code: int, mark: str
) -> None:
    ended, line = said(error="down", changed=f"composed_at = datetime('now', '-{hours} hours')")
    assert (ended.code, line[0]) == (code, mark)


def test_an_alert_that_waits_for_the_end_of_quiet_time_is_no_failure(
    said: Callable[..., tuple[Ended, str]], config: Path
) -> None:
    digests = config / "digests.toml"
    hours = 'quiet_hours = "00:00-23:59"\n'
    digests.write_text(digests.read_text("utf-8").replace("[[alert]]\n", f"[[alert]]\n{hours}"), encoding="utf-8")
    ended, line = said(changed="composed_at = datetime('now', '-7 hours'), subscription = 'judgements'")
    assert (ended.code, line[0]) == (0, "!")
