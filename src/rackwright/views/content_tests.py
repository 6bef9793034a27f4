"""Which end products pass which legal content test, by delivery date, and which products could pass one at all?

A legal test looks at one end product and its direct components; it has nothing to do with the traced US value share. It
is arithmetic on the plan's lots and standard costs, no legal advice, and it says on how much assumption it rests.
"""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.plan import Plan
from rackwright.program.supply import ContentRule
from rackwright.views.absent import absent
from rackwright.views.origins import Origins
from rackwright.views.pegs import pegs_of
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted

__all__ = ["CONTENT_TESTS"]

US, NORTH_AMERICA = "US", frozenset({"US", "CA", "MX"})
CENTS = 100.0


@dataclass
class _Bill:
    """Direct components and conversion of the units of a product delivered in a window [USD], and units."""

    units: float = 0.0
    components: float = 0.0
    domestic: float = 0.0
    regional: float = 0.0
    assumed: float = 0.0
    conversion: float = 0.0


@dataclass(frozen=True)
class _Costs:
    """What the tests read of a plan."""

    plan: Plan
    origins: Origins
    cents: dict[str, int]
    sourced: frozenset[tuple[str, str]]

    def bill(self, product: str, plant: str, window: tuple[int, int]) -> _Bill:
        """Sum over the units of a product that are finished at a plant in a window of days."""
        bill = _Bill()
        for number, order in self.origins.pegs.orders.items():
            if (order.kind, order.item, order.site) == ("make", product, plant) and window[0] <= order.end_day < window[
                1
            ]:
                bill.units += order.qty
                self._add(bill, number)
        return bill

    def _add(self, bill: _Bill, number: int) -> None:
        for item, qty in self.plan.supply.takes.frame.filter(order=number).select("item", "qty").iter_rows():
            value = qty * self.cents.get(item, 0) / CENTS
            shares = self.origins.taken_by(number, item)
            bill.components += value
            bill.domestic += value * shares.get(US, 0.0)
            bill.regional += value * sum(share for country, share in shares.items() if country in NORTH_AMERICA)
            if not any(name == item for name, _ in self.sourced):
                bill.assumed += value
        cost = self.plan.supply.orders.frame.filter(order=number)["cost_cent"].to_list()
        bill.conversion += sum(cost) / CENTS


def _share(rule_basis: str, bill: _Bill, price: float) -> float | None:
    """Share by the basis of a rule; None where nothing is made.

    Notes
    -----
    component cost: domestic components / components; transaction value: (price - foreign) / price;
    net cost: (components + conversion - foreign) / (components + conversion), foreign outside North America.
    """
    foreign = bill.components - bill.regional
    if rule_basis == "component-cost":
        return bill.domestic / bill.components if bill.components > 0 else None
    total = price * bill.units if rule_basis == "transaction-value" else bill.components + bill.conversion
    return max(0.0, (total - foreign) / total) if total > 0 else None


def _show(plan: Plan) -> Shown:
    if not len(plan.supply.takes):
        return absent(plan, "No end product is made", "supply")
    supply = plan.program.supply
    costs = _Costs(
        plan,
        Origins(plan, pegs_of(plan)),
        dict(plan.bom.items.frame.select("item", "cost_cent").iter_rows()),
        frozenset((row.item, row.supplier) for row in supply.offers if row.kind_of_evidence != "assumption"),
    )
    bound = [rule for rule in supply.content_rules if rule.binds]
    rows = [row for rule in bound for product in rule.binds for row in _rule_rows(costs, rule, product)]
    failed = sum(1 for row in rows if row[8] == "fails")
    lead = f"{counted(len(rows), 'test')} bind end products of this plan, {failed} of them fail."
    if not rows:
        lead = "No legal content test binds an end product of this plan; what each would reach stands below."
    tables = (_test_table(rows), _reach_table(plan, costs))
    return Shown(lead, tuple(table for table in tables if table.rows))


def _rule_rows(costs: _Costs, rule: ContentRule, product: str) -> list[tuple[Cell, ...]]:
    """One row for each plant that delivers the product while the rule holds."""
    horizon = costs.plan.program.horizon
    window = (max(0, horizon.day(rule.start)), horizon.num_days if rule.end is None else horizon.day(rule.end))
    plants = sorted(row.plant for row in costs.plan.program.supply.makes if row.item == product)
    price = costs.cents.get(product, 0) / CENTS
    rows: list[tuple[Cell, ...]] = []
    for plant in plants:
        bill = costs.bill(product, plant, window)
        share = _share(rule.basis, bill, price)
        if share is None:
            continue
        country = costs.origins.country_of_plant.get(plant, "")
        is_made_here = country == US if rule.basis == "component-cost" else country in NORTH_AMERICA
        passes = share >= rule.threshold_share and is_made_here
        verdict = f"waived: {rule.waived}" if rule.waived else "passes" if passes else "fails"
        rows.append((rule.id, rule.authority, product, plant, horizon.date(window[0]), bill.units, share,
                     rule.threshold_share, verdict, bill.assumed / bill.components if bill.components else 0.0,
                     rule.kind_of_evidence))  # fmt: skip
    return rows


def _test_table(rows: list[tuple[Cell, ...]]) -> ViewTable:
    columns = (
        TableColumn("rule", "Rule"),
        TableColumn("authority", "Authority"),
        TableColumn("product", "End product"),
        TableColumn("plant", "Made at"),
        TableColumn("from", "Delivered from"),
        TableColumn("units", "Units", "", 0),
        TableColumn("share", "Share", digits=1, is_share=True),
        TableColumn("threshold", "Threshold", digits=0, is_share=True),
        TableColumn("verdict", "Test"),
        TableColumn("assumed", "of its cost on assumed offers", digits=0, is_share=True),
        TableColumn("evidence", "Evidence of the rule"),
    )
    note = "Arithmetic on planned lots at standard cost, no legal advice; one made abroad fails in any case."
    return ViewTable("Legal content tests", columns, tuple(rows), note)


def _reach_table(plan: Plan, costs: _Costs) -> ViewTable:
    """The share each made product would have by each basis, over the whole plan, the highest first."""
    window = (0, plan.program.horizon.num_days + 1)
    made = plan.supply.orders.frame.filter(kind="make").select("item", "site").unique().sort("item", "site")
    rows: list[tuple[Cell, ...]] = []
    for product, plant in made.iter_rows():
        bill = costs.bill(product, plant, window)
        if bill.components <= 0:
            continue
        price = costs.cents.get(product, 0) / CENTS
        bases = ("component-cost", "transaction-value", "net-cost")
        shares = [_share(basis, bill, price) for basis in bases]
        rows.append((product, plant, costs.origins.country_of_plant.get(plant, ""), bill.units, *shares))
    rows.sort(key=lambda row: (-float(str(row[4] or 0.0)), str(row[0]), str(row[1])))
    columns = (
        TableColumn("product", "Product"),
        TableColumn("plant", "Made at"),
        TableColumn("country", "in"),
        TableColumn("units", "Units", "", 0),
        TableColumn("component_cost", "Component cost, US", digits=1, is_share=True),
        TableColumn("transaction_value", "Transaction value, North America", digits=1, is_share=True),
        TableColumn("net_cost", "Net cost, North America", digits=1, is_share=True),
    )
    note = "What each product would reach if a test bound it; a component counts as a whole where it is made."
    return ViewTable("What each product would reach", columns, tuple(rows), note)


CONTENT_TESTS = View(
    "content_tests",
    "Legal content tests",
    "Which end products pass which legal content test by delivery date, and which products could pass one at all?",
    _show,
    in_report=False,
)
