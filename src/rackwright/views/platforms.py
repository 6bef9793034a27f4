"""How do the hardware generations compare on each workload: per accelerator, rack, megawatt and dollar?"""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.base.units import SECONDS_PER_DAY
from rackwright.figures import Bar, BarChart, Caption
from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.period import WATTS_PER_MW
from rackwright.views.rack_value import rack_prices, rack_watts
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted

__all__ = ["PLATFORMS"]

CENTS = 100
MOST_FIGURES = 3


@dataclass(frozen=True, slots=True)
class Pair:
    """A workload on a platform; rates are median tokens per second."""

    workload: str
    platform: str
    per_rack: float
    accels: int
    peak_w: float
    cent: int
    min_racks: int
    train_days: float | None
    ttft_s: float | None
    step_s: float | None
    binding: str

    @property
    def per_mw(self) -> float | None:
        """Tokens per second of a megawatt at the rack input."""
        return self.per_rack / self.peak_w * WATTS_PER_MW if self.peak_w else None

    @property
    def per_kusd(self) -> float | None:
        """Tokens per second of a thousand dollars of rack price."""
        return self.per_rack / self.cent * CENTS * 1000 if self.cent else None


def _pairs(plan: Plan) -> list[Pair]:
    prices, watts = rack_prices(plan), rack_watts(plan)
    types = {row["type"]: row for row in plan.racks.types.frame.iter_rows(named=True)}
    sku_of = {platform.id: platform.configurations[-1].id for platform in plan.program.platforms}
    tokens = {run.id: run.tokens for run in plan.program.training}
    campuses = {run.id: run.campuses for run in plan.program.training}
    choices = {(row["workload"], row["platform"]): row for row in plan.sizing.choices.frame.iter_rows(named=True)}
    found = []
    for row in plan.sizing.rates.frame.iter_rows(named=True):
        sku = sku_of.get(row["platform"], "")
        choice = choices.get((row["workload"], row["platform"]), {})
        racks = row["min_racks"] * campuses.get(row["workload"], 1)
        rate = row["per_rack_p50"] * racks
        wanted = tokens.get(row["workload"])
        found.append(
            Pair(
                row["workload"],
                row["platform"],
                row["per_rack_p50"],
                types[sku]["accels"] if sku in types else 0,
                watts.get(sku, 0.0),
                prices[sku].cent if sku in prices and not prices[sku].unpriced else 0,
                racks,
                wanted / rate / SECONDS_PER_DAY if wanted is not None and rate else None,
                choice.get("ttft_s"),
                choice.get("step_s"),
                choice.get("binding", ""),
            )
        )
    return found


def _show(plan: Plan) -> Shown:
    pairs = _pairs(plan)
    if not pairs:
        shown = absent(plan, "No workload was sized", "sizing")
        return Shown(shown.lead, (_skipped_table(plan),) if len(plan.sizing.skipped) else ())
    measured = (_measured_table(plan),) if len(plan.sizing.measured) else ()
    tables = (_pair_table(pairs), _platform_table(plan), _skipped_table(plan), *measured)
    workloads = sorted({pair.workload for pair in pairs})
    platforms = {pair.platform for pair in pairs}
    lead = f"{counted(len(platforms), 'platform')} on {counted(len(workloads), 'workload')}."
    best = [_best(pairs, workload) for workload in workloads]
    said = [f"{pair.platform} for {pair.workload}" for pair in best if pair is not None]
    lead += f" Most tokens per megawatt: {'; '.join(said[:4])}." if len(platforms) > 1 and said else ""
    figures = tuple(_chart(pairs, workload) for workload in workloads[:MOST_FIGURES]) if len(platforms) > 1 else ()
    return Shown(lead, tables, figures)


def _best(pairs: list[Pair], workload: str) -> Pair | None:
    own = [pair for pair in pairs if pair.workload == workload and pair.per_mw]
    return max(own, key=lambda pair: (pair.per_mw or 0.0, pair.platform), default=None)


