"""What a single value may look like; the complaints themselves are in the files named *_complaints."""

from __future__ import annotations

import ssl
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.config import values
from monitor.config.tables import Unfit, shown


@given(st.integers(1, 999_999), st.sampled_from([("B", 1), ("kB", 10**3), ("MB", 10**6), ("GB", 10**9)]))
def test_any_size_is_read_back_as_it_was_written(number: int, unit: tuple[str, int]) -> None:
    assert values.size(f"{number}{unit[0]}") == number * unit[1]


@example("<")  # Python's own reader of headers trips over it
@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.text()), st.dates()))
def test_no_value_that_toml_can_hold_is_worse_than_unfit(value: object) -> None:
    readers = [
        *(values.line, values.prose, values.truth, values.share, values.pause, values.duration, values.size),
        *(
            values.time_zone,
            values.cron,
            values.council,
            values.region,
            values.recipient,
            values.sender,
            values.url,
        ),
        *(values.contact, values.host, values.network, values.css, values.path_in(Path("state"))),
        *(
            values.certificates,
            values.whole(1, 9),
            values.one_of(("a", "b")),
            values.secret({}),
            values.database(Path("state"), {}),
        ),
    ]
    for read in readers:
        with suppress(Unfit):
            read(value)


@pytest.mark.parametrize(
    "address",
    ["dcs@example.org", "first.last+digest@mail.example.org", "o'neil@example.org", "root@localhost"],
)
def test_digest_can_be_addressed_to(address: str) -> None:
    assert values.recipient(address) == address


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("dcs", id="no-at"),
        pytest.param("dcs@", id="no-host"),
        pytest.param("@example.org", id="nobody"),
        pytest.param("a..b@example.org", id="two-dots"),
        pytest.param("a@b@example.org", id="two-ats"),
        pytest.param("a@-example.org", id="host-begins-with-hyphen"),
        pytest.param("dcs@example.org\nBcc: all@example.com", id="another-header"),
        pytest.param("dcs@example.org, all@example.com", id="two-addresses"),
        pytest.param("DCS <dcs@example.org>", id="with-a-name"),
        pytest.param("ä@example.org", id="not-ascii"),
        pytest.param("a" * 250 + "@example.org", id="too-long"),
    ],
)
def test_digest_is_never_addressed_to(address: str) -> None:
    with pytest.raises(Unfit):
        values.recipient(address)


@pytest.mark.parametrize(
    ("written", "header"),
    [
        ("monitor@example.org", "monitor@example.org"),
        ("Ofsted monitor <monitor@example.org>", "Ofsted monitor <monitor@example.org>"),
        ('"Children, Devon" <monitor@example.org>', '"Children, Devon" <monitor@example.org>'),
        ("St. Helens <monitor@example.org>", '"St. Helens" <monitor@example.org>'),
        ("Überwachung <monitor@example.org>", "Überwachung <monitor@example.org>"),
    ],
)
def test_sender_is_one_well_formed_address(written: str, header: str) -> None:
    assert values.sender(written) == header


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("Ofsted monitor", id="no-address"),
        pytest.param("Children, Devon <monitor@example.org>", id="comma-outside-quotes"),
        pytest.param("a@example.org, b@example.org", id="two-addresses"),
        pytest.param("Team: a@example.org;", id="group"),
        pytest.param("Monitor <monitor@example.org", id="open-bracket"),
        pytest.param("Monitor\r\nBcc: all@example.com <monitor@example.org>", id="another-header"),
        pytest.param("", id="empty"),
    ],
)
def test_sender_that_mail_servers_would_read_differently_is_refused(written: str) -> None:
    with pytest.raises(Unfit):
        values.sender(written)


@pytest.mark.parametrize("address", ["https://example.org", "http://127.0.0.1:8000/feed?a=b", "https://[::1]/x"])
def test_web_address_is_taken_as_it_stands(address: str) -> None:
    assert values.url(address) == address


@pytest.mark.parametrize(
    "address",
    ["ftp://example.org", "https://", "//example.org", "https://a b", "https://x:99999", "https://[::1", "file:///x"],
)
def test_what_is_no_web_address_is_refused(address: str) -> None:
    with pytest.raises(Unfit):
        values.url(address)


@pytest.mark.parametrize(
    "written", ["mailto:a@example.org", "mailto:a@example.org?subject=stop", "https://example.org/us"]
)
def test_contact_is_a_mailbox_or_a_page(written: str) -> None:
    assert values.contact(written) == written


@pytest.mark.parametrize(
    "written", ["http://example.org", "mailto:nobody", "mailto:a@example.org?x=>\r\nX: y", "https://éxample.org"]
)
def test_contact_cannot_break_out_of_a_header(written: str) -> None:
    with pytest.raises(Unfit):
        values.contact(written)


