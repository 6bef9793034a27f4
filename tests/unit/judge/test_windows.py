"""Does the judge find orders that moved in a window, and does the view tell them?"""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import replace

import polars as pl

from rackwright.judge.windows import judge_windows
from rackwright.plan import Plan
from rackwright.tables.incumbent import Bought, Incumbent
from rackwright.tables.supply import Orders, Windows
from rackwright.views.windows import WINDOWS, windows_tables

LAST = 331


def firm_plan(one_pod: Plan) -> Plan:
    """The plan with every order of accelerators up to a day in a firm window."""
    supply = one_pod.program.supply
    terms = tuple(
        row.model_copy(update={"firm_days": float(LAST)}) if row.item == "gpu-gb300" else row for row in supply.terms
    )
    program = one_pod.program.model_copy(update={"supply": supply.model_copy(update={"terms": terms})})
    return replace(one_pod, program=program)


def moved(plan: Plan, pieces: float) -> Plan:
    """The plan with pieces more in its first order of accelerators."""
    frame = plan.supply.orders.frame
    first = int(frame.filter(kind="buy", item="gpu-gb300")["order"].min())  # type: ignore[arg-type]
    qty = pl.when(pl.col("order") == first).then(pl.col("qty") + pieces).otherwise(pl.col("qty"))
    return replace(plan, supply=replace(plan.supply, orders=Orders.of(frame.with_columns(qty=qty))))


def broken(plan: Plan, incumbent: Incumbent) -> list[str]:
    """Orders that the judge names."""
    [verdict] = judge_windows(plan, incumbent)
    assert verdict.looked_at > 0
    return verdict.broken


def test_101_an_order_that_moved_in_its_window_is_found(one_pod: Plan) -> None:
    """The plan against itself holds; one piece more in a firm window does not, beyond the window it does."""
    plan = firm_plan(one_pod)
    incumbent = plan.as_incumbent()
    assert broken(plan, incumbent) == []
    assert len(broken(moved(plan, 1.0), incumbent)) == 1
    assert broken(moved(one_pod, 1.0), incumbent) == []


def test_102_days_count_from_the_new_plan(one_pod: Plan) -> None:
    """Against a plan that began a week earlier every order has moved by a week."""
    plan = firm_plan(one_pod)
    old = plan.as_incumbent()
    assert old.bought is not None
    start = old.bought.start - dt.timedelta(days=7)
    later = dataclasses.replace(old, bought=Bought(start, old.bought.buckets, old.bought.orders))
    assert len(broken(plan, later)) > 0


def test_103_the_view_tells_what_cannot_stand(one_pod: Plan) -> None:
    """A held order with a saving and one that cannot stand are both told; a plan without a plan before says so."""
    assert "without a plan before" in WINDOWS.build(one_pod).lead
    rows = [
        ("gpu-gb300", "supplier-a", "taoyuan", 184, 3, "firm", 10.0, 10.0, 10.0, 10.0, True, -250.0),
        ("gpu-gb300", "supplier-a", "taoyuan", 184, 4, "firm", 10.0, 10.0, 10.0, 4.0, False, 0.0),
    ]
    plan = replace(one_pod, supply=replace(one_pod.supply, windows=Windows.from_rows(rows)))
    words = [str(row[-1]) for row in windows_tables(plan)[0].rows]
    assert words[0] == "250 USD for one piece less"
    assert "cannot stand" in words[1]
    assert "1 order cannot stand any more" in WINDOWS.build(plan).lead
