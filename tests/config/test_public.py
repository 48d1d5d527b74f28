"""[public]: where the page that stops messages is found, and what is wrong with that."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from monitor.config import Config, PublicSettings, secret_problems
from monitor.model import EmailChannel, Secret

if TYPE_CHECKING:
    from pathlib import Path

Load = Callable[..., Config]

_MONITOR = 'councils = ["Devon", "Kent"]\ncontact = "mailto:you@example.org"\n'
_FOLDER = '[channels.folder]\nkind = "folder"\n'
_MAIL = '[channels.mail]\nkind = "email"\nhost = "smtp.example.org"\nfrom = "m@example.org"\n'


def public(text: str) -> str:
    return f"{_MONITOR}{_FOLDER}[public]\n{text}\n"


def test_there_is_no_page_unless_it_is_configured(load: Load) -> None:
    assert load().public is None


def test_it_listens_on_this_machine_and_makes_a_key_of_its_own(load: Load, tmp_path: Path) -> None:
    config = load(monitor=public('url = "https://monitor.example.org/"'))
    assert config.public == PublicSettings(
        url="https://monitor.example.org",
        host="127.0.0.1",
        port=8025,
        key_file=tmp_path / "state" / "public.key",
    )
    assert secret_problems(config) == ()


def test_every_setting_is_taken(load: Load) -> None:
    text = 'url = "http://127.0.0.1:8080/news/ofsted"\nlisten = "[::1]:8080"\nsecret = { env = "SECRET" }'
    config = load({"SECRET": "x" * 24}, monitor=public(text))
    assert config.public is not None
    assert (config.public.url, config.public.host, config.public.port) == (
        "http://127.0.0.1:8080/news/ofsted",
        "::1",
        8080,
    )
    assert config.public.secret == Secret(origin="environment variable SECRET", value="x" * 24)
    assert "xxx" not in repr(config.public)


_URL = 'wanted an address like "https://monitor.example.org"'
_LISTEN = 'wanted an address and a port like "127.0.0.1:8025" or "[::1]:8025"'


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("", "url: found nothing, wanted an https:// address", id="no url"),
        pytest.param('url = "http://monitor.example.org"', "url: ", id="in clear"),
        pytest.param('url = "https://monitor.example.org/?a=b"', _URL, id="query"),
        pytest.param('url = "https://monitor.example.org/#x"', _URL, id="fragment"),
        pytest.param('url = "https://monitor.example.org/a>b"', _URL, id="bracket"),
        pytest.param('url = "https://mönitor.example.org"', _URL, id="not ASCII"),
        pytest.param(f'url = "https://{"x" * 200}.example.org"', _URL, id="long"),
        pytest.param('url = "https://a.org"\nlisten = "8025"', f'listen: found "8025", {_LISTEN}', id="port alone"),
        pytest.param('url = "https://a.org"\nlisten = "host:8025"', f'listen: found "host:8025", {_LISTEN}', id="name"),
        pytest.param(
            'url = "https://a.org"\nlisten = "1.2.3:80"', f'listen: found "1.2.3:80", {_LISTEN}', id="address"
        ),
        pytest.param('url = "https://a.org"\nlisten = "[::1]:0"', f'listen: found "[::1]:0", {_LISTEN}', id="port 0"),
        pytest.param('url = "https://a.org"\nlisten = "127.0.0.1:65536"', _LISTEN, id="port"),
        pytest.param(
            'url = "https://a.org"\nsecret = "hidden"', "secret: found text in clear (not shown)", id="secret"
        ),
        pytest.param('url = "https://a.org"\nport = 80', "port: found an unknown key", id="unknown key"),
    ],
)
def test_a_mistake_is_told_with_its_key(complaints: Callable[..., list[str]], text: str, complaint: str) -> None:
    (told,) = complaints(monitor=public(text))
    assert told.startswith("monitor.toml: public: ")
    assert complaint in told
    assert "hidden" not in told


@pytest.mark.parametrize(
    ("environ", "found"),
    [
        ({}, "nothing in environment variable SECRET"),
        ({"SECRET": "short"}, "something else in environment variable SECRET (not shown)"),
    ],
)
def test_a_secret_that_is_absent_or_can_be_guessed_is_told(load: Load, environ: dict[str, str], found: str) -> None:
    config = load(environ, monitor=public('url = "https://a.org"\nsecret = { env = "SECRET" }'))
    (problem,) = secret_problems(config)
    assert (problem.where, problem.found) == ("monitor.toml: public: secret", found)


@pytest.mark.parametrize(
    ("contact", "own", "unsubscribe"),
    [
        ("mailto:you@example.org", "", "mailto:you@example.org?subject=unsubscribe"),
        ("mailto:you@example.org?subject=monitor", "", "mailto:you@example.org?subject=monitor"),
        ("https://example.org/about", "", ""),
        ("mailto:you@example.org", 'unsubscribe = "https://example.org/stop"\n', "https://example.org/stop"),
    ],
)
def test_mail_is_stopped_at_the_contacts_address_unless_its_channel_names_one(
    load: Load, contact: str, own: str, unsubscribe: str
) -> None:
    channel = load(monitor=_MONITOR.replace("mailto:you@example.org", contact) + _FOLDER + _MAIL + own).channels["mail"]
    assert isinstance(channel, EmailChannel)
    assert channel.unsubscribe == unsubscribe
