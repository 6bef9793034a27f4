"""Racks change places where that makes cables cheaper, and only within the limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from rackwright.catalog import Catalog
from rackwright.catalog.parts import CableAssembly, Fact, Tray
from rackwright.layout.floor import Floor, Placed
from rackwright.layout.prices import CableRules, LinkPrice, TrayCage, link_price, tray_cages
from rackwright.layout.request import HallSpec, LayoutRequest
from rackwright.layout.search import floor_price_usd, hall_flows, improve_floor, place_prices
from rackwright.layout.sequence import Item
from rackwright.tables.fabric import Links

NO_RUN = CableRules(
    **{  # type: ignore[arg-type]
        name: Fact(name, 0.0, "", "", "", "assumption")
        for name in ("drop_height_m", "rack_run_m", "slack_share", "service_loop_m")
    }
)
BY_METRE = LinkPrice(400.0, "switch", tuple(float(m) for m in range(50)))


def rack(role: str, index: int, peak_w: float = 1.0) -> Item:
    """A rack one position wide."""
    return Item(
        block="b",
        tranche="t",
        unit=0,
        rack_index=index,
        type="x",
        role=role,
        width=1,
        mean_w=peak_w,
        peak_w=peak_w,
        liquid_share=0.0,
        kg=1.0,
        flow_lpm=0.0,
    )


@pytest.fixture
def case(
    request_of: Callable[..., LayoutRequest], hall: Callable[..., HallSpec]
) -> Callable[..., tuple[LayoutRequest, Floor, pl.DataFrame]]:
    """Three compute racks in a row with the network rack at its end; each tray has one link to the switch."""

    def make(**changes: float) -> tuple[LayoutRequest, Floor, pl.DataFrame]:
        own = hall(cable_rules=NO_RUN, **changes)
        request = request_of(units=2, leaves=1, spines=0, halls=(own,))
        links = Links.from_rows([(k, "b", "scale-out", k, 0, 4, k, 400.0, k) for k in range(4)])
        items = [rack("compute", k) for k in range(4)] + [rack("network", 0, 5.0)]
        placed = tuple(Placed(item, "h", 1 + k // 6, 1 + k % 6) for k, item in enumerate(items))
        racks = {"device": range(5), "block": "b", "rack_index": [0, 1, 2, 3, 0], "u": 1}
        devices = pl.DataFrame(racks, schema_overrides={"device": pl.Int32, "rack_index": pl.Int64}).with_columns(
            role=pl.Series(["compute"] * 4 + ["network"])
        )
        request = replace(request, links=links, prices=(BY_METRE,))
        return request, Floor(placed, (), (), 0), devices

    return make


def test_101_the_switch_moves_to_the_middle(
    case: Callable[..., tuple[LayoutRequest, Floor, pl.DataFrame]],
) -> None:
    """With a price by metre the network rack ends in the middle of the five."""
    request, floor, devices = case()
    better = improve_floor(request, request.halls[0], floor, devices)
    network = next(rack for rack in better.placed if rack.item.role == "network")
    assert network.position == 3
    assert sorted((r.row, r.position) for r in better.placed) == sorted((r.row, r.position) for r in floor.placed)


def test_102_without_prices_nothing_moves(case: Callable[..., tuple[LayoutRequest, Floor, pl.DataFrame]]) -> None:
    """A request without prices keeps the placement by rule."""
    request, floor, devices = case()
    assert improve_floor(replace(request, prices=()), request.halls[0], floor, devices) is floor


def test_103_rows_keep_their_power(case: Callable[..., tuple[LayoutRequest, Floor, pl.DataFrame]]) -> None:
    """A heavy rack does not move into a row that could not carry it."""
    request, floor, devices = case(row_w=5.0)
    lower = tuple(replace(r, row=1 if r.item.role == "compute" else 2) for r in floor.placed)
    better = improve_floor(request, request.halls[0], replace(floor, placed=lower), devices)
    load = np.bincount([r.row for r in better.placed], weights=[r.item.peak_w for r in better.placed])
    assert load.max() <= 5.0


def test_201_lengths_are_those_of_cabling(case: Callable[..., tuple[LayoutRequest, Floor, pl.DataFrame]]) -> None:
    """Along a row the position difference; to another row over the nearest cross tray."""
    request, floor, _ = case()
    apart = (replace(floor.placed[0], row=2, position=1), *floor.placed[1:])
    usd = place_prices(request.halls[0], NO_RUN, apart, BY_METRE)
    assert usd[1, 4] == 3.0
    assert usd[0, 1] == np.ceil(3.0 + 0.5 + 1.5)


def test_202_each_link_is_priced_once(case: Callable[..., tuple[LayoutRequest, Floor, pl.DataFrame]]) -> None:
    """Links of 4, 3, 2 and 1 m at a dollar a metre are 10 USD; matrices of links sum up to the links."""
    request, floor, devices = case()
    assert floor_price_usd(request, request.halls[0], floor, devices) == 10.0
    assert [float(flow.sum()) for flow in hall_flows(request, floor.placed, devices).values()] == [4.0]


def test_203_kinds_of_one_price_are_searched_as_one(
    case: Callable[..., tuple[LayoutRequest, Floor, pl.DataFrame]],
) -> None:
    """Links to trays of two forms cost as links of one form do, whether their prices are equal or not."""
    request, floor, devices = case()
    cages = (TrayCage("tray", "scale-out", "OSFP", 2),)
    told = LinkPrice(400.0, BY_METRE.part, BY_METRE.usd, "OSFP", 2)
    apart = replace(request, tray_cages=cages, prices=(BY_METRE, told))
    hall = request.halls[0]
    assert set(hall_flows(apart, floor.placed, devices)) == {(400.0, "switch", "OSFP", 2)}
    assert floor_price_usd(apart, hall, floor, devices) == floor_price_usd(request, hall, floor, devices) > 0
    assert floor_price_usd(replace(apart, prices=(BY_METRE,)), hall, floor, devices) == 0


def test_204_shared_cages_are_priced_as_cabling_plugs_them(catalog: Catalog) -> None:
    """A tray's links in a shared cage cost a share of a splitter while it reaches, those between switches optics."""
    cages = {(cage.tray, cage.network): cage for cage in tray_cages(catalog.all(Tray))}
    storage = cages["gb300-compute-tray", "storage"]
    split, between = (link_price(catalog, "nvidia-sn5600", 200.0, cage) for cage in (storage, None))
    assert split is not None
    assert between is not None
    splitter = catalog.get(CableAssembly, "aec-800g-4x200g-qsfp112")
    assert splitter.price_usd is not None
    assert splitter.price_per_m_usd is not None
    assert split.usd[7] == pytest.approx((splitter.price_usd.value + 7 * splitter.price_per_m_usd.value) / 4)
    assert split.usd[8] > 3 * split.usd[7]
    assert between.usd[8] < 1.1 * between.usd[0]


def test_202_prices_step_up_with_the_medium(catalog: Catalog) -> None:
    """Prices rise with length, and jump where copper ends; in a cage that two links share there is no copper."""
    price, shared = (link_price(catalog, part, 800.0) for part in ("nvidia-sn5600-64x800", "nvidia-q3400"))
    assert price is not None
    assert shared is not None
    assert all(low <= high for low, high in zip(price.usd, price.usd[1:], strict=False))
    assert price.usd[8] > 3 * price.usd[7]
    assert shared.usd[8] < 1.1 * shared.usd[0]
