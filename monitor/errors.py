"""Errors, named for what the caller does next.

MonitorError
  ConfigError             a person edits a file; carries every problem found, each with file and key
  SourceError             this source failed; the others go on
    FetchError            count it, try again at the next due time (`retry_after` when the server said so)
    ParseError            the document is not what the source says it is
  StoreError              nothing further can be trusted; stop
    StateInUse            another process works on this state
  NotPublished            the feeds cannot be written; they are tried again
  DeliveryError
    DeliveryRefused       will never work; record it and stop trying
    DeliverySuppressed    its recipient is sent nothing more; record that, and do not try
    DeliveryWithdrawn     its recipient is configured no more; as above
    DeliveryUnavailable   may work later; leave it pending (`retry_after` when the server said so)
    DeliveryUnknown       it was handed over and the reply was lost; the channel says what that means
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta


class MonitorError(Exception):
    """Anything the monitor itself reports; a bug is never one of these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing a person must mend: where it stands, what was found, what is wanted."""

    where: str  # "digests.toml: digest 2: schedule"
    found: str
    wanted: str
    hint: str = ""  # "did you mean …?"

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.where}: found {self.found}, wanted {self.wanted}{hint}"


class ConfigError(MonitorError):
    """A person edits a file; every problem found is told at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class SourceError(MonitorError):
    """This source failed, for `reason`; the others go on."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class FetchError(SourceError):
    """No document came; `retry_after` when the server said how long, `gone` when it said 410."""

    def __init__(self, reason: str, *, retry_after: timedelta | None = None, gone: bool = False) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.gone = gone


class ParseError(SourceError):
    """The document is not what the source says it is; nothing is taken from it and nothing removed."""


class StoreError(MonitorError):
    """Nothing further can be trusted: the database is unreadable, full, locked or from another version."""


class StateInUse(StoreError):
    """Another process works on this state directory."""


class NotPublished(MonitorError):
    """The feeds cannot be written; what they would say is kept, and tried again."""


class DeliveryError(MonitorError):
    """A message was not surely delivered; `reason` names neither address nor secret."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class DeliveryRefused(DeliveryError):
    """It will never work; recorded, and not tried again."""


class DeliverySuppressed(DeliveryError):
    """Its recipient is sent nothing more; recorded, and not tried."""


class DeliveryWithdrawn(DeliveryError):
    """Its recipient is configured no more; recorded, and not tried."""


class DeliveryUnavailable(DeliveryError):
    """It may work later; it stays pending. `channel_down`: no other message would fare better there now."""

    def __init__(self, reason: str, *, retry_after: timedelta | None = None, channel_down: bool = False) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.channel_down = channel_down


class DeliveryUnknown(DeliveryError):
    """It was handed over and the reply was lost: it may or may not have arrived."""
