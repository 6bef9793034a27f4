"""Which two systems feed each busway in 3N/2 and 4N/3, so that any one system may be lost?

Systems stand in groups of three or four. Each busway draws half from each of two systems of its group; when one is lost
its halves fall on the partners, spread over all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from rackwright.power.classes import ChainClasses
from rackwright.power.packing import LoadGroup

__all__ = ["PairedGroup", "pair_systems"]

FloatArray = npt.NDArray[np.float64]
ROUNDING = 1e-9


@dataclass(frozen=True)
class PairedGroup:
    """Loads of a hall, or its cooling, on systems that back each other up.

    Parameters
    ----------
    group
        The loads and their feeders.
    per_group
        Systems of one group: 3 or 4.
    systems
        Systems in all.
    system_of_ups
        System of each UPS (or of each feed where there are none).
    ups_of_feeder
        Both UPS of each feeder, shape (n_feeders, 2).
    states_w
        Load of each system at its low-voltage board in the normal state (first row) and with each one lost,
        shape (1 + n_systems, n_systems).
    """

    group: LoadGroup
    per_group: int
    systems: int
    system_of_ups: tuple[int, ...]
    ups_of_feeder: tuple[tuple[int, int], ...]
    states_w: FloatArray


def pair_systems(group: LoadGroup, classes: ChainClasses, per_group: int) -> PairedGroup:
    """Deal feeders to pairs of systems in floor order; a group of systems takes the next while every loss is carried.

    Each feeder goes to the pair whose fuller system then stands lowest in its worst single failure; where no pair can
    carry it within the planning loading, a new group of systems is opened.

    Parameters
    ----------
    group
        Loads with feeders.
    classes
        Ratings: a system is one line-up with as many UPS as its loads ask for.
    per_group
        3 for 3N/2, 4 for 4N/3.
    """
    through = classes.ups_efficiency_share if group.has_ups else 1.0
    limit_w = classes.lineup_limit_w * through
    ups_limit_w = classes.limit_w(classes.ups) if group.has_ups else np.inf
    pairs = _deal(group.feeder_w, per_group, limit_w)
    systems = int(pairs.max(initial=per_group - 1)) // per_group * per_group + per_group
    ups_of_feeder = np.zeros(pairs.shape, dtype=np.int64)
    system_of_ups: list[int] = []
    for system in range(systems):
        for ends, feeders in _fill_ups(pairs, group.feeder_w, system, ups_limit_w):
            ups_of_feeder[np.array(feeders), np.array(ends)] = len(system_of_ups)
            system_of_ups.append(system)
    return PairedGroup(
        group=group,
        per_group=per_group,
        systems=systems,
        system_of_ups=tuple(system_of_ups),
        ups_of_feeder=tuple((int(pair[0]), int(pair[1])) for pair in ups_of_feeder),
        states_w=_states(pairs, group.feeder_w / through, systems),
    )


def _deal(feeder_w: FloatArray, per_group: int, limit_w: float) -> npt.NDArray[np.int64]:
    """Both systems of each feeder, shape (n_feeders, 2); each decision rests on the one before."""
    places = np.array(list(combinations(range(per_group), 2)), dtype=np.int64)
    shared_w = np.zeros((per_group, per_group))
    dealt, group = np.zeros((feeder_w.size, 2), dtype=np.int64), 0
    for index, each_w in enumerate(feeder_w.tolist()):
        worst_w = _worst_with(shared_w, places, each_w)
        best = int(np.argmin(worst_w))
        if worst_w[best] > limit_w * (1.0 + ROUNDING) and shared_w.any():
            group, shared_w, best = group + 1, np.zeros((per_group, per_group)), 0
        one, other = places[best].tolist()
        shared_w[one, other] += each_w
        shared_w[other, one] += each_w
        dealt[index] = group * per_group + places[best]
    return dealt


def _worst_with(shared_w: FloatArray, places: npt.NDArray[np.int64], each_w: float) -> FloatArray:
    """Worst load of the fuller system of each pair if one more feeder went to that pair.

    A system carries half of what it shares with each partner, and the other half too where that partner is lost.
    """
    worst_w = np.zeros(len(places))
    for number, (one, other) in enumerate(places.tolist()):
        for own, partner in ((one, other), (other, one)):
            row = shared_w[own].copy()
            row[partner] += each_w
            worst_w[number] = max(worst_w[number], (row.sum() + row.max()) / 2.0)
    return np.round(worst_w, 6)


def _fill_ups(
    pairs: npt.NDArray[np.int64], feeder_w: FloatArray, system: int, limit_w: float
) -> list[tuple[list[int], list[int]]]:
    """UPS of one system as (which end of each feeder, feeder), first-fit by the worst load of each."""
    filled: list[dict[int, float]] = []
    members: list[tuple[list[int], list[int]]] = []
    feeders, ends = np.nonzero(pairs == system)
    for feeder, end in zip(feeders.tolist(), ends.tolist(), strict=True):
        partner, each_w = int(pairs[feeder, 1 - end]), float(feeder_w[feeder])
        fuller = [by_partner | {partner: by_partner.get(partner, 0.0) + each_w} for by_partner in filled]
        fits = (n for n, row in enumerate(fuller) if _worst_w(row) <= limit_w * (1.0 + ROUNDING))
        number = next(fits, len(filled))
        if number == len(filled):
            filled.append({})
            members.append(([], []))
            fuller.append({partner: each_w})
        filled[number] = fuller[number]
        members[number][0].append(end)
        members[number][1].append(feeder)
    return members


def _worst_w(by_partner: dict[int, float]) -> float:
    """Half of all that is shared, and the other half of what is shared with the partner whose loss is worst."""
    return (sum(by_partner.values()) + max(by_partner.values())) / 2.0


def _states(pairs: npt.NDArray[np.int64], board_w: FloatArray, systems: int) -> FloatArray:
    """Load of each system at its board in the normal state, then with each system lost."""
    shared_w = np.zeros((systems, systems))
    np.add.at(shared_w, (pairs[:, 0], pairs[:, 1]), board_w)
    shared_w += shared_w.T
    normal_w = shared_w.sum(axis=1) / 2.0
    lost_w = normal_w[None, :] + shared_w / 2.0
    np.fill_diagonal(lost_w, 0.0)
    return np.vstack([normal_w, lost_w])
