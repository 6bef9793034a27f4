"""The answer of `backtest` in words and tables."""

from __future__ import annotations

from rackwright.asbuilt.backtest import Backtest
from rackwright.views.view import Cell, Shown, TableColumn, ViewTable, counted

__all__ = ["backtest_shown"]


def backtest_shown(found: Backtest) -> Shown:
    """Bias by stage and source, every line, and the names nobody knows."""
    whole = [bias for bias in found.biases if not bias.source and bias.late_days is not None]
    words = ", ".join(f"{bias.stage} {bias.late_days:+,.1f} days" for bias in whole)
    gates = f" {found.gates_by_p80[0]} of {found.gates_by_p80[1]} gates came by their 80 % date." if found.gates_by_p80[
        1] else ""  # fmt: skip
    lead = f"{counted(len(found.lines), 'line')} known until {found.last}; mean bias: {words or 'none'}.{gates}"
    tables = (_bias_table(found), _line_table(found), _unknown_table(found))
    return Shown(lead, tuple(table for table in tables if table.rows))


def _bias_table(found: Backtest) -> ViewTable:
    columns = (
        TableColumn("stage", "Stage"),
        TableColumn("source", "Supplier, plant, site or project"),
        TableColumn("lines", "Lines"),
        TableColumn("late_days", "Late", "days", 1),
        TableColumn("abs_days", "Mean miss", "days", 1),
        TableColumn("qty_share", "Quantity", digits=1, is_share=True),
        TableColumn("yield_points", "Yield", digits=2, is_share=True),
        TableColumn("lead_days", "Lead time", "days", 1),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (bias.stage, bias.source or "all", bias.lines, bias.late_days, bias.abs_days, bias.qty_share,
         bias.yield_points, bias.lead_days)
        for bias in found.biases
    )  # fmt: skip
    note = "Actual less planned, each line counted alike: late, more, better and longer are positive."
    return ViewTable("Bias by stage and source", columns, rows, note)


def _line_table(found: Backtest) -> ViewTable:
    columns = (
        TableColumn("stage", "Stage"),
        TableColumn("source", "Source"),
        TableColumn("what", "What"),
        TableColumn("planned", "Planned by then", "", 1),
        TableColumn("actual", "Came", "", 1),
        TableColumn("late_days", "Late", "days", 1),
        TableColumn("yield_planned", "Yield planned", digits=2, is_share=True),
        TableColumn("yield_actual", "Yield", digits=2, is_share=True),
        TableColumn("lead_planned", "Lead planned", "days", 0),
        TableColumn("lead_actual", "Lead", "days", 0),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (line.stage, line.source, line.what, line.planned, line.actual, line.late_days, line.yield_planned,
         line.yield_actual, line.lead_planned, line.lead_actual)
        for line in found.lines
    )  # fmt: skip
    note = "Days of the k-th piece planned against the k-th that came."
    return ViewTable("Every line", columns, rows, note)


def _unknown_table(found: Backtest) -> ViewTable:
    rows = tuple((name,) for name in found.unknown)
    return ViewTable("Not in the plan", (TableColumn("name", "Name"),), rows)
