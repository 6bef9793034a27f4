from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from rackwright.base.digest import digest
from rackwright.catalog.parts import Fact
from rackwright.racks import RacksRequest, design_racks
from rackwright.racks.elevation import elevate
from rackwright.racks.ratings import Ratings, rate_rack
from rackwright.racks.request import Fill, Frame, NetworkRack, RackDesign, RackPart, RackPorts

MakePart = Callable[..., RackPart]
MakeDesign = Callable[..., RackDesign]
MakeFact = Callable[[str, str, float], Fact]


@pytest.fixture
def rack(part: MakePart, design: MakeDesign) -> RackDesign:
    """A shelf of 10 kW and 50 % efficiency below two trays of 1 kW, 20 kg and four accelerators, a bar inside."""
    shelf = part("shelf", "power", height_u=1, mass_kg=30, rating_w=10_000, efficiency_share=0.5)
    tray = part("tray", "compute", height_u=1, mass_kg=20, power_w=1000, accelerators=4)
    bar = part("bar", "inside", mass_kg=10)
    return design([Fill(shelf, 1, "bottom"), Fill(tray, 2, "middle"), Fill(bar, 1, "inside")])


def ratings(rack: RackDesign) -> Ratings:
    """Ratings of a rack."""
    return rate_rack(rack, elevate(rack.fills, int(rack.frame.height_u.value)))


def failed(rack: RackDesign) -> dict[str, tuple[str, float, float]]:
    """Failed checks of a rack by rule: subject, value, limit."""
    frame = design_racks(RacksRequest((rack,), ())).checks.frame
    rows = frame.select("rule", "subject", "value", "limit", "passed").iter_rows()
    return {rule: (subject, value, limit) for rule, subject, value, limit, passed in rows if not passed}


def test_101_mass_and_centre_of_gravity(rack: RackDesign) -> None:
    """Frame 100 kg and bar 10 kg at mid-height 5 U, shelf 30 kg at 0.5 U, trays 20 kg at 1.5 and 2.5 U."""
    found = ratings(rack)
    assert found.kg == 180
    assert found.centre_of_gravity_u == pytest.approx((110 * 5 + 30 * 0.5 + 20 * 1.5 + 20 * 2.5) / 180)


def test_102_power_at_the_rack_input(rack: RackDesign) -> None:
    """The sum of the trays is divided by the efficiency of the shelves; a stated rack power replaces it."""
    assert (ratings(rack).direct_w, ratings(rack).peak_w) == (2000, 4000)
    stated = ratings(dataclasses.replace(rack, stated_power_w=6000.0))
    assert (stated.direct_w, stated.peak_w) == (3000, 6000)


def test_103_accelerators_and_trays_are_counted(rack: RackDesign) -> None:
    """Two trays with four accelerators each."""
    types = design_racks(RacksRequest((rack,), ())).types
    assert (types["accels"][0], types["trays"][0]) == (8, 2)


def test_104_unused_units_get_blanks(rack: RackDesign, part: MakePart) -> None:
    """Slots and blanks together fill the frame exactly once."""
    with_blank = dataclasses.replace(rack, blank=part("blank", "blank", height_u=1))
    slots = design_racks(RacksRequest((with_blank,), ())).slots.frame
    assert sorted(slots["u"].to_list()) == list(range(1, 11))
    assert slots.filter(slots["role"] == "blank")["part"].unique().to_list() == ["blank"]


def test_105_each_platform_gets_an_empty_network_rack(fact: MakeFact) -> None:
    """The network rack weighs its frame, draws nothing and has no slots."""
    frame = Frame("f", fact("f", "height_u", 48), fact("f", "mass_kg", 150), None)
    racks = design_racks(RacksRequest((), (NetworkRack("p", frame),)))
    assert (racks.types["type"][0], racks.types["role"][0], racks.types["kg"][0]) == ("p-network", "network", 150)
    assert len(racks.slots) == 0


