"""What would hide a site's swings and losses of load from the grid, and what does each way cost?

Each way is sized so that the check passes once it is taken: storage at the rack, the row or the site, less power, or
power that is burnt.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from rackwright.base.units import HOURS_PER_YEAR, format_quantity
from rackwright.catalog.installation import ElectricRules
from rackwright.catalog.narrow import figure
from rackwright.catalog.parts import PowerShelf
from rackwright.power.buffers import JobSwing
from rackwright.power.jobs import Job, band_amplitude_w, largest_site_ramp_w_s
from rackwright.power.load_losses import LoadLoss, bridge, load_losses
from rackwright.power.pricing import NOTHING, Price, bank_price, part_price, rack_price
from rackwright.power.request import SiteChain
from rackwright.power.smoothing import Event, Need, band_need, lessened, swing_need

__all__ = ["Mitigation", "cheapest", "mitigate"]

W_PER_MW = 1e6
W_PER_KW = 1e3
J_PER_WH = 3600.0
ROUNDING = 1e-9
RUNGS = 64
"""Steps in which a share to cap or burn is looked for where no closed form has it."""


@dataclass(frozen=True, slots=True)
class Mitigation:
    """One way to keep what the utility allows.

    Parameters
    ----------
    event
        `swing`: every training step; `band`: single frequencies of it; `job-loss`: the largest synchronised job stops;
        `block-loss`: one fault takes the largest block.
    option
        Storage at the rack, the row or the site; capping; burning.
    part, count
        Catalog storage and pieces; empty and 0 where none is needed.
    need
        What it must hold and give, all places together.
    price
        Price of the parts, or of racks that make up for lost speed, with its band and where it is from.
    yearly_usd
        Energy of a year.
    lost_speed_share
        Speed of the jobs that is lost.
    """

    event: Event
    option: str
    part: str
    count: int
    need: Need
    price: Price
    yearly_usd: float = 0.0
    lost_speed_share: float = 0.0

    @property
    def change(self) -> str:
        """Line of the program's `smoothing` that takes it."""
        power = f"{math.ceil(self.need.power_w / W_PER_KW - ROUNDING)} kW"
        if self.part:
            return f"{{against: {self.event}, part: {self.part}, count: {self.count}}}"
        return f"{{against: {self.event}, {'cap' if self.option.startswith('cap') else 'burn'}: {power}}}"

    @property
    def words(self) -> str:
        """Way, size and cost for people."""
        size = f"{format_quantity(self.need.power_w, 'W')}"
        if self.need.energy_j > 0.0:
            size += f" and {format_quantity(self.need.energy_j / J_PER_WH, 'Wh')}"
        what = f"{self.count} x {self.part}, {size}" if self.part else size
        cost = "price not known" if self.price.usd is None else format_quantity(self.price.usd, "USD")
        cost += f" and {format_quantity(self.yearly_usd, 'USD')} a year" if self.yearly_usd else ""
        speed = f", {self.lost_speed_share:.0%} of the speed lost" if self.lost_speed_share else ""
        return f"{self.option} ({what}, {cost}{speed}): smoothing: {self.change}"


def mitigate(order: SiteChain, floor: JobSwing | None, rules: ElectricRules) -> Iterator[Mitigation]:
    """Every way for every event that the utility limits, and for the swing in any case.

    Parameters
    ----------
    order
        Site with its jobs, its utility's limits, storage parts and energy price.
    floor
        Racks and rows that storage may stand in, and the largest block; None without compute racks.
    rules
        Prices where neither program nor catalog states one: of load banks, and of racks.

    Notes
    -----
    The swing is brought down to the utility's limit and ramp, or to nothing where it limits no swing. Cap: the compute
    phase at the power that is left runs slower in proportion to the power above idle. Burn: valleys are filled up.
    """
    jobs = tuple(job for job in order.jobs if job.swing_w > 0.0)
    if jobs:
        busy = sum(job.racks for job in jobs)
        places = (busy, min(floor.rows if floor is not None else 1, busy))
        yield from _swing_ways(order, jobs, places, rules)
        yield from _band_ways(order, jobs, places, rules)
    for loss in load_losses(order.jobs, floor):
        yield from _loss_ways(order, loss, rules)


def cheapest(ways: Iterable[Mitigation], event: Event) -> Mitigation | None:
    """The way against an event that costs least in its first year; ways of unknown price come last."""
    own = [way for way in ways if way.event == event]
    return min(own, key=lambda way: (way.price.usd is None, (way.price.usd or 0.0) + way.yearly_usd), default=None)


# --------------------------------------------------------------------------------------------------------- each event
def _swing_ways(
    order: SiteChain, jobs: tuple[Job, ...], places: tuple[int, int], rules: ElectricRules
) -> Iterator[Mitigation]:
    limits = order.utility
    swing_w = sum(job.swing_w for job in jobs)
    share = max(0.0, 1.0 - (limits.swing_w or 0.0) / swing_w)

    def is_kept(left: tuple[Job, ...]) -> bool:
        return limits.ramp_w_s is None or _ramp_w_s(left, limits.ramp_window_s) <= limits.ramp_w_s

    stored_share = share
    if limits.ramp_w_s is not None:
        stored_share = max(share, 1.0 - limits.ramp_w_s / max(_ramp_w_s(jobs, limits.ramp_window_s), limits.ramp_w_s))
    whole = swing_need(jobs)
    need = Need(stored_share * whole.energy_j, stored_share * whole.power_w)
    yield from _storage(order, "swing", need, places)
    yield _cap("swing", jobs, _rung(share, lambda s: is_kept(lessened(jobs, cap_share=s))), rules)
    yield _burn(order, "swing", jobs, _rung(share, lambda s: is_kept(lessened(jobs, burn_share=s))))


