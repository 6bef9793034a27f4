"""Do gating parts, leftovers and exceptions say what the plan says?"""

from __future__ import annotations

import dataclasses

import polars as pl
import pytest

from rackwright.plan import Plan
from rackwright.program.supply import Commit
from rackwright.tables.supply import Orders
from rackwright.views.exceptions import exception_table
from rackwright.views.excess import EXCESS
from rackwright.views.gating import GATING
from rackwright.views.purchase_orders import PURCHASE_ORDERS


def moved(plan: Plan, *, days: int = 0, factor: float = 1.0, kind: str = "buy") -> Plan:
    """The plan with orders of a kind moved and scaled."""
    mine = pl.col("kind") == kind
    frame = plan.supply.orders.frame.with_columns(
        pl.when(mine).then(pl.col("start_day") + days).otherwise(pl.col("start_day")).cast(pl.Int32).alias("start_day"),
        pl.when(mine).then(pl.col("qty") * factor).otherwise(pl.col("qty")).alias("qty"),
    )
    return dataclasses.replace(plan, supply=dataclasses.replace(plan.supply, orders=Orders.of(frame)))


def test_101_nothing_changed_needs_nobody(one_pod: Plan) -> None:
    """A plan against itself has no exceptions."""
    assert exception_table(one_pod, one_pod).rows == ()


@pytest.mark.parametrize(
    ("days", "factor", "message"),
    [
        (-28, 1.0, "expedite"),
        (28, 1.0, "put off"),
        (0, 2.0, "raise"),
        (0, 0.5, "cut"),
        (-28, 2.0, "expedite and raise"),
    ],
)
def test_102_each_move_has_its_message(one_pod: Plan, days: int, factor: float, message: str) -> None:
    """Earlier orders are expedited, later ones put off, more raised, less cut."""
    rows = exception_table(one_pod, moved(one_pod, days=days, factor=factor)).as_json()
    big = [row for row in rows if row["value_musd"] > 1]  # type: ignore[operator]
    assert big
    assert {row["message"] for row in big} == {message}


def test_103_orders_that_come_and_go(one_pod: Plan) -> None:
    """An order only the new plan has is opened, one only the old plan had is cancelled."""
    gone = one_pod.supply.orders.frame.filter(pl.col("kind") != "make")
    less = dataclasses.replace(one_pod, supply=dataclasses.replace(one_pod.supply, orders=Orders.of(gone)))
    assert {row["message"] for row in exception_table(one_pod, less).as_json()} == {"cancel"}
    assert {row["message"] for row in exception_table(less, one_pod).as_json()} == {"open"}


def test_201_stock_is_counted_once_by_generation(one_pod: Plan) -> None:
    """The value on hand over all generations is that of the program's stock."""
    table = EXCESS.build(one_pod).tables[0].as_json()
    cents = dict(one_pod.bom.items.frame.select("item", "cost_cent").iter_rows())
    value = sum(row.qty * cents.get(row.item, 0) for row in one_pod.program.supply.stock) / 1e8
    assert sum(row["on_hand_musd"] for row in table) == pytest.approx(value)  # type: ignore[misc]


def test_301_gating_parts_are_those_with_a_price(one_pod: Plan) -> None:
    """Every allocation with a price is listed, the most workload first."""
    rows = GATING.build(one_pod).tables[0].as_json()
    loads = one_pod.supply.loads.frame.filter((pl.col("kind") == "allocation") & (pl.col("price") > 1e-4))
    assert {row["resource"] for row in rows} >= set(loads["resource"])
    tokens = [row["mtok_per_piece"] for row in rows]
    assert tokens == sorted(tokens, reverse=True)  # type: ignore[type-var]


def test_401_a_commit_shows_what_is_called_off_of_it(one_pod: Plan) -> None:
    """400 pieces confirmed, 150 of them called off: the orders to place do not ask for them again."""
    day = one_pod.program.horizon.date(14)
    row = {"item": "board", "supplier": "s", "date": day, "qty": 400, "confirmed_on": one_pod.program.as_of}
    commits = (Commit.model_validate(row),)
    supply = one_pod.program.supply.model_copy(update={"commits": commits})
    call = one_pod.supply.orders.frame.tail(1).with_columns(
        order=pl.lit(10_000, pl.Int32), kind=pl.lit("call"), item=pl.lit("board"), source=pl.lit("s"),
        start_day=pl.lit(14, pl.Int32), qty=pl.lit(150.0),
    )  # fmt: skip
    orders = Orders.of(pl.concat([one_pod.supply.orders.frame, call]))
    plan = dataclasses.replace(
        one_pod,
        program=one_pod.program.model_copy(update={"supply": supply}),
        supply=dataclasses.replace(one_pod.supply, orders=orders),
    )
    tables = {table.title: table.as_json() for table in PURCHASE_ORDERS.build(plan).tables}
    (told,) = tables["Called off from commits"]
    assert (told["delivery"], told["qty"], told["called"], told["left"]) == (day.isoformat(), 400, 150, 250)
    assert "board" not in {order["item"] for order in tables["Purchase orders"]}
