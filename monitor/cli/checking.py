"""`check`: is everything in place before anything runs? It changes nothing."""

from __future__ import annotations

import os
import re
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from monitor import console, lock, slots
from monitor.adapters import opened, page_trouble, stop_links
from monitor.classify.model import fingerprint, own_problem, read_own
from monitor.cli.lines import MOST_SHOWN, bad, good, note, say_some
from monitor.cli.lost import lost_state
from monitor.cli.options import Options, app, leave, must_be_known
from monitor.cli.owed import say_dropped, say_given_up, say_left_behind, say_suppressed, say_waiting, say_withdrawn
from monitor.cli.themes import is_doubtful, own_figures, own_of
from monitor.config import secret_problems
from monitor.delivery import lacking, sender_for
from monitor.delivery.outbox import deliveries_for
from monitor.digests import trouble_of
from monitor.errors import ConfigError, DeliveryError, StoreError
from monitor.model import Digest, SourceKind, SubscriptionKind, Window
from monitor.render import render
from monitor.render.words import councils_listed, counted, moment
from monitor.store import Database, Store
from monitor.suppression.links import way_to_stop, with_own_link
from monitor.suppression.suppressed import Position, silenced

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.config import Config
    from monitor.model import QuietHours, Subscription, Suppression

_LEAST_FREE = 50_000_000  # bytes: a backlog of pages and a database's own journal go on fitting for a while


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
    _say_own_themes(config)
    failed = _say_lacking(config) | _say_page(config, given.state)
    failed |= _say_directory(given.state) or _say_state(config, given.state)
    failed |= _say_disk(given.state)
    failed |= _say_feeds(config.feeds)
    for subscription in config.subscriptions:
        if subscription.name == send_test:
            failed |= _send_test(config, subscription)
    leave(failed=failed)


def _say_configuration(config: Config) -> None:
    digests = sum(one.kind is SubscriptionKind.DIGEST for one in config.subscriptions)
    good(
        f"configuration: {counted(len(config.councils), 'council', 'councils')}, "
        f"{counted(len(config.sources), 'source', 'sources')} ({len(config.disabled_sources)} not enabled), "
        f"{counted(len(config.themes), 'theme', 'themes')}, {counted(digests, 'digest', 'digests')}, "
        f"{counted(len(config.subscriptions) - digests, 'alert', 'alerts')}"
    )


def _say_next(config: Config) -> None:
    now = datetime.now(UTC)
    for one in config.subscriptions:
        to = f"to {counted(len(one.to), 'recipient', 'recipients')}"
        if one.kind is SubscriptionKind.DIGEST:
            good(f"{one.name}: next {_at(slots.upcoming(one.schedule, now, config.timezone), config)}, {to}")
        elif one.quiet is None:
            good(f"{one.name}: at once, {to}")
        else:
            until = slots.quiet_until(one.quiet, now, config.timezone)
            good(
                f"{one.name}: at once, but never {_quiet_times(one.quiet)}, {to}"
                + (f"; what comes now waits until {_at(until, config).removeprefix('on ')}" if until else "")
            )


def _at(instant: datetime, config: Config) -> str:
    return f"{instant.astimezone(config.timezone):on %A %-d %B at %H:%M}"


def _quiet_times(quiet: QuietHours) -> str:
    """As in "from 22:00 to 07:00 or at weekends"."""
    hours = f"from {quiet.start:%H:%M} to {quiet.end:%H:%M}" if quiet.start and quiet.end else ""
    return " or ".join(filter(None, (hours, "at weekends" if quiet.weekends else "")))


def _say_page(config: Config, state: Path) -> bool:
    """Says where recipients stop their messages; True when its links cannot be made, or it cannot be answered."""
    page = config.public
    if page is None:
        return False
    try:
        links = stop_links(config, make=False)
    except StoreError as error:
        bad(str(error))
        return True
    if problem := page_trouble(config, is_served=bool(lock.holder(state))):
        bad(str(problem))
    else:
        made = "" if links else "; its key is not there yet: the first run makes it"
        good(
            f"{page.url}: where recipients stop their messages; the service listens on {page.host}, "
            f"port {page.port}{made}"
        )
    if links and page.secret is None and page.key_file.stat().st_mode & 0o077:
        note(f"{page.key_file} may be read by other accounts, who could stop anybody's messages: chmod 600")
    return problem is not None


def _say_notes(config: Config) -> None:
    """What is no mistake, and may still not be what was meant."""
    if re.search(r"[@/.]example\.(org|com|net)\b", config.contact):
        note(f"contact in monitor.toml is {config.contact}: put your own there, for the sites that are read see it")
    followed = set(config.councils)
    unfollowed = [source for source in config.sources if source.council and source.council not in followed]
    if unfollowed:
        named = councils_listed(sorted({source.council or "" for source in unfollowed}), at_most=MOST_SHOWN)
        sources = counted(len(unfollowed), "source is", "sources are")
        note(f"{sources} polled for what you do not follow: {named}. enabled = false switches a source off")
    if bare := [name for name in config.councils if not _has_news(name, config)]:
        named = councils_listed(bare, at_most=MOST_SHOWN)
        note(
            f"only Ofsted's page stands in sources.toml for {named}: no newsroom, committees or local press of its own"
        )


def _say_own_themes(config: Config) -> None:
    """Says of each theme of one's own how well it is known, before anybody trusts it."""
    if problem := own_problem(config.trained_themes):
        bad(f"{config.trained_themes.name}: {problem}; ofsted-monitor themes train writes it anew")
    trained = {one.id: one for one in read_own(config.trained_themes).themes}
    for theme in own_of(config.themes):
        one = trained.get(theme.id)
        if one is None:
            note(f"theme {theme.id} is known by its words alone: ofsted-monitor themes train learns its examples")
            continue
        said = own_figures(one)
        if one.of != fingerprint(theme):
            note(f"theme {said}; its examples, or the program, have changed since: ofsted-monitor themes train")
        elif is_doubtful(one):
            note(f"theme {said}")
        else:
            good(f"theme {said}")


