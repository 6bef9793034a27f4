"""What could be made a little easier? Standard reliefs of a plan, each as a variant of its network, with an estimate.

A relief is one step of a standard size: a tenth more capacity, a week off a lead time, four weeks off a date. Its
estimate comes from the prices of the solved plan without solving again, so it only ranks what is worth testing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rackwright.solve import LinearSolution
from rackwright.supply.assemble import Assembly
from rackwright.supply.capacities import power_left
from rackwright.supply.lateness import rack_days_late
from rackwright.supply.network import Capacity, Network
from rackwright.supply.request import SupplyRequest
from rackwright.supply.scope import Scope
from rackwright.supply.timing import FloatArray, Window

__all__ = ["MORE_SHARE", "SHORTER_DAYS", "SOONER_DAYS", "Relief", "standard_reliefs"]

MORE_SHARE = 0.1
"""Step of capacity tested."""
SHORTER_DAYS = 7.0
"""Step of a lead time tested."""
SOONER_DAYS = 28.0
"""Step of a date tested."""
MOST_DATES = 3
"""Dates among the reliefs; the most promising ones."""
ALMOST = 0.999  # ranks a pair of reliefs behind its parts


@dataclass(frozen=True)
class Relief:
    """One thing made easier: which constraint, of which kind, how in words, and the network with it."""

    constraint: str
    kind: str
    text: str
    estimate_usd: float
    apply: Callable[[Network], Network]
    is_pair: bool = False
    """True if two dates move together."""


def standard_reliefs(
    request: SupplyRequest, scope: Scope, assembly: Assembly, solution: LinearSolution
) -> tuple[Relief, ...]:
    """Reliefs that promise something, best first."""
    found = [
        *_capacity_reliefs(assembly, solution),
        *_lead_reliefs(assembly, solution),
        *_date_reliefs(request, scope, assembly, solution),
    ]
    useful = [relief for relief in found if relief.estimate_usd > 1.0]
    return tuple(sorted(useful, key=lambda relief: (-relief.estimate_usd, relief.constraint, relief.text)))


# ----------------------------------------------------------------------------------------------------------- capacity
def _capacity_reliefs(assembly: Assembly, solution: LinearSolution) -> list[Relief]:
    network = assembly.network
    families: list[tuple[str, str, Sequence[str], str]] = [
        ("cell", "cell", [cell.id for cell in network.cells], "10 % more hours at {}"),
        ("allocation", "supplier", [row.name for row in network.allocations], "10 % more allocation of {}"),
        ("acceptance", "acceptance", [crew.name for crew in network.crews], "10 % more crews at {}"),
        ("lane", "lane", assembly.blocks["lane"].names, "10 % more room on {}"),
        ("test power", "test power", [plant.name for plant in network.test_power_w], "10 % more test power at {}"),
        ("test coolant", "test coolant", [plant.name for plant in network.test_flow_lpm], "10 % more coolant at {}"),
    ]
    found = []
    for block, kind, names, text in families:
        limits = _limits(assembly, block)
        worth = np.clip(assembly.price_usd(block, solution), 0.0, None)
        gains = (worth * np.where(np.isfinite(limits), limits, 0.0)).sum(axis=1) * MORE_SHARE
        for name, gain in zip(names, gains, strict=True):
            found.append(Relief(_titled(block, name), kind, text.format(name), float(gain), _more(block, name)))
    return found


def _titled(block: str, name: str) -> str:
    titles = {
        "acceptance": f"crews at {name}",
        "test power": f"test power at {name}",
        "test coolant": f"coolant at {name}",
    }
    return titles.get(block, name)


def _limits(assembly: Assembly, kind: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    block, num = assembly.blocks[kind], assembly.network.grid.num
    upper = assembly.model.row_upper[block.start : block.start + len(block.names) * num]
    return upper.reshape(-1, num) / block.scale[:, None]


def _more(block: str, name: str) -> Callable[[Network], Network]:
    factor = 1.0 + MORE_SHARE

    def scaled(rows: Iterable[Capacity]) -> tuple[Capacity, ...]:
        return tuple(replace(row, limit=row.limit * factor) if row.name == name else row for row in rows)

    def apply(network: Network) -> Network:
        if block == "cell":
            cells = tuple(replace(row, hours=row.hours * factor) if row.id == name else row for row in network.cells)
            return replace(network, cells=cells)
        if block == "allocation":
            rows = tuple(
                replace(row, limit=row.limit * factor) if row.name == name else row for row in network.allocations
            )
            return replace(network, allocations=rows)
        if block == "acceptance":
            return replace(network, crews=scaled(network.crews))
        if block == "lane":
            return replace(network, lanes=scaled(network.lanes))
        if block == "test power":
            return replace(network, test_power_w=scaled(network.test_power_w))
        return replace(network, test_flow_lpm=scaled(network.test_flow_lpm))

    return apply


# ---------------------------------------------------------------------------------------------------------- lead time
def _lead_reliefs(assembly: Assembly, solution: LinearSolution) -> list[Relief]:
    network = assembly.network
    found = []
    for item, supplier in sorted({(buy.item, buy.supplier) for buy in network.buys if buy.dock_days > 0}):
        gain = sum(
            _buy_gain(assembly, solution, i)
            for i, buy in enumerate(network.buys)
            if (buy.item, buy.supplier) == (item, supplier)
        )
        text = f"lead time of {item} from {supplier} one week shorter"
        found.append(Relief(f"{supplier}: {item}, lead time", "lead time", text, gain, _shorter_buy(item, supplier)))
    for i, make in enumerate(network.makes):
        if make.lead_days > 0:
            gain = _make_gain(assembly, solution, i)
            text = f"lead time of {make.item} at {make.plant} one week shorter"
            found.append(Relief(f"{make.plant}: {make.item}, lead time", "lead time", text, gain, _shorter_make(i)))
    return found


def _earlier_gain(
    assembly: Assembly, solution: LinearSolution, cols: str, row: int, leads: tuple[float, float]
) -> float:
    """Value of earlier arrival of what the plan starts anyway: sum of price x change of arrivals [USD]."""
    network = assembly.network
    activity = network.makes[row] if cols == "make" else network.buys[row]
    before, after = (network.grid.spread(activity.window, lead) for lead in leads)
    prices = assembly.value_usd(solution)[activity.buffer]
    started = np.clip(assembly.columns.table(cols, solution.x)[row], 0.0, None)
    good = network.makes[row].yield_share if cols == "make" else 1.0
    return float(good * started @ (after - before) @ prices)


def _buy_gain(assembly: Assembly, solution: LinearSolution, row: int) -> float:
    buy = assembly.network.buys[row]
    lead = buy.dock_days + buy.transit_days
    return _earlier_gain(assembly, solution, "buy", row, (lead, lead - min(SHORTER_DAYS, buy.dock_days)))


def _make_gain(assembly: Assembly, solution: LinearSolution, row: int) -> float:
    lead = assembly.network.makes[row].lead_days
    return _earlier_gain(assembly, solution, "make", row, (lead, lead - min(SHORTER_DAYS, lead)))


def _shorter_buy(item: str, supplier: str) -> Callable[[Network], Network]:
    def apply(network: Network) -> Network:
        buys = []
        for buy in network.buys:
            if (buy.item, buy.supplier) == (item, supplier):
                cut = min(SHORTER_DAYS, buy.dock_days)
                # A window that opens later than day 0 waits for a day of arrival, which does not move.
                window = buy.window.shifted(cut) if buy.window.from_day > 0 else buy.window
                buy = replace(buy, dock_days=buy.dock_days - cut, window=window)
            buys.append(buy)
        return replace(network, buys=tuple(buys))

    return apply


def _shorter_make(row: int) -> Callable[[Network], Network]:
    def apply(network: Network) -> Network:
        makes = list(network.makes)
        makes[row] = replace(makes[row], lead_days=max(0.0, makes[row].lead_days - SHORTER_DAYS))
        return replace(network, makes=tuple(makes))

    return apply


# -------------------------------------------------------------------------------------------------------------- dates
def _date_reliefs(request: SupplyRequest, scope: Scope, assembly: Assembly, solution: LinearSolution) -> list[Relief]:
    """Dates are estimated by the lateness they hold back: at most the step for each rack, at the price of a day."""
    network = assembly.network
    price = request.policy.late_usd_per_rack_day
    late = rack_days_late(assembly, solution) * price
    step = np.array([racks.racks for racks in network.acceptances]) * SOONER_DAYS * price
    at_most = np.minimum(late, step)
    found = [*_hall_reliefs(request, scope, network, at_most), *_power_reliefs(request, scope, assembly, solution)]
    for item, plant in sorted({(make.item, make.plant) for make in network.makes if make.window.from_day > 0}):
        days = [row.window.from_day + row.lead_days for row in network.makes if (row.item, row.plant) == (item, plant)]
        gain, text = _held_back(network, at_most, min(days)), f"{item} at {plant} started 28 days sooner"
        found.append(Relief(f"{plant}: {item}, start", "readiness", text, gain, _sooner_make(item, plant)))
    for item, supplier in sorted({(buy.item, buy.supplier) for buy in network.buys if buy.window.from_day > 0}):
        mine = [row for row in network.buys if (row.item, row.supplier) == (item, supplier)]
        first = min(row.window.from_day + row.dock_days + row.transit_days for row in mine)
        gain, text = _held_back(network, at_most, first), f"{item} of {supplier} usable 28 days sooner"
        found.append(
            Relief(f"{supplier}: {item}, qualification", "qualification", text, gain, _sooner_buy(item, supplier))
        )
    found.sort(key=lambda relief: -relief.estimate_usd)
    return found[:MOST_DATES]


def _held_back(network: Network, at_most: FloatArray, first_day: float) -> float:
    """What racks can win whose need comes before the item can first be there."""
    needs = np.array([racks.need_day - racks.accept_days for racks in network.acceptances])
    return float(at_most[needs < first_day].sum())


def _hall_reliefs(request: SupplyRequest, scope: Scope, network: Network, at_most: FloatArray) -> list[Relief]:
    """Each hall sooner, and each hall together with the power of its site, since one often waits for the other."""
    sooner = power_left(request, network.grid, scope.ready, earlier_days=int(SOONER_DAYS))
    found = []
    for hall, site in sorted({(racks.hall, racks.site) for racks in network.acceptances}):
        held = [
            racks.hall == hall and racks.place_window.from_day + racks.accept_days > racks.need_day
            for racks in network.acceptances
        ]
        gain = float(at_most[np.array(held)].sum())
        text = f"{hall} and its platform ready 28 days sooner"
        found.append(Relief(f"hall {hall} or its platform", "readiness", text, gain, _sooner_hall(hall)))
        both = _together(_sooner_hall(hall), _sooner_power(sooner, site))
        text = f"{hall} and every power step of {site} 28 days sooner"
        found.append(Relief(f"hall {hall} with power at {site}", "readiness", text, gain * ALMOST, both, is_pair=True))
    return found


def _together(*steps: Callable[[Network], Network]) -> Callable[[Network], Network]:
    def apply(network: Network) -> Network:
        for step in steps:
            network = step(network)
        return network

    return apply


def _power_reliefs(request: SupplyRequest, scope: Scope, assembly: Assembly, solution: LinearSolution) -> list[Relief]:
    sooner = power_left(request, assembly.network.grid, scope.ready, earlier_days=int(SOONER_DAYS))
    limits = {row.name: row.limit for row in sooner}
    worth = np.clip(assembly.price_usd("power", solution), 0.0, None)
    found = []
    for entry, site in enumerate(assembly.blocks["power"].names):
        more = limits[site] - _limits(assembly, "power")[entry]
        gain = float((worth[entry] * np.clip(more, 0.0, None)).sum())
        text = f"every power step of {site} 28 days sooner"
        found.append(Relief(f"power at {site}", "power", text, gain, _sooner_power(sooner, site)))
    return found


def _sooner(window: Window) -> Window:
    return Window(max(0.0, window.from_day - SOONER_DAYS), window.to_day)


def _sooner_hall(hall: str) -> Callable[[Network], Network]:
    def apply(network: Network) -> Network:
        rows = [
            replace(row, place_window=_sooner(row.place_window)) if row.hall == hall else row
            for row in network.acceptances
        ]
        return replace(network, acceptances=tuple(rows))

    return apply


def _sooner_make(item: str, plant: str) -> Callable[[Network], Network]:
    def apply(network: Network) -> Network:
        rows = [
            replace(row, window=_sooner(row.window)) if (row.item, row.plant) == (item, plant) else row
            for row in network.makes
        ]
        return replace(network, makes=tuple(rows))

    return apply


def _sooner_buy(item: str, supplier: str) -> Callable[[Network], Network]:
    def apply(network: Network) -> Network:
        rows = [
            replace(row, window=_sooner(row.window)) if (row.item, row.supplier) == (item, supplier) else row
            for row in network.buys
        ]
        return replace(network, buys=tuple(rows))

    return apply


def _sooner_power(sooner: Sequence[Capacity], site: str) -> Callable[[Network], Network]:
    def apply(network: Network) -> Network:
        new = {row.name: row for row in sooner}
        return replace(network, power=tuple(new[row.name] if row.name == site else row for row in network.power))

    return apply
