"""Is every order's value in one state at a time, and does it cost what the terms say to stop it?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.program.supply import Terms
from rackwright.supply.liability import carrier_of, exposure, share_due, window_of

WEEK_ENDS = np.arange(7.0, 400.0, 7.0)


def terms(**changes: object) -> Terms:
    """Terms with a curve of three steps and 60 days without cancellation."""
    rows: dict[str, object] = {
        "item": "a", "supplier": "s", "payer": "lab", "firm_window": "8 weeks", "flexible_window": "16 weeks",
        "cancellation_curve": [[180, 0.1], [90, 0.5], [30, 1.0]], "non_cancellable_within": "60 days",
        "payment": "30 days",
    }  # fmt: skip
    return Terms.model_validate(rows | changes)


@pytest.mark.parametrize(
    ("days", "due"), [(300, 0.0), (180, 0.1), (91, 0.1), (90, 0.5), (61, 0.5), (60, 1.0), (0, 1.0)]
)
def test_101_the_curve_is_read_from_its_days_on(days: int, due: float) -> None:
    """A step holds from its number of days before delivery, and in the non-cancellable time all is due."""
    assert share_due(terms(), days) == due


def test_102_without_terms_an_order_is_firm() -> None:
    """Where nothing is agreed, stopping costs the whole price."""
    assert share_due(None, 500) == 1.0


def test_103_windows() -> None:
    """A delivery is firm within eight weeks, flexible within sixteen, a forecast before."""
    assert [window_of(terms(), days) for days in (56, 57, 112, 113)] == ["firm", "flexible", "flexible", "forecast"]


@given(st.integers(-1, 200), st.integers(0, 150), st.booleans())
def test_201_a_value_is_in_one_state_at_a_time(order_day: int, lead: int, with_terms: bool) -> None:
    """Planned, open, payable and paid exclude each other, and only an open order costs something to stop."""
    found = exposure(terms() if with_terms else None, WEEK_ENDS, order_day, max(0, order_day) + lead)
    states = found.planned + found.payable + found.paid
    assert set(states.tolist()) <= {0.0, 1.0}
    assert (found.cancel <= 1.0 - states).all()
    assert (found.fixed <= 1.0 - states).all()
    assert (found.cancel >= found.fixed).all()
    assert found.paid[-1] == 1.0


def test_202_stopping_gets_dearer_until_delivery() -> None:
    """What is due while the order is open never falls; then the whole is payable for thirty days."""
    found = exposure(terms(), WEEK_ENDS, 0, 200)
    is_open = (WEEK_ENDS > 0) & (WEEK_ENDS <= 200)
    assert (np.diff(found.cancel[is_open]) >= 0).all()
    assert found.payable.sum() * 7 == pytest.approx(30, abs=7)


@pytest.mark.parametrize(
    ("ownership", "carrier"),
    [("turnkey", "maker"), ("buy-sell", "maker"), ("consigned", "lab"), ("customer-directed", "lab")],
)
def test_301_who_carries_follows_from_ownership(ownership: str, carrier: str) -> None:
    """Consigned and customer-directed parts stay with the payer, others are carried by the plant's owner."""
    assert carrier_of(terms(ownership=ownership), "lab", "p1", {"p1": "maker"}) == carrier
