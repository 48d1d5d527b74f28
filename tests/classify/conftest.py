"""A classifier with the shipped themes, built once: it has no state."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from monitor.classify import Classifier
from monitor.model import Theme

SHIPPED = Path(__file__).parents[2] / "config" / "themes.toml"


@pytest.fixture(scope="session")
def shipped_themes() -> tuple[Theme, ...]:
    tables = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["theme"]
    return tuple(
        Theme(**{**table, "concern": tuple(table["concern"]), "progress": tuple(table["progress"])}) for table in tables
    )


@pytest.fixture(scope="session")
def classifier(shipped_themes: tuple[Theme, ...]) -> Classifier:
    return Classifier(shipped_themes)
