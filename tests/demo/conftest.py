from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from demo_client import NOW, Get, ask

from monitor.demo.site import DemoSite

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def site() -> Iterator[DemoSite]:
    with DemoSite(now=NOW) as site:
        yield site


@pytest.fixture
def get(site: DemoSite) -> Get:
    """Asks the site for a target."""
    return partial(ask, site.url)
