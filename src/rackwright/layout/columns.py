"""Which positions of a hall are lost to building columns?"""

from __future__ import annotations

from rackwright.program.sites import Hall

__all__ = ["column_positions"]

TOUCH_M = 1e-9
"""Overlap that counts as touching: a rack may stand against a column."""


def column_positions(hall: Hall, pitches_m: tuple[float, float], depth_m: float) -> tuple[tuple[int, int], ...]:
    """Pairs (row, position), counted from 1, whose footprint a column meets.

    Parameters
    ----------
    hall
        Its grid of columns, rows and positions.
    pitches_m
        Centre to centre of neighbouring racks, and of neighbouring rows [m].
    depth_m
        Depth of the deepest rack [m]; racks stand in the middle of their row.

    Notes
    -----
    Position p of row r covers [(p - 1) a, p a] along and (r - 1/2) b +- depth/2 across, a and b the pitches; a column
    covers its centre +- half its size.
    """
    if hall.columns is None:
        return ()
    along_m, across_m = pitches_m
    half_m = hall.columns.size_m / 2.0
    centres = hall.columns.centres_m(hall.positions_per_row * along_m, hall.rows * across_m)
    found = set()
    for x_m, y_m in centres:
        positions = [
            at
            for at in range(max(1, int((x_m - half_m) / along_m)), hall.positions_per_row + 1)
            if (at - 1) * along_m < x_m + half_m - TOUCH_M and at * along_m > x_m - half_m + TOUCH_M
        ]
        rows = [
            row
            for row in range(1, hall.rows + 1)
            if abs((row - 0.5) * across_m - y_m) < (depth_m / 2 + half_m - TOUCH_M)
        ]
        found |= {(row, at) for row in rows for at in positions}
    return tuple(sorted(found))
