from __future__ import annotations

import dataclasses
from collections.abc import Callable

import polars as pl
import pytest

from rackwright.base.digest import digest
from rackwright.cabling import CablingRequest, cable_label, end_label, rack_label, route_cables, split_label
from rackwright.cabling.request import HallSpec, TraySpec
from rackwright.catalog.parts import Fact
from rackwright.tables.cabling import Cabling, HeldCables
from rackwright.tables.fabric import Links
from rackwright.tables.layout import Mounts

RequestOf = Callable[..., CablingRequest]
MakeHall = Callable[..., HallSpec]


def failed(cabling: Cabling) -> dict[str, tuple[float, float]]:
    """Failed checks by rule: value and limit."""
    rows = cabling.checks.frame.filter(~pl.col("passed")).select("rule", "value", "limit").iter_rows()
    return {rule: (value, limit) for rule, value, limit in rows}


def test_101_two_trays_and_a_leaf_by_hand(request_of: RequestOf) -> None:
    """The leaf is one position from tray 0 and seven from tray 1.

    Tray 0: 1.1 + 6 + 1 = 8.1 m, ordered as 9 m; tray 1: 7.7 + 6 + 1 = 14.7 m, ordered as 15 m; both beyond copper.
    """
    cabling = route_cables(request_of())
    rows = cabling.cables.frame.sort("link").select("link", "part", "module", "length_mm", "route_mm")
    assert rows.rows() == [
        (0, "fibre", "twin", 9000, 1000),
        (1, "fibre", "twin", 9000, 1000),
        (2, "fibre", "twin", 15_000, 7000),
        (3, "fibre", "twin", 15_000, 7000),
    ]
    assert failed(cabling) == {}


def test_102_assemblies_and_modules_with_spares(request_of: RequestOf) -> None:
    """Two cables of each length, a spare each; two links share a cage, so four modules and a spare of a tenth."""
    cabling = route_cables(request_of())
    assert cabling.assemblies.frame.rows() == [("b", "fibre", 9000, 2, 1), ("b", "fibre", 15_000, 2, 1)]
    assert cabling.modules.frame.rows() == [("b", "twin", 4, 1)]


def test_110_a_single_link_still_needs_a_module(request_of: RequestOf) -> None:
    """Trays with three links each take two twin-port modules; the leaf's six links fill three cages."""
    assert route_cables(request_of(links=3)).modules.frame.rows() == [("b", "twin", 2 + 2 + 3, 1)]


def alone(request: CablingRequest, fact: Callable[[str, float], Fact]) -> CablingRequest:
    """The request with a cage for every port of the leaf, and a transceiver of one link."""
    leaf = dataclasses.replace(request.switches[0], ports_per_cage=fact("leaf.ports_per_cage", 1))
    module = dataclasses.replace(request.modules[0], links=fact("twin.links", 1))
    return dataclasses.replace(request, switches=(leaf, *request.switches[1:]), modules=(module,))


def test_103_copper_inside_a_rack(request_of: RequestOf, fact: Callable[[str, float], Fact]) -> None:
    """A leaf in the rack of tray 0 is reached by copper of 3 m from there, by fibre from tray 1."""
    cabling = route_cables(alone(request_of(together=True), fact))
    assert cabling.cables.frame.sort("link")["part"].to_list() == ["dac", "dac", "fibre", "fibre"]
    assert failed(cabling) == {}


def test_111_a_shared_cage_takes_one_splitter(request_of: RequestOf) -> None:
    """Two links a tray with a cage each, two cages of the leaf: a splitter for each cage that copper reaches.

    Its legs are lines of the table; it is counted, ordered and priced once.
    """
    cabling = route_cables(request_of(together=True))
    frame = cabling.cables.frame.sort("link")
    assert frame["part"].to_list() == ["dac-2", "dac-2", "fibre", "fibre"]
    first = frame["cable"][0]
    assert frame.select("assembly", "leg").rows()[:2] == [(first, 1), (first, 2)]
    assert frame["assembly"].to_list()[2:] == frame["cable"].to_list()[2:]
    assert cabling.assemblies.frame.select("part", "length_mm", "count").rows()[0] == ("dac-2", 3000, 1)
    assert cabling.num_cables == 3
    assert failed(cabling) == {}


