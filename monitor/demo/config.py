"""A configuration that follows four councils on the demonstration's site."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING

from monitor.config import values

if TYPE_CHECKING:
    from pathlib import Path

_MONITOR = """\
timezone = "Europe/London"
database = {database}
councils = ["Devon", "Leicestershire", "Middlesbrough", "North East Lincolnshire"]
contact = "mailto:operator@example.org"

[poll]
min_interval = "10m"
max_interval = "12h"
per_host = 8                                   # the whole demonstration is one host

[fetch]
allow_private = ["127.0.0.0/8"]                # the demonstration's site is on this machine

[channels.folder]
kind = "folder"
path = {outbox}
"""

_SOURCES = """\
# Every source here is invented and lives on the demonstration's site.

[[source]]
name = "Ofsted reports"
{interval}kind = "ofsted-reports"
base_url = "{site}/ofsted"
pause = "0s"

[[source]]
name = "GOV.UK: Ofsted"
{interval}kind = "feed"
url = "{site}/govuk/government/organisations/ofsted.atom"

[[source]]
name = "GOV.UK: children's services"
{interval}kind = "feed"
url = "{site}/govuk/search/all.atom?keywords=%22children%27s+services%22"

[[source]]
name = "Devon County Council news"
{interval}kind = "feed"
url = "{site}/newsroom/feed/"
council = "Devon"
full_text = true

[[source]]
name = "Middlesbrough Council news"
{interval}kind = "page"
url = "{site}/listing/news"
council = "Middlesbrough"
full_text = true
pause = "0s"
item = "article"
link = "h2 a"
date = "time"

[[source]]
name = "North East Lincolnshire committees"
{interval}kind = "moderngov"
url = "{site}/moderngov"
council = "North East Lincolnshire"
full_text = true

[[source]]
name = "BBC: Tees"
{interval}kind = "feed"
url = "{site}/bbc/news/england/tees/rss.xml"
full_text = true

[[source]]
name = "BBC: Devon"
{interval}kind = "feed"
url = "{site}/bbc/news/england/devon/rss.xml"
full_text = true

[[source]]
name = "Moor and Coast Live"
{interval}kind = "feed"
url = "{site}/reach/news/?service=rss"
full_text = true

[[source]]
name = "Westerly Herald"
{interval}kind = "feed"
url = "{site}/newsquest/news/rss/"
full_text = true

[[source]]
name = "Estuary Lookout"
{interval}kind = "feed"
url = "{site}/lookout/feed/"
full_text = true

[[source]]
name = "The Sector Desk"
{interval}kind = "feed"
url = "{site}/trade/feed/"
"""

_DIGESTS = """\
[[digest]]
name = "invented-news-demo"
schedule = "{schedule}"
to = [ { channel = "folder" } ]

[[alert]]
name = "judgements"
on = ["report-published", "judgement-changed", "priority-action"]
to = [ { channel = "folder" } ]
"""


_SCHEDULE, _EVERY_MINUTE = "30 7 * * mon-fri", "* * * * *"
# Shorter than what lies between two looks of the service: each look asks every source that answers.
_INTERVAL = 'interval = "5s"  # for somebody who waits: real sites are never to be asked like this\n'


def write_config(directory: Path, site_url: str, *, state: Path | None = None, is_watched: bool = False) -> None:
    """`directory` holds monitor.toml, sources.toml, digests.toml and themes.toml that follow the site.

    `site_url` has no slash at its end. With `state`, what is kept and what is sent lie there whatever --state says: who
    forgets to name it gets no invented news into a real state. With `is_watched`, somebody sits before it: sources
    are asked at every look, and a digest is due every minute. The themes are those the monitor ships with. Files that
    stand there already are replaced; OSError when the directory cannot be written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    database = values.sqlite(state.absolute() / "monitor.db") if state else "sqlite:///state/monitor.db"
    outbox = str(state.absolute() / "outbox") if state else "state/outbox"
    texts = {
        "monitor.toml": _MONITOR.replace("{database}", _quoted(database)).replace("{outbox}", _quoted(outbox)),
        "sources.toml": _SOURCES.replace("{site}", site_url).replace("{interval}", _INTERVAL if is_watched else ""),
        "digests.toml": _DIGESTS.replace("{schedule}", _EVERY_MINUTE if is_watched else _SCHEDULE),
        "themes.toml": files("monitor.data").joinpath("themes.toml").read_text("utf-8"),
    }
    for name, text in texts.items():
        (directory / name).write_text(text, encoding="utf-8")


def _quoted(text: str) -> str:
    """As a TOML string, which is quoted as JSON's are."""
    return json.dumps(text, ensure_ascii=False)
