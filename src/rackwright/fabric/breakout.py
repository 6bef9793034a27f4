"""How many logical ports does a switch have at the rate its endpoints run?"""

from __future__ import annotations

from typing import Final

from rackwright.fabric.switch import SwitchSpec

__all__ = ["LARGEST_SPLIT", "connector_links", "logical_ports", "split_of"]

LARGEST_SPLIT: Final = 4
"""House rule: a port is split into two or four at most, the ways in which breakout cables are commonly made."""


def split_of(switch: SwitchSpec, gbit_s: float) -> int:
    """Ways one port of the switch is split to serve links of a rate; 0 if the rate is above the port's.

    Notes
    -----
    The largest of 1, 2, 4 that leaves each part the rate asked for. A link slower than the smallest part takes a whole
    part and runs at its own rate.
    """
    port_gbit_s = switch.port_gbit_s.value
    if gbit_s > port_gbit_s:
        return 0
    split = 1
    while split < LARGEST_SPLIT and gbit_s > 0 and port_gbit_s / (2 * split) >= gbit_s:
        split *= 2
    return split


def logical_ports(switch: SwitchSpec, gbit_s: float, pinned: int = 0) -> int:
    """Logical ports of a switch at a link rate; 0 if it cannot run that rate.

    `pinned` are the ways a port is split where the user has decided them; a finer split than the rate allows gives 0.
    """
    most = split_of(switch, gbit_s)
    split = pinned if 0 < pinned <= most else 0 if pinned else most
    return round(switch.ports.value) * split


def connector_links(switch: SwitchSpec, gbit_s: float) -> int:
    """Links of a rate that one connector of a cage carries, which therefore end on one switch; 1 where not known.

    Notes
    -----
    n = s p / c: s parts of a split port, p ports of a cage, c connectors of the transceiver that has most of them.
    """
    in_cage = split_of(switch, gbit_s) * (switch.ports_per_cage.value if switch.ports_per_cage else 1.0)
    return 1 if switch.connectors is None else max(1, round(in_cage / switch.connectors.value))
