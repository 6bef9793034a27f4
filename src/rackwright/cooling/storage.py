"""How long do tanks of facility water carry a hall's heat when heat rejection stops, and how soon are they cold again?

A tank is kept in layers: cold water leaves at the facility supply, the water that comes back is warmer by the rise of
the racks, at most by the span the tank is built for. Room air that a chiller of its own cools is not on it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rackwright.base.loops import coolant_flow_lpm
from rackwright.catalog.installation import ThermalStorage
from rackwright.catalog.narrow import figure
from rackwright.catalog.parts import FacilityRules
from rackwright.cooling.plant import Fleet, HallCooling
from rackwright.cooling.ride_through import heat_capacity_j_k
from rackwright.tables.checks import Checks

__all__ = [
    "TankBank",
    "recharge_s",
    "tank_bank",
    "tank_checks",
    "tank_heat_j",
    "tank_reliefs",
    "tank_rows",
    "tank_unit_rows",
]

J_PER_KWH = 3.6e6
S_PER_H = 3600.0
ROUNDING = 1e-9
HOLD, FLOW = "cooling-tank-hold", "cooling-tank-flow"
ROLE = "buffer-tank"

Row = tuple[str, str, int, float, float, float, float, float, float, float, float, float | None]


@dataclass(frozen=True, slots=True)
class TankBank:
    """Tanks of a hall.

    Parameters
    ----------
    hall, part, units
        Where, which, and how many.
    span_k
        From the cold supply to the warm return [K].
    heat_j
        Heat that all of them take [J].
    duty_w, flow_lpm
        Heat on the facility water at peak [W], and the flow that carries it [L/min].
    restart_s, source
        Time until heat rejection is back after a loss of power [s], and the figure it is from.
    spare_w
        Heat rejection beyond the duty with all units running [W].
    asked_s
        Time the tanks are sized for [s].
    """

    hall: str
    part: ThermalStorage
    units: int
    span_k: float
    heat_j: float
    duty_w: float
    flow_lpm: float
    restart_s: float
    source: str
    spare_w: float
    asked_s: float

    @property
    def hold_s(self) -> float:
        """Time for which they carry the duty [s]."""
        return self.heat_j / self.duty_w

    @property
    def loss_w(self) -> float:
        """Standing loss of full tanks [W]."""
        return self.heat_j * figure(self.part.loss_share_per_h) / S_PER_H


def tank_heat_j(part: ThermalStorage, rise_k: float, rules: FacilityRules) -> float:
    """Heat [J] that one tank takes when water comes back `rise_k` warmer: rho V c dT x usable share."""
    water = {"kg_m3": figure(rules.coolant_kg_m3), "j_kg_k": figure(rules.coolant_j_kg_k)}
    capacity_j_k = heat_capacity_j_k(figure(part.volume_m3), **water)
    return capacity_j_k * min(rise_k, figure(part.span_k)) * figure(part.usable_share)


def recharge_s(heat_j: float, spare_w: float, loss_w: float) -> float | None:
    """Time [s] until `heat_j` is carried off by what heat rejection has beyond its duty and the standing loss.

    Examples
    --------
    >>> recharge_s(3.6e9, 1.1e6, 0.1e6), recharge_s(3.6e9, 0.0, 0.1e6)
    (3600.0, None)
    """
    left_w = spare_w - loss_w
    return heat_j / left_w if left_w > 0.0 else None


def tank_bank(hall: HallCooling, rules: FacilityRules) -> TankBank | None:
    """Tanks of a hall, as many as stated, else as hold; None where the program names none or nothing is on them."""
    plant, part = hall.plant, hall.plant.storage
    duty_w = hall.heat_w - (hall.heat.air.heat_w if _has_own_chiller(hall) else 0.0)
    if part is None or duty_w <= 0.0 or hall.heat.rise_k <= 0.0:
        return None
    span_k = min(hall.heat.rise_k, figure(part.span_k))
    one_j = tank_heat_j(part, span_k, rules)
    flow_lpm = coolant_flow_lpm(duty_w, span_k, kg_m3=figure(rules.coolant_kg_m3), j_kg_k=figure(rules.coolant_j_kg_k))
    restart_s, source = _restart(hall)
    asked_s = restart_s if plant.storage_hold_s is None else plant.storage_hold_s
    needed = math.ceil(max(duty_w * asked_s / one_j, flow_lpm / figure(part.flow_lpm)) - ROUNDING)
    units = plant.storage_units or needed
    spare_w = _spare_w(hall, duty_w)
    return TankBank(
        plant.hall, part, units, span_k, units * one_j, duty_w, flow_lpm, restart_s, source, spare_w, asked_s
    )


def tank_rows(banks: Iterable[TankBank]) -> Iterator[Row]:
    """Rows of `cooling.tanks`."""
    for bank in banks:
        volume_m3 = bank.units * figure(bank.part.volume_m3)
        times = (bank.hold_s, bank.restart_s, bank.loss_w, bank.spare_w)
        again_s = recharge_s(bank.heat_j, bank.spare_w, bank.loss_w)
        what = (bank.hall, bank.part.id, bank.units, volume_m3, bank.span_k, bank.heat_j / J_PER_KWH, bank.duty_w)
        yield *what, *times, again_s


def tank_unit_rows(banks: Iterable[TankBank]) -> Iterator[tuple[str, str, str, str, str, float, float, float]]:
    """One row of `cooling.units` for each tank: it can take its part of the duty, and takes none while plant runs."""
    for bank in banks:
        width = max(2, len(str(bank.units)))
        for number in range(1, bank.units + 1):
            name = f"{bank.hall}-{ROLE}-{number:0{width}d}"
            yield name, bank.hall, "storage", bank.part.id, ROLE, bank.duty_w / bank.units, 0.0, 0.0


def tank_checks(banks: Iterable[TankBank]) -> Iterator[tuple[str, str, float, float, str, bool, str]]:
    """Tanks hold until heat rejection is back, and as long as asked for; they give the flow without mixing."""
    for bank in banks:
        needed_s = max(bank.restart_s, bank.asked_s)
        source = bank.source if bank.restart_s >= bank.asked_s else f"program:halls[{bank.hall}].cooling.storage_hold"
        yield HOLD, bank.hall, needed_s, bank.hold_s, "s", needed_s <= bank.hold_s * (1.0 + ROUNDING), source
        limit_lpm = bank.units * figure(bank.part.flow_lpm)
        fits = bank.flow_lpm <= limit_lpm * (1.0 + ROUNDING)
        yield FLOW, bank.hall, bank.flow_lpm, limit_lpm, "L/min", fits, f"fact:{bank.part.id}.flow_lpm"


def tank_reliefs(banks: Iterable[TankBank], checks: Checks) -> Iterator[tuple[str, str, str]]:
    """(rule, subject, relief) of each failed check of tanks: as many of them as would do."""
    by_hall = {bank.hall: bank for bank in banks}
    failed = checks.frame.filter(~checks.frame["passed"]).select("rule", "subject", "value", "limit")
    for rule, hall, value, limit in failed.iter_rows():
        bank = by_hall[hall]
        units = math.ceil(bank.units * value / limit - ROUNDING)
        yield rule, hall, f"storage_units: {units} of {bank.part.id} ({bank.units} now), or a larger tank"


def _plant_on_water(hall: HallCooling) -> list[Fleet]:
    """Fleets that cool the facility water: those of plant without a chiller that cools room air alone."""
    air_w = hall.heat.air.heat_w if _has_own_chiller(hall) else 0.0
    plant = [fleet for fleet in hall.fleets if fleet.loop == "facility"]
    return [fleet for fleet in plant if fleet.role != "chiller" or fleet.duty_w > air_w * (1.0 + ROUNDING)]


def _has_own_chiller(hall: HallCooling) -> bool:
    """True where room air is cooled by colder water than the facility's."""
    return hall.air.is_chilled and hall.plant.rejection.role != "chiller"


def _restart(hall: HallCooling) -> tuple[float, str]:
    """Time until the slowest plant on the facility water is back [s], and the figure it is from."""
    plant = hall.plant
    stated = {part.id: part.restart_s for part in (plant.rejection, plant.chiller) if part is not None}
    return max((figure(stated[fleet.part]), f"fact:{fleet.part}.restart_s") for fleet in _plant_on_water(hall))


def _spare_w(hall: HallCooling, duty_w: float) -> float:
    """Heat beyond the duty [W] that the plant on the facility water can carry with every unit running."""
    reserves = [fleet.units * fleet.rated_w / fleet.duty_w - 1.0 for fleet in _plant_on_water(hall)]
    return duty_w * max(0.0, min(reserves, default=0.0))
