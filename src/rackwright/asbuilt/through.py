"""Which devices are joined where reports end at patch panels? Panels are passive: a report of one is led through."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from rackwright.asbuilt.records import COLUMNS, Records, records_of

__all__ = ["see_through"]


def see_through(records: Records, legs: pl.DataFrame) -> Records:
    """Reports between devices, those of jumpers at panels joined over the legs of trunks.

    Parameters
    ----------
    records
        Reports; what is known of a panel are rows with the panel's name in the place of a device.
    legs
        Ports of panels that a leg joins, from either end: panel, panel_port, far_panel, far_port (from 1).

    Notes
    -----
    A jumper is known by its two plugs, device and panel. Two jumpers whose panel ports share a leg make one link; a
    jumper whose far port has none makes no report, so that its link shows as missing.
    """
    names = legs.select("panel").unique()
    is_local, is_remote = (pl.col(f"{side}_device").is_in(names["panel"].implode()) for side in ("local", "remote"))
    plain = records.frame.filter(~is_local & ~is_remote)
    turned = records.frame.filter(is_local & ~is_remote).select(
        device="remote_device", port="remote_port", panel="local_device", panel_port="local_port"
    )
    told = records.frame.filter(is_remote & ~is_local).select(
        device="local_device", port="local_port", panel="remote_device", panel_port="remote_port"
    )
    every = pl.concat([told, turned])
    plugs = every.unique(maintain_order=True)
    is_once = plugs.height == every.height
    plugs = plugs.with_columns(pl.col("panel_port").str.extract(r"(\d+)$", 1).cast(pl.Int64, strict=False))
    far = plugs.rename(
        {"device": "far_device", "port": "far_device_port", "panel": "far_panel", "panel_port": "far_port"}
    )
    joined = plugs.join(legs, on=["panel", "panel_port"]).join(far, on=["far_panel", "far_port"])
    # A list of cables names each once, and so does what is made of it: else other links would seem to be seen one way.
    joined = joined.filter(pl.col("device") < pl.col("far_device")) if is_once else joined
    led = joined.select("device", "port", "far_device", "far_device_port").rename(
        dict(zip(("device", "port", "far_device", "far_device_port"), COLUMNS, strict=True))
    )
    found = records_of(pl.concat([plain.select(COLUMNS), led]))
    return replace(records, frame=found.frame)
