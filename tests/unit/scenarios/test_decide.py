"""What to commit now follows from the program's terms and branches, and does not depend on workers or luck of order."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from rackwright.catalog import Catalog
from rackwright.figures import render
from rackwright.program import Program
from rackwright.program.scenarios import Change, Scenario
from rackwright.program.supply import Rung, Terms
from rackwright.scenarios import Decided, DecideOptions, decide
from rackwright.scenarios.branches import branches_of
from rackwright.scenarios.chance import plan_draws
from rackwright.scenarios.ladder import cancel_share
from rackwright.scenarios.verdict import weighted_quantiles
from rackwright.views.deciding import decided_shown, decision_dates, musd_text

SMALL = DecideOptions(num_scenarios=6, num_fresh=3, num_judged=0, workers=0)


@pytest.fixture(scope="module")
def scarce_program(one_pod_program: Program) -> Program:
    """One pod whose GPU supplier may lose most of its allocation; a cheap reservation secures it."""
    cut = Scenario(
        id="cut",
        name="GPU allocation cut",
        probability_share=0.5,
        trigger="Supplier A's word",
        changes=(Change(at="offers[item=gpu-gb300].allocation_per_week", scale=0.15),),
    )
    rungs = (
        Rung(rung="forecast", expires_days="26 weeks"),
        Rung(rung="reservation", fee_share=0.001, refund_share=0.5, expires_days="52 weeks", per_week=160),
        Rung(rung="firm-order", fee_share=0.3, refund_share=1.0, per_week=160),
    )
    terms = Terms(item="gpu-gb300", supplier="supplier-a", payer="lab", rungs=rungs)
    supply = one_pod_program.supply.model_copy(update={"terms": (terms,)})
    return one_pod_program.model_copy(update={"scenarios": (cut,), "supply": supply})


@pytest.fixture(scope="module")
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Stage results shared by the tests of this file."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def decided(scarce_program: Program, catalog: Catalog, cache_folder: Path) -> Decided:
    """The answer for the scarce program."""
    return decide(scarce_program, catalog, cache_folder=cache_folder, options=SMALL)


def test_101_chances_add_up(scarce_program: Program) -> None:
    """What is left of a parent's chance falls to the parent; all chances add up to 1."""
    child = Scenario(id="child", name="child", parent="cut", probability_share=0.4)
    program = scarce_program.model_copy(update={"scenarios": (*scarce_program.scenarios, child)})
    shares = {branch.id: branch.share for branch in branches_of(program)}
    assert shares == pytest.approx({"base": 0.5, "cut": 0.3, "child": 0.2})


def test_102_draws_keep_the_weights_of_branches(scarce_program: Program) -> None:
    """Weights of the draws of a branch add up to its chance exactly, each branch is drawn."""
    branches = branches_of(scarce_program)
    draws = plan_draws(branches, 7, seed=3)
    assert len(draws) == 7
    for branch in branches:
        assert sum(draw.share for draw in draws if draw.branch == branch.id) == pytest.approx(branch.share)


def test_103_the_cancellation_curve_is_read_before_delivery() -> None:
    """200 days before delivery the step of 270 days counts, not that of 180."""
    terms = Terms(item="x", supplier="y", cancel_shares=((270, 0.05), (180, 0.3), (90, 0.8)))
    assert [cancel_share(terms, days) for days in (300, 200, 100, 10)] == [0.0, 0.05, 0.3, 0.8]


def test_104_quantiles_are_weighted() -> None:
    """The least value that is not exceeded with each probability."""
    values, shares = np.array([3.0, 1.0, 2.0]), np.array([0.2, 0.5, 0.3])
    assert weighted_quantiles(values, shares, (0.5, 0.8, 0.95)) == (1.0, 2.0, 3.0)


