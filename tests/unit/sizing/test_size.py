"""The stage sizes every workload on every platform it may use, and says why where it cannot."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rackwright.base.digest import digest
from rackwright.base.units import Estimate
from rackwright.sizing import size_workloads


def test_101_needs_over_time(bench: Any) -> None:
    """A run needs its gang from start to deadline; serving follows the demand points; all in whole racks."""
    sizing = size_workloads(bench.request())
    needs = sizing.needs.frame.select("workload", "day", "accels_p50").rows()
    assert [(w, d) for w, d, _ in needs] == [("chat", 0), ("chat", 100), ("run", 10), ("run", 40)]
    counts = {(w, d): n for w, d, n in needs}
    assert counts["run", 40] == 0
    assert counts["run", 10] == 16 * sizing.rates.frame.filter(pl.col("workload") == "run")["min_racks"][0]
    assert 0 < counts["chat", 0] <= counts["chat", 100]
    assert all(n % 16 == 0 for n in counts.values())


def test_102_quantiles_are_in_order(bench: Any) -> None:
    """The optimistic count is the smallest, the pessimistic rate the lowest."""
    sizing = size_workloads(bench.request())
    assert (sizing.needs["accels_p10"] <= sizing.needs["accels_p50"]).all()
    assert (sizing.needs["accels_p50"] <= sizing.needs["accels_p90"]).all()
    assert (sizing.rates["per_rack_p10"] < sizing.rates["per_rack_p50"]).all()
    assert (sizing.rates["per_rack_p50"] < sizing.rates["per_rack_p90"]).all()


def test_103_terms_add_up_to_the_step(bench: Any) -> None:
    """Per pair the terms sum to the step time, software's share included."""
    request = bench.request(platforms=(replace(bench.rack(), software=Estimate(0.8, 0.7, 0.9)),))
    sizing = size_workloads(request)
    step = dict(sizing.choices.frame.select("workload", "step_s").iter_rows())
    for workload, expected in step.items():
        terms = sizing.breakdown.frame.filter(pl.col("workload") == workload)["seconds"]
        assert sum(terms.to_list()) == pytest.approx(expected, rel=1e-12)
    assert "software" in sizing.breakdown["term"].to_list()


def test_104_the_gang_delivers_its_tokens(bench: Any) -> None:
    """Racks times rate times days is at least the tokens asked for."""
    rates = size_workloads(bench.request()).rates.frame.filter(pl.col("workload") == "run")
    assert rates["min_racks"][0] * rates["per_rack_p50"][0] * 30 * 86_400 >= 5e11


def test_105_a_missing_precision_is_skipped(bench: Any) -> None:
    """The chip has no FP4: the pair is skipped with the precisions it has, and nothing is interpolated."""
    sizing = size_workloads(bench.request(training=(bench.training(precision="fp4"),), serving=()))
    assert len(sizing.needs) == 0
    assert sizing.skipped.frame.rows() == [
        ("run", "p1", "Chip states no fp4 rate", "precision bf16 or fp8, or a platform with fp4")
    ]


def test_106_an_unpublished_link_is_skipped(bench: Any) -> None:
    """A figure the model needs and nobody states is named."""
    chip = replace(bench.chip, scale_up_byte_s=None)
    sizing = size_workloads(bench.request(platforms=(bench.rack(chip),)))
    assert sizing.skipped["reason"].to_list() == ["Chip states no scale_up_byte_s"] * 2


def test_107_impossible_limits_are_skipped(bench: Any) -> None:
    """A microsecond per token is refused with what could be had."""
    sizing = size_workloads(bench.request(training=(), serving=(bench.serving(tpot_s=1e-6),)))
    assert "limits of" in sizing.skipped["relief"][0]


@pytest.mark.parametrize("limits", [(1e-6, 2.0), (0.05, 1e-3), (1e-6, 1e-6)])
@pytest.mark.parametrize("asked", [{}, {"quantile": 0.95}, {"pools": "best"}])
def test_108_the_limits_told_are_kept(bench: Any, limits: tuple[float, float], asked: dict[str, Any]) -> None:
    """What is told as the nearest limits is served once it is asked for: they are rounded up, never down."""
    run = bench.serving(tpot_s=limits[0], ttft_s=limits[1], **asked)
    relief = size_workloads(bench.request(training=(), serving=(run,))).skipped["relief"][0]
    per_token, first = relief.partition("limits of ")[2].partition(" s to the first")[0].split(" ms per token and ")
    told = replace(run, tpot_s=float(per_token) / 1e3, ttft_s=float(first))
    assert size_workloads(bench.request(training=(), serving=(told,))).skipped.frame.is_empty()


def test_109_the_limit_told_to_pools_is_kept(bench: Any) -> None:
    """So is the nearest limit to the first token of pools apart, which prefill and the transfer of a cache set."""
    run = bench.serving(ttft_s=1e-3, pools="apart")
    relief = size_workloads(bench.request(training=(), serving=(run,))).skipped["relief"][0]
    told = replace(run, ttft_s=float(relief.partition("a limit of ")[2].partition(" s to the first")[0]))
    assert size_workloads(bench.request(training=(), serving=(told,))).skipped.frame.is_empty()


@pytest.mark.parametrize(
    "figure", ["memory_byte", "memory_byte_s", "scale_up_byte_s", "scale_up_domain", "scale_out_gbit_s", "fp8_flop_s"]
)
def test_201_a_figure_of_zero_is_a_reason(bench: Any, figure: str) -> None:
    """A property of zero is named, with what to state instead; nothing is divided by it."""
    sizing = size_workloads(bench.request(platforms=(bench.rack(bench.chip_with(**{figure: 0.0})),)))
    assert len(sizing.rates) == 0
    assert all(figure in reason for reason in sizing.skipped["reason"])


