"""How much less do the cables of a hall cost as placed than in id order row by row, and with switches in mid-row?

Designs of benchmarks/network/halls.csv: units of eight racks of 18 trays with four rails of 800 Gb/s, in halls of 8 to
40 racks a row; with leaves by rack of 64 ports in a cage each, and with leaves by rail of 144 ports, two a cage.
Prices, reaches, cages, heights and lengths are those of the catalog. Cost is that of all links between racks, priced by
length as cabling prices them (tests/unit/layout/test_prices.py); all placements use the same racks, positions and
prices. Where two 800 Gb/s ports share a cage, copper of 1.6 Tb/s reaches no rack beside it, so places matter only by
metres of fibre: the run prints beside each figure how much lower any placement on the same positions could be at most.
"""

from __future__ import annotations

import csv
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from rackwright.catalog import load_catalog
from rackwright.catalog.installation import LayoutRules
from rackwright.catalog.parts import Fact, Switch
from rackwright.fabric import FabricRequest, design_fabric
from rackwright.fabric.request import BlockNeed, Target
from rackwright.fabric.request import RackRun as FabricRun
from rackwright.fabric.request import SwitchSpec as FabricSwitch
from rackwright.layout.floor import Placed
from rackwright.layout.place import _device_racks, _fill_halls
from rackwright.layout.prices import TrayCage, cable_rules
from rackwright.layout.request import (
    BlockSpec,
    HallRun,
    HallSpec,
    LayoutRequest,
    RackRun,
    RackSpec,
    SwitchSpec,
    _prices,
)
from rackwright.layout.search import Flows, hall_flows, improve_floor, place_prices
from rackwright.tables.racks import Ports, Slots

CASES = Path(__file__).parent / "network" / "halls.csv"
UNIT_RACKS, TRAYS, RAILS, GBIT_S = 8, 18, 4, 800.0
DESIGNS = (("nvidia-sn5600-64x800", "rack-aligned"), ("nvidia-q3400", "rail-optimised"))
CAGE = TrayCage("tray", "scale-out", "OSFP", 1)
CATALOG = load_catalog(None)


def fact(value: float) -> Fact:
    """A figure of the case."""
    return Fact("case", value, "", "", "", "assumption")


def fabric_request(units: int, part: str, family: str) -> FabricRequest:
    """The scale-out network of one block."""
    switch = CATALOG.get(Switch, part)
    assert switch.ports is not None
    assert switch.port_gbit_s is not None
    spec = FabricSwitch(id=part, protocol=switch.protocol, ports=switch.ports, port_gbit_s=switch.port_gbit_s)
    target = Target(
        platform="p",
        protocol=switch.protocol,
        family=family,
        unit_racks=UNIT_RACKS,
        rails=RAILS,
        planes=1,
        leaf=spec,
        spine=spec,
        core=spec,
        oversubscription=1.0,
        storage=None,
        in_band=None,
        out_of_band=None,
    )
    slots = [("rack", u + 1, 0, "tray", "compute", 1, u) for u in range(TRAYS)]
    ports = [("rack", u + 1, 0, r, "scale-out", r, 0, GBIT_S) for u in range(TRAYS) for r in range(RAILS)]
    need = BlockNeed(block="b", units=units, runs=(FabricRun(0, units, "rack"),), target=target)
    return FabricRequest((need,), Slots.from_rows(slots), Ports.from_rows(ports))


