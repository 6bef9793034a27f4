"""What leaves for other tools names every link once, in their words, and comes back the same."""

from __future__ import annotations

import dataclasses
import io
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import polars as pl
import pytest
import yaml

from rackwright.asbuilt import records_of, verify_links
from rackwright.base.errors import InputError
from rackwright.catalog import load_catalog
from rackwright.catalog.own import own_part_rows
from rackwright.catalog.parts import Switch
from rackwright.exchange import EXPORTS
from rackwright.exchange.cut_sheet import cut_sheet
from rackwright.exchange.device_library import INFINIBAND, INTERFACES, OTHER
from rackwright.exchange.device_type import read_device_type
from rackwright.exchange.interface_types import INTERFACE_TYPES
from rackwright.exchange.netbox import netbox_files
from rackwright.exchange.netbox_load import group_rows
from rackwright.exchange.port_numbering import misnumbered
from rackwright.plan import Plan
from rackwright.tables.own_parts import OwnParts

NETWORK = ("containerlab", "graphml", "ibsim", "labels", "netbox", "port-map", "ptm", "sonic", "wireviz")
SHEETS = ("drawings", "labels-pdf", "port-book")


@pytest.mark.parametrize("name", [*NETWORK, *SHEETS])
def test_101_equal_bytes(one_pod: Plan, name: str) -> None:
    """An export of the same plan is the same bytes, and not empty."""
    data = EXPORTS[name](one_pod)
    assert data == EXPORTS[name](one_pod)
    assert len(data) > 100


def test_102_ptm_is_the_design(one_pod: Plan) -> None:
    """`topology.dot`, read as reports of neighbours, shows no fault."""
    text = EXPORTS["ptm"](one_pod).decode()
    rows = re.findall(r'"([^"]+)":"([^"]+)" -- "([^"]+)":"([^"]+)";', text)
    assert len(rows) == len(one_pod.fabric.links)
    assert verify_links(one_pod.fabric, one_pod.layout, records_of(rows)).is_clean


def test_103_netbox_refers_only_to_what_it_brings(one_pod: Plan) -> None:
    """Cables end on interfaces of the archive, interfaces are on its devices, devices in its racks, none twice."""
    with zipfile.ZipFile(io.BytesIO(EXPORTS["netbox"](one_pod))) as archive:
        files = {
            name[3:-4]: pl.read_csv(io.BytesIO(archive.read(name))) for name in archive.namelist() if name != "load.py"
        }
    assert list(files)[-1] == "cables"
    interfaces = set(files["interfaces"].select("device", "name").iter_rows())
    ends = [files["cables"].select(f"side_{side}_device", f"side_{side}_name").rows() for side in "ab"]
    assert len(interfaces) == files["interfaces"].height == len(ends[0]) + len(ends[1])
    assert set(ends[0]) | set(ends[1]) == interfaces
    assert {device for device, _ in interfaces} <= set(files["devices"]["name"])
    assert set(files["devices"]["rack"]) <= set(files["racks"]["name"])
    assert files["racks"]["name"].is_unique().all()


def test_104_graphml_is_whole(one_pod: Plan) -> None:
    """Edges join nodes of the file, and their links add up to those of the plan."""
    root = ET.fromstring(EXPORTS["graphml"](one_pod))
    space = {"g": "http://graphml.graphdrawing.org/xmlns"}
    nodes = {node.attrib["id"] for node in root.findall(".//g:node", space)}
    edges = root.findall(".//g:edge", space)
    assert all(edge.attrib["source"] in nodes and edge.attrib["target"] in nodes for edge in edges)
    assert sum(int(edge.findtext("g:data[@key='links']", "0", space)) for edge in edges) == len(one_pod.fabric.links)


def test_105_port_map_has_both_ends(one_pod: Plan) -> None:
    """Every link stands once under each of its ends."""
    frame = pl.read_csv(io.BytesIO(EXPORTS["port-map"](one_pod)))
    assert len(frame) == 2 * len(one_pod.fabric.links)
    assert frame.select("device", "port").is_unique().all()


def test_106_yaml_and_json_are_read_back(one_pod: Plan) -> None:
    """WireViz and containerlab files hold what the plan holds."""
    harness = yaml.safe_load(EXPORTS["wireviz"](one_pod))
    kinds = one_pod.cabling.assemblies.frame.select("part", "length_mm").unique()
    joined = {next(iter(connection[1])) for connection in harness["connections"]}
    assert len(harness["cables"]) == len(kinds)
    assert joined == set(harness["cables"])
    lab = yaml.safe_load(EXPORTS["containerlab"](one_pod))
    assert all(
        end.split(":")[0] in lab["topology"]["nodes"] for link in lab["topology"]["links"] for end in link["endpoints"]
    )


