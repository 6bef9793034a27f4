from __future__ import annotations

import dataclasses
import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.codesign.design import read_property
from rackwright.codesign.evaluation import Evaluator, Member, Mix
from rackwright.codesign.on_chip import sram_balances
from rackwright.codesign.sensitivity import (
    SCAN,
    _exhausted,
    _lowest_within,
    _short,
    band_swings,
    crossovers,
    elasticities,
)
from rackwright.codesign.timing import Timer

from .conftest import CHIP, COEFFICIENTS, RULES, SERVING, TRAINING, design, fact, facts

ONLY_TRAINING = Mix("training", (Member(TRAINING, 1.0),))
ONLY_SERVING = Mix("serving", (Member(SERVING, 1.0),))
SPEEDS = {"bf16_flop_s", "fp8_flop_s", "memory_byte_s", "scale_up_byte_s", "scale_out_gbit_s"}


def test_101_elasticities_of_time_add_up(evaluator: Evaluator) -> None:
    """Without floors a run is as much faster as all speeds together, so its elasticities add up to minus one."""
    rows = elasticities(evaluator, ONLY_TRAINING, design())
    assert sum(row.days or 0.0 for row in rows if row.subject.name in SPEEDS) == pytest.approx(-1.0, abs=0.03)


def test_102_software_counts_in_full(evaluator: Evaluator) -> None:
    """The time to train falls by the share by which software matures."""
    row = next(row for row in elasticities(evaluator, ONLY_TRAINING, design()) if row.subject.name == "software")
    assert row.days == pytest.approx(-1.0, rel=1e-6)


def test_103_price_weighs_as_its_share_of_cost(evaluator: Evaluator) -> None:
    """The elasticity of the price is the share of capital in the cost of a token."""
    row = next(row for row in elasticities(evaluator, ONLY_SERVING, design()) if row.subject.name == "price_usd")
    figures = evaluator.figures(SERVING, design())
    capital = 30_000.0 * 0.08 / (1 - 1.08**-4) / (365.25 * 86400.0)
    assert row.cost == pytest.approx(capital / figures.usd_per_s, rel=0.01)  # type: ignore[union-attr]
    assert row.worth_usd > 0.0


def test_104_unused_precision_is_worth_nothing(evaluator: Evaluator) -> None:
    """A property the design does not state has no row; scale-out is worth nothing to a service in one domain."""
    rows = {row.subject.name: row for row in elasticities(evaluator, ONLY_SERVING, design())}
    assert "fp4_flop_s" not in rows
    assert rows["scale_out_gbit_s"].cost == 0.0


def test_106_on_chip_memory_is_worth_little_until_products_are_read_again(evaluator: Evaluator) -> None:
    """Far above where memory would bind its elasticity is nearly nothing; near that it is not."""
    worth = []
    for stated in (5e7, 2e5):
        chip = dataclasses.replace(CHIP, **facts(sram_byte=stated))
        base = dataclasses.replace(design(), accelerator=chip)
        timer = Timer(COEFFICIENTS, dataclasses.replace(RULES, **facts(fitted_sram_byte=4e7)), base)
        rows = elasticities(Evaluator(timer, evaluator.money, base), ONLY_TRAINING, base)
        worth.append(next(row.cost for row in rows if row.subject.name == "sram_byte"))
    assert worth[0] == pytest.approx(0.0, abs=0.01)
    assert worth[1] < worth[0] - 0.005
    assert {row.precision for row in sram_balances(design())} == {"bf16", "fp8"}
    assert all(row.stated_byte == 0.0 for row in sram_balances(design()))


def test_105_a_mix_lies_between_its_workloads(evaluator: Evaluator, mix: Mix) -> None:
    """The elasticity of a mix is the average of its workloads' by share."""
    parts = [elasticities(evaluator, one, design()) for one in (ONLY_TRAINING, ONLY_SERVING)]
    for whole, first, second in zip(elasticities(evaluator, mix, design()), *parts, strict=True):
        assert whole.cost == pytest.approx(0.25 * first.cost + 0.75 * second.cost, abs=0.02)


