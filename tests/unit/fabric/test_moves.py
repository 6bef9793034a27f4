"""Do the re-plugs listed lead from one wiring to the other, and are they the fewest?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import polars as pl
import pytest

from rackwright.fabric import FabricRequest, design_fabric
from rackwright.fabric.moves import TrunkMoves, move_trunks
from rackwright.fabric.request import Pins
from rackwright.tables.fabric import Fabric

RequestOf = Callable[..., FabricRequest]
Pair = tuple[int, int, int]


def trunks(fabric: Fabric) -> pl.DataFrame:
    """Links between switches by tier and ordinal."""
    ends = fabric.devices.frame.filter(pl.col("tier") > 0).select("device", "tier", "index")
    links = fabric.links.frame
    for side in ("a", "b"):
        links = links.join(ends.rename({name: f"{side}_{name}" for name in ends.columns}), on=f"{side}_device")
    return links.select(pl.col(n).cast(pl.Int64) for n in ("a_tier", "a_index", "a_port", "b_index", "b_port"))


def pairs(links: pl.DataFrame) -> Counter[Pair]:
    """Links of each pair of switches."""
    return Counter(links.select("a_tier", "a_index", "b_index").iter_rows())


def moves_of(before: Fabric, after: Fabric, kept_share: float = 0.75) -> TrunkMoves:
    """Re-plugs between two designs."""
    ports = after.devices.frame.filter(pl.col("tier") > 0).select("tier", "index", "ports")
    return move_trunks(trunks(before), trunks(after), ports, kept_share=kept_share)


@pytest.fixture
def grown(request_of: RequestOf) -> tuple[Fabric, Fabric]:
    """Two units in bundles of 4 over two spines, and three units in bundles of 2 over four."""
    return design_fabric(request_of()), design_fabric(request_of(units=3, pins=Pins(tiers=2, bundle=2)))


def test_101_the_fewest_by_hand(grown: tuple[Fabric, Fabric]) -> None:
    """Four leaves give up two of four links to each of two spines: 16 of 32 links move, a quarter of 32 a stage."""
    found = moves_of(*grown)
    assert (found.links, found.moves.height, found.removed, found.stages) == (32, 16, 0, 2)
    assert found.added == 2 * 8


def test_102_the_moves_lead_there(grown: tuple[Fabric, Fabric]) -> None:
    """Pairs before, less what is unplugged, plus what is plugged in and links of new leaves, are the pairs after."""
    before, after = grown
    found = moves_of(before, after)
    have = pairs(trunks(before))
    have.subtract(Counter(found.moves.select("a_tier", "a_index", "from_index").iter_rows()))
    have.update(Counter(found.moves.select("a_tier", "a_index", "to_index").iter_rows()))
    missing = pairs(trunks(after))
    missing.subtract(have)
    assert all(count >= 0 for count in missing.values())
    assert missing.total() == found.added


def test_103_no_port_is_taken_twice(grown: tuple[Fabric, Fabric]) -> None:
    """A moved link takes a port of its new switch that no staying link holds, each port once."""
    before, after = grown
    moves = moves_of(before, after).moves
    plugged = moves.select("to_index", "to_port")
    assert plugged.unique().height == plugged.height
    assert moves["to_port"].min() >= 0  # type: ignore[operator]
    unplugged = moves.select(b_index="from_index", b_port="from_port")
    staying = trunks(before).join(unplugged, on=["b_index", "b_port"], how="anti").select("b_index", "b_port")
    assert (
        plugged.rename({"to_index": "b_index", "to_port": "b_port"}).join(staying, on=["b_index", "b_port"]).is_empty()
    )


@pytest.mark.parametrize("kept_share", [0.5, 0.75, 0.9])
def test_104_a_stage_keeps_its_share(grown: tuple[Fabric, Fabric], kept_share: float) -> None:
    """No stage takes more than its share of the links, and every leaf loses about as many as every other."""
    found = moves_of(*grown, kept_share=kept_share)
    for _, stage in found.moves.group_by("stage"):
        assert stage.height <= max(1, (1.0 - kept_share) * found.links + 1e-6)
        taken = stage.group_by("a_index").len()["len"]
        assert taken.max() - taken.min() <= 1  # type: ignore[operator]


def test_201_nothing_moves_without_a_change(request_of: RequestOf) -> None:
    """Between equal designs, and where a pod is added to cores with room, nothing is re-plugged."""
    small = design_fabric(request_of(units=5, trays=2, unit_racks=1, radix=8, pins=Pins(tiers=3, pod_leaves=2)))
    assert moves_of(small, small).moves.is_empty()


def test_202_growth_counts_the_same(request_of: RequestOf) -> None:
    """The table of growths says as many moved links as are listed here."""
    before = design_fabric(request_of(units=12))
    row = before.growths.frame.filter("is_possible").row(0, named=True)
    text = {name: int(value) for name, value in (part.split(": ") for part in row["pins"].split(", "))}
    pins = Pins(
        tiers=text["tiers"],
        leaf_down=text["leaf_ports"],
        leaf_up=text["leaf_uplinks"],
        pod_leaves=text.get("pod_leaves", 0),
        bundle=text["bundle"],
        core_bundle=text.get("core_bundle", 0),
    )
    after = design_fabric(request_of(units=12 + row["more_units"], pins=pins))
    found = moves_of(before, after)
    assert (found.links, found.moves.height + found.removed) == (row["links"], row["moved"])
