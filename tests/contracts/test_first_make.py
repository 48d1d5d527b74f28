"""The first `make` on a fresh machine: with a Python that stands in for the real one and does nothing."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from monitor import __file__ as package

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")

PYTHON = """#!/bin/sh
case "$*" in
  *version_info*) exit {too_old} ;;
  "-m venv --clear "*) mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;;
esac
"""


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    return tmp_path / "venv"


def make(venv: Path, *, too_old: int = 0) -> subprocess.CompletedProcess[str]:
    python = venv.parent / "python"
    python.write_text(PYTHON.format(too_old=too_old))
    python.chmod(0o755)
    return subprocess.run(
        ["make", "--no-print-directory", f"PYTHON={python}", f"VENV={venv}", venv / ".runtime"],
        cwd=package.removesuffix("monitor/__init__.py"),
        capture_output=True,
        text=True,
        check=False,
    )


def test_venv_is_made_once_and_says_how_long_it_takes(venv: Path) -> None:
    first = make(venv)
    assert (first.returncode, first.stdout.splitlines()[0]) == (0, f"making {venv}, once: about a minute")
    assert "making" not in make(venv).stdout


def test_venv_that_was_half_made_is_made_anew(venv: Path) -> None:
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").write_text("#!/bin/sh\nexit 1\n")  # as one without pip answers
    (venv / "bin" / "python").chmod(0o755)
    assert make(venv).returncode == 0
    assert (venv / ".runtime").exists()


def test_python_that_is_too_old_is_named_with_what_to_type(venv: Path) -> None:
    done = make(venv, too_old=1)
    assert done.returncode != 0
    assert f"needs Python 3.11 or newer, and {venv.parent / 'python'} is not" in done.stderr
    assert not venv.exists()
