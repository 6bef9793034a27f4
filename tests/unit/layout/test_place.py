from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rackwright.base.digest import digest
from rackwright.catalog.parts import Fact
from rackwright.layout import LayoutRequest, place_racks
from rackwright.layout.request import CoolantNeed, HallRun, HallSpec
from rackwright.tables.fabric import Devices
from rackwright.tables.layout import Layout

RequestOf = Callable[..., LayoutRequest]
MakeHall = Callable[..., HallSpec]


def failed(layout: Layout) -> dict[str, tuple[str, float, float]]:
    """Failed checks by rule: subject, value, limit."""
    rows = layout.checks.frame.filter(~pl.col("passed")).select("rule", "subject", "value", "limit").iter_rows()
    return {rule: (subject, value, limit) for rule, subject, value, limit in rows}


def plan(layout: Layout) -> list[str]:
    """Rows of the hall as text: c and n for compute and network racks with their unit, * for block-wide."""
    rows: dict[int, list[str]] = {}
    for row, position, role, unit in layout.racks.frame.select("row", "position", "role", "unit").iter_rows():
        line = rows.setdefault(row, ["  "] * 6)
        line[position - 1] = ("n" if role == "network" else "c") + ("*" if unit < 0 else str(unit))
    return ["".join(rows[row]) for row in sorted(rows)]


def test_101_units_stand_together_with_their_network_rack_in_the_middle(request_of: RequestOf) -> None:
    """Two units of two racks share the rack of the first; the spine's rack stands between them.

    row 1   c0 n0 c0 n*
    row 2   c1 c1        (c1 c1 does not fit the rest of row 1 after its six positions are counted)
    """
    assert plan(place_racks(request_of())) == ["c0n0c0n*c1c1"]
    assert plan(place_racks(request_of(leaves=3))) == ["c0n0c0n*    ", "c1n1c1      "]


def test_102_coordinates_are_centres(request_of: RequestOf) -> None:
    """With positions of 1 m x 3 m the first rack stands at 0.5 m, 1.5 m."""
    first = place_racks(request_of()).racks.frame.row(0, named=True)
    assert (first["x_mm"], first["y_mm"], first["row"], first["position"]) == (500, 1500, 1, 1)


def test_103_keep_outs_stay_free(request_of: RequestOf, hall: MakeHall) -> None:
    """No rack stands on a keep-out; it is listed as reserved."""
    layout = place_racks(request_of(halls=(hall(keep_out=((1, 1), (1, 3))),)))
    assert plan(layout)[0].startswith("  c0  ")
    assert layout.reserved.frame.rows() == [("h", 1, 1, "keep-out"), ("h", 1, 3, "keep-out")]


def test_104_cdus_stand_at_the_ends_of_used_rows(request_of: RequestOf, hall: MakeHall) -> None:
    """Four liquid racks of 80 kW, two a loop, on CDUs of 100 kW: each loop two and a spare, six in all."""
    rating = Fact("cdu.rating_w", 100e3, "W", "100 kW", "", "assumption")
    layout = place_racks(request_of(halls=(hall(positions=9, cdu_rating_w=rating),)))
    kept = layout.reserved.frame.filter(pl.col("purpose") == "cdu")
    assert len(kept) == 6
    assert failed(layout) == {}


def test_105_side_racks_stand_beside_their_rack(request_of: RequestOf) -> None:
    """Each compute rack with a side rack takes two neighbouring positions, the second reserved for power."""
    layout = place_racks(request_of(units=1, side_racks=1))
    places = set(layout.racks.frame.filter(pl.col("role") == "compute").select("row", "position").iter_rows())
    power = set(layout.reserved.frame.filter(pl.col("purpose") == "power").select("row", "position").iter_rows())
    assert power == {(row, position + 1) for row, position in places}


def test_106_network_racks_carry_their_switches(request_of: RequestOf) -> None:
    """Load and mass of a network rack are those of its switches and frame."""
    racks = place_racks(request_of()).racks.frame.filter(pl.col("role") == "network")
    assert racks.select("unit", "peak_w", "kg").sort("unit").rows() == [(-1, 1000.0, 110.0), (0, 4000.0, 140.0)]


