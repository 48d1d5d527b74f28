from __future__ import annotations

import ssl
import subprocess
from shutil import which

import pytest
from far_ends import mail_server, slack_server, web_server


@pytest.fixture(autouse=True)
def _straight_to_loopback(no_proxy):
    """For whatever is sent here."""


@pytest.fixture
def mailbox():
    with mail_server() as far_end:
        yield far_end


@pytest.fixture
def slack():
    with slack_server() as far_end:
        yield far_end


@pytest.fixture
def web():
    with web_server() as far_end:
        yield far_end


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A server's context for localhost, and the file that makes a client trust it."""
    if which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("certificate")
    key, cert = folder / "key.pem", folder / "cert.pem"
    request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    files = ["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert]
    subprocess.run(
        ["openssl", *request.split(), *files],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context, cert


@pytest.fixture(scope="module")
def hook():
    """A server for many examples of one property."""
    with web_server() as far_end:
        yield far_end