def _chart(pairs: list[Pair], workload: str) -> BarChart:
    own = [pair for pair in pairs if pair.workload == workload and pair.per_mw]
    return BarChart(
        Caption(
            f"platforms-{workload}", f"{workload}: tokens per second and megawatt", "Median rate, peak rack power."
        ),
        "tok/s per MW",
        ("median",),
        tuple(Bar(pair.platform, pair.platform, (pair.per_mw or 0.0,)) for pair in own),
    )


def _pair_table(pairs: list[Pair]) -> ViewTable:
    columns = (
        TableColumn("workload", "Workload"),
        TableColumn("platform", "Platform"),
        TableColumn("per_accel", "Per accelerator", "tok/s", 0),
        TableColumn("per_rack", "Per rack", "tok/s", 0),
        TableColumn("per_mw", "Per MW", "tok/s", 0),
        TableColumn("per_kusd", "Per kUSD of rack", "tok/s", 1),
        TableColumn("min_racks", "Fewest racks"),
        TableColumn("train_days", "Trains with them in", "days", 0),
        TableColumn("ttft_s", "First token", "s", 2),
        TableColumn("step_ms", "Step", "ms", 1),
        TableColumn("binding", "Bound by"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            pair.workload,
            pair.platform,
            pair.per_rack / pair.accels if pair.accels else None,
            pair.per_rack,
            pair.per_mw,
            pair.per_kusd,
            pair.min_racks,
            pair.train_days,
            pair.ttft_s,
            None if pair.step_s is None else pair.step_s * 1000,
            pair.binding,
        )
        for pair in pairs
    ]
    note = "Median rates. Rack price: as stated, else that of its parts if all have one (advise: of accelerators)."
    return ViewTable("Workloads on platforms", columns, tuple(rows), note)


def _platform_table(plan: Plan) -> ViewTable:
    prices = rack_prices(plan)
    types = {row["type"]: row for row in plan.racks.types.frame.iter_rows(named=True)}
    placed = plan.siting.blocks.frame
    columns = (
        TableColumn("platform", "Platform"),
        TableColumn("name", "Name"),
        TableColumn("generation", "Generation"),
        TableColumn("status", "Status"),
        TableColumn("sku", "Rack"),
        TableColumn("accels", "Accelerators"),
        TableColumn("peak_kw", "Peak", "kW", 1),
        TableColumn("price_musd", "Price", "MUSD", 2),
        TableColumn("racks", "Racks planned"),
        TableColumn("unpriced", "Parts without a price"),
    )
    rows: list[tuple[Cell, ...]] = []
    for platform in plan.program.platforms:
        sku = platform.configurations[-1].id
        kind = types.get(sku)
        rows.append(
            (
                platform.id,
                platform.name,
                platform.generation,
                platform.status,
                sku,
                kind["accels"] if kind else None,
                kind["peak_w"] / 1000 if kind else None,
                prices[sku].cent / CENTS / 1e6 if sku in prices else None,
                int(placed.filter(platform=platform.id)["racks"].sum()),
                ", ".join(prices[sku].unpriced) if sku in prices else "",
            )
        )
    return ViewTable("Platforms", columns, tuple(rows))


def _skipped_table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("workload", "Workload"),
        TableColumn("platform", "Platform"),
        TableColumn("reason", "Why not"),
        TableColumn("relief", "Nearest change that helps"),
    )
    rows = tuple(plan.sizing.skipped.frame.select("workload", "platform", "reason", "relief").iter_rows())
    return ViewTable("Pairs that do not work", columns, rows)


def _measured_table(plan: Plan) -> ViewTable:
    """Own measured runs beside their predictions."""
    columns = (
        TableColumn("run", "Measured run"),
        TableColumn("platform", "Platform"),
        TableColumn("kind", "Kind"),
        TableColumn("measured_tok_s", "Measured", "tok/s", 0),
        TableColumn("predicted_tok_s", "Predicted", "tok/s", 0),
        TableColumn("reason", "Not used because"),
        TableColumn("relief", "Nearest run that could be"),
    )
    rows = tuple(plan.sizing.measured.frame.select([column.name for column in columns]).iter_rows())
    note = "Predictions as shipped; what the runs change stands in sizing.corrections."
    return ViewTable("Own measured runs", columns, rows, note)


PLATFORMS = View(
    "platforms",
    "Platforms side by side",
    "How do the hardware generations compare on each workload?",
    _show,
)
