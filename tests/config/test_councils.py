"""What a person may have meant by a name that is no council's."""

from __future__ import annotations

import pytest

from monitor.councils import nearest_names


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        pytest.param("Devn", ["Devon"], id="misspelt"),
        pytest.param("devon", ["Devon"], id="small letters"),
        pytest.param("Devon County Council", ["Devon"], id="official name"),
        pytest.param("BCP", ["Bournemouth, Christchurch and Poole"], id="alias"),
        pytest.param("Telford", ["Telford and Wrekin"], id="beginning of a name"),
        pytest.param("Chelsea", ["Kensington and Chelsea"], id="another word of it"),
        pytest.param("Cumbria", ["Cumberland", "Westmorland and Furness"], id="former council"),
        pytest.param("Poole Borough Council", ["Bournemouth, Christchurch and Poole"], id="alias of a former one"),
        pytest.param("Ab", [], id="two letters"),
        pytest.param("", [], id="nothing"),
        pytest.param("Zzyzx", [], id="like none"),
    ],
)
def test_name_suggests(name: str, meant: list[str]) -> None:
    assert nearest_names(name) == meant


def test_likeliest_comes_first() -> None:
    assert nearest_names("Kensington")[0] == "Kensington and Chelsea"
