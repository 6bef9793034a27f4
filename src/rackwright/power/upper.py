"""How many transformers and medium-voltage boards stand between the grid and the line-ups, and which feeds which?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rackwright.power.banks import Bank, choose_bank
from rackwright.power.chain import NONE, ChainBuilder
from rackwright.power.classes import ChainClasses
from rackwright.power.packing import LoadGroup, fill_in_order

__all__ = ["Boards", "build_boards"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Boards:
    """Medium-voltage boards.

    Parameters
    ----------
    by_side
        Elements of each side: (A,) or (A, B).
    bank
        Board of each line-up of a side, in order of the groups; with a reserve, each group's comes last.
    """

    by_side: tuple[tuple[int, ...], ...]
    bank: Bank

    def sources(self, unit: int, own: tuple[int, ...]) -> tuple[int, int]:
        """Board of a line-up among the boards of its side, and the one it transfers to (-1 for none)."""
        second = int(self.bank.standby[unit])
        return own[self.bank.primary[unit]], own[second] if second >= 0 else NONE


def build_boards(
    builder: ChainBuilder, classes: ChainClasses, groups: tuple[LoadGroup, ...] | tuple[FloatArray, ...], grid: int
) -> Boards:
    """Add transformers and boards, enough for the loss of any one of them in the schemes that plan for it.

    `groups` are the load groups, or in 3N/2 and 4N/3 the loads of each group's systems in all states.
    """
    is_2n = builder.plan.form == "sides"
    states_w, bank = _boards_of_lineups(builder.plan.form, classes, groups)
    board_states_w = _board_states(states_w, bank, both_sides=is_2n)
    limit_w = classes.limit_w(classes.hv_transformer)
    transformers = choose_bank(board_states_w, limit_w, has_spare=builder.plan.form != "single")
    hv = [
        builder.add(f"{builder.site}-hv-transformer-{n + 1:02d}", classes.hv_transformer, upstream=grid)
        for n in range(transformers.count)
    ]
    sides = ("A", "B") if is_2n else ("",)
    by_side: list[list[int]] = [[] for _ in sides]
    for unit in range(board_states_w.shape[1]):
        number, side = divmod(unit, len(sides))
        name = "-".join(word for word in (builder.site, sides[side], f"mv-switchgear-{number + 1:02d}") if word)
        second = int(transformers.standby[unit])
        board = builder.add(
            name,
            classes.mv_switchgear,
            upstream=hv[transformers.primary[unit]],
            side=sides[side],
            standby=hv[second] if second >= 0 else NONE,
        )
        by_side[side].append(board)
    return Boards(tuple(tuple(boards) for boards in by_side), bank)


def _boards_of_lineups(
    form: str, classes: ChainClasses, groups: tuple[LoadGroup, ...] | tuple[FloatArray, ...]
) -> tuple[FloatArray, Bank]:
    """Loads of the line-ups of a side in all states at medium voltage, and the boards they hang on."""
    board_limit_w = classes.board_limit_w(has_transfer=form != "single")
    lower = classes.lineup_efficiency_share
    systems_w = tuple(group for group in groups if isinstance(group, np.ndarray))
    lineups = tuple(group for group in groups if isinstance(group, LoadGroup))
    if form in {"reserve", "pairs"}:
        states_w = _with_reserve_lost(lineups, lower) if form == "reserve" else _joined(systems_w) / lower
        return states_w, choose_bank(states_w, board_limit_w, has_spare=True)
    full_w = np.concatenate([group.lineup_w for group in lineups]) / lower
    primary = fill_in_order(full_w, board_limit_w)
    return full_w[None, :], Bank(int(primary[-1]) + 1, primary, np.full(primary.size, NONE, dtype=np.int64))


def _joined(groups_w: tuple[FloatArray, ...]) -> FloatArray:
    """States of all groups together: the normal one first, then each group's own while the others stay normal."""
    normal_w = np.concatenate([group[0] for group in groups_w])
    rows, start = [normal_w], 0
    for group in groups_w:
        for state in group[1:]:
            row = normal_w.copy()
            row[start : start + state.size] = state
            rows.append(row)
        start += group.shape[1]
    return np.vstack(rows)


def _with_reserve_lost(groups: tuple[LoadGroup, ...], lower: float) -> FloatArray:
    """Normal state of schemes with a reserve, then each line-up lost."""
    return np.vstack([_with_reserves(groups, lower), *_reserve_states(groups, lower)])


def _with_reserves(groups: Iterable[LoadGroup], lower: float) -> FloatArray:
    """Normal load of each line-up of schemes with a reserve, each group's idle reserve last."""
    return np.asarray(np.concatenate([np.append(group.lineup_w, 0.0) for group in groups]) / lower)


def _reserve_states(groups: tuple[LoadGroup, ...], lower: float) -> Iterator[FloatArray]:
    """Loads of all line-ups with each one lost and its load on the reserve of its group."""
    normal_w, start = _with_reserves(groups, lower), 0
    for group in groups:
        reserve = start + group.lineup_w.size
        for lost in range(start, reserve):
            state_w = normal_w.copy()
            state_w[[lost, reserve]] = 0.0, normal_w[lost]
            yield state_w
        start = reserve + 1


def _board_states(states_w: FloatArray, bank: Bank, *, both_sides: bool) -> FloatArray:
    """Load of each board in the normal state and with each board or line-up lost; sides in turn (A1, B1, A2, ...)."""
    is_fed = (bank.primary[:, None] == np.arange(bank.count)[None, :]).astype(np.float64)
    carried_w = np.asarray(states_w @ is_fed)
    if both_sides:
        normal_w = np.repeat(carried_w[0] / 2.0, 2)
        lost = np.tile(normal_w, (normal_w.size, 1))
        each = np.arange(normal_w.size)
        lost[each, each ^ 1] *= 2.0
        lost[each, each] = 0.0
        return np.vstack([normal_w, lost])
    if (bank.standby < 0).any():
        return np.asarray(carried_w)
    moved_w = np.zeros((bank.count, bank.count))
    np.add.at(moved_w, (bank.primary, bank.standby), states_w[0])
    lost = carried_w[0] + moved_w
    np.fill_diagonal(lost, 0.0)
    return np.vstack([carried_w, lost])
