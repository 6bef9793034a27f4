"""Which points does a path of relative moves run through? For drawings that know lines only."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

__all__ = ["Line", "circle_points", "path_points"]

Point = tuple[float, float]
Line = tuple[Point, ...]

STEPS = 8
"""Straight pieces of a curve; a circle has four times as many."""
_COMMANDS = re.compile(r"([mlhvqtaz])([^mlhvqtaz]*)")
_NUMBERS = re.compile(r"-?\d*\.?\d+")
_SIZES = {"m": 2, "l": 2, "h": 1, "v": 1, "q": 4, "t": 2, "a": 7}


def path_points(start: Point, moves: str) -> tuple[Line, ...]:
    """Lines through the points of a path: its start, then relative SVG commands (m, l, h, v, q, t, a, z).

    Parameters
    ----------
    start
        First point.
    moves
        Commands in lower case; arcs are of circles.

    Returns
    -------
    One line for each part of the path that is drawn without lifting the pen.

    Notes
    -----
    Curves become `STEPS` straight pieces. Arcs by the centre of SVG 1.1, appendix F.6.5, with equal radii.

    Examples
    --------
    >>> path_points((0.0, 0.0), "h2v2m1 0h1")
    (((0.0, 0.0), (2.0, 0.0), (2.0, 2.0)), ((3.0, 2.0), (4.0, 2.0)))
    """
    lines: list[list[Point]] = [[start]]
    handle = (0.0, 0.0)
    for command, values in _steps(moves):
        line, (x, y) = lines[-1], lines[-1][-1]
        if command == "z":
            line.append(line[0])
        elif command == "m":
            lines.append([(x + values[0], y + values[1])])
        elif command in "qt":
            handle = (values[0], values[1]) if command == "q" else handle
            end = (values[-2], values[-1])
            line.extend((x + dx, y + dy) for dx, dy in _bend(handle, end))
            handle = (end[0] - handle[0], end[1] - handle[1])
        elif command == "a":
            line.extend((x + dx, y + dy) for dx, dy in _arc(values))
        else:
            line.append((x + (values[0] if command != "v" else 0.0), y + (values[-1] if command != "h" else 0.0)))
    return tuple(tuple(line) for line in lines if len(line) > 1)


def circle_points(centre: Point, radius: float) -> Line:
    """A circle as a closed line."""
    angles = (2 * math.pi * n / (4 * STEPS) for n in range(4 * STEPS + 1))
    return tuple((centre[0] + radius * math.cos(a), centre[1] + radius * math.sin(a)) for a in angles)


def _steps(moves: str) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Each command with one set of its numbers; a command may have several."""
    for command, text in _COMMANDS.findall(moves):
        values = tuple(float(each) for each in _NUMBERS.findall(text))
        size = _SIZES.get(command, 0)
        if not size:
            yield command, ()
        for first in range(0, len(values), size or 1):
            yield command, values[first : first + size]


def _bend(handle: Point, end: Point) -> Iterator[Point]:
    """Points of a quadratic curve from the origin."""
    for n in range(1, STEPS + 1):
        t = n / STEPS
        bend, rest = 2 * t * (1 - t), t * t
        yield bend * handle[0] + rest * end[0], bend * handle[1] + rest * end[1]


def _arc(values: tuple[float, ...]) -> Iterator[Point]:
    """Points of a circle's arc from the origin."""
    radius, _, _, is_large, is_clockwise, dx, dy = values
    chord = math.hypot(dx, dy)
    radius = max(radius, chord / 2)
    height = math.sqrt(max(radius**2 - (chord / 2) ** 2, 0.0)) / chord
    side = 1.0 if bool(is_large) != bool(is_clockwise) else -1.0
    cx, cy = dx / 2 - side * height * dy, dy / 2 + side * height * dx
    first = math.atan2(-cy, -cx)
    turn = (math.atan2(dy - cy, dx - cx) - first) % (2 * math.pi)
    turn -= 0.0 if is_clockwise else 2 * math.pi
    for n in range(1, STEPS + 1):
        angle = first + turn * n / STEPS
        yield cx + radius * math.cos(angle), cy + radius * math.sin(angle)
