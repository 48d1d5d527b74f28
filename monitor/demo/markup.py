"""The site's web pages: articles among the usual clutter, a listing, Ofsted's pages, and error pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from html import escape
from typing import TYPE_CHECKING

from monitor.dates import LONDON

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.councils import Council
    from monitor.demo.content import DemoItem
    from monitor.demo.reports import Report

CONSENT_PAGE = """<!DOCTYPE html>
<html lang="en"><head><title>Before you continue</title></head>
<body><h1>Before you continue</h1>
<p>We use cookies. Choose whether to accept them all.</p>
<form method="post" action="/consent"><button>Accept all</button> <button>Reject all</button></form>
</body></html>
"""

MAINTENANCE_PAGE = """<!DOCTYPE html>
<html lang="en"><head><title>Back soon</title></head>
<body><h1>Back soon</h1><p>We are making some changes to this site. Please try again later.</p></body></html>
"""

NOT_FOUND_PAGE = """<!DOCTYPE html>
<html lang="en"><head><title>Page not found</title></head>
<body><h1>Page not found</h1><p>There is nothing at this address.</p></body></html>
"""

# Ofsted's site shows this now and then, with status 200; a moment later the page is there again.
SLIM_PAGE = """<!DOCTYPE html>
<html lang="en"><head><title>Slim Application Error</title></head>
<body><h1>Slim Application Error</h1><p>This page could not be put together. It may come back by itself.</p></body>
</html>
"""

_OPENED = date(2009, 4, 1)  # every council, as Ofsted's pages have it; nothing older is shown
_NOTICE = "Everything on this site is invented for a demonstration of software. None of it happened."


def article(item: DemoItem, base: str) -> str:
    """An item's own page: the text stands between navigation, a cookie notice, related links and a footer."""
    paragraphs = "\n".join(f"<p>{escape(part)}</p>" for part in item.text.split("\n\n"))
    published = item.published.astimezone(LONDON)
    return f"""<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<title>{escape(item.title)} | Invented site</title>
<link rel="canonical" href="{escape(base + item.path)}">
<meta property="article:published_time" content="{published.isoformat()}">
<script>window.adverts = ["top", "side"];</script>
</head>
<body>
<div class="cookie-banner"><p>This site sets no cookies.</p><button>Close</button></div>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="#news">News</a></li><li><a href="#sport">Sport</a></li>\
<li><a href="#whats-on">What's on</a></li></ul></nav></header>
<main>
<article>
<h1>{escape(item.title)}</h1>
<p class="byline">Published <time datetime="{published.isoformat()}">{_long_date(published)}</time></p>
{paragraphs}
</article>
</main>
<aside><h2>Most read</h2><ul><li><a href="#1">Ten walks for a wet Sunday</a></li>\
<li><a href="#2">Where to find the best chips</a></li></ul>
<form action="#newsletter"><label>Sign up for our newsletter <input type="email"></label></form></aside>
<footer><p>{_NOTICE}</p><a href="#privacy">Privacy</a> <a href="#contact">Contact us</a></footer>
</body>
</html>
"""


