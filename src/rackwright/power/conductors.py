"""What may a cable carry where it lies, and how much voltage does it lose?

The tables of the codes are figures of the catalog (`Conductor`): the functions here apply them. Methods: NEC 310.15 and
Chapter 9, Table 9; IEC 60364-5-52, 523 and Annex G. The sizes and conditions are for the engineer of record to confirm.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from rackwright.catalog.installation import Conductor
from rackwright.catalog.narrow import figure

__all__ = [
    "adjusted_ampacity_a",
    "ambient_factor",
    "ampacity_a",
    "column_a",
    "drop_by_resistance_v",
    "drop_share",
    "drop_v",
    "smallest_conductor",
]

SQRT3 = math.sqrt(3.0)


def column_a(conductor: Conductor, rating_c: float) -> float | None:
    """Ampacity [A] in the column of a conductor temperature; None where the table has no such column.

    Parameters
    ----------
    conductor
        Conductor of the catalog.
    rating_c
        Conductor temperature: 60, 75 or 90 C.
    """
    columns = {60.0: conductor.ampacity_60c_a, 75.0: conductor.ampacity_75c_a, 90.0: conductor.ampacity_90c_a}
    column = columns.get(rating_c)
    return None if column is None else column.value


def ampacity_a(conductors: Iterable[Conductor], size: str, metal: str, *, rating_c: float) -> float:
    """Ampacity [A] of one conductor size at a conductor temperature, before adjustment.

    Parameters
    ----------
    conductors
        Table, such as `catalog.all(Conductor)`.
    size, metal
        As in the table, such as `500 kcmil` and `Cu`.
    rating_c
        Conductor temperature of the column: 60, 75 or 90 C. Terminations commonly allow 75 C.

    Raises
    ------
    ValueError
        The table has no such size or column.

    Notes
    -----
    NEC Table 310.16: not more than three current-carrying conductors in raceway, cable or earth, ambient 30 C.
    """
    for each in conductors:
        table_a = column_a(each, rating_c)
        if each.size == size and each.metal == metal and table_a is not None:
            return table_a
    raise ValueError(f"no ampacity of {size} {metal} at {rating_c:g} C in the table; choose a size of the catalog")


def ambient_factor(ambient_c: float, *, rating_c: float, table_c: float) -> float:
    """Correction of ampacity for another ambient temperature, 0 where the conductor is already too hot.

    Notes
    -----
    sqrt((Tc - Ta) / (Tc - T0)), NEC 310.15(B)(1) and IEC 60364-5-52 Annex B: heat lost is in proportion to the
    temperature difference. `table_c` is the ambient of the table, 30 C in NEC Table 310.16.

    Examples
    --------
    >>> round(ambient_factor(40.0, rating_c=75.0, table_c=30.0), 2)
    0.88
    """
    return math.sqrt(max(0.0, rating_c - ambient_c) / (rating_c - table_c))


def adjusted_ampacity_a(table_a: float, factors: Sequence[float] = (), *, parallel: int = 1) -> float:
    """Ampacity [A] after ambient and grouping factors, for `parallel` conductors per phase.

    Examples
    --------
    >>> adjusted_ampacity_a(260.0, (0.8,))
    208.0
    """
    return table_a * math.prod(factors) * parallel


def smallest_conductor(
    conductors: Iterable[Conductor], current_a: float, *, metal: str, rating_c: float, factor: float = 1.0
) -> Conductor | None:
    """Smallest conductor of a table that carries a current after adjustment; None where none does.

    Parameters
    ----------
    conductors
        Table.
    current_a
        Design current: 1.25 x continuous + non-continuous load by NEC 215.2(A)(1).
    metal, rating_c
        Metal, and conductor temperature of the column.
    factor
        Product of ambient and grouping factors.
    """
    table = [each for each in conductors if each.metal == metal]
    for each in sorted(table, key=lambda one: (figure(one.area_m2), one.id)):
        table_a = column_a(each, rating_c)
        if table_a is not None and table_a * factor >= current_a:
            return each
    return None


def drop_v(current_a: float, length_m: float, *, ohm_per_m: float, phases: int = 3) -> float:
    """Voltage lost along a run [V], line to line for three phases, by effective impedance per metre.

    Notes
    -----
    V = sqrt(3) I Z L for three phases, 2 I Z L for one (NEC Chapter 9, Table 9 note 2: effective Z at 0.85).

    Examples
    --------
    >>> round(drop_v(400.0, 60.96, ohm_per_m=0.050 / 304.8), 3)
    6.928
    """
    return (SQRT3 if phases == 3 else 2.0) * current_a * ohm_per_m * length_m


def drop_by_resistance_v(
    current_a: float, length_m: float, *, r_ohm_per_m: float, x_ohm_per_m: float, power_factor: float
) -> float:
    """Voltage lost along a three-phase run [V]: sqrt(3) I L (r cos(phi) + x sin(phi)) (IEC 60364-5-52, Annex G).

    Examples
    --------
    >>> drop_by_resistance_v(100.0, 50.0, r_ohm_per_m=0.0, x_ohm_per_m=0.0, power_factor=0.8)
    0.0
    """
    sine = math.sqrt(1.0 - power_factor**2)
    return SQRT3 * current_a * length_m * (r_ohm_per_m * power_factor + x_ohm_per_m * sine)


def drop_share(lost_v: Iterable[float], nominal_v: float) -> float:
    """Voltage lost over a chain of runs as a share of the nominal voltage (limits: NEC 210.19, IEC 60364-5-52 G.52.1).

    Examples
    --------
    >>> drop_share([10.0, 5.0], 400.0)
    0.0375
    """
    return math.fsum(lost_v) / nominal_v
