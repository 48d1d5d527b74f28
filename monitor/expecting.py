"""Which inspection to expect next: rules from data/expectations.toml, and a pure function of a council's reports.

Nothing here was announced by anybody: it goes by past intervals, not set by Ofsted. Where it is not known how
a council was last judged, nothing is expected.
"""

from __future__ import annotations

import tomllib
from calendar import monthrange

# msgspec reads these annotations at run time, when rules come from their file.
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import msgspec

from monitor.history import FULL, kind, last_send, may_be
from monitor.model import JUDGEMENTS, Expectation, Grade, InspectionKind, SendOutcome
from monitor.model.plain import value_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from monitor.model import KnownReport

# Months. A report is published six to ten weeks after the inspection: before that nobody knows whether it was late.
_UNREPORTED = 3
# A window that has passed is told for so long; then the rule was not this council's.
_KEPT = 12

_FILE = "expectations.toml"


# --- rules -----------------------------------------------------------------------------------------------------


class CountedFrom(StrEnum):
    INSPECTION = "inspection"  # its last day
    PUBLICATION = "publication"  # of its report
    VISIT = "visit"  # the last day of the last monitoring visit since


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """After what, how soon, and where it is written."""

    id: str
    event: InspectionKind
    what: str  # the event, as people say it
    counted_from: CountedFrom
    earliest: int  # months
    latest: int
    rule: str  # for a reader: what Ofsted is known to say, and what was counted
    source: str  # title of the document
    source_url: str
    judged: tuple[Grade, ...] = ()  # it holds after a full inspection with one of these grades,
    send: tuple[SendOutcome, ...] = ()  # or after an area SEND inspection with one of these outcomes
    until: int | None = None  # months after the full inspection from which on none opens
    without_overall: str = ""  # what to say first where a report has no overall grade
    changes_on: date | None = None
    change: str = ""  # what to add before that day, where the window closes on it or later
    note: str = ""  # how sure it is

    def __post_init__(self) -> None:
        if bool(self.judged) == bool(self.send):
            raise ValueError("one of `judged` and `send` must say after what it holds")
        if not 0 < self.earliest <= self.latest:
            raise ValueError("`earliest` must be more than 0 months, and not after `latest`")
        if not self.source_url.startswith("https://") or not self.source or not self.rule:
            raise ValueError("`rule`, `source` and an https `source_url` must be there")


@cache
def rules() -> tuple[Rule, ...]:
    """The rules the program brings along, in the order of their file."""
    return rules_from(files("monitor.data").joinpath(_FILE).read_text(encoding="utf-8"))


def rules_from(text: str) -> tuple[Rule, ...]:
    """The rules of such a file. Raises ValueError with the file, the rule and the key of the first mistake."""
    try:
        tables = tomllib.loads(text)["framework"]
        found = [_rule({**framework, **rule}) for framework in tables for rule in framework.pop("rule")]
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{_FILE}: {error}") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{_FILE}: wanted [[framework]] tables with [[framework.rule]] tables in them") from error
    ids = [rule.id for rule in found]
    if again := next((one for one in ids if ids.count(one) > 1), None):
        raise ValueError(f"{_FILE}: rule {again}: its id stands there twice")
    return tuple(found)


def _rule(table: Mapping[str, Any]) -> Rule:
    name = f"{_FILE}: rule {table.get('id', 'without an id')}"
    if unknown := sorted(table.keys() - {one.name for one in fields(Rule)}):
        raise ValueError(f"{name}: unknown key `{unknown[0]}`")
    try:
        return value_of(table, Rule)
    except msgspec.ValidationError as error:
        raise ValueError(f"{name}: {error}") from error


# --- what is expected ------------------------------------------------------------------------------------------


def expected(reports: Sequence[KnownReport], rules: Sequence[Rule], today: date) -> list[Expectation]:
    """What is expected of one council by its `reports` (as history.of_council gives them), soonest first.

    A window that has passed is told for a year more, because inspections do come later than usual; its rule says so.
    """
    found = [*_of_services(reports, rules, today), *_of_send(reports, rules, today)]
    return sorted(found, key=_soonest)


