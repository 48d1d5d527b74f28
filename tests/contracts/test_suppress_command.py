"""`ofsted-monitor suppress`: an address is sent nothing more, and what `check` says of it."""

from __future__ import annotations

import re
import socket
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from commands import command

from monitor import lock
from monitor.demo.config import write_config
from monitor.store import Store

if TYPE_CHECKING:
    from pathlib import Path

OFFICE, BOARD = "dcs-office@example.org", "board@example.org"
_MAIL = """
[channels.mail]
kind = "email"
host = "127.0.0.1"
port = 9
security = "none"
from = "Ofsted monitor <monitor@example.org>"
"""
_DIGESTS = f"""
[[digest]]
name = "weekday-briefing"
schedule = "30 7 * * mon-fri"
to = [
  {{ channel = "folder" }},
  {{ channel = "mail", address = "{OFFICE}" }},
]

[[alert]]
name = "judgements"
on = ["report-published"]
to = [ {{ channel = "mail", address = "DCS-Office@example.org" }} ]
"""


@pytest.fixture
def on(tmp_path: Path) -> list[object]:
    """The options before the command: two subscriptions with one address between them; no state yet."""
    write_config(tmp_path / "config", "http://127.0.0.1:9")
    with (tmp_path / "config" / "monitor.toml").open("a") as file:
        file.write(_MAIL)
    (tmp_path / "config" / "digests.toml").write_text(_DIGESTS)
    return ["--config", tmp_path / "config", "--state", tmp_path / "state"]


def test_the_recipients_it_concerns_are_named_and_the_address_is_kept_nowhere(on, tmp_path):
    ended = command(*on, "suppress", OFFICE, "--why", "bounced")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "suppressed: recipient 2 of weekday-briefing, recipient 1 of judgements\n"
    kept = b"".join(path.read_bytes() for path in (tmp_path / "state").iterdir())
    assert OFFICE.encode() not in kept.lower()


def test_of_one_subscription_only_that_is_stopped(on):
    ended = command(*on, "suppress", OFFICE, "--why", "on leave until May", "--subscription", "weekday-briefing")
    assert ended.out == "suppressed: recipient 2 of weekday-briefing\n"
    said = command(*on, "check").out
    assert re.search(
        r"! suppressed: recipient 2 of weekday-briefing: on leave until May, since \d{4}-\d\d-\d\d\n", said
    )
    assert "recipient 1 of judgements" not in said


def test_an_address_of_nobody_is_kept_and_said_to_be_nobodys(on):
    ended = command(*on, "suppress", BOARD, "--why", "bounced")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err.startswith("! suppressed, though no recipient in digests.toml")
    assert "! 1 suppressed address is of no recipient in digests.toml\n" in command(*on, "check").out


def test_many_come_from_a_script_and_one_that_is_none_costs_no_other(on):
    ended = command(*on, "suppress", "-", "--why", "bounced", "--json", given=f"{OFFICE}\n\nno address\n {BOARD}\n")
    assert ended.code == 1
    first, second, third = ended.lines
    assert [(one["subscription"], one["recipient"], one["suppressed"]) for one in first["recipients"]] == [
        ("weekday-briefing", 2, True),
        ("judgements", 1, True),
    ]
    assert [(one["subscription"], one["why"]) for one in first["suppressed"]] == [(None, "bounced")]
    assert second == {"number": 2, "error": "not an e-mail address"}
    assert ended.err == "address 2: not an e-mail address\n"
    assert (third["number"], third["recipients"]) == (3, [])
    people = command(*on, "suppress", "-", "--why", "bounced", given=f"{OFFICE}\nno address\n")
    assert people.out.startswith("address 1: suppressed: recipient 2")
    assert "address 2: not an e-mail address" in people.err
    assert "no address" not in people.err


def test_taken_back_the_address_is_sent_messages_again(on):
    command(*on, "suppress", OFFICE, "--why", "bounced")
    ended = command(*on, "suppress", OFFICE, "--lift")
    assert re.fullmatch(
        r"lifted: all messages, bounced, since \d{4}-\d\d-\d\d\n"
        r"sent messages: recipient 2 of weekday-briefing, recipient 1 of judgements\n",
        ended.out,
    )
    assert "suppressed" not in command(*on, "check").out
    assert command(*on, "suppress", OFFICE, "--lift").out.startswith("nothing was suppressed so\n")


def test_taken_back_for_one_subscription_what_holds_for_all_is_said_to_hold(on):
    command(*on, "suppress", OFFICE, "--why", "bounced")
    ended = command(*on, "suppress", OFFICE, "--lift", "--subscription", "judgements")
    assert "! still suppressed: recipient 1 of judgements\n" in ended.err


