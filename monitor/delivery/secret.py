"""A secret's value at the moment it is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.errors import DeliveryUnavailable

if TYPE_CHECKING:
    from monitor.model import Secret


def value_of(secret: Secret) -> str:
    """The secret's value. Raises DeliveryUnavailable, naming where it should stand, when there is none."""
    if secret.value is None:
        raise DeliveryUnavailable(f"no value in {secret.origin}", channel_down=True)
    return secret.value
