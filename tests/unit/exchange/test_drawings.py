"""Drawings, port sheets and labels hold every rack, port and cable, in forms that other programs read."""

from __future__ import annotations

import dataclasses
import io
import re
import zipfile
import zlib
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from rackwright.base.errors import InputError
from rackwright.catalog import load_catalog
from rackwright.catalog.parts import Switch, Tray
from rackwright.cli.app import app
from rackwright.exchange.cut_sheet import cut_sheet
from rackwright.exchange.device_part import device_part_text, left_out
from rackwright.exchange.device_type import read_device_type
from rackwright.exchange.drawings import drawings_bytes, hall_dxf
from rackwright.exchange.dxf import Drawing, Layer
from rackwright.exchange.labels_pdf import labels_pdf_bytes
from rackwright.exchange.port_book import port_book_bytes, switch_ports
from rackwright.plan import Plan

Entity = dict[str, list[str]]


def entities(data: bytes) -> list[Entity]:
    """Entities of a drawing as group code -> values, the code 0 among them."""
    lines = data.decode("ascii").split("\n")
    pairs = list(zip(lines[::2], lines[1::2], strict=False))
    start = next(i for i, pair in enumerate(pairs) if pair == ("2", "ENTITIES"))
    found: list[Entity] = []
    for code, value in pairs[start + 1 :]:
        if code == "0":
            found.append({})
        found[-1].setdefault(code, []).append(value)
    return [entity for entity in found if entity["0"][0] not in {"ENDSEC", "EOF"}]


def test_101_a_drawing_is_pairs_of_lines() -> None:
    """Lines, closed polylines and texts come out on their layers, in millimetres, in plain ASCII."""
    drawing = Drawing((Layer("A", 3),))
    drawing.line("A", (0, 0), (10, 5))
    drawing.rectangle("A", (1, 2), 3, 4)
    drawing.text("A", (0, 0), "45 \N{DEGREE SIGN}C\nΩ", 2.5)
    data = drawing.as_bytes()
    kinds = [entity["0"][0] for entity in entities(data)]
    assert kinds == ["LINE", "POLYLINE", *["VERTEX"] * 4, "SEQEND", "TEXT"]
    assert entities(data)[-1]["1"] == ["45 %%dC \\U+03A9"]
    assert b"$EXTMAX\n10\n10.000\n20\n6.000" in data
    assert data.endswith(b"0\nEOF\n")


def test_102_a_hall_drawing_has_every_position(one_pod: Plan) -> None:
    """Racks by role, reserved and free positions and keep-outs are as many as the layout has."""
    hall = one_pod.program.halls[0]
    found = [entity["8"][0] for entity in entities(hall_dxf(one_pod, hall)) if entity["0"][0] == "POLYLINE"]
    racks, reserved = one_pod.layout.racks.frame, one_pod.layout.reserved.frame
    assert found.count("RACKS-COMPUTE") == racks.filter(role="compute").height
    assert found.count("RACKS-NETWORK") == racks.filter(role="network").height
    assert found.count("RESERVED") + found.count("KEEP-OUT") == reserved.height
    assert len(found) - 1 == hall.rows * hall.positions_per_row


