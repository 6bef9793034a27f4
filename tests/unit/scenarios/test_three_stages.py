"""A later decision that draws share cannot foresee their luck; rungs of what projects buy move the last day."""

from __future__ import annotations

import numpy as np
import pytest

from rackwright.base.units import Estimate
from rackwright.program.supply import Rung, Terms
from rackwright.scenarios.ladder import LadderOption
from rackwright.scenarios.project_rungs import project_rungs
from rackwright.scenarios.recourse import RecourseModel
from rackwright.scenarios.staged import _Block, _staged
from rackwright.scenarios.three_stages import three_stage_model
from rackwright.solve import LinearModel, solve_linear
from rackwright.solve.stochastic import solve_stochastic
from rackwright.tables.schedule import LongLead

HALVES = np.array([0.5, 0.5])


def option(sunk_usd: float) -> LadderOption:
    """A reservation that costs so much."""
    return LadderOption(
        item="part", supplier="a", rung="reservation", offer=0, level_share=1.0, per_week=1.0, qty=1.0, hold_days=7.0,
        lead_days=None, price_usd=1.0, fee_usd=sunk_usd, lost_usd=sunk_usd, sunk_usd=sunk_usd, credit_usd=0.0,
        liable_usd=sunk_usd, usual_per_week=1.0, is_revocable=False, payer="lab",
    )  # fmt: skip


def draw(need: float) -> RecourseModel:
    """Taken now, taken later for 10, or short for 15 a piece: columns option, later, short."""
    model = LinearModel(
        cost=np.array([0.0, 10.0, 15.0]),
        col_lower=np.zeros(3),
        col_upper=np.array([1.0, 1.0, np.inf]),
        row_lower=np.array([need]),
        row_upper=np.array([np.inf]),
        rows=np.zeros(3, dtype=np.int64),
        cols=np.arange(3),
        values=np.ones(3),
    )
    none = np.zeros((0, 1), dtype=np.int64)
    return RecourseModel(
        model, 1, 1.0, ((1, 0),), none, none, np.zeros(0), none, np.zeros(0), np.zeros(0), np.array([7.0])
    )


@pytest.mark.parametrize(("nodes", "cost"), [([0, 0], 7.5), ([0, 1], 5.0)])
def test_101_draws_of_a_branch_share_what_is_taken_later(nodes: list[int], cost: float) -> None:
    """One draw needs a piece, the other none: shared, being short by chance is cheapest; told apart, one buys."""
    model = three_stage_model([draw(1.0), draw(0.0)], np.array(nodes), HALVES, [option(100.0)])
    assert solve_linear(model).objective == pytest.approx(cost)


def test_102_what_is_cheap_is_taken_now() -> None:
    """An option that costs less than all that it saves later is a whole one of the first stage."""
    found = solve_linear(three_stage_model([draw(1.0), draw(1.0)], np.array([0, 1]), HALVES, [option(4.0)]))
    assert found.objective == pytest.approx(4.0)
    assert found.x[0] == pytest.approx(1.0)


def branch(wants: list[float], *, has_spare: bool) -> _Block:
    """A branch whose draws want pieces: the option gives five, what is short costs 2 (or 1 up to three pieces)."""
    width = 3 if has_spare else 2
    models = [
        LinearModel(
            cost=np.array([0.0, 2.0, 1.0][:width]),
            col_lower=np.zeros(width),
            col_upper=np.array([1.0, np.inf, 3.0][:width]),
            row_lower=np.array([want]),
            row_upper=np.array([np.inf]),
            rows=np.zeros(width, dtype=np.int64),
            cols=np.arange(width),
            values=np.array([5.0, 1.0, 1.0][:width]),
        )
        for want in (wants[0], *wants)
    ]
    return _Block(models[0], tuple(models[1:]), (0.25, 0.25), ("a", "b"))


@pytest.mark.parametrize(("sunk_usd", "cost"), [(100.0, 0.25 * (8 + 16 + 9 + 1)), (4.0, 4.0 + 0.25 * (0 + 6 + 1 + 0))])
def test_103_branches_of_several_shapes_share_one_core(sunk_usd: float, cost: float) -> None:
    """Four draws of two branches with other columns: with the option and without it, each pays for its own branch."""
    blocks = [branch([4.0, 8.0], has_spare=False), branch([6.0, 1.0], has_spare=True)]
    program = _staged("two", blocks, [option(sunk_usd)], 1.0)
    assert program.tree is not None
    found = solve_stochastic(program.core, program.tree)
    assert found.objective == pytest.approx(cost)


def test_201_a_rung_with_a_shorter_lead_time_moves_the_last_day() -> None:
    """Twenty weeks as planned, ten under a deposit: seventy days later, and in time if it is taken today."""
    row = ("site.buy", "transformer", "a", 0, 140, 0, -7, -14)
    rungs = (Rung(rung="deposit", fee_share=0.3, refund_share=1.0, lead_days=Estimate(70.0, 70.0, 70.0)),)
    terms = Terms(item="transformer", supplier="a", payer="operator", rungs=rungs)
    planned, deposit = project_rungs(LongLead.from_rows([row]), (terms,), {"transformer": 1e6}, 0)
    assert (planned.rung, planned.last_days) == ("as planned", (0, -7, -14))
    assert deposit.last_days == (70, 70, 70)
    assert (deposit.fee_usd, deposit.sunk_usd, deposit.late_days) == (pytest.approx(3e5), 0.0, 0.0)
    assert planned.late_days > 0.0
