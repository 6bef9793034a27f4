"""Does the walk from an order, an item, a tranche lead on to causes, lead times, duty rules and gates?"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
import pytest

from rackwright.base.errors import InputError
from rackwright.plan import Plan
from rackwright.views.explain import explain
from rackwright.views.reason import Reason


def steps(reason: Reason) -> Iterator[Reason]:
    """Every step of a walk, the first one first."""
    yield reason
    for below in reason.below:
        yield from steps(below)


def order_of(plan: Plan, kind: str, *, with_duty: bool = False) -> dict[str, object]:
    """The first order of a kind."""
    frame = plan.supply.orders.frame.filter(pl.col("kind") == kind)
    return (frame.filter(pl.col("duty_cent") > 0) if with_duty else frame).row(0, named=True)


def test_101_an_order_leads_to_needs_lead_time_and_duty(one_pod: Plan) -> None:
    """A purchase names the tranches it serves with their need, the offer's lead time, its lane and each duty rule."""
    row = order_of(one_pod, "buy", with_duty=True)
    found = list(steps(explain(one_pod, f"order:{row['order']}")))
    names = [reason.name for reason in found]
    served = [reason for reason in found if reason.name.startswith("serves pod-1")]
    assert served
    assert all(reason.meaning.startswith("needed 2027-") for reason in served)
    assert f"offer of {row['item']} by {row['source']} to {row['site']}" in names
    assert {"lead time", "allocation"} <= set(names)
    assert any(name.startswith("lane ") for name in names)
    assert any(name.startswith("duty rule example-") for name in names)


def test_102_the_row_of_an_order_says_the_same(one_pod: Plan) -> None:
    """A cell of the table of orders leads on as the order itself does."""
    number = order_of(one_pod, "make")["order"]
    by_cell = explain(one_pod, f"supply.orders.qty[order={number}]")
    assert [reason.name for reason in by_cell.below] == [r.name for r in explain(one_pod, f"order:{number}").below]


def test_103_a_late_tranche_leads_to_gates_and_activities(one_pod: Plan) -> None:
    """Every cause of lateness stands with its relief, and readiness leads on to the gate and what drives it."""
    found = list(steps(explain(one_pod, "tranche:pod-1a")))
    causes = one_pod.supply.causes.frame.filter(demand="pod-1a")["constraint"].to_list()
    names = [reason.name for reason in found]
    assert {f"held by {name}" for name in causes} <= set(names)
    assert "gate pod-site.hall-commissioned" in names
    assert "activity pod-site.commission-hall" in names
    assert [names.count(f"held by {name}") for name in causes] == [1] * len(causes)
    told = [reason for reason in found if reason.name == "gate pod-site.hall-commissioned" and reason.below]
    assert len(told) == 1


def test_104_an_item_shows_its_sources_and_no_facts_of_others(one_pod: Plan) -> None:
    """An item leads on to its offers, and the facts listed are about the part it is."""
    found = list(steps(explain(one_pod, "item:gpu-gb300")))
    assert any(reason.name.startswith("offer of gpu-gb300 by supplier-a") for reason in found)
    facts = [reason.name for reason in found if reason.name.startswith("fact ")]
    assert facts
    assert all(name.startswith("fact nvidia-gb300.") for name in facts)


def test_105_a_cell_of_causes_leads_on(one_pod: Plan) -> None:
    """A cell of the table of causes leads on to what is behind that one cause."""
    cause = one_pod.supply.causes.frame.filter(demand="pod-1a")["constraint"][0]
    walk = explain(one_pod, f"supply.causes.share[demand=pod-1a, constraint={cause}]")
    assert [reason.name for reason in walk.below if reason.name.startswith("held by")] == [f"held by {cause}"]


@pytest.mark.parametrize("thing", ["order:99999", "order:first"])
def test_201_an_order_that_is_not_there_is_named(one_pod: Plan, thing: str) -> None:
    """A number no order has is refused with the table that lists them."""
    with pytest.raises(InputError, match="not in this plan"):
        explain(one_pod, thing)
