"""Which rules of the power chain hold, by how much, and what would repair those that do not?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from rackwright.base.units import format_quantity
from rackwright.catalog.installation import ElectricRules
from rackwright.catalog.narrow import figure
from rackwright.catalog.parts import Fact
from rackwright.catalog.standins import lenders
from rackwright.power.balance import HallBalance
from rackwright.power.board_faults import board_faults
from rackwright.power.chain import COVERED_KINDS
from rackwright.power.earth_faults import earth_findings
from rackwright.power.failures import lost_racks, shared_elements
from rackwright.power.feeder_runs import feeder_findings
from rackwright.power.finding import ROUNDING, Finding
from rackwright.power.grading import grading_findings
from rackwright.power.grid_findings import grid_findings
from rackwright.power.mv_findings import mv_findings
from rackwright.power.ratings import derated_findings
from rackwright.power.redundancy import scheme_named
from rackwright.power.reliefs import racks_above, repair_fault, repair_mv_fault, repair_overload, repair_shortage
from rackwright.power.request import Alternatives, PowerRules
from rackwright.power.site import SitePower
from rackwright.power.standby import on_site_findings, standby_findings

__all__ = ["find"]

MOST_NAMED = 3
RATING_FACTS = {
    "hv-transformer": "rating_va",
    "mv-switchgear": "rating_a",
    "unit-substation": "rating_va",
    "lv-switchgear": "rating_a",
    "generator": "rating_w",
    "ups": "rating_w",
    "busway": "rating_a",
    "tap": "rating_a",
    "ats": "rating_a",
    "sts": "rating_a",
    "side-rack": "rating_w",
}
"""Figure of the part that an element's rating is made from, by kind."""


def find(power: SitePower, others: Alternatives, figures: PowerRules) -> Iterator[Finding]:
    """Every finding of one site, in a fixed order."""
    rules = figures.electric
    yield from _site_findings(power)
    yield from _hall_findings(power)
    yield from _impedance_findings(power)
    yield from _fault_findings(power, others)
    yield from _voltage_findings(power)
    yield from _supply_findings(power, rules)
    yield from grid_findings(power, rules)
    yield from _redundancy_findings(power)
    yield from _load_findings(power, others)
    yield from feeder_findings(power, rules, figure(figures.facility.power_factor))
    yield from standby_findings(power, rules)
    yield from on_site_findings(power)
    yield from grading_findings(power, rules)
    if rules.room_c is not None:
        yield from derated_findings(power, figures.deratings, figure(rules.room_c))


def _site_findings(power: SitePower) -> Iterator[Finding]:
    """Power, planning PUE and water of the site."""
    site, order = power.order.site, power.order
    relief = repair_shortage(power) if power.facility_w > power.energised_w else ""
    source = f"program:sites[{site}].energisation"
    yield Finding("power-energised", site, power.facility_w, power.energised_w, "W", source, relief)
    source = f"program:sites[{site}].planning_pue"
    relief = f"plan with a PUE of {power.pue:.3f}" if power.pue > order.planning_pue else ""
    yield Finding("power-planning-pue", site, power.pue, order.planning_pue, "", source, relief)
    if order.water_limit_l_per_day is not None:
        litres, limit = sum(hall.water_l_per_day for hall in order.halls), order.water_limit_l_per_day
        relief = (
            f"a permit of {litres:,.0f} L/day, or {1.0 - limit / max(litres, limit):.0%} of the heat into dry coolers"
        )
        yield Finding("power-water", site, litres, limit, "L/day", f"program:sites[{site}].water_l_per_day", relief)


def _hall_findings(power: SitePower) -> Iterator[Finding]:
    """IT power a hall is built for, and the heat its cooling carries with one unit lost."""
    services = {service.hall: service for service in power.order.halls}
    for hall in power.halls:
        service = services[hall.hall]
        source = f"program:halls[{hall.hall}].it_power"
        yield Finding("power-hall-it", hall.hall, hall.it_w, service.it_limit_w, "W", source, _less_it(power, hall))
        missing = format_quantity(max(0.0, hall.heat_w - service.heat_limit_w), "W")
        source, relief = "cooling.units.rated_w", f"heat rejection of {missing} more, one unit lost"
        yield Finding("power-hall-heat", hall.hall, hall.heat_w, service.heat_limit_w, "W", source, relief)


