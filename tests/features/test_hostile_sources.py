"""A source that is broken, slow or malicious costs one failed check, told with its reason; the others go on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from outside import RELEVANT, entry, feed, publisher_open, source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from outside import Program, Publisher

    from monitor.demo.site import DemoSite

DEADLINE_S = 4  # of a fetch, as configured for these tests
MOST_MEMORY = 200_000_000  # of the program and its children, which are 140 MB before the first source is asked

# The path it is served at → what its check says.
FAULTS = {
    "/500": ("500", "HTTP 500"),
    "/hang": ("hang", f"took longer than {DEADLINE_S} s"),
    "/loop": ("redirect-loop", "redirected in a loop"),
    "/bomb": ("gzip-bomb", "larger than 10 MB"),
    "/html": ("html", "a web page titled"),
    "/private": ("to:http://127.0.0.2:{port}/inside", "refused: points to a private address"),
    "/metadata": ("to:http://169.254.169.254/latest/meta-data/", "refused: points to a private address"),
    "/mapped": ("to:http://[::ffff:10.0.0.1]/", "refused: points to a private address"),
    "/decimal": ("to:http://2130706434:{port}/inside", "not a usable web address"),
    "/file": ("to:file:///etc/passwd", "redirected to an unusable address"),
}


@pytest.fixture
def inside() -> Iterator[Publisher]:
    """A server on an address that the configuration does not allow."""
    with publisher_open("127.0.0.2") as inside:
        yield inside


def test_every_kind_of_bad_server_fails_alone_within_little_memory(
    program: Program, site: DemoSite, publisher: Publisher, inside: Publisher
) -> None:
    for path, (kind, _) in FAULTS.items():
        site.fault(path, kind.replace("{port}", inside.url.rpartition(":")[2]))
    publisher.shows("/feed", feed(entry(1)))
    bad = [source(path, f"{site.url}{path}") for path in FAULTS]
    endless = source("/endless", f"{publisher.url}/endless/")
    program.configure(sources="".join([*bad, endless, source("good", f"{publisher.url}/feed")]))

    with program.running("poll") as poll:
        assert poll.most_memory() < MOST_MEMORY
        assert poll.ended() == 1

    stands = {one["source"]: one for one in map(json.loads, program("sources", "--json").stdout.splitlines())}
    for path, (_, reason) in FAULTS.items():
        assert stands[path]["last_error"].startswith(reason), path
    assert stands["/endless"]["last_error"] == "redirected more than 10 times"
    assert (stands["good"]["failures"], stands["good"]["items"]) == (0, 1)
    assert not list(inside.requests)


BILLION_LAUGHS = (
    "<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a '" + "ha" * 50 + "'>"
    + "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><rss version='2.0'><channel><title>&i;</title><item><title>&i;</title><guid>1</guid></item></channel></rss>"
)  # fmt: skip


def test_documents_made_to_cost_time_or_memory_cost_neither(program: Program, publisher: Publisher) -> None:
    shown = {
        "good": feed(entry(1)),
        "unclosed comment": feed(entry(2, text="&lt;!-- " + "&lt;!-" * 80_000 + RELEVANT), entry(3)),
        "billion laughs": BILLION_LAUGHS,
        "five thousand entries": feed(*(entry(number, text="Nothing in particular.") for number in range(5_000))),
        "title of two megabytes": feed(entry(4, title="Ofsted: Devon " + "[link=x]" * 250_000)),
        "deep nesting": "<rss><channel>" + "<item>" * 200_000,
    }
    for name, body in shown.items():
        publisher.shows(f"/{name.replace(' ', '-')}", body)
    program.configure(sources="".join(source(name, f"{publisher.url}/{name.replace(' ', '-')}") for name in shown))
    with program.running("poll") as poll:
        assert poll.most_memory() < MOST_MEMORY + 100_000_000  # two such documents are read at a time
        assert poll.ended() == 1
    stands = {one["source"]: one for one in map(json.loads, program("sources", "--json").stdout.splitlines())}
    assert {name: one["items"] for name, one in stands.items()} == {
        "good": 1,
        "unclosed comment": 2,
        "billion laughs": 0,
        "five thousand entries": 500,  # the first of them; the rest is told to the operator
        "title of two megabytes": 1,
        "deep nesting": 0,
    }
    assert {name for name, one in stands.items() if one["failures"]} == {"billion laughs", "deep nesting"}


def test_text_from_outside_cannot_move_the_cursor_or_forge_a_line(program: Program, publisher: Publisher) -> None:
    spell = "\x1b[2J\x1b]0;owned\x07\u202e[red]:warning:\\[/]\x85\u2028forged new line"
    publisher.shows("/feed", feed(entry(1, title=f"Ofsted on Devon {spell}", text=f"{RELEVANT} {spell}")).encode())
    publisher.shows("/page", f"<html><title>{spell}</title></html>", "text/html")
    program.configure(sources=source("good", f"{publisher.url}/feed") + source("bad", f"{publisher.url}/page"))
    for command in (["-v", "poll"], ["sources"], ["explain", "1"]):
        done = program(*command)
        said = done.stdout + done.stderr
        assert "Traceback" not in said
        assert not [c for c in said if c in "\x1b\x07\u202e\x85\u2028"], command
