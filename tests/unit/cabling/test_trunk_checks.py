"""Each rule on links through panels, and on full trays, fails on a design broken in what it speaks of, and alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import polars as pl
import pytest

from rackwright.base.digest import digest
from rackwright.cabling import CablingRequest, route_cables
from rackwright.cabling.checks import check_fill
from rackwright.cabling.panels import PanelTables
from rackwright.cabling.plant import Height, OpticsSpec, PanelSpec, TrunkPlant, WhereSpec
from rackwright.cabling.request import TraySpec
from rackwright.cabling.trunk_checks import check_trunks
from rackwright.catalog.parts import Fact
from rackwright.tables.cabling import Cabling, Channels, TrayFill, Trunks
from rackwright.tables.fabric import Links
from rackwright.tables.layout import PlacedRacks

MakeFact = Callable[[str, float], Fact]
RequestOf = Callable[..., CablingRequest]
Row = tuple[float, float, str]


@pytest.fixture
def trunked(request_of: RequestOf, plant: TrunkPlant, panel: PanelSpec, fact: MakeFact) -> CablingRequest:
    """Tray 0 in row 1 beside a network rack, tray 1 further on, the leaf in a network rack of row 4; trunks ruled.

    Trays are so narrow that the fullest run needs two of them.
    """
    request = request_of(leaf_at=("h", 4, 2))
    places = [("compute", 1, 1), ("compute", 1, 9), ("network", 4, 2), ("network", 1, 3)]
    racks = [
        (n, "b", "", 0, n, f"t-{role}", role, "h", row, at, at * 1000 - 500, row * 3000 - 1500, 1.0, 1.0, 0.0, 1.0)
        for n, (role, row, at) in enumerate(places)
    ]
    ruled = WhereSpec(block="b", network="scale-out", between="rows", from_mm=0, is_ruled=True)
    whole = dataclasses.replace(
        plant,
        where=(ruled,),
        panels=(panel,),
        optics=(OpticsSpec(module="twin", loss_db=fact("dr4.loss_db", 3), fibres=fact("dr4.fibres", 8)),),
        racks=(Height("t-network", fact("t-network.height_u", 42)),),
        switches=(Height("leaf", fact("leaf.height_u", 2)),),
    )
    narrow = dataclasses.replace(request.halls[0], tray_area_m2=fact("rules.tray_area_m2", 1.073e-4))
    return dataclasses.replace(request, racks=PlacedRacks.from_rows(racks), plant=whole, halls=(narrow,))


Bend = Callable[[Cabling], Cabling]


def failed(request: CablingRequest, cabling: Cabling) -> dict[str, Row]:
    """Failed rules of a finished design, counted again: value, limit, and what is said of the repair."""
    tables = PanelTables(cabling.panels, cabling.cassettes, cabling.trunks, cabling.channels)
    counted = check_trunks(request, cabling.cables.frame.with_columns(rule=pl.lit(0)), tables)
    counted += check_fill(request, cabling.tray_fill)
    return {row[0]: (row[2], row[3], row[6].partition("; ")[2]) for row in counted if not row[5]}


def of_first(frame: pl.DataFrame, **values: object) -> pl.DataFrame:
    """A table with other values in its first row."""
    is_first = pl.int_range(pl.len()) == 0
    columns = {name: pl.lit(value).cast(frame.schema[name]) for name, value in values.items()}
    return frame.with_columns(
        **{name: pl.when(is_first).then(value).otherwise(name) for name, value in columns.items()}
    )


def with_way(cabling: Cabling, **values: object) -> Cabling:
    """The design with the way of its first link bent."""
    return dataclasses.replace(cabling, channels=Channels.of(of_first(cabling.channels.frame, **values)))


def with_trunk(cabling: Cabling, **values: object) -> Cabling:
    """The design with its trunk bent."""
    return dataclasses.replace(cabling, trunks=Trunks.of(of_first(cabling.trunks.frame, **values)))


def without_way(cabling: Cabling) -> Cabling:
    """The design with the way of its first link lost."""
    return dataclasses.replace(cabling, channels=Channels.of(cabling.channels.frame.slice(1)))


def with_one_tray(cabling: Cabling) -> Cabling:
    """The design with one tray left of those side by side in its fullest run."""
    fill = cabling.tray_fill.frame.sort("fill_share", descending=True)
    whole = fill["fill_share"][0] * fill["trays"][0]
    return dataclasses.replace(cabling, tray_fill=TrayFill.of(of_first(fill, trays=1, fill_share=whole)))


BENDS: dict[str, tuple[Bend, Row]] = {
    "cabling-way-per-link": (without_way, (3, 4, "give cable 0 one way through a trunk, or a fibre of its own")),
    "cabling-loss-budget": (
        lambda cabling: with_way(cabling, a_jumper_mm=4_975_000),
        (
            3.4,
            3.0,
            "cable 0 needs 1000 m less way of 5000 m or cassettes that lose 0.40 dB less, or a fibre of its own",
        ),
    ),
    "cabling-polarity": (
        lambda cabling: with_way(cabling, a_polarity="A"),
        (3, 4, "cable 0 needs a jumper of kind B at its lower end"),
    ),
    "cabling-panel-port-once": (
        lambda cabling: with_way(cabling, a_port=1),
        (1, 0, "lead cable 8388609 to a free port of cassette 1 instead of port 2"),
    ),
    "cabling-trunk-room": (
        lambda cabling: with_trunk(cabling, room=3),
        (1, 0, "trunk 0 has legs for 3 of its 4 links and 48 of 32 fibres; lay one more beside it"),
    ),
    "cabling-tray-fill": (with_one_tray, (0.79, 0.4, "lay 2 trays of this size where 1 run")),
}


@pytest.mark.parametrize("rule", sorted(BENDS))
def test_101_each_rule_fails_on_what_breaks_it(trunked: CablingRequest, rule: str) -> None:
    """As designed nothing fails and every rule is there; a bent design fails its rule alone, which tells the repair."""
    cabling = route_cables(trunked)
    bend, told = BENDS[rule]
    assert cabling.checks.frame["passed"].all()
    assert rule in cabling.checks.frame["rule"].to_list()
    assert failed(trunked, cabling) == {}
    found = failed(trunked, bend(cabling))
    assert list(found) == [rule]
    assert found[rule][:2] == pytest.approx(told[:2], abs=1e-2)
    assert found[rule][2] == told[2]


def test_102_a_stray_way_does_not_make_up_for_a_lost_one(trunked: CablingRequest) -> None:
    """The first link's way is said to be that of a cable that is none: as many ways as links, yet one link has none."""
    cabling = route_cables(trunked)
    assert failed(trunked, with_way(cabling, cable=7))["cabling-way-per-link"][:2] == (3, 4)


