"""Does a network that is planned with the pins of its growth grow as it was said to?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import polars as pl
import pytest

from rackwright.fabric import FabricRequest, design_fabric
from rackwright.fabric.request import Pins
from rackwright.tables.fabric import Fabric

RequestOf = Callable[..., FabricRequest]
FIELDS = {"tiers": "tiers", "leaf_ports": "leaf_down", "leaf_uplinks": "leaf_up"}


def pins_of(text: str) -> Pins:
    """The pins as the program would hold them."""
    pairs = (part.split(": ") for part in text.split(", "))
    return Pins(**{FIELDS.get(name, name): int(value) for name, value in pairs})


def bundles(fabric: Fabric) -> Counter[tuple[int, int, int, int]]:
    """Links between each two switches, switches by tier and ordinal."""
    ends = fabric.devices.frame.select("device", "tier", "index")
    links = fabric.links.frame
    for side in ("a", "b"):
        links = links.join(ends.rename({name: f"{side}_{name}" for name in ends.columns}), on=f"{side}_device")
    between = links.filter(pl.col("a_tier") > 0).select("a_tier", "a_index", "b_tier", "b_index")
    return Counter(between.iter_rows())


@pytest.mark.parametrize(
    "fields",
    [
        {"units": 3, "unit_racks": 1, "trays": 8, "rails": 2, "radix": 16},
        {"units": 12, "radix": 16},
        {"units": 9, "radix": 16, "planes": 2},
        {"units": 16, "radix": 16, "spine_oversubscription": 2.0},
    ],
)
def test_101_the_pins_give_the_growth(request_of: RequestOf, fields: dict[str, object]) -> None:
    """Planned with more units and the pins listed, the network has the switches listed and moves the links counted."""
    before = design_fabric(request_of(**fields))
    for row in before.growths.frame.iter_rows(named=True):
        if not row["is_possible"]:
            continue
        after = design_fabric(
            request_of(
                **{**fields, "units": int(str(fields["units"])) + row["more_units"], "pins": pins_of(row["pins"])}
            )
        )
        assert after.checks["passed"].all()
        one, two = (f.designs.frame.row(0, named=True) for f in (before, after))
        for tier in ("leaves", "spines", "cores"):
            assert two[tier] - one[tier] == row[f"more_{tier}"], row
        old, new = bundles(before), bundles(after)
        moved = sum(max(0, count - new[pair]) for pair, count in old.items())
        assert moved <= row["moved"]
        if row["moved_share"] < 1.0:
            assert moved == row["moved"]
        assert row["links"] == sum(old.values())


def test_102_one_unit_more_is_always_looked_at(request_of: RequestOf) -> None:
    """Growth by one unit, by a quarter and to twice the size are listed, each once."""
    rows = design_fabric(request_of(units=8)).growths.frame
    assert rows["more_units"].to_list() == [1, 2, 8]


def test_201_a_size_beyond_the_switches_is_said(request_of: RequestOf) -> None:
    """Where no fabric of the switches joins the units, the row says so and pins nothing."""
    rows = design_fabric(request_of(units=16, radix=8, trays=2, unit_racks=2)).growths.frame
    assert rows.filter(~pl.col("is_possible"))["pins"].to_list() == [""] * rows.filter(~pl.col("is_possible")).height
    assert not rows["is_possible"].to_list()[-1]
