"""What the tests of reports share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sample_reports import as_pdf

from monitor.reports import read_report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from monitor.model import Inspection


@pytest.fixture
def make_pdf() -> Callable[..., bytes]:
    return as_pdf


@pytest.fixture
def read() -> Callable[..., Inspection]:
    """The facts of a document given as pages of lines."""

    def read_pages(*pages: Iterable[str]) -> Inspection:
        return read_report(as_pdf(*pages)).inspection

    return read_pages
