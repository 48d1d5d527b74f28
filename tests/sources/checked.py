"""What sources show to a check, and what it made of them, as tests look at it."""

from __future__ import annotations

from datetime import timedelta

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FEED = "/feed"
# What Ofsted's site shows at times, with status 200.
SLIM_PAGE = (
    b"<html><head><title>Slim Application Error</title></head><body><h1>Slim Application Error</h1></body></html>"
)


def rss(*titles: str, place: str = "news") -> bytes:
    """A feed of entries, each under an address made of its title."""
    entries = "".join(
        f"<item><title>{title}</title><link>https://gazette.example.org/{place}/{title.replace(' ', '-')}</link></item>"
        for title in titles
    )
    return f'<rss version="2.0"><channel><title>Gazette</title>{entries}</channel></rss>'.encode()


def headlines(first: int, last: int) -> tuple[str, ...]:
    return tuple(f"Headline {number}" for number in range(first, last + 1))


def timeline(*files: str, title: str = "Monitoring visit", published: str = "16 June 2026") -> bytes:
    """An Ofsted provider page with these report files, all about one day."""
    days = "".join(
        f"""<li class="timeline__day"><div class="event"><p class="timeline__date"><time>20 March 2026</time></p>
        <span class="event__title"><a class="publication-link" href="https://files.example.org/v1/file/{file}">
        {title}<span class="nonvisual">{title}, PDF - {published}</span></a></span></div></li>"""
        for file in files
    )
    page = f'<html><body><h1>Wexmoor Council</h1><ol class="timeline">{days}</ol></body></html>'
    return page.encode()


def titles(check) -> list[str]:
    return [item.title for item in check.items]
