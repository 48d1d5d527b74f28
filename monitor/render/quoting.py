"""Which sentences prove what is said of a story: its themes, a judgement, the council's answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monitor.classify.sentences import sentences
from monitor.model import Polarity
from monitor.render.parts import Link, Mark, Quote
from monitor.render.words import NAME, POLARITIES, QUOTE, SIGNS, grade, shown, source_of, unquoted, web_link

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from monitor.model import Evidence, Grade, Item, ThemeLabel, ToldItem

# Sentences of a story that are quoted for its themes: a report is read for them, coverage for its news.
_OF_REPORT, _OF_COVERAGE = 3, 2
_NAMED = 3  # themes named beside a sentence
_NEAR_AS_GOOD = 0.85  # of the best score
_READ = 20_000  # characters, within which a judgement or an answer is looked for

_VERB = r"(?:is|are|was|were|has|have|had|will|would|can|could|should|may|might|must|means?|meant|does|do|did|also)\b"
_HANGS = re.compile(
    rf"[\"'“‘]*(?:(?:it|they)\b|(?:this|these|that|those) {_VERB})"  # it begins with a bare word for what came before
    r"|.*\b(?:this|it|these|they|them)\W*$",  # or ends with one
    re.IGNORECASE,
)
_SPEAKS = re.compile(r"[“\"]|\b(?:said|says|we|our)\b", re.IGNORECASE)


def themes_proved(
    themes: Sequence[tuple[ThemeLabel, str]],
    items: Sequence[ToldItem],
    titles: Mapping[str, str],
    told_above: set[str],
    *,
    marked: bool = True,
) -> tuple[tuple[Quote, ...], dict[str, Mark]]:
    """Sentences for the best themes, and marks of these by their ids: none is named without one, nor told as both where
    one side alone has any.

    `items` are those that may have said it. A sentence that earned several themes is quoted once. What `told_above`
    quotes already proves nothing here: then no more is to be said of it. Where nothing is `marked` beside it, a
    sentence says in words which side it shows.
    """
    room = _OF_REPORT if items[0].item.is_report else _OF_COVERAGE
    named: dict[str, list[str]] = {}
    urls: dict[str, str] = {}
    marks = {}
    for label, url in themes:
        proof, polarity = _proof(label, told_above, named)
        new = [one.text for one in proof if one.text not in named]
        is_full = any(len(named.get(one.text, ())) >= _NAMED for one in proof)
        if not proof or is_full or len(named) + len(new) > room:
            continue
        title = shown(titles.get(label.theme, label.theme), NAME)
        for one in proof:
            named.setdefault(one.text, []).append(
                f"{SIGNS[one.polarity]} {title}" if marked else f"{POLARITIES[one.polarity]}: {title}"
            )
            urls.setdefault(one.text, url)
        marks[label.theme] = Mark(theme=title, polarity=polarity, words=POLARITIES[polarity])
    sources = {told.item.url: source_of(told.item) for told in items}
    quotes = tuple(
        Quote(
            text=shown(unquoted(text), QUOTE),
            themes=", ".join(themes),
            link=Link(text=sources.get(urls[text], "source"), url=web_link(urls[text])),
        )
        for text, themes in named.items()
    )
    return quotes, marks


def is_left_to_tell(label: ThemeLabel, told_above: set[str]) -> bool:
    """Whether any sentence that earned a theme was not quoted above."""
    return bool(_not_told(label, told_above))


def _not_told(label: ThemeLabel, told_above: set[str]) -> list[Evidence]:
    return [one for one in label.evidence if one.text.strip("• ") not in told_above]


def _proof(label: ThemeLabel, told_above: set[str], quoted: Mapping[str, object]) -> tuple[list[Evidence], Polarity]:
    """The best sentence; of a theme that is told as both, one of each side, or one that says both; and which side or
    sides that shows. Of two sides one is quoted alone where the other's sentences all hang on what is not quoted."""
    evidence = _not_told(label, told_above)
    if label.polarity is not Polarity.BOTH:
        mine = [one for one in evidence if one.polarity is label.polarity]
        return _alone(mine or evidence, quoted)
    sides = [
        [one for one in evidence if one.polarity is side]
        for side in (Polarity.CONCERN, Polarity.PROGRESS, Polarity.BOTH)
    ]
    concern, progress, both = sides
    if concern and progress:
        apart = [_best(concern, quoted), _best(progress, quoted)]
        clear = [one for one in apart if _says_all(one)]
        if len(clear) < len(apart):
            clear = [one for one in both if _says_all(one)][:1] or clear
        return clear or apart, Polarity.BOTH
    return _alone(both or concern or progress, quoted)


def _alone(evidence: Sequence[Evidence], quoted: Mapping[str, object]) -> tuple[list[Evidence], Polarity]:
    best = _best(evidence, quoted) if evidence else None
    return ([best], best.polarity) if best else ([], Polarity.BOTH)


def _best(evidence: Sequence[Evidence], quoted: Mapping[str, object]) -> Evidence:
    """A sentence that can be understood alone before one that cannot, and that before a heading; of those near as good
    as the best one quoted already, else the first."""
    whole = [one for one in evidence if one.is_sentence]
    fit = [one for one in whole if _says_all(one)] or whole or evidence
    most = max(one.score for one in fit)
    near = [one for one in fit if one.score >= most * _NEAR_AS_GOOD]
    return next((one for one in near if one.text in quoted), near[0])


def _says_all(one: Evidence) -> bool:
    """Whether a sentence is one, and can be understood without what stands before it."""
    return one.is_sentence and not _HANGS.match(" ".join(one.text.split()))


# --- a judgement, and an answer -------------------------------------------------------------------------------


def judgement_quoted(told: ToldItem, value: Grade, *, is_lead: bool) -> tuple[Quote, ...]:
    """The sentence by which an item was read to give a judgement; of a lead, not its title, which is told anyway."""
    words = grade(value).split()[0][:6]  # "requires improvement" is "requiring improvement" too
    cues = [one for one in told.classification.cues if one.question == "judgement" and words in one.text.lower()]
    cues = [one for one in cues if not (one.in_title and is_lead)]
    for cue in sorted(cues, key=lambda one: (one.in_title, -one.weight)):
        text = told.item.title if cue.in_title else told.item.full_text[:_READ]
        if cue.in_title:
            return _quote(text, told.item)
        for one in sentences(text):
            if one.start <= cue.start < one.end:
                return _quote(text[one.start : one.end], told.item)
    return ()


def own_words(told: ToldItem) -> tuple[Quote, ...]:
    """One sentence of a council's response: one that speaks, else one that earned a theme, else the first."""
    text = told.item.full_text[:_READ]
    found = [text[one.start : one.end] for one in sentences(text)]
    return next((_quote(one, told.item) for one in (*_spoken(found, told), *found)), ())


def _spoken(found: Sequence[str], told: ToldItem) -> Iterator[str]:
    yield from (one for one in found if _SPEAKS.search(one))
    yield from (one.text for label in told.classification.themes for one in label.evidence if one.is_sentence)


def _quote(text: str, item: Item) -> tuple[Quote, ...]:
    words = shown(unquoted(text), QUOTE)
    return (Quote(text=words, themes="", link=Link(text=source_of(item), url=web_link(item.url))),) if words else ()


def summary(item: Item) -> tuple[Quote, ...]:
    """What the item itself says first, for a story without a theme: no story is told without its own words."""
    return _quote(shown(item.summary or item.text, QUOTE), item)
