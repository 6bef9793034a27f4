"""How low can safety stock cost in a network with rings? The guaranteed-service model as a mixed-integer model.

Columns: promise S_k and inbound time SI_k of each stage, and one choice per stage and number of net days, since the
cost of net days is concave. Rows: one number of net days a stage, net days = SI + T - S, SI_j >= S_i on arcs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rackwright.solve import Limits, LinearModel
from rackwright.solve.mixed import solve_from
from rackwright.supply.service_network import ServiceNetwork

__all__ = ["improve_service"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def improve_service(network: ServiceNetwork, service: IntArray, limits: Limits) -> tuple[IntArray, float]:
    """Better promises than those given, where found, and a bound on the cost of all placements.

    Parameters
    ----------
    network
        Stages and arcs.
    service
        Promises of a placement in which each stage is served as early as its suppliers promise [day].
    limits
        Counts at which the solver stops.
    """
    stage, days = _choices(network)
    found = solve_from(_model(network, stage, days), _point(network, stage, days, service), limits=limits)
    if not np.isfinite(found.objective):
        return service, -np.inf
    return np.floor(found.x[: network.num_stages] + 0.5).astype(np.int64), found.bound


def _choices(network: ServiceNetwork) -> tuple[IntArray, IntArray]:
    """Stage and net days of each choice."""
    counts = network.longest_days + 1
    stage = np.repeat(np.arange(network.num_stages), counts)
    return stage, np.arange(len(stage)) - np.repeat(np.cumsum(counts) - counts, counts)


def _model(network: ServiceNetwork, stage: IntArray, days: IntArray) -> LinearModel:
    count, num_arcs, num = network.num_stages, len(network.suppliers), len(stage)
    every, arc, choice = np.arange(count), np.arange(num_arcs), 2 * count + np.arange(num)
    longest_inbound = (network.longest_days - network.lead_days).astype(np.float64)
    rate = network.holding_cost * network.spread
    entries = [
        (stage, choice, np.ones(num)),
        (count + stage, choice, days.astype(np.float64)),
        (count + every, count + every, np.full(count, -1.0)),
        (count + every, every, np.ones(count)),
        (2 * count + arc, count + network.customers, np.ones(num_arcs)),
        (2 * count + arc, network.suppliers, np.full(num_arcs, -1.0)),
    ]
    rows, cols, values = (np.concatenate(parts) for parts in zip(*entries, strict=True))
    right = np.concatenate([np.ones(count), network.lead_days.astype(np.float64)])
    return LinearModel(
        cost=np.concatenate([np.zeros(2 * count), rate[stage] * np.sqrt(days)]),
        col_lower=np.concatenate([np.zeros(count), network.inbound_days, np.zeros(num)]),
        col_upper=np.concatenate([network.most_service_days, longest_inbound, np.ones(num)]),
        row_lower=np.concatenate([right, np.zeros(num_arcs)]),
        row_upper=np.concatenate([right, np.full(num_arcs, np.inf)]),
        rows=rows,
        cols=cols,
        values=values,
        is_integer=np.arange(2 * count + num) >= 2 * count,
    )


def _point(network: ServiceNetwork, stage: IntArray, days: IntArray, service: IntArray) -> FloatArray:
    """The placement as a point of the model."""
    inbound = network.inbound_days.copy()
    np.maximum.at(inbound, network.customers, service[network.suppliers])
    net = inbound + network.lead_days - service
    return np.concatenate([service, inbound, days == net[stage]]).astype(np.float64)
