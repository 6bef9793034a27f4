from __future__ import annotations

import dataclasses
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.codesign import (
    Advice,
    AdviceOptions,
    AdviceRequest,
    Limits,
    Specification,
    advise_platform,
    next_revision,
    specification_text,
)
from rackwright.codesign.design import Property, with_property
from rackwright.codesign.evaluation import Evaluator, Index, Mix
from rackwright.codesign.requirement import Need, make_specification, preferred
from rackwright.figures import render
from rackwright.views.specification import specification_shown

from .conftest import CHIP, DENSE, MIXTURE, SERVING, TRAINING, small_request

OWN = {1e15, 2e15, 96e9, 6e12, 4e11, 8.0, 400.0, 1000.0}
"""Figures of the small platform, which its maker knows."""
EXACT = (("requirements", "exact"),)


def made_of(advice: Advice) -> Specification:
    """The specification, which there is wherever a design keeps the limits."""
    assert advice.specification is not None
    return advice.specification


def disclosed(advice: Advice) -> str:
    """Everything the other party gets: the file and its figures."""
    made = next_revision(made_of(advice), None)
    shown = specification_shown(made)
    return specification_text(made, is_json=False) + shown.lead + "".join(render(figure) for figure in shown.figures)


def hardware(asked: AdviceRequest) -> AdviceRequest:
    """The same request without rivals, other memory and exchanged models, which is quicker to advise on."""
    return dataclasses.replace(asked, models=(), stacks=(), rivals=())


@pytest.fixture(scope="module")
def asked() -> AdviceRequest:
    """The small request, disclosing nothing."""
    return hardware(small_request())


@pytest.fixture(scope="module")
def advice(asked: AdviceRequest) -> Advice:
    """Advice on it."""
    return advise_platform(asked)


@pytest.fixture(scope="module")
def text(advice: Advice) -> str:
    """What the other party gets where the program discloses nothing."""
    return disclosed(advice)


def test_101_no_name_of_a_workload_or_model(text: str) -> None:
    """Neither workloads nor models are named, nor how many there are."""
    for name in (TRAINING.workload, SERVING.workload, DENSE.id, DENSE.name, MIXTURE.id, MIXTURE.name, "secret", "moe"):
        assert name not in text
    assert "workload" not in text


def test_102_no_figure_of_a_workload_or_model(advice: Advice) -> None:
    """No number of the file has the digits of a planted figure: tokens, lengths, batches, rates, shapes."""
    text = specification_text(next_revision(made_of(advice), None), is_json=True)
    text = text.replace(next_revision(made_of(advice), None).digest, "")
    digits = {number.replace(".", "").strip("0")[:3] for number in re.findall(r"\d+\.?\d*", text)}
    for planted in ("432198", "1733", "419", "123457", "37"):
        assert planted[:3] not in digits


def test_103_figures_are_preferred_numbers(advice: Advice) -> None:
    """Without disclosure every band is of five numbers to a decade, and the worth is only a class."""
    for row in made_of(advice).requirements:
        for figure in (row.low, row.high, None if row.target in OWN else row.target):
            assert figure is None or preferred(figure, 5) == pytest.approx(figure, rel=0.01)
        assert row.worth_usd is None
        assert re.fullmatch(r"\d{4}-Q[1-4]", row.need_by)


def test_104_near_programs_look_alike(asked: AdviceRequest, text: str) -> None:
    """Programs whose tokens, lengths and models differ a little give the same bytes, digest included."""
    near = dataclasses.replace(
        asked,
        training=(dataclasses.replace(TRAINING, tokens=TRAINING.tokens * 1.004),),
        serving=(
            dataclasses.replace(
                SERVING,
                workload="another-name",
                model=dataclasses.replace(MIXTURE, id="other", name="Other"),
                input_tokens=SERVING.input_tokens * 1.003,
            ),
        ),
    )
    assert disclosed(advise_platform(near)) == text


def test_105_the_list_decides_how_finely(asked: AdviceRequest, advice: Advice) -> None:
    """Exact disclosure gives four digits, the day and dollars; a row of its own overrides the general one."""
    exact = make_specification(dataclasses.replace(asked, disclosure=EXACT), advice.needs)
    row = next(row for row in exact.requirements if row.property == "BF16 rate")
    need = next(need for need in advice.needs if need.subject.name == "bf16_flop_s")
    assert row.target == pytest.approx(need.target, rel=1e-3)
    assert row.need_by == "2028-05-17"
    assert row.worth_usd == pytest.approx(need.worth_usd, rel=1e-3)
    mixed = dataclasses.replace(asked, disclosure=(*EXACT, ("requirements.worth", "range")))
    assert make_specification(mixed, advice.needs).requirements[0].worth_usd is None


@pytest.mark.parametrize("granularity", ["", "exact", "rounded", "range", "quarter", "total"])
def test_106_nothing_is_asked_that_is_of_no_use(asked: AdviceRequest, advice: Advice, granularity: str) -> None:
    """A target lies between what is enough and what is of no more use, also after rounding."""
    disclosure = (("requirements", granularity),) if granularity else ()
    made = make_specification(dataclasses.replace(asked, disclosure=disclosure), advice.needs)
    for row in made.requirements:
        assert row.low is None or row.low <= row.target
        assert row.high is None or row.target <= row.high


