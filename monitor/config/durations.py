"""Lengths of time as people write them: "30s", "10m", "12h", "1d", "1h30m"."""

from __future__ import annotations

import re
from datetime import timedelta

EXAMPLES = '"30s", "10m", "12h" or "1d"'

# Days, hours, minutes, seconds, in this order, each at most once. Five digits keep any sum of a length and
# today's date within what a datetime can hold.
_LENGTH = re.compile(
    r"(?:(?P<days>[0-9]{1,5})d)?"
    r"(?:(?P<hours>[0-9]{1,5})h)?"
    r"(?:(?P<minutes>[0-9]{1,5})m)?"
    r"(?:(?P<seconds>[0-9]{1,5})s)?"
)


def parse(text: str) -> timedelta:
    """The length `text` names. Raises ValueError, with examples, when it names none."""
    match = _LENGTH.fullmatch(text)
    if not text or match is None:
        raise ValueError(f"a length of time is written like {EXAMPLES}")
    return timedelta(**{unit: int(number) for unit, number in match.groupdict(default="0").items()})


def words(length: timedelta) -> str:
    """`length` in whole seconds as `parse` reads it: "10m", "1d12h"; "0s" for none. It must not be negative."""
    minutes, seconds = divmod(length // timedelta(seconds=1), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "d"), (hours, "h"), (minutes, "m"), (seconds, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0s"
