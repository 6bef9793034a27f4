"""Low-voltage feeders: chosen by ampacity, elements of the chain, held against drop, in the list of what to order."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from rackwright.base.errors import InputError
from rackwright.catalog import load_catalog
from rackwright.catalog.installation import CableTermination, Conductor
from rackwright.plan import Plan
from rackwright.power import Power, design_power, power_request
from rackwright.power.cables import cable_needs
from rackwright.power.failures import lost_racks
from rackwright.power.feeders import FEEDER_KINDS, design_feeders
from rackwright.power.redundancy import SCHEMES
from rackwright.power.request import LvPlan, MvPlan, PowerRequest, PowerRules, SiteChain
from rackwright.power.site import SitePower, design_site
from rackwright.program.change import apply_changes
from rackwright.program.scenarios import Change
from rackwright.tables.power import Feeders

from . import test_failures
from .conftest import ALTERNATIVES, RULES, make_parts, make_racks, make_request, make_site, stated
from .conftest import ELECTRIC as PLAIN
from .test_medium_voltage import cable

ELECTRIC = replace(PLAIN, voltage_drop_one_lost_share=stated(0.08), lv_total_drop_share=stated(0.05))


def copper(size: str, area_mm2: float, ampacity_a: float) -> Conductor:
    """A conductor at 75 C with 20 ohm mm2 and 0.1 ohm for a kilometre."""
    return Conductor(
        id=size,
        name=size,
        size=size,
        metal="Cu",
        area_m2=stated(area_mm2 * 1e-6),
        ampacity_75c_a=stated(ampacity_a),
        resistance_ohm=stated(20.0 / area_mm2),
        reactance_ohm=stated(0.1),
        column_c=stated(75.0),
        ambient_c=stated(30.0),
    )


TABLE = (copper("large", 250.0, 380.0), copper("middle", 200.0, 335.0), copper("small", 125.0, 255.0))


def plan(**changes: object) -> LvPlan:
    """Feeders of 10 to 40 m at 30 C."""
    laid = LvPlan(
        conductors=TABLE,
        transformer_m=10.0,
        generator_m=40.0,
        ups_m=20.0,
        busway_m=25.0,
        grouping_share=1.0,
        continuous_ratio=1.25,
        generator_ratio=1.15,
        drop_share=0.03,
        room_c=30.0,
        outdoor_c=30.0,
        conductors_per_set=4,
    )
    return replace(laid, **changes)  # type: ignore[arg-type]


def wired(scheme: str = "2N", **changes: object) -> SiteChain:
    """The hand-made site with feeders."""
    return make_site(scheme, lv=plan(**changes))


def asked(count: int = 60, scheme: str = "2N", **changes: object) -> PowerRequest:
    """A request of some racks at that site."""
    return replace(make_request(make_racks(count), wired(scheme, **changes)), electric=ELECTRIC)


def built(request: PowerRequest) -> SitePower:
    """The first site."""
    site = design_site(request.sites[0], request.racks.frame, PowerRules(RULES, ELECTRIC), ALTERNATIVES)
    assert site is not None
    return site


def check(power: Power, rule: str, subject: str = "") -> tuple[float, float, bool]:
    """Value, limit and answer of the first check of a rule."""
    rows = power.checks.frame.filter((power.checks["rule"] == rule) & power.checks["subject"].str.contains(subject))
    value, limit, passed = rows.select("value", "limit", "passed").row(0)
    return value, limit, passed


def test_101_a_busway_has_conductors_of_its_rating() -> None:
    """1,000 A take three sets of 335 A: two of the largest are too few, and 255 A three times is too little."""
    busway = design_feeders(wired(), 1.0)[-1]
    assert (busway.kind, busway.conductor.size, busway.parallel) == ("busway-feeder", "middle", 3)
    assert busway.ampacity_a == pytest.approx(3 * 335.0)


def test_102_continuous_load_and_generators_have_their_factors() -> None:
    """A 2.5 MVA unit at 415 V carries 3,478 A; at 90 % continuous load conductors are for 1.125 times that."""
    unit, generator, ups, _ = design_feeders(replace(wired(), loading_share=0.9), 1.0)
    rated_a = 2.5e6 / (math.sqrt(3.0) * 415.0)
    assert unit.design_a == pytest.approx(1.125 * rated_a)
    assert generator.design_a == pytest.approx(1.15 * 3e6 / (math.sqrt(3.0) * 415.0))
    assert ups.design_a == pytest.approx(1.125 * 1.5e6 / 0.97 / (math.sqrt(3.0) * 415.0))
    assert min(each.ampacity_a - each.design_a for each in (unit, generator, ups)) >= 0.0


def test_103_heat_and_grouping_ask_for_more() -> None:
    """At 50 C sqrt(25 / 45) of the ampacity is left, in a full tray 80 % of that: five sets instead of three."""
    busway = design_feeders(wired(room_c=50.0, grouping_share=0.8), 1.0)[-1]
    assert busway.parallel == 5
    assert busway.ampacity_a == pytest.approx(5 * figure_a(busway.conductor) * math.sqrt(25.0 / 45.0) * 0.8)


def figure_a(conductor: Conductor) -> float:
    """Ampacity at 75 C."""
    assert conductor.ampacity_75c_a is not None
    return conductor.ampacity_75c_a.value


def test_104_a_long_way_is_for_the_drop() -> None:
    """At 200 m the drop, worked by hand, takes more sets than the current does."""
    busway = design_feeders(wired(busway_m=200.0), 1.0)[-1]
    per_set = math.sqrt(3.0) * 1000.0 * 0.2 * 20.0 / 200.0 / 415.0
    assert per_set / 3 < 0.03 < math.sqrt(3.0) * 1000.0 * 0.2 * 20.0 / 125.0 / 3 / 415.0
    assert busway.drop_share(1000.0, 200.0) <= 0.03
    far = design_feeders(wired(busway_m=600.0), 1.0)[-1]
    assert far.parallel > 3
    assert far.drop_share(1000.0, 600.0) <= 0.03 < far.drop_share(1000.0, 600.0) * far.parallel / (far.parallel - 1)


def test_105_a_place_too_hot_is_a_failed_check() -> None:
    """Where the conductor is already at its temperature nothing is carried, and the check says so."""
    power = design_power(asked(room_c=80.0))
    value, limit, passed = check(power, "power-lv-ampacity", "busway-feeder")
    assert (limit, passed) == (0.0, False)
    assert value > 0.0


def test_106_both_codes_have_tables_in_the_catalog() -> None:
    """Of each code the catalog has conductors with all figures, and more area never carries less."""
    for code in ("NEC", "IEC"):
        own = [each for each in load_catalog(None).all(Conductor) if each.code == code]
        rows = sorted(
            (each.area_m2.value, each.ampacity_90c_a.value) for each in own if each.area_m2 and each.ampacity_90c_a
        )
        assert len(rows) == len(own) > 5
        assert np.all(np.diff([ampacity for _, ampacity in rows]) > 0.0)
        assert all(each.column_c and each.ambient_c and each.resistance_ohm and each.reactance_ohm for each in own)


@pytest.mark.parametrize("scheme", [scheme.name for scheme in SCHEMES])
def test_201_every_board_ups_and_busway_has_its_feeder(scheme: str) -> None:
    """Each feeder ends at one element; each UPS, board and busway is fed by cable alone, from both sources."""
    power = design_power(asked(scheme=scheme))
    feeders, elements = power.feeders.frame, power.elements.frame
    ends = {"ups": "ups-feeder", "lv-switchgear": "unit-feeder"}
    kind_of = dict(elements.select("element", "kind").iter_rows())
    for kind, feeder in ends.items():
        assert {kind_of[above] for above in elements.filter(kind=kind)["upstream"].to_list()} == {feeder}
    boards = elements.filter(kind="lv-switchgear")
    assert {kind_of[second] for second in boards["standby"].to_list()} == {"generator-feeder"}
    before = {"busway-feeder", "sts"}
    assert {kind_of[above] for above in elements.filter(kind="busway")["upstream"].to_list()} <= before
    assert feeders.height == sum(1 for kind in kind_of.values() if kind.endswith("-feeder"))
    assert feeders["end"].to_list().count("") == 0
    assert power.checks.frame.filter(power.checks["rule"].str.starts_with("power-lv-"))["passed"].all()


@pytest.mark.parametrize("scheme", [scheme.name for scheme in SCHEMES])
def test_202_losses_of_feeders_close_the_balance(scheme: str) -> None:
    """What the grid carries is what the halls' balances say, more than without feeders and by less than 2 %."""
    site = built(asked(scheme=scheme))
    bare = built(replace(asked(scheme=scheme), sites=(make_site(scheme),)))
    assert site.facility_w == pytest.approx(sum(hall.grid_w for hall in site.halls), rel=1e-9)
    assert bare.facility_w < site.facility_w < bare.facility_w * 1.02


