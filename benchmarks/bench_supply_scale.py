"""How near to the best plan of a large weekly network does one come, how soon, and what does the program cost to build?

python benchmarks/bench_supply_scale.py plan SCALE      gap by CPU seconds: 0.05, 0.1, 0.25, 1 (2,000 items)
python benchmarks/bench_supply_scale.py exact SCALE     optimum by interior point, for scales to 0.1
python benchmarks/bench_supply_scale.py build SCALE     arrays and a loaded solver; 4 gives 12.6 M columns
python benchmarks/bench_supply_scale.py bound SCALE     the bound for given prices
python benchmarks/bench_supply_scale.py what-if SCALE   four edits, each answered from the base plan
python benchmarks/bench_supply_scale.py layer NAME SCALE   linopy or pulp building the same program

Without arguments: plan 0.05. One seed, one run; compiling is warmed up before the clock starts. Every plan is judged by
the checker, every bound holds by construction. CPU seconds are of all threads; wall seconds stand beside them.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from rackwright.solve.linear import Limits, open_solver, solve_linear
from rackwright.supply.atscale import (
    Prices,
    Schedule,
    WeeklyAnswer,
    WeeklyNetwork,
    closed_form_bound,
    find_faults,
    plan_weekly,
    weekly_program,
)
from rackwright.validate.made_network import Shape, make_network

SEED = 1
TARGETS = {0.05: "optimum in 60 s", 0.1: "2 % in 60 s", 0.25: "1 % in 60 s", 1.0: "5 % in 60 s, 2 % in 300 s"}
SCHEDULES = {
    0.05: Schedule(rounds=((8.0, 1600), (8.0, 1600), (0.3, 1600)) * 3),
    0.1: Schedule(rounds=((8.0, 1600), (8.0, 1600), (0.3, 1600)) * 3),
    0.25: Schedule(rounds=((8.0, 1600), (8.0, 1600), (0.3, 1600), (8.0, 1600))),
    1.0: Schedule(rounds=((8.0, 800), (8.0, 800), (0.3, 800), (8.0, 1600), (8.0, 1600), (0.3, 1600))),
}
FAULT = 1e-6
LONGEST_ROW = 500


class Clock:
    """Wall and CPU seconds since it was made."""

    def __init__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def __str__(self) -> str:
        return f"{time.perf_counter() - self.wall:7.2f} s wall {time.process_time() - self.cpu:7.2f} s CPU"


def memory_mb() -> float:
    """Peak memory of this process [MB]."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def network(scale: float) -> WeeklyNetwork:
    """The benchmark's network with what is derived from it."""
    net = make_network(Shape.scaled(scale), SEED)
    assert len(net.unit) == net.num_buffers
    return net


def warm_up() -> None:
    """Compile."""
    plan_weekly(make_network(Shape.scaled(0.01, weeks=20), SEED), Schedule(grids=((4, 40),), rounds=((1.0, 40),)))


def reporter(net: WeeklyNetwork, clock: Clock) -> Callable[[str, WeeklyAnswer], None]:
    """Prints each round."""

    def report(name: str, answer: WeeklyAnswer) -> None:
        worst = find_faults(net, answer.plan).worst
        assert worst < FAULT, worst
        halves = f"bound {answer.bound.cost_usd:.6g} plan {answer.cost_usd:.6g}"
        print(f"supply at scale: {net.num_columns:9,} columns {clock}  {name:18} {halves} gap {answer.gap_share:.4f}")

    return report


def plan(scale: float) -> WeeklyAnswer:
    """A plan with a proved gap."""
    net = network(scale)
    answer = plan_weekly(net, SCHEDULES[scale], on_round=reporter(net, Clock()))
    print(f"  peak {memory_mb():.0f} MB; to reach: {TARGETS[scale]}")
    return answer


