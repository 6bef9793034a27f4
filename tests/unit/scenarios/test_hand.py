"""On a program that is solved by hand, `decide` tells the hand's EVPI, VSS, regret, break-even fees and chances.

Hundred boards, of supplier A at 10 kUSD or of supplier B at 12.4 kUSD; no capital cost, no price of a late day. A's
reservation costs 10 % of the price, forfeited: 100 kUSD for all boards, 50 kUSD for half of them. With an even chance
A's allocation is cut. What no one reserved is then bought from B: 2.4 kUSD a board, 240 kUSD for all of them.
"""

from __future__ import annotations

import datetime as dt

import pytest

from rackwright.catalog import Catalog
from rackwright.program import Program
from rackwright.program.header import HorizonSpan, Party, Policy
from rackwright.program.model import SupplyProgram
from rackwright.program.scenarios import Change, Scenario
from rackwright.scenarios import Decided, DecideOptions, decide

USD = 1.0
START, END = dt.date(2027, 1, 4), dt.date(2027, 12, 20)
BY_HAND = DecideOptions(num_scenarios=2, num_fresh=0, workers=0)


def _program(*, left_share: float, per_week: float, known: dt.date, refund: str = "0 %") -> Program:
    """Boards of A and B, A's reservation, and a branch that leaves so much of A and is known on a day."""
    reservation = {"rung": "reservation", "fee": "10 %", "refund": refund, "secures_per_week": 1000}
    offer = {"item": "board", "lead_time": "0 days", "origin": "US"}
    supply = SupplyProgram.model_validate(
        {
            "items": [{"id": "board", "name": "Board"}],
            "plants": [{"id": "p1", "name": "Plant", "country": "US"}],
            "suppliers": [{"id": name, "name": name, "country": "US"} for name in ("a", "b")],
            "offers": [
                {**offer, "supplier": "a", "price": "10 kUSD", "allocation_per_week": per_week},
                {**offer, "supplier": "b", "price": "12.4 kUSD", "allocation_per_week": 1000},
            ],
            "terms": [
                {
                    "item": "board",
                    "supplier": "a",
                    "payer": "lab",
                    "rungs": [{**reservation, "expires_after": "52 weeks"}],
                }
            ],
            "lanes": [{"from": "US", "to": "*", "mode": "road", "transit": "0 days"}],
            "claims": [{"item": "board", "plant": "p1", "kind": "spare", "qty": 100, "date": "2027-09-01"}],
        }
    )
    changes = (Change(at="offers[item=board,supplier=a].available_share", set=left_share),)
    return Program(
        name="by-hand",
        as_of=START,
        span=HorizonSpan(start=START, end=END),
        money_year=2026,
        parties=(Party(id="lab", name="Lab", role="lab"),),
        policy=Policy(
            late_usd_per_rack_day="0 USD",
            unserved_usd_per_rack="1 MUSD",
            energy_usd_per_mwh="60 USD/MWh",
            capital_cost_share_per_year="0 %",
        ),
        supply=supply,
        scenarios=(
            Scenario(
                id="cut",
                name="A is cut",
                probability_share=0.5,
                decide_by=known,
                trigger="A's word",
                changes=changes,
            ),
        ),
    )


@pytest.fixture(scope="module")
def late_word(catalog: Catalog) -> Decided:
    """A gives nothing, and that is known when it is too late to reserve."""
    program = _program(left_share=0.0, per_week=1000, known=dt.date(2027, 12, 19))
    return decide(program, catalog, cache_folder=None, options=BY_HAND)


@pytest.fixture(scope="module")
def early_word(catalog: Catalog) -> Decided:
    """A gives 1 of its 10 boards a week, 50 in the 50 weeks of the plan, and that is known after eight weeks."""
    program = _program(left_share=0.1, per_week=10, known=dt.date(2027, 3, 1))
    return decide(program, catalog, cache_folder=None, options=BY_HAND)


def test_101_plans_cost_what_the_hand_says(late_word: Decided) -> None:
    """Nothing: 1.00 or 1.24 MUSD, so 1.12; half: 1.05 or 1.17, so 1.11; all: 1.10 in both, the least by mean and tail.

    The central values know no cut, so their plan is to do nothing. The largest regret of half is 70 kUSD, of all 100.
    """
    found = {row.name: (row.picks, row.mean_usd, row.tail_usd) for row in late_word.plans}
    assert found == {
        "expected cost": ((1,), pytest.approx(1.10e6, abs=USD), pytest.approx(1.10e6, abs=USD)),
        "CVaR of the worst 10%": ((1,), pytest.approx(1.10e6, abs=USD), pytest.approx(1.10e6, abs=USD)),
        "minimax regret": ((0,), pytest.approx(1.11e6, abs=USD), pytest.approx(1.17e6, abs=USD)),
        "mean value": ((), pytest.approx(1.12e6, abs=USD), pytest.approx(1.24e6, abs=USD)),
        "do nothing": ((), pytest.approx(1.12e6, abs=USD), pytest.approx(1.24e6, abs=USD)),
    }