@pytest.mark.parametrize("scheme", ["N", "N+1", "2N", "4N/3", "catcher"])
def test_203_single_failures_hold_with_feeders(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Normal and worst loads with feeders in the chain are those of one recursive calculation for each failure."""
    request = asked(24, scheme)
    chain, power = built(request).chain, design_power(request)
    losses = dict(zip(chain.kind.tolist(), chain.efficiency_share.tolist(), strict=True))
    monkeypatch.setattr(test_failures, "EFFICIENCY", losses)
    monkeypatch.setattr(test_failures, "AT_INPUT", test_failures.AT_INPUT | set(FEEDER_KINDS))
    normal, worst = test_failures.BruteForce(power).worst(is_2n=scheme in test_failures.DUAL)
    rows = power.loads.frame.join(power.elements.frame, on="element").filter(~pl.col("kind").str.contains("generator"))
    for name, normal_w, worst_w in rows.select("element", "normal_w", "worst_w").iter_rows():
        assert normal_w == pytest.approx(normal[name], rel=1e-9, abs=1e-6), name
        assert worst_w == pytest.approx(worst[name], rel=1e-9, abs=1e-6), name


def test_207_a_generator_carries_its_cable_too() -> None:
    """With the grid lost the generator's cable carries the board, and the generator the cable's loss on top."""
    site = built(asked(24))
    feeder = int(np.flatnonzero(site.chain.is_kind("generator-feeder"))[0])
    generator = int(site.chain.upstream[feeder])
    board = int(np.flatnonzero(site.chain.standby == feeder)[0])
    assert site.loads.worst_w[feeder] == site.loads.normal_w[board] > 0.0
    carried_w = site.loads.worst_w[feeder] / site.chain.efficiency_share[feeder]
    assert site.loads.worst_w[generator] == pytest.approx(carried_w) != site.loads.worst_w[feeder]


def test_204_a_feeder_is_spared_like_what_it_feeds() -> None:
    """Where generators carry boards, neither a unit substation nor its cable costs racks; a busway's cable does."""
    site = built(asked(24, "N"))
    lost = lost_racks(site.chain, site.loads)
    assert lost[site.chain.is_kind("unit-substation", "unit-feeder")].max() == 0
    assert lost[site.chain.is_kind("busway-feeder")].min() > 0


def test_205_rows_behind_add_their_distance() -> None:
    """The feeder of a busway is as long as the way to its row: rows stand 3.4 m apart."""
    feeders = design_power(asked(30)).feeders.frame.filter(kind="busway-feeder")
    lengths = {name.rsplit("-r", 1)[1][:2]: metres for name, metres in feeders.select("feeder", "length_m").iter_rows()}
    assert lengths == pytest.approx({"01": 25.0, "02": 28.4, "03": 31.8})


def test_206_drop_follows_the_current() -> None:
    """The drop in the table is sqrt(3) I L (r cos + x sin) / U at the worst current, at unity power factor."""
    row = design_power(asked()).feeders.frame.filter(kind="ups-feeder").row(0, named=True)
    per_set = next(each for each in TABLE if each.id == row["part"])
    assert per_set.resistance_ohm is not None
    ohm = per_set.resistance_ohm.value / 1000.0 * row["length_m"] / row["parallel"]
    assert row["drop_share"] == pytest.approx(math.sqrt(3.0) * row["worst_a"] * ohm / 415.0)
    assert row["worst_a"] <= row["limit_a"]


def test_301_metres_and_kits_are_counted() -> None:
    """Conductor is sets x 4 x length of every feeder; circuits are as long as the rings; kits are 6 a segment."""
    site = replace(
        wired(),
        mv=MvPlan((cable(300.0),), 300.0, 50.0, 4, CableTermination(id="kit", name="kit", voltage_v=stated(35e3))),
    )
    request = replace(make_request(make_racks(60), site), electric=ELECTRIC)
    power, own = design_power(request), built(request)
    needs = {(need.kind, need.part): need.count for need in cable_needs(own, 1.0)}
    metres: dict[str, float] = {}
    for part, parallel, length_m in power.feeders.frame.select("part", "parallel", "length_m").iter_rows():
        metres[part] = metres.get(part, 0.0) + 4 * parallel * length_m
    assert {part: count for (kind, part), count in needs.items() if kind == "lv-cable"} == {
        part: math.ceil(total) for part, total in metres.items()
    }
    runs = power.runs.frame
    assert needs["mv-cable", "cable-300"] == math.ceil(sum(runs["length_m"].to_list()))
    assert needs["mv-termination", "kit"] == 6 * runs.height


def test_302_without_a_plan_nothing_changes() -> None:
    """A site without lengths has no feeders, no checks of them and no rows to order."""
    power = design_power(make_request(make_racks(20)))
    assert power.feeders.frame.equals(Feeders.empty().frame)
    assert not power.checks["rule"].str.starts_with("power-lv-").any()
    assert make_parts().ups is not None


OWN = """class: Conductor
parts:
  - id: al-own
    name: Own aluminium
    size: 600 kcmil
    metal: Al
    facts:
      area_m2: {value: 304 mm2, low: 304 mm2, high: 304 mm2, kind: assumption, at: own}
      ampacity_75c_a: {value: 340 A, low: 340 A, high: 340 A, kind: assumption, at: own}
"""


def test_303_a_conductor_without_figures_is_named(one_pod: Plan, tmp_path: Path) -> None:
    """A conductor of the user's own catalog that lacks impedances is refused with every figure that is missing."""
    (tmp_path / "own.yaml").write_text(OWN)
    catalog = load_catalog(tmp_path)
    change = Change(at="sites[ohio].power.lv_conductor", set="al-own")
    program = apply_changes(one_pod.program, [change], catalog=catalog)
    with pytest.raises(InputError) as caught:
        power_request(program, catalog, one_pod.layout, one_pod.cooling)
    missing = [problem.place.path for problem in caught.value.problems]
    assert missing == [f"al-own.{name}" for name in ("ambient_c", "column_c", "reactance_ohm", "resistance_ohm")]
