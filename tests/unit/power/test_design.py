"""Checks, reliefs, balance and determinism of a whole power design."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.base.digest import digest
from rackwright.power import Power, PowerRequest, design_power
from rackwright.power.failures import element_loads, lost_racks, shared_elements
from rackwright.power.request import EnergisedStep, HallService, OnSite, PowerRules
from rackwright.power.site import design_site
from rackwright.tables.layout import PlacedRacks

from .conftest import ALTERNATIVES, ELECTRIC, RULES, make_parts, make_racks, make_request, make_site


def check(power: Power, rule: str, subject: str = "") -> tuple[float, float, bool]:
    """Value, limit and outcome of one check."""
    rows = power.checks.frame.filter(pl.col("rule") == rule)
    rows = rows.filter(pl.col("subject") == subject) if subject else rows
    assert rows.height == 1, rows
    return rows.select("value", "limit", "passed").row(0)


def relief(power: Power, rule: str) -> str:
    """Relief of a rule that does not hold."""
    return power.reliefs.frame.filter(pl.col("rule") == rule)["relief"][0]


def test_101_balance_adds_up(campus: Callable[..., PowerRequest]) -> None:
    """Facility power is IT, cooling and losses, and equals what the grid connection carries."""
    power = design_power(campus(20))
    row = power.balances.frame.row(0, named=True)
    assert row["it_w"] == pytest.approx(20 * 120e3)
    assert row["facility_w"] == pytest.approx(row["it_w"] + row["cooling_w"] + row["loss_w"])
    grid = power.loads.frame.filter(pl.col("element") == "ohio-grid")["normal_w"][0]
    assert row["facility_w"] == grid
    assert row["pue"] == pytest.approx(row["facility_w"] / row["it_w"])


@pytest.mark.parametrize("on_ups", [False, True])
def test_102_cooling_answers_to_the_heat_of_racks_and_losses(campus: Callable[..., PowerRequest], on_ups: bool) -> None:
    """Cooling power is base + slope x (rack power and the losses of UPS, busway and taps, its own UPS losses too)."""
    power = design_power(campus(20, cooling_on_ups=on_ups))
    it_w, cooling_w = power.balances.frame.select("it_w", "cooling_w").row(0)
    own_loss = cooling_w * (1 / 0.97 - 1) if on_ups else 0.0
    heat_w = it_w / (0.97 * 0.995 * 0.999) + own_loss
    assert cooling_w == pytest.approx(20e3 + 0.05 * heat_w)
    assert check(power, "power-hall-heat")[0] == pytest.approx(heat_w)


def test_103_every_rack_has_both_feeds(campus: Callable[..., PowerRequest]) -> None:
    """In 2N each rack hangs on a tap of side A and one of side B, and the sides share nothing below medium voltage."""
    power = design_power(campus(26))
    elements = power.elements.frame
    racks = elements.filter(pl.col("kind") == "rack")
    assert racks.height == 26
    assert racks["upstream"].str.contains("-A-tap-").all()
    assert racks["standby"].str.contains("-B-tap-").all()
    assert check(power, "power-isolation")[2]
    assert check(power, "power-path-one-lost") == (0.0, 0.0, True)


def test_104_schemes_order_the_equipment(campus: Callable[..., PowerRequest]) -> None:
    """N needs the fewest unit substations, N+1 one more in each group of loads, 2N twice as many."""
    counts = {
        scheme: design_power(campus(40, scheme)).elements.frame.filter(pl.col("kind") == "unit-substation").height
        for scheme in ("N", "N+1", "2N")
    }
    assert counts["N+1"] == counts["N"] + 2
    assert counts["2N"] == 2 * counts["N"]


def test_105_without_tap_ups_or_generator_the_chain_is_shorter(campus: Callable[..., PowerRequest]) -> None:
    """Kinds the site does not name are not there, and the racks hang on the busway."""
    parts = replace(make_parts(has_ups=False, has_generator=False), tap=None)
    power = design_power(campus(8, parts=parts))
    assert not set(power.elements["kind"]) & {"tap", "ups", "generator"}
    racks = power.elements.frame.filter(pl.col("kind") == "rack")
    assert racks["upstream"].str.contains("-A-busway-").all()
    assert power.checks["passed"].all()


def test_106_a_site_without_racks_has_no_chain() -> None:
    """A site whose halls are empty has no elements, no balance and no checks."""
    power = design_power(make_request(PlacedRacks.empty()))
    assert (len(power.elements), len(power.balances), len(power.checks)) == (0, 0, 0)


def test_107_two_sites_and_halls_keep_their_racks() -> None:
    """Each site is fed by its own grid, and each hall has its own line-ups."""
    frames = [make_racks(8).frame, make_racks(6, hall="h2", first=8).frame, make_racks(5, hall="t1", first=14).frame]
    halls = tuple(HallService(name, 50e6, 20e3, 0.05, 0.0, 60e6) for name in ("h1", "h2"))
    texas = make_site("N", site="texas", halls=(HallService("t1", 50e6, 20e3, 0.05, 0.0, 60e6),))
    request = make_request(PlacedRacks.of(pl.concat(frames)), make_site(halls=halls), texas)
    power = design_power(request)
    assert power.balances["it_w"].to_list() == pytest.approx([14 * 120e3, 5 * 120e3])
    fed = power.loads.frame.join(power.elements.frame, on="element").filter(pl.col("kind") == "utility")
    assert dict(fed.select("site", "racks").iter_rows()) == {"ohio": 14, "texas": 5}


def test_201_a_load_above_every_rating_is_named(campus: Callable[..., PowerRequest]) -> None:
    """A rack no tap and no busway carries is a failed check that names element, failure, count and a way out."""
    power = design_power(campus(2, peak_w=900e3))
    failed = power.checks.frame.filter(~pl.col("passed") & (pl.col("rule") == "power-worst-load"))
    assert set(failed["subject"]) == {"h1-A-tap-00000", "h1-A-busway-r01-1"}
    texts = dict(
        power.reliefs.frame.filter(pl.col("rule") == "power-worst-load").select("subject", "relief").iter_rows()
    )
    assert texts["h1-A-tap-00000"] == (
        "carries 901 kW after the loss of ohio-B-mv-switchgear-01: above every rating of its kind, "
        "share it over 6 or lower the load (4 of this kind in this place are above)"
    )


def test_202_the_next_larger_part_is_offered(campus: Callable[..., PowerRequest]) -> None:
    """A tap above its continuous limit is relieved by the smallest catalog tap that carries it."""
    power = design_power(campus(2, peak_w=160e3))
    rows = power.reliefs.frame.filter(pl.col("subject") == "h1-A-tap-00000")
    assert rows["rule"].to_list() == ["power-continuous-load"]
    assert "tap-400a would do" in rows["relief"][0]


def test_203_missing_grid_power_says_how_many_racks_fewer(campus: Callable[..., PowerRequest]) -> None:
    """Removing as many racks as the relief says closes the gap; one fewer does not."""
    step = (EnergisedStep("contract", 2e6, "grid"),)
    power = design_power(campus(20, energised=step))
    assert not check(power, "power-energised")[2]
    fewer = int(relief(power, "power-energised").split(" or ")[1].split()[0])
    assert check(design_power(campus(20 - fewer, energised=step)), "power-energised")[2]
    assert not check(design_power(campus(21 - fewer, energised=step)), "power-energised")[2]


def test_209_large_racks_are_taken_away_first() -> None:
    """Where racks differ, the relief counts the largest: one of 300 kW rather than five of 60 kW."""
    small, large = make_racks(10, peak_w=60e3).frame, make_racks(1, peak_w=300e3, hall="h2", first=10).frame
    halls = tuple(HallService(name, 50e6, 0.0, 0.0, 0.0, 60e6) for name in ("h1", "h2"))
    racks = PlacedRacks.of(pl.concat([small, large]))
    power = design_power(make_request(racks, make_site(halls=halls)))
    short_w = power.balances["facility_w"][0] - 250e3
    step = (EnergisedStep("contract", short_w, "grid"),)
    power = design_power(make_request(racks, make_site(halls=halls, energised=step)))
    assert relief(power, "power-energised") == "250 kW more energised power, or 1 rack fewer"


def test_204_energised_is_the_least_of_the_gates_and_on_site_comes_on_top(campus: Callable[..., PowerRequest]) -> None:
    """min(contract, substation) + on-site; power counted at the IT is brought to the grid by the computed PUE."""
    steps = (
        EnergisedStep("contract", 10e6, "grid"),
        EnergisedStep("substation", 6e6, "grid"),
        EnergisedStep("on-site", 1e6, "facility"),
    )
    assert check(design_power(campus(8, energised=steps)), "power-energised")[1] == pytest.approx(7e6)
    power = design_power(campus(8, energised=(EnergisedStep("contract", 10e6, "it"),)))
    assert check(power, "power-energised")[1] == pytest.approx(10e6 * power.balances["pue"][0])


def test_205_a_fault_above_the_board_is_found(campus: Callable[..., PowerRequest]) -> None:
    """3 MVA at 415 V and 5.75 % give 72.6 kA, above a board of 65 kA; a stronger board or a smaller unit is offered."""
    parts = make_parts()
    unit = replace(parts.unit_substation, rating_va=replace(parts.unit_substation.rating_va, value=3e6))
    power = design_power(campus(8, parts=replace(parts, unit_substation=unit)))
    value, limit, passed = check(power, "power-fault-current", "ohio lv")
    assert (round(value, -2), limit, passed) == (72600.0, 65e3, False)
    assert relief(power, "power-fault-current") == (
        "the board lv-100ka or the unit substation us or an impedance of at least 6.7 %"
    )


def test_206_planning_pue_below_the_computed_one_is_found(campus: Callable[..., PowerRequest]) -> None:
    """A planning PUE that is too low fails, with the PUE to plan with."""
    power = design_power(campus(8, planning_pue=1.05))
    assert not check(power, "power-planning-pue")[2]
    assert relief(power, "power-planning-pue").startswith("plan with a PUE of 1.")


def test_207_voltages_that_do_not_meet_are_found(campus: Callable[..., PowerRequest]) -> None:
    """A transformer for 138 kV on a grid of 345 kV is a failed check."""
    power = design_power(campus(8, utility_v=345e3))
    assert check(power, "power-voltage-match", "ohio hv-primary") == (207e3, 0.0, False)


def test_208_on_site_generators_are_elements_for_the_bill_of_materials(campus: Callable[..., PowerRequest]) -> None:
    """On-site generators are listed with part and rating and carry no load."""
    generator = make_parts().generator
    assert generator is not None
    power = design_power(campus(8, on_site=(OnSite(generator, 3),)))
    rows = power.elements.frame.filter(pl.col("element").str.contains("on-site")).join(power.loads.frame, on="element")
    assert rows.select("part", "rating_w", "worst_w").rows() == [("gen", 3e6, 0.0)] * 3


@pytest.mark.parametrize("scheme", ["N", "N+1", "2N"])
def test_301_better_parts_never_raise_facility_power(campus: Callable[..., PowerRequest], scheme: str) -> None:
    """A more efficient UPS lowers facility power and PUE."""
    good, better = (
        design_power(campus(20, scheme, parts=make_parts(efficiency=share))).balances.frame.row(0, named=True)
        for share in (0.94, 0.98)
    )
    assert better["facility_w"] < good["facility_w"]
    assert better["pue"] < good["pue"]


@given(st.permutations(range(12)))
def test_302_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    """Racks in any order give the same design, byte for byte."""
    racks = make_racks(12).frame
    shuffled = PlacedRacks(racks[order])
    assert digest(design_power(make_request(shuffled))) == digest(design_power(make_request(PlacedRacks(racks))))


@given(st.integers(1, 60), st.sampled_from(["N", "N+1", "2N"]))
def test_303_more_racks_never_need_less(count: int, scheme: str) -> None:
    """One rack more never lowers facility power or the number of elements."""
    fewer, more = (design_power(make_request(make_racks(n), make_site(scheme))) for n in (count, count + 1))
    assert more.balances["facility_w"][0] > fewer.balances["facility_w"][0]
    assert len(more.elements) > len(fewer.elements)


def test_304_worst_loads_are_never_below_normal_ones(campus: Callable[..., PowerRequest]) -> None:
    """The worst load of an element is at least its normal load, and a failure is named exactly where it is higher."""
    for scheme in ("N", "N+1", "2N"):
        loads = design_power(campus(33, scheme)).loads.frame
        assert (loads["worst_w"] >= loads["normal_w"]).all()
        raised = loads["worst_w"] > loads["normal_w"]
        assert (raised == (loads["failure"] != "")).all()


def test_305_what_both_sides_share_is_found(campus: Callable[..., PowerRequest]) -> None:
    """A rack whose second tap hangs on the busway of side A shares it, is lost with it, and is moved nowhere."""
    order = campus(4).sites[0]
    site = design_site(order, campus(4).racks.frame, PowerRules(RULES, ELECTRIC), ALTERNATIVES)
    assert site is not None
    upstream = site.chain.upstream.copy()
    names = site.chain.names
    upstream[names.index("h1-B-tap-00000")] = names.index("h1-A-busway-r01-1")
    chain = replace(site.chain, upstream=upstream, alternate=upstream)
    loads = element_loads(chain, "2N")
    shared = {names[element] for element in shared_elements(chain, loads).tolist()}
    assert {"h1-A-busway-r01-1", "h1-A-ups-01", "h1-A-lv-switchgear-01", "h1-A-unit-substation-01"} == shared
    assert lost_racks(chain, loads)[names.index("h1-A-ups-01")] == 1
    assert lost_racks(site.chain, site.loads)[names.index("h1-A-ups-01")] == 0


def test_401_a_year_like_the_design_day_has_its_pue(campus: Callable[..., PowerRequest]) -> None:
    """With the design day's cooling all year both PUE agree; less cooling lowers the year's alone; water is per kWh."""
    plain = design_power(campus(16, cooling_on_ups=True)).balances.frame.row(0, named=True)
    assert (plain["pue_year"], plain["wue_l_per_kwh"]) == (None, None)
    hall = make_site().halls[0]

    def with_year(cooling_w: float) -> dict[str, float]:
        service = replace(hall, year_cooling_w=cooling_w, year_water_l=8760.0, year_hours=8760)
        power = design_power(campus(16, cooling_on_ups=True, halls=(service,)))
        return power.balances.frame.row(0, named=True)

    same, less = with_year(plain["cooling_w"]), with_year(plain["cooling_w"] / 2.0)
    assert same["pue_year"] == pytest.approx(plain["pue"])
    assert less["pue_year"] < same["pue_year"]
    assert less["pue"] == plain["pue"]
    assert same["wue_l_per_kwh"] == pytest.approx(1000.0 / plain["it_w"])
