"""Reports of neighbours are read in four forms, and broken files are refused by name."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from rackwright.base.errors import InputError
from rackwright.exchange.lldp import read_neighbours


def neighbour(device: str, port: str) -> dict[str, object]:
    """What lldpd says of one neighbour."""
    return {
        "via": "LLDP",
        "chassis": {device: {"id": {"type": "mac"}}},
        "port": {"id": {"type": "ifname", "value": port}},
    }


def test_101_lldpd_one_or_several(tmp_path: Path) -> None:
    """One interface is a mapping, several are a list; the file's name is the device."""
    one = {"lldp": {"interface": {"swp1": neighbour("spine0", "swp9")}}}
    two = {"lldp": {"interface": [{"swp1": neighbour("a", "p1")}, {"swp2": neighbour("b", "p2")}]}}
    (tmp_path / "leaf0.json").write_text(json.dumps(one))
    (tmp_path / "leaf1.json").write_text(json.dumps(two))
    rows = read_neighbours(tmp_path).frame.rows()
    assert rows == [
        ("leaf0", "swp1", "spine0", "swp9"),
        ("leaf1", "swp1", "a", "p1"),
        ("leaf1", "swp2", "b", "p2"),
    ]


def test_102_sonic(tmp_path: Path) -> None:
    """Ports counted by lane become ports of the front plate."""
    (tmp_path / "leaf0.txt").write_text(
        "Capability codes: (R) Router, (B) Bridge, (O) Other\n"
        "LocalPort    RemoteDevice    RemotePortID    Capability    RemotePortDescr\n"
        "-----------  --------------  --------------  ------------  -----------------\n"
        "Ethernet0    spine0          Ethernet8       BR            to leaf0\n"
        "Ethernet8    spine1          Ethernet16      BR            to leaf0\n"
        "--------------------------------------------------\nTotal entries displayed:  2\n"
    )
    assert read_neighbours(tmp_path / "leaf0.txt").frame.rows() == [
        ("leaf0", "p1", "spine0", "p2"),
        ("leaf0", "p2", "spine1", "p3"),
    ]


IB = """#
# Topology file: generated on Thu Jan  1 00:00:00 1970
#
vendid=0x2c9
Switch\t2 "S-0001"\t\t# "leaf0" enhanced port 0 lid 1 lmc 0
[1]\t"H-0002"[1](3) \t\t# "node0/p3" lid 2 4xNDR

Ca\t1 "H-0002"\t\t# "node0/p3"
[1](3) \t"S-0001"[1]\t\t# lid 2 lmc 0 "leaf0" lid 1 4xNDR
"""


def test_103_ibnetdiscover(tmp_path: Path) -> None:
    """Nodes are known by their description; an adapter's port is the tray's."""
    (tmp_path / "net").write_text(IB)
    assert read_neighbours(tmp_path / "net").frame.rows() == [
        ("leaf0", "p1", "node0", "p3"),
        ("node0", "p3", "leaf0", "p1"),
    ]


def test_104_csv(tmp_path: Path) -> None:
    """CSV needs the four columns, in any order; further columns are ignored."""
    path = tmp_path / "seen.csv"
    path.write_text("remote_port,remote_device,local_port,local_device,age\np2,b,p1,a,7\np2,b,p1,a,7\n")
    records = read_neighbours(path)
    assert records.frame.rows() == [("a", "p1", "b", "p2")]
    assert records.duplicates == 1


@pytest.mark.parametrize(
    ("name", "text", "rule"),
    [
        ("a.json", '{"lldp": {"interface": [', "cut short"),
        ("a.json", '{"neighbours": []}', r"lldp\.interface"),
        ("a.json", "[" * 100_000, "cut short"),
        ("a.csv", "local_device,local_port,remote_device,port\na,b,c,d\n", "remote_port"),
        ("a.csv", "local_device,local_port,remote_device,remote_port\na,b,c\n", "empty|CSV"),
        ("a.txt", "hello\n", "neither"),
        ("a.txt", IB.split("\n\nCa", maxsplit=1)[0] + "\n", "not listed"),
        ("a.txt", "LocalPort    RemoteDevice\n", "no neighbour"),
    ],
)
def test_201_broken_files_are_refused(tmp_path: Path, name: str, text: str, rule: str) -> None:
    """A file that is cut short, of another form or without a column is refused with its name."""
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=rule):
        read_neighbours(tmp_path / name)


def test_202_an_empty_folder(tmp_path: Path) -> None:
    """A folder without files is refused."""
    with pytest.raises(InputError, match="0 files"):
        read_neighbours(tmp_path)


