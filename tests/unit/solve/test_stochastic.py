"""Programs under chance are solved as one model and by planes, and what chance costs is computed; answers by hand."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.solve import LinearModel
from rackwright.solve.extensive import TailRisk, extensive_form
from rackwright.solve.lshaped import DecompositionLimits, solve_lshaped
from rackwright.solve.mps_lines import Source
from rackwright.solve.recourse import Recourse
from rackwright.solve.sampling import Samples, plan_by_sampling
from rackwright.solve.smps import parse_smps
from rackwright.solve.smps_write import SmpsTexts
from rackwright.solve.staged import (
    ChangeKind,
    Changes,
    RandomBlock,
    Realisation,
    ScenarioTree,
    StagedModel,
    StochasticProgram,
)
from rackwright.solve.stochastic import (
    StochasticLimits,
    mean_of_worst,
    num_nonzeros,
    solve_stochastic,
    weigh_information,
)
from rackwright.solve.tree import full_tree, sampled_tree

INF = float("inf")
BY_PLANES = StochasticLimits(extensive_nonzeros=0)


def read(texts: SmpsTexts) -> StochasticProgram:
    """Program of three texts."""
    return parse_smps(Source("c", texts.core), Source("t", texts.time), Source("s", texts.stoch))


def costs_of(x: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Cost of the seller in each scenario after buying x."""
    return np.array([x - 3.0 * min(x, demand) for demand in (2.0, 5.0, 8.0)])


SHARES = np.array([0.2, 0.5, 0.3])


@pytest.mark.parametrize("limits", [None, BY_PLANES])
def test_101_the_seller_buys_five(seller: SmpsTexts, limits: StochasticLimits | None) -> None:
    """The best purchase is the one enumeration finds, with its cost in every scenario, both ways."""
    program = read(seller)
    found = solve_stochastic(program.core, full_tree(program), limits=limits)
    best = min((costs_of(x) @ SHARES, x) for x in (0.0, 2.0, 5.0, 8.0, 10.0))
    assert found.method == ("extensive" if limits is None else "l-shaped")
    assert (found.status, found.objective) == ("optimal", pytest.approx(best[0]))
    assert found.first_stage == pytest.approx([best[1]])
    assert found.scenario_costs == pytest.approx(costs_of(best[1]))


def test_102_information_and_chance_are_worth_what_enumeration_says(seller: SmpsTexts) -> None:
    """EVPI is the plan's cost less that of buying each demand; VSS is the loss of buying the mean demand of 5.3."""
    program = read(seller)
    worth = weigh_information(program.core, full_tree(program))
    known = sum(share * -2.0 * demand for share, demand in zip(SHARES, (2.0, 5.0, 8.0), strict=True))
    best = costs_of(5.0) @ SHARES
    assert worth.information.low == pytest.approx(best - known)
    assert worth.information.high == pytest.approx(best - known)
    assert worth.chance.low == pytest.approx(costs_of(5.3) @ SHARES - best)
    assert worth.mean_value_plan.high == pytest.approx(costs_of(5.3) @ SHARES)


@pytest.mark.parametrize(("level", "weight"), [(0.5, 1.0), (0.8, 1.0), (0.7, 0.4), (0.0, 1.0)])
def test_103_risk_is_minded_as_enumeration_says(seller: SmpsTexts, level: float, weight: float) -> None:
    """The least mix of mean and CVaR over a fine grid of purchases is the objective."""
    program = read(seller)
    found = solve_stochastic(program.core, full_tree(program), risk=TailRisk(level, weight))

    def mix(x: float) -> float:
        return float((1 - weight) * costs_of(x) @ SHARES + weight * mean_of_worst(costs_of(x), SHARES, level))

    assert found.objective == pytest.approx(min(mix(x) for x in np.arange(0, 10.01, 0.25)))
    assert found.objective == pytest.approx(mix(float(found.first_stage[0])))


def test_104_a_mean_value_plan_that_fails_costs_without_end(seller: SmpsTexts) -> None:
    """Where demand must be met, the plan for its mean fails in a scenario and VSS is infinite."""
    must = replace(seller, core=seller.core.replace(" L  WANT", " G  WANT").replace("-3.0", "0.5 "))
    worth = weigh_information((program := read(must)).core, full_tree(program))
    assert worth.plan.first_stage == pytest.approx([8.0])
    assert worth.chance.high == INF