def test_106_a_part_without_mass_is_named(design: MakeDesign, part: MakePart) -> None:
    """A mass that is not published counts as nothing and is said in the omissions."""
    rack = design([Fill(part("tray", "compute", height_u=1), 1, "middle")])
    assert any("tray" in text and "mass" in text for text in design_racks(RacksRequest((rack,), ())).omissions)


def test_201_a_rack_too_high_fails_and_names_the_part(design: MakeDesign, part: MakePart) -> None:
    """Height and the parts without a slot are failed checks."""
    found = failed(design([Fill(part("tray", "compute", height_u=3), 4, "middle")]))
    assert found["racks-height"] == ("sku", 12, 10)
    assert found["racks-slot"] == ("sku/tray", 1, 0)


def test_202_a_rack_too_heavy_fails(rack: RackDesign, fact: MakeFact) -> None:
    """Contents of 80 kg are too much for a frame that carries 79 kg."""
    frame = dataclasses.replace(rack.frame, static_load_kg=fact("frame", "static_load_kg", 79))
    assert failed(dataclasses.replace(rack, frame=frame)) == {"racks-load": ("sku", 80, 79)}


def test_203_shelves_too_small_fail(rack: RackDesign) -> None:
    """A load behind the rectifiers above their rating is a failed check."""
    assert failed(dataclasses.replace(rack, stated_power_w=21_000.0)) == {
        "racks-power-shelves": ("sku", 10_500, 10_000)
    }


def test_204_uneven_rails_fail(design: MakeDesign, part: MakePart) -> None:
    """Three ports on two rails leave one that fills no rail."""
    tray = part("tray", "compute", height_u=1, scale_out_ports=3, scale_out_gbit_s=400)
    ports = RackPorts(rails=2, planes=1, service=(), out_of_band_gbit_s=None)
    assert failed(design([Fill(tray, 1, "middle")], ports=ports)) == {"racks-rails": ("sku", 1, 0)}


def test_205_management_switches_need_enough_ports(design: MakeDesign, part: MakePart, fact: MakeFact) -> None:
    """Four management ports and one uplink do not fit a switch of four ports."""
    tray, switch = (
        part("tray", "compute", height_u=1, management_ports=2),
        part("s", "management", height_u=1, switch_ports=4),
    )
    ports = RackPorts(rails=1, planes=1, service=(), out_of_band_gbit_s=fact("s", "port_gbit_s", 1))
    rack = design([Fill(tray, 2, "middle"), Fill(switch, 1, "top")], ports=ports)
    assert failed(rack) == {"racks-management-ports": ("sku", 5, 4)}


def test_206_a_stated_power_below_the_parts_fails(rack: RackDesign) -> None:
    """Trays of 2 kW behind half efficiency draw 4 kW: a stated 3 kW fails and names both ways out; 4 kW passes."""
    low = dataclasses.replace(rack, stated_power_w=3_000.0)
    assert failed(low) == {"racks-stated-power": ("sku", 4_000, 3_000)}
    assert "state at least 4.0 kW, or 1 tray fewer of 2" in sources(low)["racks-stated-power"]
    assert failed(dataclasses.replace(rack, stated_power_w=4_000.0)) == {}


def test_207_shelves_carry_the_larger_power(design: MakeDesign, part: MakePart) -> None:
    """Shelves of 10 kW under trays of 20 kW fail though the stated power would do."""
    shelf = part("shelf", "power", height_u=1, rating_w=10_000, efficiency_share=0.5)
    tray = part("tray", "compute", height_u=1, power_w=10_000)
    found = failed(design([Fill(shelf, 1, "bottom"), Fill(tray, 2, "middle")], stated_power_w=15_000.0))
    assert found["racks-power-shelves"] == ("sku", 20_000, 10_000)


def test_301_same_request_same_result(rack: RackDesign) -> None:
    """Equal requests give equal bytes, whatever the order of the designs."""
    other = dataclasses.replace(rack, id="other")
    first = design_racks(RacksRequest((rack, other), ()))
    second = design_racks(RacksRequest((other, rack), ()))
    assert digest(first.slots) == digest(second.slots)
    assert digest(first.types) == digest(second.types)


