"""Is a past plan held against what came true piece by piece, and is each source's bias its own?"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.asbuilt.backtest import Accepted, Actuals, Delivery, GatePassed, Made, backtest_plan, match_days
from rackwright.base.errors import InputError
from rackwright.exchange.actuals import read_actuals
from rackwright.plan import Plan

PIECES = st.lists(st.tuples(st.integers(0, 100), st.floats(0.5, 50)), min_size=1, max_size=8)


@given(PIECES, st.integers(-30, 30))
def test_101_a_moved_plan_is_late_by_its_move(pieces: list[tuple[int, float]], days: int) -> None:
    """If every piece comes so many days later, the mean lateness is that number and all pieces are matched."""
    late, matched = match_days(pieces, [(day + days, qty) for day, qty in pieces])
    assert late == pytest.approx(days)
    assert matched == pytest.approx(sum(qty for _, qty in pieces))


@given(PIECES, PIECES)
def test_102_no_more_is_matched_than_either_knows(one: list[tuple[int, float]], two: list[tuple[int, float]]) -> None:
    """Pieces matched are the fewer of both sides."""
    _, matched = match_days(one, two)
    assert matched == pytest.approx(min(sum(q for _, q in one), sum(q for _, q in two)))


def as_planned(plan: Plan, *, days: int = 0, qty: float = 1.0, good: float = 1.0) -> Actuals:
    """What would have happened if the plan had come true, so many days later, with other amounts and yields."""
    start = plan.program.horizon.start
    deliveries, made, accepted = [], [], []
    yields = {(row.item, row.plant): row.yield_share.value for row in plan.program.supply.makes}
    for row in plan.supply.orders.frame.iter_rows(named=True):
        date = start + dt.timedelta(days=row["end_day"] + days)
        if row["kind"] in {"buy", "call", "open"}:
            lead = dt.timedelta(days=days + 10)
            deliveries.append(Delivery(row["item"], row["source"], row["site"], date, row["qty"] * qty, date - lead))
        elif row["kind"] == "make":
            share = yields[row["item"], row["site"]]
            made.append(Made(row["item"], row["site"], date, row["qty"] * share * good, row["qty"]))
        elif row["kind"] == "accept":
            accepted.append(Accepted(row["demand"], date, row["qty"]))
    gates = [GatePassed(gate, start + dt.timedelta(days=day + days))
             for gate, day in plan.schedule.gates.frame.select("gate", "p50_day").iter_rows()]  # fmt: skip
    return Actuals(tuple(deliveries), tuple(made), tuple(accepted), tuple(gates))


def test_201_a_plan_that_came_true_has_no_bias(one_pod: Plan) -> None:
    """Every stage and source has zero days, zero quantity and zero yield bias, and no name is unknown."""
    found = backtest_plan(one_pod, as_planned(one_pod))
    assert found is not None
    assert found.unknown == ()
    assert {bias.stage for bias in found.biases} == {"buy", "make", "accept", "gate"}
    for bias in found.biases:
        assert bias.late_days == pytest.approx(0.0, abs=1e-9)
        assert bias.qty_share == pytest.approx(0.0, abs=1e-6)
        assert bias.yield_points is None or bias.yield_points == pytest.approx(0.0, abs=1e-9)


def test_202_each_bias_is_told(one_pod: Plan) -> None:
    """Nine days late and a yield of 90 % of the plan's are found at every source."""
    found = backtest_plan(one_pod, as_planned(one_pod, days=9, good=0.9))
    assert found is not None
    for bias in found.biases:
        if bias.stage != "make":
            assert bias.late_days == pytest.approx(9.0)
    makes = [line for line in found.lines if line.stage == "make"]
    for line in makes:
        assert line.yield_actual is not None
        assert line.yield_planned is not None
        assert line.yield_actual == pytest.approx(0.9 * line.yield_planned)


def test_203_names_nobody_knows_are_told(one_pod: Plan) -> None:
    """An item, tranche or gate the plan does not have is listed, not dropped in silence."""
    day = one_pod.program.horizon.start
    strange = Actuals((Delivery("x", "s", "p", day, 1),), (), (Accepted("y", day, 1),), (GatePassed("z", day),))
    found = backtest_plan(one_pod, strange)
    assert found is not None
    assert found.unknown == ("gate z", "item x", "tranche y")


def test_301_all_problems_of_the_files_are_told_at_once(tmp_path: Path) -> None:
    """Bad days, amounts and missing columns are one error with their lines; an empty folder is another."""
    with pytest.raises(InputError, match="none of the files"):
        read_actuals(tmp_path)
    (tmp_path / "made.csv").write_text("item,plant,date,qty\na,p,2027-13-01,5\na,p,2027-01-01,many\n", encoding="utf-8")
    (tmp_path / "gates.csv").write_text("gate\ng\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_actuals(tmp_path)
    assert [problem.code for problem in caught.value.problems] == ["bad-date", "bad-number", "missing-column"]


def test_302_files_are_read_as_written(tmp_path: Path) -> None:
    """Optional columns may be empty or absent."""
    (tmp_path / "deliveries.csv").write_text(
        'item,supplier,plant,date,qty,ordered\na,s,p,2027-01-08,"1,200",\n', encoding="utf-8"
    )
    found = read_actuals(tmp_path)
    assert found.deliveries == (Delivery("a", "s", "p", dt.date(2027, 1, 8), 1200.0),)
