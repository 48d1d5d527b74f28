"""A council's reports together: what a new one changes, what it follows, and what still stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from monitor.dates import london_day
from monitor.model import (
    JUDGEMENTS,
    Change,
    Correction,
    Inspection,
    InspectionKind,
    InspectionNews,
    KnownReport,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from monitor.model import Grade, Item, ReadyItem, SendOutcome

# Letters about a part of the services: they give no grades, and a full inspection overtakes what they ask for.
_VISITS = (InspectionKind.FOCUSED_VISIT, InspectionKind.MONITORING_VISIT, InspectionKind.JTAI)
# Reports on all of a council's services for children. The grades of 2013 were for one part of them.
FULL = (InspectionKind.ILACS, InspectionKind.SINGLE_INSPECTION, InspectionKind.SINGLE_REINSPECTION)

_UNKNOWN = datetime.min.replace(tzinfo=UTC)


def known(item: Item, inspection: Inspection | None, unread: str = "") -> KnownReport:
    """The report an item is, with the facts of its document where that was read.

    Ofsted's page says whose report it is: what a first page prints has been another council's before.
    """
    facts = inspection or Inspection(council=None, kind=InspectionKind.OTHER)
    return KnownReport(
        item_id=item.id,
        key=item.key,
        council=item.council or facts.council or "",
        title=item.title,
        url=item.url,
        published=london_day(item.published) if item.published else facts.published,
        event_date=item.event_date,
        first_seen=item.first_seen,
        inspection=inspection,
        unread="" if inspection else unread or "it has not been read yet",
    )


def of_council(council: str, reports: Iterable[KnownReport]) -> list[KnownReport]:
    """The council's reports, oldest inspection first; of one that was replaced only the newest file."""
    newest: list[KnownReport] = []
    for report in sorted((one for one in reports if one.council == council), key=_arrived):
        newest = [one for one in newest if not _is_same_inspection(one, report)] + [report]
    return sorted(newest, key=_in_order)


def news(one: ReadyItem, reports: Iterable[KnownReport]) -> InspectionNews:
    """A report's facts, and what they change for its council by the other known `reports` of all councils."""
    current = known(one.item, one.inspection, one.unread)
    others = [other for other in reports if other.item_id != current.item_id and other.council == current.council]
    before = max((other for other in others if _is_replaced(other, current)), key=_arrived, default=None)
    earlier = [other for other in of_council(current.council, others) if _is_earlier(other, current)]
    follows, missed = last_judged(earlier), _missed(earlier)
    if missed:  # what stood before this report is not known
        follows, earlier = None, []
    return InspectionNews(
        inspection=current.inspection or Inspection(council=current.council, kind=InspectionKind.OTHER),
        council=current.council,
        url=current.url,
        title=current.title,
        story=one.story,
        published=current.published,
        unread=current.unread,
        changes=changes(current, earlier),
        compared=tuple(name for name, _ in _in_their_order(current) if _run(name, current, earlier)),
        first_known=follows is None and missed is None,
        follows=follows,
        missed=missed,
        letters=_letters(current, earlier, follows),
        replaces=before,
        corrections=corrections(before, current) if before else (),
    )


def last_judged(reports: Iterable[KnownReport]) -> KnownReport | None:
    """The newest full inspection of `reports`, given oldest first, that grades anything."""
    return next((one for one in reversed(list(reports)) if _is_kind(one, *FULL) and one.judgements), None)


def _missed(reports: Sequence[KnownReport]) -> KnownReport | None:
    """The newest of `reports`, after the last that graded anything, that was not read and may be a full inspection."""
    judged = last_judged(reports)
    later = reports[reports.index(judged) + 1 :] if judged else reports
    return next((one for one in reversed(later) if one.inspection is None and may_be(one, *FULL)), None)


# --- what a report changes -------------------------------------------------------------------------------------