def _soonest(one: Expectation) -> tuple[date, date, str]:
    return one.opens, one.closes, one.what


def _of_services(reports: Sequence[KnownReport], rules: Iterable[Rule], today: date) -> list[Expectation]:
    judged = _newest(reports, *FULL)
    if judged is None:
        return []
    grade = _deciding(judged.judgements)
    visits = [one for one in reports if kind(one) is InspectionKind.MONITORING_VISIT and one.dated > judged.dated]
    found = []
    for rule in rules:
        follows = _followed(rule, judged, visits)
        if grade not in rule.judged or follows is None:
            continue
        caveat = "" if "overall" in judged.judgements else rule.without_overall
        one = _expectation(rule, follows, today, caveat)
        if one and (rule.until is None or one.opens < _months_after(judged.dated, rule.until)):
            found.append(one)
    return found


def _deciding(judgements: Mapping[str, Grade]) -> Grade | None:
    """The overall grade; since April 2026, when there is none, the lowest of the four, if all are known.

    Which grade decides without an overall one Ofsted has not said: this is our reading.
    """
    if "overall" in judgements:
        return judgements["overall"]
    if len(judgements) < len(JUDGEMENTS) - 1:
        return None
    worst_first = (Grade.INADEQUATE, Grade.REQUIRES_IMPROVEMENT, Grade.GOOD, Grade.OUTSTANDING)
    return next((grade for grade in worst_first if grade in judgements.values()), None)


def _followed(rule: Rule, judged: KnownReport, visits: Sequence[KnownReport]) -> KnownReport | None:
    """The report the rule counts from, or None when it does not apply: a first visit is expected once."""
    if rule.counted_from is CountedFrom.VISIT:
        return visits[-1] if visits else None
    return None if visits and rule.event is InspectionKind.MONITORING_VISIT else judged


def _of_send(reports: Sequence[KnownReport], rules: Iterable[Rule], today: date) -> list[Expectation]:
    """A later report without an outcome, of a monitoring inspection, was the first of what was expected."""
    send = [one for one in reports if may_be(one, InspectionKind.AREA_SEND)]
    last = last_send(send)
    if last is None or last.inspection is None or _is_undated(send):
        return []
    later = send[send.index(last) + 1 :]
    if any(one.inspection is None for one in later):
        return []
    outcome = last.inspection.send_outcome
    to_come = sorted((rule for rule in rules if outcome in rule.send), key=lambda rule: rule.earliest)[len(later) :]
    return [one for rule in to_come if (one := _expectation(rule, last, today))]


def _expectation(rule: Rule, follows: KnownReport, today: date, caveat: str = "") -> Expectation | None:
    """None when its window passed long ago, or before the report was published, or the report's days make no sense."""
    told = follows.published or follows.held
    start = told if rule.counted_from is CountedFrom.PUBLICATION else follows.held or told
    if start is None or told is None or start > today:
        return None
    opens, closes = max(told, _months_after(start, rule.earliest)), _months_after(start, rule.latest)
    if closes < opens or _months_after(closes, _KEPT) < today:
        return None
    change = rule.change if rule.changes_on and today < rule.changes_on <= closes else ""
    after = "No report yet: later than usual." if _months_after(closes, _UNREPORTED) < today else change
    return Expectation(
        council=follows.council,
        event=rule.event,
        opens=opens,
        closes=closes,
        what=rule.what,
        rule=" ".join(filter(None, (caveat, rule.rule, after))),
        source=rule.source,
        source_url=rule.source_url,
        follows=follows.title,
        follows_url=follows.url,
        follows_date=told,
    )


def _months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


# --- which report it is ----------------------------------------------------------------------------------------


def _newest(reports: Sequence[KnownReport], *kinds: InspectionKind) -> KnownReport | None:
    """The newest report that may be one of `kinds`; None when it is not known which is the newest."""
    found = [one for one in reports if may_be(one, *kinds)]
    return found[-1] if found and not _is_undated(found) else None


def _is_undated(reports: Sequence[KnownReport]) -> bool:
    """Whether the first of these, oldest first, may as well be the newest."""
    return reports[0].dated == date.min
