"""How many boards or transformers feed some units so that the loss of any one of them is carried by the rest?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Bank", "choose_bank", "spread"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

ROUNDING = 1e-9
MORE_TRIED = 4
"""Counts tried above the least one before an overload is left to the checks."""


@dataclass(frozen=True)
class Bank:
    """Sources of some units.

    Parameters
    ----------
    count
        Sources.
    primary, standby
        Source of each unit, and the one it transfers to (-1 for none).
    """

    count: int
    primary: IntArray
    standby: IntArray


def choose_bank(states_w: FloatArray, limit_w: float, *, has_spare: bool) -> Bank:
    """Fewest sources that carry the units in every state, and with any one source lost in the normal state.

    Parameters
    ----------
    states_w
        Load of each unit [W] in the normal state (first row) and in others, shape (n_states, n_units).
    limit_w
        Power one source may carry [W].
    has_spare
        True for N+1 sources, each unit with a second one to transfer to.
    """
    largest_w = float(states_w.sum(axis=1).max(initial=0.0))
    least = max(1, math.ceil(largest_w / limit_w - ROUNDING)) + has_spare
    for count in range(least, least + MORE_TRIED + 1):
        bank = spread(states_w.shape[1], count, has_spare=has_spare)
        if _worst_w(bank, states_w) <= limit_w * (1.0 + ROUNDING):
            return bank
    return spread(states_w.shape[1], least, has_spare=has_spare)


def spread(units: int, count: int, *, has_spare: bool) -> Bank:
    """Units in even runs over the sources; the standby of one source's units in turn on all the others.

    Examples
    --------
    >>> spread(4, 3, has_spare=True)
    Bank(count=3, primary=array([0, 0, 1, 2]), standby=array([1, 2, 2, 0]))
    """
    primary = np.arange(units, dtype=np.int64) * count // max(units, 1)
    if not has_spare or count < 2:
        return Bank(count, primary, np.full(units, -1, dtype=np.int64))
    ordinal = np.arange(units) - np.searchsorted(primary, primary)
    return Bank(count, primary, (primary + 1 + ordinal % (count - 1)) % count)


def _worst_w(bank: Bank, states_w: FloatArray) -> float:
    """Highest load of any source over all states, and over the loss of each source in the normal state."""
    is_fed = bank.primary[:, None] == np.arange(bank.count)[None, :]
    carried_w = states_w @ is_fed.astype(np.float64)
    worst_w = float(carried_w.max(initial=0.0))
    if (bank.standby < 0).any():
        return worst_w
    moved_w = np.zeros((bank.count, bank.count))
    np.add.at(moved_w, (bank.primary, bank.standby), states_w[0])
    return max(worst_w, float((carried_w[0][None, :] + moved_w).max(initial=0.0)))
