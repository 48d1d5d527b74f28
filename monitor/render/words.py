"""Facts in words, and text from outside made safe to show: small functions from values to plain text."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from monitor.dates import LONDON
from monitor.model import JUDGEMENTS, Event, Grade, InspectionKind, Polarity, SendOutcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from monitor.model import (
        Change,
        Correction,
        Expectation,
        Inspection,
        InspectionNews,
        Item,
        KnownReport,
    )


# Not strftime: month and day names must not change with the machine's locale.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAY = re.compile(r"\b([12]\d{3})-(0[1-9]|1[0-2])-([0-2][0-9]|3[01])\b", re.ASCII)  # year, month, day
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

KINDS: Mapping[InspectionKind, str] = {
    InspectionKind.ILACS: "full inspection",
    InspectionKind.FOCUSED_VISIT: "focused visit",
    InspectionKind.MONITORING_VISIT: "monitoring visit",
    InspectionKind.JTAI: "joint targeted area inspection",
    InspectionKind.AREA_SEND: "area SEND inspection",
    InspectionKind.SINGLE_INSPECTION: "single inspection",
    InspectionKind.SINGLE_REINSPECTION: "single inspection (re-inspection)",
    InspectionKind.LOOKED_AFTER_2013: "inspection of services for looked after children (2013)",
    InspectionKind.OTHER: "report",
}

# "other" says nothing to a reader, so it has no words.
EVENTS: Mapping[Event, str] = {
    Event.FULL_INSPECTION: "full inspection",
    Event.FOCUSED_VISIT: "focused visit",
    Event.MONITORING_VISIT: "monitoring visit",
    Event.JTAI: "joint targeted area inspection",
    Event.AREA_SEND: "area SEND inspection",
    Event.COUNCIL_RESPONSE: "council response",
}

# A sign and a word, so that neither colour nor sign stands alone.
POLARITIES: Mapping[Polarity, str] = {
    Polarity.CONCERN: "▼ concern",
    Polarity.PROGRESS: "▲ progress",
    Polarity.BOTH: "◆ concern and progress",
}

SIGNS: Mapping[Polarity, str] = {polarity: words.partition(" ")[0] for polarity, words in POLARITIES.items()}

SEND_OUTCOMES: Mapping[SendOutcome, str] = {
    SendOutcome.TYPICALLY_POSITIVE: "typically positive experiences and outcomes",
    SendOutcome.INCONSISTENT: "inconsistent experiences and outcomes",
    SendOutcome.SYSTEMIC_FAILINGS: "widespread and/or systemic failings",
}


# How long what comes from outside may be, in characters: it keeps a phone's screen readable.
TITLE, HEADLINE, QUOTE, REASON, NAME = 200, 90, 320, 200, 70

# --- text from outside ------------------------------------------------------------------------------------


def encodable(text: str) -> str:
    """`text` without lone surrogates, which no channel could encode."""
    return text.encode("utf-8", "ignore").decode("utf-8")


def plain(text: str) -> str:
    """`text` on one line without control, bidi, invisible or private characters, or what is none.

    Joiners stay: they hold emoji and some scripts together. Tag characters go (they can hide whole sentences),
    so the flag of England is shown as a plain flag.
    """
    line = " ".join(text.split())
    if line.isascii() and line.isprintable():
        return line
    return "".join(
        c for c in line if c in "\u200c\u200d" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    ).strip()


def bounded(text: str, limit: int) -> str:
    """`text` in at most `limit` characters, cut after a word where there is one, with an ellipsis."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ")
    if space > limit // 2:
        cut = cut[:space]
    return cut.rstrip(" ,;:-–—\u200d") + "…"


def shown(text: str, limit: int) -> str:
    """Text from outside as it may be shown: one clean line of at most `limit` characters."""
    return bounded(plain(text), limit)


_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(:\d{1,5})?")  # no user info, no control or look-alike characters

# Longer addresses are not linked. The longest real ones, of news searches, are well under 1,000 characters.
_MAX_URL = 1500


def web_link(url: str) -> str:
    """`url` fit for a link in any medium (RFC 3986 characters only), or "" if it is not plain http(s)."""
    try:
        parts = urlsplit(encodable(url).strip())
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.netloc):
        return ""
    link = quote(parts.geturl(), safe="%/:=&?~#+!$,;'@()*[]")
    return link if len(link) <= _MAX_URL else ""


def source_of(item: Item) -> str:
    """Who says so: the source, else the host; where the source names a publisher, both: "Moor FM (via News search)"."""
    who, via = _tellers(item)
    return f"{who} (via {via})" if via else who