def listing(items: Sequence[DemoItem]) -> str:
    """A council's news page without a feed: relative links, and days without a time."""
    articles = "\n".join(
        f"""<article class="news-item">
<h2><a href="{escape(item.path)}">{escape(item.title)}</a></h2>
<time datetime="{item.published.astimezone(LONDON):%Y-%m-%d}">{_long_date(item.published)}</time>
<p>{escape(item.summary)}</p>
</article>"""
        for item in items
    )
    return _page("Latest news | Middlesbrough Council", f"<h1>Latest news</h1>\n{articles}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How a provider page is written: Ofsted's differ in all of this, from page to page and from day to day."""

    heading: str = ""  # instead of the council's official name
    hidden: str = "{title}, {format} - {date}"  # a link's hidden words, in which the date may be missing
    shows_published: bool | None = None  # the date of publication beside a link; None: beside every other
    apostrophe: str = "'"
    link: str = "{base}/ofsted/v1/file/{file}"  # may be relative, or name the files' other place
    shown: int | None = None  # so many of the newest days; None: all
    has_timeline: bool = True


def provider(council: Council, reports: Sequence[Report], today: date, base: str, form: Form) -> str:
    """A council's page on Ofsted's site, with a timeline of its reports, newest first."""
    days = "".join(
        _timeline_day(number, report, today, base, form) for number, report in enumerate(reports[: form.shown])
    )
    timeline = f"""
<ol class="timeline">
{days}  <li class="timeline__day timeline__day--opened">
    <div class="event"><p class="timeline__date"><time>{_padded(_OPENED)}</time></p></div>
  </li>
</ol>"""
    return _page(
        f"{council.official_name} - Ofsted",
        f"""<h1 class="heading--title">{escape(form.heading or council.official_name)}</h1>
<ul><li><span>Local authority: </span><span>{escape(council.name)}</span></li></ul>\
{timeline if form.has_timeline else ""}""",
        canonical=f"{base}/ofsted/provider/44/{council.urn}",
    )


def _timeline_day(number: int, report: Report, today: date, base: str, form: Form) -> str:
    _, visited = report.fieldwork(today)
    published = _padded(report.published(today))
    title = report.event_title.replace("’", "'").replace("'", form.apostrophe)
    # The format's name is written either way on the real pages, and not every event repeats the date.
    hidden = form.hidden.format(title=title, format=("PDF", "pdf")[number % 2], date=published)
    metadata = f"""
        <div class="event__metadata">Published <time pubdate>{published}</time></div>"""
    shows_published = number % 2 == 0 if form.shows_published is None else form.shows_published
    return f"""  <li class="timeline__day">
    <div class="event">
      <p class="timeline__date"><time>{_padded(visited)}</time></p>
      <span class="event__title heading--sub">
        <a class="publication-link" href="{form.link.format(base=base, file=report.file)}" target="_blank">
          {escape(title)}
          <span class="nonvisual">{escape(hidden)}</span></a>{metadata if shows_published else ""}
      </span>
    </div>
  </li>
"""


def search(rows: Sequence[tuple[Council, Sequence[Report]]], today: date, *, total: int, next_page: str) -> str:
    """A page of Ofsted's search: councils with their reports, newest first, and the way to the next page, if any."""
    results = "\n".join(_search_result(council, reports, today) for council, reports in rows)
    onwards = f'\n<a class="pagination__next" href="{escape(next_page)}">Next</a>' if next_page else ""
    return _page(
        "Search results - Ofsted",
        f"""<h1>Search results</h1>
<strong class="results-count">{total}</strong>
<ul class="results-list">
{results}
</ul>{onwards}""",
    )


def _search_result(council: Council, reports: Sequence[Report], today: date) -> str:
    """A council; its rating is its last inspection's, which may have none."""
    facts = [("Category", "Local authority children's services")]
    if rating := next((report.rating for report in reports if report.judgements), ""):
        facts.append(("Rating", rating))
    shown = [f"<li>{name}: <strong>{escape(words)}</strong></li>" for name, words in facts]
    published = _padded(reports[0].published(today) if reports else _OPENED)
    shown.append(f"<li>Latest report: <strong><time>{published}</time></strong></li>")
    shown.append(f"<li>URN: <strong>{council.urn}</strong></li>")
    link = f'<a href="/ofsted/provider/44/{council.urn}">{escape(council.official_name)}</a>'
    return f"""  <li class="search-result">
    <h3 class="search-result__title">{link}</h3>
    <address class="search-result__address">1 Invented Street</address>
    <ul class="search-result__provider-info">{"".join(shown)}</ul>
  </li>"""


def robots(disallowed: Sequence[str]) -> str:
    """A robots.txt that lets everybody read all but these paths."""
    return "\n".join(["User-agent: *", *(f"Disallow: {path}" for path in disallowed), ""])


def index(paths: Sequence[str]) -> str:
    """The site's front page: what a person may open."""
    links = "\n".join(f'<li><a href="{escape(path)}">{escape(path)}</a></li>' for path in paths)
    return _page("Invented sources", f"<h1>Invented sources</h1>\n<ul>\n{links}\n</ul>")


def _page(title: str, body: str, *, canonical: str = "") -> str:
    link = f'\n<link rel="canonical" href="{escape(canonical)}">' if canonical else ""
    return f"""<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<title>{escape(title)}</title>{link}
</head>
<body>
<nav><a href="/">Home</a></nav>
<main>
{body}
</main>
<footer><p>{_NOTICE}</p></footer>
</body>
</html>
"""


def _long_date(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _padded(day: date) -> str:
    return f"{day:%d %B %Y}"
