"""The site's web pages: articles among the usual clutter, a listing, Ofsted's provider page, and error pages."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from monitor.demo.content import LONDON

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

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

ROBOTS = """User-agent: *
Disallow: /ofsted/search
"""

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


def provider(council: Council, reports: Sequence[Report], today: date, base: str) -> str:
    """A council's page on Ofsted's site, with a timeline of its reports, newest first."""
    days = []
    for number, report in enumerate(reports):
        _, visited = report.fieldwork(today)
        published = _padded(report.published(today))
        # The format's name is written either way on the real pages, and not every event repeats the date.
        hidden = f"{report.event_title}, {('PDF', 'pdf')[number % 2]} - {published}"
        metadata = f"""
        <div class="event__metadata">Published <time pubdate>{published}</time></div>"""
        days.append(f"""  <li class="timeline__day">
    <div class="event">
      <p class="timeline__date"><time>{_padded(visited)}</time></p>
      <span class="event__title heading--sub">
        <a class="publication-link" href="{base}/ofsted/v1/file/{report.file}" target="_blank">
          {escape(report.event_title)}
          <span class="nonvisual">{escape(hidden)}</span></a>{metadata if number % 2 == 0 else ""}
      </span>
    </div>
  </li>""")
    timeline = "\n".join(days)
    address = f"{base}/ofsted/provider/44/{council.urn}"
    return _page(
        f"{council.official_name} - Ofsted",
        f"""<h1 class="heading--title">{escape(council.official_name)}</h1>
<ul><li><span>Local authority: </span><span>{escape(council.name)}</span></li></ul>
<ol class="timeline">
{timeline}
  <li class="timeline__day timeline__day--opened">
    <div class="event"><p class="timeline__date"><time>01 April 2009</time></p></div>
  </li>
</ol>""",
        canonical=address,
    )


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
