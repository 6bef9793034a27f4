from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from rackwright.cabling.choice import LinkClass, choose_part
from rackwright.cabling.request import CableSpec, ModuleSpec
from rackwright.catalog.parts import Fact

LINK = LinkClass(gbit_s=400.0, lower_cage="", upper_cage="OSFP", links_per_cage=2, cage_power_w=17.0)
Cables = tuple[CableSpec, ...]
Modules = tuple[ModuleSpec, ...]


@pytest.mark.parametrize(("length_mm", "part"), [(1000, "dac"), (3000, "dac"), (4000, "fibre"), (50_000, "fibre")])
def test_101_the_cheapest_that_reaches(cables: Cables, modules: Modules, length_mm: int, part: str) -> None:
    """Copper to its reach, then fibre with transceivers."""
    choice = choose_part(LINK, length_mm, cables, modules)
    assert choice is not None
    assert (choice.part, choice.module) == (part, "twin" if part == "fibre" else "")


def test_102_beyond_every_reach_there_is_none(cables: Cables, modules: Modules) -> None:
    """The fibre's reach of 50 m counts, though the transceiver has 100 m."""
    assert choose_part(LINK, 51_000, cables, modules) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"gbit_s": 800.0},
        {"upper_cage": "QSFP112"},
        {"lower_cage": "QSFP112"},
        {"cage_power_w": 14.0},
        {"links_per_cage": 4},
    ],
)
def test_103_rate_cage_power_and_ports_must_fit(cables: Cables, modules: Modules, changes: dict[str, object]) -> None:
    """A faster link, another cage at either end, a weak cage or too many links in a cage rule a fibre out."""
    assert choose_part(dataclasses.replace(LINK, **changes), 10_000, cables, modules) is None  # type: ignore[arg-type]


def test_104_a_slower_link_shares_a_transceiver(cables: Cables, modules: Modules) -> None:
    """Four links of 200 Gbit/s fill a twin-port transceiver of 2 x 400 Gbit/s."""
    slower = dataclasses.replace(LINK, gbit_s=200.0, links_per_cage=4)
    choice = choose_part(slower, 10_000, cables, modules)
    assert choice is not None
    assert choice.module == "twin"


def test_105_an_unknown_price_comes_last(cables: Cables, modules: Modules) -> None:
    """Copper without a price loses against fibre with one; an unknown cage power rules nothing out."""
    unpriced = (dataclasses.replace(cables[0], price_usd=None), *cables[1:])
    choice = choose_part(dataclasses.replace(LINK, cage_power_w=-1.0), 1000, unpriced, modules)
    assert choice is not None
    assert choice.part == "fibre"


def test_106_equal_prices_are_settled_by_power(
    cables: Cables, modules: Modules, fact: Callable[[str, float], Fact]
) -> None:
    """Of two cables of one price the one with less power is taken, whatever their order."""
    hot = dataclasses.replace(cables[0], id="a-hot", power_w=fact("a-hot.power_w", 2.0))
    for offered in ((hot, cables[0]), (cables[0], hot)):
        choice = choose_part(LINK, 1000, offered, modules)
        assert choice is not None
        assert choice.part == "dac"
