from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from rackwright.cabling.choice import LinkClass, choose_part
from rackwright.cabling.request import CableSpec, ModuleSpec
from rackwright.catalog.parts import Fact

LINK = LinkClass(gbit_s=400.0, lower_cage="", upper_cage="OSFP", links_per_cage=2, cage_power_w=17.0)
ALONE = dataclasses.replace(LINK, links_per_cage=1)
Cables = tuple[CableSpec, ...]
MakeFact = Callable[[str, float], Fact]
Modules = tuple[ModuleSpec, ...]


@pytest.mark.parametrize(("length_mm", "part"), [(1000, "dac"), (3000, "dac"), (4000, "fibre"), (50_000, "fibre")])
def test_101_the_cheapest_that_reaches(
    cables: Cables, modules: Modules, fact: MakeFact, length_mm: int, part: str
) -> None:
    """Copper to its reach, then fibre with transceivers, where a link has its cages to itself."""
    single = dataclasses.replace(modules[0], id="single", links=fact("single.links", 1))
    choice = choose_part(ALONE, length_mm, cables, (single,))
    assert choice is not None
    assert (choice.part, choice.module) == (part, "single" if part == "fibre" else "")
    assert choice.module == choice.lower_module


@pytest.mark.parametrize("changes", [{"links_per_cage": 2}, {"lower_links": 2}, {"lower_cage": "QSFP112"}])
def test_107_a_plug_fills_its_cage(cables: Cables, changes: dict[str, object]) -> None:
    """Copper joins two cages of its own form that hold one link each; shared or unlike cages do not take it."""
    assert choose_part(ALONE, 1000, cables, ()) is not None
    assert choose_part(dataclasses.replace(ALONE, **changes), 1000, cables, ()) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("per_cage", "gbit_s", "part"),
    [
        ((2, 1), 400.0, "dac-2"),
        ((1, 2), 400.0, "dac-2"),
        ((2, 2), 200.0, "dac"),
        ((2, 2), 400.0, ""),
        ((4, 1), 100.0, ""),
    ],
)
def test_110_shared_cages_take_one_assembly(
    cables: Cables, per_cage: tuple[int, int], gbit_s: float, part: str
) -> None:
    """A splitter joins one shared cage with as many as it has legs, from either end; a straight cable two shared ones
    as long as its rate is that of all their links; four legs are not made.
    """
    upper, lower = per_cage
    link = dataclasses.replace(ALONE, gbit_s=gbit_s, links_per_cage=upper, lower_links=lower, joins=(per_cage,))
    choice = choose_part(link, 1000, cables, ())
    assert (choice.part if choice else "") == part


def test_111_legs_may_differ_in_form(cables: Cables) -> None:
    """A splitter whose legs are QSFP112 joins an OSFP cage with QSFP112 cages, not with OSFP ones."""
    splitter = dataclasses.replace(cables[3], leg_cage="QSFP112")
    link = dataclasses.replace(LINK, joins=((2, 1),))
    assert choose_part(link, 1000, (splitter,), ()) is None
    choice = choose_part(dataclasses.replace(link, lower_cage="QSFP112"), 1000, (splitter,), ())
    assert choice is not None
    assert choice.part == "dac-2"


def test_112_a_splitting_fibre_may_change_connector_and_standard(
    cables: Cables, modules: Modules, fact: MakeFact
) -> None:
    """Four lanes of a connector are led to four LC duplex modules of one lane each, which keep another standard."""
    head = dataclasses.replace(modules[0], optics="dr4")
    leg = dataclasses.replace(head, id="lane", cage="QSFP28", connector="LC", optics="dr", links=fact("lane.links", 1))
    breakout = dataclasses.replace(
        cables[4], legs=fact("b.legs", 4), leg_connector="LC", leg_optics="dr", rate_gbit_s=fact("b.rate_gbit_s", 100)
    )
    link = dataclasses.replace(LINK, gbit_s=100.0, links_per_cage=8, lower_cage="QSFP28", joins=((4, 1),))
    choice = choose_part(link, 10_000, (breakout,), (head, leg))
    assert choice is not None
    assert (choice.module, choice.lower_module) == ("twin", "lane")
    assert choose_part(link, 10_000, (dataclasses.replace(breakout, leg_optics=""),), (head, leg)) is None


def test_108_both_ends_may_differ_in_form(cables: Cables, modules: Modules, fact: MakeFact) -> None:
    """A tray's cage takes the module of its form, rate and standard; one of another standard does not face the twin."""
    link = dataclasses.replace(LINK, gbit_s=200.0, links_per_cage=4, lower_cage="QSFP112", joins=((2, 1),))
    twin = dataclasses.replace(modules[0], optics="dr4")
    single = dataclasses.replace(twin, id="single", cage="QSFP112", links=fact("single.links", 1))
    choice = choose_part(link, 10_000, cables, (twin, single))
    assert choice is not None
    assert (choice.module, choice.lower_module) == ("twin", "single")
    for changes in ({"optics": "dr4-200g"}, {"rate_gbit_s": fact("single.rate_gbit_s", 100)}):
        other = dataclasses.replace(single, **changes)  # type: ignore[arg-type]
        assert choose_part(link, 10_000, cables, (twin, other)) is None


def test_109_a_twin_module_does_not_fit_a_cage_of_one_port(cables: Cables, modules: Modules) -> None:
    """A module with two links is no candidate for a cage with one."""
    assert choose_part(ALONE, 10_000, cables, modules) is None


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
    """Four links of 200 Gbit/s fill a twin-port transceiver of 2 x 400 Gbit/s, each connector with a splitting fibre.

    Where the two links of a connector part, no fibre leads them.
    """
    slower = dataclasses.replace(LINK, gbit_s=200.0, links_per_cage=4)
    choice = choose_part(dataclasses.replace(slower, joins=((2, 1),)), 10_000, cables, modules)
    assert choice is not None
    assert (choice.part, choice.module) == ("fibre-2", "twin")
    assert choose_part(slower, 10_000, cables, modules) is None


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
        choice = choose_part(ALONE, 1000, offered, modules)
        assert choice is not None
        assert choice.part == "dac"
