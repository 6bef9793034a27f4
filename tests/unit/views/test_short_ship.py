"""Does the view of short shipment tell the rule of each tranche, and nothing where there is none?"""

from __future__ import annotations

from dataclasses import replace

from rackwright.plan import Plan
from rackwright.program.sites import ShortShip
from rackwright.views.short_ship import SHORT_SHIP


def test_101_without_a_rule_kits_are_complete(one_pod: Plan) -> None:
    """The plain example ships nothing short."""
    shown = SHORT_SHIP.build(one_pod)
    assert not shown.tables
    assert "complete" in shown.lead


def test_102_each_item_of_the_rule_has_its_days(one_pod: Plan) -> None:
    """Switches of the first tranche within 30 days: its half of the 24, needed from 30 days after its first rack."""
    rule = ShortShip.model_validate({"items": ["nvidia-q3400"], "follow": "30 days"})
    first, *others = one_pod.program.tranches
    tranches = (first.model_copy(update={"short_ship": rule}), *others)
    plan = replace(one_pod, program=one_pod.program.model_copy(update={"tranches": tranches}))
    [row] = SHORT_SHIP.build(plan).tables[0].rows
    assert row[:4] == (first.id, "nvidia-q3400", 12.0, 30.0)
    assert (row[5] - row[4]).days == 30  # type: ignore[operator, union-attr]
