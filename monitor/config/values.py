"""Readers of single values: each returns what a value means, or raises `Unfit` with what is wanted."""

from __future__ import annotations

import re
import ssl
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from email.errors import HeaderParseError, InvalidHeaderDefect
from email.headerregistry import HeaderRegistry
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import soupsieve
from cronsim import CronSim, CronSimError

from monitor.config import durations
from monitor.config.tables import Unfit, did_you_mean, shown, suggestion
from monitor.councils import council_named, nearest_names, regions
from monitor.model import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

Network = IPv4Network | IPv6Network

# --- plain values ------------------------------------------------------------------------------------------


def line(value: object) -> str:
    """Text on one line, without control characters and the space around it."""
    if isinstance(value, str) and value.strip().isprintable() and value.strip():
        return value.strip()
    raise Unfit('text on one line, in quotes: "…"')


def prose(value: object) -> str:
    """Text of any length; line breaks and runs of space count as one space."""
    if not isinstance(value, str):
        raise Unfit('text, in quotes: "…"')
    return line(" ".join(value.split()))


def truth(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise Unfit("true or false, without quotes")


def whole(low: int, high: int) -> Callable[[object], int]:
    """A reader of whole numbers from `low` to `high`, both included."""

    def read(value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        raise Unfit(f"a whole number from {low} to {high}")

    return read


def share(value: object) -> float:
    """A number from 0 to 1."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    raise Unfit("a number from 0 to 1")


def one_of(words: Collection[str]) -> Callable[[object], str]:
    """A reader of one of these words."""

    def read(value: object) -> str:
        if isinstance(value, str) and value in words:
            return value
        hint = did_you_mean(value, words) if isinstance(value, str) else ""
        raise Unfit(" or ".join(shown(word) for word in words), hint=hint)

    return read


def pause(value: object) -> timedelta:
    """A length of time, possibly none at all."""
    try:
        return durations.parse(value if isinstance(value, str) else "")
    except ValueError:
        raise Unfit(f"a length of time like {durations.EXAMPLES}") from None


def duration(value: object) -> timedelta:
    """A length of time of a second or more."""
    length = pause(value)
    if not length:
        raise Unfit("a length of time of at least one second")
    return length


_SIZE = re.compile(r"([1-9][0-9]{0,5}) ?(B|kB|KB|MB|GB)")
_BYTES = {"B": 1, "kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9}


def size(value: object) -> int:
    """A number of bytes, written "10MB"; a megabyte is a million bytes."""
    match = _SIZE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise Unfit('a size like "500kB" or "10MB"')
    return int(match[1]) * _BYTES[match[2]]


# --- time and place ----------------------------------------------------------------------------------------


def time_zone(value: object) -> ZoneInfo:
    wanted = 'a time zone like "Europe/London"'
    if not isinstance(value, str):
        raise Unfit(wanted)
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: "Europe" is a directory
        zones = {zone for zone in available_timezones() if "/" in zone}  # "EST" is no help for "BST"
        ends_so = sorted(zone for zone in zones if zone.casefold().endswith("/" + value.casefold()))
        raise Unfit(wanted, hint=suggestion(ends_so[:1]) or did_you_mean(value, zones)) from None


def cron(value: object) -> str:
    """A cron expression of five fields, as cron(8) on Debian reads it: weekday 0 is Sunday."""
    wanted = 'a cron schedule of five fields like "30 7 * * mon-fri"'
    if not isinstance(value, str):
        raise Unfit(wanted)
    fields = value.split()
    if len(fields) != 5:
        raise Unfit(wanted, hint="minute, hour, day of month, month, day of week")
    if trouble := _cron_trouble(value):
        short = re.sub(r"[A-Za-z]{4,}", lambda name: name[0][:3].lower(), " ".join(fields))  # "Monday", "January"
        hint = trouble if short == " ".join(fields) or _cron_trouble(short) else suggestion([short])
        raise Unfit(wanted, hint=hint)
    return " ".join(fields)


def _cron_trouble(expression: str) -> str:
    """Why no schedule of five fields can be kept to, or ""."""
    try:
        CronSim(expression, datetime(2000, 1, 1, tzinfo=UTC))
    except (CronSimError, ValueError) as error:  # ValueError: a number too long for int()
        field = str(error).removeprefix("Bad ") if isinstance(error, CronSimError) else "number"
        return f"its {field} cannot be met"
    return ""


def council(value: object) -> str:
    """The short name of one of today's councils."""
    if isinstance(value, str) and council_named(value):
        return value
    hint = suggestion(nearest_names(value)) if isinstance(value, str) else ""
    raise Unfit('the short name of a council, like "Devon"', hint=hint)


def region(value: object) -> str:
    """One of the regions councils lie in."""
    if isinstance(value, str) and value in regions():
        return value
    hint = did_you_mean(value, regions()) if isinstance(value, str) else ""
    raise Unfit(f"one of the regions {', '.join(regions())}", hint=hint)


# --- addresses ---------------------------------------------------------------------------------------------

_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"  # RFC 5322, 3.2.3: an atom
    r"(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"  # and more of them, between single dots
    r"@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"  # RFC 1035, 2.3.1: a label of a host's name
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)


def is_email(text: str) -> bool:
    """Is it a plain address that any mail server reads alike: no quoting, no comments, ASCII?"""
    return len(text) <= 254 and _EMAIL.fullmatch(text) is not None  # 254: RFC 5321, 4.5.3.1.3


def recipient(value: object) -> str:
    """An e-mail address; a wrong one is not shown, for it may still be a person's."""
    if isinstance(value, str) and is_email(value):
        return value
    raise Unfit('an e-mail address like "office@example.org"', found="something else (not shown)")


def sender(value: object) -> str:
    """A From header: one address, with or without a name."""
    wanted = 'a sender like "Ofsted monitor <monitor@example.org>"'
    if not isinstance(value, str) or not value.isprintable():  # a line break would begin another header
        raise Unfit(wanted)
    try:
        header: Any = HeaderRegistry()("From", value)
    except (IndexError, HeaderParseError):  # of a value that ends too soon: "<"
        raise Unfit(wanted) from None
    broken = any(isinstance(defect, InvalidHeaderDefect) for defect in header.defects)
    grouped = any(group.display_name is not None for group in header.groups)  # "team: a@…, b@…;"
    if broken or grouped or [is_email(address.addr_spec) for address in header.addresses] != [True]:
        raise Unfit(wanted)
    return str(header.addresses[0])  # quoted where a name such as "St. Helens" needs it


def url(value: object) -> str:
    """An http(s) address with a host; no name and password in it, for secrets never stand in a file."""
    wanted = 'a web address like "https://www.example.org/news"'
    if not isinstance(value, str) or not value.isprintable() or " " in value:
        raise Unfit(wanted)
    try:
        parts = urlsplit(value)
        _ = parts.port  # raises ValueError when it is no port
    except ValueError:
        raise Unfit(wanted) from None
    if "@" in parts.netloc:
        raise Unfit(wanted, found="an address with a user name or password (not shown)")
    if parts.scheme in {"http", "https"} and parts.hostname:
        return value
    bare = re.fullmatch(r"[\w-]+(\.[\w-]+)+(/.*)?", value)
    raise Unfit(wanted, hint=suggestion([f"https://{value}"]) if bare else "")


def webhook(value: object) -> str:
    """An https address to post to; http is enough within this machine."""
    wanted = "an https:// address"
    try:
        parts = urlsplit(url(value))
    except Unfit:
        raise Unfit(wanted) from None
    if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        raise Unfit(wanted)
    return str(value)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def contact(value: object) -> str:
    """Where a person is reached: mailto: or https:."""
    wanted = 'an address like "mailto:you@example.org" or "https://www.example.org/about"'
    # It goes into headers, between brackets.
    if isinstance(value, str) and value.isascii() and value.isprintable() and not set(value) & set("<> "):
        if value.startswith("mailto:") and is_email(value.removeprefix("mailto:").partition("?")[0]):
            return value
        if value.startswith("https://"):
            return url(value)
        if is_email(value):
            raise Unfit(wanted, hint=suggestion([f"mailto:{value}"]))
    raise Unfit(wanted)


def host(value: object) -> str:
    """The name or address of a server, without scheme or port."""
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_.-]+", value):
        return value
    raise Unfit('the name of a server, like "smtp.example.org"')


