"""What did the devices report of their neighbours? One form, whatever protocol or file it came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

__all__ = ["COLUMNS", "Records", "records_of"]

COLUMNS = ("local_device", "local_port", "remote_device", "remote_port")


@dataclass(frozen=True)
class Records:
    """One row per report: which port of which device saw which port of which neighbour; names as reported.

    `duplicates` counts reports that were given more than once and are kept once.
    """

    frame: pl.DataFrame
    duplicates: int


def records_of(rows: pl.DataFrame | Sequence[tuple[str, str, str, str]]) -> Records:
    """Records from a frame with the four columns, or from tuples in their order."""
    if isinstance(rows, pl.DataFrame):
        frame = rows.select(pl.col(name).cast(pl.String).str.strip_chars() for name in COLUMNS)
    else:
        frame = pl.DataFrame(list(rows), schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
    unique = frame.unique(maintain_order=True)
    return Records(unique, frame.height - unique.height)
