"""A file that cannot be read is told with its place; the mistakes of all that can be are told at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from monitor.config import load_config
from monitor.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

Complaints = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        pytest.param(
            b'[[source]]\nname = "A\n',
            "sources.toml: line 2, column 10: found text that is not TOML, wanted TOML",
            id="quote-left-open",
        ),
        pytest.param(
            b"[[source]]\nname = ",
            "sources.toml: line 2, column 8: found text that is not TOML, wanted TOML",
            id="cut-off",
        ),
        pytest.param(
            b'[[source]]\nname = "Caf\xe9"\n',
            "sources.toml: line 2: found text in another encoding, wanted UTF-8",
            id="saved-as-windows-1252",
        ),
    ],
)
def test_file_that_cannot_be_read_is_named_with_the_line(
    complaints: Complaints, content: bytes, complaint: str
) -> None:
    told = complaints(sources=content)
    assert [one.partition(" (")[0] for one in told] == [complaint]  # the reason is the parser's, and changes


def test_file_that_is_missing_is_named_with_its_place(complaints: Complaints, tmp_path: Path) -> None:
    path = tmp_path / "config" / "themes.toml"
    hint = "copy it from the config directory that comes with the monitor, or name another with --config"
    assert complaints(themes=None) == [f"themes.toml: found no such file, wanted {path} ({hint})"]


def test_file_that_is_a_directory_is_told(complaints: Complaints, tmp_path: Path) -> None:
    (tmp_path / "config" / "themes.toml").mkdir(parents=True)
    told = complaints(themes=None)
    assert told == [
        "themes.toml: found a file that cannot be read: Is a directory, wanted a file this account may read"
    ]


def test_directory_that_is_missing_is_told_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as told:
        load_config(tmp_path / "none", state=tmp_path, environ={})
    hint = "name the directory that holds monitor.toml with --config"
    assert str(told.value) == f"{tmp_path / 'none'}: found no such directory, wanted one ({hint})"


def test_file_in_place_of_the_directory_is_told_with_the_directory(tmp_path: Path) -> None:
    file = tmp_path / "monitor.toml"
    file.write_text("")
    with pytest.raises(ConfigError) as told:
        load_config(file, state=tmp_path, environ={})
    assert str(told.value) == f"{file}: found a file, wanted the directory it lies in (--config {tmp_path})"


def test_mistakes_in_all_four_files_are_told_at_once(complaints: Complaints) -> None:
    told = complaints(
        monitor='councils = ["Devon"]\ncontact = ""',
        sources='[[source]]\nname = "A"\nkind = "feed"\nurl = "nowhere"\ninterval = "often"',
        themes='[[theme]]\nid = "a"\ntitle = "A"\ncovers = "x"',
        digests='[[digest]]\nname = "daily"\nto = [ { channel = "folder" } ]',
    )
    places = [line.partition(": found ")[0] for line in told]
    assert places == [
        "monitor.toml: contact",
        'sources.toml: source 1 ("A"): interval',
        'sources.toml: source 1 ("A"): url',
        'themes.toml: theme 1 ("a"): concern',
        'digests.toml: digest 1 ("daily"): to 1: channel',
        'digests.toml: digest 1 ("daily"): schedule',
    ]


@pytest.mark.parametrize("content", [None, "councils = ["], ids=["missing", "unreadable"])
@pytest.mark.parametrize("file", ["monitor", "themes"])
def test_names_are_not_held_against_a_file_that_could_not_be_read(
    complaints: Complaints, file: str, content: str | None
) -> None:
    digests = """
        [[digest]]
        name = "daily"
        schedule = "0 7 * * *"
        councils = ["Devon"]
        themes = ["permanence"]
        to = [ { channel = "folder" } ]
        """
    told = complaints(**{file: content, "digests": digests})
    assert [line.partition(".toml")[0] for line in told] == [file]
