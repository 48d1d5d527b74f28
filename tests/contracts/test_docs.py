"""What the documentation names exists, and what exists is named in it."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import tomllib
from pathlib import Path

import pytest
import typer

import monitor
import monitor.config
from monitor.cli import app
from monitor.delivery.mail_trouble import RULES
from monitor.model import SourceKind, SubscriptionKind
from monitor.store import schema

ROOT = Path(monitor.__file__).parents[1]
README = ROOT / "README.md"
SERVICE = ROOT / "docs" / "service.md"
CONFIGURATION = ROOT / "docs" / "configuration.md"
DOCUMENTS = [README, *sorted((ROOT / "docs").rglob("*.md")), ROOT / "state" / "README.md", ROOT / "tests" / "README.md"]

COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]  # a group has them
OPTIONS = sorted(
    {
        option
        for command in (typer.main.get_command(app), *COMMANDS.values())
        for parameter in command.params
        for option in parameter.opts
        if option.startswith("--") and option not in ("--help", "--version")
    }
)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_readme_names_every_command(name: str) -> None:
    assert re.search(rf"^\|.*`{name}[ `].*\|", README.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("option", OPTIONS)
def test_documentation_names_every_option(option: str) -> None:
    assert any(option in document.read_text(encoding="utf-8") for document in (README, CONFIGURATION))


def keys_the_loader_reads() -> set[str]:
    """Every key of the four files: the first argument of each reading of a table."""
    readings = {"take", "need", "each", "table", "named_tables", "tables"}
    return {
        call.args[0].value
        for module in pkgutil.iter_modules(monitor.config.__path__, "monitor.config.")
        for call in ast.walk(ast.parse(inspect.getsource(importlib.import_module(module.name))))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in readings
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }


@pytest.mark.parametrize("key", sorted(keys_the_loader_reads() | set(SourceKind) | set(SubscriptionKind)))
def test_configuration_page_names_every_key(key: str) -> None:
    name = re.escape(key)  # `interval`, [poll] or [[digest]] or [channels.NAME], "feed"
    assert re.search(rf'`{name}`|\[{name}[\].]|"{name}"', CONFIGURATION.read_text(encoding="utf-8"))


LEVELS = {"debug", "info", "warning", "error", "critical", "exception"}


def events_the_code_logs() -> set[str]:
    """The first argument of every `log.info(…)` and the like; `say` is one of them, chosen by how bad it is."""
    return {
        constant.value
        for path in (ROOT / "monitor").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and call.args and _logs(call.func)
        for constant in _ends_of(call.args[0])
        if isinstance(constant, ast.Constant)
    }


def _logs(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        return isinstance(function.value, ast.Name) and function.value.id == "log" and function.attr in LEVELS
    return isinstance(function, ast.Name) and function.id == "say"


def _ends_of(argument: ast.expr) -> list[ast.expr]:
    return [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]


def test_page_for_operators_explains_every_event_of_the_log_and_no_other() -> None:
    table = SERVICE.read_text(encoding="utf-8").partition("| event | says | act when |")[2].partition("\n\n")[0]
    explained = [name for row in table.splitlines()[2:] for name in re.findall(r"`([^`]+)`", row.split("|")[1])]
    assert sorted(explained) == sorted(events_the_code_logs())


def reasons_of_deliveries() -> list[str]:
    """Why deliveries fail, as the senders word it where they raise the error; "…" for what is filled in."""
    return [
        reason
        for path in (ROOT / "monitor" / "delivery").glob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.args
        if re.fullmatch(r"Delivery(Refused|Unavailable|Unknown|Withdrawn)", call.func.id)
        if re.search(r"\w", reason := _worded(call.args[0]).replace("`", ""))
    ]


def _worded(text: ast.expr) -> str:
    match text:
        case ast.Constant(value=str(words)):
            return words
        case ast.JoinedStr(values=values):
            return "".join(_worded(value) if isinstance(value, ast.Constant) else "…" for value in values)
    return ""


def test_whoever_is_woken_by_a_message_that_did_not_go_finds_its_reason() -> None:
    table = (ROOT / "docs" / "service.md").read_text(encoding="utf-8").partition("## When you are woken")[2]
    rows = [row.split("|")[1] for row in table.partition("\n## ")[0].splitlines() if row.startswith("|")]
    shown = [part.strip() for row in rows for words in re.findall(r"`([^`]+)`", row) for part in words.split("…")]
    known = [part for part in shown if len(part) > 9 and part != "not delivered"]
    reasons = [*reasons_of_deliveries(), *(re.sub(r"{\w+}", "…", rule.means).replace("`", "") for rule in RULES)]
    assert len(reasons) > 50
    assert [reason for reason in reasons if not any(part in reason for part in known)] == []


def test_words_of_the_readme_are_those_of_the_code() -> None:
    words = re.findall(r"^- \*\*(\w+)\*\*:", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(words) >= 15
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "monitor").rglob("*.py"))
    classes = set(re.findall(r"^class (\w+)", source, re.MULTILINE))
    assert [word for word in words if word not in classes and word.lower() not in schema.metadata.tables] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere_and_examples_are_toml(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", text):
        assert (document.parent / target).exists(), target
    for example in re.findall(r"^```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        tomllib.loads(example)


def rooms_of_the_readme() -> list[str]:
    """What its table names, as it is written there."""
    rows = README.read_text(encoding="utf-8").partition("| room | knows |")[2].partition("\n\n")[0].splitlines()[2:]
    return [name for row in rows for name in re.findall(r"`([\w/.]+)`", row.split("|")[1])]


def test_rooms_of_the_readme_are_there() -> None:
    named = rooms_of_the_readme()
    assert len(named) > 15
    assert [name for name in named if not (ROOT / name).exists() and not (ROOT / "monitor" / name).exists()] == []


def test_every_room_stands_in_the_readme() -> None:
    named = {name.removeprefix("monitor/") for name in rooms_of_the_readme()}
    house = ROOT / "monitor"
    modules = {path.name for path in house.glob("*.py")} - {"__init__.py", "__main__.py"}
    packages = {f"{path.parent.name}/" for path in house.glob("*/__init__.py")}
    assert sorted((modules | packages) - named) == []
