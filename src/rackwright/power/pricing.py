"""What do storage, capped racks and load banks cost, with which band, and where is the price from?"""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.catalog.installation import ElectricRules
from rackwright.catalog.parts import Fact
from rackwright.power.jobs import Job
from rackwright.power.request import PartTerms

__all__ = ["NOTHING", "Price", "bank_price", "part_price", "rack_price"]

W_PER_KW = 1e3


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


NOTHING = Price(0.0, 0.0, 0.0, "nothing to buy")


def part_price(terms: PartTerms, pieces: int) -> Price:
    """Pieces of a part, by the program's offer or the catalog."""
    return Price(terms.price_usd, terms.low_usd, terms.high_usd, f"fact:{terms.part}.price_usd").times(pieces)


def rack_price(job: Job, rules: ElectricRules) -> Price:
    """One rack, as the program states it; else by its peak power."""
    if job.rack_usd is not None:
        return Price(job.rack_usd, job.rack_usd, job.rack_usd, "program:platforms")
    return _per_kw(rules.rack_usd_per_kw, job.peak_w)


def bank_price(rules: ElectricRules, power_w: float) -> Price:
    """A load bank of so much power."""
    return _per_kw(rules.load_bank_usd_per_kw, power_w)


def _per_kw(stated: Fact | None, power_w: float) -> Price:
    """Price of so much power; unknown without a figure."""
    if stated is None:
        return Price(None, None, None, "")
    return Price(stated.value, *stated.band, f"fact:{stated.id}").times(power_w / W_PER_KW)
