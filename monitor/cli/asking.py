"""Commands that answer questions and change nothing."""

from __future__ import annotations

import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import msgspec
import typer

from monitor import console, digests, expecting, standing
from monitor.adapters import new_workers, opened
from monitor.cli.lost import note_no_state
from monitor.cli.options import AsJson, Options, app, councils_named, leave, print_json
from monitor.config import TRAINED_THEMES, builtin_themes
from monitor.dates import london_day
from monitor.errors import ConfigError, ParseError, Problem
from monitor.items import clean_url
from monitor.model import Item, Telling
from monitor.origins import kinds_of, origins
from monitor.text import decode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from monitor.classify import Classifier
    from monitor.model import Classification, Evidence, Expectation, KnownReport, Theme
    from monitor.standing import CouncilStanding, SourceStanding


# --- classify ------------------------------------------------------------------------------------------------------

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # Windows programs begin UTF-8 with it


@app.command()
def classify(
    context: typer.Context,
    files: Annotated[list[typer.FileBinaryRead] | None, typer.Argument(metavar="FILE", help="Default: stdin.")] = None,
    as_json: AsJson = False,
) -> None:
    """Classifies texts that are not in the store.

    They come as JSON lines with "id", "title" and "text".
    """
    classifier = _classifier(_themes(context.obj), context.obj.state / TRAINED_THEMES)
    if not files and sys.stdin.isatty():
        console.err.print("Reading JSON lines, each with a title or text; Ctrl-D ends.")
    inputs: Sequence[BinaryIO] = files or [sys.stdin.buffer]
    failed = False
    for file in inputs:
        of_file = _input(file.name) if len(inputs) > 1 else {}
        for number, line in enumerate(file, start=1):
            given = line.removeprefix(_BYTE_ORDER_MARK) if number == 1 else line
            if not given.strip():
                continue
            answer = _classified(given, number, classifier) | of_file
            failed |= "error" in answer
            if as_json:
                print_json(answer)
            if "error" in answer:
                console.failed(f"{_name(answer)}: {answer['error']}")
            elif not as_json:
                _show_classified(answer)
    leave(failed=failed)


def _themes(given: Options) -> tuple[Theme, ...]:
    """The configured themes; those the program brings along where there is no configuration at all."""
    return given.load().themes if given.has_config else builtin_themes()


def _classifier(themes: tuple[Theme, ...], trained: Path) -> Classifier:
    from monitor.classify import Classifier  # noqa: PLC0415 - its tables take a moment to build
    from monitor.classify.model import read_own  # noqa: PLC0415 - likewise

    return Classifier(themes, own=read_own(trained).trusted)


def _classified(line: bytes, number: int, classifier: Classifier) -> dict[str, Any]:
    try:
        given = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        hint = "; a plain text? ofsted-monitor explain FILE" if number == 1 else ""
        return {"line": number, "error": f"not JSON: {error}{hint}"}
    except RecursionError:
        return {"line": number, "error": "not JSON that can be read: it is nested too deeply"}
    if not isinstance(given, dict):
        return {"line": number, "error": "not a JSON object"}
    # One that is a list or an object names nothing, and may be nested too deeply to be written.
    has_id = "id" in given and not isinstance(given["id"], list | dict)
    name = {"id": given["id"]} if has_id else {"line": number}
    title, text = given.get("title") or "", given.get("text") or ""
    if not isinstance(title, str) or not isinstance(text, str):
        return name | {"error": "title and text must be strings"}
    if not title and not text:
        return name | {"error": "neither title nor text"}
    return name | classification_as_data(classifier.classify(title=title, text=text))


def classification_as_data(labels: Classification) -> dict[str, Any]:
    """A classification as the `classify` command prints it."""
    return {
        "relevant": labels.relevant,
        "relevance": round(labels.relevance, 4),
        "councils": list(labels.councils),
        "event": labels.event.value if labels.event else None,
        "judgement": labels.judgement.value if labels.judgement else None,
        "themes": {
            label.theme: {
                "polarity": label.polarity.value,
                "score": round(label.score, 4),
                "evidence": [_evidence_as_data(one) for one in label.evidence],
            }
            for label in labels.themes
        },
    } | ({"notes": list(labels.notes)} if labels.notes else {})


def _evidence_as_data(evidence: Evidence) -> dict[str, Any]:
    found: dict[str, Any] = {
        "text": evidence.text,
        "start": evidence.start,
        "end": evidence.end,
        "polarity": evidence.polarity.value,
        "score": round(evidence.score, 4),
    }
    return found | ({"in": "title"} if evidence.in_title else {})


