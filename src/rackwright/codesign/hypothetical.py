"""Which designs that nobody has built yet would serve the mix best within limits of power, memory stacks and price?

Every combination of a grid is ranked by one-at-a-time responses, which costs nothing; the best are then timed in full,
and so are their neighbours, until none is better or the count is used up.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rackwright.base.units import Estimate
from rackwright.catalog.generations import DesignRules, MemoryStack
from rackwright.catalog.parts import Fact
from rackwright.codesign.design import Design, with_property, with_scaled
from rackwright.codesign.evaluation import Evaluator, Index, Mix
from rackwright.codesign.sensitivity import SCAN, response_curve

__all__ = ["Candidate", "Limits", "Search", "search_designs", "stack_of"]

FACTORS = {
    "compute": (0.5, 0.71, 1.0, 1.41, 2.0),
    "scale_up_byte_s": (0.5, 1.0, 2.0),
    "scale_up_domain": (0.5, 1.0, 2.0),
    "scale_out_gbit_s": (0.5, 1.0, 2.0),
}
"""Multiples of the platform's figures that the grid combines; compute moves all precisions together."""
STACK_FACTORS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
MOST_TIMED = 120
FIRST_TIMED = 32
ALIKE_SHARE = 0.03
"""Designs that differ by less in every objective are shown as one."""
PFLOP, TBYTE, TBIT = 1e15, 1e12, 1e3
MM2 = LEAST_LOGIC_M2 = 1e-6
"""No package has less than a square millimetre of logic."""
MEMORY_AXES = ("memory_byte", "memory_byte_s")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a hypothetical design may not exceed; infinite where the user sets no limit.

    Parameters
    ----------
    package_w
        Thermal design power of a package.
    price_usd
        Price of an accelerator with its share of the rack.
    stacks
        Stacks of high-bandwidth memory on a package.
    logic_m2
        Silicon of compute and link dies, with what faces the memory stacks.
    """

    package_w: float = math.inf
    price_usd: float = math.inf
    stacks: float = math.inf
    logic_m2: float = math.inf


@dataclass(frozen=True, slots=True)
class Candidate:
    """A design that was timed in full, with its stacks and its index on the mix."""

    design: Design
    stack: str
    stacks: int
    steps: tuple[int, ...]
    index: Index

    @property
    def objectives(self) -> tuple[float, float, float]:
        """What a Pareto design cannot improve without giving up another: cost, power, accelerators."""
        return (self.index.cost, self.index.power, self.index.accels)


@dataclass(frozen=True)
class Search:
    """Pareto designs, cheapest first, with how many were laid out, allowed and timed; `reason` says why there is none.

    `largest_error` is the largest relative difference between ranking and timing among the designs timed first.
    """

    frontier: tuple[Candidate, ...]
    num_laid: int
    num_allowed: int
    num_timed: int
    largest_error: float
    reason: str = ""
    relief: str = ""


def stack_of(design: Design, stacks: tuple[MemoryStack, ...]) -> tuple[MemoryStack, int] | None:
    """Kind and number of memory stacks that a design's memory amounts to; None for a kind the catalog lacks."""
    text = design.accelerator.memory_type.casefold()
    known = [stack for stack in stacks if text.startswith(stack.id.casefold())]
    if not known or design.accelerator.memory_byte is None:
        return None
    stack = max(known, key=lambda item: len(item.id))
    return stack, max(1, math.ceil(design.accelerator.memory_byte.value / _value(stack.byte) - 1e-9))


@dataclass(frozen=True)
class _Axis:
    """One axis of the grid: its name and the steps along it."""

    name: str
    steps: tuple[Any, ...]


