"""What a posted form asks for, and what a recipient may take back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Suppression
from monitor.suppression.asked import Ask, Standing, ask_in, put_down, standing, taken_back
from monitor.suppression.suppressed import ASKED
from monitor.suppression.tokens import Claim

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=xyz"
CLAIM = Claim(subscription="daily", mark="0" * 16)
NOW = datetime(2026, 6, 17, tzinfo=UTC)


def part(name: str, value: str) -> str:
    return f'--xyz\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'


@pytest.mark.parametrize(
    ("content_type", "body", "ask"),
    [
        pytest.param(FORM, "List-Unsubscribe=One-Click", Ask.STOP, id="provider"),
        pytest.param(
            f"{FORM}; charset=utf-8", "list-unsubscribe=one-click&x=1", Ask.STOP, id="case, and another field"
        ),
        pytest.param("", "List-Unsubscribe=One-Click", Ask.STOP, id="no type"),
        pytest.param(MULTIPART, part("List-Unsubscribe", "One-Click") + "--xyz--\r\n", Ask.STOP, id="multipart"),
        pytest.param(MULTIPART, part("x", "y") + part("ask", "undo") + "--xyz--", Ask.UNDO, id="second part"),
        pytest.param(FORM, "ask=stop-all", Ask.STOP_ALL, id="all"),
        pytest.param(FORM, "ask=undo", Ask.UNDO, id="undo"),
        pytest.param(FORM, "ask=delete", None, id="another word"),
        pytest.param(FORM, "", None, id="nothing"),
        pytest.param(FORM, "List-Unsubscribe=Yes", None, id="another value"),
        pytest.param(FORM, "&".join(["a=1"] * 9 + ["ask=stop"]), None, id="many fields"),
        pytest.param(MULTIPART, "List-Unsubscribe=One-Click", None, id="multipart without parts"),
        pytest.param("multipart/form-data", part("ask", "stop"), None, id="no boundary"),
        pytest.param("application/json", '{"ask": "stop"}', None, id="JSON"),
        pytest.param("multipart/form-data; boundary*=idna''%ff", part("ask", "stop"), None, id="no such boundary"),
        pytest.param("multipart/form-data; boundary*=nonsense''xyz", part("ask", "stop"), Ask.STOP, id="no encoding"),
    ],
)
def test_a_form_is_understood_in_either_encoding(content_type: str, body: str, ask: Ask | None) -> None:
    assert ask_in(content_type, body.encode()) == ask


@given(st.sampled_from([FORM, MULTIPART]) | st.text(), st.binary(max_size=400))
def test_whatever_comes_is_read_without_harm(content_type: str, body: bytes) -> None:
    assert ask_in(content_type, body) is None


@given(st.sampled_from(["idna", "punycode", "utf-7", "rot13", "undefined", "hex", "\u00e9"]), st.text(max_size=8))
def test_boundary_in_any_encoding_is_read_without_harm(encoding: str, boundary: str) -> None:
    assert ask_in(f"multipart/form-data; boundary*={encoding}''%ff{boundary}", b"--xyz\r\n\r\n") is None


@given(st.lists(st.sampled_from(["--xyz\r\n", "Content-Type: multipart/mixed; boundary=xyz\r\n", "\r\n", "é=", "x"])))
def test_parts_in_parts_are_read_without_harm(pieces: list[str]) -> None:
    assert ask_in(MULTIPART, "".join(pieces).encode()) is None


def suppression(subscription: str, why: str = ASKED) -> Suppression:
    return Suppression(mark=CLAIM.mark, subscription=subscription, why=why, at=NOW)


@pytest.mark.parametrize(
    ("found", "stands"),
    [
        pytest.param([], Standing.SENT, id="nothing"),
        pytest.param([suppression("weekly")], Standing.SENT, id="another subscription"),
        pytest.param([suppression("daily")], Standing.STOPPED, id="this one"),
        pytest.param([suppression("daily"), suppression("")], Standing.ALL_STOPPED, id="all"),
        pytest.param([suppression("", "bounced"), suppression("daily")], Standing.BY_OPERATOR, id="operator"),
        pytest.param([suppression("weekly", "bounced")], Standing.SENT, id="operator, of another"),
    ],
)
def test_how_things_stand_is_told_by_what_reaches_furthest(found: list[Suppression], stands: Standing) -> None:
    assert standing(found, "daily") == stands


def test_stopping_is_of_this_subscription_or_of_all() -> None:
    assert put_down(CLAIM, Ask.STOP, NOW) == suppression("daily")
    assert put_down(CLAIM, Ask.STOP_ALL, NOW) == suppression("")


def test_a_recipient_takes_back_what_they_asked_for_and_nothing_of_the_operators() -> None:
    found = [suppression("daily"), suppression(""), suppression("weekly"), suppression("daily", "complained")]
    assert taken_back(found, CLAIM) == found[:2]
