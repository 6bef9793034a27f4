"""What is ordered under a rung arrives after the rung's own lead time, not after that of a plain order."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from rackwright.base.units import Estimate
from rackwright.scenarios.ladder import LadderOption
from rackwright.scenarios.recourse import Rung, under_rung
from rackwright.supply.network import Buy
from rackwright.supply.timing import Window

NOW = Rung((0,), from_day=16.0, is_later=False)
PLAIN = Buy(
    item="gpu", supplier="a", place="plant", buffer=0, window=Window(0.0, 1000.0), dock_days=462.0, transit_days=5.0,
    price_usd=100.0, freight_usd=1.0, duty_usd=np.zeros(1), us_share=0.0, allocation=0, lane=0,
)  # fmt: skip
DEPOSIT = LadderOption(
    item="gpu", supplier="a", rung="deposit", offer=0, level_share=1.0, per_week=200.0, qty=6000.0,
    hold_days=210.0, lead_days=Estimate(70.0, 70.0, 70.0), price_usd=100.0, fee_usd=0.0, lost_usd=0.0, sunk_usd=0.0,
    credit_usd=0.0, liable_usd=0.0, usual_per_week=160.0, is_revocable=False, payer="lab",
)  # fmt: skip


def _arrival(buy: Buy) -> float:
    return buy.window.from_day + buy.dock_days + buy.transit_days


def test_101_an_order_under_a_rung_arrives_after_its_lead_time() -> None:
    """Ordered on day 16 with 70 days to the dock and 5 on the way: there on day 91, where a plain order takes 467."""
    own = under_rung(PLAIN, DEPOSIT, NOW, 1)
    assert (own.window, own.dock_days) == (Window(16.0, 226.0), 70.0)
    assert (_arrival(own), _arrival(PLAIN)) == (91.0, 467.0)


@pytest.mark.parametrize(("dock_day", "first"), [(50.0, 16.0), (200.0, 130.0), (600.0, 530.0)])
def test_102_nothing_arrives_before_it_may(dock_day: float, first: float) -> None:
    """A qualification still holds: orders wait until they arrive when it allows, and lapse where it comes too late."""
    own = under_rung(dataclasses.replace(PLAIN, first_dock_day=dock_day), DEPOSIT, NOW, 1)
    assert own.window.from_day == first
    assert own.window.from_day + own.dock_days >= dock_day
    assert own.window.to_day == max(first, 226.0)


def test_103_a_rung_never_makes_an_order_slower() -> None:
    """Where the supplier delivers sooner than the rung says, or the rung says nothing, its lead time holds."""
    quick = dataclasses.replace(PLAIN, dock_days=40.0)
    assert under_rung(quick, DEPOSIT, NOW, 1).dock_days == 40.0
    assert under_rung(PLAIN, dataclasses.replace(DEPOSIT, lead_days=None), NOW, 1).dock_days == 462.0
