"""Which elements does the power of each load pass, and how much of it loads each of them? Sparse path matrices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from rackwright.power.chain import Chain

__all__ = ["Paths", "trace_paths"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Paths:
    """Paths of some loads through the elements of a chain, both of shape (n_loads, n_elements).

    Parameters
    ----------
    passes
        1 where a load's power passes an element.
    load_w
        Load of the element in W for each W of the load: losses below the element are in it.
    """

    passes: sparse.csr_array
    load_w: sparse.csr_array


def trace_paths(chain: Chain, feed: IntArray, upstream: IntArray) -> Paths:
    """Walk from each load's feed up to the source, all loads one step at a time.

    Parameters
    ----------
    chain
        Elements.
    feed
        Element each load is fed by, -1 for a load without this path; shape (n_loads,).
    upstream
        Source of each element on this path, -1 for none; shape (n_elements,).
    """
    loads, at, power_w = np.arange(feed.size), feed, np.ones(feed.size)
    rows, columns, values = [], [], []
    while (is_on := at >= 0).any():
        loads, at, power_w = loads[is_on], at[is_on], power_w[is_on]
        rows.append(loads)
        columns.append(at)
        values.append(power_w * chain.load_per_output[at])
        power_w = power_w / chain.efficiency_share[at]
        at = upstream[at]
    shape = (feed.size, len(chain.names))
    if not rows:
        return Paths(sparse.csr_array(shape), sparse.csr_array(shape))
    where = (np.concatenate(rows), np.concatenate(columns))
    passes = sparse.csr_array((np.ones(where[0].size), where), shape=shape)
    return Paths(passes, sparse.csr_array((np.concatenate(values), where), shape=shape))