def test_what_was_put_down_for_a_subscription_that_has_gone_can_be_taken_back(on, tmp_path):
    command(*on, "suppress", OFFICE, "--why", "bounced", "--subscription", "judgements")
    digests = tmp_path / "config" / "digests.toml"
    digests.write_text(digests.read_text().replace('name = "judgements"', 'name = "reports"'))
    ended = command(*on, "suppress", OFFICE, "--lift", "--subscription", "judgements")
    assert ended.out.startswith("lifted: judgements, bounced")
    assert "sent messages: recipient 2 of weekday-briefing, recipient 1 of reports\n" in ended.out
    assert ended.err == ""


def test_check_fails_while_somebody_is_sent_what_they_stopped_under_another_name(on, tmp_path):
    command(*on, "suppress", OFFICE, "--why", "asked", "--subscription", "judgements")
    command(*on, "suppress", BOARD, "--why", "bounced", "--subscription", "judgements")
    digests = tmp_path / "config" / "digests.toml"
    digests.write_text(digests.read_text().replace('name = "judgements"', 'name = "reports"'))
    ended = command(*on, "check")
    assert ended.code == 1
    assert "✗ recipient 1 of reports had stopped “judgements”, which is not in digests.toml" in ended.out
    assert "! 1 suppressed address is of no recipient in digests.toml\n" in ended.out
    command(*on, "suppress", OFFICE, "--lift", "--subscription", "judgements")
    ended = command(*on, "check")
    assert (ended.code, "had stopped" in ended.out) == (0, False)


