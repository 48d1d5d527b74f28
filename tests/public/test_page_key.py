"""What links are signed with is made once, kept for this account alone, and never made anew in silence."""

from __future__ import annotations

import stat

import pytest

from monitor.errors import StoreError
from monitor.public import key


def test_it_is_made_once_and_nobody_else_may_read_it(tmp_path):
    path = tmp_path / "state" / "public.key"
    assert key.kept(path, make=False) is None
    assert not path.parent.exists()
    made = key.kept(path, make=True)
    assert made is not None
    assert len(made) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert key.kept(path, make=True) == key.kept(path, make=False) == made


def test_no_two_are_alike(tmp_path):
    assert key.kept(tmp_path / "one", make=True) != key.kept(tmp_path / "two", make=True)


@pytest.mark.parametrize("held", [b"", b"short", b"\xff" * 64, b"0" * 62, b"0" * 66, b"not hexadecimal" * 5])
def test_a_damaged_one_is_told_and_left(tmp_path, held):
    path = tmp_path / "public.key"
    path.write_bytes(held)
    with pytest.raises(StoreError, match=r"public\.key: it does not hold a key\. Restore it"):
        key.kept(path, make=True)
    assert path.read_bytes() == held


def test_a_secret_gives_the_same_key_at_every_start_and_another_gives_another():
    assert key.from_secret("a secret of some length") == key.from_secret("a secret of some length")
    assert key.from_secret("a secret of some length") != key.from_secret("another secret of length")
    assert len(key.from_secret("x")) == 32
