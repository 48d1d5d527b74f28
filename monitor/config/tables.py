"""A TOML file as tables that hand out their keys and write down everything that is wrong with them.

A reader of one value is a function of it that returns what it means or raises `Unfit`; see `values`. A table
applies it to a key, turns `Unfit` into a `Problem` that says where, and goes on with a stand-in, so that a
person is told of every mistake at once. Whoever reads a table to its end raises ConfigError if there were any:
no stand-in leaves this package.
"""

from __future__ import annotations

import json
import re
import tomllib
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

from monitor.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from pathlib import Path

T = TypeVar("T")
D = TypeVar("D")

_NO_MENTIONS: Mapping[str, str] = {}


class Unfit(Exception):
    """A value is not what is wanted; `found` where the value itself must not be shown."""

    def __init__(self, wanted: str, *, hint: str = "", found: str = "") -> None:
        self.wanted = wanted
        self.hint = hint
        self.found = found
        super().__init__(wanted)


class Table:
    """One table of a file while it is read: its keys, and where it stands."""

    def __init__(self, values: Mapping[str, object], *, where: str, problems: list[Problem]) -> None:
        self.where = where
        self._values = values
        self._problems = problems
        self._known: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def holds_list(self, key: str) -> bool:
        """Is there a list with something in it under `key`?"""
        return isinstance(self._values.get(key), list) and not self.lacks(key)

    def lacks(self, key: str) -> bool:
        """Is `key` absent, or an empty list?"""
        return self._values.get(key, []) == []

    def complain(self, key: str, found: str, wanted: str, hint: str = "") -> None:
        """Write down that `key` of this table is wrong."""
        where = f"{self.where}: {key}"
        self._problems.append(Problem(where=where, found=found, wanted=wanted, hint=hint))

    def take(self, key: str, read: Callable[[object], T], default: D) -> T | D:
        """What `key` says; `default` when it is absent, or wrong and written down."""
        self._known.add(key)
        if key not in self._values:
            return default
        return self._read(key, self._values[key], read, default)

    def need(self, key: str, read: Callable[[object], T], stand_in: D) -> T | D:
        """What `key` says; it must be there. `stand_in` when it is wrong and written down."""
        self._known.add(key)
        if key in self._values:
            return self._read(key, self._values[key], read, stand_in)
        try:
            read(None)  # TOML has no null: every reader refuses it, and says what it wants
        except Unfit as unfit:
            self.complain(key, "nothing", unfit.wanted)
        return stand_in

    def each(self, key: str, read: Callable[[object], T], *, empty: bool = False) -> tuple[T, ...]:
        """What each value of the list under `key` says, in order; none when the key is absent.

        A value told twice is a mistake. So is an empty list, unless `empty`: it reads as "none" to one person and
        "all" to another.
        """
        self._known.add(key)
        if key in self._values and self.lacks(key) and not empty:
            self.complain(key, "an empty list", "at least one value, or no such key")
        read_values: list[T] = []
        for value in self._list(key):
            try:
                one = read(value)
            except Unfit as unfit:
                self._refuse(key, value, unfit)
                continue
            if one in read_values:
                self.complain(key, f"{shown(value)} twice", "each value once")
            else:
                read_values.append(one)
        return tuple(read_values)

    def table(self, key: str) -> Table:
        """The table under `key`; an empty one when it is absent."""
        self._known.add(key)
        value = self._values.get(key, {})
        if not isinstance(value, dict):
            self.complain(key, shown(value), f"a table that begins with [{key}]")
            value = {}
        return self._below(key, value)

    def named_tables(self, key: str) -> dict[str, Table]:
        """The tables [key.NAME], by name."""
        self._known.add(key)
        values = self._values.get(key, {})
        if not isinstance(values, dict):
            self.complain(key, shown(values), f"tables that begin with [{key}.NAME]")
            return {}
        named: dict[str, Table] = {}
        for name, value in values.items():
            place = f"{key}.{shown_key(name)}"
            if isinstance(value, dict):
                named[name] = self._below(place, value)
            else:
                self.complain(place, shown(value), f"a table that begins with [{place}]")
        return named

    def tables(self, key: str, *, title: str = "", written: str = "") -> list[Table]:
        """The tables of the list under `key`, each placed by its number and what its key `title` says.

        `written`: how such a list is written, for the complaint; [[key]] unless told.
        """
        self._known.add(key)
        written = written or f"tables that begin with [[{key}]]"
        below: list[Table] = []
        for number, value in enumerate(self._list(key, written), start=1):
            place = f"{key} {number}"
            if not isinstance(value, dict):
                self.complain(place, shown(value), written)
                continue
            if isinstance(value.get(title), str):
                place += f" ({shown(value[title])})"
            below.append(self._below(place, value))
        return below

    def finish(self, *, what: str = "", elsewhere: Mapping[str, str] = _NO_MENTIONS) -> None:
        """Complain of each key that nobody asked for.

        `what`: the kind of thing the table describes. `elsewhere`: where a key would be right, as a hint.
        """
        of_what = f" of {what}" if what else ""
        for key in self._values:
            if key in self._known:
                continue
            hint = elsewhere.get(key) or did_you_mean(key, self._known)
            self.complain(shown_key(key), "an unknown key", f"a key{of_what}: {', '.join(sorted(self._known))}", hint)

    def _read(self, key: str, value: object, read: Callable[[object], T], otherwise: D) -> T | D:
        try:
            return read(value)
        except Unfit as unfit:
            self._refuse(key, value, unfit)
            return otherwise

    def _refuse(self, key: str, value: object, unfit: Unfit) -> None:
        self.complain(key, unfit.found or shown(value), unfit.wanted, unfit.hint)

    def _list(self, key: str, written: str = "a list: [ … ]") -> list[object]:
        value = self._values.get(key, [])
        if isinstance(value, list):
            return value
        self.complain(key, shown(value), written)
        return []

    def _below(self, place: str, values: Mapping[str, object]) -> Table:
        return Table(values, where=f"{self.where}: {place}", problems=self._problems)


