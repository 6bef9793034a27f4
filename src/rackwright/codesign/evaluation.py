"""What does a token cost on a design, and how much of the design does a mix of workloads need, against a reference?"""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.base.units import HOURS_PER_YEAR, SECONDS_PER_DAY
from rackwright.catalog.generations import DesignRules
from rackwright.catalog.parts import Fact
from rackwright.codesign.design import Design
from rackwright.codesign.timing import Infeasible, Timer, Workload

__all__ = ["Evaluator", "Figures", "Index", "Member", "Missing", "Mix", "Money"]

DAYS_PER_YEAR = 365.25
SECONDS_PER_HOUR = 3600.0
J_PER_MWH = 3.6e9
WATTS_PER_KW = 1000.0


@dataclass(frozen=True, slots=True)
class Money:
    """Prices and lives that turn a design into dollars per second.

    Parameters
    ----------
    energy_usd_per_mwh
        Price of energy at the facility's meter.
    capital_share
        Yearly cost of capital.
    rules
        Lives, buildings, and what facilities add to IT energy.
    """

    energy_usd_per_mwh: float
    capital_share: float
    rules: DesignRules


@dataclass(frozen=True, slots=True)
class Member:
    """A workload of a mix and its share; the shares of a mix add up to one."""

    workload: Workload
    share: float


@dataclass(frozen=True, slots=True)
class Mix:
    """Workloads that a generation is judged by."""

    name: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """One workload on one design, for each accelerator.

    Parameters
    ----------
    usd_per_mtok
        Cost of a million tokens: capital, buildings and energy.
    tok_s
        Tokens per second.
    load_w, mean_w
        Peak and mean load at the rack input.
    usd_per_s
        Cost of holding and running the accelerator.
    days
        Time to train; None when serving.
    binding
        What binds.
    """

    usd_per_mtok: float
    tok_s: float
    load_w: float
    mean_w: float
    usd_per_s: float
    days: float | None
    binding: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A workload a design does not run, with the reason and the nearest change that helps."""

    workload: str
    design: str
    reason: str
    relief: str


@dataclass(frozen=True, slots=True)
class Index:
    """A design against the reference on a mix; 1 is equal, 0.8 needs a fifth less.

    Parameters
    ----------
    cost
        Cost of the same tokens.
    accels
        Accelerators for the same tokens per second.
    power
        Peak load at the rack input for the same tokens per second.
    days
        Time to train with the same gang; None without training.
    """

    cost: float
    accels: float
    power: float
    days: float | None


class Evaluator:
    """Prices timed workloads and compares designs with a reference.

    Parameters
    ----------
    timer
        Times workloads on designs.
    money
        Prices and lives.
    reference
        The design that has index 1.
    """

    def __init__(self, timer: Timer, money: Money, reference: Design) -> None:
        self.timer = timer
        self.money = money
        self.reference = reference

    def usd_per_s(self, design: Design, mean_w: float) -> float:
        """Cost of holding and running one accelerator of a design [USD/s].

        Notes
        -----
        c = (price CRF(life) + load_kW building CRF(building life)) / year + mean_w overhead energy price, with the
        capital recovery factor CRF(n) = r / (1 - (1 + r)^-n); a published cost of ownership replaces all of it.
        """
        if design.price.value <= 0.0 and design.owning_usd_per_h > 0.0:
            return design.owning_usd_per_h / SECONDS_PER_HOUR
        rules = self.money.rules
        building_usd = design.load_w / WATTS_PER_KW * _value(rules.facility_usd_per_kw)
        yearly_usd = design.price.value * self._recovery(rules.rack_life_days)
        yearly_usd += building_usd * self._recovery(rules.facility_life_days)
        energy = mean_w * _value(rules.energy_overhead, 1.0) * self.money.energy_usd_per_mwh / J_PER_MWH
        return yearly_usd / (DAYS_PER_YEAR * SECONDS_PER_DAY) + energy

    def _recovery(self, life: Fact | None) -> float:
        """Yearly payment for a dollar over a life."""
        years = max(_value(life, DAYS_PER_YEAR) / DAYS_PER_YEAR, 1.0 / HOURS_PER_YEAR)
        rate = self.money.capital_share
        return 1.0 / years if rate <= 0.0 else rate / (1.0 - (1.0 + rate) ** -years)

    @property
    def life_s(self) -> float:
        """Life of a rack [s]."""
        return _value(self.money.rules.rack_life_days, DAYS_PER_YEAR) * SECONDS_PER_DAY

    def figures(self, workload: Workload, design: Design, *, has_own_gang: bool = False) -> Figures | Infeasible:
        """Speed, load and cost of a workload on a design."""
        timing = self.timer.time(workload, design, has_own_gang=has_own_gang)
        if isinstance(timing, Infeasible):
            return timing
        mean_w = self.timer.mean_w(timing, design)
        usd_per_s = self.usd_per_s(design, mean_w)
        return Figures(
            usd_per_mtok=usd_per_s / timing.tok_s * 1e6,
            tok_s=timing.tok_s,
            load_w=design.load_w,
            mean_w=mean_w,
            usd_per_s=usd_per_s,
            days=timing.days,
            binding=timing.binding,
        )

    def index(self, mix: Mix, design: Design, *, has_own_gang: bool = False) -> Index | tuple[Missing, ...]:
        """Index of a design on a mix, or what of the mix it does not run.

        Notes
        -----
        I = sum of share x (design's need for a token / reference's need for a token).
        """
        cost = accels = power = days = trained = 0.0
        missing = []
        for member in mix.members:
            own = self.figures(member.workload, design, has_own_gang=has_own_gang)
            base = self.figures(member.workload, self.reference)
            if isinstance(own, Infeasible) or isinstance(base, Infeasible):
                gap = own if isinstance(own, Infeasible) else base
                if isinstance(gap, Infeasible):
                    missing.append(Missing(member.workload.workload, design.name, gap.reason, gap.relief))
                continue
            ratio = base.tok_s / own.tok_s
            cost += member.share * own.usd_per_mtok / base.usd_per_mtok
            accels += member.share * ratio
            power += member.share * ratio * own.load_w / base.load_w
            if own.days is not None and base.days is not None:
                days += member.share * own.days / base.days
                trained += member.share
        if missing:
            return tuple(missing)
        return Index(cost, accels, power, days / trained if trained else None)

    def mean_usd_per_s(self, mix: Mix, design: Design) -> float:
        """Cost of an accelerator of a design, averaged over a mix's workloads by share [USD/s]."""
        total = weight = 0.0
        for member in mix.members:
            own = self.figures(member.workload, design)
            if isinstance(own, Figures):
                total += member.share * own.usd_per_s
                weight += member.share
        return total / weight if weight else 0.0


def _value(fact: Fact | None, default: float = 0.0) -> float:
    return default if fact is None else fact.value
