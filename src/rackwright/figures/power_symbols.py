"""How does each kind of electrical equipment look in a one-line diagram?

Shapes follow the habits of IEC 60617 and IEEE 315 one-lines; each is 32 px high around its centre, with leads at top
and bottom.
"""

from __future__ import annotations

from typing import Literal

from rackwright.figures.svg import Drawing, number

__all__ = ["ATS_INLET", "HALF_HEIGHT", "PowerKind", "draw_power_symbol"]

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

# Path of each symbol with its centre at the origin, in relative commands after the first move.
_PATHS: dict[str, tuple[tuple[float, float, str], ...]] = {
    "utility": ((-7, 0, "q3.5 -8 7 0t7 0"), (0, 12, "v6")),
    "genset": ((4, -4, "a5.5 5.5 0 1 0 1.5 4h-4"), (0, 12, "v6")),
    "transformer": ((0, -18, "v4"), (0, 14, "v4")),
    "switchgear": (
        (0, -18, "v6"),
        (-6, -12, "h12v12h-12z"),
        (0, 0, "v8"),
        (-20, 8, "h40"),
        (-20, 9.5, "h40"),
        (0, 9, "v9"),
    ),
    "breaker": ((0, -18, "v11"), (-7, -7, "h14v14h-14z"), (0, 7, "v11")),
    "ats": ((-13, -18, "v8h6"), (13, -18, "v8h-6"), (-6, -10, "l5 18"), (0, 9, "v9")),
    "ups": (
        (0, -18, "v4"),
        (-14, -14, "h28v28h-28z"),
        (14, -14, "l-28 28"),
        (-11, -7, "q2.5 -5 5 0t5 0"),
        (2, 6, "h9m0 4h-9"),
        (0, 14, "v4"),
    ),
    "battery": ((0, -18, "v12"), (-11, -6, "h22m-17 6h12m-17 6h22m-17 6h12"), (0, 12, "v6")),
    "busway": ((0, -18, "v15"), (-22, -3, "h44m0 6h-44z"), (-14, 3, "v6m14 -6v15m14 -15v6")),
    "pdu": ((0, -18, "v6"), (-12, -12, "h24v24h-24z"), (-6, -5, "h12m-12 5h12m-12 5h12"), (0, 12, "v6")),
    "power_shelf": (
        (0, -18, "v8"),
        (-15, -10, "h30v20h-30z"),
        (15, -10, "l-30 20"),
        (-12, -5, "q2 -4 4 0t4 0"),
        (3, 4, "h8m0 3h-8"),
        (0, 10, "v8"),
    ),
    "rack": ((0, -18, "v3"), (-9, -15, "h18v32h-18z"), (-9, -9, "h18m-18 6h18m-18 6h18m-18 6h18m-18 6h18")),
    "load": ((0, -18, "v14"), (-8, -4, "h16l-8 14z")),
}
_CIRCLES: dict[str, tuple[tuple[float, float], ...]] = {
    "utility": ((0.0, 12.0),),
    "genset": ((0.0, 12.0),),
    "transformer": ((-5.0, 9.0), (5.0, 9.0)),
}


def draw_power_symbol(drawing: Drawing, centre: tuple[float, float], kind: PowerKind, classes: str) -> None:
    """Draw the symbol of a kind of equipment around a point."""
    x, y = centre
    for offset, radius in _CIRCLES.get(kind, ()):
        drawing.circle((x, y + offset), radius, classes)
    moves = _PATHS.get(kind, _PATHS["load"])
    drawing.path("".join(f"M{number(x + dx)} {number(y + dy)}{rest}" for dx, dy, rest in moves), classes)