def test_107_two_labels_a_cable(one_pod: Plan) -> None:
    """Each leg has a label for each end."""
    root = ET.fromstring(EXPORTS["labels"](one_pod))
    boxes = root.findall(".//{http://www.w3.org/2000/svg}rect")
    assert len(boxes) == min(20_000, 2 * cut_sheet(one_pod).height)


def test_108_netbox_shows_full_racks(one_pod: Plan) -> None:
    """Every device stands at its rack unit, makers and ports are named, labels are those of the cut-sheet."""
    files = dict(netbox_files(one_pod))
    heights = dict(files["device-types"].select("model", "u_height").iter_rows())
    taken = [
        (rack, u + step)
        for rack, u, part in files["devices"].select("rack", "position", "device_type").iter_rows()
        for step in range(heights[part])
    ]
    assert len(taken) == len(set(taken)) > files["devices"].height
    assert files["devices"]["position"].null_count() == 0
    assert {"NVIDIA"} <= set(files["manufacturers"]["name"].to_list())
    kinds = files["interfaces"].select("type", "speed").unique()
    assert {("infiniband-xdr", 800_000_000), ("1000base-t", 1_000_000)} <= set(kinds.iter_rows())
    assert set(files["cables"]["label"].to_list()) == set(cut_sheet(one_pod)["label_from"].to_list())
    assert files["cables"].height == len(one_pod.cabling.cables)


def test_114_netbox_says_which_links_are_one_assembly(one_pod: Plan) -> None:
    """Cables of one assembly share its number in their description, as many as it has links; others say nothing."""
    told = (
        dict(netbox_files(one_pod))["cables"]["description"].str.extract(r"^leg \d+ of assembly (\d+)$").cast(pl.Int64)
    )
    cables = one_pod.cabling.cables.frame
    shared = cables.filter(pl.len().over("assembly") > 1)["assembly"]
    assert shared.len() > 0
    assert told.drop_nulls().sort().to_list() == shared.sort().to_list()
    assert told.null_count() == cables.height - shared.len()


def test_115_the_netbox_loader_makes_an_assembly_one_cable(one_pod: Plan) -> None:
    """As many cables as there are assemblies, each link in one, in the order of legs; without profiles a cable a link.

    Three of four links take the profile of four; what no profile joins stays apart.
    """
    rows = dict(netbox_files(one_pod))["cables"].cast(pl.String).to_dicts()
    profiles = ("trunk-2c1p", "trunk-4c1p")
    grouped = group_rows(rows, profiles)
    assert len(grouped) == one_pod.cabling.num_cables < len(rows)
    assert sorted(row["label"] for _, own in grouped for row in own) == sorted(row["label"] for row in rows)
    assert {(profile, len(own)) for profile, own in grouped} >= {("", 1), ("trunk-4c1p", 4), ("trunk-2c1p", 2)}
    assert [len(own) for _, own in group_rows(rows, ())] == [1] * len(rows)
    legs = [{"description": f"leg {leg} of assembly 7"} for leg in (3, 1, 2)]
    assert group_rows(legs, profiles) == [("trunk-4c1p", [legs[1], legs[2], legs[0]])]
    assert group_rows(legs, profiles[:1]) == [("", [leg]) for leg in (legs[1], legs[2], legs[0])]


def test_113_parts_of_the_program_are_exported_as_such(one_pod: Plan) -> None:
    """A switch that the program's own catalog names otherwise has that maker in NetBox and in the device library."""
    catalog = load_catalog(None)
    mine = dataclasses.replace(catalog.get(Switch, "nvidia-q3400"), vendor="Supplier A")
    parts = tuple(mine if part.id == mine.id else part for part in catalog.parts)
    rows = own_part_rows(dataclasses.replace(catalog, parts=parts))
    assert [row[:2] for row in rows] == [("nvidia-q3400", "Switch")]
    assert own_part_rows(catalog) == []
    plan = dataclasses.replace(one_pod, own_parts=OwnParts.from_rows(rows))
    assert plan.catalog().get(Switch, mine.id) == mine
    makers = dict(dict(netbox_files(plan))["device-types"].select("model", "manufacturer").iter_rows())
    assert (makers["nvidia-q3400"], makers["nvidia-sn5600"]) == ("Supplier A", "NVIDIA")
    with zipfile.ZipFile(io.BytesIO(EXPORTS["device-types"](plan))) as archive:
        assert "device-types/supplier-a/nvidia-q3400.yaml" in archive.namelist()


