"""What a scenario strands is told beside the base program, by hardware generation."""

from __future__ import annotations

from rackwright.scenarios.compare import Comparison
from rackwright.scenarios.outcome import Outcomes, Stranded
from rackwright.views.comparison import stranded_table


def test_101_stranded_stock_and_power_stand_with_and_without_a_shift() -> None:
    """Generation 1: 2 MUSD and 1 MW in the base, 5 and 4 with the shift; late strands none; generation 2 is new."""
    names = ("base", "shift", "late")
    outcomes = Outcomes.from_rows([(name, name, None, 0, 0, 0, 0, 0, 0, 0, 0, 0.0, None) for name in names])
    stranded = Stranded.from_rows(
        [
            ("base", 1, 200_000_000, 7, 1_000_000),
            ("shift", 1, 500_000_000, 28, 4_000_000),
            ("shift", 2, 100_000_000, 0, 0),
        ]
    )
    rows = stranded_table(Comparison(outcomes, (), stranded)).rows
    assert rows == (
        ("base", 1, 2.0, 7, 1.0, 0.0, 0.0),
        ("late", 1, 0.0, 0, 0.0, -2.0, -1.0),
        ("shift", 1, 5.0, 28, 4.0, 3.0, 3.0),
        ("shift", 2, 1.0, 0, 0.0, 1.0, 0.0),
    )
