"""Items as each publisher's feed shows them, with that publisher's habits and defects.

Every function takes the items newest first, the site's address, the demonstration's moment, and the number of
the request (some feeds are different at every request); it gives the document's bytes.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING

from monitor.dates import LONDON

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from monitor.demo.content import DemoItem

_INVENTED = "(invented, for the demonstration)"
_FINDER_QUERY = "children's services"


def govuk_organisation(items: Sequence[DemoItem], base: str, _now: datetime, _request: int) -> bytes:
    """GOV.UK's feed of an organisation: an update comes as a new id, the page's address and the new instant."""
    page = f"{base}/govuk/government/organisations/ofsted"
    entries = [
        f"""  <entry>
    <id>{base}{item.path}#{_zulu(item.updated)}</id>
    <updated>{_zulu(item.updated)}</updated>
    <link rel="alternate" type="text/html" href="{base}{item.path}"/>
    <title>{_text(f"{item.label}: {item.title}")}</title>
    <category label="{item.label}" term="{item.label}"/>
    <summary>{_text(item.summary)}</summary>
  </entry>"""
        for item in items
    ]
    return _document(f"""<feed xml:lang="en-GB" xmlns="http://www.w3.org/2005/Atom">
  <id>tag:www.gov.uk,2005:/government/organisations/ofsted</id>
  <link rel="alternate" type="text/html" href="{page}"/>
  <link rel="self" type="application/atom+xml" href="{page}.atom"/>
  <title>Ofsted - Activity on GOV.UK {_INVENTED}</title>
  <author>
    <name>HM Government</name>
  </author>
  <updated>{_zulu(items[0].updated)}</updated>
{_lines(entries)}
</feed>""")


def govuk_finder(items: Sequence[DemoItem], base: str, _now: datetime, _request: int) -> bytes:
    """GOV.UK's feed of a search: a stable tag id, London time, and summaries that are escaped twice."""
    entries = [
        f"""  <entry>
    <id>tag:www.gov.uk,2005:{item.path.removeprefix("/govuk")}</id>
    <updated>{_london(item.updated)}</updated>
    <link rel="alternate" type="text/html" href="{base}{item.path}"/>
    <title>{_text(item.title)}</title>
    <summary type="html">{_text(_with_marks(item.summary))}</summary>
  </entry>"""
        for item in items
    ]
    # The words of the search are escaped before the feed escapes its title.
    title = f"Search containing &quot;{escape(_FINDER_QUERY)}&quot; {_INVENTED}"
    return _document(f"""<feed xml:lang="en-US" xmlns="http://www.w3.org/2005/Atom">
  <id>tag:www.gov.uk,2005:/search/all</id>
  <link rel="alternate" type="text/html" href="{base}/govuk"/>
  <link rel="self" type="application/atom+xml" href="{base}/govuk/search/all.atom"/>
  <title>{_text(title)}</title>
  <updated>{_london(items[0].updated)}</updated>
  <author>
    <name>HM Government</name>
  </author>
{_lines(entries)}
</feed>""")


def bbc(items: Sequence[DemoItem], base: str, now: datetime, request: int) -> bytes:
    """A BBC area's feed: a revised story has a new number behind its id, and may stand there twice."""
    entries = [
        f"""    <item>
      <title><![CDATA[{item.title}]]></title>
      <description><![CDATA[{item.summary}]]></description>
      <link>{base}{item.path}?at_medium=RSS&amp;at_campaign=rss</link>
      <guid isPermaLink="false">{base}{item.path}#{revision}</guid>
      <pubDate>{_gmt(item.published)}</pubDate>
      <media:thumbnail width="240" height="135" url="{base}/bbc/ace/standard/240/sample.jpg"/>
    </item>"""
        for item in items
        for revision in item.revisions
    ]
    return _document(f"""<rss xmlns:atom="http://www.w3.org/2005/Atom" version="2.0" \
xmlns:media="http://search.yahoo.com/mrss/">
  <channel>
    <title><![CDATA[BBC News {_INVENTED}]]></title>
    <description><![CDATA[BBC News - England]]></description>
    <link>{base}/bbc/news/england</link>
    <lastBuildDate>{_gmt(now + timedelta(seconds=request))}</lastBuildDate>
    <ttl>15</ttl>
{_lines(entries)}
  </channel>
</rss>""")


def reach(items: Sequence[DemoItem], base: str, now: datetime, _request: int) -> bytes:
    """A Reach title's feed: entities inside CDATA, an enclosure without a type, and a channel date long past."""
    entries = [
        f"""    <item>
      <title>{_text(item.title).replace("&#x27;", "&#039;")}</title>
      <link>{base}{item.path}</link>
      <description><![CDATA[{escape(item.summary).replace(":", "&#x3a;")}&#xa;]]></description>
      <pubDate>{_offset(item.published)}</pubDate>
      <guid>{base}{item.path}</guid>
      <author>An invented reporter</author>
      <media:keywords>Devon</media:keywords>
      <media:thumbnail url="{base}/reach/sample.jpg"/>
      <enclosure url="{base}/reach/sample.jpg" type=""/>
    </item>"""
        for item in items
    ]
    return _document(f"""<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/">
  <channel>
    <title>Moor and Coast Live {_INVENTED}</title>
    <link>{base}/reach/news/</link>
    <description>News of Devon</description>
    <pubDate>{_offset(now - timedelta(days=40))}</pubDate>
{_lines(entries)}
  </channel>
</rss>""")


