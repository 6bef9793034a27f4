"""A chosen gang is shown with what it was chosen over, its memory by part, and the goodput its failures leave."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from rackwright.catalog.parts import Fact
from rackwright.sizing import SizingRequest, model_shape, size_workloads
from rackwright.sizing.space import Axes, search_space, wide_axes
from rackwright.tables.sizing import Sizing


def sized(bench: Any, *, failures_per_year: float = 0.0, **run: Any) -> Sizing:
    """The stage's result of one training run, its chips failing so often."""
    rules = replace(bench.request().rules, **{name: fact(value) for name, value in FAILURES.items()})
    rules = replace(rules, accelerator_failures_per_h=fact(failures_per_year / 8766.0))
    request: SizingRequest = bench.request(training=(bench.training(**run),), serving=(), rules=rules)
    return size_workloads(request)


def fact(value: float) -> Fact:
    """A figure without evidence."""
    return Fact(id="test", value=value, unit="", written="", source="", kind="assumption")


FAILURES = {"interruption_factor": 3.0, "checkpoint_s": 60.0, "restart_s": 600.0, "repair_s": 86_400.0}


def test_no_configuration_of_the_set_beats_another(bench: Any) -> None:
    """Of any two, one is better in racks, step, memory or load; exactly one is chosen, and it keeps the deadline."""
    gangs = sized(bench).gangs.frame.with_columns(load_w=pl.col("racks") * pl.col("rack_w"))
    values = gangs.select("racks", "step_s", "memory_byte", "load_w").to_numpy()
    for one in values:
        assert not any((other <= one).all() and (other < one).any() for other in values)
    chosen = gangs.filter("is_chosen")
    assert len(chosen) == 1
    assert chosen["days"][0] <= 30.0
    assert (gangs.filter(pl.col("racks") < chosen["racks"][0])["days"] > 30.0).all()
    assert gangs["why"].str.len_chars().min() > 0


def test_memory_by_part_fills_the_device(bench: Any) -> None:
    """Parts, buffers, fragmentation and what is free add up to the accelerator's memory, the used to the choice."""
    sizing = sized(bench)
    parts = dict(sizing.memory.frame.select("part", "bytes").iter_rows())
    assert sum(parts.values()) == pytest.approx(80e9)
    used = sum(byte for name, byte in parts.items() if name not in {"buffers", "fragmentation", "free"})
    assert used == pytest.approx(sizing.choices["memory_byte"][0])
    assert (parts["buffers"], parts["fragmentation"]) == pytest.approx((5e9, 3e9))


def test_goodput_stands_beside_the_step_and_moves_it_not(bench: Any) -> None:
    """More failures lower the goodput that is shown; a stated one is counted with, and the step stays."""
    rare, often = sized(bench, failures_per_year=0.05), sized(bench, failures_per_year=5.0)
    assert rare.goodput["share"][0] > often.goodput["share"][0]
    assert rare.goodput["used_share"][0] == often.goodput["used_share"][0]
    assert rare.choices["step_s"][0] == often.choices["step_s"][0]
    assert often.goodput["spares"][0] >= rare.goodput["spares"][0]


def test_a_run_may_count_with_the_goodput_of_its_own_gang(bench: Any) -> None:
    """Taken from failures, the goodput used is the one shown, and a run that fails often needs no fewer racks."""
    rare = sized(bench, failures_per_year=0.05, goodput_from="failures")
    often = sized(bench, failures_per_year=20.0, goodput_from="failures")
    assert rare.goodput["used_share"][0] == pytest.approx(rare.goodput["share"][0], abs=0.02)
    assert often.goodput["used_share"][0] < rare.goodput["used_share"][0]
    assert often.rates["min_racks"][0] >= rare.rates["min_racks"][0]


def test_wide_axes_hold_the_plain_ones(bench: Any) -> None:
    """Context degrees follow the sequence; ZeRO 2 and 3 stand without a pipeline and with something to divide."""
    assert wide_axes(2048.0) == Axes((1,), (1, 2, 3), layouts=(0, 1, 2, 3, 4, 5))
    assert wide_axes(32_768.0).context == (1, 2, 4, 8)
    shape = model_shape(bench.dense)
    asked: dict[str, Any] = {"domain": 8, "global_batch": 64, "fewest": 1.0, "most": 64.0, "micro_batches": (1, 2)}
    plain, wide = search_space(shape, **asked), search_space(shape, **asked, axes=wide_axes(8192.0))
    same = (wide.context == 1.0) & (wide.sharding == 1.0) & (wide.layout == 0.0)
    assert same.sum() == plain.tensor.size
    assert np.array_equal(wide.accels[same], plain.accels)
    sharded = wide.sharding > 1.0
    assert (wide.pipeline[sharded] == 1.0).all()
    assert (wide.replicas[sharded] > 1.0).all()
    assert wide.accels.max() <= 64.0
