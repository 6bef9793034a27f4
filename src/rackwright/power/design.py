"""How is every site powered, what does each element carry at worst, and does the energy add up?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import polars as pl

from rackwright.catalog.installation import ElectricRules
from rackwright.catalog.narrow import figure
from rackwright.power.buffers import buffer_rows
from rackwright.power.buildable import parts_with_boards
from rackwright.power.cables import CableNeed, cable_needs
from rackwright.power.cases import case_rows, pair_rows, pair_stop_row
from rackwright.power.compare import judge_schemes
from rackwright.power.earth_faults import earth_rows
from rackwright.power.feeder_runs import feeder_rows
from rackwright.power.finding import Finding
from rackwright.power.findings import find
from rackwright.power.load_losses import load_losses, loss_buffers
from rackwright.power.mitigation import mitigate
from rackwright.power.mv_findings import run_rows
from rackwright.power.pairs import worst_pairs
from rackwright.power.procurement import equipment_findings, equipment_rows, substitute_rows
from rackwright.power.rack_chain import open_racks, parts_for_racks, rack_findings, rack_rows
from rackwright.power.request import MarketPart, PowerRequest, PowerRules
from rackwright.power.site import SitePower, design_site
from rackwright.power.year import balance_year
from rackwright.tables.checks import Checks
from rackwright.tables.power import (
    Balances,
    Buffers,
    Cases,
    EarthFaults,
    Elements,
    Equipment,
    Feeders,
    Jobs,
    Loads,
    Mitigations,
    Pairs,
    PairStops,
    Power,
    RackElements,
    Reliefs,
    Runs,
    Schemes,
    Substitutes,
)

__all__ = ["OMISSIONS", "design_power"]

OMISSIONS = (
    "Power: loads at one planning power factor; fault currents and flow without low-voltage cables; no harmonics.",
    "Power, for the engineer of record: arc flash (IEEE 1584), earthing and insulation coordination are not evaluated.",
    "Power, for the engineer of record: relay settings are first ones; fuses, instantaneous trips, earth-fault relays.",
    "Power, for the engineer of record: feeders of a kind alike; grounding and short-circuit heating left out.",
    "Power: cables of cooling below its boards are not in the list.",
    "Power, for the engineer of record: generators by step and dip alone; stability is not evaluated.",
    "Power: efficiencies are constant over load; all racks peak together.",
    "Power: fault currents without low-voltage cables, resistances of transformers and motors.",
    "Power: breakers in boards are no elements; racks of a type are opened once, at the peak of the fullest.",
    "Power: losses of UPS, busway and taps heat the hall; those of boards and transformers do not.",
    "Power: on-site units carry what the grid does not give; the chain above them is rated to do without them.",
    "Power: each block runs its training run that swings most, all steps start together; storage is ideal.",
)


def design_power(request: PowerRequest) -> Power:
    """Size and connect the chain of every site, and hold its loads against ratings in every single failure.

    Notes
    -----
    Overloads, missing grid power and boards that cannot interrupt a fault are checks with their nearest repair in
    `reliefs`, never errors. A site without racks has no chain.
    """
    racks = request.racks.frame.sort("hall", "row", "position", "rack")
    stated = request.electric.drawing_days
    drawing_days = stated.value if stated is not None else 0.0
    rules = PowerRules(request.rules, request.electric, request.deratings)
    designs = (design_site(order, racks, rules, request.alternatives) for order in request.sites)
    sites = [power for power in designs if power is not None]
    opened = [open_racks(power, racks, request.rack_parts) for power in sites]
    inside = list(zip(sites, opened, strict=True))
    findings = [
        finding
        for power, own in inside
        for found in (
            find(power, request.alternatives, rules),
            rack_findings(power, own, rules.electric),
            equipment_findings(power, _market(power, request), drawing_days, _cables(power, request)),
        )
        for finding in found
    ]
    doubles = [(power, worst_pairs(power.chain, power.loads, power.order.scheme)) for power in sites]
    return Power(
        elements=Elements.of(_stack(Elements, [_element_frame(power) for power in sites])),
        loads=Loads.of(_stack(Loads, [_load_frame(power) for power in sites])),
        balances=Balances.from_rows([_balance_row(power) for power in sites]),
        checks=_checks(findings),
        omissions=OMISSIONS,
        reliefs=Reliefs.from_rows([(f.rule, f.subject, f.relief) for f in findings if not f.passed and f.relief]),
        schemes=Schemes.from_rows([row for power in sites for row in _scheme_rows(power, rules)]),
        buffers=Buffers.from_rows([row for power in sites for row in _buffer_rows(power)]),
        equipment=Equipment.from_rows(
            [row for power in sites for row in _equipment_rows(power, request, drawing_days)]
        ),
        substitutes=Substitutes.from_rows(
            [row for p in sites for row in substitute_rows(p, _market(p, request), drawing_days)]
        ),
        cases=Cases.from_rows([row for power in sites for row in case_rows(power)]),
        jobs=Jobs.from_rows([row for power in sites for row in _job_rows(power)]),
        mitigations=Mitigations.from_rows([row for power in sites for row in _mitigation_rows(power, rules.electric)]),
        runs=Runs.from_rows([row for power in sites for row in run_rows(power)]),
        earth_faults=EarthFaults.from_rows([row for power in sites for row in earth_rows(power, rules.electric)]),
        rack_elements=RackElements.from_rows([row for power, own in inside for row in rack_rows(power, own)]),
        pairs=Pairs.from_rows([row for power, found in doubles for row in pair_rows(power, found)]),
        pair_stops=PairStops.from_rows([pair_stop_row(power, found) for power, found in doubles]),
        feeders=Feeders.from_rows([row for p in sites for row in feeder_rows(p, figure(rules.facility.power_factor))]),
    )


def _equipment_rows(power: SitePower, request: PowerRequest, drawing_days: float) -> Iterator[tuple[Any, ...]]:
    yield from equipment_rows(power, request.market, drawing_days, _cables(power, request))


def _market(power: SitePower, request: PowerRequest) -> tuple[MarketPart, ...]:
    fitting = parts_for_racks(power, request.racks.frame, request.rack_parts, request.market)
    return parts_with_boards(power.order, fitting, request.alternatives)


def _cables(power: SitePower, request: PowerRequest) -> Iterator[CableNeed]:
    return cable_needs(power, figure(request.rules.power_factor))


def _scheme_rows(power: SitePower, rules: PowerRules) -> Iterator[tuple[Any, ...]]:
    """The same load under every scheme, each built as a chain of the site's own parts."""
    order = power.order
    judged = list(judge_schemes(order, power.hall_loads, rules))
    for one in judged:
        yield (
            order.site,
            one.scheme.name,
            one.scheme.name == order.scheme,
            one.systems,
            one.installed_w,
            one.stranded_w,
            one.normal_share,
            one.systems / max(1, judged[0].systems),
            one.cost_usd,
            one.lead_days,
            one.scheme.failure,
            one.worst_share,
            one.racks_lost,
            one.pair_lost_w,
        )


