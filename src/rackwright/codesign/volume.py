"""What do engineering and tooling add to each accelerator, and from which volume on does the platform pay?"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from rackwright.base.units import Estimate
from rackwright.codesign.design import Design
from rackwright.codesign.evaluation import Evaluator, Index, Mix

__all__ = ["Spread", "VolumeRow", "spread_cost"]

VOLUME_FACTORS = (0.25, 0.5, 1.0, 2.0, 4.0)


@dataclass(frozen=True, slots=True)
class VolumeRow:
    """Cost with engineering and tooling spread over a volume; `cost` is against the platform without them."""

    volume: float
    usd_per_accel: float
    cost: float


@dataclass(frozen=True)
class Spread:
    """Engineering and tooling over volume.

    Parameters
    ----------
    rows
        Cost by volume.
    rival, rival_cost
        Cheapest incumbent that runs the whole mix, and its cost index.
    break_even
        Volume from which on the platform is cheaper than the rival; None if it never is or there is no rival.
    """

    rows: tuple[VolumeRow, ...]
    rival: str
    rival_cost: float | None
    break_even: float | None


def spread_cost(
    evaluator: Evaluator, mix: Mix, rivals: tuple[tuple[str, Index, float | None], ...], nre_usd: float, volume: float
) -> Spread:
    """Spread a one-time cost over volumes around the one planned.

    Notes
    -----
    The price rises by NRE / volume, and cost is linear in price: I(u) = 1 + s u with the slope s at one dollar.
    Break-even volume = NRE s / (I_rival - 1).
    """
    slope = _slope_per_usd(evaluator, mix)
    rows = tuple(
        VolumeRow(volume * factor, nre_usd / (volume * factor), 1.0 + slope * nre_usd / (volume * factor))
        for factor in VOLUME_FACTORS
    )
    others = [(index.cost, name) for name, index, _ in rivals if name != evaluator.reference.name]
    if not others:
        return Spread(rows, "", None, None)
    cost, rival = min(others)
    return Spread(rows, rival, cost, nre_usd * slope / (cost - 1.0) if cost > 1.0 else None)


def _slope_per_usd(evaluator: Evaluator, mix: Mix) -> float:
    """Rise of the cost index for a dollar of price, from a rise as large as the price itself."""
    base = evaluator.reference
    dearer = 2.0 * base.price.value
    if dearer <= 0.0:
        return 0.0
    moved: Design = dataclasses.replace(base, price=Estimate(dearer, dearer, dearer))
    index = evaluator.index(mix, moved)
    return (index.cost - 1.0) / base.price.value if isinstance(index, Index) else 0.0
