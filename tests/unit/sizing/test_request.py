"""Sizing sees only figures that bear on speed, memory and power."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from rackwright.base.digest import digest
from rackwright.base.errors import InputError
from rackwright.catalog.load import Catalog, load_catalog
from rackwright.catalog.parts import Accelerator, Fact
from rackwright.program.model import Program
from rackwright.program.read import read_program
from rackwright.sizing import size_workloads, sizing_request
from rackwright.tables.checks import Checks
from rackwright.tables.racks import Internal, Ports, Racks, RackTypes, Slots

EXAMPLE = Path(__file__).parents[3] / "examples" / "one-pod"


@pytest.fixture(scope="module")
def program() -> Program:
    """The one-pod example."""
    return read_program(EXAMPLE, catalog=None)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The built-in catalog."""
    return load_catalog(EXAMPLE / "catalog")


def racks(program: Program, accels: int = 72) -> Racks:
    """One rack type per configuration at 130 kW."""
    rows = [
        (sku.id, platform.id, "compute", sku.frame, 48, 40, 1e3, 20.0, 1.3e5, 1.3e5, 0.8, accels, 18)
        for platform in program.platforms
        for sku in platform.configurations
    ]
    return Racks(RackTypes.from_rows(rows), Slots.empty(), Internal.empty(), Ports.empty(), Checks.empty(), ())


def with_price(catalog: Catalog, usd: float) -> Catalog:
    """The catalog with another price of every accelerator."""
    price = Fact(id="t", value=usd, unit="USD", written="", source="", kind="assumption")
    parts = tuple(
        dataclasses.replace(part, price_usd=price) if isinstance(part, Accelerator) else part for part in catalog.parts
    )
    return Catalog(parts, catalog.sources)


def test_101_a_price_or_a_site_sizes_nothing_again(program: Program, catalog: Catalog) -> None:
    """The request is equal, byte for byte, with other prices and without sites."""
    before = digest(sizing_request(program, catalog, racks(program)))
    other = program.model_copy(update={"sites": (), "halls": (), "title": "other"})
    assert digest(sizing_request(other, with_price(catalog, 1.0), racks(program))) == before


def test_102_a_demand_does(program: Program, catalog: Catalog) -> None:
    """Another mean prompt is another request."""
    before = digest(sizing_request(program, catalog, racks(program)))
    changed = program.serving[0].model_copy(update={"ttft_s": 9.0})
    other = program.model_copy(update={"serving": (changed, *program.serving[1:])})
    assert digest(sizing_request(other, catalog, racks(program))) != before


def test_103_a_rack_without_accelerators_is_an_input_error(program: Program, catalog: Catalog) -> None:
    """Nothing can be sized on it, and the message names platform and rack."""
    with pytest.raises(InputError, match="holds no accelerator"):
        sizing_request(program, catalog, racks(program, accels=0))


def test_104_the_example_is_sized(program: Program, catalog: Catalog) -> None:
    """Every workload of the example has a need or a reason."""
    sizing = size_workloads(sizing_request(program, catalog, racks(program)))
    sized = {*sizing.needs["workload"].to_list(), *sizing.skipped["workload"].to_list()}
    assert sized == {run.id for run in (*program.training, *program.serving)}


def test_an_oversubscribed_fabric_is_read_as_tiers(program: Program, catalog: Catalog) -> None:
    """Uplinks of a rail thin what leaves the unit that its leaf joins, those of a leaf in a rack what leaves that."""
    platform = program.platforms[0]

    def tiers(**fabric: object) -> list[tuple[float, float]]:
        target = platform.fabric.model_copy(update=fabric)
        moved = program.model_copy(update={"platforms": (platform.model_copy(update={"fabric": target}),)})
        kind = sizing_request(moved, catalog, racks(program)).platforms[0]
        return [(tier.within, tier.oversubscription) for tier in kind.tiers]

    unit = platform.fabric.unit_racks * 72.0
    assert tiers() == []
    assert tiers(oversubscription=4.0) == [(unit, 4.0)]
    assert tiers(family="leaf-spine", oversubscription=4.0) == [(72.0, 4.0)]
    assert tiers(family="fat-tree", oversubscription=2.0, spine_oversubscription=3.0) == [(72.0, 2.0), (unit, 6.0)]


def test_a_run_on_campuses_has_their_link(program: Program, catalog: Catalog) -> None:
    """20 Tb/s are 2.5 TB/s, of which the catalog's share is reached; a run in one place has no link."""
    run = program.training[0]
    far = run.model_copy(update={"campuses": 2, "campus_gbit_s": 20_000.0, "campus_latency_s": 5e-3})
    moved = program.model_copy(update={"training": (far,)})
    campuses = sizing_request(moved, catalog, racks(program)).training[0].campuses
    assert campuses.number == 2.0
    assert campuses.link is not None
    assert (campuses.link.byte_s, campuses.link.latency_s) == (2.5e12, 5e-3)
    assert campuses.link.efficiency_share == 0.8
    assert sizing_request(program, catalog, racks(program)).training[0].campuses.link is None
