"""Published rates whose lengths or load must be assumed are answered apart, with a band and what was assumed."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from rackwright.catalog.load import Catalog, load_catalog
from rackwright.validate.inference import score_inference
from rackwright.validate.lengths import find_lengths
from rackwright.validate.rate_rows import read_rate_rows
from rackwright.validate.rates import answer_rates

BENCHMARK = {
    "config": "b",
    "source": "MLPerf Inference v5.1",
    "model": "llama3.1-8b",
    "hardware": "NVIDIA H200-SXM-141GB",
    "gpus": "8",
    "parallelism": "unstated",
    "precision": "fp8",
    "stack": "TensorRT 10",
    "isl": "dataset",
    "osl": "dataset",
    "concurrency_or_scenario": "Offline",
    "slo": "throughput only",
    "metric": "output_tokens_per_s_total",
    "value": "60000",
}
POOL = BENCHMARK | {
    "config": "p",
    "source": "deepseek-ai/open-infra-index",
    "model": "DeepSeek-V3/R1",
    "hardware": "H800",
    "gpus": "144",
    "slo": "",
    "isl": "avg KV length 4989",
    "osl": "-",
}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The built-in catalog."""
    return load_catalog()


def write(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    """A CSV file of rows with ids in order."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, ["id", *rows[0]])
        writer.writeheader()
        writer.writerows({"id": f"r{number}", **row} for number, row in enumerate(rows))
    return path


def answered(rows: Sequence[Mapping[str, str]], catalog: Catalog) -> list[tuple[float, float, float]]:
    """Middle, low and high of each row."""
    named = [{"id": f"r{number}", **row} for number, row in enumerate(rows)]
    answers = answer_rates(read_rate_rows(named, catalog)[0], catalog)
    return [(a.scored.predicted, a.scored.low or 0.0, a.scored.high or 0.0) for a in answers if a.scored is not None]


def test_101_a_benchmark_is_answered_apart(tmp_path: Path, catalog: Catalog) -> None:
    """A rate of unstated lengths counts in no metric, but has a figure in its band and a name for what is assumed."""
    score = score_inference(write(tmp_path / "i.csv", [BENCHMARK]), catalog)
    assert score.cases == ()
    assert score.skipped == ()
    (answer,) = score.apart
    assert answer.low < answer.got < answer.high
    assert answer.assumed == "lengths assumed"
    assert score.as_json()["apart"][0]["id"] == "r0"
    assert score.groups["answered apart"]["all"]["rows"] == 1


def test_102_an_unknown_source_stays_skipped(tmp_path: Path, catalog: Catalog) -> None:
    """Lengths are assumed only for sources and models of the table; all others keep their reason."""
    score = score_inference(write(tmp_path / "i.csv", [BENCHMARK | {"source": "somebody"}]), catalog)
    assert score.apart == ()
    assert score.skipped[0].reason.startswith("unstated: input lengths")
    assert find_lengths("somebody", "llama3.1-8b") is None


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"hardware": "Abacus"}, "no accelerator"),
        ({"precision": "int3"}, "precision"),
        ({"gpus": "some"}, "accelerators"),
        ({"slo": "ttft<=2000ms tpot<=1ms p99"}, "no instance"),
    ],
)
def test_201_what_cannot_be_answered_says_why(
    tmp_path: Path, catalog: Catalog, change: dict[str, str], word: str
) -> None:
    """A row of a known source that no instance answers is skipped with the reason."""
    score = score_inference(write(tmp_path / "i.csv", [BENCHMARK | change]), catalog)
    assert score.apart == ()
    assert word in score.skipped[0].reason


def test_103_stated_lengths_narrow_the_band(catalog: Catalog) -> None:
    """A length the row states is not varied."""
    wide, narrow = answered([BENCHMARK, BENCHMARK | {"osl": "100"}], catalog)
    assert narrow[0] == wide[0]
    assert narrow[2] / narrow[1] < wide[2] / wide[1]


def test_104_limits_and_accelerators_count(catalog: Catalog) -> None:
    """Tighter limits give less, twice the accelerators twice as much."""
    free, bound, double = answered(
        [BENCHMARK, BENCHMARK | {"slo": "ttft<=450ms tpot<=8ms p99"}, BENCHMARK | {"gpus": "16"}], catalog
    )
    assert bound[0] < free[0]
    assert double[0] == pytest.approx(2.0 * free[0], rel=0.01)


def test_105_load_follows_from_rate_and_users(catalog: Catalog) -> None:
    """Users of a pool are its rate over that of a user, so both rows are off by the same share."""
    rows = [
        POOL | {"metric": "output_tokens_per_s_per_node", "value": "14800"},
        POOL | {"metric": "tokens_per_s_per_user_low", "value": "20"},
    ]
    read = read_rate_rows([{"id": str(number), **row} for number, row in enumerate(rows)], catalog)[0]
    assert read[0].users == pytest.approx(14800 / 20 * 18)
    node, user = answered(rows, catalog)
    assert node[0] / 14800 == pytest.approx(user[0] / 20)


def test_106_a_fleet_is_split_between_its_pools(catalog: Catalog) -> None:
    """A fleet's prompts and answers keep pace: its answers are fewer than if all of it decoded."""
    prefill = {"config": "q", "gpus": "32", "isl": "mixed, 56.3% cache hit", "metric": "input_tokens_per_s_per_node"}
    rows = [
        POOL | prefill,
        POOL | {"metric": "output_tokens_per_s_per_node", "value": "14800"},
        POOL | {"metric": "tokens_per_s_per_user_low", "value": "20"},
        POOL | {"config": "f", "gpus": "800", "metric": "output_tokens_per_s_fleet_avg", "value": "1e6"},
    ]
    prompts, answers, _, fleet = (row[0] for row in answered(rows, catalog))
    nodes, ratio = 100.0, 4383.0 / 1211.0
    assert fleet == pytest.approx(nodes / (ratio / prompts + 1.0 / answers))
    assert answered([rows[3]], catalog) == []


def test_107_power_lies_between_its_bounds(catalog: Catalog) -> None:
    """A server draws more than its accelerators alone and less than a facility feeds for them."""
    row = BENCHMARK | {"metric": "system_power_w_avg", "value": "6000"}
    ((middle, low, high),) = answered([row], catalog)
    assert middle == pytest.approx((low + high) / 2.0)
    assert low == pytest.approx(8 * 700 * 0.7)
