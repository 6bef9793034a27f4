"""Validation of schedules: instances are read, judged by other code, and bad files are named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rackwright.schedule.makespan import Effort
from rackwright.validate import TOPICS
from rackwright.validate.schedule import WorkLimit, score_schedule
from rackwright.validate.schedule_checker import Rules, Task, broken_rules

LIMIT = WorkLimit(Effort(60, 0.5), Effort(60, 0.5), 30)
RCP = "6 1\n2\n0 0 3 2 3 4\n4 1 1 5\n3 1 1 5\n2 2 1 6\n2 1 1 6\n0 0 0\n"


def projects_document() -> dict[str, Any]:
    """Two projects of one week's work and a gate each, on one lab that closes for two days."""
    work = {"dur": 5, "cal": "work", "dem": [1], "pred": []}
    gate = {"dur": 0, "cal": "work", "dem": [0]}
    return {
        "horizon": 60,
        "resources": [{"id": "lab", "capacity": 1, "shutdowns": [[8, 10]]}],
        "projects": [
            {"id": "a", "release": 0, "due": 7, "weight": 1, "gates": {"PVT": 1}},
            {"id": "b", "release": 0, "due": 7, "weight": 3, "gates": {"PVT": 3}},
        ],
        "activities": [
            {**work, "p": 0},
            {**gate, "p": 0, "pred": [0]},
            {**work, "p": 1},
            {**gate, "p": 1, "pred": [2]},
        ],
    }


def test_101_patterson_file(tmp_path: Path) -> None:
    """A small single-mode file is solved to its optimum, which is proved and feasible."""
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "one.rcp").write_text(RCP)
    (tmp_path / "best_known.json").write_text(json.dumps({"small/one.rcp": {"ub": 8}}))
    score = score_schedule(tmp_path, limit=LIMIT)
    assert score.skipped == ()
    assert (score.metrics["mean_gap"], score.metrics["proved_share"], score.metrics["feasible_share"]) == (
        0.0,
        1.0,
        1.0,
    )
    assert score.cases[0].got == 8


def test_102_projects_file(tmp_path: Path) -> None:
    """The heavy one of two projects goes first, after the shutdown it cannot span: 3 x 10 and 1 x 17 days late."""
    (tmp_path / "two.json").write_text(json.dumps(projects_document()))
    score = score_schedule(tmp_path, limit=LIMIT)
    assert score.metrics["feasible_share"] == 1.0
    assert score.metrics["weighted_tardiness"] == 47.0
    assert "mean_gap" not in score.metrics


def test_103_same_answer_twice(tmp_path: Path) -> None:
    """Equal files give equal scores."""
    (tmp_path / "two.json").write_text(json.dumps(projects_document()))
    assert score_schedule(tmp_path, limit=LIMIT).as_json() == score_schedule(tmp_path, limit=LIMIT).as_json()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.rcp", "1 2 x"),
        ("a.json", "{}"),
        ("a.json", "[1"),
        ("a.sm", "no file of this kind\n"),
        ("b.json", '{"horizon": 1}'),
    ],
)
def test_201_bad_files_are_skipped_with_a_reason(tmp_path: Path, name: str, text: str) -> None:
    """A file that cannot be read is skipped by name, with a reason, and the rest is scored."""
    (tmp_path / name).write_text(text)
    (tmp_path / "good.json").write_text(json.dumps(projects_document()))
    score = score_schedule(tmp_path, limit=LIMIT)
    assert [skip.id.split("/")[1] for skip in score.skipped] == [name]
    assert score.skipped[0].reason
    assert len(score.cases) == 1


def rules(*tasks: Task) -> Rules:
    """Rules of one resource with two units, closed on day 3."""
    return Rules(tasks, 1, lambda _, day: 0 if day == 3 else 2, (2,), tuple((1,) for _ in tasks))


@pytest.mark.parametrize(
    ("tasks", "start", "finish", "words"),
    [
        ((Task(2, (1,), ()),), [0], [3], "takes 3 days instead of 2"),
        ((Task(2, (1,), (), release=1),), [0], [2], "before its release"),
        ((Task(2, (1,), ()), Task(1, (0,), (0,))), [0, 1], [2, 2], "before activity 0 ends"),
        ((Task(2, (1,), ()), Task(2, (2,), ())), [0, 1], [2, 3], "gives 3 of 2 on day 1"),
        ((Task(2, (1,), ()),), [2], [4], "gives 1 of 0 on day 3"),
        ((Task(0, (0,), ()),) * 3, [0] * 3, [0] * 3, "stock 0 gives 3 of 2"),
        ((Task(2, (0,), (), works_on=lambda day: day != 1),), [0], [2], "works 1 days instead of 2"),
        ((Task(1, (0,), (), works_on=lambda day: day != 1),), [0], [2], "free day"),
        ((Task(1, (0,), ()),), [], [], "one start"),
    ],
)
def test_301_the_checker_finds_each_fault(
    tasks: tuple[Task, ...], start: list[int], finish: list[int], words: str
) -> None:
    """Each kind of broken rule is found and named."""
    assert any(words in line for line in broken_rules(rules(*tasks), start, finish))


def test_302_the_checker_passes_what_is_right() -> None:
    """A feasible schedule breaks nothing."""
    assert broken_rules(rules(Task(2, (2,), ()), Task(2, (2,), (0,))), [1, 4], [3, 6]) == []


def test_401_topic_is_registered() -> None:
    """`rackwright validate schedule` finds the topic."""
    assert TOPICS["schedule"] is score_schedule
