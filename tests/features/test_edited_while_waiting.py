"""Recipients and channels are edited while their messages wait: whoever is still there gets theirs, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from far_ends import mail_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from far_ends import MailServer
    from outside import Program

_MONITOR = """\
councils = ["Devon"]
contact = "mailto:operator@example.org"
[channels.{name}]
kind = "email"
host = "127.0.0.1"
port = {port}
security = "none"
from = "Ofsted monitor <monitor@example.org>"
[channels.folder]
kind = "folder"
"""
ANN, BOB, CAT, ROBERT = (f"{name}-office@example.org" for name in ("ann", "bob", "cat", "robert"))


def recipients(*addresses: str, channel: str = "mail") -> str:
    to = ", ".join(f'{{ channel = "{channel}", address = "{address}" }}' for address in addresses)
    return f'[[digest]]\nname = "briefing"\nschedule = "0 0 1 1 *"\nwhen_empty = "send"\nto = [ {to} ]\n'


def folder() -> str:
    return recipients(ANN).replace(f'"mail", address = "{ANN}"', '"folder"')


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def waiting(program: Program, mail: MailServer) -> Program:
    """A digest for Ann, Bob and Cat waits, for the server was busy; it is not any more."""
    program.configure(monitor=_MONITOR.format(name="mail", port=mail.port), digests=recipients(ANN, BOB, CAT))
    mail.replies = {"RCPT": "450 4.2.1 busy"}
    assert program("digest", "--since", "2h").returncode == 1
    mail.replies = {}
    program.later()
    return program


def received(mail: MailServer) -> list[str]:
    return [address for envelope in mail.recipients for address in envelope]


def deliver(program: Program, *words: str) -> str:
    """What is said when all that waits is carried, and then once more: nothing is left to be carried twice."""
    said = program("deliver", *words).stdout
    program.later()
    assert program("deliver").stdout == "No delivery is due.\n"
    return said


def test_what_waits_for_a_channel_that_was_renamed_goes_over_it_under_its_new_name(
    waiting: Program, mail: MailServer
) -> None:
    waiting.configure(
        monitor=_MONITOR.format(name="post", port=mail.port), digests=recipients(CAT, ANN, BOB, channel="post")
    )
    before = waiting("check")
    assert "post: 3 deliveries waiting" in before.stdout
    assert "will not be sent" not in before.stdout
    assert "3 sent" in deliver(waiting)
    assert sorted(received(mail)) == [ANN, BOB, CAT]
    assert len({one["Message-ID"] for one in mail.mails}) == 3
    assert waiting("check").returncode == 0


def test_what_waits_for_an_address_that_was_mended_goes_to_it(waiting: Program, mail: MailServer) -> None:
    waiting.configure(digests=recipients(ANN, ROBERT, CAT))
    assert "mail: 3 deliveries waiting" in waiting("check").stdout
    assert "3 sent" in deliver(waiting)
    assert sorted(received(mail)) == [ANN, CAT, ROBERT]


@pytest.mark.parametrize("left", [(ANN, CAT), (CAT,)], ids=["a neighbour moves up", "one remains"])
def test_who_was_taken_out_is_sent_nothing_and_the_others_theirs_once(
    waiting: Program, mail: MailServer, left: tuple[str, ...]
) -> None:
    waiting.configure(digests=recipients(*left))
    before = waiting("check")
    assert before.returncode == 1
    number = 3 - len(left)
    waits = "1 delivery waits" if number == 1 else f"{number} deliveries wait"
    said = " ".join(before.stdout.split())
    assert f"✗ {waits} for recipients of “briefing” over “mail” who are not in digests.toml" in said
    assert f"{number} withdrawn" in deliver(waiting)
    assert sorted(received(mail)) == sorted(left)
    after = waiting("check")
    assert after.returncode == 0
    assert "! withdrawn: " in after.stdout


def test_who_stopped_is_sent_nothing_over_another_channel_or_in_anothers_place(
    waiting: Program, mail: MailServer
) -> None:
    for address in (ANN, ROBERT):
        assert waiting("suppress", address, "--why", "asked").returncode == 0
    waiting.configure(
        monitor=_MONITOR.format(name="post", port=mail.port), digests=recipients(ANN, BOB, CAT, channel="post")
    )
    mail.replies = {"RCPT": "450 4.2.1 busy"}
    assert "1 suppressed" in waiting("deliver").stdout
    mail.replies = {}
    waiting.configure(digests=recipients(ANN, ROBERT, CAT, channel="post"))
    waiting.later()
    assert "1 sent, 0 to be tried again, 0 refused, 1 suppressed" in deliver(waiting)
    assert received(mail) == [CAT]
    deliver(waiting, "--again")
    assert received(mail) == [CAT]


def test_what_waits_for_a_recipient_who_is_told_in_another_way_now_is_named_and_can_be_had(
    waiting: Program, mail: MailServer
) -> None:
    waiting.configure(digests=folder())
    before = waiting("check")
    assert (before.returncode, "3 deliveries wait for recipients" in before.stdout) == (1, True)
    with waiting.running("run") as service:
        line = service.has_logged("not delivered")
        assert (line["state"], line["level"]) == ("withdrawn", "warning")
        assert service.stop() == 0
    waiting.configure(digests=recipients(ANN, BOB, CAT))
    assert "3 sent" in deliver(waiting, "--again")
    assert sorted(received(mail)) == [ANN, BOB, CAT]
