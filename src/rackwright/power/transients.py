"""How does the load of synchronous training swing, may the grid see it, and which storage would smooth it?

Powers in W, times in s, energies in J, frequencies in Hz. A waveform is power at equal time steps. The buffers here are
ideal: losses, ageing and the limits of a converter are for the engineer of record.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = [
    "Band",
    "LoadSwing",
    "UtilityFinding",
    "UtilitySpec",
    "check_utility",
    "largest_ramp_w_s",
    "ramp_buffer",
    "smooth_to_ramp",
    "spectrum",
    "square_buffer",
    "square_mean_w",
    "waveform",
]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LoadSwing:
    """Repeated swing of one job.

    Parameters
    ----------
    low_w, high_w
        Power of the communication and of the computing phase.
    period_s
        Time of one step.
    duty_share
        Part of the period at high power.
    ramp_w_s
        How fast the load itself moves from one to the other; infinite for a square wave.
    """

    low_w: float
    high_w: float
    period_s: float
    duty_share: float
    ramp_w_s: float = float("inf")


def square_mean_w(swing: LoadSwing) -> float:
    """Mean power [W] of a square wave: P_lo + d (P_hi - P_lo).

    Examples
    --------
    >>> square_mean_w(LoadSwing(60e6, 100e6, 2.0, 0.5))
    80000000.0
    """
    return swing.low_w + swing.duty_share * (swing.high_w - swing.low_w)


def square_buffer(swing: LoadSwing) -> tuple[float, float]:
    """Energy swing [J] and power [W] of the ideal storage that flattens a square wave to its mean.

    Notes
    -----
    E = (P_hi - P_lo) d (1 - d) T; power is the larger distance from the mean.

    Examples
    --------
    >>> square_buffer(LoadSwing(60e6, 100e6, 2.0, 0.5))
    (20000000.0, 20000000.0)
    """
    swing_w, duty = swing.high_w - swing.low_w, swing.duty_share
    return swing_w * duty * (1.0 - duty) * swing.period_s, swing_w * max(duty, 1.0 - duty)


def ramp_buffer(step_w: float, ramp_w_s: float) -> tuple[float, float]:
    """Energy [J] and time [s] with which storage bridges a load step while the grid follows at its ramp limit.

    Notes
    -----
    E = dP^2 / (2 r), t = dP / r.

    Examples
    --------
    >>> ramp_buffer(100e6, 10e6)
    (500000000.0, 10.0)
    """
    return step_w**2 / (2.0 * ramp_w_s), step_w / ramp_w_s


def waveform(swing: LoadSwing, *, step_s: float, num_steps: int, skews_s: FloatArray) -> FloatArray:
    """Sum of equal loads that each swing with a delay of their own [W], shape (num_steps,).

    Parameters
    ----------
    swing
        Swing of all loads together.
    step_s, num_steps
        Time step and number of steps.
    skews_s
        Delay of each load, shape (n_loads,), each an equal part of the power.

    Notes
    -----
    The mean of delayed waves is one wave smeared by the distribution of delays: the more racks are out of step, the
    flatter the sum.
    """
    time_s = np.arange(num_steps) * step_s
    total = np.zeros(num_steps)
    rise_s = (swing.high_w - swing.low_w) / swing.ramp_w_s
    on_s = swing.duty_share * swing.period_s
    for skew_s in skews_s.tolist():
        phase_s = np.mod(time_s - skew_s, swing.period_s)
        up = np.clip(phase_s / rise_s, 0.0, 1.0) if rise_s > 0.0 else (phase_s >= 0.0).astype(np.float64)
        down = np.clip((phase_s - on_s) / rise_s, 0.0, 1.0) if rise_s > 0.0 else (phase_s >= on_s).astype(np.float64)
        total += up - down
    return swing.low_w + (swing.high_w - swing.low_w) * total / max(1, skews_s.size)


def spectrum(power_w: FloatArray, step_s: float) -> tuple[FloatArray, FloatArray]:
    """Frequencies [Hz] and amplitudes [W] of a waveform, mean taken out, each of shape (n // 2 + 1,).

    A sine of amplitude A that fits the window gives A at its frequency.
    """
    amplitude = np.abs(np.fft.rfft(power_w - np.mean(power_w))) * 2.0 / power_w.size
    return np.asarray(np.fft.rfftfreq(power_w.size, step_s), dtype=np.float64), amplitude


def largest_ramp_w_s(power_w: FloatArray, step_s: float, *, window_s: float) -> float:
    """Largest change of power within a window, over the window [W/s]."""
    width = max(1, round(window_s / step_s))
    if power_w.size <= width:
        return float(np.ptp(power_w)) / window_s
    return float(np.max(np.abs(power_w[width:] - power_w[:-width]))) / (width * step_s)


def smooth_to_ramp(power_w: FloatArray, step_s: float, ramp_w_s: float) -> tuple[FloatArray, float, float]:
    """What the grid sees behind storage that holds a ramp limit, with the storage's energy [J] and power [W].

    Notes
    -----
    The grid follows the load as fast as allowed; storage gives or takes the difference. Energy is the range of its
    integral: an ideal storage of this size never runs empty or full. Each step rests on the one before.
    """
    seen = np.empty_like(power_w)
    most_w, now_w = ramp_w_s * step_s, float(power_w[0])
    for index, wanted_w in enumerate(power_w.tolist()):
        now_w += min(most_w, max(-most_w, wanted_w - now_w))
        seen[index] = now_w
    moved_j = np.cumsum(power_w - seen) * step_s
    return seen, float(np.ptp(moved_j)), float(np.max(np.abs(power_w - seen)))


@dataclass(frozen=True, slots=True)
class Band:
    """Highest amplitude [W] a utility allows between two frequencies [Hz]."""

    low_hz: float
    high_hz: float
    amplitude_w: float


@dataclass(frozen=True, slots=True)
class UtilitySpec:
    """What a utility allows; None where it says nothing.

    Parameters
    ----------
    ramp_w_s
        Highest change of load.
    ramp_window_s
        Window over which the ramp is measured.
    swing_w
        Highest dynamic range: largest minus smallest load in normal running.
    step_w
        Highest step when a job is lost or starts.
    bands
        Frequency bands with grid modes.
    """

    ramp_w_s: float | None = None
    ramp_window_s: float = 1.0
    swing_w: float | None = None
    step_w: float | None = None
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True, slots=True)
class UtilityFinding:
    """One figure of a waveform against what the utility allows."""

    rule: str
    value: float
    limit: float
    unit: str

    @property
    def passed(self) -> bool:
        """True if the value keeps the limit."""
        return self.value <= self.limit * (1.0 + 1e-9)


def check_utility(power_w: FloatArray, step_s: float, spec: UtilitySpec) -> tuple[UtilityFinding, ...]:
    """Ramp, dynamic range, step on loss of all load, and amplitude in each band; only what the utility limits."""
    return tuple(_findings(power_w, step_s, spec))


def _findings(power_w: FloatArray, step_s: float, spec: UtilitySpec) -> Iterator[UtilityFinding]:
    if spec.ramp_w_s is not None:
        ramp_w_s = largest_ramp_w_s(power_w, step_s, window_s=spec.ramp_window_s)
        yield UtilityFinding("ramp", ramp_w_s, spec.ramp_w_s, "W/s")
    if spec.swing_w is not None:
        yield UtilityFinding("swing", float(np.ptp(power_w)), spec.swing_w, "W")
    if spec.step_w is not None:
        yield UtilityFinding("step", float(np.max(power_w)), spec.step_w, "W")
    frequency_hz, amplitude_w = spectrum(power_w, step_s)
    for band in spec.bands:
        inside = amplitude_w[(frequency_hz >= band.low_hz) & (frequency_hz <= band.high_hz)]
        yield UtilityFinding(
            f"band {band.low_hz:g}-{band.high_hz:g} Hz", float(np.max(inside, initial=0.0)), band.amplitude_w, "W"
        )
