"""What should the next generation be: worth of its properties, where they end, best designs, rivals, other mixes?

For the lab alone: what the other party may see is in `specification`.
"""

from __future__ import annotations

import math

from rackwright.base.units import convert
from rackwright.codesign import Advice
from rackwright.codesign.design import Property
from rackwright.codesign.hypothetical import Candidate
from rackwright.codesign.sensitivity import Curve, Elasticity, Swing
from rackwright.codesign.shifts import Shift
from rackwright.figures import (
    Bar,
    BarChart,
    Caption,
    ParetoChart,
    ParetoPoint,
    Tornado,
    TornadoBar,
)
from rackwright.views.view import Cell, Shown, TableColumn, ViewTable, percent

__all__ = ["advice_shown", "readable"]

SHOWN_IN = {"FLOP/s": "PFLOP/s", "B": "GB", "B/s": "TB/s"}
"""Unit in which people read figures of a canonical unit."""
MOST_SAID = 3
MB = 1e6
MM2_PER_M2 = 1e6
TENTH = 1.1


def readable(value: float | None, unit: str) -> tuple[float | None, str]:
    """A figure in the unit people read it in, and that unit."""
    to = SHOWN_IN.get(unit, unit)
    return (None if value is None else convert(value, unit, to) if to != unit else value), to


def advice_shown(advice: Advice) -> Shown:
    """All of the advice on one platform."""
    if not advice.elasticities:
        lead = f"{advice.name} ({advice.platform}) runs nothing of the mix; the reasons follow."
        return Shown(lead, (_missing_table(advice),))
    tables = (
        _worth_table(advice),
        _tornado_table(advice),
        _crossover_table(advice),
        _balance_table(advice),
        _design_table(advice),
        _index_table(advice),
        _pair_table(advice),
        _shift_table(advice),
        *_volume_tables(advice),
        _workload_table(advice),
        _missing_table(advice),
    )
    figures = (_tornado(advice), *_pareto(advice), _side_by_side(advice))
    return Shown(_lead(advice), tuple(table for table in tables if table.rows), figures)


def _lead(advice: Advice) -> str:
    """The properties worth most, the best design, and how sure that is."""
    own = [row for row in advice.elasticities if not row.subject.is_burden and row.subject.name != "software"]
    ranked = sorted(own, key=lambda row: row.cost)[:MOST_SAID]
    said = "; ".join(f"{row.subject.label} {percent(_saving(row), 1)}" for row in ranked)
    text = f"{advice.name} ({advice.platform}): a tenth more saves, of the cost of a token: {said}."
    if advice.search.frontier:
        best = advice.search.frontier[0]
        text += f" Cheapest design within the limits: {percent(best.index.cost)} of the platform's cost."
    elif advice.search.reason:
        text += f" {advice.search.reason[:1].upper()}{advice.search.reason[1:]}: {advice.search.relief}."
    return text


def _saving(row: Elasticity) -> float:
    """Share of the cost that a tenth more (of a burden: a tenth less) saves."""
    gain = row.cost if row.subject.is_burden else -row.cost
    return 1.0 - float(TENTH**-gain)


def _worth_table(advice: Advice) -> ViewTable:
    columns = (
        TableColumn("property", "Property"),
        TableColumn("value", "Value"),
        TableColumn("unit", "Unit"),
        TableColumn("cost_elasticity", "Cost per token", "", 3),
        TableColumn("cost_elasticity_slow", "at slow figures", "", 3),
        TableColumn("cost_elasticity_fast", "at fast figures", "", 3),
        TableColumn("days_elasticity", "Time to train", "", 3),
        TableColumn("saving_share", "A tenth saves", "", 1, is_share=True),
        TableColumn("worth_usd", "Worth of a tenth", "USD per accelerator", 0),
    )
    rows: list[tuple[Cell, ...]] = []
    for row in sorted(advice.elasticities, key=lambda item: -abs(item.cost)):
        ends = [next((other.cost for other in end if other.subject == row.subject), None) for end in advice.ends]
        slow, fast = ends if len(ends) == 2 else (None, None)
        days = row.days
        figures = (row.cost, slow, fast, days, _saving(row), row.worth_usd)
        rows.append((row.subject.label, *readable(row.value, row.subject.unit), *figures))
    note = (
        "Elasticities: share by which the figure moves for a share of the property. A tenth less where less is better."
    )
    return ViewTable("What a property is worth", columns, tuple(rows), note)


