"""At which fee does the advice on a rung flip? Read off plans that were solved in all scenarios."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from rackwright.scenarios.decisions import BreakEven
from rackwright.scenarios.search import Search

__all__ = ["break_evens"]

FloatArray = NDArray[np.float64]
GIFT = -1.0
"""Change of a fee that leaves nothing of it."""
LEAST_USD = 1.0
"""What two plans sink into a rung differs by less than this: its fee tells them not apart."""


def break_evens(search: Search, best: int) -> tuple[BreakEven, ...]:
    """For each rung at the size taken, or else at its full size, the fee at which the advice on it flips.

    Notes
    -----
    All sizes of a rung have one price for a piece: where it rises, half the rung gets dearer with the whole of it, and
    what of the fee comes off later orders goes with it. With S what a plan sinks into the rung, less its mean refunds
    by orders under the rung, the advised plan b and a plan p cost the same where the fees are 1 + f times today's,
    f = (mean(p) - mean(b)) / (S(b) - S(p)). The advice flips at the least rise f of plans with less of the rung where
    it is taken, and at the least fall of plans with more of it where it is not; costs are convex, so it is the least
    size that is worth most a piece, and that is tried. Every plan was solved. Orders are those at today's fee: a plan
    that orders otherwise at another fee costs no more, so where there is a refund the true fee may lie higher.
    """
    plan = search.plan(best)
    found = []
    for number, option in enumerate(search.options):
        is_taken = bool(plan[number] == 1.0)
        if option.sunk_usd <= 0.0 or (option.level_share < 1.0 and not is_taken):
            continue
        rung = _Rung(search, best, _mates(search, number))
        if is_taken:
            search.best_mean(without=(number,))
            search.best_mean(without=rung.members)
        else:
            rung.try_size(number if plan[rung.members].any() else rung.members[0])
        rises = rung.rises(is_less=is_taken)
        rise = max(0.0, min(rises, default=math.inf)) if is_taken else min(0.0, max(rises, default=-math.inf))
        found.append(BreakEven(option, is_taken, option.sunk_usd, option.sunk_usd * (1.0 + rise)))
    return tuple(found)


def _mates(search: Search, number: int) -> tuple[int, ...]:
    """Options that are sizes of one rung."""
    own = search.options[number]
    return tuple(n for n, other in enumerate(search.options) if (other.group, other.rung) == (own.group, own.rung))


class _Rung:
    """The sizes of a rung, beside an advised plan."""

    def __init__(self, search: Search, best: int, members: tuple[int, ...]) -> None:
        self.search, self.best, self.members = search, best, list(members)
        self.sunk = np.array([search.options[number].sunk_usd for number in members])
        rungs = list(dict.fromkeys((*option.group, option.rung) for option in search.options))
        option = search.options[members[0]]
        self.place, self.refund_usd = rungs.index((*option.group, option.rung)), option.refund_usd

    def try_size(self, number: int) -> None:
        """Try the plan with one size of the rung, unless its proved bound tells that another tried flips sooner.

        What would come back of its fee is not known before; without it, the plan flips soonest.
        """
        swapped = self._swapped(number)
        rises = self.rises(is_less=False)
        sooner = self._rise(self._price(swapped), self.search.pool.floor(swapped), is_less=False)
        if not rises or (sooner is not None and sooner > max(rises)):
            self.search.evaluate(swapped)

    def _swapped(self, number: int) -> FloatArray:
        """The advised plan with one option in place of what it takes of the same item from the same supplier."""
        swapped = self.search.plan(self.best).copy()
        for mate, other in enumerate(self.search.options):
            if other.group == self.search.options[number].group:
                swapped[mate] = 0.0
        swapped[number] = 1.0
        return swapped

    def rises(self, *, is_less: bool) -> list[float]:
        """Changes of the fees, as shares of today's, at which a plan tried with less or more of it costs the same.

        A plan that is cheaper by what is not worth telling flips it at once; one that no change makes as cheap is left
        out. As a gift, more of the rung costs no more.
        """
        plan, found = self.search.plan(self.best), []
        for number in self.search.pool.whole:
            other = self.search.plan(number)
            if self._price(other) == self._price(plan) or (self._price(other) < self._price(plan)) != is_less:
                continue
            rise = self._rise(self._net(number), self.search.pool.mean(number), is_less=is_less)
            if rise is not None:
                found.append(max(rise, GIFT) if self.refund_usd > 0.0 and np.all(other >= plan) else rise)
        return found

    def _rise(self, net_usd: float, mean_usd: float, *, is_less: bool) -> float | None:
        """Change of the fees at which the advised plan costs what another does; None where none helps the other."""
        apart = self._net(self.best) - net_usd
        if (apart if is_less else -apart) < LEAST_USD:
            return None
        return (mean_usd - self.search.pool.mean(self.best)) / apart

    def _price(self, plan: FloatArray) -> float:
        """What a plan sinks into the rung."""
        return float(self.sunk @ plan[self.members])

    def _net(self, number: int) -> float:
        """The same, less what of it orders under the rung bring back in the mean."""
        plan = self.search.plan(number)
        if self.refund_usd == 0.0 or not plan[self.members].any():
            return self._price(plan)
        pieces = np.array([reply.ordered[self.place] for reply in self.search.evaluations[number].replies])
        return self._price(plan) - self.refund_usd * float(self.search.shares @ pieces)
