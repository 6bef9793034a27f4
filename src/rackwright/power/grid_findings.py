"""Does the load of a site keep what the utility allows: ramp, dynamic range, frequencies, and losses of load?

Held is what the grid sees behind what the program's `smoothing` has bought.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from rackwright.catalog.installation import ElectricRules
from rackwright.power.finding import Finding
from rackwright.power.jobs import largest_site_ramp_w_s
from rackwright.power.load_losses import LoadLoss, load_losses, ramp_seen_w_s, step_seen_w
from rackwright.power.mitigation import cheapest, mitigate
from rackwright.power.site import SitePower
from rackwright.power.smoothing import LOSSES, Bought, Event, band_seen_w, swing_seen

__all__ = ["grid_findings"]


def grid_findings(power: SitePower, rules: ElectricRules) -> Iterator[Finding]:
    """What the utility limits, each against what the grid sees; the relief is the cheapest way with its size."""
    for event, finding in (*_running(power), *_lost(power)):
        yield finding if finding.passed else _with_relief(power, event, finding, rules)


def _with_relief(power: SitePower, event: Event, finding: Finding, rules: ElectricRules) -> Finding:
    way = cheapest(mitigate(power.order, power.job, rules), event)
    relief = way.words if way is not None else "a higher limit agreed with the utility, or a smaller job"
    return Finding(finding.rule, finding.subject, finding.value, finding.limit, finding.unit, finding.source, relief)


def _running(power: SitePower) -> Iterator[tuple[Event, Finding]]:
    """Ramp, dynamic range and bands of normal running."""
    order, allowed = power.order, power.order.utility
    held = partial(_finding, power)
    if not order.jobs:
        return
    jobs = swing_seen(order.jobs, Bought.of(order.smoothing, "swing"))
    if allowed.ramp_w_s is not None:
        ramp_w_s = largest_site_ramp_w_s(jobs, window_s=allowed.ramp_window_s)
        yield "swing", held("power-utility-ramp", "", ramp_w_s, (allowed.ramp_w_s, "W/s", "ramp_limit"))
    if allowed.swing_w is not None:
        swing_w = sum(job.swing_w for job in jobs)
        yield "swing", held("power-utility-swing", "", swing_w, (allowed.swing_w, "W", "swing_limit"))
    seen_w = band_seen_w(jobs, allowed.bands, Bought.of(order.smoothing, "band"))
    for band, amplitude_w in zip(allowed.bands, seen_w, strict=True):
        subject = f" {band.low_hz:g}-{band.high_hz:g} Hz"
        yield "band", held("power-utility-band", subject, amplitude_w, (band.amplitude_w, "W", "bands"))


def _lost(power: SitePower) -> Iterator[tuple[Event, Finding]]:
    """Fall of the grid at each named loss: its ramp within a second, and the step of a job."""
    order, allowed = power.order, power.order.utility
    for loss in load_losses(order.jobs, power.job):
        bought, place = _bought(power, loss), f" {loss.event}"
        if allowed.ramp_w_s is not None:
            ramp_w_s = ramp_seen_w_s(loss, bought)
            yield loss.event, _finding(power, "power-ramp", place, ramp_w_s, (allowed.ramp_w_s, "W/s", "ramp_limit"))
        if allowed.step_w is not None and loss.event == LOSSES[0]:
            step_w = step_seen_w(loss, bought, allowed)
            yield (
                loss.event,
                _finding(power, "power-utility-step", place, step_w, (allowed.step_w, "W", "step_limit")),
            )


def _bought(power: SitePower, loss: LoadLoss) -> Bought:
    """Storage and banks bought against either loss help at both."""
    return Bought.of(power.order.smoothing, loss.event, *(event for event in LOSSES if event != loss.event))


def _finding(power: SitePower, rule: str, place: str, value: float, limit: tuple[float, str, str]) -> Finding:
    """One figure; `limit` is the utility's, its unit, and its field in the program."""
    most, unit, field = limit
    site = power.order.site
    return Finding(rule, f"{site}{place}", value, most, unit, f"program:sites[{site}].utility.{field}")
