"""Speeds measured on an own cluster move centre and band of what runs on the same hardware."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.catalog.parts import Fact
from rackwright.sizing import size_workloads
from rackwright.sizing.bands import Spread
from rackwright.sizing.operators import operator_time_s
from rackwright.sizing.own_runs import (
    Configuration,
    Correction,
    ErrorModel,
    Observation,
    OwnRun,
    Workload,
    corrected_spread,
    correction,
    with_speed,
)

ERROR = ErrorModel(0.2, 0.2, 0.5)


def fact(value: float) -> Fact:
    """A measured figure without noise."""
    return Fact("measured", value, "", "", "", "measured")


def own(bench: Any, *, kind: str = "training", rate: float = 1e6, **changes: Any) -> OwnRun:
    """A run of the dense model on 64 chips."""
    run = OwnRun(
        "mine", "p1", "training", bench.dense, "bf16", "fp8", 64, fact(rate), None, 4096, 256, 2000, 500, 64, 0, 0, 0, 0
    )
    return replace(run, kind=kind, **changes)


def ruled(bench: Any, *runs: OwnRun, **changes: Any) -> Any:
    """The small world with own runs, correlations of 0.2 and 0.5, and an error of -20 to +25 %."""
    shares = {"own_run_hardware_share": fact(0.2), "own_run_model_share": fact(0.5)}
    wide = Fact("error", 1.0, "", "", "", "computed", low=0.8, high=1.25)
    errors = {"dense_step_error": wide, "moe_step_error": wide, "tpot_error": wide}
    request = bench.request(own_runs=runs, **changes)
    return replace(request, rules=replace(request.rules, **shares, **errors))


def test_101_by_hand() -> None:
    """One run a fifth too slow, of the same model: half of it is believed, and a quarter of the variance goes."""
    found = correction(ERROR, (Observation("r", "p", "training", "chip", "m", 80.0, 100.0, 0.0),), Workload("m"))
    assert found.speed_factor == pytest.approx(0.8**0.5)
    assert found.band_share == pytest.approx((1.0 - 0.5**2) ** 0.5)


def test_102_another_model_counts_less() -> None:
    """A run of another model on the same hardware moves less."""
    runs = (Observation("r", "p", "training", "chip", "m", 80.0, 100.0, 0.0),)
    same, other = (correction(ERROR, runs, Workload(name)).speed_factor for name in ("m", "n"))
    assert same < other < 1.0


def test_107_the_same_configuration_counts_most() -> None:
    """A run of the workload itself is believed by its own share; another length of sequence counts as its model."""
    ran = Configuration("p", "fp8", sequence_length=8192, global_batch=2304)
    runs = (Observation("r", "p", "training", "chip", "m", 80.0, 100.0, 0.0, configuration=ran),)
    error = replace(ERROR, configuration_share=0.9)
    assert correction(error, runs, Workload("m", ran)).speed_factor == pytest.approx(0.8**0.9)
    longer = Workload("m", replace(ran, sequence_length=16384))
    assert correction(error, runs, longer).speed_factor == pytest.approx(0.8**0.5)
    assert correction(error, runs, Workload("n", ran)).speed_factor == pytest.approx(0.8**0.2)


def test_103_a_faster_device_is_faster_in_everything(bench: Any) -> None:
    """Every operator of a device twice as fast takes half the time."""
    request = bench.request()
    from rackwright.sizing import make_device

    device = make_device(bench.chip, request.coefficients, precision="bf16", kv_precision="bf16", speed="middle")
    slow, fast = (operator_time_s(1e12, 1e9, chip.gemm, 8.0) for chip in (device, with_speed(device, 2.0)))
    assert np.allclose(fast, slow / 2.0)


def test_104_a_measured_run_moves_rate_and_band(bench: Any) -> None:
    """What was measured at half the prediction lowers the rate of the same workload, narrows its band, and is shown."""
    before = size_workloads(ruled(bench))
    predicted = size_workloads(ruled(bench, own(bench))).measured["predicted_tok_s"][0]
    after = size_workloads(ruled(bench, own(bench, rate=predicted / 2.0)))
    rates = [frame.rates.frame.filter(pl.col("workload") == "run").row(0, named=True) for frame in (before, after)]
    factor = after.corrections.frame.filter(pl.col("workload") == "run")["speed_factor"][0]
    assert factor == pytest.approx(0.5**0.5)
    assert rates[1]["per_rack_p50"] < rates[0]["per_rack_p50"]
    widths = [row["per_rack_p90"] / row["per_rack_p10"] for row in rates]
    assert widths[1] < widths[0]
    assert after.corrections.frame.filter(pl.col("workload") == "chat").is_empty()


def test_105_a_serving_run_corrects_serving(bench: Any) -> None:
    """A time per token corrects the service, not the training run."""
    run = own(bench, kind="serving", precision="fp8", rate=0.0, tpot=fact(0.02))
    sizing = size_workloads(ruled(bench, replace(run, rate=None)))
    assert sizing.corrections["workload"].to_list() == ["chat"]
    assert sizing.measured["measured_tok_s"][0] == pytest.approx(64 / 0.02)


def test_106_a_run_that_is_predicted_exactly_only_narrows(bench: Any) -> None:
    """A measurement equal to the prediction leaves the centre."""
    predicted = size_workloads(ruled(bench, own(bench))).measured["predicted_tok_s"][0]
    plain, sure = size_workloads(ruled(bench)), size_workloads(ruled(bench, own(bench, rate=predicted)))
    rates = [frame.rates.frame.filter(pl.col("workload") == "run").row(0, named=True) for frame in (plain, sure)]
    assert rates[1]["per_rack_p50"] == pytest.approx(rates[0]["per_rack_p50"])
    assert rates[1]["per_rack_p10"] > rates[0]["per_rack_p10"]


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"tensor": 3}, "evenly"),
        ({"accels": 1, "micro_batch": 256}, "memory"),
        ({"precision": "fp4"}, "states no fp4 rate"),
        ({"kind": "serving", "users": 10_000_000}, "do not fit the memory"),
    ],
)
def test_201_what_cannot_be_predicted_says_why(bench: Any, changes: Any, word: str) -> None:
    """A run no configuration of the product matches is shown with the reason and corrects nothing."""
    sizing = size_workloads(ruled(bench, own(bench, **changes)))
    assert word in sizing.measured["reason"][0]
    assert len(sizing.corrections) == 0


@given(ratios=st.lists(st.floats(0.3, 3.0), min_size=1, max_size=8), noise=st.floats(0.0, 0.5))
def test_301_the_correction_lies_between_prediction_and_measurement(ratios: list[float], noise: float) -> None:
    """The factor lies between 1 and the extremes measured; the band never widens; more noise leaves more of it."""
    runs = tuple(Observation(str(i), "p", "training", "chip", "m", ratio, 1.0, noise) for i, ratio in enumerate(ratios))
    found = correction(ERROR, runs, Workload("m"))
    assert min(1.0, *ratios) - 1e-9 <= found.speed_factor <= max(1.0, *ratios) + 1e-9
    assert 0.0 <= found.band_share <= 1.0
    louder = tuple(replace(run, noise=noise + 0.1) for run in runs)
    assert correction(ERROR, louder, Workload("m")).band_share >= found.band_share
    assert corrected_spread(Spread(0.8, 1.25), Correction()) == Spread(0.8, 1.25)


@pytest.mark.parametrize(
    "changes",
    [
        {"tensor": 7},
        {"accels": 67},
        {"accels": 67, "tensor": 7, "micro_batch": 5},
        {"kind": "serving", "accels": 67, "tensor": 4},
        {"kind": "serving", "accels": 64, "tensor": 5, "precision": "fp8"},
        {"kind": "serving", "users": 10_000_000},
    ],
)
def test_the_nearest_run_named_can_be_predicted(bench: Any, changes: Any) -> None:
    """Degrees, counts of accelerators and users that are offered instead lead to a prediction when they are taken."""
    run = own(bench, **changes)
    relief = str(size_workloads(ruled(bench, run)).measured["relief"][0])
    assert relief
    for words in relief.replace(" on 64 accelerators", "").split(", "):
        *name, value = words.split() if not words[0].isdigit() else reversed(words.split())
        field = {"accelerators": "accels"}.get("_".join(name), "_".join(name))
        run = replace(run, **{field: int(value)})
    taken = size_workloads(ruled(bench, run)).measured
    assert taken["reason"][0] == taken["relief"][0] == ""
    assert taken["predicted_tok_s"][0] > 0.0


def test_a_gang_too_small_for_its_model_is_told_which_is_not(bench: Any) -> None:
    """Where no degrees fit the memory, more accelerators are named, and with those the run is predicted."""
    small = own(bench, accels=1, sequence_length=262_144)
    said = size_workloads(ruled(bench, small)).measured.frame.row(0, named=True)
    assert "GB needed" in said["reason"]
    more = replace(small, accels=int(said["relief"].split()[0]))
    assert size_workloads(ruled(bench, more)).measured["predicted_tok_s"][0] > 0.0
