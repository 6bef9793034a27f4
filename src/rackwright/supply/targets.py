"""Between which days does which target of the traced US value share hold?"""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.base.horizon import Horizon
from rackwright.program.header import Policy

__all__ = ["TargetPeriod", "target_periods"]


@dataclass(frozen=True)
class TargetPeriod:
    """A share to reach on the days `[from_day, to_day)`."""

    from_day: int
    to_day: int
    share: float


def target_periods(policy: Policy, horizon: Horizon) -> tuple[TargetPeriod, ...]:
    """Each target until the next; none where falling short has no price."""
    if policy.content_usd_per_usd_short <= 0:
        return ()
    rows = sorted((max(0, horizon.day(row.start)), row.share) for row in policy.traced_us_share)
    ends = [day for day, _ in rows[1:]] + [horizon.num_days]
    periods = (TargetPeriod(day, end, share) for (day, share), end in zip(rows, ends, strict=True))
    return tuple(period for period in periods if period.from_day < period.to_day)
