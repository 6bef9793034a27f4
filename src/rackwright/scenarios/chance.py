"""What may come differently beside the named branches? Draws of lead times, allocations, yields and gates.

Every number is drawn from the program's own band of it (10, 50 and 90 % points). A draw is made by the name of what it
is about, so that equal things take equal luck in all branches and adding a row moves no other (common random numbers).
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from rackwright.base.units import Estimate
from rackwright.program.supply import Make, Offer
from rackwright.scenarios.branches import Branch
from rackwright.schedule.risk import two_piece
from rackwright.supply import SupplyRequest
from rackwright.tables.schedule import Gates, Readiness

__all__ = ["Draw", "GateSamples", "Luck", "Thing", "drawn_offer", "drawn_request", "plan_draws"]

FloatArray = NDArray[np.float64]
Thing = tuple[str, str, str]
"""Something that has a band: kind (lead, allocation, make-lead, yield), owner, item."""
BAD_SCORE = {"lead": 1.2815515655446004, "allocation": -1.2815515655446004}
BAD_SCORE |= {"make-lead": BAD_SCORE["lead"], "yield": BAD_SCORE["allocation"]}
"""Standard normal score of the bad end of a band: its 90 % point where more is worse, else its 10 % point."""
QUANTILE_DAYS = ("p50_day", "p80_day", "p95_day")


@dataclass(frozen=True)
class Draw:
    """One sampled scenario: a branch and a number of the random stream.

    Parameters
    ----------
    number
        Number of the draw, from 0; with `seed` it fixes all luck.
    branch
        Branch it refines.
    share
        Weight among all draws.
    seed
        Seed of the random stream.
    is_central
        True for the draw without luck: every number at its central value.
    deviating
        Things of a central draw that come at their bad end.
    """

    number: int
    branch: str
    share: float
    seed: int
    is_central: bool = False
    deviating: tuple[Thing, ...] = ()


@dataclass(frozen=True)
class GateSamples:
    """Sampled days of the gates of one branch, drawn together: names, and days of shape (gates, samples)."""

    names: tuple[str, ...]
    days: NDArray[np.int32]

    @cached_property
    def row_of(self) -> Mapping[str, int]:
        """Row of each gate."""
        return {name: row for row, name in enumerate(self.names)}


def plan_draws(branches: Sequence[Branch], num: int, seed: int) -> tuple[Draw, ...]:
    """So many draws over the branches, each branch at least once and the others by its chance.

    The weights of the draws of a branch add up to its chance exactly; only the luck within it is sampled.
    """
    extra = max(0, num - len(branches))
    quota = np.array([branch.share for branch in branches]) * extra
    counts = 1 + np.floor(quota).astype(int)
    order = np.argsort(-(quota - np.floor(quota)), kind="stable")
    counts[order[: max(0, num - int(counts.sum()))]] += 1
    draws: list[Draw] = []
    for branch, count in zip(branches, counts.tolist(), strict=True):
        draws += [Draw(len(draws) + i, branch.id, branch.share / count, seed) for i in range(count)]
    return tuple(draws)


@dataclass(frozen=True)
class Luck:
    """Standard normal scores of one draw, by name.

    Parameters
    ----------
    draw
        Which draw.
    correlation
        Share of the variance that all things of one supplier or plant have in common.
    """

    draw: Draw
    correlation: float

    def score(self, kind: str, owner: str, item: str) -> float:
        """Score of a thing: a part it shares with everything of its owner, and a part of its own."""
        if self.draw.is_central:
            return BAD_SCORE[kind] if (kind, owner, item) in self.draw.deviating else 0.0
        common = self._normal(f"{kind}|{owner}")
        own = self._normal(f"{kind}|{owner}|{item}")
        return float(np.sqrt(self.correlation) * common + np.sqrt(1.0 - self.correlation) * own)

    def _normal(self, name: str) -> float:
        return _normal(self.draw.seed, self.draw.number, name)

    def sample(self, num: int) -> int:
        """Which of so many joint samples of the schedule this draw takes."""
        return int(np.random.default_rng([self.draw.seed, self.draw.number]).integers(num))


@lru_cache(maxsize=4096)
def _normal(seed: int, number: int, name: str) -> float:
    """Standard normal of a name in a draw; what an owner's things share is asked for once a thing."""
    return float(np.random.default_rng([seed, number, zlib.crc32(name.encode())]).normal())


def drawn_request(request: SupplyRequest, gates: GateSamples, luck: Luck) -> SupplyRequest:
    """The request of a branch as one draw sees it: every band replaced by the number drawn from it."""
    if luck.draw.is_central and not luck.draw.deviating:
        return request
    supply = request.supply.model_copy(
        update={
            "offers": tuple(drawn_offer(row, luck) for row in request.supply.offers),
            "makes": tuple(_make(row, luck) for row in request.supply.makes),
        }
    )
    if luck.draw.is_central:
        return replace(request, supply=supply)
    column = luck.sample(gates.days.shape[1]) if gates.days.size else 0
    days = {name: int(gates.days[row, column]) for name, row in gates.row_of.items()}
    return replace(
        request, supply=supply, gates=_gates(request.gates, days), readiness=_readiness(request.readiness, days)
    )


def drawn_offer(row: Offer, luck: Luck) -> Offer:
    """An offer with the lead time and the allocation that luck gives it."""
    if luck.draw.is_central and not luck.draw.deviating:
        return row
    owner = row.supplier
    update: dict[str, Estimate] = {}
    if not row.lead_days.is_point:
        update["lead_days"] = _drawn(row.lead_days, luck.score("lead", owner, row.item))
    if not row.per_week.is_point:
        update["per_week"] = _drawn(row.per_week, luck.score("allocation", owner, row.item))
    return row.model_copy(update=update) if update else row


def _make(row: Make, luck: Luck) -> Make:
    update: dict[str, Estimate] = {}
    if not row.lead_days.is_point:
        update["lead_days"] = _drawn(row.lead_days, luck.score("make-lead", row.plant, row.item))
    if not row.yield_share.is_point:
        drawn = _drawn(row.yield_share, luck.score("yield", row.plant, row.item)).value
        update["yield_share"] = _point(min(1.0, max(row.yield_share.low / 2.0, drawn)))
    return row.model_copy(update=update) if update else row


def _drawn(estimate: Estimate, score: float) -> Estimate:
    return _point(float(two_piece(estimate, np.array([score]))[0]))


def _point(value: float) -> Estimate:
    return Estimate(value, value, value)


def _gates(gates: Gates, days: Mapping[str, int]) -> Gates:
    """The table with each sampled gate on its day at every quantile."""
    import polars as pl

    frame = gates.frame
    drawn = pl.Series(
        [days.get(name, day) for name, day in frame.select("gate", "p50_day").iter_rows()], dtype=pl.Int32
    )
    return Gates(frame.with_columns(drawn.alias(name) for name in QUANTILE_DAYS))


def _readiness(readiness: Readiness, days: Mapping[str, int]) -> Readiness:
    import polars as pl

    frame = readiness.frame
    drawn = pl.Series(
        [days.get(gate, day) for gate, day in frame.select("gate", "p50_day").iter_rows()], dtype=pl.Int32
    )
    return Readiness(frame.with_columns(drawn.alias(name) for name in QUANTILE_DAYS))
