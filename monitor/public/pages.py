"""What the page says, and how it is sent: text of ours, names from the configuration, and nothing of the request."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor.suppression.asked import Ask, Standing

if TYPE_CHECKING:
    from jinja2 import Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    title: str
    says: tuple[str, ...] = ()
    buttons: tuple[tuple[Ask, str], ...] = ()
    contact: str = ""  # "mailto:…" or "https:…": whom to write to


_STOP_ALL = (Ask.STOP_ALL, "Stop all messages from this monitor")
_UNDO = (Ask.UNDO, "I did not mean to: send them again")
_NOTHING_SO_FAR = "Nothing has been changed."


def standing_page(
    standing: Standing, subscription: str, contact: str, *, asked: Ask | None = None, is_gone: bool = False
) -> Page:
    """How things stand with a recipient, after what they asked for, and what they may ask for next.

    `is_gone`: nothing is sent under the subscription's name any more, so that all this is of every message.
    """
    match standing:
        case Standing.SENT if is_gone and asked is Ask.UNDO:
            return Page(
                title="You get messages again",
                says=("What is for you will reach you. What you missed meanwhile is not sent.",),
                contact=contact,
            )
        case Standing.SENT if is_gone:
            return Page(
                title="Stop all messages?",
                says=(
                    f"This link was for “{subscription}”. Nothing is sent under that name now; it may have another.",
                    "So the button stops all messages from this Ofsted monitor.",
                    "To stop one kind only, use the link in the newest message of that kind.",
                    "Nothing is changed until you press the button.",
                ),
                buttons=(_STOP_ALL,),
                contact=contact,
            )
        case Standing.SENT if asked is Ask.UNDO:
            return Page(
                title="You get these messages again",
                says=(f"The next of “{subscription}” will reach you. What you missed meanwhile is not sent.",),
                contact=contact,
            )
        case Standing.SENT:
            return Page(
                title="Stop these messages?",
                says=(
                    f"You get “{subscription}” from an Ofsted monitor: news about councils’ children’s services.",
                    "Nothing is changed until you press a button.",
                ),
                buttons=((Ask.STOP, "Stop these messages"), _STOP_ALL),
                contact=contact,
            )
        case Standing.STOPPED:
            return Page(
                title="These messages are stopped",
                says=(
                    f"You are sent no more of “{subscription}”. One that is on its way may still arrive.",
                    "You need do nothing else, and may close this page.",
                ),
                buttons=(_UNDO, _STOP_ALL),
                contact=contact,
            )
        case Standing.ALL_STOPPED:
            return Page(
                title="All messages are stopped",
                says=(
                    "You are sent nothing more by this monitor. One that is on its way may still arrive.",
                    "You need do nothing else, and may close this page.",
                ),
                buttons=(_UNDO,),
                contact=contact,
            )
        case Standing.BY_OPERATOR:
            what = "nothing more" if is_gone else f"no more of “{subscription}”"
            return Page(
                title="These messages are stopped",
                says=(
                    f"You are sent {what}. Whoever runs the monitor has put that down.",
                    "You asked them, or mail to you came back. Write to them if you want the messages again.",
                ),
                contact=contact,
            )


def bad_link(contact: str) -> Page:
    return Page(
        title="This link does not work",
        says=(
            _NOTHING_SO_FAR,
            "The link was cut short or altered on its way, or it is from before the monitor was set up anew.",
            "Use the one in the newest message. If that does not work either, write to whoever runs the monitor.",
        ),
        contact=contact,
    )


def bad_form(contact: str) -> Page:
    return Page(
        title="That was not understood",
        says=(_NOTHING_SO_FAR, "Open the link in the message again, and press a button there."),
        contact=contact,
    )


def no_page(contact: str) -> Page:
    return Page(
        title="There is nothing here",
        says=("To stop messages, open the link at the foot of one of them.",),
        contact=contact,
    )


def trouble(contact: str) -> Page:
    return Page(
        title="That did not work",
        says=(
            "The monitor could not look it up or put it down just now.",
            "Try again in some minutes, or write to whoever runs it: they can stop the messages for you.",
        ),
        contact=contact,
    )


def html(page: Page) -> bytes:
    shown = page.contact.removeprefix("mailto:").partition("?")[0] if page.contact else ""
    return _template().render(page=page, shown=shown, style=_style()).encode()


@cache
def headers() -> dict[str, str]:
    """Of every answer: nobody keeps it, frames it, indexes it, or learns the link from it; it loads nothing."""
    style = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; frame-ancestors 'none'; "
            "base-uri 'none'"
        ),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex, nofollow",
        "Connection": "close",  # one request each: what is slow is cut off as a whole
    }


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("monitor.public"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html")


@cache
def _style() -> str:
    return files("monitor.public").joinpath("templates/page.css").read_text(encoding="utf-8")
