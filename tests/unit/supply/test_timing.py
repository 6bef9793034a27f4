"""Tests of time, readiness, trade, kits and capacities of `rackwright.supply`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.base.horizon import Horizon
from rackwright.program.supply import Duty, Lane, Ramp, RouteStep
from rackwright.supply.capacities import expected_hours
from rackwright.supply.kits import Kits, Line
from rackwright.supply.readiness import energised_w, ramp_profiles, ready_days
from rackwright.supply.request import SupplyRequest
from rackwright.supply.timing import Grid, Window
from rackwright.supply.trade import DutyRules, LaneBook
from rackwright.tables.bom import Structure
from rackwright.tables.schedule import Gates, Readiness
from rackwright.tables.siting import Envelopes

HORIZON = Horizon(dt.date(2027, 1, 4), dt.date(2028, 1, 3))
TELESCOPE = Grid.of(HORIZON.buckets(num_weekly=8, num_monthly=4))
GATES = Gates.from_columns(
    gate=["p.ready"], project=["p"], kind=["ready"], day=[10], p50_day=[20], p80_day=[50], p95_day=[80], due_day=[10],
    cause=[""], on_time_share=[0.1], merge_bias_days=[10], margin_days=[40],
)  # fmt: skip


@given(st.floats(0, 120), st.floats(0, 200))
def test_101_a_lead_time_keeps_its_exact_mean(lead: float, first: float) -> None:
    """What is started in a bucket arrives as a whole, on average its lead time later, if it arrives in the horizon."""
    window = Window(first, 240)
    shares = TELESCOPE.spread(window, lead)
    starts, ends = TELESCOPE.open_days(window)
    for t in range(TELESCOPE.num):
        a, b = starts[t] + lead, ends[t] + lead
        if b - a <= 0:
            assert shares[t].sum() == 0
            continue
        if b <= TELESCOPE.num_days:
            assert shares[t].sum() == pytest.approx(1.0)
        for k in np.flatnonzero(shares[t]):
            assert TELESCOPE.ends[k] > a, "arrives in a bucket that is over before the lead time"


@given(st.floats(0, 100), st.floats(0, 60))
def test_102_a_longer_lead_never_arrives_earlier(lead: float, more: float) -> None:
    """Cumulative arrivals of a longer lead time are nowhere above those of a shorter one."""
    window = Window(0, 364)
    short, long = (np.cumsum(TELESCOPE.spread(window, days), axis=1) for days in (lead, lead + more))
    assert (long <= short + 1e-9).all()


def test_103_mean_lateness_by_hand() -> None:
    """A rack accepted evenly over days 0 to 10 and due on day 4 is 1.8 days late on average."""
    late = TELESCOPE.mean_late_days(np.array([0.0]), np.array([10.0]), 4.0)
    assert late == pytest.approx([1.8])


def test_201_dates_lie_between_the_quantiles() -> None:
    """A gate's date is linear between its 50, 80 and 95 % dates, clamped outside, rounded up."""
    found = [ready_days(GATES, Readiness.empty(), share).gate("p.ready") for share in (0.3, 0.5, 0.65, 0.8, 0.85, 0.99)]
    assert found == [20, 20, 35, 50, 60, 80]


def test_202_a_ramp_waits_for_its_gate() -> None:
    """Nothing runs before the first point, a later gate moves all points, and yield is not diluted by idle days."""
    ramp = Ramp.model_validate(
        {"id": "r", "points": [{"date": "2027-01-11", "rate": 0.5, "yield": 0.8}, {"date": "2027-01-25", "rate": 1.0}]}
    )
    late = ramp.model_copy(update={"id": "late", "gate": "p.ready"})
    ready = ready_days(GATES, Readiness.empty(), 0.5)
    found = ramp_profiles((ramp, late), HORIZON, TELESCOPE, ready)
    assert found["r"].rate_share[:4] == pytest.approx([0.0, 0.625, 0.875, 1.0])
    assert found["late"].rate_share[0] == found["late"].rate_share[1] == 0.0
    assert found["late"].yield_share[2] == pytest.approx(0.8, abs=0.01)


def test_203_a_power_step_waits_for_its_gate_and_for_those_before() -> None:
    """A step held up by its gate holds up the steps after it; a part of a bucket counts in part."""
    steps = Envelopes.from_rows(
        [("x", 0, 100, "contract", ""), ("x", 7, 200, "contract", "p.ready"), ("x", 14, 300, "hall", "")]
    )
    ready = ready_days(GATES, Readiness.empty(), 0.5)
    power = energised_w(steps, "x", TELESCOPE, ready)
    assert power[:4] == pytest.approx([100, 100, (6 * 100 + 300) / 7, 300])
    assert np.isinf(energised_w(steps, "y", TELESCOPE, ready)).all()