def test_107_every_device_is_mounted(request_of: RequestOf) -> None:
    """Trays sit in their slot; switches of a rack do not overlap."""
    request = request_of()
    layout = place_racks(request)
    mounts = layout.mounts.frame.join(request.devices.frame.select("device", "tier"), on="device")
    assert len(mounts) == len(request.devices)
    assert set(mounts.filter(pl.col("tier") == 0)["u"].to_list()) == {5}
    used = mounts.filter(pl.col("tier") > 0).sort("rack", "u")
    assert used.select("rack", "u").rows() == [(4, 1), (5, 1), (5, 3), (5, 5), (5, 7)]


def test_108_a_block_may_span_halls(request_of: RequestOf, hall: MakeHall) -> None:
    """Units go to their hall with their own network racks; the spine's rack to the hall with the most units."""
    runs = (HallRun("h", 0, 1), HallRun("k", 1, 2))
    layout = place_racks(request_of(units=3, halls=(hall(), hall(id="k")), runs=runs))
    by_hall = {name: sorted(group["unit"].unique().to_list()) for (name,), group in layout.racks.frame.group_by("hall")}
    assert by_hall == {"h": [0], "k": [-1, 1, 2]}
    assert failed(layout) == {}


def test_201_racks_without_a_place_are_named(request_of: RequestOf, hall: MakeHall) -> None:
    """Four positions do not hold four compute and two network racks; what stands is still mounted."""
    layout = place_racks(request_of(halls=(hall(rows=1, positions=4),)))
    assert failed(layout)["layout-racks-placed"] == ("b", 4, 6)
    text = layout.checks.frame.filter(pl.col("rule") == "layout-racks-placed")["source"][0]
    assert "compute 2, compute 3" in text
    assert failed(layout)["layout-mounts"][1] < failed(layout)["layout-mounts"][2]


def test_202_network_racks_are_packed_densely_where_room_is_short(request_of: RequestOf, hall: MakeHall) -> None:
    """Units with 6 U of switches take a rack of 8 U each, or three racks for four units where positions are short."""
    roomy = place_racks(request_of(units=4, leaves=3, spines=0, halls=(hall(rows=3),)))
    tight = place_racks(request_of(units=4, leaves=3, spines=0, halls=(hall(rows=1, positions=11),)))
    assert roomy.racks.frame.filter(pl.col("role") == "network").height == 4
    assert tight.racks.frame.filter(pl.col("role") == "network").height == 3
    assert failed(tight) == {}


def test_205_heat_to_air_of_a_row_is_kept(request_of: RequestOf, hall: MakeHall) -> None:
    """Racks of 20 kW to air stand two to a row of 45 kW, also after the search, and the check says so."""
    layout = place_racks(request_of(leaves=0, spines=0, halls=(hall(row_air_w=45e3, rows=3),)))
    assert layout.racks.frame.group_by("row").len().sort("row").rows() == [(1, 2), (2, 2)]
    row = layout.checks.frame.filter(rule="layout-row-air").row(0, named=True)
    assert (round(row["value"]), row["limit"], row["passed"]) == (40_000, 45_000, True)
    full = place_racks(request_of(leaves=0, spines=0, halls=(hall(row_air_w=45e3, rows=1),)))
    assert full.fits.frame.rows() == [("b", "h", 2, 1, "positions or row heat to air")]


def test_203_limits_of_the_hall_are_checked(request_of: RequestOf, hall: MakeHall) -> None:
    """Power of the hall, floor load and width of a frame."""
    pitch = Fact("rules.rack_pitch_m", 0.5, "m", "0.5 m", "", "assumption")
    found = failed(place_racks(request_of(halls=(hall(it_w=400e3, floor_load_kg_m2=300.0, rack_pitch_m=pitch),))))
    assert found["layout-hall-power"] == ("h", 405e3, 400e3)
    assert found["layout-floor-load"] == ("h", 800, 300)
    assert found["layout-rack-width"][1:] == (600, 500)


