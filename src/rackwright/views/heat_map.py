"""Where and when is something full: test cells, allocations, power, crews, lanes?"""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.figures import Caption, HeatMap, HeatRow
from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.view import Shown, TableColumn, View, ViewTable, percent

__all__ = ["HEAT_MAP"]

MOST_ROWS = 16
FULL = 1.0
NEARLY_FULL = 0.9  # a cell of the map prints its value from here; the tables hold every value
SMALLEST = 0.005  # below, a cell of the map stays blank
ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Use:
    """Use of one resource over the buckets: shares in [0, 1] by bucket, None where it has no capacity and no use."""

    resource: str
    kind: str
    unit: str
    shares: dict[int, float]
    price_usd: float

    @property
    def label(self) -> str:
        """Resource, with its kind where the name alone does not say it."""
        return self.resource if self.kind in {"cell", "allocation"} else f"{self.resource}, {self.kind}"

    @property
    def peak(self) -> float:
        """Highest share."""
        return max(self.shares.values(), default=0.0)


def _uses(plan: Plan) -> list[Use]:
    """Resources by their highest use, the fullest first."""
    found: dict[tuple[str, str], Use] = {}
    for row in plan.supply.loads.frame.iter_rows(named=True):
        key = (row["kind"], row["resource"])
        use = found.get(key) or Use(row["resource"], row["kind"], row["unit"], {}, 0.0)
        total = row["used"] + row["free"]
        if total > 0:
            use.shares[row["bucket"]] = row["used"] / total
        found[key] = Use(use.resource, use.kind, use.unit, use.shares, max(use.price_usd, row["price"]))
    return sorted(
        found.values(), key=lambda use: (-round(use.peak, 6), -sum(use.shares.values()), use.kind, use.resource)
    )


def _show(plan: Plan) -> Shown:
    uses = _uses(plan)
    if not uses:
        return absent(plan, "No loads of cells and suppliers", "supply")
    full = [use for use in uses if use.peak >= FULL - ROUNDING]
    lead = f"{len(full)} of {len(uses)} resources are full at some time"
    named = ", ".join(use.label for use in full[:3])
    lead += f", among them {named}." if named else f"; the highest use is {percent(uses[0].peak)} ({uses[0].label})."
    return Shown(lead, (_table(plan, uses),), (_figure(plan, uses),))


def _figure(plan: Plan, uses: list[Use]) -> HeatMap:
    buckets = plan.supply.buckets["bucket"].to_list()
    starts = [plan.program.horizon.date(day) for day in plan.supply.buckets["start_day"].to_list()]
    rows = tuple(
        HeatRow(f"{use.kind}-{use.resource}", use.label, tuple(_shown_share(use, bucket) for bucket in buckets))
        for use in uses[:MOST_ROWS]
    )
    text = "Rows are the fullest resources, columns the buckets by their first day; blank is not used."
    if len(uses) > MOST_ROWS:
        text += f" {len(uses) - MOST_ROWS} less full ones are in the table."
    columns = tuple(date.strftime("%Y-%m-%d") for date in starts)
    return HeatMap(Caption("heat-map", "Use of capacity", text), columns, rows, FULL, NEARLY_FULL, FULL + ROUNDING)


def _shown_share(use: Use, bucket: int) -> float | None:
    """Share to draw; a resource that rests leaves its cell blank."""
    share = use.shares.get(bucket, 0.0)
    return share if share >= SMALLEST else None


def _table(plan: Plan, uses: list[Use]) -> ViewTable:
    starts = dict(plan.supply.buckets.frame.select("bucket", "start_day").iter_rows())
    columns = (
        TableColumn("resource", "Resource"),
        TableColumn("kind", "Kind"),
        TableColumn("peak_share", "Highest use", digits=0, is_share=True),
        TableColumn("peak_from", "in the bucket from"),
        TableColumn("mean_share", "Mean use", digits=0, is_share=True),
        TableColumn("full_buckets", "Buckets full"),
        TableColumn("price_usd", "Worth of one more unit", "USD", 0),
        TableColumn("unit", "Unit"),
    )
    rows = []
    for use in uses:
        first = min((b for b, share in use.shares.items() if share >= use.peak - ROUNDING), default=None)
        date = None if first is None else plan.program.horizon.date(starts[first])
        mean = sum(use.shares.values()) / len(use.shares) if use.shares else 0.0
        full = sum(share >= FULL - ROUNDING for share in use.shares.values())
        rows.append((use.resource, use.kind, use.peak, date, mean, full, use.price_usd, use.unit))
    note = "Worth: what one more unit in one bucket saves in the plan's objective, at its highest."
    return ViewTable("Use of capacity, fullest first", columns, tuple(rows), note)


HEAT_MAP = View("heat_map", "Use of capacity", "Where and when is something full?", _show)