def three_stages() -> StochasticProgram:
    """Make x in each of three periods at 1, 2, 4; stock is kept; sales at 5 up to a random demand in periods 2 and 3.

    Columns: make1, make2, sell2, make3, sell3. Rows: stock after period 2, wish 2, stock after period 3, wish 3.
    """
    rows, cols, values = zip(
        *[(0, 0, 1), (0, 1, 1), (0, 2, -1), (1, 2, 1), (2, 0, 1), (2, 1, 1), (2, 2, -1), (2, 3, 1), (2, 4, -1)],
        *[(3, 4, 1)],
        strict=True,
    )
    model = LinearModel(
        cost=np.array([1.0, 2.0, -5.0, 4.0, -5.0]),
        col_lower=np.zeros(5),
        col_upper=np.array([4.0, 2.0, INF, 1.0, INF]),
        row_lower=np.array([0.0, -INF, 0.0, -INF]),
        row_upper=np.array([INF, 3.0, INF, 3.0]),
        rows=np.array(rows),
        cols=np.array(cols),
        values=np.array(values, dtype=float),
    )
    core = StagedModel(model, np.array([0.0, 3, 0, 3]), np.array([1, 1, 2, 2]), np.array([0, 1, 1, 2, 2]))
    blocks = tuple(
        RandomBlock(
            f"wish{stage + 1}",
            stage,
            tuple(Realisation(share, ((int(ChangeKind.RHS), row, wish),)) for share, wish in chances),
        )
        for stage, row, chances in (
            (1, 1, ((0.5, 1.0), (0.5, 4.0))),
            (2, 3, ((0.25, 0.0), (0.5, 2.0), (0.25, 6.0))),
        )
    )
    return StochasticProgram("THREE", core, ("NOW", "NEXT", "LAST"), blocks)


def three_stages_by_enumeration() -> float:
    """Least expected cost over whole numbers, which is that of the linear model: it is a network."""

    def last(stock: int) -> float:
        def best(wish: int) -> float:
            return min(4 * make - 5 * min(wish, stock + make) for make in (0, 1))

        return 0.25 * best(0) + 0.5 * best(2) + 0.25 * best(6)

    def next_(stock: int, wish: int) -> float:
        choices = ((make, sell) for make, sell in itertools.product(range(3), range(wish + 1)) if sell <= stock + make)
        return min(2 * make - 5 * sell + last(stock + make - sell) for make, sell in choices)

    return min(make + 0.5 * next_(make, 1) + 0.5 * next_(make, 4) for make in range(5))


def test_111_three_stages_are_decided_as_events_unfold() -> None:
    """A program of three stages has the optimum of backward enumeration, and scenarios share what they share."""
    program = three_stages()
    tree = full_tree(program)
    found = solve_stochastic(program.core, tree)
    assert tree.stage.tolist() == [0, 1, 1, 2, 2, 2, 2, 2, 2]
    assert found.objective == pytest.approx(three_stages_by_enumeration())
    assert found.scenario_costs @ tree.share[tree.leaves] == pytest.approx(found.objective)
    assert extensive_form(program.core, tree).model.num_cols == 1 + 2 * 2 + 6 * 2


def test_112_what_is_known_early_branches_early() -> None:
    """A value of the last stage that is known one stage before is worth more, and is handed down the tree."""
    program = three_stages()
    early = replace(program, blocks=(program.blocks[0], replace(program.blocks[1], stage=1)))
    tree = full_tree(early)
    assert np.bincount(tree.stage).tolist() == [1, 6, 6]
    assert solve_stochastic(early.core, tree).objective < three_stages_by_enumeration() - 1e-6


def test_113_knowing_is_worth_at_least_nothing_in_three_stages() -> None:
    """EVPI and VSS of the three-stage program are finite and not negative."""
    program = three_stages()
    worth = weigh_information(program.core, full_tree(program))
    assert 0.0 < worth.information.low <= worth.information.high < INF
    assert 0.0 <= worth.chance.low <= worth.chance.high < INF


