"""What people see in the terminal: tables, progress and complaints. Text from outside is shown, never obeyed."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from monitor.config.durations import words
from monitor.model import NO_OVERALL_FROM
from monitor.render.words import (
    KINDS,
    SEND_OUTCOMES,
    councils_listed,
    counted,
    day,
    expectation_in_words,
    judged_list,
    moment,
    month,
    ordinal,
    web_link,
)
from monitor.store import CheckStatus
from monitor.text import clean, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from monitor.errors import Problem
    from monitor.history import OpenAction
    from monitor.model import Classification, Cue, Evidence, Item, KnownReport, Mention
    from monitor.standing import CouncilStanding, SourceStanding
    from monitor.store import Check

# Without emoji: ":warning:" in a title is a title's, not ours.
out = Console(highlight=False, soft_wrap=True, emoji=False)
err = Console(highlight=False, soft_wrap=True, emoji=False, stderr=True)

_STATUS_STYLE = {CheckStatus.NEW: "green", CheckStatus.UNCHANGED: "dim", CheckStatus.FAILED: "bold red"}
_PIPED_WIDTH = 10_000


def safe(text: str) -> str:
    """Text from outside for the terminal: no control characters, no markup."""
    return escape(clean(text))


def paragraph(markup: str, *, indent: int = 0, to: Console = out) -> None:
    """Prints lines that all begin at `indent`, broken between words; one long line where no person is watching."""
    text = Text.from_markup(markup, emoji=False)
    lines = text.wrap(to, to.width - indent) if to.is_terminal else [text]
    for line in lines:
        line.rstrip()  # in place: the space a line was broken at
        to.print(" " * indent, line, sep="")


def complain(problems: Sequence[Problem]) -> None:
    """What a person must mend, a paragraph each."""
    err.print(f"[bold red]{counted(len(problems), 'thing', 'things')} to mend[/]")
    for problem in problems:
        paragraph(f"[bold]{safe(problem.where)}[/]", indent=2, to=err)
        paragraph(f"found {safe(problem.found)}, wanted {safe(problem.wanted)}", indent=4, to=err)
        if problem.hint:
            paragraph(safe(problem.hint), indent=4, to=err)


def failed(reason: str) -> None:
    paragraph(f"[bold red]{safe(reason)}[/]", to=err)


@contextmanager
def progress(total: int, what: str) -> Iterator[Callable[[], None]]:
    """A bar on stderr while the block runs, if a person is watching; call what it yields for each thing done."""
    if not err.is_terminal or total < 2:
        yield lambda: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)


# --- tables --------------------------------------------------------------------------------------------------------


def _table(first: str, *others: str) -> Table:
    """A table whose first column gives way where the terminal is narrow; the others are numbers and short words."""
    table = Table(box=None, header_style="bold", pad_edge=False, collapse_padding=True)
    table.add_column(first, overflow="fold")
    for name in others:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _print_table(table: Table) -> None:
    if not out.is_terminal:  # a row a line, whatever its length: it is searched and cut by other programs
        table.width = Measurement.get(out, out.options.update(max_width=_PIPED_WIDTH), table).maximum
    out.print(table)


def show_checks(checks: Sequence[Check]) -> None:
    """A line a source of what a pass did; why one failed is not in it."""
    table = _table("source", "status", "new", "changed", "unchanged", "seconds")
    for check in checks:
        counts = ("", "", "") if check.reason else (str(check.new), str(check.changed), str(check.unchanged))
        status = Text(check.status.value, style=_STATUS_STYLE[check.status])
        table.add_row(safe(check.source), status, *counts, f"{check.seconds:.2f}")
    _print_table(table)


def show_failures(failures: Sequence[Check], *, of: int, hint: str = "`poll --all` asks again at once.") -> None:
    """Which checks failed, of so many, and why; those that failed alike together. `hint`: what to do if all did."""
    alike: dict[str, list[str]] = {}
    for check in failures:
        alike.setdefault(check.reason, []).append(check.source)
    for reason, names in alike.items():
        if len(names) == 1:
            failed(f"{names[0]}: {reason}")
        else:
            failed(f"{len(names)} sources: {reason}")
            paragraph(safe(", ".join(names)), indent=2, to=err)
    root = min(alike, key=len, default="")  # "robots.txt could not be read: could not connect" is alike too
    if len(failures) == of > 1 and all(reason.endswith(root) for reason in alike):
        paragraph(f"Every source failed alike: is there a network? {hint}", to=err)


def show_sources(standings: Sequence[SourceStanding], now: datetime) -> None:
    table = _table("source", "items,\n30 days", "last\nsuccess", "next\ncheck", "every", "failed\nchecks")
    for one in standings:
        table.add_row(
            safe(one.source),
            str(one.items),
            ago(one.last_success, now),
            until(one.next_check, now),
            words(one.interval) if one.interval else "—",
            Text(str(one.failures), style="bold red" if one.failures else "dim"),
        )
    _print_table(table)
    for one in standings:
        if said := one.last_error or one.note:
            style = "red" if one.last_error else "yellow"
            paragraph(f"[bold]{safe(one.source)}[/]: [{style}]{safe(said)}[/]")


def show_councils(standings: Sequence[CouncilStanding]) -> None:
    """A paragraph a council: five judgements of up to twenty letters are too wide for a table."""
    for one in standings:
        out.print(f"[bold]{safe(one.council)}[/]")
        for line in _standing(one):
            paragraph(line, indent=2)


def _standing(one: CouncilStanding) -> Iterator[str]:
    yield from _judgements(one)
    for report in one.unread:
        why = f"{safe(shorten(report.title, 200))} ({safe(shorten(report.unread, 200))})"
        yield f"[yellow]a newer report could not be read[/]: {why}{_link(report)}"
    if one.visits:
        yield "since then:" if one.judged else "visits known:"
        yield from (f"– {_known(visit)}{_link(visit)}" for visit in one.visits)
    if one.priority_actions:
        since = " in or since the last full inspection" if one.judged else ""
        yield f"[bold red]priority action[/], asked for{since}, as far as known:"
        yield from (f"– {_asked(action)}{_link(action.report)}" for action in one.priority_actions)
    if one.send and one.send.inspection and one.send.inspection.send_outcome:
        yield f"area SEND: {SEND_OUTCOMES[one.send.inspection.send_outcome]} {_when(one.send)}"
    yield f"{_last(one)}; {counted(one.items, 'item', 'items')} in 30 days"
    for expectation in one.expected:
        what = expectation_in_words(expectation)
        yield f"likely next, not announced: {what}. [dim]{safe(expectation.rule)}[/]"


def _judgements(one: CouncilStanding) -> Iterator[str]:
    if one.judged is None:
        yield "no judgements known"
        return
    yield f"{judged_list({key: grade for key, grade in one.judgements.items() if grade})} {_when(one.judged)}"
    if not one.judgements.get("overall"):
        is_none_given = one.judged.dated >= NO_OVERALL_FROM
        why = "full inspections give none since April 2026" if is_none_given else "none could be read"
        yield f"[dim]no overall grade: {why}[/]"


def _when(report: KnownReport) -> str:
    """When it was inspected and published, as far as known, and where to read it."""
    inspected = f"inspected {month(report.held)}" if report.held else ""
    published = f"published {day(report.published)}" if report.published else ""
    return f"[dim]({', '.join(filter(None, (inspected, published))) or 'nobody knows when'})[/]{_link(report)}"


def _link(report: KnownReport) -> str:
    link = web_link(report.url)
    return f" [dim]{safe(link)}[/]" if link else ""


def _asked(action: OpenAction) -> str:
    text = safe(shorten(action.text, 200)) or "see the report"
    return f"{text} [dim]({_kind(action.report)}, {month(action.report.dated)})[/]"


def _last(one: CouncilStanding) -> str:
    if one.last:
        return f"last report: {_known(one.last)}"
    if one.unread:
        return "no report could be read"
    return f"no report known: `ofsted-monitor backfill {safe(shlex.quote(one.council))}` reads them"


def _known(report: KnownReport) -> str:
    return f"{_kind(report)}, {day(report.dated)}"


def _kind(report: KnownReport) -> str:
    """As in "full inspection", "third monitoring visit"."""
    if report.inspection is None:
        return safe(report.title)
    number = report.inspection.visit_number
    return f"{f'{ordinal(number)} ' if number else ''}{KINDS[report.inspection.kind]}"


_NAMED = 3  # councils in one line


def nothing_expected(standings: Sequence[CouncilStanding]) -> None:
    """One line on stderr: that nothing is expected of any of these councils, and why."""
    unknown = [one.council for one in standings if not one.is_known]
    unread = [one.council for one in standings if one.unread]
    reasons = []
    if unknown:
        name = shlex.quote(unknown[0]) if len(unknown) == 1 else "NAME"
        who = councils_listed(unknown, at_most=_NAMED)
        reasons.append(f"no report on {who} is known (`ofsted-monitor backfill {name}` reads them)")
    if unread:
        reasons.append(f"a newer report on {councils_listed(unread, at_most=_NAMED)} could not be read")
    why = "; ".join(reasons) or "no known report leads to anything"
    paragraph(safe(f"nothing is expected: {why}"), to=err)


def ago(instant: datetime | None, now: datetime) -> str:
    if instant is None:
        return "never"
    return f"{_length((now - instant).total_seconds())} ago" if instant <= now else "in the future"


def until(instant: datetime | None, now: datetime) -> str:
    if instant is None or instant <= now:
        return "now"
    return f"in {_length((instant - now).total_seconds())}"


def _length(seconds: float) -> str:
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def show_explanation(
    item: Item, labels: Classification, routes: Sequence[tuple[str, str]], *, stored: bool, timezone: ZoneInfo
) -> None:
    """Why an item was labelled and routed as it was; `routes` are (subscription, why not), "" where it takes it."""
    from monitor.classify import RELEVANT  # noqa: PLC0415 - only who explains has loaded it

    paragraph(f"[bold]{safe(item.title)}[/]")
    if stored:
        out.print(f"item {item.id} · {safe(item.source)} · first seen {moment(item.first_seen, timezone)}")
    if item.url:
        out.print(safe(item.url))
    verdict = "[green]relevant[/]" if labels.relevant else "[red]not relevant[/]"
    out.print(f"\n{verdict}, {labels.relevance:.2f}")
    if not labels.relevant and not any(cue.question == "relevance" for cue in labels.cues):
        paragraph(f"nothing in it speaks of children's services; {RELEVANT:.2f} is needed", indent=2)
    for question in ("relevance", "event", "judgement"):
        cues = [cue for cue in labels.cues if cue.question == question]
        answer = {"event": labels.event, "judgement": _judgement(labels)}.get(question)
        if cues or answer:
            out.print(f"[bold]{question}[/]{f': {answer}' if answer else ''}")
        for cue in cues[:12]:
            whose = f" → {cue.speaks_for}" if cue.speaks_for else ""
            paragraph(f"{cue.weight:+.2f}  {safe(shorten(cue.text, 100))}{whose}  {_where(cue)}", indent=2)
    out.print(f"[bold]councils[/]: {safe(', '.join(labels.councils)) or 'none'}")
    for mention in labels.mentions[:12]:
        paragraph(
            f"{mention.weight:+.2f}  {safe(mention.council)}: “{safe(mention.text)}”  {_where(mention)}", indent=2
        )
    out.print("[bold]themes[/]" if labels.themes else "[bold]themes[/]: none")
    for label in labels.themes:
        out.print(f"  {label.theme}, {label.polarity}, {label.score:.2f}")
        for evidence in label.evidence:
            quote = f"{evidence.polarity} {evidence.score:.2f} “{safe(evidence.text)}”  {_where(evidence)}"
            paragraph(quote, indent=4)
    _show_left_out(item, labels)
    for note in labels.notes:
        paragraph(f"[yellow]{safe(note)}[/]")
    nobody = "no subscription" if labels.relevant else "nobody: it is not relevant"
    out.print("[bold]who is told[/]" if routes else f"[bold]who is told[/]: {nobody}")
    for name, why_not in routes:
        verdict = f"[red]no[/], {safe(why_not)}" if why_not else "[green]yes[/]"
        paragraph(f"{safe(name)}: {verdict}", indent=2)


def _judgement(labels: Classification) -> str | None:
    """The grade, and whether the text gives it or it stood before."""
    if labels.judgement is None:
        return None
    return f"{labels.judgement}, {'new' if labels.judgement_is_new else 'standing'}"


def _show_left_out(item: Item, labels: Classification) -> None:
    """The themes that were nearly given, each with the sentence that came nearest."""
    if labels.left_out:
        out.print("[bold]left out[/]: not sure enough")
    for near in labels.left_out:
        place = "title" if near.in_title else f"{near.start}–{near.end}"
        quote = (item.title if near.in_title else item.full_text)[near.start : near.end]
        paragraph(
            f"{near.theme}, {near.score:.2f} where {near.threshold:.2f} is needed: “{safe(shorten(quote, 160))}”  "
            f"[dim]{place}[/]",
            indent=2,
        )


def _where(found: Cue | Mention | Evidence) -> str:
    return "[dim]title[/]" if found.in_title else f"[dim]{found.start}–{found.end}[/]"


def show_report(answer: Mapping[str, Any]) -> None:
    """The facts of one report file."""
    out.print(f"[bold]{safe(str(answer['file']))}[/]")
    for name, value in answer.items():
        if name == "file" or value in (None, [], False):
            continue
        if isinstance(value, Mapping):
            for judgement, given in value.items():
                if given:
                    _fact(judgement, given)
        elif isinstance(value, list):
            out.print(f"  {name.replace('_', ' ')}")
            for one in value:
                paragraph(safe(str(one)), indent=4)
        else:
            _fact(name, "yes" if value is True else str(value))


def _fact(name: str, value: str) -> None:
    out.print(f"  {name.replace('_', ' '):<20} {safe(value)}")
