from __future__ import annotations

import json
import socket
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from far_ends import free_port, web_server
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.delivery.http import ANSWER_BYTES, DEEPEST, Answer, get, post
from monitor.errors import DeliveryUnavailable, DeliveryUnknown

JSON = {"Content-Type": "application/json"}


def sent_to(url, body=b"{}", headers=JSON, **options):
    return post(url, body, headers=headers, program="the workflow", **options)


def test_what_is_posted_arrives_as_it_is_and_the_answer_comes_back(web):
    web.answer = (503, b"busy", {"Retry-After": "30"})
    body = '{"text": "inadequate → good"}'.encode()
    assert sent_to(
        f"{web.url}/a/hook%2Dsecret?sp=%2Ftriggers&sig=a%2Bb~c", body, {**JSON, "X-Signed": "yes"}
    ) == Answer(status=503, body=b"busy", retry_after=timedelta(seconds=30))
    ((path, headers, got),) = web.requests
    assert (path, got) == ("/a/hook%2Dsecret?sp=%2Ftriggers&sig=a%2Bb~c", body)
    assert (headers["Content-Type"], headers["X-Signed"]) == ("application/json", "yes")


@settings(max_examples=200)
@given(
    st.dictionaries(
        st.text(),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        ),
    )
)
def test_an_object_is_read_as_it_was_said(said):
    assert Answer(status=200, body=json.dumps(said).encode()).as_object() == said


@given(st.binary() | st.text(alphabet='[]{}",:0e-\\u ').map(str.encode))
def test_no_answer_is_so_odd_that_reading_it_fails(body):
    said = Answer(status=200, body=body).as_object()
    assert said is None or isinstance(said, dict)


@pytest.mark.parametrize(("levels", "is_read"), [(DEEPEST, True), (DEEPEST + 1, False), (100_000, False)])
@pytest.mark.parametrize(("start", "end"), [(b'{"a":', b"}"), (b"[", b"]")], ids=["objects", "lists"])
def test_what_is_nested_without_end_is_not_read(start, end, levels, is_read):
    body = b'{"a":' + start * (levels - 1) + b"1" + end * (levels - 1) + b"}"
    assert (Answer(status=200, body=body).as_object() is not None) is is_read


@pytest.mark.parametrize(
    ("body", "is_page"), [(b" \r\n<html>", True), (b"<?xml", True), (b"{}", False), (b"", False), (b"ok <", False)]
)
def test_a_page_is_told_from_an_answer(body, is_page):
    assert Answer(status=200, body=body).is_page is is_page


def test_question_is_asked_and_its_answer_comes_back_whole(web):
    web.answer = (200, b"x" * 50_000, {})
    told = get(f"{web.url}/a?b=%3Cc%3E", headers={"X-Who": "us"}, program="the service", answer_bytes=100_000)
    assert told == Answer(status=200, body=b"x" * 50_000)
    ((path, headers, _),) = web.requests
    assert (path, headers["X-Who"]) == ("/a?b=%3Cc%3E", "us")


def test_question_without_an_answer_hands_nothing_over(web):
    web.answer = None
    with pytest.raises(DeliveryUnavailable, match="before the service confirmed") as told:
        get(f"{web.url}/hook-secret", headers={}, program="the service")
    assert told.value.channel_down
    assert "secret" not in told.value.reason


@pytest.mark.parametrize("status", [200, 400, 404, 410, 429, 500, 503])
def test_every_answer_is_told(web, status):
    web.answer = (status, b"", {})
    assert sent_to(web.url).status == status


@pytest.mark.parametrize("status", [300, 301, 302, 307, 308, 399])
def test_no_redirect_is_followed(web, status):
    web.answer = (status, b"", {"Location": f"{web.url}/elsewhere"})
    with pytest.raises(
        DeliveryUnavailable, match=rf"leads elsewhere, and no redirect is followed \({status}\)"
    ) as told:
        sent_to(web.url)
    assert told.value.channel_down
    assert len(web.requests) == 1


