"""How many metres of which conductor and cable does a site take, and how many terminations?"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from rackwright.power.feeder_runs import feeder_lengths
from rackwright.power.site import SitePower

__all__ = ["CABLE_KINDS", "CableNeed", "cable_needs"]

CABLE_KINDS = ("lv-cable", "mv-cable", "mv-termination")
PHASES, ENDS = 3, 2


@dataclass(frozen=True, slots=True)
class CableNeed:
    """Conductor or cable by the metre, or terminations by the kit.

    Parameters
    ----------
    kind, part
        One of `CABLE_KINDS`, and catalog part.
    count, unit
        Metres, rounded up, or kits; `m` or `piece`.
    """

    kind: str
    part: str
    count: int
    unit: str


def cable_needs(power: SitePower, power_factor: float) -> Iterator[CableNeed]:
    """Low-voltage conductors by size, then medium-voltage cable with its terminations at both ends of each segment."""
    metres: dict[str, float] = {}
    for part, conductor_m in feeder_lengths(power, power_factor):
        metres[part] = metres.get(part, 0.0) + conductor_m
    for part, conductor_m in sorted(metres.items()):
        yield CableNeed("lv-cable", part, math.ceil(conductor_m), "m")
    rings, plan = power.rings, power.order.mv
    if rings is None or plan is None:
        return
    circuit_m = math.fsum(rings.length_m.tolist()) * rings.parallel
    yield CableNeed("mv-cable", rings.cable.id, math.ceil(circuit_m), "m")
    if plan.termination is not None:
        kits = rings.ring.size * rings.parallel * PHASES * ENDS
        yield CableNeed("mv-termination", plan.termination.id, kits, "piece")
