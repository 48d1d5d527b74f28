from __future__ import annotations

import io
import json
import logging
import subprocess
import sys

import pytest
from far_ends import delivery, free_port, message

from monitor.delivery import lacking
from monitor.delivery.apprise import MISSING, AppriseSender, shortened
from monitor.errors import DeliveryUnavailable, DeliveryUnknown
from monitor.model import AppriseChannel, FolderChannel, Recipient, Secret

HERE = Recipient(channel="elsewhere")


def channel(url):
    return AppriseChannel(name="elsewhere", url=Secret(origin="environment variable URL", value=url))


def at(web, more=""):
    """Apprise's URL for the server, as it is written for a program that takes JSON."""
    return f"{web.url.replace('http://', 'json://')}/hook-secret{more}"


def send(url, *, deadline_s=60.0, **changes):
    AppriseSender(channel(url), deadline_s=deadline_s).send(delivery(), message(**changes), HERE)


def received(web):
    return [json.loads(body) for _, _, body in web.requests]


def test_service_gets_the_subject_and_the_plain_text(web):
    send(at(web), text="<b> & inadequate → good\n  https://a.example.org/x_y\n")
    ((path, headers, _),) = web.requests
    (told,) = received(web)
    assert path == "/hook-secret"
    assert headers["User-Agent"] == "Ofsted monitor"
    assert (told["title"], told["type"]) == (message().subject, "info")
    assert told["message"] == "<b> & inadequate → good\n  https://a.example.org/x_y"


def test_message_longer_than_the_service_takes_says_how_much_is_left_out(web):
    send(at(web), text="".join(f"line {n} of a long digest\n" for n in range(3_000)))
    (told,) = received(web)
    *kept, last = told["message"].split("\n")
    assert len(told["message"]) <= 32_768
    assert kept == [f"line {n} of a long digest" for n in range(len(kept))]
    assert last == f"… {3_000 - len(kept):,} more lines, left out for length."


def test_message_is_sent_in_parts_where_the_address_asks_for_it(web):
    send(at(web, "?overflow=split"), text="".join(f"line {n} of a long digest\n" for n in range(3_000)))
    told = received(web)
    assert len(told) > 1
    assert "line 2999" in told[-1]["message"]


@pytest.mark.parametrize("room", [1, 10, 40, 45, 60, 100, 200])
def test_shortened_text_is_never_longer_than_the_room(room):
    text = "one\n\ntwo lines of it\nthree\n\n" * 8
    short = shortened(text, room)
    assert len(short) <= room
    if room >= 60:
        *kept, last = short.split("\n")
        assert text.startswith("\n".join(kept))
        left = sum(bool(line) for line in text.split("\n")) - sum(bool(line) for line in kept)
        assert last == f"… {left} more lines, left out for length."


def test_text_that_fits_is_sent_whole():
    assert shortened("one\ntwo\n", 8) == "one\ntwo\n"


def test_no_team_is_called_by_a_title(web):
    send(at(web), subject="@everyone look", text="@Here <!channel> <@U1> office@example.org @allotment\n")
    (told,) = received(web)
    joiner = "\N{WORD JOINER}"
    assert told["title"] == f"@{joiner}everyone look"
    assert told["message"] == f"@{joiner}Here <{joiner}!channel> <{joiner}@U1> office@example.org @allotment"


@pytest.mark.parametrize(
    ("status", "of_the_channel", "reason"),
    [
        (400, False, "did not take the message"),
        (403, True, "does not accept the channel's address"),
        (404, True, "does not accept the channel's address"),
        (429, True, "wants fewer messages"),
        (500, False, "did not take the message"),
    ],
)
def test_every_no_is_tried_again_for_apprise_does_not_say_which_is_final(web, status, of_the_channel, reason):
    web.answer = (status, b"hidden", {})
    with pytest.raises(DeliveryUnavailable, match=f"{reason} \\({status}\\)") as told:
        send(at(web))
    assert told.value.channel_down is of_the_channel


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(web, status):
    web.answer = (status, b"", {"Location": f"{web.url}/elsewhere"})
    with pytest.raises(
        DeliveryUnavailable, match=f"leads elsewhere, and no redirect is followed \\({status}\\)"
    ) as told:
        send(at(web))
    assert told.value.channel_down
    assert [path for path, _, _ in web.requests] == ["/hook-secret"]


def test_lost_reply_and_a_server_that_is_away_look_alike(web):
    web.answer = None
    for url in (at(web), f"json://127.0.0.1:{free_port()}/hook-secret"):
        with pytest.raises(DeliveryUnavailable, match="cannot be reached") as told:
            send(url)
        assert told.value.channel_down
        assert "127.0.0.1" not in told.value.reason


def test_service_that_never_answers_is_unknown_and_waited_for_no_longer(web):
    web.answer = "silence"
    with pytest.raises(DeliveryUnknown, match=r"within 0\.2 seconds"):
        send(at(web), deadline_s=0.2)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (None, "no value in environment variable URL"),
        ("nothing-of-theirs://hidden", "not of one service that Apprise knows"),
        ("slack://hidden", "not of one service that Apprise knows"),
    ],
)
def test_channel_that_is_not_set_up_waits_to_be_mended(url, reason):
    with pytest.raises(DeliveryUnavailable, match=reason) as told:
        send(url)
    assert told.value.channel_down
    assert "hidden" not in told.value.reason


def test_without_the_package_it_is_said_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "apprise", None)  # as where it is not installed
    with pytest.raises(DeliveryUnavailable) as told:
        send("json://127.0.0.1/")
    assert told.value.reason == lacking(channel("json://127.0.0.1/")) == MISSING
    assert told.value.channel_down


def test_nothing_is_lacking_where_it_is_installed(tmp_path):
    assert lacking(channel("json://127.0.0.1/")) == ""
    assert lacking(FolderChannel(name="folder", path=tmp_path)) == ""


@pytest.fixture
def log():
    """What a handler of the program's own would write."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setLevel(logging.INFO)  # below it, only who debugs a library looks
    root = logging.getLogger()
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)


def test_address_never_reaches_the_log(web, log, caplog):
    caplog.set_level(logging.DEBUG)
    web.answer = (404, b"", {})
    with pytest.raises(DeliveryUnavailable):
        send(at(web))
    with pytest.raises(DeliveryUnavailable):
        send("slack://hook-secret")
    assert log.getvalue() == ""


def test_libraries_of_channels_nobody_uses_are_not_loaded():
    loaded = "import sys, monitor.cli, monitor.delivery; print({'apprise', 'requests'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", loaded], check=True, capture_output=True, text=True)
    assert told.stdout == "set()\n"
