"""What do shocks and luck do to the whole chain? Racks and served workload by date, what drives them, what is fragile.

Every draw is a branch with its luck in lead times, allocations, yields, making times, gates (energisation among them)
and demand, planned by the supply model on coarse buckets. Single points are tested one by one in the base program
without luck: each supplier, each country and each plant's cells stop for the whole horizon; gates move where projects
buy from one that stops.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rackwright.base.units import Estimate
from rackwright.program import Program
from rackwright.scenarios.chance import Luck, drawn_request
from rackwright.scenarios.coarse import fold_network
from rackwright.scenarios.evaluation import Sample
from rackwright.scenarios.verdict import weighted_quantiles
from rackwright.schedule.risk import two_piece
from rackwright.solve import solve_linear
from rackwright.supply import SupplyRequest
from rackwright.supply.assemble import assemble
from rackwright.supply.scope import scope_network
from rackwright.supply.served import served_table
from rackwright.tables.supply import Deployments

__all__ = [
    "Driver",
    "Fragile",
    "Shock",
    "StressTask",
    "Stressed",
    "band_of",
    "run_stress_task",
    "shocks_of",
    "summed_up",
]

FloatArray = NDArray[np.float64]
SURE = (0.5, 0.2, 0.05, 0.9)
"""A number that is reached with 50, 80, 95, 10 % is the 50, 20, 5, 90 % quantile."""
LATE = (0.5, 0.8, 0.95)
MOST_DRIVERS = 15
WHOLE = 0.5


@dataclass(frozen=True)
class Shock:
    """A single point that fails in the base program: offers of these suppliers or cells of this plant stop."""

    kind: str
    name: str
    suppliers: frozenset[str] = frozenset()
    plant: str = ""


@dataclass(frozen=True)
class StressTask:
    """One run: a sample, bands of demand by workload, and a shock or none."""

    sample: Sample
    demand: tuple[tuple[str, Estimate], ...]
    shock: Shock | None = None


@dataclass(frozen=True)
class Driver:
    """What moves lateness: rank correlation over the draws, and lateness in its low and high fifth [rack-days]."""

    name: str
    rank_correlation: float
    low_rack_days: float
    high_rack_days: float


@dataclass(frozen=True)
class Fragile:
    """What a single point does when it stops: racks that never come, also as a share, and rack-days late more."""

    shock: Shock
    racks_lost: float
    lost_share: float
    more_rack_days: float


@dataclass(frozen=True)
class Stressed:
    """The answer of a stress test.

    Parameters
    ----------
    end_days
        First day after each bucket.
    wanted
        Racks wanted.
    racks
        Racks accepted by each of these days at least, with 50, 80, 95, 10 %; shape (4, buckets).
    workloads
        Names of the workloads.
    served
        Share of what is wanted in each bucket that is served at least, shape (workloads, 4, buckets); NaN where nothing
        is wanted.
    late_rack_days
        Lateness that is not exceeded with 50, 80, 95 %.
    by_branch
        Branch, chance, mean racks accepted at the end, mean lateness [rack-days].
    drivers, fragile
        What moves lateness most, and which single points hurt most; the worst first.
    num_draws
        Draws that were planned.
    failed
        Runs that could not be planned, named.
    """

    end_days: tuple[int, ...]
    wanted: float
    racks: FloatArray
    workloads: tuple[str, ...]
    served: FloatArray
    late_rack_days: tuple[float, ...]
    by_branch: tuple[tuple[str, float, float, float], ...]
    drivers: tuple[Driver, ...]
    fragile: tuple[Fragile, ...]
    num_draws: int
    failed: tuple[str, ...]


def band_of(program: Program) -> tuple[tuple[str, Estimate], ...]:
    """Band of each served workload around its forecast, as factors; of the point with the widest band."""
    found = []
    for demand in program.serving:
        points = [point.output_tok_s for point in demand.demand if point.output_tok_s.value > 0]
        widest = max(points, key=lambda band: (band.high - band.low) / band.value, default=None)
        if widest is not None and not widest.is_point:
            found.append((demand.id, Estimate(1.0, widest.low / widest.value, widest.high / widest.value)))
    return tuple(found)


def shocks_of(request: SupplyRequest) -> tuple[Shock, ...]:
    """Every supplier, every country with several suppliers, and every plant with cells, one by one.

    Where a country has one supplier, the row of the supplier names the country.
    """
    used = {offer.supplier for offer in request.supply.offers}
    suppliers = [row for row in request.supply.suppliers if row.id in used]
    countries = [row.country for row in suppliers]
    found = [
        Shock("supplier", f"{row.id}, the only one in {row.country}", frozenset({row.id}))
        if row.country and countries.count(row.country) == 1
        else Shock("supplier", row.id, frozenset({row.id}))
        for row in suppliers
    ]
    for country in sorted(set(countries)):
        own = frozenset(row.id for row in suppliers if row.country == country)
        if len(own) > 1:
            found.append(Shock("country", country, own))
    found += [Shock("plant", plant, plant=plant) for plant in sorted({cell.plant for cell in request.supply.cells})]
    return tuple(found)


def run_stress_task(task: StressTask) -> dict[str, Any]:
    """Plan one run; a JSON value, so that it can be kept."""
    sample = task.sample
    luck = Luck(sample.draw, sample.correlation)
    request = _shocked(drawn_request(sample.world.request, sample.world.gates, luck), task.shock)
    request = _with_demand(request, task.demand, luck)
    scarce = None if task.shock is not None else sample.scarce
    network = scope_network(request, sample.grid, sample.world.books).network
    if scarce is not None:
        slack = np.array([(row.item, row.supplier) not in scarce for row in request.supply.offers])
        network = fold_network(network, slack).network
    assembly = assemble(network, request.policy, None)
    found = solve_linear(assembly.model, method="simplex")
    accepted = assembly.columns.table("accept", found.x)
    late = _late_rack_days(task, accepted, [(row.racks, row.need_day) for row in network.acceptances])
    return {
        "accepted": np.cumsum(accepted.sum(axis=0)).tolist(),
        "wanted": sum(row.racks for row in network.acceptances),
        "late": late,
        "served": _served(request, task, accepted, [row.tranche for row in network.acceptances]),
        "factors": {} if task.shock is not None else _factors(task, luck, request),
    }


def _late_rack_days(task: StressTask, accepted: FloatArray, wanted: Sequence[tuple[float, float]]) -> float:
    grid = task.sample.grid
    need = np.array([day for _, day in wanted])
    racks = np.array([number for number, _ in wanted])
    days = np.clip((grid.starts + grid.ends)[None, :] / 2.0 - need[:, None], 0.0, None)
    missing = np.clip(racks - accepted.sum(axis=1), 0.0, None)
    return float((accepted * days).sum() + missing @ np.clip(grid.num_days - need, 0.0, None))


def _shocked(request: SupplyRequest, shock: Shock | None) -> SupplyRequest:
    if shock is None:
        return request
    none = Estimate(0.0, 0.0, 0.0)
    offers = tuple(
        row.model_copy(update={"per_week": none}) if row.supplier in shock.suppliers else row
        for row in request.supply.offers
    )
    cells = tuple(
        row.model_copy(update={"utilisation_share": 0.0}) if shock.plant and row.plant == shock.plant else row
        for row in request.supply.cells
    )
    commits = tuple(row for row in request.supply.commits if row.supplier not in shock.suppliers)
    update = {"offers": offers, "cells": cells, "commits": commits}
    return replace(request, supply=request.supply.model_copy(update=update))


def _with_demand(request: SupplyRequest, bands: Sequence[tuple[str, Estimate]], luck: Luck) -> SupplyRequest:
    factor = {name: float(two_piece(band, np.array([luck.score("demand", "demand", name)]))[0]) for name, band in bands}
    wants = tuple(
        replace(
            want,
            points=tuple(replace(point, rate=point.rate * factor.get(want.workload, 1.0)) for point in want.points),
        )
        for want in request.wants
    )
    return replace(request, wants=wants)


def _served(
    request: SupplyRequest, task: StressTask, accepted: FloatArray, tranches: Sequence[str]
) -> dict[str, list[float | None]]:
    """Share of the wanted rate of each workload that is carried, by bucket; None where nothing is wanted."""
    grid = task.sample.grid
    before = dict(request.tranches.frame.select("tranche", "accepted_racks").iter_rows())
    total: dict[str, FloatArray] = {}
    for row, tranche in zip(accepted, tranches, strict=True):
        total[tranche] = total.get(tranche, np.zeros(grid.num)) + row
    rows = [
        (tranche, bucket, float(racks[bucket]), float(np.cumsum(racks)[bucket] + before.get(tranche, 0)))
        for tranche, racks in total.items()
        for bucket in range(grid.num)
    ]
    table = served_table(request, grid, Deployments.from_rows(rows)).frame
    found: dict[str, list[float | None]] = {}
    for workload in sorted({want.workload for want in request.wants}):
        own = table.filter(table["workload"] == workload)
        buckets = own["bucket"].to_numpy()
        rate = np.bincount(buckets, weights=own["rate"].to_numpy(), minlength=grid.num)
        wanted = np.bincount(buckets, weights=own["wanted"].to_numpy(), minlength=grid.num)
        found[workload] = [float(r / w) if w > 0 else None for r, w in zip(rate, wanted, strict=True)]
    return found


def _factors(task: StressTask, luck: Luck, request: SupplyRequest) -> dict[str, float]:
    """What was drawn, by name."""
    central = task.sample.world.request.supply
    found: dict[str, float] = {}
    for row, drawn in zip(central.offers, request.supply.offers, strict=True):
        if not row.lead_days.is_point:
            found[f"lead time of {row.item} from {row.supplier}"] = drawn.lead_days.value
        if not row.per_week.is_point:
            found[f"allocation of {row.item} from {row.supplier}"] = drawn.per_week.value
    for make, made in zip(central.makes, request.supply.makes, strict=True):
        if not make.lead_days.is_point:
            found[f"making time of {make.item} at {make.plant}"] = made.lead_days.value
        if not make.yield_share.is_point:
            found[f"yield of {make.item} at {make.plant}"] = made.yield_share.value
    for gate, day in request.gates.frame.select("gate", "p50_day").iter_rows():
        found[f"gate {gate}"] = float(day)
    for name, _ in task.demand:
        found[f"demand of {name}"] = luck.score("demand", "demand", name)
    return found


def summed_up(
    tasks: Sequence[StressTask], results: Sequence[dict[str, Any] | None], branches: Sequence[tuple[str, float]]
) -> Stressed:
    """Quantiles, drivers and fragile points from all runs; the first task is the base without luck or shock."""
    base = results[0]
    if base is None:
        raise ValueError("the base could not be planned")
    draws = [(t, r) for t, r in zip(tasks[1:], results[1:], strict=True) if t.shock is None and r is not None]
    shares = np.array([task.sample.draw.share for task, _ in draws])
    racks = np.array([found["accepted"] for _, found in draws])
    late = np.array([found["late"] for _, found in draws])
    ends = tasks[0].sample.grid.ends
    names = tuple(sorted({name for _, found in draws for name in found["served"]}))
    failed = tuple(
        f"{task.sample.draw.branch}, draw {task.sample.draw.number}" if task.shock is None else task.shock.name
        for task, found in zip(tasks, results, strict=True)
        if found is None
    )
    return Stressed(
        end_days=tuple(int(end) for end in ends),
        wanted=float(np.mean([found["wanted"] for _, found in draws])) if draws else 0.0,
        racks=np.array([weighted_quantiles(racks[:, i], shares, SURE) for i in range(len(ends))]).T,
        workloads=names,
        served=np.array([_served_quantiles(name, draws, shares, len(ends)) for name in names]),
        late_rack_days=weighted_quantiles(late, shares, LATE),
        by_branch=tuple(_branch_row(name, share, draws) for name, share in branches),
        drivers=_drivers([found for _, found in draws], late),
        fragile=_fragile(tasks, results, base),
        num_draws=len(draws),
        failed=failed,
    )


def _served_quantiles(
    name: str, draws: Sequence[tuple[StressTask, dict[str, Any]]], shares: FloatArray, num: int
) -> FloatArray:
    rows = np.array([found["served"].get(name, [None] * num) for _, found in draws], dtype=np.float64)
    table = np.full((len(SURE), num), np.nan)
    for bucket in range(num):
        known = np.isfinite(rows[:, bucket])
        if known.any():
            table[:, bucket] = weighted_quantiles(rows[known, bucket], shares[known] + 1e-12, SURE)
    return table


def _branch_row(
    name: str, share: float, draws: Sequence[tuple[StressTask, dict[str, Any]]]
) -> tuple[str, float, float, float]:
    own = [found for task, found in draws if task.sample.draw.branch == name]
    if not own:
        return name, share, float("nan"), float("nan")
    racks = float(np.mean([found["accepted"][-1] for found in own]))
    return name, share, racks, float(np.mean([found["late"] for found in own]))


def _drivers(found: Sequence[dict[str, Any]], late: FloatArray) -> tuple[Driver, ...]:
    """Factors whose rank correlation with lateness is beyond chance, the strongest first."""
    if len(found) < 5:
        return ()
    ranks = _ranks(late)
    least = 2.0 / np.sqrt(len(found))
    drivers = []
    for name in sorted(set.intersection(*(set(row["factors"]) for row in found))):
        values = np.array([row["factors"][name] for row in found])
        if np.ptp(values) == 0.0:
            continue
        correlation = float(np.corrcoef(_ranks(values), ranks)[0, 1])
        if abs(correlation) >= least:
            order = np.argsort(values, kind="stable")
            fifth = max(1, len(found) // 5)
            low, high = float(late[order[:fifth]].mean()), float(late[order[-fifth:]].mean())
            drivers.append(Driver(name, correlation, low, high))
    return tuple(sorted(drivers, key=lambda row: (-abs(row.rank_correlation), row.name))[:MOST_DRIVERS])


def _ranks(values: FloatArray) -> FloatArray:
    ranks = np.empty(len(values))
    ranks[np.argsort(values, kind="stable")] = np.arange(len(values), dtype=np.float64)
    return ranks


def _fragile(
    tasks: Sequence[StressTask], results: Sequence[dict[str, Any] | None], base: dict[str, Any]
) -> tuple[Fragile, ...]:
    whole = max(1.0, base["accepted"][-1])
    found = [
        Fragile(
            task.shock,
            base["accepted"][-1] - row["accepted"][-1],
            1.0 - row["accepted"][-1] / whole,
            row["late"] - base["late"],
        )
        for task, row in zip(tasks, results, strict=True)
        if task.shock is not None and row is not None
    ]
    kept = [row for row in found if row.more_rack_days > WHOLE]
    return tuple(sorted(kept, key=lambda row: (-row.more_rack_days, row.shock.name)))
