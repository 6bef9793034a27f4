"""How many network racks, and how much network power, does a scalable unit bring along before the fabric is designed?

A Clos estimate per network: the leaf tier carries the ports, the spine the uplinks, the core half as many again; the
fabric stage later counts exactly. Power is that of all tiers; positions are counted for the leaves alone, which stand
with their units: siting never gives up a unit for which the layout, which has the last word, might find a place.
"""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.catalog.parts import Switch

__all__ = ["NetworkShare", "NetworkSwitches", "network_share", "num_switches"]


@dataclass(frozen=True, slots=True)
class NetworkSwitches:
    """Ports of one unit on one network, in Gbit/s, and the switches that carry them.

    Parameters
    ----------
    gbit_s
        Sum of the rates of all ports of the unit on this network.
    leaf, spine, core
        Switches by tier; None for a tier the network does not have.
    oversubscription
        Down capacity over up capacity at the leaf, >= 1.
    """

    gbit_s: float
    leaf: Switch
    spine: Switch | None
    core: Switch | None
    oversubscription: float


@dataclass(frozen=True, slots=True)
class NetworkShare:
    """Switch height [U] and power [W] one unit adds, and the height of its leaves; estimates, fractions are kept."""

    height_u: float
    power_w: float
    leaf_height_u: float


def _capacity_gbit_s(switch: Switch) -> float:
    """Switching capacity, the sum of all ports one way."""
    ports = switch.ports.value if switch.ports else 0.0
    rate = switch.port_gbit_s.value if switch.port_gbit_s else 0.0
    return ports * rate


def num_switches(network: NetworkSwitches) -> tuple[float, float, float]:
    """Switches of the leaf, spine and core tier for one unit.

    Notes
    -----
    With traffic D at the ports and oversubscription s, a leaf of capacity C gives s/(1+s) of it downwards. Uplinks
    carry U = D/s. A spine under a core gives half of its capacity downwards, a top tier all of it.
    """
    down_share = network.oversubscription / (1.0 + network.oversubscription) if network.spine else 1.0
    leaf = network.gbit_s / (_capacity_gbit_s(network.leaf) * down_share)
    if network.spine is None:
        return leaf, 0.0, 0.0
    uplink = network.gbit_s / network.oversubscription
    if network.core is None:
        return leaf, uplink / _capacity_gbit_s(network.spine), 0.0
    return leaf, 2.0 * uplink / _capacity_gbit_s(network.spine), uplink / _capacity_gbit_s(network.core)


def network_share(networks: tuple[NetworkSwitches, ...]) -> NetworkShare:
    """Height and power of all switches of one unit, and the height of those that stand beside it."""
    height_u = power_w = leaf_height_u = 0.0
    for network in networks:
        tiers = (network.leaf, network.spine, network.core)
        for switch, count in zip(tiers, num_switches(network), strict=True):
            if switch is not None:
                height_u += count * (switch.height_u.value if switch.height_u else 0.0)
                power_w += count * (switch.power_w.value if switch.power_w else 0.0)
        leaf_u = network.leaf.height_u
        leaf_height_u += num_switches(network)[0] * (leaf_u.value if leaf_u else 0.0)
    return NetworkShare(height_u, power_w, leaf_height_u)
