from __future__ import annotations

import pytest

from rackwright.codesign.evaluation import Evaluator, Member, Mix
from rackwright.codesign.shifts import make_shifts, mix_shifts
from rackwright.sizing.request import TrainingRun

from .conftest import DENSE, LARGER, MIXTURE, SERVING, TRAINING, design

MODELS = (DENSE, LARGER, MIXTURE)


def named(mixes: tuple[Mix, ...]) -> dict[str, Mix]:
    """Mixes by name."""
    return {mix.name: mix for mix in mixes}


def test_101_every_kind_of_shift_is_tried(mix: Mix) -> None:
    """Dense to mixture and back, training and serving alone, shorter and longer contexts; shares add up to one."""
    mixes = make_shifts(mix, MODELS)
    assert set(named(mixes)) == {
        "as planned",
        "training only",
        "serving only",
        "all dense",
        "all mixture of experts",
        "contexts x 0.25",
        "contexts x 4",
        "contexts x 16",
    }
    assert all(sum(member.share for member in one.members) == pytest.approx(1.0) for one in mixes)


def test_102_a_model_is_exchanged_for_its_nearest(mix: Mix) -> None:
    """The other family's model with the nearest active parameters takes the place; what fits already stays."""
    dense = named(make_shifts(mix, MODELS))["all dense"].members
    assert [member.workload.model.id for member in dense] == [DENSE.id, DENSE.id]
    moe = named(make_shifts(mix, MODELS))["all mixture of experts"].members
    assert moe[0].workload.model is MIXTURE
    assert moe[1].workload is SERVING


def test_103_a_longer_sequence_keeps_the_tokens_of_a_step(mix: Mix) -> None:
    """Four times longer sequences come in a quarter as many."""
    run = named(make_shifts(mix, MODELS))["contexts x 4"].members[0].workload
    assert isinstance(run, TrainingRun)
    assert run.sequence_length * run.global_batch == TRAINING.sequence_length * TRAINING.global_batch
    assert run.sequence_length == 4 * TRAINING.sequence_length


def test_104_equal_mixes_are_left_out() -> None:
    """A mix that is all serving of one mixture model is not repeated under other names."""
    alone = Mix("as planned", (Member(SERVING, 1.0),))
    assert "serving only" not in named(make_shifts(alone, MODELS))
    assert "all mixture of experts" not in named(make_shifts(alone, MODELS))


def test_201_the_answer_moves(evaluator: Evaluator, mix: Mix) -> None:
    """Training weighs compute more, serving memory bandwidth; longer contexts cost more."""
    found = {shift.mix.name: shift for shift in mix_shifts(evaluator, design(), make_shifts(mix, MODELS), ())}

    def elasticity(name: str, subject: str) -> float:
        return next(row.cost for row in found[name].rows if row.subject.name == subject)

    assert elasticity("training only", "fp8_flop_s") < elasticity("serving only", "fp8_flop_s")
    assert elasticity("serving only", "memory_byte_s") < elasticity("training only", "memory_byte_s")
    assert (found["contexts x 0.25"].cost or 0.0) < 1.0 < (found["contexts x 4"].cost or 0.0)
    assert found["as planned"].cost == pytest.approx(1.0)
