"""Does the difference of two plans list the re-plugs between switches?"""

from __future__ import annotations

import dataclasses

import polars as pl

from rackwright.plan import Plan
from rackwright.tables.fabric import Links
from rackwright.views.trunks import trunk_tables


def test_101_equal_plans_move_nothing(one_pod: Plan) -> None:
    """A plan against itself has no such table."""
    assert trunk_tables(one_pod, one_pod) == ()


def test_102_two_trunks_exchanged_are_two_re_plugs(one_pod: Plan) -> None:
    """Where a leaf has two links fewer to one spine and two more to another, two re-plugs are listed by name."""
    frame = one_pod.fabric.links.frame
    devices = one_pod.fabric.devices.frame.select("device", "tier")
    tiers = frame.join(devices, left_on="a_device", right_on="device", maintain_order="left")["tier"]
    trunks = frame.filter((tiers == 1) & (frame["network"] == "scale-out"))
    leaf = trunks["a_device"][0]
    spines = trunks.filter(a_device=leaf)["b_device"].unique().sort().to_list()
    bent = trunks.filter(a_device=leaf, b_device=spines[0])["link"].to_list()[:2]
    other = pl.when(pl.col("link").is_in(bent)).then(spines[1]).otherwise("b_device").cast(pl.Int32)
    fabric = dataclasses.replace(one_pod.fabric, links=Links.of(frame.with_columns(b_device=other)))
    summary, moves = trunk_tables(one_pod, dataclasses.replace(one_pod, fabric=fabric))
    assert [(row["network"], row["moved"], row["removed"]) for row in summary.as_json()] == [("scale-out", 2, 0)]
    assert len(moves.rows) == 2
    assert all("leaf0" in str(row["switch"]) and "spine0" in str(row["from"]) for row in moves.as_json())
    assert all("spine1" in str(row["to"]) for row in moves.as_json())