def network(value: object) -> Network:
    wanted = 'a network like "127.0.0.1/32" or "fd00::/8"'
    if not isinstance(value, str):
        raise Unfit(wanted)
    try:
        return ip_network(value)
    except ValueError:
        pass
    try:
        hint = suggestion([str(ip_network(value, strict=False))])  # bits are set beyond the prefix
    except ValueError:
        hint = ""
    raise Unfit(wanted, hint=hint)


def css(value: object) -> str:
    wanted = 'a CSS selector like "article h2 a"'
    if not isinstance(value, str):
        raise Unfit(wanted)
    try:
        soupsieve.compile(value)
    except soupsieve.SelectorSyntaxError:
        raise Unfit(wanted) from None
    return value


# --- files and secrets -------------------------------------------------------------------------------------


def path_in(state: Path) -> Callable[[object], Path]:
    """A reader of paths: one that begins with state/ lies in the state directory, wherever that is."""

    def read(value: object) -> Path:
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            raise Unfit('a path like "state/outbox"')
        path = Path(value)
        return state.joinpath(*path.parts[1:]) if path.parts[:1] == ("state",) else path

    return read


def certificates(value: object) -> Path:
    """A file of certificates that can be read now."""
    wanted = 'a file of certificates in PEM that this account may read, like "/etc/ssl/our-authority.pem"'
    if not isinstance(value, str):
        raise Unfit(wanted)
    try:
        ssl.create_default_context(cafile=value)
    except (OSError, ValueError) as error:  # no such file, or no certificate in it; a NUL in its name
        raise Unfit(wanted) from error
    return Path(value)


