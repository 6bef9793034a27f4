"""Which property is worth most: what does a step of each change, what does its band change, and where does it end?"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np

from rackwright.codesign.design import PROPERTIES, Design, Property, read_property, with_property, with_scaled
from rackwright.codesign.evaluation import Evaluator, Figures, Index, Missing, Mix

__all__ = [
    "Curve",
    "Elasticity",
    "Swing",
    "band_swings",
    "crossovers",
    "elasticities",
    "response_curve",
]

STEP = 1.2
"""Step of the central difference: up and down by a fifth, so that whole choices average out."""
PROBE = 1.25
"""Ends tried for a property without a stated band."""
SCAN: tuple[float, ...] = tuple(2.0 ** (half / 2.0) for half in range(-4, 7))
"""Multiples of a property that are scanned: a quarter to eight times in half octaves."""
NOTHING_MORE = 0.01
"""A property is exhausted where more of it saves less than this share of the cost."""
WORSE = 0.10
"""A property is short where less of it costs this share more."""


@dataclass(frozen=True, slots=True)
class Elasticity:
    """Share by which a figure moves for a share of a property, and what a tenth more of it is worth.

    Parameters
    ----------
    cost, days
        d ln(cost per token) / d ln(property), and the same for the time to train; None where it does not apply.
    worth_usd
        Price rise of an accelerator that a tenth more (of a burden: a tenth less) would pay for.
    """

    subject: Property
    value: float
    cost: float
    days: float | None
    worth_usd: float


@dataclass(frozen=True, slots=True)
class Swing:
    """Cost index of a mix with one property at both ends of its band; None where the mix does not run there.

    `is_stated` is False where the band is a probe because none is stated.
    """

    subject: Property
    low: float
    high: float
    cost_low: float | None
    cost_high: float | None
    is_stated: bool
    kind: str

    @property
    def width(self) -> float:
        """Distance between the ends; an end that does not run counts as infinitely far."""
        if self.cost_low is None or self.cost_high is None:
            return math.inf
        return abs(self.cost_high - self.cost_low)


@dataclass(frozen=True, slots=True)
class Curve:
    """Cost and accelerators of a mix over multiples of one property; infinite where it does not run.

    Parameters
    ----------
    short
        Below this value the cost is a tenth higher or the mix does not run; None if not within the scan.
    exhausted
        Beyond this value nothing more is gained; None if the cost still falls at the end of the scan.
    binding
        What binds the largest workload at the end of the scan.
    """

    subject: Property
    values: tuple[float, ...]
    cost: tuple[float, ...]
    accels: tuple[float, ...]
    short: float | None
    exhausted: float | None
    binding: str


def known_properties(design: Design) -> tuple[Property, ...]:
    """Properties the design states."""
    return tuple(item for item in PROPERTIES if read_property(design, item.name) is not None)


def elasticities(evaluator: Evaluator, mix: Mix, design: Design) -> tuple[Elasticity, ...]:
    """Elasticity of every property of a design on a mix, by central differences of the logarithms.

    Notes
    -----
    e = (ln I(x s) - ln I(x / s)) / (2 ln s) with s = 1.2; one-sided where the mix does not run on the other side, and
    with the values really taken where a count is rounded.
    """
    base = evaluator.index(mix, design)
    if not isinstance(base, Index):
        return ()
    life_usd = evaluator.mean_usd_per_s(mix, design) * evaluator.life_s
    rows = []
    for item in known_properties(design):
        points = [(value, index) for value, index in _steps(evaluator, mix, design, item) if isinstance(index, Index)]
        cost = _slope([(value, index.cost) for value, index in points])
        days = _slope([(value, index.days) for value, index in points if index.days is not None])
        gain = -cost if not item.is_burden else cost
        worth = (1.1**gain - 1.0) * life_usd
        value = read_property(design, item.name)
        rows.append(Elasticity(item, value.value if value else 0.0, cost, None if base.days is None else days, worth))
    return tuple(rows)


def _steps(
    evaluator: Evaluator, mix: Mix, design: Design, item: Property
) -> list[tuple[float, Index | tuple[Missing, ...]]]:
    """The property a step down, as it is, and a step up."""
    found = []
    for factor in (1.0 / STEP, 1.0, STEP):
        moved = design if factor == 1.0 else with_scaled(design, item.name, factor)
        band = read_property(moved, item.name)
        found.append((band.value if band else 0.0, evaluator.index(mix, moved)))
    return found


def _slope(points: list[tuple[float, float]]) -> float:
    """Slope of the logarithms between the outermost points; 0 for fewer than two different ones."""
    if len(points) < 2 or points[-1][0] <= points[0][0]:
        return 0.0
    (x0, y0), (x1, y1) = points[0], points[-1]
    return (math.log(y1) - math.log(y0)) / (math.log(x1) - math.log(x0))


def band_swings(evaluator: Evaluator, mix: Mix, design: Design) -> tuple[Swing, ...]:
    """Cost of a mix at both ends of each property's band, widest first; ties keep the order of the properties."""
    swings = []
    for item in known_properties(design):
        band = read_property(design, item.name)
        if band is None:
            continue
        low, high = (band.low, band.high) if band.is_stated else (band.value / PROBE, band.value * PROBE)
        moved = [with_property(design, item.name, end) for end in (low, high)]
        taken = [read_property(end, item.name) or band for end in moved]
        ends = [evaluator.index(mix, end) for end in moved]
        costs = [end.cost if isinstance(end, Index) else None for end in ends]
        swings.append(Swing(item, taken[0].value, taken[1].value, costs[0], costs[1], band.is_stated, band.kind))
    return tuple(sorted(swings, key=lambda swing: -swing.width))