def changes(current: KnownReport, earlier: Sequence[KnownReport]) -> tuple[Change, ...]:
    """Each judgement that differs from the last of the `earlier` reports, oldest first, that gave it.

    In the order of JUDGEMENTS; of an area SEND inspection, its outcome.
    """
    found = []
    for judgement, after in _in_their_order(current):
        run = _run(judgement, current, earlier)
        if run and (before := _judged(run[-1])[judgement]) is not after:
            found.append(
                Change(judgement=judgement, before=before, after=after, since=run[-1].dated, stood_since=run[0].dated)
            )
    return tuple(found)


def _judged(report: KnownReport) -> Mapping[str, Grade | SendOutcome]:
    """What a report judges of the whole of a council's services, or of an area's for special needs."""
    if _is_kind(report, *FULL):
        return report.judgements
    outcome = report.inspection.send_outcome if report.inspection else None
    return {"send_outcome": outcome} if outcome else {}


def _in_their_order(report: KnownReport) -> list[tuple[str, Grade | SendOutcome]]:
    given = _judged(report)
    return [(name, given[name]) for name in (*JUDGEMENTS, "send_outcome") if name in given]


def _run(judgement: str, current: KnownReport, earlier: Sequence[KnownReport]) -> list[KnownReport]:
    """The last of the `earlier` reports with a grade to compare, and those right before it with the same one.

    Oldest first; none where the last that gave the judgement is not to be compared with the current one.
    """
    run: list[KnownReport] = []
    for one in reversed([one for one in earlier if judgement in _judged(one)]):
        if not _comparable(judgement, one, run[-1] if run else current):
            break
        if run and _judged(one)[judgement] is not _judged(run[-1])[judgement]:
            break
        run.append(one)
    return run[::-1]


def _comparable(judgement: str, one: KnownReport, other: KnownReport) -> bool:
    """Until 2023 children in care and care leavers shared one grade: it is no earlier grade of either alone."""
    return judgement != "in_care" or ("care_leavers" in one.judgements) == ("care_leavers" in other.judgements)


def _letters(current: KnownReport, earlier: Iterable[KnownReport], follows: KnownReport | None) -> int:
    """For a monitoring visit: how many letters of such visits there are since the judgement, this one counted.

    The first visit's letter may never be published: this is no count of visits.
    """
    if not _is_kind(current, InspectionKind.MONITORING_VISIT):
        return 0
    since = follows.dated if follows else None
    return 1 + sum(
        _is_kind(one, InspectionKind.MONITORING_VISIT) and (since is None or one.dated > since) for one in earlier
    )


# --- files that replace others ---------------------------------------------------------------------------------


def _in_order(report: KnownReport) -> tuple[date, datetime, date, int]:
    """By inspection; files of one as they came to be known, and of what one check brought by publication."""
    return report.dated, report.first_seen or _UNKNOWN, report.published or date.min, report.item_id


def _arrived(report: KnownReport) -> tuple[datetime, date, int]:
    return _in_order(report)[1:]


def _is_earlier(one: KnownReport, other: KnownReport) -> bool:
    """Whether it is of an inspection before the other's; what nothing dates is before none."""
    return date.min < one.dated < other.dated and not _is_same_inspection(one, other)


def _is_replaced(before: KnownReport, after: KnownReport) -> bool:
    return _is_same_inspection(before, after) and _arrived(before) < _arrived(after)


def _is_same_inspection(one: KnownReport, other: KnownReport) -> bool:
    """Whether two files are about one inspection: one replaces the other, and may correct its days."""
    on_page = one.event_date is not None and (one.title, one.event_date) == (other.title, other.event_date)
    if one.inspection is None or other.inspection is None:
        return on_page
    if one.inspection.kind is not other.inspection.kind or one.inspection.kind is InspectionKind.OTHER:
        return False
    held = one.inspection.inspection_end
    return on_page or (held is not None and held == other.inspection.inspection_end)


def corrections(before: KnownReport, after: KnownReport) -> tuple[Correction, ...]:
    """The facts in which a file differs from the one it replaces; none where either could not be read."""
    if before.inspection is None or after.inspection is None:
        return ()
    old, new = _facts(before.inspection), _facts(after.inspection)
    facts = [Correction(fact=fact, before=old[fact], after=new[fact]) for fact in old if old[fact] != new[fact]]
    lists = (
        _edited("priority_actions", before.inspection.priority_actions, after.inspection.priority_actions),
        _edited(
            "areas_for_improvement", before.inspection.areas_for_improvement, after.inspection.areas_for_improvement
        ),
    )
    return (*facts, *filter(None, lists))


