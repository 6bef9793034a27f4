"""Do books in whole pieces balance, and do they stay near the plan?"""

from __future__ import annotations

import dataclasses

import polars as pl
import pytest

from rackwright.plan import Plan
from rackwright.views.planning_book import planning_book
from rackwright.views.whole_pieces import whole_flows, whole_orders


def test_101_stock_balances_in_whole_pieces(one_pod: Plan) -> None:
    """Received less used is the change of the stock in every bucket, in whole pieces, and stock is never negative."""
    frame = whole_flows(one_pod)
    assert frame.height
    assert all(value == round(value) for name in ("received", "used", "stock") for value in frame[name].to_list())
    before = pl.col("stock").shift(1).over("item", "site").fill_null(0.0)
    off = frame.select((before + pl.col("received") - pl.col("used") - pl.col("stock")).abs().max()).item()
    assert off == 0.0
    assert frame["stock"].min() >= 0.0
    assert not any(str(value).startswith("-0") for value in frame["received"].to_list())


def test_102_no_total_is_off_by_a_piece(one_pod: Plan) -> None:
    """What comes to a place in all is the plan's amount rounded up."""
    whole = whole_flows(one_pod).group_by("item", "site").agg(pl.col("received", "used").sum())
    plan = one_pod.supply.flows.frame.group_by("item", "site").agg(pl.col("received", "used").sum())
    both = whole.join(plan, on=["item", "site"], suffix="_plan")
    assert both.height == plan.height
    for name in ("received", "used"):
        assert ((both[name] - both[f"{name}_plan"]).abs() < 1.0).all()


def test_103_orders_are_whole_and_cost_by_the_piece(one_pod: Plan) -> None:
    """Each order is of whole pieces at its own unit price, and each source is ordered less than a piece more in all."""
    whole, plan = whole_orders(one_pod), one_pod.supply.orders.frame
    assert all(qty == round(qty) >= 1 for qty in whole["qty"].to_list())
    keys = ["kind", "item", "source", "site", "demand"]
    totals = whole.group_by(keys).agg(pl.col("qty").sum()).join(plan.group_by(keys).agg(pl.col("qty").sum()), on=keys)
    assert ((totals["qty"] - totals["qty_right"]).abs() < 1.0).all()
    both = whole.join(plan, on="order", suffix="_plan").filter(pl.col("cost_cent_plan") > 0)
    assert (both["cost_cent"] - both["cost_cent_plan"] * both["qty"] / both["qty_plan"]).abs().max() <= 0.51


def test_104_what_is_measured_keeps_its_fractions(one_pod: Plan) -> None:
    """An item whose unit is not the piece is not rounded."""
    item = one_pod.program.supply.items[0].model_copy(update={"id": "busbar-50v", "unit": "m"})
    supply = one_pod.program.supply.model_copy(update={"items": (item,)})
    plan = dataclasses.replace(one_pod, program=one_pod.program.model_copy(update={"supply": supply}))
    mine = whole_orders(plan).filter(pl.col("item") == "busbar-50v")["qty"].sum()
    assert mine == pytest.approx(one_pod.supply.orders.frame.filter(item="busbar-50v")["qty"].sum())


def test_201_the_book_has_a_line_for_each_measure(one_pod: Plan) -> None:
    """The book names what is received, used, in stock and started, by the first day of each bucket."""
    book = planning_book(one_pod)
    assert set(book["measure"]) == {"received", "used", "stock", "started"}
    assert book.columns[3] == one_pod.program.horizon.start.isoformat()
    assert len(book.columns) == 3 + len(one_pod.supply.buckets)
