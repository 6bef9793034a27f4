"""Does the medium-voltage system hold with all in service and with any one part of it lost?"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from rackwright.base.units import format_quantity
from rackwright.catalog.installation import ElectricRules
from rackwright.catalog.narrow import figure
from rackwright.power.finding import Finding
from rackwright.power.mv_rings import MvRings
from rackwright.power.mv_system import MvCase, MvState
from rackwright.power.site import SitePower

__all__ = ["mv_findings", "run_rows"]

Row = tuple[str, str, int, str, str, str, int, float, float, float, float, str]


def mv_findings(power: SitePower, rules: ElectricRules) -> Iterator[Finding]:
    """Ampacity, voltage, transformer loading and supply, each in the worst case of one part lost."""
    rings, state, site = power.rings, power.mv_state, power.order.site
    if rings is None or state is None:
        return
    cable = rings.cable
    for name, case in (("all in service", state.normal), _named(power, state.worst("current_a"))):
        current_a = float(np.max(case.current_a, initial=0.0))
        relief = _repair_rings(power, rings, current_a) if current_a > rings.ampacity_a else ""
        source = f"fact:{cable.id}.ampacity_a"
        yield Finding("power-mv-ampacity", f"{site} {name}", current_a, rings.ampacity_a, "A", source, relief)
    name, case = _named(power, state.worst("drop_share"))
    limit, source = figure(rules.voltage_drop_one_lost_share), f"fact:{rules.id}.voltage_drop_one_lost_share"
    relief = f"taps {max(0.0, case.drop_share - limit):.1%} below nominal at the unit substations, or less impedance"
    yield Finding("power-mv-one-lost-voltage", f"{site} {name}", case.drop_share, limit, "", source, relief)
    name, case = _named(power, state.worst("transformer_share"))
    rating_va = figure(power.order.parts.hv_transformer.rating_va) * case.transformer_share
    relief = f"transformers of {format_quantity(rating_va, 'VA')}, or one more"
    yield Finding(
        "power-mv-one-lost-transformer", f"{site} {name}", case.transformer_share, 1.0, "", "rating in VA", relief
    )
    if power.order.scheme == "N":
        return
    name, case = _named(power, state.worst("unsupplied_w"))
    source = f"program:sites[{site}].power.scheme"
    missing = format_quantity(case.unsupplied_w, "W")
    relief = f"{missing} to other boards: one more transformer or board, or that much less load"
    yield Finding("power-mv-one-lost-supply", f"{site} {name}", case.unsupplied_w, 0.0, "W", source, relief)


def _repair_rings(power: SitePower, rings: MvRings, current_a: float) -> str:
    """Cables in parallel, or units of a ring, with which its ampacity is kept."""
    ratio, plan = current_a / rings.ampacity_a, power.order.mv
    cables = math.ceil(rings.parallel * ratio)
    fewer = max(1, int(plan.units_per_ring / ratio)) if plan is not None else 1
    return f"{rings.cable.id} x {cables} ({rings.parallel} now), or {fewer} units on a ring (units_per_ring)"


def _named(power: SitePower, case: MvCase) -> tuple[str, MvCase]:
    """The case with what is lost in words."""
    lost = case.lost
    if lost.startswith("segment "):
        lost = _run_name(power, int(lost.removeprefix("segment ")) - 1)
    return f"without {lost}" if lost else "with all", case


def _run_name(power: SitePower, segment: int) -> str:
    """`SITE-ring-03-2`: ring and place of a segment, both from 1."""
    rings = power.rings
    ring = int(rings.ring[segment]) if rings is not None else 0
    place = segment - (int(np.argmax(rings.ring == ring)) if rings is not None else 0)
    return f"{power.order.site}-ring-{ring + 1:02d}-{place + 1}"


def run_rows(power: SitePower) -> Iterator[Row]:
    """Rows of the table of runs."""
    rings, state = power.rings, power.mv_state
    if rings is None or state is None:
        return
    worst_a, failure = _worst_a(rings, state)
    for segment in range(rings.ring.size):
        lost = failure[segment]
        yield (
            _run_name(power, segment),
            power.order.site,
            int(rings.ring[segment]) + 1,
            power.chain.names[rings.start[segment]],
            power.chain.names[rings.end[segment]],
            rings.cable.id,
            rings.parallel,
            float(rings.length_m[segment]),
            float(state.normal.current_a[segment]),
            float(worst_a[segment]),
            rings.ampacity_a,
            _named(power, lost)[0].removeprefix("without ") if lost is not None else "",
        )


def _worst_a(rings: MvRings, state: MvState) -> tuple[np.ndarray, list[MvCase | None]]:
    """Highest current of each segment over all cases, and the case that gives it; None for the normal state."""
    cases = (state.normal, *state.lost)
    current_a = np.stack([np.round(case.current_a, 6) for case in cases])
    at = np.argmax(current_a, axis=0)
    return current_a[at, np.arange(rings.ring.size)], [cases[n] if n else None for n in at.tolist()]