@pytest.mark.parametrize(
    ("written", "url"),
    [
        pytest.param("sqlite:///state/monitor.db", "sqlite:////var/a%3Fb/monitor.db", id="in-the-state-directory"),
        pytest.param("sqlite:///state/m.db?timeout=9", "sqlite:////var/a%3Fb/m.db?timeout=9", id="with-options"),
        pytest.param("sqlite:///other/m.db", "sqlite:///other/m.db", id="in-the-working-directory"),
        pytest.param("sqlite:////srv/m.db", "sqlite:////srv/m.db", id="absolute"),
        pytest.param("postgresql+psycopg://u@h/m", "postgresql+psycopg://u@h/m", id="postgresql"),
    ],
)
def test_database_lies_where_the_file_says(written: str, url: str) -> None:
    assert values.database(Path("/var/a?b"), {})(written) == url


@pytest.mark.parametrize("written", ["sqlite://", "sqlite:///:memory:", "mysql://h/m", "monitor.db", "sqlite://[::1"])
def test_database_that_would_forget_or_is_unknown_is_refused(written: str) -> None:
    with pytest.raises(Unfit):
        values.database(Path("state"), {})(written)


def test_database_address_with_a_password_comes_from_the_environment() -> None:
    address = "postgresql://user:hidden@db.example.org/monitor"
    assert values.database(Path("state"), {"DB": address})({"env": "DB"}) == address


@pytest.mark.parametrize(
    ("content", "value"),
    [
        pytest.param(b"hidden\r\n", "hidden", id="line-break-at-the-end"),
        pytest.param(b" hidden ", " hidden ", id="spaces-belong-to-it"),
        pytest.param(b"\n", None, id="empty"),
        pytest.param(b"\xff\xfe", None, id="not-text"),
    ],
)
def test_secret_file_holds_the_secret(tmp_path: Path, content: bytes, value: str | None) -> None:
    path = tmp_path / "secret"
    path.write_bytes(content)
    secret = values.secret({})({"file": str(path)})
    assert (secret.value, secret.origin) == (value, f"file {path}")
    assert "hidden" not in repr(secret)


@pytest.mark.parametrize("environ", [{}, {"NAME": ""}], ids=["unset", "empty"])
def test_absent_secret_is_known_by_its_origin(environ: dict[str, str]) -> None:
    secret = values.secret(environ)({"env": "NAME"})
    assert (secret.value, secret.origin) == (None, "environment variable NAME")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param("30 7 * * Monday", "30 7 * * mon", id="weekday"),
        pytest.param("30 7 * * Monday-Friday", "30 7 * * mon-fri", id="range"),
        pytest.param("0 8 1 January *", "0 8 1 jan *", id="month"),
    ],
)
def test_schedule_with_names_in_full_is_told_how_to_write_them(written: str, meant: str) -> None:
    with pytest.raises(Unfit) as told:
        values.cron(written)
    assert told.value.hint == f'did you mean "{meant}"?'


@pytest.mark.parametrize(
    "address",
    [
        "https://hooks.example.com/services/T/B/x",
        "http://127.0.0.1:8080/hook",
        "http://[::1]/hook",
        "http://localhost/hook",
    ],
)
def test_webhook_may_be(address: str) -> None:
    assert values.webhook(address) == address


@pytest.mark.parametrize(
    "address", ["foo", "hooks.example.com/services", "http://hooks.example.com/x", "ftp://localhost/x", "https://"]
)
def test_webhook_may_not_be(address: str) -> None:
    with pytest.raises(Unfit):
        values.webhook(address)


def test_certificates_are_a_file_that_holds_some(tmp_path: Path) -> None:
    authorities = ssl.create_default_context().get_ca_certs(binary_form=True)
    if not authorities:
        pytest.skip("this machine trusts nobody")
    file = tmp_path / "authority.pem"
    file.write_text(ssl.DER_cert_to_PEM_cert(authorities[0]))
    assert values.certificates(str(file)) == file


def test_certificates_may_not_be_absent_or_something_else(tmp_path: Path) -> None:
    (tmp_path / "words").write_text("no certificate")
    for path in (tmp_path / "words", tmp_path / "absent", tmp_path):
        with pytest.raises(Unfit):
            values.certificates(str(path))


@pytest.mark.parametrize(
    "value",
    [
        "https://name:hunter2@example.org/hook",
        "http://hunter2@example.org",
        "smtp://name:hunter2@example.org",
        "name:hunter2@smtp.example.org",
        "https://name:hun/ter2@example.org",
        "https://name:hun ter2@example.org",
    ],
)
def test_no_complaint_shows_a_password(value: str) -> None:
    assert shown(value) == "an address with a user name or password (not shown)"


@pytest.mark.parametrize("value", ["mailto:you@example.org ", "DCS <dcs@example.org>", "127.0.0.1:8025", "https://a b"])
def test_other_addresses_are_shown_as_they_stand(value: str) -> None:
    assert shown(value) == f'"{value}"'
