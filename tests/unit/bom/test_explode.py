"""Tests of `rackwright.bom`."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.base.errors import InputError
from rackwright.base.horizon import Horizon
from rackwright.base.units import Estimate
from rackwright.bom import (
    BomRequest,
    Placed,
    Use,
    explode_bom,
    origin_shares,
    rolled_cost_cent,
    rolled_mass_g,
    rolled_power_w,
    where_used,
)
from rackwright.bom.request import NeedDay, OfferPrice, SkuPrice
from rackwright.catalog.parts import CableAssembly, Component, Fact, RackFrame, Tray
from rackwright.program.supply import BomRow, Item
from rackwright.tables.racks import Internal, RackTypes, Slots

HORIZON = Horizon(dt.date(2027, 1, 1), dt.date(2028, 1, 1))


def usd(value: float) -> Fact:
    """A price."""
    return Fact("x.price_usd", value, "USD", f"{value} USD", "", "assumption")


def kg(value: float) -> Fact:
    """A mass."""
    return Fact("x.mass_kg", value, "kg", f"{value} kg", "", "assumption")


PARTS = (
    Component(id="busbar", name="Busbar", price_usd=usd(100), mass_kg=kg(10)),
    CableAssembly(id="dac", name="DAC", price_usd=usd(50), price_per_m_usd=usd(2)),
    RackFrame(id="frame", name="Frame", price_usd=usd(1000), mass_kg=kg(200)),
    Component(id="gpu", name="Package", price_usd=usd(3000), mass_kg=kg(1), origin="TW"),
    Tray(id="tray", name="Tray", origin="MX"),
)
TYPES = RackTypes.from_rows([("sku-a", "p1", "compute", "frame", 48, 2, 0.0, 0.0, 0.0, 0.0, 0.5, 8, 2)])
SLOTS = Slots.from_columns(
    type=["sku-a", "sku-a"], u=[1, 2], bay=[0, 0], part=["tray", "tray"], role=["compute", "compute"],
    height_u=[1, 1], index=[0, 1],
)  # fmt: skip
INTERNAL = Internal.from_rows([("sku-a", "busbar", 1)])


def request(*, racks: int = 10, rows: tuple[BomRow, ...] = (), items: tuple[Item, ...] = ()) -> BomRequest:
    """One SKU of two trays and a busbar; each tray holds four packages unless other rows are given."""
    rows = rows or (BomRow(parent="tray", component="gpu", qty=4),)
    return BomRequest(
        horizon=HORIZON,
        placed=(
            Placed("block", "b1", "dac", "cable", 6, length_mm=18_000),
            Placed("block", "b1", "dac", "spare", 2, index=1, length_mm=2_000),
            Placed("tranche", "t1", "sku-a", "rack", racks),
        ),
        need_days=(NeedDay("tranche", "t1", 100), NeedDay("block", "b1", 100)),
        floor_racks=(("sku-a", racks),),
        types=TYPES,
        slots=SLOTS,
        internal=INTERNAL,
        prices=(),
        items=items,
        rows=rows,
        parts=PARTS,
    )


def totals(asked: BomRequest) -> dict[str, float]:
    """Pieces by item."""
    return dict(explode_bom(asked).totals.frame.iter_rows())


def test_101_ten_racks_by_hand() -> None:
    """Ten racks of two trays of four packages need 20 trays, 80 packages, ten frames, ten busbars and their cables."""
    assert totals(request()) == {"busbar": 10, "dac": 8, "frame": 10, "gpu": 80, "sku-a": 10, "tray": 20}


def test_102_scrap_is_added_per_level() -> None:
    """Scrap raises the need of the component it is stated for."""
    rows = (BomRow(parent="tray", component="gpu", qty=4, scrap=0.05),)
    assert totals(request(rows=rows))["gpu"] == pytest.approx(84.0)


def test_103_structure_holds_on_its_days_only() -> None:
    """A row that ends before the need day counts nothing, and the one that follows it counts in full."""
    cut_in = dt.date(2027, 3, 1)
    rows = (
        BomRow(parent="tray", component="gpu", qty=4, to=cut_in),
        BomRow.model_validate({"parent": "tray", "component": "gpu", "qty": 6, "from": cut_in}),
    )
    assert totals(request(rows=rows))["gpu"] == 120


def test_104_the_most_preferred_qualified_alternate_counts() -> None:
    """Of an alternate group the lowest priority number counts, unless it is qualified only after the need day."""
    first = BomRow(parent="tray", component="gpu", qty=4, group="package", priority=1)
    second = BomRow(parent="tray", component="gpu-b", qty=4, group="package", priority=2)
    assert totals(request(rows=(first, second)))["gpu-b"] == 0
    late = first.model_copy(update={"qualified": dt.date(2027, 9, 1)})
    found = totals(request(rows=(late, second)))
    assert (found["gpu"], found["gpu-b"]) == (0, 80)


def test_105_an_item_number_replaces_the_catalog_id() -> None:
    """A part that the program gives an item number appears under that number, at every level."""
    found = totals(
        request(items=(Item(id="PN-7", part="tray"),), rows=(BomRow(parent="PN-7", component="gpu", qty=4),))
    )
    assert found["PN-7"] == 20
    assert found["gpu"] == 80
    assert "tray" not in found


def test_201_levels_are_the_deepest() -> None:
    """An item's level is the deepest at which it occurs."""
    rows = (BomRow(parent="tray", component="gpu", qty=4), BomRow(parent="gpu", component="busbar", qty=1))
    bom = explode_bom(request(rows=rows))
    levels = dict(bom.items.frame.select("item", "level").iter_rows())
    assert levels == {"sku-a": 0, "dac": 0, "frame": 1, "tray": 1, "gpu": 2, "busbar": 3}


