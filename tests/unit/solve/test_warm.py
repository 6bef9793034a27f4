"""Does a kept basis start another model of the same shape, whatever its bounds?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rackwright.solve import Basis, HotModel, LinearModel


def shop() -> LinearModel:
    """Two goods worth 3 and 2, four hours for both, the first one shut: x0 at its upper side 0, x1 = 4."""
    return LinearModel(
        cost=np.array([-3.0, -2.0]),
        col_lower=np.zeros(2),
        col_upper=np.array([0.0, np.inf]),
        row_lower=np.array([-np.inf]),
        row_upper=np.array([4.0]),
        rows=np.array([0, 0]),
        cols=np.array([0, 1]),
        values=np.array([1.0, 1.0]),
    )


def test_101_a_basis_is_kept_as_codes_and_set_again() -> None:
    """Another solver that starts at the codes needs no iteration."""
    hot = HotModel(shop())
    hot.solve()
    again = HotModel(shop())
    assert hot.basis is not None
    again.start_at(hot.basis)
    found = again.solve_on()
    assert (found.objective, found.iterations) == (pytest.approx(-8.0), 0)


def test_102_a_side_that_opens_is_left() -> None:
    """What stood at an upper side that is infinite now starts at its lower one, and the answer is the new optimum."""
    hot = HotModel(shop())
    hot.start_at(Basis(np.array([2, 1], dtype=np.int8), np.array([2], dtype=np.int8)))
    opened = replace(shop(), col_upper=np.array([np.inf, np.inf]))
    assert hot.solve_variant(opened).objective == pytest.approx(-12.0)
    assert hot.solve_variant(shop()).objective == pytest.approx(-8.0)


def test_201_a_basis_of_another_size_is_refused() -> None:
    """Rows and columns must be those of the model."""
    with pytest.raises(ValueError, match="rows and columns"):
        HotModel(shop()).start_at(Basis(np.zeros(3, dtype=np.int8), np.zeros(1, dtype=np.int8)))


def test_103_a_lost_start_is_no_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that the solver breaks off without any status is done again from nothing, and gives the same answer."""
    import highspy

    hot = HotModel(shop())
    hot.solve()
    runs: list[object] = []
    run, status = highspy.Highs.run, highspy.Highs.getModelStatus

    def broken(solver: highspy.Highs) -> object:
        runs.append(solver)
        return highspy.HighsStatus.kError if len(runs) == 1 else run(solver)

    def none_yet(solver: highspy.Highs) -> object:
        return highspy.HighsModelStatus.kNotset if len(runs) == 1 else status(solver)

    monkeypatch.setattr(highspy.Highs, "run", broken)
    monkeypatch.setattr(highspy.Highs, "getModelStatus", none_yet)
    found = hot.solve_variant(shop())
    assert (found.status, len(runs)) == ("optimal", 2)
    assert found.x == pytest.approx([0.0, 4.0])
