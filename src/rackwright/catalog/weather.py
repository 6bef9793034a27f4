"""Which air does a place see, hour by hour? A year of weather beside a program, as the stages use it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["Weather"]


@dataclass(frozen=True)
class Weather:
    """Outdoor air of each hour, each of shape (n_hours,).

    Parameters
    ----------
    dry_bulb_c, wet_bulb_c
        Temperatures.
    pressure_pa
        Station pressure.
    filled
        Hours whose values were missing and are interpolated from their neighbours.
    """

    dry_bulb_c: npt.NDArray[np.float64]
    wet_bulb_c: npt.NDArray[np.float64]
    pressure_pa: npt.NDArray[np.float64]
    filled: int