def in_brackets(item: Item) -> str:
    """The same as it stands in brackets: "(Moor FM, via News search)"."""
    who, via = _tellers(item)
    return f"({who}, via {via})" if via else f"({who})"


def _tellers(item: Item) -> tuple[str, str]:
    publisher, source = shown(item.publisher, 60), shown(item.source, 60)
    if publisher and source and publisher not in source:
        return publisher, source
    return source or publisher or urlsplit(web_link(item.url)).hostname or "unnamed source", ""


_INNER_MARKS = str.maketrans("“”", "‘’")


def unquoted(text: str) -> str:
    """A sentence as it may stand in quotation marks: without a pair of its own around all of it, or half a pair.

    News quotes speech paragraph by paragraph, so that a sentence may open a quotation and not close it. What is quoted
    within the sentence stands in single marks, as a quotation within a quotation does.
    """
    inner = text.strip().strip('“”"')
    return text.translate(_INNER_MARKS) if "“" in inner or "”" in inner else inner


# --- numbers and lists ------------------------------------------------------------------------------------


def counted(number: int, one: str, many: str) -> str:
    """As in "1 story", "3 stories"."""
    return f"{number:,} {one if number == 1 else many}"


def and_more(number: int, one: str, many: str) -> str:
    """As in "and 3 more areas", of what was left out; "" when nothing was."""
    return f"and {counted(number, f'more {one}', f'more {many}')}" if number > 0 else ""


def listed(names: Sequence[str]) -> str:
    """As in "Devon", "Devon and Kent", "Devon, Kent and Surrey"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def councils_listed(names: Sequence[str], *, at_most: int) -> str:
    """The first names, and how many more: "Devon and 3 more councils"; one more is named rather than counted."""
    if len(names) <= at_most + 1:
        return listed(names) or "no council"
    return listed([*names[:at_most], counted(len(names) - at_most, "more council", "more councils")])


def sentence(text: str) -> str:
    """`text` with a capital first letter; the rest stays as it is ("SEND")."""
    return text[:1].upper() + text[1:]


# --- dates -------------------------------------------------------------------------------------------------


def day(value: date) -> str:
    """As in "17 June 2026"."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def weekday(value: date) -> str:
    """As in "Wednesday 17 June 2026"."""
    return f"{_DAYS[value.weekday()]} {day(value)}"


def month(value: date) -> str:
    """As in "June 2026"."""
    return f"{_MONTHS[value.month - 1]} {value.year}"


def moment(instant: datetime, timezone: ZoneInfo) -> str:
    """As in "17 June 2026, 08:30", on the clocks of `timezone`."""
    local = instant.astimezone(timezone)
    return f"{day(local)}, {local:%H:%M}"


def days(start: date | None, end: date | None) -> str:
    """As in "11 to 22 May 2026", "28 April to 9 May 2026", "11 May 2026", or "" when neither is known."""
    if start is None or end is None or start == end:
        known = end or start
        return day(known) if known else ""
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day} to {day(end)}"
    if start.year == end.year:
        return f"{start.day} {_MONTHS[start.month - 1]} to {day(end)}"
    return f"{day(start)} to {day(end)}"


def days_in_words(text: str) -> str:
    """`text` with its days as people write them: "2026-06-17" becomes "17 June 2026"."""
    return _DAY.sub(lambda found: f"{int(found[3])} {_MONTHS[int(found[2]) - 1]} {found[1]}", text)


def item_date(item: Item, timezone: ZoneInfo) -> str:
    """When the item was published, or when it was first seen if it does not say."""
    if item.published is None:
        return f"seen {day(item.first_seen.astimezone(timezone))}"
    if item.published_is_date:  # a midnight in London, whatever the digest's own clock
        return day(item.published.astimezone(LONDON))
    return moment(item.published, timezone)


# --- judgements --------------------------------------------------------------------------------------------


def grade(value: Grade | SendOutcome) -> str:
    """As in "requires improvement", or the words of an area SEND report's outcome."""
    return SEND_OUTCOMES[value] if isinstance(value, SendOutcome) else value.value.replace("-", " ")


def judgement_name(name: str, judgements: Mapping[str, Grade | None]) -> str:
    """What a report with these `judgements` calls one of them: until 2023 care leavers were judged with children in
    care."""
    if name == "in_care" and judgements.get("care_leavers") is None:
        return "Children in care and care leavers"
    return JUDGEMENTS.get(name, "Outcome for children with special needs")


def judged_list(judgements: Mapping[str, Grade]) -> str:
    """As in "overall effectiveness: inadequate; impact of leaders: good"."""
    named = ((judgement_name(name, judgements).lower(), judgements[name]) for name in JUDGEMENTS if name in judgements)
    return "; ".join(f"{name}: {grade(value)}" for name, value in named)


