"""The page where recipients stop their messages."""

from __future__ import annotations

import base64
import hashlib
import re

import html5lib
import pytest
from page_client import KEY, OFFICE
from structlog.testing import capture_logs

from monitor.model import Suppression
from monitor.suppression.addresses import mark_of
from monitor.suppression.links import PATH
from monitor.suppression.suppressed import ASKED
from monitor.suppression.tokens import Claim, token

ONE_CLICK = "List-Unsubscribe=One-Click"


def held(store) -> list[tuple[str, str]]:
    return [(one.subscription, one.why) for one in store.suppressions.of(mark_of(OFFICE))]


def title(answer) -> str:
    found = re.search(r"<h1>(.*?)</h1>", answer.body)
    assert found
    return found[1]


def test_one_click_of_a_mail_program_stops_these_messages_and_says_so(page, store, link):
    answer = page("POST", link, ONE_CLICK)
    assert (answer.status, title(answer)) == (200, "These messages are stopped")
    assert held(store) == [("daily", ASKED)]


def test_pressed_a_second_time_it_is_stopped_once_and_the_answer_is_the_same(page, store, link):
    first, second = page("POST", link, ONE_CLICK), page("POST", link, ONE_CLICK)
    assert (first.status, first.body) == (second.status, second.body)
    assert len(held(store)) == 1


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_opening_the_link_changes_nothing(page, store, link, method):
    assert page(method, link).status == 200
    assert page(method, f"{link}?ask=stop&{ONE_CLICK}").status == 200
    assert held(store) == []


def test_the_page_offers_to_stop_these_or_all_and_then_to_take_it_back(page, store, link):
    shown = page("GET", link)
    assert title(shown) == "Stop these messages?"
    assert re.findall(r'name="ask" value="([a-z-]+)"', shown.body) == ["stop", "stop-all"]
    assert "“daily”" in shown.body
    stopped = page("POST", link, "ask=stop")
    assert re.findall(r'name="ask" value="([a-z-]+)"', stopped.body) == ["undo", "stop-all"]
    again = page("POST", link, "ask=undo")
    assert title(again) == "You get these messages again"
    assert held(store) == []


def test_all_messages_are_stopped_when_asked(page, store, link):
    assert title(page("POST", link, "ask=stop-all")) == "All messages are stopped"
    assert held(store) == [("", ASKED)]
    assert title(page("GET", link)) == "All messages are stopped"
    page("POST", link, "ask=undo")
    assert held(store) == []


@pytest.mark.parametrize("subscription", ["", "daily"], ids=["of all", "of this one"])
@pytest.mark.parametrize(
    "asked",
    [("ask=undo",), ("ask=stop", "ask=undo"), ("ask=stop-all", "ask=undo"), (ONE_CLICK, "ask=undo")],
    ids=["undo", "stop and undo", "stop all and undo", "one click and undo"],
)
def test_what_the_operator_put_down_the_link_does_not_take_back(page, store, link, now, subscription, asked):
    bounced = Suppression(mark=mark_of(OFFICE), subscription=subscription, why="bounced", at=now)
    store.suppressions.add([bounced], anew=True)
    for body in asked:
        answer = page("POST", link, body)
        assert "Whoever runs the monitor has put that down" in answer.body
        assert "bounced" not in answer.body  # it is the operator's note
    assert held(store) == [(subscription, "bounced")]


@pytest.fixture
def old_link() -> str:
    """Of a mail sent before its digest had another name."""
    return PATH + token(Claim(subscription="briefing", mark=mark_of(OFFICE)), KEY)


@pytest.mark.parametrize("body", [ONE_CLICK, "ask=stop", "ask=stop-all"])
def test_a_link_of_what_has_another_name_now_stops_all_messages(page, store, old_link, body):
    assert title(page("POST", old_link, body)) == "All messages are stopped"
    assert held(store) == [("", ASKED)]
    assert title(page("POST", old_link, "ask=undo")) == "You get messages again"
    assert held(store) == []


