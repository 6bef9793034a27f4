"""What SONiC gets of a plan has the form of its own port files, and both ends of every link."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest

from rackwright.asbuilt import records_of, verify_links
from rackwright.exchange import EXPORTS, LOSSES
from rackwright.exchange.sonic import sonic_plates, sonic_ports
from rackwright.plan import Plan


@pytest.fixture(scope="module")
def documents(one_pod: Plan) -> dict[str, Any]:
    """The export as read back."""
    found: dict[str, Any] = json.loads(EXPORTS["sonic"](one_pod))
    return found


def test_101_ports_are_those_of_the_published_file(documents: dict[str, Any]) -> None:
    """An SN5600 split into 256 ports of 200G has the names, lanes, aliases, cages and speeds of SONiC's V256."""
    ports = documents["pod-1-storage-leaf0"]["PORT"]
    published = {
        "Ethernet0": ("0,1", "etp1a", "1", "200000"),
        "Ethernet6": ("6,7", "etp1d", "1", "200000"),
        "Ethernet8": ("8,9", "etp2a", "2", "200000"),
        "Ethernet382": ("382,383", "etp48d", "48", "200000"),
    }
    assert len(ports) == 256
    for name, figures in published.items():
        assert tuple(ports[name][key] for key in ("lanes", "alias", "index", "speed")) == figures


def test_102_a_management_switch_counts_its_lanes_as_its_chip(documents: dict[str, Any]) -> None:
    """An SN2201 has 48 ports a step of four lanes apart and four uplinks of 100G, as SONiC's file for it."""
    ports = documents["pod-1-out-of-band-leaf0"]["PORT"]
    published = {
        "Ethernet1": ("4", "etp2", "2", "1000"),
        "Ethernet47": ("188", "etp48", "48", "1000"),
        "Ethernet48": ("192,193,194,195", "etp49", "49", "100000"),
        "Ethernet60": ("204,205,206,207", "etp52", "52", "100000"),
    }
    assert len(ports) == 52
    for name, figures in published.items():
        assert tuple(ports[name][key] for key in ("lanes", "alias", "index", "speed")) == figures


def test_103_only_ethernet_and_what_is_left_out_is_told(one_pod: Plan, documents: dict[str, Any]) -> None:
    """Switches of the InfiniBand network are left out and named as such."""
    devices = one_pod.fabric.devices.frame.filter(pl.col("tier") > 0)
    assert len(documents) == int((devices["network"] != "scale-out").sum())
    assert not any("scale-out" in name for name in documents)
    assert "24 InfiniBand switches nvidia-q3400" in LOSSES["sonic"](one_pod)[0]


def test_104_neighbours_mirror_each_other(documents: dict[str, Any]) -> None:
    """Each neighbour that is in the file names the port it is named from; used ports are up, others down."""
    for name, document in documents.items():
        used = set(document["DEVICE_NEIGHBOR"])
        assert used == {port for port, row in document["PORT"].items() if row["admin_status"] == "up"}
        for port, far in document["DEVICE_NEIGHBOR"].items():
            if far["name"] in documents and far["port"] != "eth0":
                back = documents[far["name"]]["DEVICE_NEIGHBOR"][far["port"]]
                assert back == {"name": name, "port": port}


def test_105_every_lane_is_used_once(one_pod: Plan) -> None:
    """No lane of a switch belongs to two ports."""
    ports = sonic_ports(one_pod)
    lanes = ports.with_columns(each=pl.int_ranges(pl.col("lane"), pl.col("lane") + pl.col("lanes"))).explode("each")
    assert lanes.select("device", "each").is_unique().all()
    assert ports.select("device", "sonic").is_unique().all()
    assert ports.select("device", "alias").is_unique().all()


def test_106_names_lead_back_to_the_design(one_pod: Plan, documents: dict[str, Any]) -> None:
    """Neighbours in SONiC's names are the design once read as ports of the plate; `eth0` stands in one table only."""
    plates = {(device, port): plate for device, port, plate in sonic_plates(one_pod).iter_rows()}
    rows = [
        (name, plates[name, port], far["name"], plates.get((far["name"], far["port"]), far["port"]))
        for name, document in documents.items()
        for port, far in document["DEVICE_NEIGHBOR"].items()
    ]
    found = verify_links(one_pod.fabric, one_pod.layout, records_of(rows))
    assert (found.matched, set(found.faults["kind"])) == (found.links, {"one-way"})
    switches = one_pod.fabric.devices.frame.filter(pl.col("tier") > 0)
    assert len(found.faults) == int((switches["network"] == "storage").sum())


def test_107_management_is_eth0(documents: dict[str, Any]) -> None:
    """The port of management of a switch is `eth0`, beside the data ports, and says where it is plugged."""
    port = documents["pod-1-storage-leaf0"]["MGMT_PORT"]["eth0"]
    far, far_port = port["description"].split(":")
    assert documents[far]["DEVICE_NEIGHBOR"][far_port] == {"name": "pod-1-storage-leaf0", "port": "eth0"}
