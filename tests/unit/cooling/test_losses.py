"""Pressure and pump power of a loop, and what is left when pumps or units are lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rackwright.catalog import load_catalog
from rackwright.catalog.installation import Pipe, WaterClass
from rackwright.catalog.parts import FacilityRules
from rackwright.cooling import design_cooling
from rackwright.cooling.hydraulics import narrowest_pipe, water_class
from rackwright.cooling.request import CoolingRequest

from .conftest import make_plant, make_racks, make_request, stated

CATALOG = load_catalog(None)
PIPES, CLASSES = tuple(CATALOG.all(Pipe)), tuple(CATALOG.all(WaterClass))


def request_of(racks: int, **changes: object) -> CoolingRequest:
    """A hall with the shipped figures and pipes."""
    rules = CATALOG.get(FacilityRules, "facility-rules")
    made = make_request(make_racks(racks), make_plant(**changes))
    return replace(made, rules=rules, pipes=PIPES, water_classes=CLASSES)


@pytest.mark.parametrize(("supply_c", "name"), [(17.0, "W17"), (32.1, "W40"), (45.0, "W45"), (46.0, "W+")])
def test_101_water_has_the_coldest_class_it_fits(supply_c: float, name: str) -> None:
    """A supply at a class's limit is of the class; one above all limits is of the class without one."""
    assert water_class(supply_c, CLASSES) == name


def test_102_the_pipe_is_the_narrowest_within_the_speed() -> None:
    """Twenty litres a second at 2.5 m/s need 101 mm: NPS 4 carries it, and no pipe is narrower and slow enough."""
    assert narrowest_pipe(PIPES, 0.02, 2.5).size == "NPS 4 schedule 40"
    assert narrowest_pipe(PIPES, 10.0, 2.5).size == "NPS 12 schedule 40"


def test_103_pump_power_is_flow_times_pressure_over_efficiency() -> None:
    """The loop's pumps take V dp / eta with the drops of rack, headers and CDU; the last rack gets least."""
    cooling = design_cooling(request_of(16))
    row, loop = (
        cooling.hydraulics.frame.row(0, named=True),
        cooling.loops.frame.filter(kind="liquid").row(0, named=True),
    )
    pressure_pa = row["rack_pa"] + row["header_pa"] + row["cdu_pa"]
    assert row["hydraulic_w"] == pytest.approx(loop["flow_lpm"] / 60_000.0 * pressure_pa / 0.6)
    assert (row["water_class"], row["dew_margin_k"]) == ("W40", pytest.approx(29.0))
    assert row["least_share"] < 1.0 < row["most_share"]


def test_104_every_rack_of_a_manifold_has_its_flow() -> None:
    """Flows along the headers add up to the loop's, fall with the distance, and the rise goes with their inverse."""
    cooling = design_cooling(request_of(16))
    loop = cooling.loops.frame.filter(kind="liquid").row(0, named=True)
    rows = cooling.manifolds.frame.filter(loop=loop["loop"])
    busy = 16 // rows.height
    assert busy * rows["flow_lpm"].sum() == pytest.approx(loop["flow_lpm"])
    assert rows["share"].to_list() == sorted(rows["share"].to_list(), reverse=True)
    rise_k = loop["return_c"] - loop["supply_c"]
    assert (rows["rise_k"] * rows["share"]).to_list() == pytest.approx([rise_k] * rows.height)


def test_105_a_manifold_out_of_balance_fails_with_the_pipe_that_would_do() -> None:
    """Headers a hundred times as long starve the last rack beyond the limit; the pipe of the relief keeps it."""
    short = design_cooling(request_of(16))
    check = short.checks.frame.filter(rule="cooling-manifold-balance").row(0, named=True)
    assert check["passed"]
    assert check["value"] == pytest.approx(1.0 - short.hydraulics["least_share"][0])
    request = request_of(16)
    rules = replace(request.rules, header_m_per_rack=stated(120.0))
    long = design_cooling(replace(request, rules=rules))
    failed = long.checks.frame.filter(rule="cooling-manifold-balance").row(0, named=True)
    assert not failed["passed"]
    assert failed["value"] > failed["limit"] == 0.1
    (relief,) = long.reliefs.frame.filter(rule="cooling-manifold-balance")["relief"]
    wider = relief.split()[2]
    kept = tuple(pipe for pipe in PIPES if pipe.id == wider)
    mended = design_cooling(replace(request, rules=rules, pipes=kept))
    assert mended.checks.frame.filter(rule="cooling-manifold-balance")["passed"].all()


def test_201_with_a_spare_one_unit_may_be_lost() -> None:
    """With a spare CDU nothing is lost with a pump or a unit; without one the loop warms by its own heat capacity."""
    with_spare = design_cooling(request_of(16)).losses.frame.filter(role="cdu", lost="unit").row(0, named=True)
    assert (with_spare["heat_share"], with_spare["limit_s"]) == (1.0, None)
    bare = design_cooling(request_of(12, spare_units=0)).losses.frame.filter(role="cdu")
    left = {row["lost"]: row for row in bare.iter_rows(named=True)}
    assert left["all"]["heat_share"] == 0.0 < left["pump"]["heat_share"] < 1.0
    assert left["all"]["limit_s"] == pytest.approx(1009.9 * 3968.6 / 1e6 * 1.0, rel=1e-3)
    assert left["pump"]["limit_s"] > left["all"]["limit_s"]


def test_202_a_chiller_of_room_air_has_no_time() -> None:
    """Chilled room air is not warmed through the facility water, so its time is left open."""
    rows = design_cooling(request_of(16)).losses.frame.filter(role="chiller", lost="all")
    assert rows["limit_s"].to_list() == [None]
