"""What a reader sees of text that strangers wrote."""

from __future__ import annotations

import codecs
import unicodedata
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Document
from monitor.text import (
    clean,
    decode,
    document_text,
    page_title,
    paragraphs,
    plain,
    shorten,
    without_credit,
)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        pytest.param("Children&amp;#39;s services", "Children's services", id="escaped twice"),
        pytest.param("council&#x27;s leaders &#x3a; so&#xa;", "council's leaders : so", id="numeric entities"),
        pytest.param("a &lt;mark&gt;direction&lt;/mark&gt; was", "a direction was", id="escaped markup"),
        pytest.param("&amp;lt;b&amp;gt;x", "x", id="markup escaped twice"),
        pytest.param("<p>One.</p><p>Two.</p>", "One. Two.", id="blocks part words"),
        pytest.param("<b>bold</b>ly", "boldly", id="inline tags do not"),
        pytest.param("5 < 6 and 7 > 3", "5 < 6 and 7 > 3", id="comparison is no tag"),
        pytest.param("AT&T & Sons", "AT&T & Sons", id="stray ampersands"),
        pytest.param('<img alt="a > b" src=x>seen', "seen", id="bracket in an attribute"),
        pytest.param("<img alt=it's>seen", "seen", id="stray quote in a tag"),
        pytest.param('seen <a href="cut', "seen", id="tag cut off"),
        pytest.param("a<script>alert('<b>')</script>b<style>p{}</STYLE >c", "abc", id="scripts and styles"),
        pytest.param("a<script>never closed", "a", id="script left open"),
        pytest.param("a<!-- hidden <b> -->b<!-- left open", "ab", id="comments"),
        pytest.param("a\u200bb\u202ec\u00add\x07e\ufeff", "abcde", id="invisible and turning characters"),
        pytest.param("a\ud800b", "a\ufffdb", id="lone surrogate"),
        pytest.param("a\u00a0\n\t b", "a b", id="white space"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_markup_becomes_the_words_a_reader_sees(markup: str, text: str) -> None:
    assert plain(markup) == text


@pytest.mark.parametrize(
    "markup",
    ["<!-- " * 100_000, "<div>" * 10_000, '<a "' * 100_000, "<a '" + '" ' * 100_000, "<script></scrip" * 50_000,
     "\n \n" * 100_000, "&lt;" * 100_000, '<a b="' + 'c" d="' * 50_000],
    ids=["comments", "nested", "open quotes", "mixed quotes", "scripts", "blank lines", "entities", "attributes"],
)  # fmt: skip
def test_hostile_markup_is_read_all_the_same(markup: str) -> None:
    assert plain("seen " + markup).startswith("seen")


@given(st.text())
def test_plain_text_is_one_line_of_visible_characters(markup: str) -> None:
    text = plain(markup)
    assert text == " ".join(text.split())
    assert not {unicodedata.category(character) for character in text} & {"Cc", "Cs"}
    assert text.encode("utf-8").decode("utf-8") == text


@given(st.text(alphabet=st.sampled_from("ab <>&;!-/'\"\n#x41lt")))
def test_markup_soup_never_fails_and_keeps_no_tag_name_alone(markup: str) -> None:
    assert "\n" not in plain(markup)
    assert "\n\n\n" not in paragraphs(markup)


@given(st.text(), st.integers(min_value=1, max_value=40))
def test_shortened_text_fits(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= limit
    assert shorten(text, max(len(text), 1)) == text


def test_text_is_shortened_after_a_word() -> None:
    assert shorten("social workers stay longer", 19) == "social workers…"
    assert shorten("x" * 50, 10) == "xxxxxxxxx…"


def test_full_text_keeps_its_paragraphs() -> None:
    assert (
        paragraphs("<h2>Visit</h2><p>First\nline.</p> <p></p><ul><li>Point</li></ul>")
        == "Visit\n\nFirst line.\n\nPoint"
    )
    assert paragraphs("one\n\n \ntwo\nlines") == "one\n\ntwo lines"


def test_clean_leaves_what_looks_like_markup() -> None:
    assert clean("a  <b>\x00") == "a <b>"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("Words […] The post Wexmoor appeared first on Title.", "Words […]", id="usual"),
        pytest.param("Words. The post The post office appeared first on Title.", "Words.", id="title begins alike"),
        pytest.param("It appeared first on Monday.", "It appeared first on Monday.", id="no credit"),
        pytest.param("The post X appeared first on " + "y" * 300, None, id="the rest of an article"),
        pytest.param("Words", "Words", id="none"),
    ],
)
def test_wordpress_credit_is_left_out(text: str, kept: str | None) -> None:
    assert without_credit(text) == (text if kept is None else kept)


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<html><head><TITLE>Before you\ncontinue</TITLE>", "Before you continue"),
        ("<h1>Slim Application Error</h1>", "Slim Application Error"),
        ("<title></title><h1>Down</h1>", "Down"),
        ("<title>never closed", "never closed"),
        ("words", ""),
    ],
)
def test_page_is_named_for_a_person_to_recognise(page: str, title: str) -> None:
    assert page_title(page) == title


@pytest.mark.parametrize(
    ("body", "declared", "text"),
    [
        pytest.param("é’".encode(), [], "é’", id="UTF-8"),
        pytest.param("é’".encode(), ["iso-8859-1"], "é’", id="UTF-8 that claims Latin-1"),
        pytest.param(b"council\x92s", ["utf-8"], "council’s", id="windows-1252 that claims UTF-8"),
        pytest.param("é".encode() + b"\x92", ["utf-8"], "é’", id="both at once"),
        pytest.param("é".encode() + "é".encode()[:1], [], "éÃ", id="cut within a character"),
        pytest.param(b"caf\xe9", ["us-ascii"], "café", id="ASCII is windows-1252"),
        pytest.param(b"\xa4", ["no-such", "iso-8859-15"], "€", id="first known claim"),
        pytest.param(b"\xe9", ["base64", "\0", "punycode"], "é", id="codecs that are no character sets"),
        pytest.param(codecs.BOM_UTF8 + b"a", ["utf-16"], "a", id="UTF-8 mark"),
        pytest.param("é".encode("utf-16"), [], "é", id="UTF-16 mark"),
    ],
)
def test_bytes_are_read_in_their_true_encoding(body: bytes, declared: list[str], text: str) -> None:
    assert decode(body, declared) == text


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/html; charset=iso-8859-15", b"\xa4"),
        ("text/html", b'<meta charset="iso-8859-15">\xa4'),
        ("text/html", b'<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-15">\xa4'),
        ("text/xml", b'<?xml version="1.0" encoding="iso-8859-15"?>\xa4'),
        ("text/xml; charset=iso-8859-15", b'<?xml version="1.0" encoding="koi8-r"?>\xa4'),
    ],
)
def test_claimed_encoding_is_found(content_type: str, body: bytes) -> None:
    document = Document(url="https://wexmoor.example/", body=body, content_type=content_type)
    assert document_text(document).endswith("€")


def test_text_that_cannot_be_written_is_still_an_error() -> None:
    with pytest.raises(UnicodeEncodeError):
        "é".encode("ascii", "windows-1252-bytes")


def test_credit_of_a_post_titled_without_end_is_looked_through_once() -> None:
    text = "The post " * 100_000 + "appeared first on Gazette"
    began = process_time()
    without_credit(text)
    assert process_time() - began < 0.5
