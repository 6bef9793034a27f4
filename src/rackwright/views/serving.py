"""How fast can users be served at which cost, and why is the chosen arrangement the best?

Time per token is the mean time between the tokens of an answer after its first. Costs hold capital and buildings over
their lives, and energy at the facility's meter; the fleet's row spreads them over the demand of a whole day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from rackwright.figures import Caption, ScatterChart, ScatterPoint, ScatterSeries
from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.holding import NO_COST, HoldingCosts, holding_costs
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted

__all__ = ["SERVING"]

MOST_FIGURES = 4
MS = 1e3
GB = 1e9


@dataclass(frozen=True)
class _Pair:
    """One demand on one platform with what the view needs of it."""

    workload: str
    platform: str
    per_rack: int
    costs: HoldingCosts | None
    points: tuple[dict[str, Any], ...]

    @property
    def chosen(self) -> dict[str, Any]:
        """The point sizing chose."""
        return next(row for row in self.points if row["is_chosen"])

    def usd_per_mtok(self, point: dict[str, Any], busy_share: float = 1.0) -> float | None:
        """Dollars for a million tokens at a point; None where the rack has no price."""
        if self.costs is None or busy_share <= 0.0:
            return None
        return self.costs.usd_per_mtok(point["accel_tok_s"] * self.per_rack, point["energy_j"], busy_share)


def _pairs(plan: Plan) -> list[_Pair]:
    types = {row["type"]: row["accels"] for row in plan.racks.types.frame.iter_rows(named=True)}
    skus = {platform.id: platform.configurations[-1].id for platform in plan.program.platforms}
    frame = plan.sizing.frontier.frame
    costs = {platform: holding_costs(plan, platform) for platform in frame["platform"].unique(maintain_order=True)}
    found = []
    for (workload, platform), rows in frame.group_by("workload", "platform", maintain_order=True):
        points = tuple(rows.iter_rows(named=True))
        name = str(platform)
        found.append(_Pair(str(workload), name, types.get(skus.get(name, ""), 1), costs[name], points))
    return found


def _show(plan: Plan) -> Shown:
    pairs = _pairs(plan)
    if not pairs:
        shown = absent(plan, "No demand is served", "sizing")
        skipped = _skipped_table(plan)
        return Shown(shown.lead, (skipped,) if skipped.rows else ())
    tables = (
        _chosen_table(plan, pairs),
        _frontier_table(pairs),
        _alternative_table(plan),
        _fleet_table(plan, pairs),
        _skipped_table(plan),
    )
    figures = tuple(_chart(plan, workload, pairs) for workload in sorted({pair.workload for pair in pairs}))
    return Shown(_lead(pairs), tuple(table for table in tables if table.rows), figures[:MOST_FIGURES])


def _lead(pairs: list[_Pair]) -> str:
    """The cheapest platform of each demand, or the fastest where nothing is priced."""
    workloads = sorted({pair.workload for pair in pairs})
    said = []
    for workload in workloads[:4]:
        own = [pair for pair in pairs if pair.workload == workload]
        priced = [(cost, pair) for pair in own if (cost := pair.usd_per_mtok(pair.chosen)) is not None]
        if priced:
            cost, pair = min(priced, key=lambda row: (row[0], row[1].platform))
            said.append(f"{workload} on {pair.platform} at {cost:.3g} USD per million tokens")
        else:
            pair = max(own, key=lambda row: (row.chosen["accel_tok_s"], row.platform))
            said.append(f"{workload} on {pair.platform} at {pair.chosen['accel_tok_s']:,.0f} tok/s an accelerator")
    return f"{counted(len(workloads), 'demand')} on {counted(len(pairs), 'pair')} of platform: {'; '.join(said)}."


def _chosen_table(plan: Plan, pairs: list[_Pair]) -> ViewTable:
    binding = {
        (row["workload"], row["platform"]): row["binding"] for row in plan.sizing.choices.frame.iter_rows(named=True)
    }
    columns = (
        TableColumn("workload", "Demand"),
        TableColumn("platform", "Platform"),
        TableColumn("arrangement", "Prefill and decode"),
        TableColumn("accel_tok_s", "Per accelerator", "tok/s", 0),
        TableColumn("tpot_ms", "Per token", "ms", 1),
        TableColumn("ttft_p50_s", "First token P50", "s", 2),
        TableColumn("ttft_p95_s", "P95", "s", 2),
        TableColumn("ttft_p99_s", "P99", "s", 2),
        TableColumn("usd_per_mtok", "Cost per Mtok", "USD", 3),
        TableColumn("energy_j", "Energy per token", "J", 2),
        TableColumn("mw_per_mtok_s", "Load per Mtok/s", "MW", 2),
        TableColumn("memory_gb", "Memory", "GB", 0),
        TableColumn("binding", "Bound by"),
    )
    rows: list[tuple[Cell, ...]] = []
    for pair in pairs:
        point = pair.chosen
        rows.append(
            (
                pair.workload,
                pair.platform,
                point["arrangement"],
                point["accel_tok_s"],
                point["tpot_s"] * MS,
                point["ttft_p50_s"],
                point["ttft_p95_s"],
                point["ttft_p99_s"],
                pair.usd_per_mtok(point),
                point["energy_j"],
                point["load_w"],
                point["memory_byte"] / GB,
                binding.get((pair.workload, pair.platform), ""),
            )
        )
    note = "At full load. Load is what must be provided at the meter. " + NO_COST
    return ViewTable("What was chosen", columns, tuple(rows), note)


def _frontier_table(pairs: list[_Pair]) -> ViewTable:
    columns = (
        TableColumn("workload", "Demand"),
        TableColumn("platform", "Platform"),
        TableColumn("arrangement", "Prefill and decode"),
        TableColumn("unit", "Unit"),
        TableColumn("tpot_ms", "Per token", "ms", 1),
        TableColumn("accel_tok_s", "Per accelerator", "tok/s", 0),
        TableColumn("ttft_p95_s", "First token P95", "s", 2),
        TableColumn("pause_ms", "Longest pause", "ms", 0),
        TableColumn("usd_per_mtok", "Cost per Mtok", "USD", 3),
        TableColumn("energy_j", "Energy per token", "J", 2),
        TableColumn("mw_per_mtok_s", "Load per Mtok/s", "MW", 2),
        TableColumn("memory_gb", "Memory", "GB", 0),
        TableColumn("is_kept", "Keeps limits"),
        TableColumn("is_chosen", "Chosen"),
    )
    rows = tuple(_frontier_row(pair, point) for pair in pairs for point in pair.points)
    note = "Units that no other of their arrangement beats in time per token and rate, within the first token's limit."
    return ViewTable("Frontier", columns, rows, note)


def _frontier_row(pair: _Pair, point: dict[str, Any]) -> tuple[Cell, ...]:
    return (
        pair.workload,
        pair.platform,
        point["arrangement"],
        _unit(point),
        point["tpot_s"] * MS,
        point["accel_tok_s"],
        point["ttft_p95_s"],
        point["pause_s"] * MS,
        pair.usd_per_mtok(point),
        point["energy_j"],
        point["load_w"],
        point["memory_byte"] / GB,
        point["is_kept"],
        point["is_chosen"],
    )


def _unit(point: dict[str, Any]) -> str:
    """A unit in words: `8x4, batch 64`, with its prefill accelerators where they are apart."""
    text = f"{point['tensor']}x{point['groups']}, batch {point['batch']:,}"
    return text if not point["prefill_accels"] else f"{text}; {point['prefill_accels']} of {point['accels']} prefill"


def _alternative_table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("workload", "Demand"),
        TableColumn("platform", "Platform"),
        TableColumn("arrangement", "Prefill and decode"),
        TableColumn("tensor", "Tensor"),
        TableColumn("groups", "Groups"),
        TableColumn("batch", "Batch"),
        TableColumn("best_share", "Rate over the chosen", digits=0, is_share=True),
        TableColumn("tpot_ms", "Per token", "ms", 1),
        TableColumn("ttft_s", "First token", "s", 2),
        TableColumn("binding", "What stops more"),
    )
    frame = plan.sizing.alternatives.frame.with_columns(tpot_ms=pl.col("tpot_s") * MS)
    ordered = frame.sort(
        "workload",
        "platform",
        "best_share",
        "arrangement",
        "tensor",
        "groups",
        descending=[False, False, True] + [False] * 3,
    )
    rows = tuple(ordered.select([column.name for column in columns]).iter_rows())
    note = (
        "The best batch of each kind of instance, best kind first; 0 % breaks a limit at any batch. More than 100 % is "
        "an arrangement the demand does not ask for (`pools`)."
    )
    return ViewTable("Why the chosen one is best", columns, rows, note)


def _fleet_table(plan: Plan, pairs: list[_Pair]) -> ViewTable:
    columns = (
        TableColumn("workload", "Demand"),
        TableColumn("platform", "Platform"),
        TableColumn("start", "From"),
        TableColumn("peak_tok_s", "Peak", "tok/s", 0),
        TableColumn("accels", "Accelerators"),
        TableColumn("night_accels", "needed at night"),
        TableColumn("busy_share", "Busy", digits=0, is_share=True),
        TableColumn("usd_per_mtok", "Cost per Mtok served", "USD", 3),
    )
    known = {(pair.workload, pair.platform): pair for pair in pairs}
    rows: list[tuple[Cell, ...]] = []
    for row in plan.sizing.fleet.frame.iter_rows(named=True):
        pair = known[row["workload"], row["platform"]]
        cost = pair.usd_per_mtok(pair.chosen, row["busy_share"])
        start = plan.program.horizon.date(row["day"])
        names = (row["workload"], row["platform"], start)
        rows.append((*names, row["peak_tok_s"], row["accels"], row["night_accels"], row["busy_share"], cost))
    note = "Median speed, with headroom and availability. Busy: mean demand of a day over what the fleet could deliver."
    return ViewTable("Fleet", columns, tuple(rows), note)


def _skipped_table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("workload", "Demand"),
        TableColumn("platform", "Platform"),
        TableColumn("reason", "Why not"),
        TableColumn("relief", "Nearest change that helps"),
    )
    demands = [run.id for run in plan.program.serving]
    frame = plan.sizing.skipped.frame.filter(pl.col("workload").is_in(demands))
    return ViewTable(
        "Demands that a platform does not serve", columns, tuple(frame.select([c.name for c in columns]).iter_rows())
    )


def _chart(plan: Plan, workload: str, pairs: list[_Pair]) -> ScatterChart:
    """Tokens per second and accelerator against time per token, a curve for each platform and arrangement."""
    own = [pair for pair in pairs if pair.workload == workload]
    limit_s = next((run.tpot_s for run in plan.program.serving if run.id == workload), 0.0)
    series = []
    for pair in own:
        for arrangement in sorted({row["arrangement"] for row in pair.points}):
            rows = [row for row in pair.points if row["arrangement"] == arrangement]
            points = tuple(
                ScatterPoint(
                    str(row["point"]), row["tpot_s"] * MS, row["accel_tok_s"], "chosen" if row["is_chosen"] else ""
                )
                for row in rows
            )
            name = f"{pair.platform}-{arrangement}"
            series.append(ScatterSeries(name, f"{pair.platform}, {arrangement}", points, "line"))
    caption = Caption(
        f"serving-{workload}",
        f"{workload}: tokens per second and accelerator against time per token",
        f"The limit is {limit_s * MS:g} ms per token; points to its right break it.",
    )
    return ScatterChart(caption, "time per token, ms", "tok/s an accelerator", tuple(series), is_log=True)


SERVING = View(
    "serving",
    "Serving frontier",
    "How fast can users be served at which cost, and what binds?",
    _show,
)
