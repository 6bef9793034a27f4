"""How much less do the cables of a hall cost as placed than in id order row by row, and with switches in mid-row?

Designs of benchmarks/network/halls.csv: units of eight racks of 18 trays with four rails of 800 Gb/s, in halls of 8 to
40 racks a row; with leaves by rack of 64 ports in a cage each, and with leaves by rail of 144 ports, two a cage.
Prices, reaches, cages, heights and lengths are those of the catalog. Cost is that of all links between racks, priced by
length as cabling prices them (tests/unit/layout/test_prices.py); all placements use the same racks, positions and
prices. Where two 800 Gb/s ports share a cage, copper of 1.6 Tb/s reaches no rack beside it, so places matter only by
metres of fibre: the run prints beside each figure how much lower any placement on the same positions could be at most.
It also bounds what is missed by a price link by link, as links of a cage take the part of the longest;
`python benchmarks/bench_network_layout.py PLAN ...` does so for finished plans.
"""

from __future__ import annotations

import csv
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from rackwright.cabling import cabling_request
from rackwright.cabling.cages import highest_of_cage
from rackwright.cabling.ends import find_ends
from rackwright.cabling.paths import find_routes, stock_length_mm
from rackwright.catalog import load_catalog
from rackwright.catalog.installation import LayoutRules
from rackwright.catalog.parts import Fact, Switch, Tray
from rackwright.exchange.folder import read_plan
from rackwright.fabric import FabricRequest, design_fabric
from rackwright.fabric.request import BlockNeed, Target
from rackwright.fabric.request import RackRun as FabricRun
from rackwright.fabric.request import SwitchSpec as FabricSwitch
from rackwright.layout.floor import Placed
from rackwright.layout.place import _device_racks, _fill_halls
from rackwright.layout.prices import TrayCage, cable_rules, tray_cages
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
    return sum(float(np.sum(flow * usd)) for flow, usd in kinds_of(request, placed, flows))


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
        total += float((links @ prices.T).min(axis=1).sum() + np.sum(flow.diagonal() * usd.diagonal()))
    return total


def longest_share(links: pl.DataFrame, own_usd: np.ndarray) -> float:
    """By which share links would cost more if each were as long as the longest that shares a cage with it.

    `links` have device, cage and per_cage of both ends. Cabling chooses one part for such links by the longest, but
    orders only what is one assembly that long, so this bounds what a price link by link misses.
    """
    millionths = np.round(own_usd * 1e6).astype(np.int64)  # prices rise with length: the longest has the highest
    return float(highest_of_cage(links, millionths)[0].sum() / millionths.sum() - 1.0)


def shared_links(
    request: LayoutRequest, placed: list[Placed], devices: pl.DataFrame
) -> tuple[pl.DataFrame, np.ndarray]:
    """Links of a case with both cages, and their prices as placed."""
    keys = [(rack.item.block, rack.item.role, rack.item.rack_index) for rack in placed]
    order = pl.DataFrame(keys, schema=["block", "role", "rack_index"], orient="row").with_row_index("at")
    at = devices.join(order, on=["block", "role", "rack_index"]).select("device", "at")
    known = at.join(request.devices.frame.select("device", "part", "tier"), on="device")
    assert request.links is not None
    links = request.links.frame
    for side in ("a", "b"):
        own = known.rename({name: f"{side}_{name}" for name in known.columns})
        links = links.join(own, on=f"{side}_device", maintain_order="left")
    found = CATALOG.get(Switch, str(links["b_part"][0])).ports_per_cage
    each = 1 if found is None else round(found.value)
    links = links.with_columns(
        a_per_cage=pl.when(pl.col("a_tier") == 0).then(CAGE.links).otherwise(each), b_per_cage=pl.lit(each)
    ).with_columns(**{f"{side}_cage": pl.col(f"{side}_port") // pl.col(f"{side}_per_cage") for side in ("a", "b")})
    hall = request.halls[0]
    assert hall.cable_rules is not None
    usd = {price.form: place_prices(hall, hall.cable_rules, placed, price) for price in request.prices}
    a, b = (links[name].to_numpy() for name in ("a_at", "b_at"))
    return links, np.where(links["a_tier"].to_numpy() == 0, usd[CAGE.form][a, b], usd[""][a, b])


def planned_share(folder: Path) -> float:
    """The same for all links of a finished plan, at the lengths of its cables and the prices of layout."""
    plan = read_plan(folder)
    request = cabling_request(plan.program, plan.catalog(), plan.fabric, plan.layout)
    ends = find_ends(request)
    own_mm = stock_length_mm(request.halls, find_routes(request.halls, ends.a, ends.b), ends.a, ends.b)
    trays = tray_cages(plan.catalog().all(Tray))
    prices = {(p.gbit_s, p.part, p.form, p.links): np.array(p.usd) for p in _prices(plan.catalog(), plan.fabric, trays)}
    links = ends.frame.with_columns(own_m=pl.Series(own_mm) / 1000.0, usd=pl.lit(0.0)).with_row_index("n")
    usd = np.zeros(links.height)
    kinds = links.with_columns(each=pl.when(pl.col("a_form") == "").then(1).otherwise("a_per_cage"))
    for key, rows in kinds.group_by("gbit_s", "b_part", "a_form", "each"):
        found = prices.get((key[0], str(key[1]), str(key[2]), key[3]))  # type: ignore[arg-type]
        if found is not None:
            metres = np.minimum(np.ceil(rows["own_m"].to_numpy()).astype(np.int64), len(found) - 1)
            usd[rows["n"].to_numpy()] = found[metres]
    return longest_share(links, usd)


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
    against_id, against_mid, most_id, most_mid, missed = [], [], [], [], []
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
        missed.append(longest_share(*shared_links(request, placed, devices)))
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
        f"bound for any placement: {np.mean(most_id):.1%} / {np.mean(most_mid):.1%}; the longest link of a cage "
        f"adds at most {max(missed):.4%}"
    )


def main() -> None:
    """Compare both designs, or look at the plans named."""
    for name in sys.argv[1:]:
        share = planned_share(Path(name))
        print(f"network layout plan {Path(name).name}: the longest link of a cage adds at most {share:.3%}")
    for part, family in DESIGNS if len(sys.argv) == 1 else ():
        compare(part, family)


if __name__ == "__main__":
    main()