def test_206_a_weak_floor_is_told_what_would_do(request_of: RequestOf, hall: MakeHall) -> None:
    """A floor for less than the heaviest rack is told with the floor, the mass and the pitch of rows that would do."""
    weak = hall(floor_load_kg_m2=300.0)
    area_m2 = weak.rack_pitch_m.value * weak.row_pitch_m.value
    row = place_racks(request_of(halls=(weak,))).checks.frame.filter(rule="layout-floor-load").row(0, named=True)
    assert not row["passed"]
    told = row["source"].split("; nearest: ")[1]
    assert f"a floor of {math.ceil(row['value'])} kg/m2, racks of at most {math.floor(300 * area_m2)} kg" in told
    pitch_m = float(told.split("rows ")[1].split(" m apart")[0])
    assert row["value"] * area_m2 / (pitch_m * weak.rack_pitch_m.value) <= 300.0


def test_204_a_row_takes_no_more_than_its_power(request_of: RequestOf, hall: MakeHall) -> None:
    """With 250 kW a row, the second unit goes to the second row though there is room."""
    layout = place_racks(request_of(halls=(hall(row_w=250e3),)))
    assert failed(layout) == {}
    assert [line.count("c") for line in plan(layout)] == [2, 2]


@given(
    units=st.integers(1, 5),
    leaves=st.integers(0, 5),
    spines=st.integers(0, 5),
    rows=st.integers(1, 4),
    positions=st.integers(1, 9),
    keep_out=st.sets(st.tuples(st.integers(1, 4), st.integers(1, 9)), max_size=5),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_301_no_position_is_used_twice(
    request_of: RequestOf, rows: int, positions: int, keep_out: set[tuple[int, int]], **sizes: int
) -> None:
    """Racks and reserved positions are apart and inside the hall, and every compute rack stands or is missed."""
    request = request_of(**sizes)
    rating = Fact("cdu.rating_w", 100e3, "W", "100 kW", "", "assumption")
    spec = dataclasses.replace(
        request.halls[0], rows=rows, positions=positions, keep_out=tuple(sorted(keep_out)), cdu_rating_w=rating
    )
    layout = place_racks(dataclasses.replace(request, halls=(spec,)))
    places = [*layout.racks.frame.select("row", "position").iter_rows()]
    places += layout.reserved.frame.select("row", "position").iter_rows()
    assert len(places) == len(set(places))
    assert all(1 <= row <= rows and 1 <= position <= positions for row, position in places)
    check = layout.checks.frame.filter(pl.col("rule") == "layout-racks-placed").row(0, named=True)
    assert check["value"] == len(layout.racks)
    if check["passed"]:
        assert layout.racks.frame.filter(pl.col("role") == "compute").height == 2 * sizes["units"]


def test_302_the_order_of_devices_does_not_matter(request_of: RequestOf) -> None:
    """Devices in reverse order give the same bytes."""
    request = request_of()
    reverse = dataclasses.replace(request, devices=Devices(request.devices.frame.reverse()))
    first, second = place_racks(request), place_racks(reverse)
    assert digest((first.racks, first.mounts)) == digest((second.racks, second.mounts))


def test_401_flow_may_ask_for_more_cdus_than_heat(request_of: RequestOf, hall: MakeHall) -> None:
    """Racks of 300 L/min on CDUs of 400 L/min need one CDU each and the spare, though heat alone needs half."""
    rating, flow = (
        Fact(f"cdu.{name}", value, "", "", "", "assumption") for name, value in (("w", 400e3), ("f", 400.0))
    )
    water = Fact("rules.water", 1000.0, "", "", "", "assumption")
    need = CoolantNeed(rise_k=10.0, flow_lpm=300.0, coolant_kg_m3=water, coolant_j_kg_k=water)
    request = request_of(halls=(hall(positions=12, cdu_rating_w=rating, cdu_flow_lpm=flow),))
    blocks = tuple(dataclasses.replace(block, coolant=need) for block in request.blocks)
    request = dataclasses.replace(request, blocks=blocks)
    layout = place_racks(request)
    assert len(layout.reserved.frame.filter(pl.col("purpose") == "cdu")) == 2 * (2 + 1)