def _say_lacking(config: Config) -> bool:
    """Whether something must be installed for a channel that somebody is told by; says what, and how."""
    failed = False
    used = {recipient.channel for subscription in config.subscriptions for recipient in subscription.to}
    for name, channel in config.channels.items():
        if name in used and (missing := lacking(channel)):
            failed = True
            bad(f"{name}: {missing}")
    return failed


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
        bad(str(problem))
    return problem is not None


def _say_disk(state: Path) -> bool:
    """Says that the disk of the state directory is nearly full; True when that is so."""
    nearest = next(place for place in (state, *state.absolute().parents) if place.exists())
    free = shutil.disk_usage(nearest).free
    if free < _LEAST_FREE:
        bad(
            f"--state: {free // 1_000_000} MB are free where {nearest} lies, wanted {_LEAST_FREE // 1_000_000} at least"
        )
    return free < _LEAST_FREE


def _say_feeds(folder: Path) -> bool:
    """Says that the feeds cannot be written; True when that is so."""
    nearest = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    is_closed = not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK)
    if is_closed:
        bad(f"feeds: {folder} cannot be written by this account: mend its owner, or what stands in its place")
    return is_closed


def _say_state(config: Config, state: Path) -> bool:
    """Says how the state is; True when it cannot be worked with, or somebody was not told lately."""
    database = Database(config.database, asking=True)
    try:
        if lost := lost_state(config, state):
            bad(f"state: {lost}")
            return True
        if database.is_absent:
            good(f"state: {database.name} is not there yet; the first run makes it and tells nobody old news")
            return False
        problem = database.problem()
        is_older = not problem and not database.is_newest()
    except StoreError as error:
        problem, is_older = str(error), False
    finally:
        database.close()
    if problem:
        bad(f"state: {problem}")
        return True
    if is_older:
        note(f"state: {database.name} is sound, and of an older version; the next run brings it up to date")
        return False
    now = datetime.now(UTC)
    with Store(config.database, migrate=False) as store:
        good(f"state: {store.database.name} is sound")
        _say_at_work(store, config, state, now)
        is_lost = say_waiting(store, config, now)
        with opened(config, asking=True) as stages:
            is_lost |= say_left_behind(*stages.left_behind())
        is_given_up = say_given_up(store, config, now)
        say_withdrawn(store, now)
        is_for_nobody = say_suppressed(store, config)
        say_dropped(store, config, now)
        _say_failing(store, config, now)
        _say_unread_reports(store, config)
    return is_lost or is_given_up or is_for_nobody


def _say_at_work(store: Store, config: Config, state: Path, now: datetime) -> None:
    """Says whether anybody polls, and when it was last done."""
    states = store.sources.states()
    checks = [states[source.name].last_check_at for source in config.sources if source.name in states]
    last = f"last check {console.ago(max(filter(None, checks), default=None), now)}"
    if holder := lock.holder(state):
        good(f"process {holder} is at work; {last}")
    else:
        note(f"no service is running; {last}")


def _say_failing(store: Store, config: Config, now: datetime) -> None:
    states = store.sources.states()
    failing = [
        f"source {state.name}: {state.error}; failing since {moment(state.failing_since, config.timezone)}, "
        f"{counted(state.failures, 'time', 'times')}, next try {console.until(state.next_at, now)}"
        for state in (states[source.name] for source in config.sources if source.name in states)
        if state.failures and state.failing_since
    ]
    # Searches that find nothing any more.
    failing += [
        f"source {trouble.source}: {trouble.reason}; since {moment(trouble.since, config.timezone)}"
        for source in config.sources
        if (state := states.get(source.name)) and state.failing_since and not state.failures
        if (trouble := trouble_of(source, state, now))
    ]
    say_some(failing, hint=": ofsted-monitor sources")


def _say_unread_reports(store: Store, config: Config) -> None:
    say_some(
        [
            f"report not read: {report.council}, {report.title}: {reason}"
            for report, reason in store.items.unread_reports()
            if report.council in config.councils
        ]
    )


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
    message = render(digest, theme_titles={}, timezone=config.timezone, can_stop=True)
    links = stop_links(config, make=False)
    failed = False
    silent = _silent(config)
    for delivery in deliveries_for(subscription, config.channels, digest, message):
        recipient = subscription.to[delivery.position]
        if Position(subscription=subscription.name, index=delivery.position) in silent:
            note(f"test to recipient {delivery.position + 1} ({recipient.channel}): suppressed, so none was sent")
            continue
        recipient = with_own_link(recipient, subscription.name, links)
        channel = config.channels[recipient.channel]
        sender = sender_for(channel)
        try:
            sender.send(delivery, message.with_stop_link(way_to_stop(recipient, channel)), recipient)
        except DeliveryError as error:
            failed = True
            bad(f"test to recipient {delivery.position + 1} ({recipient.channel}): {error.reason}")
        else:
            good(f"test to recipient {delivery.position + 1} ({recipient.channel}): accepted")
        finally:
            sender.close()
    return failed


def _silent(config: Config) -> dict[Position, Suppression]:
    """The recipients who are sent nothing more; nobody, where the state cannot be asked."""
    try:
        with Store(config.database, migrate=False) as store:
            return dict(silenced(config.subscriptions, store.suppressions.all()))
    except StoreError:
        return {}
