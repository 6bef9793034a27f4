"""The equipment list with its gates and slots, and what could take the place of what slips."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from pathlib import Path

import pytest

from rackwright.catalog import load_catalog
from rackwright.power import Power, design_power
from rackwright.power.board_faults import board_faults
from rackwright.power.buildable import parts_with_boards
from rackwright.power.deadlines import equipment_gates, procured_parts
from rackwright.power.market import market_parts, offered_terms
from rackwright.power.procurement import there_days
from rackwright.power.request import CoolingGroup, EquipmentGate, EquipmentGates, MarketPart, Procured
from rackwright.program import load_program
from rackwright.program.supply import OpenOrder, Stock

from .conftest import ALTERNATIVES, ELECTRIC, make_racks, make_request, make_site, stated

ONE_POD = Path(__file__).parents[3] / "examples" / "one-pod"


def offered(part: str, family: str, rating: float, volts: tuple[float, ...] = (), *, days: float = 100.0) -> MarketPart:
    """A part on the market, made to order where it stands between voltages."""
    return MarketPart(part, part, family, rating, "slot", volts, bool(volts), "US", 1e5, days)


MARKET = (
    offered("hv", "hv-mv", 60e6, (138e3, 34.5e3), days=900.0),
    offered("hv-30", "hv-mv", 30e6, (138e3, 34.5e3), days=700.0),
    offered("hv-345", "hv-mv", 200e6, (345e3, 34.5e3)),
    offered("ups", "ups", 1.5e6),
    offered("engine", "engine", 4e6),
    offered("bess", "bess", 5e6),
)


def designed() -> Power:
    """A site of 20 racks with this market and ten weeks of drawings."""
    halls = tuple(replace(hall, it_limit_w=10e6) for hall in make_site().halls)
    request = make_request(make_racks(20), make_site(halls=halls))
    return design_power(replace(request, market=MARKET, electric=replace(ELECTRIC, drawing_days=stated(70.0))))


def test_101_the_list_counts_the_chain() -> None:
    """Each part on the market stands once with its pieces, what its slot binds, and its gates."""
    power = designed()
    rows = {row["part"]: row for row in power.equipment.frame.iter_rows(named=True)}
    counts = dict(power.elements.frame.filter(power.elements["part"] != "").group_by("part").len().iter_rows())
    assert {part: row["count"] for part, row in rows.items()} == {part: counts[part] for part in ("hv", "ups")}
    assert (rows["hv"]["drawing_days"], rows["hv"]["binds"]) == (70.0, "slot")
    assert (rows["ups"]["drawing_days"], rows["ups"]["binds"]) == (0.0, "")
    assert "interconnection agreement" in rows["hv"]["gates"]


def test_104_cooling_units_are_ordered_too() -> None:
    """Coolers stand in the list with the gate of the first hall, are late against it, and have their substitutes."""
    gate = EquipmentGate("hall h1", dt.date(2027, 2, 8), 80.0)
    gates, group = EquipmentGates(hall=gate), CoolingGroup("cdu", "small", 3, 1e6)
    site = replace(make_site(), cooling=(group,), gates=gates)
    market = (offered("small", "cdu", 1e6), offered("large", "cdu", 2e6, days=70.0))
    power = design_power(replace(make_request(make_racks(20), site), market=market))
    (row,) = power.equipment.frame.iter_rows(named=True)
    assert (row["part"], row["count"], row["gate_days"], row["gates"]) == ("small", 3, 80.0, "hall commissioned")
    checks = power.checks.frame.filter(rule="power-equipment-gate")
    assert checks["passed"].to_list() == [False]
    assert power.substitutes["substitute"].to_list() == ["large"]
    (relief,) = power.reliefs.frame.filter(rule="power-equipment-gate")["relief"].to_list()
    assert "days late for hall h1 of 2027-02-08: a larger one, 3 x large can be there in 70 days" in relief


def test_201_what_could_take_its_place() -> None:
    """Smaller transformers of the same voltages; a bridge for what the site draws, generation for that and a spare."""
    power = designed()
    own = {row["substitute"]: row for row in power.substitutes.frame.filter(part="hv").iter_rows(named=True)}
    assert set(own) == {"hv-30", "engine", "bess"}
    pieces = power.equipment.frame.filter(part="hv")["count"][0]
    assert (own["hv-30"]["way"], own["hv-30"]["count"]) == ("several smaller ones", 2 * pieces)
    assert (own["hv-30"]["days"], own["hv-30"]["cost_usd"]) == (770.0, 2e5 * pieces)
    drawn_w = power.balances["facility_w"][0]
    one_w = {name: next(part.rating for part in MARKET if part.part == name) for name in ("engine", "bess")}
    assert own["engine"]["count"] == math.ceil(drawn_w / one_w["engine"]) + 1
    assert own["bess"]["count"] == math.ceil(drawn_w / one_w["bess"])


def test_301_an_offer_comes_before_the_catalog() -> None:
    """Price and lead time are the offer's of the program, counted from the order without drawings before it."""
    catalog = load_catalog()
    program, _ = load_program(ONE_POD, catalog=catalog)
    assert program is not None
    market = {part.part: part for part in market_parts(catalog, offered_terms(program))}
    own = next(offer for offer in program.supply.offers if offer.item == "hv-mv-60mva")
    part = market["hv-mv-60mva"]
    assert (part.price_usd, part.lead_days) == (own.price.value, own.lead_days.value)
    assert part.drawing_days(70.0) == 0.0
    assert market["ups-1500kw"].is_offered is False
    assert market["mv-lv-2.5mva"].drawing_days(70.0) == 70.0


