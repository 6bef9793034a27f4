"""What does the grid still see of a site's swings behind the storage, capping and burning that was bought against them?

A piece is bought against one event. Against `swing` storage draws the load towards its mean; against `band` it takes
out what single frequencies have above the limit; against the loss of a job or a block it goes on drawing while the
grid follows. Storage is ideal.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from rackwright.power.jobs import Job, harmonic_series
from rackwright.power.transients import Band

__all__ = [
    "LOSSES",
    "Bought",
    "Event",
    "Need",
    "band_need",
    "band_seen_w",
    "flattened",
    "lessened",
    "swing_need",
    "swing_seen",
]

Event = Literal["swing", "band", "job-loss", "block-loss"]
LOSSES: tuple[Event, Event] = ("job-loss", "block-loss")
"""Named losses of load: the largest synchronised job stops; one fault takes the largest block."""
HALVINGS = 40


@dataclass(frozen=True, slots=True)
class Need:
    """Energy [J] and power [W] that storage must have, all places together."""

    energy_j: float
    power_w: float

    def __add__(self, other: Need) -> Need:
        return Need(self.energy_j + other.energy_j, self.power_w + other.power_w)


@dataclass(frozen=True, slots=True)
class Bought:
    """What one line of the program sets against one event.

    Parameters
    ----------
    against
        Event.
    part, count
        Storage of the catalog, and pieces; empty and 0 for capping and burning.
    power_w, energy_j
        Of all its pieces.
    cap_w
        Power by which compute phases are lowered.
    burn_w
        Power burnt: in valleys of the swing, or in a load bank when load is lost.
    """

    against: Event
    part: str = ""
    count: int = 0
    power_w: float = 0.0
    energy_j: float = 0.0
    cap_w: float = 0.0
    burn_w: float = 0.0

    @classmethod
    def of(cls, lines: Iterable[Bought], *events: Event) -> Bought:
        """All lines against some events as one."""
        own = [line for line in lines if line.against in events]
        return cls(
            against=events[0],
            power_w=sum(line.power_w for line in own),
            energy_j=sum(line.energy_j for line in own),
            cap_w=sum(line.cap_w for line in own),
            burn_w=sum(line.burn_w for line in own),
        )


# --------------------------------------------------------------------------------------------------------------- swing
def swing_need(jobs: Iterable[Job]) -> Need:
    """Storage that flattens the swing of some jobs: sum of dP d (1 - d) T and of dP max(d, 1 - d)."""
    own = [job for job in jobs if job.swing_w > 0.0]
    energy_j = sum(job.swing_w * job.duty_share * (1.0 - job.duty_share) * job.period_s for job in own)
    return Need(energy_j, sum(job.swing_w * max(job.duty_share, 1.0 - job.duty_share) for job in own))


def lessened(jobs: tuple[Job, ...], *, cap_share: float = 0.0, burn_share: float = 0.0) -> tuple[Job, ...]:
    """Jobs whose compute phases are capped, and whose valleys are filled, by a share of their swing.

    Notes
    -----
    A capped phase takes (P_hi - P_idle) / (P_cap - P_idle) as long: step and duty grow with it.
    """
    return tuple(_lessened(job, cap_share, burn_share) if job.swing_w > 0.0 else job for job in jobs)


def _lessened(job: Job, cap_share: float, burn_share: float) -> Job:
    span_w = job.peak_w - job.low_w
    peak_w = job.peak_w - cap_share * span_w
    slower = (job.peak_w - job.idle_w) / (peak_w - job.idle_w) if peak_w > job.idle_w else 1.0
    longer = job.duty_share * slower + 1.0 - job.duty_share
    low_w = min(peak_w, job.low_w + burn_share * span_w)
    period_s, duty_share = job.period_s * longer, job.duty_share * slower / longer
    return replace(job, peak_w=peak_w, low_w=low_w, period_s=period_s, duty_share=duty_share)


def flattened(jobs: tuple[Job, ...], kept_share: float) -> tuple[Job, ...]:
    """Jobs as seen behind storage that leaves a share of their distance from the mean; slopes shrink alike."""
    return tuple(_flattened(job, kept_share) if job.swing_w > 0.0 else job for job in jobs)


def _flattened(job: Job, kept_share: float) -> Job:
    mean_w = job.low_w + job.duty_share * (job.peak_w - job.low_w)
    peak_w, low_w = (mean_w + kept_share * (each_w - mean_w) for each_w in (job.peak_w, job.low_w))
    return replace(job, peak_w=peak_w, low_w=low_w, ramp_w_s=job.ramp_w_s * kept_share)


def swing_seen(jobs: tuple[Job, ...], bought: Bought) -> tuple[Job, ...]:
    """Jobs behind what was bought against their swing: capped, then burnt, then flattened as far as storage goes."""
    total_w = sum(job.swing_w for job in jobs)
    if total_w <= 0.0:
        return jobs
    left = lessened(jobs, cap_share=min(1.0, bought.cap_w / total_w), burn_share=min(1.0, bought.burn_w / total_w))
    need = swing_need(left)
    covered = [1.0] + [have / asked for have, asked in _pairs(bought, need) if asked > 0.0]
    return flattened(left, 1.0 - min(covered)) if bought.power_w > 0.0 else left


def _pairs(bought: Bought, need: Need) -> tuple[tuple[float, float], tuple[float, float]]:
    return (bought.energy_j, need.energy_j), (bought.power_w, need.power_w)


# --------------------------------------------------------------------------------------------------------------- bands
def band_need(jobs: Iterable[Job], bands: Iterable[Band], kept_share: float = 0.0) -> Need:
    """Storage that takes out of each band what is above its limit, or all but a share of that.

    Notes
    -----
    Jobs' highest amplitudes M in a band add up to S. Each harmonic A at f of a job is brought down to a = M T / S,
    T = L + kept (S - L): power A - a, energy its swing through half a cycle, (A - a) / (pi f).
    """
    jobs = tuple(jobs)
    total = Need(0.0, 0.0)
    for band in bands:
        inside = [_inside(job, band) for job in jobs]
        seen_w = sum(float(np.max(amplitude_w, initial=0.0)) for _, amplitude_w in inside)
        if seen_w <= band.amplitude_w:
            continue
        share = (band.amplitude_w + kept_share * (seen_w - band.amplitude_w)) / seen_w
        for hertz, amplitude_w in inside:
            over_w = np.maximum(amplitude_w - share * np.max(amplitude_w, initial=0.0), 0.0)
            total += Need(float(np.sum(over_w / (math.pi * hertz))), float(np.sum(over_w)))
    return total


def _inside(job: Job, band: Band) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], ...]:
    hertz, amplitude_w = harmonic_series(job)
    within = (hertz >= band.low_hz) & (hertz <= band.high_hz)
    return hertz[within], amplitude_w[within]


def band_seen_w(jobs: tuple[Job, ...], bands: tuple[Band, ...], bought: Bought) -> tuple[float, ...]:
    """Highest amplitude the grid sees in each band [W]; storage serves all bands in the same proportion."""
    total_w = sum(job.swing_w for job in jobs)
    if total_w > 0.0 and bought.cap_w + bought.burn_w > 0.0:
        jobs = lessened(jobs, cap_share=min(1.0, bought.cap_w / total_w), burn_share=min(1.0, bought.burn_w / total_w))
    kept = _kept_share(jobs, bands, bought)
    seen = []
    for band in bands:
        whole_w = sum(float(np.max(_inside(job, band)[1], initial=0.0)) for job in jobs)
        above_w = max(0.0, whole_w - band.amplitude_w)
        seen.append(whole_w - above_w + kept * above_w)
    return tuple(seen)


def _kept_share(jobs: tuple[Job, ...], bands: tuple[Band, ...], bought: Bought) -> float:
    """Smallest share of what is above the limits that storage must leave, by halving."""
    if bought.power_w <= 0.0:
        return 1.0

    def is_enough(kept: float) -> bool:
        need = band_need(jobs, bands, kept)
        return need.energy_j <= bought.energy_j and need.power_w <= bought.power_w

    if is_enough(0.0):
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high
