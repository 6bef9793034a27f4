"""A training step is the exact sum of its terms, and behaves as each of them should."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rackwright.sizing import Device, Partition, make_device, model_shape, step_times
from rackwright.sizing.step import TERMS, Overlap, RunShape, StepTimes, lower_bound_accel_s

OVERLAP = Overlap(0.3, 0.3, 0.5, 0.8, 1.2)
RUN = RunShape(4096.0, 256.0)


def device(bench: Any, **values: float) -> Device:
    """The chip at its middle speed, BF16."""
    coefficients = bench.request().coefficients
    chip = bench.chip_with(**values)
    return make_device(chip, coefficients, precision="bf16", kv_precision="bf16", speed="middle")


def grid() -> Partition:
    """Some configurations on 64 accelerators."""
    degrees = [(t, p, 64 // t // p) for t, p in product((1, 2, 4, 8), (1, 2, 4))]
    rows = [
        (t, p, d, e, v, m, r) for t, p, d in degrees for e in (1, 4) for v in (1, 2) for m in (1, 2) for r in (0, 2)
    ]
    return Partition(*np.array(rows, dtype=np.float64).T)


@pytest.mark.parametrize("model", ["dense", "mixture"])
def test_101_terms_add_up_exactly(bench: Any, model: str) -> None:
    """The step is the sum of its terms, to the last bit, and no term is negative."""
    times = step_times(model_shape(getattr(bench, model)), device(bench), RUN, grid(), OVERLAP)
    total = np.zeros(times.terms.shape[1])
    for row in times.terms:
        total = total + row
    assert (times.step_s == total).all()
    assert (times.terms >= 0).all()
    assert len(times.terms) == len(TERMS)


def term(times: StepTimes, name: str) -> float:
    """One term of a single configuration."""
    return float(times.terms[TERMS.index(name)][0])


def one(**changes: float) -> Partition:
    """One configuration of eight accelerators in data parallel, varied."""
    base = {"tensor": 1, "pipeline": 1, "data": 8, "expert": 1, "virtual": 1, "micro_batch": 1, "recompute": 0}
    return Partition(**{name: np.array([float(value)]) for name, value in (base | changes).items()})


def test_102_the_bubble(bench: Any) -> None:
    """Four stages and 32 micro batches lose (4 - 1) / 32 of the work; two chunks lose half of that."""
    shape, chip = model_shape(bench.dense), device(bench)
    loss = []
    for virtual in (1, 2):
        times = step_times(shape, chip, RUN, one(pipeline=4, virtual=virtual), replace(OVERLAP, pipeline_share=1.0))
        once = {"communication-data", "bubble", "optimiser"}
        work = sum(term(times, name) for name in TERMS if name not in once)
        loss.append(term(times, "bubble") / work)
    assert loss == pytest.approx([3 / 32, 1.5 / 32])


def test_103_full_recompute_runs_forward_twice(bench: Any) -> None:
    """Products take a third more time, but for the output head."""
    shape = replace(model_shape(bench.dense), vocab=1.0)
    plain, again = (step_times(shape, device(bench), RUN, one(recompute=mode), OVERLAP) for mode in (0, 2))
    assert term(again, "gemm") / term(plain, "gemm") == pytest.approx(4 / 3, rel=0.02)


def test_104_no_group_no_communication(bench: Any) -> None:
    """One accelerator talks to nobody."""
    times = step_times(model_shape(bench.mixture), device(bench), RUN, one(data=1), OVERLAP)
    assert sum(term(times, name) for name in TERMS if name.startswith("communication")) == 0.0


SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
FIGURES = ["bf16_flop_s", "memory_byte_s", "scale_up_byte_s", "scale_out_gbit_s"]


@SHARED
@given(figure=st.sampled_from(FIGURES), gain=st.floats(1.0, 4.0), model=st.sampled_from(["dense", "mixture"]))
def test_301_a_better_figure_never_slows_a_step(bench: Any, figure: str, gain: float, model: str) -> None:
    """More FLOP/s or bandwidth makes every configuration as fast or faster."""
    shape = model_shape(getattr(bench, model))
    better = device(bench, **{figure: getattr(bench.chip, figure).value * gain})
    slow, fast = (step_times(shape, chip, RUN, grid(), OVERLAP).step_s for chip in (device(bench), better))
    assert (fast <= slow * (1 + 1e-12)).all()


@pytest.mark.parametrize("model", ["dense", "mixture"])
def test_302_the_lower_bound_holds(bench: Any, model: str) -> None:
    """No configuration needs fewer accelerator seconds than the bound the search starts from."""
    shape, chip, part = model_shape(getattr(bench, model)), device(bench), grid()
    used = step_times(shape, chip, RUN, part, OVERLAP).step_s * part.accels
    assert used.min() >= lower_bound_accel_s(shape, chip, RUN)


def test_the_host_adds_to_a_layer_of_experts_and_graphs_take_it_away(bench: Any) -> None:
    """A pass through a layer waits for the host; twice the local experts wait longer, no host time waits not at all."""
    shape, chip = model_shape(bench.mixture), device(bench)

    def launch(expert: float, **changes: float) -> float:
        return term(step_times(shape, chip, RUN, one(expert=expert), replace(OVERLAP, **changes)), "launch")

    assert launch(1) == 0.0
    assert launch(1, moe_layer_s=1e-3) > 0.0
    assert launch(1, moe_layer_s=1e-3) == pytest.approx(launch(8, moe_layer_s=1e-3))
    assert launch(4, expert_s=1e-4) == pytest.approx(2.0 * launch(8, expert_s=1e-4))


def test_copies_to_every_expert_cost_more_than_one_to_every_domain(bench: Any) -> None:
    """A dispatch that sends a token once for each of its experts is never faster."""
    shape, chip = model_shape(bench.mixture), device(bench)
    times = [
        term(step_times(shape, chip, RUN, one(expert=8), replace(OVERLAP, copied_share=share)), "communication-expert")
        for share in (0.0, 1.0)
    ]
    assert times[0] <= times[1]


def test_narrow_products_are_cast_and_wide_ones_are_not(bench: Any) -> None:
    """BF16 casts nothing; the loss over the vocabulary is a term of its own in either."""
    shape = model_shape(bench.dense)
    times = step_times(shape, device(bench), RUN, one(), OVERLAP)
    assert term(times, "quantise") == 0.0
    assert term(times, "logits") > 0.0