def random_program(seed: int, *, has_integers: bool = False) -> tuple[StagedModel, ScenarioTree]:
    """Two stages, bounded, every kind of change in the second; recourse may fail for some first stages."""
    random = np.random.default_rng(seed)
    first, second, rows1, rows2, scenarios = 4, 5, 2, 4, 6
    a = np.round(random.normal(size=(rows1, first)), 2)
    t = np.round(random.normal(size=(rows2, first)), 2)
    w = np.round(random.normal(size=(rows2, second)), 2)
    matrix = np.block([[a, np.zeros((rows1, second))], [t, w]])
    r, c = np.nonzero(matrix)
    whole = np.arange(first + second) < 2
    model = LinearModel(
        cost=np.round(random.normal(size=first + second), 2),
        col_lower=np.zeros(first + second),
        col_upper=np.full(first + second, 5.0),
        row_lower=np.full(rows1 + rows2, -INF),
        row_upper=np.concatenate([np.full(rows1, 3.0), np.full(rows2, 1.0)]),
        rows=r,
        cols=c,
        values=matrix[r, c],
        is_integer=whole if has_integers else None,
    )
    stage_row = np.repeat([0, 1], [rows1, rows2])
    core = StagedModel(model, model.row_upper.copy(), stage_row, np.repeat([0, 1], [first, second]), offset=7.0)
    changes = []
    entries = np.nonzero(stage_row[r] == 1)[0]
    for leaf in range(1, scenarios + 1):
        changes += [(leaf, int(ChangeKind.RHS), rows1 + k, float(random.normal(0.5))) for k in range(rows2)]
        changes.append((leaf, int(ChangeKind.COST), first, float(random.normal())))
        changes.append((leaf, int(ChangeKind.UPPER), first + 1, float(random.uniform(1, 5))))
        changes.append((leaf, int(ChangeKind.LOWER), first + 2, float(random.uniform(-1, 1))))
        picked = random.choice(entries, 3, replace=False).tolist()
        changes += [(leaf, int(ChangeKind.ENTRY), entry, float(random.normal())) for entry in picked]
    share = random.random(scenarios)
    tree = ScenarioTree(
        np.array([-1] + [0] * scenarios),
        np.array([0] + [1] * scenarios),
        np.concatenate([[1.0], share / share.sum()]),
        Changes.of(changes),
    )
    return core, tree


@pytest.mark.parametrize("has_integers", [False, True])
@given(seed=st.integers(0, 5_000), groups=st.sampled_from([None, 1, 2]))
def test_201_planes_and_one_model_agree(seed: int, has_integers: bool, groups: int | None) -> None:
    """Both ways find the same optimum with random costs, bounds, sides and matrices, or both find none."""
    core, tree = random_program(seed, has_integers=has_integers)
    one = solve_stochastic(core, tree)
    planes = solve_lshaped(core, tree, DecompositionLimits(groups=groups))
    assert planes.status == one.status
    if one.status == "optimal":
        assert planes.objective == pytest.approx(one.objective, rel=1e-6, abs=1e-6)
        assert planes.bound <= one.objective + 1e-6
        total = planes.first_stage_cost + planes.scenario_costs @ tree.share[tree.leaves]
        assert total == pytest.approx(planes.objective)


@given(seed=st.integers(0, 5_000))
def test_202_planes_lie_below_the_cost_of_the_second_stage(seed: int) -> None:
    """A plane made at one point is nowhere above the second-stage cost at another, and meets it where it was made."""
    core, tree = random_program(seed)
    recourse, random = Recourse(core, tree), np.random.default_rng(seed)
    here, there = random.uniform(0, 2, (2, 4))
    for mine, other in zip(recourse.planes(here), recourse.planes(there), strict=True):
        if mine.is_feasible and other.is_feasible:
            assert mine.value + mine.slope @ (there - here) <= other.value + 1e-6
        if not mine.is_feasible and other.is_feasible:
            assert mine.value + mine.slope @ (there - here) <= 1e-6


