"""No address inside the reader's own network is ever connected to, whatever led to it."""

from __future__ import annotations

import socket
from ipaddress import ip_address, ip_network

import pytest

from monitor.sources.guard import AddressRefused, guarded_socket, refusal


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "192.0.43.8", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101", "2002:101:101::"],
)
def test_public_address_is_not_refused(address: str) -> None:
    assert refusal(ip_address(address), ()) is None


@pytest.mark.parametrize(
    ("address", "why"),
    [
        pytest.param("127.0.0.1", "a loopback address", id="loopback"),
        pytest.param("127.255.0.9", "a loopback address", id="loopback, far end"),
        pytest.param("::1", "a loopback address", id="loopback, IPv6"),
        pytest.param("10.0.0.1", "a private or reserved address", id="private A"),
        pytest.param("172.16.3.4", "a private or reserved address", id="private B"),
        pytest.param("192.168.0.1", "a private or reserved address", id="private C"),
        pytest.param("fd00:ec2::254", "a private or reserved address", id="unique local"),
        pytest.param("fec0::1", "a private or reserved address", id="site-local"),
        pytest.param("169.254.169.254", "a link-local address", id="cloud metadata"),
        pytest.param("fe80::1%2", "a link-local address", id="link-local with a zone"),
        pytest.param("100.64.0.1", "a private or reserved address", id="carrier-grade NAT"),
        pytest.param("224.0.0.251", "a multicast address", id="multicast"),
        pytest.param("ff02::1", "a multicast address", id="multicast, IPv6"),
        pytest.param("240.0.0.1", "a private or reserved address", id="reserved"),
        pytest.param("255.255.255.255", "a private or reserved address", id="broadcast"),
        pytest.param("192.0.2.7", "a private or reserved address", id="documentation"),
        pytest.param("3fff::1", "a private or reserved address", id="documentation, IPv6"),
        pytest.param("192.88.99.1", "a private or reserved address", id="gateways that are gone"),
        pytest.param("198.18.0.1", "a private or reserved address", id="benchmarking"),
        pytest.param("0.0.0.0", "the unspecified address", id="unspecified"),  # noqa: S104 - not bound to
        pytest.param("::", "the unspecified address", id="unspecified, IPv6"),
        pytest.param("::ffff:10.0.0.1", "a private or reserved address", id="mapped"),
        pytest.param("::ffff:169.254.169.254", "a link-local address", id="mapped metadata"),
        pytest.param("::127.0.0.1", "a private or reserved address", id="compatible, out of use"),
        pytest.param("64:ff9b::7f00:1", "a loopback address", id="NAT64"),
        pytest.param("64:ff9b:1::101:101", "a private or reserved address", id="NAT64, local prefix"),
        pytest.param("2002:7f00:1::", "a loopback address", id="6to4"),
        pytest.param("2001:0:4136:e378:8000:63bf:80ff:fffe", "a loopback address", id="Teredo"),
        pytest.param("4000::1", "a private or reserved address", id="not given out yet"),
    ],
)
def test_address_that_is_not_public_is_refused(address: str, why: str) -> None:
    assert refusal(ip_address(address), ()) == why


def test_allowed_network_opens_itself_and_nothing_else() -> None:
    allowed = (ip_network("127.0.0.0/8"), ip_network("fd00::/8"))
    assert refusal(ip_address("127.0.0.5"), allowed) is None
    assert refusal(ip_address("::ffff:127.0.0.5"), allowed) is None
    assert refusal(ip_address("fd00::5"), allowed) is None
    assert refusal(ip_address("::1"), allowed) == "a loopback address"
    assert refusal(ip_address("10.0.0.1"), allowed) == "a private or reserved address"


def test_socket_is_opened_for_an_allowed_address_only() -> None:
    open_socket = guarded_socket([ip_network("127.0.0.0/8")])
    stream = (socket.AF_INET, socket.SOCK_STREAM, 0, "")
    with open_socket((*stream, ("127.0.0.1", 80))) as opened:
        assert opened.family == socket.AF_INET
    with pytest.raises(AddressRefused):
        open_socket((*stream, ("10.0.0.1", 80)))