class _Grid:
    """All combinations, with price and power of each; the base stands somewhere on it."""

    def __init__(self, base: Design, rules: DesignRules, stacks: tuple[MemoryStack, ...]) -> None:
        self.base = base
        self.rules = rules
        self.home = stack_of(base, stacks)
        self.axes = (_Axis("memory", self._memory_steps(stacks)), *(_Axis(*item) for item in FACTORS.items()))
        self.steps = list(itertools.product(*(range(len(axis.steps)) for axis in self.axes)))

    def _memory_steps(self, stacks: tuple[MemoryStack, ...]) -> tuple[tuple[MemoryStack | None, int], ...]:
        """Kinds at least as fast as the base's, each in the numbers tried; only the base's memory if it is unknown."""
        if self.home is None:
            return ((None, 0),)
        own, count = self.home
        kinds = [own, *(item for item in stacks if _value(item.byte_s) > _value(own.byte_s))]
        numbers = sorted({max(1, round(count * factor)) for factor in STACK_FACTORS})
        return tuple((kind, number) for kind in kinds for number in numbers)

    def design(self, steps: tuple[int, ...]) -> Design:
        """The design at a place of the grid, with its price and power."""
        memory, *factors = (axis.steps[step] for axis, step in zip(self.axes, steps, strict=True))
        made = self._with_memory(*memory)
        for axis, factor in zip(self.axes[1:], factors, strict=True):
            made = made if factor == 1.0 else with_scaled(made, axis.name, factor)
        return self._priced(made, *memory)

    def _with_memory(self, kind: MemoryStack | None, number: int) -> Design:
        if kind is None or self.home is None:
            return self.base
        own, count = self.home
        memory, rate = self.base.accelerator.memory_byte, self.base.accelerator.memory_byte_s
        if memory is None or rate is None:
            return self.base
        byte = memory.value / count if kind is own else _value(kind.byte)
        byte_s = rate.value / count if kind is own else _value(kind.byte_s)
        made = with_property(self.base, "memory_byte", byte * number)
        return with_property(made, "memory_byte_s", byte_s * number)

    def _priced(self, made: Design, kind: MemoryStack | None, number: int) -> Design:
        """Price and power by what each step adds to the base's."""
        rules, old, new = self.rules, self.base.accelerator, made.accelerator
        pflop = (_value(new.fp8_flop_s or new.bf16_flop_s) - _value(old.fp8_flop_s or old.bf16_flop_s)) / PFLOP
        tbyte = (_value(new.scale_up_byte_s) - _value(old.scale_up_byte_s)) / TBYTE
        tbit = (_value(new.scale_out_gbit_s) - _value(old.scale_out_gbit_s)) / TBIT
        doublings = math.log2(max(_value(new.scale_up_domain), 1.0) / max(_value(old.scale_up_domain), 1.0))
        stack_w, stack_usd = self._stack_change(kind, number)
        package_w = stack_w + pflop * _value(rules.compute_w_per_pflop_s) + tbyte * _value(rules.scale_up_w_per_tbyte_s)
        usd = stack_usd + pflop * _value(rules.compute_usd_per_pflop_s) + tbyte * _value(rules.scale_up_usd_per_tbyte_s)
        usd += doublings * _value(rules.domain_usd_per_doubling) + tbit * _value(rules.scale_out_usd_per_tbit_s)
        price = max(self.base.price.value + usd, 0.0)
        made = with_property(made, "power_w", max(self.base.package_w + package_w, 1.0))
        logic_m2 = pflop * _value(rules.compute_m2_per_pflop_s) + tbyte * _value(rules.scale_up_m2_per_tbyte_s)
        logic_m2 += (number - self.home[1]) * _value(rules.stack_m2) if self.home is not None else 0.0
        made = with_property(made, "logic_m2", max(_value(old.logic_m2) + logic_m2, LEAST_LOGIC_M2))
        rest_w = max(made.rest_w + tbit * _value(rules.scale_out_w_per_tbit_s), 0.0)
        return dataclasses.replace(made, rest_w=rest_w, price=Estimate(price, price, price))

    def _stack_change(self, kind: MemoryStack | None, number: int) -> tuple[float, float]:
        """Power and price that other memory adds."""
        if kind is None or self.home is None:
            return 0.0, 0.0
        own, count = self.home
        watts = number * _value(kind.power_w) - count * _value(own.power_w)
        return watts, number * _value(kind.price_usd) - count * _value(own.price_usd)

    @property
    def home_place(self) -> tuple[int, ...]:
        """Place of the base itself."""
        memory = self.axes[0].steps.index(self.home if self.home is not None else (None, 0))
        return (memory, *(axis.steps.index(1.0) for axis in self.axes[1:]))

    def stacks(self, steps: tuple[int, ...]) -> tuple[str, int]:
        """Kind and number of stacks at a place of the grid."""
        kind, number = self.axes[0].steps[steps[0]]
        return ("", 0) if kind is None else (kind.name, number)

    def neighbours(self, steps: tuple[int, ...]) -> Iterable[tuple[int, ...]]:
        """Places one step away along one axis."""
        for axis, number in enumerate(steps):
            for moved in (number - 1, number + 1):
                if 0 <= moved < len(self.axes[axis].steps):
                    yield (*steps[:axis], moved, *steps[axis + 1 :])


