"""`python -m monitor.learning.commonness` counts anew how common words are, over the texts of tests/measure/texts/."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from monitor.learning.__main__ import ROOT, TEXTS
from monitor.learning.texts import read_files
from monitor.wording import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.learning.texts import LabelledText

COMMON_WORDS = ROOT / "monitor" / "data" / "common_words.txt"
_FEWEST = 3  # texts; a word in one or two is as good as unseen


def main() -> None:
    """Count and write."""
    COMMON_WORDS.write_text(counted(read_files(TEXTS)), encoding="utf-8")


def counted(texts: Sequence[LabelledText]) -> str:
    """The file's content: how many texts, then each word that is in several of them, and in how many."""
    counts = Counter(word for one in texts for word in set(words(f"{one.title}\n{one.text}")))
    lines = [f"{word} {count}" for word, count in sorted(counts.items()) if count >= _FEWEST]
    return "\n".join([str(len(texts)), *lines, ""])


if __name__ == "__main__":
    main()
