"""What would hide a site's swings from the grid, and what does each way cost: storage, less power, or burnt power?"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from rackwright.base.units import HOURS_PER_YEAR
from rackwright.catalog.installation import ElectricRules
from rackwright.catalog.narrow import figure
from rackwright.catalog.parts import Fact, PowerShelf
from rackwright.power.jobs import Job
from rackwright.power.request import SiteChain

__all__ = ["Mitigation", "Price", "mitigate"]

W_PER_MW = 1e6
W_PER_KW = 1e3
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Price:
    """A price [USD], its band, and where it is from; None where not known."""

    usd: float | None
    low_usd: float | None
    high_usd: float | None
    source: str

    def times(self, factor: float) -> Price:
        """So many of it."""
        usd, low_usd, high_usd = (
            None if each is None else each * factor for each in (self.usd, self.low_usd, self.high_usd)
        )
        return Price(usd, low_usd, high_usd, self.source)

    def plus(self, other: Price) -> Price:
        """Both together, unknown where one is; an assumption in either is the source told."""
        own, more = (self.usd, self.low_usd, self.high_usd), (other.usd, other.low_usd, other.high_usd)
        usd, low_usd, high_usd = (None if a is None or b is None else a + b for a, b in zip(own, more, strict=True))
        return Price(usd, low_usd, high_usd, self.source if self.source.startswith("fact:") else other.source)


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
    price
        Price of the parts, or of racks that make up for lost speed, with its band and where it is from.
    yearly_usd
        Energy of a year.
    lost_speed_share
        Speed of the jobs that is lost.
    """

    event: str
    option: str
    part: str
    count: int
    energy_j: float
    power_w: float
    price: Price
    yearly_usd: float | None
    lost_speed_share: float


def mitigate(order: SiteChain, jobs: tuple[Job, ...], rows: int, rules: ElectricRules) -> Iterator[Mitigation]:
    """Every option for the swing of all jobs in step, and for the loss of the largest.

    Parameters
    ----------
    order
        Site with its utility's limits, storage parts and energy price.
    jobs
        Jobs of the site.
    rows
        Rows of compute racks.
    rules
        Prices where neither program nor catalog states one: of load banks, and of racks.

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
        yield _cap(swinging, over_share, rules)
        yield _burn(order, swinging, over_share)
    if jobs and order.ramp_w_s:
        step_w = max(job.racks * job.peak_w for job in jobs)
        lost_j = step_w**2 / (2.0 * order.ramp_w_s)
        yield from _storage(order, "job-loss", (lost_j, step_w), (racks, rows))
        bank = _per_kw(rules.load_bank_usd_per_kw, step_w)
        yield Mitigation("job-loss", "burn power in a load bank", "", 0, lost_j, step_w, bank, 0.0, 0.0)


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
            terms, option = order.terms_of(part.id), f"storage at the {level}"
            price = Price(terms.price_usd, terms.low_usd, terms.high_usd, f"fact:{part.id}.price_usd").times(pieces)
            yield Mitigation(event, option, part.id, pieces, energy_j, power_w, price, 0.0, 0.0)


def _pieces(part: PowerShelf, energy_j: float, power_w: float) -> int:
    """Pieces at one place, by power and by energy."""
    rating_w = figure(part.rating_w)
    held_j = rating_w * figure(part.ride_through_s)
    return math.ceil(max(power_w / rating_w, energy_j / held_j) - ROUNDING)


def _cap(jobs: tuple[Job, ...], over_share: float, rules: ElectricRules) -> Mitigation:
    """Compute phases at less power, and racks that make up for the speed; where no price is stated, by their power."""
    price, lost, racks, power_w = Price(0.0, 0.0, 0.0, "program:platforms"), 0.0, 0, 0.0
    for job in jobs:
        capped_w = job.peak_w - over_share * (job.peak_w - job.low_w)
        slower = (job.peak_w - job.idle_w) / max(capped_w - job.idle_w, ROUNDING)
        lost_share = 1.0 - 1.0 / (job.duty_share * slower + 1.0 - job.duty_share)
        lost, racks = lost + lost_share * job.racks, racks + job.racks
        power_w += job.racks * (job.peak_w - capped_w)
        price = price.plus(_rack_price(job, rules).times(job.racks * lost_share / (1.0 - lost_share)))
    return Mitigation("swing", "cap power in compute phases", "", 0, 0.0, power_w, price, 0.0, lost / racks)


def _rack_price(job: Job, rules: ElectricRules) -> Price:
    """One rack, as the program states it; else by its peak power."""
    if job.rack_usd is not None:
        return Price(job.rack_usd, job.rack_usd, job.rack_usd, "program:platforms")
    return _per_kw(rules.rack_usd_per_kw, job.peak_w)


def _per_kw(stated: Fact | None, power_w: float) -> Price:
    """Price of so much power; unknown without a figure."""
    if stated is None:
        return Price(None, None, None, "")
    return Price(stated.value, *stated.band, f"fact:{stated.id}").times(power_w / W_PER_KW)


def _burn(order: SiteChain, jobs: tuple[Job, ...], over_share: float) -> Mitigation:
    """Valleys filled up with work for nothing, and its energy through a year."""
    power_w = over_share * sum(job.swing_w for job in jobs)
    burnt_w = over_share * sum(job.swing_w * (1.0 - job.duty_share) for job in jobs)
    yearly = burnt_w / W_PER_MW * HOURS_PER_YEAR * order.energy_usd_per_mwh
    nothing = Price(0.0, 0.0, 0.0, "nothing to buy")
    return Mitigation("swing", "burn power in valleys", "", 0, 0.0, power_w, nothing, yearly, 0.0)
