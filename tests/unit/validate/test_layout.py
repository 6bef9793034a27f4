"""The placement search is scored on instances whose best costs are known."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from rackwright.base.errors import InputError
from rackwright.validate.layout import iterations_of, score_layout


def collection(folder: Path, size: int = 6) -> tuple[Path, float]:
    """An index with one instance drawn at random, and its optimum by enumeration."""
    random = np.random.default_rng(3)
    flow, distance = (random.integers(0, 9, (size, size)) for _ in range(2))
    rows = [",".join(map(str, row)) for row in np.vstack([flow, distance]).tolist()]
    (folder / "small.csv").write_text("\n".join(rows) + "\n")
    costs = [np.sum(flow * distance[np.ix_(p, p)]) for p in map(list, itertools.permutations(range(size)))]
    best = float(min(costs))
    (folder / "index.csv").write_text(f"name,n,best_known,file\nsmall,{size},{best:g},small.csv\n")
    return folder / "index.csv", best


def test_101_a_small_instance_is_solved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An asymmetric instance of six things reaches the optimum found by enumeration."""
    monkeypatch.setattr("rackwright.validate.layout.MOST_ITERATIONS", 500)
    index, best = collection(tmp_path)
    score = score_layout(index)
    assert score.cases[0].got == best
    assert score.metrics["mean_gap"] == 0.0


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [
        ("gone.csv", None, "does not exist"),
        ("../up.csv", None, "outside"),
        ("text.csv", "a,b\n", "does not hold"),
        ("ragged.csv", "1,2\n3\n", "does not hold"),
        ("nan.csv", "nan,1\n1,1\n1,1\n1,1\n", "does not hold"),
    ],
)
def test_201_broken_instances_are_skipped(tmp_path: Path, file: str, text: str | None, reason: str) -> None:
    """An instance that cannot be read is skipped with the reason."""
    if text is not None:
        (tmp_path / file).write_text(text)
    (tmp_path / "index.csv").write_text(f"name,n,best_known,file\nx,2,10,{file}\n")
    score = score_layout(tmp_path / "index.csv")
    assert reason in score.skipped[0].reason


def test_202_a_broken_index_is_refused(tmp_path: Path) -> None:
    """A best known cost that is no number is named with its place."""
    (tmp_path / "index.csv").write_text("name,n,best_known,file\nx,2,best,x.csv\n")
    with pytest.raises(InputError, match=r"index\.csv:2"):
        score_layout(tmp_path / "index.csv")


def test_203_the_work_limit_falls_with_size() -> None:
    """Large instances get fewer exchanges, so that each costs about the same."""
    assert iterations_of(12) == iterations_of(50) > iterations_of(100) > iterations_of(300)
