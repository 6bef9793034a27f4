"""A re-plan is a list of cables and racks to add, move, replace and remove."""

from __future__ import annotations

import dataclasses

import polars as pl
import pytest

from rackwright.base.errors import InputError
from rackwright.plan import Plan
from rackwright.tables.cabling import Cables
from rackwright.tables.fabric import Links
from rackwright.tables.layout import PlacedRacks
from rackwright.tables.siting import Tranches
from rackwright.views.cable_ends import cable_ends, find_cable
from rackwright.views.changes import changes_shown, find_changes
from rackwright.views.difference import diff_plans
from rackwright.views.explain import explain


def with_links(plan: Plan, frame: pl.DataFrame) -> Plan:
    """The plan with other links."""
    return dataclasses.replace(plan, fabric=dataclasses.replace(plan.fabric, links=Links.of(frame)))


def with_cables(plan: Plan, frame: pl.DataFrame) -> Plan:
    """The plan with other cables."""
    return dataclasses.replace(plan, cabling=dataclasses.replace(plan.cabling, cables=Cables.of(frame)))


def test_101_equal_plans_ask_for_no_work(one_pod: Plan) -> None:
    """Nothing is listed between a plan and itself."""
    changes = find_changes(one_pod, one_pod)
    assert changes.cables.height == changes.racks.height == 0


def test_102_a_cable_more_or_less(one_pod: Plan) -> None:
    """A cable of the new plan alone is added and costs its part; seen the other way round it is removed for nothing."""
    fewer = with_cables(one_pod, one_pod.cabling.cables.frame.tail(-1))
    added = find_changes(fewer, one_pod).cables.row(0, named=True)
    assert (added["action"], added["from_before"]) == ("add", "")
    assert added["cost_usd"] > 0
    removed = find_changes(one_pod, fewer).cables.row(0, named=True)
    assert (removed["action"], removed["cost_usd"], removed["from_before"]) == ("remove", 0.0, added["from_after"])


def test_103_two_swapped_ends_are_two_moves(one_pod: Plan) -> None:
    """Two cables of one leaf that exchange their upper ports are moved, with their lower ends where they were."""
    links = one_pod.fabric.links.frame
    leaf = links.filter(network="scale-out")["b_device"][0]
    pair = links.filter(b_device=leaf).head(2)
    one, two = pair["link"].to_list()
    ports = pl.when(pl.col("link") == one).then(pair["b_port"][1]).when(pl.col("link") == two).then(pair["b_port"][0])
    swapped = with_links(one_pod, links.with_columns(b_port=ports.otherwise(pl.col("b_port")).cast(pl.Int32)))
    rows = find_changes(one_pod, swapped).cables
    assert rows["action"].to_list() == ["move", "move"]
    assert (rows["from_before"] == rows["from_after"]).all()
    assert set(rows["to_before"]) == set(rows["to_after"])
    assert rows["cost_usd"].sum() == 0.0


def test_104_a_longer_cable_is_replaced(one_pod: Plan) -> None:
    """Where the stock length grows the cable is new and is paid; where it shrinks nothing is done."""
    frame = one_pod.cabling.cables.frame
    step = pl.when(pl.col("pull_order") == 1).then(1000).otherwise(0)
    longer = with_cables(one_pod, frame.with_columns(length_mm=pl.col("length_mm") + step))
    rows = find_changes(one_pod, longer).cables
    assert rows["action"].to_list() == ["replace"]
    assert rows["cost_usd"][0] > 0
    assert find_changes(longer, one_pod).cables.height == 0


