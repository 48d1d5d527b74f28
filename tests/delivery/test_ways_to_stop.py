"""The headers and the link by which a mail is stopped (RFC 2369, RFC 8058)."""

from __future__ import annotations

import pytest
from far_ends import delivery, message

from monitor.delivery.mime import mail
from monitor.model import STOP_FROM, STOP_MARK, STOP_TO
from monitor.suppression.links import StopLinks

MAILTO = "mailto:stop@example.org?subject=unsubscribe"
LINK = StopLinks(url="https://monitor.example.org/" + "p" * 170, key=bytes(32)).unsubscribe_url("x" * 60, "a@b.org")


def headers(**ways: str) -> list[str]:
    """The header lines, as they go over the wire."""
    raw = mail(delivery(), message(), sender="m@example.org", to="a@example.org", **ways)
    return raw.partition(b"\r\n\r\n")[0].decode().split("\r\n")


@pytest.mark.parametrize(
    ("ways", "lines"),
    [
        pytest.param({}, [], id="none"),
        pytest.param({"unsubscribe": MAILTO}, [f"List-Unsubscribe: <{MAILTO}>"], id="mailto alone"),
        pytest.param(
            {"stop_url": LINK, "unsubscribe": MAILTO},
            [f"List-Unsubscribe: <{LINK}>, <{MAILTO}>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click"],
            id="link and mailto",
        ),
        pytest.param(
            {"stop_url": LINK, "unsubscribe": "https://example.org/stop"},
            [f"List-Unsubscribe: <{LINK}>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click"],
            id="link before a page of the channel's",
        ),
        pytest.param(
            {"stop_url": "http://127.0.0.1:8025/stop/x"},
            ["List-Unsubscribe: <http://127.0.0.1:8025/stop/x>"],
            id="no one-click over http",
        ),
        pytest.param(
            {"unsubscribe": "https://example.org/stop"},
            ["List-Unsubscribe: <https://example.org/stop>"],
            id="no one-click at a page that is not ours",
        ),
    ],
)
def test_a_mail_says_how_it_is_stopped_best_first_each_header_on_one_line(ways, lines):
    assert [line for line in headers(**ways) if line.startswith("List-Unsubscribe")] == lines


def test_with_the_longest_link_there_is_no_line_is_too_long():
    assert max(map(len, headers(stop_url=LINK, unsubscribe=MAILTO))) <= 998


def test_no_mark_is_left_whatever_the_way_is():
    words = message(
        html=f'<p>news</p>{STOP_FROM}<a href="{STOP_MARK}">Stop</a>{STOP_TO}',
        text=f"{STOP_FROM}Stop: {STOP_MARK}{STOP_TO}",
    )
    for way in ("", MAILTO, LINK, 'https://example.org/?a=b&c="d"'):
        told = words.with_stop_link(way)
        assert not {STOP_FROM, STOP_MARK, STOP_TO} & set(told.html + told.text)
        assert way in told.text
        assert '"d"' not in told.html