def test_107_the_platform_is_the_target_without_limits(advice: Advice) -> None:
    """Where the user sets no limit, the platform's own figures are asked for as far as they are of use."""
    found = {need.subject.name: need for need in advice.needs}
    assert found["fp8_flop_s"].target == CHIP.fp8_flop_s.value  # type: ignore[union-attr]
    assert found["price_usd"].target == 30_000.0


def test_108_another_reader_gets_another_list(asked: AdviceRequest, advice: Advice) -> None:
    """Rounded figures are of ten to a decade, and the dollars of five."""
    made = make_specification(dataclasses.replace(asked, disclosure=(("requirements", "rounded"),)), advice.needs)
    targets = [row.target for row in made.requirements if row.target not in OWN]
    assert all(preferred(target, 10) == pytest.approx(target, rel=0.01) for target in targets)
    assert all(row.worth_usd in {0.0, preferred(row.worth_usd or 0.0, 10)} for row in made.requirements)


def test_109_own_figures_are_asked_for_as_they_are(asked: AdviceRequest) -> None:
    """A domain of 72 is no 63 and 5 PFLOP/s no 4: what the maker knows needs no rounding; the price is the lab's."""
    own = Need(Property("scale_up_domain", "scale-up domain", ""), None, 72.0, None, 0.0, 0.0, 1.0, own=72.0)
    price = Need(Property("price_usd", "price", "USD", is_burden=True), None, 58_800.0, None, 0.0, 0.0, 1.0)
    found = {row.property: row.target for row in make_specification(asked, (own, price)).requirements}
    assert found == {"scale-up domain": 72.0, "price": 40_000.0}


@pytest.mark.parametrize(
    ("granularity", "asked_usd"), [("exact", 58_860.0), ("rounded", 50_000.0), ("range", 40_000.0)]
)
def test_114_a_price_target_is_never_above_the_estimate(
    asked: AdviceRequest, granularity: str, asked_usd: float
) -> None:
    """The price asked for is rounded down at any coarseness, so that the estimate, or the user's limit, is kept."""
    price = Need(Property("price_usd", "price", "USD", is_burden=True), None, 58_867.0, None, 0.0, 0.0, 1.0)
    made = make_specification(dataclasses.replace(asked, disclosure=(("requirements", granularity),)), (price,))
    assert made.requirements[0].target == asked_usd


@pytest.mark.parametrize("granularity", ["exact", "rounded", "range"])
def test_110_limits_are_kept_after_rounding(asked: AdviceRequest, granularity: str) -> None:
    """Neither a target nor the most that is borne is above what the user allowed."""
    limits = Limits(package_w=1050.0, price_usd=31_900.0, stacks=6)
    bound = dataclasses.replace(
        asked, options=AdviceOptions(recipient="maker", limits=limits), disclosure=(("requirements", granularity),)
    )
    found = {row.property: row for row in made_of(advise_platform(bound)).requirements}
    for name, limit in (("package power", 1050.0), ("price with share of rack", 31_900.0)):
        assert found[name].target <= limit
        assert found[name].high is None or found[name].high <= limit  # type: ignore[operator]
    assert found["memory size"].target <= 96e9


def test_111_limits_that_no_design_keeps_ask_for_nothing(asked: AdviceRequest) -> None:
    """Without a design within the limits there is no specification, and no need in figures."""
    found = advise_platform(dataclasses.replace(asked, options=AdviceOptions(limits=Limits(package_w=10.0))))
    assert found.specification is None
    assert found.needs == ()
    assert found.elasticities


def test_112_what_is_borne_costs_a_tenth_more(advice: Advice, evaluator: Evaluator, mix: Mix) -> None:
    """At the most of price or power that is borne the cost of the mix is a tenth higher."""
    for need in advice.needs:
        if not need.subject.is_burden or need.high is None:
            continue
        index = evaluator.index(mix, with_property(evaluator.reference, need.subject.name, need.high))
        assert isinstance(index, Index)
        assert index.cost == pytest.approx(1.1, abs=0.01)
    assert any(need.subject.name == "price_usd" and need.high for need in advice.needs)


@pytest.mark.parametrize(("granularity", "borne"), [("exact", 66_120.0), ("rounded", 63_000.0), ("range", 63_000.0)])
def test_113_what_is_borne_is_rounded_down(asked: AdviceRequest, granularity: str, borne: float) -> None:
    """No coarseness offers more than is borne, unless the target itself is rounded above it."""
    price = Need(Property("price_usd", "price", "USD", is_burden=True), None, 58_800.0, 66_123.0, 0.0, 0.0, 1.0)
    made = make_specification(dataclasses.replace(asked, disclosure=(("requirements", granularity),)), (price,))
    assert made.requirements[0].high == borne


@given(st.floats(1e-3, 1e18), st.sampled_from([5, 10]))
def test_201_rounding_goes_to_the_side_asked_for(value: float, steps: int) -> None:
    """A number rounded down is not above, rounded up not below, and both are within a step, to two digits."""
    below, above = preferred(value, steps, side=-1), preferred(value, steps, side=1)
    step = 10.0 ** (1.0 / steps)
    assert value / step * 0.94 <= below <= value * (1.0 + 1e-9)
    assert value * (1.0 - 1e-9) <= above <= value * step * 1.06
    assert preferred(below, steps, side=-1) == below
