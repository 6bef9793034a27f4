"""Do all futures plan with what opens on the central plan, and is that told?"""

from __future__ import annotations

from pathlib import Path

import pytest

from rackwright.catalog import Catalog
from rackwright.program import Program
from rackwright.program.shifts import Opening
from rackwright.scenarios import DecideOptions, decide
from rackwright.scenarios.opened import opened_program
from rackwright.views.deciding import decided_shown

PLATES = {"id": "plates", "qualifies": [{"item": "cold-plate-set", "supplier": "supplier-b"}], "capital_cost": "1 kUSD"}
IDLE = {"id": "idle", "adds": [{"cell": "col-leak", "stations": 9}], "capital_cost": "90 MUSD"}


@pytest.fixture(scope="module")
def asking(one_pod_program: Program) -> Program:
    """One pod whose only source of cold plates has to be qualified, and which may open a line nobody needs."""
    rows = tuple(Opening.model_validate(row) for row in (PLATES, IDLE))
    supply = one_pod_program.supply.model_copy(update={"openings": rows})
    return one_pod_program.model_copy(update={"supply": supply, "scenarios": ()})


def test_101_what_is_left_to_the_plan_is_decided_once(asking: Program, catalog: Catalog, tmp_path: Path) -> None:
    """The needed source opens, the idle line does not, and the program says so from then on; decide tells it."""
    opened, openings = opened_program(asking, catalog, cache_folder=tmp_path)
    assert [row.state for row in opened.supply.openings] == ["open", "closed"]
    assert dict(openings.frame.select("opening", "is_open").iter_rows()) == {"plates": True, "idle": False}
    again, nothing = opened_program(opened, catalog, cache_folder=tmp_path)
    assert again is opened
    assert not len(nothing)
    options = DecideOptions(num_scenarios=1, num_fresh=0, num_judged=0, workers=0)
    found = decide(asking, catalog, cache_folder=tmp_path, options=options)
    assert found.openings.frame.equals(openings.frame)
    tables = {table.title: table for table in decided_shown(found, asking).tables}
    shown = {row[1]: row[3] for row in tables["Extra shifts, lines and sources"].rows}
    assert shown == {"plates": "yes", "idle": "no"}
    racks = min(row.gate_days[0] for row in found.plans)
    assert racks < asking.horizon.num_days  # with the source closed no rack is ever whole
