"""Are orders placed in minimums and multiples so that nothing comes late and the cost of it is told?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.supply.placing import Planned, place_orders

ROWS = st.lists(
    st.builds(lambda day, qty: Planned(day, day + 30, qty), st.integers(0, 300), st.floats(0.1, 500)), min_size=1,
    max_size=12,
)  # fmt: skip


@given(ROWS, st.sampled_from([0.0, 10.0, 300.0]), st.sampled_from([1.0, 7.0, 36.0]))
def test_101_nothing_comes_later_than_planned(rows: list[Planned], minimum: float, multiple: float) -> None:
    """Pieces placed so far cover pieces planned so far, and each order is a multiple and at least the minimum."""
    wanted = placed = 0.0
    for row in place_orders(rows, minimum=minimum, multiple=multiple, price_usd=1.0, capital_share=0.1):
        wanted, placed = wanted + row.planned, placed + row.qty
        assert placed >= wanted * (1 - 1e-6) - 1e-6 * multiple
        if row.qty:
            assert row.qty >= minimum
            assert row.qty / multiple == pytest.approx(round(row.qty / multiple))


@given(ROWS, st.sampled_from([1.0, 7.0, 36.0]))
def test_102_no_more_is_left_than_a_multiple(rows: list[Planned], multiple: float) -> None:
    """Without a minimum less than one multiple is ahead of the plan at any time."""
    for row in place_orders(rows, minimum=0.0, multiple=multiple, price_usd=1.0, capital_share=0.1):
        assert row.ahead < multiple * (1 + 1e-6) + 1e-6


def test_201_what_is_early_costs_capital() -> None:
    """Forty pieces that wait ten days at 100 dollars and 10 % a year cost 10.95 dollars."""
    rows = [Planned(0, 30, 60.0), Planned(10, 40, 40.0)]
    placed = place_orders(rows, minimum=100.0, multiple=1.0, price_usd=100.0, capital_share=0.1)
    assert [row.qty for row in placed] == [100.0, 0.0]
    assert placed[0].hold_usd == pytest.approx(40 * 100 * 0.1 * 10 / 365.25)
    assert placed[-1].ahead == 0.0