def exact(scale: float) -> None:
    """The optimum."""
    net = network(scale)
    clock = Clock()
    program = weekly_program(net)
    found = solve_linear(program.model, method="ipm-without-crossover")
    cost = found.objective * program.units.money_usd
    proved = closed_form_bound(net, program.prices_of(found.row_dual)).cost_usd
    print(f"supply at scale: {net.num_columns:9,} columns {clock}  exact {cost:.8g}, proved by its prices {proved:.8g}")


def build(scale: float) -> None:
    """Arrays, then a solver that holds them."""
    net = network(scale)
    before, clock = memory_mb(), Clock()
    model = weekly_program(net).model
    print(f"supply at scale: {model.num_cols:9,} columns {clock}  arrays, {memory_mb():.0f} MB ({before:.0f} before)")
    solver = open_solver(model, Limits(), "ipm")
    assert solver.getNumCol() == net.num_columns
    print(f"supply at scale: {model.num_cols:9,} columns {clock}  and loaded, {memory_mb():.0f} MB; 3 s, 1 GB at 3.2 M")


def bound(scale: float) -> None:
    """The bound for given prices, best of five."""
    net, draw = network(scale), np.random.default_rng(0)
    prices = Prices(
        draw.random(net.num_buffers), draw.random(net.center_hours.shape), draw.random(net.supplier_qty.shape),
        np.full(len(net.short_usd), 0.1),
    )  # fmt: skip
    for is_compiled in (True, False):
        closed_form_bound(net, prices, is_compiled=is_compiled)
        times = []
        for _ in range(5):
            start, cpu = time.perf_counter(), time.process_time()
            found = closed_form_bound(net, prices, is_compiled=is_compiled).cost_usd
            times.append((time.perf_counter() - start, time.process_time() - cpu))
        wall, used = min(times)
        form = "compiled" if is_compiled else "plain"
        print(f"supply at scale: {net.num_columns:9,} columns {wall:.3f} s wall {used:.3f} s CPU {form} {found:.9g}")


def edits(net: WeeklyNetwork) -> list[tuple[str, WeeklyNetwork]]:
    """One project more, the dearest supplier halved, duties, a site shut."""
    demand = net.demand.copy()
    demand[net.ends[int(np.argmax(demand[net.ends].sum(axis=1)))]] *= 1.2
    halved = net.supplier_qty.copy()
    flow = np.bincount(net.supplier[net.supplier >= 0], weights=(net.cost_usd * net.unit[net.into])[net.supplier >= 0])
    halved[int(np.argmax(flow)), 30:40] *= 0.5
    is_import = (net.supplier >= 0) & (net.content_usd == 0)
    shut = net.center_hours.copy()
    shut[:6, 40:44] = 0.0
    return [
        ("project +20 %", replace(net, demand=demand)),
        ("supplier -50 %", replace(net, supplier_qty=halved)),
        ("duty +15 %", replace(net, cost_usd=np.where(is_import, 1.15, 1.0) * net.cost_usd)),
        ("site shut", replace(net, center_hours=shut)),
    ]


def what_if(scale: float) -> None:
    """Each edit answered from the base plan."""
    net = network(scale)
    base = plan_weekly(net, replace(SCHEDULES[scale], rounds=SCHEDULES[scale].rounds[:3]))
    steps = SCHEDULES[scale].rounds[0][1]
    for name, changed in edits(net):
        clock = Clock()
        rounds = ((8.0, steps), (8.0, steps), (0.3, steps), (8.0, steps))
        answer = plan_weekly(changed, Schedule(rounds=rounds, enough_share=base.gap_share), base=base)
        assert find_faults(changed, answer.plan).worst < FAULT
        print(f"  {name:16} {clock} gap {answer.gap_share:.4f} (base {base.gap_share:.4f}); to reach: 10 s, base's gap")


def layer(name: str, scale: float) -> None:
    """The same program built and handed over by a modelling layer, from the same arrays, row by row of the network."""
    net = network(scale)
    model = weekly_program(net).model
    start, index, value = model.compressed()
    clock = Clock()
    builders = {"linopy": build_linopy, "pulp": build_pulp}
    builders[name](model, start, index, value)
    print(f"supply at scale: {model.num_cols:9,} columns {clock}  {name} build and hand-over, {memory_mb():.0f} MB")


