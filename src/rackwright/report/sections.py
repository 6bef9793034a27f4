"""Which views stand behind page 1, in which chapters, and how many rows of each are shown?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["CHAPTERS", "DRAWN_ON_PAGE_ONE", "Chapter", "Entry"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A view by name, and how much of it the report shows.

    Parameters
    ----------
    view
        Name of the view.
    rows
        Most rows shown of each of its tables.
    where
        Where all rows are.
    drawn
        Most characters of SVG drawn for it; further figures are named instead.
    is_lead_only
        Only the answer in words is shown, and where the rest is.
    tables
        How many of its tables are shown, from the first; None shows all. `rackwright show` shows all.
    """

    view: str
    rows: int
    where: str
    drawn: int = 0
    is_lead_only: bool = False
    tables: int | None = None


@dataclass(frozen=True, slots=True)
class Chapter:
    """Views under one heading."""

    anchor: str
    title: str
    entries: tuple[Entry, ...]


DRAWN_ON_PAGE_ONE: Final[dict[str, int]] = {"power_ready": 3, "cash": 1}
"""Figures page 1 shows of a view, so that no figure is drawn twice."""

CHAPTERS: Final[tuple[Chapter, ...]] = (
    Chapter(
        "page-one-detail",
        "Behind page 1",
        (
            Entry("tranches", 24, "tables/siting.tranches.csv"),
            Entry("power_ready", 13, "tables/siting.envelopes.csv and supply.deployments.csv"),
            Entry("decisions", 16, "tables/supply.orders.csv"),
            Entry("cash", 14, "tables/supply.cash.csv"),
            Entry("commits", 8, "the program's supply.yaml"),
        ),
    ),
    Chapter(
        "demand",
        "Demand and platforms",
        (
            Entry("capacity", 12, "tables/supply.served.csv", 8_000),
            Entry("platforms", 20, "tables/sizing.rates.csv", 8_000),
            Entry("serving", 0, "tables/sizing.frontier.csv and `rackwright show OUT serving`", is_lead_only=True),
        ),
    ),
    Chapter(
        "design",
        "Design",
        (
            Entry("elevation", 12, "tables/racks.types.csv", 20_000, tables=1),
            Entry("fabric", 12, "tables/fabric.designs.csv", 16_000),
            Entry("halls", 12, "tables/layout.racks.csv", 16_000),
            Entry("one_line", 18, "tables/power.elements.csv", 16_000),
            Entry("redundancy", 9, "tables/power.schemes.csv and power.buffers.csv"),
            Entry("cooling", 12, "tables/cooling.loops.csv and cooling.units.csv", 9_000),
        ),
    ),
    Chapter(
        "projects",
        "Projects",
        (
            Entry("schedule", 8, "tables/schedule.activities.csv", 32_000),
            Entry("gates", 20, "tables/schedule.gates.csv"),
        ),
    ),
    Chapter(
        "supply",
        "Supply",
        (
            Entry("supply_flow", 12, "tables/supply.orders.csv", 6_000),
            Entry("heat_map", 12, "tables/supply.loads.csv", 28_000),
            Entry("late", 14, "tables/supply.causes.csv and supply.unsourced.csv", 6_000),
            Entry("content", 10, "tables/supply.content.csv", 6_000),
            Entry("headcount", 13, "tables/supply.headcounts.csv", 10_000),
            Entry("bom", 14, "tables/bom.items.csv, bom.structure.csv and bom.totals.csv", 6_000),
            Entry("cables", 14, "tables/cabling.assemblies.csv"),
        ),
    ),
    Chapter("scenarios", "Scenarios", ()),
    Chapter(
        "evidence",
        "Checks and evidence",
        (
            Entry("checks", 14, "tables/*.checks.csv"),
            Entry("evidence", 14, "tables/plan.facts.csv"),
            Entry("omissions", 60, "omissions.json"),
        ),
    ),
)
