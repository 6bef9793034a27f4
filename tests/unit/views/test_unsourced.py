"""Is an item that nobody makes or sells said plainly?"""

from __future__ import annotations

import dataclasses

from rackwright.plan import Plan
from rackwright.report.page_one import page_one
from rackwright.report.parts import Budget
from rackwright.tables.checks import Checks
from rackwright.tables.supply import Unsourced
from rackwright.views.summary import plan_summary
from rackwright.views.unsourced import unsourced_words

WORDS = "1 item has no source and is taken as given: gpu 1,161"


def without_source(plan: Plan, *rows: tuple[str, float, str]) -> Plan:
    """The plan with these items unsourced."""
    supply = dataclasses.replace(plan.supply, unsourced=Unsourced.from_rows(list(rows)))
    return dataclasses.replace(plan, supply=supply)


def test_101_summary_and_page_one_say_what_has_no_source(one_pod: Plan) -> None:
    """The closing lines, the summary object and the reasons on page one name the items with their pieces."""
    plan = without_source(one_pod, ("gpu", 1161.0, "no offer and no make"))
    summary = plan_summary(plan, Checks.empty())
    assert f"  unsourced  {WORDS}" in summary["lines"]
    assert summary["unsourced"] == [{"item": "gpu", "qty": 1161.0, "reason": "no offer and no make"}]
    assert f"{WORDS}." in page_one(plan, Checks.empty(), Budget(100_000), None).reasons


def test_102_many_items_are_counted_and_the_most_needed_named(one_pod: Plan) -> None:
    """Of seven items the five most needed are named and the rest counted; with none there is nothing to say."""
    plan = without_source(one_pod, *((f"item-{i}", float(i), "no offer and no make") for i in range(1, 8)))
    assert unsourced_words(plan).startswith("7 items have no source and are taken as given: item-7 7, item-6 6")
    assert unsourced_words(plan).endswith("item-3 3 and 2 more")
    assert unsourced_words(one_pod) == ""
