"""Which things are told to move the cost, and which could be chance?"""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np

from rackwright.scenarios.branches import Branch
from rackwright.scenarios.chance import Draw, Luck, Thing
from rackwright.scenarios.evaluation import Sample
from rackwright.scenarios.swings import cost_swings

NUM = 200
THINGS: list[Thing] = [("lead", f"supplier-{place}", f"item-{place}") for place in range(60)]
DRAWS = [Draw(number, "base", 1.0 / NUM, 7) for number in range(NUM)]
SAMPLES = [cast(Sample, SimpleNamespace(draw=draw, correlation=0.3)) for draw in DRAWS]
BASE = [Branch("base", "base program", 1.0, 0, "")]


def test_of_many_things_none_is_told_where_none_moves_the_cost() -> None:
    """Costs that hang on nothing drawn have no driver, however many things are drawn."""
    told = [cost_swings(np.random.default_rng(seed).normal(size=NUM), SAMPLES, THINGS, BASE) for seed in range(10)]
    assert sum(map(len, told)) <= 1


def test_a_thing_that_moves_the_cost_is_told_with_its_direction() -> None:
    """A thing that is half of what differs is told alone, dearer where it is high."""
    scores = np.array([Luck(draw, 0.3).score(*THINGS[4]) for draw in DRAWS])
    costs = 10.0 + scores + np.random.default_rng(1).normal(size=NUM)
    (swing,) = cost_swings(costs, SAMPLES, THINGS, BASE)
    assert swing.name == "lead time of item-4 from supplier-4"
    assert swing.low_usd < 10.0 < swing.high_usd