def test_who_stopped_the_old_name_is_not_told_that_they_are_stopped(page, store, old_link, now):
    store.suppressions.add([Suppression(mark=mark_of(OFFICE), subscription="briefing", why=ASKED, at=now)], anew=True)
    shown = page("GET", old_link)
    assert title(shown) == "Stop all messages?"
    assert "“briefing”" in shown.body
    assert re.findall(r'name="ask" value="([a-z-]+)"', shown.body) == ["stop-all"]


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param("AAAA", id="short"),
        pytest.param("x" * 114, id="as long"),
        pytest.param(token(Claim(subscription="daily", mark=mark_of(OFFICE)), bytes(32)), id="another key"),
        pytest.param(token(Claim(subscription="daily", mark=mark_of(OFFICE)), KEY)[:-1], id="cut short"),
        pytest.param("%00%0d%0aX-Injected:1", id="control characters"),
        pytest.param("%E2%80%AE%F0%9F%98%80", id="not ASCII"),
        pytest.param("%FF%FE", id="not UTF-8"),
        pytest.param("%3Cscript%3Ealert(1)%3C%2Fscript%3E", id="markup"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_forged_link_does_nothing_and_says_what_to_do(page, store, method, forged):
    answer = page(method, f"/stop/{forged}", ONE_CLICK if method == "POST" else "")
    assert answer.status == 404
    assert "Nothing has been changed" in answer.body or "nothing here" in answer.body  # the latter: it holds a slash
    assert 'href="mailto:operator@example.org?subject=monitor">operator@example.org<' in answer.body
    assert "script" not in answer.body
    assert "x-injected" not in answer.headers
    assert store.suppressions.all() == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/stop/", 404),
        ("GET", "/stop/a/b", 404),
        ("GET", "/docs", 404),
        ("PUT", "", 405),
        ("DELETE", "", 405),
        ("OPTIONS", "", 405),
        ("PATCH", "", 405),
    ],
)
def test_there_is_no_other_page_and_no_other_method(page, store, link, method, path, status):
    answer = page(method, path or link)
    assert answer.status == status
    assert store.suppressions.all() == []
    assert status != 405 or answer.headers["allow"] == "GET, HEAD, POST"


def test_a_form_that_is_not_understood_does_nothing(page, store, link):
    for body in ("", "ask=everything", "x" * 4000):
        assert page("POST", link, body).status == 400
    assert store.suppressions.all() == []


def test_a_long_body_is_not_read_to_its_end(page, store, link):
    assert page("POST", link, ONE_CLICK + "&x=" + "x" * 5000).status == 413
    assert store.suppressions.all() == []


def test_nobody_keeps_frames_indexes_or_follows_it_and_it_sets_no_cookie(page, link):
    for answer in (page("GET", link), page("POST", link, "ask=stop"), page("GET", "/stop/forged"), page("GET", "/")):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-robots-tag"] == "noindex, nofollow"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert not {"set-cookie", "server", "location"} & set(answer.headers)


def test_every_page_is_sound_and_accessible_html(page, link):
    answers = [page("GET", link), page("POST", link, "ask=stop"), page("POST", link, "ask=stop-all")]
    answers += [
        page("GET", "/stop/forged"),
        page("GET", "/"),
        page("POST", link, "ask=x"),
        page("POST", link, "ask=undo"),
    ]
    for answer in answers:
        tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(answer.body)
        assert tree.get("lang") == "en-GB"
        assert len(tree.findall(".//h1")) == len(tree.findall(".//main")) == 1
        assert tree.findtext(".//title") == f"{title(answer)} – Ofsted monitor"
        assert all(button.text for button in tree.iter("button"))


def test_its_own_style_is_the_only_thing_a_browser_may_apply(page, link):
    answer = page("GET", link)
    style = answer.body.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}';" in answer.headers["content-security-policy"]
    assert not re.search(r"<script|<img|<link|style=|onclick|https?://", answer.body)


def test_it_is_found_below_the_path_that_is_configured(serve, link):
    page = serve("/news")
    assert page("GET", "/news" + link).status == 200
    assert page("GET", link).status == 404


def test_what_a_proxy_or_a_liar_says_of_the_request_changes_nothing(page, link):
    plain = page("GET", link)
    dressed = page(
        "GET", link, Host="evil.example", X_Forwarded_Host="evil.example", X_Forwarded_For="<b>", Cookie="a=b"
    )
    assert dressed.body == plain.body


def test_the_log_tells_what_was_asked_and_holds_neither_link_nor_address(page, link):
    with capture_logs() as lines:
        page("GET", link)
        page("POST", link, ONE_CLICK)
        page("POST", link, ONE_CLICK)
        page("GET", "/stop/forged")
    (line,) = lines
    assert (line["event"], line["ask"], line["subscription"]) == ("asked by link", "stop", "daily")
    assert line["concerns"] == "recipient 1 of daily"
    assert not [word for word in (OFFICE, mark_of(OFFICE), link.removeprefix("/stop/")) if word in str(lines)]


def test_a_store_that_fails_is_told_and_nothing_is_claimed(page, store, link):
    with store.database.reading() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")  # the connection that the page will be given
    with capture_logs() as lines:
        answer = page("POST", link, ONE_CLICK)
    assert (answer.status, title(answer)) == (503, "That did not work")
    assert "cannot be written" not in answer.body
    reason = f"{store.database.file}: it cannot be written: check the directory's owner and permissions"
    assert [(line["event"], line["reason"]) for line in lines] == [("not stopped", reason)]
    assert held(store) == []
