"""How much energy does an arc release at a board? IEEE 1584-2018 by an optional library.

Install `rackwright[arcflash]`. Without it there is no arc-flash figure, and the caller says so by name; the coefficient
tables of the standard are not part of this product.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

__all__ = ["ArcEnclosure", "ArcFlash", "arc_flash", "has_arc_flash"]

LIBRARY = "arcflash.ieee_1584"


@dataclass(frozen=True, slots=True)
class ArcEnclosure:
    """Gear in which an arc burns (IEEE 1584-2018, clause 4.2 for the range of the model).

    Parameters
    ----------
    voltage_v
        Open-circuit voltage, 208 V to 15 kV.
    electrodes
        VCB, VCBB, HCB, VOA or HOA.
    gap_mm, distance_mm
        Gap between conductors and working distance.
    height_mm, width_mm, depth_mm
        Enclosure.
    """

    voltage_v: float
    electrodes: str
    gap_mm: float
    distance_mm: float
    height_mm: float
    width_mm: float
    depth_mm: float


@dataclass(frozen=True, slots=True)
class ArcFlash:
    """Result for one enclosure, fault current and clearing time.

    Parameters
    ----------
    arcing_a
        Arcing current.
    intermediate_a
        Arcing current at 600, 2,700 and 14,300 V; only the first for low voltage.
    incident_j_cm2
        Incident energy at the working distance.
    boundary_mm
        Arc-flash boundary.
    enclosure_size_in
        Equivalent enclosure size.
    correction
        Enclosure size correction factor.
    """

    arcing_a: float
    intermediate_a: tuple[float, ...]
    incident_j_cm2: float
    boundary_mm: float
    enclosure_size_in: float
    correction: float


def has_arc_flash() -> bool:
    """True if the optional library is installed (the package `arcflash-calc`, not `arcflash`)."""
    try:
        importlib.import_module(f"{LIBRARY}.calculation")
    except ImportError:
        return False
    return True


def arc_flash(enclosure: ArcEnclosure, bolted_a: float, clearing_s: float, *, is_reduced: bool = False) -> ArcFlash:
    """Arcing current, incident energy and boundary by IEEE 1584-2018.

    Parameters
    ----------
    enclosure
        Gear.
    bolted_a
        Bolted three-phase fault current.
    clearing_s
        Time until the arc is cut; at the arcing current, so it has to be looked up twice.
    is_reduced
        True for the lower arcing current of clause 4.5, which may clear later and do more harm.

    Raises
    ------
    ModuleNotFoundError
        The optional library is not installed.
    """
    result = _calculate(enclosure, bolted_a, clearing_s, "reduced" if is_reduced else "full")
    parts = [getattr(result, f"I_arc_{volts}") for volts in (600, 2700, 14300)]
    return ArcFlash(
        arcing_a=_number(result.I_arc, "ampere"),
        intermediate_a=tuple(_number(part, "ampere") for part in parts if part is not None),
        incident_j_cm2=_number(result.E, "joule / centimeter ** 2"),
        boundary_mm=_number(result.AFB, "millimeter"),
        enclosure_size_in=_number(result.c.EES, "inch"),
        correction=float(getattr(result.c.CF, "magnitude", result.c.CF)),
    )


def _calculate(enclosure: ArcEnclosure, bolted_a: float, clearing_s: float, variant: str) -> Any:
    """Run the library; it mixes quantities of its own registry with those of the application's."""
    names = ("units", "cubicle", "calculation")
    units, cubicle, calculation = (importlib.import_module(f"{LIBRARY}.{name}") for name in names)
    importlib.import_module("pint").set_application_registry(units.ureg)
    quantity = units.ureg.Quantity
    gear = cubicle.Cubicle(
        V_oc=quantity(enclosure.voltage_v / 1e3, "kV"),
        EC=enclosure.electrodes,
        G=quantity(enclosure.gap_mm, "mm"),
        D=quantity(enclosure.distance_mm, "mm"),
        height=quantity(enclosure.height_mm, "mm"),
        width=quantity(enclosure.width_mm, "mm"),
        depth=quantity(enclosure.depth_mm, "mm"),
    )
    result = calculation.Calculation(gear, quantity(bolted_a / 1e3, "kA"), variant)
    result.calculate_I_arc()
    result.calculate_E_AFB(quantity(clearing_s, "s"))
    return result


def _number(quantity: Any, unit: str) -> float:
    return float(quantity.to(unit).magnitude)
