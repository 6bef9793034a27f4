"""Scenarios are planned by the real stages, reuse what they do not touch, and do not depend on workers."""

from __future__ import annotations

from pathlib import Path

from rackwright.base.digest import digest
from rackwright.base.store import ResultCache
from rackwright.catalog import Catalog
from rackwright.pipeline import plan_program
from rackwright.plan import Plan
from rackwright.program import Program, scenario_program
from rackwright.program.scenarios import Change, Scenario
from rackwright.scenarios import compare_program, compare_scenarios


def test_101_every_scenario_has_a_row(one_pod: Plan, catalog: Catalog) -> None:
    """The base stands beside every scenario of the program."""
    compared = compare_scenarios(one_pod, catalog, cache_folder=None, workers=0)
    wanted = {"base", *(scenario.id for scenario in one_pod.program.scenarios)}
    assert set(compared.outcomes["scenario"]) == wanted
    assert not compared.problems


def test_102_only_touched_stages_run(one_pod_program: Program, catalog: Catalog, tmp_path: Path) -> None:
    """A scenario that moves a price or a lead time runs supply again and nothing else."""
    cache = ResultCache(tmp_path)
    dearer = Scenario(id="dear", name="dear", changes=(Change(at="offers[item=gpu-gb300].price", scale=1.5),))
    later = Scenario(id="late", name="late", changes=(Change(at="offers[item=gpu-gb300].lead_time", shift="+1 week"),))
    program = one_pod_program.model_copy(update={"scenarios": (dearer, later)})
    base = plan_program(program, catalog, cache=cache)
    for name in ("dear", "late"):
        plan = plan_program(scenario_program(program, name), catalog, cache=cache)
        assert [run.stage for run in plan.runs if run.status == "ran"] == ["supply"]
    compared = compare_scenarios(base, catalog, cache_folder=tmp_path, workers=0)
    costs = dict(compared.outcomes.frame.select("scenario", "cost_cent").iter_rows())
    assert costs["dear"] > costs["base"]


def test_103_a_contradictory_scenario_does_not_stop_the_others(one_pod: Plan, catalog: Catalog) -> None:
    """A change that names nothing is reported; the other scenarios are planned."""
    bad = Scenario(id="bad", name="bad", changes=(Change(at="offers[item=nothing].price", scale=2.0),))
    program = one_pod.program.model_copy(update={"scenarios": (*one_pod.program.scenarios, bad)})
    plan = plan_program(program, catalog)
    compared = compare_scenarios(plan, catalog, cache_folder=None, workers=0)
    assert len(compared.outcomes) == 1 + len(one_pod.program.scenarios)
    assert compared.problems


def test_201_workers_do_not_change_the_answer(one_pod: Plan, catalog: Catalog) -> None:
    """Inline and two processes give the same bytes."""
    inline = compare_scenarios(one_pod, catalog, cache_folder=None, workers=0)
    spread = compare_scenarios(one_pod, catalog, cache_folder=None, workers=2)
    assert digest(inline.outcomes) == digest(spread.outcomes)


def test_202_what_is_kept_does_not_change_the_answer(one_pod: Plan, catalog: Catalog, tmp_path: Path) -> None:
    """Without a cache, with an empty one and with a full one the answer has the same bytes."""
    bare, empty, full = (
        compare_scenarios(one_pod, catalog, cache_folder=folder, workers=0) for folder in (None, tmp_path, tmp_path)
    )
    assert digest(bare.outcomes) == digest(empty.outcomes) == digest(full.outcomes)


def test_203_the_base_is_kept_like_a_scenario(one_pod: Plan, catalog: Catalog, tmp_path: Path) -> None:
    """From the program alone, planned and then found again, the answer is that beside a plan of it."""
    beside = compare_scenarios(one_pod, catalog, cache_folder=None, workers=0)
    for _ in range(2):
        alone = compare_program(one_pod.program, catalog, cache_folder=tmp_path, workers=0)
        assert digest(alone.outcomes) == digest(beside.outcomes)
        assert digest(alone.stranded) == digest(beside.stranded)
