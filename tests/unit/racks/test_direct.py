"""Configurations behind side racks, which hold no rectifier shelves."""

from __future__ import annotations

from types import SimpleNamespace

from rackwright.racks.direct import direct_configurations


def _program(*sides: str) -> SimpleNamespace:
    """Two sites with a block each of one platform; the second block's tranche names the second configuration."""
    sites = [SimpleNamespace(id=f"s{n}", power=SimpleNamespace(side_rack=side)) for n, side in enumerate(sides)]
    skus = (SimpleNamespace(id="one"), SimpleNamespace(id="two"))
    return SimpleNamespace(
        sites=sites,
        platforms=[SimpleNamespace(id="p", configurations=skus)],
        blocks=[SimpleNamespace(id=f"b{n}", platform="p", site=f"s{n}") for n in range(2)],
        tranches=[SimpleNamespace(block="b1", configuration="two")],
    )


def test_101_all_sites_of_a_configuration_have_side_racks() -> None:
    """A configuration is direct where each site it stands at has them; a block without tranches may hold any."""
    assert direct_configurations(_program("", "")) == frozenset()
    assert direct_configurations(_program("side", "side")) == {"one", "two"}
    assert direct_configurations(_program("side", "")) == {"one"}
    assert direct_configurations(_program("", "side")) == frozenset()
