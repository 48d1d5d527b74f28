"""Which addresses may be connected to: the public internet, and what the configuration allows besides.

A feed, a redirect or a name server may point anywhere, so the very address a socket is about to be opened
to is judged, whatever spelling or name led to it. A check of names alone is bypassed by literal
addresses and by a name that resolves differently the second time.
"""

from __future__ import annotations

import asyncio
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# The only part of IPv6 given out for use on the internet: RFC 4291 section 2.4, IANA's address space table.
_GLOBAL_UNICAST = IPv6Network("2000::/3")
# A gateway on the way turns these into IPv4: RFC 6052 section 2.1.
_NAT64 = IPv6Network("64:ff9b::/96")
# Not for the public internet, though Python 3.11 takes them for it: documentation (RFC 9637), and the way to gateways
# into IPv6 that are gone (RFC 7526).
_RESERVED = (IPv6Network("3fff::/20"), IPv4Network("192.88.99.0/24"))


class AddressRefused(OSError):
    """The address must not be connected to; an OSError, as the code that opens sockets expects."""


def refusal(address: Address, allowed: Iterable[Network]) -> str | None:
    """Why `address` must not be connected to, as a noun ("a loopback address"), or None when it may be.

    An IPv4 address wrapped in an IPv6 one (mapped, NAT64, 6to4, Teredo) is judged as the IPv4 address.
    """
    inside = _unwrapped(address)
    if _is_public(inside) or any(inside in network for network in allowed if network.version == inside.version):
        return None
    if inside.is_loopback:
        return "a loopback address"
    if inside.is_link_local:
        return "a link-local address"
    if inside.is_multicast:
        return "a multicast address"
    if inside.is_unspecified:
        return "the unspecified address"
    return "a private or reserved address"


async def is_inside(host: str, allowed: Sequence[Network]) -> bool:
    """Whether `host`, a name or an address, stands in one of the networks that are `allowed` though not public."""
    try:
        addresses = [ip_address(host)]
    except ValueError:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except (OSError, ValueError):
            return False
        addresses = [ip_address(sockaddr[0]) for *_, sockaddr in found]
    return any(refusal(address, ()) and not refusal(address, allowed) for address in addresses)


def guarded_socket(allowed: Iterable[Network]) -> Callable[[tuple[Any, ...]], socket.socket]:
    """A socket factory for `aiohttp.TCPConnector` that raises AddressRefused where `refusal` has a reason."""
    networks = tuple(allowed)

    def open_socket(addr_info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, sockaddr = addr_info
        if refusal(ip_address(sockaddr[0]), networks):
            # One text for all: where a name has several addresses, aiohappyeyeballs passes an error on
            # as it is only when every attempt failed with the same words.
            raise AddressRefused("points to a private address")
        return socket.socket(family, kind, protocol)

    return open_socket


def _unwrapped(address: Address) -> Address:
    """The IPv4 address that traffic to `address` ends at, else `address` itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    teredo = address.teredo[1] if address.teredo else None  # (server, client)
    return address.ipv4_mapped or address.sixtofour or teredo or address


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    if any(address in network for network in _RESERVED):  # of the other version it is in none
        return False
    return address.is_global and not address.is_multicast  # Python calls IPv4 multicast global