@dataclass(frozen=True)
class _Ranking:
    """The grid's designs that keep the limits, with their objectives by one-at-a-time responses."""

    designs: dict[tuple[int, ...], Design]
    objectives: NDArray[np.float64]
    places: tuple[tuple[int, ...], ...]


def search_designs(
    evaluator: Evaluator, mix: Mix, base: Design, stacks: tuple[MemoryStack, ...], limits: Limits
) -> Search:
    """Pareto designs of the grid around a platform, by cost, power and accelerators for the same tokens.

    Parameters
    ----------
    evaluator, mix
        Judge of a design.
    base
        The platform in development; its figures are the middle of the grid.
    stacks
        Kinds of memory that a design may take.
    limits
        What a design may not exceed.
    """
    if math.isfinite(limits.logic_m2) and _value(base.accelerator.logic_m2) <= 0.0:
        reason = f"{base.accelerator.name} states no area of its logic, so no limit of area can be kept"
        return Search((), 0, 0, 0, 0.0, reason, "state `logic_m2` in the program's catalog folder, or drop the limit")
    grid = _Grid(base, evaluator.money.rules, stacks)
    designs = {steps: grid.design(steps) for steps in grid.steps}
    allowed = {steps: made for steps, made in designs.items() if _within(made, grid.stacks(steps)[1], limits)}
    if not allowed:
        return Search((), len(designs), 0, 0, 0.0, *_too_tight(grid, designs, limits))
    ranking = _rank(evaluator, mix, base, allowed)
    timed: dict[tuple[int, ...], Candidate | None] = {}
    order = _first(ranking, grid.home_place)
    for steps in order:
        timed[steps] = _timed(evaluator, mix, grid, allowed, steps)
    error = _error(ranking, timed)
    while len(timed) < MOST_TIMED:
        front = _frontier([item for item in timed.values() if item])
        new = [near for item in front for near in grid.neighbours(item.steps) if near in allowed and near not in timed]
        if not new:
            break
        for steps in dict.fromkeys(new[: MOST_TIMED - len(timed)]):
            timed[steps] = _timed(evaluator, mix, grid, allowed, steps)
    front = _thinned(_frontier([item for item in timed.values() if item]))
    reason, relief = ("", "") if front else _too_weak(evaluator, mix, allowed[order[0]])
    return Search(front, len(designs), len(allowed), len(timed), error, reason, relief)


def _measured(made: Design, number: int, limits: Limits) -> tuple[tuple[str, float, float, str], ...]:
    """What is limited: its name, the design's figure, the limit, and the figure in words; only limits that are set."""
    logic_m2 = _value(made.accelerator.logic_m2)
    every = (
        ("power", made.package_w, limits.package_w, f"{made.package_w:,.0f} W"),
        ("price", made.price.value, limits.price_usd, f"{made.price.value:,.0f} USD"),
        ("stacks", float(number), limits.stacks, f"{number} stacks"),
        ("area", logic_m2, limits.logic_m2, f"{logic_m2 / MM2:,.0f} mm2 of logic"),
    )
    return tuple(row for row in every if math.isfinite(row[2]))


def _within(made: Design, number: int, limits: Limits) -> bool:
    return all(figure <= limit for _, figure, limit, _ in _measured(made, number, limits))


def _too_tight(grid: _Grid, designs: dict[tuple[int, ...], Design], limits: Limits) -> tuple[str, str]:
    """The limits leave nothing: say which of them fails alone, or that they fail together, and what comes nearest."""
    rows = {steps: _measured(made, grid.stacks(steps)[1], limits) for steps, made in designs.items()}
    nearest = min(grid.steps, key=lambda steps: (max(figure / limit for _, figure, limit, _ in rows[steps]), steps))
    alone = []
    for number, (name, _, limit, _) in enumerate(rows[nearest]):
        least = min((row[number] for row in rows.values()), key=lambda item: item[1])
        if least[1] > limit:
            alone.append(f"{name} (least {least[3]})")
    names = [name for name, _, _, _ in rows[nearest]]
    failed = f"the limit of {' and of '.join(alone)}" if alone else f"the limits of {' and '.join(names)} together"
    said = ", ".join(words for _, _, _, words in rows[nearest])
    return f"no design of the grid keeps {failed}", f"the nearest needs {said}"


