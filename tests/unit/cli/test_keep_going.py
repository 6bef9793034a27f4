"""`plan --keep-going` plans what is left without the projects that cannot be scheduled."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rackwright.base.errors import InputError
from rackwright.cli.console import BAD_INPUT
from rackwright.cli.planning import PlanOptions, plan_folder

PROGRAM = """\
format: 1
name: two
as_of: 2027-01-04
horizon: {start: 2027-01-04, end: 2028-01-03}
money_year: 2027
parties: [{id: owner, name: Owner, role: lab}]
policy: {late_price_per_rack_day: 1 USD, price_of_rack_not_delivered: 1 USD, energy_price: 1 USD/MWh, capital_cost: 0 %}
"""
PROJECTS = """\
projects:
  - id: good
    name: Good
    release: 2027-01-04
    due: 2027-06-01
    activities: [{id: a, modes: [{duration: 5 days}]}, {id: g, kind: gate, after: [a, bad.g]}]
  - id: bad
    name: Bad
    release: 2027-01-04
    due: 2027-06-01
    activities: [{id: x, after: [y], modes: [{duration: 5 days}]}, {id: y, after: [x], modes: [{duration: 5 days}]},
                 {id: g, kind: gate, after: [y]}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two projects, one of which waits for itself."""
    target = tmp_path / "two"
    target.mkdir()
    (target / "program.yaml").write_text(PROGRAM)
    (target / "projects.yaml").write_text(PROJECTS)
    return target


def test_101_the_rest_is_planned_and_the_exit_code_says_so(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The cycle is shown, the other project has dates, the summary names both, and the command ends with 2."""
    out = tmp_path / "out"
    assert plan_folder(folder, out, PlanOptions(keep_going=True, workers=0)) == BAD_INPUT
    shown = capsys.readouterr()
    assert "bad.x -> bad.y -> bad.x" in shown.err or "bad.y -> bad.x -> bad.y" in shown.err
    assert "set aside  project bad" in shown.out
    summary = json.loads((out / "plan.json").read_text())
    assert [(row["project"], row["cut"]) for row in summary["set_aside"]] == [("bad", ["good.g"])]
    rows = (out / "tables" / "schedule.activities.csv").read_text()
    assert "good.a" in rows
    assert "bad.x" not in rows


def test_102_without_it_nothing_is_planned_and_the_way_on_is_told(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Errors stop the plan, and a line says that the rest could be planned."""
    with pytest.raises(InputError):
        plan_folder(folder, tmp_path / "out", PlanOptions(workers=0))
    assert "--keep-going plans what is left: without 1 project(s)" in capsys.readouterr().err
    assert not (tmp_path / "out" / "plan.json").exists()
