"""Models that are written read back as what they were, and solve to the same."""

from __future__ import annotations

import io
import math
import zipfile
from pathlib import Path

import pytest

from rackwright.exchange.models import smps_bytes, supply_mps
from rackwright.plan import Plan
from rackwright.solve import solve_linear
from rackwright.solve.mps import read_mps
from rackwright.solve.smps import read_smps
from rackwright.solve.stochastic import solve_stochastic
from rackwright.solve.tree import full_tree


def test_101_supply_reads_back(one_pod: Plan, tmp_path: Path) -> None:
    """The optimum of the file is the objective the plan tells for its linear program."""
    path = tmp_path / "supply.mps"
    path.write_bytes(supply_mps(one_pod))
    found = solve_linear(read_mps(path).model)
    told = dict(one_pod.supply.solves.frame.select("model", "objective").iter_rows())
    unit = told["linear program"] / found.objective
    assert found.status == "optimal"
    assert unit == pytest.approx(2.0 ** round(math.log2(unit)))


def test_201_the_program_under_chance_reads_back(one_pod: Plan, tmp_path: Path) -> None:
    """Ten scenarios over all branches come back and have a plan."""
    with zipfile.ZipFile(io.BytesIO(smps_bytes(one_pod))) as archive:
        archive.extractall(tmp_path)
    program = read_smps(tmp_path)
    assert program.num_scenarios == 10
    tree = full_tree(program)
    shares = tree.share[tree.leaves]
    assert float(shares.sum()) == pytest.approx(1.0)
    assert len(set(shares.round(6).tolist())) == 1 + len(one_pod.program.scenarios)
    assert solve_stochastic(program.core, tree).status == "optimal"
