"""Whole plans on groups joined spine to spine, and on a torus: designed, placed, cabled, filled tranche by tranche."""

from __future__ import annotations

import pytest

from rackwright.catalog.index import Catalog
from rackwright.figures import render
from rackwright.pipeline import plan_program
from rackwright.plan import Plan
from rackwright.program import Program
from rackwright.views.every import VIEWS
from rackwright.views.fabric_growth import FABRIC_GROWTH


@pytest.fixture(scope="module")
def joined(one_pod_program: Program, catalog: Catalog) -> Plan:
    """The small example as two groups of eight leaves and eight spines."""
    (platform,) = one_pod_program.platforms
    update = {"family": "dragonfly-plus", "pod_leaves": 8, "leaf_ports": 72}
    changed = platform.model_copy(update={"fabric": platform.fabric.model_copy(update=update)})
    return plan_program(one_pod_program.model_copy(update={"platforms": (changed,)}), catalog)


def test_101_every_check_of_the_network_passes(joined: Plan) -> None:
    """576 links join the groups; switches and cables keep every rule; the bisection is that of all endpoints."""
    design = joined.fabric.designs.frame.filter(network="scale-out").row(0, named=True)
    assert (design["leaves"], design["spines"], design["cores"]) == (16, 16, 0)
    assert design["bisection_gbit_s"] == design["endpoints"] * 800.0 / 2.0
    for stage in (joined.fabric, joined.layout, joined.cabling):
        assert stage.checks.frame.filter(~stage.checks.frame["passed"]).height == 0
    assert joined.cabling.cables.frame["cable"].n_unique() == joined.cabling.cables.frame.height


def test_102_a_link_between_groups_waits_for_both(joined: Plan) -> None:
    """The first tranche brings a group without links to the other; the second brings them all."""
    fill = FABRIC_GROWTH.build(joined).tables[0]
    names = [column.name for column in fill.columns]
    rows = [dict(zip(names, row, strict=True)) for row in fill.rows]
    own = [row for row in rows if row["network"] == "scale-out"]
    assert [row["spine_core"] for row in own] == [0, 576]
    assert [row["trunk_share"] for row in own] == pytest.approx([1 / 3, 1.0])


def test_103_a_torus_is_placed_and_cabled(one_pod_program: Program, catalog: Catalog) -> None:
    """Sixteen leaves in 4 x 4 with nine links to each of four neighbours: all checks pass, no switch stands above."""
    (platform,) = one_pod_program.platforms
    update = {"family": "torus", "torus": (4, 4), "leaf_ports": 72, "oversubscription": 4.0}
    changed = platform.model_copy(update={"fabric": platform.fabric.model_copy(update=update)})
    plan = plan_program(one_pod_program.model_copy(update={"platforms": (changed,)}), catalog)
    design = plan.fabric.designs.frame.filter(network="scale-out").row(0, named=True)
    assert (design["leaves"], design["spines"], design["oversubscription"]) == (16, 0, 4.0)
    for stage in (plan.fabric, plan.layout, plan.cabling):
        assert stage.checks.frame.filter(~stage.checks.frame["passed"]).height == 0
    own = plan.fabric.links.frame.filter(network="scale-out")
    assert own.height - design["endpoints"] == 16 * 4 * 18 // 2


def test_104_links_between_groups_stand_in_the_picture(joined: Plan) -> None:
    """The spines of all groups are one box; their tier says how many links join them with one another."""
    (figure,) = next(view for view in VIEWS if view.name == "fabric").build(joined).figures
    assert ">576 links within<" in render(figure)