def _less_it(power: SitePower, hall: HallBalance) -> str:
    """Racks to place elsewhere, the largest first, or the IT power to build the hall for."""
    limit_w = next(service.it_limit_w for service in power.order.halls if service.hall == hall.hall)
    racks_w = next(load.power_w for load in power.hall_loads if load.hall == hall.hall)
    racks = racks_above(racks_w.tolist(), hall.it_w - limit_w)
    return f"{racks} rack{'' if racks == 1 else 's'} in another hall, or it_power: {format_quantity(hall.it_w, 'W')}"


def _impedance_findings(power: SitePower) -> Iterator[Finding]:
    """Parts without an impedance of their own: faults and voltages rest on another part's."""
    parts, rings, site = power.order.parts, power.rings, power.order.site
    for part in (parts.hv_transformer, parts.unit_substation, *((rings.cable,) if rings is not None else ())):
        for name, fact in lenders(part):
            relief = f"{name} of {part.id} in the catalog; {fact.written} of {fact.id.rsplit('.', 1)[0]} stands in"
            yield Finding("power-impedance-stated", f"{site} {part.id}", 1, 0, "figure", f"fact:{fact.id}", relief)


def _fault_findings(power: SitePower, others: Alternatives) -> Iterator[Finding]:
    """Three-phase fault by IEC 60909 at each kind of board against its interrupting rating."""
    parts, site = power.order.parts, power.order.site
    faults, choice = board_faults(power.order), power.unit_choice
    source = "highest interrupting rating of a low-voltage board in the catalog"
    yield Finding("power-unit-substation", site, choice.fault_a, choice.most_a, "A", source, choice.relief)
    low_a = faults.behind(parts.unit_substation)
    for level, board, fault_a in (("lv", parts.lv_switchgear, low_a), ("mv", parts.mv_switchgear, faults.medium_a)):
        limit_a = figure(board.interrupting_a)
        repair = repair_fault(power, faults, others) if level == "lv" else repair_mv_fault(power, faults)
        relief = repair if fault_a > limit_a else ""
        source = f"fact:{board.id}.interrupting_a"
        yield Finding("power-fault-current", f"{site} {level}", fault_a, limit_a, "A", source, relief)
    earth_a = faults.low_earth_a(parts.unit_substation)
    limit_a, source = figure(parts.lv_switchgear.interrupting_a), f"fact:{parts.lv_switchgear.id}.interrupting_a"
    relief = repair_fault(power, faults, others) if earth_a > limit_a else ""
    yield Finding("power-fault-current", f"{site} lv line-to-ground", earth_a, limit_a, "A", source, relief)


def _voltage_findings(power: SitePower) -> Iterator[Finding]:
    """Voltages that meet are the same, and no board stands above its rated voltage."""
    parts, site = power.order.parts, power.order.site
    hv, unit = parts.hv_transformer, parts.unit_substation
    medium_v, low_v = figure(hv.secondary_v), figure(unit.secondary_v)
    meeting = (
        ("hv-primary", power.order.utility_v, hv.primary_v),
        ("mv-primary", medium_v, unit.primary_v),
        ("busway", low_v, parts.busway.voltage_v),
    )
    for name, voltage_v, stated in meeting:
        nearest_v = _nearest(stated, voltage_v)
        off_v = abs(voltage_v - nearest_v)
        source = f"fact:{stated.id}" if stated is not None else ""
        relief = f"a part for {voltage_v:,.0f} V in place of {nearest_v:,.0f} V, or the other voltage before it"
        yield Finding("power-voltage-match", f"{site} {name}", off_v, 0.0, "V", source, relief)
    for name, voltage_v, board in (("mv", medium_v, parts.mv_switchgear), ("lv", low_v, parts.lv_switchgear)):
        limit_v = figure(board.voltage_v)
        source, relief = f"fact:{board.id}.voltage_v", f"a board for {voltage_v / 1e3:g} kV or more"
        yield Finding("power-voltage-rating", f"{site} {name}", voltage_v, limit_v, "V", source, relief)