def _tornado_table(advice: Advice) -> ViewTable:
    columns = (
        TableColumn("property", "Property"),
        TableColumn("low", "Low"),
        TableColumn("high", "High"),
        TableColumn("unit", "Unit"),
        TableColumn("cost_low", "Cost at low", "", 3),
        TableColumn("cost_high", "Cost at high", "", 3),
        TableColumn("band", "Band"),
    )
    rows = tuple(
        (
            swing.subject.label,
            readable(swing.low, swing.subject.unit)[0],
            *readable(swing.high, swing.subject.unit),
            swing.cost_low,
            swing.cost_high,
            swing.kind if swing.is_stated else "probe, none is stated",
        )
        for swing in advice.swings
    )
    note = "Cost of a token of the mix, 1 at the platform's values; a dash where the mix does not run."
    return ViewTable("What each band moves", columns, rows, note)


def _crossover_table(advice: Advice) -> ViewTable:
    columns = (
        TableColumn("property", "Property"),
        TableColumn("value", "Value"),
        TableColumn("short", "A tenth dearer below"),
        TableColumn("exhausted", "Nothing more gained beyond"),
        TableColumn("unit", "Unit"),
        TableColumn("cost_at_end", "Cost at 8 times", "", 3),
        TableColumn("binding", "What binds there"),
    )
    rows = tuple(_crossover_row(advice, curve) for curve in advice.curves)
    note = "Each property scanned alone from a quarter to eight times; nothing more: less than 1 % of the cost."
    return ViewTable("Where properties end", columns, rows, note)


def _crossover_row(advice: Advice, curve: Curve) -> tuple[Cell, ...]:
    unit = curve.subject.unit
    value = next(row.value for row in advice.elasticities if row.subject == curve.subject)
    figures = [readable(figure, unit)[0] for figure in (value, curve.short, curve.exhausted)]
    end = curve.cost[-1]
    return (curve.subject.label, *figures, readable(value, unit)[1], end if math.isfinite(end) else None, curve.binding)


def _balance_table(advice: Advice) -> ViewTable:
    columns = (
        TableColumn("precision", "Products in"),
        TableColumn("ridge_flop_byte", "Computes per byte", "FLOP", 0),
        TableColumn("needed_mb", "Memory binds below", "MB", 2),
        TableColumn("stated_mb", "Stated", "MB", 0),
        TableColumn("margin", "Over what is needed", "times", 0),
    )
    rows = tuple(
        (
            row.precision,
            row.ridge_flop_byte,
            row.needed_byte / MB,
            row.stated_byte / MB if row.stated_byte else None,
            row.margin if row.stated_byte else None,
        )
        for row in advice.balances
    )
    note = (
        "A product of m x n x k moves at least 2 m n k / sqrt(S) values through S values on the chip; below the figure "
        "shown that takes longer than computing. So far above it, more on-chip memory hardly shows in a token's cost."
    )
    return ViewTable("On-chip memory: where it would bind", columns, rows, note)


def _design_table(advice: Advice) -> ViewTable:
    columns = (
        TableColumn("design", "Design"),
        TableColumn("memory", "Memory"),
        TableColumn("stacks", "Stacks"),
        TableColumn("memory_gb", "Memory", "GB", 0),
        TableColumn("memory_tb_s", "Bandwidth", "TB/s", 1),
        TableColumn("fp8_pflop_s", "FP8", "PFLOP/s", 1),
        TableColumn("scale_up_tb_s", "Scale-up", "TB/s", 2),
        TableColumn("domain", "Domain"),
        TableColumn("scale_out_gbit_s", "Scale-out", "Gb/s", 0),
        TableColumn("package_w", "Package", "W", 0),
        TableColumn("price_usd", "Price", "USD", 0),
        TableColumn("logic_mm2", "Logic", "mm2", 0),
        TableColumn("cost", "Cost", "", 3),
        TableColumn("power", "Power", "", 3),
        TableColumn("accels", "Accelerators", "", 3),
        TableColumn("days", "Time to train", "", 3),
    )
    rows = tuple(_design_row(number, item) for number, item in enumerate(advice.search.frontier, 1))
    search = advice.search
    note = (
        f"{search.num_laid:,} designs laid out, {search.num_allowed:,} within the limits, {search.num_timed:,} timed; "
        f"ranking by single responses was off by at most {percent(search.largest_error)}. The platform is 1."
    )
    return ViewTable("Pareto designs", columns, rows, note)


