"""How does each kind of electrical equipment look in a one-line diagram, after IEC 60617 or after IEEE 315 (ANSI)?

Each symbol is 36 px high around its centre, with leads at top and bottom. Where the two standards draw alike, one
drawing serves both.
"""

from __future__ import annotations

from typing import Literal

from rackwright.figures.path_points import Line, circle_points, path_points
from rackwright.figures.svg import Drawing, number

__all__ = [
    "ATS_INLET",
    "HALF_HEIGHT",
    "SYMBOL_SETS",
    "PowerKind",
    "SymbolSet",
    "draw_power_symbol",
    "power_symbol_lines",
]

SymbolSet = Literal["iec", "ansi"]
SYMBOL_SETS: tuple[SymbolSet, SymbolSet] = ("iec", "ansi")
PowerKind = Literal[
    "utility",
    "genset",
    "transformer",
    "switchgear",
    "breaker",
    "ats",
    "ups",
    "battery",
    "busway",
    "pdu",
    "power_shelf",
    "rack",
    "load",
]

HALF_HEIGHT = 18.0
ATS_INLET = 13.0

# Paths of each symbol with its centre at the origin, in relative commands after the first move.
Paths = dict[str, tuple[tuple[float, float, str], ...]]
Circles = dict[str, tuple[tuple[float, float], ...]]

_SINE = "q2.5 -5 5 0t5 0"
_BOTH: Paths = {
    "battery": ((0, -18, "v12"), (-11, -6, "h22m-17 6h12m-17 6h22m-17 6h12"), (0, 12, "v6")),
    "busway": ((0, -18, "v15"), (-22, -3, "h44m0 6h-44z"), (-14, 3, "v6m14 -6v15m14 -15v6")),
    "pdu": ((0, -18, "v6"), (-12, -12, "h24v24h-24z"), (-6, -5, "h12m-12 5h12m-12 5h12"), (0, 12, "v6")),
    "rack": ((0, -18, "v3"), (-9, -15, "h18v32h-18z"), (-9, -9, "h18m-18 6h18m-18 6h18m-18 6h18m-18 6h18")),
}
# IEC 60617: infeed as a hatched square, transformer as two circles, breaker as a contact with a cross, converters as a
# square parted between ~ and =.
_IEC: Paths = _BOTH | {
    "utility": ((-10, -14, "h20v20h-20z"), (-10, -7, "l7 -7m3 0l-10 10m0 7l17 -17m3 4l-13 13m7 0l6 -6"), (0, 6, "v12")),
    "genset": ((3.5, -6, "a4.5 4.5 0 1 0 1 4h-3.5"), (-5, 6, _SINE), (0, 12, "v6")),
    "transformer": ((0, -18, "v4"), (0, 14, "v4")),
    "switchgear": (
        (0, -18, "v5"),
        (-3, -16, "l6 6m0 -6l-6 6"),
        (0, 2, "l-7 -13"),
        (0, 2, "v6"),
        (-20, 8, "h40"),
        (-20, 9.5, "h40"),
        (0, 9, "v9"),
    ),
    "breaker": ((0, -18, "v9"), (-3.5, -12.5, "l7 7m0 -7l-7 7"), (0, 8, "l-8 -15"), (0, 8, "v10")),
    "ats": ((-13, -18, "v8h6"), (13, -18, "v8h-6"), (-6, -10, "l5 18"), (0, 9, "v9")),
    "ups": (
        (0, -18, "v4"),
        (-14, -14, "h28v28h-28z"),
        (14, -14, "l-28 28"),
        (-11, -7, _SINE),
        (2, 6, "h9m0 4h-9"),
        (0, 14, "v4"),
    ),
    "power_shelf": (
        (0, -18, "v8"),
        (-15, -10, "h30v20h-30z"),
        (15, -10, "l-30 20"),
        (-12, -5, "q2 -4 4 0t4 0"),
        (3, 4, "h8m0 3h-8"),
        (0, 10, "v8"),
    ),
    "load": ((0, -18, "v30"), (-6, 3, "l6 9l6 -9")),
}
# IEEE 315: source as a circle with a sine, transformer as two windings, breaker as a square, rectifiers as a diode, a
# transfer switch in its box.
_ANSI: Paths = _BOTH | {
    "utility": ((-7, 0, "q3.5 -8 7 0t7 0"), (0, 12, "v6")),
    "genset": ((4, -4, "a5.5 5.5 0 1 0 1.5 4h-4"), (0, 12, "v6")),
    "transformer": (
        (0, -18, "v10"),
        (-12, -4, "a4 4 0 0 1 8 0a4 4 0 0 1 8 0a4 4 0 0 1 8 0"),
        (-12, 4, "a4 4 0 0 0 8 0a4 4 0 0 0 8 0a4 4 0 0 0 8 0"),
        (0, 8, "v10"),
    ),
    "switchgear": (
        (0, -18, "v6"),
        (-6, -12, "h12v12h-12z"),
        (0, 0, "v8"),
        (-20, 8, "h40"),
        (-20, 9.5, "h40"),
        (0, 9, "v9"),
    ),
    "breaker": ((0, -18, "v11"), (-7, -7, "h14v14h-14z"), (0, 7, "v11")),
    "ats": ((-13, -18, "v10"), (13, -18, "v10"), (-18, -13, "h36v24h-36z"), (-12, -7, "l11 13"), (0, 7, "v11")),
    "ups": (
        (0, -18, "v4"),
        (-16, -14, "h32v28h-32z"),
        (0, -14, "v28"),
        (-12, -5, "v10l8 -5z"),
        (-4, -5, "v10"),
        (3, 0, _SINE),
        (0, 14, "v4"),
    ),
    "power_shelf": ((0, -18, "v8"), (-15, -10, "h30v20h-30z"), (-6, -6, "v12l10 -6z"), (4, -6, "v12"), (0, 10, "v8")),
    "load": ((0, -18, "v20"), (-7, 2, "h14l-7 11z")),
}
_PATHS: dict[SymbolSet, Paths] = {"iec": _IEC, "ansi": _ANSI}
_CIRCLES: dict[SymbolSet, Circles] = {
    "iec": {"genset": ((0.0, 12.0),), "transformer": ((-5.0, 9.0), (5.0, 9.0))},
    "ansi": {"utility": ((0.0, 12.0),), "genset": ((0.0, 12.0),)},
}


