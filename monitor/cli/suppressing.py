"""The command that stops what is sent to an address, and takes that back."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from monitor import console, lock
from monitor.cli.lost import note_lost_state
from monitor.cli.options import AsJson, Options, app, leave, must_be_known, print_json
from monitor.config.values import is_email
from monitor.errors import ConfigError, Problem
from monitor.model import Suppression
from monitor.store import Database, Store
from monitor.suppression.addresses import mark_of
from monitor.suppression.suppressed import holding, positions
from monitor.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from monitor.config import Config
    from monitor.suppression.suppressed import Position

_MOST_WHY = 200  # characters of a reason: it stands on a line of `check`
_MOST_BYTES = 10_000_000  # of stdin, some 400,000 addresses: more is some other file


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What became of one address. It does not hold the address: output ends up in logs and tickets."""

    number: int  # which of those given, from 1
    error: str = ""
    recipients: Sequence[Position] = ()  # those configured, of the subscriptions that were meant
    lifted: Sequence[Suppression] = ()
    holds: Sequence[Suppression] = ()  # what holds for the address now


@app.command()
def suppress(
    context: typer.Context,
    addresses: Annotated[list[str], typer.Argument(metavar="ADDRESS|-", help="-: one a line, from stdin.")],
    why: Annotated[str, typer.Option(metavar="TEXT", help="bounced, complained, or in your own words.")] = "",
    subscription: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this digest or alert; may be repeated.")
    ] = None,
    lift: Annotated[bool, typer.Option("--lift", help="Take it back.")] = False,
    as_json: AsJson = False,
) -> None:
    """Sends an address nothing more, also while the service runs.

    The address is not kept, only a mark to know it by.
    """
    given: Options = context.obj
    config = given.load()
    names = subscription or []
    configured = [one.name for one in config.subscriptions]
    if not lift:
        must_be_known(names, configured, "--subscription")
    reason = _reason(why, is_lifting=lift)
    wanted = _addresses(addresses)
    lock.must_be_usable(given.state)
    with _store(config, given.state) as store:
        if lift:  # also what was put down for one that has another name by now
            met = [one.subscription for one in store.suppressions.all() if one.subscription]
            must_be_known(names, [*configured, *met], "--subscription")
        answers = []
        for number, address in enumerate(wanted, start=1):
            if not is_email(address):
                answers.append(_Answer(number=number, error="not an e-mail address"))
                continue
            mark = mark_of(address)
            lifted = _lift(store, mark, names) if lift else _add(store, mark, names, reason, given.clock())
            answers.append(
                _Answer(
                    number=number,
                    # What was put down for one that has gone kept nothing from anybody: what they are sent now is told.
                    recipients=positions(mark, config.subscriptions, [name for name in names if name in configured]),
                    lifted=lifted,
                    holds=store.suppressions.of(mark),
                )
            )
    for answer in answers:
        if as_json:
            print_json(_as_data(answer))
        if answer.error or not as_json:
            _say(answer, of=len(answers), is_lifting=lift)
    leave(failed=any(answer.error for answer in answers))


def _reason(why: str, *, is_lifting: bool) -> str:
    """The reason as it is kept. Raises ConfigError where there is none, or more than one."""
    reason = clean(why)
    if is_lifting and why:
        found, wanted = "a reason beside --lift", "one of the two"
    elif is_lifting or (reason and len(reason) <= _MOST_WHY and "@" not in reason):
        return reason
    else:
        found = "an address in it (not shown)" if "@" in reason else "nothing"
        found = found if len(reason) <= _MOST_WHY else f"{len(reason)} characters"
        wanted = f"a reason such as bounced or complained, at most {_MOST_WHY} characters, without an address"
    raise ConfigError([Problem(where="--why", found=found, wanted=wanted)])