def test_it_works_beside_the_service_but_does_not_make_the_state_under_its_hands(on, tmp_path):
    with lock.held(tmp_path / "state"):
        assert command(*on, "suppress", OFFICE, "--why", "bounced").code == 2  # it is just making it
        Store(f"sqlite:///{tmp_path}/state/monitor.db").__enter__().database.close()
        assert command(*on, "suppress", OFFICE, "--why", "bounced").code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param([OFFICE], "--why\n    found nothing", id="no reason"),
        pytest.param(
            [OFFICE, "--why", f"550 <{BOARD}> unknown"], "an address in it (not shown)", id="address in reason"
        ),
        pytest.param([OFFICE, "--why", "x" * 201], "201 characters", id="long reason"),
        pytest.param([OFFICE, "--why", "bounced", "--lift"], "a reason beside --lift", id="both ways"),
        pytest.param(
            [OFFICE, "office", "--why", "bounced"], "ADDRESS 2\n    found something else (not shown)", id="address"
        ),
        pytest.param(["-", OFFICE, "--why", "bounced"], "- and others", id="stdin and another"),
        pytest.param([OFFICE, "--why", "x", "--subscription", "judgement"], 'did you mean "judgements"?', id="name"),
        pytest.param(["--why", "bounced"], "Missing argument", id="nobody"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_written(on, tmp_path, words, said):
    ended = command(*on, "suppress", *words)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert BOARD not in ended.err
    assert not (tmp_path / "state").exists()


def test_a_stream_that_is_no_list_of_addresses_is_left(on):
    ended = command(*on, "suppress", "-", "--why", "bounced", given=b"\xff\n" * 5_000_001)
    assert ended.code == 2
    assert "found more, wanted at most 10 MB" in ended.err


# --- check, deliver and explain --------------------------------------------------------------------------------------


def test_check_fails_where_a_subscription_is_left_with_nobody(on):
    command(*on, "suppress", OFFICE, "--why", "complained")
    ended = command(*on, "check")
    assert ended.code == 1
    assert "✗ judgements: each of its recipients is suppressed, so nobody is sent it\n" in ended.out
    assert "weekday-briefing: each" not in ended.out  # the folder is left


def test_check_sends_no_test_to_whom_nothing_is_sent(on):
    command(*on, "suppress", OFFICE, "--why", "complained")
    said = command(*on, "check", "--send-test", "weekday-briefing").out
    assert "test to recipient 1 (folder): accepted" in said
    assert "! test to recipient 2 (mail): suppressed, so none was sent\n" in said


def test_check_says_what_to_do_about_a_mailbox_that_is_gone(on, tmp_path):
    command(*on, "suppress", BOARD, "--why", "bounced")  # makes the state
    with closing(sqlite3.connect(tmp_path / "state" / "monitor.db")) as database, database:
        database.execute(
            "INSERT INTO digest (id, subscription, slot, kind, window_start, window_end, composed_at, subject)"
            " VALUES (1, 'judgements', 'x', 'alert', datetime('now'), datetime('now'), datetime('now'), 's')"
        )
        for number, code in enumerate(("550 5.1.1", "550 5.7.1")):
            database.execute(
                "INSERT INTO delivery (id, digest_id, subscription, position, channel, recipient_mark, part,"
                " message_id, composed_at, ended_at, state, attempts, error)"
                " VALUES (?, 1, 'judgements', 0, 'mail', 'm',"
                " ?, ?, datetime('now'), datetime('now'), 'refused', 1, ?)",
                (number, number, f"<{number}@example.org>", f"the mail server refused the recipient ({code})"),
            )
    lines = [line for line in command(*on, "check").out.splitlines() if "given up: " in line]
    assert ["no such mailbox" in line for line in lines] == [False, True]


# --- the page --------------------------------------------------------------------------------------------------------


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture
def page(on, tmp_path, port):
    """The options before the command, with a page configured, and where its key would lie."""
    with (tmp_path / "config" / "monitor.toml").open("a") as file:
        file.write(f'[public]\nurl = "https://monitor.example.org"\nlisten = "127.0.0.1:{port}"\n')
    return on, tmp_path / "state" / "public.key"


def test_check_says_where_recipients_stop_and_makes_no_key(page, port):
    on, key = page
    said = command(*on, "check").out
    where = (
        "https://monitor.example.org: where recipients stop their messages; "
        f"the service listens on 127.0.0.1, port {port}"
    )
    assert f"✓ {where}; its key is not there yet: the first run makes it\n" in said
    assert not key.parent.exists()
    assert command(*on, "deliver").code == 0
    assert f"✓ {where}\n" in command(*on, "check").out


def test_check_fails_on_a_key_that_is_damaged_and_notes_one_that_others_may_read(page):
    on, key = page
    command(*on, "deliver")
    key.chmod(0o644)
    ended = command(*on, "check")
    assert (ended.code, f"! {key} may be read by other accounts" in ended.out) == (0, True)
    key.write_text("half a k")
    ended = command(*on, "check")
    assert (ended.code, "✗ " in ended.out, "it does not hold a key" in ended.out) == (1, True, True)


def test_check_fails_on_a_port_that_another_program_has_and_says_what_to_do(page, port):
    on, key = page
    with socket.create_server(("127.0.0.1", port)):
        ended = command(*on, "check")
        assert (ended.code, ended.err) == (1, "")
        assert f"✗ monitor.toml: public: listen: found 127.0.0.1:{port}, where this program cannot" in ended.out
        assert "put another port " in ended.out
        assert "the service listens on" not in ended.out
        assert not key.parent.exists()
        with lock.held(key.parent):  # the service at work has it: it is as it should be
            ended = command(*on, "check")
        assert (ended.code, f"the service listens on 127.0.0.1, port {port}" in ended.out) == (0, True)


def test_check_fails_on_an_address_of_another_machine_whether_a_service_runs_or_not(page, port, tmp_path):
    on, key = page
    config = tmp_path / "config" / "monitor.toml"
    config.write_text(config.read_text().replace("127.0.0.1:" + str(port), "192.0.2.1:8025"))
    assert command(*on, "check").code == 1
    with lock.held(key.parent):
        ended = command(*on, "check")
    assert (ended.code, "the address is not one of this machine's" in ended.out) == (1, True)


@pytest.fixture
def _state(tmp_path):
    (tmp_path / "state").mkdir()


@pytest.mark.usefixtures("_state")
def test_explain_says_to_whom_an_item_was_not_sent(on, tmp_path, make_item, make_check):
    with Store(f"sqlite:///{tmp_path}/state/monitor.db") as store:
        store.items.save([make_check(make_item("Devon inspected", key="a1", url="https://news.example.org/1"))])
    with closing(sqlite3.connect(tmp_path / "state" / "monitor.db")) as database, database:
        database.executescript("""
            INSERT INTO digest VALUES (1, 'weekday-briefing', 'x', 'digest',
                datetime('now'), datetime('now'), datetime('now'), 's');
            INSERT INTO digest_item (digest_id, item_id, story_id, how, reasons) VALUES (1, 1, 1, 'told', '');
            INSERT INTO delivery (id, digest_id, subscription, position, channel, recipient_mark, part, message_id,
                composed_at, state, attempts, error)
                VALUES (1, 1, 'weekday-briefing', 1, 'mail', 'm', 0, 'i', datetime('now'), 'suppressed',
                    0, 'bounced');
            """)
    said = command(*on, "explain", "1").out
    assert "  weekday-briefing, x: told\n    recipient 2: suppressed\n" in said
