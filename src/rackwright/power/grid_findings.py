"""Does the load of a site's jobs keep what the utility allows: ramp, dynamic range, steps, frequencies?"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.power.finding import Finding
from rackwright.power.jobs import band_amplitude_w, largest_site_ramp_w_s
from rackwright.power.site import SitePower

__all__ = ["grid_findings"]


def grid_findings(power: SitePower) -> Iterator[Finding]:
    """What the utility limits, each against the jobs' load; nothing where no job's profile is known."""
    order, site = power.order, power.order.site
    allowed, jobs, place = order.utility, order.jobs, f"program:sites[{power.order.site}].utility"
    if not jobs:
        return
    relief = "one of the ways of the table power.mitigations (view transients)"
    if allowed.ramp_w_s is not None:
        ramp_w_s = largest_site_ramp_w_s(jobs, window_s=allowed.ramp_window_s)
        yield Finding("power-utility-ramp", site, ramp_w_s, allowed.ramp_w_s, "W/s", f"{place}.ramp_limit", relief)
    if allowed.swing_w is not None:
        swing_w = sum(job.swing_w for job in jobs)
        yield Finding("power-utility-swing", site, swing_w, allowed.swing_w, "W", f"{place}.swing_limit", relief)
    if allowed.step_w is not None:
        step_w = max(job.racks * (job.peak_w - job.idle_w) for job in jobs)
        yield Finding("power-utility-step", site, step_w, allowed.step_w, "W", f"{place}.step_limit", relief)
    for band in allowed.bands:
        amplitude_w = band_amplitude_w(jobs, band.low_hz, band.high_hz)
        subject = f"{site} {band.low_hz:g}-{band.high_hz:g} Hz"
        yield Finding("power-utility-band", subject, amplitude_w, band.amplitude_w, "W", f"{place}.bands", relief)
