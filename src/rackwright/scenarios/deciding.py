"""What has to be committed now, what may wait, and what is it worth? The two-stage program over the supply model.

First stage: rungs of the ladder, taken or not. Second stage: the supply model of a sampled scenario. The same sampled
scenarios judge all plans (common random numbers); fresh ones, which no plan has seen, judge them again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rackwright.catalog import Catalog
from rackwright.program import Program
from rackwright.scenarios.branches import BASE, branches_of
from rackwright.scenarios.break_even import break_evens
from rackwright.scenarios.chance import Draw, plan_draws
from rackwright.scenarios.decisions import Decided, Information, LastMoment, PlanRow
from rackwright.scenarios.evaluation import Delayed, Evaluation, Reply, Sample, new_standing
from rackwright.scenarios.ladder import LadderOption
from rackwright.scenarios.moments import last_moments
from rackwright.scenarios.opened import opened_program
from rackwright.scenarios.project_rungs import ProjectRung, project_rungs
from rackwright.scenarios.robust import Robust, best_robust, things_of
from rackwright.scenarios.search import Search
from rackwright.scenarios.swings import cost_swings
from rackwright.scenarios.three_stages import Staged, three_stage_plan
from rackwright.scenarios.verdict import (
    best_committing,
    decisions_now,
    gate_day,
    rack_bands,
    share_ranges,
    waiting,
    without_worthless,
)
from rackwright.scenarios.worlds import BranchWorld, branch_worlds, ladder_of
from rackwright.supply.timing import Grid

__all__ = ["DecideOptions", "decide"]

FloatArray = NDArray[np.float64]
Tell = Callable[[str, int, int], None]
Z95 = 1.959963984540054
FRESH_SEED_STEP = 1_000_003
WEEK_DAYS = 7.0
WEEK_SCENARIOS = 20


@dataclass(frozen=True)
class DecideOptions:
    """How much is sampled, and how.

    Parameters
    ----------
    num_scenarios
        Sampled scenarios over all branches.
    num_fresh
        Fresh scenarios that judge the plans again; 0 for none.
    num_judged
        Fresh scenarios in which the plan advised and doing nothing are judged by the whole supply model on the plan's
        own buckets; 0 for none.
    seed
        Seed of everything sampled.
    workers
        Processes; the answer does not depend on it.
    level
        The CVaR is the mean cost of the worst 1 - level of all cases.
    grid_counts
        Weekly and monthly buckets before the quarters.
    budget
        Things that go wrong at once, at most, in the plan of budgeted robustness; 0 leaves it out.
    num_tree_draws
        Draws of each branch in the program of three stages; 0 leaves it out.
    """

    num_scenarios: int = 200
    num_fresh: int = 60
    num_judged: int = 0
    seed: int = 1
    workers: int = 2
    level: float = 0.9
    grid_counts: tuple[int, int] = (0, 3)
    budget: int = 0
    num_tree_draws: int = 0


def _quiet(*_: object) -> None:
    """Listener that says nothing."""


def decide(
    program: Program, catalog: Catalog, *, cache_folder: Path | None, options: DecideOptions, tell: Tell = _quiet
) -> Decided:
    """Advise what to commit now.

    Parameters
    ----------
    program
        A checked program with offers; its scenarios are the branches, its terms the ladder.
    catalog
        Parts of the program.
    cache_folder
        Folder of kept stage results; None runs all stages of all branches.
    options
        How much is sampled.
    tell
        Progress: what is being done, how much of it is done, of how much.
    """
    program, openings = opened_program(program, catalog, cache_folder=cache_folder)
    return replace(_Study(program, catalog, cache_folder, options, tell).run(), openings=openings)


@dataclass(frozen=True)
class _Parts:
    """Scenarios: those that plans are chosen on, fresh ones, those of the judge."""

    chosen: tuple[Sample, ...]
    fresh: tuple[Sample, ...]
    judged: tuple[Sample, ...]

    @property
    def every(self) -> tuple[Sample, ...]:
        """All of them in this order."""
        return (*self.chosen, *self.fresh, *self.judged)

    def numbers(self, part: str) -> range:
        """Their numbers among all."""
        first = 0
        for name in ("chosen", "fresh", "judged"):
            size = len(getattr(self, name))
            if name == part:
                return range(first, first + size)
            first += size
        raise ValueError(f"no part is called {part}")


def _asked_later(samples: Sequence[Sample]) -> list[int]:
    """Numbers of the scenarios in which the whole list is also taken a week later: evenly spread, and all shocks."""
    step = max(1, len(samples) // WEEK_SCENARIOS)
    return [number for number, sample in enumerate(samples) if number % step == 0 or sample.draw.share == 0]


@dataclass
class _Study:
    program: Program
    catalog: Catalog
    cache_folder: Path | None
    options: DecideOptions
    tell: Tell

    def run(self) -> Decided:
        """All steps in order."""
        self._prepare()
        self.parts = self._scenarios()
        self.crew = new_standing(self.parts.every, workers=self.options.workers)
        try:
            found, plans, runner_up = self._found()
            return self._judged(self._fresh(found, plans), runner_up)
        finally:
            self.crew.close()

    def _found(self) -> tuple[Decided, list[FloatArray], FloatArray]:
        """The answer on the scenarios that plans are chosen on, these plans, and the best that commits."""
        samples = self.parts.chosen
        self._tell("building scenarios", len(samples))
        search = self._search(samples)
        picked = self._plans(search)
        rows = self._rows(search, picked)
        best = picked[0][1]
        self._tell("pricing each decision", 0)
        now = decisions_now(search, best, self.program, samples[0].grid.ends)
        flips = break_evens(search, best)
        week = self._week(search, best, samples)
        found = Decided(
            branches=self.branches,
            options=self.ladder,
            plans=rows,
            now=now,
            free=self._free(search.plan(best)),
            waits=waiting(search, best, samples, self.branches),
            break_even=flips,
            ranges=share_ranges(search, best, self.branches),
            information=self._information(search, picked),
            moments=self._moments(samples),
            judged=(),
            problems=self.problems,
            num_scenarios=len(samples),
            num_fresh=self.options.num_fresh,
            level=self.options.level,
            num_models=search.num_solved,
            week_usd=week[0],
            week_days=week[1],
            robust=self.robust,
            staged=self.staged,
            project_rungs=self._project_rungs(),
            swings=cost_swings(search.pool.costs(best), samples, things_of(self.base.world.request), self.branches),
            end_days=tuple(int(end) for end in samples[0].grid.ends),
        )
        return found, [search.plan(number) for _, number in picked], best_committing(search)

    def _tell(self, text: str, total: int) -> None:
        self.tell(text, 0, total)

    def _prepare(self) -> None:
        """Branches, their worlds, and the ladder."""
        branches = branches_of(self.program)
        self._tell("preparing branches", len(branches))
        self.worlds, self.problems = branch_worlds(
            self.program,
            self.catalog,
            branches,
            cache_folder=self.cache_folder,
            grid_counts=self.options.grid_counts,
            seed=self.options.seed,
            workers=self.options.workers,
            on_done=lambda name: self.tell(f"branch {name}", len(branches), len(branches)),
        )
        kept = [branch for branch in branches if branch.id in self.worlds]
        total = sum(branch.share for branch in kept)
        self.branches = tuple(replace(branch, share=branch.share / total) for branch in kept)
        self.base: BranchWorld = self.worlds[BASE]
        self.correlation = self.program.policy.supply_correlation_share
        self.ladder = ladder_of(self.worlds, self._grid())
        scarce = frozenset().union(*(world.scarce for world in self.worlds.values()))
        self.scarce = scarce | {option.group for option in self.ladder}

    def _grid(self) -> Grid:
        weekly, monthly = self.options.grid_counts
        return Grid.of(self.program.horizon.buckets(num_weekly=weekly, num_monthly=monthly))

    def _scenarios(self) -> _Parts:
        """All scenarios that will be asked; one is built by a worker when the first question about it comes."""
        seed, num_judged = self.options.seed, self.options.num_judged
        chosen = self._samples(self.options.num_scenarios, seed)
        fresh = self._samples(self.options.num_fresh, seed + FRESH_SEED_STEP) if self.options.num_fresh else ()
        draws = plan_draws(self.branches, num_judged, seed + 2 * FRESH_SEED_STEP) if num_judged else ()
        judged = sorted(draws, key=lambda draw: -draw.share)[:num_judged]
        policy = self.program.policy
        whole = self.program.horizon.buckets(num_weekly=policy.weekly_buckets, num_monthly=policy.monthly_buckets)
        return _Parts(
            chosen=chosen,
            fresh=fresh,
            judged=tuple(self._sample(draw, None, Grid.of(whole)) for draw in judged),
        )

    def _ask(self, plan: FloatArray, part: str) -> list[Reply]:
        return self.crew.ask(plan, self.parts.numbers(part))

    def _samples(self, num: int, seed: int) -> tuple[Sample, ...]:
        draws = plan_draws(self.branches, num, seed)
        return tuple(self._sample(draw, self.scarce, self._grid()) for draw in draws)

    def _sample(self, draw: Draw, scarce: frozenset[tuple[str, str]] | None, grid: Grid) -> Sample:
        world = self.worlds[draw.branch].world
        return Sample(world, draw, self.ladder, grid, scarce, self.correlation)

    def _search(self, samples: Sequence[Sample]) -> Search:
        place = {branch.id: number for number, branch in enumerate(self.branches)}
        shares = np.array([sample.draw.share for sample in samples])
        part = np.array([place[sample.draw.branch] for sample in samples], dtype=np.int64)
        count = 0

        def counted(plan: FloatArray, only: Sequence[int]) -> Sequence[Reply]:
            nonlocal count
            count += 1
            self.tell(f"plan {count}", count, 0)
            return self.crew.ask(plan, only)

        return Search(self.ladder, shares, part, counted)

    def _plans(self, search: Search) -> list[tuple[str, int]]:
        """Plans by name; the least expected cost first."""
        best = search.best_mean()
        tail = search.best_tail(self.options.level, 1.0)
        floors = search.best_of_parts()
        regret = search.best_regret(floors)
        numbers = (
            without_worthless(search, best.number, search.pool.mean),
            without_worthless(search, tail.number, lambda n: search.tail_mix(n, self.options.level, 1.0)),
            without_worthless(search, regret.number, lambda n: float(np.max(search.pool.by_part(n) - floors))),
        )
        mean_value = search.evaluate(self._mean_value_plan())
        none = search.evaluate(np.zeros(len(self.ladder)))
        self.bound = best.bound
        self.robust = self._robust([("expected cost", search.plan(numbers[0])), ("do nothing", search.plan(none))])
        self.staged = self._staged()
        more = [("budgeted robustness", self.robust), ("three stages", self.staged)]
        return [
            ("expected cost", numbers[0]),
            (f"CVaR of the worst {1 - self.options.level:.0%}", numbers[1]),
            ("minimax regret", numbers[2]),
            *((name, search.evaluate(found.plan)) for name, found in more if found is not None),
            ("mean value", mean_value),
            ("do nothing", none),
        ]

    def _mean_value_plan(self) -> FloatArray:
        """What would be best if the base program came true with every number at its centre."""
        draw = Draw(0, BASE, 1.0, self.options.seed, is_central=True)
        standing = new_standing([self._sample(draw, self.scarce, self._grid())], workers=0)
        search = Search(self.ladder, np.ones(1), np.zeros(1, dtype=np.int64), standing.ask)
        return search.plan(search.best_mean().number)

    def _robust(self, named: Sequence[tuple[str, FloatArray]]) -> Robust | None:
        if not self.options.budget or not self.ladder:
            return None
        self._tell("budgeted robustness", 0)
        return best_robust(
            self.base.world.request,
            lambda draw: self._sample(draw, self.scarce, self._grid()),
            self.ladder,
            budget=self.options.budget,
            named=named,
            workers=self.options.workers,
        )

    def _staged(self) -> Staged | None:
        count = self.options.num_tree_draws
        if not count or not self.ladder:
            return None
        self._tell("three stages", 0)
        likely = [branch for branch in self.branches if branch.share > 0.0]
        draws = [
            Draw(number, branch.id, branch.share / count, self.options.seed)
            for number, branch in enumerate(branch for branch in likely for _ in range(count))
        ]
        return three_stage_plan([self._sample(draw, self.scarce, self._grid()) for draw in draws], self.ladder)

    def _rows(self, search: Search, picked: Sequence[tuple[str, int]]) -> tuple[PlanRow, ...]:
        """A row per plan; regret is against the proved bound of each branch."""
        floors = search.best_of_parts()
        best = np.minimum(floors, np.min([search.pool.by_part(i) for i in search.pool.whole], axis=0))
        ends = self._grid().ends
        rows = [
            PlanRow(
                name=name,
                picks=tuple(np.nonzero(search.plan(number))[0].tolist()),
                mean_usd=search.pool.mean(number),
                tail_usd=search.tail_mix(number, self.options.level, 1.0),
                fresh_usd=float("nan"),
                fresh_half_usd=float("nan"),
                gate_days=gate_day(search.evaluations[number], search.shares, ends),
                regret_usd=tuple((search.pool.by_part(number) - best).tolist()),
                racks=rack_bands(search.evaluations[number], search.shares),
            )
            for name, number in picked
        ]
        return tuple(rows)

    def _free(self, plan: FloatArray) -> tuple[LadderOption, ...]:
        """Rungs that cost nothing, of items for which nothing firmer is advised."""
        taken = {self.ladder[number].group for number in np.nonzero(plan)[0].tolist()}
        return tuple(
            option
            for option in self.ladder
            if option.liable_usd == 0.0 and option.level_share == 1.0 and option.group not in taken
        )

    def _information(self, search: Search, picked: Sequence[tuple[str, int]]) -> Information:
        """EVPI as an interval, and VSS."""
        pool, mean = search.pool, search.pool.mean(picked[0][1])
        tried = np.min([pool.costs(number) for number in pool.whole], axis=0)
        floors = np.array([pool.least_of_scenario(number) for number in range(len(search.shares))])
        names = dict(picked)
        return Information(
            evpi_low_usd=max(0.0, self.bound - float(search.shares @ tried)),
            evpi_high_usd=max(0.0, mean - float(search.shares @ np.minimum(floors, tried))),
            vss_usd=max(0.0, pool.mean(names["mean value"]) - mean),
            bound_usd=self.bound,
        )

    def _week(self, search: Search, best: int, samples: Sequence[Sample]) -> tuple[float, float]:
        """What it costs to take the whole list one week later, on a part of the scenarios."""
        plan = search.plan(best)
        if not plan.any():
            return 0.0, 0.0
        self._tell("one week later", WEEK_SCENARIOS)
        kept = _asked_later(samples)
        later = Evaluation(plan, tuple(self.crew.ask(Delayed(plan, WEEK_DAYS), kept)))
        own = Evaluation(plan, tuple(search.evaluations[best].replies[number] for number in kept))
        shares = search.shares[kept] / search.shares[kept].sum()
        ends = samples[0].grid.ends
        days = gate_day(later, shares, ends)[1] - gate_day(own, shares, ends)[1]
        return float(shares @ (later.costs - own.costs)), days

    def _project_rungs(self) -> tuple[ProjectRung, ...]:
        """Ways to order what projects buy."""
        request, program = self.base.world.request, self.program
        return project_rungs(
            self.base.long_lead,
            request.supply.terms,
            self.base.world.books.value_usd,
            program.horizon.day(program.as_of),
        )

    def _moments(self, samples: Sequence[Sample]) -> tuple[LastMoment, ...]:
        self._tell("last responsible days", 0)
        draws = [replace(sample.draw, number=number) for number, sample in enumerate(samples)]
        return last_moments(
            self.base.world,
            draws,
            grid=self._grid(),
            correlation=self.correlation,
            long_lead=self.base.long_lead,
        )

    def _fresh(self, found: Decided, plans: Sequence[FloatArray]) -> Decided:
        """The plans on scenarios they were not made from."""
        samples = self.parts.fresh
        if not samples:
            return found
        self._tell("fresh scenarios", len(samples))
        known: dict[bytes, tuple[float, float]] = {}
        rows = []
        for row, plan in zip(found.plans, plans, strict=True):
            if plan.tobytes() not in known:
                known[plan.tobytes()] = self._fresh_cost(samples, plan, self._ask(plan, "fresh"))
            mean, half = known[plan.tobytes()]
            rows.append(replace(row, fresh_usd=mean, fresh_half_usd=half))
        return replace(found, plans=tuple(rows))

    def _fresh_cost(self, samples: Sequence[Sample], plan: FloatArray, replies: Sequence[Reply]) -> tuple[float, float]:
        """Mean and half width; the variance is that within branches, whose weights are exact.

        No half width is known where a branch that may come true has one draw only.
        """
        costs = Evaluation(plan, tuple(replies)).costs
        costs = costs + sum(option.sunk_usd for option, taken in zip(self.ladder, plan, strict=True) if taken)
        shares = np.array([sample.draw.share for sample in samples])
        variance = 0.0
        for branch in self.branches:
            own = np.array([sample.draw.branch == branch.id for sample in samples])
            count = int(own.sum())
            if branch.share > 0.0:
                variance += branch.share**2 * float(costs[own].var(ddof=1)) / count if count > 1 else float("nan")
        return float(shares @ costs), Z95 * float(np.sqrt(variance))

    def _judged(self, found: Decided, runner_up: FloatArray) -> Decided:
        """The plan advised and doing nothing by the whole supply model on the plan's own buckets.

        Where nothing is advised, the best plan tried that commits to something is judged: is nothing really better?
        """
        plan = np.zeros(len(self.ladder))
        plan[list(found.best.picks)] = 1.0
        plan = plan if plan.any() else runner_up
        if not self.parts.judged or not plan.any():
            return found
        self._tell("judging by the whole model", len(self.parts.judged))
        none, taken = self._ask(np.zeros(len(self.ladder)), "judged"), self._ask(plan, "judged")
        paid = sum(option.sunk_usd for option, is_taken in zip(self.ladder, plan, strict=True) if is_taken)
        rows = tuple(
            (sample.draw.branch, a.cost_usd - b.cost_usd - paid, a.late_rack_days - b.late_rack_days)
            for sample, a, b in zip(self.parts.judged, none, taken, strict=True)
        )
        return replace(found, judged=rows, judged_picks=tuple(np.nonzero(plan)[0].tolist()))
