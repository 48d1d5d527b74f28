"""The readable part of a web page: its title, its paragraphs and its date."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup, NavigableString, Tag

from monitor.dates import read_date
from monitor.errors import ParseError
from monitor.model import Article
from monitor.text import PARAGRAPH, clean, document_text, page_title, plain, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bs4 import PageElement

    from monitor.model import Document

_PAGE_LIMIT = 3_000_000  # characters of HTML looked at
_TEXT_LIMIT = 100_000
_TITLE_LIMIT = 500
_LEAST = 140  # characters of text that make an article; a teaser or a notice has fewer
_NOTICE = 2_500  # pages that only stand in the way say no more than this

# Pages served in place of an article, by how their title begins: phrases no headline begins with, and words that
# are the whole of it, or all before a dash ("404 - Not found"; not "400 children wait").
_IN_THE_WAY = re.compile(
    r"(?:before you continue|just a moment|attention required|access (?:to this page )?(?:has been )?denied"
    r"|are you (?:a robot|human)|verify you are|checking your browser|unusual traffic|slim application error"
    r"|(?:sorry, )?we can.t find|(?:sorry, )?(?:the |this )?page (?:not|can.t be|cannot be|could not be) found"
    r"|(?:error )?(?:[45]\d\d:? ?)?(?:(?:an |application |internal server )?error(?: [45]\d\d)?|not found|forbidden"
    r"|unauthori[sz]ed|bad gateway|(?:service )?(?:temporarily )?unavailable|(?:site |under |down for )?maintenance"
    r"|cookies?(?: consent| settings)?|your privacy(?: choices)?|consent|sign in|log ?in|subscribe|captcha"
    r"|security check)?(?<=\w)\s*(?:$|[-–—|.!…]))",
    re.IGNORECASE,
)

_DROPPED = frozenset(
    (
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "svg",
        "canvas",
        "nav",
        "aside",
        "footer",
        "form",
        "button",
        "select",
        "dialog",
        "figure",
        "figcaption",
        "caption",
        "audio",
        "video",
        "picture",
    )
)
# Words of a class or id that name what surrounds an article.
_AROUND = re.compile(
    r"(?:^|[-_ ])(?:related|newsletter|share|sharing|social|promo|advert(?:isement)?|ads?|comments?|cookies?|consent"
    r"|breadcrumbs?|sidebar|read-?more|caption|subscribe|sign-?up|most-?(?:read|popular)|recommended|recommendations"
    r"|more-?(?:stories|on|news)|tags|byline-?bio|author-?bio|skip-?link|paywall|masthead|site-?header|menu)"
    r"(?:$|[-_ ])",
    re.IGNORECASE,
)
_KEPT = frozenset(("html", "body", "main", "article"))  # whatever their class says
# Paragraphs that lead elsewhere, by how they begin.
_ELSEWHERE = re.compile(
    r"(?:read (?:more|next|also)|related(?: stories| articles)?|see also|more on this|sign up|subscribe"
    r"|advertisement|click here|share this|follow us|get (?:the|our|all the) (?:latest|newsletter)|don.t miss"
    r"|listen to|watch)\b",
    re.IGNORECASE,
)
_BLOCKS = frozenset(
    (
        "p",
        "div",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "pre",
        "table",
        "tr",
        "td",
        "th",
        "section",
        "article",
        "main",
        "header",
        "address",
        "br",
        "hr",
    )
)
_ROLES_AROUND = frozenset(("navigation", "search", "banner", "contentinfo", "complementary", "dialog"))
_DATE_NAMES = frozenset(
    (
        "article:published_time",
        "og:article:published_time",
        "datepublished",
        "date",
        "dc.date",
        "dc.date.issued",
        "dcterms.issued",
        "pubdate",
    )
)


def read_article(document: Document) -> Article:
    """The article of a page. Raises ParseError for a page that stands in its way, or that has no text."""
    if not document.body.strip():
        raise ParseError("an empty page")
    if document.body.lstrip().startswith(b"%PDF"):
        raise ParseError("a PDF, not a web page")
    markup = document_text(document)[:_PAGE_LIMIT]
    soup = BeautifulSoup(markup, "lxml")
    title = _title(soup) or page_title(markup[:200_000])
    published = _published(soup)
    text = _text(soup, title)
    named = page_title(markup[:200_000])
    if len(text) < _NOTICE and (_IN_THE_WAY.match(named) or _IN_THE_WAY.match(title)):
        raise ParseError(f"a page titled “{named or title}” instead of an article")
    if not text:
        raise ParseError(f"no text on the page{f' titled “{named}”' if named else ''}")
    return Article(title=shorten(title, _TITLE_LIMIT), text=shorten(text, _TEXT_LIMIT), published=published)


# --- title and date ----------------------------------------------------------------------------------------


def _title(soup: BeautifulSoup) -> str:
    """The headline: the one heading of the first rank, else what the page tells those who link to it."""
    headings = soup.find_all("h1", limit=2)
    if len(headings) == 1 and (headline := clean(headings[0].get_text(" "))):
        return headline
    for meta in soup.find_all("meta", property="og:title", limit=1):
        return plain(_attribute(meta, "content"))
    return ""


def _published(soup: BeautifulSoup) -> datetime | None:
    for written in _dates(soup):
        published, _ = read_date(written)
        if published is not None:
            return published
    return None


def _dates(soup: BeautifulSoup) -> Iterator[str]:
    """Dates as written, the most trustworthy first."""
    for script in soup.find_all("script", type="application/ld+json", limit=10):
        yield from _dates_of_json(script.get_text())
    for meta in soup.find_all("meta"):
        name = _attribute(meta, "property") or _attribute(meta, "name") or _attribute(meta, "itemprop")
        if name.lower() in _DATE_NAMES:
            yield _attribute(meta, "content")
    for time in soup.find_all("time", limit=5):
        yield _attribute(time, "datetime") or time.get_text(" ")


def _dates_of_json(text: str) -> Iterator[str]:
    """`datePublished` wherever schema.org's data has one: at the top, in a list, in @graph."""
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError):
        return
    things = data if isinstance(data, list) else [data]
    for thing in things:
        if isinstance(thing, dict):
            graph = thing.get("@graph")
            for each in (thing, *(graph if isinstance(graph, list) else ())):
                if isinstance(each, dict) and isinstance(each.get("datePublished"), str):
                    yield each["datePublished"]


