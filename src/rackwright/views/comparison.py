"""What is different in each named scenario?"""

from __future__ import annotations

from rackwright.scenarios import Comparison
from rackwright.scenarios.branches import BASE
from rackwright.views.view import Cell, Shown, TableColumn, ViewTable

__all__ = ["comparison_shown", "stranded_table"]

CENTS, WATTS_PER_MW = 100.0, 1e6
COLUMNS = (
    TableColumn("scenario", "Scenario"),
    TableColumn("probability", "Chance", digits=0, is_share=True),
    TableColumn("racks_planned", "Racks designed"),
    TableColumn("racks_accepted", "Racks accepted"),
    TableColumn("late_rack_days", "Lateness", "rack-days"),
    TableColumn("facility_mw", "Facility load", "MW", 1),
    TableColumn("cost_musd", "Cost", "MUSD", 1),
    TableColumn("duty_musd", "Duty", "MUSD", 1),
    TableColumn("traced_us_share", "Traced US value share", digits=1, is_share=True),
)


def comparison_shown(compared: Comparison) -> Shown:
    """Outcomes side by side, the base first; scenarios that could not be planned are named with their problems."""
    frame = compared.outcomes.frame
    ordered = [*frame.filter(scenario="base").iter_rows(named=True)]
    ordered += [row for row in frame.iter_rows(named=True) if row["scenario"] != "base"]
    rows: list[tuple[Cell, ...]] = [
        (
            row["name"] or row["scenario"],
            row["probability"],
            row["racks_planned"],
            row["racks_accepted"],
            row["late_rack_days"],
            row["facility_w"] / WATTS_PER_MW,
            row["cost_cent"] / CENTS / 1e6,
            row["duty_cent"] / CENTS / 1e6,
            row["traced_us_share"],
        )
        for row in ordered
    ]
    tables = [ViewTable("Base and scenarios", COLUMNS, tuple(rows))]
    if compared.problems:
        broken = tuple((str(problem),) for problem in compared.problems)
        tables.append(ViewTable("Not planned", (TableColumn("problem", "Problem"),), broken))
    base = ordered[0]
    worst = max(ordered, key=lambda row: row["late_rack_days"])
    if worst is base:
        lead = f"No scenario is later than the base program ({base['late_rack_days']:,} rack-days late)."
    else:
        step = worst["late_rack_days"] - base["late_rack_days"]
        lead = f"Worst for delivery: {worst['name']}, {step:,} more rack-days late than the base program."
    return Shown(lead, tuple(tables))


def stranded_table(compared: Comparison) -> ViewTable:
    """What has no use at the end of the horizon, by scenario and hardware generation."""
    columns = (
        TableColumn("scenario", "Scenario"),
        TableColumn("generation", "Generation"),
        TableColumn("stock_musd", "Stock left", "MUSD", 2),
        TableColumn("racks_idle", "Racks without work", digits=0),
        TableColumn("idle_mw", "their power", "MW", 1),
        TableColumn("more_musd", "Stock above the base", "MUSD", 2),
        TableColumn("more_mw", "power above it", "MW", 1),
    )
    found = {(row[0], row[1]): row[2:] for row in compared.stranded.frame.iter_rows()}
    generations = {generation for scenario, generation in found if scenario == BASE}
    keys = set(found) | {(name, generation) for name in compared.outcomes["scenario"] for generation in generations}
    rows: list[tuple[Cell, ...]] = []
    for scenario, generation in sorted(keys, key=lambda key: (key[0] != BASE, *key)):
        cent, racks, watts = found.get((scenario, generation), (0, 0, 0))
        base_cent, _, base_watts = found.get((BASE, generation), (0, 0, 0))
        more = ((cent - base_cent) / CENTS / 1e6, (watts - base_watts) / WATTS_PER_MW)
        rows.append((scenario, generation, cent / CENTS / 1e6, racks, watts / WATTS_PER_MW, *more))
    note = (
        "Generation 0: items no generation owns. Work is what the last bucket wants; a gang that has ended wants none. "
        "Above the base: what the scenario strands beyond the base program, below 0 where it strands less."
    )
    return ViewTable("Stranded by generation", columns, tuple(rows), note)
