"""Siting sees only what it uses: positions, IT power, racks over time, and the size of a unit."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from rackwright.base.digest import digest
from rackwright.catalog.load import Catalog, load_catalog
from rackwright.catalog.parts import Accelerator
from rackwright.program.model import Program
from rackwright.program.read import read_program
from rackwright.program.sites import Hall
from rackwright.siting import SitingRequest, site_blocks, siting_request
from rackwright.siting.request import usable_positions
from rackwright.tables.checks import Checks
from rackwright.tables.racks import Internal, Ports, Racks, RackTypes, Slots
from rackwright.tables.sizing import Breakdown, Choices, Needs, Profiles, Rates, Sizing, Skipped

EXAMPLE = Path(__file__).parents[3] / "examples" / "one-pod"


@pytest.fixture(scope="module")
def program() -> Program:
    """The one-pod example."""
    return read_program(EXAMPLE, catalog=None)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The built-in catalog."""
    return load_catalog(EXAMPLE / "catalog")


def racks(program: Program) -> Racks:
    """One rack type per configuration: 72 accelerators at 130 kW with 72 scale-out ports of 800 Gbit/s."""
    skus = [(sku, platform.id) for platform in program.platforms for sku in platform.configurations]
    rows = [
        (sku.id, platform, "compute", sku.frame, 48, 40, 1e3, 20.0, 1.3e5, 1.3e5, 0.8, 72, 18) for sku, platform in skus
    ]
    ports = Ports.from_columns(
        type=[sku.id for sku, _ in skus for _ in range(72)],
        u=[1] * 72 * len(skus),
        bay=[0] * 72 * len(skus),
        port=[*range(72)] * len(skus),
        network=["scale-out"] * 72 * len(skus),
        rail=[0] * 72 * len(skus),
        plane=[0] * 72 * len(skus),
        gbit_s=[800.0] * 72 * len(skus),
    )
    return Racks(RackTypes.from_rows(rows), Slots.empty(), Internal.empty(), ports, Checks.empty(), ())


def sizing(program: Program, accels: int) -> Sizing:
    """Every workload needs so many accelerators at the median, twice as many at the safe end, from day 100 on."""
    pairs = [(w.id, p.id) for w in (*program.training, *program.serving) for p in program.platforms]
    return Sizing(
        needs=Needs.from_rows([(*pair, 100, accels // 2, accels, accels * 2) for pair in pairs]),
        rates=Rates.from_rows([(*pair, 1, 1.0, 2.0, 3.0) for pair in pairs]),
        profiles=Profiles.empty(),
        choices=Choices.empty(),
        breakdown=Breakdown.empty(),
        skipped=Skipped.empty(),
        checks=Checks.empty(),
        omissions=(),
    )


def request(program: Program, catalog: Catalog, accels: int = 144) -> SitingRequest:
    """The request of the example."""
    return siting_request(program, catalog, racks(program), sizing(program, accels))


def test_101_racks_at_the_planning_quantile(program: Program, catalog: Catalog) -> None:
    """At 0.9 twice the median counts: 288 accelerators are four racks."""
    at = program.model_copy(update={"policy": program.policy.model_copy(update={"size_at": 0.9})})
    assert {demand.racks for demand in request(at, catalog).demands} == {(4,)}


def test_102_power_is_it_power(program: Program, catalog: Catalog) -> None:
    """Facility and grid steps are divided by the planning PUE, IT steps are not."""
    site = program.sites[0]
    points = ("it", "facility", "grid")
    steps = tuple(site.energisation[0].model_copy(update={"point": point, "power_w": 13e6}) for point in points)
    changed = site.model_copy(update={"energisation": steps, "planning_pue": 1.3})
    found = request(program.model_copy(update={"sites": (changed,)}), catalog).supplies[0].steps
    assert [step.it_w for step in found] == [13_000_000, 10_000_000, 10_000_000]


def test_103_a_unit_has_its_network(program: Program, catalog: Catalog) -> None:
    """A unit draws its racks' peak and some switch power, and needs some network racks."""
    size = request(program, catalog).blocks[0].size
    assert size.it_w > size.racks * 130_000
    assert 0.0 < size.network_racks < size.racks


def test_104_a_change_elsewhere_changes_nothing(program: Program, catalog: Catalog) -> None:
    """Another name or price leaves the request as it is; another planning PUE does not."""
    before = digest(request(program, catalog))
    renamed = program.model_copy(update={"title": "another title", "parties": program.parties[:1]})
    parts = tuple(
        dataclasses.replace(part, price_usd=None) if isinstance(part, Accelerator) else part for part in catalog.parts
    )
    assert digest(request(renamed, Catalog(parts, catalog.sources))) == before
    site = program.sites[0].model_copy(update={"planning_pue": 1.9})
    assert digest(request(program.model_copy(update={"sites": (site, *program.sites[1:])}), catalog)) != before


def test_105_the_example_is_sited(program: Program, catalog: Catalog) -> None:
    """The block gets whole units of its platform's size and its tranches tile them."""
    siting = site_blocks(request(program, catalog))
    unit = program.platforms[0].fabric.unit_racks
    assert (siting.blocks["racks"] == siting.blocks["units"] * unit).all()
    assert siting.tranches["units"].sum() == siting.blocks["units"].sum() > 0


@pytest.mark.parametrize(
    ("keep_out", "expected"),
    [((), 40), (("1/3",), 39), (("1/3-5", "4/10"), 36), (("1/3-5", "1/4"), 37), (("9/1",), 40)],
)
def test_106_keep_outs(keep_out: tuple[str, ...], expected: int) -> None:
    """Positions kept out are taken off once each; those outside the hall do not count."""
    hall = Hall.model_construct(rows=4, positions_per_row=10, keep_out=keep_out)
    assert usable_positions(hall) == expected
