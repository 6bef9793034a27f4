"""A scenario that contradicts the program is told while the others are decided on; the answer has a page of its own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from rackwright.base.errors import InputError
from rackwright.cli.deciding import ChanceOptions, decide_folder
from rackwright.cli.program import check_folder, open_folder

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "one-pod"
CONTRADICTION = "\n  - {id: past, name: past, changes: [{at: 'tranches[pod-1a].need_by', set: 2020-01-01}]}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small example with one more scenario, which wants racks before the plan begins."""
    made = tmp_path / "program"
    shutil.copytree(EXAMPLE, made)
    path = made / "scenarios.yaml"
    path.write_text(path.read_text().rstrip() + CONTRADICTION)
    return made


def test_101_a_contradictory_scenario_is_spared_where_others_run(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is an error of `check` and of a plan; commands over scenarios write it down and go on."""
    assert check_folder(folder, as_json=False) == 2
    with pytest.raises(InputError):
        open_folder(folder)
    program, _ = open_folder(folder, spares_scenarios=True)
    assert "past" in {scenario.id for scenario in program.scenarios}
    assert "scenarios[past].changes[0]" in capsys.readouterr().err


def test_102_other_errors_are_not_spared(folder: Path) -> None:
    """An unknown name outside scenarios stops every command."""
    path = folder / "supply.yaml"
    path.write_text(path.read_text().replace("item: gpu-gb300\n", "item: gpu-gb3000\n", 1))
    with pytest.raises(InputError):
        open_folder(folder, spares_scenarios=True)


def test_201_the_answer_is_written(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Page, data, workbook, calendar and figures; the branch left out is named in them."""
    out = tmp_path / "out"
    options = ChanceOptions(out=out, num_scenarios=2, num_fresh=0, workers=0, quiet=True)
    assert decide_folder(folder, options) == 0
    capsys.readouterr()
    names = {path.name for path in out.iterdir()}
    assert {"decide.html", "decide.json", "decide.xlsx", "decide.ics", "decision-calendar.svg"} <= names
    titles = {table["title"] for table in json.loads((out / "decide.json").read_text())["tables"]}
    assert {"The ladder", "Regret by branch", "Branches left out"} <= titles
    page = (out / "decide.html").read_text()
    assert "Decision calendar" in page
    assert "scenarios[past].changes[0]" in page
