"""Channels to the far ends on the loopback, as monitor.toml names them."""

from __future__ import annotations

# What a mail server that wants a login is told; outside.LOGIN is what it accepts.
LOGIN = """\
username = { env = "MONITOR_SMTP_USER" }
password = { env = "MONITOR_SMTP_PASSWORD" }
"""
SLACK = """\
[channels.slack]
kind = "slack"
webhook_url = { env = "MONITOR_SLACK_WEBHOOK" }
"""


def mail(port: int, more: str = "") -> str:
    """The channel "mail", to a server on this port; `more` is what else is said of it."""
    return f"""\
[channels.mail]
kind = "email"
host = "127.0.0.1"
port = {port}
security = "none"
from = "Ofsted monitor <monitor@example.org>"
{more}"""
