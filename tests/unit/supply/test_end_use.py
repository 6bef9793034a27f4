"""Do duty rules with an end use apply to goods for that end use only?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pytest

from rackwright.base.horizon import Horizon
from rackwright.program.supply import Duty
from rackwright.supply import SupplyRequest, plan_supply
from rackwright.supply.end_use import EndUser, Use, end_users
from rackwright.supply.trade import DutyRules
from rackwright.tables.siting import Blocks, Tranches

World = Callable[..., SupplyRequest]
HORIZON = Horizon(dt.date(2027, 1, 4), dt.date(2027, 5, 24))
DAYS = np.array([5.0])
BIG = "US data centre of 100 MW and more"


def duty(name: str, rate: float, end_use: str = "", *, stacks: bool = True) -> Duty:
    """A rule on goods that enter the United States, in force since 2026."""
    row = {"id": name, "authority": "Test", "rate": rate, "from": "2026-01-01", "end_use": end_use, "stacks": stacks}
    return Duty.model_validate(row)


def rules(*uses: EndUser) -> DutyRules:
    """15 % on everything, and nothing for large data centres."""
    return DutyRules((duty("all", 0.15), duty("free", 0.0, BIG, stacks=False)), HORIZON, uses)


def campus(site: str, share: float, end_uses: tuple[str, ...] | None = None, country: str = "US") -> EndUser:
    """A campus with its share of the racks."""
    return EndUser(Use(site, country, end_uses), share)


def test_101_what_is_deployed_is_for_data_centres() -> None:
    """A rule for data centres covers campuses that say nothing; one for another end use covers none."""
    assert rules(campus("x", 1.0)).rates("1", "TW", ("US", "p1"), DAYS).tolist() == [0.0]
    ships = DutyRules((duty("all", 0.15), duty("free", 0.0, "ships", stacks=False)), HORIZON, (campus("x", 1.0),))
    assert ships.rates("1", "TW", ("US", "p1"), DAYS) == pytest.approx([0.15])
    assert [rule.id for rule in ships.fitting("1", "TW", ("US", "p1"), 5.0)] == ["all"]


def test_102_a_campus_that_is_not_covered_pays() -> None:
    """Goods for a plant are for both campuses by their racks: a quarter of 15 %; at a campus its own rate counts."""
    book = rules(campus("x", 0.75), campus("y", 0.25, ()))
    assert book.rates("1", "TW", ("US", "p1"), DAYS) == pytest.approx([0.0375])
    assert book.rates("1", "TW", ("US", "x"), DAYS).tolist() == [0.0]
    assert book.rates("1", "TW", ("US", "y"), DAYS) == pytest.approx([0.15])
    assert rules(campus("y", 1.0, (BIG,))).rates("1", "TW", ("US", "p1"), DAYS).tolist() == [0.0]


def test_103_goods_for_a_campus_abroad_are_not_for_this_end_use() -> None:
    """A rule of the United States for data centres does not cover goods for a campus elsewhere."""
    assert rules(campus("x", 1.0, country="MX")).rates("1", "TW", ("US", "p1"), DAYS) == pytest.approx([0.15])


def test_104_racks_still_to_come_decide_the_shares() -> None:
    """Of 40 racks of a campus 30 are accepted: it counts with 10 against 30 of the other; a third one gets none."""
    blocks = Blocks.from_rows([("a", "x", "p", 5, 40, 0), ("b", "y", "p", 4, 32, 0)])
    rows = [("t1", "a", 40, 30, "installed"), ("t2", "b", 30, 0, "planned"), ("t3", "b", 8, 8, "accepted")]
    found = end_users([Use("x", "US", None), Use("y", "US", ()), Use("z", "US", None)], blocks, tranches(rows))
    assert [(user.use.site, user.share) for user in found] == [("x", 0.25), ("y", 0.75)]


def tranches(rows: list[tuple[object, ...]]) -> Tranches:
    """Tranches by block, racks, accepted racks and state; the rest does not matter here."""
    names, filled = ("tranche", "block", "racks", "accepted_racks", "state"), []
    for row in rows:
        known = dict(zip(names, row, strict=True)) | {"configuration": "sku"}
        filled.append(tuple(known.get(name, 0) for name in Tranches.empty().frame.columns))
    return Tranches.from_rows(filled)


def test_105_the_plan_pays_by_end_use(world: World) -> None:
    """Sixteen boards at 100 kUSD owe 15 %, 240 kUSD, and nothing where the data-centre rule covers their campus."""
    general = {"id": "a", "authority": "Test", "rate": 0.15, "from": "2026-01-01"}
    free = {"id": "b", "authority": "Test", "rate": 0.0, "from": "2026-01-01", "stacks": False}
    paid = []
    for end_use in ("shipyards", "data center"):
        plan = plan_supply(world(tables={"duties": [general, free | {"end_use": end_use}]}, with_reasons=False))
        paid.append(sum(plan.orders["duty_cent"].to_list()) / 100.0)
    assert paid == [pytest.approx(240_000.0), 0.0]