def response_curve(evaluator: Evaluator, mix: Mix, design: Design, name: str) -> tuple[tuple[float, ...], ...]:
    """Cost and accelerators over the multiples of `SCAN`; `name` is a property or `compute`."""
    cost, accels = [], []
    for factor in SCAN:
        index = evaluator.index(mix, with_scaled(design, name, factor) if factor != 1.0 else design)
        cost.append(index.cost if isinstance(index, Index) else math.inf)
        accels.append(index.accels if isinstance(index, Index) else math.inf)
    return tuple(cost), tuple(accels)


def crossovers(evaluator: Evaluator, mix: Mix, design: Design) -> tuple[Curve, ...]:
    """Scan of every property that adds speed: where it is short, and beyond what nothing more is gained."""
    curves = []
    for item in known_properties(design):
        if item.is_burden or item.name == "software":
            continue
        cost, accels = response_curve(evaluator, mix, design, item.name)
        band = read_property(design, item.name)
        scale = band.value if band else 0.0
        values = tuple(scale * factor for factor in SCAN)
        end = with_scaled(design, item.name, SCAN[-1])
        curves.append(
            Curve(
                item,
                values,
                cost,
                accels,
                short=_short(values, cost),
                exhausted=_exhausted(values, cost),
                binding=_binding(evaluator, mix, end),
            )
        )
    return tuple(curves)


def _short(values: tuple[float, ...], cost: tuple[float, ...]) -> float | None:
    """Smallest value from which on, up to the stated one, the cost is at most a tenth higher; None if everywhere."""
    stated = SCAN.index(1.0)
    return _lowest_within(values[: stated + 1], cost[: stated + 1], cost[stated] * (1.0 + WORSE))


def _lowest_within(values: tuple[float, ...], cost: tuple[float, ...], limit: float) -> float | None:
    """Smallest value from which on the cost stays within a limit, interpolated; None if it does everywhere.

    Infinite where the last value does not keep the limit, so that none does from anywhere on.
    """
    above = [number for number, figure in enumerate(cost) if figure > limit]
    if not above:
        return None
    last = above[-1]
    if last + 1 >= len(values):
        return math.inf
    if not math.isfinite(cost[last]):
        return values[last + 1]
    share = (cost[last] - limit) / (cost[last] - cost[last + 1])
    return float(np.exp(np.interp(share, [0.0, 1.0], [math.log(values[last]), math.log(values[last + 1])])))


def _exhausted(values: tuple[float, ...], cost: tuple[float, ...]) -> float | None:
    """Value up to which the cost comes within a hundredth of its least; None if it still falls at the end.

    What rises again beyond counts as its least so far: nobody has to use more of a property than helps.
    """
    least = min(cost)
    if not math.isfinite(least):
        return None
    so_far = tuple(itertools.accumulate(cost, min))
    found = _lowest_within(values, so_far, least * (1.0 + NOTHING_MORE))
    return values[0] if found is None else None if found > values[-2] else found


def _binding(evaluator: Evaluator, mix: Mix, design: Design) -> str:
    """What binds the workload with the largest share."""
    member = max(mix.members, key=lambda item: item.share)
    figures = evaluator.figures(member.workload, design)
    return figures.binding if isinstance(figures, Figures) else ""
