from __future__ import annotations

import dataclasses
import itertools

import pytest

from rackwright.codesign.evaluation import Evaluator, Index, Mix
from rackwright.codesign.hypothetical import Limits, _Grid, search_designs, stack_of

from .conftest import CHIP, DESIGN_RULES, FASTER, STACK, design, facts

STACKS = (STACK, FASTER)


def test_101_stacks_of_a_device() -> None:
    """A device's memory is so many stacks of the kind its memory type starts with; an unknown kind has none."""
    assert stack_of(design(), STACKS) == (STACK, 6)
    assert stack_of(design(), (FASTER,)) is None


def test_102_the_base_is_on_the_grid() -> None:
    """The middle of the grid is the platform itself, at its own price and power."""
    grid = _Grid(design(), DESIGN_RULES, STACKS)
    made = grid.design(grid.home_place)
    assert made.price.value == design().price.value
    assert made.package_w == design().package_w
    assert made.accelerator.memory_byte.value == CHIP.memory_byte.value  # type: ignore[union-attr]


def test_103_a_step_costs_what_the_rules_say() -> None:
    """Twice the scale-up bandwidth of 0.4 TB/s adds 32 W and 1,600 USD."""
    grid = _Grid(design(), DESIGN_RULES, STACKS)
    place = list(grid.home_place)
    place[2] += 1
    made = grid.design(tuple(place))
    assert made.package_w - 1000.0 == pytest.approx(32.0)
    assert made.price.value - 30_000.0 == pytest.approx(1600.0)


def test_201_no_design_beats_another(evaluator: Evaluator, mix: Mix) -> None:
    """No design of the frontier is at least as good as another in cost, power and accelerators."""
    found = search_designs(evaluator, mix, design(), STACKS, Limits())
    assert found.frontier
    for one, other in itertools.permutations(found.frontier, 2):
        assert any(a < b for a, b in zip(one.objectives, other.objectives, strict=True))


def test_202_limits_are_kept(evaluator: Evaluator, mix: Mix) -> None:
    """Every design keeps the limits, and a limit never helps."""
    free = search_designs(evaluator, mix, design(), STACKS, Limits())
    limits = Limits(package_w=1050.0, price_usd=31_000.0, stacks=6)
    bound = search_designs(evaluator, mix, design(), STACKS, limits)
    assert bound.frontier
    for item in bound.frontier:
        assert item.design.package_w <= 1050.0
        assert item.design.price.value <= 31_000.0
        assert item.stacks <= 6
    assert bound.num_allowed < free.num_allowed
    assert bound.frontier[0].index.cost >= free.frontier[0].index.cost * 0.999


def test_203_limits_that_leave_nothing_say_so(evaluator: Evaluator, mix: Mix) -> None:
    """No design below the least power is a reason with what the nearest design needs."""
    found = search_designs(evaluator, mix, design(), STACKS, Limits(package_w=10.0))
    assert found.frontier == ()
    assert "the limit of power (least " in found.reason
    assert "area" not in found.reason
    assert "W" in found.relief
    both = search_designs(evaluator, mix, design(), STACKS, Limits(package_w=650.0, price_usd=23_000.0, stacks=1))
    assert both.frontier == ()
    assert "stacks" in both.relief


def test_205_a_limit_of_area_is_kept_or_refused(evaluator: Evaluator, mix: Mix) -> None:
    """Designs stay within the silicon; a platform that states none cannot be held to it, and the reason says so."""
    rules = dataclasses.replace(
        DESIGN_RULES, **facts(compute_m2_per_pflop_s=2e-4, scale_up_m2_per_tbyte_s=5e-5, stack_m2=2e-5)
    )
    chip = dataclasses.replace(CHIP, **facts(logic_m2=8e-4))
    base = dataclasses.replace(design(), accelerator=chip)
    money = dataclasses.replace(evaluator.money, rules=rules)
    found = search_designs(Evaluator(evaluator.timer, money, base), mix, base, STACKS, Limits(logic_m2=7e-4))
    assert found.frontier
    for item in found.frontier:
        assert item.design.accelerator.logic_m2.value <= 7e-4  # type: ignore[union-attr]
    refused = search_designs(evaluator, mix, design(), STACKS, Limits(logic_m2=7e-4))
    assert refused.frontier == ()
    assert "no area" in refused.reason
    assert "logic_m2" in refused.relief


def test_204_the_search_is_close_to_all_designs(evaluator: Evaluator, mix: Mix) -> None:
    """The cheapest design found is within a hundredth of the cheapest of a third of all allowed ones."""
    limits = Limits(package_w=1200.0)
    found = search_designs(evaluator, mix, design(), (STACK,), limits)
    grid = _Grid(design(), DESIGN_RULES, (STACK,))
    allowed = [made for steps in grid.steps[::3] if (made := grid.design(steps)).package_w <= limits.package_w]
    costs = [index.cost for made in allowed if isinstance(index := evaluator.index(mix, made), Index)]
    assert found.frontier[0].index.cost <= min(costs) * 1.01