def sources(rack: RackDesign, frames: tuple[Frame, ...] = ()) -> dict[str, str]:
    """Sources of failed checks by rule."""
    rows = design_racks(RacksRequest((rack,), (), frames)).checks.frame.select("rule", "source", "passed").iter_rows()
    return {rule: source for rule, source, passed in rows if not passed}


def test_601_the_nearest_frame_is_named(rack: RackDesign, fact: MakeFact) -> None:
    """A rack too heavy for its frame names the lightest frame of its form that carries it, else how many trays less."""
    weak = dataclasses.replace(rack.frame, static_load_kg=fact("frame", "static_load_kg", 59), form="EIA-310")
    heavy = dataclasses.replace(rack, frame=weak)
    frames = tuple(
        Frame(name, fact(name, "height_u", height), None, fact(name, "static_load_kg", kg), form)
        for name, height, kg, form in (
            ("open", 10, 90, "ORV3"),
            ("strong", 10, 500, "EIA-310"),
            ("just", 10, 100, "EIA-310"),
            ("low", 2, 200, "EIA-310"),
        )
    )
    assert "frame just of 10 U carries 100 kg" in sources(heavy, frames)["racks-load"]
    assert "2 tray fewer of 2" in sources(heavy)["racks-load"]


def test_602_more_shelves_are_named(rack: RackDesign) -> None:
    """A rack whose shelves are too small names how many more it takes, and the trays to leave out instead."""
    hungry = dataclasses.replace(rack, stated_power_w=21_000.0)
    text = sources(hungry)["racks-power-shelves"]
    assert "1 shelf more, for which there is height" in text
    assert "1 tray fewer of 2" in text


def test_603_scale_up_copper_is_counted_once_a_type(part: MakePart, design: MakeDesign) -> None:
    """18 trays of 72 links and nine switch trays of 144: 1,296 links on both sides, as published."""
    tray = part("tray", "compute", height_u=1, scale_up_links=72)
    switch = part("switch", "scale-up-switch", height_u=1, scale_up_links=144)
    rack = design([Fill(tray, 18, "middle"), Fill(switch, 9, "middle")], height_u=30)
    found = design_racks(RacksRequest((rack,), ())).scale_up
    assert found["links"].to_list() == [1296, 1296]
    assert set(found["role"]) == {"compute", "scale-up-switch"}


def test_604_a_stated_mean_load(rack: RackDesign) -> None:
    """The typical load is the peak unless the configuration states one."""
    found = [
        design_racks(RacksRequest((each,), ())).types.frame.select("mean_w", "peak_w").row(0)
        for each in (rack, dataclasses.replace(rack, typical_power_w=2500.0))
    ]
    assert found == [(4000.0, 4000.0), (2500.0, 4000.0)]


def test_605_contents_by_part_and_place(rack: RackDesign, part: MakePart, design: MakeDesign) -> None:
    """A part counts once a place; what hangs without a unit says where; the typical load is shared as the peak."""
    tray = dataclasses.replace(rack.fills[1].part, airflow="rear-to-front")
    pipe = dataclasses.replace(part("pipe", "inside", mass_kg=5), mount="rear")
    side = part("side", "side-rack", mass_kg=7)
    fills = [rack.fills[0], Fill(tray, 2, "middle"), Fill(tray, 1, "top"), rack.fills[2], Fill(pipe, 2, "inside")]
    made = design([*fills, Fill(side, 1, "inside")], typical_power_w=3000.0)
    frame = design_racks(RacksRequest((made,), ())).contents.frame
    places = {part: (mount, pieces) for part, mount, pieces in frame.select("part", "mount", "pieces").iter_rows()}
    assert places == {
        "shelf": ("slot", 1),
        "tray": ("slot", 3),
        "bar": ("inside", 1),
        "pipe": ("rear", 2),
        "side": ("beside", 1),
    }
    drawn = frame.filter(part="tray").select("kg_each", "mean_w_each", "peak_w_each", "airflow").row(0)
    assert drawn == (20.0, 500.0, 1000.0, "rear-to-front")
    assert set(frame.filter(frame["part"] != "tray")["airflow"]) == {""}
