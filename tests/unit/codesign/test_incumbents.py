from __future__ import annotations

import pytest

from rackwright.base.units import Estimate
from rackwright.codesign.evaluation import Evaluator, Mix
from rackwright.codesign.incumbents import compare_designs

from .conftest import OLD, SERVING, TRAINING, design


def test_101_per_dollar_watt_and_rack(evaluator: Evaluator, mix: Mix) -> None:
    """A platform at half the price gives more per dollar and the same per watt and rack."""
    cheap = design(name="cheap", price=Estimate(15_000, 15_000, 15_000))
    found = compare_designs(evaluator, mix, (design(), cheap))
    (_, same, racks), (_, index, _) = found.indices
    assert (same.cost, same.power, racks) == pytest.approx((1.0, 1.0, 1.0), rel=0.05)
    assert index.cost < 0.75
    assert index.power == pytest.approx(same.power)
    assert {row.workload for row in found.rows} == {TRAINING.workload, SERVING.workload}


def test_102_without_a_rack_there_is_no_figure_per_rack(evaluator: Evaluator, mix: Mix) -> None:
    """A catalog accelerator that no rack is known for has none per rack."""
    found = compare_designs(evaluator, mix, (design(name="bare", per_rack=0),))
    assert all(row.tok_s_per_rack is None for row in found.rows)
    assert found.indices[0][2] is None


def test_103_what_lacks_the_precision_is_a_row(evaluator: Evaluator, mix: Mix) -> None:
    """An incumbent that cannot run the mix has no index, and a reason for each workload."""
    found = compare_designs(evaluator, mix, (design(OLD),))
    assert found.indices == ()
    assert [gap.workload for gap in found.missing] == [TRAINING.workload, SERVING.workload]


def test_104_the_parts_agree(evaluator: Evaluator, mix: Mix) -> None:
    """Tokens per dollar are the inverse of dollars per token, and a megawatt holds a thousand kilowatts of racks."""
    row = next(row for row in compare_designs(evaluator, mix, (design(),)).rows if row.workload == SERVING.workload)
    assert row.tok_per_usd * row.usd_per_mtok == pytest.approx(1e6)
    assert row.tok_s_per_rack == pytest.approx(row.tok_s_per_mw * 16 * 1400.0 / 1e6)
