"""What the contracts are tried on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.demo.config import write_config

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration that follows nobody who is there."""
    write_config(tmp_path / "config", "http://127.0.0.1:9")
    return tmp_path / "config"
