"""What does each unit of a rack type hold, and what do its parts weigh and draw? From the top unit down, then the rest.

Neighbours that are equal stand on one line with their units; masses and loads are those of all pieces of the line.
Parts without a unit follow by where they hang, then the empty frame, so that a column adds up to the rack; what only
the bill of materials lists for it comes last, without figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import polars as pl

from rackwright.base.units import RACK_UNIT_MM
from rackwright.plan import Plan
from rackwright.views.view import Cell, TableColumn, ViewTable

__all__ = ["content_tables"]

WATTS_PER_KW = 1000.0
MM_PER_M = 1000.0
MOUNTS = ("rear", "side", "inside", "beside")
TOTALS = (
    TableColumn("type", "Rack type"),
    TableColumn("mass_kg", "Mass", "kg", 0),
    TableColumn("centre_of_gravity_u", "Centre of gravity", "U", 1),
    TableColumn("centre_of_gravity_m", "or", "m", 2),
    TableColumn("mean_kw", "Mean", "kW", 1),
    TableColumn("peak_kw", "Peak", "kW", 1),
    TableColumn("parts_kw", "Parts at their inputs", "kW", 1),
    TableColumn("scale_up_links", "Scale-up links in copper"),
    TableColumn("air_kw", "Heat to air", "kW", 1),
    TableColumn("liquid_kw", "to liquid", "kW", 1),
    TableColumn("airflow", "Airflow"),
)
UNITS = (
    TableColumn("units", "Units"),
    TableColumn("part", "Device"),
    TableColumn("role", "Role"),
    TableColumn("pieces", "Pieces"),
    TableColumn("height_u", "Height each", "U"),
    TableColumn("mass_kg", "Mass", "kg", 1),
    TableColumn("mean_kw", "Mean", "kW", 2),
    TableColumn("peak_kw", "Peak", "kW", 2),
    TableColumn("airflow", "Airflow"),
)
BILL = "bill"
IN_BILL = "Lines `bill` stand in the bill of materials but not in the configuration: neither seated nor weighed here."
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one piece of a part brings; None where nothing is known or drawn."""

    role: str
    kg: float | None
    mean_w: float | None
    peak_w: float | None
    airflow: str

    def row(self, units: str, part: str, pieces: int, height_u: int | None) -> Row:
        """One line for some pieces."""
        kg = None if self.kg is None else self.kg * pieces
        mean_kw, peak_kw = (None if w is None else w * pieces / WATTS_PER_KW for w in (self.mean_w, self.peak_w))
        return (units, part, self.role, pieces, height_u, kg, mean_kw, peak_kw, self.airflow or None)


def content_tables(plan: Plan) -> tuple[ViewTable, ...]:
    """Totals of every compute rack type, then one table of units each."""
    names = plan.racks.types.frame.filter(role="compute")["type"].to_list()
    note = "Mean is taken as the peak where a configuration states no `typical_power`."
    totals = ViewTable("Totals", TOTALS, tuple(_total(plan, name) for name in names), note)
    return (totals, *(_units(plan, name) for name in names))


def _total(plan: Plan, name: str) -> Row:
    """Totals of one rack type."""
    kind = plan.racks.types.frame.filter(type=name)
    contents = plan.racks.contents.frame.filter(type=name)
    parts_w = float((contents["pieces"] * contents["peak_w_each"]).to_numpy().sum())
    by_role = plan.racks.scale_up.frame.filter(type=name).group_by("role").agg(pl.col("links").sum())
    columns = ("kg", "centre_of_gravity_u", "mean_w", "peak_w", "liquid_share")
    kg, at_u, mean_w, peak_w, liquid_share = kind.select(columns).row(0)
    loads_w = (mean_w, peak_w, parts_w)
    heats_w = (peak_w * (1.0 - liquid_share), peak_w * liquid_share)
    return (
        *(name, kg, at_u, at_u * RACK_UNIT_MM / MM_PER_M),
        *(load_w / WATTS_PER_KW for load_w in loads_w),
        max(by_role["links"].to_list(), default=0),
        *(heat_w / WATTS_PER_KW for heat_w in heats_w),
        " and ".join(sorted({way for way in contents["airflow"].to_list() if way})) or None,
    )


def _units(plan: Plan, name: str) -> ViewTable:
    """Lines of one rack type."""
    contents = plan.racks.contents.frame.filter(type=name)
    pieces = _pieces(contents)
    rows = [*_seated(plan, name, pieces), *_hung(contents)]
    kind = plan.racks.types.frame.filter(type=name).row(0, named=True)
    frame_kg = kind["kg"] - float((contents["pieces"] * contents["kg_each"]).to_numpy().sum())
    rows.append(_Piece("frame", frame_kg, None, None, "").row("", kind["enclosure"], 1, kind["height_u"]))
    rows += _only_in_bill(plan, name, {kind["enclosure"], *contents["part"].to_list()})
    return ViewTable(f"{name}, from the top", UNITS, tuple(rows), IN_BILL if rows[-1][0] == BILL else "")


def _pieces(contents: pl.DataFrame) -> dict[str, _Piece]:
    """What a piece of each seated part brings."""
    columns = ("part", "role", "kg_each", "mean_w_each", "peak_w_each", "airflow")
    return {
        part: _Piece(role, kg or None, mean_w if peak_w else None, peak_w or None, airflow)
        for part, role, kg, mean_w, peak_w, airflow in contents.filter(mount="slot").select(columns).iter_rows()
    }


def _seated(plan: Plan, name: str, pieces: dict[str, _Piece]) -> Iterator[Row]:
    """Parts with units of their own and blanks, from the top unit down."""
    slots = plan.racks.slots.frame.filter(type=name).sort(["u", "bay"], descending=[True, False])
    rows = list(slots.select("part", "role", "height_u", "u").iter_rows())
    for (part, role, height_u), run in groupby(rows, key=lambda row: row[:3]):
        units = [u for *_, u in run]
        low, high = min(units), max(units) + height_u - 1
        label = f"U{low}" if low == high else f"U{low}-U{high}"
        piece = pieces.get(part, _Piece(role, None, None, None, ""))
        yield piece.row(label, part or "blank panel", len(units), height_u)


def _hung(contents: pl.DataFrame) -> Iterator[Row]:
    """Parts without a unit, by where they are mounted."""
    columns = ("part", "pieces", "kg_each", "mean_w_each", "peak_w_each")
    for mount in MOUNTS:
        for part, count, kg, mean_w, peak_w in contents.filter(mount=mount).select(columns).iter_rows():
            piece = _Piece("no unit", kg or None, mean_w if peak_w else None, peak_w or None, "")
            yield piece.row(mount, part, count, None)


def _only_in_bill(plan: Plan, name: str, known: set[str]) -> list[Row]:
    """Components that the bill lists for the rack and the configuration does not."""
    seated = plan.racks.slots.frame.filter(type=name)["part"].to_list()
    lines = plan.bom.structure.frame.filter(parent=name, priority=1).unique("component", keep="first")
    left = lines.filter(~pl.col("component").is_in(sorted({*known, *seated}))).sort("component")
    piece = _Piece("no unit", None, None, None, "")
    return [piece.row(BILL, part, round(qty), None) for part, qty in left.select("component", "qty").iter_rows()]
