"""How cases of power and cooling are scored: right, wrong, of no known form, without files."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from rackwright.base.errors import InputError
from rackwright.validate import TOPICS

HEADER = ("id", "family", "title", "inputs_json", "quantity", "expected", "unit", "tol_rel", "source", "status", "note")


def write_cases(folder: Path, *cases: tuple[str, str, Any, str, str]) -> Path:
    """A cases file of (id, family, inputs, quantity, expected) with a tolerance of one in a thousand."""
    path = folder / "cases.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for name, family, inputs, quantity, expected in cases:
            text = inputs if isinstance(inputs, str) else json.dumps(inputs)
            writer.writerow([name, family, "title", text, quantity, expected, "-", "0.001", "own", "formula", ""])
    return path


TRIP = {"M": 10, "TMS": 1, "a": 0.02, "k": 0.14}


def test_101_within_and_outside(tmp_path: Path) -> None:
    """A value within its tolerance counts, one outside does not, and groups hold the same figures."""
    path = write_cases(
        tmp_path,
        ("A", "protection", TRIP, "t", "2.9706"),
        ("B", "protection", TRIP, "t", "3.1"),
        ("C", "dc-bus", {"V": [48], "kW": 120}, "I 48 V", "2500"),
    )
    score = TOPICS["power"](path)
    assert score.metrics["within_tolerance_share"] == pytest.approx(2 / 3)
    assert score.groups["family"]["protection"]["within_tolerance_share"] == 0.5
    assert score.groups["status"]["formula"]["scored"] == 3
    assert [case.id for case in score.cases] == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("family", "inputs", "quantity", "reason"),
    [
        ("tidal", {}, "t", '"tidal" is not known'),
        ("protection", {}, "t", "no known form"),
        ("protection", "{", "t", "no known form"),
        ("protection", [], "t", "no known form"),
        ("protection", TRIP, "speed", '"speed" is not among'),
        ("free-cooling", {"file": "none.csv"}, "<=20 C", "does not exist"),
        ("power-flow", {"branch": "none.csv", "load": "x", "slack_bus": 0, "slack_pu": 1}, "losses", "nominal voltage"),
    ],
)
def test_201_a_row_that_cannot_be_scored_says_why(
    tmp_path: Path, family: str, inputs: Any, quantity: str, reason: str
) -> None:
    """Unknown families, broken inputs, unknown quantities and missing files are skipped with a reason."""
    score = TOPICS["power"](write_cases(tmp_path, ("A", family, inputs, quantity, "1")))
    assert score.cases == ()
    assert reason in score.skipped[0].reason
    assert score.metrics["within_tolerance_share"] is None


def test_202_a_file_without_columns_is_refused(tmp_path: Path) -> None:
    """A file that is no cases file is a problem, not a score."""
    (tmp_path / "cases.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError):
        TOPICS["power"](tmp_path / "cases.csv")


def test_203_a_folder_is_scored_by_its_cases(tmp_path: Path) -> None:
    """A folder stands for the `cases.csv` in it; one without is a missing file."""
    path = write_cases(tmp_path, ("A", "none", {}, "x", "1"))
    path.rename(tmp_path / "cases.csv")
    assert TOPICS["power"](tmp_path) == TOPICS["power"](tmp_path / "cases.csv")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError):
        TOPICS["power"](tmp_path / "empty")
