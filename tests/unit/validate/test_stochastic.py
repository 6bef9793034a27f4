"""The solver of programs under chance is scored on instances whose optima are known."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from rackwright.base.errors import InputError
from rackwright.validate import TOPICS
from rackwright.validate.stochastic import relative_error, score_stochastic

VARIABLE = "RACKWRIGHT_VALIDATION"
CORE = """NAME BAKER
ROWS
 N COST
 L OVEN
 L HAVE
 L WANT
COLUMNS
 BAKE COST 2 OVEN 1
 BAKE HAVE -1
 SELL COST -5 HAVE 1
 SELL WANT 1
RHS
 R OVEN 9 WANT 1
ENDATA
"""
TIME = "TIME BAKER\nPERIODS\n BAKE OVEN DAY\n SELL HAVE EVENING\nENDATA\n"
STOCH = "STOCH BAKER\nINDEP DISCRETE\n R WANT 1 EVENING 0.5\n R WANT 3 EVENING 0.25\n R WANT 4 EVENING 0.25\nENDATA\n"
OPTIMUM = min(2 * x - 5 * sum(s * min(x, d) for d, s in ((1, 0.5), (3, 0.25), (4, 0.25))) for x in range(10))


def collection(folder: Path, best: object) -> Path:
    """A folder with one instance and what is known."""
    (folder / "baker").mkdir()
    for ending, text in (("cor", CORE), ("tim", TIME), ("sto", STOCH)):
        (folder / "baker" / f"baker.{ending}").write_text(text)
    (folder / "best_known.json").write_text(json.dumps(best))
    return folder


def test_101_a_known_optimum_is_reached_both_ways(tmp_path: Path) -> None:
    """The optimum found by enumeration is reached, and planes agree with the one model."""
    score = TOPICS["stochastic"](collection(tmp_path, {"baker": {"optimum": OPTIMUM}}))
    assert score.metrics["max_rel_error"] < 1e-9
    assert score.metrics["max_method_difference"] < 1e-9
    assert (score.metrics["cases"], score.groups["kind"]["LP"]["cases"]) == (1, 1)
    assert json.dumps(score.as_json())


def test_102_a_wrong_value_shows(tmp_path: Path) -> None:
    """An optimum that is said to be 10 % lower is an error of as much."""
    score = score_stochastic(collection(tmp_path, {"baker": {"optimum": 1.1 * OPTIMUM}}))
    assert score.metrics["max_rel_error"] == pytest.approx(relative_error(OPTIMUM, 1.1 * OPTIMUM))


@pytest.mark.parametrize(
    ("best", "name", "reason"),
    [
        ({"baker": {"optimum": None}}, "baker", "no verified optimum"),
        ({"baker": {"optimum": "4"}}, "baker", "no verified optimum"),
        ({}, "baker", "no verified optimum"),
        ({"gone": {"optimum": 1.0}}, "gone", "no folder"),
        ({"../baker": {"optimum": 1.0}}, "../baker", "no folder"),
    ],
)
def test_201_what_cannot_be_scored_is_skipped_by_name(tmp_path: Path, best: object, name: str, reason: str) -> None:
    """An instance without a verified optimum or without files is skipped with the reason."""
    score = score_stochastic(collection(tmp_path, best))
    assert any(skip.id == name and reason in skip.reason for skip in score.skipped)
    assert score.metrics["max_rel_error"] is None


def test_202_a_broken_file_is_skipped_with_its_line(tmp_path: Path) -> None:
    """An instance whose file cannot be read is skipped with file and line."""
    folder = collection(tmp_path, {"baker": {"optimum": 1.0}})
    (folder / "baker" / "baker.sto").write_text(STOCH.replace("R WANT 1", "R WISH 1"))
    assert 'baker.sto:3:1: There is no row "WISH"' in score_stochastic(folder).skipped[0].reason


def test_203_a_broken_index_is_refused(tmp_path: Path) -> None:
    """Without a mapping of known values nothing can be scored."""
    with pytest.raises(InputError):
        score_stochastic(collection(tmp_path, [1]))
    with pytest.raises(InputError, match="folder"):
        score_stochastic(tmp_path / "best_known.json")


def test_301_published_instances() -> None:
    """Every verified optimum is reached to 1e-6, mixed-integer ones and those known to fewer digits to 1e-4."""
    place = os.environ.get(VARIABLE, "")
    folder = Path(place) / "stochastic"
    if not place or not folder.is_dir():
        pytest.skip(f"{VARIABLE} names no folder with stochastic/best_known.json")
    score = score_stochastic(folder)
    assert score.metrics["unsolved"] == 0
    for case in score.cases:
        assert case.error is not None
        assert case.error <= (1e-4 if case.id in {"fxm2_6", "sizes3"} else 1e-6), case
    assert score.metrics["max_method_difference"] <= 1e-6
