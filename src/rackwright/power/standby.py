"""Do generators take their steps, does storage bridge their start, do on-site units carry what the grid does not?"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from rackwright.base.units import format_quantity
from rackwright.catalog.installation import ElectricRules
from rackwright.catalog.narrow import figure
from rackwright.power.finding import Finding
from rackwright.power.gensets import step_dip_share
from rackwright.power.site import SitePower

__all__ = ["on_site_findings", "standby_findings"]

TINY = 1e-9


def standby_findings(power: SitePower, rules: ElectricRules) -> Iterator[Finding]:
    """Step load and dip of the fullest generator, bridging its start, and riding through a fault of the grid."""
    parts, site = power.order.parts, power.order.site
    generator, ups = parts.generator, parts.ups
    if generator is not None and power.chain.is_kind("generator").any():
        yield from _steps(power, rules)
    if ups is None or ups.ride_through_s is None:
        return
    bridge_s, source = figure(ups.ride_through_s), f"fact:{ups.id}.ride_through_s"
    if generator is not None and rules.genset_start_s is not None:
        start_s = figure(rules.genset_start_s)
        relief = (
            f"a battery of {start_s:g} s at rating ({bridge_s:g} s now), or generators that start in {bridge_s:g} s"
        )
        yield Finding("power-start-bridged", site, start_s, bridge_s, "s", source, relief)
    held_s = power.order.ride_through_s
    if held_s is not None:
        relief = f"storage of {held_s:g} s at rating in UPS or racks ({bridge_s:g} s now)"
        yield Finding("power-ride-through", site, held_s, bridge_s, "s", source, relief)


def _steps(power: SitePower, rules: ElectricRules) -> Iterator[Finding]:
    """The largest load that comes onto a generator at once: a UPS walks in by itself, the rest of a board at once."""
    chain, loads, generator = power.chain, power.loads, power.order.parts.generator
    if generator is None or generator.step_share is None or rules.genset_subtransient_share is None:
        return
    feeders = np.flatnonzero(chain.is_kind("ups-feeder"))
    ups = feeders if feeders.size else np.flatnonzero(chain.is_kind("ups"))
    drawn_w = loads.normal_w / chain.efficiency_share
    by_ups_w = np.bincount(chain.upstream[ups], weights=drawn_w[ups], minlength=len(chain.names))
    largest_ups_w = np.zeros(len(chain.names))
    np.maximum.at(largest_ups_w, chain.upstream[ups], drawn_w[ups])
    sets = np.flatnonzero(chain.is_kind("generator") & (chain.feeds >= 0))
    boards = chain.feeds[sets]
    step_w = np.maximum(largest_ups_w[boards], loads.normal_w[boards] - by_ups_w[boards])
    fullest = int(np.argmax(np.round(step_w, 3)))
    name, rating_w = chain.names[sets[fullest]], figure(generator.rating_w)
    limit_w, source = figure(generator.step_share) * rating_w, f"fact:{generator.id}.step_share"
    needed = format_quantity(float(step_w[fullest]) / figure(generator.step_share), "W")
    relief = f"a generator of {needed}, or no more than {format_quantity(limit_w, 'W')} behind one UPS or at once"
    yield Finding("power-genset-step", name, float(step_w[fullest]), limit_w, "W", source, relief)
    factor = power.classes.unit_substation.rating_w / figure(power.order.parts.unit_substation.rating_va)
    reactance = figure(rules.genset_subtransient_share)
    dip = step_dip_share(float(step_w[fullest]), factor, rating_va=rating_w / factor, subtransient_share=reactance)
    source, most = f"fact:{rules.id}.genset_dip_share", figure(rules.genset_dip_share)
    needed, step = (
        format_quantity(watts, "W") for watts in (rating_w * dip / most, float(step_w[fullest]) * most / max(dip, TINY))
    )
    relief = f"a generator of {needed}, or no more than {step} behind one UPS or at once"
    yield Finding("power-genset-dip", name, dip, most, "", source, relief)


def on_site_findings(power: SitePower) -> Iterator[Finding]:
    """On-site generation with its largest unit lost against what the grid connection does not give."""
    units = [unit for unit in power.order.on_site for _ in range(unit.count)]
    if not units:
        return
    ratings_w = sorted((figure(unit.part.rating_w) for unit in units), reverse=True)
    needed_w = max(0.0, power.facility_w - power.grid_w)
    site = power.order.site
    more = math.ceil((needed_w - sum(ratings_w[1:])) / ratings_w[0] - TINY)
    missing = format_quantity(needed_w - sum(ratings_w[1:]), "W")
    relief = f"{more} more of {format_quantity(ratings_w[0], 'W')}, storage or a firm grid supply of {missing}"
    source = "on-site ratings without the largest unit"
    yield Finding("power-on-site-one-lost", site, needed_w, sum(ratings_w[1:]), "W", source, relief)