def test_203_the_same_question_has_the_same_bytes() -> None:
    """Two solves by planes agree to the last bit."""
    core, tree = random_program(5)
    first, second = (solve_lshaped(core, tree) for _ in range(2))
    assert first.x.tobytes() == second.x.tobytes()
    assert first.scenario_costs.tobytes() == second.scenario_costs.tobytes()


def test_204_planes_say_what_they_cannot_do() -> None:
    """Three stages or whole numbers in the second stage are refused."""
    program = three_stages()
    with pytest.raises(ValueError, match="two stages"):
        solve_lshaped(program.core, full_tree(program))
    core, tree = random_program(1, has_integers=True)
    assert core.model.is_integer is not None
    mixed = replace(core, model=replace(core.model, is_integer=~core.model.is_integer))
    with pytest.raises(ValueError, match="whole-number"):
        solve_lshaped(mixed, tree)
    assert solve_stochastic(mixed, tree, limits=BY_PLANES).method == "extensive"


def test_205_the_size_is_known_before_the_model_is_made() -> None:
    """The entries counted are those of the model made, in two stages and three."""
    program = three_stages()
    for core, tree in [(program.core, full_tree(program)), random_program(2)]:
        assert num_nonzeros(core, tree) == len(extensive_form(core, tree).model.values)


@given(
    costs=st.lists(st.floats(-100, 100), min_size=1, max_size=8),
    level=st.floats(0, 0.99),
    seed=st.integers(0, 100),
)
def test_206_the_mean_of_the_worst_is_its_formula(costs: list[float], level: float, seed: int) -> None:
    """CVaR is the least of v + E max(0, cost - v) / (1 - level), which a cost attains."""
    shares = np.random.default_rng(seed).random(len(costs)) + 0.01
    shares /= shares.sum()
    array = np.array(costs)
    least = min(v + shares @ np.maximum(0.0, array - v) / (1.0 - level) for v in costs)
    assert mean_of_worst(array, shares, level) == pytest.approx(least, abs=1e-8)


def test_301_samples_enclose_the_true_optimum(seller: SmpsTexts) -> None:
    """The interval from samples holds the true cost, fresh scenarios judge the plan, and a seed repeats it."""
    program = read(seller)
    samples = Samples(num_scenarios=40, num_replications=5, num_tests=400, seed=3)
    found, again = plan_by_sampling(program, samples), plan_by_sampling(program, samples)
    true = costs_of(5.0) @ SHARES
    assert found == again or found.first_stage.tobytes() == again.first_stage.tobytes()
    assert found.lower.mean - found.lower.half_width <= true <= found.upper.mean + found.upper.half_width
    assert found.gap >= 0.0
    assert found.first_stage == pytest.approx([5.0])


def test_302_too_many_scenarios_are_refused_not_made(seller: SmpsTexts) -> None:
    """A tree beyond its limit is refused with the way out; a sample of it has the numbers asked for."""
    program = read(seller)
    with pytest.raises(ValueError, match="draw a sample"):
        full_tree(program, most=2)
    tree = sampled_tree(three_stages(), [4, 2], seed=1)
    assert np.bincount(tree.stage).tolist() == [1, 4, 8]
    assert tree.share[tree.leaves].sum() == pytest.approx(1.0)
    with pytest.raises(ValueError, match="one number of branches"):
        sampled_tree(program, [2, 2], seed=1)


def test_303_a_model_that_looks_ahead_is_refused() -> None:
    """A first-stage row with a second-stage column is a mistake of whoever built the model."""
    program = three_stages()
    with pytest.raises(ValueError, match="later stage"):
        replace(program.core, row_stage=np.array([0, 1, 2, 2]))


def test_304_a_program_without_a_plan_says_so(seller: SmpsTexts) -> None:
    """Demand beyond all room is infeasible both ways, and worth nothing can be said of it."""
    short = replace(seller, core=seller.core.replace(" L  WANT", " G  WANT").replace("10.0", "6.0 "))
    program = read(short)
    for limits in (None, BY_PLANES):
        assert solve_stochastic(program.core, full_tree(program), limits=limits).status == "infeasible"
    with pytest.raises(ValueError, match="infeasible"):
        weigh_information(program.core, full_tree(program))
