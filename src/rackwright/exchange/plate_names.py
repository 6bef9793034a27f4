"""Which port of the front plate does a switch mean by a name of its own, such as SONiC's `Ethernet8` or `eth0`?

The design knows it for its switches. Where it does not, ports of SONiC count lanes, and the steps between the names of
a table tell how many a port has.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Final

import polars as pl

__all__ = ["Plates", "named_by_steps", "named_on_plate"]

Plates = Callable[[], pl.DataFrame]
"""Makes the names of a design: columns device, port (the switch's own name), plate (`p1` onwards)."""
SONIC_PORT: Final = re.compile(r"^Ethernet(\d+)$")
OWN_NAME: Final = r"^(?:Ethernet\d+|eth0)$"
SIDES: Final = ("local", "remote")


def named_on_plate(reports: pl.DataFrame, plates: Plates) -> pl.DataFrame:
    """Reports with the names of the front plate wherever the design knows them; asks for them only if there is need."""
    own = [pl.col(f"{side}_port").str.contains(OWN_NAME).any() for side in SIDES]
    if not reports.height or not any(reports.select(*own).row(0)):
        return reports
    known = plates()
    for side in SIDES:
        names = known.rename({"device": f"{side}_device", "port": f"{side}_port", "plate": "plate"})
        joined = reports.join(names, on=[f"{side}_device", f"{side}_port"], how="left", maintain_order="left")
        reports = joined.with_columns(pl.coalesce("plate", f"{side}_port").alias(f"{side}_port")).drop("plate")
    return reports


def named_by_steps(reports: pl.DataFrame) -> pl.DataFrame:
    """SONiC's names that are left as ports of the plate: `Ethernet8` of a table that steps by 8 is `p2`."""
    left = [port for side in SIDES for port in reports[f"{side}_port"].to_list()]
    lanes = math.gcd(*(int(match[1]) for port in left if (match := SONIC_PORT.match(port)))) or 1
    return reports.with_columns(
        pl.Series(name, [_plate(port, lanes) for port in reports[name].to_list()], dtype=pl.String)
        for name in (f"{side}_port" for side in SIDES)
    )


def _plate(port: str, lanes: int) -> str:
    match = SONIC_PORT.match(port)
    return f"p{int(match[1]) // lanes + 1}" if match else port
