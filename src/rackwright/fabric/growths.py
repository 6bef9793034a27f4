"""What would it take to let a live scale-out network grow: switches, moved links, stages, and what to pin for it?"""

from __future__ import annotations

import math
from dataclasses import replace

from rackwright.fabric.clos import Clos
from rackwright.fabric.growth import Growth, grow_clos
from rackwright.fabric.need import clos_need, radix_of, take_census
from rackwright.fabric.network import Network
from rackwright.fabric.request import BlockNeed

__all__ = ["growth_pins", "growth_rows"]

STEPS = (1.25, 2.0)
"""Sizes looked at beside one unit more, over the units of today."""
PINNED = (
    ("tiers", "tiers"),
    ("leaf_ports", "leaf_down"),
    ("leaf_uplinks", "leaf_up"),
    ("pod_leaves", "pod_leaves"),
    ("bundle", "bundle"),
    ("core_bundle", "core_bundle"),
)
"""Pins of the program, and what they hold of a Clos."""


def growth_rows(block: BlockNeed, network: Network) -> list[tuple[str | int | float, ...]]:
    """Rows of `Growths` for the scale-out network of a block; none where it was not built, or has no cores."""
    before, asked = network.size, network.asked
    if not isinstance(before, Clos) or asked is None or before.peer_bundle:
        return []
    radix = radix_of(asked, network.gbit_s, network.uplink_gbit_s)
    need = clos_need(take_census(network.ports), block.units, replace(asked, pins=replace(asked.pins, tiers=0)), radix)
    rows: list[tuple[str | int | float, ...]] = []
    for more in sorted({1, *(math.ceil(block.units * (step - 1.0)) for step in STEPS)}):
        larger = replace(need, groups=block.units + more)
        growth = grow_clos(before, larger, kept_share=block.target.growth_keeps)
        rows.append((block.block, more, *_figures(before, growth)))
    return rows


def _figures(before: Clos, growth: Growth | None) -> tuple[str | int | float, ...]:
    links = before.leaves * before.leaf_up + before.spines * before.spine_up
    if growth is None:
        return (False, 0, 0, 0, 0, links, 0, 0.0, 0, "")
    clos = growth.clos
    counts = (clos.tiers, clos.leaves - before.leaves, clos.spines - before.spines, clos.cores - before.cores)
    moved = (growth.links, growth.moved, growth.moved_share, growth.stages)
    return (True, *counts, *moved, growth_pins(clos))


def growth_pins(clos: Clos) -> str:
    """The pins of the program that make the sizing rule give a Clos again, as they are written."""
    used = [(name, int(getattr(clos, field))) for name, field in PINNED]
    if clos.tiers < 3:
        used = [(name, value) for name, value in used if name not in {"pod_leaves", "core_bundle"}]
    return ", ".join(f"{name}: {value}" for name, value in used if value)