def test_103_the_archive_has_both_forms(one_pod: Plan) -> None:
    """Each drawing is there as DXF and as SVG, and each switch is drawn in its rack."""
    with zipfile.ZipFile(io.BytesIO(drawings_bytes(one_pod))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert {name.rsplit(".", 1)[0] for name in files if name.endswith("dxf")} == {
        name.rsplit(".", 1)[0] for name in files if name.endswith("svg")
    }
    boxes = [e for e in entities(files["elevations/ohio-1-network.dxf"]) if e["0"][0] == "POLYLINE"]
    switches = int((one_pod.fabric.devices["tier"] > 0).sum())
    assert sum(box["8"][0] == "DEVICES" for box in boxes) == switches
    for name, data in files.items():
        if name.endswith("svg"):
            ET.fromstring(data)


def test_201_every_port_has_a_line(one_pod: Plan) -> None:
    """Used ports of the sheets are the links' ends on switches; free ports make up the switch."""
    ports = switch_ports(one_pod)
    links = one_pod.fabric.links.frame
    tiers = dict(one_pod.fabric.devices.frame.select("device", "tier").iter_rows())
    ends = sum(tiers[device] > 0 for side in ("a_device", "b_device") for device in links[side].to_list())
    assert ports["far_device"].is_not_null().sum() == ends
    assert ports.select("switch", "port").is_unique().all()
    data = one_pod.fabric.devices.frame.filter(tier=1, network="scale-out")
    one = ports.filter(switch="pod-1-scale-out-leaf0")
    assert one.height >= data["ports"][0]


def test_202_the_workbook_has_a_sheet_for_each_switch(one_pod: Plan) -> None:
    """Names of sheets are unique and short enough; the first lists the switches."""
    with zipfile.ZipFile(io.BytesIO(port_book_bytes(one_pod))) as archive:
        names = re.findall(r'<sheet name="([^"]+)"', archive.read("xl/workbook.xml").decode())
    assert names[0] == "Switches"
    assert len(names) - 1 == int((one_pod.fabric.devices["tier"] > 0).sum())
    assert len({name.lower() for name in names}) == len(names)
    assert all(len(name) <= 31 for name in names)


def test_301_labels_stand_on_sheets(one_pod: Plan) -> None:
    """The PDF has a page for each 80 labels, every label once, and a table of places that is right."""
    data = labels_pdf_bytes(one_pod)
    count = 2 * cut_sheet(one_pod).height
    pages = -(-count // 80)
    assert b"/Count %d" % pages in data
    streams = [zlib.decompress(text) for text in re.findall(rb"stream\n(.*?)\nendstream", data, re.DOTALL)]
    assert sum(stream.count(b" re S") for stream in streams) == count
    start = int(re.findall(rb"startxref\n(\d+)", data)[0])
    places = re.findall(rb"(\d{10}) 00000 n", data[start:])
    assert all(data[int(place) :].startswith(b"%d 0 obj" % number) for number, place in enumerate(places, 1))


DEVICE = """\
manufacturer: Maker
model: X800
slug: ../maker x800
u_height: 2
weight: 50
weight_unit: lb
interfaces:
  - {name: p1, type: 800gbase-x-osfp}
  - {name: p2, type: 800gbase-x-osfp}
  - {name: p2, type: 800gbase-x-osfp}
  - {name: p3, type: 25gbase-x-sfp28}
  - {name: eth0, type: 1000base-t}
power-ports:
  - {name: PSU1, type: iec-60320-c20, maximum_draw: 1500}
  - {name: PSU2, type: iec-60320-c20, maximum_draw: 1500}
"""


def test_401_a_device_type_becomes_a_switch(tmp_path: Path) -> None:
    """A port given twice counts once; the draw is between one supply and all; the id cannot leave the folder."""
    file = tmp_path / "x.yaml"
    file.write_text(DEVICE)
    name, text = device_part_text(read_device_type(file), part_id="", stamp="x.yaml", kind="switch")
    (tmp_path / "catalog").mkdir()
    (tmp_path / "catalog" / f"{name}.yaml").write_text(text)
    switch = load_catalog(tmp_path / "catalog").get(Switch, name)
    assert (switch.cage, switch.protocol, "/" in name) == ("OSFP", "ethernet", False)
    figures = (switch.ports, switch.port_gbit_s, switch.uplinks, switch.uplink_gbit_s, switch.height_u)
    assert [fact.value for fact in figures if fact] == [2, 800, 1, 25, 2]
    assert switch.power_w
    assert (switch.power_w.value, switch.power_w.high) == (1500, 3000)


def test_404_ports_of_management_are_no_uplinks(tmp_path: Path) -> None:
    """An interface with `mgmt_only: true` counts neither as a port nor as an uplink."""
    file = tmp_path / "x.yaml"
    file.write_text(
        "manufacturer: M\nmodel: S\ninterfaces:\n  - {name: p1, type: 800gbase-x-osfp}\n"
        "  - {name: p2, type: 800gbase-x-osfp}\n  - {name: mgmt0, type: 1000base-t, mgmt_only: true}\n"
    )
    _, text = device_part_text(read_device_type(file), part_id="", stamp="", kind="switch")
    assert "      ports: {value: 2," in text
    assert "uplink" not in text


def test_402_what_has_no_ports_is_refused(tmp_path: Path) -> None:
    """A device without data ports is no switch, and any other part only if it is said to be one."""
    file = tmp_path / "x.yaml"
    file.write_text(
        "manufacturer: M\nmodel: Shelf\nu_height: 1\ninterfaces:\n  - {name: c0, type: virtual}\n"
        "power-ports:\n  - {name: A, type: other, maximum_draw: 900}\n"
    )
    found = read_device_type(file)
    with pytest.raises(InputError, match="data port"):
        device_part_text(found, part_id="", stamp="")
    for kind, word in (("power-shelf", "class: PowerShelf"), ("cdu", "      pump_w: {value: 900 W,")):
        assert word in device_part_text(found, part_id="", stamp="", kind=kind)[1]
        assert [problem.code for problem in left_out(found, kind)] == ["missing-fact"]


def test_407_few_ports_make_a_tray(tmp_path: Path) -> None:
    """A device of few data ports is a tray: of a compute tray the fastest are scale-out ports, the others storage."""
    file = tmp_path / "x.yaml"
    file.write_text(DEVICE.replace("type: 1000base-t}", "type: 1000base-t, mgmt_only: true}"))
    found = read_device_type(file)
    (tmp_path / "catalog").mkdir()
    for kind in ("", "compute-tray"):
        name, text = device_part_text(found, part_id=f"x{kind}", stamp="x.yaml", kind=kind)
        (tmp_path / "catalog" / f"{name}.yaml").write_text(text)
    plain, compute = (load_catalog(tmp_path / "catalog").get(Tray, name) for name in ("x", "xcompute-tray"))
    fields = ("scale_out_ports", "scale_out_gbit_s", "storage_ports", "storage_gbit_s", "management_ports", "power_w")
    figures = [[getattr(getattr(part, field), "value", None) for field in fields] for part in (plain, compute)]
    assert figures == [[None, None, 2, 800, 1, 1500], [2, 800, 1, 25, 1, 1500]]
    assert (plain.role, compute.role) == ("control", "compute")


def test_408_what_is_no_kind_of_device_is_named(tmp_path: Path) -> None:
    """A word `--as` does not know is refused with the nearest it knows."""
    (tmp_path / "x.yaml").write_text(DEVICE)
    shown = CliRunner().invoke(app, ["import", "device-type", str(tmp_path / "x.yaml"), "--as", "swich"])
    assert (shown.exit_code, "switch" in shown.stderr) == (2, True)


def test_403_the_command_lints_and_writes(tmp_path: Path) -> None:
    """Warnings go to standard error, the part into the catalog; a second time asks for --replace."""
    file = tmp_path / "x.yaml"
    file.write_text(
        DEVICE.replace("p2, type: 800gbase-x-osfp}\n  - {name: p2", "p2, type: 800gbase-x-osfp}\n  - {name: p5")
    )
    run = CliRunner().invoke
    shown = run(app, ["import", "device-type", str(file), "--as", "switch"])
    assert (shown.exit_code, "class: Switch" in shown.stdout, "missing-port" in shown.stderr) == (0, True, True)
    program = tmp_path / "program"
    program.mkdir()
    (program / "program.yaml").write_text("")
    command = ["import", "device-type", str(file), "--program", str(program), "--id", "x800"]
    assert run(app, command).exit_code == 0
    assert (program / "catalog" / "x800.yaml").is_file()
    assert run(app, command).exit_code == 2
    assert run(app, [*command, "--replace"]).exit_code == 0


def test_405_of_a_file_with_errors_nothing_is_made(tmp_path: Path) -> None:
    """Errors are told with their lines, exit code 2, and neither shown nor written is a part."""
    file, program = tmp_path / "x.yaml", tmp_path / "program"
    file.write_text(DEVICE)
    program.mkdir()
    (program / "program.yaml").write_text("")
    shown = CliRunner().invoke(app, ["import", "device-type", str(file), "--program", str(program)])
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert f"error[duplicate-port] {file}:10:5: interfaces[p2]" in shown.stderr
    assert not (program / "catalog").exists()


def test_406_what_a_part_cannot_hold_is_told(tmp_path: Path) -> None:
    """Too few ports for a switch, its third kind of them, and a way of the air the catalog has no word for are told."""
    text = DEVICE.replace("u_height: 2", "u_height: 2\nairflow: side-to-rear")
    (tmp_path / "x.yaml").write_text(text)
    found = read_device_type(tmp_path / "x.yaml")
    told = [(problem.code, problem.rule.split(":")[0]) for problem in left_out(found)]
    airflow = ("left-out-airflow", 'the airflow "side-to-rear" is left out')
    assert told == [("hardly-a-switch", "with 4 data ports this is hardly a switch"), airflow]
    told = [(problem.code, problem.rule.split(":")[0]) for problem in left_out(found, "switch")]
    assert told == [("left-out-port", "1 of type 1000base-t left out"), airflow]
    many = tuple((f"p{number}", "800gbase-x-osfp") for number in range(16))
    assert [problem.code for problem in left_out(dataclasses.replace(found, interfaces=many, airflow=""))] == []
    kept = dataclasses.replace(found, airflow="rear-to-front")
    assert "    airflow: rear-to-front" in device_part_text(kept, part_id="", stamp="")[1].splitlines()