def test_202_a_cycle_is_refused_by_name() -> None:
    """An item inside itself raises with its name."""
    rows = (BomRow(parent="tray", component="gpu", qty=4), BomRow(parent="gpu", component="tray", qty=1))
    with pytest.raises(InputError, match="cycle through or above"):
        explode_bom(request(rows=rows))


def test_203_a_row_twice_is_refused() -> None:
    """Two rows of one parent, component and first day raise."""
    rows = (BomRow(parent="tray", component="gpu", qty=4), BomRow(parent="tray", component="gpu", qty=1))
    with pytest.raises(InputError, match="stands twice"):
        explode_bom(request(rows=rows))


def test_204_the_drawing_of_a_rack_holds() -> None:
    """A program row that repeats a part of the rack's drawing is left out and fails a check."""
    rows = (BomRow(parent="tray", component="gpu", qty=4), BomRow(parent="sku-a", component="tray", qty=9))
    bom = explode_bom(request(rows=rows))
    assert dict(bom.totals.frame.iter_rows())["tray"] == 20
    failed = bom.checks.frame.filter(~bom.checks["passed"])
    assert failed["rule"].to_list() == ["bom-repeats-drawing"]


def test_205_racks_missing_on_the_floor_fail_a_check() -> None:
    """Fewer racks on the floor than a tranche asks for fail `bom-racks-placed`."""
    bom = explode_bom(replace(request(), floor_racks=(("sku-a", 9),)))
    assert "bom-racks-placed" in bom.checks.frame.filter(~bom.checks["passed"])["rule"].to_list()


def test_301_cost_is_stated_or_rolled_up() -> None:
    """A cable costs its ends and its mean length, a tray its packages, a rack its parts or its stated price."""
    bom = explode_bom(request())
    cents = dict(bom.items.frame.select("item", "cost_cent").iter_rows())
    assert cents["dac"] == 5_500  # 50 + 2 x 20 m / 8
    assert cents["tray"] == 1_200_000
    assert cents["sku-a"] == 2_510_000
    assert rolled_cost_cent(bom, "sku-a") == 2_510_000
    priced = explode_bom(replace(request(), prices=(SkuPrice("sku-a", 3_000_000),)))
    assert dict(priced.items.frame.select("item", "cost_cent").iter_rows())["sku-a"] == 3_000_000


