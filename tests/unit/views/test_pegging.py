"""Do pegs tell the same story forward and back, and do views about one thing ask for it?"""

from __future__ import annotations

import pytest

from rackwright.base.errors import InputError
from rackwright.plan import Plan
from rackwright.views import ASKED
from rackwright.views.pegs import STOCK, pegs_of


def test_101_the_shares_of_an_order_add_up_to_one(one_pod: Plan) -> None:
    """Every order belongs to tranches and stock in full, and nothing has a negative part."""
    pegs = pegs_of(one_pod)
    claims = one_pod.supply.orders.frame.filter(kind="claim")["demand"].to_list()
    takers = {*one_pod.siting.tranches["tranche"].to_list(), *claims, STOCK}
    for number in pegs.orders:
        shares = pegs.shares(number)
        assert sum(shares.values()) == pytest.approx(1.0, abs=1e-6)
        assert set(shares) <= takers
        assert min(shares.values()) >= 0.0


def test_102_what_a_tranche_takes_of_its_racks_is_its_racks(one_pod: Plan) -> None:
    """Pieces of the racks made that belong to a tranche are as many as it has racks."""
    pegs = pegs_of(one_pod)
    for tranche, sku, racks in one_pod.siting.tranches.frame.select("tranche", "configuration", "racks").iter_rows():
        made = sum(
            pegs.shares(number).get(tranche, 0.0) * order.qty * order.good_share
            for number, order in pegs.orders.items()
            if (order.kind, order.item) == ("make", sku)
        )
        assert made == pytest.approx(racks, rel=1e-4)


def test_103_nothing_is_given_twice(one_pod: Plan) -> None:
    """No order gives more than it brings, and every piece taken comes from somewhere."""
    pegs = pegs_of(one_pod)
    for number, arcs in pegs.given.items():
        if number >= 0:
            order = pegs.orders[number]
            assert sum(arc.qty for arc in arcs) <= order.qty * order.good_share + 1e-6
    taken: dict[int, float] = {}
    for order, qty in one_pod.supply.takes.frame.select("order", "qty").iter_rows():
        taken[order] = taken.get(order, 0.0) + qty
    for order, qty in taken.items():
        assert sum(arc.qty for arc in pegs.taken.get(order, [])) == pytest.approx(qty, rel=1e-4, abs=1e-3)


def test_201_both_ways_are_shown(one_pod: Plan) -> None:
    """A tranche lists the orders that serve it; an order lists that tranche."""
    shown = ASKED["pegging"].build(one_pod, "pod-1a")
    rows = shown.tables[0].as_json()
    assert shown.lead.endswith("serve pod-1a, 8 racks.")
    number = next(row["order"] for row in rows if row["kind"] == "make")
    back = ASKED["pegging"].build(one_pod, str(number))
    assert "pod-1a" in [row["tranche"] for row in back.tables[0].as_json()]


def test_202_where_used_lists_every_level(one_pod: Plan) -> None:
    """A package is used in its board, the tray above and the rack, with the pieces in one of each."""
    shown = ASKED["where_used"].build(one_pod, "gpu-gb300")
    found = {row["parent"]: row["qty"] for row in shown.tables[0].as_json()}
    assert found == {"gb300-board": 2.0, "gb300-compute-tray": 4.0, "gb300-nvl72": 72.0}


@pytest.mark.parametrize("name", sorted(ASKED))
def test_301_a_thing_that_is_not_there_is_said(one_pod: Plan, name: str) -> None:
    """A wrong name is an error that names it."""
    with pytest.raises(InputError, match="no-such-thing"):
        ASKED[name].build(one_pod, "no-such-thing")
