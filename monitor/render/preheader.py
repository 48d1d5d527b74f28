"""The line that mail clients show after the subject: what the subject did not say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.render.words import bounded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from monitor.render.parts import Group, Headlines, Judged, Report

_FAILED = "inadequate"
_LIMIT = 140  # clients show 40 to 140 characters


def preheader(subject: str, news: Iterable[str]) -> str:
    """As much of the `news` as is shown, without what the subject says already."""
    said = subject.casefold()
    return bounded(
        "; ".join(one.rstrip(".") for one in dict.fromkeys(news) if one and one.casefold() not in said), _LIMIT
    )


def news_of(reports: Sequence[Report]) -> Iterator[str]:
    """What is urgent in each report, what changed, else what was judged, else what it gives; worst news first."""
    for number, report in enumerate(reports):
        council = f"{report.heading.partition(':')[0]}: " if number else ""  # the first one's is in the subject
        for action in report.actions[:1]:
            yield f"{council}“{action}”"
        # What failed is told even where it did not change: an overall grade may not say it.
        rows = [row for row in report.judged if row.before or row.level == _FAILED]
        if not any(row.before for row in rows):
            rows = list(report.judged)
        if rows:
            yield council + "; ".join(_row(row) for row in rows)
        yield from report.notes[:1]


def _row(row: Judged) -> str:
    return f"{row.name}: {f'{row.before} → ' if row.before else ''}{row.now}"


def titles_of(groups: Sequence[Group], linked: Sequence[Headlines]) -> Iterator[str]:
    """The titles of stories, with what is new in an update."""
    for group in groups:
        for story in group.stories:
            yield story.new
            yield story.title.text
    for headlines in linked:
        yield from (link.text for link in headlines.links)
