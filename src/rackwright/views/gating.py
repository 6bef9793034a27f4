"""Which parts and cells gate the plan, ranked by the workload one more unit would release, per unit and per dollar?"""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.bom.rollup import where_used
from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted

__all__ = ["GATING"]

SECONDS_PER_DAY = 86_400.0
LEAST_RACK_DAYS = 1e-9
TOKENS_PER_MTOK = 1e6


@dataclass(frozen=True)
class Gate:
    """A ceiling with a price: rack-days one more unit wins in its dearest bucket, over how many buckets it is full."""

    resource: str
    kind: str
    unit: str
    rack_days: float
    buckets: int
    first_day: int


def _gates(plan: Plan) -> list[Gate]:
    price = plan.program.policy.late_usd_per_rack_day
    starts = dict(plan.supply.buckets.frame.select("bucket", "start_day").iter_rows())
    found: dict[tuple[str, str, str], list[tuple[float, int]]] = {}
    for row in plan.supply.loads.frame.iter_rows(named=True):
        won = row["price"] / price if price > 0 else 0.0
        if won > LEAST_RACK_DAYS:
            found.setdefault((row["resource"], row["kind"], row["unit"]), []).append((won, starts[row["bucket"]]))
    return [Gate(*key, max(rows)[0], len(rows), min(day for _, day in rows)) for key, rows in sorted(found.items())]


def _show(plan: Plan) -> Shown:
    if not len(plan.supply.loads):
        return absent(plan, "No supply plan", "supply")
    parts = [gate for gate in _gates(plan) if gate.kind == "allocation"]
    others = [gate for gate in _gates(plan) if gate.kind != "allocation"]
    rows = _part_rows(plan, parts)
    lead = f"{counted(len(rows), 'part')} and {counted(len(others), 'other ceiling')} gate the plan."
    if rows:
        lead += f" One more {rows[0][1]} would release the most workload."
    return Shown(lead, (_part_table(rows), _other_table(plan, others)))


def _part_rows(plan: Plan, gates: list[Gate]) -> list[tuple[Cell, ...]]:
    """Parts by tokens released per piece, the most first; what was proved by solving again stands beside."""
    proved: dict[str, float] = {}
    for cause, gain, is_proved in plan.supply.causes.frame.select("constraint", "gain_rack_days", "proved").iter_rows():
        if is_proved:
            proved[cause] = proved.get(cause, 0.0) + gain
    names = {f"{row.supplier}: {row.item}" + (f" to {row.plant}" if row.plant else ""): row
             for row in reversed(plan.program.supply.offers)}  # fmt: skip
    found: list[tuple[float, tuple[Cell, ...]]] = []
    for gate in gates:
        offer = names.get(gate.resource)
        if offer is None:
            continue
        rate = _tokens_per_rack_day(plan, offer.item)
        tokens = gate.rack_days * rate / TOKENS_PER_MTOK
        per_usd = tokens / offer.price.value if offer.price.value > 0 else None
        found.append((
            tokens,
            (gate.resource, offer.item, plan.program.horizon.date(gate.first_day), gate.buckets, gate.rack_days,
             tokens, per_usd, proved.get(gate.resource)),
        ))  # fmt: skip
    found.sort(key=lambda pair: (-pair[0], -float(str(pair[1][4])), str(pair[1][0])))
    return [row for _, row in found]


def _tokens_per_rack_day(plan: Plan, item: str) -> float:
    """Mean tokens a day that a rack serves, over the platforms whose racks hold an item."""
    racks_with = {item, *(use.parent for use in where_used(plan.bom, item))}
    rows = plan.siting.tranches.frame.select("block", "configuration").iter_rows()
    blocks = {block for block, sku in rows if sku in racks_with}
    rate, racks = 0.0, 0.0
    for block, count, tokens in plan.supply.served.frame.select("block", "racks", "rate").iter_rows():
        if block in blocks:
            rate, racks = rate + tokens, racks + count
    return rate / racks * SECONDS_PER_DAY if racks > 0 else 0.0


def _part_table(rows: list[tuple[Cell, ...]]) -> ViewTable:
    columns = (
        TableColumn("resource", "Supplier and part"),
        TableColumn("item", "Part"),
        TableColumn("first", "Short from"),
        TableColumn("buckets", "Buckets short"),
        TableColumn("rack_days_per_piece", "Rack-days won by one more", "", 4),
        TableColumn("mtok_per_piece", "Workload released by one more", "Mtok", 1),
        TableColumn("mtok_per_usd", "per dollar of its price", "Mtok/USD", 3),
        TableColumn("proved_rack_days", "Proved for 10 % more", "rack-days", 1),
    )
    note = (
        "Prices of the solved plan in the dearest bucket: true for a few pieces, not for any number. Workload counts "
        "at the mean rate of the racks that hold the part; what was solved again stands in the last column."
    )
    return ViewTable("Gating parts by workload released", columns, tuple(rows), note)


def _other_table(plan: Plan, gates: list[Gate]) -> ViewTable:
    ordered = sorted(gates, key=lambda gate: (gate.kind, -gate.rack_days * gate.buckets, gate.resource))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (gate.resource, gate.kind, plan.program.horizon.date(gate.first_day), gate.buckets, gate.rack_days, gate.unit)
        for gate in ordered
    )
    columns = (
        TableColumn("resource", "Ceiling"),
        TableColumn("kind", "Kind"),
        TableColumn("first", "Full from"),
        TableColumn("buckets", "Buckets full"),
        TableColumn("rack_days", "Rack-days won by one more"),
        TableColumn("unit", "unit"),
    )
    return ViewTable("Other ceilings", columns, rows)


GATING = View(
    "gating",
    "Gating parts",
    "Which parts gate the plan, ranked by the workload one more would release, per unit and per dollar?",
    _show,
    in_report=False,
)
