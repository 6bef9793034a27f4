"""Plans that many tests look at, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from rackwright.catalog import Catalog, load_catalog
from rackwright.plan import Plan, plan_program
from rackwright.program import Program, read_program

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The built-in catalog."""
    return load_catalog(None)


@pytest.fixture(scope="session")
def one_pod_program(catalog: Catalog) -> Program:
    """The small example, read and checked."""
    return read_program(EXAMPLES / "one-pod", catalog=catalog)


@pytest.fixture(scope="session")
def one_pod(one_pod_program: Program, catalog: Catalog) -> Plan:
    """The plan of the small example."""
    return plan_program(one_pod_program, catalog)
