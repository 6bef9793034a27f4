"""Which figures go into the specification, and how coarsely, so that they do not give the models away?"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rackwright.codesign.design import Design, Property, read_property, with_scaled
from rackwright.codesign.evaluation import Evaluator, Index, Mix
from rackwright.codesign.hypothetical import Limits
from rackwright.codesign.request import AdviceRequest
from rackwright.codesign.sensitivity import SCAN, WORSE, Curve, Elasticity
from rackwright.codesign.specification import Requirement, Signature, Specification

__all__ = ["FIELDS", "Need", "make_specification", "needs", "preferred"]

FIELDS = ("requirements.band", "requirements.worth", "requirements.need_by")
"""Fields of the disclosure list that a specification obeys; `requirements` alone stands for all of them."""
COARSEST = "range"
"""What a field gets that the list does not name."""
STEPS = {"exact": 0, "rounded": 10, "range": 5, "quarter": 5, "total": 5}
"""Preferred numbers to a decade (ISO 3, series R10 and R5) by granularity; 0 keeps four digits."""
MATTERS = 0.05
"""A property matters to a mix whose cost moves by more than this share of the property's move."""
CLASSES = ((0.02, "high"), (0.005, "medium"))
"""Class of worth by the share of the cost that a tenth more saves."""
AGREED = ((0.8, "high"), (0.5, "medium"))
"""Confidence by the share of mixes that agree on whether the property matters."""
MONTHS_PER_QUARTER = 3
_EQUAL = 1e-9

Level = Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class Need:
    """What the mix asks of one property, in full precision; for the lab's eyes.

    `own` is the figure of the platform's accelerator, which its maker knows; None for what is the lab's own estimate.
    `most` is what the user's limits leave; infinite where none applies.
    """

    subject: Property
    low: float | None
    target: float
    high: float | None
    saving: float
    worth_usd: float
    agreement: float
    own: float | None = None
    most: float = math.inf


def needs(
    evaluator: Evaluator,
    mix: Mix,
    best: Design,
    *,
    rows: tuple[Elasticity, ...],
    curves: tuple[Curve, ...],
    votes: tuple[tuple[Elasticity, ...], ...],
    limits: Limits,
) -> tuple[Need, ...]:
    """Band, target and worth of every hardware property.

    Parameters
    ----------
    evaluator, mix
        Judge.
    best
        Design whose figures are the targets; what is beyond use is not asked for.
    rows
        Elasticities of the platform on the mix.
    curves
        Where each property is short and where it is exhausted.
    votes
        Elasticities on other mixes and at the ends of the model's band, for the confidence.
    limits
        What the user set; no target and no burden borne is above.
    """
    by_name = {curve.subject.name: curve for curve in curves}
    found = []
    for row in rows:
        if row.subject.name == "software":
            continue
        band = read_property(best, row.subject.name)
        target = band.value if band else row.value
        curve = by_name.get(row.subject.name)
        low, high = (curve.short, curve.exhausted) if curve else (None, _most_borne(evaluator, mix, row))
        target = target if high is None or row.subject.is_burden else min(target, high)
        low = low if low is None else min(low, target)
        own = None if row.subject.name == "price_usd" else row.value
        most = _most(row.subject.name, limits, target)
        gain = row.cost if row.subject.is_burden else -row.cost
        saving, agreement = 1.0 - 1.1**-gain, _agreement(row, votes)
        found.append(Need(row.subject, low, target, high, saving, row.worth_usd, agreement, own, most))
    return tuple(found)


def _most(name: str, limits: Limits, target: float) -> float:
    """What the limits leave of a property; with a limit of stacks, the memory of the design that keeps it."""
    stacked = target if math.isfinite(limits.stacks) else math.inf
    return {"power_w": limits.package_w, "price_usd": limits.price_usd, "memory_byte": stacked}.get(name, math.inf)


def _most_borne(evaluator: Evaluator, mix: Mix, row: Elasticity) -> float | None:
    """Value of a burden at which the cost is a tenth higher; None if it is not at the end of the scan.

    The cost is linear in the price. More power costs more and also runs faster, so it is scanned rather than drawn out.
    """
    before = (1.0, 1.0)
    for factor in (factor for factor in SCAN if factor > 1.0):
        index = evaluator.index(mix, with_scaled(evaluator.reference, row.subject.name, factor))
        cost = index.cost if isinstance(index, Index) else math.inf
        if cost > 1.0 + WORSE:
            share = (1.0 + WORSE - before[1]) / (cost - before[1])
            return row.value * (before[0] + share * (factor - before[0]))
        before = (factor, cost)
    return None


def _agreement(row: Elasticity, votes: tuple[tuple[Elasticity, ...], ...]) -> float:
    """Share of votes that agree with the planned mix on whether the property matters."""
    matters = abs(row.cost) >= MATTERS
    agreed = [
        (abs(other.cost) >= MATTERS) == matters for vote in votes for other in vote if other.subject == row.subject
    ]
    return sum(agreed) / len(agreed) if agreed else 1.0