def grades(inspection: Inspection) -> tuple[tuple[str, Grade], ...]:
    """The judgements the report gives, as (key of JUDGEMENTS, grade), in the order they are shown."""
    given = ((key, inspection.judgements.get(key)) for key in JUDGEMENTS)
    return tuple((key, value) for key, value in given if value is not None)


def before(change: Change) -> str:
    """As in "inadequate"; "inadequate (May 2022)" where other reports before that month's had given it already."""
    if change.since is None or change.since == change.stood_since:
        return grade(change.before)
    return f"{grade(change.before)} ({month(change.since)})"


def stood(change: Change) -> str:
    """As in "first change since January 2020": how long the grade before had stood, where that is known."""
    return f"first change since {month(change.stood_since)}" if change.stood_since else ""


_STEPS = ("no", "one", "two", "three")


def direction(change: Change) -> str:
    """As in "▲ better, up one grade", "▼ worse, down two grades"; "" where neither is better. A sign and words, so
    that neither colour nor sign stands alone."""
    steps = change.steps
    if not steps:
        return ""
    words = f"{SIGNS[Polarity.PROGRESS]} better, up" if steps > 0 else f"{SIGNS[Polarity.CONCERN]} worse, down"
    one, many = ("step", "steps") if isinstance(change.after, SendOutcome) else ("grade", "grades")
    return f"{words} {_STEPS[abs(steps)]} {one if abs(steps) == 1 else many}"


def change_in_words(change: Change, judgements: Mapping[str, Grade | None]) -> str:
    """As in "overall effectiveness inadequate → requires improvement", of a report with these `judgements`."""
    name = judgement_name(change.judgement, judgements)
    return f"{name[:1].lower()}{name[1:]} {grade(change.before)} → {grade(change.after)}"


# --- what a report follows, and what follows it ---------------------------------------------------------------

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def ordinal(number: int) -> str:
    """As in "third"; beyond ten "number 11"."""
    return _ORDINALS[number - 1] if 1 <= number <= len(_ORDINALS) else f"number {number}"


def judged_in_words(report: KnownReport) -> str:
    """As in "requires improvement in May 2024", or "in May 2026" where there was no overall grade."""
    overall = report.judgements.get("overall")
    return f"{f'{grade(overall)} ' if overall else ''}in {month(report.dated)}"


def kind_of(news: InspectionNews) -> str:
    """As in "full inspection", "third monitoring visit"."""
    number = news.inspection.visit_number
    return f"{f'{ordinal(number)} ' if number else ''}{KINDS[news.inspection.kind]}"


def visit_in_words(news: InspectionNews) -> str:
    """As in "Third monitoring visit since the judgement of inadequate in January 2020."; "" for what is no such visit.

    The letter's own number counts: the first visit's letter may not be published.
    """
    if news.inspection.kind is not InspectionKind.MONITORING_VISIT:
        return ""
    since = f" since the judgement of {judged_in_words(news.follows)}" if news.follows else ""
    since = since.replace("judgement of in ", "inspection in ")
    number = news.inspection.visit_number
    if number:
        return f"{sentence(ordinal(number))} monitoring visit{since}."
    return f"{sentence(ordinal(news.letters))} letter of a monitoring visit known{since}." if news.letters else ""


_FACTS: Mapping[str, str] = {
    "inspection_start": "first day of the inspection",
    "inspection_end": "last day of the inspection",
    "priority_action": "priority action",
    "priority_actions": "areas for priority action",
    "areas_for_improvement": "areas for improvement",
    "send_outcome": "outcome",
    "visit_number": "number of the visit",
}


def correction_in_words(correction: Correction) -> str:
    """As in "care leavers: good → outstanding", "last day of the inspection: 8 May 2026 → 9 May 2026", "areas for
    improvement: 1 added"."""
    name = JUDGEMENTS.get(correction.fact, "").lower() or _FACTS.get(correction.fact, correction.fact)
    if correction.fact in ("priority_actions", "areas_for_improvement"):
        return f"{name}: {correction.after}"
    told = (days_in_words(value).replace("-", " ") for value in (correction.before, correction.after))
    before, after = (value or "not told" for value in told)
    return f"{name}: {before} → {after}"


def expectation_in_words(one: Expectation) -> str:
    """As in "full inspection between March 2027 and March 2028"."""
    opens, closes = month(one.opens), month(one.closes)
    return f"{shown(one.what, NAME)} {f'in {opens}' if opens == closes else f'between {opens} and {closes}'}"