def test_302_mass_and_origin_roll_up() -> None:
    """A rack weighs its frame, busbar and packages; its origin shares follow the cost of its lowest parts."""
    bom = explode_bom(request())
    assert rolled_mass_g(bom, "sku-a") == 218_000
    assert origin_shares(bom, "sku-a") == pytest.approx({"": 1_100 / 25_100, "TW": 24_000 / 25_100})


def test_303_where_used_walks_up() -> None:
    """A package is used four times in a tray and eight times in a rack."""
    assert where_used(explode_bom(request()), "gpu") == (Use(1, "tray", 4.0), Use(2, "sku-a", 8.0))


def test_304_who_dates_an_item() -> None:
    """Site plant is dated by schedule unless the program says supply."""
    asked = request(items=(Item(id="busbar", cost=Estimate(1, 1, 1)),))
    power = Placed("site", "s1", "tx", "power", 2, lead_by="schedule")
    bom = explode_bom(replace(asked, placed=(*asked.placed, power)))
    dated = dict(bom.items.frame.select("item", "lead_by").iter_rows())
    assert (dated["tx"], dated["busbar"]) == ("schedule", "supply")


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(1, 4), st.integers(1, 5)), min_size=1, max_size=12),
    st.integers(1, 50),
)
def test_401_explosion_counts_every_path(triples: list[tuple[int, int, int]], racks: int) -> None:
    """The total of each item equals the sum over all paths from what is placed, counted one by one."""
    rows: dict[tuple[str, str], int] = {}
    for parent, step, qty in triples:
        rows[f"i{parent}", f"i{parent + step}"] = qty
    program = tuple(BomRow(parent=parent, component=component, qty=qty) for (parent, component), qty in rows.items())
    top = BomRow(parent="tray", component="i0", qty=1)
    found = totals(request(racks=racks, rows=(top, *program)))
    counted: dict[str, float] = {}

    def walk(item: str, qty: float) -> None:
        counted[item] = counted.get(item, 0.0) + qty
        for (parent, component), each in rows.items():
            if parent == item:
                walk(component, qty * each)

    walk("i0", 2.0 * racks)
    assert {item: found[item] for item in counted} == counted


@given(st.permutations(range(4)))
def test_402_row_order_does_not_matter(order: list[int]) -> None:
    """The result does not depend on the order of the program's rows."""
    rows = (
        BomRow(parent="tray", component="gpu", qty=4, group="g", priority=1),
        BomRow(parent="tray", component="gpu-b", qty=4, group="g", priority=2),
        BomRow(parent="gpu", component="hbm", qty=8),
        BomRow(parent="gpu-b", component="hbm", qty=6),
    )
    base, moved = explode_bom(request(rows=rows)), explode_bom(request(rows=tuple(rows[i] for i in order)))
    assert (base.items, base.structure, base.totals) == (moved.items, moved.structure, moved.totals)


def test_310_load_is_stated_or_rolled_up() -> None:
    """A part draws what the catalog says, a rack the sum of its parts."""
    watts = Fact("tray.power_w", 1200, "W", "1.2 kW", "", "assumption")
    parts = (*(part for part in PARTS if part.id != "tray"), Tray(id="tray", name="Tray", power_w=watts))
    bom = explode_bom(replace(request(), parts=parts))
    found = dict(bom.items.frame.select("item", "power_w").iter_rows())
    assert (found["tray"], found["sku-a"]) == (1200, 2400)
    assert rolled_power_w(bom, "sku-a") == 2400


def test_cost_falls_back_to_the_cheapest_offer() -> None:
    """A bought item without a cost takes its offer before the catalog; what has a cost or components does not."""
    offers = (OfferPrice("busbar", 12_300), OfferPrice("frame", 90_000), OfferPrice("tray", 100))
    priced = Item(id="frame", cost=Estimate(800, 800, 800))
    costs = dict(
        explode_bom(replace(request(items=(priced,)), offers=offers))
        .items.frame.select("item", "cost_cent")
        .iter_rows()
    )
    assert costs["busbar"] == 12_300
    assert costs["frame"] == 80_000
    assert costs["tray"] == 4 * 300_000