def _name(answer: dict[str, Any]) -> str:
    name = str(answer.get("id", f"line {answer.get('line')}"))
    return f"{answer['input']}: {name}" if "input" in answer else name


def _input(name: str) -> dict[str, str]:
    """Which of several files an answer is of, as it was given: ids, line numbers and base names may be alike."""
    return {"input": name}


def _show_classified(answer: dict[str, Any]) -> None:
    name = console.safe(_name(answer))
    if not answer["relevant"]:
        console.out.print(f"[bold]{name}[/]: not relevant, {answer['relevance']:.2f}")
        return
    about = ", ".join(answer["councils"]) or "no council"
    facts = [f"relevant, {answer['relevance']:.2f}", about, answer["event"], answer["judgement"]]
    console.paragraph(f"[bold]{name}[/]: {console.safe(' · '.join(filter(None, facts)))}")
    for theme, label in answer["themes"].items():
        quote = console.safe(label["evidence"][0]["text"])
        console.paragraph(f"{theme}, {label['polarity']}, {label['score']:.2f}: “{quote}”", indent=4)


# --- report --------------------------------------------------------------------------------------------------------

_REPORT_BYTES = 50_000_000  # far more than any report known


@app.command()
def report(files: Annotated[list[Path], typer.Argument(metavar="FILE")], as_json: AsJson = False) -> None:
    """Reads Ofsted report PDFs that are not in the store."""
    from monitor.reports import read_report  # noqa: PLC0415 - loads the PDF library
    from monitor.reports.data import inspection_as_data  # noqa: PLC0415 - likewise

    failed = False
    with new_workers() as workers:
        for file in files:
            try:
                found = workers.call(read_report, _document(file))
                answer = inspection_as_data(found.inspection, file.name)
            except (OSError, ParseError) as error:
                failed = True
                reason = error.reason if isinstance(error, ParseError) else error.strerror or str(error)
                answer = {"file": file.name, "error": f"{file}: {reason}"}
            answer |= _input(str(file)) if len(files) > 1 else {}
            if as_json:
                print_json(answer)
            if "error" in answer:
                console.failed(str(answer["error"]))
            elif not as_json:
                console.show_report(answer)
    leave(failed=failed)


def _document(file: Path) -> bytes:
    """What stands in a file. Raises OSError, and ParseError for what is none or is too large to be a report."""
    mode = file.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise ParseError("not a file but a pipe or device")  # which may never end
    with file.open("rb") as opened_file:
        body = opened_file.read(_REPORT_BYTES + 1)
    if len(body) > _REPORT_BYTES:
        raise ParseError(f"larger than {_REPORT_BYTES // 1_000_000} MB")
    return body


# --- explain -------------------------------------------------------------------------------------------------------


@app.command()
def explain(context: typer.Context, item: Annotated[str, typer.Argument(metavar="ITEM_ID|URL|FILE")]) -> None:
    """Why an item was labelled and routed as it was."""
    given: Options = context.obj
    config = given.load()
    now = given.clock()
    with opened(config, clock=given.clock, asking=True) as run:
        found = run.store.items.find(item) or run.store.items.find(clean_url(item) or item)
        is_stored = found is not None
        found = found or _item_from_file(item, now)
        labels = run.classify(found)
        ready = run.store.stories.ready(found.id) if is_stored else None
        kinds = kinds_of(config.sources, run.store.sources.states())
        where = origins([ready] if ready else [], kinds, run.store.items.shown_by)
        told = run.store.digests.told_of(found.id) if is_stored else []
        last = {name: how for name, _, how in told}
        withheld = {name: str(how) for name, how in last.items() if how is Telling.SAME_STORY}
        routes = [
            (one.name, digests.refusal(found, labels, one, where) or withheld.get(one.name, ""))
            for one in config.subscriptions
            if labels.relevant
        ]
        suppressed = run.store.digests.suppressed_of(found.id) if is_stored else {}
    console.show_explanation(found, labels, routes, stored=is_stored, timezone=config.timezone)
    if ready:
        console.out.print(f"[bold]story[/] {ready.story}, ready {console.ago(ready.ready_at, now)}")
    for name, slot, how in told:
        console.out.print(f"  {console.safe(name)}, {console.safe(slot)}: {how}")
        for position in suppressed.get((name, slot), ()):
            console.out.print(f"    recipient {position + 1}: suppressed")


