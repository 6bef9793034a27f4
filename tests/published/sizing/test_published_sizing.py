"""How far is sizing from published steps and decode times, with the figures as shipped?"""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest

from rackwright.validate.inference import score_inference
from rackwright.validate.score import Score
from rackwright.validate.training import score_training

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def steps() -> Score:
    """Scores of the training rows."""
    return score_training(HERE / "training.csv")


@pytest.fixture(scope="module")
def latencies() -> Score:
    """Scores of the serving rows."""
    return score_inference(HERE / "inference.csv")


def errors(score: Score) -> dict[str, float]:
    """Absolute error of each row."""
    return {case.id: case.error for case in score.cases if case.error is not None}


def ratio(score: Score, row: str) -> float:
    """Predicted over published figure of a row."""
    case = next(case for case in score.cases if case.id == row)
    assert isinstance(case.got, float)
    assert isinstance(case.expected, float)
    return case.got / case.expected


def test_101_every_row_is_scored(steps: Score, latencies: Score) -> None:
    """No row is left out."""
    assert (len(steps.cases), len(latencies.cases)) == (11, 6)
    assert not steps.skipped
    assert not latencies.skipped


def test_102_steps_of_table_5(steps: Score) -> None:
    """The eight steps of arXiv 2205.05198, 22B to 1T: mean error within four per cent, every one within seven."""
    own = [error for name, error in errors(steps).items() if name.startswith("k22")]
    assert len(own) == 8
    assert statistics.mean(own) <= 0.04, errors(steps)
    assert max(own) <= 0.07, errors(steps)


def test_103_large_models_on_hopper_and_blackwell(steps: Score) -> None:
    """Llama 3.1 405B on H100 within five per cent; DeepSeek-V3 on GB200 of an early release within 45 %."""
    found = errors(steps)
    assert found["mb-067"] <= 0.05
    assert max(found["mb-058"], found["mb-059"]) <= 0.45


def test_104_recompute_costs_what_it_costs(steps: Score) -> None:
    """Full against selective recompute: the published ratio of steps within five per cent."""
    for model in ("megatron-22B", "gpt3-175B", "turing-530B", "megatron-1T"):
        full, selective = (ratio(steps, f"k22-{model}-{mode}") for mode in ("full", "seqsel"))
        assert full / selective == pytest.approx(1.0, abs=0.07)


def test_105_decode_times(latencies: Score) -> None:
    """Six configurations: median error of the time per token within 30 %."""
    assert statistics.median(errors(latencies).values()) <= 0.30


UNSTATED = pytest.mark.xfail(
    reason="81 %: the row does not say whether several tokens are predicted at once", strict=True
)


@pytest.mark.parametrize(
    "row", ["inf-0029", "inf-0071", "inf-0293", pytest.param("inf-0357", marks=UNSTATED), "inf-0369", "inf-0391"]
)
def test_106_each_decode_time(latencies: Score, row: str) -> None:
    """Every time per token within 75 %; the one that is missed, DeepSeek-R1 on TensorRT-LLM, is told as such."""
    assert errors(latencies)[row] <= 0.75