def test_201_a_cheap_reservation_is_advised(decided: Decided) -> None:
    """Where a cut is likely and a small fee secures the allocation, the fee is advised and worth more than it costs."""
    assert [row.option.rung for row in decided.now] == ["reservation"]
    assert decided.now[0].value_usd > 0
    assert decided.best.mean_usd < decided.plans[-1].mean_usd
    flips = next(row for row in decided.break_even if row.is_taken)
    assert flips.flips_at_usd > flips.sunk_usd


def test_202_no_plan_is_below_the_bound(decided: Decided) -> None:
    """The plan advised has the least mean, the CVaR plan the least tail, regret is never negative."""
    assert all(row.mean_usd >= decided.best.mean_usd - 1.0 for row in decided.plans)
    assert all(row.tail_usd >= decided.plans[1].tail_usd - 1.0 for row in decided.plans)
    assert decided.best.mean_usd >= decided.information.bound_usd - 1.0
    assert all(usd >= -1.0 for row in decided.plans for usd in row.regret_usd)
    assert 0.0 <= decided.information.evpi_low_usd <= decided.information.evpi_high_usd + 1.0


def test_203_the_advice_holds_at_its_own_chances(decided: Decided) -> None:
    """The chance of every branch lies between the ends within which the list does not change."""
    assert all(row.low_share <= row.branch.share <= row.high_share for row in decided.ranges)


def test_204_last_days_are_ordered(decided: Decided) -> None:
    """The surer an order must be, the earlier it has to be placed; a week of waiting never helps."""
    assert decided.moments
    assert all(row.p50_day >= row.p80_day >= row.p95_day for row in decided.moments)
    assert all(not row.week_usd < 0 for row in decided.moments)


def test_301_workers_do_not_change_the_answer(
    decided: Decided, scarce_program: Program, catalog: Catalog, cache_folder: Path
) -> None:
    """Inline and in another process the answer is the same to the last bit."""
    spread = dataclasses.replace(SMALL, workers=1)
    other = decide(scarce_program, catalog, cache_folder=cache_folder, options=spread)
    assert repr(other) == repr(decided)


def test_302_a_contradictory_branch_is_reported(scarce_program: Program, catalog: Catalog, cache_folder: Path) -> None:
    """A change that names nothing is told; the other branches are decided on."""
    bad = Scenario(id="bad", name="bad", changes=(Change(at="offers[item=nothing].price", scale=2.0),))
    program = scarce_program.model_copy(update={"scenarios": (*scarce_program.scenarios, bad)})
    options = dataclasses.replace(SMALL, num_fresh=0)
    found = decide(program, catalog, cache_folder=cache_folder, options=options)
    assert [branch.id for branch in found.branches] == ["base", "cut"]
    assert found.problems


def test_304_one_fresh_draw_of_a_branch_has_no_interval(
    decided: Decided, scarce_program: Program, catalog: Catalog, cache_folder: Path
) -> None:
    """Three fresh draws over two branches: one of them has one draw, and how sure the mean is stays open."""
    assert all(np.isnan(row.fresh_half_usd) for row in decided.plans)
    more = dataclasses.replace(SMALL, num_scenarios=2, num_fresh=4)
    found = decide(scarce_program, catalog, cache_folder=cache_folder, options=more)
    assert all(row.fresh_half_usd > 0.0 for row in found.plans)


def test_303_without_rungs_there_is_nothing_to_reserve(
    scarce_program: Program, catalog: Catalog, cache_folder: Path
) -> None:
    """A program without terms gets its last days and a sentence that says why there is no list."""
    program = scarce_program.model_copy(
        update={"supply": scarce_program.supply.model_copy(update={"terms": ()}), "scenarios": ()}
    )
    options = dataclasses.replace(SMALL, num_fresh=0, num_scenarios=2)
    shown = decided_shown(decide(program, catalog, cache_folder=cache_folder, options=options), program)
    assert "no rung of commitment" in shown.lead
    assert shown.tables