def test_105_a_moved_rack_moves_its_cables(one_pod: Plan) -> None:
    """A rack that goes to a free position is one rack to move, and each of its cables is touched once."""
    frame = one_pod.layout.racks.frame
    rack = frame.filter(role="compute").row(0, named=True)
    place = pl.when(pl.col("rack") == rack["rack"]).then(99).otherwise(pl.col("position"))
    layout = dataclasses.replace(one_pod.layout, racks=PlacedRacks.of(frame.with_columns(position=place)))
    changes = find_changes(one_pod, dataclasses.replace(one_pod, layout=layout))
    assert changes.racks.select("action", "role").rows() == [("move", "compute")]
    own = one_pod.layout.mounts.frame.filter(rack=rack["rack"])["device"].to_list()
    ends = pl.col("a_device").is_in(own) | pl.col("b_device").is_in(own)
    assert changes.cables.height == one_pod.fabric.links.frame.filter(ends).height
    assert set(changes.cables["action"]) == {"move"}


def test_106_released_cables_are_pointed_out(one_pod: Plan) -> None:
    """A change of a cable whose tranche is released is marked, and the lead says so."""
    frame = one_pod.siting.tranches.frame.with_columns(state=pl.lit("released"))
    released = dataclasses.replace(one_pod, siting=dataclasses.replace(one_pod.siting, tranches=Tranches.of(frame)))
    fewer = with_cables(released, one_pod.cabling.cables.frame.tail(-1))
    shown = changes_shown(released, fewer)
    assert "1 cable of released tranches would be touched" in shown.lead
    assert shown.tables[0].rows[0][2] is True
    titles = [table.title for table in diff_plans(released, fewer).tables]
    assert "Work on cables and racks" in titles


def test_107_differences_are_shown_in_units_that_people_read(one_pod: Plan) -> None:
    """Money is told in MUSD and lengths in metres; a change too small to be seen is left out."""
    orders = one_pod.supply.orders.frame.with_columns(cost_cent=pl.col("cost_cent") * 2)
    content = one_pod.supply.content.frame.with_columns(share=pl.col("share") * (1.0 - 1e-8))
    assemblies = one_pod.cabling.assemblies.frame.with_columns(count=pl.col("count") + 1)
    other = dataclasses.replace(
        one_pod,
        supply=dataclasses.replace(
            one_pod.supply,
            orders=type(one_pod.supply.orders).of(orders),
            content=type(one_pod.supply.content).of(content),
        ),
        cabling=dataclasses.replace(one_pod.cabling, assemblies=type(one_pod.cabling.assemblies).of(assemblies)),
    )
    tables = {table.title: table.rows for table in diff_plans(one_pod, other).tables}
    cost = one_pod.supply.orders["cost_cent"].sum() / 1e8
    assert ("purchase, conversion, freight and duty [MUSD]", f"{cost:+,.3f}") in {
        (row[0], row[3]) for row in tables["Headline figures"]
    }
    assert "Traced US value share" not in tables
    assert all(str(row[0]).endswith(" m") for row in tables["Cable assemblies"])


def test_201_labels_are_unique_and_find_their_cable(one_pod: Plan) -> None:
    """Every end has a label of its own; a number, a label of either end, or one end finds the cable."""
    ends = cable_ends(one_pod)
    assert pl.concat([ends["a_label"], ends["b_label"]]).is_duplicated().sum() == 0
    row = ends.row(7, named=True)
    for text in (str(row["cable"]), row["label_a"], row["label_b"], row["a_label"], row["b_label"]):
        assert find_cable(one_pod, text) == row["cable"]
    assert find_cable(one_pod, "nowhere.01-01.U01.P01") is None


def test_202_a_cable_is_explained_by_its_label(one_pod: Plan) -> None:
    """The walk from a label is that from the number, headed by the label; an unknown label says what to write."""
    row = cable_ends(one_pod).row(7, named=True)
    by_label = explain(one_pod, f"cable:{row['label_b']}")
    assert by_label == explain(one_pod, f"cable:{row['cable']}")
    assert by_label.name == f"cable {row['label_a']}"
    with pytest.raises(InputError, match="label of the cut-sheet"):
        explain(one_pod, "cable:nowhere")
