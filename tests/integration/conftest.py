"""Small designed fabrics for real programs to judge, and the plan of the small example."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rackwright.catalog import load_catalog
from rackwright.catalog.parts import Fact
from rackwright.fabric import FabricRequest, design_fabric
from rackwright.fabric.request import BlockNeed, RackRun, SwitchSpec, Target
from rackwright.pipeline import plan_program
from rackwright.plan import Plan
from rackwright.program import read_program
from rackwright.tables.fabric import Fabric
from rackwright.tables.racks import Ports, Slots

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(scope="session")
def one_pod() -> Plan:
    """The plan of the small example."""
    catalog = load_catalog(None)
    return plan_program(read_program(EXAMPLES / "one-pod", catalog=catalog), catalog)


@pytest.fixture
def fabric_of() -> Callable[[int, int, int, int], Fabric]:
    """Design a fabric of units of one rack, with switches of a radix, trays a rack and rails a tray."""
    return lambda units, radix, trays, rails: design_fabric(request_of(units, radix, trays, rails))


def request_of(units: int, radix: int, trays: int, rails: int) -> FabricRequest:
    """One block of units with one rack each."""
    figures = {"ports": float(radix), "port_gbit_s": 400.0}
    facts = {name: Fact(f"case.{name}", value, "", "", "", "assumption") for name, value in figures.items()}
    switch = SwitchSpec(id="switch", protocol="infiniband", **facts)
    target = Target(
        platform="p",
        protocol="infiniband",
        family="rail-optimised",
        unit_racks=1,
        rails=rails,
        planes=1,
        leaf=switch,
        spine=switch,
        core=switch,
        oversubscription=1.0,
        storage=None,
        in_band=None,
        out_of_band=None,
    )
    slots = [("rack", u + 1, 0, "tray", "compute", 1, u) for u in range(trays)]
    ports = [("rack", u + 1, 0, r, "scale-out", r, 0, 400.0) for u in range(trays) for r in range(rails)]
    need = BlockNeed(block="b", units=units, runs=(RackRun(0, units, "rack"),), target=target)
    return FabricRequest((need,), Slots.from_rows(slots), Ports.from_rows(ports))
