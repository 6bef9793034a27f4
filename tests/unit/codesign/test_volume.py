from __future__ import annotations

import dataclasses

import pytest

from rackwright.base.units import Estimate
from rackwright.codesign.evaluation import Evaluator, Index, Mix
from rackwright.codesign.volume import spread_cost

from .conftest import design

DEARER = (("next-chip", Index(1.0, 1.0, 1.0, None), 1.0), ("rival", Index(1.2, 1.1, 1.1, None), None))


def test_101_cost_falls_with_volume(evaluator: Evaluator, mix: Mix) -> None:
    """Twice the volume halves what engineering adds to each accelerator and to the cost."""
    rows = spread_cost(evaluator, mix, DEARER, 1e8, 20_000.0).rows
    assert [row.usd_per_accel for row in rows] == [20_000.0, 10_000.0, 5_000.0, 2_500.0, 1_250.0]
    assert rows[1].cost - 1.0 == pytest.approx((rows[0].cost - 1.0) / 2.0)


def test_102_break_even_meets_the_rival(evaluator: Evaluator, mix: Mix) -> None:
    """At the break-even volume the platform with its engineering costs what the rival costs."""
    found = spread_cost(evaluator, mix, DEARER, 1e8, 20_000.0)
    assert found.rival == "rival"
    assert found.break_even is not None
    dearer = design().price.value + 1e8 / found.break_even
    index = evaluator.index(mix, dataclasses.replace(design(), price=Estimate(dearer, dearer, dearer)))
    assert isinstance(index, Index)
    assert index.cost == pytest.approx(1.2, rel=1e-6)


def test_103_a_cheaper_rival_is_never_met(evaluator: Evaluator, mix: Mix) -> None:
    """No volume helps against a rival that is cheaper without any engineering."""
    cheaper = (("rival", Index(0.9, 1.0, 1.0, None), None),)
    assert spread_cost(evaluator, mix, cheaper, 1e8, 20_000.0).break_even is None