def _buffer_rows(power: SitePower) -> Iterator[tuple[str, str, str, int, float, float]]:
    if power.job is not None:
        yield from buffer_rows(power.order.site, power.job, power.order.jobs)
    for loss in load_losses(power.order.jobs, power.job):
        yield from ((power.order.site, *row) for row in loss_buffers(loss, power.order.utility))


def _job_rows(power: SitePower) -> Iterator[tuple[Any, ...]]:
    for job in power.order.jobs:
        watts = (job.racks * each_w for each_w in (job.low_w, job.mean_w, job.peak_w))
        shape = (job.period_s, job.duty_share, job.ramp_w_s, job.is_synchronous, job.skew_s)
        yield job.site, job.block, job.workload, job.racks, *watts, *shape


def _mitigation_rows(power: SitePower, rules: ElectricRules) -> Iterator[tuple[Any, ...]]:
    for one in mitigate(power.order, power.job, rules):
        size = (one.count, one.need.energy_j, one.need.power_w)
        price = one.price
        cost = (price.usd, price.low_usd, price.high_usd, price.source, one.yearly_usd, one.lost_speed_share)
        yield power.order.site, one.event, one.option, one.part, *size, *cost, one.change


def _stack(table: type[Elements | Loads], frames: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(frames) if frames else pl.DataFrame(schema=table.schema())


def _element_frame(power: SitePower) -> pl.DataFrame:
    chain = power.chain
    return pl.DataFrame(
        {
            "element": chain.names,
            "site": [power.order.site] * len(chain.names),
            "hall": chain.hall,
            "kind": chain.kind.tolist(),
            "part": chain.part,
            "upstream": _names_at(power, chain.upstream),
            "standby": _names_at(power, chain.standby),
            "side": chain.side,
            "rating_w": chain.rating_w,
            "feeds": _names_at(power, chain.feeds),
        }
    )


def _load_frame(power: SitePower) -> pl.DataFrame:
    loads = power.loads
    return pl.DataFrame(
        {
            "element": power.chain.names,
            "normal_w": loads.normal_w,
            "worst_w": loads.worst_w,
            "failure": _names_at(power, loads.failure),
            "racks": loads.racks,
        }
    )


def _names_at(power: SitePower, numbers: np.ndarray) -> list[str]:
    """Names of elements by number, empty for -1."""
    names = power.chain.names
    return [names[number] if number >= 0 else "" for number in numbers.tolist()]


def _balance_row(power: SitePower) -> tuple[Any, ...]:
    loss_w = max(0.0, power.facility_w - power.it_w - power.cooling_w)
    litres = sum(hall.water_l_per_day for hall in power.order.halls)
    year = balance_year(power.order, power.halls, power.classes)
    of_year = (year.pue, year.wue_l_per_kwh) if year is not None else (None, None)
    peak = (power.it_w, power.cooling_w, loss_w, power.facility_w, power.pue, power.energised_w)
    return power.order.site, *peak, litres, *of_year


def _checks(findings: Iterable[Finding]) -> Checks:
    return Checks.from_rows([(f.rule, f.subject, f.value, f.limit, f.unit, f.passed, f.source) for f in findings])
