"""A small sound configuration, of which a test replaces the file it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.config import Config, load_config
from monitor.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

SOUND = {
    "monitor": """
        councils = ["Devon", "Kent"]
        contact = "mailto:you@example.org"
        [channels.folder]
        kind = "folder"
        [channels.mail]
        kind = "email"
        host = "smtp.example.org"
        from = "monitor@example.org"
        """,
    "sources": """
        [[source]]
        name = "Town news"
        kind = "feed"
        url = "https://news.example.org/feed"
        """,
    "themes": """
        [[theme]]
        id = "permanence"
        title = "Permanence"
        covers = "long-term homes"
        concern = ["Children wait too long for a permanent home."]
        """,
    "digests": """
        [[digest]]
        name = "daily"
        schedule = "30 7 * * *"
        to = [ { channel = "folder" } ]
        """,
}


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Config]:
    """Loads the sound configuration with `files` in place of its own; None leaves one out."""

    def load(environ: Mapping[str, str] | None = None, **files: str | bytes | None) -> Config:
        directory = tmp_path / "config"
        directory.mkdir(exist_ok=True)
        for name, text in {**SOUND, **files}.items():
            if text is not None:
                content = text if isinstance(text, bytes) else text.encode()
                (directory / f"{name}.toml").write_bytes(content)
        return load_config(directory, state=tmp_path / "state", environ=environ or {})

    return load


@pytest.fixture
def complaints(load: Callable[..., Config]) -> Callable[..., list[str]]:
    """What a person is told about such a configuration."""

    def complaints(environ: Mapping[str, str] | None = None, **files: str | bytes | None) -> list[str]:
        with pytest.raises(ConfigError) as told:
            load(environ, **files)
        return str(told.value).splitlines()

    return complaints
