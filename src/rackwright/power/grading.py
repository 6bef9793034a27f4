"""Which inverse-time settings would grade the breakers from the low-voltage boards up, and how long do faults last?

Four levels in series: low-voltage incomer, medium-voltage feeder of a unit substation, ring end, incomer behind the
power transformer. Each is set to trip one grading interval after the level below it at the highest fault both see. A
first setting for the engineer of record: fuses, instantaneous elements and earth faults are not in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rackwright.catalog.installation import ElectricRules
from rackwright.catalog.narrow import figure
from rackwright.power.board_faults import board_faults
from rackwright.power.electrics import full_load_a
from rackwright.power.finding import Finding
from rackwright.power.protection import CURVE_END, STANDARD_INVERSE, trip_s
from rackwright.power.site import SitePower

__all__ = ["RelaySetting", "grade", "grading_findings"]


@dataclass(frozen=True, slots=True)
class RelaySetting:
    """First setting of one level.

    Parameters
    ----------
    level
        What it protects.
    pickup_a
        Current from which it counts, at its own voltage.
    time_multiplier
        TMS of the curve.
    fault_a, trip_s
        Highest fault it grades with the level below, at its own voltage, and its trip time there.
    """

    level: str
    pickup_a: float
    time_multiplier: float
    fault_a: float
    trip_s: float


def grade(power: SitePower, rules: ElectricRules) -> tuple[RelaySetting, ...]:
    """Settings from the low-voltage incomer up; empty where the catalog states no interval or no cable is known."""
    if rules.grading_interval_s is None or rules.pickup_ratio is None or power.rings is None:
        return ()
    parts, faults = power.order.parts, board_faults(power.order)
    unit, hv = parts.unit_substation, parts.hv_transformer
    low_v, medium_v = figure(unit.secondary_v), figure(hv.secondary_v)
    through_a = faults.behind(unit) * low_v / medium_v
    ratio = figure(rules.pickup_ratio)
    levels = (
        ("low-voltage incomer", ratio * full_load_a(figure(unit.rating_va), low_v), faults.behind(unit)),
        ("unit substation, medium voltage", ratio * full_load_a(figure(unit.rating_va), medium_v), through_a),
        ("ring end", ratio * power.rings.ampacity_a, faults.medium_a),
        ("incomer behind the power transformer", ratio * full_load_a(figure(hv.rating_va), medium_v), faults.medium_a),
    )
    settings: list[RelaySetting] = []
    for level, pickup_a, fault_a in levels:
        settings.append(_set(settings, (level, pickup_a, fault_a), figure(rules.grading_interval_s)))
    return tuple(settings)


def _set(below: list[RelaySetting], asked: tuple[str, float, float], interval_s: float) -> RelaySetting:
    """One level an interval above the one below at the fault both see; the lowest at one interval."""
    level, pickup_a, fault_a = asked
    wanted_s = interval_s
    if below:
        last = below[-1]
        seen = last.trip_s
        if level == "ring end":
            # The feeder below sees the full medium-voltage fault on its own side of the transformer.
            seen = last.time_multiplier * _curve_s(fault_a, last.pickup_a)
        wanted_s = seen + interval_s
    multiplier = wanted_s / _curve_s(fault_a, pickup_a)
    return RelaySetting(level, pickup_a, multiplier, fault_a, wanted_s)


def _curve_s(fault_a: float, pickup_a: float) -> float:
    """Time at a multiplier of one; no relay is faster than at the end of its curve."""
    return trip_s(min(fault_a / pickup_a, CURVE_END), STANDARD_INVERSE)


def grading_findings(power: SitePower, rules: ElectricRules) -> Iterator[Finding]:
    """The slowest fault against what transformers withstand, and pickups that no fault reaches."""
    settings = grade(power, rules)
    if not settings or rules.fault_withstand_s is None:
        return
    slowest = max(settings, key=lambda setting: setting.trip_s)
    limit_s, source = figure(rules.fault_withstand_s), f"fact:{rules.id}.fault_withstand_s"
    subject = f"{power.order.site} {slowest.level}"
    shorter_s = figure(rules.grading_interval_s) * limit_s / slowest.trip_s
    relief = f"a grading interval of {shorter_s:.2f} s, differential protection, or fewer levels in series"
    yield Finding("power-relay-grading", subject, slowest.trip_s, limit_s, "s", source, relief)
    for setting in settings:
        subject = f"{power.order.site} {setting.level}"
        source = "lowest fault above the pickup: IEC 60255-151"
        relief = f"a pickup of at most {setting.fault_a:,.0f} A, of differential or distance relays"
        yield Finding("power-relay-pickup", subject, setting.pickup_a, setting.fault_a, "A", source, relief)
