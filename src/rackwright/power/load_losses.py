"""Which loads may a site lose at once, how far does the grid fall, and what bridges it?

Two losses have a name. `job-loss`: the largest synchronised job stops, all its racks fall from their compute phase to
idle. `block-loss`: one fault takes the largest block, all its compute racks fall from peak to nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from rackwright.power.buffers import JobSwing
from rackwright.power.jobs import Job
from rackwright.power.smoothing import LOSSES, Bought, Event, Need
from rackwright.power.transients import UtilitySpec, ramp_buffer

__all__ = ["LoadLoss", "bridge", "load_losses", "loss_buffers", "ramp_seen_w_s", "step_seen_w"]


@dataclass(frozen=True, slots=True)
class LoadLoss:
    """One named loss.

    Parameters
    ----------
    event
        `job-loss` or `block-loss`.
    step_w
        Load that goes.
    racks, rows
        Places for storage at the rack and the row.
    jobs
        Synchronised jobs of the site, the one that loses most first; empty for a block.
    """

    event: Event
    step_w: float
    racks: int
    rows: int
    jobs: tuple[Job, ...] = ()


def load_losses(jobs: tuple[Job, ...], floor: JobSwing | None) -> Iterator[LoadLoss]:
    """The named losses of a site, those it has."""
    rows = floor.rows if floor is not None else 1
    own = sorted((job for job in jobs if job.is_synchronous), key=lambda job: (-job.loss_w, job.block, job.workload))
    if own:
        yield LoadLoss(LOSSES[0], own[0].loss_w, own[0].racks, min(rows, own[0].racks), tuple(own))
    if floor is not None:
        yield LoadLoss(LOSSES[1], floor.largest_block_w, floor.racks, rows)


def bridge(loss: LoadLoss, utility: UtilitySpec) -> Need | None:
    """What must go on drawing after a loss; None where the utility limits nothing.

    Notes
    -----
    With a ramp limit r: all of dP, E = dP^2 / (2 r). With a step limit L alone, for a job: the grid falls by L, and by
    L again after each window in which ramps are measured, so E = window x sum of what is left after each step.
    """
    if utility.ramp_w_s:
        return Need(ramp_buffer(loss.step_w, utility.ramp_w_s)[0], loss.step_w)
    if utility.step_w is None or loss.event != LOSSES[0]:
        return None
    over_w = max(0.0, loss.step_w - utility.step_w)
    return Need(_stairs_j(over_w, utility), over_w)


def loss_buffers(loss: LoadLoss, utility: UtilitySpec) -> Iterator[tuple[str, str, int, float, float]]:
    """(event, level, places, energy of one, power of one) of the storage that bridges a loss."""
    need = bridge(loss, utility)
    for level, units in (("rack", loss.racks), ("row", loss.rows), ("site", 1)):
        if need is not None:
            yield loss.event, level, units, need.energy_j / units, need.power_w / units


def _stairs_j(over_w: float, utility: UtilitySpec) -> float:
    """Energy while the grid falls by its step limit once in each window; one window where no step is allowed."""
    step_w = utility.step_w or over_w
    stairs = math.ceil(over_w / step_w) if step_w > 0.0 else 0
    return utility.ramp_window_s * sum(over_w - number * step_w for number in range(stairs))


def ramp_seen_w_s(loss: LoadLoss, bought: Bought) -> float:
    """Fall of the grid within a second of a loss [W/s]: what nothing bridges, or the ramp storage can hold to.

    A load bank is turned down as slowly as is asked for.
    """
    left_w = max(0.0, loss.step_w - bought.burn_w)
    stored_w = min(bought.power_w, left_w)
    if stored_w <= 0.0 or bought.energy_j <= 0.0:
        return left_w
    return max(left_w - stored_w, stored_w**2 / (2.0 * bought.energy_j))


def step_seen_w(loss: LoadLoss, bought: Bought, utility: UtilitySpec) -> float:
    """Fall of the grid at the loss itself [W]: what cap, bank and storage do not take, storage while it lasts."""
    left_w = max(0.0, loss.step_w - bought.cap_w - bought.burn_w)
    if utility.ramp_w_s:
        stored_w = min(bought.power_w, left_w)
        return left_w - min(stored_w, math.sqrt(2.0 * utility.ramp_w_s * bought.energy_j))
    stored_w = min(bought.power_w, max(0.0, left_w - (utility.step_w or 0.0)))
    needed_j = _stairs_j(stored_w, utility)
    return left_w - (stored_w * min(1.0, bought.energy_j / needed_j) if needed_j > 0.0 else stored_w)
