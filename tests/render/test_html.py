"""The HTML as mail clients, small screens, dark rooms and screen readers take it, checked on every golden digest."""

from __future__ import annotations

import re
from itertools import pairwise

import html5lib
import pytest
from bs4 import BeautifulSoup
from golden_examples import EXAMPLES, THEME_TITLES
from render_examples import LONDON

from monitor.render import render
from monitor.render.html import MAX_BYTES

STOP = "https://monitor.example.org/stop/abc"
# What stands in this house's mails; whatever else appears is looked at by somebody before it stands here.
ELEMENTS = {
    *("html", "head", "meta", "title", "style", "body", "div", "table", "caption", "tbody", "tr", "th", "td"),
    *("h1", "h2", "h3", "p", "ul", "li", "a", "span", "strong", "br", "blockquote"),
}
ATTRIBUTES = {
    *("lang", "charset", "name", "content", "data-css-inline", "class", "style", "aria-hidden", "role"),
    *("border", "cellpadding", "cellspacing", "width", "scope", "href"),
}
# Outlook's Word engine lays out none of these, and Gmail takes out the last two.
NOT_IN_MAIL = re.compile(r"flex|grid|float|position|calc\(|var\(|url\(|@import", re.IGNORECASE)


@pytest.fixture(params=EXAMPLES)
def message(request):
    words = render(EXAMPLES[request.param](), theme_titles=THEME_TITLES, timezone=LONDON, can_stop=True)
    return words.with_stop_link(STOP)


@pytest.fixture
def page(message):
    return BeautifulSoup(message.html, "html5lib")


def test_it_is_valid(message):
    html5lib.HTMLParser(strict=True).parse(message.html)
    assert message.html.lower().startswith("<!doctype html>")
    # A browser that opens the file looks for it no further.
    assert '<meta charset="utf-8">' in message.html[:1024]


def test_it_holds_nothing_but_what_mail_can_show(page):
    assert {tag.name for tag in page.find_all()} <= ELEMENTS
    assert {name for tag in page.find_all() for name in tag.attrs} <= ATTRIBUTES
    for words in [tag["style"] for tag in page.select("[style]")] + [style.string for style in page.select("style")]:
        assert not NOT_IN_MAIL.search(words)


def test_nothing_is_fetched_and_every_link_leads_to_the_web(page):
    assert not page.select("[src], [background], [srcset], link, object, embed")
    assert page.select("a[href]")
    assert all(re.match(r"https?://", link["href"]) for link in page.select("a"))


def test_every_link_says_where_it_leads(page):
    for link in page.select("a"):
        words = link.get_text(strip=True)
        assert words.lower() not in {"", "here", "click here", "link", "more", "read more", "source"}
    reports = [link.text for link in page.select("a") if link.text.startswith("Read the report")]
    assert len(reports) == len(set(reports))


def test_every_style_is_inlined_but_for_the_dark_and_small_screens(page):
    for style in page.select("style"):
        for rule in re.sub(r"@media[^{]*\{", "", style.string).split("}"):
            declarations = rule.partition("{")[2]
            assert all("!important" in one for one in declarations.split(";") if one.strip())
    assert not [tag for tag in page.select("h1, h2, h3, a, p") if not tag.get("style")]


def test_it_fits_before_gmail_cuts(message):
    assert len(message.html.encode()) < MAX_BYTES


# --- screen readers ------------------------------------------------------------------------------------------


def test_language_and_title_are_said(message, page):
    assert page.html["lang"] == page.body.table["lang"] == "en-GB"
    assert page.title.text == message.subject == page.h1.text


def test_headings_lead_through_it_without_a_gap(page):
    levels = [int(heading.name[1]) for heading in page.find_all(["h1", "h2", "h3", "h4", "h5", "h6"])]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_tables_are_layout_or_say_what_they_hold(page):
    for table in page.select("table"):
        if table.get("role") == "presentation":
            assert not table.find_all(["th", "caption"], recursive=False)
            continue
        assert table.caption.get_text(strip=True)
        assert table.select("th[scope=row]")
        assert all(cell["scope"] in ("row", "col") for cell in table.select("th"))
        assert len({len(row.find_all(["th", "td"])) for row in table.select("tr")}) == 1


