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
