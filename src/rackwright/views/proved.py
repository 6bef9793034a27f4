"""Are two plans further apart than what is not proved about them? A difference inside the gaps is no effect.

Up to the limit of exact solves a supply plan is the best one before racks are made whole, so every difference counts.
Above it a plan is only proved to be within a gap of the best, and two such plans may differ by chance.
"""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.plan import Plan

__all__ = ["Doubt", "doubt_between"]

OPTIMAL = "optimal"
USD_PER_MUSD = 1e6


@dataclass(frozen=True)
class Doubt:
    """What is not proved about two supply plans.

    Parameters
    ----------
    gap_usd
        Both gaps together [USD]; 0 if both plans are optimal.
    moved_usd
        Difference of what the plans cost, lateness priced [USD].
    """

    gap_usd: float
    moved_usd: float

    @property
    def hides(self) -> bool:
        """True if the difference may be chance."""
        return self.gap_usd > 0.0 and abs(self.moved_usd) <= self.gap_usd

    @property
    def text(self) -> str:
        """What may be said; empty where both plans are optimal."""
        if self.gap_usd <= 0.0:
            return ""
        moved, gap = self.moved_usd / USD_PER_MUSD, self.gap_usd / USD_PER_MUSD
        found = f"The plans' costs, lateness priced, differ by {moved:+,.3f} MUSD; they are proved to {gap:,.3f} MUSD."
        if self.hides:
            return f"No effect can be told. {found}"
        return f"{found} Single rows may still differ by chance."


def doubt_between(before: Plan, after: Plan) -> Doubt:
    """How far two supply plans are apart, and how far they may be from the best ones."""
    solves = [plan.supply.solves for plan in (before, after)]
    if any(not len(rows) for rows in solves):
        return Doubt(0.0, 0.0)
    gaps = [
        float(rows["objective"][0]) - float(rows["bound"][0]) if rows["status"][0] != OPTIMAL else 0.0
        for rows in solves
    ]
    return Doubt(sum(gaps), float(solves[1]["objective"][0]) - float(solves[0]["objective"][0]))
