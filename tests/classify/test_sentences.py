"""Where sentences end in the texts sources serve: prose, hard-wrapped minutes, bullets, quotations."""

from __future__ import annotations

import pytest

from monitor.classify.sentences import MAX_SENTENCE, sentences


def cut(text: str) -> list[str]:
    return [text[span.start : span.end] for span in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One is good. Two is not!", ["One is good.", "Two is not!"]),
        ("Cllr. Able of St. Helens spoke. Others did not.", ["Cllr. Able of St. Helens spoke.", "Others did not."]),
        ("Staff are “really proud.” They stay.", ["Staff are “really proud.”", "They stay."]),
        ("It is “good,” she said. “We agree.”", ["It is “good,” she said.", "“We agree.”"]),
        ("A first headline\nA second line of it", ["A first headline", "A second line of it"]),
        ("the visit took place\nover two days.", ["the visit took place\nover two days."]),
        ("a report to members of the old Corporate\nBoard.", ["a report to members of the old Corporate\nBoard."]),
        ("a letter from the\nDepartment came.", ["a letter from the\nDepartment came."]),
        ("One para\n\nanother para", ["One para", "another para"]),
        ("Positives\n•\nFront door is\nbetter\n• Help grew", ["Positives", "Front door is\nbetter", "Help grew"]),
        ("1. First point\n2. Second point", ["First point", "Second point"]),
        ("It cost 2.5 million. E.g. this.", ["It cost 2.5 million.", "E.g. this."]),
        ("", []),
        (" \n • \n 12 \n", []),
        ("•", []),
    ],
    ids=[
        "prose",
        "abbreviations",
        "closing quote",
        "speech",
        "headlines",
        "wrap",
        "wrapped name",
        "wrap after the",
        "paragraphs",
        "bullets",
        "numbers",
        "decimals",
        "empty",
        "marks",
        "bullet alone",
    ],
)  # fmt: skip
def test_sentences_end_where_a_reader_would_end_them(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


def test_a_bullet_is_known_as_one() -> None:
    assert [span.bullet for span in sentences("What went well\n• Supervision is better")] == [False, True]


def test_a_sentence_without_end_is_cut_at_spaces() -> None:
    pieces = cut("word " * 1000)
    assert all(len(piece) <= MAX_SENTENCE for piece in pieces)
    assert " ".join(pieces).split() == ["word"] * 1000
    assert [len(piece) for piece in cut("a" * 2500)] == [1000, 1000, 500]
