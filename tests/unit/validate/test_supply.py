"""Supply is scored on small problems whose optima are known by hand."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest

from rackwright.supply.atscale import Schedule, plan_weekly
from rackwright.validate import TOPICS, supply
from rackwright.validate.supply import score_supply

LEVELS = {"name": "two", "parent_component": [[1, 2, 1]], "setup": [25, 0], "hold": [1, 0], "best": 70}
LEVELS["demand"] = {"1": [10, 20, 30]}
LINE = {"setup_cost": [25], "setup_time": [5], "hold": [1], "unit_time": [1], "demand": [[10, 20, 30]], "capacity": 100}
STAGE = {"lead_time": 9, "max_service_time": 0, "added_cost": 2, "risk_pool": None, "demand_sd": 5, "z": 2}
STAGES = {"holding_rate": 0.5, "published_total": 30.0, "stages": {"only": {**STAGE, "upstream": {}}}}
TEXT = "1 3\n1\n100\n1. 1. 5. 25.\n10\n20\n30\n\n notes that follow\n"


def folder(place: Path, **files: Any) -> Path:
    """A folder with JSON files, and text where the content is text."""
    for name, content in files.items():
        is_text = isinstance(content, str)
        (place / f"{name}.{'txt' if is_text else 'json'}").write_text(content if is_text else json.dumps(content))
    return place


def test_101_each_form_is_read_and_solved(tmp_path: Path) -> None:
    """Lots on two levels, lots under capacity and safety stock reach the values worked out by hand."""
    score = score_supply(folder(tmp_path, a=[LEVELS], b={**LINE, "literature_best": 70}, c=STAGES, d=TEXT))
    assert score.rows == len(score.cases) == 4
    assert [case.got for case in score.cases] == pytest.approx([70.0, 70.0, 2 * 0.5 * 5 * 2 * math.sqrt(9), 70.0])
    assert score.metrics["exact_share"] == 1.0
    assert score.metrics["mean_gap"] == pytest.approx(0.0, abs=1e-9)


def test_102_gaps_are_shares_of_the_best_known(tmp_path: Path) -> None:
    """A plan of 70 where 56 is said to be known has a gap of 0.25 and is not exact."""
    score = score_supply(folder(tmp_path, a=[LEVELS, {**LEVELS, "best": 56}]))
    assert score.metrics["max_gap"] == pytest.approx(0.25)
    assert score.metrics["mean_gap"] == pytest.approx(0.125)
    assert score.metrics["exact_share"] == 0.5
    assert score.groups["family"]["multi-level-lots"]["max_gap"] == pytest.approx(0.25)


def test_103_without_a_known_value_the_bound_is_given(tmp_path: Path) -> None:
    """A file without a published value has no error; its own bound stands in the groups."""
    score = score_supply(folder(tmp_path, x=TEXT))
    assert score.cases[0].expected is None
    assert score.cases[0].error is None
    assert score.metrics["max_gap"] is None
    assert score.groups["bound"]["x.txt"]["lower_bound"] == pytest.approx(70.0)


def test_104_a_made_network_is_planned_with_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A weekly network is made from its seed and planned; the gap to its own bound stands in the groups."""
    short = Schedule(grids=((4, 80), (2, 40)), rounds=((8.0, 80), (0.3, 80)))
    monkeypatch.setattr(supply, "plan_weekly", lambda net: plan_weekly(net, short))
    score = score_supply(folder(tmp_path, n={"made_network": {"items": 12, "weeks": 20, "seed": 1}}))
    assert score.groups["bound"]["n.json"]["lower_bound"] <= score.cases[0].got
    assert 0.0 <= score.groups["bound"]["n.json"]["gap_to_bound"] < 0.5


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("2 3\n1\n100\n1 1 1 1\n1 2 3\n", "not of its form|does not hold"),
        ({"rows": []}, "no known form"),
        ([7], "not of its form"),
        ({**LINE, "demand": [[10, 20], [1]]}, "not of its form"),
        ({**LINE, "demand": [[10, -20, 3]]}, "negative"),
        ({**LINE, "demand": [[10, 200, 300]]}, "no plan exists"),
        ([{**LEVELS, "parent_component": [[1, 2, 1], [2, 1, 1]]}], "go round"),
        ([{**LEVELS, "parent_component": [[1, 3, 1]]}], "no item 3"),
        ({**STAGES, "published_total": 0}, "above zero"),
        ({**STAGES, "stages": {"only": {**STAGE, "lead_time": 1.5, "upstream": {}}}}, "whole"),
        ({**STAGES, "stages": {"only": {**STAGE, "lead_time": 1e9, "upstream": {}}}}, "above 5,000"),
        ({**STAGES, "stages": {"only": {**STAGE, "upstream": {"gone": 1}}}}, "gone"),
    ],
)
def test_201_what_cannot_be_scored_is_skipped_by_name(tmp_path: Path, content: Any, reason: str) -> None:
    """A broken or infeasible problem is named with its reason and the others are scored."""
    score = score_supply(folder(tmp_path, bad=content, good=TEXT))
    assert len(score.skipped) == len(score.cases) == 1
    assert score.skipped[0].id.startswith("bad.")
    assert re.search(reason, score.skipped[0].reason)


def test_202_a_file_that_is_no_json_is_skipped(tmp_path: Path) -> None:
    """A file that cannot be read at all is skipped with its place."""
    (tmp_path / "broken.json").write_text("{")
    assert "broken.json" in score_supply(tmp_path).skipped[0].reason


def test_301_the_command_knows_the_topic() -> None:
    """`rackwright validate supply` scores supply."""
    assert TOPICS["supply"] is score_supply
