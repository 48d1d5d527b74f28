"""Who is sent nothing more, and how an address is known without being kept."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.model import Recipient, Subscription, SubscriptionKind, Suppression
from monitor.suppression.addresses import mark_of
from monitor.suppression.suppressed import Position, holding, outlived, positions, silenced

OFFICE, BOARD = "office@example.org", "board@example.org"


def subscription(name: str, *addresses: str) -> Subscription:
    to = tuple(Recipient(channel="mail" if address else "folder", address=address) for address in addresses)
    return Subscription(name=name, kind=SubscriptionKind.DIGEST, to=to)


def suppression(address: str, name: str = "", why: str = "bounced") -> Suppression:
    return Suppression(mark=mark_of(address), subscription=name, why=why, at=datetime(2026, 6, 17, tzinfo=UTC))


DAILY, WEEKLY = subscription("daily", "", OFFICE, BOARD), subscription("weekly", "Office@Example.ORG")


@pytest.mark.parametrize("spelt", ["Office@example.org", "office@EXAMPLE.org", " office@example.org\n"])
def test_an_address_is_known_however_it_is_spelt(spelt: str) -> None:
    assert mark_of(spelt) == mark_of(OFFICE)


@pytest.mark.parametrize("other", ["offices@example.org", "office+ofsted@example.org", "o.ffice@example.org", ""])
def test_another_mailbox_has_another_mark(other: str) -> None:
    assert mark_of(other) != mark_of(OFFICE)


def test_a_mark_shows_nothing_of_the_address() -> None:
    assert len(mark_of(OFFICE)) == 16
    assert set(mark_of(OFFICE)) <= set("0123456789abcdef")


def test_what_is_said_of_one_subscription_holds_there_and_what_is_said_of_all_everywhere() -> None:
    own, everything = suppression(OFFICE, "daily"), suppression(OFFICE)
    assert holding([own], "daily") == own
    assert holding([own], "weekly") is None
    assert holding([everything], "weekly") == everything
    assert holding([everything, own], "daily") == own
    assert holding([], "daily") is None


def test_the_recipients_of_an_address_are_named_by_subscription_and_position() -> None:
    assert [str(one) for one in positions(mark_of(OFFICE), [DAILY, WEEKLY])] == [
        "recipient 2 of daily",
        "recipient 1 of weekly",
    ]
    assert positions(mark_of(OFFICE), [DAILY, WEEKLY], ["weekly"]) == [Position(subscription="weekly", index=0)]
    assert positions(mark_of(""), [DAILY, WEEKLY]) == []  # who has no address is nobody's


def test_everybody_who_is_sent_nothing_more_is_found_in_the_order_of_the_file() -> None:
    found = [suppression(BOARD), suppression(OFFICE, "weekly", "complained"), suppression("gone@example.org")]
    assert [(str(position), held.why) for position, held in silenced([DAILY, WEEKLY], found)] == [
        ("recipient 3 of daily", "bounced"),
        ("recipient 1 of weekly", "complained"),
    ]


def test_who_stopped_what_has_another_name_now_is_found_until_they_are_sent_nothing() -> None:
    found = [suppression(OFFICE, "briefing"), suppression(BOARD, "daily"), suppression("gone@example.org", "briefing")]
    assert [(str(position), held.subscription) for position, held in outlived([DAILY, WEEKLY], found)] == [
        ("recipient 2 of daily", "briefing"),
        ("recipient 1 of weekly", "briefing"),
    ]
    assert not list(outlived([DAILY, WEEKLY], [*found, suppression(OFFICE)]))