def test_202_a_hopeless_deadline_says_how_long_it_takes(bench: Any) -> None:
    """Tokens that no gang can train in time: the fastest step is given, and the days that are missing; not memory."""
    sizing = size_workloads(bench.request(training=(bench.training(tokens=1e18),), serving=()))
    assert "the fastest step takes" in sizing.skipped["reason"][0]
    assert "more days" in sizing.skipped["relief"][0]


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"tpot_s": 1e-5}, "a token takes at least 2.25 ms at any batch"),
        ({"ttft_s": 1e-3}, "a prompt and the step before it take at least"),
    ],
)
def test_203_an_impossible_limit_names_the_one_that_binds(bench: Any, changes: Any, cause: str) -> None:
    """The reason holds the best that can be had, the relief limits that some instance keeps."""
    run = bench.serving(**changes)
    sizing = size_workloads(bench.request(training=(), serving=(run,)))
    assert cause in sizing.skipped["reason"][0]
    relief = sizing.skipped["relief"][0]
    tpot_ms, ttft_s = (float(word) for word in (relief.split()[2], relief.split()[7]))
    eased = replace(run, tpot_s=tpot_ms * 1.01e-3, ttft_s=ttft_s * 1.01)
    assert len(size_workloads(bench.request(training=(), serving=(eased,))).rates) == 1


def test_204_two_impossible_limits_are_both_named(bench: Any) -> None:
    """The reason holds both limits, the relief the nearest of each alone, which can be kept without the other."""
    wide = (bench.rack(bench.chip_with(scale_up_domain=64.0)),)
    run = bench.serving(tpot_s=1e-5, ttft_s=1e-4)

    def sized(changed: Any) -> Any:
        return size_workloads(bench.request(training=(), serving=(changed,), platforms=wide))

    reason, relief = (sized(run).skipped[name][0] for name in ("reason", "relief"))
    assert "a token takes at least" in reason
    assert "a prompt and the step before it take at least" in reason
    words = relief.split("whatever the other: ")[1].split()
    tpot_s, ttft_s = float(words[0]) * 1e-3, float(words[4])
    for eased in (replace(run, tpot_s=tpot_s, ttft_s=1e3), replace(run, tpot_s=1e3, ttft_s=ttft_s)):
        assert len(sized(eased).rates) == 1
        assert len(sized(replace(eased, tpot_s=eased.tpot_s * 0.8, ttft_s=eased.ttft_s * 0.8)).rates) == 0


def test_205_alone_is_not_said_where_it_gains_nothing(bench: Any) -> None:
    """Where one instance has the least of both, the limits of the pair are those of each."""
    sizing = size_workloads(bench.request(training=(), serving=(bench.serving(tpot_s=1e-5, ttft_s=1e-4),)))
    assert "whatever the other" not in sizing.skipped["relief"][0]


def test_108_a_run_without_time_is_skipped(bench: Any) -> None:
    """Start and deadline on one day leave nothing to plan."""
    sizing = size_workloads(bench.request(training=(bench.training(finish_day=10),), serving=()))
    assert sizing.skipped["relief"].to_list() == ["a later finish date"]


def test_109_only_the_platforms_asked_for(bench: Any) -> None:
    """A workload that names platforms is sized on those, others on all."""
    request = bench.request(
        training=(bench.training(platforms=("p2",)),), platforms=(bench.rack(), bench.rack(name="p2"))
    )
    pairs = size_workloads(request).rates.frame.select("workload", "platform").rows()
    assert pairs == [("chat", "p1"), ("chat", "p2"), ("run", "p2")]


def test_110_demand_before_the_horizon(bench: Any) -> None:
    """Of the points before day 0 only the last one counts, from day 0."""
    points = tuple((day, Estimate(rate, rate, rate)) for day, rate in ((-50, 1e6), (-10, 5e4), (30, 6e4)))
    sizing = size_workloads(bench.request(training=(), serving=(bench.serving(demand=points),)))
    assert sizing.needs["day"].to_list() == [0, 30]


def test_111_every_check_passes_at_the_middle(bench: Any) -> None:
    """Latencies and deadline hold for what was chosen."""
    checks = size_workloads(bench.request()).checks.frame
    assert sorted(checks["rule"].to_list()) == ["sizing-tpot", "sizing-training-deadline", "sizing-ttft"]
    assert checks["passed"].all()


SHARED = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SHARED
@given(rate=st.floats(1e3, 1e6), more=st.floats(1.0, 5.0))
def test_301_more_demand_never_fewer_accelerators(bench: Any, rate: float, more: float) -> None:
    """Every quantile grows with the demand."""
    tables = []
    for value in (rate, rate * more):
        point = ((0, Estimate(value, 0.8 * value, 1.3 * value)),)
        tables.append(size_workloads(bench.request(training=(), serving=(bench.serving(demand=point),))).needs.frame)
    for name in ("accels_p10", "accels_p50", "accels_p90"):
        assert tables[0][name][0] <= tables[1][name][0]


def test_302_row_order_and_repetition_change_nothing(bench: Any) -> None:
    """Platforms and workloads in another order, run again: the same bytes."""
    platforms = (bench.rack(), bench.rack(name="p2"))
    serving = (bench.serving(), bench.serving(workload="code", model=bench.mixture))
    first = bench.request(platforms=platforms, serving=serving)
    second = bench.request(platforms=platforms[::-1], serving=serving[::-1])
    assert digest(size_workloads(first)) == digest(size_workloads(first)) == digest(size_workloads(second))
