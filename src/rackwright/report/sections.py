"""Which views stand behind page 1, in which chapters, and how many rows of each are shown?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["CHAPTERS", "DRAWN_ON_PAGE_ONE", "Chapter", "Entry"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A view by name, the most rows of each of its tables, and where all rows are."""

    view: str
    rows: int
    where: str


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
            Entry("tranches", 40, "tables/siting.tranches.csv"),
            Entry("power_ready", 16, "tables/siting.envelopes.csv and supply.deployments.csv"),
            Entry("decisions", 20, "tables/supply.orders.csv"),
            Entry("cash", 16, "tables/supply.cash.csv"),
            Entry("commits", 12, "the program's supply.yaml"),
        ),
    ),
    Chapter(
        "demand",
        "Demand and platforms",
        (
            Entry("capacity", 20, "tables/supply.served.csv"),
            Entry("platforms", 40, "tables/sizing.rates.csv"),
        ),
    ),
    Chapter(
        "design",
        "Design",
        (
            Entry("elevation", 20, "tables/racks.types.csv"),
            Entry("fabric", 24, "tables/fabric.designs.csv"),
            Entry("halls", 24, "tables/layout.racks.csv"),
            Entry("one_line", 36, "tables/power.elements.csv"),
            Entry("cooling", 24, "tables/cooling.loops.csv and cooling.units.csv"),
        ),
    ),
    Chapter(
        "projects",
        "Projects",
        (
            Entry("schedule", 12, "tables/schedule.activities.csv"),
            Entry("gates", 30, "tables/schedule.gates.csv"),
        ),
    ),
    Chapter(
        "supply",
        "Supply",
        (
            Entry("supply_flow", 20, "tables/supply.orders.csv"),
            Entry("heat_map", 15, "tables/supply.loads.csv"),
            Entry("late", 20, "tables/supply.causes.csv and supply.unsourced.csv"),
            Entry("content", 20, "tables/supply.content.csv"),
            Entry("headcount", 16, "tables/supply.headcounts.csv"),
            Entry("bom", 20, "tables/bom.items.csv, bom.structure.csv and bom.totals.csv"),
            Entry("cables", 24, "tables/cabling.assemblies.csv"),
        ),
    ),
    Chapter("scenarios", "Scenarios", ()),
    Chapter(
        "evidence",
        "Checks and evidence",
        (
            Entry("checks", 20, "tables/*.checks.csv"),
            Entry("evidence", 24, "tables/plan.facts.csv"),
            Entry("omissions", 80, "omissions.json"),
        ),
    ),
)
