"""Stress goes through the whole chain, keeps what it planned, and names what is fragile."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rackwright.base.fanout import Advance
from rackwright.catalog import Catalog
from rackwright.figures import render
from rackwright.program import Program
from rackwright.scenarios import Stressed, StressOptions, stress_program
from rackwright.views.stressing import stressed_shown

SMALL = StressOptions(num_draws=8, workers=0, grid_counts=(0, 3))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Kept results of this file."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def stressed(one_pod_program: Program, catalog: Catalog, folder: Path) -> Stressed:
    """The small example under luck."""
    return stress_program(one_pod_program, catalog, cache_folder=folder, options=SMALL)[0]


def test_101_surer_is_fewer(stressed: Stressed) -> None:
    """Racks that are reached with more certainty are fewer, and never fall over time."""
    p50, p80, p95, p10 = stressed.racks
    assert np.all(p10 >= p50)
    assert np.all(p50 >= p80)
    assert np.all(p80 >= p95)
    assert np.all(np.diff(stressed.racks, axis=1) >= -1e-9)
    assert list(stressed.late_rack_days) == sorted(stressed.late_rack_days)


def test_102_what_everything_depends_on_is_named(stressed: Stressed) -> None:
    """The only plant is a fragile point that loses every rack."""
    plant = next(row for row in stressed.fragile if row.shock.kind == "plant")
    assert plant.shock.name == "columbus"
    assert plant.lost_share == pytest.approx(1.0)


def test_103_shares_served_are_shares(stressed: Stressed) -> None:
    """Nothing is served beyond what is wanted."""
    known = stressed.served[np.isfinite(stressed.served)]
    assert known.size
    assert known.min() >= 0.0
    assert known.max() <= 1.0 + 1e-9


def test_104_a_country_with_one_supplier_is_named(one_pod_program: Program, stressed: Stressed) -> None:
    """Every country that supplies is a point of its own or named beside its only supplier, and so is its stop."""
    rows = one_pod_program.supply.suppliers
    alone = [row for row in rows if sum(other.country == row.country for other in rows) == 1]
    assert {row.country for row in alone} == {"TW", "MX", "VN"}
    named = {row.shock.name for row in stressed.fragile}
    assert {f"{row.id}, the only one in {row.country}" for row in alone} <= named


def test_105_who_sells_to_projects_alone_is_fragile(stressed: Stressed) -> None:
    """The only supplier of transformer and generators, which no rack contains: without it no hall ever has power."""
    row = next(row for row in stressed.fragile if "supplier-f" in row.shock.suppliers and row.shock.kind == "supplier")
    assert row.lost_share == pytest.approx(1.0)


def test_201_a_second_run_finds_everything(
    stressed: Stressed, one_pod_program: Program, catalog: Catalog, folder: Path
) -> None:
    """Nothing is planned twice, and the answer is the same."""
    told: list[Advance] = []
    again, problems = stress_program(
        one_pod_program, catalog, cache_folder=folder, options=SMALL, on_advance=told.append
    )
    assert told[-1].found == told[-1].total
    assert repr(again) == repr(stressed)
    assert not problems


def test_202_the_answer_is_shown(stressed: Stressed, one_pod_program: Program) -> None:
    """Tables and the fan are there, the lead names the worst single point."""
    shown = stressed_shown(stressed, (), one_pod_program)
    assert "Most fragile single point" in shown.lead
    assert shown.tables[0].title == "Accepted racks by date"
    assert "p5 to p90" in render(shown.figures[0])
    branches = next(table for table in shown.tables if table.title == "Branches under luck")
    assert "dates that hold with 80 %" in branches.note
