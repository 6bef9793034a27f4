"""The cheapest trunk that fits, loses little enough light and reaches is taken, or none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from rackwright.cabling.bundles import Bundle, channel_loss_db, choose_build
from rackwright.cabling.plant import OpticsSpec, PanelSpec, TrunkPlant
from rackwright.cabling.request import CableSpec
from rackwright.catalog.parts import Fact

MakeFact = Callable[[str, float], Fact]


@pytest.fixture
def bundle(fact: MakeFact, cables: tuple[CableSpec, ...]) -> Bundle:
    """Twelve links of eight fibres over 50 m, jumpers of 3 m at both ends, 3 dB allowed."""
    return Bundle(
        jumper=cables[1],
        optics=OpticsSpec(module="twin", loss_db=fact("dr4.loss_db", 3), fibres=fact("dr4.fibres", 8)),
        reach_mm=100_000,
        links=12,
        trunk_mm=50_000,
        jumpers_mm=72_000,
        longest_mm=56_000,
        direct_usd=5000.0,
        is_ruled=False,
    )


def test_101_light_lost(plant: TrunkPlant) -> None:
    """50 m at 0.4 dB/km and one pair of 0.35 dB in each of two plates: 0.72 dB; cassettes have two pairs: 1.42 dB."""
    assert channel_loss_db(plant.trunks[0], plant.cassettes[0], 50_000) == pytest.approx(0.72)
    assert channel_loss_db(plant.trunks[1], plant.cassettes[1], 50_000) == pytest.approx(1.42)


def test_102_the_cheapest_by_hand(plant: TrunkPlant, panel: PanelSpec, bundle: Bundle) -> None:
    """Two large trunks of 140 USD with cassettes of 20 each beat three small ones of 150; jumpers are 24 of 13 USD."""
    build = choose_build(bundle, plant, panel)
    assert build is not None
    assert (build.trunk.id, build.links, build.cassettes, build.trunks(12)) == ("large", 6, 1, 2)
    assert build.usd == pytest.approx(2 * (140 + 2 * 20) + 24 * 13)


def test_103_a_tight_budget_takes_plates(plant: TrunkPlant, panel: PanelSpec, bundle: Bundle, fact: MakeFact) -> None:
    """With 1 dB allowed only plates lose little enough; with half a decibel nothing does."""
    tight = replace(bundle, optics=replace(bundle.optics, loss_db=fact("dr4.loss_db", 1)))
    build = choose_build(tight, plant, panel)
    assert build is not None
    assert build.trunk.id == "small"
    assert (
        choose_build(replace(tight, optics=replace(tight.optics, loss_db=fact("x.loss_db", 0.5))), plant, panel) is None
    )


def test_104_only_where_cheaper(plant: TrunkPlant, panel: PanelSpec, bundle: Bundle) -> None:
    """Fibres of 600 USD stay fibres, unless the rule says trunk."""
    cheap = replace(bundle, direct_usd=600.0)
    assert choose_build(cheap, plant, panel) is None
    assert choose_build(replace(cheap, is_ruled=True), plant, panel) is not None


def test_105_legs_must_hold_a_link(plant: TrunkPlant, panel: PanelSpec, bundle: Bundle, fact: MakeFact) -> None:
    """Sixteen fibres a link fit neither a leg of eight nor a third of a leg of 24; beyond reach nothing fits."""
    wide = replace(bundle, optics=replace(bundle.optics, fibres=fact("dr8.fibres", 16)))
    assert choose_build(wide, plant, panel) is None
    assert choose_build(replace(bundle, longest_mm=100_001), plant, panel) is None