def test_103_links_of_split_ports_keep_the_cables_they_would_have(trunked: CablingRequest, fact: MakeFact) -> None:
    """A connector of the leaf holds two links, a leg of a trunk one: nothing is led, and nothing becomes optics."""
    leaf = dataclasses.replace(trunked.switches[0], ports=fact("leaf.ports", 4))
    single = dataclasses.replace(trunked.modules[0], id="single", links=fact("single.links", 1))
    split = dataclasses.replace(
        trunked,
        switches=(leaf, *trunked.switches[1:]),
        modules=(*trunked.modules, single),
        trays=(TraySpec(id="tray", scale_out_cage="OSFP", storage_cage=""),),
        links=Links(trunked.links.frame.with_columns(gbit_s=pl.lit(200.0))),
    )
    cabling = route_cables(split)
    assert cabling.cables.frame["part"].to_list() == ["fibre-2"] * 4
    assert cabling.checks.frame["passed"].all()
    led = cabling.checks.frame.filter(rule="cabling-trunks-ruled").select("value", "limit", "source").row(0)
    told = "4 of split ports and 0 without a trunk or panel that fits keep a cable each"
    assert led == (0, 4, f"program:platforms.fabric.trunks; {told}")
    assert digest(cabling.cables) == digest(route_cables(dataclasses.replace(split, plant=None)).cables)


def test_104_ruled_links_without_room_for_panels_are_told(trunked: CablingRequest) -> None:
    """All four links of the rule are led; with no free unit in the network racks none is, and the row says so."""

    def row(request: CablingRequest) -> tuple[float, float, str]:
        frame = route_cables(request).checks.frame.filter(rule="cabling-trunks-ruled")
        return frame.select("value", "limit", "source").row(0)  # type: ignore[return-value]

    assert row(trunked) == (4, 4, "program:platforms.fabric.trunks")
    assert trunked.plant is not None
    full = dataclasses.replace(trunked, plant=dataclasses.replace(trunked.plant, racks=()))
    assert row(full)[:2] == (0, 4)
    assert row(full)[2].endswith("; 0 of split ports and 4 without a trunk or panel that fits keep a cable each")
