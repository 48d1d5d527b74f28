"""Links to other stories: what an article's page says of other articles is nothing that the article says.

They stand at the foot ("Most read", "More on this story") or between paragraphs ("READ MORE: …"). They are blanked
out before anything else is asked, so that every offset stays what it was.
"""

from __future__ import annotations

import re

# To the end of the line: one link between two paragraphs.
_ONE = (
    r"read (?:more|next|also)|see also|watch|listen|don't miss|in other news|sign up|subscribe|follow us"
    r"|get (?:all )?the latest"
)
# To the end of the text: a list of them, or a footer.
_MANY = (
    r"more on this story|more from (?:our|the|this|your|around) \w+|more (?:stories|news|like this)"
    r"|most (?:read|popular|viewed|shared)|related (?:stories|articles|topics|links|content|news|internet links)"
    r"|you (?:may|might) (?:also )?(?:like|be interested in)"
    r"|trending(?: now)?|popular now|top stories|latest (?:news|stories|headlines)|quick links|also in the news"
    r"|recommended(?: for you)?|elsewhere on (?:the|this) (?:site|page)|from the web|other news|today's top|our other"
)
_BEGINS = r"(?:^|(?<=[.!?\"'”’)|]))[ \t]*(?:[>»•*–-][ \t]*)?"
_LINK = re.compile(rf"{_BEGINS}(?:(?P<many>{_MANY})|(?P<one>{_ONE}))(?P<after>[^\n]*)", re.IGNORECASE | re.MULTILINE)
# Prose may begin so ("Watch out for …", "Recommended 10 actions."): a link has nothing behind its words, or a mark.
_MARK = re.compile(r"[ \t]*(?:$|[:|>»]|\d\.? +[A-Z])")
# No headline is longer, and no list of them on one line: what is, is prose that somebody began so.
_LONGEST_HEADLINE = 160
_LONGEST_LINE = 400
# Below such a heading stand headlines, without a stop. The first line of prose is the article again.
_LONGEST_LISTED = 140


def without_links(text: str) -> str:
    """`text` with white space in place of links to other stories; everything else stays where it was.

    Where something was taken away two line breaks part what stands around it: no sentence runs across.
    """
    pieces: list[str] = []
    end = 0
    for match in _LINK.finditer(text):
        if match.start() < end or not _MARK.match(match["after"]):
            continue
        is_list = match["many"] is not None
        if len(match["after"]) > (_LONGEST_LINE if is_list else _LONGEST_HEADLINE):
            continue
        stop = match.end()
        if is_list and len(match["after"].strip(" :|>»")) < _LONGEST_LISTED:
            stop = _end_of_list(text, stop)
        pieces += [text[end : match.start()], _gap(stop - match.start())]
        end = stop
    return "".join([*pieces, text[end:]]) if pieces else text


def _end_of_list(text: str, start: int) -> int:
    """Where the headlines end that stand below a heading."""
    while start < len(text):
        end = text.find("\n", start + 1)
        end = len(text) if end < 0 else end
        line = text[start:end].strip()
        if len(line) > _LONGEST_LISTED or (line.endswith((".", "”", '"')) and line.count(" ") > _MOST_WORDS):
            break
        start = end
    return start


_MOST_WORDS = 10  # of a headline that ends with a stop


def _gap(length: int) -> str:
    return ("\n\n" + " " * length)[:length]
