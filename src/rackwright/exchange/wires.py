"""The links of a plan by the names the outside knows: which port of which device meets which? Used by the exports."""

from __future__ import annotations

import polars as pl

from rackwright.asbuilt import device_names, port_name
from rackwright.plan import Plan

__all__ = ["cabled_wires", "named_devices", "wires"]


def wires(plan: Plan) -> pl.DataFrame:
    """One row per link in the order of links: link, block, network, a, a_port, b, b_port (names), gbit_s."""
    names = device_names(plan.fabric.devices)
    frame = plan.fabric.links.frame
    for side in ("a", "b"):
        known = names.rename({"device": f"{side}_device", "name": side})
        frame = frame.join(known, on=f"{side}_device", how="left", maintain_order="left")
    return frame.select(
        "link",
        "block",
        "network",
        "a",
        port_name(pl.col("a_port")).alias("a_port"),
        "b",
        port_name(pl.col("b_port")).alias("b_port"),
        "gbit_s",
        "a_device",
        "b_device",
    )


def cabled_wires(plan: Plan) -> pl.DataFrame:
    """`wires` with the cable that carries each link: cable, part, medium, length_mm, hall, pull_order."""
    cables = plan.cabling.cables.frame.select("link", "cable", "part", "medium", "length_mm", "hall", "pull_order")
    return wires(plan).join(cables, on="link", how="inner", maintain_order="left")


def named_devices(plan: Plan) -> pl.DataFrame:
    """Devices with their name, and hall, row, position and rack unit where they are mounted."""
    racks = plan.layout.racks.frame.select("rack", "hall", "row", "position")
    mounts = plan.layout.mounts.frame.rename({"u": "mount_u"}).join(racks, on="rack")
    named = plan.fabric.devices.frame.join(device_names(plan.fabric.devices), on="device", maintain_order="left")
    return named.join(mounts, on="device", how="left", maintain_order="left")
