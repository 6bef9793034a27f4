from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from rackwright.catalog.parts import Fact
from rackwright.racks.elevation import elevate
from rackwright.racks.ports import PortRow, list_ports
from rackwright.racks.request import Fill, RackPart, RackPorts

Make = Callable[..., RackPart]


def ports_of(part: RackPart, count: int, ports: RackPorts, *others: RackPart) -> tuple[PortRow, ...]:
    """Ports of a rack with some pieces of a part, and one of each other part on top."""
    fills = [Fill(part, count, "middle"), *(Fill(other, 1, "top") for other in others)]
    return list_ports(elevate(fills, 40), ports)


def test_101_a_tray_meets_every_rail_in_every_plane(part: Make) -> None:
    """A tray with rails x planes ports has one port for each pair."""
    tray = part("t", "compute", height_u=1, scale_out_ports=8, scale_out_gbit_s=400)
    rows = ports_of(tray, 1, RackPorts(rails=4, planes=2, service=(), out_of_band_gbit_s=None))
    assert [(row.port, row.rail, row.plane) for row in rows[:4]] == [(0, 0, 0), (1, 0, 1), (2, 1, 0), (3, 1, 1)]
    assert Counter((row.rail, row.plane) for row in rows) == {(r, p): 1 for r in range(4) for p in range(2)}


def test_102_rails_are_counted_through_the_rack(part: Make) -> None:
    """Trays with fewer ports than rails take turns, so that the rack still meets each rail equally."""
    tray = part("t", "compute", height_u=1, scale_out_ports=2, scale_out_gbit_s=400)
    rows = ports_of(tray, 4, RackPorts(rails=4, planes=1, service=(), out_of_band_gbit_s=None))
    assert [row.rail for row in rows] == [0, 1, 2, 3, 0, 1, 2, 3]


@pytest.mark.parametrize(
    ("service", "expected"),
    [((), {}), (("storage",), {"storage": 3}), (("storage", "in-band"), {"storage": 2, "in-band": 1})],
)
def test_103_storage_ports_are_shared(part: Make, service: tuple[str, ...], expected: dict[str, int]) -> None:
    """Storage takes the larger half of a tray's storage ports where there is an in-band network too."""
    tray = part("t", "compute", height_u=1, storage_ports=3, storage_gbit_s=200)
    rows = ports_of(tray, 1, RackPorts(rails=1, planes=1, service=service, out_of_band_gbit_s=None))
    assert Counter(row.network for row in rows) == expected


def test_104_management_ports_end_on_a_switch_in_the_rack(part: Make) -> None:
    """With a management switch in the rack only its uplink leaves, else every management port does."""
    tray = part("t", "compute", height_u=1, management_ports=2)
    switch = part("s", "management", height_u=1, switch_ports=48)
    rate = Fact("s.port_gbit_s", 1.0, "Gb/s", "1 Gb/s", "", "assumption")
    ports = RackPorts(rails=1, planes=1, service=(), out_of_band_gbit_s=rate)
    assert len(ports_of(tray, 3, ports)) == 6
    assert [(row.u, row.network) for row in ports_of(tray, 3, ports, switch)] == [(40, "out-of-band")]


def test_105_ports_of_a_slot_are_numbered_through_all_networks(part: Make) -> None:
    """No port number occurs twice in a slot."""
    tray = part(
        "t",
        "compute",
        height_u=1,
        scale_out_ports=2,
        scale_out_gbit_s=400,
        storage_ports=2,
        storage_gbit_s=200,
        management_ports=1,
    )
    rate = Fact("s.port_gbit_s", 1.0, "Gb/s", "1 Gb/s", "", "assumption")
    rows = ports_of(tray, 1, RackPorts(rails=2, planes=1, service=("storage",), out_of_band_gbit_s=rate))
    assert [row.port for row in rows] == [0, 1, 2, 3, 4]