def test_202_no_substitute_breaks_the_chain() -> None:
    """A unit substation whose fault the board does not interrupt is not offered."""
    site = make_site()
    own, board = site.parts.unit_substation, site.parts.lv_switchgear
    faults = board_faults(site)
    weak = replace(board, interrupting_a=stated(1.1 * faults.behind(own)))
    big = replace(own, id="big", rating_va=stated(4.0 * own.rating_va.value))
    same = replace(own, id="same")
    site = replace(site, parts=replace(site.parts, lv_switchgear=weak))
    market = tuple(offered(part, "mv-lv", 1e6, (34.5e3, 0.415e3)) for part in ("big", "same"))
    others = replace(ALTERNATIVES, substations=(same, big))
    assert [part.part for part in parts_with_boards(site, market, others)] == ["same"]


def test_302_gates_lie_ahead_and_orders_count() -> None:
    """A step ahead asks for equipment though one behind gives power already; an open order dates its part."""
    program, _ = load_program(ONE_POD)
    assert program is not None
    site = program.sites[0]
    step = site.energisation[0]
    days = (program.as_of - dt.timedelta(days=90), program.as_of + dt.timedelta(days=60))
    kinds = [kind for kind in ("contract", "substation") for _ in days]
    steps = [
        step.model_copy(update={"id": f"{kind}-{n}", "kind": kind, "date": date, "power_w": 1e6 * (n % 2 + 1)})
        for n, (kind, date) in enumerate(zip(kinds, days * 2, strict=True))
    ]
    gate = equipment_gates(site.model_copy(update={"energisation": tuple(steps)}), program).energisation
    assert gate is not None
    assert (gate.name, gate.days) == ("power step substation-3", 60.0)
    alone = equipment_gates(site.model_copy(update={"energisation": tuple(steps[:3])}), program).energisation
    assert alone is None  # the contract grows, the substation does not
    order = OpenOrder(item="ups-1500kw", supplier="supplier-f", plant=site.id, promised=days[1], qty=1.0)
    supply = program.supply.model_copy(update={"open_orders": (order,)})
    found = {row.part: row.days for row in procured_parts(site, program.model_copy(update={"supply": supply}))}
    assert found["ups-1500kw"] == 60.0


@pytest.mark.parametrize(("count", "days"), [(2, 0.0), (3, 60.0), (5, 60.0), (6, 400.0)])
def test_303_stock_and_orders_count_by_pieces(count: int, days: float) -> None:
    """Two in stock and three on order: two are there today, five with the order, a sixth is ordered today."""
    held = (Procured("own", 0.0, "stock", 2.0), Procured("own", 60.0, "order", 3.0), Procured("x", 1.0, "", 9.0))
    site = replace(make_site(), procured=held)
    assert there_days(site, offered("own", "ups", 1e6, days=330.0), 70.0, count)[0] == days
    bought = replace(site, procured=(*held, Procured("own", 90.0, "project")))
    assert there_days(bought, offered("own", "ups", 1e6, days=330.0), 70.0, 6) == (90.0, "project")


def test_304_only_free_stock_of_the_site_is_there() -> None:
    """What stands at the site counts; what is on hold, or stands elsewhere, does not."""
    program, _ = load_program(ONE_POD)
    assert program is not None
    site = program.sites[0]
    held = (
        Stock(item="ups-1500kw", plant=site.id, qty=6.0),
        Stock(item="busway-1000a", plant=site.id, qty=9.0, status="hold"),
        Stock(item="tap-250a", plant="columbus", qty=90.0),
    )
    supply = program.supply.model_copy(update={"stock": held})
    found = {row.part: row for row in procured_parts(site, program.model_copy(update={"supply": supply}))}
    assert (found["ups-1500kw"].days, found["ups-1500kw"].pieces) == (0.0, 6.0)
    assert found["ups-1500kw"].source == f"program:stock[item=ups-1500kw,plant={site.id}]"
    assert not {"busway-1000a", "tap-250a"} & set(found)
