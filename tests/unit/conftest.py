"""Plans that many tests look at, made once."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from rackwright.catalog import Catalog, load_catalog
from rackwright.pipeline import plan_program
from rackwright.plan import Plan
from rackwright.program import Program, read_program
from rackwright.program.header import HorizonSpan, Party, Policy

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
HOSTILE = "</td></title></style><script>alert(1)</script>\"'><img src=http://evil.example/x> & {{ 7*7 }} 機架"


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


@pytest.fixture(scope="session")
def empty_plan(catalog: Catalog) -> Plan:
    """A program with a header and nothing else: every stage is skipped by name."""
    program = Program(
        name="empty",
        as_of=dt.date(2026, 11, 20),
        span=HorizonSpan(start=dt.date(2026, 12, 7), end=dt.date(2027, 12, 6)),
        money_year=2026,
        parties=(Party(id="lab", name="Lab", role="lab"),),
        policy=Policy(
            late_usd_per_rack_day="1 kUSD",
            unserved_usd_per_rack="1 MUSD",
            energy_usd_per_mwh="60 USD/MWh",
            capital_cost_share_per_year="8 %",
        ),
    )
    return plan_program(program, catalog)


@pytest.fixture(scope="session")
def hostile_plan(one_pod: Plan) -> Plan:
    """The plan of the small example with every text that is free for people made hostile."""
    plan, program = one_pod, one_pod.program
    sites = tuple(site.model_copy(update={"name": HOSTILE}) for site in program.sites)
    projects = tuple(project.model_copy(update={"name": HOSTILE}) for project in program.projects)
    parties = tuple(party.model_copy(update={"name": HOSTILE}) for party in program.parties)
    scenarios = tuple(row.model_copy(update={"name": HOSTILE, "trigger": HOSTILE}) for row in program.scenarios)
    named = {"sites": sites, "projects": projects, "parties": parties, "scenarios": scenarios, "title": HOSTILE}
    return dataclasses.replace(
        plan,
        program=program.model_copy(update=named),
        bom=dataclasses.replace(plan.bom, items=_spoilt(plan.bom.items, "name", "part")),
        supply=dataclasses.replace(
            plan.supply, causes=_spoilt(plan.supply.causes, "relief", "kind"), omissions=(HOSTILE,)
        ),
        schedule=dataclasses.replace(plan.schedule, late=_spoilt(plan.schedule.late, "cause", "relief")),
        facts=_spoilt(plan.facts, "source_title", "at", "written"),
    )


def _spoilt(table: Any, *columns: str) -> Any:
    """The table with some text columns made hostile."""
    return type(table).of(table.frame.with_columns(pl.lit(HOSTILE).alias(name) for name in columns))
