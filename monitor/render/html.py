"""The message as HTML for mail: one template, styles inlined, under the size at which Gmail cuts a mail off."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor.model import STOP_FROM, STOP_TO
from monitor.render.parts import AGAIN, EXPECTED, OTHERS

if TYPE_CHECKING:
    from jinja2 import Template

    from monitor.render.parts import Outline

# Gmail cuts at 102 kB and hides the rest behind a link; 500 bytes are for a recipient's own link to stop.
MAX_BYTES = 101_500

# Nothing to see, as wide as what any client shows of a mail's first words: a character that joins nothing and a space
# that is kept, again and again.
_PADDING = "\u034f\u200c\u00a0" * 120


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=PackageLoader("monitor.render"),
        undefined=StrictUndefined,  # a hole in a message is an error, not an empty string
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


@cache
def _inliner() -> css_inline.CSSInliner:
    # The rules that cannot be said inline (dark mode, small screens) stand in a style element marked "keep".
    # `keep_at_rules` would move them to the head's start and so push `meta charset` out of the first 1,024 bytes,
    # where a browser that opens the file looks for it.
    return css_inline.CSSInliner(minify_css=True, load_remote_stylesheets=False)


def fragment(message: Outline) -> str:
    """The reports and stories of a message as HTML that stands within another page: no styles, no head, no footer."""
    return _template("entry.html").render(message=message, others=OTHERS)


def html(message: Outline) -> str:
    """A whole document. Whether it fits into `MAX_BYTES` is for the caller to see and to mend."""
    page = _template("digest.html").render(
        message=message,
        about_expected=EXPECTED,
        again=AGAIN,
        others=OTHERS,
        padding=_PADDING,
        stop_from=STOP_FROM,
        stop_to=STOP_TO,
    )
    return str(_inliner().inline(page))
