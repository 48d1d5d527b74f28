"""How often each theme came up about each council, and how often before: a small table in words."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from monitor.model import Polarity
from monitor.render.parts import Cell, TrendRow, Trends
from monitor.render.words import NAME, SIGNS, counted, listed, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.model import Digest, Trend

# What a phone's screen holds; the rest is counted.
_THEMES, _COUNCILS = 8, 4
_WINDOWS = 4  # with fewer before it, a window has nothing to be compared with

CAPTION = "How many stories raise each theme: ▼ concern, ▲ progress, ◆ both."
_BEFORE = "In brackets: how many in the four digests before this one, taken together."
_NO_COMPARISON = "No comparison yet: it takes four digests before this one."
_BEYOND = "Of one source, five stories on a theme count for a council at most; what one told beyond that is left out."
_WHERE = (
    "Stories given by headline only, and stories you have had before, are counted too. The sentences behind the counts "
    "stand with the stories told in full, as far as there is room."
)


def trends(digest: Digest, theme_titles: Mapping[str, str]) -> Trends | None:
    """The themes and councils most is told of, themes as rows; None where no story bears a theme;
    nor where each count is one, and there is nothing to compare it with."""
    found = {(one.theme, one.council): one for one in digest.trends}
    by_theme, by_council = Counter[str](), Counter[str]()
    for one in digest.trends:
        by_theme[one.theme] += one.stories
        by_council[one.council] += one.stories
    has_before = any(len(one.before) >= _WINDOWS for one in digest.trends)
    if max((one.stories for one in digest.trends), default=0) < (1 if has_before else 2):
        return None
    # Most stories first; among as many, in the order the digest has them.
    themes = [theme for theme, stories in by_theme.most_common() if stories]
    most = {council for council, _ in by_council.most_common(_COUNCILS)}
    councils = [council for council in dict.fromkeys((*digest.councils, *by_council)) if council in most]
    return Trends(
        caption=CAPTION,
        councils=tuple(shown(council, NAME) for council in councils),
        rows=tuple(
            TrendRow(
                theme=shown(theme_titles.get(theme, theme), NAME),
                cells=tuple(_cell(council, found.get((theme, council))) for council in councils),
            )
            for theme in themes[:_THEMES]
        ),
        notes=tuple(
            filter(
                None,
                (
                    _BEFORE if has_before else _NO_COMPARISON,
                    _WHERE,
                    _BEYOND if any(one.beyond for one in digest.trends) else "",
                    _left_out(len(themes) - _THEMES, len(by_council) - len(councils)),
                ),
            )
        ),
    )


def _cell(council: str, trend: Trend | None) -> Cell:
    name = shown(council, NAME)
    if trend is None:
        return Cell(council=name, counts="0", before="")
    told = ((trend.concern, Polarity.CONCERN), (trend.progress, Polarity.PROGRESS), (trend.both, Polarity.BOTH))
    counts = " ".join(f"{number:,} {SIGNS[polarity]}" for number, polarity in told if number) or "0"
    before = trend.before[:_WINDOWS]
    return Cell(council=name, counts=counts, before=f"last four: {sum(before):,}" if len(before) == _WINDOWS else "")


def _left_out(themes: int, councils: int) -> str:
    left = ((themes, "more theme", "more themes"), (councils, "more council", "more councils"))
    words = listed([counted(number, one, many) for number, one, many in left if number > 0])
    return f"{words} {'was' if themes + councils == 1 else 'were'} left out for length." if words else ""