def _addresses(given: Sequence[str]) -> list[str]:
    """What was typed, or, for "-", each line of stdin that holds something.

    Raises ConfigError for what was typed and is no address: a person is there to mend it. Of a script's lines each
    stands for itself.
    """
    if "-" not in given:
        wrong = [number for number, address in enumerate(given, start=1) if not is_email(address.strip())]
        if wrong:
            wanted, found = 'an e-mail address like "office@example.org"', "something else (not shown)"
            raise ConfigError(Problem(where=f"ADDRESS {number}", found=found, wanted=wanted) for number in wrong)
        return [address.strip() for address in given]
    if len(given) > 1:
        raise ConfigError([Problem(where="ADDRESS", found="- and others", wanted="addresses, or - for those of stdin")])
    body = sys.stdin.buffer.read(_MOST_BYTES + 1)
    if len(body) > _MOST_BYTES:
        wanted = f"at most {_MOST_BYTES // 1_000_000} MB of addresses, one a line"
        raise ConfigError([Problem(where="stdin", found="more", wanted=wanted)])
    lines = body.decode("utf-8-sig", "replace").splitlines()
    return [line.strip() for line in lines if line.strip()]


@contextmanager
def _store(config: Config, state: Path) -> Iterator[Store]:
    """The store, beside a running service or not. It is locked only to be made, or brought up to date."""
    database = Database(config.database)
    try:
        is_ready = not database.is_absent and database.is_newest()
    finally:
        database.close()
    with ExitStack() as stack:
        if not is_ready:
            note_lost_state(config, state)
            stack.enter_context(lock.held(state))
        yield stack.enter_context(Store(config.database))


def _add(store: Store, mark: str, names: Sequence[str], why: str, now: datetime) -> Sequence[Suppression]:
    """They hold from now on, for this reason; nothing was lifted."""
    wanted = [Suppression(mark=mark, subscription=name, why=why, at=now) for name in names or [""]]
    store.suppressions.add(wanted, anew=True)
    return ()


def _lift(store: Store, mark: str, names: Sequence[str]) -> Sequence[Suppression]:
    """What held for the address, in these subscriptions or in any, and holds no more."""
    found = [one for one in store.suppressions.of(mark) if not names or one.subscription in names]
    store.suppressions.lift(found)
    return found


# --- saying it -----------------------------------------------------------------------------------------------------


def _say(answer: _Answer, *, of: int, is_lifting: bool) -> None:
    place = f"address {answer.number}: " if of > 1 else ""
    if answer.error:
        console.failed(f"{place}{answer.error}")
        return
    silent = [str(one) for one in answer.recipients if holding(answer.holds, one.subscription)]
    told = [str(one) for one in answer.recipients if not holding(answer.holds, one.subscription)]
    if is_lifting:
        lifted = "; ".join(f"{_of_what(one)}, {one.why}, since {one.at:%Y-%m-%d}" for one in answer.lifted)
        _print(f"{place}lifted: {lifted}" if lifted else f"{place}nothing was suppressed so")
        if told:
            _print(f"{place}sent messages: {', '.join(told)}")
        if silent:
            _note(f"{place}still suppressed: {', '.join(silent)}")
    elif silent:
        _print(f"{place}suppressed: {', '.join(silent)}")
    if not answer.recipients:
        kept = "" if is_lifting else "suppressed, though "
        _note(f"{place}{kept}no recipient in digests.toml that was meant has this address: look at how it is spelt")


def _print(text: str) -> None:
    console.paragraph(console.safe(text))


def _note(text: str) -> None:
    console.paragraph(f"[yellow]![/] {console.safe(text)}", to=console.err)


def _of_what(one: Suppression) -> str:
    return one.subscription or "all messages"


def _as_data(answer: _Answer) -> dict[str, Any]:
    if answer.error:
        return {"number": answer.number, "error": answer.error}
    return {
        "number": answer.number,
        "recipients": [
            {
                "subscription": one.subscription,
                "recipient": one.index + 1,
                "suppressed": holding(answer.holds, one.subscription) is not None,
            }
            for one in answer.recipients
        ],
        "suppressed": [_suppression_as_data(one) for one in answer.holds],
        "lifted": [_suppression_as_data(one) for one in answer.lifted],
    }


def _suppression_as_data(one: Suppression) -> dict[str, Any]:
    """What holds for an address: `subscription` is null where it is all of them."""
    return {"subscription": one.subscription or None, "why": one.why, "at": msgspec.to_builtins(one.at)}