def test_205_a_row_without_its_end_names_the_fields(tmp_path: Path) -> None:
    """The empty fields are named; in the last row the file is said to look cut short."""
    path = tmp_path / "records.csv"
    path.write_text("local_device,local_port,remote_device,remote_port\nleaf0,p1,spine0,p1\nleaf0,p2,spi\n")
    with pytest.raises(InputError) as raised:
        read_neighbours(path)
    (problem,) = raised.value.problems
    assert (problem.place.line, problem.rule) == (3, "remote_port of this row is empty.")
    assert "cut short" in problem.repair


WHOLE = json.dumps({"lldp": {"interface": [{"swp1": neighbour("a", "p1")}, {"swp2": neighbour("b", "p2")}]}}, indent=1)
HEAD = "local_device,local_port,remote_device,remote_port\n"


def test_206_a_json_file_cut_short_says_where(tmp_path: Path) -> None:
    """The line, the interface before and that it looks cut short are told; what is broken inside is not called so."""
    (tmp_path / "a.json").write_text(WHOLE[: WHOLE.index('"value": "p2"')])
    with pytest.raises(InputError) as raised:
        read_neighbours(tmp_path / "a.json")
    (problem,) = raised.value.problems
    assert "after the interface swp2: it looks cut short" in problem.rule
    assert problem.place.line > 20
    (tmp_path / "a.json").write_text(WHOLE.replace('"chassis": {', '"chassis": ', 1))
    with pytest.raises(InputError) as raised:
        read_neighbours(tmp_path / "a.json")
    (problem,) = raised.value.problems
    assert "after the interface swp1" in problem.rule
    assert "cut short" not in problem.rule


def test_207_every_faulty_row_of_a_list_has_its_line(tmp_path: Path) -> None:
    """Empty fields, rows of too many fields and open quotes are told with their lines, all at once."""
    path = tmp_path / "seen.csv"
    path.write_text(f"{HEAD}a,,b,p1\na,p2,b,p2\na,p3,,\na,p4,b,p4\n")
    with pytest.raises(InputError) as raised:
        read_neighbours(path)
    assert [(p.place.line, p.rule) for p in raised.value.problems] == [
        (2, "local_port of this row is empty."),
        (4, "remote_device, remote_port of this row are empty."),
    ]
    path.write_text(f"{HEAD}a,p1,b,p1\na,p2,x,b,p2\n")
    with pytest.raises(InputError) as raised:
        read_neighbours(path)
    assert [(p.code, p.place.line) for p in raised.value.problems] == [("ragged-row", 3)]


def test_208_repeated_reports_and_nameless_neighbours_are_named(tmp_path: Path) -> None:
    """A report given twice is kept once and named; a neighbour without a port is left out and named."""
    path = tmp_path / "seen.csv"
    path.write_text(f"{HEAD}a,p1,b,p1\na,p1,b,p1\na,p2,b,p2\na,p1,b,p1\n")
    found = read_neighbours(path)
    assert (found.duplicates, found.repeated.rows()) == (2, [("a", "p1", "b", "p1", 3)])
    assert found.asked is None
    silent = {"chassis": {"b": {}}, "port": {"descr": "?"}}
    (tmp_path / "leaf0.json").write_text(json.dumps({"lldp": {"interface": [{"swp1": silent}]}}))
    found = read_neighbours(tmp_path / "leaf0.json")
    assert (found.frame.height, found.nameless, found.asked) == (0, ("leaf0 swp1",), frozenset({"leaf0"}))


SONIC = """LocalPort    RemoteDevice    RemotePortID    Capability    RemotePortDescr
-----------  --------------  --------------  ------------  -----------------
Ethernet4    spine0          Ethernet8       BR            to leaf0
Ethernet6    server          Ethernet2       BR            to leaf0
"""


def test_209_the_design_knows_the_names_of_its_switches(tmp_path: Path) -> None:
    """Names are read as the design's switches have them; only what it does not know goes by the steps."""
    (tmp_path / "leaf0.txt").write_text(SONIC)
    rows = [("leaf0", "Ethernet4", "p3"), ("leaf0", "Ethernet6", "p4"), ("spine0", "Ethernet8", "p2")]
    plates = pl.DataFrame(rows, schema=["device", "port", "plate"], orient="row")
    assert read_neighbours(tmp_path / "leaf0.txt", lambda: plates).frame.rows() == [
        ("leaf0", "p3", "spine0", "p2"),
        ("leaf0", "p4", "server", "p2"),
    ]
