"""A fabric cannot be built as asked: which one near it can?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rackwright.fabric.clos import Clos, ClosNeed, largest_groups, size_clos
from rackwright.fabric.optics import Market

__all__ = ["nearest_design", "nearest_switch"]

PINS = (
    ("tiers", "tiers"),
    ("leaf_up", "leaf_uplinks"),
    ("bundle", "bundle"),
    ("core_bundle", "core_bundle"),
    ("pod_leaves", "pod_leaves"),
    ("leaf_down", "leaf_ports"),
)
"""Pins of a need, and how the program calls them; the one that changes least first."""
MOST_RADIX = 1024
RATIOS = (1.25, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 16.0)
MOST_NAMED = 3


def nearest_design(need: ClosNeed) -> tuple[int, str]:
    """Most units the same switches can join as asked, and the changes of one thing that would make the whole fit.

    Tried in this order: each pin let go, fewer reserved ports, more oversubscription, more ports a switch; then fewer
    units. The first few that work are named.
    """
    most = largest_groups(need)
    found = [text for text, changed in _changes(need) if size_clos(changed) is not None][:MOST_NAMED]
    units = f"the nearest design that works has {most} units" if most else "not even one unit can be joined"
    return most, "; or ".join([units, *found])


def nearest_switch(market: Market, gbit_s: float) -> str:
    """The slowest switch of the market with ports of a rate, of these the one with most ports; or how to do without."""
    switches = [candidate.switch for candidate in market.candidates]
    fast = [switch for switch in switches if switch.port_gbit_s.value >= gbit_s]
    if not fast:
        fastest = max((switch.port_gbit_s.value for switch in switches), default=0.0)
        return f"no switch of the catalog is as fast; the fastest ports run at {fastest:g} Gbit/s"
    best = min(fast, key=lambda switch: (switch.port_gbit_s.value, -switch.ports.value, switch.id))
    return f"{best.id} with {best.ports.value:g} ports of {best.port_gbit_s.value:g} Gbit/s"


def _changes(need: ClosNeed) -> Iterator[tuple[str, ClosNeed]]:
    for field, name in PINS:
        if not getattr(need, field):
            continue
        free = replace(need, **{field: 0})  # type: ignore[arg-type]
        clos = size_clos(free)
        if clos is not None:
            yield f"`{name}: {_value(clos, field)}` instead of {getattr(need, field)}", free
    if need.reserved or need.spine_reserved:
        yield "no reserved ports", replace(need, reserved=0, spine_reserved=0)
    for ratio in RATIOS:
        wider = replace(need, oversubscription=max(ratio, need.oversubscription))
        if ratio > need.oversubscription and size_clos(wider) is not None:
            yield f"an oversubscription of {ratio:g}", wider
            break
    yield from _larger_switches(need)


def _value(clos: Clos, field: str) -> int:
    return int(getattr(clos, field))


def _larger_switches(need: ClosNeed) -> Iterator[tuple[str, ClosNeed]]:
    """Switches with twice the ports, twice again, and so on."""
    radix = max(need.leaf_radix, need.spine_radix, need.core_radix)
    while 0 < radix <= MOST_RADIX // 2:
        radix *= 2
        larger = replace(need, leaf_radix=radix, spine_radix=radix, core_radix=radix)
        if size_clos(larger) is not None:
            yield f"switches of {radix} ports", larger
            return
