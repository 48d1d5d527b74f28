"""A recipient stops their messages, and everybody else goes on being told."""

from __future__ import annotations

import re
import stat
from contextlib import closing
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from outside import text_of

from monitor.model import STOP_FROM, STOP_MARK, STOP_TO
from monitor.public.listening import listening

if TYPE_CHECKING:
    from email.message import EmailMessage

    from outside import Mailbox, Program, Slack

    from monitor.demo.site import DemoSite

OFFICE, BOARD = "dcs-office@example.org", "board@example.org"
PUBLIC = "https://monitor.example.org/news"
_DIGESTS = f"""\
[[digest]]
name = "briefing"
schedule = "0 0 1 1 *"
when_empty = "send"
to = [
  {{ channel = "mail", address = "{OFFICE}" }},
  {{ channel = "mail", address = "{BOARD}" }},
  {{ channel = "slack" }},
]
"""


@pytest.fixture
def port(program: Program) -> int:
    """Where the page is answered: the program is configured to have one."""
    with listening("127.0.0.1", 0) as listener:
        port: int = listener.getsockname()[1]
    monitor = (program.config / "monitor.toml").read_text(encoding="utf-8")
    public = f'[public]\nurl = "{PUBLIC}"\nlisten = "127.0.0.1:{port}"\n'
    program.configure(digests=_DIGESTS, monitor=f"{monitor}\n{public}")
    return port


def asked(port: int, method: str, link: str, body: str = "") -> tuple[int, str]:
    """Status and page; what the proxy before it is asked by the link, passed on."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request(method, urlsplit(link).path, body, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def link_in(mail: EmailMessage) -> str:
    """The recipient's own link, from the header."""
    found = re.fullmatch(
        r"<(https://[^>]+)>, <mailto:operator@example\.org\?subject=unsubscribe>", mail["List-Unsubscribe"]
    )
    assert found, mail["List-Unsubscribe"]
    return found[1]


def told(program: Program, mailbox: Mailbox) -> dict[str, EmailMessage]:
    """The mails of a digest composed now, by recipient; what was there before is not among them."""
    before = len(mailbox.mails)
    assert program("digest", "briefing", "--since", "2h").returncode == 0
    return {mail["To"]: mail for mail in list(mailbox.mails)[before:]}


def test_who_presses_the_button_is_sent_no_more_and_everybody_else_is(
    program: Program, site: DemoSite, mailbox: Mailbox, slack: Slack, port: int
) -> None:
    program.polled()
    site.advance()
    program.polled()
    mails = told(program, mailbox)
    assert set(mails) == {OFFICE, BOARD}
    links = {to: link_in(mail) for to, mail in mails.items()}
    assert links[OFFICE] != links[BOARD]
    assert all(mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click" for mail in mails.values())
    for to, mail in mails.items():  # each has its own link at its foot, in both wordings
        assert links[to] in text_of(mail)
        assert f'href="{links[to]}"' in mail.get_body(("html",)).get_content()

    with program.running("run") as service:
        assert service.has_logged("page open")["listen"] == f"127.0.0.1:{port}"
        forged = links[OFFICE][:-4] + "AAAA"
        assert asked(port, "GET", links[OFFICE])[0] == 200
        assert asked(port, "POST", forged, "List-Unsubscribe=One-Click")[0] == 404
        assert "suppressed" not in program("check").stdout
        status, page = asked(port, "POST", links[OFFICE], "List-Unsubscribe=One-Click")
        assert (status, "These messages are stopped" in page) == (200, True)
        assert "! suppressed: recipient 1 of briefing: asked for by the link" in program("check").stdout
        line = service.has_logged("asked by link")
        assert (line["ask"], line["concerns"]) == ("stop", "recipient 1 of briefing")
        assert service.stop() == 0
        shown = "\n".join(map(str, service.log))
    assert not [
        word for word in (OFFICE, *links.values(), *(urlsplit(one).path for one in links.values())) if word in shown
    ]

    posted = len(slack.payloads)
    assert set(told(program, mailbox)) == {BOARD}
    assert len(slack.payloads) > posted
    with program.running("run") as service:  # the link works after a restart, and takes it back
        service.has_logged("page open")
        assert "You get these messages again" in asked(port, "POST", links[OFFICE], "ask=undo")[1]
        assert service.stop() == 0
    assert set(told(program, mailbox)) == {OFFICE, BOARD}


def test_a_bounce_is_fed_in_while_the_service_runs(program: Program, mailbox: Mailbox, port: int) -> None:
    program.polled()
    with program.running("run") as service:
        service.has_logged("page open")
        done = program("suppress", "-", "--why", "bounced", given=f"{BOARD.upper()}\n")
        assert (done.returncode, done.stdout) == (0, "suppressed: recipient 2 of briefing\n")
        assert service.stop() == 0
    assert set(told(program, mailbox)) == {OFFICE}


def test_what_goes_to_nobody_in_particular_holds_no_link_and_no_mark(
    program: Program, mailbox: Mailbox, slack: Slack, port: int
) -> None:
    program.polled()
    assert program("digest", "briefing", "--since", "2h", "--preview").returncode == 0
    told(program, mailbox)
    shown = "".join(path.read_text(encoding="utf-8") for path in (program.state / "preview").iterdir())
    shown += "".join(map(str, slack.payloads))
    assert not [word for word in (PUBLIC, STOP_FROM, STOP_MARK, STOP_TO) if word in shown]


def test_the_key_is_for_the_services_account_alone(program: Program, port: int) -> None:
    assert program("deliver").returncode == 0
    assert stat.S_IMODE((program.state / "public.key").stat().st_mode) == 0o600


def test_a_port_that_is_taken_ends_the_service_with_the_keys_name_and_nothing_is_written(
    program: Program, port: int
) -> None:
    with listening("127.0.0.1", port):
        ended = program("run")
    assert ended.returncode == 2
    assert "monitor.toml: public: listen" in ended.stderr
    assert f"127.0.0.1:{port}" in ended.stderr
    assert not program.state.exists()


def test_a_second_service_is_told_of_the_first_and_not_of_its_port(program: Program, port: int) -> None:
    with program.running("run") as service:
        service.has_logged("page open")
        second = program("run")
        assert second.returncode == 2
        assert f"is in use by another ofsted-monitor (process {service.process.pid})" in second.stderr
        assert str(port) not in second.stderr
        assert service.stop() == 0


def test_a_damaged_key_ends_the_service_and_is_not_made_anew(program: Program, port: int) -> None:
    program.state.mkdir()
    (program.state / "public.key").write_text("half a k")
    ended = program("run")
    assert (ended.returncode, "public.key: it does not hold a key" in ended.stderr) == (1, True)
    assert (program.state / "public.key").read_text() == "half a k"