def newsquest(items: Sequence[DemoItem], base: str, _now: datetime, _request: int) -> bytes:
    """A Newsquest title's feed: a summary, and a link that tells where it was followed."""
    entries = [
        f"""    <item>
      <title>{_text(item.title)}</title>
      <link>{base}{item.path}?ref=rss</link>
      <guid>{base}{item.path}?ref=rss</guid>
      <description>{_text(item.summary)}</description>
      <pubDate>{_gmt(item.published)}</pubDate>
    </item>"""
        for item in items
    ]
    return _document(f"""<rss version="2.0">
  <channel>
    <title>Westerly Herald {_INVENTED}</title>
    <link>{base}/newsquest/news/</link>
    <description>News</description>
{_lines(entries)}
  </channel>
</rss>""")


def newsroom(items: Sequence[DemoItem], base: str, _now: datetime, _request: int) -> bytes:
    """A council's newsroom on WordPress: the opening words only."""
    return _wordpress("Devon County Council news", f"{base}/newsroom", items, base)


def lookout(items: Sequence[DemoItem], base: str, _now: datetime, _request: int) -> bytes:
    """An independent title on WordPress: the opening words only."""
    return _wordpress("Estuary Lookout", f"{base}/lookout", items, base)


def trade(items: Sequence[DemoItem], base: str, _now: datetime, request: int) -> bytes:
    """A trade title on WordPress: the full text, and a count of comments that grows all the time."""
    return _wordpress("The Sector Desk", f"{base}/trade", items, base, comments=request)


def committees(items: Sequence[DemoItem], base: str, _now: datetime, _request: int) -> bytes:
    """A committee system's what's-new feed: no ids, text escaped twice, a decision once for each signatory."""
    entries = [
        f"""    <item>
      <title>{_text(escape(item.title))}</title>
      <link>{base}{_text(item.path)}</link>
      <description>{item.summary} on {item.published.astimezone(LONDON):%d/%m/%Y}</description>
      <pubDate>{_gmt(item.published)}</pubDate>
    </item>"""
        for item in items
        for _ in range(item.listed)
    ]
    return _document(f"""<rss version="2.0">
  <channel>
    <title>North East Lincolnshire Council: What's new {_INVENTED}</title>
    <link>{base}/moderngov/mgWhatsNew.aspx?XXR=0</link>
    <description>Recent changes</description>
{_lines(entries)}
  </channel>
</rss>""")


def _wordpress(title: str, home: str, items: Sequence[DemoItem], base: str, *, comments: int | None = None) -> bytes:
    entries = []
    for item in items:
        excerpt = (
            f"<p>{_text(item.summary)} [&#8230;]</p> "
            f'<p>The post <a href="{base}{item.path}">{_text(item.title)}</a> appeared first on {title}.</p>'
        )
        full = "".join(f"<p>{_text(paragraph)}</p>" for paragraph in item.text.split("\n\n"))
        extra = (
            ""
            if comments is None
            else f"""
      <content:encoded><![CDATA[{full}]]></content:encoded>
      <slash:comments>{comments}</slash:comments>"""
        )
        entries.append(f"""    <item>
      <title>{_numeric(item.title)}</title>
      <link>{base}{item.path}</link>
      <comments>{base}{item.path}#comments</comments>
      <dc:creator><![CDATA[An invented reporter]]></dc:creator>
      <pubDate>{_offset(item.published)}</pubDate>
      <guid isPermaLink="false">{home}/?p={item.post}</guid>
      <description><![CDATA[{excerpt}]]></description>{extra}
    </item>""")
    return _document(f"""<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" \
xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/">
  <channel>
    <title>{title} {_INVENTED}</title>
    <link>{home}/</link>
    <description>News</description>
    <generator>https://wordpress.org/?v=6.8</generator>
{_lines(entries)}
  </channel>
</rss>""")


def _document(markup: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{markup}\n'.encode()


def _lines(parts: Iterable[str]) -> str:
    return "\n".join(parts)


def _text(text: str) -> str:
    return escape(text)


def _numeric(text: str) -> str:
    """Escaped with every character beyond ASCII as a number, as WordPress does in titles."""
    return escape(text).encode("ascii", "xmlcharrefreplace").decode()


def _with_marks(summary: str) -> str:
    """The finder's summary as HTML: the words that were searched for are marked."""
    query = escape(_FINDER_QUERY)
    return escape(summary).replace(query, f"<mark>{query}</mark>")


def _zulu(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _london(instant: datetime) -> str:
    return instant.astimezone(LONDON).isoformat(timespec="seconds")


def _gmt(instant: datetime) -> str:
    return format_datetime(instant.astimezone(UTC), usegmt=True)


def _offset(instant: datetime) -> str:
    return format_datetime(instant.astimezone(UTC))