def test_113_a_splitter_is_ordered_at_its_longest_leg(
    request_of: RequestOf, fact: Callable[[str, float], Fact]
) -> None:
    """A cage with a leg to each tray: legs of 3 and 16 m, one assembly of 16 m, so copper must reach 16 m."""
    request = request_of(together=True, links=1)
    assert set(route_cables(request).cables["part"].to_list()) == {"fibre"}
    long = tuple(dataclasses.replace(spec, reach_m=fact(f"{spec.id}.reach_m", 20)) for spec in request.cables)
    cabling = route_cables(dataclasses.replace(request, cables=long))
    assert sorted(cabling.cables.frame.select("part", "length_mm").rows()) == [("dac-2", 3000), ("dac-2", 16_000)]
    assert cabling.assemblies.frame.rows() == [("b", "dac-2", 16_000, 1, 1)]
    assert cabling.tray_fill["cables"].max() == 1
    assert failed(cabling) == {}


def test_114_a_twin_port_cable_is_one_cable(request_of: RequestOf) -> None:
    """Trays with both links in one cage: a straight cable for each pair, one leg, one piece in the trays."""
    twin = TraySpec(id="tray", scale_out_cage="OSFP", storage_cage="", scale_out_ports_per_cage=None)
    request = request_of(together=True)
    ports = request.switches[0].ports_per_cage
    trays = (dataclasses.replace(twin, scale_out_ports_per_cage=ports),)
    slow = Links(request.links.frame.with_columns(gbit_s=pl.lit(200.0)))
    cabling = route_cables(dataclasses.replace(request, trays=trays, links=slow))
    frame = cabling.cables.frame.sort("link")
    assert frame["part"].to_list() == ["dac", "dac", "fibre", "fibre"]
    assert frame["assembly"].n_unique() == 3
    assert frame["leg"].unique().to_list() == [1]
    assert cabling.assemblies.frame.select("part", "count").rows() == [("dac", 1), ("fibre", 2)]
    assert failed(cabling) == {}


def test_115_pull_order_keeps_legs_together(request_of: RequestOf, fact: Callable[[str, float], Fact]) -> None:
    """Legs of an assembly are pulled one after the other, from the longest assembly on."""
    request = request_of(together=True, links=3)
    long = tuple(dataclasses.replace(spec, reach_m=fact(f"{spec.id}.reach_m", 20)) for spec in request.cables)
    frame = route_cables(dataclasses.replace(request, cables=long)).cables.frame.sort("pull_order")
    runs = frame["assembly"].rle().struct.field("value")
    assert runs.n_unique() == len(runs)
    assert frame["pull_order"].to_list() == [1, 2, 3, 4, 5, 6]


def test_112_trays_take_modules_of_their_own_form(request_of: RequestOf, fact: Callable[[str, float], Fact]) -> None:
    """Two trays with two cages of another form take four modules of it; the leaf's four links fill two twins."""
    request = request_of()
    small = dataclasses.replace(request.modules[0], id="small", cage="QSFP112", links=fact("small.links", 1))
    trays = (TraySpec(id="tray", scale_out_cage="QSFP112", storage_cage=""),)
    cabling = route_cables(dataclasses.replace(request, trays=trays, modules=(*request.modules, small)))
    assert cabling.modules.frame.select("part", "count").rows() == [("small", 4), ("twin", 2)]
    assert cabling.cables.frame.select("module", "a_module").unique().rows() == [("twin", "small")]
    assert failed(cabling) == {}


def held_copper(request: CablingRequest, fact: Callable[[str, float], Fact], cables: int) -> CablingRequest:
    """The request with some straight copper of an earlier plan, when the leaf had a cage for every port."""
    before = route_cables(alone(request, fact)).cables.frame.filter(pl.col("part") == "dac").sort("link")
    held = before.select(list(HeldCables.schema())).head(cables)
    return dataclasses.replace(request, held=HeldCables.of(held))


def test_203_two_plugs_in_a_cage_fail(request_of: RequestOf, fact: Callable[[str, float], Fact]) -> None:
    """Straight copper kept beside a leg of a splitter in one cage is counted by the check of plugs."""
    assert failed(route_cables(held_copper(request_of(together=True), fact, 1))) == {"cabling-plugs": (1, 0)}