def test_answer_without_end_is_read_no_further_than_its_first_part(web):
    web.answer = (200, b"x" * 1_000_000, {})
    assert sent_to(web.url).body == b"x" * ANSWER_BYTES


@pytest.mark.parametrize("date", ["30", "Mon, 01 Jan 99999999999 00:00:00 GMT"])
def test_yes_is_a_yes_whatever_stands_beside_it(web, date):
    web.answer = (202, b"accepted", {"Retry-After": date})
    assert sent_to(web.url) == Answer(status=202, body=b"accepted")


@pytest.mark.parametrize("answer", [None, "silence"])
def test_no_answer_to_what_was_handed_over_is_unknown(web, answer):
    web.answer = answer
    with pytest.raises(DeliveryUnknown, match="before the workflow confirmed") as told:
        sent_to(f"{web.url}/hook-secret", deadline_s=0.2 if answer else 30.0)
    assert "secret" not in told.value.reason
    assert len(web.requests) == 1


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        pytest.param({"Content-Length": "100"}, b"cut", id="cut short"),
        pytest.param({"Transfer-Encoding": "chunked"}, b"no chunk\r\n", id="damaged"),
    ],
)
def test_answer_that_is_cut_short_is_unknown(web, headers, body):
    web.answer = (200, body, headers)
    with pytest.raises(DeliveryUnknown, match="before the workflow confirmed"):
        sent_to(web.url)


@contextmanager
def port_that_talks_like(words):
    """A server that reads something, says `words`, and hangs up."""

    def talk():
        connection, _ = listening.accept()
        with connection:
            connection.recv(1_000)
            connection.sendall(words)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=talk)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


def test_answer_that_is_not_http_is_unknown():
    with port_that_talks_like(b"220 mail.example.org\r\n\r\n") as port, pytest.raises(DeliveryUnknown):
        sent_to(f"http://127.0.0.1:{port}/")


def test_server_that_does_not_speak_tls_was_handed_nothing():
    with (
        port_that_talks_like(b"220 mail.example.org\r\n") as port,
        pytest.raises(DeliveryUnavailable, match="TLS failed") as told,
    ):
        sent_to(f"https://127.0.0.1:{port}/")
    assert told.value.channel_down


def test_place_where_nobody_listens_is_the_channels_trouble():
    with pytest.raises(DeliveryUnavailable, match="the workflow cannot be reached: connection refused") as told:
        sent_to(f"http://127.0.0.1:{free_port()}/hook-secret")
    assert told.value.channel_down
    assert "secret" not in told.value.reason


def test_name_that_is_not_known_is_said_to_be_so(monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(DeliveryUnavailable, match="its name could not be found"):
        sent_to("http://hooks.example.com/hook-secret")


@pytest.mark.parametrize("url", ["", "hooks.example.com/x", "file:///etc/passwd", "http://", "http://[::1", "mailto:a"])
def test_what_is_no_web_address_is_the_channels_trouble_and_not_repeated(url):
    with pytest.raises(DeliveryUnavailable, match=r"^the address of the workflow is not a web address$") as told:
        sent_to(url)
    assert told.value.channel_down


def test_certificate_is_checked_and_a_trusted_one_taken(certificate, monkeypatch):
    context, cert = certificate
    with web_server(tls=context) as there:
        with pytest.raises(DeliveryUnavailable, match="its certificate is not valid") as told:
            sent_to(there.url)
        assert told.value.channel_down
        assert there.requests == []
        monkeypatch.setenv("SSL_CERT_FILE", str(cert))
        assert sent_to(there.url).status == 200


def test_each_message_stands_alone(web):
    web.answer = (200, b"", {"Set-Cookie": "session=1; Path=/"})
    sent_to(web.url)
    sent_to(web.url)
    assert not [headers for _, headers, _ in web.requests if "Cookie" in headers]
