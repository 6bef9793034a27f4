"""How does the load of a site's jobs swing: as a waveform, as a spectrum, and against what the utility allows?

Racks of a training run compute and exchange in step, so its swings add up; instances of a serving demand are out of
step with each other, so that they show the grid their mean. Jobs start their steps together: the worst that can meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rackwright.power.transients import LoadSwing, largest_ramp_w_s, waveform

__all__ = [
    "STEP_S",
    "Job",
    "band_amplitude_w",
    "harmonic_series",
    "harmonics",
    "largest_site_ramp_w_s",
    "site_waveform",
]

FloatArray = npt.NDArray[np.float64]
STEP_S = 0.02
"""Time step of a waveform: a fiftieth of a second resolves the ramp of a rack."""
SKEWED = 9
"""Groups of racks that stand for the spread of their starts."""
MOST_HARMONICS = 200


@dataclass(frozen=True, slots=True)
class Job:
    """What the racks of one block run at a site.

    Parameters
    ----------
    site, block, workload, platform
        Where and what.
    racks
        Racks in step.
    idle_w, low_w, mean_w, peak_w
        Power of one rack: idle, communication phase, mean of a step, compute phase.
    period_s, duty_share
        Time of a step, and its part at high power.
    ramp_w_s
        How fast one rack moves between them.
    is_synchronous
        True for training: all racks in step.
    skew_s
        Spread of the racks around their common step.
    rack_usd
        Price of one rack; None where not known.
    """

    site: str
    block: str
    workload: str
    platform: str
    racks: int
    idle_w: float
    low_w: float
    mean_w: float
    peak_w: float
    period_s: float
    duty_share: float
    ramp_w_s: float
    is_synchronous: bool
    skew_s: float
    rack_usd: float | None = None

    @property
    def swing_w(self) -> float:
        """Largest minus smallest load of all racks in normal running; 0 for racks out of step."""
        return self.racks * (self.peak_w - self.low_w) if self.is_synchronous else 0.0

    @property
    def loss_w(self) -> float:
        """What the grid loses when it stops at the worst moment: all racks from their compute phase to idle."""
        return self.racks * (self.peak_w - self.idle_w)

    @property
    def rise_s(self) -> float:
        """Time of one rack from low to high power."""
        return (self.peak_w - self.low_w) / self.ramp_w_s if self.ramp_w_s > 0.0 else 0.0


def site_waveform(jobs: Iterable[Job], *, seconds: float) -> FloatArray:
    """Load of some jobs over time at steps of `STEP_S` [W]."""
    steps = max(2, round(seconds / STEP_S))
    total_w = np.zeros(steps)
    for job in jobs:
        if not job.is_synchronous or job.period_s <= 0.0:
            total_w += job.racks * job.mean_w
            continue
        high_w, low_w = job.racks * job.peak_w, job.racks * job.low_w
        swing = LoadSwing(low_w, high_w, job.period_s, job.duty_share, ramp_w_s=max(job.ramp_w_s * job.racks, 1.0))
        skews_s = np.linspace(-0.5, 0.5, SKEWED) * job.skew_s
        total_w += waveform(swing, step_s=STEP_S, num_steps=steps, skews_s=skews_s)
    return total_w


def largest_site_ramp_w_s(jobs: Iterable[Job], *, window_s: float) -> float:
    """Largest change of the load within a window over the window, in normal running [W/s]."""
    own = tuple(job for job in jobs if job.swing_w > 0.0)
    longest_s = max((job.period_s for job in own), default=0.0)
    if not own:
        return 0.0
    return largest_ramp_w_s(site_waveform(own, seconds=2.0 * longest_s + window_s), STEP_S, window_s=window_s)


def harmonics(job: Job) -> Iterator[tuple[float, float]]:
    """Frequency [Hz] and amplitude [W] of each harmonic of a job's swing, as `harmonic_series` has them."""
    hertz, amplitude_w = harmonic_series(job)
    yield from zip(hertz.tolist(), amplitude_w.tolist(), strict=True)


def harmonic_series(job: Job) -> tuple[FloatArray, FloatArray]:
    """Frequencies [Hz] and amplitudes [W] of the harmonics of a job's swing; empty where it does not swing.

    Notes
    -----
    A_n = 2 dP |sin(pi n d) / (pi n)| |sinc(n t / T)| |sinc(n s / T)|, sinc x = sin(pi x) / (pi x): the Fourier
    series of a trapezoid wave of duty d and rise t, smeared by starts spread evenly over s.
    """
    if job.swing_w <= 0.0 or job.period_s <= 0.0:
        return np.empty(0), np.empty(0)
    n = np.arange(1, MOST_HARMONICS + 1, dtype=np.float64)
    square = 2.0 * np.abs(np.sin(np.pi * n * job.duty_share)) / (np.pi * n)
    smeared = np.abs(np.sinc(n * job.rise_s / job.period_s) * np.sinc(n * job.skew_s / job.period_s))
    return n / job.period_s, job.swing_w * square * smeared


def band_amplitude_w(jobs: Iterable[Job], low_hz: float, high_hz: float) -> float:
    """Highest amplitude in a band of frequencies, the jobs' own peaks in it added up [W]."""
    return sum(
        max((amplitude for hertz, amplitude in harmonics(job) if low_hz <= hertz <= high_hz), default=0.0)
        for job in jobs
    )