def layout_request(units: int, positions: int, part: str, family: str) -> LayoutRequest:
    """One block in one hall that has room for all."""
    fabric = design_fabric(fabric_request(units, part, family))
    height_u = CATALOG.get(Switch, part).height_u
    assert height_u is not None
    rules = next(rules for rules in CATALOG.all(LayoutRules) if rules.rack_pitch_m and cable_rules(rules))
    assert rules.rack_pitch_m is not None
    assert rules.row_pitch_m is not None
    racks = units * UNIT_RACKS + len(fabric.devices) // UNIT_RACKS + 8
    hall = HallSpec(
        id="h",
        rows=-(-racks // positions) + 8,
        positions=positions,
        keep_out=(),
        it_w=1e12,
        row_w=None,
        floor_load_kg_m2=1e6,
        rack_pitch_m=rules.rack_pitch_m,
        row_pitch_m=rules.row_pitch_m,
        cdu_rating_w=None,
        cable_rules=cable_rules(rules),
        spare_units=0,
        racks_per_loop=8,
    )
    frame = {"mean_w": 1.0, "peak_w": 1.0, "liquid_share": 0.0, "kg": 1.0, "width_mm": None, "side_racks": 0}
    return LayoutRequest(
        blocks=(
            BlockSpec(
                block="b",
                unit_racks=UNIT_RACKS,
                network_type="network",
                runs=(RackRun(0, units, "rack", "t"),),
                halls=(HallRun("h", 0, units),),
            ),
        ),
        halls=(hall,),
        racks=(
            RackSpec(type="rack", height_u=48, **frame),  # type: ignore[arg-type]
            RackSpec(type="network", height_u=48, **frame),  # type: ignore[arg-type]
        ),
        switches=(SwitchSpec(id=part, height_u=height_u, power_w=None, mass_kg=None),),
        network_fill_share=fact(0.8),
        devices=fabric.devices,
        links=fabric.links,
        prices=_prices(CATALOG, fabric, (CAGE,)),
        tray_cages=(CAGE,),
    )


def kinds_of(request: LayoutRequest, placed: list[Placed], flows: Flows) -> list[tuple[np.ndarray, np.ndarray]]:
    """Links, and the price of one between the places, from rack to rack, of each kind of link."""
    hall = request.halls[0]
    assert hall.cable_rules is not None
    known = {(price.gbit_s, price.part, price.form, price.links): price for price in request.prices}
    return [(flow, place_prices(hall, hall.cable_rules, placed, known[kind])) for kind, flow in flows.items()]


def cost_usd(request: LayoutRequest, placed: list[Placed], flows: Flows) -> float:
    """Price of all links between racks."""
    return sum(float(np.sum(flow * usd) / 2.0) for flow, usd in kinds_of(request, placed, flows))


def floor_usd(request: LayoutRequest, placed: list[Placed], flows: Flows) -> float:
    """A price that no placement is below: the best partners of each rack at the cheapest places round any place.

    Each rack's links, the most to one rack first, are led to other racks at the prices from one place in rising order,
    from the place where that sums up to least (Gilmore and Lawler's bound, but several racks may choose one place).
    """
    total = 0.0
    for flow, usd in kinds_of(request, placed, flows):
        apart = ~np.eye(len(placed), dtype=np.bool_)
        size = (len(placed), len(placed) - 1)
        links = -np.sort(-flow[apart].reshape(size), axis=1)
        prices = np.sort(usd[apart].reshape(size), axis=1)
        total += float((links @ prices.T).min(axis=1).sum() / 2.0 + np.sum(flow.diagonal() * usd.diagonal()) / 2.0)
    return total


def at_places(placed: list[Placed], order: np.ndarray, positions: int) -> list[Placed]:
    """Racks one after the other, row by row: rack `order[k]` stands at place k."""
    place = np.argsort(order)
    return [
        replace(rack, row=int(k) // positions + 1, position=int(k) % positions + 1)
        for rack, k in zip(placed, place, strict=True)
    ]


def mid_row(roles: list[str], positions: int) -> np.ndarray:
    """Order of racks with those of switches spread evenly over the rows, in the middle of each."""
    networks = [i for i, role in enumerate(roles) if role == "network"]
    computes = [i for i, role in enumerate(roles) if role == "compute"]
    rows = -(-len(roles) // positions)
    order: list[int] = []
    for row in range(rows):
        mine = networks[row * len(networks) // rows : (row + 1) * len(networks) // rows]
        room = min(positions, len(roles) - row * positions) - len(mine)
        rest = [computes.pop(0) for _ in range(min(room, len(computes)))]
        order += [*rest[: len(rest) // 2], *mine, *rest[len(rest) // 2 :]]
    return np.array(order + computes)


def compare(part: str, family: str) -> None:
    """Place every case of a design three ways."""
    against_id, against_mid, most_id, most_mid = [], [], [], []
    for case in csv.DictReader(CASES.open()):
        positions = int(case["positions"])
        request = layout_request(int(case["units"]), positions, part, family)
        started = time.process_time()
        blocks, floors = _fill_halls(request, {}, dense=False)
        devices = _device_racks(request, blocks)
        floor = improve_floor(request, request.halls[0], floors["h"], devices)
        seconds = time.process_time() - started
        placed = sorted(floor.placed, key=lambda rack: (rack.item.role, rack.item.rack_index))
        flows = hall_flows(request, placed, devices)
        roles = [rack.item.role for rack in placed]
        found = cost_usd(request, placed, flows)
        rule = sorted(floors["h"].placed, key=lambda rack: (rack.item.role, rack.item.rack_index))
        in_order = cost_usd(request, at_places(placed, np.arange(len(placed)), positions), flows)
        middle = cost_usd(request, at_places(placed, mid_row(roles, positions), positions), flows)
        against_id.append(1.0 - found / in_order)
        against_mid.append(1.0 - found / middle)
        places = (placed, at_places(placed, np.arange(len(placed)), positions))
        floor_price = min(floor_usd(request, own, flows) for own in places)
        assert floor_price <= found
        most_id.append(1.0 - floor_price / in_order)
        most_mid.append(1.0 - floor_price / middle)
        print(
            f"network layout {part} {case['id']:8} {len(placed):4d} racks {found / 1e6:8.2f} MUSD, by rule "
            f"{cost_usd(request, rule, flows) / 1e6:8.2f}; {against_id[-1]:6.1%} below id order, "
            f"{against_mid[-1]:6.1%} below mid-row, no placement more than {most_id[-1]:.1%} / {most_mid[-1]:.1%}, "
            f"{seconds:5.1f} s CPU"
        )
    print(
        f"network layout {part} {family}: mean {np.mean(against_id):.1%} below id order (to reach: 30 %), "
        f"{np.mean(against_mid):.1%} below mid-row (to reach: 10 %); "
        f"bound for any placement: {np.mean(most_id):.1%} / {np.mean(most_mid):.1%}"
    )


def main() -> None:
    """Compare both designs."""
    for part, family in DESIGNS:
        compare(part, family)


if __name__ == "__main__":
    main()
