"""How is each training run spread, what else was there to choose, where does the time go, what do failures cost?

Rows are those the sizing stage keeps: the chosen gang, the configurations around it that no other beats, memory by
part, the terms of a step, and goodput, which is kept apart from the time of a step.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import polars as pl

from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.holding import HoldingCosts, holding_costs
from rackwright.views.rack_value import rack_prices
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted, percent

__all__ = ["TRAINING"]

GB = 1e9
CENTS_PER_MUSD = 1e8
USD_PER_MUSD = 1e6
J_PER_GWH = 3.6e12
WATTS_PER_MW = 1e6
MOST_SAID = 4
PAIR = ("workload", "platform")
PAIR_COLUMNS = (TableColumn("workload", "Run"), TableColumn("platform", "Platform"))


def _show(plan: Plan) -> Shown:
    gangs = plan.sizing.gangs.frame
    if gangs.is_empty():
        shown = absent(plan, "No training run is sized", "sizing")
        skipped = _skipped_table(plan)
        return Shown(shown.lead, (skipped,) if skipped.rows else ())
    tables = (
        _gang_table(plan),
        _time_table(plan),
        _memory_table(plan),
        _goodput_table(plan),
        _skipped_table(plan),
    )
    return Shown(_lead(gangs), tuple(table for table in tables if table.rows))


def _lead(gangs: pl.DataFrame) -> str:
    """The gang of each run that needs the fewest days of racks, and why."""
    chosen = gangs.filter("is_chosen").sort("workload", "racks", "platform")
    said = [
        f"{row['workload']} on {counted(row['racks'], 'rack')} of {row['platform']}, {row['days']:.0f} days"
        for row in chosen.unique("workload", keep="first", maintain_order=True).iter_rows(named=True)
    ]
    runs = chosen["workload"].n_unique()
    return (
        f"{counted(runs, 'training run')} on {counted(len(chosen), 'pair')} of platform: {'; '.join(said[:MOST_SAID])}."
    )


def _gang_table(plan: Plan) -> ViewTable:
    columns = (
        *PAIR_COLUMNS,
        TableColumn("racks", "Racks"),
        TableColumn("split", "TP x PP x DP x CP"),
        TableColumn("options", "Split of experts, chunks, micro batch, recompute, ZeRO"),
        TableColumn("stages", "Layers by stage, and which binds"),
        TableColumn("step_s", "Step", "s", 2),
        TableColumn("days", "Trains in", "days", 1),
        TableColumn("memory_gb", "Memory", "GB", 0),
        TableColumn("load_mw", "Mean load", "MW", 2),
        TableColumn("energy_gwh", "Energy", "GWh", 2),
        TableColumn("racks_musd", "Price of racks", "M USD", 1),
        TableColumn("run_musd", "Cost of the run", "M USD", 2),
        TableColumn("why", "Why, or what stands against it"),
    )
    rows = tuple(row for pair in _pairs(plan) for row in pair.rows)
    note = (
        "Configurations that no other one searched beats in racks, step time, memory and mean load at once, and so in "
        "cost at any prices, around the chosen. Cost of the run: its racks and their buildings paid off over their "
        "lives for the days it takes, and energy at the meter. Costs are empty where a part has no price."
    )
    return ViewTable("Pareto set", columns, rows, note)


@dataclass(frozen=True)
class _Pair:
    """The set of one run on one platform, with the prices that its costs need and the days there are."""

    gangs: tuple[dict[str, Any], ...]
    rack_cent: int | None
    costs: HoldingCosts | None
    most_days: float

    @property
    def rows(self) -> tuple[tuple[Cell, ...], ...]:
        """Rows of the table, the cheapest of those that meet the deadline named."""
        usd = [self._run_usd(row) for row in self.gangs]
        in_time = [cost for row, cost in zip(self.gangs, usd, strict=True) if cost and row["days"] <= self.most_days]
        least = min(in_time, default=None)
        return tuple(
            self._row(row, cost, is_cheapest=cost is not None and cost == least)
            for row, cost in zip(self.gangs, usd, strict=True)
        )

    def _run_usd(self, row: dict[str, Any]) -> float | None:
        return None if self.costs is None else self.costs.run_usd(row["racks"], row["days"], row["energy_j"])

    def _row(self, row: dict[str, Any], usd: float | None, *, is_cheapest: bool) -> tuple[Cell, ...]:
        split = " x ".join(str(row[name]) for name in ("tensor", "pipeline", "data", "context"))
        options = ", ".join(str(row[name]) for name in ("expert", "virtual", "batch", "recompute", "sharding"))
        marks = ("chosen: " if row["is_chosen"] else "") + ("cheapest run in time; " if is_cheapest else "")
        return (
            row["workload"],
            row["platform"],
            row["racks"],
            split,
            f"EP {options}{_placed(row)}",
            _stages(row),
            row["step_s"],
            row["days"],
            row["memory_byte"] / GB,
            row["racks"] * row["rack_w"] / WATTS_PER_MW,
            row["energy_j"] / J_PER_GWH,
            None if not self.rack_cent else row["racks"] * self.rack_cent / CENTS_PER_MUSD,
            None if usd is None else usd / USD_PER_MUSD,
            marks + row["why"],
        )


def _pairs(plan: Plan) -> list[_Pair]:
    prices = rack_prices(plan)
    sku_of = {platform.id: platform.configurations[-1].id for platform in plan.program.platforms}
    cents = {name: prices[sku].cent for name, sku in sku_of.items() if sku in prices and not prices[sku].unpriced}
    day = plan.program.horizon.day
    days = {run.id: float(day(run.finish) - max(day(run.start), 0)) for run in plan.program.training}
    frame = plan.sizing.gangs.frame
    costs = {name: holding_costs(plan, name) for name in frame["platform"].unique(maintain_order=True)}
    return [
        _Pair(tuple(rows.iter_rows(named=True)), cents.get(str(name)), costs[name], days[str(run)] * (1.0 + 1e-9))
        for (run, name), rows in frame.group_by(PAIR, maintain_order=True)
    ]


def _placed(row: dict[str, Any]) -> str:
    """What lies in host memory, and how many campuses share the run, where there is something to say."""
    host = "" if row["offload"] == "none" else f", {_MOVED[row['offload']]} in host memory"
    return host + ("" if row["campuses"] == 1 else f", on {row['campuses']} campuses")


_MOVED = {"optimiser": "optimiser", "activations": "activations", "both": "optimiser and activations"}


def _stages(row: dict[str, Any]) -> str:
    """Layers from the first stage to the last, equal ones together."""
    if row["pipeline"] == 1:
        return f"{row['last_layers']}"
    layers = [row["first_layers"], *[row["layers"]] * (row["pipeline"] - 2), row["last_layers"]]
    runs = [(count, len(list(equal))) for count, equal in itertools.groupby(layers)]
    said = " + ".join(f"{count}" if number == 1 else f"{number} x {count}" for count, number in runs)
    return f"{said}; {row['binds']}"


def _time_table(plan: Plan) -> ViewTable:
    """Terms of the step of each training pair, largest first; they add up to the step."""
    columns = (
        *PAIR_COLUMNS,
        TableColumn("term", "Term"),
        TableColumn("seconds", "Time", "s", 4),
        TableColumn("share", "Of the step", digits=1, is_share=True),
    )
    pairs = plan.sizing.gangs.frame.select(PAIR).unique(maintain_order=True)
    own = plan.sizing.breakdown.frame.join(pairs, on=list(PAIR), how="semi").filter(pl.col("seconds") > 0.0)
    whole = own.group_by(PAIR, maintain_order=True).agg(step_s=pl.col("seconds").sum())
    shown = (
        own.join(whole, on=list(PAIR), how="left")
        .with_columns(share=pl.col("seconds") / pl.col("step_s"))
        .sort(*PAIR, "seconds", "term", descending=[False, False, True, False])
    )
    rows = tuple(shown.select(column.name for column in columns).iter_rows())
    return ViewTable("Where the step goes", columns, rows, "The terms of a pair add up to its step.")


def _memory_table(plan: Plan) -> ViewTable:
    columns = (
        *PAIR_COLUMNS,
        TableColumn("part", "Part"),
        TableColumn("gb", "Fullest accelerator", "GB", 1),
        TableColumn("host_gb", "In host memory instead", "GB", 1),
    )
    shown = plan.sizing.memory.frame.with_columns(gb=pl.col("bytes") / GB, host_gb=pl.col("host_bytes") / GB)
    rows = tuple(shown.select(column.name for column in columns).iter_rows())
    note = (
        "The parts add up to the device memory. Head: logits of a micro batch, on the last stage alone; 0 where "
        "an earlier stage is the fuller one. Buffers: runtime, captured graphs, collectives. Of what lies in host "
        "memory, two layers at a time are on the device."
    )
    return ViewTable("Memory", columns, rows, note)


def _goodput_table(plan: Plan) -> ViewTable:
    columns = (
        *PAIR_COLUMNS,
        TableColumn("used_share", "Counted with", digits=1, is_share=True),
        TableColumn("share", "From failures", digits=1, is_share=True),
        TableColumn("failures_per_day", "Failures", "/day", 2),
        TableColumn("interval_min", "Checkpoint every", "min", 0),
        TableColumn("checkpoint_share", "Writing", digits=2, is_share=True),
        TableColumn("lost_share", "Done again", digits=2, is_share=True),
        TableColumn("restart_share", "Restarting", digits=2, is_share=True),
        TableColumn("spares", "Spares"),
    )
    shown = plan.sizing.goodput.frame.with_columns(interval_min=pl.col("interval_s") / 60.0)
    rows = tuple(shown.select(column.name for column in columns).iter_rows())
    return ViewTable("Goodput", columns, rows, _goodput_note(plan, rows))


def _goodput_note(plan: Plan, rows: tuple[tuple[Cell, ...], ...]) -> str:
    """Where the goodput comes from, and which stated one failures alone would not leave."""
    stated = [row.id for row in plan.program.training if row.goodput_from == "stated"]
    shares = plan.sizing.goodput.frame
    lower = shares.filter(pl.col("workload").is_in(stated) & (pl.col("share") < pl.col("used_share")))["workload"]
    said = ["Goodput multiplies the rate and is in no step."]
    if stated:
        said.append(f"Stated in the program for {', '.join(stated[:MOST_SAID])}.")
    if len(lower):
        named = sorted(set(lower.to_list()))[:MOST_SAID]
        said.append(f"Failures alone leave less than stated for {', '.join(named)}.")
    if rows and len(stated) < len(plan.program.training):
        said.append(f"The lowest that failures leave is {percent(float(shares['share'].min()), 1)}.")  # type: ignore[arg-type]
    return " ".join(said)


def _skipped_table(plan: Plan) -> ViewTable:
    columns = (*PAIR_COLUMNS, TableColumn("reason", "Why not"), TableColumn("relief", "Nearest change"))
    runs = [run.id for run in plan.program.training]
    frame = plan.sizing.skipped.frame.filter(pl.col("workload").is_in(runs))
    rows = tuple(frame.select(column.name for column in columns).iter_rows())
    return ViewTable("Not sized", columns, rows)


TRAINING = View(
    "training",
    "Training runs",
    "How is each training run spread, why so, where does its time go, and what do failures cost?",
    _show,
    in_report=False,
)
