"""Do racks come sooner where what they take at their site may follow them, and is it there when the rule says?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from rackwright.supply import SupplyRequest, plan_supply
from rackwright.supply.request import ShortShipped
from rackwright.tables.bom import ItemNeeds
from rackwright.tables.supply import Supply

World = Callable[..., SupplyRequest]
CABLES_FROM_DAY = 70
OFFERS = [
    {"item": "board", "supplier": "s1", "price": "100 kUSD", "lead_time": "14 days", "allocation_per_week": 6,
     "origin": "TW"},
    {"item": "cable", "supplier": "s2", "price": "1 kUSD", "lead_time": f"{CABLES_FROM_DAY - 7} days",
     "allocation_per_week": 1000, "origin": "TW"},
]  # fmt: skip


def asked(world: World, *rules: ShortShipped, **changes: Any) -> SupplyRequest:
    """Eight racks whose 80 cables come from day 70 on, after the racks could be placed."""
    request = world(need_day=40, tables={"offers": OFFERS})
    needs = ItemNeeds.from_rows([("sku", "tranche", "t1", 0, 8, "rack"), ("cable", "block", "b1", 0, 80, "cable")])
    return replace(request, needs=needs, short_ships=rules, with_reasons=False, **changes)


def rule(*names: str, days: float | None = None) -> ShortShipped:
    """A rule of the tranche."""
    return ShortShipped("t1", frozenset(names), days)


def mean_late_days(supply: Supply) -> float:
    """Mean days late of the tranche."""
    return float(supply.checks.frame.filter(rule="supply-on-time")["value"][0])


def bought(supply: Supply, item: str) -> float:
    """Pieces of an item that are bought."""
    return float(supply.orders.frame.filter(kind="buy", item=item)["qty"].sum())


@pytest.mark.parametrize(("names", "days", "sooner"), [(("cable",), None, 7.0), (("cables",), 21.0, 21.0)])
def test_101_racks_come_sooner_by_the_days_of_the_rule(
    world: World, names: tuple[str, ...], days: float | None, sooner: float
) -> None:
    """Named or by kind: without days the cables come with acceptance, 7 days after placing; with days as many later."""
    complete, short = plan_supply(asked(world)), plan_supply(asked(world, rule(*names, days=days)))
    assert mean_late_days(complete) - mean_late_days(short) == pytest.approx(sooner, abs=1e-6)
    assert bought(short, "cable") == pytest.approx(bought(complete, "cable")) == pytest.approx(80.0)


def test_102_nothing_follows_beyond_the_horizon(world: World) -> None:
    """However long the rule lets wait, every cable is bought within the horizon."""
    assert bought(plan_supply(asked(world, rule("cables", days=4000.0))), "cable") == pytest.approx(80.0)


def test_103_what_is_built_in_is_named(world: World) -> None:
    """A rule that names a part of the rack changes no date, and a failed check names the part."""
    complete, short = plan_supply(asked(world)), plan_supply(asked(world, rule("board", "sku")))
    failed = short.checks.frame.filter((pl.col("rule") == "supply-short-ship") & ~pl.col("passed"))
    assert failed["subject"].to_list() == ["board of t1", "sku of t1"]
    assert mean_late_days(short) == pytest.approx(mean_late_days(complete))


def test_104_a_part_that_is_needed_twice_follows_only_where_its_need_does(world: World) -> None:
    """Cables of the hall stay with the racks where only those of the block's network are named."""
    needs = ItemNeeds.from_rows(
        [("sku", "tranche", "t1", 0, 8, "rack"), ("cable", "block", "b1", 0, 80, "cable"),
         ("cable", "hall", "h1", 0, 8, "cooling")]
    )  # fmt: skip
    complete, short = (
        plan_supply(replace(asked(world, *rules), needs=needs)) for rules in ((), (rule("cables", days=21.0),))
    )
    assert mean_late_days(short) == pytest.approx(mean_late_days(complete))
