"""How is each training run spread, what else was there to choose, where does the time go, what do failures cost?

Rows are those the sizing stage keeps: the chosen gang, the configurations around it that no other beats, memory by
part, the terms of a step, and goodput, which is kept apart from the time of a step.
"""

from __future__ import annotations

import itertools
from typing import Any

import polars as pl

from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.rack_value import rack_prices
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted, percent

__all__ = ["TRAINING"]

GB = 1e9
CENTS_PER_MUSD = 1e8
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
        TableColumn("cost_musd", "Racks", "M USD", 1),
        TableColumn("load_mw", "Mean load", "MW", 2),
        TableColumn("why", "Why, or what stands against it"),
    )
    prices = rack_prices(plan)
    sku_of = {platform.id: platform.configurations[-1].id for platform in plan.program.platforms}
    cents = {name: prices[sku].cent for name, sku in sku_of.items() if sku in prices and not prices[sku].unpriced}
    rows = tuple(_gang_row(row, cents) for row in plan.sizing.gangs.frame.iter_rows(named=True))
    note = (
        "Configurations that no other one searched beats in racks, step time and memory at once, around the chosen. "
        "Cost of racks is empty where one of their parts has no price."
    )
    return ViewTable("Pareto set", columns, rows, note)


def _gang_row(row: dict[str, Any], cents: dict[str, int]) -> tuple[Cell, ...]:
    cent = cents.get(row["platform"])
    mark = "chosen: " if row["is_chosen"] else ""
    return (
        row["workload"],
        row["platform"],
        row["racks"],
        " x ".join(str(row[name]) for name in ("tensor", "pipeline", "data", "context")),
        f"EP {row['expert']}, {row['virtual']}, {row['batch']}, {row['recompute']}, {row['sharding']}{_placed(row)}",
        _stages(row),
        row["step_s"],
        row["days"],
        row["memory_byte"] / GB,
        None if not cent else row["racks"] * cent / CENTS_PER_MUSD,
        row["racks"] * row["rack_w"] / WATTS_PER_MW,
        mark + row["why"],
    )


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
        "Reserve is what runtime, buffers and fragmentation take; the parts add up to the device memory. "
        "Of what lies in host memory, two layers at a time are on the device."
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
