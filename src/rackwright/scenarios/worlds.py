"""What does supply see in each branch? The stages before it run once per branch, and the gates are sampled together.

A branch whose changes contradict the program is reported and left out; the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import rackwright
from rackwright.base.errors import InputError, InternalError
from rackwright.base.problem import Problem
from rackwright.base.stage import StageRunner
from rackwright.base.store import ResultCache
from rackwright.base.work import map_processes
from rackwright.catalog import Catalog
from rackwright.pipeline import plan_program
from rackwright.program import Program, scenario_program
from rackwright.program.scenario_tree import scenario_trail
from rackwright.scenarios.branches import BASE, Branch
from rackwright.scenarios.coarse import scarce_offers
from rackwright.scenarios.evaluation import World
from rackwright.scenarios.gates import sample_gates
from rackwright.scenarios.ladder import LadderOption, ladder_options
from rackwright.scenarios.needs import largest_needs, open_needs
from rackwright.schedule import schedule_projects, schedule_request
from rackwright.supply import supply_request
from rackwright.supply.scope import scope_network
from rackwright.supply.timing import Grid
from rackwright.tables.schedule import LongLead, Schedule

__all__ = ["BranchWorld", "branch_worlds", "ladder_of"]


@dataclass(frozen=True)
class BranchWorld:
    """A branch ready to be sampled: what supply sees, which offers bind centrally, what is needed and ordered.

    `needs` holds the pieces of each item that could still be bought at most, `long_lead` what the schedule orders.
    """

    world: World
    scarce: frozenset[tuple[str, str]]
    needs: Mapping[str, float]
    long_lead: LongLead


@dataclass(frozen=True)
class _Asked:
    program: Program
    catalog: Catalog
    branch: Branch
    cache_folder: Path | None
    grid_counts: tuple[int, int]
    seed: int


@dataclass(frozen=True)
class _Made:
    found: BranchWorld | None
    problems: tuple[Problem, ...] = ()


def branch_worlds(
    program: Program,
    catalog: Catalog,
    branches: Sequence[Branch],
    *,
    cache_folder: Path | None,
    grid_counts: tuple[int, int],
    seed: int,
    workers: int,
    on_done: Callable[[str], None] = lambda _: None,
) -> tuple[dict[str, BranchWorld], tuple[Problem, ...]]:
    """Every branch that can be planned, by id, and the problems of the others.

    Parameters
    ----------
    program, catalog
        The base program and its parts.
    branches
        Branches to prepare; the base must be among them.
    cache_folder
        Folder of kept stage results; None runs all stages.
    grid_counts
        Numbers of weekly and monthly buckets.
    seed
        Seed of the schedule's samples; the same for all branches.
    workers
        Processes; the answer does not depend on it.
    on_done
        Called with the id of each branch that is ready.
    """
    order = sorted(range(len(branches)), key=lambda number: -_stages_touched(program, branches[number]))
    asked = [_Asked(program, catalog, branches[number], cache_folder, grid_counts, seed) for number in order]
    made: dict[int, _Made] = {}
    for outcome in map_processes(_prepare, asked, workers=workers):
        number = order[outcome.index]
        if outcome.result is None:
            raise InternalError(f"branch {branches[number].id} could not be prepared: {outcome.error}")
        made[number] = outcome.result
        on_done(branches[number].id)
    found = [(branch, made[number]) for number, branch in enumerate(branches)]
    worlds = {branch.id: row.found for branch, row in found if row.found is not None}
    return worlds, tuple(problem for _, row in found for problem in row.problems)


def ladder_of(worlds: Mapping[str, BranchWorld], grid: Grid) -> tuple[LadderOption, ...]:
    """Commitments on what the base program's network buys, never larger than the branch that needs most could use."""
    request = worlds[BASE].world.request
    reached = {(buy.item, buy.supplier) for buy in scope_network(request, grid).network.buys}
    needs = largest_needs({name: world.needs for name, world in worlds.items()})
    return tuple(option for option in ladder_options(request, needs) if option.group in reached)


def _stages_touched(program: Program, branch: Branch) -> int:
    """Roughly how much of the chain a branch plans anew: the base all of it, a change of supply next to nothing.

    The long ones are begun first, so that no worker is left alone with one at the end.
    """
    if branch.id == BASE:
        return 3
    tables = set()
    for scenario in scenario_trail(program, branch.id):
        tables |= {change.at.replace("[", ".").split(".")[0] for change in scenario.changes}
        tables |= {"workloads"} if scenario.shifts else set()
    tables -= set(type(program.supply).model_fields)
    return 1 if tables <= {"projects"} else 2


def _prepare(asked: _Asked) -> _Made:
    try:
        program = asked.program
        if asked.branch.id != BASE:
            program = scenario_program(program, asked.branch.id, catalog=asked.catalog)
        cache = None if asked.cache_folder is None else ResultCache(asked.cache_folder)
        if asked.branch.id == BASE and cache is not None:
            _keep_schedule(program, cache)
        plan = plan_program(program, asked.catalog, cache=cache, with_supply=False)
        request = supply_request(
            plan.program,
            asked.catalog,
            sizing=plan.sizing,
            siting=plan.siting,
            bom=plan.bom,
            schedule=plan.schedule,
            fabric=plan.fabric,
            with_reasons=False,
        )
    except InputError as error:
        return _Made(None, error.problems)
    gates = sample_gates(schedule_request(program), plan.schedule.activities, seed=asked.seed)
    weekly, monthly = asked.grid_counts
    grid = Grid.of(request.horizon.buckets(num_weekly=weekly, num_monthly=monthly))
    world = World(request, gates, float(asked.branch.known_day))
    network = scope_network(request, grid).network
    return _Made(BranchWorld(world, scarce_offers(request, network), open_needs(network), plan.schedule.long_lead))


def _keep_schedule(program: Program, cache: ResultCache) -> None:
    """Plan the base's schedule before its designs: the branches planned beside it come to it later and find it."""
    if program.projects or program.set_aside:
        package = Path(rackwright.__file__).parent
        StageRunner(package, cache).run("schedule", Schedule, schedule_request(program), schedule_projects)