def test_201_the_widest_bar_comes_first(evaluator: Evaluator, mix: Mix) -> None:
    """Bars of the tornado fall in width; a band that is not stated is a probe and says so."""
    swings = band_swings(evaluator, mix, design())
    widths = [swing.width for swing in swings]
    assert widths == sorted(widths, reverse=True)
    stated = {swing.subject.name for swing in swings if swing.is_stated}
    assert stated == {"bf16_flop_s", "price_usd", "software"}


def test_301_a_hyperbola_ends_where_it_should() -> None:
    """Cost max(1, 4 / x) is exhausted just before 4 and short where it is a tenth above the base."""
    cost = tuple(max(1.0, 4.0 / x) for x in SCAN)
    assert _exhausted(SCAN, cost) == pytest.approx(4.0, rel=0.02)
    assert _lowest_within(SCAN, cost, 2.0) == pytest.approx(2.0, rel=0.02)


def test_302_what_still_falls_is_not_exhausted() -> None:
    """A cost that falls up to the end of the scan has no such point; one that never moves is exhausted at once."""
    assert _exhausted(SCAN, tuple(1.0 / x for x in SCAN)) is None
    assert _exhausted(SCAN, tuple(1.0 for _ in SCAN)) == SCAN[0]


def test_303_below_what_runs_is_short() -> None:
    """Where a mix does not run below a value, the next one that runs is the least."""
    cost = (math.inf, math.inf, *(1.0 for _ in SCAN[2:]))
    assert _lowest_within(SCAN, cost, 1.1) == SCAN[2]


@given(st.lists(st.floats(0.1, 10.0), min_size=len(SCAN), max_size=len(SCAN)))
def test_304_from_the_point_on_the_cost_stays_within(cost: list[float]) -> None:
    """Every scanned value above the point keeps the limit."""
    point = _lowest_within(SCAN, tuple(cost), 1.0)
    assert point is None or all(c <= 1.0 for x, c in zip(SCAN, cost, strict=True) if x > point * 1.000001)


def test_306_a_cost_that_rises_ends_nothing() -> None:
    """What costs more beyond the stated value is not short there, and what is of no use is exhausted at once."""
    rising = tuple(max(1.0, x) for x in SCAN)
    assert _short(SCAN, rising) is None
    assert _exhausted(SCAN, rising) == SCAN[0]
    assert _lowest_within(SCAN, rising, 1.1) == math.inf


def test_307_more_of_one_precision_slows_no_other(evaluator: Evaluator) -> None:
    """Where power holds the clock down, more of a precision at the same watts acts on that precision alone."""
    held = tuple(
        dataclasses.replace(part, sustained_factor=fact(1.2), power_exponent=fact(0.3))
        if part.operator != "collective"
        else part
        for part in COEFFICIENTS
    )
    judge = Evaluator(Timer(held, RULES, design()), evaluator.money, design())
    for curve in crossovers(judge, ONLY_TRAINING, design()):
        finite = [cost for cost in curve.cost if math.isfinite(cost)]
        assert all(later <= before * 1.001 for before, later in pairwise(finite)), curve.subject.name
    rows = {row.subject.name: row.days or 0.0 for row in elasticities(judge, ONLY_TRAINING, design())}
    free = {row.subject.name: row.days or 0.0 for row in elasticities(evaluator, ONLY_TRAINING, design())}
    assert rows["bf16_flop_s"] < 0.0
    assert abs(rows["fp8_flop_s"]) < abs(free["fp8_flop_s"])
    assert rows["power_w"] < 0.0


def test_305_more_is_never_dearer(evaluator: Evaluator, mix: Mix) -> None:
    """More of a property at the same price and power costs no more, within the steps of whole choices."""
    for curve in crossovers(evaluator, mix, design()):
        finite = [cost for cost in curve.cost if math.isfinite(cost)]
        assert all(later <= before * 1.02 for before, later in pairwise(finite))
        assert read_property(design(), curve.subject.name).value == pytest.approx(curve.values[SCAN.index(1.0)])  # type: ignore[union-attr]