def device_type(folder: Path, interfaces: list[str], extra: str = "") -> Path:
    """A device-type file."""
    path = folder / "switch.yaml"
    ports = "".join(f"  - name: {name!r}\n    type: infiniband-ndr\n" for name in interfaces)
    head = "manufacturer: Maker\nmodel: Switch\nslug: maker-switch\nu_height: 1\nweight: 12\nweight_unit: kg\n"
    path.write_text(f"{head}{extra}interfaces:\n{ports}")
    return path


def test_201_a_sound_device_type(tmp_path: Path) -> None:
    """Height, mass and ports are read; nothing is found."""
    path = device_type(tmp_path, [f"{k}/{n}" for k in range(1, 5) for n in (1, 2)])
    found = read_device_type(path)
    assert (found.height_u, found.mass_kg, len(found.interfaces)) == (1.0, 12.0, 8)
    assert found.problems == ()


def test_202_faults_are_named(tmp_path: Path) -> None:
    """A port given twice, one missing from a run, one missing from a group of pairs, and a draw that cannot be."""
    power = "power-ports:\n  - name: PSU1\n    type: iec-60320-c14\n    maximum_draw: 0\n"
    names = [f"{k}/{n}" for k in range(1, 6) for n in (1, 2) if (k, n) != (3, 2)]
    names += ["Ethernet0", "Ethernet1", "Ethernet3", "Ethernet3"]
    problems = read_device_type(device_type(tmp_path, names, power)).problems
    assert {(p.code, p.place.path) for p in problems} == {
        ("duplicate-port", "interfaces[Ethernet3]"),
        ("missing-port", "interfaces[Ethernet2]"),
        ("missing-port", "interfaces[3/2]"),
        ("impossible-draw", "power-ports[PSU1].maximum_draw"),
    }


LINTED = """\
manufacturer: Maker
model: 7
u_height: 0.3
weight: 5
weight_unit: stone
interfaces:
  - {name: swp1, type: 800gbase-x-osfp}
  - {name: swp2, type: 800gbase-x-ofsp}
  - {name: swp3, type: made-up}
  - {name: swp4}
  - {type: 800gbase-x-osfp}
power-ports:
  - {name: PSU1, maximum_draw: 1500, allocated_draw: 1600}
  - {name: PSU2, maximum_draw: 10000000}
interface: []
"""


def test_204_each_error_has_line_value_and_repair(tmp_path: Path) -> None:
    """Height, weight, types, names and draws that cannot be are errors at their lines, with what to write instead."""
    path = tmp_path / "x.yaml"
    path.write_text(LINTED)
    found = read_device_type(path)
    assert found.model == "7"
    rows = {(p.code, p.place.line, p.place.file == str(path)) for p in found.errors}
    assert rows == {
        ("impossible-height", 3, True),
        ("impossible-weight", 5, True),
        ("unknown-interface-type", 8, True),
        ("unknown-interface-type", 9, True),
        ("missing-field", 10, True),
        ("missing-name", 11, True),
        ("impossible-draw", 13, True),
        ("impossible-draw", 14, True),
    }
    repairs = {p.place.line: p.repair for p in found.problems}
    assert repairs[3].endswith("0.5.")
    assert '"800gbase-x-osfp"' in repairs[8]
    assert "infiniband-xdr" in repairs[9]
    assert [(p.code, p.place.line, p.severity) for p in found.problems if p.severity == "warning"] == [
        ("unknown-field", 15, "warning")
    ]


def test_205_every_word_we_write_is_known() -> None:
    """The words that exports use for ports are words that the import takes."""
    assert {*INTERFACES.values(), *INFINIBAND.values(), OTHER} <= INTERFACE_TYPES


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["Ethernet0", "Ethernet4", "Ethernet8", "Ethernet12"], []),
        (["e0", "e4", "e9", "e12", "e16", "e20"], [("misnumbered-port", "e9")]),
        (["e0", "e4", "e12", "e16"], [("missing-port", "e8")]),
        (["p1", "p02", "p2"], [("misnumbered-port", "p2")]),
        (["swp2", "swp3", "swp4"], [("misnumbered-port", "swp2")]),
        (["Gi1", "Gi2", "Te3", "Te4"], []),
        (["1/1", "1/2", "2/1", "3/1", "3/2"], [("missing-port", "2/2")]),
        (["mgmt5"], []),
    ],
)
def test_206_numbers_of_ports(names: list[str], found: list[tuple[str, str]]) -> None:
    """Gaps, numbers off the step, two spellings and late starts are found; steps by lanes and common counts are not."""
    assert [(one.code, one.port) for one in misnumbered(names)] == found


def test_203_no_device_type(tmp_path: Path) -> None:
    """A file without a model is refused."""
    path = tmp_path / "x.yaml"
    path.write_text("manufacturer: Maker\n")
    with pytest.raises(InputError, match="model"):
        read_device_type(path)