def _too_weak(evaluator: Evaluator, mix: Mix, design: Design) -> tuple[str, str]:
    """The limits leave designs, but none runs the mix."""
    missing = evaluator.index(mix, design)
    gap = missing[0] if isinstance(missing, tuple) and missing else None
    return (f"no design within the limits runs the mix: {gap.reason}", gap.relief) if gap else ("", "")


def _rank(evaluator: Evaluator, mix: Mix, base: Design, allowed: dict[tuple[int, ...], Design]) -> _Ranking:
    """Objectives of every allowed design if responses to single properties multiplied.

    Notes
    -----
    accelerators = product of the responses; cost and power follow from the design's own price and load.
    """
    logs = np.log(np.array(SCAN))
    total = np.zeros(len(allowed))
    for name in ("compute", *MEMORY_AXES, "scale_up_byte_s", "scale_up_domain", "scale_out_gbit_s"):
        _, accels = response_curve(evaluator, mix, base, name)
        curve = np.log(np.minimum(np.array(accels), 1e6))
        total += np.interp(np.log([_ratio(made, base, name) for made in allowed.values()]), logs, curve)
    accels_index = np.exp(total)
    busy = np.array([evaluator.usd_per_s(made, made.load_w) for made in allowed.values()])
    load = np.array([made.load_w for made in allowed.values()])
    cost = accels_index * busy / evaluator.usd_per_s(base, base.load_w)
    return _Ranking(allowed, np.stack([cost, accels_index * load / base.load_w, accels_index]), tuple(allowed))


def _ratio(made: Design, base: Design, name: str) -> float:
    field = "bf16_flop_s" if name == "compute" else name
    if name == "compute" and base.accelerator.bf16_flop_s is None:
        field = "fp8_flop_s"
    new, old = _value(getattr(made.accelerator, field)), _value(getattr(base.accelerator, field))
    return new / old if old > 0.0 else 1.0


def _first(ranking: _Ranking, home: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Places to time first: the base, a spread over the ranking's Pareto designs, then the cheapest others."""
    order = np.lexsort((np.arange(len(ranking.places)), ranking.objectives[0]))
    front = [number for number in order if not _is_dominated(ranking.objectives[:, number], ranking.objectives)]
    spaced = front[:: max(1, math.ceil(len(front) / (FIRST_TIMED * 3 // 4)))]
    places = [ranking.places[number] for number in [*spaced, *order[:FIRST_TIMED]]]
    own = [home] if home in ranking.designs else []
    return list(dict.fromkeys([*own, *places]))[:FIRST_TIMED]


def _is_dominated(point: NDArray[np.float64], points: NDArray[np.float64]) -> bool:
    no_worse = (points <= point[:, None]).all(axis=0)
    better = (points < point[:, None]).any(axis=0)
    return bool((no_worse & better).any())


def _timed(
    evaluator: Evaluator, mix: Mix, grid: _Grid, allowed: dict[tuple[int, ...], Design], steps: tuple[int, ...]
) -> Candidate | None:
    """One place of the grid in full; None where the mix does not run."""
    made = allowed[steps]
    index = evaluator.index(mix, made)
    if not isinstance(index, Index):
        return None
    return Candidate(made, *grid.stacks(steps), steps, index)


def _error(ranking: _Ranking, timed: dict[tuple[int, ...], Candidate | None]) -> float:
    """Largest relative difference in cost between ranking and timing."""
    errors = [
        abs(float(ranking.objectives[0, ranking.places.index(steps)]) / item.index.cost - 1.0)
        for steps, item in timed.items()
        if item
    ]
    return max(errors, default=0.0)


def _frontier(candidates: list[Candidate]) -> tuple[Candidate, ...]:
    """Candidates that no other beats in one objective without losing in another, cheapest first."""
    if not candidates:
        return ()
    points = np.array([item.objectives for item in candidates]).T
    kept = [item for item in candidates if not _is_dominated(np.array(item.objectives), points)]
    return tuple(sorted(kept, key=lambda item: (item.objectives, item.steps)))


def _thinned(front: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Pareto designs that differ in some objective by more than the model can tell, cheapest first."""
    kept: list[Candidate] = []
    for item in front:
        if all(_differ(item, other) for other in kept):
            kept.append(item)
    return tuple(kept)


def _differ(one: Candidate, other: Candidate) -> bool:
    return any(abs(a / b - 1.0) > ALIKE_SHARE for a, b in zip(one.objectives, other.objectives, strict=True) if b > 0.0)


def _value(fact: Fact | None) -> float:
    return 0.0 if fact is None else fact.value