def _supply_findings(power: SitePower, rules: ElectricRules) -> Iterator[Finding]:
    """Voltage at the boards, medium voltage and its earth faults."""
    site = power.order.site
    limit = figure(rules.voltage_drop_share)
    relief = f"taps {max(0.0, power.drop_share - limit):.1%} below nominal at the unit substations, or less impedance"
    source = f"fact:{rules.id}.voltage_drop_share"
    yield Finding("power-voltage-drop", site, power.drop_share, limit, "", source, relief)
    yield from mv_findings(power, rules)
    yield from earth_findings(power, rules)


def _nearest(stated: Fact | None, voltage_v: float) -> float:
    """Voltage within a figure's band that is nearest to another."""
    low_v, high_v = stated.band if stated is not None else (voltage_v, voltage_v)
    return min(max(voltage_v, low_v), high_v)


def _redundancy_findings(power: SitePower) -> Iterator[Finding]:
    """Nothing shared by both sides below medium voltage, and no rack lost with any one element."""
    chain, scheme, site = power.chain, scheme_named(power.order.scheme), power.order.site
    if scheme.form == "single":
        return
    source = f"program:sites[{site}].power.scheme"
    if scheme.is_dual_corded:
        shared = shared_elements(chain, power.loads)
        relief = f"one more of each on the other side: {_named(power, shared)}"
        yield Finding("power-isolation", site, shared.size, 0, "element", source, relief)
    covered = chain.is_kind("hv-transformer", "mv-switchgear", *COVERED_KINDS[scheme.name])
    racks = np.where(covered, lost_racks(chain, power.loads), 0)
    relief = f"a second source behind {_named(power, np.flatnonzero(racks > 0))}"
    yield Finding("power-path-one-lost", site, int(np.max(racks, initial=0)), 0, "rack", source, relief)


def _named(power: SitePower, elements: npt.NDArray[np.int64]) -> str:
    """The first elements by name, and how many more."""
    names = ", ".join(power.chain.names[element] for element in elements[:MOST_NAMED].tolist())
    more = elements.size - MOST_NAMED
    return f"{names} and {more} more" if more > 0 else names


def _load_findings(power: SitePower, others: Alternatives) -> Iterator[Finding]:
    """Worst load of the fullest element of each kind in each hall, against its rating and the continuous limit.

    The table of loads has every element; the relief says how many of the kind are above the limit.
    """
    share, site = power.classes.loading_share, power.order.site
    fullest = _fullest(power)
    for rule, factor in (("power-worst-load", 1.0), ("power-continuous-load", share)):
        for element in fullest:
            kind, part = str(power.chain.kind[element]), power.chain.part[element]
            limit_w = float(power.chain.rating_w[element]) * factor
            source = f"fact:{part}.{RATING_FACTS[kind]}"
            if rule == "power-continuous-load":
                source = f"program:sites[{site}].power.planning_loading"
            num_over = _num_over(power, element, factor)
            relief = repair_overload(power, element, limit_w, others) if num_over else ""
            relief += f" ({num_over} of this kind in this place are above)" if num_over > 1 else ""
            worst_w = float(power.loads.worst_w[element])
            yield Finding(rule, power.chain.names[element], worst_w, limit_w, "W", source, relief)


def _rated(power: SitePower) -> npt.NDArray[np.int64]:
    """Elements that have a rating of their own."""
    chain = power.chain
    return np.flatnonzero(np.isin(chain.kind, list(RATING_FACTS)) & (chain.rating_w > 0.0))


def _fullest(power: SitePower) -> list[int]:
    """Element of each kind and hall with the highest worst load over rating, the first among equals."""
    chain, rated = power.chain, _rated(power)
    fill = np.round(power.loads.worst_w[rated] / chain.rating_w[rated], 9)
    fullest: dict[tuple[str, str], int] = {}
    for element in rated[np.lexsort((rated, -fill))].tolist():
        fullest.setdefault((str(chain.kind[element]), chain.hall[element]), element)
    return sorted(fullest.values())


def _num_over(power: SitePower, element: int, factor: float) -> int:
    """Elements of the same kind and hall above a share of their rating."""
    chain, rated = power.chain, _rated(power)
    over = rated[power.loads.worst_w[rated] > chain.rating_w[rated] * factor * (1.0 + ROUNDING)]
    hall = chain.hall[element]
    return sum(1 for other in over.tolist() if chain.kind[other] == chain.kind[element] and chain.hall[other] == hall)