def build_linopy(model, start, index, value) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Rows as labelled expressions grouped by row; a solver that holds them."""
    import linopy
    import xarray

    num = model.num_cols
    labelled = linopy.Model()
    low, high = (xarray.DataArray(side, dims="col") for side in (model.col_lower, model.col_upper))
    x = labelled.add_variables(lower=low, upper=high, name="x")
    column = np.repeat(np.arange(num), np.diff(start))
    has_lower, has_upper = np.isfinite(model.row_lower), np.isfinite(model.row_upper)
    side = np.where(has_lower & has_upper, "=", np.where(has_upper, "<=", ">="))
    right = np.where(has_upper, model.row_upper, model.row_lower)
    is_long = np.bincount(index)[index] > LONGEST_ROW  # a group is padded to the longest, so long rows go one by one
    entries = np.flatnonzero(~is_long)
    terms = x.isel(col=xarray.DataArray(column[entries], dims="entry")) * xarray.DataArray(value[entries], dims="entry")
    sums = terms.groupby(xarray.DataArray(index[entries], dims="entry", name="row")).sum()
    rows = sums.coords["row"].values
    labelled.add_constraints(
        sums, xarray.DataArray(side[rows], dims="row"), xarray.DataArray(right[rows], dims="row"), name="rows"
    )
    for row in np.unique(index[is_long]).tolist():
        mine = np.flatnonzero(index == row)
        each = xarray.DataArray(value[mine], dims="entry")
        total = (x.isel(col=xarray.DataArray(column[mine], dims="entry")) * each).sum()
        labelled.add_constraints(total, str(side[row]), float(right[row]), name=f"row {row}")
    labelled.add_objective((x * xarray.DataArray(model.cost, dims="col")).sum())
    solver = labelled.to_highspy()
    assert (solver.getNumCol(), solver.getNumNz()) == (num, len(value))


def build_pulp(model, start, index, value) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Rows as expressions; a solver that holds them."""
    import pulp

    problem = pulp.LpProblem("weekly", pulp.LpMinimize)
    highest = [None if np.isinf(up) else up for up in model.col_upper.tolist()]
    x = [pulp.LpVariable(f"x{j}", 0.0, up) for j, up in enumerate(highest)]
    problem += pulp.LpAffineExpression(zip(x, model.cost.tolist(), strict=True))
    rows: list[list[tuple[object, float]]] = [[] for _ in range(model.num_rows)]
    for j, entries in enumerate(np.split(np.arange(len(index)), start[1:-1])):
        for e in entries.tolist():
            rows[index[e]].append((x[j], value[e]))
    for row, low, high in zip(rows, model.row_lower.tolist(), model.row_upper.tolist(), strict=True):
        sense = (
            pulp.LpConstraintEQ if low == high else (pulp.LpConstraintLE if np.isfinite(high) else pulp.LpConstraintGE)
        )
        right = high if np.isfinite(high) else low
        problem += pulp.LpConstraint(pulp.LpAffineExpression(row), sense, rhs=right)
    solver = pulp.HiGHS(msg=False)
    solver.createAndConfigureSolver(problem)
    solver.buildSolverModel(problem)
    assert (problem.solverModel.getNumCol(), problem.solverModel.getNumNz()) == (model.num_cols, len(value))


def main() -> None:
    """What the arguments ask for."""
    words = sys.argv[1:] or ["plan", "0.05"]
    if words[0] == "layer":
        layer(words[1], float(words[2]))
        return
    if words[0] in {"plan", "what-if", "bound"}:
        warm_up()
    jobs = {"plan": plan, "exact": exact, "build": build, "bound": bound, "what-if": what_if}
    jobs[words[0]](float(words[1]))


if __name__ == "__main__":
    main()
