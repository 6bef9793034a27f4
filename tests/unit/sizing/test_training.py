"""The gang is the smallest number of whole racks that meets the deadline, found exhaustively."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rackwright.sizing import Device, make_device, model_shape, step_times, training_memory_byte
from rackwright.sizing.bands import Spread
from rackwright.sizing.space import search_space
from rackwright.sizing.step import Overlap, RunShape
from rackwright.sizing.training import Gang, NoGang, TrainingCase, TrainingDevice, find_gangs

CERTAIN = Spread(1.0, 1.0)
OVERLAP = Overlap(0.3, 0.3, 0.5, 0.8, 1.2)


def case(bench: Any, model: str = "dense", **changes: Any) -> TrainingCase:
    """5e11 tokens in three days."""
    run = TrainingCase(model_shape(getattr(bench, model)), 5e11, RunShape(4096.0, 256.0), 3.0, 0.9, 1.0)
    return replace(run, **changes)


def device(bench: Any, **values: float) -> TrainingDevice:
    """Racks of 16 chips, certain in speed."""
    coefficients = bench.request().coefficients
    chip: Device = make_device(
        bench.chip_with(**values), coefficients, precision="bf16", kv_precision="bf16", speed="middle"
    )
    return TrainingDevice(chip, chip, chip, 16, 0.1, OVERLAP, OVERLAP, OVERLAP)


def racks(bench: Any, run: TrainingCase, **values: float) -> int:
    """Racks of the middle gang."""
    found = find_gangs(run, device(bench, **values), CERTAIN)
    assert isinstance(found, tuple)
    return found[1].racks


def everything(run: TrainingCase, most: float) -> Any:
    """Every configuration up to a size, for a search without windows."""
    return search_space(run.shape, domain=8, global_batch=256, fewest=1.0, most=most, micro_batches=(1, 2, 4, 8))


@pytest.mark.parametrize("model", ["dense", "mixture"])
def test_101_windows_find_what_brute_force_finds(bench: Any, model: str) -> None:
    """Searching everything at once gives the same gang and the same step."""
    run, chips = case(bench, model, tokens=2e11), device(bench)
    found = find_gangs(run, chips, CERTAIN)
    assert isinstance(found, tuple)
    part = everything(run, 2048.0)
    fits = training_memory_byte(run.shape, part, sequence=4096.0).total <= 80e9 * 0.9
    part = part.take(fits)
    step_s = step_times(run.shape, chips.middle, run.run, part, OVERLAP).step_s
    ok = step_s <= run.longest_step_s
    fewest = np.ceil(part.accels[ok] / 16).min()
    assert found[1].racks == fewest
    assert found[1].step_s == step_s[ok & (np.ceil(part.accels / 16) == fewest)].min()


def test_102_the_gang_keeps_deadline_and_memory(bench: Any) -> None:
    """Its step is within the limit, its memory within the device, its degrees divide evenly."""
    run = case(bench)
    found = find_gangs(run, device(bench), CERTAIN)
    assert isinstance(found, tuple)
    gang: Gang = found[1]
    assert gang.step_s <= run.longest_step_s
    assert gang.memory.total[0] <= 80e9 * 0.9
    assert 256 % (gang.part.data[0] * gang.part.micro_batch[0]) == 0
    assert gang.part.tensor[0] <= 8
    assert gang.racks == -(-int(gang.part.accels[0]) // 16)


def test_103_a_band_of_speed_widens_the_gang(bench: Any) -> None:
    """Slow speed needs more racks, fast speed fewer."""
    found = find_gangs(case(bench), device(bench), Spread(0.6, 1.5))
    assert isinstance(found, tuple)
    assert found[0].racks < found[1].racks < found[2].racks


def test_104_a_model_that_fits_nowhere(bench: Any) -> None:
    """With a gigabyte a chip there is no configuration; the relief names what would be needed."""
    found = find_gangs(case(bench), device(bench, memory_byte=2e8), CERTAIN)
    assert isinstance(found, NoGang)
    assert "fits" in found.reason
    assert "GB per accelerator" in found.relief


def test_106_a_sequence_that_fits(bench: Any) -> None:
    """Where the sequence is too long for the memory, one that fits is named, and it does fit."""
    long, chips = case(bench, run=RunShape(4_194_304.0, 1.0)), device(bench, memory_byte=2e9)
    found = find_gangs(long, chips, CERTAIN)
    assert isinstance(found, NoGang)
    said = found.relief.partition("a sequence of ")[2].partition(" instead of 4,194,304")[0]
    shorter = replace(long, run=RunShape(float(said.replace(",", "")), 1.0), days=1e6)
    assert not isinstance(find_gangs(shorter, chips, CERTAIN), NoGang)


def test_105_a_deadline_nothing_meets(bench: Any) -> None:
    """More accelerators do not help when a batch can be split no further; the relief is days."""
    found = find_gangs(case(bench, days=0.01), device(bench), CERTAIN)
    assert isinstance(found, NoGang)
    assert "deadline" in found.reason
    assert "more day" in found.relief
    assert found.best_s > case(bench, days=0.01).longest_step_s


SHARED = settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SHARED
@given(tokens=st.floats(5e10, 1e12), more=st.floats(1.0, 3.0), model=st.sampled_from(["dense", "mixture"]))
def test_301_more_tokens_never_fewer_racks(bench: Any, tokens: float, more: float, model: str) -> None:
    """A longer run in the same time needs as many racks or more."""
    few, many = (racks(bench, case(bench, model, tokens=n)) for n in (tokens, tokens * more))
    assert few <= many


@SHARED
@given(
    figure=st.sampled_from(["bf16_flop_s", "memory_byte_s", "scale_up_byte_s", "scale_out_gbit_s", "memory_byte"]),
    gain=st.floats(1.0, 4.0),
    model=st.sampled_from(["dense", "mixture"]),
)
def test_302_a_better_chip_never_needs_more_racks(bench: Any, figure: str, gain: float, model: str) -> None:
    """Every single figure made better leaves the gang as small or smaller."""
    better = {figure: getattr(bench.chip, figure).value * gain}
    assert racks(bench, case(bench, model), **better) <= racks(bench, case(bench, model))
