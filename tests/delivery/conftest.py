from __future__ import annotations

import pytest
from far_ends import mail_server, slack_server


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    """A proxy of the machine that runs the tests has no business between us and loopback."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def mailbox():
    with mail_server() as far_end:
        yield far_end


@pytest.fixture
def slack():
    with slack_server() as far_end:
        yield far_end