def _design_row(number: int, item: Candidate) -> tuple[Cell, ...]:
    chip = item.design.accelerator

    def figure(name: str, scale: float) -> float | None:
        fact = getattr(chip, name)
        return None if fact is None else fact.value * scale

    domain = figure("scale_up_domain", 1.0)
    return (
        number,
        item.stack,
        item.stacks,
        figure("memory_byte", 1e-9),
        figure("memory_byte_s", 1e-12),
        figure("fp8_flop_s", 1e-15),
        figure("scale_up_byte_s", 1e-12),
        None if domain is None else int(domain),
        figure("scale_out_gbit_s", 1.0),
        item.design.package_w,
        item.design.price.value,
        figure("logic_m2", MM2_PER_M2),
        item.index.cost,
        item.index.power,
        item.index.accels,
        item.index.days,
    )


def _index_table(advice: Advice) -> ViewTable:
    columns = (
        TableColumn("design", "Platform or accelerator"),
        TableColumn("per_dollar", "Per dollar", "", 3),
        TableColumn("per_watt", "Per watt", "", 3),
        TableColumn("per_rack", "Per rack", "", 3),
        TableColumn("per_accel", "Per accelerator", "", 3),
        TableColumn("days", "Time to train", "", 3),
    )
    rows = tuple(
        (name, 1.0 / i.cost, 1.0 / i.power, None if racks is None else 1.0 / racks, 1.0 / i.accels, i.days)
        for name, i, racks in advice.rivals.indices
    )
    note = f"Tokens of the mix against {advice.platform} = 1; only what runs the whole mix. Racks of the program only."
    return ViewTable("The mix side by side", columns, rows, note)


def _pair_table(advice: Advice) -> ViewTable:
    columns = (
        TableColumn("workload", "Workload"),
        TableColumn("design", "Platform or accelerator"),
        TableColumn("usd_per_mtok", "Cost", "USD/Mtok", 4),
        TableColumn("mtok_per_usd", "Per dollar", "Mtok", 2),
        TableColumn("tok_s_per_mw", "Per MW", "tok/s", 0),
        TableColumn("tok_s_per_rack", "Per rack", "tok/s", 0),
        TableColumn("days", "Trains in", "days", 0),
        TableColumn("binding", "Bound by"),
    )
    ordered = sorted(advice.rivals.rows, key=lambda row: (row.workload, row.usd_per_mtok, row.design))
    rows = tuple(
        (
            row.workload,
            row.design,
            row.usd_per_mtok,
            row.tok_per_usd / 1e6,
            row.tok_s_per_mw,
            row.tok_s_per_rack,
            row.days,
            row.binding,
        )
        for row in ordered
    )
    note = (
        "Training with the gang each design needs for its deadline. Services with prefill and decode together, at the "
        "batch that just keeps their limits, in finer steps than the whole units of a plan's fleet: a per cent or two "
        "above the view `platforms`. A rack without a stated price costs what its accelerators do with their share of "
        "it; a plan adds up its parts. Own measured runs correct both, and no accelerator but "
        "the one they ran on: one without runs keeps the speed as predicted."
    )
    return ViewTable("Workloads side by side", columns, rows, note)


def _shift_table(advice: Advice) -> ViewTable:
    subjects = [row.subject for row in advice.elasticities if row.subject.name != "software"]
    columns = (
        TableColumn("mix", "Mix"),
        TableColumn("workloads", "Workloads"),
        TableColumn("cost", "Cost per token", "", 3),
        TableColumn("best", "Best design"),
        TableColumn("first", "Worth most"),
        *(TableColumn(f"{item.name}_elasticity", item.label, "", 2) for item in subjects),
    )
    rows = tuple(_shift_row(shift, subjects) for shift in advice.shifts)
    note = "Elasticities of the cost per token for each mix; cost against the planned mix on the same platform."
    return ViewTable("When the mix shifts", columns, rows, note)


def _shift_row(shift: Shift, subjects: list[Property]) -> tuple[Cell, ...]:
    by_name = {row.subject.name: row for row in shift.rows}
    gains = [row for row in shift.rows if not row.subject.is_burden and row.subject.name != "software"]
    first = min(gains, key=lambda row: row.cost).subject.label if gains else ""
    figures = [by_name[item.name].cost if item.name in by_name else None for item in subjects]
    return (shift.mix.name, len(shift.mix.members), shift.cost, shift.best or None, first, *figures)


def _volume_tables(advice: Advice) -> tuple[ViewTable, ...]:
    spread = advice.volume
    if spread is None:
        return ()
    columns = (
        TableColumn("volume", "Accelerators", "", 0),
        TableColumn("usd_per_accel", "One-time cost each", "USD", 0),
        TableColumn("cost", "Cost per token", "", 3),
    )
    rows = tuple((row.volume, row.usd_per_accel, row.cost) for row in spread.rows)
    note = "No incumbent runs the whole mix."
    if spread.rival_cost is not None:
        note = f"Cheapest other: {spread.rival} at {spread.rival_cost:.3f}. "
        note += (
            "The platform is never cheaper."
            if spread.break_even is None
            else f"Cheaper than it from {spread.break_even:,.0f} accelerators on."
        )
    return (ViewTable("Engineering and tooling over volume", columns, rows, note),)


