from __future__ import annotations

import dataclasses
import math

import polars as pl
import pytest

from rackwright.catalog import Catalog
from rackwright.codesign.design import with_scaled
from rackwright.codesign.evaluation import Evaluator
from rackwright.codesign.request import AdviceOptions, AdviceRequest, advice_request
from rackwright.codesign.timing import Timer, Timing
from rackwright.plan import Plan
from rackwright.program import Program
from rackwright.sizing import find_service, make_device
from rackwright.sizing.own_runs import Observation
from rackwright.sizing.serving import NoService, ServingRack

from .conftest import COEFFICIENTS, RULES, SERVING, TRAINING, design, fact, facts


def timed(timer: Timer, *arguments: object, **named: bool) -> Timing:
    """A timing that is there."""
    found = timer.time(*arguments, **named)  # type: ignore[arg-type]
    assert isinstance(found, Timing)
    return found


def test_101_a_service_is_as_fast_as_sizing_says(evaluator: Evaluator) -> None:
    """The rate is sizing's for the same demand, availability included, and up to a batch step better."""
    timer = evaluator.timer
    device = make_device(design().accelerator, COEFFICIENTS, precision="fp8", kv_precision="fp8", speed="middle")
    service = find_service(timer._serving_case(SERVING, design()), device, ServingRack(8, 0.1))
    assert not isinstance(service, NoService)
    each = service.rack_tok_s / 8
    assert each * 0.999 <= timed(timer, SERVING, design()).tok_s <= each * 1.19


def test_102_a_run_keeps_its_gang_and_its_deadline(evaluator: Evaluator) -> None:
    """The gang of the platform ends the run within its 60 days; a faster design with the same gang ends sooner."""
    own = timed(evaluator.timer, TRAINING, design())
    faster = timed(evaluator.timer, TRAINING, with_scaled(design(), "compute", 2.0))
    assert own.days is not None
    assert faster.days is not None
    assert faster.days < own.days <= 60.0


def test_103_a_gang_of_its_own_is_as_large_as_needed(evaluator: Evaluator) -> None:
    """A slower design with a gang of its own meets the deadline that the platform's gang misses on it."""
    slower = with_scaled(design(), "compute", 0.5)
    long = dataclasses.replace(TRAINING, tokens=200.0 * TRAINING.tokens)
    kept = timed(evaluator.timer, long, slower)
    own = timed(evaluator.timer, long, slower, has_own_gang=True)
    assert (kept.days or 0.0) > 60.0 >= (own.days or 0.0)


def test_104_load_lies_between_idle_and_peak(evaluator: Evaluator) -> None:
    """The mean load of an accelerator is above idle and at most its peak."""
    for workload in (TRAINING, SERVING):
        mean_w = evaluator.timer.mean_w(timed(evaluator.timer, workload, design()), design())
        assert 200.0 < mean_w <= design().load_w


def test_105_slow_figures_are_slower() -> None:
    """At the slow end of figures and coefficients nothing is faster than at the middle."""
    slow, middle = (Timer(COEFFICIENTS, RULES, design(), speed) for speed in ("slow", "middle"))
    assert timed(slow, SERVING, design()).tok_s < timed(middle, SERVING, design()).tok_s


def test_106_equal_questions_are_asked_once(evaluator: Evaluator, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of price times nothing again."""
    timed(evaluator.timer, SERVING, design())
    monkeypatch.setattr(evaluator.timer, "_serve", lambda *_: pytest.fail("timed again"))
    timed(evaluator.timer, SERVING, with_scaled(design(), "price_usd", 2.0))


def test_107_what_is_out_of_service_serves_nothing(evaluator: Evaluator) -> None:
    """With half of the accelerators in service on average the rate is half as large."""
    half = dataclasses.replace(SERVING, availability_share=SERVING.availability_share / 2.0)
    full = timed(evaluator.timer, SERVING, design()).tok_s
    assert timed(evaluator.timer, half, design()).tok_s == pytest.approx(full / 2.0)


def test_108_own_runs_correct_advice(small: AdviceRequest) -> None:
    """A run measured at 0.8 of its prediction slows its own kind on its accelerator, and designs made from it alike."""
    base = small.design
    seen = Observation("june", base.name, "training", base.accelerator.id, TRAINING.model.id, 80.0, 100.0, 0.0)
    rules = dataclasses.replace(small.rules, **facts(own_run_model_share=0.5), dense_step_error=fact(1.0, 0.8, 1.25))
    plain, own = (Timer(small.coefficients, rules, base, own=runs) for runs in ((), (seen,)))
    factor = math.exp(0.5 * math.log(0.8))
    for made in (base, with_scaled(base, "memory_byte_s", 1.2)):
        assert timed(own, TRAINING, made).tok_s == pytest.approx(factor * timed(plain, TRAINING, made).tok_s)
        assert timed(own, SERVING, made).tok_s == timed(plain, SERVING, made).tok_s


def test_advice_and_plan_agree_on_the_example(one_pod: Plan, one_pod_program: Program, catalog: Catalog) -> None:
    """Rates of advice are those of the plan: a service's within a batch step (2 %), a run's to the last digits."""
    asked = advice_request(one_pod_program, catalog, one_pod.racks, AdviceOptions())
    timer = Timer(asked.coefficients, asked.rules, asked.design, engine=asked.engine)
    rates = {row["workload"]: row["per_rack_p50"] for row in one_pod.sizing.rates.frame.iter_rows(named=True)}
    for run in asked.serving:
        tok_s = timed(timer, run, asked.design).tok_s * asked.design.per_rack
        assert rates[run.workload] * 0.999 <= tok_s <= rates[run.workload] * 1.02
    for run in asked.training:
        gang = timed(timer, run, asked.design)
        chosen = one_pod.sizing.choices.frame.row(by_predicate=pl.col("workload") == run.workload, named=True)
        assert gang.tok_s * chosen["accels"] == pytest.approx(
            rates[run.workload] * one_pod.sizing.gangs.frame.filter("is_chosen")["racks"][0]
        )
