"""Who runs the stress test? Branches prepared, draws and shocks made, spread over an engine, kept, summed up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import rackwright
from rackwright.base.digest import digest
from rackwright.base.fanout import Advance, Engine, local_engine, run_tasks
from rackwright.base.problem import Problem
from rackwright.base.stage import source_digest
from rackwright.catalog import Catalog
from rackwright.program import Program
from rackwright.program.loss import without_lost
from rackwright.program.scenarios import ArchitectureShift
from rackwright.scenarios.branches import BASE, Branch, branches_of
from rackwright.scenarios.chance import Draw, plan_draws
from rackwright.scenarios.evaluation import Sample
from rackwright.scenarios.opened import opened_program
from rackwright.scenarios.stress import Shock, Stressed, StressTask, band_of, run_stress_task, shocks_of, summed_up
from rackwright.scenarios.worlds import BranchWorld, branch_worlds
from rackwright.supply.timing import Grid

__all__ = ["StressOptions", "stress_program"]

PACKAGE = Path(rackwright.__file__).parent


@dataclass(frozen=True)
class StressOptions:
    """How much is sampled, and who works.

    Parameters
    ----------
    num_draws
        Draws over all branches.
    seed
        Seed of everything sampled.
    workers
        Processes; the answer does not depend on it.
    grid_counts
        Weekly and monthly buckets before the quarters.
    engine
        Who works; None for processes of this machine.
    is_restart
        True to leave kept draws alone and plan all of them again.
    """

    num_draws: int = 100
    seed: int = 1
    workers: int = 2
    grid_counts: tuple[int, int] = (0, 13)
    engine: Engine | None = None
    is_restart: bool = False


def stress_program(
    program: Program,
    catalog: Catalog,
    *,
    cache_folder: Path | None,
    options: StressOptions,
    on_advance: Callable[[Advance], None] = lambda _: None,
) -> tuple[Stressed, tuple[Problem, ...]]:
    """Stress the whole chain.

    Parameters
    ----------
    program, catalog
        A checked program with offers, and its parts.
    cache_folder
        Folder of kept results of stages and draws; a run that was stopped goes on from there.
    options
        How much is sampled, and who works.
    on_advance
        Told after each run.

    Returns
    -------
    The answer, and the problems of branches that contradict the program.
    """
    branches = branches_of(program)
    program, _ = opened_program(program, catalog, cache_folder=cache_folder)
    ready = partial(_worlds, catalog=catalog, cache_folder=cache_folder, options=options)
    worlds, problems = ready((program, branches), workers=options.workers)
    kept = [branch for branch in branches if branch.id in worlds]
    total = sum(branch.share for branch in kept)
    kept = [replace(branch, share=branch.share / total) for branch in kept]
    weekly, monthly = options.grid_counts
    grid = Grid.of(program.horizon.buckets(num_weekly=weekly, num_monthly=monthly))
    scarce = frozenset().union(*(world.scarce for world in worlds.values()))
    demand, correlation = band_of(program), program.policy.supply_correlation_share

    def task(draw: Draw) -> StressTask:
        return StressTask(Sample(worlds[draw.branch].world, draw, (), grid, scarce, correlation), demand)

    central = task(Draw(0, BASE, 0.0, options.seed, is_central=True))
    central = replace(central, sample=replace(central.sample, scarce=None))
    shocked = [replace(central, shock=shock) for shock in shocks_of(worlds[BASE].world.request)]
    for number, lost in _without_procurements(program, [row.shock for row in shocked if row.shock is not None]):
        world = ready((lost, [branch for branch in branches if branch.id == BASE]), workers=0)[0][BASE].world
        shocked[number] = replace(shocked[number], sample=replace(central.sample, world=world))
    tasks = [central, *(task(draw) for draw in plan_draws(kept, options.num_draws, options.seed)), *shocked]
    folder = None if cache_folder is None else cache_folder / "draws"
    known = {name: digest((world.world, scarce, grid, demand, correlation)) for name, world in worlds.items()}

    def known_of(item: StressTask) -> str:
        name = item.sample.draw.branch
        is_own = item.sample.world is not worlds[name].world
        return digest((item.sample.world, scarce, grid, demand, correlation)) if is_own else known[name]

    outcomes = run_tasks(
        run_stress_task,
        tasks,
        engine=options.engine or local_engine(options.workers),
        folder=None if options.is_restart else folder,
        key=digest([source_digest(PACKAGE, stage) for stage in ("supply", "scenarios")]),
        key_of=lambda item: (known_of(item), item.sample.draw, item.shock, item.sample.scarce is None),
        on_advance=on_advance,
    )
    results = [outcome.result if outcome.status == "done" else None for outcome in outcomes]
    return summed_up(tasks, results, [(branch.id, branch.share) for branch in kept]), problems


def _worlds(
    what: tuple[Program, Sequence[Branch]],
    *,
    catalog: Catalog,
    cache_folder: Path | None,
    options: StressOptions,
    workers: int,
) -> tuple[dict[str, BranchWorld], tuple[Problem, ...]]:
    """Branches of a program, ready to be sampled."""
    program, branches = what
    return branch_worlds(
        program,
        catalog,
        branches,
        cache_folder=cache_folder,
        grid_counts=options.grid_counts,
        seed=options.seed,
        workers=workers,
    )


def _without_procurements(program: Program, shocks: Sequence[Shock]) -> Iterator[tuple[int, Program]]:
    """Numbers of the shocks that stop suppliers projects buy from, each with the program without these suppliers.

    Such a stop moves gates: what these projects buy comes from the quickest supplier left, or not within the horizon.
    """
    for number, shock in enumerate(shocks):
        lost = program
        for supplier in sorted(shock.suppliers):
            lost = without_lost(lost, ArchitectureShift(kind="supplier-lost", supplier=supplier))
        if lost.projects != program.projects:
            yield number, lost