def _workload_table(advice: Advice) -> ViewTable:
    columns = (
        TableColumn("workload", "Workload"),
        TableColumn("kind", "Kind"),
        TableColumn("share", "Share", "", 0, is_share=True),
        TableColumn("usd_per_mtok", "Cost", "USD/Mtok", 4),
        TableColumn("tok_s", "Per accelerator", "tok/s", 0),
        TableColumn("racks", "Racks"),
        TableColumn("days", "Trains in", "days", 0),
        TableColumn("binding", "Bound by"),
        TableColumn("first", "Worth most"),
    )
    rows: list[tuple[Cell, ...]] = []
    for item in advice.workloads:
        gains = [row for row in item.rows if not row.subject.is_burden and row.subject.name != "software"]
        first = min(gains, key=lambda row: row.cost).subject.label if gains else ""
        own = item.figures
        figures = (own.usd_per_mtok, own.tok_s, item.racks, own.days, own.binding, first)
        rows.append((item.workload, item.kind, item.share, *figures))
    return ViewTable("The mix", columns, tuple(rows), "Racks: the gang, or the fleet at the highest forecast demand.")


def _missing_table(advice: Advice) -> ViewTable:
    columns = (
        TableColumn("workload", "Workload"),
        TableColumn("design", "Platform or accelerator"),
        TableColumn("reason", "Why not"),
        TableColumn("relief", "Nearest change that helps"),
    )
    every = (*advice.missing, *(gap for shift in advice.shifts for gap in shift.missing), *advice.rivals.missing)
    rows = dict.fromkeys((gap.workload, gap.design, gap.reason, gap.relief) for gap in every)
    return ViewTable("What does not run", columns, tuple(rows))


def _tornado(advice: Advice) -> Tornado:
    bars = tuple(_tornado_bar(swing) for swing in advice.swings if math.isfinite(swing.width) and swing.width > 0.0)
    caption = Caption(
        f"advice-tornado-{advice.platform}",
        f"{advice.name}: what each band moves",
        "Cost of a token of the mix at both ends of each property's band; 1 at the platform's values.",
    )
    return Tornado(caption, 1.0, "cost per token, platform = 1", bars)


def _tornado_bar(swing: Swing) -> TornadoBar:
    low, unit = readable(swing.low, swing.subject.unit)
    high, _ = readable(swing.high, swing.subject.unit)
    return TornadoBar(
        swing.subject.name,
        swing.subject.label,
        1.0 if swing.cost_low is None else swing.cost_low,
        1.0 if swing.cost_high is None else swing.cost_high,
        f"{low:.4g} {unit}".strip(),
        f"{high:.4g} {unit}".strip(),
    )


def _pareto(advice: Advice) -> tuple[ParetoChart, ...]:
    front = advice.search.frontier
    if not front:
        return ()
    points = [
        ParetoPoint(f"design-{number}", str(number), item.index.cost, item.index.power, "pareto")
        for number, item in enumerate(front, 1)
    ]
    points += [
        ParetoPoint(name, name, index.cost, index.power, "reference" if name == advice.platform else "other")
        for name, index, _ in advice.rivals.indices
    ]
    caption = Caption(
        f"advice-pareto-{advice.platform}",
        f"{advice.name}: designs by cost and power of the same tokens",
        f"{len(front)} Pareto designs within the limits, numbered as in the table, and what can be bought.",
    )
    words = ("Pareto design", "other platform or accelerator", advice.platform)
    return (ParetoChart(caption, "cost, platform = 1", "power, platform = 1", tuple(points), words),)


def _side_by_side(advice: Advice) -> BarChart:
    caption = Caption(
        f"advice-incumbents-{advice.platform}",
        "Tokens of the mix per dollar",
        f"Against {advice.platform} = 1; only platforms and accelerators that run the whole mix.",
    )
    ordered = sorted(advice.rivals.indices, key=lambda row: (row[1].cost, row[0]))
    bars = tuple(Bar(name, name, (1.0 / index.cost,)) for name, index, _ in ordered)
    return BarChart(caption, f"{advice.platform} = 1", ("per dollar",), bars, target=1.0, target_label=advice.platform)
