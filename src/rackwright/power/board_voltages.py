"""Which voltage do the low-voltage boards of a site see at peak?

The chain's transformers as an alternating-current network, solved by the power flow. Cable lengths are not known yet,
so cables are left out; the tap of every transformer is at its rated ratio.
"""

from __future__ import annotations

import numpy as np

from rackwright.catalog.narrow import figure
from rackwright.power.ac_flow import solve_flow
from rackwright.power.ac_network import AcLines, AcLoads, AcNetwork, AcTransformers
from rackwright.power.chain import Chain
from rackwright.power.failures import ElementLoads
from rackwright.power.request import ChainParts

__all__ = ["chain_network", "largest_drop_share"]

FREQUENCY_HZ = 60.0
"""Without cable capacitance the flow does not depend on it."""


def largest_drop_share(parts: ChainParts, chain: Chain, loads: ElementLoads, *, power_factor: float) -> float:
    """Largest voltage drop from the grid to a low-voltage board, as a share of nominal; 1 where no flow exists."""
    boards = np.flatnonzero(chain.is_kind("lv-switchgear") & (loads.normal_w > 0.0))
    if not boards.size:
        return 0.0
    flow = solve_flow(chain_network(parts, chain, loads, power_factor=power_factor))
    return 1.0 - flow.lowest_pu if flow.has_converged else 1.0


def chain_network(parts: ChainParts, chain: Chain, loads: ElementLoads, *, power_factor: float) -> AcNetwork:
    """Transformers and boards of a chain: bus 0 is the grid, then one bus behind each transformer.

    Medium-voltage boards stand on the bus of the transformer that feeds them. A transformer's resistance is what its
    efficiency loses, its iron losses among it.
    """
    units = np.flatnonzero(chain.is_kind("hv-transformer", "unit-substation"))
    bus = np.zeros(len(chain.names), dtype=np.int64)
    bus[units] = np.arange(units.size) + 1
    for kind in ("mv-switchgear", "ats", "lv-switchgear"):
        own = np.flatnonzero(chain.is_kind(kind))
        bus[own] = bus[chain.upstream[own]]
    is_high = chain.kind[units] == "hv-transformer"
    high, low = parts.hv_transformer, parts.unit_substation
    medium_v, low_v = figure(high.secondary_v), figure(low.secondary_v)
    nominal_v = np.concatenate([[figure(high.primary_v)], np.where(is_high, medium_v, low_v)])
    low_boards = np.flatnonzero(chain.is_kind("lv-switchgear"))
    active_w = loads.normal_w[low_boards]
    none = np.zeros(0)
    return AcNetwork(
        nominal_v=nominal_v,
        lines=AcLines(none.astype(np.int64), none.astype(np.int64), none, none, none),
        transformers=AcTransformers(
            high=bus[chain.upstream[units]],
            low=bus[units],
            rating_va=np.where(is_high, figure(high.rating_va), figure(low.rating_va)),
            high_v=np.where(is_high, figure(high.primary_v), medium_v),
            low_v=np.where(is_high, medium_v, low_v),
            impedance_share=np.where(is_high, figure(high.impedance_share), figure(low.impedance_share)),
            resistance_share=1.0 - np.where(is_high, figure(high.efficiency_share), figure(low.efficiency_share)),
            iron_w=np.zeros(units.size),
            magnetising_share=np.zeros(units.size),
        ),
        loads=AcLoads(bus[low_boards], active_w, active_w * np.tan(np.arccos(power_factor))),
        slack_bus=0,
        slack_pu=1.0,
        frequency_hz=FREQUENCY_HZ,
    )
