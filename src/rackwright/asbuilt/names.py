"""By which name is a device or port known outside: in LLDP, in NetBox, on a label, in a topology file?

A switch is `BLOCK-NETWORK-TIERn`, a tray `BLOCK-nodeN`, both counted from 0 as in the tables; ports are `p1` onwards,
counted from 1 as on the front plate. Names are made on export; tables hold numbers.
"""

from __future__ import annotations

import polars as pl

from rackwright.tables.fabric import Devices

__all__ = ["TIER_NAMES", "device_names", "port_name", "port_number"]

TIER_NAMES = ("node", "leaf", "spine", "core")


def device_names(devices: Devices) -> pl.DataFrame:
    """Columns device and name, in the order of device."""
    tier = pl.col("tier").replace_strict(dict(enumerate(TIER_NAMES)), return_dtype=pl.String)
    switch = pl.concat_str(["block", pl.lit("-"), "network", pl.lit("-"), tier, "index"])
    node = pl.concat_str(["block", pl.lit("-node"), "index"])
    return devices.frame.select("device", name=pl.when(pl.col("tier") == 0).then(node).otherwise(switch))


def port_name(port: pl.Expr) -> pl.Expr:
    """`p1` for port 0."""
    return pl.lit("p") + (port.cast(pl.Int64) + 1).cast(pl.String)


def port_number(text: pl.Expr) -> pl.Expr:
    """Port from 0 of `p7`, `swp7`, `port7`, `eth7` or plain `7` (counted from 1); null for anything else and for 0."""
    digits = text.str.extract(r"^(?i:p|swp|port|eth|ib|)\s?0*([1-9]\d{0,4})$", 1)
    return digits.cast(pl.Int64, strict=False) - 1