def test_the_line_after_the_subject_adds_to_it_and_nothing_of_the_body_follows(message, page):
    said, padding = page.body.find_all("div", class_="pre")
    assert 20 <= len(said.text) <= 140
    assert said.text.casefold() not in message.subject.casefold()
    assert not said.text.startswith(message.subject)
    assert not padding.text.replace("\u034f", "").replace("\u200c", "").strip()
    assert len(padding.text) > 200
    assert padding["aria-hidden"] == "true"
    for hidden in (said, padding):  # clients read it, and neither eyes nor screen readers do
        assert "display:none" in hidden["style"].replace(" ", "")


# --- eyes ----------------------------------------------------------------------------------------------------


def test_no_height_is_fixed_and_no_width_makes_a_phone_scroll(page):
    for tag in page.select("[style]"):
        declared = dict(re.findall(r"([\w-]+)\s*:\s*([^;]+)", tag["style"]))
        assert "height" not in declared
        assert declared.get("width", "100%").endswith("%")
        assert "min-width" not in declared
    assert all(tag["width"].endswith("%") for tag in page.select("[width]"))
    assert page.select_one("meta[name=viewport]")["content"] == "width=device-width, initial-scale=1"


def test_no_word_is_broken_in_a_table_while_the_table_has_room(page):
    """Where words may break anywhere, a column is made narrower than its longest word."""
    for cell in page.select("table.data th, table.data td"):
        declared = dict(re.findall(r"([\w-]+)\s*:\s*([^;]+)", cell["style"]))
        assert (declared["overflow-wrap"], declared["word-break"]) == ("break-word", "normal")
    for cell in page.select("table.line th, table.line td"):
        assert "\u00a0" not in cell.text  # which would make one long word of several


def test_no_colour_stands_alone(page):
    """Every grade, theme and direction is said in words."""
    for chip in page.select(".chip, .mark, .better, .worse"):
        assert re.search(r"[a-z]{3}", chip.text)
    assert all(mark.text.startswith("▲ better") for mark in page.select(".better"))
    assert all(mark.text.startswith("▼ worse") for mark in page.select(".worse"))


def _luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _rules(css: str) -> dict[str, dict[str, str]]:
    """Of simple rules, what each class or element is given."""
    found: dict[str, dict[str, str]] = {}
    for selectors, declarations in re.findall(r"([^{}]+)\{([^{}]*)\}", css):
        for selector in selectors.split(","):
            given = re.findall(r"([\w-]+)\s*:\s*([^;!]+)", declarations)
            found.setdefault(selector.strip(), {}).update((name, value.strip()) for name, value in given)
    return found


def _dark(page, how: str) -> dict[str, dict[str, str]]:
    """What the dark gives each class, by the media query or by Outlook.com's marks."""
    media, marks = (style.string for style in page.select("style"))
    if how == "media":
        return _rules(media.partition("prefers-color-scheme: dark) {")[2])
    return _rules(marks.replace("[data-ogsb] ", "").replace("[data-ogsc] ", ""))


def _colours(tag, rules, prop: str) -> str:
    """The colour or ground a tag is seen with: the nearest that is given to it or to what it stands in."""
    for one in (tag, *tag.parents):
        names = [f".{name}" for name in one.get("class", [])] if one.name != "[document]" else []
        given = [rules[name][prop] for name in (one.name, *names) if prop in rules.get(name, {})]
        inlined = dict(re.findall(r"([\w-]+)\s*:\s*([^;]+)", one.get("style", "") if names or one.attrs else ""))
        if given or prop in inlined:
            return given[-1] if given else inlined[prop].strip()
    raise AssertionError(f"{tag.name} has no {prop}")


@pytest.mark.parametrize("how", ["light", "media", "marks"])
def test_all_words_stand_out_from_their_ground(page, how):
    """WCAG 2.2, 1.4.3 (AA): every run of words, as inlined and as the dark has it."""
    rules = {} if how == "light" else _dark(page, how)
    checked = set()
    for words in page.body.find_all(string=True):
        tag = words.parent
        if not words.strip() or words.__class__.__name__ == "Comment" or tag.find_parent(class_="pre"):
            continue
        if "pre" in tag.get("class", []):
            continue
        pair = (_colours(tag, rules, "color"), _colours(tag, rules, "background-color"))
        assert _contrast(*pair) >= 4.5, (tag, pair)
        checked.add(pair)
    assert len(checked) >= 3


def test_the_dark_is_dark_by_both_ways(page):
    for how in ("media", "marks"):
        rules = _dark(page, how)
        assert _luminance(rules[".sheet"]["background-color"]) < 0.05
        assert _luminance(rules[".sheet"]["color"]) > 0.7
    assert set(_dark(page, "marks")) <= set(_dark(page, "media"))
