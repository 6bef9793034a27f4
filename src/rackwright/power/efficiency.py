"""How much of the power that goes in comes out, through elements in series at their load, and which PUE results?"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["LossCurve", "chain_efficiency", "chain_input_w", "pue_of_parts"]


@dataclass(frozen=True, slots=True)
class LossCurve:
    """Losses of an element as parts of its rated output: a + b x + c x^2 with x the load over rating.

    Parameters
    ----------
    idle_share
        Always there: iron, control, fans.
    linear_share
        In proportion to load: semiconductors.
    square_share
        With its square: copper.
    """

    idle_share: float
    linear_share: float
    square_share: float

    def loss_share(self, load_share: float) -> float:
        """Loss over rated output at a load."""
        return self.idle_share + self.linear_share * load_share + self.square_share * load_share**2

    def efficiency_share(self, load_share: float) -> float:
        """Power out over power in at a load; 0 without load.

        Examples
        --------
        >>> round(LossCurve(0.01, 0.02, 0.02).efficiency_share(0.5), 4)
        0.9524
        """
        return load_share / (load_share + self.loss_share(load_share)) if load_share > 0.0 else 0.0


def chain_efficiency(efficiencies: Iterable[float]) -> float:
    """Efficiency of elements in series: the product.

    Examples
    --------
    >>> round(chain_efficiency([0.99, 0.96, 0.995]), 4)
    0.9456
    """
    return math.prod(efficiencies)


def chain_input_w(output_w: float, elements: Iterable[tuple[LossCurve, float]]) -> float:
    """Power into a chain that delivers `output_w`, element by element from the load up.

    Parameters
    ----------
    output_w
        Power at the load.
    elements
        Loss curve and rating [W] of each element, the one next to the load first.
    """
    power_w = output_w
    for curve, rating_w in elements:
        power_w += curve.loss_share(power_w / rating_w) * rating_w
    return power_w


def pue_of_parts(it_w: float, others_w: Iterable[float]) -> float:
    """PUE from what IT, cooling, losses and others draw: (IT + others) / IT (ISO/IEC 30134-2).

    Examples
    --------
    >>> pue_of_parts(100e6, [9e6, 5e6, 1e6])
    1.15
    """
    return (it_w + math.fsum(others_w)) / it_w