def make_specification(request: AdviceRequest, found: tuple[Need, ...]) -> Specification:
    """The specification as its recipient may see it; not yet sealed.

    Every figure is rounded to the granularity of its field, bands outwards, so that the low end stays enough and the
    high end stays useful; what is borne of a burden is rounded down, and no target and no burden goes above a limit
    that the user set. A target that is the
    platform's own figure is given as it is, since its maker knows it. Workloads, models, lengths,
    rates and fleets are in no field.
    """
    grain = {field: _granularity(request.disclosure, field) for field in FIELDS}
    band_steps = STEPS[grain["requirements.band"]]
    rows = tuple(_requirement(request, need, grain, band_steps) for need in found)
    parties = ("lab", request.options.recipient or "recipient")
    return Specification(
        platform=request.platform,
        name=request.name,
        generation=request.generation,
        recipient=request.options.recipient,
        as_of=request.as_of,
        disclosure=grain,
        requirements=rows,
        signatures=tuple(Signature(party=party) for party in parties),
    )


def _granularity(disclosure: Iterable[tuple[str, str]], field: str) -> str:
    """Granularity of a field: its own row, else that of `requirements`, else the coarsest."""
    rows = dict(disclosure)
    return rows.get(field, rows.get(field.split(".", maxsplit=1)[0], COARSEST))


def _requirement(request: AdviceRequest, need: Need, grain: dict[str, str], steps: int) -> Requirement:
    target = _target(need, steps)
    low = None if need.low is None else min(preferred(need.low, steps, side=-1), target)
    high = None if need.high is None else max(_highest(need, need.high, steps), target)
    worth = grain["requirements.worth"]
    worth_usd = preferred(need.worth_usd, STEPS[worth]) if worth in {"exact", "rounded"} else None
    return Requirement(
        property=need.subject.label,
        unit=need.subject.unit,
        low=low,
        target=target,
        high=high,
        need_by=_date(request.need_by, grain["requirements.need_by"]),
        confidence=_level(need.agreement, AGREED),
        worth=_level(need.saving, CLASSES),
        worth_usd=worth_usd,
    )


def _target(need: Need, steps: int) -> float:
    """The platform's own figure as it is, the price rounded down, any other to the nearest number within the limits.

    The price is what the lab offers to bear: a step up would promise more than the estimate, or than the user allows.
    """
    if need.own is not None and need.target == need.own:
        return preferred(need.target, 0)
    if need.subject.is_burden and need.own is None:
        return preferred(need.target, steps, side=-1)
    near = preferred(need.target, steps)
    return preferred(need.target, steps, side=-1) if near > need.most else near


def _highest(need: Need, high: float, steps: int) -> float:
    """The most of use, rounded up so that it stays useful; the most that is borne, rounded down so that it is borne."""
    return preferred(min(high, need.most), steps, side=-1) if need.subject.is_burden else preferred(high, steps, side=1)


def _level(value: float, classes: tuple[tuple[float, str], ...]) -> Level:
    for least, name in classes:
        if value >= least:
            return "high" if name == "high" else "medium"
    return "low"


def preferred(value: float, steps: int, *, side: int = 0) -> float:
    """A preferred number near a value: `steps` to a decade, below (side -1), above (1) or nearest (0).

    Without steps the value keeps four significant digits, cut or raised to the side asked for.

    Examples
    --------
    >>> preferred(35.0, 10), preferred(35.0, 5, side=1), preferred(123456.0, 0)
    (32.0, 40.0, 123500.0)
    """
    if value <= 0.0:
        return 0.0
    if not steps:
        return _four_digits(value, side)
    near = round(math.log10(value) * steps)
    if not side:
        return _printed(near, steps)
    around = [_printed(number, steps) for number in range(near - 2, near + 3)]
    if side < 0:
        return max(number for number in around if number <= value * (1.0 + _EQUAL))
    return min(number for number in around if number >= value * (1.0 - _EQUAL))


def _four_digits(value: float, side: int) -> float:
    """Four significant digits of a value; one more or less of the last where they lie on the other side."""
    near = float(f"{value:.4g}")
    if not side or (near - value) * side >= -_EQUAL * value:
        return near
    return float(f"{near + side * 10.0 ** (math.floor(math.log10(value)) - 3):.4g}")


def _printed(number: int, steps: int) -> float:
    """A number of the series as standards print it, with two digits."""
    return float(f"{10.0 ** (number / steps):.2g}")


def _date(iso: str, granularity: str) -> str:
    """The day, or its quarter."""
    if granularity == "exact":
        return iso
    day = dt.date.fromisoformat(iso)
    return f"{day.year}-Q{(day.month - 1) // MONTHS_PER_QUARTER + 1}"
