"""How late and how short is each tranche?"""

from __future__ import annotations

import pytest

from rackwright.supply.lateness import Lateness


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        (Lateness(160, 0.0, 128.0, after_need=2.0, last_days=77.0, last_days_least=42.0), True),
        (Lateness(64, 0.0, 13.0, after_need=0.4, last_days=28.0, last_days_least=0.0), False),
        (Lateness(16, 0.0, 32.0, last_days=7.0, last_days_least=0.0), True),
        (Lateness(16, 1.0, 0.0, last_days=0.0), True),
    ],
    ids=["two of 160 racks eleven weeks late", "less than half a rack", "two days on average", "one never comes"],
)
def test_101_a_tranche_is_late_where_a_whole_rack_surely_is(late: Lateness, *, expected: bool) -> None:
    """A tranche is late by its mean, by one whole rack in a later bucket, or by one that never comes."""
    assert late.is_late == expected
