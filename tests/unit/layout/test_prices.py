"""Placement prices links as cabling does, once it knows their length."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rackwright.base.units import HOURS_PER_YEAR
from rackwright.cabling.cages import Cage, group_sizes
from rackwright.cabling.choice import Choice, LinkClass, cable_price_usd, choose_part, connector_links
from rackwright.cabling.request import CablingRequest, cabling_request
from rackwright.catalog import Catalog
from rackwright.catalog.parts import Switch, Tray
from rackwright.layout.prices import TrayCage, link_price, tray_cages
from rackwright.plan import Plan
from rackwright.program import Program

YEARS = 5.0
RATES_GBIT_S = (100.0, 200.0, 400.0, 800.0, 1600.0)
LENGTHS_M = (0, 1, 2, 3, 5, 7, 8, 20, 30, 60, 120)


@pytest.fixture(scope="module")
def parts(one_pod_program: Program, one_pod: Plan, catalog: Catalog) -> CablingRequest:
    """What cabling chooses from: all assemblies and transceivers of the catalog."""
    return cabling_request(one_pod_program, catalog, one_pod.fabric, one_pod.layout)


def kinds(catalog: Catalog) -> Iterator[tuple[Switch, float, TrayCage | None]]:
    """Every switch of the catalog at every rate, against every kind of tray cage and its own."""
    cages: list[TrayCage | None] = [None]
    cages += {(cage.form, cage.links): cage for cage in tray_cages(catalog.all(Tray))}.values()
    for switch in catalog.all(Switch):
        for gbit_s in RATES_GBIT_S:
            if switch.port_gbit_s is not None and switch.port_gbit_s.value >= gbit_s:
                yield from ((switch, gbit_s, cage) for cage in cages)


def link_class(parts: CablingRequest, switch: Switch, gbit_s: float, cage: TrayCage | None) -> LinkClass:
    """The kind of link as cabling asks for it, where all links of shared cages meet again."""
    assert switch.port_gbit_s is not None
    ports = round(switch.ports_per_cage.value) if switch.ports_per_cage else 1
    links = ports * int(switch.port_gbit_s.value // gbit_s)
    lower = Cage(cage.links, cage.links) if cage else Cage(links, ports)
    owns = sorted({round(module.links.value) for module in parts.modules})
    return LinkClass(
        gbit_s=gbit_s,
        lower_cage=cage.form if cage else switch.cage,
        upper_cage=switch.cage,
        links_per_cage=links,
        cage_power_w=switch.cage_power_w.value if switch.cage_power_w else -1.0,
        lower_links=lower.links,
        upper_ports=ports,
        lower_ports=lower.ports,
        joins=group_sizes([(Cage(links, ports), lower)], owns),
    )


def price_usd(parts: CablingRequest, link: LinkClass, choice: Choice, length_m: int) -> float:
    """A link's share of what cabling chose, replacements included."""
    hours = YEARS * HOURS_PER_YEAR
    cable = next(cable for cable in parts.cables if cable.id == choice.part)
    usd = cable_price_usd(cable, length_m, hours)
    assert usd is not None
    if not choice.module:
        return usd / max(link.sizes)
    modules = {module.id: module for module in parts.modules}
    pair = modules[choice.module], modules[choice.lower_module]
    usd /= max(connector_links(link.sizes, pair))
    for module, links in zip(pair, link.sizes, strict=True):
        assert module.price_usd is not None
        failures = module.failures_per_h.value if module.failures_per_h else 0.0
        usd += module.price_usd.value * (1.0 + failures * hours) / links
    return usd


def test_101_prices_are_those_of_the_part_cabling_chooses(catalog: Catalog, parts: CablingRequest) -> None:
    """For every switch, rate, tray cage and length of the catalog both find the same lowest price, or both none."""
    compared = 0
    for switch, gbit_s, cage in kinds(catalog):
        link = link_class(parts, switch, gbit_s, cage)
        price = link_price(catalog, switch.id, gbit_s, cage, bundle=max(link.sizes), service_years=YEARS)
        for length_m in LENGTHS_M:
            choice = choose_part(link, length_m * 1000, parts.cables, parts.modules, service_years=YEARS)
            if choice is not None:
                assert price is not None, (switch.id, gbit_s, cage)
                expected = price_usd(parts, link, choice, length_m)
                assert price.usd[length_m] == pytest.approx(expected), (switch.id, gbit_s, cage, length_m, choice)
                compared += 1
    assert compared > 500


def test_102_links_that_part_in_a_tray_take_optics(catalog: Catalog) -> None:
    """Two links of a tray's cage that go to two switches cannot run in one cable, so they cost as optics do."""
    cage = next(
        cage for cage in tray_cages(catalog.all(Tray)) if (cage.tray, cage.network) == ("dgx-h100", "scale-out")
    )
    parting, meeting = (link_price(catalog, "nvidia-qm9700", 400.0, cage, bundle=bundle) for bundle in (1, 2))
    assert parting is not None
    assert meeting is not None
    assert (cage.links, parting.usd[1] > 3 * meeting.usd[1]) == (2, True)