def test_102_information_is_worth_what_the_hand_says(late_word: Decided) -> None:
    """Known beforehand: 1.00 without a cut and 1.10 with it, 1.05 in the mean, so EVPI is 50; VSS is 1.12 - 1.10."""
    info = late_word.information
    assert info.evpi_low_usd == pytest.approx(50e3, abs=USD)
    assert info.evpi_high_usd == pytest.approx(50e3, abs=USD)
    assert info.vss_usd == pytest.approx(20e3, abs=USD)


def test_103_regret_is_against_the_best_of_each_branch(late_word: Decided) -> None:
    """Best is 1.00 uncut and 1.10 cut: regret of all 100 and 0, of half 50 and 70, of nothing 0 and 140."""
    regret = {row.picks: row.regret_usd for row in late_word.plans}
    assert regret[(1,)] == pytest.approx((100e3, 0.0), abs=USD)
    assert regret[(0,)] == pytest.approx((50e3, 70e3), abs=USD)
    assert regret[()] == pytest.approx((0.0, 140e3), abs=USD)


def test_104_the_fee_flips_at_the_expected_saving(late_word: Decided) -> None:
    """All boards save 240 with an even chance, half of them 120: both are worth their fee up to 120 for all boards."""
    (row,) = late_word.break_even
    assert row.is_taken
    assert row.sunk_usd == pytest.approx(100e3, abs=USD)
    assert row.flips_at_usd == pytest.approx(120e3, abs=USD)
    assert [(now.option.level_share, now.value_usd) for now in late_word.now] == [(1.0, pytest.approx(20e3, abs=USD))]


def test_105_the_chance_may_fall_until_the_fee_is_not_saved(late_word: Decided) -> None:
    """All boards are best while 240 times the chance is above 100, but for the 5 kUSD that are not told: 95 / 240."""
    ends = {row.branch.id: (row.low_share, row.high_share) for row in late_word.ranges}
    assert ends == {
        "base": (0.0, pytest.approx(1.0 - 95 / 240)),
        "cut": (pytest.approx(95 / 240), 1.0),
    }


def test_201_waiting_is_free_where_the_word_comes_early(early_word: Decided) -> None:
    """With the cut 50 boards are left of A, and half the reservation, taken then, gives the others for 50 kUSD.

    So nothing is committed now at 1.00 or 1.05 MUSD, 1.025 in the mean, which is what one who knew would pay: EVPI and
    VSS are 0, and no branch regrets it.
    """
    assert early_word.best.picks == ()
    assert early_word.best.mean_usd == pytest.approx(1.025e6, abs=USD)
    info = early_word.information
    assert (info.evpi_low_usd, info.evpi_high_usd, info.vss_usd) == pytest.approx((0.0, 0.0, 0.0), abs=USD)
    assert early_word.best.regret_usd == pytest.approx((0.0, 0.0), abs=USD)


def test_202_what_waits_has_its_sign(early_word: Decided) -> None:
    """The reservation is taken later where the cut comes, with an even chance, and the sign is always right."""
    (row,) = early_word.waits
    assert (row.option.rung, row.until_day, row.observable, row.threshold) == (
        "reservation",
        56,
        "A's word",
        "comes true",
    )
    assert (row.used_share, row.hit_share) == (pytest.approx(0.5), pytest.approx(1.0))


def test_203_half_of_a_rung_may_be_worth_more_a_board(early_word: Decided) -> None:
    """Half now costs 50 and saves 25 in the mean, all of it saves no more: the advice flips at 0.5 kUSD a board."""
    (row,) = early_word.break_even
    assert not row.is_taken
    assert row.flips_at_usd == pytest.approx(50e3, abs=USD)


def test_301_refunds_go_with_the_fee(catalog: Catalog) -> None:
    """Half of the fee comes off each board: all of them cost 50 kUSD net and save 120, so the fee may grow to 240.

    A fee of 240 has 120 refunded in both branches: 1.00 + 0.24 - 0.12 is the 1.12 MUSD of reserving nothing.
    """
    program = _program(left_share=0.0, per_week=1000, known=dt.date(2027, 12, 19), refund="50 %")
    found = decide(program, catalog, cache_folder=None, options=BY_HAND)
    assert found.best.mean_usd == pytest.approx(1.05e6, abs=USD)
    (row,) = found.break_even
    assert row.is_taken
    assert row.flips_at_usd == pytest.approx(240e3, abs=USD)


def test_302_so_they_do_where_the_advice_is_to_wait(catalog: Catalog) -> None:
    """Half now costs 25 kUSD net and saves 12.5 in the mean: it pays at half its fee, 0.5 kUSD a board."""
    program = _program(left_share=0.1, per_week=10, known=dt.date(2027, 3, 1), refund="50 %")
    found = decide(program, catalog, cache_folder=None, options=BY_HAND)
    assert found.best.mean_usd == pytest.approx(1.0125e6, abs=USD)
    (row,) = found.break_even
    assert not row.is_taken
    assert row.flips_at_usd == pytest.approx(50e3, abs=USD)


def test_303_what_comes_back_whole_is_worth_any_fee(catalog: Catalog) -> None:
    """All of the fee comes off the boards that are bought in both branches, and there is no capital cost."""
    program = _program(left_share=0.0, per_week=1000, known=dt.date(2027, 12, 19), refund="100 %")
    (row,) = decide(program, catalog, cache_folder=None, options=BY_HAND).break_even
    assert row.is_taken
    assert row.flips_at_usd == float("inf")
