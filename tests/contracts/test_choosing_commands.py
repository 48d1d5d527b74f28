"""What a subscription takes, and when it is quiet, can be asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from commands import command

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TEXT = (
    "Monitoring visit to Devon's children's services\n\n"
    "Inspectors made a monitoring visit to Devon County Council's children's services. "
    "Children wait far too long for a permanent home, inspectors found."
)


@pytest.fixture
def asked(config: Path, tmp_path: Path) -> Callable[..., str]:
    """What a command says, on one line, with a digest or alert that asks for this and no other."""

    def asked(subscription: str, *words: object) -> str:
        (config / "digests.toml").write_text(f'{subscription}\nto = [ {{ channel = "folder" }} ]', encoding="utf-8")
        ended = command("--config", config, "--state", tmp_path / "state", *words)
        assert (ended.code, ended.err) == (0, "")
        return " ".join(ended.out.split())

    return asked


@pytest.mark.parametrize(
    ("narrowed", "why_not"),
    [
        pytest.param("", "yes", id="nothing"),
        pytest.param('regions = ["South West"]', "yes", id="its region"),
        pytest.param('regions = ["North East"]', "no, it is about Devon", id="another region"),
        pytest.param('events = ["monitoring-visit"]', "yes", id="its event"),
        pytest.param('events = ["jtai", "other"]', "no, its event is monitoring-visit", id="other events"),
        pytest.param('polarity = ["concern"]', "yes", id="how it tells its theme"),
        pytest.param(
            'polarity = ["progress"]',
            "no, it tells permanence as concern, and only progress is asked for",
            id="another polarity",
        ),
    ],
)
def test_explain_says_whether_and_why_not_a_digest_that_asks_for(
    asked: Callable[..., str], tmp_path: Path, narrowed: str, why_not: str
) -> None:
    (tmp_path / "news.txt").write_text(TEXT, encoding="utf-8")
    digest = f'[[digest]]\nname = "daily"\nschedule = "0 7 * * *"\n{narrowed}'
    assert asked(digest, "explain", tmp_path / "news.txt").endswith(f"who is told daily: {why_not}")


@pytest.mark.parametrize(
    ("quiet", "said"),
    [
        pytest.param("", "now: at once, to 1 recipient", id="never"),
        pytest.param('quiet_hours = "22:00-07:00"', "now: at once, but never from 22:00 to 07:00, to 1", id="at night"),
        pytest.param("quiet_weekends = true", "now: at once, but never at weekends, to 1 recipient", id="at weekends"),
        pytest.param(
            'quiet_hours = "22:00-07:00"\nquiet_weekends = true',
            "now: at once, but never from 22:00 to 07:00 or at weekends, to 1 recipient",
            id="both",
        ),
    ],
)
def test_check_says_when_an_alert_is_quiet(asked: Callable[..., str], quiet: str, said: str) -> None:
    assert said in asked(f'[[alert]]\nname = "now"\non = ["report-published"]\n{quiet}', "check")
