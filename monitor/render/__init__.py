"""Wording: a Digest becomes a Message for every channel at once. Which facts are told is not decided here."""

from __future__ import annotations

from bisect import bisect_left
from functools import partial
from typing import TYPE_CHECKING

from monitor.model import Message
from monitor.render.data import data
from monitor.render.html import MAX_BYTES, html
from monitor.render.notify import fits_mail, notify
from monitor.render.outline import outline
from monitor.render.slack import slack, slack_thread
from monitor.render.teams import teams
from monitor.render.text import text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from zoneinfo import ZoneInfo

    from monitor.model import Digest
    from monitor.render.parts import Outline

__all__ = ["render"]

# Reports whose facts are told before any headline beyond them: together some 40 kB, so that a flood of headlines with
# long addresses costs none of them.
_SURE_REPORTS = 10


def render(
    digest: Digest,
    *,
    theme_titles: Mapping[str, str],
    timezone: ZoneInfo,
    can_stop: bool = False,
    contact: str = "",
) -> Message:
    """The digest in words, with dates on the clocks of `timezone`; a theme without a title shows its id.

    A reader is told to write to `contact` where it is "mailto:…".
    With `can_stop`, HTML and text hold a place for the recipient's own link to stop: see `Message.with_stop_link`.
    A digest whose HTML would be cut off by mail clients loses its quotations; then its last stories are told by
    headline alone; then it loses its last reports, down to some, before any headline. What is left out is counted, with
    where it is found. The other channels say the same, and Notify's markup loses what its own mail has no room for.
    `data` always holds everything.
    """
    worded = partial(outline, digest, theme_titles=theme_titles, timezone=timezone, can_stop=can_stop, contact=contact)
    message, page = _fitting(digest, worded, html, lambda page: len(page.encode()) < MAX_BYTES)
    markup = notify(message)
    if not fits_mail(markup):
        _, markup = _fitting(digest, worded, notify, fits_mail)
    return Message(
        subject=message.subject,
        html=page,
        text=text(message),
        slack=slack(message),
        slack_thread=slack_thread(message),
        teams=teams(message),
        data=data(digest, message.subject),
        notify=markup,
    )


def _fitting(
    digest: Digest, worded: Callable[..., Outline], write: Callable[[Outline], str], fits: Callable[[str], bool]
) -> tuple[Outline, str]:
    """The fullest outline that fits as it is written, with what is written of it."""
    for quotes in (True, False):
        message = worded(quotes=quotes)
        if fits(written := write(message)):
            return message, written
    shorter = partial(worded, quotes=False)
    reports, linked = len(digest.inspections), len(digest.stories) + len(digest.linked)
    if fits(write(shorter(stories=0, reports=_SURE_REPORTS))):
        reports = _most(reports, lambda n: fits(write(shorter(stories=0, reports=n))))
        stories = _most(len(digest.stories), lambda n: fits(write(shorter(stories=n, reports=reports))))
    else:
        reports = _most(reports, lambda n: fits(write(shorter(linked=0, stories=0, reports=n))))
        stories = _most(len(digest.stories), lambda n: fits(write(shorter(linked=0, stories=n, reports=reports))))
        linked = _most(linked - stories, lambda n: fits(write(shorter(linked=n, stories=stories, reports=reports))))
    message = shorter(linked=linked, stories=stories, reports=reports)
    return message, write(message)


def _most(limit: int, fits: Callable[[int], bool]) -> int:
    """The largest number up to `limit` that fits, given that nothing larger than one that does not fit does."""
    return bisect_left(range(1, limit + 1), True, key=lambda number: not fits(number))
