"""What share of wall time makes progress when accelerators fail? Checkpoint interval, lost work, restarts and spares.

Step time says how fast a gang is while it runs; goodput is kept apart from it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from rackwright.base.units import SECONDS_PER_DAY, SECONDS_PER_HOUR

__all__ = ["FailureFacts", "Goodput", "goodput", "goodput_of_gang", "spares_needed"]

MOST_SPARES = 100_000
"""Spares beyond which the search stops; no gang has that many accelerators to spare."""


@dataclass(frozen=True, slots=True)
class FailureFacts:
    """What stops a gang and how long it stands then.

    Parameters
    ----------
    per_h, low_per_h, high_per_h
        Failures that stop the gang for each accelerator and hour: node, link, switch and software have their share.
    hardware_per_h
        Those that take an accelerator out for repair.
    checkpoint_s, restart_s, repair_s
        See `goodput` and `spares_needed`.
    """

    per_h: float
    low_per_h: float
    high_per_h: float
    hardware_per_h: float
    checkpoint_s: float
    restart_s: float
    repair_s: float


@dataclass(frozen=True, slots=True)
class Goodput:
    """Progress of a gang.

    Parameters
    ----------
    share
        Share of wall time that makes progress, in [0, 1).
    interval_s
        Time between checkpoints that loses least.
    failures_per_day
        Failures that stop the gang.
    checkpoint_share, lost_share, restart_share
        Where the rest of the time goes: writing, computing again, restarting.
    """

    share: float
    interval_s: float
    failures_per_day: float
    checkpoint_share: float
    lost_share: float
    restart_share: float


def goodput(accels: float, *, failures_per_h: float, checkpoint_s: float, restart_s: float) -> Goodput:
    """Goodput of a gang whose every failure stops it.

    Parameters
    ----------
    accels
        Accelerators in the gang.
    failures_per_h
        Failures of one accelerator with its share of node, link and switch per hour.
    checkpoint_s
        Time training stands still to write a checkpoint [s].
    restart_s
        Time from a failure until training goes on: detection, replacement by a spare, reload [s].

    Notes
    -----
    With mean time between failures M and checkpoint time d the interval t = sqrt(2 d M) - d (Young 1974; Daly 2006
    to first order) loses least. Lost: d / (t + d) to write, (t + d) / (2 M) to compute again, R / M to restart;
    goodput = (1 - d / (t + d)) (1 - (t + d) / (2 M) - R / M).

    Examples
    --------
    >>> round(goodput(16384, failures_per_h=1e-5, checkpoint_s=60, restart_s=600).share, 3)
    0.901
    """
    failures = accels * failures_per_h
    if failures <= 0.0:
        return Goodput(1.0, math.inf, 0.0, 0.0, 0.0, 0.0)
    between_s = SECONDS_PER_HOUR / failures
    interval_s = max(math.sqrt(2.0 * checkpoint_s * between_s) - checkpoint_s, checkpoint_s)
    cycle_s = interval_s + checkpoint_s
    writing = checkpoint_s / cycle_s if cycle_s > 0.0 else 0.0
    lost, restart = cycle_s / (2.0 * between_s), restart_s / between_s
    return Goodput(
        share=max(0.0, (1.0 - writing) * (1.0 - min(1.0, lost + restart))),
        interval_s=interval_s,
        failures_per_day=SECONDS_PER_DAY / between_s,
        checkpoint_share=writing,
        lost_share=lost,
        restart_share=restart,
    )


def goodput_of_gang(accels: float, facts: FailureFacts, *, per_h: float | None = None) -> Goodput:
    """Goodput of a gang from failure facts, at their middle or at another rate."""
    rate = facts.per_h if per_h is None else per_h
    return goodput(accels, failures_per_h=rate, checkpoint_s=facts.checkpoint_s, restart_s=facts.restart_s)


def spares_needed(accels: float, *, failures_per_h: float, repair_h: float, confidence_share: float) -> int:
    """Fewest spares so that enough accelerators work with a confidence at any time.

    Notes
    -----
    Failed accelerators in repair are Poisson with mean n lambda T; the spares are its quantile.

    Examples
    --------
    >>> spares_needed(1000, failures_per_h=1e-5, repair_h=100, confidence_share=0.95)
    3
    """
    mean = accels * failures_per_h * repair_h
    term = total = math.exp(-mean)
    spares = 0
    while total < confidence_share and spares < MOST_SPARES:
        spares += 1
        term *= mean / spares
        total += term
    return spares
