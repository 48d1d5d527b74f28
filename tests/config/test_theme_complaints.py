"""Every mistake in themes.toml is told once, with the theme that it is about."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Complaints = Callable[..., list[str]]

THEME = '[[theme]]\nid = "a"\ntitle = "A"\ncovers = "x"\n'


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param(
            '[[theme]]\nid = "Work Force"\ntitle = "A"\ncovers = "x"\nconcern = ["y"]',
            'theme 1 ("Work Force"): id: found "Work Force", wanted an id in small letters, digits and hyphens, like '
            '"workforce-stability"',
            id="id-with-capitals",
        ),
        pytest.param(
            2 * (THEME + 'concern = ["y"]\n'),
            'theme 2 ("a"): id: found "a", wanted an id no other theme has',
            id="two-of-an-id",
        ),
        pytest.param(
            THEME,
            'theme 1 ("a"): concern: found nothing, wanted example sentences, here or under progress',
            id="no-examples",
        ),
        pytest.param(
            THEME + "concern = [3]",
            'theme 1 ("a"): concern: found 3, wanted text, in quotes: "…"',
            id="example-a-number",
        ),
        pytest.param(
            '[[theme]]\nid = "a"\ntitle = "A"\nconcern = ["y"]',
            'theme 1 ("a"): covers: found nothing, wanted text, in quotes: "…"',
            id="covers-left-out",
        ),
        pytest.param(
            THEME + 'concerns = ["y"]\nprogress = ["z"]',
            'theme 1 ("a"): concerns: found an unknown key, wanted a key: concern, covers, excludes, id, neutral, '
            "progress, title "
            '(did you mean "concern"?)',
            id="key-misspelt",
        ),
    ],
)
def test_mistake_in_themes_toml(complaints: Complaints, text: str, complaint: str) -> None:
    assert complaints(themes=text) == [f"themes.toml: {complaint}"]
