"""Sources in N+1, their members and their standby."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rackwright.power.banks import choose_bank
from rackwright.power.packing import fill_in_order


def test_101_one_unit_on_two_sources() -> None:
    """One unit with a spare has a source and another to transfer to."""
    bank = choose_bank(np.array([[10.0]]), 20.0, has_spare=True)
    assert (bank.count, bank.primary.tolist(), bank.standby.tolist()) == (2, [0], [1])


def test_102_without_spare_nothing_transfers() -> None:
    """Three units of 10 on sources of 20 need two, and none has a second source."""
    bank = choose_bank(np.array([[10.0, 10.0, 10.0]]), 20.0, has_spare=False)
    assert (bank.count, set(bank.standby.tolist())) == (2, {-1})


def test_104_units_of_a_lost_source_go_to_different_ones() -> None:
    """Four units of 5 on sources of 10 need two and a spare, because the two of a lost one are taken by two others."""
    bank = choose_bank(np.full((1, 4), 5.0), 10.0, has_spare=True)
    assert (bank.count, bank.primary.tolist(), bank.standby.tolist()) == (3, [0, 0, 1, 2], [1, 2, 2, 1])


def test_103_an_overload_is_left_to_the_checks() -> None:
    """A unit above every source still gets one; nothing is raised."""
    assert choose_bank(np.array([[100.0, 1.0]]), 20.0, has_spare=True).primary.size == 2


@given(st.lists(st.floats(1.0, 10.0), min_size=1, max_size=12))
def test_201_any_one_source_may_be_lost(loads: list[float]) -> None:
    """Units of at most half a source: whichever source is lost, the others carry everything."""
    load_w, limit_w = np.array(loads), 20.0
    bank = choose_bank(load_w[None, :], limit_w, has_spare=True)
    assert (bank.primary != bank.standby).all()
    for lost in range(bank.count):
        source = np.where(bank.primary == lost, bank.standby, bank.primary)
        assert np.bincount(source, weights=load_w).max() <= limit_w * (1 + 1e-6)


@given(st.lists(st.floats(0.5, 30.0), min_size=1, max_size=30))
def test_202_groups_are_runs_within_the_limit(loads: list[float]) -> None:
    """Groups are neighbours in order, within the limit unless one load alone is above it."""
    groups = fill_in_order(np.array(loads), 20.0)
    assert (np.diff(groups) >= 0).all()
    assert (np.diff(groups) <= 1).all()
    for group in np.unique(groups).tolist():
        own = np.array(loads)[groups == group]
        assert own.size == 1 or own.sum() <= 20.0 * (1 + 1e-6)
