"""Do the formulas of power and cooling give the figures that books, vendors and standards print?"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rackwright.catalog import FacilityRules, load_catalog
from rackwright.catalog.narrow import figure
from rackwright.cooling.coolant import coolant_flow_lpm
from rackwright.power.balance import pue
from rackwright.power.electrics import bolted_fault_a, full_load_a

with (Path(__file__).parent / "cases.csv").open(encoding="utf-8", newline="") as file:
    CASES = {row["id"]: row for row in csv.DictReader(file)}


def flow_lpm(given: dict[str, Any]) -> float:
    """Coolant flow of a case."""
    heat_w, rise_k = np.array([given["Q_kW"] * 1e3]), np.array([float(given["dT_K"])])
    return float(coolant_flow_lpm(heat_w, rise_k, kg_m3=given["rho"], j_kg_k=given["cp"])[0])


ANSWERS: dict[str, Callable[[dict[str, Any]], float]] = {
    "SC07.1": lambda given: full_load_a(given["S_kVA"] * 1e3, given["U20_V"]),
    "SC07.2": lambda given: bolted_fault_a(given["S_kVA"] * 1e3, given["U20_V"], given["usc_pct"] / 100) / 1e3,
    "SC08.1": lambda given: full_load_a(given["kVA"] * 1e3, given["V"]),
    "SC08.2": lambda given: bolted_fault_a(given["kVA"] * 1e3, given["V"], given["Zpct"] / 100),
    "CL01": flow_lpm,
    "CL02.1": flow_lpm,
    "CL02.2": lambda given: flow_lpm(given) / given["Q_kW"],
    "PUE01": lambda given: pue(given["IT"], given["IT"] + given["cool"] + given["loss"] + given["other"]),
}


@pytest.mark.parametrize("case", sorted(ANSWERS))
def test_101_published_figure(case: str) -> None:
    """The formula gives the published figure within the tolerance of its row."""
    row = CASES[case]
    got = ANSWERS[case](json.loads(row["inputs_json"]))
    assert got == pytest.approx(float(row["expected"]), rel=float(row["tol_rel"]))


def test_103_every_row_is_answered() -> None:
    """No row of the table is left out."""
    assert set(ANSWERS) == set(CASES)


def test_102_the_coolant_of_the_catalog_is_that_of_the_anchor() -> None:
    """The catalog's PG25 gives 149.7 L/min for 100 kW at 10 K."""
    rules = load_catalog().get(FacilityRules, "facility-rules")
    given = {"Q_kW": 100, "dT_K": 10, "rho": figure(rules.coolant_kg_m3), "cp": figure(rules.coolant_j_kg_k)}
    row = CASES["CL02.1"]
    assert flow_lpm(given) == pytest.approx(float(row["expected"]), rel=float(row["tol_rel"]))
