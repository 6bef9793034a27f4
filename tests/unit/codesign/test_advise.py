from __future__ import annotations

import dataclasses
import json
import math

import pytest

from rackwright.base.digest import digest
from rackwright.codesign import Advice, AdviceOptions, AdviceRequest, Limits, advise_platform
from rackwright.figures import render
from rackwright.views.advice import advice_shown

from .conftest import OLD, SERVING, TRAINING, design, small_request


@pytest.fixture(scope="module")
def advice(small: AdviceRequest) -> Advice:
    """Advice on the small platform with limits, engineering and volume."""
    options = AdviceOptions(limits=Limits(package_w=1500.0), nre_usd=1e8, volume=50_000.0, recipient="maker")
    return advise_platform(dataclasses.replace(small, options=options))


def test_101_every_question_is_answered(advice: Advice) -> None:
    """Worth, bands, ends, designs, rivals, shifts, volume, mix and what does not run: each is a table."""
    titles = [table.title for table in advice_shown(advice).tables]
    assert titles == [
        "What a property is worth",
        "What each band moves",
        "Where properties end",
        "On-chip memory: where it would bind",
        "Pareto designs",
        "The mix side by side",
        "Workloads side by side",
        "When the mix shifts",
        "Engineering and tooling over volume",
        "The mix",
        "What does not run",
    ]


def test_102_tables_hold_no_infinity(advice: Advice) -> None:
    """Every table is plain JSON: what does not run is missing, not infinite."""
    for table in advice_shown(advice).tables:
        json.dumps(table.as_json(), allow_nan=False)


def test_103_figures_are_drawn(advice: Advice) -> None:
    """Tornado, Pareto chart and side-by-side have names of their own and are drawn."""
    figures = advice_shown(advice).figures
    assert [type(figure).__name__ for figure in figures] == ["Tornado", "ParetoChart", "BarChart"]
    assert len({figure.caption.name for figure in figures}) == 3
    assert all(render(figure).startswith("<svg") for figure in figures)


def test_104_the_lead_names_what_is_worth_most(advice: Advice) -> None:
    """The first sentence names the property whose tenth saves most, burdens and software apart."""
    own = [row for row in advice.elasticities if not row.subject.is_burden and row.subject.name != "software"]
    best = min(own, key=lambda row: row.cost).subject.label
    assert f"of the cost of a token: {best}" in advice_shown(advice).lead


def test_105_racks_of_gang_and_fleet(advice: Advice) -> None:
    """A service takes demand with headroom over the rate of a rack, rounded up."""
    own = next(item for item in advice.workloads if item.workload == SERVING.workload)
    assert own.racks == math.ceil(123_457.0 * 1.2 / (own.figures.tok_s * 16))


def test_201_the_same_request_gives_the_same_bytes(small: AdviceRequest) -> None:
    """Advice twice is equal in every figure."""
    served = dataclasses.replace(small, training=(), weights=(1.0,), models=(), stacks=(), rivals=())
    one, two = advise_platform(served), advise_platform(served)
    assert digest(one.specification) == digest(two.specification)
    assert advice_shown(one) == advice_shown(two)


def test_202_a_platform_that_runs_nothing_says_why() -> None:
    """Without the precision there are reasons and no figures."""
    found = advise_platform(small_request(design=design(OLD), rivals=()))
    assert found.elasticities == ()
    assert [gap.workload for gap in found.missing] == [TRAINING.workload, SERVING.workload]
    shown = advice_shown(found)
    assert "nothing" in shown.lead
    assert [table.title for table in shown.tables] == ["What does not run"]


def test_203_part_of_a_mix_is_still_judged(small: AdviceRequest) -> None:
    """A run no configuration finishes in time is a row; the rest of the mix takes its share."""
    hopeless = dataclasses.replace(TRAINING, tokens=1e15)
    found = advise_platform(dataclasses.replace(small, training=(hopeless,), models=(), stacks=(), rivals=()))
    assert [gap.workload for gap in found.missing] == [TRAINING.workload]
    assert "deadline" in found.missing[0].reason
    assert [member.share for member in found.mix.members] == [1.0]