def read_toml(path: Path, problems: list[Problem]) -> Table | None:
    """The whole file as a table; None, with the reason among `problems`, when it cannot be read at all."""

    def trouble(found: str, wanted: str, hint: str = "", place: str = "") -> None:
        problems.append(Problem(where=path.name + place, found=found, wanted=wanted, hint=hint))

    try:
        text = path.read_bytes().decode("utf-8-sig")  # some editors begin a file with a byte order mark
        return Table(tomllib.loads(text), where=path.name, problems=problems)
    except FileNotFoundError:
        hint = "copy it from the config directory that comes with the monitor, or name another with --config"
        trouble("no such file", f"{path}", hint)
    except OSError as error:
        trouble(f"a file that cannot be read: {error.strerror}", "a file this account may read")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        trouble("text in another encoding", "UTF-8", "save the file again as UTF-8", f": line {line}")
    except tomllib.TOMLDecodeError as error:
        reason, place = _syntax_error(str(error), text)
        trouble("text that is not TOML", "TOML", reason, f": {place}")
    return None


def _syntax_error(message: str, text: str) -> tuple[str, str]:
    """The parser's reason, and the place it names in words: "line 3, column 7"."""
    reason, _, place = message.removesuffix(")").rpartition(" (at ")
    if re.fullmatch(r"line \d+, column \d+", place):
        return reason, place
    lines = text.splitlines() or [""]  # "(at end of document)"
    return reason, f"line {len(lines)}, column {len(lines[-1]) + 1}"


# A name or password before a host: "https://name:password@host", "name:password@host". The password may hold anything.
_HOLDS_PASSWORD = re.compile(r"\s*(?!mailto:)(?:[^\s/@]*:[^\s@]*@|.*://.*@)", re.DOTALL)


def shown(value: object) -> str:
    """A value as a complaint shows it: on one line, short, control characters escaped, and never with a password."""
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, str) and _HOLDS_PASSWORD.match(value):
        return "an address with a user name or password (not shown)"
    if isinstance(value, str):
        return _quoted(value if len(value) <= 80 else value[:79] + "…")
    return str(value).lower() if isinstance(value, bool) else str(value)


def shown_key(key: str) -> str:
    """A key as TOML writes it: bare when it can be."""
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else shown(key)


def _quoted(text: str) -> str:
    escaped = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in escaped)


def did_you_mean(word: str, known: Collection[str]) -> str:
    """A hint that names the nearest known word; "" when none is near."""
    by_folded = {name.casefold(): name for name in known}
    close = get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return suggestion(by_folded[name] for name in close)


def suggestion(names: Iterable[str]) -> str:
    """`did you mean "a", "b"?`, or "" for no names."""
    quoted = ", ".join(shown(name) for name in names)
    return f"did you mean {quoted}?" if quoted else ""
