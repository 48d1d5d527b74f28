"""One line an event, for people or for machines; what comes from outside cannot forge one."""

from __future__ import annotations

import errno
import io
import json
import logging

import pytest
import structlog

from monitor import logs

FORGED = "headline\n2026-06-17T06:30:00Z [error] forged\r\x1b[2Jevent"


@pytest.fixture
def log(monkeypatch):
    """Sets the log up, and puts it back as it was."""
    root = logging.getLogger()
    level = root.level

    def set_up(*, as_json=True, is_service=True):
        monkeypatch.setattr(root, "handlers", [])  # pytest's own would be taken for ours
        logs.set_up(as_json=as_json, is_service=is_service)
        return structlog.get_logger()

    yield set_up
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def lines(capsys):
    def lines():
        captured = capsys.readouterr()
        assert captured.out == ""  # it is for what a command was asked for
        return captured.err.splitlines()

    return lines


def test_event_is_one_json_object_a_line(log, lines):
    log().info("polled", source="Wexmoor Gazette", new=3, seconds=0.25)
    log().warning("polled", source="Wexmoor Echo", reason="it answered 503")
    first, second = map(json.loads, lines())
    assert first.pop("timestamp").endswith("Z")
    assert first == {"event": "polled", "level": "info", "source": "Wexmoor Gazette", "new": 3, "seconds": 0.25}
    assert (second["level"], second["reason"]) == ("warning", "it answered 503")


def test_event_is_one_line_for_people(log, lines):
    log(as_json=False).info("polled", source="Wexmoor Gazette", new=3)
    [line] = lines()
    assert "polled" in line
    assert "new=3" in line


def test_field_that_says_nothing_is_left_out(log, lines):
    log().info("polled", reason=None, new=0)
    [line] = map(json.loads, lines())
    assert "reason" not in line
    assert line["new"] == 0


@pytest.mark.parametrize("as_json", [True, False], ids=["json", "text"])
def test_text_from_outside_cannot_forge_a_line_or_move_the_cursor(log, lines, as_json):
    log(as_json=as_json).warning("not read", title=FORGED, notes=[FORGED], reason=ValueError(FORGED))
    [line] = lines()
    assert line.isprintable()


@pytest.mark.parametrize("as_json", [True, False], ids=["json", "text"])
def test_trace_of_a_bug_holds_nothing_that_reads_as_an_event(log, lines, as_json):
    def quotes_what_it_read():
        raise ValueError(FORGED)

    try:
        quotes_what_it_read()
    except ValueError:
        log(as_json=as_json).exception("job failed", job="poll")
    event, *trace = lines()
    assert "job failed" in event
    assert all(line.isprintable() and line.startswith("    ") for line in trace)
    assert "Traceback" in (event if as_json else trace[0])


def test_command_typed_by_hand_keeps_its_log_to_itself(log, lines):
    log(is_service=False).warning("polled", reason="it answered 503")
    assert lines() == []


def test_libraries_speak_up_only_when_something_is_wrong(log, lines):
    log()
    logging.getLogger("apscheduler").warning("a murmur")
    assert lines() == []
    logging.getLogger("apscheduler").error("a job is gone")
    assert len(lines()) == 1


@pytest.mark.parametrize("as_json", [True, False], ids=["json", "text"])
def test_lines_of_libraries_read_as_ours_do(log, lines, as_json):
    log(as_json=as_json)
    logging.getLogger("apscheduler").error("a job is gone: %s", FORGED, exc_info=ValueError(FORGED))
    event, *trace = lines()
    assert event.isprintable()
    assert all(line.isprintable() and line.startswith("    ") for line in trace)
    if as_json:
        said = json.loads(event)
        assert (said["level"], said["logger"]) == ("error", "apscheduler")
        assert said["event"].startswith("a job is gone")
        assert "ValueError: headline" in said["exception"]


class Full(io.StringIO):
    """stderr on a disk that is full."""

    def write(self, _):
        raise OSError(errno.ENOSPC, "No space left on device")

    def flush(self):
        raise OSError(errno.ENOSPC, "No space left on device")


def closed():
    stream = io.StringIO()
    stream.close()
    return stream


@pytest.mark.parametrize("stream", [Full(), closed(), None], ids=["full", "closed", "closed before we began"])
@pytest.mark.parametrize("as_json", [True, False], ids=["json", "text"])
def test_log_that_cannot_be_written_stops_nothing(log, monkeypatch, stream, as_json):
    monkeypatch.setattr("sys.stderr", stream)
    log(as_json=as_json).warning("polled", reason="it answered 503")
    logging.getLogger("apscheduler").error("a job is gone")