def test_401_the_answer_is_shown_with_dates(decided: Decided, scarce_program: Program) -> None:
    """Every table of the answer has its note and the calendar has the decision."""
    shown = decided_shown(decided, scarce_program)
    titles = [table.title for table in shown.tables]
    assert titles[0] == "Do now"
    assert "Regret by branch" in titles
    breaks = next(table for table in shown.tables if table.title == "Break-even fees")
    pieces = [column.name for column in breaks.columns].index("qty")
    assert [row[pieces] for row in breaks.rows] == [row.option.qty for row in decided.break_even]
    assert "also those a branch does not need" in breaks.note
    assert any(title.startswith("Decide: reservation") for _, _, title, _ in decision_dates(decided, scarce_program))
    assert all(date >= scarce_program.as_of for _, date, _, _ in decision_dates(decided, scarce_program))
    assert any(title.startswith("Past since 20") for _, _, title, _ in decision_dates(decided, scarce_program))


def test_404_the_calendar_draws_a_commitment_from_today_until_the_day_it_lapses(
    decided: Decided, scarce_program: Program
) -> None:
    """The bar ends on the day that the table names, and the legend says what bars are."""
    shown = decided_shown(decided, scarce_program)
    calendar = next(figure for figure in shown.figures if figure.caption.name == "decision-calendar")
    (bar,) = calendar.groups[0].bars
    (row,) = [row for row in shown.tables[0].rows if row[4] == "reservation"]
    assert scarce_program.horizon.date(bar.start_day) == scarce_program.as_of
    assert scarce_program.horizon.date(bar.finish_day) == row[7]
    assert ">take now<" in render(calendar)
    assert ">critical activity<" not in render(calendar)


def test_402_what_is_worth_nothing_is_not_advised(
    scarce_program: Program, catalog: Catalog, cache_folder: Path
) -> None:
    """Where nothing is scarce, no commitment is advised, the lead says so, and no amount is minus nothing."""
    rungs = (Rung(rung="forecast", expires_days="26 weeks"), Rung(rung="firm-order", fee_share=0.3, refund_share=1.0))
    terms = Terms(item="gpu-gb300", supplier="supplier-a", payer="lab", rungs=rungs)
    supply = scarce_program.supply.model_copy(update={"terms": (terms,)})
    program = scarce_program.model_copy(update={"supply": supply, "scenarios": ()})
    options = dataclasses.replace(SMALL, num_fresh=0, num_scenarios=4)
    found = decide(program, catalog, cache_folder=cache_folder, options=options)
    assert not found.now
    shown = decided_shown(found, program)
    assert shown.lead.startswith("None of ")
    assert "last day (80 % sure)" in shown.lead
    ladder = next(table for table in shown.tables if table.title == "The ladder")
    assert [row[-1] for row in ladder.rows if row[2] == "forecast"] == ["take, free"]
    assert musd_text(-100.0) == "0.00 MUSD"


def test_403_other_ways_to_choose_stand_in_the_regret_table(
    scarce_program: Program, catalog: Catalog, cache_folder: Path
) -> None:
    """Budgeted robustness and the three stages are plans beside the others; the judge sees what is advised."""
    options = dataclasses.replace(SMALL, num_scenarios=3, num_fresh=0, num_judged=1, budget=1, num_tree_draws=1)
    found = decide(scarce_program, catalog, cache_folder=cache_folder, options=options)
    assert found.robust is not None
    assert found.robust.guards[0].worse_usd <= min(row.worse_usd for row in found.robust.guards) + 1.0
    assert all(len(row.things) <= 1 for row in found.robust.guards)
    assert found.staged is not None
    assert found.staged.bound_usd <= found.staged.cost_usd + 1.0
    assert len(found.judged) == 1
    shown = decided_shown(found, scarce_program)
    tables = {table.title: table for table in shown.tables}
    names = [row[0] for row in tables["Regret by branch"].rows]
    assert {"budgeted robustness", "three stages"} < set(names)
    assert "Out of sample" in tables["Judged by the whole supply model"].note
    assert {"take now", "leave"} <= {row[-1] for row in tables["The ladder"].rows}
    assert {figure.caption.name for figure in shown.figures} >= {"decision-calendar", "decided-racks"}
