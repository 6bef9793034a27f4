"""What did the devices report of their neighbours? One form, whatever protocol or file it came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

__all__ = ["COLUMNS", "Records", "records_of"]

COLUMNS = ("local_device", "local_port", "remote_device", "remote_port")


def _no_reports() -> pl.DataFrame:
    return pl.DataFrame(schema={**dict.fromkeys(COLUMNS, pl.String), "times": pl.Int64})


@dataclass(frozen=True)
class Records:
    """One row per report: which port of which device saw which port of which neighbour; names as reported.

    Parameters
    ----------
    frame
        The reports, each once.
    duplicates
        How many more reports there were that say the same.
    repeated
        Reports that were given more than once, with how many times.
    asked
        Devices that were asked for their neighbours; None where the reports are a list of links, made by no device.
    nameless
        Ports (`DEVICE PORT`) that saw a neighbour which gave no name or no port.
    """

    frame: pl.DataFrame
    duplicates: int
    repeated: pl.DataFrame = field(default_factory=_no_reports)
    asked: frozenset[str] | None = None
    nameless: tuple[str, ...] = ()


def records_of(
    rows: pl.DataFrame | Sequence[tuple[str, str, str, str]],
    *,
    asked: frozenset[str] | None = None,
    nameless: tuple[str, ...] = (),
) -> Records:
    """Records from a frame with the four columns, or from tuples in their order."""
    if isinstance(rows, pl.DataFrame):
        frame = rows.select(pl.col(name).cast(pl.String).str.strip_chars() for name in COLUMNS)
    else:
        frame = pl.DataFrame(list(rows), schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
    unique = frame.unique(maintain_order=True)
    if unique.height == frame.height:
        return Records(unique, 0, asked=asked, nameless=nameless)
    times = frame.group_by(COLUMNS, maintain_order=True).agg(pl.len().cast(pl.Int64).alias("times"))
    repeated = times.filter(pl.col("times") > 1)
    return Records(unique, frame.height - unique.height, repeated, asked, nameless)
