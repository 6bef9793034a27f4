"""Links through patch panels: every piece is ordered, labelled and led back to the devices it joins."""

from __future__ import annotations

import csv
import dataclasses
import io
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from rackwright.asbuilt import device_names, records_of, see_through, verify_links
from rackwright.catalog import Catalog
from rackwright.cli.app import app
from rackwright.exchange import EXPORTS, write_plan
from rackwright.pipeline import plan_program
from rackwright.plan import Plan
from rackwright.program import Program
from rackwright.program.platforms import TrunkRule
from rackwright.tables.checks import Checks
from rackwright.views.panel_ways import cable_pieces, panel_legs, panel_ways
from rackwright.views.panels import PANELS


def with_trunks(program: Program, *rules: TrunkRule) -> Program:
    """The program with rules for trunks on its first platform, and without supply and projects."""
    platform = program.platforms[0]
    fabric = platform.fabric.model_copy(update={"trunks": rules})
    supply = program.supply.model_copy(update={"offers": (), "makes": ()})
    platforms = (platform.model_copy(update={"fabric": fabric}), *program.platforms[1:])
    return program.model_copy(update={"platforms": platforms, "supply": supply, "projects": ()})


@pytest.fixture(scope="module")
def trunked(one_pod_program: Program, catalog: Catalog) -> Plan:
    """The small example with trunks between rows wherever they can be laid in the scale-out network."""
    return plan_program(with_trunks(one_pod_program, TrunkRule(between="rows", when="ruled")), catalog)


def of_cabling(plan: Plan) -> dict[str, bool]:
    """Whether each check of cabling passed."""
    return dict(
        plan.cabling.checks.frame.filter(pl.col("rule").str.starts_with("cabling")).select("rule", "passed").iter_rows()
    )


def test_101_nothing_asked_nothing_changed(one_pod: Plan) -> None:
    """Without a rule there are no panels, and the view says how to ask for them."""
    assert not len(one_pod.cabling.panels)
    assert "trunks" in PANELS.build(one_pod).lead
    assert cable_pieces(one_pod).height == one_pod.cabling.num_cables


def test_102_every_link_between_rows_is_led(trunked: Plan) -> None:
    """Links of scale-out between rows run through panels, all checks pass, no other link does."""
    cables = trunked.cabling.cables.frame
    racks = trunked.layout.racks.frame.select("rack", "row")
    at = trunked.layout.mounts.frame.join(racks, on="rack").select("device", "row")
    links = trunked.fabric.links.frame.filter(network="scale-out").join(at, left_on="a_device", right_on="device")
    apart = links.join(at, left_on="b_device", right_on="device", suffix="_b").filter(pl.col("row") != pl.col("row_b"))
    assert set(cables.filter(medium="trunk")["link"]) == set(apart["link"])
    assert len(trunked.cabling.channels) == apart.height > 500
    assert all(of_cabling(trunked).values())


def test_109_links_that_a_rule_cannot_lead_are_told(trunked: Plan) -> None:
    """All links of the rule are led and the view says no more; were some of split ports, it says how many."""
    told = "of split ports"
    assert told not in PANELS.build(trunked).lead
    checks = trunked.cabling.checks.frame
    led = len(trunked.cabling.channels)
    assert checks.filter(rule="cabling-trunks-ruled").select("value", "limit").row(0) == (led, led)
    source = pl.when(rule="cabling-trunks-ruled").then(pl.lit("rule; 8 of split ports")).otherwise("source")
    fewer = pl.when(rule="cabling-trunks-ruled").then(pl.lit(led - 8.0)).otherwise("value")
    bent = Checks.of(checks.with_columns(source=source, value=fewer))
    plan = dataclasses.replace(trunked, cabling=dataclasses.replace(trunked.cabling, checks=bent))
    lead = PANELS.build(plan).lead
    assert lead.endswith(f" Of {led:,} links that rules of pod-1 lead, {led - 8:,} run so: 8 of split ports.")


def test_103_pieces_add_up(trunked: Plan) -> None:
    """Assemblies are cables and two jumpers a link; jumpers and trunk make the length; the bill holds all parts."""
    cabling = trunked.cabling
    led = len(cabling.channels)
    assert cabling.assemblies["count"].sum() == cabling.num_cables + led
    ways = cabling.channels.frame.join(cabling.trunks.frame.select("trunk", "length_mm"), on="trunk")
    whole = ways.select("cable", total=pl.sum_horizontal("a_jumper_mm", "b_jumper_mm", "length_mm"))
    both = cabling.cables.frame.join(whole, on="cable")
    assert (both["length_mm"] == both["total"]).all()
    needs = dict(trunked.bom.needs.frame.filter(index=0).group_by("item").agg(pl.col("qty").sum()).iter_rows())
    for table in (cabling.trunks, cabling.cassettes, cabling.panels):
        for part, count in table.frame.group_by("part").len().iter_rows():
            assert needs[part] == count


def test_104_panels_stand_in_free_units(trunked: Plan) -> None:
    """No panel meets a switch or another panel, and a panel holds no more cassettes than it takes."""
    tall = {"nvidia-q3400": 4, "nvidia-sn5600": 2, "nvidia-sn2201": 1}
    parts = trunked.fabric.devices.frame.select("device", "part")
    taken = [
        (rack, unit)
        for rack, u, part in trunked.layout.mounts.frame.join(parts, on="device")
        .select("rack", "u", "part")
        .iter_rows()
        for unit in range(u, u + tall.get(part, 0))
    ]
    panels = trunked.cabling.panels.frame.select("rack", "u").rows()
    assert len(set(panels)) == len(panels)
    assert not set(panels) & set(taken)
    assert int(trunked.cabling.panels.frame["cassettes"].max()) <= 4  # type: ignore[arg-type]


