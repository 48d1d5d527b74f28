"""How common words are was counted over the texts that are here."""

from __future__ import annotations

from monitor.learning.__main__ import TEXTS
from monitor.learning.commonness import COMMON_WORDS, counted
from monitor.learning.texts import read_files


def test_words_were_counted_as_the_program_reads_them_now() -> None:
    assert COMMON_WORDS.read_text(encoding="utf-8") == counted(read_files(TEXTS))