def _edited(fact: str, before: Sequence[str], after: Sequence[str]) -> Correction | None:
    """How many items of a list are new, and how many are gone; None where it is the same list."""
    added, removed = len(set(after) - set(before)), len(set(before) - set(after))
    told = [f"{number} {what}" for number, what in ((added, "added"), (removed, "removed")) if number]
    return Correction(fact=fact, before="", after=", ".join(told)) if told else None


def _facts(inspection: Inspection) -> dict[str, str]:
    """What a correction may change, by the names that `report --json` uses, as text; "" where it is not told."""
    judged = {name: inspection.judgements.get(name) for name in JUDGEMENTS}
    return {
        **{name: grade.value if grade else "" for name, grade in judged.items()},
        "inspection_start": str(inspection.inspection_start or ""),
        "inspection_end": str(inspection.inspection_end or ""),
        "priority_action": "yes" if inspection.priority_action else "no",
        "visit_number": str(inspection.visit_number or ""),
        "send_outcome": inspection.send_outcome.value if inspection.send_outcome else "",
    }


# --- what still stands -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAction:
    """An area for priority action that no later inspection has looked at as a whole."""

    text: str  # in the report's words; "" where it names none that could be read
    report: KnownReport


def visits_since(reports: Sequence[KnownReport], judged: KnownReport | None) -> list[KnownReport]:
    """The visits after that judgement, or all, oldest first."""
    return [one for one in reports if _is_kind(one, *_VISITS) and (judged is None or one.dated > judged.dated)]


def open_actions(reports: Sequence[KnownReport]) -> list[OpenAction]:
    """The priority actions of a council's `reports`, oldest first, that are open as far as Ofsted's reports say.

    What a visit or an inspection of children's services asks for is open until the next full inspection; what an
    area SEND inspection asks for, until the next of those.
    """
    judged = last_judged(reports)
    send = [one for one in reports if _is_kind(one, InspectionKind.AREA_SEND)]
    asking = [*([judged] if judged else []), *visits_since(reports, judged), *send[-1:]]
    return [
        OpenAction(text=text, report=one)
        for one in asking
        if one.inspection and one.inspection.priority_action
        for text in one.inspection.priority_actions or ("",)
    ]


def last_send(reports: Iterable[KnownReport]) -> KnownReport | None:
    """The newest of `reports`, given oldest first, with an area SEND outcome."""
    return next((one for one in reversed(list(reports)) if one.inspection and one.inspection.send_outcome), None)


# Of reports that were not read or not recognised, by the titles on Ofsted's pages.
_TITLES = tuple(
    (re.compile(pattern, re.IGNORECASE), kind)
    for pattern, kind in (
        (r"\bSEND\b|special educational needs", InspectionKind.AREA_SEND),
        (r"\bmonitoring visit\b", InspectionKind.MONITORING_VISIT),
        (r"\bfocused (?:assurance )?visit\b", InspectionKind.FOCUSED_VISIT),
        (r"\bjoint (?:targeted )?area\b", InspectionKind.JTAI),
        (r"children['’]?s services .{0,40}\binspection|\binspection of .{0,90}\bservices", InspectionKind.ILACS),
    )
)


def kind(report: KnownReport) -> InspectionKind | None:
    """What the document says it is, else the title on Ofsted's page; None when neither does."""
    if report.inspection and report.inspection.kind is not InspectionKind.OTHER:
        return report.inspection.kind
    return next((kind for pattern, kind in _TITLES if pattern.search(report.title)), None)


def may_be(report: KnownReport, *kinds: InspectionKind) -> bool:
    """Whether it is one of `kinds`, or was not read and its title does not say that it is another."""
    told = kind(report)
    return told in kinds or (told is None and report.inspection is None)


def _is_kind(report: KnownReport, *kinds: InspectionKind) -> bool:
    return report.inspection is not None and report.inspection.kind in kinds
