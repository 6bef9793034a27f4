"""Do lot sizing and safety stock reach the published values? See README.md for sources and tolerances."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from rackwright.supply.capacitated_lots import CapacitatedLots, plan_capacitated_lots
from rackwright.supply.lot_sizing import MultiLevelLots, plan_multi_level_lots
from rackwright.supply.safety_stock import place_safety_stock
from rackwright.supply.service_network import ServiceNetwork
from rackwright.validate.score import Skip
from rackwright.validate.supply_files import Instance, read_instances

HERE = Path(__file__).parent
FOLDER = os.environ.get("RACKWRIGHT_VALIDATION")
X_FILES = sorted((Path(FOLDER) / "supply").glob("clsp_trigeiro_X*.txt")) if FOLDER else []


def instances(name: str) -> list[Instance]:
    """Problems of a file beside this one; fails on one that cannot be read."""
    read = list(read_instances(HERE / name))
    assert not [entry for entry in read if isinstance(entry, Skip)]
    return [entry for entry in read if isinstance(entry, Instance)]


@pytest.mark.parametrize("instance", instances("mllp_dellaert_jeunet.json"), ids=lambda instance: instance.id)
def test_101_lots_on_many_levels_are_exact(instance: Instance) -> None:
    """The published optimum is reached to a millionth and proved."""
    assert isinstance(instance.problem, MultiLevelLots)
    plan = plan_multi_level_lots(instance.problem)
    assert plan.status == "optimal"
    assert plan.objective == pytest.approx(instance.best, rel=1e-6)


@pytest.mark.parametrize("instance", instances("textbook_trees.json"), ids=lambda instance: instance.id)
def test_201_safety_stock_of_the_textbook_is_exact(instance: Instance) -> None:
    """The optimum of the book is reached to a millionth."""
    assert isinstance(instance.problem, ServiceNetwork)
    assert place_safety_stock(instance.problem).total == pytest.approx(instance.best, rel=1e-6)


def test_202_the_bulldozer_is_placed_as_published() -> None:
    """The total is within 0.02 % of the published one and every service time is the published one."""
    instance = instances("gsm_bulldozer.json")[0]
    assert isinstance(instance.problem, ServiceNetwork)
    placed = place_safety_stock(instance.problem)
    assert placed.total == pytest.approx(instance.best, rel=2e-4)
    document = json.loads((HERE / "gsm_bulldozer.json").read_text(encoding="utf-8"))
    assert placed.service_days.tolist() == [document["published"][name]["s"] for name in document["stages"]]


@pytest.mark.slow
def test_301_lots_under_capacity_are_near_the_best_known() -> None:
    """The plan costs at most 0.1 % more than the best known one, and its bound is above the published bound."""
    instance = instances("clsp_trigeiro_G62.json")[0]
    assert isinstance(instance.problem, CapacitatedLots)
    plan = plan_capacitated_lots(instance.problem)
    assert instance.best is not None
    assert instance.best <= plan.objective + 1e-6 <= instance.best * 1.001
    assert 60_946 <= plan.bound <= instance.best


@pytest.mark.slow
@pytest.mark.skipif(not X_FILES, reason="RACKWRIGHT_VALIDATION names no folder with clsp_trigeiro_X*.txt")
@pytest.mark.parametrize("path", X_FILES, ids=lambda path: path.stem)
def test_302_lots_without_a_published_value_are_near_their_bound(path: Path) -> None:
    """A plan is found within 1 % of the bound proved with it."""
    instance = next(iter(read_instances(path)))
    assert isinstance(instance, Instance)
    assert isinstance(instance.problem, CapacitatedLots)
    assert plan_capacitated_lots(instance.problem).gap <= 0.01
