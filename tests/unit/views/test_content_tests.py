"""Do legal tests look at direct components of bound products, and does exposure count racks behind a source once?"""

from __future__ import annotations

import dataclasses

import pytest

from rackwright.plan import Plan
from rackwright.program.supply import ContentRule
from rackwright.views.content_tests import CONTENT_TESTS
from rackwright.views.exposure import EXPOSURE
from rackwright.views.origins import Origins
from rackwright.views.pegs import pegs_of


def bound(plan: Plan, **changes: object) -> Plan:
    """The plan with a component-cost rule that binds the compute tray."""
    rows: dict[str, object] = {
        "id": "rule", "authority": "Clause", "threshold": 0.5, "basis": "component-cost", "from": "2026-01-01",
        "binds": ["gb300-compute-tray"],
    }  # fmt: skip
    rule = ContentRule.model_validate(rows | changes)
    supply = plan.program.supply.model_copy(update={"content_rules": (rule,)})
    return dataclasses.replace(plan, program=plan.program.model_copy(update={"supply": supply}))


def test_101_a_component_counts_as_a_whole_where_it_is_made(one_pod: Plan) -> None:
    """Boards made in the US and US cold plates count in full, NICs from abroad do not, whatever is in them."""
    row = CONTENT_TESTS.build(bound(one_pod)).tables[0].as_json()[0]
    cents = dict(one_pod.bom.items.frame.select("item", "cost_cent").iter_rows())
    ours = 2 * 1.005 * cents["gb300-board"] + cents["cold-plate-set"]
    assert row["share"] == pytest.approx(ours / (ours + 4 * cents["nvidia-connectx-8"]), rel=1e-3)
    assert row["verdict"] == "passes"


def test_102_a_threshold_above_the_share_fails_and_a_waiver_is_said(one_pod: Plan) -> None:
    """A test that is not met fails; a waived one says why; a rule that binds nothing tests nothing."""
    failing = CONTENT_TESTS.build(bound(one_pod, threshold=0.999)).tables[0].as_json()[0]
    assert failing["verdict"] == "fails"
    waived = CONTENT_TESTS.build(bound(one_pod, threshold=0.999, waived="COTS")).tables[0].as_json()[0]
    assert waived["verdict"] == "waived: COTS"
    free = CONTENT_TESTS.build(bound(one_pod, binds=[]))
    assert free.lead.startswith("No legal content test binds")
    assert free.tables[0].title == "What each product would reach"


def test_103_only_units_delivered_while_the_rule_holds_count(one_pod: Plan) -> None:
    """A rule that ends before the first unit is made tests nothing."""
    assert CONTENT_TESTS.build(bound(one_pod, to="2027-01-01")).tables[0].title == "What each product would reach"


def test_201_origins_add_up_to_one(one_pod: Plan) -> None:
    """The pieces of every order come from somewhere, known or not, in full."""
    origins = Origins(one_pod, pegs_of(one_pod))
    for number in origins.pegs.orders:
        assert sum(origins.of_order(number).values()) == pytest.approx(1.0)


def test_301_no_source_carries_more_racks_than_there_are(one_pod: Plan) -> None:
    """Shares by country add up to one, and racks that would stop are no more than racks that use the source."""
    tables = EXPOSURE.build(one_pod).tables
    countries = tables[0].as_json()
    assert sum(row["share"] for row in countries) == pytest.approx(1.0)  # type: ignore[misc]
    racks = int(one_pod.siting.tranches["racks"].sum())
    for table in tables[:2]:
        for row in table.as_json():
            assert 0 <= row["racks_alone"] <= row["racks"] + 1e-6 <= racks + 1e-3  # type: ignore[operator]


def test_302_a_sole_supplier_stops_every_rack(one_pod: Plan) -> None:
    """Nobody but supplier-a sells the package, so all racks stop without it."""
    rows = {row["source"]: row for row in EXPOSURE.build(one_pod).tables[1].as_json()}
    assert rows["supplier-a"]["racks_alone"] == pytest.approx(16, rel=1e-3)