def _ramp_w_s(jobs: tuple[Job, ...], window_s: float) -> float:
    return largest_site_ramp_w_s(jobs, window_s=window_s)


def _band_ways(
    order: SiteChain, jobs: tuple[Job, ...], places: tuple[int, int], rules: ElectricRules
) -> Iterator[Mitigation]:
    """Ways against all bands together; none where all are kept."""
    bands = order.utility.bands

    def is_kept(left: tuple[Job, ...]) -> bool:
        return all(band_amplitude_w(left, band.low_hz, band.high_hz) <= band.amplitude_w for band in bands)

    if is_kept(jobs):
        return
    yield from _storage(order, "band", band_need(jobs, bands), places)
    yield _cap("band", jobs, _rung(0.0, lambda s: is_kept(lessened(jobs, cap_share=s))), rules)
    yield _burn(order, "band", jobs, _rung(0.0, lambda s: is_kept(lessened(jobs, burn_share=s))))


def _rung(first: float, passes: Callable[[float], bool]) -> float:
    """Smallest share on a ladder from the first one to all that passes; all of the swing does."""
    ladder = (first + (1.0 - first) * rung / RUNGS for rung in range(RUNGS))
    return next((share for share in ladder if passes(share)), 1.0)


def _loss_ways(order: SiteChain, loss: LoadLoss, rules: ElectricRules) -> Iterator[Mitigation]:
    """Ways against one named loss; none where the utility limits nothing, or allows it."""
    need = bridge(loss, order.utility)
    if need is None or need.power_w <= 0.0:
        return
    yield from _storage(order, loss.event, need, (loss.racks, loss.rows))
    bank = bank_price(rules, need.power_w)
    yield Mitigation(loss.event, "burn power in a load bank", "", 0, need, bank)
    if order.utility.step_w is not None and not order.utility.ramp_w_s:
        yield _cap_loss(loss, order.utility.step_w, rules)


# ----------------------------------------------------------------------------------------------------------- each way
def _storage(order: SiteChain, event: Event, need: Need, places: tuple[int, int]) -> Iterator[Mitigation]:
    """Storage of the catalog at each level; places are (racks, rows)."""
    levels = (("rack", "capacitor", places[0]), ("row", "battery", places[1]), ("site", "bess", 1))
    for level, role, count in levels:
        for part in (part for part in order.storage if part.role == role):
            pieces = count * _pieces(part, need.energy_j / count, need.power_w / count)
            price = part_price(order.terms_of(part.id), pieces)
            yield Mitigation(event, f"storage at the {level}", part.id, pieces, need, price)


def _pieces(part: PowerShelf, energy_j: float, power_w: float) -> int:
    """Pieces at one place, by power and by energy."""
    rating_w = figure(part.rating_w)
    held_j = rating_w * figure(part.ride_through_s)
    return math.ceil(max(power_w / rating_w, energy_j / held_j) - ROUNDING)


def _cap(event: Event, jobs: tuple[Job, ...], share: float, rules: ElectricRules) -> Mitigation:
    """Compute phases at less power by a share of the swing."""
    caps_w = [job.peak_w - share * (job.peak_w - job.low_w) for job in jobs]
    power_w = share * sum(job.swing_w for job in jobs)
    return _capped(event, list(zip(jobs, caps_w, strict=True)), power_w, rules)


def _cap_loss(loss: LoadLoss, step_w: float, rules: ElectricRules) -> Mitigation:
    """Jobs whose loss would be more than a step at no more power than that."""
    large = [job for job in loss.jobs if job.loss_w > step_w]
    caps = [(job, job.idle_w + step_w / job.racks) for job in large]
    return _capped(loss.event, caps, loss.step_w - step_w, rules)


def _capped(event: Event, caps: list[tuple[Job, float]], power_w: float, rules: ElectricRules) -> Mitigation:
    """Racks that make up for the speed of jobs under a cap; where no price is stated, by their power."""
    price, lost, racks = Price(0.0, 0.0, 0.0, "program:platforms"), 0.0, 0
    for job, cap_w in caps:
        lost_share = 1.0 - 1.0 / _longer(job, cap_w)
        lost, racks = lost + lost_share * job.racks, racks + job.racks
        price = price.plus(rack_price(job, rules).times(job.racks * lost_share / (1.0 - lost_share)))
    need = Need(0.0, power_w)
    return Mitigation(event, "cap power in compute phases", "", 0, need, price, lost_speed_share=lost / max(1, racks))


def _longer(job: Job, cap_w: float) -> float:
    """Time of a step under a cap over its time without: each phase in proportion to its power above idle."""
    left_w = max(cap_w - job.idle_w, ROUNDING)
    high, low = (max(1.0, (each_w - job.idle_w) / left_w) for each_w in (job.peak_w, job.low_w))
    return job.duty_share * high + (1.0 - job.duty_share) * low


def _burn(order: SiteChain, event: Event, jobs: tuple[Job, ...], share: float) -> Mitigation:
    """Valleys filled up with work for nothing, and its energy through a year."""
    power_w = share * sum(job.swing_w for job in jobs)
    burnt_w = share * sum(job.swing_w * (1.0 - job.duty_share) for job in jobs)
    yearly = burnt_w / W_PER_MW * HOURS_PER_YEAR * order.energy_usd_per_mwh
    return Mitigation(event, "burn power in valleys", "", 0, Need(0.0, power_w), NOTHING, yearly_usd=yearly)
