"""The little language of the cue files."""

from __future__ import annotations

import pytest

from monitor.classify.phrases import Phrases, plain


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("turnover", "High turnover.", True),
        ("turnover", "High turnovers.", False),
        ("social worker*", "two social workers", True),
        ("pre birth", "pre-birth work", True),
        ("education health and care", "Education, health and care plans", True),
        ("high|higher caseload*", "higher caseloads", True),
        ("timely .. plans", "timely and much better plans", True),
        ("timely .. plans", "timely one two three four five plans", False),
        ("delay* ~ permanen*", "permanence is subject to delays", True),
        ("delay* ~ permanen*", "delays ended. permanence", False),
        ("a ~ bcde ~ fghi", "fghi then a then bcde", True),
        ("children's homes", "children’s\nhomes", True),
        ("care experienced", "care\ufffeexperienced", True),
        ("fostering", "the ‘fostering’ team", True),
        ("council", "the council’s plan", True),
    ],
)
def test_a_phrase_finds_what_its_notation_says(phrase: str, text: str, found: bool) -> None:
    assert bool(list(Phrases([(phrase, None)]).find(plain(text)))) is found


def test_a_phrase_too_short_to_look_up_is_refused_when_loaded() -> None:
    with pytest.raises(ValueError, match="no word is long enough"):
        Phrases([("pa*", None)])


def test_plain_text_keeps_every_character_where_it_was() -> None:
    text = "İstanbul’s “SOCIAL\u00a0workers”"
    assert len(plain(text)) == len(text)
    assert plain(text).endswith('\'s "social workers"')
