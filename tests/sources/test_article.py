"""The words of an article are read, and not those around it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ParseError
from monitor.model import Article, Document
from monitor.sources.article import read_article

FIRST = "Inspectors found that children in Wexmoor wait less than they did a year ago for a first visit from a worker."
SECOND = "The director said that teams were steadier, and that the council would keep paying for more foster homes."


def read(body: str | bytes, content_type: str = "text/html") -> Article:
    data = body.encode() if isinstance(body, str) else body
    return read_article(Document(url="https://www.wexmoor.example/news/7", body=data, content_type=content_type))


def page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>Wexmoor | Echo</title>{head}</head><body>{body}</body></html>"


STORY = f"<p>{FIRST}</p><p>{SECOND}</p>"
AROUND = (
    '<header><a href="/">Home</a></header><nav><ul><li>News</li></ul></nav><div id="cookie-banner"><p>We use cookies'
    " to make this site work, and others to count visitors, if you let us do so by pressing the button.</p></div>"
)
AFTER = (
    '<aside><p>Also popular</p></aside><div class="newsletter-signup"><p>Letters from us, every day</p></div>'
    '<div role="complementary"><p>Elsewhere</p></div><footer><p>Company number 000</p></footer>'
)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"<main><article>{STORY}</article></main>", id="article"),
        pytest.param(f"<main>{STORY}</main>", id="main"),
        pytest.param(f'<div role="main">{STORY}</div>', id="role"),
        pytest.param(f'<div><div itemprop="articleBody">{STORY}</div><p>More words</p></div>', id="article body"),
        pytest.param(f"<div><div>Words</div><div>{STORY}</div></div>", id="largest block"),
        pytest.param(f"<article>Teaser</article><main>{STORY}</main>", id="article is too short"),
        pytest.param(f"<div>{FIRST}<br><br>{SECOND}</div>", id="no paragraphs"),
        pytest.param(
            f'<article>{STORY}<div class="related-stories"><p>Another story</p></div><figure><figcaption>A caption'
            "</figcaption></figure><form><label>Mail</label></form><script>x()</script><!-- note --></article>",
            id="boxes within",
        ),
        pytest.param(
            f'<article><p>{FIRST}</p><p>Read more: another story</p><p><a href="/8">Another story altogether</a></p>'
            f"<p>{SECOND}</p><p>Sign up to our letter</p></article>",
            id="invitations within",
        ),
    ],
)
def test_only_the_articles_own_paragraphs_are_kept(body: str) -> None:
    assert read(page(AROUND + body + AFTER)).text == f"{FIRST}\n\n{SECOND}"


@pytest.mark.parametrize(
    ("head", "heading", "title"),
    [
        ("", "<h1>Wexmoor does <b>better</b></h1>", "Wexmoor does better"),
        ('<meta property="og:title" content="Told &amp; told">', "", "Told & told"),
        ('<meta property="og:title" content="Told">', "<h1>One</h1><h1>Two</h1>", "Told"),
        ("", "", "Wexmoor | Echo"),
    ],
    ids=["heading", "meta", "two headings", "title"],
)
def test_title_is_the_headline(head: str, heading: str, title: str) -> None:
    article = read(page(f"<article>{heading}{STORY}</article>", head))
    assert article.title == title
    assert not article.text.startswith(title)


@pytest.mark.parametrize(
    "head",
    [
        '<script type="application/ld+json">{"datePublished": "2026-06-17T09:30:00+01:00"}</script>',
        '<script type="application/ld+json">[3, {"@graph": [7, {"datePublished": "2026-06-17T08:30:00Z"}]}]</script>',
        '<script type="application/ld+json">{broken</script><meta name="DC.date" content="2026-06-17T08:30:00Z">',
        (
            '<script type="application/ld+json">"text"</script>'
            '<meta property="article:published_time" content="2026-06-17T09:30:00+01:00">'
        ),
        '<meta property="article:published_time" content="soon"><time datetime="2026-06-17T08:30Z">Today</time>',
        "<time>17 June 2026 9.30am</time>",
    ],
    ids=["JSON-LD", "JSON-LD graph", "meta name", "meta property", "time", "time in words"],
)
def test_date_of_publication_is_found(head: str) -> None:
    assert read(page(f"<article>{STORY}</article>", head)).published == datetime(2026, 6, 17, 8, 30, tzinfo=UTC)


def test_article_without_a_date_has_none() -> None:
    assert read(page(STORY)).published is None


@pytest.mark.parametrize(
    ("content_type", "head"),
    [
        ("text/html; charset=windows-1252", ""),
        ("text/html", '<meta charset="windows-1252">'),
        ("text/html; charset=utf-8", ""),
    ],
)
def test_windows_1252_is_read(content_type: str, head: str) -> None:
    article = read(page(f"<p>The council’s café. {FIRST}</p>", head).encode("cp1252"), content_type)
    assert article.text.startswith("The council’s café.")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param("", "an empty page", id="empty"),
        pytest.param("%PDF-1.7", "a PDF", id="PDF"),
        pytest.param("<html><title>Before you continue</title><p>Agree?", "“Before you continue”", id="consent"),
        pytest.param("<title>Just a moment...</title><p>Checking", "“Just a moment...”", id="challenge"),
        pytest.param(f"<title>Wexmoor</title><h1>Page not found</h1><p>{FIRST}", "“Wexmoor”", id="soft 404"),
        pytest.param("<h1>Slim Application Error</h1>", "“Slim Application Error”", id="Slim error"),
        pytest.param("<title>Echo</title><div id=app></div>", "no text on the page titled “Echo”", id="script page"),
        pytest.param("<script>x()</script>", "no text on the page", id="nothing"),
    ],
)
def test_page_in_place_of_the_article_is_a_failure(body: str, reason: str) -> None:
    with pytest.raises(ParseError) as failure:
        read(body)
    assert reason in failure.value.reason


@pytest.mark.parametrize(
    "headline",
    [
        "400 children wait for a social worker",
        "Sorry, says Wexmoor’s director",
        "Consent orders rise",
        "Not found wanting",
    ],
)
def test_short_article_whose_headline_sounds_like_an_error_is_an_article(headline: str) -> None:
    assert read(page(f"<h1>{headline}</h1>{STORY}")).title == headline


@pytest.mark.parametrize(
    "title",
    ["404", "404 Not Found", "Error 403", "503 Service Temporarily Unavailable", "Not found | Wexmoor Council",
     "Sorry, this page could not be found", "Sign in - Echo", "Access to this page has been denied.", "Maintenance"],
)  # fmt: skip
def test_error_page_is_known_by_its_title(title: str) -> None:
    with pytest.raises(ParseError, match="instead of an article"):
        read(f"<html><head><title>{title}</title></head><body>{STORY}")


def test_long_article_about_errors_is_an_article() -> None:
    body = page(f"<h1>Error after error: how Wexmoor lost its way</h1>{STORY * 20}")
    assert read(body).text.count(FIRST) == 20


@pytest.mark.parametrize(
    "around",
    [
        "<div>" * 10_000, "<ul><li>" * 10_000, "<b>" * 10_000, "<a href=x>" * 10_000, "<p " + "a='x' " * 50_000 + ">",
        '<script type="application/ld+json">' + "[" * 100_000 + "</script>", "<p>x</p>" * 20_000,
    ],
    ids=["blocks", "lists", "inline", "links", "attributes", "JSON", "paragraphs"],
)  # fmt: skip
def test_hostile_page_is_read_all_the_same(around: str) -> None:
    assert FIRST in read(f"<html><body>{around}<article>{STORY}</article>").text


def test_comment_left_open_hides_only_what_follows() -> None:
    assert read(page(STORY + "<!-- " * 96_000)).text.startswith(FIRST)


def test_text_is_bounded() -> None:
    article = read(page(f"<h1>{'word ' * 1_000}</h1><article>{STORY * 1_000}</article>"))
    assert len(article.title) <= 500
    assert 90_000 < len(article.text) <= 100_000


@given(st.text(alphabet=st.sampled_from("<>/=\"' abphi&;!-\n"), max_size=200))
def test_any_page_is_read_or_refused(soup: str) -> None:
    assert FIRST in read(f"<article>{STORY}</article><div>{soup}").text
