"""The invented items: what each imitated source shows before and after the night."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files

import msgspec

from monitor.dates import LONDON
from monitor.model.plain import value_of

_FILES = ("govuk.toml", "councils.toml", "press.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoItem:
    """One published thing as it stands at one moment; instants are aware UTC, in whole seconds."""

    shown_in: tuple[str, ...]  # the feeds and listings that show it
    path: str  # of its page on the site, with the query that belongs to it
    title: str
    summary: str
    text: str  # paragraphs parted by blank lines
    published: datetime
    updated: datetime
    label: str  # GOV.UK's display type: "Press release"
    post: int  # WordPress's number
    revisions: tuple[int, ...]  # the numbers under which the BBC shows it
    listed: int  # how often a committee system lists it


class _Change(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is different about an item after the night; an empty value changes nothing."""

    hours_ago: float | None = None
    summary: str = ""
    text: str = ""
    revisions: tuple[int, ...] = ()


class _Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An item as the files in pages/ have it; the fields that DemoItem has too mean the same."""

    shown_in: tuple[str, ...]
    path: str
    title: str
    summary: str
    hours_ago: float  # before the demonstration's moment
    text: str = ""  # the summary stands for it
    label: str = ""
    post: int = 0
    revisions: tuple[int, ...] = (0,)
    listed: int = 1
    meeting_in_days: int = 0
    since_advance: bool = False  # it is this morning's news
    after_advance: _Change = _Change()


@cache
def _rows() -> tuple[_Row, ...]:
    pages = files("monitor.demo").joinpath("pages")
    tables = (tomllib.loads(pages.joinpath(name).read_text("utf-8")) for name in _FILES)
    return tuple(row for table in tables for row in value_of(table["item"], tuple[_Row, ...]))


def items(now: datetime, *, advanced: bool) -> tuple[DemoItem, ...]:
    """Everything published by then, newest first: yesterday's state, or this morning's when `advanced`."""
    shown = (_item(row, now, advanced=advanced) for row in _rows() if advanced or not row.since_advance)
    return tuple(sorted(shown, key=lambda item: item.updated, reverse=True))


def _item(row: _Row, now: datetime, *, advanced: bool) -> DemoItem:
    change = row.after_advance if advanced else _Change()
    published = _before(now, row.hours_ago)
    meeting = now.astimezone(LONDON) + timedelta(days=row.meeting_in_days)
    return DemoItem(
        shown_in=row.shown_in,
        path=row.path,
        title=row.title.replace("{meeting}", f"{meeting:%d/%m/%Y}"),
        summary=change.summary or row.summary,
        text=(change.text or row.text or row.summary).strip(),
        published=published,
        updated=published if change.hours_ago is None else _before(now, change.hours_ago),
        label=row.label,
        post=row.post,
        revisions=change.revisions or row.revisions,
        listed=row.listed,
    )


def _before(now: datetime, hours: float) -> datetime:
    return (now - timedelta(hours=hours)).replace(microsecond=0)
