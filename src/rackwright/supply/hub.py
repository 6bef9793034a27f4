"""When is what lies in a supplier's hub pulled, and so due for payment? First come, first used at each place.

A supplier whose terms say `hub` owns what it has delivered until the place uses it or sends it on. The plan prices the
capital of that stock like any other, whoever carries it, so it is not planned larger for being somebody else's.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from rackwright.supply.assemble import Assembly
from rackwright.supply.flows import received_and_used
from rackwright.supply.request import SupplyRequest
from rackwright.supply.timing import FloatArray

__all__ = ["HubBook", "pull_shares"]


def pull_shares(arrived: FloatArray, received: FloatArray, used: FloatArray) -> FloatArray:
    """How much of what arrives from one source is pulled in each bucket, first come, first used.

    Parameters
    ----------
    arrived
        What one source brings in each bucket, in any unit.
    received, used
        Pieces all sources bring, stock at the start with them, and pieces used, by bucket.

    Examples
    --------
    >>> pull_shares(np.array([4.0, 0.0]), np.array([8.0, 0.0]), np.array([2.0, 4.0]))
    array([1., 2.])
    """
    so_far = np.concatenate([[0.0], np.cumsum(received)])
    mine = np.concatenate([[0.0], np.cumsum(arrived)])
    pulled = np.interp(np.minimum(np.cumsum(used), so_far[1:]), so_far, mine)
    return np.diff(pulled, prepend=0.0)


class HubBook:
    """Which supplies lie in a hub, and when they are pulled in a solved plan.

    Parameters
    ----------
    request, assembly
        What was asked, and its model.
    x
        Values of the columns.
    """

    def __init__(self, request: SupplyRequest, assembly: Assembly, x: FloatArray) -> None:
        self._hubs = {(row.item, row.supplier) for row in request.supply.terms if row.hub}
        self._assembly, self._x = assembly, x

    def has(self, item: str, supplier: str) -> bool:
        """True if the supplier owns its pieces until they are pulled."""
        return (item, supplier) in self._hubs

    def pulled(self, buffer: int, arrived: FloatArray) -> FloatArray:
        """What is pulled in each bucket of what one source brings to a buffer."""
        received, used = self._flows
        return pull_shares(arrived, received[buffer], used[buffer])

    @cached_property
    def _flows(self) -> tuple[FloatArray, FloatArray]:
        return received_and_used(self._assembly, self._x)
