"""Plain data, as the store and our own TOML files hold it → values."""

from __future__ import annotations

import threading
from typing import TypeVar

import msgspec

T = TypeVar("T")

# msgspec (0.22) learns a class when it first meets it, and another thread that meets it meanwhile sees the half of it:
# the process ends with a segmentation fault.
_learning = threading.Lock()
_learnt: set[object] = set()


def value_of(data: object, kind: type[T]) -> T:
    """`data` (mappings, lists, strings, numbers) as a value of `kind`.

    Raises msgspec.ValidationError where it is none.
    """
    if kind in _learnt:
        return msgspec.convert(data, kind)
    with _learning:
        value = msgspec.convert(data, kind)
        _learnt.add(kind)
    return value
