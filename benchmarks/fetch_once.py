"""The same requests as a poll makes, by aiohttp alone, in a process that has loaded nothing else.

It asks for what `folder` says of the last time, reads what comes, and neither parses nor stores any of it.
Stdin and stdout are those of `poll_once`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp

from benchmarks.cost import Cost, peak_mb

if TYPE_CHECKING:
    from collections.abc import Sequence

# As many as the monitor's defaults.
_HANDS = 64
_PER_HOST = 2


def main() -> None:
    asked = json.load(sys.stdin)
    file = Path(asked["folder"]) / "etags.json"
    etags: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    cost = Cost()
    with cost.of_poll():
        asyncio.run(_fetch_all(asked["urls"], etags))
    file.write_text(json.dumps(etags))
    cost.peak_mb = cost.tree_mb = peak_mb()
    print(json.dumps(asdict(cost)))


async def _fetch_all(urls: Sequence[str], etags: dict[str, str]) -> None:
    waiting = iter(urls)
    connector = aiohttp.TCPConnector(limit=_HANDS, limit_per_host=_PER_HOST)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def work() -> None:
            for url in waiting:
                headers = {"If-None-Match": etags[url]} if url in etags else {}
                async with session.get(url, headers=headers) as response:
                    assert response.status in (200, 304), response.status
                    await response.read()
                    etags[url] = response.headers["ETag"]

        async with asyncio.TaskGroup() as hands:
            for _ in range(_HANDS):
                hands.create_task(work())
