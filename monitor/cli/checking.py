"""`check`: is everything in place before anything runs? It changes nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from monitor import console, lock, slots
from monitor.cli.options import Options, app, leave, must_be_known
from monitor.config import secret_problems
from monitor.delivery import sender_for
from monitor.delivery.outbox import deliveries_for
from monitor.errors import ConfigError, DeliveryError, StoreError
from monitor.model import DeliveryState, Digest, SourceKind, SubscriptionKind, Window
from monitor.render import render
from monitor.render.words import councils_listed, counted
from monitor.store import Database, Store

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.config import Config
    from monitor.model import Subscription

_MOST_SHOWN = 5  # of sources or councils: the rest is counted


@app.command()
def check(
    context: typer.Context,
    send_test: Annotated[
        str, typer.Option("--send-test", metavar="SUBSCRIPTION", help="Send its recipients a test message.")
    ] = "",
) -> None:
    """Validates configuration, state and secrets; changes nothing.

    With the option, delivery too.
    """
    given: Options = context.obj
    config = given.load()
    if problems := secret_problems(config):
        raise ConfigError(problems)
    if send_test:
        must_be_known([send_test], [one.name for one in config.subscriptions], "--send-test")
    _say_configuration(config)
    _say_next(config)
    _say_notes(config)
    failed = _say_directory(given.state) or _say_state(config)
    for subscription in config.subscriptions:
        if subscription.name == send_test:
            failed |= _send_test(config, subscription)
    leave(failed=failed)


def _say_configuration(config: Config) -> None:
    digests = sum(one.kind is SubscriptionKind.DIGEST for one in config.subscriptions)
    _good(
        f"configuration: {counted(len(config.councils), 'council', 'councils')}, "
        f"{counted(len(config.sources), 'source', 'sources')} ({len(config.disabled_sources)} not enabled), "
        f"{counted(len(config.themes), 'theme', 'themes')}, {counted(digests, 'digest', 'digests')}, "
        f"{counted(len(config.subscriptions) - digests, 'alert', 'alerts')}"
    )


def _say_next(config: Config) -> None:
    now = datetime.now(UTC)
    for one in config.subscriptions:
        if one.kind is SubscriptionKind.DIGEST:
            moment = slots.upcoming(one.schedule, now, config.timezone).astimezone(config.timezone)
            _good(
                f"{one.name}: next on {moment:%A %-d %B at %H:%M}, to {counted(len(one.to), 'recipient', 'recipients')}"
            )


def _say_notes(config: Config) -> None:
    """What is no mistake, and may still not be what was meant."""
    if re.search(r"[@/.]example\.(org|com|net)\b", config.contact):
        _note(f"contact in monitor.toml is {config.contact}: put your own there, for the sites that are read see it")
    followed = set(config.councils)
    unfollowed = [source for source in config.sources if source.council and source.council not in followed]
    if unfollowed:
        named = councils_listed(sorted({source.council or "" for source in unfollowed}), at_most=_MOST_SHOWN)
        sources = counted(len(unfollowed), "source is", "sources are")
        _note(f"{sources} polled for what you do not follow: {named}. enabled = false switches a source off")
    if bare := [name for name in config.councils if not _has_news(name, config)]:
        named = councils_listed(bare, at_most=_MOST_SHOWN)
        _note(
            f"only Ofsted's page stands in sources.toml for {named}: no newsroom, committees or local press of its own"
        )


def _has_news(council: str, config: Config) -> bool:
    """Whether a source besides Ofsted's page is the council's own, or is named for it, as each council's search is."""
    return any(
        source.council == council or source.name.endswith(f": {council}")
        for source in config.sources
        if source.kind is not SourceKind.OFSTED
    )


def _say_directory(state: Path) -> bool:
    """Says that the state directory cannot be used; True when that is so."""
    problem = lock.unusable(state)
    if problem:
        _bad(str(problem))
    return problem is not None


def _say_state(config: Config) -> bool:
    """Says how the state is; True when it cannot be worked with."""
    database = Database(config.database)
    if database.file and not database.file.exists():
        _good(f"state: {database.name} is not there yet; the first run makes it and tells nobody old news")
        return False
    try:
        problem = database.problem()
        is_older = not problem and not database.is_newest()
    except StoreError as error:
        problem, is_older = str(error), False
    finally:
        database.close()
    if problem:
        _bad(f"state: {problem}")
        return True
    if is_older:
        _good(f"state: {database.name} is sound, and of an older version; the next run brings it up to date")
        return False
    with Store(config.database) as store:
        _good(f"state: {store.database.name} is sound")
        _say_owed(store)
        _say_failing(store, {source.name for source in config.sources})
    return False


def _say_owed(store: Store) -> None:
    pending = store.digests.deliveries(DeliveryState.PENDING, DeliveryState.SENDING)
    if pending:
        said = pending[-1].error or "not tried yet"
        _bad(f"{counted(len(pending), 'delivery', 'deliveries')} waiting; the last one: {said}")
    for one in store.digests.deliveries(DeliveryState.REFUSED)[-3:]:
        _bad(f"given up: {one.subscription}, recipient {one.position + 1}, {one.composed_at:%Y-%m-%d}: {one.error}")


def _say_failing(store: Store, tracked: set[str]) -> None:
    failing = [state for state in store.sources.states().values() if state.failures and state.name in tracked]
    for state in failing[:_MOST_SHOWN]:
        _bad(f"source {state.name}: {state.error}")
    if (more := len(failing) - _MOST_SHOWN) > 0:
        _bad(f"and {more} more: ofsted-monitor sources")


def _send_test(config: Config, subscription: Subscription) -> bool:
    now = datetime.now(UTC)
    digest = Digest(
        subscription=subscription.name,
        kind=SubscriptionKind.DIGEST,
        slot=f"test {now:%Y-%m-%dT%H:%M:%S}",
        is_test=True,
        window=Window(start=now, end=now),
        composed_at=now,
        councils=subscription.councils,
    )
    message = render(digest, theme_titles={}, timezone=config.timezone)
    failed = False
    for delivery in deliveries_for(subscription, config.channels, digest, message):
        recipient = subscription.to[delivery.position]
        sender = sender_for(config.channels[recipient.channel])
        try:
            sender.send(delivery, message, recipient)
        except DeliveryError as error:
            failed = True
            _bad(f"test to recipient {delivery.position + 1} ({recipient.channel}): {error.reason}")
        else:
            _good(f"test to recipient {delivery.position + 1} ({recipient.channel}): accepted")
        finally:
            sender.close()
    return failed


def _good(text: str) -> None:
    console.paragraph(f"[green]✓[/] {console.safe(text)}")


def _bad(text: str) -> None:
    console.paragraph(f"[red]✗[/] {console.safe(text)}")


def _note(text: str) -> None:
    console.paragraph(f"[yellow]![/] {console.safe(text)}")
