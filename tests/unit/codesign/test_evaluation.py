from __future__ import annotations

import pytest

from rackwright.base.units import Estimate
from rackwright.codesign.design import with_scaled
from rackwright.codesign.evaluation import Evaluator, Figures, Index, Mix
from rackwright.codesign.timing import Infeasible

from .conftest import OLD, SERVING, TRAINING, design

YEAR_S = 365.25 * 86400.0


def test_101_cost_of_an_accelerator_by_hand(evaluator: Evaluator) -> None:
    """Price over 4 years and 14 kUSD of buildings over 10 at 8 %, and 1 kW at 1.5 and 60 USD/MWh, per second."""
    price = 30_000.0 * 0.08 / (1 - 1.08**-4)
    building = 14_000.0 * 0.08 / (1 - 1.08**-10)
    energy = 1000.0 * 1.5 * 60.0 / 3.6e9
    assert evaluator.usd_per_s(design(), 1000.0) == pytest.approx((price + building) / YEAR_S + energy, rel=1e-12)


def test_102_a_published_cost_replaces_a_missing_price(evaluator: Evaluator) -> None:
    """Without a price the published cost of ownership is taken as it is."""
    rented = design(price=Estimate(0, 0, 0), owning_usd_per_h=3.6)
    assert evaluator.usd_per_s(rented, 1000.0) == pytest.approx(0.001)


def test_103_the_reference_has_index_one(evaluator: Evaluator, mix: Mix) -> None:
    """A design compared with itself needs as much of everything."""
    index = evaluator.index(mix, design())
    assert isinstance(index, Index)
    assert (index.cost, index.accels, index.power, index.days) == pytest.approx((1.0, 1.0, 1.0, 1.0))


def test_104_software_divides_training(evaluator: Evaluator) -> None:
    """A run on half as mature software takes twice as long with the same gang."""
    full = evaluator.figures(TRAINING, design())
    half = evaluator.figures(TRAINING, design(software=Estimate(0.4, 0.4, 0.4)))
    assert isinstance(full, Figures)
    assert isinstance(half, Figures)
    assert half.days == pytest.approx(2.0 * (full.days or 0.0), rel=1e-9)


def test_105_a_lacking_precision_is_a_reason(evaluator: Evaluator, mix: Mix) -> None:
    """A device without the precision gets rows with reason and relief, not a number."""
    missing = evaluator.index(mix, design(OLD))
    assert not isinstance(missing, Index)
    assert [gap.workload for gap in missing] == [TRAINING.workload, SERVING.workload]
    assert all("fp8" in gap.reason and gap.relief for gap in missing)


def test_106_a_model_that_does_not_fit_is_a_reason(evaluator: Evaluator) -> None:
    """A two-thousandth of the memory leaves no room for weights or states, and says how much is needed."""
    tiny = with_scaled(design(), "memory_byte", 0.0005)
    for workload in (TRAINING, SERVING):
        found = evaluator.figures(workload, tiny)
        assert isinstance(found, Infeasible)
        assert "GB" in found.reason
        assert found.relief
