"""What would hide a site's swings from the grid, and what does each way cost: storage, less power, or burnt power?"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from rackwright.base.units import HOURS_PER_YEAR
from rackwright.catalog.narrow import figure
from rackwright.catalog.parts import PowerShelf
from rackwright.power.jobs import Job
from rackwright.power.request import SiteChain

__all__ = ["Mitigation", "mitigate"]

W_PER_MW = 1e6
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Mitigation:
    """One way to keep what the utility allows.

    Parameters
    ----------
    event
        `swing`: every training step; `job-loss`: the largest job stops.
    option
        Storage at the rack, the row or the site; capping; burning.
    part, count
        Catalog storage and pieces; empty and 0 where none is needed.
    energy_j, power_w
        What it must hold and give, all places together.
    cost_usd, yearly_usd
        Price of the parts, or of racks that make up for lost speed; energy of a year. None where not known.
    lost_speed_share
        Speed of the jobs that is lost.
    """

    event: str
    option: str
    part: str
    count: int
    energy_j: float
    power_w: float
    cost_usd: float | None
    yearly_usd: float | None
    lost_speed_share: float


def mitigate(order: SiteChain, jobs: tuple[Job, ...], rows: int) -> Iterator[Mitigation]:
    """Every option for the swing of all jobs in step, and for the loss of the largest.

    Parameters
    ----------
    order
        Site with its utility's limits, storage parts and energy price.
    jobs
        Jobs of the site.
    rows
        Rows of compute racks.

    Notes
    -----
    The swing is brought down to the utility's limit, or to nothing where it states none. Cap: the compute phase at the
    power that is left runs slower in proportion to the power above idle. Burn: valleys are filled up.
    """
    swinging = tuple(job for job in jobs if job.swing_w > 0.0)
    racks = sum(job.racks for job in jobs)
    swing_w = sum(job.swing_w for job in swinging)
    if swing_w > 0.0:
        busy = sum(job.racks for job in swinging)
        over_share = max(0.0, 1.0 - (order.utility.swing_w or 0.0) / swing_w)
        energy_j = over_share * sum(_buffer_j(job) for job in swinging)
        power_w = over_share * sum(job.swing_w * max(job.duty_share, 1.0 - job.duty_share) for job in swinging)
        yield from _storage(order, "swing", (energy_j, power_w), (busy, min(rows, busy)))
        yield _cap(swinging, over_share)
        yield _burn(order, swinging, over_share)
    if jobs and order.ramp_w_s:
        step_w = max(job.racks * job.peak_w for job in jobs)
        lost_j = step_w**2 / (2.0 * order.ramp_w_s)
        yield from _storage(order, "job-loss", (lost_j, step_w), (racks, rows))
        yield Mitigation("job-loss", "burn power in a load bank", "", 0, lost_j, step_w, None, 0.0, 0.0)


def _buffer_j(job: Job) -> float:
    """Energy that flattens a job's swing: dP d (1 - d) T."""
    return job.swing_w * job.duty_share * (1.0 - job.duty_share) * job.period_s


def _storage(
    order: SiteChain, event: str, needed: tuple[float, float], places: tuple[int, int]
) -> Iterator[Mitigation]:
    """Storage of the catalog at each level: needed is (J, W) in all, places are (racks, rows)."""
    energy_j, power_w = needed
    levels = (("rack", "capacitor", places[0]), ("row", "battery", places[1]), ("site", "bess", 1))
    for level, role, count in levels:
        for part in (part for part in order.storage if part.role == role):
            pieces = count * _pieces(part, energy_j / count, power_w / count)
            price = order.terms_of(part.id).price_usd
            cost = price * pieces if price is not None else None
            option = f"storage at the {level}"
            yield Mitigation(event, option, part.id, pieces, energy_j, power_w, cost, 0.0, 0.0)


def _pieces(part: PowerShelf, energy_j: float, power_w: float) -> int:
    """Pieces at one place, by power and by energy."""
    rating_w = figure(part.rating_w)
    held_j = rating_w * figure(part.ride_through_s)
    return math.ceil(max(power_w / rating_w, energy_j / held_j) - ROUNDING)


def _cap(jobs: tuple[Job, ...], over_share: float) -> Mitigation:
    """Compute phases at less power, and racks that make up for the speed."""
    cost, lost, racks, power_w = 0.0, 0.0, 0, 0.0
    has_price = True
    for job in jobs:
        capped_w = job.peak_w - over_share * (job.peak_w - job.low_w)
        slower = (job.peak_w - job.idle_w) / max(capped_w - job.idle_w, ROUNDING)
        lost_share = 1.0 - 1.0 / (job.duty_share * slower + 1.0 - job.duty_share)
        lost, racks = lost + lost_share * job.racks, racks + job.racks
        power_w += job.racks * (job.peak_w - capped_w)
        cost += job.racks * (job.rack_usd or 0.0) * lost_share / (1.0 - lost_share)
        has_price = has_price and job.rack_usd is not None
    return Mitigation(
        "swing", "cap power in compute phases", "", 0, 0.0, power_w, cost if has_price else None, 0.0, lost / racks
    )


def _burn(order: SiteChain, jobs: tuple[Job, ...], over_share: float) -> Mitigation:
    """Valleys filled up with work for nothing, and its energy through a year."""
    power_w = over_share * sum(job.swing_w for job in jobs)
    burnt_w = over_share * sum(job.swing_w * (1.0 - job.duty_share) for job in jobs)
    yearly = burnt_w / W_PER_MW * HOURS_PER_YEAR * order.energy_usd_per_mwh
    return Mitigation("swing", "burn power in valleys", "", 0, 0.0, power_w, 0.0, yearly, 0.0)