def test_105_the_sheet_has_every_piece_with_both_labels(trunked: Plan) -> None:
    """A line for each trunk, cable and jumper; a jumper's far label is the port from which its path starts or ends."""
    rows = list(csv.DictReader(io.StringIO(EXPORTS["cut-sheet"](trunked).decode())))
    legs = trunked.cabling.cables.frame.select("assembly", "leg").unique().height
    assert len(rows) == len(trunked.cabling.trunks) + legs + len(trunked.cabling.channels)
    assert [row["medium"] for row in rows[: len(trunked.cabling.trunks)]] == ["trunk"] * len(trunked.cabling.trunks)
    jumpers = [row for row in rows if row["medium"] == "jumper"]
    assert len(jumpers) == 2 * len(trunked.cabling.channels)
    for row in jumpers:
        assert row["label_from"] == f"{row['from']} / {row['to']}"
        assert row["to"] in row["path"].split(" > ")
    assert len({row["to"] for row in jumpers}) == len(jumpers)


def test_106_views_explain_and_port_map_show_the_way(trunked: Plan, tmp_path: Path) -> None:
    """The view lists every trunk; the port map names near and far panel; `explain` tells the loss and its budget."""
    shown = PANELS.build(trunked)
    assert len(shown.tables[0].rows) == len(trunked.cabling.trunks)
    ports = list(csv.DictReader(io.StringIO(EXPORTS["port-map"](trunked).decode())))
    assert sum(" > " in row["through"] for row in ports) == 2 * len(trunked.cabling.channels)
    write_plan(trunked, tmp_path / "out", {})
    number = str(trunked.cabling.channels["cable"][0])
    told = CliRunner().invoke(app, ["explain", str(tmp_path / "out"), f"cable:{number}"])
    assert "runs through" in told.output
    assert "dB lost of 3 dB allowed" in told.output


def jumper_reports(plan: Plan) -> list[tuple[str, str, str, str]]:
    """What a walk with a scanner finds: each jumper with device and panel, and all other scale-out links directly."""
    names = dict(device_names(plan.fabric.devices).iter_rows())
    ways = {row["cable"]: row for row in panel_ways(plan).iter_rows(named=True)}
    links = plan.fabric.links.frame.filter(network="scale-out").join(
        plan.cabling.cables.frame.select("link", "cable"), on="link"
    )
    rows: list[tuple[str, str, str, str]] = []
    for link in links.iter_rows(named=True):
        ends = {side: (names[link[f"{side}_device"]], f"p{link[f'{side}_port'] + 1}") for side in ("a", "b")}
        way: dict[str, Any] | None = ways.get(link["cable"])
        if way is None:
            rows.append((*ends["a"], *ends["b"]))
        else:
            rows += [(*ends[side], way[f"{side}_panel"], f"P{way[f'{side}_panel_port']:02d}") for side in ("a", "b")]
    return rows


def test_107_verify_sees_through_panels(trunked: Plan) -> None:
    """Reports of jumpers alone show no fault; two jumpers exchanged at a panel are found as a swap of two links."""
    legs = panel_legs(trunked)
    rows = jumper_reports(trunked)
    assert verify_links(trunked.fabric, trunked.layout, see_through(records_of(rows), legs)).is_clean
    one, other = [number for number, row in enumerate(rows) if ".U" in row[2]][:4:2]
    rows[one], rows[other] = (*rows[one][:2], *rows[other][2:]), (*rows[other][:2], *rows[one][2:])
    found = verify_links(trunked.fabric, trunked.layout, see_through(records_of(rows), legs))
    assert set(found.faults["kind"]) == {"swapped"}
    assert found.matched == found.links - 2


def test_108_cheaper_is_asked_of_every_bundle(one_pod_program: Program, catalog: Catalog) -> None:
    """Where fibres of ten metres cost less than panels, `cheaper` lays no trunk at all and copper stays copper."""
    plan = plan_program(with_trunks(one_pod_program, TrunkRule(between="racks")), catalog)
    direct = plan_program(with_trunks(one_pod_program), catalog)
    laid = len(plan.cabling.channels)
    fibres = direct.cabling.cables.frame.filter(medium="fibre").height
    assert plan.cabling.cables.frame.filter(medium="fibre").height + laid == fibres
    assert plan.cabling.cables.frame.filter(medium="aec").equals(direct.cabling.cables.frame.filter(medium="aec"))


def test_109_what_has_no_room_keeps_its_fibre(one_pod_program: Program, catalog: Catalog) -> None:
    """Trunks between all racks ask for more panels than stand free; the rest stays fibre, and every check holds."""
    plan = plan_program(with_trunks(one_pod_program, TrunkRule(between="racks", when="ruled")), catalog)
    assert 0 < len(plan.cabling.channels) < plan.fabric.links.frame.filter(network="scale-out").height
    assert all(of_cabling(plan).values())
    again = plan_program(with_trunks(one_pod_program, TrunkRule(between="racks", when="ruled")), catalog)
    assert plan.cabling.channels.frame.equals(again.cabling.channels.frame)
