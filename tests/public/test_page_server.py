"""Who is slow, says nothing, or talks nonsense keeps nobody else from stopping their messages."""

from __future__ import annotations

import socket
from contextlib import ExitStack, closing, suppress

import pytest
from page_client import free_port

from monitor.errors import ConfigError
from monitor.public.listening import _bound, listening, trouble
from monitor.public.server import MOST_CONNECTIONS, serving

GREETING = b"POST /stop/x HTTP/1.1\r\nHost: a\r\n"


def opened(page, said: bytes = b"") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", page.port), timeout=30)
    connection.sendall(said)
    return connection


def has_ended(connection: socket.socket) -> bool:
    """Whether the other side closes it, or has."""
    try:
        while connection.recv(65536):
            pass
    except ConnectionError:
        pass
    except TimeoutError:
        return False
    return True


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(GREETING, id="half a head"),
        pytest.param(GREETING + b"Content-Length: 100\r\n\r\nask", id="half a body"),
        pytest.param(GREETING + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabc", id="half a chunk"),
    ],
)
def test_who_does_not_go_on_is_cut_off(serve, said):
    with opened(serve(longest_s=0.2), said) as connection:
        assert has_ended(connection)


@pytest.mark.parametrize("said", [b"", GREETING], ids=["silent", "halting"])
def test_any_number_of_them_does_not_shut_the_door(page, link, said):
    with ExitStack() as stack:
        waiting = [stack.enter_context(opened(page, said)) for _ in range(3 * MOST_CONNECTIONS)]
        assert page("GET", link).status == 200
        assert has_ended(waiting[0])  # whoever has waited longest gave way


@pytest.mark.parametrize(
    "nonsense",
    [
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200), id="TLS"),
        pytest.param(b"GET / HTTP/9.9\r\n\r\n", id="version"),
        pytest.param(b"GET /\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n", id="bytes in the path"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 100_000, id="a header without end"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\n X: folded\r\n: nameless\r\n\r\n", id="headers"),
        pytest.param(GREETING + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", id="two lengths"),
        pytest.param(GREETING + b"Content-Length: -1\r\n\r\n", id="negative length"),
        pytest.param(GREETING + b"Content-Length: 99999999999999\r\nExpect: 100-continue\r\n\r\n", id="vast length"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", id="upgrade"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 500, id="many at once"),
        pytest.param(b"\r\n" * 5000, id="empty lines"),
    ],
)
def test_nonsense_ends_its_own_connection_and_no_other(serve, link, nonsense, capfd):
    page = serve(longest_s=2.0)
    with opened(page) as connection:
        with suppress(ConnectionError):
            connection.sendall(nonsense)
        assert has_ended(connection)
    assert page("GET", link).status == 200
    assert "Traceback" not in capfd.readouterr().err


def test_who_hangs_up_in_the_middle_is_no_trouble(page, link, capfd):
    for _ in range(50):
        opened(page, GREETING.replace(b"/stop/x", link.encode()) + b"Content-Length: 100\r\n\r\nask").close()
    assert page("GET", link).status == 200
    assert "Traceback" not in capfd.readouterr().err


def test_afterwards_nobody_listens_and_the_port_is_free_at_once(stop_page, page):
    with listening("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with serving(stop_page.app(""), listener), socket.create_connection(("127.0.0.1", port)):
            pass
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
    with listening("127.0.0.1", port):
        pass


@pytest.mark.parametrize(("host", "said"), [("127.0.0.1", "127.0.0.1:{port}"), ("192.0.2.1", "192.0.2.1:{port}")])
def test_where_it_cannot_listen_the_key_is_named(page, host, said):
    with pytest.raises(ConfigError) as raised, listening(host, page.port):
        pass
    (problem,) = raised.value.problems
    assert problem.where == "monitor.toml: public: listen"
    assert problem.found.startswith(said.format(port=page.port))


@pytest.mark.parametrize(("host", "hint"), [("127.0.0.1", "end it, or put another port"), ("192.0.2.1", "127.0.0.1")])
def test_where_it_could_not_listen_is_known_before_it_tries(page, host, hint):
    problem = trouble(host, page.port, is_served=False)
    assert problem.where == "monitor.toml: public: listen"
    assert hint in problem.hint


def test_a_port_that_the_service_has_itself_is_no_trouble_and_a_foreign_address_still_is(page):
    assert trouble("127.0.0.1", page.port, is_served=True) is None
    assert trouble("192.0.2.1", page.port, is_served=True) is not None


def test_looking_whether_it_could_listen_keeps_nobody_from_listening_just_then(stop_page):
    port = free_port()
    with (
        closing(_bound("127.0.0.1", port)),
        listening("127.0.0.1", port) as listener,
        serving(stop_page.app(""), listener),
        socket.create_connection(("127.0.0.1", port)),
    ):
        pass
    assert trouble("127.0.0.1", port, is_served=False) is None
