"""Which traced US value share is wanted of racks accepted when, and whose value counts towards it?"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from rackwright.base.horizon import Horizon
from rackwright.program.header import Policy
from rackwright.supply.network import Network
from rackwright.supply.timing import FloatArray, Grid

__all__ = ["rack_items", "target_shares"]


def target_shares(policy: Policy, horizon: Horizon, grid: Grid) -> FloatArray | None:
    """Share wanted of racks accepted in each bucket (its first day counts); None where missing it has no price."""
    if policy.content_usd_per_usd_short <= 0 or not policy.traced_us_share:
        return None
    shares = np.zeros(grid.num)
    for row in sorted(policy.traced_us_share, key=lambda row: row.start):
        shares = np.where(grid.starts >= horizon.day(row.start), row.share, shares)
    return shares


def rack_items(network: Network, skus: Iterable[str]) -> frozenset[str]:
    """Items that go into racks, the racks themselves among them."""
    below: dict[str, set[str]] = {}
    for make in network.makes:
        takes = (take for choice in make.choices for option in choice.options for take in option.takes)
        below.setdefault(make.item, set()).update(network.buffers[buffer][0] for buffer, _ in takes)
    found: set[str] = set()
    waiting = sorted(set(skus))
    while waiting:
        item = waiting.pop()
        if item not in found:
            found.add(item)
            waiting += sorted(below.get(item, ()))
    return frozenset(found)