def secret(environ: Mapping[str, str]) -> Callable[[object], Secret]:
    """A reader of { env = "NAME" } and { file = "path" }; what is found instead is never shown.

    That a secret is absent is no mistake in the file: its value is None.
    """

    def read(value: object) -> Secret:
        match value:
            case {"env": str(name), **rest} if not rest and re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
                return Secret(origin=f"environment variable {name}", value=environ.get(name) or None)
            case {"file": str(name), **rest} if not rest and name.isprintable() and name.strip():
                return Secret(origin=f"file {name}", value=_content(Path(name)))
        found = "text in clear (not shown)" if isinstance(value, str) else "something else (not shown)"
        raise Unfit('{ env = "NAME" } or { file = "path" }', found=found)

    return read


def _content(path: Path) -> str | None:
    """The text of a secret file without the line break editors and secret stores leave at its end."""
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n") or None
    except (OSError, UnicodeDecodeError):
        return None


def signing_secret(value: object) -> str:
    """What signatures are made with: long enough that nobody guesses it (Standard Webhooks asks for 24 bytes)."""
    wanted = '"whsec_" and at least 24 bytes in base64, or text of at least 24 characters'
    if not isinstance(value, str):
        raise Unfit(wanted)
    key = value.encode()
    if value.startswith("whsec_"):
        try:
            key = b64decode(value.removeprefix("whsec_"), validate=True)
        except ValueError:
            raise Unfit(wanted) from None
    if len(key) < 24:
        raise Unfit(wanted)
    return value


_SQLITE = "sqlite:///"


def sqlite(path: Path) -> str:
    """SQLAlchemy's URL of a SQLite file."""
    return _SQLITE + quote(str(path))


def database(state: Path, environ: Mapping[str, str]) -> Callable[[object], str]:
    """A reader of SQLAlchemy URLs; one that holds a password comes from the environment or a secret file."""
    wanted = '"sqlite:///state/monitor.db" or an address like "postgresql+psycopg://user@host/monitor"'

    def read(value: object) -> str:
        if isinstance(value, dict):
            kept = secret(environ)(value)
            if kept.value is None:
                raise Unfit(wanted, found=f"nothing in {kept.origin}")
            return address(kept.value, found="something else (not shown)")
        if not isinstance(value, str):
            raise Unfit(wanted)
        try:
            password = urlsplit(value).password
        except ValueError:
            raise Unfit(wanted, found="something else (not shown)") from None
        if password:
            hint = 'put the whole address into the environment and write { env = "NAME" }'
            raise Unfit("an address without a password", hint=hint, found="a password in clear (not shown)")
        return address(value)

    def address(text: str, found: str = "") -> str:
        if text.startswith(("postgresql://", "postgresql+psycopg://")):
            return text
        path, mark, query = text.removeprefix(_SQLITE).partition("?")
        if not text.startswith(_SQLITE) or path in {"", ":memory:"}:  # in memory, each start would forget
            raise Unfit(wanted, found=found)
        return sqlite(path_in(state)(unquote(path))) + mark + query

    return read
