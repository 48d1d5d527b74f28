"""One attempt to poll a source: fetch, read, and judge what came against what was known.

Document ─ same bytes as before? ─ read in a child process ─ a short read? a gap? ids renamed? ─ Check

Nothing a source shows, or no longer shows, removes anything: a check can only add items, and say how far it may be
trusted.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from hashlib import blake2b
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.errors import FetchError, ParseError, SourceError
from monitor.items import item_from_entry
from monitor.model import Check, CheckStatus, SourceKind, SourceState, Unchanged
from monitor.sources import notes, schedule
from monitor.sources.feed import read_feed
from monitor.sources.finding import may_find_nothing
from monitor.sources.moderngov import feed_url, read_whats_new

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from monitor.model import Document, Entry, Item, Reading, Source
    from monitor.sources.fetch import Fetcher
    from monitor.workers import Workers

# Some sites answer 304 for ever: a whole document is asked for once a day.
_WHOLE_DOCUMENT_EVERY = timedelta(days=1)
# A permanent redirect is followed for good after it has been met so many times in a row: some are slips.
_MOVES_BEFORE_BELIEVED = 3
# Fewer entries than this may all change between two checks without anything being odd.
_FULL_LENGTH = 5
# No source we know shows half as many; a document made to flood us shows a hundred times more.
_MOST_NEW = 500
# Ofsted withdraws a report now and then: a timeline that stays shorter for so long is the truth.
_SHORTER_BELIEVED = timedelta(days=7)
# A report published so long before its page was first checked is no news, whenever it first appears there.
_HISTORY = timedelta(days=30)
# Councils are merged now and then: so many may go from Ofsted's search at once.
_FEWER_COUNCILS = 3
# Its 153 councils fill two pages: a site that shows ever another one is not followed for ever.
_MOST_PAGES = 5
# Ofsted's site answers now and then with an error page, or an empty one, and status 200: soon it is well again.
_ODD_PAGE_PASSES = timedelta(minutes=1)
_OFSTEDS = (SourceKind.OFSTED, SourceKind.OFSTED_SEARCH)
# At a first check the pages of old entries are not fetched: no digest reaches further back than this.
_BACKLOG = timedelta(days=8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A source about to be polled: where it stands, and what is needed to say when it is due next."""

    source: Source
    state: SourceState
    now: datetime
    least: timedelta  # configured bounds of the time between two checks
    most: timedelta
    jitter: float  # in [0, 1)

    @classmethod
    def at(
        cls,
        source: Source,
        state: SourceState | None,
        *,
        now: datetime,
        least: timedelta,
        most: timedelta,
        jitter: float,
    ) -> Attempt:
        """An attempt `now`; a source whose address was edited starts afresh."""
        if state is None or state.url != source.url:
            state = SourceState(name=source.name, url=source.url)
        low, high = schedule.bounds(source, least=least, most=most)
        return cls(source=source, state=state, now=now, least=low, most=high, jitter=jitter)

    async def make(self, fetcher: Fetcher, workers: Workers) -> Check:
        """What came of it; a failure is a Check too, with its reason. Only a bug raises."""
        started = time.perf_counter()
        try:
            check = await self._make(fetcher, workers)
        except SourceError as error:
            check = self.failed(error)
        return replace(check, seconds=time.perf_counter() - started)

    async def _make(self, fetcher: Fetcher, workers: Workers) -> Check:
        if self._is_move_doubted():
            try:
                return await self._asked(self._configured_url, fetcher, workers)
            except SourceError:
                pass  # sites drop old redirects; what this one led to may stand as before
        moved_to = _believed_move(self.state)
        return await self._asked(moved_to or self._configured_url, fetcher, workers)

    async def _asked(self, url: str, fetcher: Fetcher, workers: Workers) -> Check:
        async with self._document(url, fetcher) as found:
            if isinstance(found, Unchanged):
                state = self.state
                etag, last_modified = found.etag or state.etag, found.last_modified or state.last_modified
                if (etag, last_modified) != (state.etag, state.last_modified):
                    state = replace(state, etag=etag, last_modified=last_modified)
                return self._unchanged(state)
            document = found
            if document.moved_to is None and url != self._configured_url:
                document = replace(document, moved_to=url)
            digest = blake2b(document.body, digest_size=16).hexdigest()
            if digest == self.state.body_hash and not self._has_pages:
                return self._unchanged(self._with_document(document, digest))
            reading = await workers.run(self._reader(document))
        return self.judged(document, digest, await self._with_next_pages(reading, fetcher, workers))

    async def _with_next_pages(self, reading: Reading, fetcher: Fetcher, workers: Workers) -> Reading:
        """The reading of a first page, with what the pages after it show."""
        next_url = reading.next_url
        for _ in range(_MOST_PAGES - 1):
            if not next_url:
                break
            async with self._document(next_url, fetcher) as document:
                if isinstance(document, Unchanged):
                    raise FetchError("the server answered 304 to a question without conditions")
                page = await workers.run(self._reader(document))
            next_url = page.next_url
            reading = replace(
                reading,
                marks=tuple(dict.fromkeys((*reading.marks, *page.marks))),
                notes=(*reading.notes, *page.notes),
                wakes=tuple(dict.fromkeys((*reading.wakes, *page.wakes))),
            )
        if self._has_pages:
            from monitor.sources.ofsted_search import refuse_another_search  # noqa: PLC0415

            refuse_another_search(reading.marks)
        return reading

    def _document(self, url: str, fetcher: Fetcher) -> AbstractAsyncContextManager[Document | Unchanged]:
        source, state = self.source, self.state
        is_recent = state.last_body_at is not None and self.now - state.last_body_at < _WHOLE_DOCUMENT_EVERY
        conditional = is_recent and not self._has_pages and not self._is_move_doubted()
        return fetcher.fetch(
            url,
            source=source.url,
            etag=state.etag if conditional else None,
            last_modified=state.last_modified if conditional else None,
            pause=source.pause,
            robots=source.kind in (SourceKind.PAGE, *_OFSTEDS),
        )

    @property
    def _configured_url(self) -> str:
        source = self.source
        return feed_url(source.url) if source.kind is SourceKind.MODERNGOV else source.url

    @property
    def _has_pages(self) -> bool:
        """Whether the document goes on elsewhere: that its beginning is unchanged says nothing of the rest."""
        return self.source.kind is SourceKind.OFSTED_SEARCH

    def _is_move_doubted(self) -> bool:
        """Whether the configured address is asked although it moved: at the first check of each week."""
        last = self.state.last_check_at
        return bool(_believed_move(self.state)) and last is not None and _week(last) != _week(self.now)

    def _reader(self, document: Document) -> partial[Reading]:
        """The function of the document's bytes that suits the source, ready to be called in a child process."""
        known = frozenset(self.state.marks)
        match self.source.kind:
            case SourceKind.FEED:
                return partial(read_feed, document, known=known)
            case SourceKind.MODERNGOV:
                return partial(read_whats_new, document, known=known)
            case SourceKind.OFSTED:
                # Here and elsewhere: the HTML parser is loaded only by those who read HTML.
                from monitor.sources.ofsted import read_provider_page  # noqa: PLC0415

                urn = urlsplit(self.source.url).path.rstrip("/").rpartition("/")[2]
                return partial(read_provider_page, document, urn=urn, known=known)
            case SourceKind.OFSTED_SEARCH:
                from monitor.sources.ofsted_search import read_search_page  # noqa: PLC0415

                base_url = self.source.url.rpartition("/search?")[0]
                return partial(read_search_page, document, base_url=base_url, known=known)
            case SourceKind.PAGE:
                from monitor.sources.page import read_page  # noqa: PLC0415

                if self.source.selectors is None:
                    raise AssertionError(f"{self.source.name}: a page without selectors passed the configuration")
                return partial(read_page, document, selectors=self.source.selectors, known=known)

    def judged(self, document: Document, digest: str, reading: Reading) -> Check:
        """The check of a document that was read. What a short read brought counts, but it vouches for nothing."""
        source, state = self.source, self.state
        items = tuple(
            item_from_entry(entry, source, now=self.now, from_first_check=self._is_history(entry))
            for entry in reading.entries[:_MOST_NEW]
        )
        if missing := self._missing(reading):
            check = self.failed(ParseError(missing))
        elif state.marks and not reading.marks:
            check = self._nothing_found()
        else:
            check = self._complete(document, digest, reading)
        wanted = items if source.full_text or source.kind is SourceKind.OFSTED else ()
        return replace(
            check,
            items=items,
            to_read=frozenset(item.key for item in wanted if _worth_reading(item)),
            wakes=() if state.is_first_check else reading.wakes,
            unchanged=len(reading.marks) - len(reading.entries) - len(reading.wakes),
            may_be_renamed=self._may_be_renamed(reading),
        )

    def _is_history(self, entry: Entry) -> bool:
        first, published = self.state.first_checked_at, entry.published
        if first is None or self.source.kind is not SourceKind.OFSTED:
            return first is None
        return published is not None and published < first - _HISTORY

    def _may_be_renamed(self, reading: Reading) -> bool:
        """Whether most of a document's entries are new, and they are not few."""
        before, after = _identities(self.state.marks), _identities(reading.marks)
        fresh = after - before if before else set()
        return len(fresh) >= max(_FULL_LENGTH, len(after) / 2)

    def _missing(self, reading: Reading) -> str:
        """Why the document cannot be all that its source has to show; "" when it can."""
        shown, known = len(reading.marks), len(self.state.marks)
        gone, _ = self._gone_and_replaced(reading)
        if not reading.is_complete:
            return f"the document broke off after {shown} entries; they were taken, the rest is asked for again"
        if known and not shown and self.source.kind is SourceKind.FEED and not may_find_nothing(self.source):
            return f"shows no entry where there {'was' if known == 1 else 'were'} {known}"
        if gone and not self._fails_since(_SHORTER_BELIEVED):
            told = f"shows {shown} reports where there were {known}" if shown < known else f"lacks {_reports(gone)}"
            return f"the timeline {told}; what it shows was taken, nothing was removed"
        if self._has_pages and shown < known - _FEWER_COUNCILS and not self._fails_since(_SHORTER_BELIEVED):
            return f"the search shows {shown} councils where there were {known}"
        return ""

    def _gone_and_replaced(self, reading: Reading) -> tuple[int, int]:
        """How many known reports a timeline lacks, and how many it shows as another file; other documents: none."""
        if self.source.kind is not SourceKind.OFSTED:
            return 0, 0
        from monitor.sources.ofsted import gone_and_replaced  # noqa: PLC0415

        return gone_and_replaced(self.state.marks, reading.marks)

    def _fails_since(self, length: timedelta) -> bool:
        since = self.state.failing_since
        return since is not None and self.now - since >= length

    def _complete(self, document: Document, digest: str, reading: Reading) -> Check:
        state = self.state
        before, after = _identities(state.marks), _identities(reading.marks)
        fresh = after - before if before else set()
        share_new = len(fresh) / len(after) if after else 0.0
        # A full-length document that shares nothing with the last one: other items may lie between the two.
        is_gap = fresh == after and len(after) >= max(_FULL_LENGTH, len(before) / 2)
        gone, replaced = self._gone_and_replaced(reading)
        noted = [f"no longer on Ofsted's page: {_reports(gone)}"] if gone else []
        noted += [f"{_reports(replaced)} {'was' if replaced == 1 else 'were'} replaced"] if replaced else []
        noted += reading.notes
        if len(reading.entries) > _MOST_NEW:
            is_gap = True
            noted.insert(0, f"showed {len(reading.entries):,} new entries; {_MOST_NEW} were taken")
        if reading.count is not None and reading.count != len(reading.marks):
            noted.append(f"says that there are {reading.count:,} entries, and shows {len(reading.marks):,}")
        interval = schedule.interval_after_success(
            timedelta(seconds=state.interval_s), share_new, self.least, self.most
        )
        stands = replace(
            self._with_document(document, digest),
            marks=reading.marks,
            gap_at=self.now if is_gap else state.gap_at,
            note=notes.joined(noted),
        )
        return self._check(self._succeeded(stands, self.least if is_gap else interval), CheckStatus.UNCHANGED)

    def _nothing_found(self) -> Check:
        """Nothing where there was something before, and it may be so. It is said, and since when; what was known of
        the last document that held anything stands, and the source is asked no less often than for that one.
        """
        known = len(self.state.marks)
        interval = min(max(timedelta(seconds=self.state.interval_s), self.least), self.most)
        stands = self._succeeded(self.state, interval)
        note = notes.joined([notes.finds_nothing(known), stands.note])
        stands = replace(stands, failing_since=self.state.failing_since or self.now, note=note)
        return self._check(stands, CheckStatus.UNCHANGED)

    def _unchanged(self, state: SourceState) -> Check:
        interval = schedule.interval_after_success(timedelta(seconds=state.interval_s), 0.0, self.least, self.most)
        return self._check(self._succeeded(state, interval), CheckStatus.UNCHANGED, unchanged=len(state.marks))

    def _with_document(self, document: Document, digest: str) -> SourceState:
        state = self.state
        moves = 0
        if document.moved_to is not None:
            moves = state.moved_times + 1 if document.moved_to == state.moved_to else 1
        return replace(
            state,
            etag=document.etag,
            last_modified=document.last_modified,
            body_hash=digest,
            last_body_at=self.now,
            moved_to=document.moved_to or state.moved_to,
            moved_times=moves,
        )

    def _succeeded(self, state: SourceState, interval: timedelta) -> SourceState:
        return replace(
            state,
            note=notes.standing(state.note, moved_to=_believed_move(state)),
            first_checked_at=state.first_checked_at or self.now,
            last_check_at=self.now,
            last_success_at=self.now,
            interval_s=interval.total_seconds(),
            next_at=schedule.next_after_success(self.now, interval, self.jitter, low=self.least, high=self.most),
            failures=0,
            failing_since=None,
            error="",
        )

    def failed(self, error: SourceError) -> Check:
        """The check of a source that failed: what was known of it stands, and it is asked again later."""
        failures = self.state.failures + 1
        is_odd_page = failures == 1 and isinstance(error, ParseError) and self.source.kind in _OFSTEDS
        next_at = schedule.next_after_failure(
            self.now,
            min(self.least, _ODD_PAGE_PASSES) if is_odd_page else self.least,
            failures,
            self.jitter,
            retry_after=error.retry_after if isinstance(error, FetchError) else None,
            gone=isinstance(error, FetchError) and error.gone,
        )
        stands = replace(
            self.state,
            last_check_at=self.now,
            failures=failures,
            failing_since=self.state.failing_since or self.now,
            error=error.reason,
            next_at=next_at,
            moved_times=0,  # the configured address is tried again
        )
        return self._check(stands, CheckStatus.FAILED, reason=error.reason)

    def _check(self, state: SourceState, status: CheckStatus, *, reason: str = "", unchanged: int = 0) -> Check:
        return Check(
            source=self.source.name,
            at=self.now,
            seconds=0.0,
            state=state,
            status=status,
            reason=reason,
            unchanged=unchanged,
        )


def _identities(marks: Iterable[str]) -> set[str]:
    """The entries the marks stand for, whatever their content."""
    return {mark[:16] for mark in marks}


def _reports(number: int) -> str:
    return f"{number} report{'' if number == 1 else 's'}"


def _believed_move(state: SourceState) -> str | None:
    return state.moved_to if state.moved_times >= _MOVES_BEFORE_BELIEVED else None


def _week(instant: datetime) -> tuple[int, int]:
    return instant.isocalendar()[:2]


def _worth_reading(item: Item) -> bool:
    """Whether the page or report an item points to is fetched: reports always, old pages of a first check never."""
    if item.is_report or not item.from_first_check:
        return True
    return item.published is not None and item.published >= item.first_seen - _BACKLOG