def _item_from_file(name: str, now: datetime) -> Item:
    """A text file as an item: its first line is the title, all of it the text."""
    file = Path(name)
    if not file.is_file():
        wanted = "the number or address of a stored item, or a text file"
        raise ConfigError([Problem(where="explain", found=f"“{name}”", wanted=wanted)])
    body = file.read_bytes()
    if body.startswith(b"%PDF"):
        hint = "the command report reads Ofsted's PDFs"
        raise ConfigError([Problem(where="explain", found=f"“{name}”, a PDF", wanted="a text file", hint=hint)])
    text = decode(body)
    title = next((line.strip() for line in text.splitlines() if line.strip()), file.name)
    return Item(key=f"file:{file.name}", url="", title=title, text=text, first_seen=now)


# --- where things stand --------------------------------------------------------------------------------------------


@app.command()
def sources(context: typer.Context, as_json: AsJson = False) -> None:
    """Where every source stands.

    Its last success, next check, interval, failures, items in 30 days and last error.
    """
    given: Options = context.obj
    config = given.load()
    now = given.clock()
    note_no_state(config)
    with opened(config, clock=given.clock, asking=True) as run:
        items = run.store.sources.items_since(now - standing.RECENT)
        found = standing.source_standings(config.sources, run.store.sources.states(), items)
    if as_json:
        for one in found:
            print_json(_source_as_data(one))
    else:
        console.show_sources(found, now)
        if config.disabled_sources:
            console.paragraph(f"[dim]not enabled: {console.safe(', '.join(config.disabled_sources))}[/]")


@app.command()
def councils(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME", help="Default: every tracked one.")] = None,
    as_json: AsJson = False,
) -> None:
    """Where tracked councils stand.

    Their current judgements, what has come since, which inspection to expect next, and items in 30 days.
    """
    given: Options = context.obj
    config = given.load()
    asked = tuple(council.name for council in councils_named(names or config.councils))
    now = given.clock()
    note_no_state(config)
    with opened(config, clock=given.clock, asking=True) as run:
        found = standing.council_standings(
            asked,
            run.store.classifications.reports(asked),
            rules=expecting.rules(),
            today=london_day(now),
            recent=run.store.stories.relevant_since(now - standing.RECENT),
        )
    if as_json:
        for one in found:
            print_json(council_as_data(one))
    else:
        console.show_councils(found)


def _source_as_data(one: SourceStanding) -> dict[str, Any]:
    """Where a source stands: instants in RFC 3339, its interval in seconds."""
    found: dict[str, Any] = msgspec.to_builtins(one)
    return found | {"interval": one.interval.total_seconds() if one.interval else None}


def council_as_data(one: CouncilStanding) -> dict[str, Any]:
    """Where a council stands; days as "2020-01-31"."""
    return {
        "council": one.council,
        "judgements": {name: grade.value if grade else None for name, grade in one.judgements.items()},
        "judged": _report_as_data(one.judged),
        "visits": [_report_as_data(visit) for visit in one.visits],
        "priority_actions": [
            {"text": action.text, "url": action.report.url, "date": action.report.dated.isoformat()}
            for action in one.priority_actions
        ],
        "send": _report_as_data(one.send),
        "last": _report_as_data(one.last),
        "next": _expectation_as_data(one.next) if one.next else None,
        "expected": [_expectation_as_data(expectation) for expectation in one.expected],
        "unread": [report.title for report in one.unread],
        "items": one.items,
    }


def _report_as_data(report: KnownReport | None) -> dict[str, Any] | None:
    """What a report is, when its inspection ended and where it is; of an area SEND inspection, the outcome."""
    if report is None or report.inspection is None:
        return None
    outcome = report.inspection.send_outcome
    return {
        "kind": report.inspection.kind.value,
        "date": report.dated.isoformat(),
        "published": report.published.isoformat() if report.published else None,
        "url": report.url,
    } | ({"outcome": outcome.value} if outcome else {})


def _expectation_as_data(one: Expectation) -> dict[str, Any]:
    """An inspection that is only expected: which, from when to when, and by which rule."""
    return {
        "kind": one.event.value,
        "what": one.what,
        "from": one.opens.isoformat(),
        "to": one.closes.isoformat(),
        "rule": one.rule,
        "source": one.source_url,
        "follows": one.follows_url,
    }