def test_301_duty_rules_stack_or_replace() -> None:
    """Stacking rules add up by date, origin and heading; a rule that does not stack replaces them."""
    rows = [
        {"id": "a", "authority": "x", "origin": "TW", "rate": 0.10, "from": "2027-01-01"},
        {"id": "b", "authority": "x", "hts_prefix": "8471", "rate": 0.05, "from": "2027-01-01", "to": "2027-02-01"},
        {"id": "c", "authority": "x", "hts_prefix": "8473.30", "rate": 0.02, "from": "2027-01-01", "stacks": False},
    ]
    duties = DutyRules(tuple(Duty.model_validate(row) for row in rows), HORIZON)
    days = np.array([5.0, 60.0])
    assert duties.rates("8471.50", "TW", ("US", ""), days) == pytest.approx([0.15, 0.10])
    assert duties.rates("8473.30.11", "TW", ("US", ""), days) == pytest.approx([0.02, 0.02])
    assert duties.rates("8471.50", "TW", ("MX", ""), days).tolist() == [0.0, 0.0]


def test_302_the_most_specific_lane_wins() -> None:
    """Place to place comes before country to anywhere; without a lane places of one country touch, others do not."""
    rows = [{"from": "TW", "to": "*", "transit": "9 days"}, {"from": "s1", "to": "p1", "transit": "3 days"}]
    book = LaneBook(
        tuple(Lane.model_validate(row) for row in rows), {"s1": "TW", "s2": "TW", "p1": "US", "p2": "US", "s3": "KR"}
    )
    assert [route.days for route in book.routes("s1", "p1")] == [3.0]
    assert [route.days for route in book.routes("s2", "p1")] == [9.0]
    assert [route.days for route in book.routes("p1", "p2")] == [0.0]
    assert book.routes("s3", "p1") == ()


def test_401_failed_units_go_round() -> None:
    """At 80 % first pass a unit takes 1.25 passes and a quarter of the debug time; at 0 % it never passes."""
    step = RouteStep.model_validate(
        {"item": "i", "plant": "p", "step": 1, "cell": "c", "hours": "8 h", "first_pass_yield": 0.8, "debug": "4 h"}
    )
    hours = expected_hours(step, np.array([1.0, 0.0]))
    assert hours[0] == pytest.approx(8 * 1.25 + 4 * 0.25)
    assert np.isinf(hours[1])


def test_501_levels_nobody_plans_are_passed_through(world: Callable[..., SupplyRequest]) -> None:
    """Components of an unsourced level go into its parent with both quantities; an unsourced leaf is named."""
    request = world(
        structure=[
            ("sku", "tray", 0, 140, 2.0, 0.0, "", 1),
            ("tray", "board", 0, 140, 3.0, 0.1, "", 1),
            ("tray", "screw", 0, 140, 9.0, 0.0, "", 1),
        ]
    )
    kits = Kits(request.structure, request.items, frozenset({"sku", "board"}))
    groups = kits.below("sku")
    assert [option.lines for group in groups for option in group.alternatives] == [(Line("board", pytest.approx(6.6)),)]
    assert kits.unsourced == {"screw"}


def test_502_alternates_stay_alternates_through_a_phantom(world: Callable[..., SupplyRequest]) -> None:
    """A choice below a passed-through level is a choice of its parent, with the quantities multiplied."""
    request = world(
        structure=[
            ("sku", "tray", 0, 140, 2.0, 0.0, "", 1),
            ("tray", "board", 50, 140, 3.0, 0.0, "g", 1),
            ("tray", "board-b", 0, 140, 4.0, 0.0, "g", 2),
        ]
    )
    kits = Kits(request.structure, request.items, frozenset({"sku", "board", "board-b"}))
    (group,) = kits.below("sku")
    assert group.is_choice
    assert [(option.priority, option.from_day, option.lines) for option in group.alternatives] == [
        (1, 50, (Line("board", 6.0),)),
        (2, 0, (Line("board-b", 8.0),)),
    ]
    assert kits.of_scope("sku", 1.0, 0) == (Line("sku", 1.0),)
    assert Kits(request.structure, request.items, frozenset({"board"})).of_scope("sku", 5.0, 60) == (
        Line("board", 30.0),
    )


def test_503_what_the_schedule_dates_is_left_to_it(world: Callable[..., SupplyRequest]) -> None:
    """An item dated by the schedule is neither planned nor unsourced here."""
    request = world(structure=[("sku", "board", 0, 140, 2.0, 0.0, "", 1), ("sku", "tool", 0, 140, 1.0, 0.0, "", 1)])
    frame = request.items.frame.with_columns(
        lead_by=np.where(request.items["item"].to_numpy() == "tool", "schedule", "supply")
    )
    kits = Kits(
        Structure.of(request.structure.frame), type(request.items).of(frame), frozenset({"sku", "board", "tool"})
    )
    assert [group.name for group in kits.below("sku")] == ["board"]
    assert kits.unsourced == set()