@pytest.mark.parametrize(
    ("rule", "change"), [("cabling-reach", ("reach_m", 1)), ("cabling-cage-power", ("power_w", 90))]
)
def test_205_a_kept_cable_that_no_longer_fits_fails(
    request_of: RequestOf, fact: Callable[[str, float], Fact], rule: str, change: tuple[str, float]
) -> None:
    """Copper of an earlier plan that is now said to reach less, or to draw more than a cage feeds, fails its check."""
    request = held_copper(request_of(together=True), fact, 2)
    field, value = change
    cables = tuple(dataclasses.replace(spec, **{field: fact(f"{spec.id}.{field}", value)}) for spec in request.cables)
    assert rule not in failed(route_cables(request))
    assert failed(route_cables(dataclasses.replace(request, cables=cables)))[rule] == (2, 0)


def test_204_an_assembly_needs_a_plug_for_each_cage(request_of: RequestOf, fact: Callable[[str, float], Fact]) -> None:
    """Straight copper kept for both links of a cage that part again, into trays of another form: two checks fail."""
    request = held_copper(request_of(together=True), fact, 2)
    trays = (TraySpec(id="tray", scale_out_cage="QSFP112", storage_cage=""),)
    small = dataclasses.replace(request.modules[0], id="small", cage="QSFP112", links=fact("small.links", 1))
    again = dataclasses.replace(request, trays=trays, modules=(*request.modules, small))
    assert failed(route_cables(again)) == {"cabling-legs": (1, 0), "cabling-form": (2, 0)}


def split_leaf(request: CablingRequest, fact: Callable[[str, float], Fact]) -> CablingRequest:
    """The request with links of 200 Gbit/s: a cage of the leaf has two ports, each split in two, one of a tray one."""
    leaf = dataclasses.replace(request.switches[0], ports=fact("leaf.ports", 4))
    single = dataclasses.replace(request.modules[0], id="single", links=fact("single.links", 1))
    return dataclasses.replace(
        request,
        switches=(leaf, *request.switches[1:]),
        modules=(*request.modules, single),
        trays=(TraySpec(id="tray", scale_out_cage="OSFP", storage_cage=""),),
        links=Links(request.links.frame.with_columns(gbit_s=pl.lit(200.0))),
    )


def test_205_a_fibre_needs_a_connector_of_its_own(request_of: RequestOf, fact: Callable[[str, float], Fact]) -> None:
    """Straight fibre kept beside a leg of a splitting fibre: three fibres on the two connectors of one transceiver."""
    request = split_leaf(request_of(), fact)
    before = route_cables(request)
    assert before.cables.frame.sort("link")["part"].to_list() == ["fibre-2"] * 4
    assert failed(before) == {}
    kept = before.cables.frame.sort("link").select(list(HeldCables.schema())).head(1)
    held = HeldCables.of(kept.with_columns(part=pl.lit("fibre")))
    assert failed(route_cables(dataclasses.replace(request, held=held))) == {"cabling-connectors": (1, 0)}


def test_104_links_of_one_cage_take_one_medium(request_of: RequestOf) -> None:
    """With one link a tray both end in one cage of the leaf: the long one decides."""
    cabling = route_cables(request_of(together=True, links=1))
    assert cabling.cables.frame["part"].to_list() == ["fibre", "fibre"]
    assert sorted(cabling.cables["length_mm"].to_list()) == [3000, 16_000]


def test_105_the_longest_is_pulled_first(request_of: RequestOf) -> None:
    """Cables of one tray are pulled by falling route length; order runs from 1."""
    frame = route_cables(request_of()).cables.frame.sort("pull_order")
    assert frame["pull_order"].to_list() == [1, 2, 3, 4]
    assert frame["route_mm"].to_list() == [7000, 7000, 1000, 1000]


def test_106_trays_fill_section_by_section(request_of: RequestOf) -> None:
    """Two cables run from position 1 to 2, two from 9 to 2: no section of row 1 carries more than two."""
    fill = route_cables(request_of()).tray_fill.frame.row(0, named=True)
    assert (fill["tray"], fill["cables"], fill["trays"]) == ("row 1", 2, 1)
    assert fill["fill_share"] == pytest.approx(2 * 3.14159265 / 4 * 0.002**2 / 0.01, rel=1e-5)


def test_107_full_trays_are_doubled(request_of: RequestOf, hall: MakeHall, fact: Callable[[str, float], Fact]) -> None:
    """Cables of 3.14 mm2 each in trays of 10 mm2 at 40 %: two trays for two cables."""
    tight = hall(tray_area_m2=fact("rules.tray_area_m2", 10e-6))
    fill = route_cables(request_of(halls=(tight,))).tray_fill.frame.row(0, named=True)
    assert fill["trays"] == 2
    assert fill["fill_share"] == pytest.approx(0.314, abs=0.001)


