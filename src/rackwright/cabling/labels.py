"""What is printed on the two ends of a cable, and how is a printed label read back?

An end is named from the large to the small, in the manner of TIA-606: `HALL.ROW-POSITION.Uxx.Pyy`, rows, positions and
ports counted from 1; a narrow device beside another at its height adds its bay (`U05b2`). Each end's label names that
end, then the far one.
"""

from __future__ import annotations

import polars as pl

__all__ = ["SEPARATOR", "cable_label", "end_label", "rack_label", "split_label"]

SEPARATOR = " / "


def rack_label(hall: pl.Expr, row: pl.Expr, position: pl.Expr) -> pl.Expr:
    """`HALL.ROW-POSITION` of a rack.

    Examples
    --------
    >>> pl.select(rack_label(pl.lit("ohio-1"), pl.lit(2), pl.lit(7))).item()
    'ohio-1.02-07'
    """
    return pl.concat_str([hall, pl.lit("."), _two(row), pl.lit("-"), _two(position)])


def end_label(rack: pl.Expr, u: pl.Expr, bay: pl.Expr, port: pl.Expr) -> pl.Expr:
    """Label of one end: rack label, lowest rack unit, bay and port of the device, bay and port from 0.

    Examples
    --------
    >>> pl.select(end_label(pl.lit("ohio-1.02-07"), pl.lit(5), pl.lit(0), pl.lit(3))).item()
    'ohio-1.02-07.U05.P04'
    >>> pl.select(end_label(pl.lit("ohio-1.02-07"), pl.lit(5), pl.lit(1), pl.lit(3))).item()
    'ohio-1.02-07.U05b2.P04'
    """
    beside = pl.when(bay > 0).then(pl.concat_str([pl.lit("b"), (bay + 1).cast(pl.String)])).otherwise(pl.lit(""))
    return pl.concat_str([rack, pl.lit(".U"), _two(u), beside, pl.lit(".P"), _two(port + 1)])


def cable_label(near: pl.Expr, far: pl.Expr) -> pl.Expr:
    """Label of the near end: where this end belongs, then where the far end is."""
    return pl.concat_str([near, pl.lit(SEPARATOR), far])


def split_label(text: str) -> tuple[str, str]:
    """Near and far end of a label; the far one is empty where only one end is written.

    Examples
    --------
    >>> split_label("h.01-02.U03.P04 / h.01-09.U01.P10")
    ('h.01-02.U03.P04', 'h.01-09.U01.P10')
    """
    near, _, far = text.partition("/")
    return near.strip(), far.strip()


def _two(number: pl.Expr) -> pl.Expr:
    return number.cast(pl.String).str.zfill(2)
