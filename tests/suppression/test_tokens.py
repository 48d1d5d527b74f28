"""Links to stop: who holds one can stop their own messages, for years, and nobody else's."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import EmailChannel, FolderChannel, Recipient
from monitor.suppression.addresses import mark_of
from monitor.suppression.links import StopLinks, way_to_stop, with_own_link
from monitor.suppression.tokens import MOST_CHARACTERS, Claim, claim_in, token

KEY, ANOTHER = bytes(range(32)), bytes(32)
CLAIM = Claim(subscription="weekday-briefing", mark=mark_of("office@example.org"))
NAMES = st.from_regex(re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]{0,59}", re.ASCII), fullmatch=True)


@given(NAMES, st.binary(min_size=8, max_size=8))
def test_a_token_says_whom_it_speaks_for_and_fits_into_an_address(name: str, mark: bytes) -> None:
    claim = Claim(subscription=name, mark=mark.hex())
    made = token(claim, KEY)
    assert claim_in(made, KEY) == claim
    assert re.fullmatch(r"[A-Za-z0-9_-]+", made)
    assert len(made) <= MOST_CHARACTERS


def test_tokens_of_mails_already_sent_stay_valid() -> None:
    """Whoever changes how tokens are made must go on reading these."""
    assert claim_in("AW_sRtiVByFgd2Vla2RheS1icmllZmluZ1w23q1BNzUbAQe3hFMv3c4", KEY) == CLAIM


def test_no_token_is_good_with_another_key() -> None:
    assert claim_in(token(CLAIM, ANOTHER), KEY) is None


def test_no_character_of_it_can_be_another() -> None:
    made = token(CLAIM, KEY)
    for place in range(len(made)):
        for other in "AZaz09-_+/=. \n\x00é":
            altered = made[:place] + other + made[place + 1 :]
            assert altered == made or claim_in(altered, KEY) is None


def test_none_of_its_parts_is_one_nor_anything_with_it_inside() -> None:
    made = token(CLAIM, KEY)
    parts = [made[:end] for end in range(len(made))] + [made[start:] for start in range(1, len(made))]
    longer = [made + more for more in ("A", "=", "==", "\n", " ", made)] + [" " + made, "A" + made]
    assert [text for text in parts + longer if claim_in(text, KEY)] == []


@given(st.text() | st.text("AZaz09-_=", min_size=1, max_size=200))
def test_whatever_else_comes_is_none(text: str) -> None:
    assert claim_in(text, KEY) is None


def test_a_very_long_one_is_none_without_being_read() -> None:
    assert claim_in("A" * 10_000_000, KEY) is None


# --- the link -------------------------------------------------------------------------------------------------------

LINKS = StopLinks(url="https://monitor.example.org/news", key=KEY)
MAIL = EmailChannel(name="mail", host="h", port=25, sender="m@example.org", unsubscribe="mailto:o@example.org")


def test_a_link_is_the_same_at_every_attempt_and_another_for_each_recipient_and_subscription() -> None:
    link = LINKS.unsubscribe_url("weekday-briefing", "office@example.org")
    assert link == LINKS.unsubscribe_url("weekday-briefing", "Office@Example.org")
    others = [("weekday-briefing", "board@example.org"), ("weekly", "office@example.org")]
    assert len({link, *(LINKS.unsubscribe_url(*one) for one in others)}) == 3
    assert link.startswith("https://monitor.example.org/news/stop/")


def test_a_link_holds_no_address_and_who_has_none_has_no_link() -> None:
    assert "office" not in LINKS.unsubscribe_url("weekday-briefing", "office@example.org")
    assert LINKS.unsubscribe_url("weekday-briefing", "") == ""


def test_neither_key_nor_link_shows_itself() -> None:
    recipient = with_own_link(Recipient(channel="mail", address="a@example.org"), "x", LINKS)
    assert recipient.stop_url
    assert recipient.stop_url not in repr(recipient)
    assert repr(KEY)[2:-1] not in repr(LINKS)


@pytest.mark.parametrize(
    ("channel", "links", "way"),
    [
        pytest.param(MAIL, LINKS, "https://monitor.example.org/news/stop/", id="own link"),
        pytest.param(MAIL, None, "mailto:o@example.org", id="the channel's address"),
        pytest.param(FolderChannel(name="folder", path="x"), None, "", id="nothing"),
    ],
)
def test_the_best_way_to_stop_is_told(channel, links, way) -> None:
    recipient = Recipient(channel=channel.name, address="a@example.org" if channel is MAIL else "")
    told = way_to_stop(with_own_link(recipient, "x", links), channel)
    assert told.startswith(way)
    assert bool(told) is bool(way)
