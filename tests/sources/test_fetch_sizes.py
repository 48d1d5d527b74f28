"""A document costs no more memory than it may, however it is packed and however many come at once."""

from __future__ import annotations

import asyncio
import tracemalloc
import zlib
from datetime import timedelta
from typing import TYPE_CHECKING

import brotli
import pytest
from fetched import MAX_BYTES, answer, failure, fetch, fetched, make_fetcher, raw_failure, raw_site, site

from monitor.errors import FetchError
from monitor.model import Document

if TYPE_CHECKING:
    from monitor.sources.fetch import Fetcher


def zeros(encoding: str, megabytes: int) -> bytes:
    """That many MB of zeros, compressed; made piece by piece, or the test itself would need the memory."""
    piece = bytes(1_000_000)
    if encoding == "br":
        packer = brotli.Compressor(quality=1)
        return b"".join([*(packer.process(piece) for _ in range(megabytes)), packer.finish()])
    if encoding == "zstd":
        packer = pytest.importorskip("backports.zstd").ZstdCompressor(level=1)
    else:
        packer = zlib.compressobj(1, wbits=31 if encoding == "gzip" else 15)
    return b"".join([*(packer.compress(piece) for _ in range(megabytes)), packer.flush()])


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_small_answer_that_unpacks_to_300_mb_costs_little_memory(encoding: str) -> None:
    bomb = zeros(encoding, 300)
    assert len(bomb) < 3_000_000

    async def run() -> int:
        head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: {len(bomb)}\r\n\r\n".encode()
        async with raw_site(head + bomb) as base, make_fetcher(max_bytes=10_000_000) as fetcher:
            tracemalloc.start()
            try:
                with pytest.raises(FetchError, match=r"^larger than 10 MB$"):
                    await fetched(fetcher, base + "/")
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    assert asyncio.run(run()) < 30_000_000


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_compressed_document_is_unpacked(encoding: str) -> None:
    document = fetch(answer(200, zeros(encoding, 1), {"Content-Encoding": encoding}))
    assert isinstance(document, Document)
    assert document.body == bytes(1_000_000)


def test_document_that_says_it_is_too_large_is_not_begun() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000001\r\n\r\n"
    assert raw_failure(head, then_hang=True) == "larger than 1 MB"


def test_document_of_just_the_size_allowed_is_taken() -> None:
    document = fetch(answer(200, bytes(MAX_BYTES)))
    assert isinstance(document, Document)
    assert len(document.body) == MAX_BYTES
    assert failure(answer(200, bytes(MAX_BYTES + 1))).reason == "larger than 1 MB"


def test_large_documents_at_one_time_share_one_room_and_all_of_them_come() -> None:
    sizes: list[int] = []

    async def read_one(fetcher: Fetcher, url: str) -> None:
        async with fetcher.fetch(url, source=url) as found:
            await asyncio.sleep(0)  # in the hands of its reader
            sizes.append(len(found.body))

    async def run() -> int:
        serve = answer(200, zeros("gzip", 9), {"Content-Encoding": "gzip"})
        fetcher = make_fetcher(max_bytes=10_000_000, concurrency=30, per_host=30, deadline=timedelta(minutes=1))
        async with site(serve) as base, fetcher:
            tracemalloc.start()
            try:
                await asyncio.gather(*(read_one(fetcher, f"{base}/{n}") for n in range(30)))
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    assert asyncio.run(run()) < 100_000_000
    assert sizes == [9_000_000] * 30


def test_document_that_is_held_leaves_the_others_their_room_only_when_it_is_let_go() -> None:
    async def run() -> None:
        fetcher = make_fetcher(max_bytes=60_000_000, deadline=timedelta(seconds=1))
        async with site(answer(200, zeros("gzip", 50), {"Content-Encoding": "gzip"})) as base, fetcher:
            async with fetcher.fetch(base + "/1", source=base):
                with pytest.raises(FetchError, match=r"^took longer than 1 s$"):
                    await fetched(fetcher, base + "/2")
            assert isinstance(await fetched(fetcher, base + "/3"), Document)

    asyncio.run(run())


def test_page_may_be_allowed_less_than_a_document() -> None:
    assert failure(answer(200, bytes(1_001)), max_bytes=1_000).reason == "larger than 0.001 MB"