def test_108_cross_trays_carry_links_between_rows(request_of: RequestOf) -> None:
    """A leaf in row 3 is reached over cross trays; rows 1 and 3 and the cross trays appear."""
    fill = route_cables(request_of(leaf_at=("h", 3, 2))).tray_fill.frame
    assert fill.select("tray", "cables").rows() == [("cross 1", 2), ("cross 2", 2), ("row 1", 2), ("row 3", 2)]


def test_109_another_hall(request_of: RequestOf, hall: MakeHall) -> None:
    """A leaf in the next hall is 10 m further, and the cables belong to the hall of the trays."""
    cabling = route_cables(request_of(leaf_at=("k", 1, 1), halls=(hall("h"), hall("k"))))
    assert cabling.cables["hall"].unique().to_list() == ["h"]
    assert cabling.cables["route_mm"].min() == 10_000 + 4000
    assert set(cabling.tray_fill["hall"].to_list()) == {"h", "k"}


def test_201_links_without_a_part_are_counted(request_of: RequestOf, fact: Callable[[str, float], Fact]) -> None:
    """Without a part that reaches no cable is made; two checks say so, with what would if the ends were nearer."""
    request = request_of()
    cabling = route_cables(dataclasses.replace(request, cables=request.cables[:1]))
    assert failed(cabling) == {"cabling-one-per-link": (0, 4), "cabling-part": (4, 0)}
    text = cabling.checks.frame.filter(pl.col("rule") == "cabling-part")["source"][0]
    assert "400 Gbit/s at leaf over 15 m" in text
    assert text.endswith("nearest: none fits these cages at any length, so other switches or an own part")
    short = dataclasses.replace(request.modules[0], reach_m=fact("twin.reach_m", 12))
    rows = route_cables(dataclasses.replace(request, modules=(short,))).checks.frame
    text = rows.filter(pl.col("rule") == "cabling-part")["source"][0]
    assert text.endswith("nearest: fibre reaches 12 m, so ends 3 m nearer or an own part")


def test_202_links_of_devices_without_a_rack_are_counted(request_of: RequestOf) -> None:
    """A tray that stands nowhere has no cables."""
    request = request_of()
    mounts = Mounts(request.mounts.frame.filter(pl.col("device") != 1))
    assert failed(route_cables(dataclasses.replace(request, mounts=mounts))) == {"cabling-one-per-link": (2, 4)}


def test_301_the_order_of_links_does_not_matter(request_of: RequestOf) -> None:
    """Links in reverse order give the same bytes."""
    request = request_of()
    reverse = dataclasses.replace(request, links=Links(request.links.frame.reverse()))
    first, second = route_cables(request), route_cables(reverse)
    assert digest((first.cables, first.assemblies)) == digest((second.cables, second.assemblies))


def test_302_a_moved_end_is_another_cable(request_of: RequestOf) -> None:
    """Numbers stay where both ends stay, though lengths change; a cable on another port gets another number."""
    here = route_cables(request_of()).cables.frame
    away = route_cables(request_of(leaf_at=("h", 4, 9))).cables.frame
    assert here["cable"].to_list() == away["cable"].to_list()
    request = request_of()
    moved = Links(request.links.frame.with_columns(b_port=pl.col("b_port") + (pl.col("link") == 3).cast(pl.Int32)))
    other = route_cables(dataclasses.replace(request, links=moved)).cables.frame
    assert len(set(here["cable"]) - set(other["cable"])) == 1


def test_401_labels_name_both_ends() -> None:
    """The label of an end starts with the end; the other end's label is the same turned round."""
    rack = rack_label(pl.lit("h"), pl.lit(1), pl.lit(2))
    near, far = (
        end_label(rack, pl.lit(3), pl.lit(0), pl.lit(4)),
        end_label(pl.lit("h.10-12"), *map(pl.lit, (48, 1, 127))),
    )
    here, there = pl.select(here=cable_label(near, far), there=cable_label(far, near)).row(0)
    assert here == "h.01-02.U03.P05 / h.10-12.U48b2.P128"
    assert there.split(" / ") == list(split_label(here))[::-1]