def draw_power_symbol(
    drawing: Drawing, centre: tuple[float, float], kind: PowerKind, classes: str, symbols: SymbolSet = "iec"
) -> None:
    """Draw the symbol of a kind of equipment around a point, after one of the standards."""
    x, y = centre
    circles, moves = _shapes(kind, symbols)
    for offset, radius in circles:
        drawing.circle((x, y + offset), radius, classes)
    drawing.path("".join(f"M{number(x + dx)} {number(y + dy)}{rest}" for dx, dy, rest in moves), classes)


def power_symbol_lines(kind: PowerKind, symbols: SymbolSet = "iec") -> tuple[Line, ...]:
    """The symbol of a kind of equipment as lines around the origin [px], y downwards."""
    circles, moves = _shapes(kind, symbols)
    rings = (circle_points((0.0, offset), radius) for offset, radius in circles)
    return (*rings, *(line for dx, dy, rest in moves for line in path_points((dx, dy), rest)))


def _shapes(
    kind: PowerKind, symbols: SymbolSet
) -> tuple[tuple[tuple[float, float], ...], tuple[tuple[float, float, str], ...]]:
    paths, circles = _PATHS.get(symbols, _IEC), _CIRCLES.get(symbols, _CIRCLES["iec"])
    return circles.get(kind, ()), paths.get(kind, paths["load"])