def _attribute(tag: Tag, name: str) -> str:
    value = tag.get(name)
    if isinstance(value, list):
        return " ".join(value)
    return value or ""


# --- text --------------------------------------------------------------------------------------------------


def _text(soup: BeautifulSoup, title: str) -> str:
    """The first of the likely places that holds enough text, else what the whole page holds."""
    for part in _likely(soup):
        text = _paragraphs(part, title)
        if len(text) >= _LEAST:
            return text
    return _paragraphs(soup.body, title) if soup.body else ""


def _likely(soup: BeautifulSoup) -> Iterator[Tag]:
    yield from soup.select("[itemprop~=articleBody]", limit=1)
    articles = soup.find_all("article", limit=20)  # a page of teasers has many
    if articles:
        yield max(articles, key=lambda article: len(article.get_text()))
    yield from soup.select("main, [role=main]", limit=1)
    sizes: dict[int, int] = defaultdict(int)
    parents: dict[int, Tag] = {}
    for paragraph, begins in _walk(soup):
        if begins and isinstance(paragraph, Tag) and paragraph.name == "p" and paragraph.parent is not None:
            parents[id(paragraph.parent)] = paragraph.parent
            sizes[id(paragraph.parent)] += len(paragraph.get_text())
    if sizes:
        yield parents[max(sizes, key=lambda key: sizes[key])]


def _paragraphs(part: Tag, title: str) -> str:
    """The lines of `part`, but for the headline, lines that are nothing but a link, and invitations."""
    told = {title} | {clean(link.get_text(" ")) for link in part.find_all("a")}
    lines = (clean(line) for line in "".join(_strings(part)).split(PARAGRAPH))
    return "\n\n".join(
        line for line in lines if line and line not in told and not (len(line) < 200 and _ELSEWHERE.match(line))
    )


def _strings(part: Tag) -> Iterator[str]:
    """The text of `part`, with PARAGRAPH where a block begins or ends."""
    for element, _ in _walk(part):
        if isinstance(element, Tag):
            yield PARAGRAPH if element.name in _BLOCKS else ""
        elif type(element) is NavigableString:  # its subclasses are comments, scripts, declarations
            yield str(element)


def _walk(part: Tag) -> Iterator[tuple[PageElement, bool]]:
    """Everything in `part` that is not dropped, in order: a tag with True where it begins, False where it ends.

    One pass, with a stack of its own: pages nest thousands deep, and taking tags out of the tree one by one
    takes time in the square of their number.
    """
    stack: list[tuple[Tag, Iterator[PageElement]]] = [(part, iter(part.contents))]
    while stack:
        tag, contents = stack[-1]
        element = next(contents, None)
        if element is None:
            stack.pop()
            yield tag, False
        elif not isinstance(element, Tag):
            yield element, True
        elif not _is_dropped(element):
            yield element, True
            stack.append((element, iter(element.contents)))


def _is_dropped(tag: Tag) -> bool:
    if tag.name in _DROPPED:
        return True
    if tag.name in _KEPT:
        return False
    if _attribute(tag, "role") in _ROLES_AROUND:
        return True
    return bool(_AROUND.search(_attribute(tag, "class")) or _AROUND.search(_attribute(tag, "id")))
