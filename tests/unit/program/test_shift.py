"""Work that moves to another architecture becomes a workload of its own, and nothing is lost on the way."""

from __future__ import annotations

import datetime as dt

import pytest

from rackwright.base.errors import InputError
from rackwright.base.units import Estimate
from rackwright.program import Program
from rackwright.program.scenarios import ArchitectureShift
from rackwright.program.shift import apply_shifts
from rackwright.program.workloads import LengthShare

DAY = dt.date(2027, 12, 1)


def rates(program: Program, workload: str, day: dt.date) -> float:
    """Peak output of a service on a day."""
    row = next(row for row in program.serving if row.id == workload)
    known = [point for point in row.demand if point.start <= day]
    return max(known, key=lambda point: point.start).output_tok_s.value if known else 0.0


def test_101_a_part_moves_to_another_model(one_pod_program: Program) -> None:
    """From the day on, the parts add up to the whole; the block may run both; the new part has the new model."""
    whole = rates(one_pod_program, "chat", DAY)
    shift = ArchitectureShift(kind="model", workload="chat", share=0.4, start=DAY, model="deepseek-v3")
    moved = apply_shifts(one_pod_program, [shift])
    assert rates(moved, "chat", DAY) + rates(moved, "chat-moved", DAY) == pytest.approx(whole)
    assert rates(moved, "chat-moved", DAY) == pytest.approx(0.4 * whole)
    assert rates(moved, "chat-moved", DAY - dt.timedelta(days=1)) == 0.0
    assert next(row for row in moved.serving if row.id == "chat-moved").model == "deepseek-v3"
    assert all(("chat" in block.workloads) == ("chat-moved" in block.workloads) for block in moved.blocks)


def test_102_a_whole_workload_is_changed_in_place(one_pod_program: Program) -> None:
    """Longer prompts for all of a service change its row and add none."""
    shift = ArchitectureShift(kind="context", workload="chat", context_factor=8.0)
    moved = apply_shifts(one_pod_program, [shift])
    before, after = one_pod_program.serving[0], moved.serving[0]
    assert after.input_tokens.value == pytest.approx(8.0 * before.input_tokens.value)
    assert len(moved.serving) == len(one_pod_program.serving)


def test_109_a_mix_of_lengths_grows_with_the_prompts(one_pod_program: Program) -> None:
    """Where a service states a mix of lengths, each prompt of it is longer, and no answer is."""
    mix = (
        LengthShare(share=0.9, input_tokens=2_000, output_tokens=500),
        LengthShare(share=0.1, input_tokens=30_000, output_tokens=900),
    )
    service = one_pod_program.serving[0].model_copy(update={"length_mix": mix})
    program = one_pod_program.model_copy(update={"serving": (service, *one_pod_program.serving[1:])})
    moved = apply_shifts(program, [ArchitectureShift(kind="context", workload="chat", context_factor=4.0)])
    assert [row.input_tokens for row in moved.serving[0].length_mix] == [8_000, 120_000]
    assert [row.output_tokens for row in moved.serving[0].length_mix] == [500, 900]


def test_103_training_gives_way_to_serving(one_pod_program: Program) -> None:
    """A run loses its share of tokens; the service gains what is said."""
    run, service = one_pod_program.training[0], one_pod_program.serving[0]
    gained = Estimate(1e5, 1e5, 1e5)
    shift = ArchitectureShift(
        kind="training-to-serving", workload=run.id, share=0.25, to=service.id, output_tok_s=gained
    )
    moved = apply_shifts(one_pod_program, [shift])
    assert moved.training[0].tokens == pytest.approx(0.75 * run.tokens)
    assert rates(moved, service.id, DAY) == pytest.approx(rates(one_pod_program, service.id, DAY) + 1e5)


def test_201_what_a_shift_lacks_is_named(one_pod_program: Program) -> None:
    """Unknown workloads and missing fields are told together, with their place."""
    shifts = [
        ArchitectureShift(kind="model", workload="chta", model="deepseek-v3"),
        ArchitectureShift(kind="precision", workload="chat"),
    ]
    with pytest.raises(InputError) as caught:
        apply_shifts(one_pod_program, shifts, where="scenarios[x].shifts")
    assert [problem.place.path for problem in caught.value.problems] == [
        "scenarios[x].shifts[0]",
        "scenarios[x].shifts[1]",
    ]
