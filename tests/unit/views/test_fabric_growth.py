"""Do the switches and trunks of all tranches add up to the network?"""

from __future__ import annotations

import polars as pl

from rackwright.plan import Plan
from rackwright.views.fabric_failures import FABRIC_FAILURES
from rackwright.views.fabric_growth import FABRIC_GROWTH
from rackwright.views.fabrics import FABRICS


def test_101_tranches_add_up(one_pod: Plan) -> None:
    """Over all tranches each network gets all its switches and links, out-of-band included, and ends at 100 %."""
    rows = FABRIC_GROWTH.build(one_pod).tables[0].as_json()
    for design in one_pod.fabric.designs.frame.iter_rows(named=True):
        own = [row for row in rows if row["network"] == design["network"]]
        for tier in ("leaves", "spines", "cores"):
            assert sum(int(str(row[tier])) for row in own) == design[tier]
        links = one_pod.fabric.links.frame.filter(network=design["network"]).height
        kinds = ("endpoints", "leaf_spine", "spine_core")
        assert sum(int(str(row[kind])) for row in own for kind in kinds) == links
        assert own[-1]["trunk_share"] == 1.0
        assert [row["need"] for row in own] == sorted(str(row["need"]) for row in own)


def test_102_spines_come_first(one_pod: Plan) -> None:
    """All spines are there with the first tranche, as each leaf is joined to all of them."""
    rows = FABRIC_GROWTH.build(one_pod).tables[0].as_json()
    first = next(row for row in rows if row["network"] == "scale-out")
    assert first["spines"] == one_pod.fabric.designs.frame.filter(network="scale-out")["spines"][0]


def test_201_failures_name_trays_and_feeds(one_pod: Plan) -> None:
    """Link, switches, tray and feed are listed for each network; a rack on two feeds stops with none."""
    rows = FABRIC_FAILURES.build(one_pod).tables[0].as_json()
    own = {(row["failure"], str(row["name"]).split(" ")[0]): row for row in rows if row["network"] == "scale-out"}
    assert {kind for kind, _ in own} == {"link", "switch", "tray", "feed"}
    assert own["feed", "none"]["flow_share"] == 1.0
    design = one_pod.fabric.designs.frame.filter(network="scale-out").row(0, named=True)
    assert own["switch", "leaf"]["lost_ports"] == design["lost_ports"]


def test_202_a_single_feed_stops_racks(one_pod: Plan) -> None:
    """Without the B side a lost busway takes racks, and with them ports and bisection."""
    import dataclasses

    elements = one_pod.power.elements
    one_side = elements.frame.with_columns(
        standby=pl.when(pl.col("kind") == "rack").then(pl.lit("")).otherwise("standby")
    )
    power = dataclasses.replace(one_pod.power, elements=type(elements).of(one_side))
    rows = FABRIC_FAILURES.build(dataclasses.replace(one_pod, power=power)).tables[0].as_json()
    feed = next(row for row in rows if row["failure"] == "feed" and row["network"] == "scale-out")
    assert int(str(feed["lost_ports"])) > 0
    assert float(str(feed["flow_share"])) < 1.0


def test_301_the_planned_network_is_marked(one_pod: Plan) -> None:
    """The view of choices marks one network a block as planned, and its sentence names it."""
    shown = FABRICS.build(one_pod)
    marked = [row for row in shown.tables[0].as_json() if row["is_chosen"]]
    assert len(marked) == 1
    assert str(marked[0]["family"]) in shown.lead
