"""What does the physics of power need to run?"""

from __future__ import annotations

import subprocess
import sys

import pytest

import rackwright.power


@pytest.mark.parametrize("module", ["ac_flow", "failures", "iec60909", "pairs", "protection", "transients"])
def test_101_physics_needs_no_tables_and_no_program(module: str) -> None:
    """Flow, faults, failures and relays are usable with NumPy and SciPy; nothing of the planner is read for them."""
    heavy = "{'polars', 'pydantic', 'rackwright.program.model'}"
    code = f"import sys, rackwright.power.{module}; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_102_the_stage_is_reached_by_its_names() -> None:
    """Every public name of the package is there when asked for, and no other."""
    assert all(getattr(rackwright.power, name) for name in rackwright.power.__all__)
    with pytest.raises(AttributeError, match="no attribute 'design_bower'"):
        _ = rackwright.power.design_bower
