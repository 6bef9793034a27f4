"""How many boards or transformers feed some units so that the loss of any one of them is carried by the rest?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Bank", "choose_bank", "even_runs"]

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

    For each count units are first dealt in even runs, then, if that overloads a source, packed first-fit. Where no
    count tried will do, the fewest that carry the total are returned and the overload is left to the checks.

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
        for primary in (even_runs(states_w.shape[1], count), _first_fit(states_w, count, limit_w)):
            bank = Bank(count, primary, _standby(primary, count, states_w[0], has_spare=has_spare))
            if _worst_w(bank, states_w) <= limit_w * (1.0 + ROUNDING):
                return bank
    primary = even_runs(states_w.shape[1], least)
    return Bank(least, primary, _standby(primary, least, states_w[0], has_spare=has_spare))


def even_runs(units: int, count: int) -> IntArray:
    """Source of each unit when neighbours share one.

    Examples
    --------
    >>> even_runs(6, 4)
    array([0, 0, 1, 2, 2, 3])
    """
    return np.arange(units, dtype=np.int64) * count // max(units, 1)


def _first_fit(states_w: FloatArray, count: int, limit_w: float) -> IntArray:
    """First source that carries each unit in every state; the one with least load where none does."""
    carried_w = np.zeros((states_w.shape[0], count))
    primary = np.zeros(states_w.shape[1], dtype=np.int64)
    for unit in range(primary.size):
        peak_w = (carried_w + states_w[:, [unit]]).max(axis=0)
        fits = np.flatnonzero(peak_w <= limit_w * (1.0 + ROUNDING))
        primary[unit] = fits[0] if fits.size else np.argmin(peak_w)
        carried_w[:, primary[unit]] += states_w[:, unit]
    return primary


def _standby(primary: IntArray, count: int, load_w: FloatArray, *, has_spare: bool) -> IntArray:
    """Second source of each unit: when its own is lost, the one that then carries least."""
    standby = np.full(primary.size, -1, dtype=np.int64)
    if not has_spare or count < 2:
        return standby
    normal_w = np.bincount(primary, weights=load_w, minlength=count).astype(np.float64)
    for lost in range(count):
        then_w = normal_w.copy()
        then_w[lost] = np.inf
        for unit in np.flatnonzero(primary == lost).tolist():
            standby[unit] = np.argmin(then_w)
            then_w[standby[unit]] += load_w[unit]
    return standby


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
